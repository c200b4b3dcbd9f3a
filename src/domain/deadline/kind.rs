//! One row of facts for each deadline (domain section 5). A fact about a deadline that is not in its row does not exist.
//!
//! The numbers in the rows are defaults; the framework version an engagement is pinned to sets them anew.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::measure::{Length, Offset};
use super::words::{Certifier, Consequence, Nature, Recipient};
use Certifier as By;
use Consequence as Then;
use DeadlineKind as Kind;
use Length::{CalendarDays, Given, Hours, Months, WorkingDays, WorkingDaysBefore};
use Recipient::{
    Approver, BothLeads, Custodian, DeterminationRecorder, DeveloperLiaison, DeveloperOfficial, Evaluator,
    FrameworkOwner, InsiderRisk, PartnerContact, Person, ProgramLiaison, Records, Requester, Responsible, Reviewer,
    Signatory,
};

/// What is due. Two of the domain's rows (D11, D16) hold two clocks each and therefore have two kinds here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// D1: the program acknowledges an inquiry.
    InquiryAcknowledged,
    /// D2: the developer hears how an inquiry stands; the order sets no deadline for the determination itself.
    InquiryStatusUpdate,
    /// D3: the developer answers a question; silence is not adverse.
    InquiryAnswer,
    /// D4: the program acknowledges a proposal.
    ProposalAcknowledged,
    /// D5: the side holding the draft answers it.
    RedlineTurn,
    /// D6: an organization's signatory signs an agreed text.
    OrganizationSignature,
    /// D7: a person signs the personal NDA before the grant.
    PersonalNda,
    /// D8: a scheduled window opens.
    WindowOpens,
    /// D9: an open window closes.
    WindowCloses,
    /// D10: the developer looks at the planned partner release.
    PlannedDateCheck,
    /// D11, developer's half: consent to a nomination.
    PartnerConsent,
    /// D11, government's half: concurrence in a nomination.
    PartnerConcurrence,
    /// D12: a selected partner completes its own items.
    PartnerConditions,
    /// D13: an approver recertifies a grant.
    GrantRecertification,
    /// D14: a person renews an attestation or training.
    PersonalAttestation,
    /// D15: materials are returned or destroyed and certified.
    ReturnOrDestruction,
    /// D16, first half: the developer is told of an incident.
    IncidentNotice,
    /// D16, second half: the developer gets the detail.
    IncidentDetail,
    /// D17: a breach of a condition is cured.
    BreachCure,
    /// D18: the submitter objects to disclosure under FOIA.
    SubmitterObjection,
    /// D19: the submitter is told before disclosure over its objection.
    DisclosureNotice,
    /// D20: a designation as confidential lapses.
    ConfidentialityLapse,
    /// D21: a record's retention or survival ends and is reviewed.
    RetentionReview,
    /// D22: an idle engagement lapses before any window.
    IdleLapse,
}

/// The facts of one deadline kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The kind the row belongs to.
    pub kind: DeadlineKind,
    /// The domain's number for it, 1 to 22.
    pub number: u8,
    /// Cap or task.
    pub nature: Nature,
    /// Default length.
    pub length: Length,
    /// Text key of the event that starts the clock (or, counting backward, that it counts from).
    pub starts: &'static str,
    /// Who vouches for that event.
    pub certified_by: Certifier,
    /// Text key of what pauses or restarts the clock; `none` if nothing does.
    pub pauses: &'static str,
    /// Who is reminded.
    pub reminded: &'static [Recipient],
    /// Default offsets of the reminders.
    pub reminders: &'static [Offset],
    /// Default interval of a repeating reminder.
    pub repeat: Option<Offset>,
    /// Who is told when it is still open after the escalation offset.
    pub escalates_to: &'static [Recipient],
    /// Default offset of the escalation.
    pub escalation: Option<Offset>,
    /// What happens when it passes.
    pub consequence: Consequence,
    /// Whether meeting it starts the next one ("every 14 days").
    pub renews: bool,
}

impl DeadlineKind {
    /// The row of facts of this kind.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Every kind in the order of the domain's table.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        ROWS.iter().map(|row| row.kind)
    }
}

impl fmt::Display for DeadlineKind {
    /// The domain's code, `D1` to `D22`; the two halves of D11 and of D16 share theirs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "D{}", self.row().number)
    }
}

const fn wd(amount: i32) -> Offset {
    Offset::working_days(amount)
}

const fn d(amount: i32) -> Offset {
    Offset::calendar_days(amount)
}

const fn h(amount: i32) -> Offset {
    Offset::hours(amount)
}

const fn task(kind: Kind, number: u8, length: Length, starts: &'static str, certified_by: By) -> Row {
    Row {
        kind,
        number,
        nature: Nature::Task,
        length,
        starts,
        certified_by,
        pauses: "none",
        reminded: &[],
        reminders: &[],
        repeat: None,
        escalates_to: &[],
        escalation: None,
        consequence: Consequence::StaysOpen,
        renews: false,
    }
}

const fn cap(kind: Kind, number: u8, length: Length, starts: &'static str, certified_by: By) -> Row {
    Row { nature: Nature::Cap, ..task(kind, number, length, starts, certified_by) }
}

impl Row {
    const fn remind(self, reminded: &'static [Recipient], reminders: &'static [Offset]) -> Self {
        Self { reminded, reminders, ..self }
    }

    const fn every(self, reminded: &'static [Recipient], interval: Offset) -> Self {
        Self { reminded, repeat: Some(interval), ..self }
    }

    const fn escalate(self, escalates_to: &'static [Recipient], offset: Offset) -> Self {
        Self { escalates_to, escalation: Some(offset), ..self }
    }

    const fn paused(self, pauses: &'static str) -> Self {
        Self { pauses, ..self }
    }

    const fn then(self, consequence: Consequence) -> Self {
        Self { consequence, ..self }
    }

    const fn renewing(self) -> Self {
        Self { renews: true, ..self }
    }
}

/// The ladder before a window's edge (D8, D9).
const LADDER: &[Offset] = &[d(-7), d(-3), d(-1), h(-2)];

/// Rows in the order of `DeadlineKind`. Where the domain names whom to escalate to but not when, it is the first
/// working day after the due day (D7, D17 to D19) or the instant itself (D8, D14, D20, D21).
static ROWS: [Row; 24] = [
    task(Kind::InquiryAcknowledged, 1, WorkingDays(3), "inquiry_submitted", By::Developer)
        .remind(&[ProgramLiaison], &[wd(-1)])
        .escalate(&[FrameworkOwner], wd(1)),
    task(Kind::InquiryStatusUpdate, 2, CalendarDays(14), "last_status_update", By::Government)
        .remind(&[DeterminationRecorder], &[d(-2)])
        .escalate(&[FrameworkOwner], d(3))
        .renewing(),
    task(Kind::InquiryAnswer, 3, WorkingDays(10), "question_asked", By::Government)
        .remind(&[DeveloperLiaison], &[wd(-5), wd(-1)])
        .then(Then::NotAdverse),
    task(Kind::ProposalAcknowledged, 4, WorkingDays(5), "engagement_proposed", By::Developer)
        .remind(&[ProgramLiaison], &[wd(-2)])
        .escalate(&[FrameworkOwner], wd(1)),
    task(Kind::RedlineTurn, 5, WorkingDays(5), "turn_received", By::System)
        .remind(&[Responsible], &[wd(-2), wd(0)])
        .escalate(&[BothLeads], wd(2)),
    task(Kind::OrganizationSignature, 6, WorkingDays(5), "text_agreed", By::BothSides)
        .remind(&[Signatory], &[wd(-2), wd(0)])
        .escalate(&[BothLeads], wd(2)),
    task(Kind::PersonalNda, 7, WorkingDaysBefore(1), "window_scheduled", By::BothSides)
        .every(&[Person], wd(3))
        .escalate(&[Requester], wd(1)),
    cap(Kind::WindowOpens, 8, Given, "window_scheduled", By::BothSides)
        .remind(&[DeveloperLiaison, ProgramLiaison, InsiderRisk], LADDER)
        .escalate(&[BothLeads], h(0))
        .then(Then::WindowOpens),
    cap(Kind::WindowCloses, 9, Given, "window_opened", By::System)
        .remind(&[DeveloperLiaison, ProgramLiaison, Evaluator], LADDER)
        .paused("window_clock")
        .then(Then::WindowCloses),
    cap(Kind::PlannedDateCheck, 10, Given, "planned_release_set", By::Developer)
        .remind(&[DeveloperLiaison, DeveloperOfficial], &[d(-14), d(-7), d(-1), d(1)]),
    task(Kind::PartnerConsent, 11, WorkingDays(5), "decision_stage_entered", By::System)
        .remind(&[DeveloperOfficial], &[wd(-2), wd(0)])
        .escalate(&[BothLeads], wd(2))
        .then(Then::NeverDeemed),
    task(Kind::PartnerConcurrence, 11, WorkingDays(5), "decision_stage_entered", By::System)
        .remind(&[Reviewer], &[wd(-2), wd(0)])
        .escalate(&[BothLeads], wd(2))
        .then(Then::NeverDeemed),
    task(Kind::PartnerConditions, 12, WorkingDays(10), "partner_item_opened", By::System)
        .remind(&[PartnerContact], &[wd(-5), wd(-1)])
        .paused("awaiting_others")
        .then(Then::Lapses),
    cap(Kind::GrantRecertification, 13, CalendarDays(14), "grant_certified", By::Developer)
        .remind(&[Approver], &[d(-3), d(-1)])
        .then(Then::Suspends)
        .renewing(),
    cap(Kind::PersonalAttestation, 14, Months(12), "attestation_completed", By::Person)
        .remind(&[Person], &[d(-30), d(-14), d(-7), d(-1)])
        .escalate(&[InsiderRisk], h(0))
        .then(Then::Suspends)
        .renewing(),
    task(Kind::ReturnOrDestruction, 15, CalendarDays(10), "window_closed", By::System)
        .remind(&[Custodian], &[d(-5), d(-1)])
        .escalate(&[InsiderRisk, DeveloperLiaison], d(1)),
    cap(Kind::IncidentNotice, 16, Hours(24), "incident_reported", By::System)
        .remind(&[InsiderRisk], &[h(-4)])
        .escalate(&[FrameworkOwner], h(0)),
    cap(Kind::IncidentDetail, 16, Hours(72), "incident_reported", By::System)
        .remind(&[InsiderRisk], &[h(-4)])
        .escalate(&[FrameworkOwner], h(0)),
    task(Kind::BreachCure, 17, WorkingDays(5), "breach_recorded", By::System)
        .remind(&[Responsible], &[wd(-2), wd(0)])
        .escalate(&[BothLeads], wd(1)),
    task(Kind::SubmitterObjection, 18, WorkingDays(10), "submitter_notice_sent", By::Government)
        .remind(&[DeveloperLiaison], &[wd(-5), wd(-1)])
        .escalate(&[Records], wd(1))
        .then(Then::PeriodEnds),
    task(Kind::DisclosureNotice, 19, WorkingDaysBefore(10), "disclosure_planned", By::Government)
        .remind(&[Records], &[wd(-5)])
        .escalate(&[Records], wd(1)),
    cap(Kind::ConfidentialityLapse, 20, Months(120), "confidentiality_designated", By::Developer)
        .remind(&[DeveloperLiaison, Records], &[d(-180), d(-30)])
        .escalate(&[Records], h(0))
        .then(Then::Lapses),
    cap(Kind::RetentionReview, 21, Given, "retention_set", By::Government)
        .remind(&[Records], &[d(-90), d(-30)])
        .escalate(&[Records], h(0)),
    cap(Kind::IdleLapse, 22, CalendarDays(90), "last_activity", By::System)
        .remind(&[DeveloperLiaison, DeveloperOfficial], &[d(-30), d(-14), d(-3)])
        .paused("restarts_on_activity")
        .then(Then::Lapses),
];

//! The table of notices: which event tells whom what (domain section 6).

use super::{Ask, Notice, NoticeKind as N, told::Told};
use crate::domain::{
    actor::Side,
    case::{Case, CaseEvent, Event},
    condition::{Condition, ConditionEvent as C},
    deadline::Recipient::{self as R},
    engagement::{EngagementEvent as E, Stage, Terms},
    foia::FoiaEvent as F,
    grant::GrantEvent as G,
    handoff::HandoffEvent as H,
    id::{Kind, RecordId, Subject},
    incident::{IncidentEvent, is_locked},
    inquiry::InquiryEvent as I,
    nomination::{Nomination, NominationEvent as M},
    release::ReleaseEvent,
};

/// The notices that an event brings about; asked on the case after all events of the command. Of a record that spillage
/// locks nobody but the insider-risk officer is told.
pub fn notices(case: &Case, happened: &CaseEvent) -> Vec<Notice> {
    let mut told = addressed(case, happened);
    told.retain(|notice| !notice.to.is_empty());
    told
}

/// The same with those that go to nobody, because nobody stands behind the groups that they are addressed to: what a
/// preview tells of another side may not depend on that.
pub fn addressed(case: &Case, happened: &CaseEvent) -> Vec<Notice> {
    let mut told = by_event(case, happened);
    told.iter_mut().filter(|notice| is_locked(case, notice.subject)).for_each(Notice::keep_officer);
    told
}

fn by_event(case: &Case, happened: &CaseEvent) -> Vec<Notice> {
    let rows = match &happened.event {
        Event::Release(event) => return release(case, happened, event),
        Event::Inquiry(event) => inquiry(event),
        Event::Engagement(event) => return engagement(case, happened, event),
        Event::Condition(event) => return condition(case, happened, event),
        Event::Nomination(event) => return nomination(case, happened, event),
        Event::Grant(event) => grant(event),
        Event::Incident(event) => return incident(case, happened, event),
        Event::FoiaRequest(event) => foia_request(event),
        Event::Prerequisites(_) | Event::Document(_) => &[],
        Event::Handoff(event) => return handoff(case, happened, event),
    };
    let told = |(kind, ask, to): &Row| notice(happened, *kind, *ask, Told::find(case, happened.subject, to));
    rows.iter().filter_map(told).collect()
}

/// A row: the notice's code, what it asks, and whom it goes to.
type Row = (N, Ask, &'static [R]);

fn notice(happened: &CaseEvent, kind: N, ask: Ask, to: Told) -> Option<Notice> {
    to.within(happened.audience).notice(kind, ask, happened.subject, &happened.reference)
}

/// N12 tells the liaison alone; grantees learn from N10 that their window closed. A date or a use that moves an agreed
/// opening or an open window is a changed window (N7), unless the window's own event says so.
fn release(case: &Case, happened: &CaseEvent, event: &ReleaseEvent) -> Vec<Notice> {
    let engagements = || case.engagements.iter().filter(|(_, entry)| entry.state.proposed_at.is_some());
    match event {
        ReleaseEvent::Released { .. } if engagements().next().is_some() => {
            let to = Told::find(case, happened.subject, &[R::ProgramLiaison]);
            notice(happened, N::N12, Ask::Read, to).into_iter().collect()
        }
        ReleaseEvent::PlannedReleaseSet { .. } => {
            let agreed = engagements().filter(|(_, entry)| matches!(entry.state.stage, Stage::WindowScheduled { .. }));
            agreed.filter_map(|(id, entry)| changed(case, *id, &entry.reference)).collect()
        }
        ReleaseEvent::AssessmentUseRecorded { .. } | ReleaseEvent::Merged { .. } => {
            let bound = |stage: &Stage| matches!(stage, Stage::WindowScheduled { .. }) || stage.has_window();
            let windows = engagements().filter(|(_, entry)| bound(&entry.state.stage));
            windows.filter_map(|(id, entry)| changed(case, *id, &entry.reference)).collect()
        }
        ReleaseEvent::Registered { .. }
        | ReleaseEvent::Released { .. }
        | ReleaseEvent::CalendarAdopted { .. }
        | ReleaseEvent::MergedInto { .. }
        | ReleaseEvent::Delegated { .. }
        | ReleaseEvent::DelegationEnded { .. }
        | ReleaseEvent::ExternalEventNoted { .. }
        | ReleaseEvent::Records { .. } => Vec::new(),
    }
}

/// N7 about an engagement whose window something else moved.
fn changed(case: &Case, id: RecordId, reference: &str) -> Option<Notice> {
    let subject = Subject::new(Kind::Engagement, id);
    Told::find(case, subject, CHANGED).notice(N::N7, Ask::Read, subject, reference)
}

/// Everybody whom an agreed or changed window concerns.
const CHANGED: &[R] = &[R::DeveloperOfficial, R::ProgramLiaison, R::InsiderRisk];

/// The recorder hears of the steps after which it is the recorder's turn: an acknowledged inquiry, as one that was
/// answered, is the recorder's to assess or to ask about.
const fn inquiry(event: &I) -> &'static [Row] {
    const TURN: Row = (N::N2, Ask::Update, &[R::DeterminationRecorder]);
    const STEP: Row = (N::N2, Ask::Read, &[R::DeveloperLiaison]);
    match event {
        I::Submitted => &[(N::N1, Ask::Acknowledge, &[R::ProgramLiaison, R::DeterminationRecorder])],
        I::Acknowledged => &[STEP, TURN],
        I::AssessmentBegun | I::StatusTold => &[STEP],
        I::InfoRequested { .. } => &[(N::N2, Ask::Answer, &[R::DeveloperLiaison])],
        I::InfoAnswered { .. } => &[TURN],
        I::Withdrawn => &[(N::N2, Ask::Read, &[R::DeveloperLiaison, R::DeterminationRecorder])],
        I::Determined { .. } | I::ClosedUndetermined { .. } | I::Superseded { .. } => {
            &[(N::N3, Ask::Read, &[R::DeveloperLiaison, R::DeveloperOfficial])]
        }
        I::Drafted { .. } | I::Consulted { .. } => &[],
    }
}

/// N17. The two notices are legally operative and ask to be acknowledged; what the developer answers, or does not, is the
/// records officer's to go on with.
const fn foia_request(event: &F) -> &'static [Row] {
    const SUBMITTER: &[R] = &[R::DeveloperOfficial, R::DeveloperLiaison];
    match event {
        F::SubmitterNoticeSent { .. } | F::DisclosureNoticeSent { .. } => &[(N::N17, Ask::Acknowledge, SUBMITTER)],
        F::DecisionRecorded { .. } | F::OutcomeRecorded { .. } => &[(N::N17, Ask::Read, SUBMITTER)],
        F::Objected { .. } | F::NotObjected | F::ObjectionPeriodEnded => &[(N::N17, Ask::Decide, &[R::Records])],
        F::Logged { .. }
        | F::Searched { .. }
        | F::NoticeAcknowledged { .. }
        | F::DeliveryRecorded { .. }
        | F::DisclosurePlanned { .. } => &[],
    }
}

/// Everybody whom an opening, suspension or closing concerns.
const WINDOW: &[R] = &[R::DeveloperLiaison, R::DeveloperOfficial, R::ProgramLiaison, R::InsiderRisk, R::Evaluator];

const fn engagement_row(event: &E) -> Option<Row> {
    Some(match event {
        E::Proposed { .. } => (N::N4, Ask::Acknowledge, &[R::ProgramLiaison]),
        E::Recalled | E::Reopened => (N::N4, Ask::Read, &[R::ProgramLiaison]),
        E::Returned => (N::N4, Ask::Redline, &[R::DeveloperLiaison]),
        // The question of sameness is a step of the proposal; the lapse is what the reminders spoke of.
        E::SamenessDisputed { .. } => (N::N4, Ask::Decide, &[R::DeveloperOfficial]),
        E::DisputeDropped | E::ReleasesMerged { .. } => {
            (N::N4, Ask::Read, &[R::DeveloperLiaison, R::DeveloperOfficial])
        }
        E::Lapsed => (N::N19, Ask::Read, &[R::DeveloperLiaison, R::DeveloperOfficial, R::ProgramLiaison]),
        E::Acknowledged | E::Declined => (N::N5, Ask::Read, &[R::DeveloperLiaison, R::DeveloperOfficial]),
        E::Ready => (N::N6, Ask::Decide, &[R::DeveloperLiaison, R::ProgramLiaison]),
        E::WindowScheduled { .. }
        | E::WindowShrunk { .. }
        | E::EndLowered { .. }
        | E::WindowExtended { .. }
        | E::FrameworkMigrated { .. } => (N::N7, Ask::Read, CHANGED),
        E::OpeningMissed { .. } => (N::N7, Ask::Complete, &[R::DeveloperLiaison, R::ProgramLiaison]),
        E::WindowOpened { .. } => (N::N8, Ask::Read, WINDOW),
        E::WindowSuspended { .. } | E::WindowResumed => (N::N9, Ask::Read, WINDOW),
        E::WindowClosed { .. } => (N::N10, Ask::Read, WINDOW),
        E::Withdrawn => (N::N11, Ask::Read, &[R::ProgramLiaison, R::InsiderRisk, R::Evaluator]),
        E::FellBackToConditions { .. } => (N::N13, Ask::Complete, &[R::DeveloperLiaison, R::ProgramLiaison]),
        E::ItemRegistered { .. } | E::CertificateDisputed { .. } => (N::N18, Ask::CertifyReturn, &[R::Custodian]),
        E::ItemCertified { .. } => (N::N18, Ask::Decide, &[R::DeveloperLiaison]),
        E::CertificateAccepted { .. } | E::ItemExcepted { .. } => (N::N18, Ask::Read, &[R::Custodian]),
        E::Closed => (N::N18, Ask::Read, &[R::DeveloperLiaison, R::ProgramLiaison]),
        E::Drafted { .. }
        | E::ConflictChecked
        | E::Claimed { .. }
        | E::Transferred { .. }
        | E::ClaimReleased
        | E::LeadNamed { .. }
        | E::SignatoryAssigned { .. }
        | E::MarkingDesignated { .. }
        | E::ReleasedBeforeWindow
        | E::OfferMade { .. }
        | E::OfferAccepted { .. }
        | E::OfferRetracted { .. }
        | E::Records { .. } => return None,
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn engagement(case: &Case, happened: &CaseEvent, event: &E) -> Vec<Notice> {
    let subject = happened.subject;
    let (kind, ask, to) = match event {
        E::OfferMade { offer } => {
            let kind = match offer.terms {
                // What changes the rules of an engagement is told as what changes its window.
                Terms::ScheduleWindow { .. } | Terms::ExtendWindow { .. } | Terms::MigrateFramework { .. } => N::N7,
                Terms::ResumeWindow { .. } => N::N9,
                Terms::Close => N::N18,
                Terms::MergeReleases { .. } => N::N4,
            };
            (kind, Ask::Decide, second_key(case, subject, offer.by.side, &offer.terms))
        }
        E::WindowClosed { .. } if is_withdrawn(case, subject) => return Vec::new(),
        other => {
            let Some((kind, ask, to)) = engagement_row(other) else { return Vec::new() };
            (kind, ask, Told::find(case, subject, to))
        }
    };
    notice(happened, kind, ask, to).into_iter().collect()
}

/// The withdrawal's own notice (N11) says all that N10 would.
fn is_withdrawn(case: &Case, subject: Subject) -> bool {
    use crate::domain::engagement::{Outcome, Stage};
    let stage = case.engagements.get(&subject.id).map(|entry| &entry.state.stage);
    matches!(stage, Some(Stage::CloseOut { outcome: Outcome::Withdrawn }))
}

/// Whoever holds the second key of an offer.
fn second_key(case: &Case, subject: Subject, first: Option<Side>, terms: &Terms) -> Told {
    use crate::domain::actor::Role;
    let recipient = match terms {
        Terms::ResumeWindow { needs: Role::InsiderRiskOfficer } => R::InsiderRisk,
        Terms::ResumeWindow { needs: Role::DeveloperLiaison } => R::DeveloperLiaison,
        Terms::ResumeWindow { needs: Role::DeveloperOfficial } => R::DeveloperOfficial,
        Terms::Close if first != Some(Side::Developer) => R::DeveloperLiaison,
        Terms::ScheduleWindow { .. }
        | Terms::ExtendWindow { .. }
        | Terms::MergeReleases { .. }
        | Terms::MigrateFramework { .. }
            if first != Some(Side::Developer) =>
        {
            R::DeveloperOfficial
        }
        Terms::ScheduleWindow { .. }
        | Terms::ExtendWindow { .. }
        | Terms::ResumeWindow { .. }
        | Terms::Close
        | Terms::MergeReleases { .. }
        | Terms::MigrateFramework { .. } => R::ProgramLiaison,
    };
    Told::find(case, subject, &[recipient])
}

/// N13 goes to the side whose turn it is; a breach also to the insider-risk officer.
fn condition(case: &Case, happened: &CaseEvent, event: &C) -> Vec<Notice> {
    let subject = happened.subject;
    let Some(state) = case.conditions.get(&subject.id).map(|entry| &entry.state) else { return Vec::new() };
    let other = |state: &Condition| match happened.by.side {
        Some(side) if side == state.protected => state.bound,
        _ => state.protected,
    };
    let both = |who: fn(&Case, Subject, Side) -> Told| {
        who(case, subject, state.protected).and(who(case, subject, state.bound))
    };
    let (ask, to): (Ask, Told) = match event {
        C::Attached { .. } | C::TextUploaded { .. } | C::AgreementOffered { .. } => {
            (Ask::Redline, Told::lead(case, subject, other(state)))
        }
        C::Agreed { .. } => (Ask::Sign, both(Told::signatory)),
        C::Breached => {
            let officer = Told::find(case, subject, &[R::InsiderRisk]);
            (Ask::Complete, Told::lead(case, subject, state.bound).and(officer))
        }
        C::Cured | C::Waived => (Ask::Read, Told::lead(case, subject, state.bound)),
        C::Expired => (Ask::Read, both(Told::lead)),
        C::AgreementRetracted { .. }
        | C::WaiverCleared
        | C::Signed { .. }
        | C::FullySigned
        | C::TookForce
        | C::Superseded
        | C::Acknowledged { .. }
        | C::Discharged
        | C::SurvivalEnded
        | C::ContentErased { .. } => return Vec::new(),
    };
    notice(happened, N::N13, ask, to).into_iter().collect()
}

/// N14: the partner's contact is told once the nomination was disclosed, and is asked for the generic screening NDA
/// before (invariant 16).
fn nomination(case: &Case, happened: &CaseEvent, event: &M) -> Vec<Notice> {
    let disclosed =
        case.nominations.get(&happened.subject.id).is_some_and(|entry| Nomination::is_disclosed(&entry.state));
    let (ask, mut to): (Ask, Vec<R>) = match event {
        M::Proposed { .. } => (Ask::Decide, vec![R::DeveloperOfficial]),
        M::ApproachConsented => (Ask::Sign, vec![R::PartnerContact]),
        M::ScreeningNdaSigned { .. } | M::CriteriaStated { .. } => (Ask::Read, vec![R::ProgramLiaison]),
        M::Disclosed => (Ask::Read, vec![R::PartnerContact]),
        M::ScreeningBegun => (Ask::Answer, vec![R::PartnerContact]),
        M::VettingBegun => (Ask::Prepare, vec![R::Reviewer]),
        M::DecisionOpened | M::ReturnedToDecision | M::Reconsidered { .. } => {
            (Ask::Decide, vec![R::DeveloperOfficial, R::Reviewer])
        }
        M::ReviewerAssigned { reviewer, .. } => {
            let to = Told::reviewer(*reviewer);
            return notice(happened, N::N14, Ask::Prepare, to).into_iter().collect();
        }
        M::ConditionsPrecedentBegun { .. } => (Ask::Complete, vec![R::PartnerContact]),
        M::Selected
        | M::NoObjectionRecorded
        | M::NotSelected
        | M::Activated
        | M::Suspended { .. }
        | M::SecurityCleared
        | M::SuspensionLifted
        | M::Revoked
        | M::Expired
        | M::Withdrawn
        | M::Lapsed => {
            let contact = disclosed.then_some(R::PartnerContact);
            (Ask::Read, [R::DeveloperOfficial, R::Reviewer].into_iter().chain(contact).collect())
        }
        M::Recused { .. }
        | M::DeveloperAnswered { .. }
        | M::ConsentRevoked
        | M::Voted { .. }
        | M::VoteRevoked { .. }
        | M::ContentErased { .. } => return Vec::new(),
    };
    to.dedup();
    notice(happened, N::N14, ask, Told::find(case, happened.subject, &to)).into_iter().collect()
}

const fn grant(event: &G) -> &'static [Row] {
    const CONCERNED: &[R] = &[R::Person, R::Requester, R::InsiderRisk];
    match event {
        G::Requested { .. } => &[(N::N15, Ask::Decide, &[R::InsiderRisk])],
        G::PrerequisitesCleared => &[(N::N15, Ask::Decide, &[R::DeveloperOfficial])],
        G::Approved | G::Suspended { .. } | G::SuspensionLifted | G::Revoked | G::Expired => {
            &[(N::N15, Ask::Read, CONCERNED)]
        }
        G::Activated | G::Recertified | G::SecurityCleared | G::Closed | G::ContentErased { .. } => &[],
    }
}

/// N16. The notice itself asks the developer to acknowledge it in the product: it is legally operative (domain section 6).
fn incident(case: &Case, happened: &CaseEvent, event: &IncidentEvent) -> Vec<Notice> {
    const CONCERNED: &[R] = &[R::DeveloperOfficial, R::DeveloperLiaison, R::InsiderRisk, R::ProgramLiaison];
    const DEVELOPER: &[R] = &[R::DeveloperOfficial, R::DeveloperLiaison];
    let rows: &[(Ask, &[R])] = match event {
        IncidentEvent::Reported { .. } => &[
            (Ask::Complete, &[R::InsiderRisk]),
            (Ask::Read, &[R::DeveloperOfficial, R::DeveloperLiaison, R::ProgramLiaison]),
        ],
        IncidentEvent::DeveloperNotified => {
            &[(Ask::Acknowledge, DEVELOPER), (Ask::Read, &[R::InsiderRisk, R::ProgramLiaison])]
        }
        IncidentEvent::DetailRecorded { .. } | IncidentEvent::Closed => &[(Ask::Read, CONCERNED)],
        IncidentEvent::Contained
        | IncidentEvent::Assessed { .. }
        | IncidentEvent::NoticeAcknowledged
        | IncidentEvent::GrantsImplicated { .. }
        | IncidentEvent::GrantsCleared { .. }
        | IncidentEvent::HandedOff { .. }
        | IncidentEvent::LockLifted => &[],
    };
    rows.iter().filter_map(|(ask, to)| notice(happened, N::N16, *ask, Told::find(case, happened.subject, to))).collect()
}

/// N18, as for every step that closes an engagement's account: the government is asked to deliver what the developer
/// recorded, the developer to acknowledge what was delivered. Claims are told to nobody.
fn handoff(case: &Case, happened: &CaseEvent, event: &H) -> Vec<Notice> {
    let (ask, to): (Ask, &[R]) = match event {
        H::Recorded { .. } if happened.by.side == Some(Side::Developer) => (Ask::Prepare, &[R::ProgramLiaison]),
        H::Delivered { .. } => (Ask::Acknowledge, &[R::DeveloperLiaison]),
        H::Recorded { .. }
        | H::CaseIdStated { .. }
        | H::Acknowledged { .. }
        | H::ClearinghouseAcknowledged { .. }
        | H::TlpChanged { .. }
        | H::EmbargoChanged { .. }
        | H::OutcomeRecorded { .. }
        | H::ClaimRegistered { .. }
        | H::ClaimCompared { .. }
        | H::ClaimMatched { .. }
        | H::Closed
        | H::Withdrawn => return Vec::new(),
    };
    notice(happened, N::N18, ask, Told::find(case, happened.subject, to)).into_iter().collect()
}

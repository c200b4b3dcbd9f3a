//! The open deadlines of a case, derived from its state: nothing is remembered that could drift from it. A deadline is
//! opened, moved or ended by comparing what was open before a command with what is open after it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{DeadlineKind as K, Due, Length, Nature, Rule, derive_window::Source, due, repeats_end};
use crate::domain::{
    actor::{Role, Side},
    case::{Case, Facts},
    condition::{Condition, ConditionStage},
    engagement::{Engagement, Stage, lapses},
    framework::Framework,
    grant::{Grant, GrantStage, access::bound_by},
    id::{Kind, RecordId, Subject},
    incident::{Incident, IncidentStage},
    inquiry::{Inquiry, InquiryStage},
    nomination::{Answer, Concurrence, Nomination, NominationStage, concurrence, open_since},
    notice::{Addressee, lead, signatory},
    prerequisites::Prerequisites,
    records::survives_until,
    refusal::Refusal,
    release::Release,
    time::Instant,
};

/// An open deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDeadline {
    /// Which clock.
    pub kind: K,
    /// The record that it belongs to.
    pub subject: Subject,
    /// Its reference.
    pub reference: String,
    /// The event that anchors it, by name.
    pub anchor: &'static str,
    /// The instant that the clock counts from; for a given instant, that instant.
    pub starts_at: Instant,
    /// The framework version that gives the numbers.
    pub framework: String,
    /// Whether the engagement was migrated to that version.
    pub migrated: bool,
    /// When it is due, and why.
    pub due: Due,
    /// What that date comes of.
    pub source: Source,
    /// Whose turn it is, for the clocks that name it themselves.
    pub responsible: Vec<Addressee>,
    /// What its date tells.
    pub date: Date,
}

/// What the date of a deadline tells those who are reminded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// By when it is to be done.
    Own,
    /// When a window opens or closes, too: no mail may name it (domain section 6).
    OfWindow,
    /// Nothing: nobody knows yet by when it is to be done, and the clock ends with its reminders.
    None,
}

impl OpenDeadline {
    /// The numbers of the clock in a version. Before a window is scheduled nobody knows by when a personal agreement is
    /// late, so that only its repeating reminder goes out (D7).
    pub fn rule(&self, framework: &Framework) -> Rule {
        let mut rule = framework.deadline(self.kind);
        if self.date == Date::None {
            rule.reminders.clear();
            rule.escalation = None;
        }
        rule
    }

    /// The day that a mail may name as the recipient's own: none that tells of a window, and none where there is none
    /// (domain section 6).
    pub fn task_day(&self) -> Option<NaiveDate> {
        (self.date == Date::Own).then_some(self.due.shown_on)
    }

    /// The instant of that task, where it does not end with its day: a mail names the time too.
    pub fn task_instant(&self) -> Option<Instant> {
        (self.date == Date::Own && self.kind.row().nature == Nature::Cap).then_some(self.due.due_at)
    }

    /// The key that a reminder ledger needs: kind, record, anchoring event, its instant and the value. A changed date
    /// has another key, so that its reminders are its own; so has one whose reminders a migration replaced.
    pub fn key(&self) -> String {
        let (starts, ends) = (self.starts_at.timestamp_micros(), self.due.due_at.timestamp_micros());
        let version = if self.migrated { format!(":{}", self.framework) } else { String::new() };
        format!("{:?}:{}:{}:{starts}:{ends}{version}", self.kind, self.subject.id, self.anchor)
    }
}

/// The open deadlines of a case by key; the case must be settled at `now`.
///
/// # Errors
/// [`Refusal::NoFramework`] if a pinned version is not known.
pub fn derive(case: &Case, facts: &Facts, now: Instant) -> Result<BTreeMap<String, OpenDeadline>, Refusal> {
    let mut open = Collector { case, facts, now, open: BTreeMap::new() };
    for (id, entry) in &case.releases {
        open.release(*id, &entry.state)?;
    }
    for (id, entry) in &case.inquiries {
        open.inquiry(*id, &entry.state)?;
    }
    for (id, entry) in &case.engagements {
        open.engagement(*id, &entry.state)?;
    }
    for (id, entry) in &case.conditions {
        open.condition(*id, &entry.state)?;
    }
    for (id, entry) in &case.nominations {
        open.nomination(*id, &entry.state)?;
    }
    for (id, entry) in &case.grants {
        open.grant(*id, &entry.state)?;
    }
    for (id, entry) in &case.foia_requests {
        open.foia_request(*id, &entry.state)?;
    }
    for (id, entry) in &case.people {
        open.person(*id, &entry.state)?;
    }
    for (id, entry) in &case.incidents {
        open.incident(*id, &entry.state)?;
    }
    Ok(open.open)
}

pub(super) struct Collector<'a> {
    pub(super) case: &'a Case,
    pub(super) facts: &'a Facts,
    pub(super) now: Instant,
    open: BTreeMap<String, OpenDeadline>,
}

/// A deadline's kind, anchor and start.
pub(super) type Clock = (K, &'static str, Instant);

impl Collector<'_> {
    pub(super) fn add(
        &mut self,
        subject: Subject,
        engagement: Option<RecordId>,
        clock: Clock,
        responsible: Vec<Addressee>,
    ) -> Result<(), Refusal> {
        self.dated(subject, engagement, clock, Date::Own, responsible)
    }

    fn dated(
        &mut self,
        subject: Subject,
        engagement: Option<RecordId>,
        clock: Clock,
        date: Date,
        responsible: Vec<Addressee>,
    ) -> Result<(), Refusal> {
        self.insert(subject, engagement, clock, date, responsible, Source::Rule)
    }

    pub(super) fn insert(
        &mut self,
        subject: Subject,
        engagement: Option<RecordId>,
        (kind, anchor, starts_at): Clock,
        date: Date,
        responsible: Vec<Addressee>,
        source: Source,
    ) -> Result<(), Refusal> {
        let engagement = engagement.and_then(|id| self.case.engagements.get(&id)).map(|entry| &entry.state);
        let migrated = engagement.is_some_and(|engagement| engagement.migrated);
        let framework = match engagement.and_then(|engagement| engagement.framework.as_deref()) {
            Some(pinned) => self.facts.framework(pinned)?,
            // By the clock's start: were it by now, a later version would give the same clock another value, and the
            // reminders of the one that people were told would fall silent.
            None => self.facts.framework_at(starts_at.min(self.now)).or_else(|_| self.facts.framework_at(self.now))?,
        };
        let (mut rule, zone, calendar) = (framework.deadline(kind), framework.zone, self.facts.calendar(self.case));
        if source == Source::Given {
            rule.length = Length::Given;
        }
        let due = if date == Date::None { repeats_end } else { due }(&rule, starts_at, zone, calendar);
        let reference = self.case.reference(subject).unwrap_or_default().to_owned();
        let framework = framework.id.clone();
        let deadline = OpenDeadline {
            kind,
            subject,
            reference,
            anchor,
            starts_at,
            framework,
            migrated,
            due,
            source,
            responsible,
            date,
        };
        self.open.insert(deadline.key(), deadline);
        Ok(())
    }

    /// D10 runs until a partner release is recorded.
    fn release(&mut self, id: RecordId, release: &Release) -> Result<(), Refusal> {
        let Some(planned) = release.planned.filter(|_| release.first_partner_release().is_none()) else {
            return Ok(());
        };
        let clock = (K::PlannedDateCheck, "planned_release_set", planned);
        self.add(Subject::new(Kind::Release, id), None, clock, Vec::new())
    }

    fn inquiry(&mut self, id: RecordId, inquiry: &Inquiry) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Inquiry, id);
        let told = inquiry.status_told_at.unwrap_or(inquiry.since);
        let status = (K::InquiryStatusUpdate, "status_told", told);
        match inquiry.stage {
            InquiryStage::Submitted => {
                self.add(subject, None, (K::InquiryAcknowledged, "inquiry_submitted", inquiry.since), Vec::new())
            }
            InquiryStage::Acknowledged | InquiryStage::Assessing => self.add(subject, None, status, Vec::new()),
            InquiryStage::InfoRequested => {
                self.add(subject, None, status, Vec::new())?;
                self.add(subject, None, (K::InquiryAnswer, "question_asked", inquiry.since), Vec::new())
            }
            InquiryStage::Draft
            | InquiryStage::Determined(_)
            | InquiryStage::ClosedUndetermined { .. }
            | InquiryStage::Withdrawn
            | InquiryStage::Superseded { .. } => Ok(()),
        }
    }

    /// D22 runs beside the clock of the stage, until a window opens.
    fn engagement(&mut self, id: RecordId, e: &Engagement) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Engagement, id);
        if let Some((active, _)) = lapses(self.case, id, self.facts)? {
            self.add(subject, Some(id), (K::IdleLapse, "last_activity", active), Vec::new())?;
        }
        let clock = match &e.stage {
            Stage::Proposed => Some((K::ProposalAcknowledged, "engagement_proposed", e.since)),
            Stage::CloseOut { .. } if e.items.is_empty() || e.items.values().any(|item| !item.is_settled()) => {
                let closed = e.window.as_ref().and_then(|window| window.closed_at).unwrap_or(e.since);
                Some((K::ReturnOrDestruction, "window_closed", closed))
            }
            Stage::Draft
            | Stage::Conditions
            | Stage::Ready
            | Stage::WindowScheduled { .. }
            | Stage::WindowOpen
            | Stage::Suspended { .. }
            | Stage::CloseOut { .. }
            | Stage::Closed { .. } => None,
        };
        clock.map_or(Ok(()), |clock| self.add(subject, Some(id), clock, Vec::new()))?;
        self.window(id, e)?;
        self.records(id, e)
    }

    /// D5, D6 and D17: whose turn it is follows from who acted last.
    fn condition(&mut self, id: RecordId, c: &Condition) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Condition, id);
        let engagement = self.case.engagement_above(c.attached_to);
        let (clock, responsible) = match c.stage {
            ConditionStage::Attached | ConditionStage::Negotiating => {
                let Some((turn, at)) = c.turn() else { return Ok(()) };
                ((K::RedlineTurn, "turn_received", at), lead(self.case, subject, turn))
            }
            ConditionStage::Agreed => {
                let unsigned = [c.protected, c.bound].into_iter().filter(|side| !c.is_signed_by(*side));
                let responsible = unsigned.flat_map(|side| signatory(self.case, subject, side)).collect();
                ((K::OrganizationSignature, "text_agreed", c.since), responsible)
            }
            ConditionStage::Breached => {
                ((K::BreachCure, "breach_recorded", c.since), lead(self.case, subject, c.bound))
            }
            ConditionStage::Discharged | ConditionStage::Expired => {
                let until = survives_until(self.case, id, c, self.facts)?.filter(|_| c.survival_ended.is_none());
                let clock = until.map(|until| (K::RetentionReview, "survival_set", until));
                return clock.map_or(Ok(()), |clock| self.given(subject, engagement, clock));
            }
            ConditionStage::Signed | ConditionStage::InForce | ConditionStage::Waived | ConditionStage::Superseded => {
                return Ok(());
            }
        };
        self.add(subject, engagement, clock, responsible)
    }

    /// D11 for each key that is not turned; D12 while an item waits for the partner's own act.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
    fn nomination(&mut self, id: RecordId, n: &Nomination) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Nomination, id);
        let engagement = Some(n.engagement);
        let pinned = self.case.pinned(n.engagement);
        let quorum = self.facts.pinned(pinned, self.now)?.quorum;
        match n.stage {
            NominationStage::Decision => {
                if n.consent.as_ref().is_none_or(|consent| consent.answer != Answer::Yes) {
                    let clock = (K::PartnerConsent, "decision_stage_entered", n.since);
                    self.add(subject, engagement, clock, Vec::new())?;
                }
                if concurrence(n, quorum) == Concurrence::Open {
                    let clock = (K::PartnerConcurrence, "decision_stage_entered", n.since);
                    let waiting =
                        n.reviewers.iter().filter(|(_, reviewer)| !reviewer.recused && reviewer.vote.is_none());
                    let waiting = waiting.map(|(account, _)| Addressee::Account(*account)).collect();
                    self.add(subject, engagement, clock, waiting)?;
                }
                Ok(())
            }
            NominationStage::ConditionsPrecedent => {
                let Some(since) = open_since(self.case, id, n) else { return Ok(()) };
                self.add(subject, engagement, (K::PartnerConditions, "partner_item_opened", since), Vec::new())
            }
            _ => Ok(()),
        }
    }

    /// D7 until the person acknowledged every personal text, and anew for a text that follows another during access; D13
    /// while the grant is active. A partner's person has no window to be ready for, and never learns when one opens.
    fn grant(&mut self, id: RecordId, grant: &Grant) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Grant, id);
        if grant.stage == GrantStage::Active {
            let certified = grant.certified_at.unwrap_or(grant.since);
            let clock = (K::GrantRecertification, "grant_certified", certified);
            self.add(subject, Some(grant.engagement), clock, Vec::new())?;
        }
        let Some(written) = self.unacknowledged(grant) else { return Ok(()) };
        let (anchor, start, date) = match grant.stage {
            GrantStage::Requested | GrantStage::Prerequisites | GrantStage::Approved => {
                let (date, start) = self
                    .opening_of(grant)
                    .map_or((Date::None, grant.requested_at), |open_at| (Date::OfWindow, open_at));
                ("grant_requested", start, date)
            }
            GrantStage::Active => ("text_written", written, Date::None),
            GrantStage::Suspended { .. } | GrantStage::Expired | GrantStage::Revoked | GrantStage::Closed => {
                return Ok(());
            }
        };
        let person = vec![Addressee::Account(grant.holder)];
        self.dated(subject, Some(grant.engagement), (K::PersonalNda, anchor, start), date, person)
    }

    /// The opening that an evaluator's grant waits for. A partner's has nothing to do with the window, and its date would
    /// tell the partner of it.
    fn opening_of(&self, grant: &Grant) -> Option<Instant> {
        let engagement = self.case.engagements.get(&grant.engagement).filter(|_| grant.nomination.is_none())?;
        if let Stage::WindowScheduled { open_at, missed: false, .. } = engagement.state.stage {
            return Some(open_at);
        }
        None
    }

    /// When the newest personal text was written that both sides agreed and that waits for the person, if one does.
    fn unacknowledged(&self, grant: &Grant) -> Option<Instant> {
        let asked = |c: &Condition| {
            let agreed = matches!(c.stage, ConditionStage::Agreed | ConditionStage::Signed | ConditionStage::InForce);
            c.personal && agreed && !c.is_acknowledged_by(grant.holder)
        };
        let waiting = self.case.conditions_of(bound_by(grant)).map(|(_, c)| &c.state).filter(|c| asked(c));
        waiting.filter_map(|c| c.versions.last()).map(|text| text.at).max()
    }

    /// D16: both clocks run from the report, each until its own act.
    fn incident(&mut self, id: RecordId, incident: &Incident) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Incident, id);
        let (start, engagement) = (incident.reported_at, incident.engagement);
        if incident.stage == IncidentStage::Closed {
            return Ok(());
        }
        if incident.notified_at.is_none() {
            self.add(subject, engagement, (K::IncidentNotice, "incident_reported", start), Vec::new())?;
        }
        if incident.detail.is_none() {
            self.add(subject, engagement, (K::IncidentDetail, "incident_reported", start), Vec::new())?;
        }
        Ok(())
    }

    /// D14 for attestation and training, each from its own start.
    fn person(&mut self, id: RecordId, person: &Prerequisites) -> Result<(), Refusal> {
        if person.side == Side::Developer {
            return Ok(());
        }
        let subject = Subject::new(Kind::Prerequisites, id);
        for (anchor, start) in
            [("attestation_completed", person.attested_at), ("training_completed", person.trained_at)]
        {
            if let Some(start) = start {
                let responsible = vec![Addressee::Host(Role::InsiderRiskOfficer)];
                self.add(subject, None, (K::PersonalAttestation, anchor, start), responsible)?;
            }
        }
        Ok(())
    }
}

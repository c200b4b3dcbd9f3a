//! Incidents beyond their own record: what a report may name and bring along, and what a lock takes back (domain section
//! 3.8). Whether a record is locked is the domain's to say; who reaches it all the same, the policies'.

use super::{
    App, AppError,
    idempotency::Kept,
    lookup::{kind_of, subject},
    view::{Receipt, RecordView},
};
use crate::{
    authz::{Denial, Resource, Sight, decide as authorize},
    domain::{
        action::Action,
        actor::Actor,
        case::{Case, CaseEvent, Event},
        command::Command,
        id::{Kind, Subject},
        incident::{IncidentCommand, IncidentEvent, ReportIncident, place},
        refusal::{FieldReason, Refusal},
    },
    storage::{self, StorageError, Target, WriteTx, outbox},
};

impl App {
    /// A report names records, and may suspend the window. Whoever reports names what they may know of; the officer, who
    /// is told by others, names anything of the case. The window is suspended by those who may do so by themselves.
    ///
    /// # Errors
    /// A refused field for a record that the actor may not know of; [`AppError::Forbidden`] for the window.
    pub(super) fn may_report(
        &self,
        actor: &Actor,
        case: &Case,
        command: &Command,
        resource: &Resource,
    ) -> Result<(), AppError> {
        let Command::Incident(IncidentCommand::ReportIncident(report)) = command else { return Ok(()) };
        let works = Action::new(Kind::Incident, "contain");
        if authorize(self.engine(), actor, works, resource).is_err() {
            self.names_known(actor, case, report)?;
        }
        if !report.suspend_window {
            return Ok(());
        }
        let engagement = place(case, &report.under)?.engagement.ok_or(AppError::Forbidden)?;
        let engagement = Resource::of(case, Subject::new(Kind::Engagement, engagement)).ok_or(AppError::Forbidden)?;
        let suspends = Action::new(Kind::Engagement, "suspend-window");
        match authorize(self.engine(), actor, suspends, &engagement) {
            Ok(_) => Ok(()),
            Err(Denial::Locked) => Err(AppError::Locked),
            Err(Denial::Hidden | Denial::Forbidden) => Err(AppError::Forbidden),
        }
    }

    fn names_known(&self, actor: &Actor, case: &Case, report: &ReportIncident) -> Result<(), Refusal> {
        let grants = report.grants.iter().map(|reference| ("/grants", reference));
        for (pointer, reference) in grants.chain(report.record.iter().map(|reference| ("/record", reference))) {
            let known = case.find(reference).and_then(|subject| self.sight(actor, case, subject));
            known.ok_or(Refusal::field(pointer, FieldReason::NoSuchRecord))?;
        }
        Ok(())
    }

    /// A refusal, unless the record is locked from the actor: then it says no more than that, but for a value that the
    /// actor gave (invariant 1: withdrawing and recording a release are tried under a lock too).
    pub(super) fn refused(&self, refusal: Refusal, case: &Case, subject: Subject, actor: &Actor) -> AppError {
        let own_value = matches!(refusal, Refusal::Field { .. });
        if !own_value && self.sight(actor, case, subject) == Some(Sight::Locked) {
            return AppError::Locked;
        }
        AppError::Refused(refusal)
    }

    /// An answer that was kept, or a receipt in its place where the record was locked since.
    pub(super) async fn unless_locked(&self, tx: &WriteTx, actor: &Actor, kept: Kept) -> Result<Kept, AppError> {
        let Some(kind) = kind_of(&kept.reference) else { return Ok(kept) };
        let target = Target::Reference { kind, reference: kept.reference.clone() };
        let Some(loaded) = storage::read_case(tx, &target, &[]).await? else { return Ok(kept) };
        let found = subject(&loaded.case, kind, &kept.reference);
        if found.and_then(|subject| self.sight(actor, &loaded.case, subject)) != Some(Sight::Locked) {
            return Ok(kept);
        }
        let receipt = RecordView::Receipt(Receipt { reference: kept.reference.clone() });
        Ok(Kept { body: serde_json::to_value(receipt).map_err(AppError::internal)?, ..kept })
    }
}

/// Takes back what waits in the outbox about a record that these events lock. What they themselves say to the officer is
/// queued after.
pub(super) async fn silence_locked(tx: &WriteTx, events: &[CaseEvent]) -> Result<(), StorageError> {
    for event in events {
        let Event::Incident(IncidentEvent::Reported { incident }) = &event.event else { continue };
        if let Some(record) = incident.locks {
            outbox::take_back_about(tx, record.id).await?;
        }
    }
    Ok(())
}

//! The other registered release of a command that says that two are the same one (domain section 3.0). A case is one
//! release, so that two cases stand in one transaction here, and only here: the other one is locked after the own, its
//! facts are handed to the decision, and once both keys turned it is marked in the same transaction. Two merges that
//! cross each other are a deadlock, which the database ends; the one that it stops is run again. The same way a release
//! that happened is carried from a merged release to the one that survives it.

use super::{App, AppError, Principal, failure::Failure, lookup::Looking, people, recording::changes};
use crate::{
    authz::{Resource, decide as authorize},
    domain::{
        action::Action,
        actor::By,
        case::{self, Case, CaseEvent, Event, ReleaseFacts},
        command::Command,
        engagement::{other_release, released},
        id::{Kind, Subject},
        release::ReleaseEvent,
        time::Instant,
    },
    storage::{self, LoadedCase, Target, WriteTx},
};

/// The other release, locked, and its case as time left it.
pub(super) struct OtherRelease {
    reference: String,
    loaded: LoadedCase,
    case: Case,
    events: Vec<CaseEvent>,
    looking: Looking,
}

impl OtherRelease {
    /// What the decision needs to know of it.
    pub(super) fn facts(&self) -> Option<(String, ReleaseFacts)> {
        Some((self.reference.clone(), ReleaseFacts::of(&self.case, self.looking.now)?))
    }
}

impl App {
    /// Locks and loads the other release that the command is about. `None` if it is about none, or about one that does
    /// not exist, is another developer's, or is named by somebody who may not see it.
    pub(super) async fn other_release(
        &self,
        tx: &WriteTx,
        own: &Case,
        on: Subject,
        principal: &Principal,
        command: &Command,
        now: Instant,
    ) -> Result<Option<OtherRelease>, Failure> {
        let Some((reference, must_see)) = other_release(own, on, command) else { return Ok(None) };
        let Some(target) = super::lookup::target(Kind::Release, reference) else { return Ok(None) };
        let own_release = own.release().map(|(id, entry)| (id, entry.state.developer));
        // The own release is locked already, and is no other one.
        if matches!(&target, Target::Subject(_)) || own.find(reference).is_some() {
            return Ok(None);
        }
        let Some(other) = self.lock_other(tx, reference, &target, now).await? else { return Ok(None) };
        let Some((id, entry)) = other.case.release() else { return Ok(None) };
        if own_release.map(|(_, developer)| developer) != Some(entry.state.developer) {
            return Ok(None);
        }
        let seen = Resource::of(&other.case, Subject::new(Kind::Release, id)).is_some_and(|resource| {
            authorize(self.engine(), &principal.actor, Action::read(Kind::Release), &resource).is_ok()
        });
        Ok(Some(other).filter(|_| seen || !must_see))
    }

    /// Locks and loads another release, and folds it forward.
    async fn lock_other(
        &self,
        tx: &WriteTx,
        reference: &str,
        target: &Target,
        now: Instant,
    ) -> Result<Option<OtherRelease>, Failure> {
        let Some(loaded) = storage::lock_case(tx, target, &[]).await? else { return Ok(None) };
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let mut case = loaded.case.clone();
        let events = case::settle(&mut case, &facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        let looking = Looking { facts, now };
        Ok(Some(OtherRelease { reference: reference.to_owned(), loaded, case, events, looking }))
    }

    /// Marks the other release as merged, if that is what was decided: its engagements and use of the cap go on under
    /// `into`.
    pub(super) async fn mark_merged(
        &self,
        tx: &WriteTx,
        other: OtherRelease,
        decided: &[CaseEvent],
    ) -> Result<(), Failure> {
        let merges = |event: &&CaseEvent| matches!(&event.event, Event::Release(ReleaseEvent::Merged { release, .. }) if *release == other.reference);
        let Some(turned) = decided.iter().find(merges) else { return Ok(()) };
        let Some((id, _)) = other.case.release() else { return Ok(()) };
        let event = ReleaseEvent::MergedInto { release: turned.reference.clone() };
        let mark = vec![(Subject::new(Kind::Release, id), Event::Release(event))];
        self.record_on(tx, other, mark, &turned.by).await
    }

    /// Carries a release that was recorded on a merged release to the one that survives: it is the same model, and what is
    /// open under that one ends in the same transaction (domain section 3.3).
    pub(super) async fn carry_release(
        &self,
        tx: &WriteTx,
        own: &Case,
        decided: &[CaseEvent],
        now: Instant,
    ) -> Result<(), Failure> {
        let recorded = decided.iter().find_map(|event| match &event.event {
            Event::Release(ReleaseEvent::Released { kind, released_at }) => Some((*kind, *released_at, &event.by)),
            _ => None,
        });
        let Some((kind, released_at, by)) = recorded else { return Ok(()) };
        let mut into = merged_into(own);
        while let Some(reference) = into {
            let Some(target) = super::lookup::target(Kind::Release, &reference) else { return Ok(()) };
            let Some(other) = self.lock_other(tx, &reference, &target, now).await? else { return Ok(()) };
            let Some((id, _)) = other.case.release() else { return Ok(()) };
            into = merged_into(&other.case);
            let drafts = released(&other.case, id, kind, released_at);
            self.record_on(tx, other, drafts, by).await?;
        }
        Ok(())
    }

    /// Records what follows for the other release, with what time brought it before.
    async fn record_on(
        &self,
        tx: &WriteTx,
        other: OtherRelease,
        drafts: Vec<(Subject, Event)>,
        by: &By,
    ) -> Result<(), Failure> {
        let OtherRelease { reference, loaded, case, mut events, looking } = other;
        let decided =
            case::happen(&case, &reference, by, drafts, &looking.facts, looking.now).map_err(AppError::from)?;
        let after = decided.after;
        events.extend(decided.events);
        let changes = changes(self, tx, &loaded.case, &events, &after, &looking).await?;
        let next = case::next_due(&after, &looking.facts, looking.now).map_err(AppError::from)?;
        let recorded = changes.recorded(self, events, after, next, self.host().await?);
        storage::record(tx, &loaded, recorded, looking.now).await?;
        Ok(())
    }
}

/// The release that the case's own was merged into.
fn merged_into(case: &Case) -> Option<String> {
    case.release().and_then(|(_, entry)| entry.state.merged_into.clone())
}

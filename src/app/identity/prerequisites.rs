//! A person's record of prerequisites is opened with the account, in the same transaction: whoever may one day hold a
//! grant has one (domain section 3.6).

use super::{App, AppError, Failure};
use crate::{
    app::{lookup::Looking, people, recording::changes},
    domain::{
        actor::{By, Side},
        case::{self, CaseEvent, Event},
        id::{Kind, Subject},
        prerequisites::{PrerequisitesEvent, audience},
    },
    storage::{self, LoadedCase, WriteTx, account::Account, constraint},
};

impl App {
    /// Opens the record of somebody of the government or of a partner; developers hold no grants.
    pub(super) async fn open_prerequisites(&self, tx: &WriteTx, account: &Account, by: By) -> Result<(), Failure> {
        if account.side == Side::Developer {
            return Ok(());
        }
        let now = self.decision_time(tx).await?;
        let subject = Subject::new(Kind::Prerequisites, self.new_record());
        let event = CaseEvent {
            subject,
            reference: self.new_reference(subject.kind.prefix(), now),
            audience: audience(account.side, account.organization),
            effective_at: now,
            by,
            event: Event::Prerequisites(PrerequisitesEvent::Opened {
                account: account.id,
                organization: account.organization,
                side: account.side,
            }),
        };
        let loaded = LoadedCase::empty();
        let mut after = loaded.case.clone();
        case::evolve(&mut after, &event);
        let looking = Looking { facts: self.base_facts(tx).await?, now };
        let events = vec![event];
        let changes = changes(self, tx, &loaded.case, &events, &after, &looking).await?;
        let next_due = case::next_due(&after, &looking.facts, now).map_err(AppError::from)?;
        let recorded = changes.recorded(self, events, after, next_due, people::host(tx).await?);
        match storage::record(tx, &loaded, recorded, now).await {
            Ok(_) => Ok(()),
            // References are drawn at random: the next try draws another.
            Err(error) if error.is_conflict(constraint::REFERENCE) => Err(Failure::Again),
            Err(error) => Err(error.into()),
        }
    }
}

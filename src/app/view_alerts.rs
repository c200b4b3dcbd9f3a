//! Words about saved views: each morning, whoever wants to be told learns that a view finds other records than when they
//! were last told. The mail says that, and of how many; no name of a view, which somebody typed, and no reference.

use std::collections::BTreeSet;

use super::{App, AppError, Principal, calendar, outgoing::OutgoingFields};
use crate::{
    domain::{
        notice::{Ask, NoticeKind, Stem},
        time::Instant,
    },
    storage::{
        OutboxDraft, ReadTx, outbox, people,
        saved_views::{self, ViewAlert},
    },
};

/// What was seen for one person.
struct Seen {
    /// The references, as [`App::matches`] has them.
    found: String,
    /// The person's address.
    address: String,
}

impl App {
    /// Looks at the views that are due, `limit` at most; answers how many. One that cannot be looked at is logged and
    /// looked at the next morning.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked at all.
    pub(super) async fn look_at_views(&self, now: Instant, limit: u64) -> Result<usize, AppError> {
        let tx = self.store().begin_read().await?;
        let due = saved_views::due(&tx, now, limit).await;
        tx.end().await?;
        let due = due?;
        for alert in &due {
            if let Err(error) = self.look_at_view(alert, now).await {
                tracing::error!(view.id = %alert.view, %error, "a saved view could not be looked at");
                let seen = Some((alert.seen.clone(), None));
                self.note_look(alert, now, seen).await?;
            }
        }
        Ok(due.len())
    }

    async fn look_at_view(&self, alert: &ViewAlert, now: Instant) -> Result<(), AppError> {
        let tx = self.store().begin_read().await?;
        let seen = self.seen_by(&tx, alert, now).await;
        tx.end().await?;
        let seen = seen?.map(|Seen { found, address }| {
            let changed = changed(&alert.seen, &found);
            let draft = (changed > 0).then(|| self.word(alert, address, changed, now));
            (found, draft)
        });
        self.note_look(alert, now, seen).await
    }

    /// What the view finds for the person now; nothing once the view, or the person's leave to use it, is gone.
    async fn seen_by(&self, tx: &ReadTx, alert: &ViewAlert, now: Instant) -> Result<Option<Seen>, AppError> {
        let person = people::by_ids(tx, [alert.account]).await?.remove(&alert.account);
        let Some(person) = person.filter(|person| person.facts.active) else { return Ok(None) };
        let view = saved_views::one(tx, alert.view, alert.account, person.facts.organization).await?;
        let Some(view) = view else { return Ok(None) };
        let viewer = Principal { actor: calendar::actor(tx, alert.account).await?, session: None };
        let found = self.matches(tx, &viewer, &view, now).await?;
        Ok(Some(Seen { found, address: person.email }))
    }

    /// Remembers what was seen, with the word about it in the same transaction: whichever worker remembers it first says
    /// it, so that nobody is told twice.
    async fn note_look(
        &self,
        alert: &ViewAlert,
        now: Instant,
        seen: Option<(String, Option<OutboxDraft>)>,
    ) -> Result<(), AppError> {
        let next = self.next_morning(now);
        in_transaction!(self, tx => {
            match &seen {
                None => saved_views::unwatch(tx, alert.view, alert.account).await?,
                Some((found, draft)) => {
                    if saved_views::looked(tx, alert, found, next).await? {
                        outbox::queue(tx, draft.as_slice()).await?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    fn word(&self, alert: &ViewAlert, address: String, changed: usize, now: Instant) -> OutboxDraft {
        let id = self.ids().uuid();
        let fields = OutgoingFields { changed: Some(changed), ..OutgoingFields::asking(Ask::OpenView) };
        OutboxDraft {
            id,
            dedupe_key: format!("view:{}:{}:{}", alert.view, alert.account, alert.next_look_at.timestamp_micros()),
            code: NoticeKind::N19.as_str().to_owned(),
            template: Stem::View.as_str().to_owned(),
            reference: None,
            aggregate: None,
            recipient: Some(alert.account),
            address,
            fields: serde_json::to_value(fields).unwrap_or_default(),
            deadline: None,
            queued_at: now,
            send_after: now,
            next_attempt_at: self.clock().system(),
            message_id: format!("{id}@{}", self.settings().mail.message_id_domain()),
        }
    }
}

/// How many records came or went between two looks.
fn changed(before: &str, after: &str) -> usize {
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) =
        (before.split_whitespace().collect(), after.split_whitespace().collect());
    before.symmetric_difference(&after).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_what_went_is_counted() {
        for (before, after, expected) in
            [("", "", 0), ("A B", "A B", 0), ("A B", "B C", 2), ("", "A B C", 3), ("A B", "", 2)]
        {
            assert_eq!(changed(before, after), expected, "{before} {after}");
        }
    }
}

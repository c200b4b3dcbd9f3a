//! Digests: what people want told together, once a day. A digest takes up what was set aside for it; what it says is
//! looked up when it is sent, so that what was taken back or done meanwhile stands in none.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{App, AppError, composing::fields_of, outgoing::Outgoing, people};
use crate::{
    domain::{
        id::AccountId,
        notice::{Ask, Stem},
    },
    mail::DigestLine,
    storage::{self, mail_sorting, outbox::OutboxRow},
};

impl App {
    /// Queues the digests that are due, of at most so many people; answers how many.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked; whoever was not reached stays due.
    pub async fn gather_digests(&self, limit: u64) -> Result<usize, AppError> {
        let tx = self.store().begin_read().await?;
        let now = self.decision_time(&tx).await?;
        let due = mail_sorting::digests_due(&tx, now, limit).await?;
        tx.end().await?;
        for account in &due {
            self.gather_digest(*account).await?;
        }
        Ok(due.len())
    }

    /// A second worker at the same time takes up nothing, and queues nothing. Whoever was disabled gets none, and nothing
    /// stays due.
    async fn gather_digest(&self, account: AccountId) -> Result<(), AppError> {
        in_transaction!(self, tx => {
            let now = self.decision_time(tx).await?;
            let id = self.ids().uuid();
            let taken = mail_sorting::take_up(tx, account, id, now).await?;
            let address = people::addresses(tx, [account].into()).await?.remove(&account);
            if let Some(address) = address.filter(|_| taken > 0) {
                let draft = Outgoing::new(self, now).digest(id, account, address);
                storage::outbox::queue(tx, &[draft]).await?;
            }
            Ok(())
        })
        .await
    }

    /// The lines of a digest: one a record, in the order in which each was first told of.
    pub(super) async fn digest_lines(&self, digest: Uuid) -> Result<Vec<DigestLine>, AppError> {
        let tx = self.store().begin_read().await?;
        let rows = mail_sorting::taken_up(&tx, digest).await;
        tx.end().await?;
        let mut order: Vec<String> = Vec::new();
        let mut lines: BTreeMap<String, DigestLine> = BTreeMap::new();
        for row in &rows? {
            let Some(line) = self.digest_line(row) else { continue };
            if let Some(before) = lines.get_mut(&line.reference) {
                merge(before, &line);
            } else {
                order.push(line.reference.clone());
                lines.insert(line.reference.clone(), line);
            }
        }
        Ok(order.iter().filter_map(|reference| lines.remove(reference)).collect())
    }

    fn digest_line(&self, row: &OutboxRow) -> Option<DigestLine> {
        let stem = Stem::parse(&row.draft.template)?;
        let fields = fields_of(&row.draft).ok()?;
        let reference = row.draft.reference.clone()?;
        Some(DigestLine {
            stem,
            notices: 1,
            ask: Ask::parse(&fields.ask)?,
            task_due: fields.task_due.filter(|_| stem.may_carry_task_date()),
            task_at: fields.task_at.filter(|_| stem.may_carry_task_date()),
            link: self.link(stem, &reference),
            reference,
        })
    }
}

/// Adds a later notice of the same record. A document that is to be signed unseen stays one: a line says no more than
/// the least that any of its notices says.
fn merge(line: &mut DigestLine, later: &DigestLine) {
    line.notices += 1;
    if later.ask != Ask::Read {
        line.ask = later.ask;
    }
    if later.task_due.is_some_and(|due| line.task_due.is_none_or(|before| due < before)) {
        (line.task_due, line.task_at) = (later.task_due, later.task_at);
    }
    if later.stem == Stem::Document {
        (line.stem, line.link) = (later.stem, later.link.clone());
    } else if line.stem != Stem::Document && later.task_due.is_some() {
        line.stem = later.stem;
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn line(stem: Stem, ask: Ask, day: Option<u32>) -> DigestLine {
        DigestLine {
            stem,
            reference: "NOM-2026-K7Q4MD".to_owned(),
            notices: 1,
            ask,
            task_due: day.and_then(|day| NaiveDate::from_ymd_opt(2026, 12, day)),
            task_at: None,
            link: format!("https://anteroom.example/{}", stem.as_str()),
        }
    }

    #[test]
    fn several_notices_of_a_record_are_one_line_that_says_what_is_to_be_done_next() {
        let mut one = line(Stem::Nomination, Ask::Decide, None);
        merge(&mut one, &line(Stem::Reminder, Ask::Decide, Some(14)));
        merge(&mut one, &line(Stem::Reminder, Ask::Sign, Some(11)));
        merge(&mut one, &line(Stem::Nomination, Ask::Read, None));
        assert_eq!((one.notices, one.ask, one.task_due), (4, Ask::Sign, NaiveDate::from_ymd_opt(2026, 12, 11)));
        assert!(one.stem.may_carry_task_date());
    }

    #[test]
    fn a_line_says_no_more_than_its_most_careful_notice() {
        let careful = line(Stem::Document, Ask::Sign, None);
        for order in [
            [careful.clone(), line(Stem::Reminder, Ask::Complete, Some(3))],
            [line(Stem::Nomination, Ask::Read, None), careful.clone()],
        ] {
            let [mut first, second] = order;
            merge(&mut first, &second);
            assert_eq!((first.stem, first.link.as_str()), (Stem::Document, careful.link.as_str()));
        }
        let mut dated = line(Stem::Window, Ask::Prepare, None);
        merge(&mut dated, &line(Stem::Reminder, Ask::Complete, Some(3)));
        assert!(dated.stem.may_carry_task_date(), "a line with a date is of a group that may carry one");
    }
}

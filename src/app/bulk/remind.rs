//! A reminder that somebody asks for: to people of the own side alone, about what is theirs to do on a record, each of
//! each task once a day. It comes beside the ladder of the deadline, and settles no rung of it (invariant 24).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    app::{
        App, AppError, Principal,
        command::TargetRef,
        failure::Failure,
        lookup::kind_of,
        outgoing::{Outgoing, Reminder},
        people,
        read::Readable,
        reminding::words,
        view::may_know,
    },
    authz::Sight,
    domain::{
        action::Action,
        deadline::{OpenDeadline, derive},
        id::{AccountId, Kind, Subject},
        notice::{Addressee, addressees},
        time::local_date,
    },
    storage::{DeadlineRow, DeadlineStatus, OutboxDraft, ReadTx, deadlines, outbox},
};

/// The act, as the access log has it.
const REMIND: &str = "remind";

impl App {
    /// Reminds people of the own side of what is open with the record; answers how many are, or would be. Those who carry
    /// the engagement on may ask (as for what-if).
    pub(super) async fn request_reminder(
        &self,
        principal: &Principal,
        reference: &str,
        preview: bool,
    ) -> Result<usize, AppError> {
        let kind = kind_of(reference).ok_or(AppError::NotFound)?;
        let answer = in_transaction!(self, tx => {
            let readable = self.load_readable(tx, principal, kind, reference).await?;
            self.may_remind(principal, &readable)?;
            let drafts = self.asked_drafts(tx, principal, &readable).await?;
            let people: BTreeSet<Option<AccountId>> = drafts.iter().map(|draft| draft.recipient).collect();
            if !preview {
                outbox::queue(tx, &drafts).await?;
            }
            Ok((readable.subject, people.len(), readable.looking.now))
        })
        .await;
        match answer {
            Ok((subject, people, now)) => {
                if !preview {
                    self.log_read(principal, subject, reference, REMIND, now).await?;
                    self.wake().notify_one();
                }
                Ok(people)
            }
            Err(error) => {
                let target = TargetRef::Record(kind, reference.to_owned());
                self.log_denied(principal, Action::read(kind), &target, &error).await;
                Err(error)
            }
        }
    }

    fn may_remind(&self, principal: &Principal, readable: &Readable) -> Result<(), Failure> {
        let above = readable.case.promoted(readable.subject).and_then(|columns| columns.engagement);
        // Whoever plans with the engagement carries it on. The record itself is known: that its engagement is not is no
        // reason to deny that.
        let carries_on = |id| self.may_plan(principal, &readable.case, Subject::new(Kind::Engagement, id));
        if readable.sight == Sight::Whole && above.is_some_and(carries_on) {
            return Ok(());
        }
        Err(AppError::Forbidden.into())
    }

    async fn asked_drafts(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        readable: &Readable,
    ) -> Result<Vec<OutboxDraft>, Failure> {
        let actor = &principal.actor;
        let open = derive(&readable.case, &readable.looking.facts, readable.looking.now).map_err(AppError::from)?;
        let known =
            |open: &&OpenDeadline| open.subject == readable.subject && may_know(open.kind, actor, readable.sight);
        let meant: Vec<(&OpenDeadline, Vec<Addressee>)> =
            open.values().filter(known).map(|open| (open, meant(readable, open))).collect();
        let found = people::recipients(tx, meant.iter().flat_map(|(_, to)| to.iter().copied())).await?;
        let rows = deadlines::of_aggregates(tx, &[readable.subject.id]).await?;
        let mut drafts = Vec::new();
        for (open, to) in meant {
            let stored = rows.iter().find(|row| row.key == open.key() && row.status == DeadlineStatus::Open);
            let mut to = found.of_side(&to, actor.side, actor.organization);
            to.remove(&actor.account);
            if let Some(row) = stored {
                drafts.extend(self.asked(readable, row, open, to));
            }
        }
        Ok(drafts)
    }

    /// The same person is told of the same task once a day: the day stands in the key of the mail.
    fn asked(
        &self,
        readable: &Readable,
        row: &DeadlineRow,
        open: &OpenDeadline,
        to: BTreeMap<AccountId, String>,
    ) -> Vec<OutboxDraft> {
        let now = readable.looking.now;
        let (stem, ask) = words(open.kind, false);
        let reminder = Reminder {
            deadline: row.id,
            key: &row.key,
            offset: &format!("asked {}", local_date(now, self.settings().program.zone)),
            subject: open.subject,
            reference: &open.reference,
            stem,
            ask,
            task_due: open.task_day(),
            task_at: open.task_instant(),
            late: false,
        };
        Outgoing::new(self, now).reminder(&reminder, to)
    }
}

fn meant(readable: &Readable, open: &OpenDeadline) -> Vec<Addressee> {
    let groups = open.kind.row().reminded.iter();
    groups.flat_map(|group| addressees(&readable.case, open.subject, *group, &open.responsible)).collect()
}

//! Task dates in people's own calendars: what stands there is compared with what a person has to do, and the differences
//! become mail. Only for those who switched it on: an entry leaves the house for a calendar that others may read too,
//! and domain section 6 allows no attachment that nobody asked for.
//!
//! What should stand there follows from the open deadlines of a case, as reminders do, so that no command can forget it.
//! It is worked out in the transaction that records a decision, and for one person when the switch is moved and once in
//! a while, since roles change outside of cases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::feed::actor;
use crate::{
    app::{
        App, AppError, Principal,
        agenda::{Cases, means},
        lookup,
        outgoing::Outgoing,
        people,
        recording::name_of,
        reminding::words,
    },
    authz::Scope,
    domain::{
        case::Case,
        deadline::{Date, DeadlineKind, OpenDeadline, derive},
        id::{AccountId, Kind, RecordId, Subject},
        notice::{Addressee, Ask, addressees, may_be_told},
        time::Instant,
    },
    mail::Method,
    storage::{
        self, OutboxDraft, ReadTx, WriteTx,
        agenda::{Span, open_deadlines},
        calendar_entries::{self, EntryRow},
        mail_choices,
    },
};

/// Deadlines that are looked at together, and how often.
const MOST: u64 = 500;
const MOST_PAGES: u32 = 20;

/// What changes in people's calendars.
#[derive(Debug, Default)]
pub(in crate::app) struct EntryChanges {
    /// The entries as they are from now on.
    pub(in crate::app) rows: Vec<EntryRow>,
    /// The mails that say so.
    pub(in crate::app) mails: Vec<OutboxDraft>,
}

/// A person's own deadlines are those whose group of recipients means the person.
struct Own<'a> {
    open: &'a OpenDeadline,
    to: Vec<Addressee>,
}

/// What should stand in the calendars, by person, record and kind of deadline.
type Wanted<'a> = BTreeMap<(AccountId, RecordId, String), &'a OpenDeadline>;

/// What an entry becomes.
struct Change {
    row: EntryRow,
    method: Method,
    subject: Subject,
    ask: Ask,
    /// Whether the person is told: not of days that are over, nor of what the person may hear nothing of any more.
    told: bool,
}

impl App {
    /// What changes in calendars because the case's open deadlines are these from now on.
    pub(in crate::app) async fn entries_of_case(
        &self,
        tx: &ReadTx,
        case: &Case,
        open: &BTreeMap<String, OpenDeadline>,
        now: Instant,
    ) -> Result<EntryChanges, AppError> {
        let wanting: BTreeSet<AccountId> = mail_choices::wanting_entries(tx).await?.into_iter().collect();
        let Some(id) = id_of(case).filter(|_| !wanting.is_empty()) else { return Ok(EntryChanges::default()) };
        let own = own(case, open);
        let recipients = people::recipients(tx, own.iter().flat_map(|own| own.to.iter().copied())).await?;
        let known = calendar_entries::of_case(tx, id).await?;
        let mut wanted = Wanted::new();
        for own in &own {
            let to = recipients.of(&own.to);
            to.into_keys().filter(|account| wanting.contains(account)).for_each(|to| add(&mut wanted, to, own.open));
        }
        self.mailed(tx, self.compared(case, id, &wanted, known, now), now).await
    }

    /// What changes in one person's calendar: all of the person's own tasks stand there if `wanted`, else none.
    pub(in crate::app) async fn entries_of_person(
        &self,
        tx: &ReadTx,
        account: AccountId,
        wanted: bool,
        now: Instant,
    ) -> Result<EntryChanges, AppError> {
        let known = calendar_entries::of_account(tx, account).await?;
        let viewer = match actor(tx, account).await {
            Ok(actor) => Some(Principal { actor, session: None }),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let viewer = viewer.filter(|_| wanted);
        let mut ids: BTreeSet<RecordId> = known.iter().filter(|row| row.stands).map(|row| row.case).collect();
        if let Some(viewer) = &viewer {
            ids.extend(self.cases_with_deadlines(tx, viewer).await?);
        }
        let Cases { cases, facts } = self.cases(tx, &ids, &ids, now).await?;
        let mut changes = Vec::new();
        for (id, case) in &cases {
            let open = derive(case, &facts, now)?;
            let mut own = own(case, &open);
            own.retain(|own| viewer.as_ref().is_some_and(|viewer| own.to.iter().any(|to| means(*to, &viewer.actor))));
            let mut wanted = Wanted::new();
            for own in &own {
                add(&mut wanted, account, own.open);
            }
            let known = known.iter().filter(|row| row.case == *id).cloned().collect();
            changes.extend(self.compared(case, *id, &wanted, known, now));
        }
        self.mailed(tx, changes, now).await
    }

    /// As [`App::entries_of_person`], written: queued and recorded in this transaction.
    pub(in crate::app) async fn put_entries_of(
        &self,
        tx: &WriteTx,
        account: AccountId,
        wanted: bool,
    ) -> Result<usize, AppError> {
        let now = self.decision_time(tx).await?;
        let changes = self.entries_of_person(tx, account, wanted, now).await?;
        calendar_entries::put(tx, &changes.rows).await?;
        storage::outbox::queue(tx, &changes.mails).await?;
        Ok(changes.rows.len())
    }

    /// Looks at the calendar of everybody who wants entries: roles that were given or taken since move tasks from one
    /// person to another, and no case tells of them.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked; a person whose entries cannot be told is logged and left.
    pub async fn review_calendars(&self) -> Result<usize, AppError> {
        let tx = self.store().begin_read().await?;
        let wanting = mail_choices::wanting_entries(&tx).await;
        tx.end().await?;
        let mut changed = 0;
        for account in wanting? {
            let put = in_transaction!(self, tx => Ok(self.put_entries_of(tx, account, true).await?)).await;
            match put {
                Ok(entries) => changed += entries,
                Err(AppError::Busy) => return Err(AppError::Busy),
                Err(error) => tracing::error!(account.id = %account, %error, "a person's entries cannot be told"),
            }
        }
        Ok(changed)
    }

    /// The cases of open deadlines on records that the person may read.
    async fn cases_with_deadlines(&self, tx: &ReadTx, viewer: &Principal) -> Result<BTreeSet<RecordId>, AppError> {
        let kinds = Kind::ALL.into_iter().map(|kind| storage::Scope::of(&Scope::of(&viewer.actor, kind)));
        let scope = kinds.reduce(storage::Scope::or).unwrap_or_else(storage::Scope::none);
        let mut span = Span { from: None, to: None, after: None, limit: MOST };
        let mut found = BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let rows = open_deadlines(tx, &scope, None, span).await?;
            found.extend(rows.iter().map(|(row, _)| row.release.unwrap_or(row.aggregate)));
            span.after = rows.last().map(|(row, _)| (row.due_at, row.id));
            if u64::try_from(rows.len()).is_ok_and(|rows| rows < span.limit) {
                break;
            }
        }
        Ok(found)
    }

    /// What stands there against what should.
    fn compared(
        &self,
        case: &Case,
        id: RecordId,
        wanted: &Wanted<'_>,
        known: Vec<EntryRow>,
        now: Instant,
    ) -> Vec<Change> {
        let today = now.with_timezone(&self.settings().program.zone).date_naive();
        let host = self.settings().mail.message_id_domain();
        let mut known: BTreeMap<(AccountId, RecordId, String), EntryRow> =
            known.into_iter().map(|row| ((row.account, row.aggregate, row.kind.clone()), row)).collect();
        let mut changes = Vec::new();
        for (key, open) in wanted {
            let day = open.due.shown_on;
            let before = known.remove(key);
            let row = match before {
                Some(row) if row.stands && row.shown_on == day => continue,
                Some(row) => EntryRow { sequence: row.sequence + 1, ..row },
                None => fresh(key, id, &open.reference, host, now),
            };
            // What was late before it could be entered is in the worklist; a calendar's past helps nobody.
            if !row.stands && day < today {
                continue;
            }
            let row = EntryRow { shown_on: day, stands: true, changed_at: now, ..row };
            let ask = words(open.kind, false).1;
            let told = may_be_told(case, open.subject, row.account);
            changes.push(Change { row, method: Method::Request, subject: open.subject, ask, told });
        }
        for row in known.into_values().filter(|row| row.stands) {
            changes.extend(taken_out(case, row, today, now));
        }
        changes
    }

    /// The mails of the changes, to those who may still be told.
    async fn mailed(&self, tx: &ReadTx, changes: Vec<Change>, now: Instant) -> Result<EntryChanges, AppError> {
        let told = changes.iter().filter(|change| change.told).map(|change| change.row.account);
        let people = people::addresses(tx, told.collect()).await?;
        let outgoing = Outgoing::new(self, now);
        let mail = |change: &Change| {
            let address = people.get(&change.row.account).filter(|_| change.told)?;
            Some(outgoing.entry(&change.row, change.method, change.subject, change.ask, address))
        };
        let mails = changes.iter().filter_map(mail).collect();
        Ok(EntryChanges { mails, rows: changes.into_iter().map(|change| change.row).collect() })
    }
}

/// An entry that nothing calls for any more.
fn taken_out(case: &Case, row: EntryRow, today: NaiveDate, now: Instant) -> Option<Change> {
    let subject = Subject::new(lookup::kind_of(&row.reference)?, row.aggregate);
    let told = row.shown_on >= today && may_be_told(case, subject, row.account);
    let row = EntryRow { sequence: row.sequence + 1, stands: false, changed_at: now, ..row };
    Some(Change { row, method: Method::Cancel, subject, ask: Ask::Read, told })
}

/// An entry that nobody's calendar had before. Its uid says nothing, and differs from person to person: two people who
/// share a calendar must not move each other's.
fn fresh(key: &(AccountId, RecordId, String), case: RecordId, reference: &str, host: &str, now: Instant) -> EntryRow {
    let (account, aggregate, kind) = key;
    let uid = Uuid::new_v5(&aggregate.0, format!("calendar entry {kind} {account}").as_bytes());
    EntryRow {
        uid: format!("{uid}@{host}"),
        account: *account,
        case,
        aggregate: *aggregate,
        kind: kind.clone(),
        reference: reference.to_owned(),
        sequence: 0,
        shown_on: NaiveDate::MIN,
        stands: false,
        changed_at: now,
    }
}

/// The deadlines that are somebody's own task and whose day may be named (domain section 6), each with whose it is. The
/// records of people that a release's case looks at are cases of their own.
fn own<'a>(case: &Case, open: &'a BTreeMap<String, OpenDeadline>) -> Vec<Own<'a>> {
    let alone = case.release().is_none();
    let named = open.values().filter(|open| {
        // Every act on an engagement moves the day on which it would lapse: each would be a mail, and it is no task.
        let moves = open.kind == DeadlineKind::IdleLapse;
        let dated = !moves && open.date == Date::Own && words(open.kind, false).0.may_carry_task_date();
        dated && (alone || open.subject.kind != Kind::Prerequisites)
    });
    let with = |open: &'a OpenDeadline| {
        let groups = open.kind.row().reminded.iter();
        let to = groups.flat_map(|group| addressees(case, open.subject, *group, &open.responsible)).collect();
        Own { open, to }
    };
    named.map(with).collect()
}

/// Of two deadlines of a kind on one record, the earlier one is the person's next.
fn add<'a>(wanted: &mut Wanted<'a>, account: AccountId, open: &'a OpenDeadline) {
    let slot = wanted.entry((account, open.subject.id, name_of(open.kind))).or_insert(open);
    if open.due.due_at < slot.due.due_at {
        *slot = open;
    }
}

/// The id that all entries of a case have: the release's, or that of a person's record.
fn id_of(case: &Case) -> Option<RecordId> {
    case.release().map(|(id, _)| id).or_else(|| case.people.keys().next().copied())
}

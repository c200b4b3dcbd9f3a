//! The dates of a record with their reminders, its documents, and what happened: decisions, documents, mail and access
//! in one line of time.

use super::{documents::documents, other::link};
use crate::{
    app::{DeadlineEntry, Dossier, Happened, NoticeEntry, ReminderStatus, TimelineEntry},
    domain::id::Kind,
    web::pages::{
        happening,
        time::{PageClock, day_text},
        ui::{Event, Facts, Inline, Link, Row, Section, Table, Timeline},
        why::{self, Ground},
        words,
    },
};

/// The last sections of every record's page.
pub fn sections(dossier: &Dossier, clock: PageClock) -> Vec<Section> {
    vec![documents(dossier, clock), deadlines(dossier, clock), happened(dossier, clock)]
}

/// The open ones; those that are over stand on a page of their own.
fn deadlines(dossier: &Dossier, clock: PageClock) -> Section {
    let open = dossier.deadlines.iter().filter(|deadline| deadline.status == "open");
    let rows = open.map(|deadline| deadline_row(deadline, clock));
    let table = Table::new("Open deadlines", &DEADLINE_COLUMNS, "No open deadline that you may know of.").with(rows);
    let over = dossier.deadlines.iter().filter(|deadline| deadline.status != "open").count();
    let section = Section::new("deadlines", "Deadlines").with(table);
    if over == 0 {
        return section;
    }
    let text = format!("All deadlines with their reminders, {over} of them over");
    section.with(Inline::Link(Link { href: format!("{}/deadlines", path(dossier)), text }))
}

/// Columns of a table of deadlines.
pub const DEADLINE_COLUMNS: [&str; 6] = ["Deadline", "Record", "Due", "Status", "Why this date", "Reminders"];

/// A deadline as a row of such a table.
pub fn deadline_row(deadline: &DeadlineEntry, clock: PageClock) -> Row {
    let reminder = |one: &crate::app::ReminderEntry| {
        let at = one.planned_at.as_ref().map(|moment| moment.at).or(one.at);
        let at = at.map(|at| clock.plain(at).text).unwrap_or_default();
        let why = one.reason.as_ref().map(|reason| format!(" ({})", words::words(reason))).unwrap_or_default();
        (words::label(&one.to), Inline::text(format!("{} {at}{why}", reminder_status(one.status))))
    };
    let reminders = Facts { rows: deadline.reminders.iter().map(reminder).collect() };
    let told = match reminders.rows.len() {
        0 => Inline::None,
        1 => Inline::Why { summary: "1 reminder".to_owned(), facts: reminders },
        some => Inline::Why { summary: format!("{some} reminders"), facts: reminders },
    };
    Row::new(vec![
        Inline::text(format!("{} {}", deadline.code, words::label(&deadline.kind))),
        link(&deadline.reference),
        clock.due(deadline.shown_on, deadline.due_at.at).into(),
        Inline::Tag(words::label(&deadline.status)),
        why(deadline, clock),
        told,
    ])
}

/// Why it is this date, in one line.
pub fn reason(deadline: &DeadlineEntry, clock: PageClock) -> String {
    Ground::from(deadline).reason(clock)
}

/// The facts behind a date, below the line that sums them up.
pub fn why(deadline: &DeadlineEntry, clock: PageClock) -> Inline {
    let facts = why::facts(&Ground::from(deadline), &deadline.clock, &deadline.due_at, clock);
    let facts = facts.with("Calendar", Inline::text(&deadline.calendar));
    Inline::Why { summary: reason(deadline, clock), facts }
}

fn path(dossier: &Dossier) -> String {
    format!("/{}/{}", dossier.kind.plural(), dossier.reference)
}

const fn reminder_status(status: ReminderStatus) -> &'static str {
    match status {
        ReminderStatus::Planned => "Planned",
        ReminderStatus::Queued => "Queued",
        ReminderStatus::Sent => "Sent",
        ReminderStatus::Bounced => "Bounced",
        ReminderStatus::Skipped => "Skipped",
        ReminderStatus::Superseded => "Superseded",
    }
}

/// Events that a record's own page shows.
const NEWEST: usize = 15;

fn happened(dossier: &Dossier, clock: PageClock) -> Section {
    let mut events = events(dossier, clock);
    let all = events.len();
    events.truncate(NEWEST);
    let section =
        Section::new("timeline", "Timeline").with(Timeline { whole: format!("{}/timeline", path(dossier)), events });
    if all <= NEWEST {
        return section;
    }
    let text = format!("All that happened: {all} entries, by decisions, documents, mail and access");
    section.with(Inline::Link(Link { href: format!("{}/timeline", path(dossier)), text }))
}

/// Everything that happened, mail included, the newest first.
pub fn events(dossier: &Dossier, clock: PageClock) -> Vec<Event> {
    let mut events: Vec<(chrono::DateTime<chrono::Utc>, Event)> =
        dossier.happened.iter().map(|one| (one.entry.effective_at.at, event(dossier, one, clock))).collect();
    events.extend(dossier.deadlines.iter().flat_map(|deadline| mails(deadline, clock)));
    events.extend(dossier.notices.iter().map(|notice| (notice.at.at, noticed(dossier, notice, clock))));
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    events.into_iter().map(|(_, event)| event).collect()
}

fn event(dossier: &Dossier, one: &Happened, clock: PageClock) -> Event {
    let entry = &one.entry;
    let own = one.reference == dossier.reference;
    let by = by(entry);
    let what = if own {
        words::event(&entry.event)
    } else {
        format!("{}: {}", words::kind(one.kind), words::event(&entry.event))
    };
    Event {
        id: format!("e-{}", entry.id),
        at: clock.plain(entry.effective_at.at),
        what,
        sort: sort(one.kind, &entry.event),
        by: format!("by {by}"),
        audience: words::audience(entry.audience).to_owned(),
        record: if own { Inline::None } else { link(&one.reference) },
        facts: happening::facts(entry, &dossier.names, clock),
    }
}

/// Who did it, and on whose delegation.
pub fn by(entry: &TimelineEntry) -> String {
    match &entry.delegated_by {
        Some(official) => format!("{}, on delegation of {}", entry.by.name, official.name),
        None => entry.by.name.clone(),
    }
}

fn sort(kind: Kind, event: &str) -> &'static str {
    match kind {
        Kind::Condition if event == "condition.text_uploaded" => "document",
        Kind::Document => "document",
        Kind::Grant | Kind::Prerequisites => "access",
        Kind::Release
        | Kind::Inquiry
        | Kind::Engagement
        | Kind::Condition
        | Kind::Nomination
        | Kind::Incident
        | Kind::FoiaRequest
        | Kind::Handoff => "decision",
    }
}

/// A notice that went to the viewer's side.
fn noticed(dossier: &Dossier, notice: &NoticeEntry, clock: PageClock) -> Event {
    let of = dossier.happened.iter().find(|one| one.entry.id == notice.event);
    let what = of.map(|one| format!(": {}", words::event(&one.entry.event))).unwrap_or_default();
    let to = if notice.mine { "you" } else { "your side" };
    Event {
        id: format!("n-{}-{}", notice.event, notice.code),
        at: clock.plain(notice.at.at),
        what: format!("Notice {}{what}", notice.code),
        sort: "mail",
        by: format!("{} to {to}", reminder_status(notice.status)),
        audience: String::new(),
        record: if notice.reference == dossier.reference { Inline::None } else { link(&notice.reference) },
        facts: Facts::new(),
    }
}

/// The reminders that went out.
fn mails(deadline: &DeadlineEntry, clock: PageClock) -> Vec<(chrono::DateTime<chrono::Utc>, Event)> {
    let sent = deadline.reminders.iter().zip(1_usize..).filter(|(one, _)| {
        matches!(one.status, ReminderStatus::Sent | ReminderStatus::Bounced | ReminderStatus::Queued)
    });
    sent.filter_map(|(one, number)| {
        let at = one.at?;
        let event = Event {
            id: format!("m-{}-{}-{}-{number}", deadline.reference, deadline.code, at.timestamp()),
            at: clock.plain(at),
            what: format!("Reminder of {} {}", deadline.code, words::words(&deadline.kind)),
            sort: "mail",
            by: format!("{} to {}", reminder_status(one.status), words::words(&one.to)),
            audience: String::new(),
            record: link(&deadline.reference),
            facts: Facts::new().with("Due", Inline::text(day_text(deadline.shown_on))),
        };
        Some((at, event))
    })
    .collect()
}

//! The dates of a record with their reminders, its documents, and what happened: decisions, documents, mail and access
//! in one line of time.

use super::other::link;
use crate::{
    app::{DeadlineEntry, Dossier, Happened, ReminderStatus},
    domain::{audience::Audience, id::Kind},
    web::pages::{
        particulars,
        time::{PageClock, day_text},
        ui::{Event, Facts, Inline, Link, Row, Section, Table, Timeline},
        words,
    },
};

/// The last sections of every record's page.
pub fn sections(dossier: &Dossier, clock: PageClock) -> Vec<Section> {
    vec![documents(dossier, clock), deadlines(dossier, clock), happened(dossier, clock)]
}

fn documents(dossier: &Dossier, clock: PageClock) -> Section {
    let rows = dossier.documents.iter().map(|document| {
        let named = document.document.as_ref().map_or_else(
            || Inline::text(document.title.clone()),
            |view| Inline::Link(Link { href: format!("/documents/{}", view.reference), text: view.name.clone() }),
        );
        let stage = document.document.as_ref().map(|view| words::label(view.stage)).unwrap_or_default();
        let version = document.document.as_ref().map(|view| view.version.to_string()).unwrap_or_default();
        Row::new(vec![
            named,
            Inline::text(version),
            Inline::text(stage),
            clock.moment(&document.created_at).into(),
            Inline::Code(document.digest.clone()),
        ])
    });
    let columns = ["Document", "Version", "Stage", "Came", "SHA-256"];
    let table = Table::new("Texts and documents", &columns, "No text or document that you may know of.").with(rows);
    Section::new("documents", "Documents").with(table)
}

fn deadlines(dossier: &Dossier, clock: PageClock) -> Section {
    let rows = dossier.deadlines.iter().map(|deadline| {
        let reminders = deadline.reminders.iter().map(|one| {
            let at = one.planned_at.as_ref().map(|moment| moment.at).or(one.at);
            let at = at.map(|at| format!(", {}", clock.plain(at).text)).unwrap_or_default();
            let why = one.reason.as_ref().map(|reason| format!(" ({})", words::words(reason))).unwrap_or_default();
            Inline::text(format!("{} to {}{at}{why}", reminder_status(one.status), words::words(&one.to)))
        });
        Row::new(vec![
            Inline::text(format!("{} {}", deadline.code, words::label(&deadline.kind))),
            link(&deadline.reference),
            clock.day(deadline.shown_on).into(),
            Inline::Tag(words::label(&deadline.status)),
            why(deadline, clock),
            Inline::list(reminders),
        ])
    });
    let columns = ["Deadline", "Record", "Due", "Status", "Why this date", "Reminders"];
    let table = Table::new("Deadlines and their reminders", &columns, "No deadline that you may know of.").with(rows);
    Section::new("deadlines", "Deadlines").with(table)
}

/// The facts behind a date.
fn why(deadline: &DeadlineEntry, clock: PageClock) -> Inline {
    let anchored =
        format!("Anchored by {}, {}", words::words(&deadline.anchor), clock.plain(deadline.starts_at.at).text);
    let said =
        particulars::facts(&deadline.clock, clock, &[]).rows.into_iter().filter_map(|(name, value)| match value {
            Inline::Text(text) => Some(Inline::text(format!("{name}: {text}"))),
            Inline::List(items) => Some(Inline::List(items)),
            _ => None,
        });
    let calendar = format!("Calendar {}", deadline.calendar);
    Inline::list([Inline::text(anchored)].into_iter().chain(said).chain([Inline::text(calendar)]))
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

fn happened(dossier: &Dossier, clock: PageClock) -> Section {
    let mut events: Vec<(chrono::DateTime<chrono::Utc>, Event)> =
        dossier.happened.iter().map(|one| (one.entry.effective_at.at, event(dossier, one, clock))).collect();
    events.extend(dossier.deadlines.iter().flat_map(|deadline| mails(deadline, clock)));
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let timeline = Timeline { events: events.into_iter().map(|(_, event)| event).collect() };
    Section::new("timeline", "Timeline").with(timeline)
}

fn event(dossier: &Dossier, one: &Happened, clock: PageClock) -> Event {
    let entry = &one.entry;
    let own = one.reference == dossier.reference;
    let by = match &entry.delegated_by {
        Some(official) => format!("{}, on delegation of {}", entry.by.name, official.name),
        None => entry.by.name.clone(),
    };
    let what = if own {
        words::event(&entry.event)
    } else {
        format!("{}: {}", words::kind(one.kind), words::event(&entry.event))
    };
    Event {
        id: format!("e-{}", entry.id),
        at: clock.plain(entry.effective_at.at),
        what,
        sort: sort(one.kind),
        by: format!("by {by}"),
        audience: audience(entry.audience),
        record: if own { Inline::None } else { link(&one.reference) },
        facts: if entry.erased {
            Facts::new().with("Particulars", Inline::text("Erased under a disposal of records"))
        } else {
            particulars::facts(&entry.data, clock, &[])
        },
    }
}

const fn sort(kind: Kind) -> &'static str {
    match kind {
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

fn audience(audience: Audience) -> String {
    let value = serde_json::to_value(audience).unwrap_or_default();
    value.as_str().map(words::label).unwrap_or_default()
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

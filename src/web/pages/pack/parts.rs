//! What a record pack says, part by part: the records as their reader sees them, dates, what happened, texts and
//! documents, and where the ledger stands.

use serde_json::Value;

use crate::{
    app::{
        export::{AuditStream, Export, ExportedContent, ExportedEvent},
        kind_of,
    },
    web::pages::{
        documents::size,
        particulars,
        record::{DEADLINE_COLUMNS, deadline_row, link},
        time::PageClock,
        ui::{Event, Facts, Inline, Part, Row, Section, Table, Timeline},
        words,
    },
};

/// What the pack says of itself.
pub fn about(export: &Export, purpose: &str, clock: PageClock) -> Facts {
    let about = &export.about;
    let roles: Vec<String> = about.requester.roles.iter().map(|role| words::role(*role)).collect();
    let framework = about
        .framework
        .as_ref()
        .map(|version| Inline::text(format!("{}, from {}: {}", version.id, version.effective_from, version.authority)));
    Facts::new()
        .with("Engagement", Inline::text(&about.engagement))
        .with("Developer", Inline::text(&export.record.developer.name))
        .with("Copy for", Inline::text(words::side(about.copy_for)))
        .with("Requested by", Inline::text(format!("{}, {}", about.requester.name, about.requester.organization)))
        .with("Roles", Inline::text(roles.join(", ")))
        .with("Purpose", Inline::text(purpose))
        .with("As of", clock.plain(export.record.as_of.at))
        .some("Marking designated by", Inline::text(about.designated_by.clone().unwrap_or_default()))
        .some("Asked about the marking", Inline::text(about.marking_contact.map(words::role).unwrap_or_default()))
        .some("Framework version", framework.unwrap_or(Inline::None))
}

/// Everything else.
pub fn sections(export: &Export, clock: PageClock) -> Vec<Section> {
    let mut sections = records(export, clock);
    sections.push(deadlines(export, clock));
    sections.push(happened(&export.record.timeline, clock));
    sections.push(contents(&export.record.contents));
    sections.extend(texts(export, clock));
    sections.push(ledger(&export.audit.streams));
    sections
}

/// The records: the engagement first, then kind by kind.
fn records(export: &Export, clock: PageClock) -> Vec<Section> {
    let records = &export.record.records;
    let first = records.get_key_value("engagements").into_iter();
    let others = records.iter().filter(|(kind, _)| **kind != "engagements");
    let all = first.chain(others).flat_map(|(kind, found)| found.iter().map(move |one| (*kind, one)));
    all.enumerate().map(|(place, (kind, one))| record(place, kind, one, clock)).collect()
}

/// A record; not every one has a reference, so that its place is its id.
fn record(place: usize, kind: &str, record: &Value, clock: PageClock) -> Section {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let reference = text("reference");
    let named = kind_of(reference).map_or_else(|| words::label(kind), |kind| words::kind(kind).to_owned());
    let heading = if reference.is_empty() { named } else { format!("{named} {reference}") };
    Section::new(&format!("record-{place}"), &heading).with(particulars::facts(record, clock, &["reference"]))
}

fn deadlines(export: &Export, clock: PageClock) -> Section {
    let rows = export.record.deadlines.iter().map(|deadline| deadline_row(deadline, clock));
    let table = Table::new("Deadlines, open and over", &DEADLINE_COLUMNS, "No deadline.").with(rows);
    Section::new("deadlines", "Deadlines").with(table)
}

fn happened(events: &[ExportedEvent], clock: PageClock) -> Section {
    let event = |one: &ExportedEvent| {
        let entry = &one.entry;
        let mut facts = if entry.erased {
            Facts::new().with("Particulars", Inline::text("Erased under a disposal of records"))
        } else {
            particulars::facts(&entry.data, clock, &[])
        };
        facts = facts
            .with("Recorded", clock.plain(entry.recorded_at.at))
            .with("Place in its stream", Inline::text(entry.number.to_string()))
            .with("Hash", Inline::Code(entry.hash.clone()));
        let delegated = entry.delegated_by.as_ref().map(|by| format!(", on delegation of {}", by.name));
        Event {
            id: format!("e-{}", entry.id),
            at: clock.plain(entry.effective_at.at),
            what: words::event(&entry.event),
            sort: "decision",
            by: format!("by {}{}", entry.by.name, delegated.unwrap_or_default()),
            audience: words::audience(entry.audience).to_owned(),
            record: link(&one.record),
            facts,
        }
    };
    let timeline = Timeline { whole: String::new(), events: events.iter().map(event).collect() };
    Section::new("timeline", "What happened, the oldest first").with(timeline)
}

fn contents(contents: &[ExportedContent]) -> Section {
    let rows = contents.iter().map(|content| {
        let why = content.not_included.as_ref().map(|why| why.detail.clone());
        Row::new(vec![
            link(&content.document),
            Inline::text(content.name.clone()),
            Inline::text(content.media_type.name()),
            Inline::text(size(content.size_bytes)),
            Inline::Code(content.sha256.as_str().to_owned()),
            Inline::text(content.path.clone().or(why).unwrap_or_default()),
        ])
    });
    let columns = ["Document", "Name", "Media type", "Size", "SHA-256", "In the package"];
    Section::new("documents", "Documents").with(Table::new("Uploaded documents", &columns, "None.").with(rows))
}

/// Each text once, with every record that has it.
fn texts(export: &Export, clock: PageClock) -> Vec<Section> {
    let text = |(place, (digest, body)): (usize, (&String, &String))| {
        let of = export.record.documents.iter().filter(|document| document.digest == *digest);
        let titles: Vec<String> = of.clone().map(|one| format!("{} ({})", one.title, one.record)).collect();
        let came = of.map(|one| Inline::from(clock.plain(one.created_at.at)));
        let facts = Facts::new().with("SHA-256", Inline::Code(digest.clone())).some("Came", Inline::list(came));
        let heading = format!("Text: {}", titles.join(", "));
        Section::new(&format!("text-{place}"), &heading).with(facts).with(Part::Text(body.clone()))
    };
    export.documents.iter().enumerate().map(text).collect()
}

/// The newest link of each stream that the reader belongs to.
fn ledger(streams: &[AuditStream]) -> Section {
    let rows = streams.iter().map(|stream| {
        Row::new(vec![
            link(&stream.record),
            Inline::text(words::audience(stream.audience)),
            Inline::text(stream.head.sequence.to_string()),
            Inline::Code(stream.head.hash.clone()),
        ])
    });
    let columns = ["Record", "Known to", "Links", "Hash of the newest link"];
    let table = Table::new("Chains of the record", &columns, "None.").with(rows);
    let how = "The export package holds every link; `anteroom verify --package` checks it without the service.";
    Section::new("ledger", "Ledger").with(Inline::text(how)).with(table)
}

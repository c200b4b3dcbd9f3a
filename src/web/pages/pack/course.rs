//! The course of an engagement in a pack: its deadlines, the mails that went out, and what happened, a row each.

use std::collections::BTreeMap;

use super::parts::Parts;
use crate::{
    app::{
        DeadlineEntry,
        export::{ExportedEvent, ExportedMail},
    },
    web::pages::{
        happening,
        record::{by, link, reason},
        time::day_text,
        ui::{Inline, Row, Section, Table},
        words,
    },
};

/// The status of a date in whose place another one came.
const REPLACED: &str = "superseded";

impl Parts<'_> {
    /// The deadlines that counted, by their dates.
    pub fn deadlines(&self) -> Section {
        let mut found: Vec<&DeadlineEntry> =
            self.export.record.deadlines.iter().filter(|one| one.status != REPLACED).collect();
        found.sort_by_key(|one| (one.due_at.at, one.reference.clone()));
        let rows = found.into_iter().map(|one| {
            Row::new(vec![
                Inline::text(format!("{} {}", one.code, words::label(&one.kind))),
                link(&one.reference),
                Inline::text(day_text(one.shown_on)),
                Inline::text(reason(one, self.clock)),
                self.met(one),
            ])
        });
        let columns = ["Deadline", "Record", "Due", "Why this date", "Met"];
        let table = Table::new("Deadlines, open and over", &columns, "No deadline.").with(rows);
        let replaced = self.replaced();
        let replaced = (!replaced.is_empty()).then(|| Inline::text(replaced));
        Section::new("deadlines", "Deadlines").with(table).some(replaced)
    }

    /// When it was met, or what else became of it.
    fn met(&self, one: &DeadlineEntry) -> Inline {
        match one.status.as_str() {
            "open" if one.due_at.at <= self.clock.now => Inline::text("Open, and late"),
            "open" => Inline::text("Open"),
            "satisfied" => Inline::text(self.clock.plain(one.status_at).text),
            other => Inline::text(format!("{} {}", words::label(other), self.clock.plain(one.status_at).text)),
        }
    }

    /// Dates that are left out because others came in their place, counted by deadline; empty where there is none.
    pub fn replaced(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in self.export.record.deadlines.iter().filter(|one| one.status == REPLACED) {
            *counts.entry(&one.code).or_default() += 1;
        }
        let counted: Vec<String> = counts.iter().map(|(code, count)| format!("{code}: {count}")).collect();
        if counted.is_empty() {
            return String::new();
        }
        let all = counts.values().sum::<usize>();
        let dates = if all == 1 { "1 date".to_owned() } else { format!("{all} dates") };
        format!(
            "{dates} in whose place others came when what they count from changed ({}): the export package holds them.",
            counted.join(", ")
        )
    }

    /// The mails that went out to the requester's side.
    pub fn mails(&self) -> Section {
        let rows = self.export.told.mails.iter().map(|mail| {
            Row::new(vec![
                self.clock.plain(mail.at.at).into(),
                link(&mail.record),
                Inline::text(notice(mail)),
                Inline::text(mail.to.join(", ")),
                Inline::text(outcome(&mail.outcome)),
            ])
        });
        let columns = ["When", "Record", "Notice", "To", "Outcome"];
        let caption = "Notices and reminders to this side, the oldest first";
        Section::new("mail", "Mail").with(Table::new(caption, &columns, "No mail went out to this side.").with(rows))
    }

    /// What happened, the oldest first.
    pub fn timeline(&self) -> Section {
        let rows = self.export.record.timeline.iter().map(|one| self.happened(one));
        let columns = ["When", "Record", "What happened", "By", "Particulars", "Known to, place in its stream"];
        let table = Table::new("What happened, the oldest first", &columns, "Nothing that you may know of.");
        Section::new("timeline", "Timeline").with(table.with(rows))
    }

    fn happened(&self, one: &ExportedEvent) -> Row {
        let entry = &one.entry;
        let (at, recorded) = (self.clock.plain(entry.effective_at.at), self.clock.plain(entry.recorded_at.at));
        let late = (at.text != recorded.text).then(|| Inline::text(format!("recorded {}", recorded.text)));
        let place = format!("{}, {}", words::audience(entry.audience), entry.number);
        Row::new(vec![
            Inline::list(std::iter::once(at.into()).chain(late)),
            link(&one.record),
            Inline::text(words::event(&entry.event)),
            Inline::text(by(entry)),
            Inline::text(happening::line(entry, &self.export.told.names, self.clock)),
            Inline::text(place),
        ])
    }
}

/// The notice by its code and what it is about.
fn notice(mail: &ExportedMail) -> String {
    format!("{} {}", mail.code, mail.about).trim_end().to_owned()
}

fn outcome(outcome: &str) -> String {
    match outcome {
        "sent" => "Went out".to_owned(),
        "digest" => "In the digest".to_owned(),
        "missed" => "Too late to be sent".to_owned(),
        "failed" => "Refused".to_owned(),
        other => words::label(other),
    }
}

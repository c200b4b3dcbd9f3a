//! The planner's answer: what time brings without and with the supposition, side by side.

use crate::{
    app::{
        kind_of,
        view::Moment,
        what_if::{
            ComparedWith, DeadlineFate, WhatIfAnswer, WhatIfCommand, WhatIfDate, WhatIfDeadline, WhatIfReminder,
            WhatIfStop,
        },
    },
    web::pages::{
        record::{link, reasons},
        time::PageClock,
        ui::{Act, Acts, Alert, Blocked, Facts, Inline, Row, Section, Table, Tone},
        why::{self, Ground},
        words,
    },
};

/// The answer.
pub fn sections(answer: &WhatIfAnswer, clock: PageClock) -> Vec<Section> {
    let told = Telling { answer, clock };
    vec![told.about(), told.events(), told.deadlines(), told.reminders(), told.unmet(), told.commands()]
}

struct Telling<'a> {
    answer: &'a WhatIfAnswer,
    clock: PageClock,
}

impl Telling<'_> {
    /// What the two columns stand for.
    const fn columns(&self) -> [&'static str; 2] {
        match self.answer.compared_with {
            ComparedWith::AsItStands => ["As it stands", "As supposed"],
            ComparedWith::InForceNow => ["If in force now", "If unsigned until then"],
        }
    }

    fn moment(&self, moment: Option<&Moment>) -> Inline {
        moment.map_or_else(|| Inline::text("Does not happen"), |moment| self.clock.moment(moment).into())
    }

    fn about(&self) -> Section {
        let text = "This is what time would bring if nobody did anything else. Nothing was changed.";
        let facts = Facts::new()
            .with("Asked", self.clock.plain(self.answer.at.at))
            .with("Looked ahead until", self.clock.moment(&self.answer.until));
        Section::new("answer", "What would follow").with(Alert::new(Tone::Info, text)).with(facts)
    }

    fn events(&self) -> Section {
        let rows = self.answer.events.iter().map(|event| {
            let (before, after) = (self.moment(event.before.as_ref()), self.moment(event.after.as_ref()));
            Row::new(vec![Inline::text(what(&event.reference, &event.event)), link(&event.reference), before, after])
        });
        let [before, after] = self.columns();
        let columns = ["What", "Record", before, after];
        let table = Table::new("What time brings", &columns, "Time alone brings nothing in that span.").with(rows);
        Section::new("events", "What time brings").with(table).with(self.grants())
    }

    fn grants(&self) -> Table {
        let stops = |stops: &[WhatIfStop]| {
            let said = stops.iter().map(|stop| {
                Inline::text(format!("{}: {}", words::event(&stop.event), self.clock.plain(stop.at.at).text))
            });
            Inline::list(said)
        };
        let rows = self
            .answer
            .grants
            .iter()
            .map(|grant| Row::new(vec![link(&grant.reference), stops(&grant.before), stops(&grant.after)]));
        let [before, after] = self.columns();
        let columns = ["Access grant", before, after];
        Table::new("Grants whose access stops", &columns, "No grant’s access stops otherwise.").titled().with(rows)
    }

    fn deadlines(&self) -> Section {
        let date = |date: Option<&WhatIfDate>| {
            let Some(date) = date else { return Inline::None };
            let facts = why::facts(&Ground::from(date), &date.clock, &date.due_at, self.clock);
            let why = Inline::Why { summary: why::SUMMARY.to_owned(), facts };
            Inline::List(vec![self.clock.day(date.shown_on).into(), why])
        };
        let row = |one: &WhatIfDeadline| {
            let named = format!("{} {}", one.code, words::label(&one.kind));
            let (before, after) = (date(one.before.as_ref()), date(one.after.as_ref()));
            let change = Inline::Tag(fate(one.change).to_owned());
            Row::new(vec![Inline::text(named), link(&one.reference), change, before, after])
        };
        let [before, after] = self.columns();
        let columns = ["Deadline", "Record", "Change", before, after];
        let table = Table::new("Deadlines that change", &columns, "No deadline moves.");
        Section::new("moved", "Deadlines that change").with(table.with(self.answer.deadlines.iter().map(row)))
    }

    fn reminders(&self) -> Section {
        let rows = |reminders: &[WhatIfReminder]| {
            let row = |one: &WhatIfReminder| {
                let named = format!("{} {}", one.code, words::label(&one.kind));
                let to = Inline::text(words::label(&one.to));
                Row::new(vec![Inline::text(named), link(&one.reference), to, self.clock.moment(&one.at).into()])
            };
            reminders.iter().map(row).collect::<Vec<_>>()
        };
        let columns = ["Reminder of", "Record", "To", "When"];
        let table = |caption: &str, empty: &str, rows| Table::new(caption, &columns, empty).titled().with(rows);
        let gone =
            table("Not sent any more", "None that would go out is dropped.", rows(&self.answer.reminders_canceled));
        let new = table("Sent instead or besides", "None is added.", rows(&self.answer.reminders_new));
        Section::new("reminders", "Reminders to your side").with(gone).with(new)
    }

    fn unmet(&self) -> Section {
        let rows = self.answer.newly_unmet.iter().map(|guard| {
            let missing = guard.unmet.iter().map(|one| {
                let clears = words::cleared_by(one);
                let said = words::unmet(&one.unmet);
                Inline::text(if clears.is_empty() { said } else { format!("{said} Who can clear it: {clears}.") })
            });
            let step = Inline::text(words::label(&guard.guard));
            Row::new(vec![step, self.clock.moment(&guard.at).into(), Inline::list(missing)])
        });
        let columns = ["Step", "Judged for", "What stands against it"];
        let table =
            Table::new("What would newly stand against a step", &columns, "Nothing newly stands against a step.");
        Section::new("unmet", "What would be missing").with(table.with(rows))
    }

    fn commands(&self) -> Section {
        let mut acts = Acts::default();
        for command in &self.answer.commands {
            let label = format!("{} {}", words::label(command.action.action), command.reference);
            if command.action.allowed {
                let summary = "Opens its form; nothing is done yet.".to_owned();
                acts.open.push(Act { href: href(command), label, summary, next: false });
            } else {
                acts.blocked.push(Blocked {
                    label,
                    summary: String::new(),
                    reasons: reasons(command.kind, &command.action),
                });
            }
        }
        Section::new("commands", "What it would take").with(acts)
    }
}

/// What happens, with the kind of record that it happens to.
fn what(reference: &str, event: &str) -> String {
    let happens = words::event(event);
    kind_of(reference).map_or_else(|| happens.clone(), |kind| format!("{}: {happens}", words::kind(kind)))
}

fn href(command: &WhatIfCommand) -> String {
    format!("/{}/{}/{}", command.kind.plural(), command.reference, command.action.action)
}

const fn fate(change: DeadlineFate) -> &'static str {
    match change {
        DeadlineFate::Moved => "Moved",
        DeadlineFate::Canceled => "Canceled",
        DeadlineFate::New => "New",
    }
}

//! What would come of each record, or came of it.

use super::{Choice, hidden};
use crate::{
    app::{
        AppError, Preview,
        bulk::{BulkDone, BulkRow},
    },
    domain::actor::Role,
    web::{
        Web,
        extract::visitor::Visitor,
        pages::{
            act::told,
            record::link,
            sheet::Sheet,
            ui::{Alert, FormView, Inline, Row, Section, Table, Tone},
            words,
        },
        problem::Problem,
    },
};

/// An act on every record.
pub struct Act<'a> {
    /// The heading of its pages.
    pub title: &'a str,
    /// Where its forms go.
    pub path: &'a str,
    /// What its last button says.
    pub button: &'a str,
    /// What is sent besides the records.
    pub sent: &'a [(&'a str, String)],
}

/// What would come of one record, or came of it.
pub struct Outcome {
    /// Its reference.
    pub reference: String,
    /// What is done, in words; or what stands against it, and who can clear it.
    pub result: Result<Inline, Vec<String>>,
}

impl Outcome {
    /// The outcome in words.
    pub fn of(row: BulkRow, said: impl FnOnce(BulkDone) -> Inline) -> Self {
        Self { reference: row.reference, result: row.result.map(said).map_err(against) }
    }
}

/// What stands against it, in the words of the act on this record alone.
fn against(error: AppError) -> Vec<String> {
    let (fields, alert) = told(&Problem::from(error));
    let Some(alert) = alert else { return fields.into_values().collect() };
    [alert.heading].into_iter().chain(alert.lines).filter(|line| !line.is_empty()).collect()
}

/// The page of what would come of each record, with the button that carries it out, or of what came of it.
pub fn sheet(web: &Web, visitor: &Visitor, choice: &Choice, act: &Act<'_>, outcomes: &[Outcome]) -> Sheet {
    let done = outcomes.iter().filter(|outcome| outcome.result.is_ok()).count();
    let count = format!("{done} of {}", outcomes.len());
    let (heading, text) = if choice.carry_out {
        ("What was done", format!("Done for {count}."))
    } else {
        ("What would happen", format!("Nothing is done yet. It would be done for {count}."))
    };
    let tone = match (done == outcomes.len(), choice.carry_out) {
        (true, true) => Tone::Success,
        (true, false) => Tone::Info,
        (false, _) => Tone::Warning,
    };
    let table = Table::new(heading, &["Record", "Outcome", "What"], "No record was chosen.")
        .with(outcomes.iter().map(|outcome| row(outcome, choice.carry_out)));
    let section = Section::new("outcome", heading).with(table).some(next(web, visitor, choice, act, outcomes));
    choice.sheet(web, visitor, act.title).said(Some(Alert::new(tone, text))).section(section)
}

/// The form that carries it out, or that tries what was refused once more.
fn next(web: &Web, visitor: &Visitor, choice: &Choice, act: &Act<'_>, outcomes: &[Outcome]) -> Option<FormView> {
    let with = |form: FormView| form.fields(act.sent.iter().map(|(name, value)| hidden(name, value)));
    if choice.carry_out {
        let refused: Vec<&str> =
            outcomes.iter().filter(|one| one.result.is_err()).map(|one| one.reference.as_str()).collect();
        let some = !refused.is_empty();
        let form = choice.form(("again", act.path, "Try the refused ones again"), &visitor.csrf, refused);
        return some.then(|| with(form));
    }
    outcomes.iter().any(|one| one.result.is_ok()).then(|| {
        let all = outcomes.iter().map(|one| one.reference.as_str());
        let form = choice.form(("carry-out", act.path, act.button), &visitor.csrf, all);
        let key = web.app.ids().uuid().to_string();
        with(form).field(hidden("carry-out", "true")).field(hidden("key", &key))
    })
}

fn row(outcome: &Outcome, carried_out: bool) -> Row {
    let (tag, what) = match &outcome.result {
        Ok(said) => (if carried_out { "Done" } else { "Would be done" }, said.clone()),
        Err(lines) => ("Refused", Inline::list(lines.iter().map(Inline::text))),
    };
    Row::new(vec![link(&outcome.reference), Inline::Tag(tag.to_owned()), what])
}

/// What a command brings about, in short.
pub fn preview(preview: &Preview) -> Inline {
    let events = preview.events.iter().map(|event| Inline::text(words::event(&event.event)));
    let moved = preview.deadlines_opened.len() + preview.deadlines_ended.len();
    let dates = match moved {
        0 => Inline::None,
        1 => Inline::text("1 date moves"),
        many => Inline::text(format!("{many} dates move")),
    };
    let to = preview.notices.iter().map(|notice| {
        let whom: Vec<String> = notice.to.iter().map(|to| whom(to)).collect();
        Inline::text(format!("{} is told: {}", notice.code, whom.join(", ")))
    });
    Inline::list(events.chain([dates]).chain(to))
}

fn whom(code: &str) -> String {
    Role::from_code(code).map_or_else(|| words::label(code), words::role)
}

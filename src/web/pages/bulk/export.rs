//! The rows of the chosen records as a file: first which of them it would hold, and why not the others; then the file. No
//! file leaves a chosen record out without a word.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::Choice;
use crate::{
    app::{AppError, Listed, kind_of},
    web::{
        Web,
        extract::visitor::{MemberPosted, Visitor},
        pages::{
            record::link,
            ui::{Alert, FormView, Inline, Row, Section, Table, Tone},
            words,
        },
        table,
    },
};

const PATH: &str = "/chosen/export";
const TITLE: &str = "Export chosen";

/// A form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

/// One chosen record.
struct Chosen<'a> {
    reference: &'a str,
    /// Its row; or why there is none.
    row: Result<&'a Listed, &'static str>,
}

/// Tells what the file would hold; or is the file, where it holds every chosen record.
pub async fn page(
    State(web): State<Web>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let choice = Choice::of(&fields);
    if let Some(why) = choice.wrong() {
        return choice.refused(&web, &visitor, TITLE, why);
    }
    let form = match fields.find("format") {
        None => None,
        Some("csv") => Some(Form::Csv),
        Some("json") => Some(Form::Json),
        Some(_) => return Err(AppError::field("/format", "is neither csv nor json")),
    };
    let known: Vec<String> =
        choice.references.iter().filter(|reference| kind_of(reference).is_some()).cloned().collect();
    let rows = if known.is_empty() { Vec::new() } else { web.app.bulk_rows(visitor.principal(), &known).await? };
    match form.filter(|_| rows.len() == choice.references.len()) {
        Some(Form::Csv) => Ok(table::answer(&rows, "chosen", None)),
        Some(Form::Json) => {
            Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"chosen.json\"")], Json(rows)).into_response())
        }
        None => preview(&web, &visitor, &choice, &rows, form.is_some()),
    }
}

/// The page of what the file would hold. Where a file was asked for, it says that there is none yet.
fn preview(
    web: &Web,
    visitor: &Visitor,
    choice: &Choice,
    rows: &[Listed],
    refused: bool,
) -> Result<Response, AppError> {
    let chosen: Vec<Chosen<'_>> = choice.references.iter().map(|reference| looked_for(reference, rows)).collect();
    let count = format!("{} of {}", rows.len(), chosen.len());
    let (tone, text) = match (refused, rows.len() == chosen.len()) {
        (true, _) => (Tone::Error, format!("Nothing was downloaded: the file would hold {count}.")),
        (false, true) => (Tone::Info, format!("Nothing is downloaded yet. The file would hold {count}.")),
        (false, false) => (Tone::Warning, format!("Nothing is downloaded yet. The file would hold {count}.")),
    };
    let heading = "What the file would hold";
    let table =
        Table::new(heading, &["Record", "Outcome", "What"], "No record was chosen.").with(chosen.iter().map(row));
    let some = (!rows.is_empty()).then(|| download(visitor, choice, &chosen));
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    choice
        .sheet(web, visitor, TITLE)
        .lead("A row for each record, as lists show it to you.")
        .said(Some(Alert::new(tone, text)))
        .section(Section::new("outcome", heading).with(table).some(some))
        .status(status)
        .answer()
}

/// The record's row. What one may not know of is told from what does not exist by nothing.
fn looked_for<'a>(reference: &'a str, rows: &'a [Listed]) -> Chosen<'a> {
    let row = rows.iter().find(|row| row.reference == reference);
    let why =
        if kind_of(reference).is_some() { "There is no such record that you may see." } else { "Is no reference." };
    Chosen { reference, row: row.ok_or(why) }
}

/// The form that takes the file of those that it would hold.
fn download(visitor: &Visitor, choice: &Choice, chosen: &[Chosen<'_>]) -> FormView {
    let held = chosen.iter().filter(|one| one.row.is_ok()).map(|one| one.reference);
    choice
        .form(("download", PATH, "Download"), &visitor.csrf, held)
        .sent_as("format", [("csv", "Download as CSV"), ("json", "Download as JSON")])
}

fn row(chosen: &Chosen<'_>) -> Row {
    let (tag, what) = match chosen.row {
        Ok(row) => {
            let developer = row.developer.as_ref().map(|party| party.name.clone());
            let about: Vec<String> = row.title.clone().into_iter().chain(developer).collect();
            ("In the file", format!("{} {}", words::kind(row.kind), about.join(", ")).trim().to_owned())
        }
        Err(why) => ("Not in the file", why.to_owned()),
    };
    Row::new(vec![link(chosen.reference), Inline::Tag(tag.to_owned()), Inline::text(what)])
}

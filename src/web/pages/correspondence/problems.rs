//! Mail that did not arrive, until somebody looked after it.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::notices;
use crate::{
    app::{AppError, kind_of, returned_mail::MailProblem},
    domain::{actor::Role, id::AccountId},
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Member, MemberPosted},
        },
        pages::{
            files,
            frame::{Frame, html},
            time::PageClock,
            ui::{Alert, Facts, Inline, Row, Section, Table, Tone},
        },
        table::Format,
    },
};

/// The page.
const PATH: &str = "/mail-problems";

/// What is told of a problem.
const COLUMNS: [&str; 7] =
    ["Notice", "Record", "Recipient", "Legally operative", "What became of it", "Status code of the report", "Found"];

/// The page.
#[derive(Template)]
#[template(path = "pages/mail_problems.html")]
struct ProblemsPage {
    frame: Frame,
    alert: Option<Alert>,
    /// Each with its id.
    problems: Vec<(String, Section)>,
    csrf: String,
    /// The same rows for programs.
    files: Inline,
}

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
    /// The same rows for programs.
    format: Option<Format>,
}

/// Mail that did not arrive, to be looked after.
pub(super) async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let found = web.app.mail_problems(visitor.principal()).await?;
    let recipients = found.iter().filter_map(|problem| problem.account).collect();
    let names = web.app.recipients(visitor.principal(), recipients).await?;
    let clock = PageClock::at(&web.app, web.app.clock().business());
    // An administrator is shown all problems, and reads no record; a liaison is shown those on records to be read.
    let administers = visitor.principal().actor.has(Role::SystemAdministrator);
    let cells = |problem: &MailProblem| told(problem, &names, administers, clock);
    if let Some(format) = asked.format {
        let table = Table::new("", &COLUMNS, "").with(found.iter().map(|problem| Row::new(cells(problem).into())));
        let section = Section::new("", "Mail that did not arrive").with(table);
        return Ok(files::answer(format, "mail-problems", [&section], false));
    }
    let section = |problem: &MailProblem| (problem.id.to_string(), section(problem, cells(problem), clock));
    html(&ProblemsPage {
        problems: found.iter().map(section).collect(),
        frame: Frame::of(&web, &visitor, "Mail that did not arrive"),
        alert: (!asked.done.is_empty()).then(|| Alert::new(Tone::Success, "Noted: somebody looked after it.")),
        csrf: visitor.csrf.clone(),
        files: files::links(PATH),
    })
}

/// What is told of a problem, a value for each of [`COLUMNS`].
fn told(
    problem: &MailProblem,
    names: &BTreeMap<AccountId, String>,
    administers: bool,
    clock: PageClock,
) -> [Inline; COLUMNS.len()] {
    let record = |reference: String| match kind_of(&reference).filter(|_| !administers) {
        Some(kind) => Inline::record(kind, &reference),
        None => Inline::Code(reference),
    };
    let recipient = |id: AccountId| {
        let name = names.get(&id).cloned().unwrap_or_default();
        if administers { Inline::link(format!("/administration/accounts/{id}"), name) } else { Inline::text(name) }
    };
    [
        Inline::text(notices::called(&problem.code)),
        Inline::maybe(problem.reference.clone(), record),
        Inline::maybe(problem.account, recipient),
        Inline::yes(problem.legal),
        Inline::code_word(&problem.reason),
        Inline::maybe(problem.status.clone(), Inline::Code),
        clock.instant(problem.opened_at).into(),
    ]
}

fn section(problem: &MailProblem, told: [Inline; COLUMNS.len()], clock: PageClock) -> Section {
    let facts = COLUMNS.into_iter().zip(told).fold(Facts::new(), |facts, (name, value)| facts.some(name, value));
    let heading = format!("{}, {}", notices::called(&problem.code), clock.plain(problem.opened_at).text);
    Section::new(&format!("p-{}", problem.id), &heading).with(facts)
}

/// Somebody looked after a mail that did not arrive.
pub(super) async fn resolve(
    State(web): State<Web>,
    Path(id): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let id = Uuid::parse_str(&id).map_err(|_| AppError::NotFound)?;
    web.app.resolve_mail_problem(visitor.principal(), id).await?;
    Ok(done::led("/mail-problems?done=resolved"))
}

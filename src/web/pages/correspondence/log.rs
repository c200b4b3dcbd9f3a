//! What went out by mail and what came back. No words of any mail are kept, so that none are shown.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use askama::Template;

use crate::{
    app::{
        AppError,
        returned_mail::{MailLogEntry, MailProblem},
    },
    web::{
        Web,
        extract::{
            ApiQuery, Path,
            visitor::{Member, Posted},
        },
        pages::{
            frame::{Frame, html},
            sheet::Sheet,
            time::PageClock,
            ui::{Alert, Inline, Link, Row, Section, Table, Tone},
            words,
        },
    },
};

/// Mails of a page.
const MAILS: u16 = 50;

/// What the log may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogAsked {
    cursor: Option<String>,
}

/// Every mail and what became of it.
pub async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<LogAsked>,
) -> Result<Response, AppError> {
    let name = format!("mail-log-page:{}", visitor.principal().actor.account);
    let after: Option<(DateTime<Utc>, Uuid)> =
        asked.cursor.map(|cursor| web.cursors.open(&name, &cursor)).transpose()?;
    let log = web.app.mail_log(visitor.principal(), after, MAILS).await?;
    let clock = PageClock { zone: web.app.settings().program.zone, now: web.app.clock().business() };
    let columns = ["Queued", "Notice", "Record", "Recipient", "Outcome", "Tries"];
    let table = Table::new("Mail, newest first", &columns, "No mail was queued yet.")
        .with(log.entries.iter().map(|entry| row(entry, clock)));
    let mut section = Section::new("mail", "Mail, newest first").with(table);
    if let Some(next) = log.next {
        let href = format!("/administration/mail?cursor={}", web.cursors.seal(&name, &next)?);
        section = section.with(Inline::Link(Link { href, text: "Next page".to_owned() }));
    }
    let problems = Link { href: "/mail-problems".to_owned(), text: "Mail that did not arrive".to_owned() };
    let page = Sheet::of(&web, &visitor, "Mail")
        .lead("What went out, to which account, and what became of it. No words of any mail are kept.")
        .section(Section::new("problems", "Mail that did not arrive").with(Inline::Link(problems)))
        .section(section);
    page.answer()
}

fn row(entry: &MailLogEntry, clock: PageClock) -> Row {
    Row::new(vec![
        clock.instant(entry.queued_at).into(),
        Inline::text(entry.code.clone()),
        // Whoever keeps the mail running reads no record, so that nothing leads there.
        Inline::maybe(entry.reference.clone(), Inline::Code),
        Inline::maybe(entry.account.as_ref(), |account| {
            Inline::Link(Link { href: format!("/administration/accounts/{account}"), text: account.to_string() })
        }),
        Inline::Tag(words::label(&entry.outcome)),
        Inline::text(entry.attempts.to_string()),
    ])
}

/// The page of what did not arrive.
#[derive(Template)]
#[template(path = "pages/mail_problems.html")]
struct ProblemsPage {
    frame: Frame,
    alert: Option<Alert>,
    /// Each with its id.
    problems: Vec<(String, Section)>,
    csrf: String,
}

/// What the page of problems may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemsAsked {
    #[serde(default)]
    done: String,
}

/// Mail that did not arrive, to be looked after.
pub async fn problems(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ProblemsAsked>,
) -> Result<Response, AppError> {
    let found = web.app.mail_problems(visitor.principal()).await?;
    let clock = PageClock { zone: web.app.settings().program.zone, now: web.app.clock().business() };
    html(&ProblemsPage {
        frame: Frame::of(&web, &visitor, "Mail that did not arrive"),
        alert: (!asked.done.is_empty()).then(|| Alert::new(Tone::Success, "Noted: somebody looked after it.")),
        problems: found.iter().map(|problem| (problem.id.to_string(), told(problem, clock))).collect(),
        csrf: visitor.csrf.clone(),
    })
}

fn told(problem: &MailProblem, clock: PageClock) -> Section {
    let facts = crate::web::pages::particulars::facts(problem, clock, &["id"]);
    let heading = format!("{}, {}", problem.code, clock.plain(problem.opened_at).text);
    Section::new(&format!("p-{}", problem.id), &heading).with(facts)
}

/// Somebody looked after a mail that did not arrive.
pub async fn resolve(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted,
) -> Result<Response, AppError> {
    let id = Uuid::parse_str(&id).map_err(|_| AppError::NotFound)?;
    web.app.resolve_mail_problem(visitor.principal(), id).await?;
    Ok(Redirect::to("/mail-problems?done=resolved").into_response())
}

//! What went out by mail and what became of it. No words of any mail are kept, so that none are shown. What is wanted
//! stands in the address.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::State,
    http::{Uri, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::notices;
use crate::{
    app::{
        AppError,
        returned_mail::{MailLogEntry, MailLogFilter},
    },
    domain::{id::AccountId, notice::NoticeKind},
    web::{
        Web,
        cursor::next_link,
        extract::{ApiQuery, visitor::Member},
        pages::{
            files,
            frame::{Frame, html},
            query_encoded,
            time::PageClock,
            ui::{Choice, Control, FieldView, Inline, Pager, Row, Section, Table},
            words,
        },
        table::Format,
    },
};

/// Mails of a page.
const MAILS: u16 = 50;

/// The page.
const PATH: &str = "/administration/mail";

/// What may become of a mail.
const OUTCOMES: [&str; 12] = [
    "queued",
    "sent",
    "failed",
    "superseded",
    "missed",
    "digest",
    "off",
    "muted",
    "undeliverable",
    "bounced",
    "expired",
    "delayed",
];

#[derive(Template)]
#[template(path = "pages/mail_log.html")]
struct LogPage {
    frame: Frame,
    filters: Vec<FieldView>,
    table: Table,
    pager: Pager,
    /// The same rows for programs.
    files: Inline,
}

/// What the log may be asked for. A form sends what is left open as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    notice: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    reference: String,
    cursor: Option<String>,
    /// The same rows for programs.
    format: Option<Format>,
}

impl Asked {
    fn wanted(&self) -> MailLogFilter {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        MailLogFilter {
            code: said(&self.notice),
            outcome: said(&self.outcome),
            reference: said(&self.reference).map(|reference| reference.to_uppercase()),
        }
    }

    /// Mails of the page; a file holds more.
    fn most(&self) -> u16 {
        self.format.map_or(MAILS, |_| u16::try_from(Format::Csv.limit(None)).unwrap_or(MAILS))
    }

    /// The address of the same question, without its page.
    fn address(&self) -> String {
        let fields = [("notice", &self.notice), ("outcome", &self.outcome), ("reference", &self.reference)];
        let asked = fields.into_iter().filter(|(_, value)| !value.trim().is_empty());
        let query: Vec<String> = asked.map(|(name, value)| format!("{name}={}", query_encoded(value.trim()))).collect();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", query.join("&")) }
    }
}

/// The mails that are wanted and what became of them.
pub(super) async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
    uri: Uri,
) -> Result<Response, AppError> {
    let name = format!("mail-log-page:{}", visitor.principal().actor.account);
    let after: Option<(DateTime<Utc>, Uuid)> =
        asked.cursor.as_ref().map(|cursor| web.cursors.open(&name, cursor)).transpose()?;
    let log = web.app.mail_log(visitor.principal(), &asked.wanted(), after, asked.most()).await?;
    let recipients = log.entries.iter().filter_map(|entry| entry.account).collect();
    let names = web.app.recipients(visitor.principal(), recipients).await?;
    let clock = PageClock::at(&web.app, web.app.clock().business());
    let columns = ["Queued", "Notice", "Record", "Recipient", "Outcome", "Tries"];
    let address = asked.address();
    let next = log.next.map(|next| web.cursors.seal(&name, &next)).transpose()?;
    let empty = if address == PATH {
        "No mail was queued yet. Mail goes out when something happens to a record, and before something is due."
    } else {
        "No such mail was queued yet. Choose “Any”, or leave the reference empty."
    };
    let table = Table::new("Mail, newest first", &columns, empty)
        .with(log.entries.iter().map(|entry| row(entry, &names, clock)));
    if let Some(format) = asked.format {
        return Ok(file(format, table, next.as_deref(), &uri));
    }
    let joint = if address.contains('?') { '&' } else { '?' };
    html(&LogPage {
        frame: Frame::of(&web, &visitor, "Mail"),
        filters: filters(&asked),
        table,
        files: files::links(&address),
        pager: Pager {
            next: next.map(|cursor| format!("{address}{joint}cursor={}", query_encoded(&cursor))),
            first: asked.cursor.is_some().then_some(address),
        },
    })
}

/// The rows as a file, with the link to what follows them.
fn file(format: Format, table: Table, next: Option<&str>, uri: &Uri) -> Response {
    let section = Section::new("", "Mail").with(table);
    let mut response = files::answer(format, "mail", [&section], next.is_some());
    if let Some(link) = next.and_then(|cursor| next_link(uri, cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

fn filters(asked: &Asked) -> Vec<FieldView> {
    let choice = |value: &str, label: String, chosen: &str| Choice {
        value: value.to_owned(),
        label,
        chosen: value == chosen.trim(),
    };
    let select = |name: &str, label: &str, chosen: &str, choices: Vec<(&str, String)>| {
        let any = ("", "Any".to_owned());
        let all = [any].into_iter().chain(choices).map(|(value, label)| choice(value, label, chosen));
        FieldView::of(name, label, Control::Select(all.collect())).optional()
    };
    let kinds = NoticeKind::ALL.into_iter().map(|kind| (kind.as_str(), notices::called(kind.as_str())));
    let outcomes = OUTCOMES.into_iter().map(|outcome| (outcome, words::label(outcome)));
    vec![
        select("notice", "Notice", &asked.notice, kinds.collect()),
        select("outcome", "Outcome", &asked.outcome, outcomes.collect()),
        FieldView::line("reference", "Reference of the record", "text", &asked.reference).at_most(40).optional(),
    ]
}

fn row(entry: &MailLogEntry, names: &BTreeMap<AccountId, String>, clock: PageClock) -> Row {
    let name = |id: &AccountId| names.get(id).cloned().unwrap_or_else(|| "Somebody who was removed".to_owned());
    Row::new(vec![
        clock.instant(entry.queued_at).into(),
        Inline::text(notices::called(&entry.code)),
        // Whoever keeps the mail running reads no record, so that nothing leads there.
        Inline::maybe(entry.reference.clone(), Inline::Code),
        Inline::maybe(entry.account.as_ref(), |id| Inline::link(format!("/administration/accounts/{id}"), name(id))),
        Inline::Tag(words::label(&entry.outcome)),
        Inline::text(entry.attempts.to_string()),
    ])
}

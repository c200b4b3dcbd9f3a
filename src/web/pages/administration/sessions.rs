//! Where somebody is signed in: each open session, and how it is ended without disabling the account.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use uuid::Uuid;

use super::{
    account::{below, known, path},
    system_clock,
};
use crate::{
    app::{
        AppError,
        identity::{AccountEntry, OtherSession, SessionHolder},
    },
    domain::actor::Assurance,
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{Inline, Press, Row, Table},
        },
    },
};

/// What the page says was done.
const DONE: [(&str, &str); 2] = [
    ("one", "The session was ended. The account is still open, and its holder is told by mail."),
    ("all", "Every session was ended. The account is still open, and its holder is told by mail."),
];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/administration/accounts/{account}/sessions", get(page)),
        PageRoute::post("/administration/accounts/{account}/sessions/end", post(end_all)),
        PageRoute::post("/administration/accounts/{account}/sessions/{session}/end", post(end_one)),
    ]
}

/// The page of an account's sessions.
pub(super) fn of(account: &AccountEntry) -> String {
    format!("{}/sessions", path(account))
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(account): Path<String>,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let sessions = web.app.sessions_of(visitor.principal(), account.id).await?;
    let mut page = below(&web, &visitor, &account, &format!("Sessions of {}", account.name))
        .lead("Where the person is signed in. Ending a session leaves the account open: the person may sign in again.")
        .said(asked.said(&DONE));
    if !sessions.is_empty() {
        let all = Press::new(
            format!("{}/end", of(&account)),
            &visitor.csrf,
            "End all",
            format!("sessions of {}", account.name),
        );
        page = page.with(Inline::from(all));
    }
    page.with(table(&sessions, &visitor, &account, system_clock(&web))).listed(asked.format, "sessions", &of(&account))
}

fn table(sessions: &[OtherSession], visitor: &Visitor, account: &AccountEntry, clock: PageClock) -> Table {
    let row = |one: &OtherSession| {
        let about = format!("the session of {}", clock.plain(one.created_at).text);
        let to = format!("{}/{}/end", of(account), one.id);
        Row::new(vec![
            clock.instant(one.created_at).into(),
            clock.instant(one.last_seen_at).into(),
            clock.instant(one.expires_at).into(),
            holder(one.held_by).into(),
            factors(one.assurance).into(),
            Press::new(to, &visitor.csrf, "End", about).into(),
        ])
    };
    let columns = ["Signed in", "Last request", "Ends at the latest", "Held by", "How", "End it"];
    Table::new("Open sessions", &columns, "The person has no open session.").with(sessions.iter().map(row))
}

const fn holder(holder: SessionHolder) -> &'static str {
    match holder {
        SessionHolder::Browser => "A browser",
        SessionHolder::Token => "A program with tokens",
    }
}

const fn factors(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Aal1 => "One factor",
        Assurance::Aal2 => "Two factors",
    }
}

async fn end_one(
    State(web): State<Web>,
    Path((account, session)): Path<(String, String)>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let session = Uuid::parse_str(&session).map_err(|_| AppError::NotFound)?;
    web.app.end_session_of(visitor.principal(), account.id, session).await?;
    Ok(done::led(&format!("{}?done=one", of(&account))))
}

async fn end_all(
    State(web): State<Web>,
    Path(account): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    web.app.end_sessions_of(visitor.principal(), account.id).await?;
    Ok(done::led(&format!("{}?done=all", of(&account))))
}

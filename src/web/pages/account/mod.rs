//! One's own account: who one is here, how one signs in, where one is signed in, and the address of one's calendar.

mod calendar;
mod password;
mod second_factor;

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use uuid::Uuid;

use super::{
    PageRoute, files,
    sheet::{ListAsked, Sheet},
    time::PageClock,
    ui::{Facts, Inline, Press, Row, Section, Table},
    words,
};
use crate::{
    app::{
        AppError,
        identity::{Me, SessionEntry},
    },
    domain::actor::Assurance,
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Member, MemberPosted, Visitor},
        },
    },
};

pub use password::HINT as PASSWORD_HINT;
pub use second_factor::shown;

/// The page of the account.
const PATH: &str = "/account";

/// What the page says was done.
const DONE: [(&str, &str); 5] = [
    ("password", "Your password was changed, and every other session ended."),
    ("second-factor", "Your second factor counts from now on. This session counts as signed in with two factors."),
    ("second-factor-removed", "Your second factor was removed, and every other session ended."),
    ("session", "The session was ended."),
    ("calendar-revoked", "The address of your calendar works no more."),
];

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    let mut routes =
        vec![PageRoute::get(PATH, get(page)), PageRoute::post("/account/sessions/{session}/end", post(end_session))];
    routes.extend(password::routes());
    routes.extend(second_factor::routes());
    routes.extend(calendar::routes());
    routes
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let me = web.app.me(visitor.principal()).await?;
    let sessions = web.app.sessions(visitor.principal()).await?;
    let feed = web.app.calendar_feed_made(visitor.principal()).await?;
    // Sessions run on the system clock, whatever the clock of the rules says.
    let clock = PageClock::at(&web.app, web.app.clock().system());
    let open = Section::new("sessions", "Where you are signed in").with(table(&sessions, &visitor, clock));
    if let Some(format) = asked.format {
        return Ok(files::answer(format, "sessions", [&open], false));
    }
    let calendar = Facts::new()
        .with("Secret address", Inline::maybe(feed, |made| clock.instant(made).into()))
        .with("Change", Inline::link(calendar::PATH, "Make or end the address of your calendar"));
    Sheet::of(&web, &visitor, "Your account")
        .said(asked.said(&DONE))
        .section(Section::new("person", "You").with(person(&me)))
        .section(Section::new("sign-in", "Signing in").with(signing_in(&me)))
        .section(open.with(files::links(PATH)))
        .section(Section::new("calendar", "Calendar").with(calendar))
        .section(Section::new("mail", "Mail").with(Inline::link("/account/notifications", "Choose which mail you get")))
        .answer()
}

fn person(me: &Me) -> Facts {
    let roles = me.roles.iter().map(|role| Inline::text(words::role(*role)));
    Facts::new()
        .with("Name", Inline::text(me.name.clone()))
        .with("Mail address", Inline::text(me.email.clone()))
        .with("Organization", Inline::text(me.organization_name.clone()))
        .with("Side", words::side(me.side))
        .with("Roles", Inline::list(roles))
}

fn signing_in(me: &Me) -> Facts {
    let factor = if me.second_factor { "Remove the second factor" } else { "Set up a second factor" };
    Facts::new()
        .with("This session", assurance(me.assurance))
        .with("Second factor", if me.second_factor { "Set up" } else { "Not set up" })
        .with("Password", Inline::link(password::PATH, "Change the password"))
        .with("Change", Inline::link(second_factor::PATH, factor))
        .with("Signing out", "Ends every session of yours, at browsers and in programs. API tokens stay.")
}

/// How strongly somebody signed in, in words.
const fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Aal1 => "Signed in with one factor",
        Assurance::Aal2 => "Signed in with two factors",
    }
}

fn table(sessions: &[SessionEntry], visitor: &Visitor, clock: PageClock) -> Table {
    let row = |one: &SessionEntry| {
        let path = format!("/account/sessions/{}/end", one.id);
        let since = clock.plain(one.created_at).text;
        let end = Press::new(path, &visitor.csrf, "End", format!("the session of {since}"));
        Row::new(vec![
            clock.instant(one.created_at).into(),
            clock.instant(one.last_seen_at).into(),
            clock.instant(one.expires_at).into(),
            assurance(one.assurance).into(),
            Inline::text(if one.current { "This one" } else { "Another one" }),
            end.into(),
        ])
    };
    let columns = ["Signed in", "Last request", "Ends at the latest", "How", "Which", "End it"];
    Table::new("Your open sessions", &columns, "You have no open session.").with(sessions.iter().map(row))
}

async fn end_session(
    State(web): State<Web>,
    Path(session): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let session = Uuid::parse_str(&session).map_err(|_| AppError::NotFound)?;
    web.app.end_session(visitor.principal(), session).await?;
    Ok(done::led("/account?done=session"))
}

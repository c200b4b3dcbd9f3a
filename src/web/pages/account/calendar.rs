//! The secret address of one's own task dates, for a calendar program.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};

use crate::{
    app::AppError,
    web::{
        Web, done,
        extract::visitor::{Member, MemberPosted, Visitor},
        pages::{
            PageRoute,
            sheet::Sheet,
            time::PageClock,
            ui::{Alert, Facts, FormView, Inline, Section, Tone},
        },
    },
};

/// The page.
pub(super) const PATH: &str = "/account/calendar";

/// What its end is sent to.
const REVOKE: &str = "/account/calendar/revoke";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(make)), PageRoute::post(REVOKE, post(revoke))]
}

fn sheet(web: &Web, visitor: &Visitor) -> Sheet {
    Sheet::of(web, visitor, "Address of your calendar").below(super::PATH, "Your account").lead(
        "A calendar program that has this address shows the dates of your tasks: references, kinds of task and days, no \
         names and no dates of a window. Whoever knows the address sees them.",
    )
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    let made = web.app.calendar_feed_made(visitor.principal()).await?;
    let clock = PageClock::at(&web.app, web.app.clock().system());
    let label = if made.is_some() { "Make another address" } else { "Make the address" };
    let begin = FormView::new("make", PATH, &visitor.csrf, label);
    let Some(made) = made else { return sheet(&web, &visitor).with(begin).answer() };
    let end = FormView::new("revoke", REVOKE, &visitor.csrf, "End the address");
    let facts = Facts::new().with("Made", Inline::from(clock.instant(made)));
    sheet(&web, &visitor)
        .with(facts)
        .section(
            Section::new("another", "Another address")
                .with(Inline::from("The one before it stops working."))
                .with(begin),
        )
        .section(Section::new("end", "No address").with(Inline::from("Calendar programs then get no dates.")).with(end))
        .answer()
}

async fn make(State(web): State<Web>, MemberPosted { visitor, .. }: MemberPosted) -> Result<Response, AppError> {
    let made = web.app.make_calendar_feed(visitor.principal()).await?;
    let once = "Copy the address into your calendar program now: it is not shown again.";
    sheet(&web, &visitor)
        .said(Some(Alert::new(Tone::Success, once)))
        .with(Facts::new().with("Address", Inline::Code(made.address)))
        .with(Inline::link(super::PATH, "Back to your account"))
        .answer()
}

async fn revoke(State(web): State<Web>, MemberPosted { visitor, .. }: MemberPosted) -> Result<Response, AppError> {
    web.app.revoke_calendar_feed(visitor.principal()).await?;
    Ok(done::led("/account?done=calendar-revoked"))
}

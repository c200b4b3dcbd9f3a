//! A link to one record, for people of other sides where a developer hosts itself: used once, with the address that it
//! went to and the personal code; or asked for.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use uuid::Uuid;

use super::{email, form};
use crate::{
    app::{
        AppError,
        identity::{ExternalLink, LinkRequest},
    },
    web::{
        Web,
        api::auth::of_address,
        cookie,
        extract::visitor::{Fields, Unsigned},
        pages::{
            PageRoute,
            sheet::Sheet,
            ui::{Alert, FieldView, FormView, Inline, Tone},
            wrong::Wrong,
        },
    },
};

/// The page, to which the mail leads.
const PATH: &str = "/link";

/// Where a link is asked for.
const REQUEST: &str = "/link/request";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(open)), PageRoute::form(REQUEST, get(request_page).post(request))]
}

async fn page(State(web): State<Web>, headers: HeaderMap) -> Result<Response, AppError> {
    sheet(&web, &headers, &Fields::default(), None)
}

fn sheet(web: &Web, headers: &HeaderMap, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let hint = "It was shown to you once, when you accepted the invitation.";
    let form = form(PATH, "Open the record", "Paste the whole address of the mail.")
        .field(email(typed.get("email")).hinted("The address that the mail went to."))
        .field(FieldView::line("code", "Personal code", "password", "").hinted(hint));
    Sheet::open(web, headers, "Open a record by a link")
        .lead("The link opens one record for a quarter of an hour, once.")
        .form(form, wrong)
        .with(Inline::link(REQUEST, "Ask for a link"))
        .answer()
}

async fn open(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let asked = ExternalLink {
        link: fields.get("link").to_owned(),
        email: fields.get("email").to_owned(),
        code: fields.get("code").to_owned(),
    };
    match web.app.open_in_browser(&asked).await {
        Ok((cookie, kind, reference)) => {
            let set = [(header::SET_COOKIE, cookie::session(cookie.value.expose())?)];
            Ok((set, Redirect::to(&format!("/{}/{reference}", kind.plural()))).into_response())
        }
        Err(error) => sheet(&web, &headers, &fields, Some(&Wrong::of(error)?)),
    }
}

async fn request_page(State(web): State<Web>, headers: HeaderMap) -> Result<Response, AppError> {
    request_sheet(&web, &headers, &Fields::default(), None).answer()
}

fn request_sheet(web: &Web, headers: &HeaderMap, typed: &Fields, wrong: Option<&Wrong>) -> Sheet {
    let reference = FieldView::line("reference", "Reference of the record", "text", typed.get("reference"))
        .hinted("Such as ENG-2026-K7Q4MD.")
        .at_most(40);
    let form =
        FormView::new("request", REQUEST, "", "Ask for a link").field(email(typed.get("email"))).field(reference);
    Sheet::open(web, headers, "Ask for a link")
        .below(PATH, "Open a record by a link")
        .lead("A link to the record is mailed to its people who act by links, once in ten minutes.")
        .form(form, wrong)
}

/// Answered alike for everybody: that there is such a person or record is told nobody.
async fn request(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let asked = LinkRequest { email: fields.get("email").to_owned(), reference: fields.get("reference").to_owned() };
    let now = web.app.clock().system();
    web.strangers.count(Uuid::nil(), now)?;
    web.mailboxes.count(of_address(&asked.email), now)?;
    match web.app.request_link(&asked).await {
        Ok(()) => {
            let said = "If the address is of somebody who acts by links and may read the record, a link comes by mail.";
            request_sheet(&web, &headers, &Fields::default(), None).said(Some(Alert::new(Tone::Info, said))).answer()
        }
        Err(error) => request_sheet(&web, &headers, &fields, Some(&Wrong::of(error)?)).answer(),
    }
}

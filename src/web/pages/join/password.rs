//! A password by a one-time link: the first one, or one in the place of a lost one.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::form;
use crate::{
    app::AppError,
    web::{
        Web,
        extract::visitor::Unsigned,
        pages::{PageRoute, account::PASSWORD_HINT, sheet::Sheet, ui::FieldView, wrong::Wrong},
    },
};

/// The page, to which the link leads.
const PATH: &str = "/password";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(set))]
}

async fn page(State(web): State<Web>, headers: HeaderMap) -> Result<Response, AppError> {
    sheet(&web, &headers, None)
}

fn sheet(web: &Web, headers: &HeaderMap, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let password = FieldView::line("new_password", "New password", "password", "").filled("new-password");
    let form = form(PATH, "Set the password", "Paste the whole address that you were given.")
        .field(password.hinted(PASSWORD_HINT));
    Sheet::open(web, headers, "Set your password")
        .lead("The link works once. A second factor stays as it is, and every open session ends.")
        .form(form, wrong)
        .answer()
}

async fn set(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    match web.app.set_password_by_link(fields.get("link"), fields.get("new_password")).await {
        Ok(()) => Ok(Redirect::to("/sign-in?joined=true").into_response()),
        Err(error) => sheet(&web, &headers, Some(&Wrong::of(error)?)),
    }
}

//! The first administrator, by the link that the first start printed.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{email, form};
use crate::{
    app::{AppError, identity::FirstAdministrator},
    domain::text::Name,
    web::{
        Web,
        extract::visitor::{Fields, Unsigned},
        pages::{PageRoute, account::PASSWORD_HINT, sheet::Sheet, ui::FieldView, wrong::Wrong},
    },
};

/// The page, to which the link leads.
const PATH: &str = "/first-administrator";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(make))]
}

async fn page(State(web): State<Web>, headers: HeaderMap) -> Result<Response, AppError> {
    sheet(&web, &headers, &Fields::default(), None)
}

fn sheet(web: &Web, headers: &HeaderMap, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let line = |name: &str, label: &str| FieldView::line(name, label, "text", typed.get(name));
    let form = form(PATH, "Make the account", "Paste the whole address that the first start printed.")
        .field(line("organization", "Organization that hosts this installation").filled("organization"))
        .field(line("name", "Your name").filled("name"))
        .field(email(typed.get("email")))
        .field(FieldView::line("password", "Password", "password", "").filled("new-password").hinted(PASSWORD_HINT));
    Sheet::open(web, headers, "Make the first administrator")
        .lead("There is no account yet. Its holder invites everybody else; the role takes two people from then on.")
        .form(form, wrong)
        .answer()
}

async fn make(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let made = match read(&fields) {
        Ok(new) => web.app.create_first_administrator_by_link(fields.get("link"), &new).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match made {
        Ok(()) => Ok(Redirect::to("/sign-in?joined=true").into_response()),
        Err(error) => sheet(&web, &headers, &fields, Some(&Wrong::of(error)?)),
    }
}

fn read(fields: &Fields) -> Result<FirstAdministrator, AppError> {
    let name = |field: &str| {
        Name::parse(fields.get(field)).map_err(|error| AppError::field(format!("/{field}"), error.to_string()))
    };
    Ok(FirstAdministrator {
        organization: name("organization")?,
        email: fields.get("email").to_owned(),
        name: name("name")?,
        password: fields.get("password").to_owned(),
    })
}

//! The change of one's password.

use axum::{extract::State, response::Response, routing::get};

use crate::{
    app::AppError,
    web::{
        Web, done,
        extract::visitor::{Member, MemberPosted, Visitor},
        pages::{
            PageRoute,
            sheet::Sheet,
            ui::{FieldView, FormView},
            wrong::Wrong,
        },
    },
};

/// The page.
pub(super) const PATH: &str = "/account/password";

/// What a good password is.
pub const HINT: &str = "15 characters or more. Several words that nobody would guess of you are best.";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(change))]
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    sheet(&web, &visitor, None).answer()
}

fn sheet(web: &Web, visitor: &Visitor, wrong: Option<&Wrong>) -> Sheet {
    let form = FormView::new("change", PATH, &visitor.csrf, "Change the password")
        .field(FieldView::line("password", "Your password now", "password", "").filled("current-password"))
        .field(FieldView::line("new_password", "New password", "password", "").filled("new-password").hinted(HINT))
        .or_back(super::PATH, "Back without changing it");
    Sheet::of(web, visitor, "Change your password")
        .below(super::PATH, "Your account")
        .lead("Every other session of yours ends with the change.")
        .form(form, wrong)
}

async fn change(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let (old, new) = (fields.get("password"), fields.get("new_password"));
    match web.app.change_password(visitor.principal(), old, new).await {
        Ok(()) => Ok(done::led("/account?done=password")),
        Err(error) => sheet(&web, &visitor, Some(&Wrong::of(error)?)).answer(),
    }
}

//! One's second factor: begun with the password, shown once, and confirmed by its first code; or removed by who can
//! still use it.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};

use crate::{
    app::{AppError, identity::SecondFactorSecret},
    web::{
        Web, done,
        extract::visitor::{Member, MemberPosted, Visitor},
        pages::{
            PageRoute,
            sheet::Sheet,
            ui::{Alert, Facts, FieldView, FormView, Inline, Qr, Section, Tone},
            wrong::Wrong,
        },
    },
};

/// The page.
pub(super) const PATH: &str = "/account/second-factor";

/// What its first code is sent to.
const CONFIRM: &str = "/account/second-factor/confirm";

/// What its removal is sent to.
const REMOVE: &str = "/account/second-factor/remove";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form(PATH, get(page).post(begin)),
        PageRoute::form(CONFIRM, get(waiting).post(confirm)),
        PageRoute::post(REMOVE, post(remove)),
    ]
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    if visitor.browser.second_factor { removal(&web, &visitor, None) } else { beginning(&web, &visitor, None) }
}

fn sheet(web: &Web, visitor: &Visitor, title: &str) -> Sheet {
    Sheet::of(web, visitor, title).below(super::PATH, "Your account")
}

fn password() -> FieldView {
    FieldView::line("password", "Your password", "password", "").filled("current-password")
}

fn code(label: &str) -> FieldView {
    FieldView::line("code", label, "text", "").filled("one-time-code").hinted("Six digits. Each code works once.")
}

fn beginning(web: &Web, visitor: &Visitor, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let form = FormView::new("begin", PATH, &visitor.csrf, "Show the secret")
        .field(password())
        .or_back(super::PATH, "Back without setting it up");
    sheet(web, visitor, "Set up a second factor")
        .lead(
            "You need an authenticator app. The next page shows its secret once; the second factor counts as soon as the \
             app's first code was right.",
        )
        .form(form, wrong)
        .answer()
}

fn removal(web: &Web, visitor: &Visitor, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let form = FormView::new("remove", REMOVE, &visitor.csrf, "Remove the second factor")
        .field(password())
        .field(code("One-time code"))
        .or_back(super::PATH, "Back without removing it");
    sheet(web, visitor, "Remove your second factor")
        .lead("Every other session of yours ends, and this one counts as signed in with one factor.")
        .form(form, wrong)
        .answer()
}

async fn begin(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    match web.app.begin_second_factor(visitor.principal(), fields.get("password")).await {
        Ok(secret) => sheet(&web, &visitor, "Confirm your second factor")
            .section(shown(&secret))
            .section(Section::new("first-code", "Its first code").with(confirming(&visitor)))
            .answer(),
        Err(error) => beginning(&web, &visitor, Some(&Wrong::of(error)?)),
    }
}

/// The secret of a second factor, shown once.
pub fn shown(secret: &SecondFactorSecret) -> Section {
    let once = "Scan the code with your authenticator app, or type the secret into it. Neither is shown again.";
    let facts = Facts::new()
        .with("Secret", Inline::Code(grouped(&secret.secret)))
        .with("Address for an app on this device", Inline::Code(secret.url.clone()));
    Section::new("secret", "The secret")
        .with(Alert::new(Tone::Warning, once))
        .some(Qr::of(&secret.url, "Code of your second factor, for the camera of the authenticator app"))
        .with(facts)
}

/// The letters in groups of four, which are easier to type.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn confirming(visitor: &Visitor) -> FormView {
    FormView::new("confirm", CONFIRM, &visitor.csrf, "Confirm")
        .field(code("The code that the app shows now"))
        .or_back(super::PATH, "Back without confirming it")
}

fn again(web: &Web, visitor: &Visitor, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    sheet(web, visitor, "Confirm your second factor")
        .lead("The secret was shown once. Without it, begin again: another secret takes its place.")
        .form(confirming(visitor), wrong)
        .with(Inline::link(PATH, "Begin again"))
        .answer()
}

/// The way back in for whoever was shown the secret before, by an invitation too.
async fn waiting(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    again(&web, &visitor, None)
}

async fn confirm(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let code = fields.get("code").replace(' ', "");
    match web.app.confirm_second_factor(visitor.principal(), &code).await {
        Ok(()) => Ok(done::led("/account?done=second-factor")),
        Err(error) => again(&web, &visitor, Some(&Wrong::of(error)?)),
    }
}

async fn remove(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let code = fields.get("code").replace(' ', "");
    match web.app.remove_second_factor(visitor.principal(), fields.get("password"), &code).await {
        Ok(()) => Ok(done::led("/account?done=second-factor-removed")),
        Err(error) => removal(&web, &visitor, Some(&Wrong::of(error)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_secret_is_shown_in_groups_and_loses_no_letter() {
        assert_eq!(grouped("GEZDGNBVGY3"), "GEZD GNBV GY3");
        assert_eq!(grouped(""), "");
    }
}

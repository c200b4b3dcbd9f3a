//! An invitation: whoever has the mail and types the address that it went to becomes its account.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{email, form};
use crate::{
    app::{
        AppError,
        identity::{AcceptInvitation, InvitationAccepted},
    },
    config::Deployment,
    web::{
        Web,
        extract::visitor::{Fields, Unsigned},
        pages::{
            PageRoute,
            account::{PASSWORD_HINT, shown},
            sheet::Sheet,
            ui::{Alert, Facts, FieldView, Inline, Section, Tone},
            wrong::Wrong,
        },
    },
};

/// The page, to which the mail leads.
const PATH: &str = "/invitation";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(accept))]
}

async fn page(State(web): State<Web>, headers: HeaderMap) -> Result<Response, AppError> {
    sheet(&web, &headers, &Fields::default(), None)
}

fn sheet(web: &Web, headers: &HeaderMap, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let password = FieldView::line("new_password", "Password", "password", "").filled("new-password");
    // Where a developer hosts itself, those of the other sides act by links and have no password.
    let password = if web.app.settings().program.deployment == Deployment::SingleDeveloper {
        let hint = format!("{PASSWORD_HINT} Leave it empty if you do not belong to the developer: you act by links.");
        password.optional().hinted(&hint)
    } else {
        password.hinted(PASSWORD_HINT)
    };
    let form = form(PATH, "Accept the invitation", "Paste the whole address of the mail.")
        .field(email(typed.get("email")).hinted("The address that the mail went to."))
        .field(password);
    Sheet::open(web, headers, "Accept an invitation")
        .lead("You were asked in by mail. The link in it works once.")
        .form(form, wrong)
        .answer()
}

async fn accept(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let asked = AcceptInvitation {
        link: fields.get("link").to_owned(),
        email: fields.get("email").to_owned(),
        new_password: fields.find("new_password").filter(|typed| !typed.is_empty()).map(str::to_owned),
    };
    match web.app.accept_invitation(&asked).await {
        Ok(accepted) if accepted.code.is_none() && accepted.second_factor.is_none() => {
            Ok(Redirect::to("/sign-in?joined=true").into_response())
        }
        Ok(accepted) => accepted_page(&web, &headers, &accepted),
        Err(error) => sheet(&web, &headers, &fields, Some(&Wrong::of(error)?)),
    }
}

/// What is shown once: the personal code, or the secret of a second factor.
fn accepted_page(web: &Web, headers: &HeaderMap, accepted: &InvitationAccepted) -> Result<Response, AppError> {
    let joined = format!("You have an account at {} now.", accepted.organization);
    let mut sheet = Sheet::open(web, headers, "Invitation accepted").said(Some(Alert::new(Tone::Success, joined)));
    if let Some(code) = &accepted.code {
        let once = "Write the code down and keep it to yourself. Every link that is mailed to you asks for it, no mail ever \
                    carries it, and it is not shown again.";
        let section = Section::new("code", "Your personal code")
            .with(Alert::new(Tone::Warning, once))
            .with(Facts::new().with("Personal code", Inline::Code(code.clone())))
            .with(Inline::link("/link/request", "Ask for a link to a record"));
        sheet = sheet.section(section);
    }
    if let Some(secret) = &accepted.second_factor {
        let next = "Sign in with your password, then confirm the second factor with its first code.";
        let section = Section::new("next", "What comes next")
            .with(Inline::from(next))
            .with(Inline::link("/sign-in?next=/account/second-factor/confirm", "Sign in"));
        sheet = sheet.section(shown(secret)).section(section);
    }
    sheet.answer()
}

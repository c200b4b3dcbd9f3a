//! The fresh proof of who acts, which acts that cannot be taken back ask for (ASVS 7.5.3).

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{ui::FieldView, wrong::Wrong};
use crate::{
    app::{AppError, identity::Cookie},
    web::{
        Web, cookie, done,
        extract::visitor::{Fields, Visitor},
    },
};

/// The fields that a form asks for it with; none where the last proof is fresh.
pub fn fields(visitor: &Visitor) -> Vec<FieldView> {
    if visitor.browser.fresh {
        return Vec::new();
    }
    let hint = "This act counts as yours alone, so that you prove again that it is you.";
    let password = FieldView::line("password", "Your password", "password", "").filled("current-password");
    let mut fields = vec![password.hinted(hint)];
    if visitor.browser.second_factor {
        fields.push(FieldView::line("code", "One-time code", "text", "").filled("one-time-code"));
    }
    fields
}

/// Takes the proof, where the last one is not fresh. The cookie that it brings takes the place of the one before,
/// whatever comes of the act: see [`keep`].
///
/// # Errors
/// As [`crate::app::App::prove_again`].
pub async fn given(web: &Web, visitor: &Visitor, fields: &Fields) -> Result<Option<Cookie>, AppError> {
    if visitor.browser.fresh {
        return Ok(None);
    }
    web.app.prove_again(&visitor.browser, fields.get("password"), code(fields).as_deref()).await.map(Some)
}

/// The cookie that the same fields brought a moment ago, for a form that was sent twice; none where they brought none.
///
/// # Errors
/// As [`crate::app::App::proven_before`].
pub async fn given_before(web: &Web, visitor: &Visitor, fields: &Fields) -> Result<Option<Cookie>, AppError> {
    web.app.proven_before(&visitor.browser, fields.get("password"), code(fields).as_deref()).await
}

fn code(fields: &Fields) -> Option<String> {
    fields.find("code").map(|code| code.replace(' ', ""))
}

/// The response, with the cookie that a proof brought.
///
/// # Errors
/// [`AppError::Internal`] if the cookie cannot stand in a header.
pub fn keep(mut response: Response, cookie: Option<&Cookie>) -> Result<Response, AppError> {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie::session(cookie.value.expose())?);
    }
    Ok(response)
}

/// Carries out an act that asks for a fresh proof, and leads to `to`; `again` is the form with what stands against it. The
/// proof's cookie is kept whatever comes of the act.
///
/// # Errors
/// What is not about the form and came before the proof.
pub async fn proven<T>(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    again: impl Fn(&Wrong) -> Result<Response, AppError>,
    to: &str,
    act: impl Future<Output = Result<T, AppError>>,
) -> Result<Response, AppError> {
    let cookie = match given(web, visitor, fields).await {
        Ok(cookie) => cookie,
        Err(error) => return again(&Wrong::of(error)?),
    };
    let answer = match act.await {
        Ok(_) => done::led(to),
        Err(error) => match Wrong::of(error) {
            Ok(wrong) => again(&wrong)?,
            Err(error) => error.into_response(),
        },
    };
    keep(answer, cookie.as_ref())
}

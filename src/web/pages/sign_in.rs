//! Signing in and out, and the choice of colors.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    PageRoute,
    frame::{Frame, Theme, html},
    ui::{Alert, FieldView, Tone},
};
use crate::{
    app::{AppError, error::Unauthenticated, identity::SignIn},
    domain::text::Sha256Hex,
    web::{
        Web, cookie,
        extract::{
            ApiQuery,
            visitor::{Fields, Posted, Unsigned, Visitor},
        },
        next::own_path,
    },
};

/// What signing out ended. Another browser of the same person is out, too, which would surprise unsaid.
const SIGNED_OUT: &str = "You are signed out everywhere: at every browser, and in every program that signed in with your \
                          password. API tokens that were made for programs go on until they are revoked.";

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form("/sign-in", get(page).post(sign_in)),
        PageRoute::post("/sign-out", post(sign_out)),
        PageRoute::post("/theme", post(theme)),
        PageRoute::get("/stay", get(stay)),
    ]
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    frame: Frame,
    alert: Option<Alert>,
    next: String,
    email: FieldView,
    password: FieldView,
    code: FieldView,
}

/// What the sign-in may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Where to go on.
    #[serde(default)]
    next: String,
    /// Whether a form was sent after the session had ended.
    #[serde(default)]
    ended: bool,
    /// Whether the person has just signed out.
    #[serde(default)]
    out: bool,
    /// Whether a password was just set.
    #[serde(default)]
    joined: bool,
}

async fn page(
    State(web): State<Web>,
    ApiQuery(asked): ApiQuery<Asked>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let ended = "Your session had ended. If you had sent something, sign in and look whether it is recorded before you \
                 send it again: what you typed is kept in this browser.";
    let joined = asked.joined.then(|| Alert::new(Tone::Success, "Your password was set. Sign in with it."));
    let out = asked.out.then(|| Alert::new(Tone::Success, SIGNED_OUT));
    let alert = asked.ended.then(|| Alert::new(Tone::Warning, ended)).or(joined).or(out);
    html(&form(&web, &headers, &asked.next, "", alert))
}

fn form(web: &Web, headers: &HeaderMap, next: &str, email: &str, alert: Option<Alert>) -> SignInPage {
    let hint = "Six digits from your authenticator app, if you have set one up.";
    SignInPage {
        frame: Frame::open(web, "Sign in", Theme::of(headers)),
        alert,
        next: own_path(next).to_owned(),
        email: FieldView::line("email", "Mail address", "email", email).filled("username"),
        password: FieldView::line("password", "Password", "password", "").filled("current-password"),
        code: FieldView::line("code", "One-time code", "text", "").filled("one-time-code").hinted(hint).optional(),
    }
}

async fn sign_in(State(web): State<Web>, headers: HeaderMap, Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let ask = SignIn {
        email: fields.get("email").to_owned(),
        password: fields.get("password").to_owned(),
        code: fields.find("code").map(|code| code.replace(' ', "")).filter(|code| !code.is_empty()),
        user_agent_hash: user_agent(&headers),
    };
    match web.app.sign_in_browser(&ask).await {
        Ok(cookie) => {
            let set = [(header::SET_COOKIE, cookie::session(cookie.value.expose())?)];
            Ok((set, Redirect::to(own_path(fields.get("next")))).into_response())
        }
        Err(AppError::Unauthenticated { reason }) => refused(&web, &headers, &fields, reason),
        Err(error) => Err(error),
    }
}

fn refused(web: &Web, headers: &HeaderMap, fields: &Fields, reason: Unauthenticated) -> Result<Response, AppError> {
    let text = match reason {
        Unauthenticated::SecondFactorNeeded => {
            "Your account has a second factor: enter the password again, with the code."
        }
        Unauthenticated::WrongCredentials | Unauthenticated::NoCredentials | Unauthenticated::InvalidToken => {
            "Address, password and code do not fit. After several failures an account waits up to ten seconds."
        }
    };
    let page = form(web, headers, fields.get("next"), fields.get("email"), Some(Alert::new(Tone::Error, text)));
    let mut response = html(&page)?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    headers.get(header::USER_AGENT).map(|agent| Sha256Hex::of(agent.as_bytes()).as_str().to_owned())
}

async fn sign_out(
    State(web): State<Web>,
    headers: HeaderMap,
    posted: Result<Posted, AppError>,
) -> Result<Response, AppError> {
    let to = match posted {
        Ok(_) => "/sign-in?out=true",
        // Whose session had ended already is signed out, as was asked for; that ends nothing elsewhere.
        Err(AppError::Unauthenticated { .. }) => "/sign-in",
        Err(error) => return Err(error),
    };
    if let Some(value) = cookie::value(&headers, cookie::SESSION) {
        web.app.sign_out_browser(value).await?;
    }
    let headers = [
        (header::SET_COOKIE, cookie::no_session()?),
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\"")),
    ];
    Ok((headers, Redirect::to(to)).into_response())
}

/// A request that keeps the session, and nothing else.
async fn stay(_: Visitor) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn theme(Unsigned(fields): Unsigned) -> Result<Response, AppError> {
    let theme = Theme::from_name(fields.get("theme")).unwrap_or_default();
    let value = if theme == Theme::Auto { "" } else { theme.name() };
    Ok(([(header::SET_COOKIE, cookie::theme(value)?)], Redirect::to(own_path(fields.get("back")))).into_response())
}

//! The cookies that pages set: the one of the session, and the one of the theme. Both are `__Host-` cookies (RFC 6265bis
//! section 4.1.3.2): of this host alone, sent over TLS alone (or to the loopback host), and out of reach of scripts.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::AppError;

/// The cookie of a browser's session.
pub const SESSION: &str = "__Host-session";

/// The cookie of the chosen theme.
pub const THEME: &str = "__Host-theme";

/// Seconds that a chosen theme is remembered: a year.
const THEME_S: i64 = 365 * 86_400;

/// The value of the cookie with this name, if the request has one. Of several the first counts.
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// Sets the session's cookie. It ends with the browser or the session, whichever comes first.
///
/// # Errors
/// [`AppError::Internal`] if the value cannot stand in a header.
pub fn session(value: &str) -> Result<HeaderValue, AppError> {
    set(SESSION, value, None)
}

/// Takes the session's cookie back.
///
/// # Errors
/// As [`session`].
pub fn no_session() -> Result<HeaderValue, AppError> {
    set(SESSION, "", Some(0))
}

/// Remembers a theme; an empty one is forgotten.
///
/// # Errors
/// As [`session`].
pub fn theme(value: &str) -> Result<HeaderValue, AppError> {
    set(THEME, value, Some(if value.is_empty() { 0 } else { THEME_S }))
}

fn set(name: &str, value: &str, max_age_s: Option<i64>) -> Result<HeaderValue, AppError> {
    let lasting = max_age_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let line = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{lasting}");
    HeaderValue::from_str(&line).map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; __Host-session=x=y; __Host-session=z"));
        headers.append(header::COOKIE, HeaderValue::from_static("not__Host-theme=no;__Host-theme=dark"));
        assert_eq!(value(&headers, SESSION), Some("x=y"));
        assert_eq!(value(&headers, THEME), Some("dark"));
        assert_eq!(value(&headers, "b"), None);
    }

    #[test]
    fn the_session_is_of_this_host_and_out_of_reach() {
        let set = session("anr_ss_x").expect("a header");
        assert_eq!(set, "__Host-session=anr_ss_x; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert!(no_session().expect("a header").to_str().is_ok_and(|line| line.ends_with("Max-Age=0")));
        assert!(session("two\nlines").is_err());
    }
}

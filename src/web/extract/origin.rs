//! Whether a request that changes something comes from a page of this service (ASVS 3.5.1): by what the browser says of
//! the site that sends it (Fetch Metadata), and by the origin that it names.

use axum::http::{HeaderMap, header};

/// Whether a page of this service sent the request. A request of which the browser says neither is none of its pages'.
pub fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_own = |origin: &str| origin == public_url.trim_end_matches('/') || is_host(headers, origin);
    match (text("sec-fetch-site"), text("origin")) {
        // No page of this service names its origin when a form is sent, because none sends a referrer.
        (Some(site), None | Some("null")) => site == "same-origin",
        (Some(site), Some(origin)) => site == "same-origin" && is_own(origin),
        (None, origin) => origin.is_some_and(is_own),
    }
}

/// Whether the origin is that of the address which the request was sent to; on the loopback host a service has several.
fn is_host(headers: &HeaderMap, origin: &str) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    authority.is_some() && authority == host
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_page_of_this_service_may_send_what_changes_something() {
        let cases: &[(&str, &str, &str, bool)] = &[
            ("same-origin", "https://a.example", "a.example", true),
            ("same-origin", "", "a.example", true),
            ("same-origin", "https://evil.example", "a.example", false),
            ("same-origin", "null", "a.example", true),
            ("cross-site", "null", "a.example", false),
            ("same-site", "https://a.example", "a.example", false),
            ("cross-site", "https://a.example", "a.example", false),
            ("none", "", "a.example", false),
            ("", "https://a.example", "a.example", true),
            ("", "http://localhost:8080", "localhost:8080", true),
            ("", "https://a.example.evil.example", "a.example", false),
            ("", "null", "a.example", false),
            ("", "", "a.example", false),
        ];
        for (site, origin, host, own) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", *site), ("origin", *origin), ("host", *host)] {
                if !value.is_empty() {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(is_own(&headers, "https://a.example"), *own, "{site} {origin} {host}");
        }
    }
}

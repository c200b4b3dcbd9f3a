//! Assets as a browser asks for them.

use super::*;
use axum::{body::Body, extract::Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Asks for an address with headers, and gives the answer with its body.
async fn ask(address: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
    let request = headers.iter().fold(Request::get(address), |request, (name, value)| request.header(*name, *value));
    let request = request.body(Body::empty()).expect("a request");
    let response = routes::<()>().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.expect("a body").to_bytes())
}

fn style() -> &'static Asset {
    find("anteroom.css").expect("the style sheet")
}

#[test]
fn the_table_is_in_the_order_of_the_names_and_holds_what_pages_name() {
    assert!(ASSETS.is_sorted_by_key(|asset| asset.name));
    for name in ["anteroom.css", "anteroom.js", "favicon.svg", "icons.svg", "uswds-init.js", "uswds.js"] {
        assert_eq!(href(name), format!("/assets/{}/{name}", find(name).expect(name).digest));
    }
    assert_eq!(href("anteroom.cs"), "/assets/none");
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_under_the_digest_of_its_content() {
    let (status, headers, body) = ask(style().href, &[]).await;
    assert_eq!((status, &body[..]), (StatusCode::OK, style().content));
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(headers[header::VARY], "accept-encoding");
    assert!(!headers.contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn an_address_of_another_content_is_not_answered() {
    assert_eq!(ask("/assets/0000000000000000/anteroom.css", &[]).await.0, StatusCode::NOT_FOUND);
    let other = format!("/assets/{}/anteroom.js", style().digest);
    assert_eq!(ask(&other, &[]).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_smallest_packing_that_the_browser_takes_is_sent() {
    let cases = [
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip;q=1.0, br;q=0", Some("gzip")),
        ("gzip", Some("gzip")),
        ("br; q=0.5", Some("br")),
        ("identity", None),
        ("br;q=none", None),
    ];
    for (accepted, expected) in cases {
        let (_, headers, body) = ask(style().href, &[("accept-encoding", accepted)]).await;
        let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        assert_eq!(encoding, expected, "{accepted}");
        assert_eq!(body.len() < style().content.len() / 2, expected.is_some(), "{accepted}");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let (_, headers, _) = ask(style().href, &[("accept-encoding", "br")]).await;
    let tag = headers[header::ETAG].to_str().expect("a tag").to_owned();
    let (status, again, body) = ask(style().href, &[("accept-encoding", "br"), ("if-none-match", &tag)]).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again[header::ETAG], headers[header::ETAG]);
    let (plain, ..) = ask(style().href, &[("if-none-match", &tag)]).await;
    assert_eq!(plain, StatusCode::OK, "the tag of a packing is not the tag of the whole");
}

#[test]
fn every_file_that_the_style_sheet_names_is_there() {
    let text = std::str::from_utf8(style().content).expect("text");
    for named in text.split("url(../").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(ASSETS.iter().any(|asset| asset.href == format!("/assets/{named}")), "{named}");
    }
}

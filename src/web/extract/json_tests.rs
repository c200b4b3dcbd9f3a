//! Bodies of requests as they come: right, wrong and hostile.

use axum::body::Body;
use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outer {
    name: String,
    #[serde(default)]
    list: Vec<Inner>,
    #[serde(default)]
    tagged: Option<Tagged>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    count: u8,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Tagged {
    One { size: u8 },
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn parse<T: DeserializeOwned>(content_type: Option<&str>, body: impl Into<Body>) -> Result<T, AppError> {
    let mut request = Request::builder().method("POST").uri("/");
    if let Some(value) = content_type {
        request = request.header("content-type", value);
    }
    let ApiJson(value) = ApiJson::from_request(request.body(body.into()).unwrap(), &()).await?;
    Ok(value)
}

#[tokio::test]
async fn errors_point_at_the_value() {
    for (body, pointer, detail) in [
        ("{}", "/name", "is missing"),
        (r#"{"name":"n","role":1}"#, "/role", "is not a known field"),
        (r#"{"name":"n","a/b~c":1}"#, "/a~1b~0c", "is not a known field"),
        (r#"{"name":7}"#, "/name", "expected a string"),
        (r#"{"name":"n","list":[{"count":1},{}]}"#, "/list/1/count", "is missing"),
        (r#"{"name":"n","list":[{"count":300}]}"#, "/list/0/count", "expected a whole number in range"),
        (r#"{"name":"n","list":[{"count":1,"x":2}]}"#, "/list/0/x", "is not a known field"),
        (r#"{"name":"n","list":[7]}"#, "/list/0", "expected an object"),
        (r#"{"name":"n","tagged":{"type":"one"}}"#, "/tagged/size", "is missing"),
        (r#"{"name":"n","tagged":{"type":"one","size":1,"x":2}}"#, "/tagged/x", "is not a known field"),
        (r#"{"name":"n","tagged":{"type":"two"}}"#, "/tagged/type", "unknown variant `two`, expected `one`"),
        (r#"["n"]"#, "", "expected an object"),
        ("null", "", "expected an object"),
    ] {
        let error = parse::<Outer>(Some("application/json"), body).await.unwrap_err();
        let AppError::Invalid(fields) = error else { panic!("{body}: {error:?}") };
        assert_eq!((fields[0].pointer.as_str(), fields[0].detail.as_str()), (pointer, detail), "{body}");
        assert_eq!(fields.len(), 1);
    }
}

#[tokio::test]
async fn what_is_not_json_is_400() {
    for body in [&b"{"[..], b"{\"name\":}", b"{} {}", b"nonsense", b"{\"name\":\"\xff\"}"] {
        let error = parse::<Outer>(Some("application/json"), body.to_vec()).await.unwrap_err();
        assert!(matches!(error, AppError::BadRequest(BadRequest::MalformedJson(_))), "{body:?}: {error:?}");
    }
    let deep = "[".repeat(10_000);
    let error = parse::<Outer>(Some("application/json"), deep).await.unwrap_err();
    assert!(matches!(error, AppError::BadRequest(BadRequest::MalformedJson(_))), "{error:?}");
}

#[tokio::test]
async fn a_key_twice_is_refused_at_any_depth() {
    for (body, expected) in [
        (r#"{"name":"a","name":"b"}"#, "/name"),
        (r#"{"x":[{},{"y":{"z/":1,"z/":1}}]}"#, "/x/1/y/z~1"),
        ("{\"a\":1,\"\\u0061\":2}", "/a"),
    ] {
        let error = parse::<Outer>(Some("application/json"), body).await.unwrap_err();
        let AppError::BadRequest(BadRequest::DuplicateKey { pointer }) = error else { panic!("{body}: {error:?}") };
        assert_eq!(pointer, expected);
    }
}

#[tokio::test]
async fn only_json_in_utf8_is_taken() {
    let body = r#"{"name":"n"}"#;
    for (content_type, taken) in [
        (Some("application/json"), true),
        (Some("Application/JSON; charset=\"UTF-8\""), true),
        (Some("application/json; charset=latin1"), false),
        (Some("text/plain"), false),
        (Some("application/x-www-form-urlencoded"), false),
        (Some("application/jsonx"), false),
        (None, false),
    ] {
        match parse::<Outer>(content_type, body).await {
            Ok(_) => assert!(taken, "{content_type:?}"),
            Err(error) => {
                assert!(!taken && matches!(error, AppError::UnsupportedMediaType), "{content_type:?}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object() {
    for content_type in [None, Some("application/json")] {
        assert_eq!(parse::<Nothing>(content_type, "").await.unwrap(), Nothing {});
    }
    let error = parse::<Outer>(None, "").await.unwrap_err();
    assert!(matches!(error, AppError::Invalid(fields) if fields[0].pointer == "/name"));
}

#[tokio::test]
async fn raw_json_keeps_the_bytes() {
    let body = "{ \"name\" : \"n\" }";
    let request = Request::post("/").header("content-type", "application/json").body(Body::from(body)).unwrap();
    assert_eq!(RawJson::from_request(request, &()).await.unwrap().0, body.as_bytes());
}

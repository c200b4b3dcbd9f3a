//! Limits, headers and request ids, around handlers made for the purpose.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Request, header},
    routing::{get, post, put},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc};
use tower::ServiceExt as _;

use super::*;
use crate::{
    ids::Ids,
    web::{
        extract::RawJson,
        health::{self, Readiness},
    },
};

fn shell() -> Shell {
    let ids = Ids::seeded(1);
    Shell { body_most: 64, ..Shell::new(Arc::new(move || ids.uuid())) }
}

fn routes() -> Router {
    Router::new()
        .route("/echo", post(async |RawJson(bytes): RawJson| bytes))
        .route("/panic", get(async || -> &'static str { panic!("secret at line 7") }))
        .route("/stuck", get(std::future::pending::<&'static str>))
        .route(
            "/own",
            get(async || ([(header::CACHE_CONTROL, "max-age=60"), (header::CONTENT_SECURITY_POLICY, "x")], "")),
        )
        .route("/record/{reference}", get(async || "record").post(async || "changed"))
}

fn app(shell: Shell) -> Router {
    shell.wrap(routes(), health::routes(Readiness::default(), Vec::new()))
}

async fn ask(router: &Router, request: Request<Body>) -> (u16, axum::http::HeaderMap, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

fn json(body: impl Into<Body>) -> Request<Body> {
    Request::post("/echo").header("content-type", "application/json").body(body.into()).unwrap()
}

/// The problem that a text is, by its stable name.
fn problem(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("not a problem: {text:?}"));
    value["type"].as_str().unwrap().trim_start_matches("/problems/").to_owned()
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_an_id_of_its_own() {
    let app = app(Shell { handler_timeout: Duration::from_millis(5), ..shell() });
    let mut seen = std::collections::BTreeSet::new();
    for (method, path, expected) in [
        ("GET", "/record/x", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/record/x", 405),
        ("GET", "/panic", 500),
        ("GET", "/stuck", 503),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("TRACE", "/record/x", 405),
        ("POST", "/healthz", 405),
    ] {
        let (status, headers, _) = ask(&app, request(method, path)).await;
        assert_eq!(status, expected, "{method} {path}");
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(headers[name], value, "{method} {path}: {name}");
        }
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!headers.contains_key("server"));
        assert!(seen.insert(headers["x-request-id"].to_str().unwrap().to_owned()), "{method} {path}: same id");
    }
}

#[tokio::test]
async fn a_handlers_own_policy_and_caching_stay() {
    let (_, headers, _) = ask(&app(shell()), request("GET", "/own")).await;
    assert_eq!(
        (&headers["cache-control"], &headers["content-security-policy"]),
        (&HeaderValue::from_static("max-age=60"), &HeaderValue::from_static("x"))
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let app = app(shell());
    let (_, _, one) = ask(&app, request("GET", "/nowhere")).await;
    let (_, _, two) = ask(&app, request("POST", "/record/x/y?z=1")).await;
    assert_eq!(problem(&one), "not-found");
    assert_eq!(one, two);
    let (_, headers, text) = ask(&app, request("DELETE", "/record/x")).await;
    assert_eq!(problem(&text), "method-not-allowed");
    assert_eq!(headers["allow"], "GET,HEAD,POST");
}

#[tokio::test]
async fn a_panic_is_a_generic_problem() {
    let (status, _, text) = ask(&app(shell()), request("GET", "/panic")).await;
    assert_eq!((status, problem(&text).as_str()), (500, "internal"));
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_given_up() {
    let app = app(Shell { handler_timeout: Duration::from_millis(5), ..shell() });
    let (status, headers, text) = ask(&app, request("GET", "/stuck")).await;
    assert_eq!((status, problem(&text).as_str()), (503, "timeout"));
    assert_eq!(headers["retry-after"], "1");
}

/// A body without an end and without a length; it panics when it is read on beyond the limit.
struct Endless {
    left: usize,
}

impl axum::body::HttpBody for Endless {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        self.left = self.left.checked_sub(16).expect("read on beyond the limit");
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(b" ".repeat(16).into()))))
    }
}

/// A body of which nothing ever comes.
struct Never;

impl axum::body::HttpBody for Never {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

fn endless(most: usize) -> Body {
    Body::new(Endless { left: most })
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_buffered() {
    let app = app(shell());
    let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(56));
    assert_eq!(fits.len(), 64);
    assert_eq!(ask(&app, json(fits.clone())).await.2, fits);
    let declared = json(endless(0));
    let (mut parts, body) = declared.into_parts();
    parts.headers.insert("content-length", HeaderValue::from_static("65"));
    for refused in [json(format!("{fits} ")), Request::from_parts(parts, body), json(endless(64 + 16))] {
        let (status, _, text) = ask(&app, refused).await;
        assert_eq!((status, problem(&text).as_str()), (413, "payload-too-large"));
    }
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let app = app(Shell { body_timeout: Duration::from_millis(5), ..shell() });
    let (status, _, text) = ask(&app, json(Body::new(Never))).await;
    assert_eq!((status, problem(&text).as_str()), (408, "slow-body"));
}

/// A form with a file may hold a document's content and what stands around it; no other form may.
#[tokio::test]
async fn a_form_with_a_file_may_be_as_large_as_a_content() {
    let routes = ["/documents/new", "/documents/{reference}/send", "/documents/{reference}/withdraw"];
    let routes = routes.into_iter().fold(Router::new(), |all, path| all.route(path, post(async |_: Body| "taken")));
    let shell = Shell { body_most: 64, content_most: 1_000, ..shell() };
    let app = shell.wrap(routes, health::routes(Readiness::default(), Vec::new()));
    for (path, length, status) in [
        ("/documents/new", 66_000, 200),
        ("/documents/DOC-1/send", 66_000, 200),
        ("/documents/DOC-1/send", 67_000, 413),
        ("/documents/DOC-1/withdraw", 65, 413),
        ("/documents/a/b/send", 65, 413),
    ] {
        let request = Request::post(path).header("content-length", length).body(Body::empty()).unwrap();
        assert_eq!(ask(&app, request).await.0, status, "{path} {length}");
    }
}

/// A document's content is read after the sign-in alone, and has a time of its own.
#[tokio::test]
async fn a_slow_content_has_a_time_of_its_own() {
    let content = async |body: Duration, content: Duration| {
        let routes = Router::new().route("/api/v1/documents/{reference}/content", put(async |_: Bytes| "taken"));
        let shell = Shell { body_timeout: body, content_timeout: content, ..shell() };
        let app = shell.wrap(routes, health::routes(Readiness::default(), Vec::new()));
        let late = Request::put("/api/v1/documents/DOC-1/content").body(Body::new(Never)).unwrap();
        tokio::time::timeout(Duration::from_millis(200), ask(&app, late)).await.is_ok()
    };
    let (short, long) = (Duration::from_millis(5), Duration::from_mins(1));
    assert!(content(long, short).await, "its own time is over");
    assert!(!content(short, long).await, "the time of other bodies is none of it");
}

#[tokio::test]
async fn a_body_that_is_not_json_is_415() {
    let text = Request::post("/echo").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    let (status, _, text) = ask(&app(shell()), text).await;
    assert_eq!((status, problem(&text).as_str()), (415, "unsupported-media-type"));
}

#[tokio::test]
async fn beyond_the_load_limit_requests_are_shed_and_health_answers() {
    let (entered, mut entries) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let wait = {
        let gate = Arc::clone(&gate);
        move || {
            let (gate, entered) = (Arc::clone(&gate), entered.clone());
            async move {
                entered.send(()).unwrap();
                let _permit = gate.acquire().await.unwrap();
                "done"
            }
        }
    };
    let routes = Router::new().route("/wait", get(wait)).route("/other", get(async || "other"));
    let app = Shell { concurrency: 1, ..shell() }.wrap(routes, health::routes(Readiness::default(), Vec::new()));
    let first = {
        let app = app.clone();
        async move { ask(&app, request("GET", "/wait")).await }
    };
    let second = async {
        entries.recv().await.unwrap();
        let shed = ask(&app, request("GET", "/other")).await;
        let healthy = ask(&app, request("GET", "/healthz")).await.0;
        gate.add_permits(1);
        (shed, healthy)
    };
    let (first, ((status, headers, text), healthy)) = tokio::join!(first, second);
    assert_eq!((status, problem(&text).as_str()), (503, "busy"));
    assert_eq!((headers["retry-after"].to_str().unwrap(), healthy), ("1", 200));
    assert_eq!(first.0, 200);
    assert_eq!(ask(&app, request("GET", "/other")).await.0, 200);
}

/// What was logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_line_has_the_route_and_nothing_that_was_sent() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // While there is one dispatcher alone, a test on another thread that reaches a log statement first would switch it
    // off for all threads; a second one makes every dispatcher be asked.
    let second = tracing::Dispatch::new(tracing_subscriber::registry());
    let app = app(shell());
    for path in ["/record/ENG-2026-CANARY?token=canary", "/canary/nowhere?q=canary"] {
        let mut sent = request("GET", path);
        sent.headers_mut().insert("user-agent", HeaderValue::from_static("canary {\"level\":1}"));
        sent.headers_mut().insert("x-request-id", HeaderValue::from_static("canary"));
        sent.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("canary"));
        let (_, headers, _) = ask(&app, sent).await;
        assert_ne!(headers["x-request-id"], "canary");
    }
    assert_eq!(ask(&app, json("{\"canary\":1}")).await.0, 200);
    drop((guard, second));
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = lines
        .iter()
        .map(|line| (line["span"]["http.route"].as_str().unwrap(), line["fields"]["http.status"].as_u64().unwrap()))
        .collect();
    assert_eq!(said, [("/record/{reference}", 200), ("unmatched", 404), ("/echo", 200)]);
    assert!(lines.iter().all(|line| line["fields"]["duration_ms"].is_u64() && line["span"]["request.id"].is_string()));
    assert!(!text.to_lowercase().contains("canary"), "{text}");
}

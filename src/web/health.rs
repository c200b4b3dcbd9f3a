//! `/healthz` says that the process lives, `/readyz` whether requests should be sent here and which dependency fails.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

/// How long one check may take before it counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// What a check answers: the reason of a failure goes to the log, not to the asker.
pub type CheckResult = Result<(), String>;

type Run = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = CheckResult> + Send>> + Send + Sync>;

/// Whether this process still wants requests. Clones share one answer.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on the process is shutting down.
    pub fn drain(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the process is shutting down.
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A named dependency and how to ask whether it works.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    run: Run,
}

impl Check {
    /// A dependency; `run` is asked at every `/readyz`.
    pub fn new<F, R>(name: &'static str, run: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = CheckResult> + Send + 'static,
    {
        Self { name, run: Arc::new(move || Box::pin(run())) }
    }

    async fn state(&self, most: Duration) -> CheckState {
        let reason = match tokio::time::timeout(most, (self.run)()).await {
            Ok(Ok(())) => return CheckState { name: self.name, ok: true },
            Ok(Err(reason)) => reason,
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(check = self.name, reason, "not ready");
        CheckState { name: self.name, ok: false }
    }
}

#[derive(Serialize)]
struct CheckState {
    name: &'static str,
    ok: bool,
}

#[derive(Serialize)]
struct Report {
    ready: bool,
    draining: bool,
    checks: Vec<CheckState>,
}

#[derive(Clone)]
struct Health {
    readiness: Readiness,
    checks: Arc<[Check]>,
}

/// `GET /healthz` and `GET /readyz`; they belong outside the load limits.
pub fn routes(readiness: Readiness, checks: Vec<Check>) -> Router {
    let health = Health { readiness, checks: checks.into() };
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(readyz)).with_state(health)
}

async fn readyz(State(health): State<Health>) -> Response {
    let mut checks = Vec::with_capacity(health.checks.len());
    for check in health.checks.iter() {
        checks.push(check.state(CHECK_TIMEOUT).await);
    }
    let draining = health.readiness.is_draining();
    let ready = !draining && checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Report { ready, draining, checks })).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(router: Router, path: &str) -> (u16, Vec<u8>) {
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        (response.status().as_u16(), response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn every_dependency_is_named_and_no_reason_is_told() {
        let up = || Check::new("database", async || Ok(()));
        let down = || Check::new("clock", async || Err("5 s off at 10.0.0.1".to_owned()));
        let readiness = Readiness::default();
        let (status, body) = ask(routes(readiness.clone(), vec![up()]), "/readyz").await;
        assert_eq!(status, 200);
        let expected = json!({"ready": true, "draining": false, "checks": [{"name": "database", "ok": true}]});
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);

        let (status, body) = ask(routes(readiness.clone(), vec![up(), down()]), "/readyz").await;
        let body = String::from_utf8(body).unwrap();
        assert_eq!(status, 503);
        assert!(body.contains(r#"{"name":"clock","ok":false}"#) && !body.contains("10.0.0.1"), "{body}");

        readiness.drain();
        assert_eq!(ask(routes(readiness.clone(), vec![up()]), "/readyz").await.0, 503);
        assert_eq!(ask(routes(readiness, vec![down()]), "/healthz").await, (200, b"ok".to_vec()));
    }

    #[tokio::test]
    async fn a_dependency_that_never_answers_counts_as_failed() {
        let stuck = Check::new("database", std::future::pending::<CheckResult>);
        assert!(!stuck.state(Duration::from_millis(1)).await.ok);
    }
}

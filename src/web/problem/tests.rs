//! Problems as they leave, and the catalogue behind them.

use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::*;
use crate::{
    app::error::Unauthenticated,
    domain::{condition::ConditionSubject, refusal::Refusal, time::Instant},
};

async fn answer(error: AppError) -> (u16, axum::http::HeaderMap, Vec<u8>) {
    let response = error.into_response();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn body(error: AppError) -> Value {
    serde_json::from_slice(&answer(error).await.2).unwrap()
}

/// One of each. The match makes the compiler ask for a new one here.
fn every_refusal() -> Vec<Refusal> {
    let all = vec![
        Refusal::WrongStage { stage: "draft", allowed: vec!["proposed"] },
        Refusal::Unmet(vec![Unmet::EligibilityNotAttested]),
        Refusal::field("/opens_at", FieldReason::InPast),
        Refusal::NoSuchOffer,
        Refusal::OfferLapsed,
        Refusal::OwnOffer,
        Refusal::WrongSide,
        Refusal::OwnRequest,
        Refusal::NotProtectedSide,
        Refusal::AlreadySigned,
        Refusal::NotSuspendingSide,
        Refusal::ReleaseBusy,
        Refusal::ReleaseMerged,
        Refusal::NoDispute,
        Refusal::NotReopenable,
        Refusal::AlreadyUnderWay,
        Refusal::NothingToEnd,
        Refusal::ReconsiderationUsed,
        Refusal::NotInFramework,
        Refusal::NoFramework,
        Refusal::NotForThisHost,
        Refusal::PayloadTooLarge,
        Refusal::QuotaExceeded,
        Refusal::Unrepresentable,
    ];
    for refusal in &all {
        match refusal {
            Refusal::WrongStage { .. }
            | Refusal::Unmet(_)
            | Refusal::Field { .. }
            | Refusal::NoSuchOffer
            | Refusal::OfferLapsed
            | Refusal::OwnOffer
            | Refusal::WrongSide
            | Refusal::OwnRequest
            | Refusal::NotProtectedSide
            | Refusal::AlreadySigned
            | Refusal::NotSuspendingSide
            | Refusal::ReleaseBusy
            | Refusal::ReleaseMerged
            | Refusal::NoDispute
            | Refusal::NotReopenable
            | Refusal::AlreadyUnderWay
            | Refusal::NothingToEnd
            | Refusal::ReconsiderationUsed
            | Refusal::NotInFramework
            | Refusal::NoFramework
            | Refusal::NotForThisHost
            | Refusal::PayloadTooLarge
            | Refusal::QuotaExceeded
            | Refusal::Unrepresentable => {}
        }
    }
    all
}

#[tokio::test]
async fn every_refusal_has_an_entry_and_its_status() {
    for refusal in every_refusal() {
        let kind = ProblemType::from_name(refusal.name()).unwrap_or_else(|| panic!("no entry for {}", refusal.name()));
        let expected = match refusal {
            Refusal::Field { .. } => 422,
            Refusal::PayloadTooLarge => 413,
            _ => 409,
        };
        assert_eq!(kind.status(), expected, "{}", refusal.name());
        let name = refusal.name();
        let (status, headers, bytes) = answer(AppError::Refused(refusal)).await;
        let said: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((status, &said["type"]), (expected, &json!(format!("/problems/{name}"))));
        assert_eq!(headers["content-type"], MEDIA_TYPE);
    }
}

#[test]
fn names_are_unique_and_kebab_case() {
    let mut names: Vec<_> = ProblemType::ALL.iter().map(|kind| kind.name()).collect();
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[tokio::test]
async fn unmet_facts_say_who_clears_them() {
    let unmet = vec![
        Unmet::SubjectNotCovered { subject: ConditionSubject::Confidentiality },
        Unmet::OpensTooEarly { earliest: Instant::default() },
        Unmet::WaitingOnTheOtherSide,
    ];
    let said = body(AppError::Refused(Refusal::Unmet(unmet))).await;
    assert_eq!(said["unmet"][0]["fact"], "subject_not_covered");
    assert!(said["unmet"][0]["subject"].is_string());
    assert_eq!(said["unmet"][0]["cleared_by"], json!(["DL", "PL"]));
    assert!(said["unmet"][1]["earliest"].as_str().unwrap().starts_with("1970-01-01T00:00:00"));
    assert_eq!(said["unmet"][2], json!({"fact": "waiting_on_the_other_side", "cleared_by": []}));
}

#[tokio::test]
async fn stages_and_fields_are_said() {
    let said = body(AppError::Refused(Refusal::WrongStage { stage: "draft", allowed: vec!["open"] })).await;
    assert_eq!((&said["stage"], &said["allowed_stages"]), (&json!("draft"), &json!(["open"])));
    let said = body(AppError::Refused(Refusal::field("/ends_at", FieldReason::EndBeforeStart))).await;
    let expected = json!([{"pointer": "/ends_at", "reason": "end_before_start",
        "detail": "The end is not later than the start."}]);
    assert_eq!(said["errors"], expected);
    let said = body(AppError::field("/name", "is missing")).await;
    assert_eq!(said["errors"], json!([{"pointer": "/name", "detail": "is missing"}]));
    assert_eq!(said["status"], 422);
}

#[tokio::test]
async fn an_internal_error_says_nothing_of_its_cause() {
    let (status, _, bytes) = answer(AppError::internal("SELECT secret FROM account")).await;
    let expected = json!({"type": "/problems/internal", "title": "Internal error", "status": 500});
    assert_eq!(status, 500);
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), expected);
}

#[tokio::test]
async fn not_found_is_always_the_same_bytes() {
    let bytes = answer(AppError::NotFound).await.2;
    assert_eq!(bytes, br#"{"type":"/problems/not-found","title":"Not found","status":404}"#);
}

#[tokio::test]
async fn statuses_that_need_a_header_have_it() {
    let (_, headers, _) = answer(AppError::TooManyRequests { retry_after_s: 7 }).await;
    assert_eq!(headers["retry-after"], "7");
    let (_, headers, _) = answer(AppError::Busy).await;
    assert_eq!(headers["retry-after"], "1");
    let (status, headers, _) = answer(AppError::unauthenticated(Unauthenticated::NoCredentials)).await;
    assert_eq!((status, headers["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
    let (status, headers, _) = answer(AppError::SlowBody).await;
    assert_eq!((status, headers["connection"].to_str().unwrap()), (408, "close"));
}

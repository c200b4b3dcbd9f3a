//! Problems as they leave, and the catalogue behind them.

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

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

#[tokio::test]
async fn a_type_leads_to_its_entry() {
    let ask = async |path: String, accept: &str| {
        let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
        let response = routes::<()>().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        (status, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    };
    for kind in ProblemType::ALL {
        let (status, text) = ask(kind.uri(), "application/json").await;
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &said["name"], &said["status"]), (200, &json!(kind.name()), &json!(kind.status())));
        assert!(said["meaning"].as_str().unwrap().len() > 10 && said["cleared_by"].as_str().unwrap().len() > 4);
    }
    let (_, page) = ask("/problems/unmet-facts".to_owned(), "text/html,*/*").await;
    assert!(page.starts_with("<!doctype html>") && page.contains("The command needs facts"), "{page}");
    let (_, page) = ask("/problems".to_owned(), "text/html").await;
    assert_eq!(page.matches("<section>").count(), ProblemType::ALL.len());
    let (_, text) = ask("/problems/unmet-facts".to_owned(), "application/json").await;
    let facts = &serde_json::from_str::<Value>(&text).unwrap()["names"];
    assert_eq!(facts.as_array().unwrap().len(), Unmet::ENTRIES.len());
    let first = json!({ "name": "subject_not_covered", "meaning": "No condition in force covers this subject.",
        "cleared_by": "DL, PL" });
    assert_eq!(facts[0], first);
    let (_, text) = ask("/problems/invalid-field".to_owned(), "application/json").await;
    assert!(text.contains("end_before_start") && text.contains("The end is not later than the start."), "{text}");
    let (_, page) = ask("/problems/unmet-facts".to_owned(), "text/html").await;
    assert!(page.contains("<b>hold_in_force</b>: A legal hold is in force (invariant 25). Cleared by: RF"), "{page}");
    assert_eq!(ask("/problems/nonsense".to_owned(), "text/html").await.0, 404);
}

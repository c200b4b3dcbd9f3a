//! What stands beside an engagement: incidents, requests for its records, hand-offs; and what a disposal leaves.

use anteroom::domain::id::Kind;
use serde_json::json;

use super::{
    Life,
    matter::{DANA, Matter, authorize},
    partner::Nominated,
};
use crate::support::{
    matters::{self, SAM},
    scene::{BEA, INES, JOAN, TOBIAS},
};

const ROSA: &str = "rosa.pell@fado.test";
const TODAY: &str = "2026-11-06";

/// While the window is open.
pub async fn of_an_open_window(life: &Life, engagement: &str, nomination: &str) {
    let loss = |under: &str| json!({ "under": under, "incident_type": "loss" });
    let incident = life.act(INES, "incidents", loss(engagement)).await;
    worked(life, &incident, &[]).await;
    let partners = life.act(BEA, "incidents", loss(nomination)).await;
    worked(life, &partners, &[BEA, INES, SAM]).await;
    locked(life, engagement).await;
    request(life, engagement).await;
    handoffs(life, engagement).await;
}

/// From the report to the close, before the eyes of these people; nobody named stands for everybody.
async fn worked(life: &Life, incident: &str, eyes: &[&str]) {
    let path = |command: &str| format!("incidents/{incident}/{command}");
    let look = async || {
        if eyes.is_empty() {
            life.look(Kind::Incident, incident).await;
        } else {
            life.look_by(eyes, Kind::Incident, incident).await;
        }
    };
    look().await;
    life.act(SAM, &path("contain"), json!({})).await;
    look().await;
    life.act(SAM, &path("assess"), json!({ "severity": "low" })).await;
    look().await;
    life.act(SAM, &path("notify-developer"), json!({})).await;
    let detail = json!({ "reference": "IR-7", "unclassified_attestation": true });
    life.act(SAM, &path("record-detail"), detail).await;
    look().await;
    life.act(INES, &path("acknowledge-notice"), json!({})).await;
    life.act(SAM, &path("close"), json!({})).await;
    look().await;
}

/// A record that spillage locks offers nothing to anybody but the officer.
async fn locked(life: &Life, engagement: &str) {
    let body = json!({ "under": engagement, "incident_type": "spillage", "record": engagement });
    let incident = life.act(INES, "incidents", body).await;
    life.look(Kind::Engagement, engagement).await;
    let handed = json!({ "reference": "SSO-12", "date": TODAY, "unclassified_attestation": true });
    life.act(SAM, &format!("incidents/{incident}/hand-off"), handed).await;
    life.act(SAM, &format!("incidents/{incident}/lift-lock"), json!({})).await;
    worked(life, &incident, &[INES, SAM]).await;
}

/// A request for the engagement's records, from the log to its outcome.
async fn request(life: &Life, engagement: &str) {
    let log = json!({ "engagement": engagement, "request": "F-2026-17", "received_on": TODAY });
    let request = life.act(JOAN, "foia-requests", log).await;
    let path = |command: &str| format!("foia-requests/{request}/{command}");
    let look = async || life.look(Kind::FoiaRequest, &request).await;
    look().await;
    life.act(JOAN, &path("record-search"), json!({ "responsive": true })).await;
    look().await;
    life.act(JOAN, &path("send-submitter-notice"), json!({})).await;
    look().await;
    life.act(INES, &path("acknowledge-notice"), json!({})).await;
    let grounds = json!({ "grounds": "trade_secret", "statement": "Kept private.", "unclassified_attestation": true });
    life.act(TOBIAS, &path("object"), grounds).await;
    look().await;
    let decision = json!({ "decision": "disclose_in_part", "decided_on": TODAY, "reference": "D-7" });
    life.act(JOAN, &path("record-decision"), decision).await;
    look().await;
    life.act(JOAN, &path("plan-disclosure"), json!({ "on": "2026-12-15" })).await;
    look().await;
    life.act(JOAN, &path("send-disclosure-notice"), json!({})).await;
    look().await;
    life.act(JOAN, &path("record-outcome"), json!({ "outcome": "withdrawn_by_requester" })).await;
    look().await;
}

async fn handoffs(life: &Life, engagement: &str) {
    let handoff = matters::handoff(&life.w, DANA, engagement, "F-1").await;
    let path = |command: &str| format!("handoffs/{handoff}/{command}");
    let look = async || life.look(Kind::Handoff, &handoff).await;
    look().await;
    life.act(DANA, &path("deliver"), json!({ "delivered_on": TODAY })).await;
    look().await;
    life.act(INES, &path("acknowledge"), json!({ "acknowledged_on": TODAY, "reference": "LC-1" })).await;
    look().await;
    life.act(DANA, &path("close"), json!({})).await;
    look().await;
    let withdrawn = matters::handoff(&life.w, INES, engagement, "F-2").await;
    life.act(INES, &format!("handoffs/{withdrawn}/withdraw"), json!({})).await;
    life.look(Kind::Handoff, &withdrawn).await;
}

/// After everything that the records are kept for: one officer asks, another one confirms.
pub async fn dispose(life: &Life, matter: &Matter, partner: &Nominated) {
    life.w.at_without_worker("2038-02-01T15:00:00Z");
    authorize(life, &matter.release, "2038-02-20T15:00:00Z").await;
    let path = |command: &str| format!("engagements/{}/{command}", matter.engagement);
    life.act(ROSA, &path("take-records"), json!({})).await;
    life.act(JOAN, &path("ask-disposal"), json!({})).await;
    life.look_by(&[JOAN, ROSA], Kind::Engagement, &matter.engagement).await;
    life.act(ROSA, &path("confirm-disposal"), json!({})).await;
    for document in [&matter.texts.superseded, &partner.texts.superseded] {
        life.look(Kind::Document, document).await;
    }
    life.look(Kind::Engagement, &matter.engagement).await;
}

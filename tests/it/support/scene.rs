//! One record of every kind, all of one developer, for tests that need something to act on.

use std::collections::BTreeMap;

use anteroom::domain::{id::Kind, text::Sha256Hex};
use serde_json::{Value, json};

use super::{
    matters::{self, LARKSPUR},
    world::World,
};

pub const INES: &str = "ines.varga@larkspur.test";
pub const TOBIAS: &str = "tobias.renn@larkspur.test";
pub const MARA: &str = "mara.oduya@quillstone.test";
pub const FELIX: &str = "felix.stroud@quillstone.test";
pub const DANA: &str = "dana.whitlow@fado.test";
pub const JOAN: &str = "joan.mbeki@fado.test";
pub const NIA: &str = "nia.holt@fado.test";
pub const THEO: &str = "theo.marsh@fado.test";
pub const LENA: &str = "lena.fisk@cisa.fado.test";
pub const BEA: &str = "bea.tran@cedarhollow.example.com";
pub const NORA: &str = "nora.lindqvist@firstprairie.example.com";

/// When scenes take place: a Monday.
pub const START: &str = "2026-11-02T14:00:00Z";

/// The references of one record of every kind, each handed over by the developer `larkspur`: an acknowledged engagement
/// with a condition, a nomination, a requested grant and an incident, and a submitted inquiry. Prerequisites go by their holder.
/// with a condition, a nomination, a requested grant and a request for its records, and a submitted inquiry. Prerequisites go by their holder.
/// with a condition, a nomination and a requested grant, a submitted inquiry, and a hand-off
/// under another engagement whose window is open. Prerequisites go by their holder.
pub async fn set(w: &World) -> BTreeMap<Kind, String> {
    let release = json!({ "name": "Heron-3", "planned_partner_release": "2026-12-23T09:00:00-05:00" });
    let release = w.act(TOBIAS, "releases", release).await;
    let inquiry = json!({ "release": release, "question": "Is Heron-3 within the designation?" });
    let inquiry = w.act(INES, "inquiries", inquiry).await;
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    w.act(INES, &format!("inquiries/{inquiry}/submit"), attested).await;
    let engagement = w.act(INES, "engagements", json!({ "release": release })).await;
    let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    w.act(TOBIAS, &format!("engagements/{engagement}/propose"), proposal).await;
    w.act(DANA, &format!("engagements/{engagement}/acknowledge"), json!({ "conflict_check": true })).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let partner = json!({ "engagement": engagement, "partner": w.organization("cedar_hollow") });
    let nomination = w.act(INES, "nominations", partner).await;
    let request = json!({
        "under": engagement, "holder": w.account(LENA), "need_to_know": "Evaluates cyber capability",
        "unclassified_attestation": true,
    });
    let grant = w.act(DANA, "grants", request).await;
    let incident = w.act(INES, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    w.act(JOAN, &format!("engagements/{engagement}/take-records"), json!({})).await;
    let log = json!({ "engagement": engagement, "request": "F-2026-17", "received_on": "2026-11-02" });
    let request = w.act(JOAN, "foia-requests", log).await;
    w.act(JOAN, &format!("foia-requests/{request}/record-search"), json!({ "responsive": true })).await;
    w.act(JOAN, &format!("foia-requests/{request}/send-submitter-notice"), json!({})).await;
    let document = w.act(INES, "documents", upload(&engagement, "Draft agreement", "text/markdown", b"# Draft")).await;
    // A hand-off needs a window that opened.
    let opened = matters::opened(w, &LARKSPUR, DANA).await;
    let handoff = matters::handoff(w, DANA, &opened, "F-1").await;
    BTreeMap::from([
        (Kind::FoiaRequest, request),
        (Kind::Release, release),
        (Kind::Inquiry, inquiry),
        (Kind::Engagement, engagement),
        (Kind::Condition, condition),
        (Kind::Nomination, nomination),
        (Kind::Grant, grant),
        (Kind::Incident, incident),
        (Kind::Prerequisites, w.account(LENA).to_owned()),
        (Kind::Document, document),
        (Kind::Handoff, handoff),
    ])
}

/// The declaration of a document with this content.
pub fn upload(attach_to: &str, name: &str, media_type: &str, content: &[u8]) -> Value {
    json!({
        "attach_to": attach_to, "name": name, "document_kind": "agreement", "media_type": media_type,
        "size_bytes": content.len(), "sha256": Sha256Hex::of(content), "unclassified_attestation": true,
    })
}

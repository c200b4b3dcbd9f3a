//! An engagement whose window is scheduled to open on 2026-11-23 14:00Z, with one evaluator's grant that will be active
//! then.

use serde_json::json;

use super::{
    scene::{DANA, INES, LENA, TOBIAS},
    world::World,
};

const GRANT: &str = "grant.okafor@nsa.fado.test";
const ADELE: &str = "adele.quist@fado.test";
const SAM: &str = "sam.petrov@fado.test";

/// The references.
pub struct Scheduled {
    pub engagement: String,
    pub grant: String,
}

/// Brings an engagement of `larkspur` that far.
pub async fn set(w: &World) -> Scheduled {
    let release = json!({ "name": "Heron-3", "planned_partner_release": "2026-12-23T09:00:00-05:00" });
    let release = w.act(TOBIAS, "releases", release).await;
    determined(w, &release).await;
    let engagement = w.act(INES, "engagements", json!({ "release": release })).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    w.act(TOBIAS, &path("propose"), proposal).await;
    w.act(DANA, &path("acknowledge"), json!({ "conflict_check": true })).await;
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    let mut personal = Vec::new();
    for template in ["nda", "ip_protection", "cybersecurity", "insider_risk"] {
        let condition = in_force(w, &engagement, template).await;
        if template == "nda" || template == "insider_risk" {
            personal.push(condition);
        }
    }
    w.act(DANA, &path("schedule-window"), json!({ "open_at": "2026-11-23T09:00:00-05:00" })).await;
    let hash = w.record(TOBIAS, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    w.act(TOBIAS, &path("accept-offer"), json!({ "hash": hash })).await;
    let grant = approved(w, &engagement).await;
    for condition in personal {
        let digest = w.record(LENA, &format!("conditions/{condition}")).await["agreed"]["digest"].clone();
        let body = json!({ "digest": digest, "intent": true });
        w.act(LENA, &format!("conditions/{condition}/acknowledge"), body).await;
    }
    Scheduled { engagement, grant }
}

/// The release is eligible.
async fn determined(w: &World, release: &str) {
    let inquiry = json!({ "release": release, "question": "Is Heron-3 within the designation?" });
    let inquiry = w.act(INES, "inquiries", inquiry).await;
    let path = |command: &str| format!("inquiries/{inquiry}/{command}");
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    w.act(INES, &path("submit"), attested).await;
    w.act(DANA, &path("acknowledge"), json!({})).await;
    w.act(GRANT, &path("begin-assessment"), json!({})).await;
    let determination = json!({
        "reference": "D-4471", "date": "2026-11-02", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-02" }],
    });
    w.act(GRANT, &path("record-determination"), determination).await;
}

/// A condition that both sides agreed on and signed.
async fn in_force(w: &World, engagement: &str, template: &str) -> String {
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": template })).await;
    let path = |command: &str| format!("conditions/{condition}/{command}");
    let digest = w.record(DANA, &format!("conditions/{condition}")).await["texts"][0]["digest"].clone();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(DANA, &path("offer-agreement"), terms).await;
    let hash = w.record(INES, &format!("conditions/{condition}")).await["offers"][0]["hash"].clone();
    w.act(INES, &path("accept-agreement"), json!({ "hash": hash })).await;
    for (who, name) in [(TOBIAS, "Tobias Renn"), (ADELE, "Adele Quist")] {
        let signature =
            json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
        w.act(who, &path("sign"), signature).await;
    }
    condition
}

/// A grant with everything but the person's own acknowledgements.
async fn approved(w: &World, engagement: &str) -> String {
    let request = json!({
        "under": engagement, "holder": w.account(LENA), "need_to_know": "Evaluates cyber capability",
        "unclassified_attestation": true,
    });
    let grant = w.act(DANA, "grants", request).await;
    let person = format!("prerequisites/{}", w.account(LENA));
    w.act(LENA, &format!("{person}/attest"), json!({ "intent": true })).await;
    w.act(SAM, &format!("{person}/record-training"), json!({ "trained_at": "2026-10-01T12:00:00Z" })).await;
    w.act(SAM, &format!("{person}/record-screening"), json!({ "reference": "PS-118" })).await;
    w.act(SAM, &format!("{person}/record-export-screening"), json!({ "reference": "EX-204" })).await;
    w.act(SAM, &format!("grants/{grant}/clear-prerequisites"), json!({})).await;
    w.act(TOBIAS, &format!("grants/{grant}/approve"), json!({})).await;
    grant
}

//! Matters of developers, driven over HTTP to the stages that tests look at. Every text that could give a developer away
//! is a canary: it occurs in nobody else's matters.

use anteroom::domain::framework::Framework;
use serde_json::{Value, json};

use super::world::World;

pub const DANA: &str = "dana.whitlow@fado.test";
pub const ADELE: &str = "adele.quist@fado.test";
pub const GRANT: &str = "grant.okafor@nsa.fado.test";
pub const LENA: &str = "lena.fisk@cisa.fado.test";
pub const SAM: &str = "sam.petrov@fado.test";
pub const NIA: &str = "nia.holt@fado.test";
pub const THEO: &str = "theo.marsh@fado.test";

/// A developer with its two people and its canaries.
#[derive(Clone, Copy, Debug)]
pub struct Developer {
    pub name: &'static str,
    pub liaison: &'static str,
    pub official: &'static str,
    pub people: [&'static str; 2],
    pub model: &'static str,
    pub question: &'static str,
    pub text: &'static str,
}

pub const LARKSPUR: Developer = Developer {
    name: "Larkspur Cognition",
    liaison: "ines.varga@larkspur.test",
    official: "tobias.renn@larkspur.test",
    people: ["Ines Varga", "Tobias Renn"],
    model: "Heron Canary",
    question: "Is the wading bird within the designation?",
    text: "The wading bird stays in its reeds.",
};

pub const QUILLSTONE: Developer = Developer {
    name: "Quillstone AI",
    liaison: "mara.oduya@quillstone.test",
    official: "felix.stroud@quillstone.test",
    people: ["Mara Oduya", "Felix Stroud"],
    model: "Osprey Canary",
    question: "Is the diving bird within the designation?",
    text: "The diving bird stays on its lake.",
};

/// A registered release with its planned date, which is the official's to say; answers with its reference.
pub async fn release(w: &World, developer: &Developer, planned: &str) -> String {
    let body = json!({ "name": developer.model, "planned_partner_release": planned });
    w.act(developer.official, "releases", body).await
}

/// A submitted inquiry.
pub async fn inquiry(w: &World, developer: &Developer, release: &str) -> String {
    let body = json!({ "release": release, "question": developer.question });
    let inquiry = w.act(developer.liaison, "inquiries", body).await;
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    w.act(developer.liaison, &format!("inquiries/{inquiry}/submit"), attested).await;
    inquiry
}

/// The inquiry's determination: the framework is open to the model.
pub async fn determine(w: &World, inquiry: &str) {
    let path = |command: &str| format!("inquiries/{inquiry}/{command}");
    w.act(DANA, &path("acknowledge"), json!({})).await;
    w.act(GRANT, &path("begin-assessment"), json!({})).await;
    let determination = json!({
        "reference": "D-4471", "date": "2026-11-02", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-02" }],
    });
    w.act(GRANT, &path("record-determination"), determination).await;
}

/// A proposed engagement, in the pool.
pub async fn proposal(w: &World, developer: &Developer, release: &str) -> String {
    let engagement = w.act(developer.liaison, "engagements", json!({ "release": release })).await;
    let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    w.act(developer.official, &format!("engagements/{engagement}/propose"), proposal).await;
    engagement
}

/// The proposal is acknowledged by a program liaison, who thereby leads it.
pub async fn acknowledge(w: &World, liaison: &str, engagement: &str) {
    w.act(liaison, &format!("engagements/{engagement}/acknowledge"), json!({ "conflict_check": true })).await;
}

/// A condition with a redline of the developer.
pub async fn condition(w: &World, developer: &Developer, attach_to: &str, template: &str) -> String {
    let body = json!({ "attach_to": attach_to, "template": template, "required": false });
    let condition = w.act(developer.liaison, "conditions", body).await;
    let seen = w.record(developer.liaison, &format!("conditions/{condition}")).await;
    let redline = json!({
        "text": developer.text, "parent": seen["texts"][0]["digest"], "unclassified_attestation": true,
    });
    w.act(developer.liaison, &format!("conditions/{condition}/upload-text"), redline).await;
    condition
}

/// A condition whose text is agreed and not signed, and the text's digest.
pub async fn agreed(
    w: &World,
    developer: &Developer,
    liaison: &str,
    engagement: &str,
    template: &str,
) -> (String, Value) {
    let condition = w.act(liaison, "conditions", json!({ "attach_to": engagement, "template": template })).await;
    let path = |command: &str| format!("conditions/{condition}/{command}");
    let digest = w.record(liaison, &format!("conditions/{condition}")).await["texts"][0]["digest"].clone();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(liaison, &path("offer-agreement"), terms).await;
    let hash = w.record(developer.liaison, &format!("conditions/{condition}")).await["offers"][0]["hash"].clone();
    w.act(developer.liaison, &path("accept-agreement"), json!({ "hash": hash })).await;
    (condition, digest)
}

/// Four conditions that cover every subject and function, agreed and signed; the engagement is ready then.
pub async fn agree(w: &World, developer: &Developer, liaison: &str, engagement: &str) -> Vec<String> {
    let mut conditions = Vec::new();
    for template in ["nda", "ip_protection", "cybersecurity", "insider_risk"] {
        let (condition, digest) = agreed(w, developer, liaison, engagement, template).await;
        let path = |command: &str| format!("conditions/{condition}/{command}");
        for (who, name) in [(developer.official, developer.people[1]), (ADELE, "Adele Quist")] {
            let signature =
                json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
            w.act(who, &path("sign"), signature).await;
        }
        conditions.push(condition);
    }
    conditions
}

/// Both keys schedule the window.
pub async fn schedule(w: &World, developer: &Developer, liaison: &str, engagement: &str, open_at: &str) {
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(liaison, &path("schedule-window"), json!({ "open_at": open_at })).await;
    let seen = w.record(developer.official, &format!("engagements/{engagement}")).await;
    w.act(developer.official, &path("accept-offer"), json!({ "hash": seen["offers"][0]["hash"] })).await;
}

/// An engagement of a release of its own whose window is open from now on: the official opens it before its time.
pub async fn opened(w: &World, developer: &Developer, liaison: &str) -> String {
    let release = release(w, developer, "2026-12-01T09:00:00-05:00").await;
    let inquiry = inquiry(w, developer, &release).await;
    determine(w, &inquiry).await;
    let engagement = proposal(w, developer, &release).await;
    acknowledge(w, liaison, &engagement).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(liaison, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    agree(w, developer, liaison, &engagement).await;
    schedule(w, developer, liaison, &engagement, "2026-11-03T09:00:00-05:00").await;
    w.act(developer.official, &path("open-window"), json!({})).await;
    engagement
}

/// A hand-off of something that access surfaced.
pub async fn handoff(w: &World, who: &str, engagement: &str, finding: &str) -> String {
    let body = json!({
        "engagement": engagement, "finding": finding, "channel": "clearinghouse_portal", "tlp": "TLP:AMBER",
        "unclassified_attestation": true,
    });
    w.act(who, "handoffs", body).await
}

/// A nomination that the partner is approached about.
pub async fn approach(w: &World, developer: &Developer, engagement: &str, partner: &str) -> String {
    let body = json!({ "engagement": engagement, "partner": w.organization(partner) });
    let nomination = w.act(developer.liaison, "nominations", body).await;
    w.act(developer.official, &format!("nominations/{nomination}/consent-approach"), json!({})).await;
    nomination
}

/// A partner contact's signature on the screening text of the newest version.
pub fn screening_signature() -> Value {
    let versions = Framework::builtin().expect("versions");
    let digest = &versions.last().and_then(Framework::screening_nda).expect("a text").text_digest;
    json!({ "digest": digest, "typed_name": "Bea Tran", "capacity": "partner contact", "intent": true })
}

/// The same by this contact, whose address begins with the name.
pub fn screening_signature_of(contact: &str) -> Value {
    let mut signature = screening_signature();
    signature["typed_name"] = contact.split('@').next().into();
    signature
}

/// The partner signs the generic agreement, and the nomination is disclosed to it.
pub async fn disclose(w: &World, developer: &Developer, contact: &str, nomination: &str) {
    let path = |command: &str| format!("nominations/{nomination}/{command}");
    w.act(contact, &path("sign-screening-nda"), screening_signature_of(contact)).await;
    w.act(developer.liaison, &path("disclose"), json!({})).await;
}

/// A request for an evaluator's access.
pub async fn grant(w: &World, liaison: &str, engagement: &str, holder: &str) -> String {
    let request = json!({
        "under": engagement, "holder": w.account(holder), "need_to_know": "Evaluates cyber capability",
        "unclassified_attestation": true,
    });
    w.act(liaison, "grants", request).await
}

/// The insider-risk officer finds the holder attested, trained and screened.
pub async fn clear(w: &World, holder: &str, grant: &str) {
    let person = format!("prerequisites/{}", w.account(holder));
    w.act(holder, &format!("{person}/attest"), json!({ "intent": true })).await;
    w.act(SAM, &format!("{person}/record-training"), json!({ "trained_at": "2026-10-01T12:00:00Z" })).await;
    w.act(SAM, &format!("{person}/record-screening"), json!({ "reference": "PS-118" })).await;
    w.act(SAM, &format!("{person}/record-export-screening"), json!({ "reference": "EX-204" })).await;
    w.act(SAM, &format!("grants/{grant}/clear-prerequisites"), json!({})).await;
}

/// The officer finds the holder ready, and the developer approves.
pub async fn approve(w: &World, developer: &Developer, holder: &str, grant: &str) {
    clear(w, holder, grant).await;
    w.act(developer.official, &format!("grants/{grant}/approve"), json!({})).await;
}

/// An evaluator's grant that the developer approved.
pub async fn approved(w: &World, developer: &Developer, engagement: &str, holder: &str) -> String {
    let grant = grant(w, DANA, engagement, holder).await;
    approve(w, developer, holder, &grant).await;
    grant
}

/// The references in a list's rows.
pub fn references(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| item["reference"].as_str().map(str::to_owned)).collect()
}

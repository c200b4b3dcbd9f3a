//! Conditions and documents from their beginning to every end, under an engagement or a nomination.

use anteroom::domain::id::Kind;
use reqwest::Method;
use serde_json::{Value, json};

use super::Life;
use crate::support::{
    matters::SAM,
    scene::{INES, TOBIAS, upload},
};

/// Those of the other side, and who will have access.
#[derive(Clone, Copy, Debug)]
pub struct Others {
    pub liaison: &'static str,
    pub signatory: &'static str,
    pub name: &'static str,
    pub holder: &'static str,
    /// Who looks; nobody named stands for everybody.
    pub eyes: &'static [&'static str],
}

impl Others {
    async fn look(self, life: &Life, kind: Kind, reference: &str) {
        if self.eyes.is_empty() {
            life.look(kind, reference).await;
        } else {
            life.look_by(self.eyes, kind, reference).await;
        }
    }
}

/// Conditions of one place, and a document whose content is never sent.
pub struct Texts {
    pub to: String,
    pub others: Others,
    pub signed: String,
    pub ends: String,
    pub superseded: String,
    pub declared: String,
}

const NOW: &str = "2026-11-02T09:00:00-05:00";
const LATER: &str = "2026-11-04T09:00:00-05:00";
const SOON_OVER: &str = "2026-11-05T09:00:00-05:00";

/// A condition about insider risk, so that the officer sees it too.
async fn attach(life: &Life, to: &str) -> String {
    let body = json!({ "attach_to": to, "template": "insider_risk", "required": false });
    life.act(INES, "conditions", body).await
}

async fn digest(life: &Life, condition: &str) -> Value {
    let seen = life.w.record(INES, &format!("conditions/{condition}")).await;
    seen["texts"].as_array().unwrap().last().unwrap()["digest"].clone()
}

/// Offered by the developer, accepted by the other side.
async fn agree(life: &Life, condition: &str, others: Others, from: &str, until: Option<&str>) -> Value {
    let path = |command: &str| format!("conditions/{condition}/{command}");
    let digest = digest(life, condition).await;
    let terms = json!({ "digest": digest, "effective_at": from, "expires_at": until });
    life.act(INES, &path("offer-agreement"), terms).await;
    let seen = life.w.record(INES, &format!("conditions/{condition}")).await;
    let hash = seen["offers"].as_array().unwrap().last().unwrap()["hash"].clone();
    life.act(others.liaison, &path("accept-agreement"), json!({ "hash": hash })).await;
    digest
}

async fn sign(life: &Life, condition: &str, who: &str, name: &str, digest: &Value) {
    let body = json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
    life.act(who, &format!("conditions/{condition}/sign"), body).await;
}

async fn acknowledge(life: &Life, condition: &str, who: &str, digest: &Value) {
    let body = json!({ "digest": digest, "intent": true });
    life.act(who, &format!("conditions/{condition}/acknowledge"), body).await;
}

/// Agreed, signed and acknowledged.
pub async fn bind(life: &Life, condition: &str, others: Others, from: &str, until: Option<&str>) {
    let digest = agree(life, condition, others, from, until).await;
    sign(life, condition, TOBIAS, "Tobias Renn", &digest).await;
    sign(life, condition, others.signatory, others.name, &digest).await;
    acknowledge(life, condition, others.holder, &digest).await;
}

/// The agreement that the version needs of whoever is bound, in force.
pub async fn needed(life: &Life, to: &str, others: Others) {
    let condition = life.act(INES, "conditions", json!({ "attach_to": to, "template": "nda" })).await;
    bind(life, &condition, others, NOW, None).await;
}

pub async fn begin(life: &Life, to: &str, others: Others) -> Texts {
    let signed = negotiated(life, to, others).await;
    let waived = attach(life, to).await;
    life.act(SAM, &format!("conditions/{waived}/clear-waiver"), json!({})).await;
    life.act(TOBIAS, &format!("conditions/{waived}/waive"), json!({})).await;
    others.look(life, Kind::Condition, &waived).await;
    let ends = attach(life, to).await;
    bind(life, &ends, others, NOW, Some(SOON_OVER)).await;
    others.look(life, Kind::Condition, &ends).await;
    let (superseded, declared) = documents(life, to, others).await;
    Texts { to: to.to_owned(), others, signed, ends, superseded, declared }
}

/// Redlined, agreed and signed, to take force later.
async fn negotiated(life: &Life, to: &str, others: Others) -> String {
    let condition = attach(life, to).await;
    let path = |command: &str| format!("conditions/{condition}/{command}");
    others.look(life, Kind::Condition, &condition).await;
    let first = digest(life, &condition).await;
    // Each side offers: nobody accepts the own side's.
    for who in [INES, others.liaison] {
        let terms = json!({ "digest": first, "effective_at": LATER });
        life.act(who, &path("offer-agreement"), terms).await;
    }
    others.look(life, Kind::Condition, &condition).await;
    let redline = json!({ "text": "The text is another.", "parent": first, "unclassified_attestation": true });
    life.act(INES, &path("upload-text"), redline).await;
    others.look(life, Kind::Condition, &condition).await;
    let second = agree(life, &condition, others, LATER, None).await;
    others.look(life, Kind::Condition, &condition).await;
    sign(life, &condition, TOBIAS, "Tobias Renn", &second).await;
    others.look(life, Kind::Condition, &condition).await;
    sign(life, &condition, others.signatory, others.name, &second).await;
    acknowledge(life, &condition, others.holder, &second).await;
    others.look(life, Kind::Condition, &condition).await;
    condition
}

/// Once the first is in force: broken, and mended.
pub async fn break_and_mend(life: &Life, texts: &Texts) {
    let path = |command: &str| format!("conditions/{}/{command}", texts.signed);
    life.act(INES, &path("report-breach"), json!({})).await;
    texts.others.look(life, Kind::Condition, &texts.signed).await;
    life.act(TOBIAS, &path("cure-breach"), json!({})).await;
}

/// Once the second is over: another takes its place.
pub async fn succeed(life: &Life, texts: &Texts) {
    texts.others.look(life, Kind::Condition, &texts.ends).await;
    let body = json!({
        "attach_to": texts.to, "template": "insider_risk", "required": false, "supersedes": texts.ends,
    });
    let next = life.act(INES, "conditions", body).await;
    bind(life, &next, texts.others, NOW, None).await;
    texts.others.look(life, Kind::Condition, &texts.ends).await;
    texts.others.look(life, Kind::Document, &texts.declared).await;
}

async fn send(life: &Life, who: &str, document: &str, content: &[u8]) {
    let (path, text) = (format!("documents/{document}/content"), [("content-type", "text/plain")]);
    let sent = life.w.send(Method::PUT, who, &path, Some(content.to_vec()), &text).await;
    assert!(sent.status.is_success(), "{}", sent.body);
}

/// A document in every stage but those that time and disposal bring; answers with the superseded and a declared one.
async fn documents(life: &Life, to: &str, others: Others) -> (String, String) {
    let who = if others.liaison == super::matter::DANA { INES } else { others.liaison };
    let declare = async |content: &[u8], parent: Option<&str>| {
        let mut body = upload(to, "Terms", "text/plain", content);
        body["parent"] = json!(parent);
        life.act(who, "documents", body).await
    };
    let first = declare(b"first", None).await;
    others.look(life, Kind::Document, &first).await;
    send(life, who, &first, b"first").await;
    others.look(life, Kind::Document, &first).await;
    life.w.app.scan(10).await.unwrap();
    others.look(life, Kind::Document, &first).await;
    let second = declare(b"second", Some(&first)).await;
    send(life, who, &second, b"second").await;
    life.w.app.scan(10).await.unwrap();
    others.look(life, Kind::Document, &first).await;
    let infected = declare(b"an EICAR test", None).await;
    send(life, who, &infected, b"an EICAR test").await;
    life.w.app.scan(10).await.unwrap();
    others.look(life, Kind::Document, &infected).await;
    let withdrawn = declare(b"third", None).await;
    life.act(who, &format!("documents/{withdrawn}/withdraw"), json!({})).await;
    others.look(life, Kind::Document, &withdrawn).await;
    (first, declare(b"fourth", None).await)
}

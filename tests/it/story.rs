//! The main job, end to end, through real HTTP on both databases: from inquiry to closed engagement, with a partner
//! selected and two people with grants. Every mail that was due is received by a real SMTP server and stands in the
//! hand-written list of `story_mails.txt`; an extra or a missing one fails.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    identity::enroll,
    support::{
        database::TestDatabase,
        door::{Door, text},
        world::{Sent, World},
    },
};

const INES: &str = "ines.varga@larkspur.test";
const TOBIAS: &str = "tobias.renn@larkspur.test";
const DANA: &str = "dana.whitlow@fado.test";
const GRANT: &str = "grant.okafor@nsa.fado.test";
const ADELE: &str = "adele.quist@fado.test";
const SAM: &str = "sam.petrov@fado.test";
const THEO: &str = "theo.marsh@fado.test";
const LENA: &str = "lena.fisk@cisa.fado.test";
const OMAR: &str = "omar.haddad@cisa.fado.test";
const MARCUS: &str = "marcus.bell@treasury.fado.test";
const YUKI: &str = "yuki.andrade@cisa.fado.test";
const BEA: &str = "bea.tran@cedarhollow.example.com";

#[tokio::test]
async fn one_engagement_runs_end_to_end_on_sqlite() {
    run(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn one_engagement_runs_end_to_end_on_postgresql() {
    run(TestDatabase::postgres().await).await;
}

async fn run(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let mut names = BTreeMap::new();
    let (release, inquiry) = inquire(&w).await;
    let engagement = engage(&w, &release).await;
    let conditions = agree(&w, &engagement).await;
    schedule(&w, &engagement).await;
    let grants = grant(&w, &engagement, &conditions).await;
    let gateway = gateway(&w).await;
    open(&w, &engagement, &gateway, &grants).await;
    let nomination = select_partner(&w, &engagement).await;
    recertify(&w, &grants).await;
    close(&w, &engagement, &gateway, &grants).await;
    finish(&w, &engagement).await;
    names.insert(release, "REL".to_owned());
    names.insert(inquiry, "INQ".to_owned());
    names.insert(engagement, "ENG".to_owned());
    names.insert(nomination, "NOM".to_owned());
    names.extend(conditions.into_iter().map(|(template, reference)| (reference, format!("CON {template}"))));
    names
        .extend(grants.into_iter().zip(["GRA Lena", "GRA Omar"]).map(|(reference, name)| (reference, name.to_owned())));
    expect_mails(&w, &names).await;
    w.stop().await;
}

/// Whether the model is covered.
async fn inquire(w: &World) -> (String, String) {
    let release = json!({ "name": "Heron-3", "planned_partner_release": "2026-12-23T09:00:00-05:00" });
    let release = w.act(TOBIAS, "releases", release).await;
    let question = json!({ "release": release, "question": "Is Heron-3 within the designation?" });
    let inquiry = w.act(INES, "inquiries", question).await;
    let path = |command: &str| format!("inquiries/{inquiry}/{command}");
    w.refused(DANA, &path("acknowledge"), json!({}), 404, "not-found").await;
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    w.act(INES, &path("submit"), attested).await;
    w.at("2026-11-03T15:00:00Z").await;
    w.act(DANA, &path("acknowledge"), json!({})).await;
    let asks = json!({ "question": "Which release is meant?", "unclassified_attestation": true });
    w.act(GRANT, &path("request-info"), asks).await;
    w.at("2026-11-04T15:00:00Z").await;
    let answers = json!({ "answer": "The one planned for December.", "unclassified_attestation": true });
    w.act(INES, &path("answer-info"), answers).await;
    w.at("2026-11-05T15:00:00Z").await;
    w.act(GRANT, &path("begin-assessment"), json!({})).await;
    w.at("2026-11-06T15:00:00Z").await;
    let determination = json!({
        "reference": "D-4471", "date": "2026-11-06", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-05" }],
    });
    w.act(GRANT, &path("record-determination"), determination).await;
    let seen = w.record(INES, &format!("inquiries/{inquiry}")).await;
    assert_eq!(seen["stage"], "determined");
    assert_eq!(seen["determination"]["framework_eligible"], true);
    (release, inquiry)
}

/// From draft to acknowledged.
async fn engage(w: &World, release: &str) -> String {
    w.at("2026-11-06T16:00:00Z").await;
    let engagement = w.act(INES, "engagements", json!({ "release": release })).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    w.refused(INES, &path("propose"), proposal.clone(), 403, "forbidden").await;
    w.act(TOBIAS, &path("propose"), proposal).await;
    w.at("2026-11-12T15:00:00Z").await;
    w.act(DANA, &path("acknowledge"), json!({ "conflict_check": true })).await;
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    engagement
}

/// Four conditions cover every subject and every function; each is agreed on the same digest and signed by both sides.
async fn agree(w: &World, engagement: &str) -> Vec<(String, String)> {
    let mut conditions = Vec::new();
    for template in ["nda", "ip_protection", "cybersecurity", "insider_risk"] {
        let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
        assert_eq!(seen["stage"], "conditions", "not ready before every condition is in force");
        let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": template })).await;
        let path = |command: &str| format!("conditions/{condition}/{command}");
        let digest = w.record(DANA, &format!("conditions/{condition}")).await["texts"][0]["digest"].clone();
        let terms = json!({ "digest": digest, "effective_at": "2026-11-12T10:00:00-05:00" });
        w.act(DANA, &path("offer-agreement"), terms).await;
        let hash = w.record(INES, &format!("conditions/{condition}")).await["offers"][0]["hash"].clone();
        w.refused(DANA, &path("accept-agreement"), json!({ "hash": hash }), 409, "own-offer").await;
        w.act(INES, &path("accept-agreement"), json!({ "hash": hash })).await;
        for (who, name) in [(TOBIAS, "Tobias Renn"), (ADELE, "Adele Quist")] {
            let signature =
                json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
            w.act(who, &path("sign"), signature).await;
        }
        conditions.push((template.to_owned(), condition));
    }
    let seen = w.record(INES, &format!("engagements/{engagement}")).await;
    assert_eq!(seen["stage"], "ready");
    conditions
}

/// Two keys schedule the window.
async fn schedule(w: &World, engagement: &str) {
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    let early = json!({ "open_at": "2026-11-23T08:59:59-05:00" });
    let answer = w.refused(DANA, &path("schedule-window"), early, 409, "unmet-facts").await;
    assert_eq!(answer.body["unmet"][0]["fact"], "opens_too_early");
    w.act(DANA, &path("schedule-window"), json!({ "open_at": "2026-11-23T09:00:00-05:00" })).await;
    let hash = w.record(TOBIAS, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    w.act(TOBIAS, &path("accept-offer"), json!({ "hash": hash })).await;
    let seen = w.record(TOBIAS, &format!("engagements/{engagement}")).await;
    assert_eq!(seen["window"]["closes_at"]["at"], "2026-12-23T14:00:00Z");
}

/// Two evaluators, one of whom is slow to acknowledge the personal texts.
async fn grant(w: &World, engagement: &str, conditions: &[(String, String)]) -> Vec<String> {
    let mut grants = Vec::new();
    for who in [LENA, OMAR] {
        let request = json!({
            "under": engagement, "holder": w.account(who), "need_to_know": "Evaluates cyber capability",
            "unclassified_attestation": true,
        });
        let grant = w.act(DANA, "grants", request).await;
        let person = format!("prerequisites/{}", w.account(who));
        w.refused(SAM, &format!("grants/{grant}/clear-prerequisites"), json!({}), 409, "unmet-facts").await;
        w.act(who, &format!("{person}/attest"), json!({ "intent": true })).await;
        w.act(SAM, &format!("{person}/record-training"), json!({ "trained_at": "2026-10-01T12:00:00Z" })).await;
        w.act(SAM, &format!("{person}/record-screening"), json!({ "reference": "PS-118" })).await;
        w.act(SAM, &format!("{person}/record-export-screening"), json!({ "reference": "EX-204" })).await;
        w.act(SAM, &format!("grants/{grant}/clear-prerequisites"), json!({})).await;
        w.act(TOBIAS, &format!("grants/{grant}/approve"), json!({})).await;
        grants.push(grant);
    }
    acknowledge(w, LENA, conditions).await;
    w.at("2026-11-17T15:00:00Z").await;
    acknowledge(w, OMAR, conditions).await;
    // Access takes a second factor.
    let door = Door::of(w);
    enroll(w, &door, &door.token(LENA).await).await;
    w.work().await;
    grants
}

async fn acknowledge(w: &World, who: &str, conditions: &[(String, String)]) {
    for (_, condition) in conditions.iter().filter(|(template, _)| template == "nda" || template == "insider_risk") {
        let digest = w.record(who, &format!("conditions/{condition}")).await["agreed"]["digest"].clone();
        let body = json!({ "digest": digest, "intent": true });
        w.act(who, &format!("conditions/{condition}/acknowledge"), body).await;
    }
}

/// The window opens by itself.
async fn open(w: &World, engagement: &str, gateway: &str, grants: &[String]) {
    w.at("2026-11-23T13:59:59Z").await;
    assert!(!allowed(w, gateway, &grants[0]).await, "a second before the opening");
    w.at("2026-11-23T14:00:00Z").await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    assert_eq!(seen["stage"], "window_open");
    assert!(allowed(w, gateway, &grants[0]).await, "at the opening");
}

/// What the developer's gateway is told when the holder, signed in with two factors, asks it for the model.
async fn allowed(w: &World, gateway: &str, grant: &str) -> bool {
    let at = w.clock.business();
    let body = json!({ "grant": grant, "statement": { "authenticated_at": at, "assurance": "aal2" } });
    let answer = Door::of(w).post(gateway, "/api/v1/access-check", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(w.record(LENA, &format!("grants/{grant}")).await["effective"], answer.body["allowed"], "one answer");
    answer.body["allowed"] == Value::Bool(true)
}

/// The developer's gateway.
async fn gateway(w: &World) -> String {
    let new = json!({ "name": "Gateway", "expires_at": "2027-10-01T00:00:00Z", "scopes": ["access-check"] });
    let made = w.post(INES, "api-tokens", &new).await;
    assert!(made.status.is_success(), "{}", made.body);
    text(&made.body, "secret")
}

/// Nothing is disclosed before consent; both keys turn; two agencies make the quorum.
async fn select_partner(w: &World, engagement: &str) -> String {
    w.at("2026-11-24T15:00:00Z").await;
    let body = json!({ "engagement": engagement, "partner": w.organization("cedar_hollow") });
    let nomination = w.act(INES, "nominations", body).await;
    let path = |command: &str| format!("nominations/{nomination}/{command}");
    assert_eq!(w.get(BEA, &format!("nominations/{nomination}")).await.status, 404);
    w.act(TOBIAS, &path("consent-approach"), json!({})).await;
    let generic = w.record(BEA, &format!("nominations/{nomination}")).await;
    assert_eq!(generic["stage"], "approached");
    assert!(generic.get("developer").is_none(), "nothing names the developer before disclosure: {generic}");
    w.refused(DANA, &path("disclose"), json!({}), 409, "unmet-facts").await;
    let text = &generic["screening_nda"];
    assert!(text["text"].as_str().unwrap().starts_with("# Screening"), "nobody signs what they cannot read: {generic}");
    let signature =
        json!({ "digest": text["digest"], "typed_name": "Bea Tran", "capacity": "partner contact", "intent": true });
    w.act(BEA, &path("sign-screening-nda"), signature).await;
    w.act(DANA, &path("disclose"), json!({})).await;
    w.act(DANA, &path("begin-screening"), json!({})).await;
    let framework = w.record(BEA, "frameworks/v1.1").await;
    let keys = framework["rules"]["criteria"].as_array().unwrap().iter().map(|c| c["key"].as_str().unwrap().to_owned());
    let criteria: BTreeMap<String, &str> = keys.map(|key| (key, "We do.")).collect();
    w.act(BEA, &path("state-criteria"), json!({ "criteria": criteria, "unclassified_attestation": true })).await;
    w.act(DANA, &path("begin-vetting"), json!({})).await;
    for reviewer in [MARCUS, YUKI] {
        w.act(THEO, &path("assign-reviewer"), json!({ "reviewer": w.account(reviewer) })).await;
    }
    w.act(DANA, &path("open-decision"), json!({})).await;
    w.at("2026-11-25T15:00:00Z").await;
    w.act(TOBIAS, &path("consent"), json!({})).await;
    w.act(MARCUS, &path("concur"), json!({})).await;
    let seen = w.record(DANA, &format!("nominations/{nomination}")).await;
    assert_eq!(seen["stage"], "decision", "one agency is not the quorum");
    w.at("2026-12-01T15:00:00Z").await;
    w.act(YUKI, &path("concur"), json!({})).await;
    let seen = w.record(BEA, &format!("nominations/{nomination}")).await;
    assert_eq!(seen["stage"], "selected");
    nomination
}

/// Every 14 days the approver says again that access is needed.
async fn recertify(w: &World, grants: &[String]) {
    for instant in ["2026-12-04T15:00:00Z", "2026-12-15T15:00:00Z"] {
        w.at(instant).await;
        for grant in grants {
            w.act(TOBIAS, &format!("grants/{grant}/recertify"), json!({})).await;
        }
    }
}

/// The window closes by itself inside its 30 days; access ends at that second with no worker running.
async fn close(w: &World, engagement: &str, gateway: &str, grants: &[String]) {
    w.at("2026-12-23T13:00:00Z").await;
    w.at_without_worker("2026-12-23T13:59:59Z");
    assert!(allowed(w, gateway, &grants[0]).await, "one second before the close");
    w.at_without_worker("2026-12-23T14:00:00Z");
    assert!(!allowed(w, gateway, &grants[0]).await, "at the close");
    w.at("2026-12-23T14:00:00Z").await;
    let seen = w.record(INES, &format!("engagements/{engagement}")).await;
    assert_eq!((&seen["stage"], &seen["outcome"]), (&json!("close_out"), &json!("completed")));
}

/// What was handed over is returned, and both leads close.
async fn finish(w: &World, engagement: &str) {
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.at("2026-12-23T15:00:00Z").await;
    w.act(TOBIAS, &path("record-release"), json!({ "kind": "partner" })).await;
    w.at("2026-12-28T15:00:00Z").await;
    w.act(DANA, &path("register-item"), json!({ "reference": "Evaluation notes", "disposition": "return" })).await;
    w.refused(DANA, &path("close"), json!({}), 409, "unmet-facts").await;
    let certificate = json!({
        "reference": "Evaluation notes", "method": "returned", "done_on": "2026-12-28",
        "performed_by": "Lena Fisk", "validated_by": "Omar Haddad",
    });
    w.act(DANA, &path("certify-item"), certificate).await;
    w.act(INES, &path("accept-certificate"), json!({ "reference": "Evaluation notes" })).await;
    w.act(DANA, &path("close"), json!({})).await;
    let hash = w.record(INES, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    w.act(INES, &path("accept-offer"), json!({ "hash": hash })).await;
    w.at("2027-02-01T15:00:00Z").await;
    let seen = w.record(INES, &format!("engagements/{engagement}")).await;
    assert_eq!((&seen["stage"], &seen["outcome"]), (&json!("closed"), &json!("completed")));
}

/// The hand-written list: instant (UTC), recipient, notice, record.
async fn expect_mails(w: &World, names: &BTreeMap<String, String>) {
    let expected: Vec<&str> = include_str!("story_mails.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let line = |sent: &Sent| {
        let record = names.get(&sent.reference).unwrap_or(&sent.reference);
        format!("{} {} {} {record}", sent.at, sent.to, sent.code).trim_end().to_owned()
    };
    let received: Vec<String> = w.mails().await.iter().map(line).collect();
    let mut extra = received.clone();
    let mut missing = Vec::new();
    for line in expected {
        match extra.iter().position(|received| received == line) {
            Some(index) => {
                extra.remove(index);
            }
            None => missing.push(line),
        }
    }
    assert!(extra.is_empty() && missing.is_empty(), "extra: {extra:#?}\nmissing: {missing:#?}");
}

//! Release, inquiries, engagement and the evaluators' grants, from the first draft to the close.

use anteroom::domain::id::Kind;
use serde_json::json;

use super::{Life, PAUL, RHEA, partner::Nominated, texts};
use crate::support::{
    matters::{self, ADELE, GRANT, LARKSPUR, LENA, SAM},
    scene::{INES, JOAN, TOBIAS},
};

pub const DANA: &str = crate::support::scene::DANA;
const CARL: &str = "carl.dietz@fado.test";
const OMAR: &str = "omar.haddad@cisa.fado.test";

const GOVERNMENT: texts::Others =
    texts::Others { liaison: DANA, signatory: ADELE, name: "Adele Quist", holder: LENA, eyes: &[] };

/// What the story goes on with.
pub struct Matter {
    pub release: String,
    pub engagement: String,
    pub grant: String,
    pub texts: texts::Texts,
}

/// The auditor reads the case until this instant.
pub async fn authorize(life: &Life, release: &str, until: &str) {
    let body = json!({ "auditor": life.w.account(CARL), "until": until, "reference": "A-1" });
    life.act(JOAN, &format!("releases/{release}/authorize-auditor"), body).await;
}

/// To an engagement whose conditions are negotiated, with a grant that the developer approved.
pub async fn begin(life: &Life) -> Matter {
    let release = matters::release(&life.w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    life.look(Kind::Release, &release).await;
    let engagement = proposed(life, &release).await;
    authorize(life, &release, "2026-11-30T14:00:00Z").await;
    life.look(Kind::Release, &release).await;
    life.look(Kind::Engagement, &engagement).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    life.act(TOBIAS, &path("recall"), json!({})).await;
    life.look(Kind::Engagement, &engagement).await;
    life.act(TOBIAS, &path("propose"), proposal()).await;
    matters::acknowledge(&life.w, DANA, &engagement).await;
    inquiries(life, &release).await;
    people(life).await;
    let grant = granted(life, (DANA, &engagement), LENA).await;
    life.look(Kind::Engagement, &engagement).await;
    let texts = texts::begin(life, &engagement, GOVERNMENT).await;
    Matter { release, engagement, grant, texts }
}

fn proposal() -> serde_json::Value {
    json!({ "unclassified_attestation": true, "release_declaration": "new_release" })
}

/// A draft, then a proposal with everybody of the government whom it takes.
async fn proposed(life: &Life, release: &str) -> String {
    let engagement = life.act(INES, "engagements", json!({ "release": release })).await;
    life.look(Kind::Engagement, &engagement).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    life.act(TOBIAS, &path("propose"), proposal()).await;
    life.look(Kind::Engagement, &engagement).await;
    life.act(DANA, &path("claim"), json!({})).await;
    life.act(DANA, &path("assign-signatory"), json!({ "signatory": life.w.account(ADELE) })).await;
    life.act(JOAN, &path("take-records"), json!({})).await;
    engagement
}

async fn inquiries(life: &Life, release: &str) {
    let first = life.act(INES, "inquiries", json!({ "release": release, "question": "Is it within?" })).await;
    life.look(Kind::Inquiry, &first).await;
    let on = |command: &str| format!("inquiries/{first}/{command}");
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    life.act(INES, &on("submit"), attested).await;
    life.look(Kind::Inquiry, &first).await;
    life.act(DANA, &on("acknowledge"), json!({})).await;
    life.look(Kind::Inquiry, &first).await;
    let question = json!({ "question": "Which one?", "unclassified_attestation": true });
    life.act(GRANT, &on("request-info"), question).await;
    life.look(Kind::Inquiry, &first).await;
    let answer = json!({ "answer": "The newest.", "unclassified_attestation": true });
    life.act(INES, &on("answer-info"), answer).await;
    life.act(GRANT, &on("begin-assessment"), json!({})).await;
    life.look(Kind::Inquiry, &first).await;
    let determination = json!({
        "reference": "D-4470", "date": "2026-11-02", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-02" }],
    });
    life.act(GRANT, &on("record-determination"), determination).await;
    life.look(Kind::Inquiry, &first).await;
    let withdrawn = matters::inquiry(&life.w, &LARKSPUR, release).await;
    life.act(INES, &format!("inquiries/{withdrawn}/withdraw"), json!({})).await;
    life.look(Kind::Inquiry, &withdrawn).await;
    let open = matters::inquiry(&life.w, &LARKSPUR, release).await;
    life.act(DANA, &format!("inquiries/{open}/acknowledge"), json!({})).await;
    life.act(GRANT, &format!("inquiries/{open}/begin-assessment"), json!({})).await;
    let reason = json!({ "reason": "not_taken_up" });
    life.act(GRANT, &format!("inquiries/{open}/close-undetermined"), reason).await;
    life.look(Kind::Inquiry, &open).await;
    let newer = matters::inquiry(&life.w, &LARKSPUR, release).await;
    matters::determine(&life.w, &newer).await;
    let by = json!({ "by": newer, "reason": "model_changed" });
    life.act(GRANT, &on("supersede"), by).await;
    life.look(Kind::Inquiry, &first).await;
}

/// Everybody sees the own attestation, training and screening.
async fn people(life: &Life) {
    for (asker, _) in &life.askers {
        life.look_by(&[&asker.who], Kind::Prerequisites, life.w.account(&asker.who)).await;
    }
    life.look_by(&[SAM, DANA], Kind::Prerequisites, life.w.account(LENA)).await;
}

/// A grant from the request to the approval, for this holder under this record.
pub async fn granted(life: &Life, (who, under): (&str, &str), holder: &str) -> String {
    let grant = matters::grant(&life.w, who, under, holder).await;
    life.look(Kind::Grant, &grant).await;
    matters::clear(&life.w, holder, &grant).await;
    life.look(Kind::Grant, &grant).await;
    life.act(TOBIAS, &format!("grants/{grant}/approve"), json!({})).await;
    life.look(Kind::Grant, &grant).await;
    grant
}

/// To a window that opens by itself, after both sides offered it.
pub async fn open(life: &Life, matter: &Matter, partner: &Nominated) {
    let path = |command: &str| format!("engagements/{}/{command}", matter.engagement);
    let look = async || life.look(Kind::Engagement, &matter.engagement).await;
    for condition in matters::agree(&life.w, &LARKSPUR, DANA, &matter.engagement).await {
        let seen = life.w.record(LENA, &format!("conditions/{condition}")).await;
        let body = json!({ "digest": seen["agreed"]["digest"], "intent": true });
        life.act(LENA, &format!("conditions/{condition}/acknowledge"), body).await;
    }
    let at = "2026-11-06T09:00:00-05:00";
    life.act(DANA, &path("schedule-window"), json!({ "open_at": at })).await;
    let other = json!({ "open_at": at, "agreed_end": "2026-11-28T09:00:00-05:00" });
    life.act(TOBIAS, &path("schedule-window"), other).await;
    look().await;
    life.look_by(&[RHEA, PAUL], Kind::Engagement, &matter.engagement).await;
    accept(life, &matter.engagement, DANA).await;
    look().await;
    life.w.at_without_worker("2026-11-04T15:00:00Z");
    for texts in [&matter.texts, &partner.texts] {
        texts::break_and_mend(life, texts).await;
    }
    life.w.at_without_worker("2026-11-05T15:00:00Z");
    for texts in [&matter.texts, &partner.texts] {
        texts::succeed(life, texts).await;
    }
    life.w.at_without_worker("2026-11-06T15:00:00Z");
    look().await;
    life.look(Kind::Grant, &matter.grant).await;
    life.act(DANA, &path("suspend-window"), json!({ "reason": "operational" })).await;
    look().await;
    life.act(DANA, &path("resume-window"), json!({})).await;
    look().await;
    life.look_by(&[RHEA], Kind::Engagement, &matter.engagement).await;
    accept(life, &matter.engagement, TOBIAS).await;
    life.act(DANA, &format!("grants/{}/suspend", matter.grant), json!({})).await;
    life.look(Kind::Grant, &matter.grant).await;
    life.act(TOBIAS, &format!("grants/{}/lift-suspension", matter.grant), json!({})).await;
}

/// Accepts the newest offer that is the person's to accept.
async fn accept(life: &Life, engagement: &str, who: &str) {
    let seen = life.w.record(who, &format!("engagements/{engagement}")).await;
    let actions = seen["allowed_actions"].as_array().unwrap();
    let action = actions.iter().find(|action| action["action"] == "accept-offer").unwrap();
    let body = json!({ "hash": action["offers"][0] });
    life.act(who, &format!("engagements/{engagement}/accept-offer"), body).await;
}

/// To the close, with what ends by it; and the partner's own end after it.
pub async fn close(life: &Life, matter: &Matter, partner: &Nominated) {
    let path = |command: &str| format!("engagements/{}/{command}", matter.engagement);
    let look = async || life.look(Kind::Engagement, &matter.engagement).await;
    let revoked = matters::grant(&life.w, DANA, &matter.engagement, OMAR).await;
    life.act(DANA, &format!("grants/{revoked}/revoke"), json!({})).await;
    life.look(Kind::Grant, &revoked).await;
    life.look_by(&[OMAR], Kind::Grant, &revoked).await;
    let asked = matters::grant(&life.w, DANA, &matter.engagement, OMAR).await;
    life.act(TOBIAS, &path("record-release"), json!({ "kind": "partner" })).await;
    look().await;
    for grant in [&matter.grant, &asked] {
        life.look(Kind::Grant, grant).await;
    }
    life.look_by(&[OMAR], Kind::Grant, &asked).await;
    super::partner::active(life, partner).await;
    super::partner::over(life, &matter.engagement, partner).await;
    life.act(DANA, &path("close"), json!({})).await;
    look().await;
    accept(life, &matter.engagement, INES).await;
    look().await;
    life.look(Kind::Condition, &matter.texts.signed).await;
}

//! Nominations from the proposal to every end, with the agreements and people of the partner.

use std::collections::BTreeMap;

use anteroom::domain::id::Kind;
use serde_json::{Value, json};

use super::{
    Life, WES, ZOE,
    matter::{DANA, granted},
    texts::{self, Others, Texts},
};
use crate::support::{
    matters,
    scene::{BEA, INES, NORA, THEO, TOBIAS},
};

const MARCUS: &str = "marcus.bell@treasury.fado.test";
const YUKI: &str = "yuki.andrade@cisa.fado.test";

const PARTNER: Others =
    Others { liaison: BEA, signatory: BEA, name: "Bea Tran", holder: WES, eyes: &[BEA, WES, MARCUS, INES] };

/// A nomination that was decided on, with its texts and its user's grant; and another one that will lapse.
pub struct Nominated {
    pub nomination: String,
    pub grant: String,
    pub texts: Texts,
    waiting: String,
}

/// The first is looked at in each of its stages, the others at their ends.
pub async fn begin(life: &Life, engagement: &str) -> Nominated {
    let nomination = nominate(life, engagement, ("cedar_hollow", BEA), true).await;
    decide(life, &nomination, true).await;
    let grant = granted(life, (BEA, &nomination), WES).await;
    let texts = texts::begin(life, &nomination, PARTNER).await;
    texts::needed(life, &nomination, PARTNER).await;
    let on = |nomination: &str, command: &str| format!("nominations/{nomination}/{command}");
    let prairie = ("first_prairie", NORA);
    let withdrawn = nominate(life, engagement, prairie, false).await;
    life.act(INES, &on(&withdrawn, "withdraw"), json!({})).await;
    look(life, &withdrawn).await;
    let revoked = nominate(life, engagement, prairie, false).await;
    decide(life, &revoked, false).await;
    life.act(TOBIAS, &on(&revoked, "revoke"), json!({})).await;
    look(life, &revoked).await;
    let waiting = nominate(life, engagement, prairie, false).await;
    decide(life, &waiting, false).await;
    let ends = json!({ "term_ends_at": "2026-12-31T14:00:00Z" });
    life.act(DANA, &on(&waiting, "begin-conditions"), ends).await;
    Nominated { nomination, grant, texts, waiting }
}

/// Proposed, agreed to by the partner, screened and vetted, to the open decision.
async fn nominate(life: &Life, engagement: &str, (partner, contact): (&str, &str), looks: bool) -> String {
    let body = json!({ "engagement": engagement, "partner": life.w.organization(partner) });
    let nomination = life.act(INES, "nominations", body).await;
    let path = |command: &str| format!("nominations/{nomination}/{command}");
    let look = async || {
        if looks {
            life.look(Kind::Nomination, &nomination).await;
        }
    };
    look().await;
    for reviewer in [MARCUS, YUKI] {
        life.act(THEO, &path("assign-reviewer"), json!({ "reviewer": life.w.account(reviewer) })).await;
    }
    life.act(TOBIAS, &path("consent-approach"), json!({})).await;
    look().await;
    life.act(contact, &path("sign-screening-nda"), matters::screening_signature_of(contact)).await;
    life.act(INES, &path("disclose"), json!({})).await;
    look().await;
    life.act(DANA, &path("begin-screening"), json!({})).await;
    look().await;
    life.act(contact, &path("state-criteria"), criteria(life).await).await;
    life.act(DANA, &path("begin-vetting"), json!({})).await;
    look().await;
    life.act(DANA, &path("open-decision"), json!({})).await;
    look().await;
    nomination
}

/// Of a nomination of the other partner, its contact looks too.
async fn look(life: &Life, nomination: &str) {
    life.look(Kind::Nomination, nomination).await;
    life.look_by(&[NORA], Kind::Nomination, nomination).await;
}

async fn criteria(life: &Life) -> Value {
    let framework = life.w.record(BEA, "frameworks/v1.1").await;
    let criteria = framework["rules"]["criteria"].as_array().unwrap().iter();
    let stated: BTreeMap<&str, &str> = criteria.map(|one| (one["key"].as_str().unwrap(), "We do.")).collect();
    json!({ "criteria": stated, "unclassified_attestation": true })
}

/// Both keys say yes.
async fn decide(life: &Life, nomination: &str, looks: bool) {
    let path = |command: &str| format!("nominations/{nomination}/{command}");
    life.act(TOBIAS, &path("consent"), json!({})).await;
    life.act(MARCUS, &path("concur"), json!({})).await;
    if looks {
        life.look(Kind::Nomination, nomination).await;
    }
    life.act(YUKI, &path("concur"), json!({})).await;
    if looks {
        life.look(Kind::Nomination, nomination).await;
    }
}

/// What the partner still has to do is done; the status waits for the partner release.
pub async fn nominated(life: &Life, partner: &Nominated) {
    let ends = json!({ "term_ends_at": "2026-11-24T14:00:00Z" });
    life.act(DANA, &format!("nominations/{}/begin-conditions", partner.nomination), ends).await;
    life.look(Kind::Nomination, &partner.nomination).await;
}

/// The status is active: suspended and lifted, and so is the user's access; another user's is revoked.
pub async fn active(life: &Life, partner: &Nominated) {
    life.look(Kind::Nomination, &partner.nomination).await;
    life.look(Kind::Grant, &partner.grant).await;
    let path = |command: &str| format!("nominations/{}/{command}", partner.nomination);
    life.act(DANA, &path("suspend"), json!({})).await;
    life.look(Kind::Nomination, &partner.nomination).await;
    life.act(DANA, &path("lift-suspension"), json!({})).await;
    let grant = |command: &str| format!("grants/{}/{command}", partner.grant);
    life.act(BEA, &grant("suspend"), json!({})).await;
    life.look(Kind::Grant, &partner.grant).await;
    life.act(TOBIAS, &grant("lift-suspension"), json!({})).await;
    let revoked = matters::grant(&life.w, BEA, &partner.nomination, ZOE).await;
    life.act(BEA, &format!("grants/{revoked}/revoke"), json!({})).await;
    life.look_by(&[INES, BEA, ZOE], Kind::Grant, &revoked).await;
}

/// What time ends: one nomination lapses for want of the partner's acts, the other's term is over. A decline comes in
/// between.
pub async fn over(life: &Life, engagement: &str, partner: &Nominated) {
    let asked = matters::grant(&life.w, BEA, &partner.nomination, ZOE).await;
    life.w.at_without_worker("2026-11-20T15:00:00Z");
    look(life, &partner.waiting).await;
    let declined = nominate(life, engagement, ("first_prairie", NORA), false).await;
    life.act(TOBIAS, &format!("nominations/{declined}/decline"), json!({})).await;
    look(life, &declined).await;
    life.w.at_without_worker("2026-11-24T15:00:00Z");
    life.look(Kind::Nomination, &partner.nomination).await;
    life.look(Kind::Grant, &partner.grant).await;
    life.look_by(&[BEA, ZOE], Kind::Grant, &asked).await;
    life.look(Kind::Condition, &partner.texts.signed).await;
}

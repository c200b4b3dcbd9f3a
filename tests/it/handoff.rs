//! Hand-offs over HTTP: what each side sees of one, who is told, and that a claim never reaches the other side
//! (domain section 9, invariants 15 and 17).

use anteroom::domain::{
    handoff::claim::{claim, salt},
    text::Sha256Hex,
};
use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, LENA, QUILLSTONE, SAM},
    scene::{BEA, START},
    world::World,
};

on_both! {
    a_hand_off_is_seen_by_developer_and_government_and_by_nobody_else
    a_claim_is_never_shown_to_the_other_side
}

/// A window, and an evaluator with a grant under it.
async fn world(database: TestDatabase) -> (World, String) {
    let w = World::new(database, START).await;
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    matters::approved(&w, &LARKSPUR, &engagement, LENA).await;
    (w, engagement)
}

async fn a_hand_off_is_seen_by_developer_and_government_and_by_nobody_else(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let body = json!({
        "engagement": engagement, "finding": "F-2026-1", "channel": "developer_intake", "tlp": "TLP:AMBER+STRICT",
        "embargo": { "ends_at": "2026-11-30T17:00:00+01:00", "zone": "Europe/Paris" },
        "unclassified_attestation": true,
    });
    let handoff = w.act(LENA, "handoffs", body).await;
    let path = |part: &str| format!("handoffs/{handoff}{part}");
    let seen = w.record(LARKSPUR.liaison, &path("")).await;
    let embargo = json!({
        "ends_at": { "at": "2026-11-30T16:00:00Z", "local": "2026-11-30 17:00:00 +01:00 CET" },
        "zone": "Europe/Paris", "seconds_left": 2_426_400, "over": false,
    });
    assert_eq!(seen["embargo"], embargo);
    assert_eq!(seen["recorded_by"], json!({ "id": null, "name": "Government" }), "people of the government are a side");
    w.refused(LARKSPUR.liaison, &path("/deliver"), json!({ "delivered_on": "2026-11-02" }), 403, "forbidden").await;
    w.act(LENA, &path("/deliver"), json!({ "delivered_on": "2026-11-02", "case_id": "VU#1" })).await;
    let told: Vec<_> = w.mails().await.into_iter().filter(|mail| mail.reference == handoff).collect();
    assert_eq!(
        told.iter().map(|mail| (mail.to.as_str(), mail.code.as_str())).collect::<Vec<_>>(),
        [("ines.varga", "N18")]
    );
    w.refused(LARKSPUR.liaison, &path("/change-tlp"), json!({ "tlp": "TLP:CLEAR" }), 409, "wrong-side").await;
    w.act(LARKSPUR.liaison, &path("/change-tlp"), json!({ "tlp": "TLP:RED" })).await;
    let received = json!({ "acknowledged_on": "2026-11-02", "reference": "LC-1" });
    w.act(LARKSPUR.official, &path("/acknowledge"), received).await;
    let seen = w.record(DANA, &path("")).await;
    assert_eq!(
        (&seen["stage"], &seen["tlp"], &seen["case_id"]),
        (&json!("acknowledged"), &json!("TLP:RED"), &json!("VU#1"))
    );
    assert_eq!(seen["developer_acknowledgement"]["reference"], "LC-1");
    for stranger in [QUILLSTONE.liaison, QUILLSTONE.official, BEA, SAM] {
        for part in ["", "/timeline", "/ledger", "/actions"] {
            assert_eq!(w.get(stranger, &path(part)).await.status, 404, "{stranger}{part}");
        }
        assert_eq!(w.record(stranger, "handoffs").await["items"], json!([]));
    }
    w.at_without_worker("2026-11-30T16:00:00Z");
    let seen = w.record(LARKSPUR.liaison, &path("")).await;
    assert_eq!((&seen["embargo"]["seconds_left"], &seen["embargo"]["over"]), (&json!(0), &json!(true)));
    assert!(w.app.verify().await.unwrap().differences.is_empty());
    w.stop().await;
}

/// Everything that a person can read of a hand-off, as one text.
async fn everything(w: &World, who: &str, handoffs: &[&String], engagement: &str) -> String {
    let mut text = String::new();
    let of = |kind: &str, reference: &str| {
        ["", "/timeline", "/ledger", "/actions", "/documents", "/deadlines"]
            .map(|part| format!("{kind}/{reference}{part}"))
    };
    let paths = handoffs.iter().flat_map(|handoff| of("handoffs", handoff)).chain(of("engagements", engagement));
    for path in paths.chain(["handoffs".to_owned(), "worklist".to_owned()]) {
        text.push_str(&String::from_utf8(w.get(who, &path).await.bytes).unwrap());
    }
    text
}

async fn a_claim_is_never_shown_to_the_other_side(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let theirs = matters::handoff(&w, LARKSPUR.liaison, &engagement, "L-1").await;
    let ours = matters::handoff(&w, LENA, &engagement, "F-1").await;
    let shown = w.record(LARKSPUR.liaison, &format!("handoffs/{theirs}")).await["claim_salt"].clone();
    assert_eq!(shown, w.record(LENA, &format!("handoffs/{ours}")).await["claim_salt"], "one salt an engagement");
    let salt_of: Sha256Hex = shown.as_str().unwrap().to_owned().try_into().unwrap();
    let [known, unknown] = ["CVE-2026-12345", "CVE-2026-99999"].map(|id| claim(&salt_of, id).as_str().to_owned());
    let register = |claim: &str| json!({ "claim": claim });
    w.act(LENA, &format!("handoffs/{ours}/register-claim"), register(&known)).await;
    let matched = async |who: &str, handoff: &str| {
        w.record(who, &format!("handoffs/{handoff}")).await["claim"]["matched"].clone()
    };
    w.act(LENA, &format!("handoffs/{ours}/deconflict"), json!({})).await;
    assert_eq!(matched(LENA, &ours).await, json!(false));
    let before = everything(&w, LARKSPUR.liaison, &[&theirs, &ours], &engagement).await;
    assert!(!before.contains(&known) && !before.contains("handoff.claim_"), "not even that there is one");
    w.act(LARKSPUR.liaison, &format!("handoffs/{theirs}/register-claim"), register(&known)).await;
    w.act(LARKSPUR.official, &format!("handoffs/{theirs}/deconflict"), json!({})).await;
    assert_eq!(matched(LARKSPUR.liaison, &theirs).await, json!(true));
    assert_eq!(matched(DANA, &ours).await, json!(true), "both sides learn of a match");
    assert_eq!(w.record(LARKSPUR.liaison, &format!("handoffs/{ours}")).await["claim"], Value::Null);
    w.act(DANA, &format!("handoffs/{theirs}/register-claim"), register(&unknown)).await;
    w.act(DANA, &format!("handoffs/{theirs}/deconflict"), json!({})).await;
    assert_eq!(matched(DANA, &theirs).await, json!(false));
    let after = everything(&w, LARKSPUR.liaison, &[&theirs, &ours], &engagement).await;
    assert!(!after.contains(&unknown) && after.contains(&known), "a side sees its own claim alone");
    // A claim under another engagement meets nothing, though the other developer hashes with this salt.
    let elsewhere = matters::opened(&w, &QUILLSTONE, DANA).await;
    let foreign = matters::handoff(&w, QUILLSTONE.liaison, &elsewhere, "Q-1").await;
    w.act(QUILLSTONE.liaison, &format!("handoffs/{foreign}/register-claim"), register(&known)).await;
    w.act(QUILLSTONE.liaison, &format!("handoffs/{foreign}/deconflict"), json!({})).await;
    assert_eq!(matched(QUILLSTONE.liaison, &foreign).await, json!(false));
    assert_ne!(salt(anteroom::domain::id::RecordId(uuid::Uuid::nil())), salt_of);
    w.stop().await;
}

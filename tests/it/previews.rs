//! A preview writes nothing, so that whoever holds a key can ask for it again and again: it tells nothing of what another
//! side did for itself in the meantime (domain section 3.0, "Audience").

use std::collections::BTreeMap;

use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{
    desk::{Desk, Page},
    light::{MARCUS, YUKI},
    matters::{self, LARKSPUR},
    scene::{BEA, DANA, THEO, TOBIAS},
    world::World,
};

at_both_doors! {
    the_preview_of_the_developers_key_tells_nothing_of_the_governments
    an_answer_that_was_not_given_is_the_officials_own_to_give
}

/// A nomination in decision with two reviewers; nobody has turned a key.
async fn deciding(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    let nomination = matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::disclose(w, &LARKSPUR, BEA, &nomination).await;
    let path = |act: &str| format!("nominations/{nomination}/{act}");
    w.act(DANA, &path("begin-screening"), json!({})).await;
    let framework = w.record(BEA, "frameworks/v1.1").await;
    let keys = framework["rules"]["criteria"].as_array().expect("criteria").iter();
    let criteria: BTreeMap<&str, &str> = keys.map(|one| (one["key"].as_str().expect("a key"), "We do.")).collect();
    w.act(BEA, &path("state-criteria"), json!({ "criteria": criteria, "unclassified_attestation": true })).await;
    w.act(DANA, &path("begin-vetting"), json!({})).await;
    for reviewer in [MARCUS, YUKI] {
        w.act(THEO, &path("assign-reviewer"), json!({ "reviewer": w.account(reviewer) })).await;
    }
    w.act(DANA, &path("open-decision"), json!({})).await;
    nomination
}

/// What an act would bring, as the API says it.
async fn foretold(w: &World, who: &str, nomination: &str, act: &str) -> Value {
    let answer = w.post(who, &format!("nominations/{nomination}/{act}?preview=true"), &json!({})).await;
    assert_eq!(answer.status.as_u16(), 200, "{who} {act}: {}", answer.body);
    answer.body
}

fn events(preview: &Value) -> Vec<&str> {
    preview["events"].as_array().expect("events").iter().map(|one| one["event"].as_str().expect("a code")).collect()
}

fn told(preview: &Value) -> Vec<&Value> {
    preview["notices"].as_array().expect("notices").iter().map(|one| &one["to"]).collect()
}

/// The panel of the preview, as it stands in the page.
fn panel(page: &Page) -> String {
    let selector = Selector::parse(".ar-preview").expect("a selector");
    let document = Html::parse_document(&page.text);
    document.select(&selector).next().expect("a panel").inner_html()
}

/// Everything that the official can be told before either act.
async fn everything(w: &World, desk: &Desk, nomination: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for act in ["consent", "decline"] {
        seen.push(foretold(w, TOBIAS, nomination, act).await.to_string());
        let path = format!("/nominations/{nomination}/{act}");
        seen.push(panel(&desk.fill(&path, &[("preview", "true")]).await.is(200, act)));
    }
    seen
}

async fn the_preview_of_the_developers_key_tells_nothing_of_the_governments(w: World) {
    let nomination = deciding(&w).await;
    let path = |act: &str| format!("nominations/{nomination}/{act}");
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let before = everything(&w, &desk, &nomination).await;
    let consent = foretold(&w, TOBIAS, &nomination, "consent").await;
    assert_eq!((events(&consent), told(&consent)), (vec!["nomination.developer_answered"], vec![]), "{consent}");
    let decline = foretold(&w, TOBIAS, &nomination, "decline").await;
    assert_eq!(events(&decline), ["nomination.developer_answered", "nomination.not_selected"], "{decline}");
    assert_eq!(told(&decline), [&json!(["DA", "RV", "TC"])], "{decline}");

    let acts = [(MARCUS, "concur"), (YUKI, "concur"), (YUKI, "revoke-vote")];
    for (who, act) in acts {
        w.act(who, &path(act), json!({})).await;
        assert_eq!(everything(&w, &desk, &nomination).await, before, "after {who} {act}");
    }
    // The official's answer is shared at once, and a reviewer is told what the last vote brings.
    let open = foretold(&w, YUKI, &nomination, "concur").await;
    assert_eq!(events(&open), ["nomination.voted"], "{open}");
    w.act(TOBIAS, &path("consent"), json!({})).await;
    let last = foretold(&w, YUKI, &nomination, "concur").await;
    assert_eq!(events(&last), ["nomination.voted", "nomination.selected"], "{last}");
    w.act(TOBIAS, &path("revoke-consent"), json!({})).await;

    for (who, act) in [(MARCUS, "recuse"), (YUKI, "recuse")] {
        w.act(who, &path(act), json!({})).await;
        assert_eq!(everything(&w, &desk, &nomination).await, before, "after {who} {act}");
    }
    // Nobody of the government is left to be told, and whoever sees the reviewers is told so.
    let withdrawn = foretold(&w, TOBIAS, &nomination, "decline").await;
    assert_eq!(told(&withdrawn), [&json!(["DA", "RV", "TC"])], "{withdrawn}");
    w.act(TOBIAS, &path("decline"), json!({})).await;
    assert_eq!(w.record(TOBIAS, &format!("nominations/{nomination}")).await["stage"], "not_selected");
    w.stop().await;
}

/// What is missing is the official's own answer; it says nothing of the government's.
async fn an_answer_that_was_not_given_is_the_officials_own_to_give(w: World) {
    let nomination = deciding(&w).await;
    let path = format!("nominations/{nomination}/revoke-consent");
    let refused = w.refused(TOBIAS, &path, json!({}), 409, "unmet-facts").await;
    let unmet = refused.body["unmet"].as_array().expect("facts");
    assert_eq!(unmet.len(), 1, "{}", refused.body);
    assert_eq!((&unmet[0]["fact"], &unmet[0]["cleared_by"]), (&json!("not_answered"), &json!(["DA"])), "{unmet:?}");
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let page = desk.get(&format!("/{path}")).await.is(200, "the form").told("main");
    assert!(page.contains("No answer is given yet") && !page.contains("by its key"), "{page}");
    w.stop().await;
}

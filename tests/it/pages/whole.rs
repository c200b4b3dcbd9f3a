//! The whole of what happened to a record, its deadlines, and the certificate of a condition.

use serde_json::json;

use crate::support::{
    desk::Desk,
    matters::{self, DANA, LARKSPUR},
    scene::{FELIX, INES, TOBIAS},
    world::World,
};

at_both_doors! {
    everything_that_happened_is_filtered_by_address
    all_deadlines_are_told_with_their_facts
    a_certificate_says_who_signed_what
    who_signs_again_sees_what_changed
}

async fn everything_that_happened_is_filtered_by_address(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    w.at("2026-11-25T14:00:00Z").await;
    let desk = Desk::signed_in(&w, INES).await;
    let at = |query: &str| format!("/engagements/{engagement}/timeline{query}");
    let all = desk.get(&at("")).await.is(200, "everything");
    let told = all.told(".ar-timeline");
    for what in ["Window opened", "Condition: Fully signed", "Reminder of"] {
        assert!(told.contains(what), "{what}: {told}");
    }
    assert!(told.contains("Known to: Developer and government"), "{told}");
    let ids = all.all(".ar-timeline > li", "id");
    let links = all.all(".ar-timeline > li > p > a[href^='#']", "href");
    assert_eq!(links, ids.iter().map(|id| format!("#{id}")).collect::<Vec<_>>(), "each can be led to");
    let mail = desk.get(&at("?sort=mail")).await.is(200, "mail alone");
    assert!(!mail.all(".ar-timeline > li", "id").is_empty());
    assert_eq!(mail.all(".ar-timeline > li:not(.ar-mail)", "id"), Vec::<String>::new());
    assert_eq!(mail.all("[name=sort] option[selected]", "value"), ["mail"]);
    let condition = all.all("[name=record] option", "value").into_iter().find(|one| one.starts_with("CON")).unwrap();
    let one = desk.get(&at(&format!("?sort=all&record={condition}"))).await.is(200, "one record");
    let found = one.all(".ar-timeline > li", "id").len();
    assert!(found > 0 && found < ids.len(), "{found} of {}", ids.len());
    assert!(!one.told(".ar-timeline").contains("Window opened"));
    desk.get(&at("?kind=mail")).await.is(400, "an unknown parameter");
    let stranger = Desk::signed_in(&w, FELIX).await;
    for path in [at(""), format!("/engagements/{engagement}/deadlines")] {
        stranger.get(&path).await.is(404, "another developer");
        Desk::of(&w).get(&path).await.is(303, "nobody");
    }
    w.stop().await;
}

async fn all_deadlines_are_told_with_their_facts(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    w.at("2026-11-25T14:00:00Z").await;
    let desk = Desk::signed_in(&w, DANA).await;
    let page = desk.get(&format!("/engagements/{engagement}/deadlines")).await.is(200, "the deadlines");
    for id in ["#open", "#over"] {
        assert!(page.told(id).contains("Counted from"), "{id}: {}", page.told(id));
    }
    assert!(page.told("main").contains("Sent Nov "), "a reminder went out: {}", page.told("main"));
    assert!(page.all("#over tbody tr", "role").len() > page.all("#open tbody tr", "role").len());
    let stages = page.told("#over tbody td:nth-child(4)");
    assert!(stages.contains("Satisfied") && !stages.contains("Open"), "{stages}");
    w.stop().await;
}

async fn a_certificate_says_who_signed_what(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    let condition = seen["conditions"][0]["reference"].as_str().unwrap().to_owned();
    let view = w.record(DANA, &format!("conditions/{condition}")).await;
    let ledger = w.record(DANA, &format!("conditions/{condition}/ledger")).await;
    let desk = Desk::signed_in(&w, TOBIAS).await;
    assert!(
        desk.get(&format!("/conditions/{condition}")).await.text.contains("/certificate"),
        "the record leads to it"
    );
    let page = desk.get(&format!("/conditions/{condition}/certificate")).await.is(200, "the certificate");
    for name in ["Tobias Renn", "Adele Quist"] {
        assert!(page.told("#signatures").contains(name), "{name}");
    }
    assert!(page.told("#about").contains(view["agreed"]["digest"].as_str().unwrap()));
    let shared = ledger["streams"].as_array().unwrap().iter().find(|one| one["audience"]["to"] == "shared").unwrap();
    assert!(page.told("#chain").contains(shared["head"]["hash"].as_str().unwrap()), "{}", page.told("#chain"));
    for link in shared["links"].as_array().unwrap() {
        assert!(page.told("#events").contains(link["hash"].as_str().unwrap()), "{link}");
    }
    w.stop().await;
}

async fn who_signs_again_sees_what_changed(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    let before = seen["conditions"][0]["reference"].as_str().unwrap().to_owned();
    let old = w.record(DANA, &format!("conditions/{before}")).await;
    let body = json!({ "attach_to": engagement, "template": old["template"], "supersedes": before });
    let after = w.act(DANA, "conditions", body).await;
    let path = |command: &str| format!("conditions/{after}/{command}");
    let seen = w.record(DANA, &format!("conditions/{after}")).await;
    let redline = json!({
        "text": "A text that is quite another one.", "parent": seen["texts"][0]["digest"],
        "unclassified_attestation": true,
    });
    w.act(INES, &path("upload-text"), redline).await;
    let digest = w.record(DANA, &format!("conditions/{after}")).await["texts"][1]["digest"].clone();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(DANA, &path("offer-agreement"), terms).await;
    let hash = w.record(INES, &format!("conditions/{after}")).await["offers"][0]["hash"].clone();
    w.act(INES, &path("accept-agreement"), json!({ "hash": hash })).await;
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let form = desk.get(&format!("/{}", path("sign"))).await.is(200, "the form of the signature");
    let told = form.told("#since-signed");
    assert!(told.contains(&before), "{told}");
    assert!(form.told("#since-signed ins").contains("quite another one"), "{told}");
    let first = desk.get(&format!("/conditions/{before}/sign")).await;
    assert!(first.told("#since-signed").is_empty(), "nothing changed since");
    w.stop().await;
}

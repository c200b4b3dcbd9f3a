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
    reminders_are_told_to_the_side_that_they_are_for
    the_next_step_stands_at_the_head
    notices_are_told_to_the_side_that_got_them
    the_search_leads_to_every_kind_that_one_may_have
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

/// The groups and statuses of the reminders of D6 of a condition.
async fn signature_reminders(w: &World, who: &str, condition: &str) -> Vec<(String, String)> {
    let deadlines = w.record(who, &format!("conditions/{condition}/deadlines")).await;
    let of_code = deadlines.as_array().unwrap().iter().filter(|one| one["code"] == "D6");
    let reminders = of_code.flat_map(|one| one["reminders"].as_array().unwrap().clone());
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
    reminders.map(|one| (text(&one, "to"), text(&one, "status"))).collect()
}

async fn reminders_are_told_to_the_side_that_they_are_for(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let assign = json!({ "signatory": w.account(matters::ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), assign).await;
    let (condition, digest) = matters::agreed(&w, &LARKSPUR, DANA, &engagement, "nda").await;
    let row = |to: &str, status: &str| (to.to_owned(), status.to_owned());
    let planned = [row("signatory", "planned"), row("signatory", "planned"), row("both_leads", "planned")];
    for who in [TOBIAS, DANA] {
        assert_eq!(signature_reminders(&w, who, &condition).await, planned, "both sides are to sign: {who}");
    }
    let signature =
        json!({ "digest": digest, "typed_name": "Adele Quist", "capacity": "authorized official", "intent": true });
    w.act(matters::ADELE, &format!("conditions/{condition}/sign"), signature).await;
    assert_eq!(signature_reminders(&w, TOBIAS, &condition).await, planned, "it is the developer's to sign");
    let left = [row("both_leads", "planned")];
    assert_eq!(signature_reminders(&w, DANA, &condition).await, left, "and nothing of it is the government's to know");
    w.at("2026-11-06T14:00:00Z").await;
    let sent = [row("signatory", "sent"), row("signatory", "planned"), row("both_leads", "planned")];
    assert_eq!(signature_reminders(&w, TOBIAS, &condition).await, sent);
    assert_eq!(signature_reminders(&w, DANA, &condition).await, left);
    let page = Desk::signed_in(&w, DANA).await.get(&format!("/conditions/{condition}/timeline?sort=mail")).await;
    assert!(!page.told(".ar-timeline").contains("Reminder of D6"), "{}", page.told(".ar-timeline"));
    w.stop().await;
}

async fn the_next_step_stands_at_the_head(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    let at = format!("/engagements/{engagement}");
    w.act(DANA, &format!("engagements/{engagement}/claim"), json!({})).await;
    let page = Desk::signed_in(&w, DANA).await.get(&at).await.is(200, "the liaison's");
    let head = page.told(".ar-record-header");
    for part in ["Next stepAcknowledge", "Whose turnYou", "Nov 9, 2026", "D4"] {
        assert!(head.contains(part), "{part}: {head}");
    }
    assert_eq!(
        page.all(".ar-acts a.usa-button:not(.usa-button--outline)", "href"),
        [format!("{at}/acknowledge")],
        "the step that is next stands out"
    );
    let page = Desk::signed_in(&w, INES).await.get(&at).await.is(200, "the developer's");
    assert!(page.told(".ar-record-header").contains("Next stepAcknowledge"), "{}", page.told(".ar-record-header"));
    assert_eq!(page.all(".ar-acts a.usa-button:not(.usa-button--outline)", "href"), [] as [String; 0]);
    assert!(!page.all(".ar-acts a.usa-button--outline", "href").is_empty());
    w.stop().await;
}

async fn notices_are_told_to_the_side_that_got_them(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    w.work().await;
    for who in [INES, DANA] {
        let page = Desk::signed_in(&w, who).await.get(&format!("/engagements/{engagement}/timeline?sort=mail")).await;
        let told = page.is(200, who).told(".ar-timeline");
        assert!(told.contains("Window opened Sent to you"), "{told}");
    }
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get(&format!("/engagements/{engagement}")).await.is(200, "the record");
    let ids = page.all(".ar-timeline > li", "id");
    let links = page.all(".ar-timeline > li > p > a[href*='/timeline#']", "href");
    let whole = |id: &String| format!("/engagements/{engagement}/timeline#{id}");
    assert_eq!(links, ids.iter().map(whole).collect::<Vec<_>>(), "a link lives on when newer things happen");
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    let texts = desk.get(&format!("/engagements/{engagement}/timeline?sort=document")).await;
    assert!(texts.told(".ar-timeline").contains("Condition: Text uploaded"), "{}", texts.told(".ar-timeline"));
    w.stop().await;
}

async fn the_search_leads_to_every_kind_that_one_may_have(w: World) {
    for (who, lists) in [(matters::SAM, vec!["/incidents"]), (DANA, vec!["/releases", "/conditions", "/engagements"])] {
        let page = Desk::signed_in(&w, who).await.get("/search").await.is(200, who);
        let ways = page.all(".ar-kinds a", "href");
        for list in lists {
            assert!(ways.contains(&list.to_owned()), "{who}: {list}: {ways:?}");
        }
    }
    w.stop().await;
}

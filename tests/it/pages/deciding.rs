//! Whoever decides sees on the form what is decided: keys, items, offers, and what the record's page says.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::{
    desk::{Desk, Page},
    matters::{self, ADELE, DANA, GRANT, LARKSPUR, SAM},
    scene::{BEA, FELIX, INES, JOAN, LENA, THEO, TOBIAS},
    world::World,
};

const MARCUS: &str = "marcus.bell@treasury.fado.test";
const YUKI: &str = "yuki.andrade@cisa.fado.test";

at_both_doors! {
    every_key_shows_recusal_first_the_criteria_and_both_keys
    people_are_told_by_role_and_nothing_is_said_of_papers_that_are_not_shown
    a_certificate_is_accepted_where_it_can_be_and_read_before
    an_offer_is_accepted_with_its_terms_in_sight
    whoever_decides_reads_what_the_record_says
    a_screening_signature_has_a_certificate
}

async fn form(w: &World, who: &str, path: &str) -> Page {
    Desk::signed_in(w, who).await.get(path).await.is(200, &format!("{who} {path}"))
}

/// A nomination that both keys are asked about, with two reviewers.
async fn decision(w: &World) -> String {
    let engagement = matters::opened(w, &LARKSPUR, DANA).await;
    let nomination = matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    let path = |command: &str| format!("nominations/{nomination}/{command}");
    for reviewer in [MARCUS, YUKI] {
        w.act(THEO, &path("assign-reviewer"), json!({ "reviewer": w.account(reviewer) })).await;
    }
    matters::disclose(w, &LARKSPUR, BEA, &nomination).await;
    w.act(DANA, &path("begin-screening"), json!({})).await;
    let framework = w.record(BEA, "frameworks/v1.1").await;
    let keys = framework["rules"]["criteria"].as_array().unwrap().iter();
    let criteria: BTreeMap<&str, &str> = keys.map(|one| (one["key"].as_str().unwrap(), "We keep watch.")).collect();
    w.act(BEA, &path("state-criteria"), json!({ "criteria": criteria, "unclassified_attestation": true })).await;
    w.act(DANA, &path("begin-vetting"), json!({})).await;
    w.act(DANA, &path("open-decision"), json!({})).await;
    nomination
}

async fn every_key_shows_recusal_first_the_criteria_and_both_keys(w: World) {
    let nomination = decision(&w).await;
    let shows = async |who: &str, act: &str, votes: bool| {
        let page = form(&w, who, &format!("/nominations/{nomination}/{act}")).await;
        let ids = page.all("main section", "id");
        let expected = if votes { "recusal" } else { "record" };
        assert_eq!(ids.first().map(String::as_str), Some(expected), "{who} {act}: {ids:?}");
        assert_eq!(ids.contains(&"recusal".to_owned()), votes, "{who} {act}: {ids:?}");
        assert!(page.told("#criteria").contains("We keep watch."), "{who} {act}: {}", page.told("#criteria"));
        for key in ["Developer’s key: consent", "Government’s key: concurrence"] {
            assert!(page.told("#keys").contains(key), "{who} {act} {key}: {}", page.told("#keys"));
        }
        page
    };
    let no = shows(MARCUS, "decline-concurrence", true).await;
    let way = no.all("#recusal a", "href");
    assert_eq!(way, [format!("/nominations/{nomination}/recuse")]);
    shows(MARCUS, "concur", true).await;
    shows(TOBIAS, "decline", false).await;
    shows(TOBIAS, "consent", false).await;
    w.act(MARCUS, &format!("nominations/{nomination}/concur"), json!({})).await;
    shows(MARCUS, "revoke-vote", true).await;
    w.act(TOBIAS, &format!("nominations/{nomination}/consent"), json!({})).await;
    let back = shows(TOBIAS, "revoke-consent", false).await;
    assert!(!back.told("#keys").contains("Marcus"), "votes are the government’s own");
    w.stop().await;
}

async fn people_are_told_by_role_and_nothing_is_said_of_papers_that_are_not_shown(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    let page = format!("/engagements/{engagement}");
    let cells = async |who: &str| {
        let page = form(&w, who, &page).await;
        let heads = page.told("#people thead");
        assert!(heads.contains("Role"), "{heads}");
        [4, 10, 11].map(|column| page.told(&format!("#people tbody tr > :nth-child({column})")))
    };
    let [role, attestation, training] = cells(DANA).await;
    assert_eq!(role, "Evaluator");
    assert!(attestation.contains("No insider-risk attestation"), "the grant tells what is missing: {attestation}");
    assert!(training.contains("No insider-risk training"), "{training}");
    let hidden = ["Evaluator", "Not shown to you", "Not shown to you"].map(str::to_owned);
    assert_eq!(cells(INES).await, hidden, "what is missing is the government’s own");
    matters::approve(&w, &LARKSPUR, LENA, &grant).await;
    assert_eq!(cells(DANA).await, hidden, "the papers are not the liaison’s to read");
    w.stop().await;
}

/// An engagement in close-out with two items, one of them certified.
async fn closing(w: &World) -> String {
    let engagement = matters::opened(w, &LARKSPUR, DANA).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    for name in ["LAR-1", "LAR-2"] {
        w.act(INES, &path("register-item"), json!({ "reference": name, "disposition": "destroy" })).await;
    }
    w.act(DANA, &path("close-window"), json!({})).await;
    let certificate = json!({
        "reference": "LAR-2", "method": "cryptographic_erase", "done_on": "2026-11-02",
        "performed_by": "P. Quill", "validated_by": "V. Stone",
    });
    w.act(DANA, &path("certify-item"), certificate).await;
    engagement
}

async fn a_certificate_is_accepted_where_it_can_be_and_read_before(w: World) {
    let engagement = closing(&w).await;
    let at = |act: &str| format!("/engagements/{engagement}/{act}");
    let choices = |page: &Page| {
        let all = page.all("main [name='/reference'] option", "value");
        all.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>()
    };
    let accept = form(&w, TOBIAS, &at("accept-certificate")).await;
    assert_eq!(choices(&accept), ["LAR-2"], "no certificate, no choice");
    let told = accept.told("#items");
    for part in ["LAR-2", "Cryptographic erase", "Nov 2, 2026", "P. Quill", "V. Stone"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("LAR-1"), "{told}");
    assert_eq!(choices(&form(&w, DANA, &at("certify-item")).await), ["LAR-1"]);
    assert_eq!(choices(&form(&w, DANA, &at("except-item")).await), ["LAR-1"]);
    let seen = w.record(TOBIAS, &format!("engagements/{engagement}")).await;
    let named = seen["allowed_actions"].as_array().unwrap().iter().find(|one| one["action"] == "accept-certificate");
    assert_eq!(named.unwrap()["items"], json!(["LAR-2"]), "the API says the same");
    let desk = Desk::signed_in(&w, TOBIAS).await;
    desk.fill(&at("accept-certificate"), &[("/reference", "LAR-2")]).await.is(303, "accepted");
    let none = form(&w, TOBIAS, &at("accept-certificate")).await;
    assert!(choices(&none).is_empty(), "accepted once");
    assert!(none.told("#items").contains("No item of the register"), "{}", none.told("#items"));
    w.stop().await;
}

async fn an_offer_is_accepted_with_its_terms_in_sight(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    let terms = json!({ "open_at": "2026-11-03T09:00:00-05:00", "agreed_end": "2026-11-10T09:00:00-05:00" });
    w.act(DANA, &path("schedule-window"), terms).await;
    let accept = form(&w, TOBIAS, &format!("/{}", path("accept-offer"))).await;
    let told = accept.told("#offers");
    for part in ["Schedule window", "Nov 3, 2026, 9:00 a.m. EST", "Nov 10, 2026, 9:00 a.m. EST", "Government"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let retract = form(&w, DANA, &format!("/{}", path("retract-offer"))).await;
    assert!(retract.told("#offers").contains("Nov 3, 2026, 9:00 a.m. EST"), "{}", retract.told("#offers"));
    let again = form(&w, TOBIAS, &format!("/{}", path("schedule-window"))).await;
    assert!(again.told("#offers").contains("Nov 3, 2026, 9:00 a.m. EST"), "what is offered already");
    w.stop().await;
}

async fn whoever_decides_reads_what_the_record_says(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    let on = |command: &str| format!("inquiries/{inquiry}/{command}");
    w.act(DANA, &on("acknowledge"), json!({})).await;
    w.act(GRANT, &on("begin-assessment"), json!({})).await;
    let shows = async |who: &str, path: String, section: &str, parts: &[&str]| {
        let page = form(&w, who, &format!("/{path}")).await;
        let told = page.told(section);
        for part in parts {
            assert!(told.contains(part), "{who} {path} {section} {part}: {}", page.told("main"));
        }
    };
    shows(GRANT, on("record-determination"), "#question", &[LARKSPUR.question]).await;
    shows(GRANT, on("record-determination"), "#record", &["Larkspur Cognition", "Assessing"]).await;

    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let conditions = w.record(TOBIAS, &format!("engagements/{engagement}")).await["conditions"].clone();
    let condition = conditions[0]["reference"].as_str().unwrap();
    let waive = format!("conditions/{condition}/waive");
    shows(TOBIAS, waive.clone(), "#record", &["In force", &engagement, "Binds", "Agreed"]).await;

    let incident = w.act(INES, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    shows(SAM, format!("incidents/{incident}/contain"), "#record", &["Loss", "Ines Varga"]).await;

    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    let clear = format!("grants/{grant}/clear-prerequisites");
    w.act(LENA, &format!("prerequisites/{}/attest", w.account(LENA)), json!({ "intent": true })).await;
    shows(SAM, clear.clone(), "#holder", &["Lena Fisk", "Evaluator", "Evaluates cyber capability"]).await;
    shows(SAM, clear, "#prerequisites", &["Attested", "Nov 2, 2026"]).await;
    matters::clear(&w, LENA, &grant).await;
    let approve = format!("grants/{grant}/approve");
    shows(TOBIAS, approve.clone(), "#holder", &["Lena Fisk", "Evaluates cyber capability", "Prerequisites"]).await;
    let papers = form(&w, TOBIAS, &format!("/{approve}")).await.told("#prerequisites");
    assert_eq!(papers, "", "a developer reads nobody’s papers");

    w.act(JOAN, &format!("engagements/{engagement}/take-records"), json!({})).await;
    let log = json!({ "engagement": engagement, "request": "F-2026-17", "received_on": "2026-11-02" });
    let request = w.act(JOAN, "foia-requests", log).await;
    shows(JOAN, format!("foia-requests/{request}/record-search"), "#record", &["F-2026-17", "Logged"]).await;
    let handoff = matters::handoff(&w, DANA, &engagement, "F-1").await;
    shows(DANA, format!("handoffs/{handoff}/change-tlp"), "#record", &["TLP:AMBER", "Clearinghouse portal"]).await;

    let at = |command: &str| format!("engagements/{engagement}/{command}");
    shows(TOBIAS, at("close-window"), "#window", &["Dec 1, 2026"]).await;
    w.stop().await;
}

async fn a_screening_signature_has_a_certificate(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    let record = format!("/nominations/{nomination}");
    let certificate = format!("{record}/certificate");
    let ways = form(&w, BEA, &record).await.all("#screening a", "href");
    assert!(ways.contains(&certificate), "{ways:?}");
    let before = form(&w, BEA, &certificate).await;
    assert!(before.told(".usa-alert").contains("Nobody has signed yet"), "{}", before.told("main"));
    w.act(BEA, &format!("nominations/{nomination}/sign-screening-nda"), matters::screening_signature()).await;
    let digest = matters::screening_signature()["digest"].as_str().unwrap().to_owned();
    for who in [BEA, INES, DANA] {
        let page = form(&w, who, &certificate).await;
        let told = page.told("#signatures");
        for part in ["Bea Tran", "Cedar Hollow", "partner contact", "Nov 2, 2026", "The text above", &digest] {
            assert!(told.contains(part), "{who} {part}: {told}");
        }
        assert!(page.told("#about").contains(&digest), "{who}");
        let names_developer = page.told("main").contains("Larkspur");
        assert_eq!(names_developer, who != BEA, "{who}: a partner knows of no developer before disclosure");
        let ways = form(&w, who, &record).await.all("#screening a", "href");
        assert!(ways.contains(&certificate), "{who}: {ways:?}");
        assert!(form(&w, who, &record).await.told("#screening").contains("partner contact"), "{who}");
    }
    let ledger = w.record(DANA, &format!("nominations/{nomination}/ledger")).await;
    let chained = form(&w, DANA, &certificate).await;
    for stream in ledger["streams"].as_array().unwrap() {
        let hash = stream["head"]["hash"].as_str().unwrap();
        assert!(chained.told("#chain").contains(hash), "{hash}: {}", chained.told("#chain"));
    }
    for who in [SAM, FELIX] {
        Desk::signed_in(&w, who).await.get(&certificate).await.is(404, who);
    }
    Desk::of(&w).get(&certificate).await.is(303, "nobody");
    w.stop().await;
}

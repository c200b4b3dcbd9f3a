//! How a framework version comes to count, what it changes, and how an engagement migrates to it (domain sections 2, 10
//! and 11).

use std::collections::BTreeSet;

use anteroom::{
    app::{App, Parts, framework::LayDownError, verify::What},
    config::Settings,
    domain::framework::{Framework, Written, product_texts},
    ids::Ids,
    mail::Transport,
};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    matters::{self, ADELE, LARKSPUR, QUILLSTONE},
    scene::{BEA, DANA, INES, NIA, START, THEO},
    world::World,
};

at_both_doors! {
    a_version_counts_once_two_people_have_activated_it
    a_longer_window_shows_its_authority_and_a_lapsed_offer_activates_nothing
    a_criterion_a_template_and_a_reminder_are_a_change_of_data
    both_decision_rules_select_through_the_api
    both_sides_migrate_and_the_window_only_shrinks
    kinds_of_organizations_are_data
}
on_both! {
    versions_laid_down_as_files_count_like_any
}

const V1_1: &str = include_str!("../../config/framework/v1.1.toml");
const MARCUS: &str = "marcus.bell@treasury.fado.test";
const YUKI: &str = "yuki.andrade@cisa.fado.test";

/// The newest version under another name and date, with lines of its file replaced.
fn version(id: &str, date: &str, changes: &[(&str, &str)]) -> String {
    let (id, date) = (format!("id = \"{id}\""), format!("effective_from = \"{date}\""));
    let named = [("id = \"v1.1\"", id.as_str()), ("effective_from = \"2026-10-01\"", date.as_str())];
    named.iter().chain(changes).fold(V1_1.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is not in the file");
        text.replacen(from, to, 1)
    })
}

/// Makes the program liaison a framework owner too: the second one.
pub async fn second_owner(w: &World) {
    let path = format!("accounts/{}/roles", w.account(DANA));
    let asked = w.post(NIA, &path, &json!({ "role": "FO" })).await;
    let roles = asked.body["roles"].as_array().expect("roles").clone();
    let role = roles.iter().find(|role| role["role"] == "FO").expect("the role")["id"].clone();
    let confirmed = w.post(THEO, &format!("{path}/{}/confirm", role.as_str().expect("an id")), &json!({})).await;
    assert!(confirmed.status.is_success(), "{}", confirmed.body);
}

fn draft(text: &str) -> Value {
    json!({ "text": text, "unclassified_attestation": true })
}

/// A draft by Theo; answers with its digest.
async fn drafted(w: &World, text: &str) -> String {
    let made = w.post(THEO, "frameworks", &draft(text)).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    assert_eq!(made.body["state"], "draft");
    made.body["digest"].as_str().expect("a digest").to_owned()
}

/// Both keys, from the draft to the version that counts.
pub async fn activate(w: &World, id: &str, date: &str, changes: &[(&str, &str)]) {
    let digest = drafted(w, &version(id, date, changes)).await;
    let path = |act: &str| format!("frameworks/{id}/{act}-activation");
    let offered = w.post(THEO, &path("offer"), &json!({ "digest": digest, "effective_from": date })).await;
    assert!(offered.status.is_success(), "{}", offered.body);
    let accepted = w.post(DANA, &path("accept"), &json!({ "hash": offered.body["offer"]["hash"] })).await;
    assert_eq!(accepted.body["state"], "active", "{}", accepted.body);
}

async fn statuses(w: &World) -> Vec<(String, String)> {
    let listed = w.record(INES, "frameworks").await;
    let text = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    listed.as_array().expect("a list").iter().map(|row| (text(row, "id"), text(row, "status"))).collect()
}

async fn pinned(w: &World, developer: &matters::Developer) -> String {
    let release = matters::release(w, developer, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, developer, &release).await;
    let seen = w.record(developer.liaison, &format!("engagements/{engagement}")).await;
    seen["framework"].as_str().expect("a version").to_owned()
}

/// Domain sections 2 and 10: two framework owners, none of them the author at the second key; not for the past; then
/// immutable, on every instance; and invariant 22: proposals keep the version of their day.
async fn a_version_counts_once_two_people_have_activated_it(w: World) {
    second_owner(&w).await;
    let other = another_instance(&w);
    assert_eq!(ids(&other).await, ["v1.0", "v1.1"]);
    no_draft(&w).await;
    let digest = drafted(&w, &version("v2", "2026-11-04", &[])).await;
    assert_eq!(statuses(&w).await.len(), 2, "a draft counts for nothing");
    let shown = w.record(DANA, &format!("framework-drafts/{digest}")).await;
    assert!(shown["text"].as_str().expect("text").contains("v2") && shown["texts"]["nda"].is_string());
    let differences = w.record(DANA, &format!("frameworks/{digest}/differences?from=v1.1")).await;
    assert_eq!(differences.as_array().expect("a list").len(), 2, "name and date: {differences}");
    assert_eq!(w.get(INES, &format!("frameworks/{digest}/differences")).await.status.as_u16(), 404);

    let (offer, accept) = ("frameworks/v2/offer-activation", "frameworks/v2/accept-activation");
    let terms = |digest: &str, date: &str| json!({ "digest": digest, "effective_from": date });
    w.refused(THEO, offer, terms(&"0".repeat(64), "2026-11-04"), 422, "invalid-field").await;
    w.refused(THEO, offer, terms(&digest, "2026-11-05"), 422, "invalid-field").await;
    w.refused(INES, offer, terms(&digest, "2026-11-04"), 403, "forbidden").await;
    w.refused(THEO, "frameworks/v9/offer-activation", terms(&digest, "2026-11-04"), 404, "not-found").await;
    // The author may turn the first key, and not the second, whoever offers.
    let by_dana = w.post(DANA, offer, &terms(&digest, "2026-11-04")).await;
    let hash = json!({ "hash": by_dana.body["offer"]["hash"] });
    w.refused(DANA, accept, hash.clone(), 409, "own-offer").await;
    w.refused(THEO, accept, hash.clone(), 409, "own-request").await;
    let retracted = w.post(THEO, "frameworks/v2/retract-activation", &hash).await;
    assert_eq!(retracted.body["state"], "draft");
    w.refused(THEO, accept, hash, 409, "no-such-offer").await;
    let by_theo = w.post(THEO, offer, &terms(&digest, "2026-11-04")).await;
    let hash = json!({ "hash": by_theo.body["offer"]["hash"] });
    w.refused(THEO, accept, hash.clone(), 409, "own-offer").await;
    let accepted = w.post(DANA, accept, &hash).await;
    assert_eq!(
        (&accepted.body["state"], &accepted.body["author"], &accepted.body["activated_by"]),
        (&json!("active"), &json!(w.account(THEO)), &json!(w.account(DANA)))
    );
    w.refused(DANA, accept, hash, 404, "not-found").await;
    let listed = statuses(&w).await;
    assert_eq!(listed[2], ("v2".to_owned(), "upcoming".to_owned()));
    assert_eq!(ids(&other).await, ["v1.0", "v1.1", "v2"], "the other instance decides by it too");
    assert_eq!(pinned(&w, &LARKSPUR).await, "v1.1");
    // Rules for a day that has begun would be rules for the past.
    let late = drafted(&w, &version("v3", "2026-11-02", &[])).await;
    let late =
        w.refused(THEO, "frameworks/v3/offer-activation", terms(&late, "2026-11-02"), 422, "invalid-field").await;
    assert_eq!(late.body["errors"][0]["reason"], "retroactive");
    w.at("2026-11-04T14:00:00Z").await;
    assert_eq!(
        statuses(&w).await[1..],
        [("v1.1", "superseded"), ("v2", "active")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(pinned(&w, &QUILLSTONE).await, "v2");
    kept_for_ever(&w).await;
    logged(&w).await;
    assert!(w.app.verify().await.expect("the store answers").is_clean());
    exchanged(&w).await;
    w.stop().await;
}

/// Whoever owns the database can drop a trigger; the chain of the engagement then names a digest that no version has.
async fn exchanged(w: &World) {
    let database = Database::connect(w.url()).await.expect("the database answers");
    let table = if w.url().starts_with("sqlite") { "" } else { " ON framework_version" };
    let text = version("v2", "2026-11-04", &[("quorum = 2", "quorum = 1")]);
    let written = Written::gather(&text, &product_texts()).expect("a version");
    let json = serde_json::to_string(&written).expect("JSON").replace('\'', "''");
    for statement in [
        format!("DROP TRIGGER framework_version_refuses_update{table}"),
        format!("UPDATE framework_version SET written = '{json}' WHERE version = 'v2'"),
    ] {
        database.execute_unprepared(&statement).await.expect("the statement runs");
    }
    assert!(another_instance(w).framework_versions().await.is_err(), "the text is not what the digest names");
    let digest = written.digest();
    let rename = format!("UPDATE framework_version SET digest = '{}' WHERE version = 'v2'", digest.as_str());
    database.execute_unprepared(&rename).await.expect("the statement runs");
    database.close().await.expect("it closes");
    let found = another_instance(w).verify().await.expect("the store answers");
    assert!(found.differences.iter().any(|one| one.what == What::Framework), "{found}");
}

/// Who may not draft, and what is no version.
async fn no_draft(w: &World) {
    for who in [INES, NIA, BEA] {
        w.refused(who, "frameworks", draft(&version("v2", "2026-11-04", &[])), 403, "forbidden").await;
        assert_eq!(w.get(who, "framework-drafts").await.status.as_u16(), 403);
    }
    for broken in ["", "id = 1", &version("v1.1", "2027-01-01", &[]), &version("v2", "2026-10-01", &[])] {
        let refused = w.refused(THEO, "frameworks", draft(broken), 422, "invalid-body").await;
        assert_eq!(refused.body["errors"][0]["pointer"], "/text", "{}", refused.body);
    }
}

/// A second process on the same database.
fn another_instance(w: &World) -> App {
    let parts = Parts {
        store: w.store().clone(),
        clock: w.clock.clone(),
        ids: Ids::seeded(99),
        settings: Settings::for_tests().expect("sound"),
        transport: Transport::Log,
    };
    App::new(parts).expect("the service can be put together")
}

async fn ids(app: &App) -> Vec<String> {
    let (versions, _) = app.framework_versions().await.expect("the store answers");
    versions.iter().map(|version| version.id.clone()).collect()
}

/// The triggers of both databases refuse every change of what counts, and of a draft's text.
async fn kept_for_ever(w: &World) {
    let database = Database::connect(w.url()).await.expect("the database answers");
    for (statement, permitted) in [
        ("UPDATE framework_version SET offer = NULL, offer_hash = NULL WHERE version = 'v3'", true),
        ("UPDATE framework_version SET written = '{}' WHERE version = 'v3'", false),
        ("UPDATE framework_version SET author_id = NULL WHERE version = 'v3'", false),
        ("UPDATE framework_version SET offer = NULL WHERE version = 'v2'", false),
        ("UPDATE framework_version SET activated_at = NULL WHERE version = 'v2'", false),
        ("UPDATE framework_version SET effective_from = '2026-01-01' WHERE version = 'v2'", false),
        ("DELETE FROM framework_version WHERE version = 'v2'", false),
        ("DELETE FROM framework_version WHERE version = 'v3'", false),
    ] {
        let changed = database.execute_unprepared(statement).await;
        assert_eq!(changed.is_ok(), permitted, "{statement}: {changed:?}");
    }
    database.close().await.expect("it closes");
}

/// Every act stands in the log of administration.
async fn logged(w: &World) {
    let tx = w.store().begin_read().await.expect("the store answers");
    let entries = anteroom::storage::access_log::newest(&tx, None, None, 1_000).await.expect("the store answers");
    tx.end().await.expect("the store answers");
    let acts: BTreeSet<String> =
        entries.into_iter().filter(|entry| entry.detail.starts_with("v2 ")).map(|entry| entry.action).collect();
    let expected = ["draft", "offer-activation", "retract-activation", "activate"];
    assert_eq!(acts, expected.map(|act| format!("framework.{act}")).into());
}

/// Domain section 10: above 30 days another authority, shown to the second key; an offer lapses after 10 working days.
async fn a_longer_window_shows_its_authority_and_a_lapsed_offer_activates_nothing(w: World) {
    second_owner(&w).await;
    let longer = |authority: &str| {
        let line = format!("window_cap_days = 45\nwindow_cap_authority = \"{authority}\"");
        version("v2", "2027-02-01", &[("window_cap_days = 30", line.as_str())])
    };
    let without = version("v2", "2027-02-01", &[("window_cap_days = 30", "window_cap_days = 45")]);
    for text in [without, longer("Executive Order 14409, section 3(b)"), longer("91 FR 34565")] {
        w.refused(THEO, "frameworks", draft(&text), 422, "invalid-body").await;
    }
    let digest = drafted(&w, &longer("Example Act, section 12")).await;
    let terms = json!({ "digest": digest, "effective_from": "2027-02-01" });
    let offered = w.post(THEO, "frameworks/v2/offer-activation", &terms).await.body;
    let shown = &offered["offer"]["terms"];
    assert_eq!(shown["window_cap_days"], 45);
    assert_eq!(shown["window_cap_authority"], "Example Act, section 12");
    // Ten working days from 2 November, Veterans Day left out, end with 17 November.
    w.at("2026-11-18T05:00:00Z").await;
    let hash = json!({ "hash": offered["offer"]["hash"] });
    w.refused(DANA, "frameworks/v2/accept-activation", hash, 409, "offer-lapsed").await;
    let again = w.post(THEO, "frameworks/v2/offer-activation", &terms).await.body;
    let hash = json!({ "hash": again["offer"]["hash"] });
    let accepted = w.post(DANA, "frameworks/v2/accept-activation", &hash).await;
    assert_eq!(accepted.body["state"], "active");
    w.stop().await;
}

/// Domain section 11: rows in the file, none in the code.
async fn a_criterion_a_template_and_a_reminder_are_a_change_of_data(w: World) {
    second_owner(&w).await;
    let criterion =
        "[[criteria]]\nkey = \"insurance\"\nquestion = \"Is it insured?\"\n\n[[criteria]]\nkey = \"sector_role\"";
    let template = "[[templates]]\nkey = \"clean_room\"\ntitle = \"Clean room\"\nsubjects = [\"cybersecurity\"]\n\
        functions = [\"protection\"]\nprotected = \"developer\"\nbound = [\"government\"]\n\
        text_markdown = \"# Clean room\\n\\nAccess takes place in the room.\"\npersonal_acknowledgement = false\n\n\
        [[templates]]\nkey = \"nda\"";
    let changes = [
        ("[[criteria]]\nkey = \"sector_role\"", criterion),
        ("[[templates]]\nkey = \"nda\"", template),
        (
            "reminders = [\"-2 wd\"], escalation = \"+1 wd\" } # D4",
            "reminders = [\"-4 wd\"], escalation = \"+1 wd\" } # D4",
        ),
    ];
    activate(&w, "v2", "2026-11-03", &changes).await;
    w.at("2026-11-03T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    // Five working days end with 10 November; four before that is 4 November, two before is nothing now.
    w.at("2026-11-06T20:00:00Z").await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let deadlines = w.record(DANA, &format!("engagements/{engagement}/deadlines")).await;
    let sent: Vec<&str> = deadlines
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|deadline| deadline["reminders"].as_array().expect("a list"))
        .filter_map(|reminder| reminder["offset"].as_str())
        .collect();
    assert_eq!(sent, ["reminder:-4 wd"], "{deadlines}");
    let attach = json!({ "attach_to": engagement, "template": "clean_room" });
    let condition = w.act(DANA, "conditions", attach).await;
    let texts = w.record(INES, &format!("conditions/{condition}/documents")).await;
    assert!(texts.to_string().contains("Access takes place in the room."), "{texts}");
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::disclose(&w, &LARKSPUR, BEA, &nomination).await;
    w.act(DANA, &format!("nominations/{nomination}/begin-screening"), json!({})).await;
    let missing =
        w.refused(DANA, &format!("nominations/{nomination}/begin-vetting"), json!({}), 409, "unmet-facts").await;
    assert!(missing.body.to_string().contains("insurance"), "{}", missing.body);
    w.stop().await;
}

/// A nomination in decision, with two reviewers.
async fn deciding(w: &World, developer: &matters::Developer, partner: &str, contact: &str) -> String {
    let release = matters::release(w, developer, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, developer, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    let nomination = matters::approach(w, developer, &engagement, partner).await;
    matters::disclose(w, developer, contact, &nomination).await;
    let path = |act: &str| format!("nominations/{nomination}/{act}");
    w.act(DANA, &path("begin-screening"), json!({})).await;
    let versions = Framework::builtin().expect("sound");
    let criteria: serde_json::Map<String, Value> =
        versions[1].criteria.iter().map(|criterion| (criterion.key.clone(), json!("Yes."))).collect();
    w.act(contact, &path("state-criteria"), json!({ "criteria": criteria, "unclassified_attestation": true })).await;
    w.act(DANA, &path("begin-vetting"), json!({})).await;
    for reviewer in [MARCUS, YUKI] {
        w.act(THEO, &path("assign-reviewer"), json!({ "reviewer": w.account(reviewer) })).await;
    }
    w.act(DANA, &path("open-decision"), json!({})).await;
    w.act(developer.official, &path("consent"), json!({})).await;
    nomination
}

/// Invariant 13, both presets of domain section 0, fact 7.
async fn both_decision_rules_select_through_the_api(w: World) {
    second_owner(&w).await;
    let joint = deciding(&w, &LARKSPUR, "cedar_hollow", BEA).await;
    for reviewer in [MARCUS, YUKI] {
        assert_eq!(w.record(DANA, &format!("nominations/{joint}")).await["stage"], "decision");
        w.act(reviewer, &format!("nominations/{joint}/concur"), json!({})).await;
    }
    let selected = w.record(DANA, &format!("nominations/{joint}")).await;
    assert_eq!((&selected["stage"], &selected["no_objection_recorded"]), (&json!("selected"), &json!(false)));

    activate(&w, "v2", "2026-11-03", &[("decision_rule = \"joint\"", "decision_rule = \"notified\"")]).await;
    w.at("2026-11-03T14:00:00Z").await;
    let notified = deciding(&w, &QUILLSTONE, "first_prairie", "nora.lindqvist@firstprairie.example.com").await;
    let path = format!("nominations/{notified}");
    w.refused(MARCUS, &format!("{path}/concur"), json!({}), 409, "not-in-framework").await;
    assert_eq!(w.record(MARCUS, &path).await["stage"], "decision", "the list is shared with the reviewers");
    w.act(MARCUS, &format!("{path}/decline-concurrence"), json!({})).await;
    w.act(MARCUS, &format!("{path}/revoke-vote"), json!({})).await;
    // Five working days from 3 November end with 10 November.
    w.at("2026-11-11T04:59:00Z").await;
    assert_eq!(w.record(DANA, &path).await["stage"], "decision");
    w.at("2026-11-11T05:00:00Z").await;
    let selected = w.record(QUILLSTONE.liaison, &path).await;
    assert_eq!((&selected["stage"], &selected["no_objection_recorded"]), (&json!("selected"), &json!(true)));
    let timeline = w.record(DANA, &format!("{path}/timeline")).await.to_string();
    assert!(timeline.contains("nomination.no_objection_recorded") && !timeline.contains("\"nomination.selected\""));
    w.stop().await;
}

/// Domain section 10 and invariants 5 and 22.
async fn both_sides_migrate_and_the_window_only_shrinks(w: World) {
    second_owner(&w).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-05T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let path = |act: &str| format!("engagements/{engagement}/{act}");
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-06T09:00:00-05:00").await;
    activate(&w, "v2", "2026-11-10", &[("window_cap_days = 30", "window_cap_days = 20")]).await;
    w.refused(DANA, &path("migrate-framework"), json!({ "to": "v2" }), 422, "invalid-field").await;
    w.at("2026-11-10T15:00:00Z").await;
    let closes =
        async || w.record(INES, &format!("engagements/{engagement}")).await["window"]["closes_at"]["at"].clone();
    assert_eq!(closes().await, "2026-12-05T14:00:00Z");
    let preview =
        w.post(DANA, &format!("{}?preview=true", path("migrate-framework")), &json!({ "to": "v2" })).await.body;
    let migration = &preview["migration"];
    assert_eq!((&migration["from"], &migration["to"]), (&json!("v1.1"), &json!("v2")), "{preview}");
    let changed: Vec<&str> =
        migration["differences"].as_array().expect("a list").iter().filter_map(|one| one["path"].as_str()).collect();
    assert!(changed.contains(&"window_cap_days"), "{changed:?}");
    let due = |when: &str| {
        let found = migration[when].as_array().expect("a list").iter().find(|one| one["code"] == "D9").cloned();
        found.expect("the window's end")["due_at"].clone()
    };
    assert_eq!([due("before"), due("after")], ["2026-12-05T14:00:00Z", "2026-11-26T14:00:00Z"]);
    w.act(DANA, &path("migrate-framework"), json!({ "to": "v2" })).await;
    assert_eq!(closes().await, "2026-12-05T14:00:00Z", "one key changes nothing");
    let offers = w.record(LARKSPUR.official, &format!("engagements/{engagement}")).await["offers"].clone();
    let hash = json!({ "hash": offers[0]["hash"] });
    w.refused(DANA, &path("accept-offer"), hash.clone(), 409, "own-offer").await;
    w.act(LARKSPUR.official, &path("accept-offer"), hash).await;
    assert_eq!(closes().await, "2026-11-26T14:00:00Z");
    let seen = w.record(INES, &format!("engagements/{engagement}")).await;
    assert_eq!(seen["framework"], "v2");
    activate(&w, "v3", "2026-11-12", &[("quorum = 2", "quorum = 3")]).await;
    w.at("2026-11-12T15:00:00Z").await;
    let longer = w.refused(DANA, &path("migrate-framework"), json!({ "to": "v3" }), 422, "invalid-field").await;
    assert_eq!(longer.body["errors"][0]["reason"], "longer_window");
    assert!(w.app.verify().await.expect("the store answers").is_clean());
    w.at("2026-11-26T14:00:00Z").await;
    assert_eq!(w.record(INES, &format!("engagements/{engagement}")).await["stage"], "close_out");
    w.stop().await;
}

/// Domain section 11: party kinds and sectors are data, and a version may list the kinds that are nominated.
async fn kinds_of_organizations_are_data(w: World) {
    second_owner(&w).await;
    let new = |kind: &str, sector: Value| json!({ "name": "Elm Bank", "side": "partner", "party_kind": kind, "sector": sector });
    for (body, pointer) in [
        (new("circus", json!("energy")), "/party_kind"),
        (new("bank", Value::Null), "/sector"),
        (new("bank", json!("circuses")), "/sector"),
        (json!({ "name": "Elm", "side": "developer", "party_kind": "bank", "sector": "energy" }), "/party_kind"),
    ] {
        let refused = w.refused(NIA, "organizations", body, 422, "invalid-body").await;
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
    assert_eq!(w.record(INES, "sectors").await.as_array().expect("a list").len(), 16);
    let bank = w.post(NIA, "organizations", &new("bank", json!("financial_services"))).await.body["id"].clone();
    activate(&w, "v2", "2026-11-03", &[("quorum = 2", "quorum = 2\nnominated_kinds = [\"bank\"]")]).await;
    w.at("2026-11-03T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let body = |partner: Value| json!({ "engagement": engagement, "partner": partner });
    let other = body(json!(w.organization("cedar_hollow")));
    let refused = w.refused(INES, "nominations", other, 422, "invalid-field").await;
    assert_eq!(refused.body["errors"][0]["reason"], "kind_not_nominated");
    let nomination = w.act(INES, "nominations", body(bank)).await;
    let seen = w.record(DANA, &format!("nominations/{nomination}")).await;
    assert_eq!((&seen["partner_kind"], &seen["partner_sector"]), (&json!("bank"), &json!("financial_services")));
    w.stop().await;
}

/// An office brings its version as a file, with a text of its own beside it.
async fn versions_laid_down_as_files_count_like_any(database: TestDatabase) {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("office.toml");
    std::fs::create_dir(directory.path().join("templates")).expect("a directory");
    std::fs::write(directory.path().join("templates/own.md"), "# Own words").expect("a file");
    let own = |date: &str, changes: &[(&str, &str)]| {
        let changes: Vec<_> = [("text = \"named_team\"", "text = \"own\"")].iter().chain(changes).copied().collect();
        version("office", date, &changes)
    };
    let w =
        World::with(database, START, |settings| settings.framework.directory = Some(directory.path().to_owned())).await;
    matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let cited = "window_cap_days = 45\nwindow_cap_authority = \"Example Act, section 12\"";
    std::fs::write(&file, own("2026-11-10", &[("window_cap_days = 30", cited)])).expect("a file");
    let longer = w.app.lay_down_frameworks().await;
    assert!(matches!(longer, Err(LayDownError::Together(_))), "{longer:?}");
    std::fs::write(&file, own("2026-11-02", &[])).expect("a file");
    let late = w.app.lay_down_frameworks().await;
    assert!(matches!(late, Err(LayDownError::Retroactive { .. })), "{late:?}");
    std::fs::write(&file, "id = 1").expect("a file");
    let broken = w.app.lay_down_frameworks().await.expect_err("no version");
    assert!(broken.to_string().contains("office.toml"), "{broken}");
    std::fs::write(&file, own("2026-11-10", &[])).expect("a file");
    for _ in 0..2 {
        w.app.lay_down_frameworks().await.expect("a sound version");
    }
    assert_eq!(ids(&another_instance(&w)).await, ["v1.0", "v1.1", "office"], "no instance needs the file any more");
    std::fs::write(directory.path().join("templates/own.md"), "# Other words").expect("a file");
    let changed = w.app.lay_down_frameworks().await;
    assert!(matches!(changed, Err(LayDownError::Changed { .. })), "{changed:?}");
    w.at("2026-11-10T14:00:00Z").await;
    assert_eq!(pinned(&w, &QUILLSTONE).await, "office");
    w.stop().await;
}

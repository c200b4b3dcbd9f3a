//! Saved views: whose they are, who sees them, and what each finds by them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    matters::{self, LARKSPUR, QUILLSTONE},
    scene::{DANA, INES, MARA, TOBIAS},
    world::World,
};

at_both_doors! {
    a_view_is_its_owners_and_shared_with_the_organization_alone
    what_is_no_view_is_named
    a_change_is_told_once_in_the_morning_and_says_nothing_else
    a_filter_of_the_worklist_is_a_view_of_its_own_place
}

async fn names(w: &World, who: &str) -> Vec<String> {
    let views = w.record(who, "saved-views").await;
    views.as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

async fn save(w: &World, who: &str, name: &str, query: &str, shared: bool) -> Value {
    let answer = w.post(who, "saved-views", &json!({ "name": name, "query": query, "shared": shared })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

async fn a_view_is_its_owners_and_shared_with_the_organization_alone(w: World) {
    for developer in [LARKSPUR, QUILLSTONE] {
        let release = matters::release(&w, &developer, "2027-02-10T09:00:00-05:00").await;
        matters::proposal(&w, &developer, &release).await;
    }
    let own = save(&w, INES, "Mine alone", "KIND:engagements  owner:me", false).await;
    assert_eq!(
        (&own["query"], &own["own"], &own["alert"]),
        (&json!("kind:engagement owner:me"), &json!(true), &json!("off"))
    );
    let shared = save(&w, INES, "All of ours", "stage:open", true).await;
    save(&w, MARA, "All of ours", "stage:closed", true).await;
    assert_eq!(names(&w, INES).await, ["All of ours", "Mine alone"]);
    assert_eq!(names(&w, TOBIAS).await, ["All of ours"], "colleagues see what is shared");
    assert_eq!(names(&w, DANA).await, [""; 0], "and nobody else does");
    let seen = w.record(TOBIAS, "saved-views").await[0].clone();
    assert_eq!((&seen["query"], &seen["own"]), (&json!("stage:open"), &json!(false)));
    let of_mara = w.record(MARA, "saved-views").await[0]["query"].clone();
    assert_eq!(of_mara, "stage:closed");

    let path = |view: &Value, part: &str| format!("saved-views/{}{part}", view["id"].as_str().unwrap());
    let set = async |who: &str, view: &Value, alert: &str| {
        let body = json!({ "alert": alert }).to_string().into_bytes();
        w.send(Method::PUT, who, &path(view, "/alert"), Some(body), &[]).await
    };
    assert_eq!(set(TOBIAS, &shared, "daily").await.body["alert"], "daily");
    assert_eq!(w.record(TOBIAS, "saved-views").await[0]["alert"], "daily");
    assert_eq!(w.record(INES, "saved-views").await[0]["alert"], "off", "each for oneself");
    for (who, view) in [(TOBIAS, &own), (MARA, &shared), (DANA, &shared)] {
        assert_eq!(set(who, view, "daily").await.status, 404, "{who}");
    }
    assert_eq!(set(TOBIAS, &shared, "hourly").await.status, 422);
    for who in [TOBIAS, MARA] {
        assert_eq!(w.send(Method::DELETE, who, &path(&shared, ""), None, &[]).await.status, 404, "{who}");
    }
    assert_eq!(w.send(Method::DELETE, INES, &path(&shared, ""), None, &[]).await.status, 204);
    assert_eq!(w.send(Method::DELETE, INES, &path(&shared, ""), None, &[]).await.status, 404);
    assert_eq!(names(&w, TOBIAS).await, [""; 0]);
    w.stop().await;
}

async fn what_is_no_view_is_named(w: World) {
    save(&w, INES, "Mine", "kind:grant", false).await;
    for (body, pointer) in [
        (json!({ "name": "  ", "query": "kind:grant" }), "/name"),
        (json!({ "name": "a\u{0}b", "query": "kind:grant" }), "/name"),
        (json!({ "name": "x".repeat(121), "query": "kind:grant" }), "/name"),
        (json!({ "name": "Mine", "query": "kind:grant" }), "/name"),
        (json!({ "name": "Other", "query": " " }), "/query"),
        (json!({ "name": "Other", "query": "a\nb" }), "/query"),
        (json!({ "name": "Other", "query": "stge:x" }), "/query"),
        (json!({ "name": "Other", "query": "x".repeat(501) }), "/query"),
        (json!({ "name": "Other" }), "/query"),
        (json!({ "name": "Other", "query": "kind:grant", "color": "red" }), "/color"),
    ] {
        let answer = w.post(INES, "saved-views", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
    }
    save(&w, TOBIAS, "Mine", "kind:grant", false).await;
    for number in 1..50 {
        save(&w, INES, &format!("View {number}"), "kind:grant", false).await;
    }
    let full = w.post(INES, "saved-views", &json!({ "name": "One more", "query": "kind:grant" })).await;
    assert_eq!((full.status.as_u16(), &full.body["errors"][0]["pointer"]), (422, &json!("")), "{}", full.body);
    w.stop().await;
}

async fn a_change_is_told_once_in_the_morning_and_says_nothing_else(w: World) {
    let view = save(&w, INES, "Canary of a name", "kind:release", true).await;
    let path = format!("saved-views/{}/alert", view["id"].as_str().unwrap());
    for who in [INES, TOBIAS] {
        let body = json!({ "alert": "daily" }).to_string().into_bytes();
        assert_eq!(w.send(Method::PUT, who, &path, Some(body), &[]).await.status, 200);
    }
    let told = async || -> Vec<(String, String)> {
        w.mails().await.into_iter().filter(|mail| mail.code == "N19").map(|mail| (mail.at, mail.to)).collect()
    };
    w.at("2026-11-03T20:00:00Z").await;
    assert_eq!(told().await, [], "nothing has changed");
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    matters::release(&w, &QUILLSTONE, "2027-02-10T09:00:00-05:00").await;
    w.at("2026-11-06T20:00:00Z").await;
    // At eight in the morning of the next day, Eastern Standard Time, and on no other day.
    let morning = |name: &str| ("2026-11-04 13:00".to_owned(), name.to_owned());
    assert_eq!(told().await, [morning("ines.varga"), morning("tobias.renn")]);
    for mail in w.smtp.received() {
        let text = String::from_utf8_lossy(&mail.raw).into_owned();
        assert!(!text.contains("Canary of a name") && !text.contains(&release), "{text}");
    }
    matters::release(&w, &QUILLSTONE, "2027-03-10T09:00:00-05:00").await;
    w.at("2026-11-08T20:00:00Z").await;
    assert_eq!(told().await.len(), 2, "what one may not know of is no change");
    assert_eq!(w.send(Method::DELETE, INES, path.trim_end_matches("/alert"), None, &[]).await.status, 204);
    matters::release(&w, &LARKSPUR, "2027-04-10T09:00:00-05:00").await;
    w.at("2026-11-10T20:00:00Z").await;
    assert_eq!(told().await.len(), 2, "a view that is gone tells nobody");
    w.stop().await;
}

async fn a_filter_of_the_worklist_is_a_view_of_its_own_place(w: World) {
    let keep = |query: &str| json!({ "name": "Team", "query": query, "shared": true, "place": "worklist" });
    for (query, said) in [("stage:open", "no field"), ("view:all", "cannot be"), ("view:own", ""), ("kind:\"x", "")] {
        let answer = w.post(INES, "saved-views", &keep(query)).await;
        assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["pointer"]), (422, &json!("/query")), "{query}");
        assert!(answer.body["errors"][0]["detail"].as_str().unwrap().contains(said), "{query}: {}", answer.body);
    }
    let answer = w.post(INES, "saved-views", &keep(" kind:engagement   view:team")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let kept = (&answer.body["query"], &answer.body["place"], &answer.body["owner"]["name"]);
    assert_eq!(kept, (&json!("view:team kind:engagement"), &json!("worklist"), &json!("Ines Varga")));
    let seen = w.record(TOBIAS, "saved-views").await[0].clone();
    assert_eq!((&seen["place"], &seen["owner"]["name"]), (&json!("worklist"), &json!("Ines Varga")), "{seen}");
    assert_eq!(save(&w, INES, "Search", "kind:grant", false).await["place"], "search", "where nothing is said");

    let path = format!("saved-views/{}/alert", answer.body["id"].as_str().unwrap());
    let daily = json!({ "alert": "daily" }).to_string().into_bytes();
    let set = w.send(Method::PUT, TOBIAS, &path, Some(daily), &[]).await;
    assert_eq!((&set.body["alert"], &set.body["owner"]["name"]), (&json!("daily"), &json!("Ines Varga")));
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    matters::proposal(&w, &LARKSPUR, &release).await;
    w.at("2026-11-03T20:00:00Z").await;
    let views = w.smtp.received().into_iter().filter(|mail| mail.text.contains("/views"));
    let told: Vec<String> = views.flat_map(|mail| mail.recipients).collect();
    assert_eq!(told, [TOBIAS], "the step of the new engagement is a change");
    w.stop().await;
}

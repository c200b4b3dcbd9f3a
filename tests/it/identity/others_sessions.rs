//! Sessions of other people: who sees and ends them, and that the account stays open.

use serde_json::json;

use super::{is_in, told};
use crate::support::{
    desk::Desk,
    door::{Door, text},
    scene::{DANA, INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    an_administrator_ends_one_session_or_all_and_the_account_stays_open
    sessions_of_others_are_for_whoever_runs_the_organization
    the_page_of_an_account_leads_to_its_sessions_and_ends_them
}

async fn an_administrator_ends_one_session_or_all_and_the_account_stays_open(w: World) {
    let (door, browser) = (Door::of(&w), Desk::signed_in(&w, INES).await);
    let nia = door.token(NIA).await;
    let (first, second) =
        (text(&door.sign_in(INES).await, "access_token"), text(&door.sign_in(INES).await, "access_token"));
    let path = format!("/api/v1/accounts/{}/sessions", w.account(INES));
    let listed = door.get(&nia, &path).await.succeeded("the sessions");
    let sessions = listed.body.as_array().expect("a list").clone();
    let held: Vec<&str> = sessions.iter().filter_map(|one| one["held_by"].as_str()).collect();
    assert_eq!((held.iter().filter(|by| **by == "browser").count(), held.len()), (1, 3), "{}", listed.body);
    for secret in ["hash", "cookie", "refresh", "agent"] {
        assert!(!listed.body.to_string().contains(secret), "{secret}: {}", listed.body);
    }
    let own = door.get(&second, "/api/v1/me").await.body["session"]["id"].as_str().expect("an id").to_owned();
    let end = format!("{path}/{own}/end");
    assert_eq!(door.post(&nia, &end, &json!({})).await.status, 204);
    assert!(!is_in(&door, &second).await && is_in(&door, &first).await, "the one session alone");
    door.post(&nia, &end, &json!({})).await.is(404, "not-found", "it is over");
    assert_eq!(told(&w, INES).await, 1, "the holder is told");
    let of_another = format!("/api/v1/accounts/{}/sessions/{}/end", w.account(TOBIAS), text(&sessions[0], "id"));
    door.post(&nia, &of_another, &json!({})).await.is(404, "not-found", "a session of another account");
    for _ in 0..2 {
        assert_eq!(door.post(&nia, &format!("{path}/end"), &json!({})).await.status, 204);
    }
    assert!(!is_in(&door, &first).await);
    browser.get("/account").await.is(303, "the browser is out as well");
    assert_eq!(door.get(&nia, &path).await.succeeded("none").body, json!([]));
    assert_eq!(told(&w, INES).await, 2, "told once more, and not where nothing ended");
    assert!(is_in(&door, &door.token(INES).await).await, "the account is open: its holder signs in again");
    w.stop().await;
}

async fn sessions_of_others_are_for_whoever_runs_the_organization(w: World) {
    let door = Door::of(&w);
    let token = text(&door.sign_in(INES).await, "access_token");
    let path = format!("/api/v1/accounts/{}/sessions", w.account(INES));
    for (who, status, problem) in [(TOBIAS, 403, "forbidden"), (INES, 403, "forbidden"), (DANA, 404, "not-found")] {
        let asker = door.token(who).await;
        door.get(&asker, &path).await.is(status, problem, who);
        door.post(&asker, &format!("{path}/end"), &json!({})).await.is(status, problem, who);
    }
    let nia = door.token(NIA).await;
    let own = format!("/api/v1/accounts/{}/sessions", w.account(NIA));
    door.get(&nia, &own).await.is(403, "forbidden", "one's own are told by /me/sessions");
    assert!(is_in(&door, &token).await, "nothing ended");
    w.stop().await;
}

async fn the_page_of_an_account_leads_to_its_sessions_and_ends_them(w: World) {
    let (nia, ines, tobias) =
        (Desk::signed_in(&w, NIA).await, Desk::signed_in(&w, INES).await, Desk::signed_in(&w, TOBIAS).await);
    let account = format!("/administration/accounts/{}", w.account(INES));
    let path = format!("{account}/sessions");
    assert!(nia.get(&account).await.is(200, "the account").all("main a", "href").contains(&path));
    assert!(!tobias.get(&account).await.is(200, "to a colleague").all("main a", "href").contains(&path));
    tobias.get(&path).await.is(403, "a colleague");
    let page = nia.get(&path).await.is(200, "the sessions");
    assert!(page.told("main table").contains("A browser"), "{}", page.told("main"));
    let ends = page.all("main form", "action");
    assert_eq!(ends.len(), 2, "one session, and all of them: {ends:?}");
    nia.send(&ends[1], &[]).await.is(403, "without the token of the page");
    ines.get("/account").await.is(200, "still signed in");
    let ended = nia.send(&ends[1], &[("csrf", &page.field("csrf"))]).await.is(303, "ended");
    ines.get("/account").await.is(303, "signed out");
    let after = nia.get(ended.header("location")).await.is(200, "afterwards");
    assert!(after.told("main").contains("The session was ended.") && after.told("main").contains("no open session"));
    nia.send(&format!("{path}/nonsense/end"), &[("csrf", &page.field("csrf"))]).await.is(404, "no session");
    assert!(nia.get(&account).await.is(200, "the account").told("main").contains("Open"), "it is not disabled");
    w.stop().await;
}

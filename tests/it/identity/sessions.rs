//! Sessions: how tokens follow each other, and every way in which a session ends at the next request.

use serde_json::{Value, json};

use super::{alike, is_in, later, told};
use crate::support::{
    door::{Door, text},
    people::PASSWORD,
    scene::{INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    an_access_token_lives_ten_minutes a_spent_refresh_token_ends_the_session
    a_session_ends_at_once_however_it_ends a_disabled_account_is_out_at_once
}

fn access(tokens: &Value) -> String {
    text(tokens, "access_token")
}

async fn refresh(door: &Door, token: &str) -> crate::support::door::Reply {
    door.post_unsigned("/api/v1/auth/refresh", &json!({ "refresh_token": token })).await
}

async fn an_access_token_lives_ten_minutes(w: World) {
    let door = Door::of(&w);
    let tokens = door.sign_in(INES).await;
    let token = access(&tokens);
    assert_eq!((&tokens["token_type"], &tokens["assurance"]), (&json!("Bearer"), &json!("aal1")));
    assert_eq!(tokens["expires_at"], "2026-11-02T14:10:00Z");
    w.at_without_worker("2027-03-01T00:00:00Z");
    assert!(is_in(&door, &token).await, "business time ends no session");
    later(&w, 599);
    assert!(is_in(&door, &token).await);
    later(&w, 1);
    let over = door.get(&token, "/api/v1/me").await;
    over.is(401, "unauthenticated", "a token that is over");
    assert_eq!(over.header("www-authenticate"), "Bearer");
    let next = refresh(&door, &text(&tokens, "refresh_token")).await.succeeded("the next pair").body;
    assert!(is_in(&door, &access(&next)).await);
    for (what, broken) in forgeries(&access(&next)) {
        alike(&over, &door.get(&broken, "/api/v1/me").await, &what);
    }
    alike(&over, &door.get(&text(&next, "refresh_token"), "/api/v1/me").await, "a refresh token is no access token");
    refresh(&door, &access(&next)).await.is(401, "unauthenticated", "an access token is no refresh token");
    let mut token = text(&next, "refresh_token");
    for minutes in 1..24 * 2 {
        later(&w, 29 * 60);
        let Some(kept) = refresh(&door, &token).await.body["refresh_token"].as_str().map(str::to_owned) else {
            assert_eq!(minutes, 25, "twelve hours in all, in steps of 29 minutes");
            return w.stop().await;
        };
        token = kept;
    }
    panic!("the session never ends");
}

/// Tokens that nobody issued.
fn forgeries(token: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, mark] = parts[..] else { panic!("a token has three parts") };
    // {"alg":"none","typ":"JWT"} and a changed letter in each part.
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let changed = |part: &str| {
        let last = part.chars().nth(10).expect("a letter");
        part.replacen(last, if last == 'A' { "B" } else { "A" }, 1)
    };
    vec![
        ("no signature".to_owned(), format!("{none}.{claims}.")),
        ("another head".to_owned(), format!("{none}.{claims}.{mark}")),
        ("changed claims".to_owned(), format!("{head}.{}.{mark}", changed(claims))),
        ("a changed signature".to_owned(), format!("{head}.{claims}.{}", changed(mark))),
        ("half of it".to_owned(), format!("{head}.{claims}")),
        ("a word".to_owned(), "nonsense".to_owned()),
    ]
}

async fn a_spent_refresh_token_ends_the_session(w: World) {
    let door = Door::of(&w);
    // At once: of four requests with one token one wins, and the session lives on.
    let tokens = door.sign_in(INES).await;
    let token = text(&tokens, "refresh_token");
    let once = || refresh(&door, &token);
    let replies = <[_; 4]>::from(tokio::join!(once(), once(), once(), once()));
    let won: Vec<_> = replies.into_iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1, "exactly one pair of tokens");
    let second = won[0].body.clone();
    assert!(is_in(&door, &access(&second)).await);
    assert_eq!(told(&w, INES).await, 0);
    let other = door.sign_in(INES).await;
    let third = refresh(&door, &text(&second, "refresh_token")).await.succeeded("the next").body;
    // Later: somebody has a token that was spent.
    later(&w, 11);
    let reused = refresh(&door, &text(&second, "refresh_token")).await;
    reused.is(401, "unauthenticated", "a spent token");
    alike(&reused, &refresh(&door, &text(&third, "refresh_token")).await, "the session is over for everybody");
    alike(&reused, &refresh(&door, "nonsense").await, "a token that never was");
    for tokens in [&tokens, &second, &third] {
        assert!(!is_in(&door, &access(tokens)).await, "no access token of the session is good any more");
    }
    assert!(is_in(&door, &access(&other)).await, "another session of the person is");
    assert_eq!(told(&w, INES).await, 1, "the holder is told");
    w.stop().await;
}

async fn a_session_ends_at_once_however_it_ends(w: World) {
    let door = Door::of(&w);
    let first = door.sign_in(INES).await;
    let revoke = json!({ "refresh_token": text(&first, "refresh_token") });
    for _ in 0..2 {
        let answer = door.post_unsigned("/api/v1/auth/revoke", &revoke).await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{}", answer.body);
    }
    assert!(!is_in(&door, &access(&first)).await);
    refresh(&door, &text(&first, "refresh_token")).await.is(401, "unauthenticated", "a revoked session");
    let (second, third) = (door.sign_in(INES).await, door.sign_in(INES).await);
    let sessions = door.get(&access(&second), "/api/v1/me/sessions").await.succeeded("sessions").body;
    let open = sessions.as_array().expect("a list");
    assert_eq!(open.len(), 2);
    let other = open.iter().find(|session| session["current"] == false).expect("another session");
    let end = format!("/api/v1/me/sessions/{}/end", text(other, "id"));
    assert_eq!(door.post(&access(&second), &end, &json!({})).await.status, 204);
    assert!(!is_in(&door, &access(&third)).await && is_in(&door, &access(&second)).await);
    door.post(&access(&second), &end, &json!({})).await.is(404, "not-found", "it is over");
    let fourth = door.sign_in(INES).await;
    let change = json!({ "old_password": PASSWORD, "new_password": "wet gravel orchard 58" });
    assert_eq!(door.post(&access(&second), "/api/v1/auth/password/change", &change).await.status, 204);
    assert!(!is_in(&door, &access(&fourth)).await, "a new password ends every other session");
    assert!(is_in(&door, &access(&second)).await);
    assert_eq!(door.sign_in_with(INES, PASSWORD, None).await.status, 401);
    let wrong = door.post(&access(&second), "/api/v1/auth/password/change", &change).await;
    wrong.is(401, "wrong-credentials", "the old password is not the password");
    later(&w, 30 * 60);
    refresh(&door, &text(&second, "refresh_token")).await.is(401, "unauthenticated", "half an hour without a request");
    w.stop().await;
}

async fn a_disabled_account_is_out_at_once(w: World) {
    let door = Door::of(&w);
    let nia = door.token(NIA).await;
    let (ines, tobias) = (door.sign_in(INES).await, door.token(TOBIAS).await);
    let path = |act: &str| format!("/api/v1/accounts/{}/{act}", w.account(INES));
    door.post(&tobias, &path("disable"), &json!({})).await.is(403, "forbidden", "an official of the organization");
    assert!(is_in(&door, &access(&ines)).await);
    let entry = door.post(&nia, &path("disable"), &json!({})).await.succeeded("disabled").body;
    assert_eq!(entry["active"], false);
    assert!(!is_in(&door, &access(&ines)).await);
    refresh(&door, &text(&ines, "refresh_token")).await.is(401, "unauthenticated", "a disabled account");
    door.sign_in_with(INES, PASSWORD, None).await.is(401, "wrong-credentials", "a disabled account");
    door.post(&nia, &path("enable"), &json!({})).await.succeeded("enabled");
    assert!(!is_in(&door, &access(&ines)).await, "what was ended stays ended");
    assert!(is_in(&door, &door.token(INES).await).await);
    let own = format!("/api/v1/accounts/{}/disable", w.account(NIA));
    door.post(&nia, &own, &json!({})).await.is(403, "forbidden", "nobody disables the own account");
    w.stop().await;
}

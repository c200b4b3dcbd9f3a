//! Signing in with a password: one answer to everything that is wrong, and a wait that nobody can use against another.

use serde_json::json;

use super::{alike, is_in, later};
use crate::support::{
    door::{Door, text},
    people::PASSWORD,
    scene::{DANA, INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! { whatever_is_wrong_has_one_answer failures_make_one_account_wait_ten_seconds_at_most }

async fn whatever_is_wrong_has_one_answer(w: World) {
    let door = Door::of(&w);
    let nia = door.token(NIA).await;
    let new = json!({ "email": "new@larkspur.test", "name": "New", "organization": w.organization("larkspur") });
    door.post(&nia, "/api/v1/accounts", &new).await.succeeded("an account without a password");
    let disable = format!("/api/v1/accounts/{}/disable", w.account(TOBIAS));
    door.post(&nia, &disable, &json!({})).await.succeeded("disabled");
    let wrong = door.sign_in_with(INES, "not the password at all", None).await;
    wrong.is(401, "wrong-credentials", "a wrong password");
    let long = format!("{}@larkspur.test", "a".repeat(300));
    for (email, password) in [
        ("nobody@larkspur.test", PASSWORD),
        (TOBIAS, PASSWORD),
        ("new@larkspur.test", PASSWORD),
        ("new@larkspur.test", ""),
        ("", ""),
        ("no address", PASSWORD),
        ("a\u{0}b@larkspur.test", PASSWORD),
        (long.as_str(), PASSWORD),
        ("' OR 1=1 --@larkspur.test", PASSWORD),
        (INES, ""),
        (INES, "slow granite lantern 41 "),
        (INES, "Slow granite lantern 41"),
    ] {
        alike(&wrong, &door.sign_in_with(email, password, None).await, email);
        later(&w, 60);
    }
    for email in ["INES.Varga@LARKSPUR.test", " ines.varga@larkspur.test "] {
        door.sign_in_with(email, PASSWORD, None).await.succeeded(email);
    }
    w.stop().await;
}

async fn failures_make_one_account_wait_ten_seconds_at_most(w: World) {
    let door = Door::of(&w);
    let session = text(&door.sign_in(INES).await, "access_token");
    let wrong = async |times: usize| {
        for _ in 0..times {
            door.sign_in_with(INES, "not the password at all", None).await.is(401, "wrong-credentials", "wrong");
        }
    };
    let right = async || door.sign_in_with(INES, PASSWORD, None).await.status;
    wrong(3).await;
    assert_eq!(right().await, 200, "three slips cost nothing");
    wrong(4).await;
    assert_eq!(right().await, 401, "the fourth costs a second");
    later(&w, 1);
    assert_eq!(right().await, 200);
    for _ in 0..12 {
        wrong(1).await;
        later(&w, 10);
    }
    wrong(1).await;
    later(&w, 9);
    assert_eq!(right().await, 401, "ten seconds are not over");
    wrong(5).await;
    later(&w, 1);
    assert_eq!(right().await, 200, "who tries meanwhile does not make it longer");
    wrong(4).await;
    assert!(is_in(&door, &session).await, "a session that is open does not feel it");
    assert_eq!(door.sign_in_with(DANA, PASSWORD, None).await.status, 200, "nor does anybody else");
    w.stop().await;
}

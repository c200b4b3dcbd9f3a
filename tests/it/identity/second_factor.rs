//! The second factor: set up in two steps, each code good once, and what a session is worth with it.

use anteroom::auth::totp::TotpSecret;
use serde_json::{Value, json};

use super::{is_in, later, seed};
use crate::support::{
    door::{Door, text},
    people::PASSWORD,
    scene::INES,
    world::World,
};

at_both_doors! { a_second_factor_is_set_up_used_once_a_code_and_removed }

const BEGIN: &str = "/api/v1/auth/second-factor";
const CONFIRM: &str = "/api/v1/auth/second-factor/confirm";
const REMOVE: &str = "/api/v1/auth/second-factor/remove";

async fn assurance(door: &Door, token: &str) -> Value {
    door.get(token, "/api/v1/me").await.succeeded("/me").body["assurance"].clone()
}

async fn a_second_factor_is_set_up_used_once_a_code_and_removed(w: World) {
    let door = Door::of(&w);
    let token = door.token(INES).await;
    let code_now = |secret: &TotpSecret| secret.code(w.clock.system());
    door.post(&token, CONFIRM, &json!({ "code": "123456" })).await.is(422, "invalid-body", "nothing was begun");
    let begin = |password: &str| json!({ "password": password });
    door.post(&token, BEGIN, &begin("wrong")).await.is(401, "wrong-credentials", "a wrong password");
    let shown = door.post(&token, BEGIN, &begin(PASSWORD)).await.succeeded("a secret").body;
    assert!(text(&shown, "url").starts_with("otpauth://totp/"), "{shown}");
    let secret = seed(&text(&shown, "secret"));
    let wrong_code = code_now(&seed("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    for wrong in
        [wrong_code.as_str(), "", "12345", "1234567", "abcdef", "\u{0661}\u{0662}\u{0663}\u{0664}\u{0665}\u{0666}"]
    {
        let answer = door.post(&token, CONFIRM, &json!({ "code": wrong })).await;
        answer.is(422, "invalid-body", wrong);
        assert_eq!(answer.pointers(), ["/code"], "{wrong}");
    }
    assert_eq!(door.sign_in_with(INES, PASSWORD, None).await.status, 200, "it does not count before its first code");
    assert_eq!(assurance(&door, &token).await, "aal1");
    let first = code_now(&secret);
    assert_eq!(door.post(&token, CONFIRM, &json!({ "code": first })).await.status, 204);
    assert_eq!(assurance(&door, &token).await, "aal2", "this session proved both");
    door.post(&token, BEGIN, &begin(PASSWORD)).await.is(422, "invalid-body", "it is set up already");
    codes(&w, &door, &secret, &first).await;
    removed(&w, &door, &secret).await;
    w.stop().await;
}

async fn codes(w: &World, door: &Door, secret: &TotpSecret, first: &str) {
    let sign_in = async |code: Option<&str>| door.sign_in_with(INES, PASSWORD, code).await;
    sign_in(None).await.is(401, "second-factor-needed", "the password alone");
    door.sign_in_with(INES, "wrong", None).await.is(401, "wrong-credentials", "only the right password is told of it");
    sign_in(Some(first)).await.is(401, "wrong-credentials", "the code that confirmed it");
    later(w, 30);
    let next = secret.code(w.clock.system());
    let tokens = sign_in(Some(&next)).await.succeeded("the next code").body;
    assert_eq!(tokens["assurance"], "aal2");
    sign_in(Some(&next)).await.is(401, "wrong-credentials", "the same code again");
    sign_in(Some(first)).await.is(401, "wrong-credentials", "an older code");
    let kept = json!({ "refresh_token": text(&tokens, "refresh_token") });
    let kept = door.post_unsigned("/api/v1/auth/refresh", &kept).await.succeeded("the next pair").body;
    assert_eq!(kept["assurance"], "aal2", "a session keeps what it was worth");
    later(w, 60);
    let code = secret.code(w.clock.system());
    let code = Some(code.as_str());
    let replies = <[_; 3]>::from(tokio::join!(sign_in(code), sign_in(code), sign_in(code)));
    let allowed = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(allowed, 1, "one code at the same moment is one sign-in");
    later(w, 3_600);
    let late = secret.code(w.clock.system() - chrono::TimeDelta::seconds(61));
    sign_in(Some(&late)).await.is(401, "wrong-credentials", "a code of two steps ago");
}

async fn removed(w: &World, door: &Door, secret: &TotpSecret) {
    later(w, 60);
    let code = secret.code(w.clock.system());
    let tokens = door.sign_in_with(INES, PASSWORD, Some(&code)).await.succeeded("both factors").body;
    let token = text(&tokens, "access_token");
    let ask = |password: &str, code: &str| json!({ "password": password, "code": code });
    door.post(&token, REMOVE, &ask("wrong", &code)).await.is(401, "wrong-credentials", "a wrong password");
    door.post(&token, REMOVE, &ask(PASSWORD, &code)).await.is(401, "wrong-credentials", "a code that was used");
    later(w, 60);
    let fresh = secret.code(w.clock.system());
    let other = door.sign_in_with(INES, PASSWORD, Some(&fresh)).await.succeeded("another session").body;
    later(w, 60);
    let fresh = secret.code(w.clock.system());
    assert_eq!(door.post(&token, REMOVE, &ask(PASSWORD, &fresh)).await.status, 204);
    assert_eq!(assurance(door, &token).await, "aal1");
    assert!(!is_in(door, &text(&other, "access_token")).await, "every other session ends");
    assert_eq!(door.sign_in(INES).await["assurance"], "aal1");
}

//! Who is let in, and how that ends: passwords, sessions, second factors, roles, links and API tokens, at the door.

mod invitations;
mod links;
mod others_sessions;
mod roles;
mod second_factor;
mod sessions;
mod sign_in;
mod tokens;

use anteroom::auth::totp::TotpSecret;
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{
    door::{Door, Reply, text},
    people::PASSWORD,
    world::World,
};

/// Moves the clock that sessions, tokens and links live by.
fn later(w: &World, seconds: i64) {
    w.clock.advance_system(TimeDelta::seconds(seconds)).unwrap();
}

/// Whether the access token is good for anything.
async fn is_in(door: &Door, token: &str) -> bool {
    match door.get(token, "/api/v1/me").await.status {
        200 => true,
        401 => false,
        other => panic!("/me answers {other}"),
    }
}

/// The subjects of the mails that a person got about the account.
async fn told(w: &World, email: &str) -> usize {
    w.work().await;
    let mails = w.smtp.received();
    mails.iter().filter(|mail| mail.recipients.iter().any(|to| to == email)).count()
}

/// Demands that two answers differ in nothing that anybody could learn from.
#[track_caller]
fn alike(one: &Reply, other: &Reply, what: &str) {
    assert_eq!((one.status, &one.bytes), (other.status, &other.bytes), "{what}: {} {}", one.body, other.body);
    let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{what}");
}

/// RFC 4648 base 32, as a person types it into an app.
pub fn seed(base32: &str) -> TotpSecret {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in base32.bytes().filter(|b| *b != b'=') {
        let place = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter);
        bits = bits << 5 | u32::try_from(place.expect("a letter of base 32")).expect("a small number");
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("a byte"));
        }
    }
    TotpSecret::from_bytes(&bytes).expect("a seed")
}

/// Sets up a second factor; the session counts as signed in with two from then on.
pub async fn enroll(w: &World, door: &Door, token: &str) {
    let begun = door.post(token, "/api/v1/auth/second-factor", &json!({ "password": PASSWORD })).await;
    let secret = seed(&text(&begun.succeeded("a secret").body, "secret"));
    let code = json!({ "code": secret.code(w.clock.system()) });
    assert_eq!(door.post(token, "/api/v1/auth/second-factor/confirm", &code).await.status, 204);
}

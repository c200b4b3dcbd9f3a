//! Who is let in, and how that ends: passwords, sessions, second factors, roles, links and API tokens, at the door.

mod links;
mod roles;
mod second_factor;
mod sessions;
mod sign_in;
mod tokens;

use chrono::TimeDelta;

use crate::support::{
    door::{Door, Reply},
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

//! The corpus of tokens that must be refused, each signed with the right key where that makes it more dangerous.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::*;

const KEY: &[u8] = b"Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L";
const OLD: &[u8] = b"wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G";
const HERE: &str = "https://anteroom.example";

fn now() -> DateTime<Utc> {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn tokens(current: &[u8], previous: Option<&[u8]>) -> AccessTokens {
    AccessTokens::new(TokenKeys::new(current, previous).unwrap(), HERE, TimeDelta::seconds(600))
}

fn header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt", "kid": Key::new(KEY).unwrap().id})
}

fn claims() -> Value {
    let iat = now().timestamp();
    json!({
        "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2),
        "iat": iat, "nbf": iat, "exp": iat + 600, "iss": HERE, "aud": HERE,
    })
}

/// Signs anything with the right key, as a forger could who found one: the checks must stand on their own.
fn forge(header: &Value, claims: &Value, key: &[u8]) -> String {
    let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).unwrap())).join(".");
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn an_issued_token_holds_exactly_its_claims_and_verifies() {
    let tokens = tokens(KEY, None);
    let (token, expires) = tokens.issue(Uuid::from_u128(1), Uuid::from_u128(2), now()).unwrap();
    assert_eq!(expires, now() + TimeDelta::seconds(600));
    let claims = tokens.verify(&token, now()).unwrap();
    assert_eq!((claims.sub, claims.sid), (Uuid::from_u128(1), Uuid::from_u128(2)));
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let mut names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "nbf", "sid", "sub"]);
}

#[test]
fn the_times_hold_to_the_second() {
    let tokens = tokens(KEY, None);
    let (token, expires) = tokens.issue(Uuid::from_u128(1), Uuid::from_u128(2), now()).unwrap();
    let verdict = |at| tokens.verify(&token, at).map(|_| ());
    assert_eq!(verdict(expires - TimeDelta::seconds(1)), Ok(()));
    assert_eq!(verdict(expires), Err(TokenRefusal::Expired));
    assert_eq!(verdict(now() - TimeDelta::seconds(ISSUE_SKEW_SECONDS)), Ok(()));
    assert_eq!(verdict(now() - TimeDelta::seconds(ISSUE_SKEW_SECONDS + 1)), Err(TokenRefusal::NotYet));
}

#[test]
fn forged_claims_are_refused_even_with_the_right_key() {
    let tokens = tokens(KEY, None);
    let at = now().timestamp();
    assert!(tokens.verify(&forge(&header(), &claims(), KEY), now()).is_ok(), "the forger's baseline must pass");
    let cases = [
        ("exp", json!((at + 600).to_string()), TokenRefusal::Invalid),
        ("exp", json!(600.5), TokenRefusal::Invalid),
        ("exp", json!(at), TokenRefusal::Invalid),
        ("exp", json!(null), TokenRefusal::Invalid),
        ("exp", json!(-1), TokenRefusal::Invalid),
        ("nbf", json!(at.to_string()), TokenRefusal::Invalid),
        ("nbf", json!(at + 1), TokenRefusal::Invalid),
        ("iat", json!(at.to_string()), TokenRefusal::Invalid),
        ("iss", json!("https://evil.example"), TokenRefusal::Invalid),
        ("iss", json!([HERE]), TokenRefusal::Invalid),
        ("aud", json!("https://evil.example"), TokenRefusal::Invalid),
        ("aud", json!([HERE, "https://evil.example"]), TokenRefusal::Invalid),
        ("sub", json!("somebody"), TokenRefusal::Invalid),
        ("sid", json!(7), TokenRefusal::Invalid),
    ];
    for (name, value, refusal) in cases {
        let token = forge(&header(), &with(claims(), name, value.clone()), KEY);
        assert_eq!(tokens.verify(&token, now()), Err(refusal), "{name} = {value}");
    }
    for name in ["sub", "sid", "iat", "nbf", "exp", "iss", "aud"] {
        let token = forge(&header(), &without(claims(), name), KEY);
        assert_eq!(tokens.verify(&token, now()), Err(TokenRefusal::Invalid), "without {name}");
    }
    let past = with(with(with(claims(), "iat", json!(at - 700)), "nbf", json!(at - 700)), "exp", json!(at - 100));
    assert_eq!(tokens.verify(&forge(&header(), &past, KEY), now()), Err(TokenRefusal::Expired));
    let future = with(with(claims(), "iat", json!(at + 60)), "nbf", json!(at + 60));
    assert_eq!(tokens.verify(&forge(&header(), &future, KEY), now()), Err(TokenRefusal::NotYet));
}

#[test]
fn a_role_smuggled_into_a_token_changes_nothing() {
    let plain = tokens(KEY, None).verify(&forge(&header(), &claims(), KEY), now()).unwrap();
    let bold = with(with(claims(), "role", json!("SA")), "roles", json!(["DA"]));
    assert_eq!(tokens(KEY, None).verify(&forge(&header(), &bold, KEY), now()), Ok(plain));
}

#[test]
fn forged_headers_are_refused_even_with_the_right_key() {
    let tokens = tokens(KEY, None);
    let jwk = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(KEY)});
    let cases = [
        (with(header(), "alg", json!("none")), TokenRefusal::Header),
        (with(header(), "alg", json!("None")), TokenRefusal::Header),
        (with(header(), "alg", json!("HS512")), TokenRefusal::Header),
        (with(header(), "alg", json!("RS256")), TokenRefusal::Header),
        (with(header(), "alg", json!(["HS256"])), TokenRefusal::Header),
        (with(header(), "typ", json!("JWT")), TokenRefusal::Header),
        (with(header(), "typ", json!("rt+jwt")), TokenRefusal::Header),
        (with(header(), "kid", json!("0011223344556677")), TokenRefusal::UnknownKey),
        (with(header(), "kid", json!("../../etc/passwd")), TokenRefusal::UnknownKey),
        (with(header(), "jwk", jwk), TokenRefusal::Header),
        (with(header(), "jku", json!("https://evil.example/keys")), TokenRefusal::Header),
        (with(header(), "x5u", json!("https://evil.example/cert")), TokenRefusal::Header),
        (with(header(), "crit", json!(["exp"])), TokenRefusal::Header),
        (without(header(), "kid"), TokenRefusal::Header),
        (without(header(), "typ"), TokenRefusal::Header),
        (without(header(), "alg"), TokenRefusal::Header),
    ];
    for (header, refusal) in cases {
        assert_eq!(tokens.verify(&forge(&header, &claims(), KEY), now()), Err(refusal), "{header}");
    }
}

#[test]
fn damaged_tokens_are_refused() {
    let tokens = tokens(KEY, None);
    let good = forge(&header(), &claims(), KEY);
    let (message, signature) = good.rsplit_once('.').unwrap();
    assert_eq!(tokens.verify(&format!("{message}."), now()), Err(TokenRefusal::Invalid), "empty signature");
    assert_eq!(tokens.verify(message, now()), Err(TokenRefusal::Malformed), "no signature");
    assert_eq!(tokens.verify(&format!("{good}."), now()), Err(TokenRefusal::Malformed));
    assert_eq!(tokens.verify(&format!("{good}={}", "A".repeat(2_048)), now()), Err(TokenRefusal::Malformed));
    for length in 0..good.len() {
        assert!(tokens.verify(&good[..length], now()).is_err(), "cut to {length}");
    }
    let foreign = forge(&header(), &claims(), OLD);
    assert_eq!(tokens.verify(&foreign, now()), Err(TokenRefusal::Invalid), "another key under our id");
    let other = with(claims(), "sub", json!(Uuid::from_u128(9)));
    let swapped = forge(&header(), &other, KEY);
    let (message, _) = swapped.rsplit_once('.').unwrap();
    assert_eq!(tokens.verify(&format!("{message}.{signature}"), now()), Err(TokenRefusal::Invalid));
}

#[test]
fn the_previous_key_verifies_during_a_rotation_and_not_after() {
    let (token, _) = tokens(OLD, None).issue(Uuid::from_u128(1), Uuid::from_u128(2), now()).unwrap();
    assert!(tokens(KEY, Some(OLD)).verify(&token, now()).is_ok());
    assert_eq!(tokens(KEY, None).verify(&token, now()), Err(TokenRefusal::UnknownKey));
    let (fresh, _) = tokens(KEY, Some(OLD)).issue(Uuid::from_u128(1), Uuid::from_u128(2), now()).unwrap();
    assert_eq!(tokens(OLD, None).verify(&fresh, now()), Err(TokenRefusal::UnknownKey));
}

#[test]
fn short_keys_are_refused_and_keys_do_not_print() {
    assert!(matches!(TokenKeys::new(&KEY[..31], None), Err(TokenError::ShortKey)));
    assert!(matches!(TokenKeys::new(KEY, Some(b"short")), Err(TokenError::ShortKey)));
    let printed = format!("{:?}", tokens(KEY, Some(OLD)));
    assert!(!printed.contains("Jt6gPq1s") && !printed.contains("74, 116"), "{printed}");
}

//! Sessions of browsers: who gets in, what a request must bear, and what ends everything.

use std::collections::BTreeMap;

use anteroom::web::pages::table;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::walk::filled;
use crate::support::{desk::Desk, people::PASSWORD, world::World};

const INES: &str = "ines.varga@larkspur.test";
const TOBIAS: &str = "tobias.renn@larkspur.test";

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

at_both_doors! {
    a_browser_signs_in_and_out
    signing_out_ends_every_session_and_token_and_no_api_token
    only_a_session_that_lives_signs_out
    a_session_ends_by_time
    the_cookie_opens_pages_alone_and_the_token_the_api
    what_changes_something_comes_from_a_page_of_the_session
    nobody_reads_a_page_without_a_session
    a_form_after_the_end_leads_back_to_a_page
    who_signs_out_after_the_end_is_signed_out
}

async fn a_browser_signs_in_and_out(world: World) {
    let mut desk = Desk::of(&world);
    let wrong =
        desk.sign_in("ines.varga@larkspur.test", "not the password of anybody", "").await.is(401, "a wrong password");
    assert_eq!(wrong.field("email"), "ines.varga@larkspur.test", "what was typed is kept");
    assert_eq!(wrong.field("password"), "", "and no password");
    assert!(desk.cookie.is_none());

    let page = desk.sign_in("ines.varga@larkspur.test", PASSWORD, "").await.is(303, "the right one");
    assert_eq!(page.header("location"), "/");
    let cookie = page.header("set-cookie");
    for part in ["__Host-session=anr_ss_", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let list = desk.get("/engagements?q=stage%3Aopen").await.is(200, "a list");
    let again = list.all("body", "data-session-sign-in");
    assert_eq!(again, ["/sign-in?next=/engagements%3Fq%3Dstage%253Aopen"], "who is signed out comes back");
    let home = desk.get("/").await.is(200, "the worklist");
    assert!(home.told(".ar-signed").contains("Larkspur Cognition"), "{}", home.told(".ar-signed"));
    let value = desk.cookie.as_deref().unwrap().trim_start_matches("__Host-session=").to_owned();
    assert!(!home.text.contains(&value), "the value stands nowhere else");

    let token = home.all(".ar-signed [name=csrf]", "value").remove(0);
    let out = desk.send("/sign-out", &[("csrf", &token)]).await.is(303, "signing out");
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert!(out.header("clear-site-data").contains("storage"));
    let said = Desk::of(&world).get(out.header("location")).await.is(200, "the sign-in").told(".usa-alert");
    for part in ["signed out everywhere", "API tokens"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let after = desk.get("/").await.is(303, "the old cookie is worth nothing");
    assert_eq!(after.header("location"), "/sign-in?next=/");
}

/// A program's own sign-in, as access and refresh token.
async fn program(desk: &Desk, who: &str) -> (String, String) {
    let body = json!({ "email": who, "password": PASSWORD }).to_string().into_bytes();
    let answer = desk.raw(Method::POST, "/api/v1/auth/token", JSON, body).await.is(200, "a program signs in");
    let tokens: Value = serde_json::from_str(&answer.text).expect("JSON");
    let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    (text("access_token"), text("refresh_token"))
}

/// What the API answers to whoever bears this token.
async fn answers(desk: &Desk, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    desk.raw(Method::GET, "/api/v1/me", &[("authorization", &bearer)], Vec::new()).await.status
}

/// What the API answers to a refresh token at this address.
async fn presented(desk: &Desk, path: &str, refresh: &str) -> u16 {
    let body = json!({ "refresh_token": refresh }).to_string().into_bytes();
    desk.raw(Method::POST, path, JSON, body).await.status
}

async fn sign_out(desk: &Desk) {
    let home = desk.get("/").await.is(200, "the worklist");
    let token = home.all(".ar-signed [name=csrf]", "value").remove(0);
    desk.send("/sign-out", &[("csrf", &token)]).await.is(303, "signing out");
}

/// The status of an asking about access with an API token: 401 is a token that is worth nothing.
async fn gateway(desk: &Desk, secret: &str) -> u16 {
    let bearer = format!("Bearer {secret}");
    let body = json!({ "grant": "GRA-2026-000000" }).to_string().into_bytes();
    let headers = [JSON, &[("authorization", bearer.as_str())]].concat();
    desk.raw(Method::POST, "/api/v1/access-check", &headers, body).await.status
}

async fn signing_out_ends_every_session_and_token_and_no_api_token(world: World) {
    const CARL: &str = "carl.dietz@fado.test";
    let api = Desk::of(&world);
    let (here, there) = (Desk::signed_in(&world, CARL).await, Desk::signed_in(&world, CARL).await);
    let (access, refresh) = program(&api, CARL).await;
    let (other, others) = (Desk::signed_in(&world, INES).await, program(&api, INES).await);
    there.get("/").await.is(200, "the other browser");
    assert_eq!(answers(&api, &access).await, 200);
    sign_out(&here).await;
    for desk in [&here, &there] {
        desk.get("/").await.is(303, "no browser is signed in");
    }
    assert_eq!(answers(&api, &access).await, 401, "nor a program");
    assert_eq!(presented(&api, "/api/v1/auth/refresh", &refresh).await, 401, "and no token follows");
    other.get("/").await.is(200, "nobody else is signed out");
    assert_eq!(answers(&api, &others.0).await, 200);

    // The API signs out alike, and what was made for a program stays.
    let desk = Desk::signed_in(&world, TOBIAS).await;
    let (first, second) = (program(&api, TOBIAS).await, program(&api, TOBIAS).await);
    let until = (world.clock.system() + TimeDelta::days(30)).to_rfc3339();
    let body = json!({ "name": "Gateway", "scopes": ["access-check"], "expires_at": until });
    let made = world.post(TOBIAS, "api-tokens", &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let secret = made.body["secret"].as_str().expect("a secret").to_owned();
    let before = gateway(&api, &secret).await;
    assert_ne!(before, 401);
    assert_eq!(presented(&api, "/api/v1/auth/revoke", &first.1).await, 204);
    desk.get("/").await.is(303, "the browser is out");
    for (access, refresh) in [&first, &second] {
        assert_eq!(answers(&api, access).await, 401);
        assert_eq!(presented(&api, "/api/v1/auth/refresh", refresh).await, 401);
    }
    assert_eq!(gateway(&api, &secret).await, before, "an API token is ended by being revoked");
}

/// An old cookie or token is in nobody's hands alone: it must not sign out whoever signed in since.
async fn only_a_session_that_lives_signs_out(world: World) {
    let api = Desk::of(&world);
    let (_, old) = program(&api, INES).await;
    let stale = Desk::signed_in(&world, INES).await;
    let cookie = stale.cookie.clone().expect("a cookie").trim_start_matches("__Host-session=").to_owned();
    sign_out(&stale).await;
    let (access, _) = program(&api, INES).await;
    assert_eq!(presented(&api, "/api/v1/auth/revoke", &old).await, 204);
    world.app.sign_out_browser(&cookie).await.expect("no error");
    assert_eq!(answers(&api, &access).await, 200, "the new session lives");
    world.clock.advance_system(TimeDelta::minutes(20)).unwrap();
    let (_, idle) = program(&api, INES).await;
    world.clock.advance_system(TimeDelta::minutes(31)).unwrap();
    let (access, _) = program(&api, INES).await;
    assert_eq!(presented(&api, "/api/v1/auth/revoke", &idle).await, 204);
    assert_eq!(answers(&api, &access).await, 200, "one that ended by time ends no other");
}

async fn a_session_ends_by_time(world: World) {
    let desk = Desk::signed_in(&world, "ines.varga@larkspur.test").await;
    world.clock.advance_system(TimeDelta::minutes(29)).unwrap();
    desk.get("/stay").await.is(204, "within the idle time");
    world.clock.advance_system(TimeDelta::minutes(29)).unwrap();
    desk.get("/").await.is(200, "what was asked for counts");
    world.clock.advance_system(TimeDelta::minutes(30)).unwrap();
    desk.get("/").await.is(303, "after the idle time");

    let desk = Desk::signed_in(&world, "ines.varga@larkspur.test").await;
    for _ in 0..24 {
        desk.get("/stay").await.is(204, "all day");
        world.clock.advance_system(TimeDelta::minutes(29)).unwrap();
    }
    desk.get("/stay").await.is(204, "into the evening");
    world.clock.advance_system(TimeDelta::minutes(23)).unwrap();
    desk.get("/").await.is(200, "a minute before twelve hours are over");
    world.clock.advance_system(TimeDelta::minutes(1)).unwrap();
    desk.get("/").await.is(303, "twelve hours after the sign-in");
}

/// What it is, the token, and what the browser says of where the form comes from.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

async fn what_changes_something_comes_from_a_page_of_the_session(world: World) {
    let (desk, other) = (
        Desk::signed_in(&world, "ines.varga@larkspur.test").await,
        Desk::signed_in(&world, "felix.stroud@quillstone.test").await,
    );
    let path = "/new/release";
    let own = desk.get(path).await.is(200, "the form").field("csrf");
    let foreign = other.get(path).await.is(200, "the form of another").field("csrf");
    let form = |token: &str| vec![("/name".to_owned(), "Heron-9".to_owned()), ("csrf".to_owned(), token.to_owned())];
    let same = [("sec-fetch-site", "same-origin")];
    let cases: &[Case<'_>] = &[
        ("no token", "", &same),
        ("another one's token", &foreign, &same),
        ("no token at all but text", "AAAA", &same),
        ("another site", &own, &[("sec-fetch-site", "cross-site")]),
        ("a sister site", &own, &[("sec-fetch-site", "same-site")]),
        ("another origin", &own, &[("origin", "https://evil.example")]),
        ("no origin", &own, &[]),
        ("a null origin", &own, &[("origin", "null")]),
    ];
    for (what, token, headers) in cases {
        let form = form(token);
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        desk.ask(Method::POST, path, headers, Some(&pairs)).await.is(403, what);
    }
    assert!(!desk.get("/releases").await.is(200, "the list").text.contains("Heron-9"), "nothing was registered");
    desk.send(path, &[("/name", "Heron-9"), ("csrf", &own)]).await.is(303, "with the token of its own page");
    assert!(desk.get("/releases").await.is(200, "the list").text.contains("Heron-9"));
}

async fn the_cookie_opens_pages_alone_and_the_token_the_api(world: World) {
    let mut desk = Desk::signed_in(&world, INES).await;
    let (access, _) = program(&desk, INES).await;
    let bearer = format!("Bearer {access}");
    desk.get("/").await.is(200, "the cookie opens pages");
    desk.get("/api/v1/me").await.is(401, "and not the API");
    let secret = desk.cookie.take().expect("a cookie").trim_start_matches("__Host-session=").to_owned();
    let stolen = format!("Bearer {secret}");
    let with = async |path: &str, value: &str| desk.raw(Method::GET, path, &[("authorization", value)], vec![]).await;
    with("/api/v1/me", &stolen).await.is(401, "nor as a token");
    with("/api/v1/me", &bearer).await.is(200, "the token opens the API");
    with("/", &bearer).await.is(303, "and no page");
}

/// What anybody may look at.
const OPEN: &[&str] = &[
    "/sign-in",
    "/theme",
    "/invitation",
    "/link",
    "/link/request",
    "/password",
    "/first-administrator",
    "/help",
    "/unsubscribe/{token}",
    "/permissions",
    "/workflow",
    "/workflow/{kind}",
    "/tour",
];

async fn nobody_reads_a_page_without_a_session(world: World) {
    let desk = Desk::of(&world);
    for route in table().iter().filter(|route| route.gets && !OPEN.contains(&route.path.as_str())) {
        let path = filled(&route.path);
        let page = desk.get(&path).await.is(303, &path);
        assert!(page.header("location").starts_with("/sign-in?next=/"), "{path}: {}", page.header("location"));
    }
    for route in table().iter().filter(|route| route.posts && !OPEN.contains(&route.path.as_str())) {
        let path = filled(&route.path);
        let page = desk.send(&path, &[("csrf", "x")]).await;
        assert!([303, 403].contains(&page.status), "{path}: {}", page.status);
        let to = page.header("location");
        assert!(
            page.status != 303 || to.starts_with("/sign-in?") || (path == "/sign-out" && to == "/sign-in"),
            "{path}"
        );
    }
}

async fn a_form_after_the_end_leads_back_to_a_page(world: World) {
    let (desk, signed) = (Desk::of(&world), Desk::signed_in(&world, "ines.varga@larkspur.test").await);
    let mut places = BTreeMap::new();
    for route in table().iter().filter(|route| route.posts && !OPEN.contains(&route.path.as_str())) {
        let path = filled(&route.path);
        let sent = desk.send(&path, &[("csrf", "x")]).await;
        if path == "/sign-out" || sent.status != 303 {
            assert!(path == "/sign-out" || sent.status == 403, "{path}: {}", sent.status);
            continue;
        }
        let page = desk.get(sent.header("location")).await.is(200, &path);
        let told = page.told(".usa-alert");
        assert!(told.contains("look whether it is recorded") && !told.contains("not recorded"), "{path}: {told}");
        places.insert(page.field("next"), (path, route.gets));
    }
    for (place, (path, gets)) in &places {
        assert_eq!(place == path, *gets, "{path}: {place}");
        let page = signed.get(place).await;
        // The names in the paths are those of nothing.
        assert!([200, 303, 403, 404].contains(&page.status), "{path} leads to {place}: {}", page.status);
    }
    for only_forms in ["/views", "/mail-problems", "/account", "/account/calendar", "/administration/working-days", "/"]
    {
        assert!(places.contains_key(only_forms), "{only_forms}: {:?}", places.keys());
    }
    world.stop().await;
}

async fn who_signs_out_after_the_end_is_signed_out(world: World) {
    let desk = Desk::signed_in(&world, "ines.varga@larkspur.test").await;
    let token = desk.get("/").await.is(200, "the worklist").all(".ar-signed [name=csrf]", "value").remove(0);
    world.clock.advance_system(TimeDelta::hours(13)).unwrap();
    let out = desk.send("/sign-out", &[("csrf", &token)]).await.is(303, "after the end");
    assert_eq!(out.header("location"), "/sign-in");
    assert!(out.header("set-cookie").contains("Max-Age=0") && out.header("clear-site-data").contains("storage"));
    let foreign = [("sec-fetch-site", "cross-site")];
    desk.ask(Method::POST, "/sign-out", &foreign, Some(&[("csrf", &token)])).await.is(403, "by another site");
    world.stop().await;
}

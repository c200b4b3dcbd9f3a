//! Sessions of browsers: who gets in, what a request must bear, and what ends everything.

use anteroom::web::pages::table;
use chrono::TimeDelta;
use reqwest::Method;

use super::walk::filled;
use crate::support::{desk::Desk, people::PASSWORD, world::World};

at_both_doors! {
    a_browser_signs_in_and_out
    a_session_ends_by_time
    the_cookie_opens_pages_alone_and_the_token_the_api
    what_changes_something_comes_from_a_page_of_the_session
    nobody_reads_a_page_without_a_session
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
    let after = desk.get("/").await.is(303, "the old cookie is worth nothing");
    assert_eq!(after.header("location"), "/sign-in?next=/");
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
    const INES: &str = "ines.varga@larkspur.test";
    let mut desk = Desk::signed_in(&world, INES).await;
    let body = serde_json::json!({ "email": INES, "password": PASSWORD }).to_string().into_bytes();
    let json = [("content-type", "application/json")];
    let answer = desk.raw(Method::POST, "/api/v1/auth/token", &json, body).await.is(200, "a program signs in");
    let tokens: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().expect("a token"));

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
        assert!(page.status != 303 || page.header("location").starts_with("/sign-in?"), "{path}");
    }
}

//! Errors at a browser: a page for each, with the ways of whoever is signed in, and JSON for programs as before.

use reqwest::Method;

use crate::support::{
    client,
    database::TestDatabase,
    desk::Desk,
    scene::{INES, START},
    world::World,
};

at_both_doors! {
    an_unknown_address_is_a_page
    an_error_keeps_the_ways_and_what_was_typed
    programs_are_answered_with_problems
    what_is_wrong_is_named_by_its_label
}

on_both! {
    what_is_shed_is_a_page
    what_takes_too_long_is_a_page
}

/// Addresses that nothing has.
const NOWHERE: [&str; 4] = ["/nonexistent", "/account/foo", "/new/foo", "/administration/foo/bar"];

async fn an_unknown_address_is_a_page(w: World) {
    let (nobody, ines) = (Desk::of(&w), Desk::signed_in(&w, INES).await);
    for path in NOWHERE {
        for desk in [&nobody, &ines] {
            let page = desk.get(path).await.is(404, path);
            assert!(page.header("content-type").starts_with("text/html"), "{path}: {}", page.header("content-type"));
            assert!(page.header("content-security-policy").contains("script-src 'self'"), "{path}");
            assert_eq!(page.told("h1"), "Not found", "{path}");
            assert!(page.told("main").contains("Nothing was changed"), "{path}: {}", page.told("main"));
        }
        assert!(nobody.get(path).await.told("nav").is_empty(), "{path}: nobody has ways");
        assert!(ines.get(path).await.told("nav").contains("Engagements"), "{path}: the ways stay");
    }
    w.stop().await;
}

/// Who is signed in is told so, and the page is none that would take drafts for sent.
async fn an_error_keeps_the_ways_and_what_was_typed(w: World) {
    let ines = Desk::signed_in(&w, INES).await;
    let form = ines.get("/new/release").await.is(200, "a form");
    assert_eq!(form.all("body[data-session-person]", "class").len(), 1, "drafts are kept for somebody");
    let huge = vec![b'a'; 1024 * 1024 + 1];
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let large = ines.raw(Method::POST, "/new/release", &headers, huge).await.is(413, "a body without measure");
    let forged = ines.send("/new/release", &[("/name", "Heron-9"), ("csrf", "x")]).await.is(403, "another's token");
    let method = ines.ask(Method::DELETE, "/engagements", &[], None).await.is(405, "no such act");
    for page in [large, forged, method] {
        let title = page.told("h1");
        assert!(page.told(".ar-signed").contains("Ines Varga"), "{title}: {}", page.told("header"));
        assert!(page.told("nav").contains("Worklist"), "{title}");
        assert_eq!(page.all("body[data-session-idle]", "class").len(), 1, "{title}: the session goes on");
        assert_eq!(page.all("body[data-session-person]", "class"), [] as [String; 0], "{title}: drafts wait on");
        assert_eq!(page.field("back"), "", "{title}: nothing of the form is said again");
        assert_eq!(page.all("footer [name=back]", "value"), ["/"], "{title}");
    }
    w.stop().await;
}

async fn programs_are_answered_with_problems(w: World) {
    let client = client().build().unwrap();
    for path in NOWHERE {
        let answer = client.get(format!("http://{}{path}", w.address)).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), kind.as_str()), (404, "application/problem+json"), "{path}");
    }
    let api = Desk::of(&w).get("/api/v1/nonexistent").await.is(404, "the API");
    assert_eq!(api.header("content-type"), "application/problem+json", "whatever it accepts");
    w.stop().await;
}

async fn what_is_wrong_is_named_by_its_label(w: World) {
    let ines = Desk::signed_in(&w, INES).await;
    let page = ines.get("/?next_steps=sign").await.is(400, "an unknown parameter");
    let told = page.told("main");
    assert!(told.contains("Next steps: "), "{told}");
    for word in ["/next_steps", "next_steps", "API description", "sender of the request"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    w.stop().await;
}

async fn what_is_shed_is_a_page(database: TestDatabase) {
    let w = World::bare(database, START, |settings| settings.server.max_requests = 0).await;
    let page = Desk::of(&w).get("/sign-in").await.is(503, "no request is let through");
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.text);
    assert_eq!((page.told("h1").as_str(), page.header("retry-after")), ("Busy", "1"));
    assert!(!page.told("main code").is_empty(), "the request has a number: {}", page.told("main"));
    w.stop().await;
}

async fn what_takes_too_long_is_a_page(database: TestDatabase) {
    let w = World::bare(database, START, |settings| settings.server.handler_timeout_s = 0).await;
    let mut desk = Desk::of(&w);
    // A sign-in waits for the database at least once.
    let page = desk.sign_in(INES, "a granite lantern 42", "").await.is(503, "there is no time");
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.text);
    assert_eq!(page.told("h1"), "Timed out");
    assert!(page.told("main").contains("whole or not at all"), "{}", page.told("main"));
    w.stop().await;
}

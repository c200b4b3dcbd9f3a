//! The printed rules: permissions, workflow, refusals.

use super::browser::Browser;
use crate::support::{door::Door, scene::DANA, world::World};

at_both_doors! {
    the_rules_are_printed_for_whoever_is_signed_in
    refusals_are_pages_for_people_and_json_for_programs
}

async fn the_rules_are_printed_for_whoever_is_signed_in(w: World) {
    let (nobody, dana) = (Browser::of(&w), Browser::signed_in(&w, DANA).await);
    for path in ["/permissions", "/workflow", "/workflow/engagement"] {
        assert_eq!(nobody.get(path).await.led(path), format!("/sign-in?next={path}"));
        dana.get(path).await.page(path);
    }
    let matrix = dana.get("/permissions").await.page("the matrix");
    for kind in ["engagement", "grant", "incident", "handoff", "administration"] {
        assert!(matrix.contains(&format!("<section class=\"ar-section\" id=\"{kind}\"")), "{kind}");
    }
    let workflow = dana.get("/workflow/engagement").await.page("the workflow");
    for said in ["Window open", "id=\"stage-closed\"", "What must hold", "program liaison"] {
        assert!(workflow.contains(said), "{said}");
    }
    assert_eq!(dana.get("/workflow/nothing").await.status, 404);
    w.stop().await;
}

async fn refusals_are_pages_for_people_and_json_for_programs(w: World) {
    let nobody = Browser::of(&w);
    let all = nobody.get("/problems").await.page("the catalogue");
    assert!(all.contains("href=\"/problems/unmet-facts\""), "{all}");
    let one = nobody.get("/problems/unmet-facts").await.page("one refusal");
    assert!(one.contains("What an answer may name"), "{one}");
    assert!(!one.contains("Sign out"), "nobody is signed in");
    let dana = Browser::signed_in(&w, DANA).await;
    assert!(dana.get("/problems").await.page("with the ways of the house").contains("Sign out"));
    assert_eq!(nobody.get("/problems/none").await.status, 404);
    let door = Door::of(&w);
    let json = door.ask(reqwest::Method::GET, "/problems/unmet-facts", None, &[], None).await.body;
    assert_eq!(json["name"], "unmet-facts");
    w.stop().await;
}

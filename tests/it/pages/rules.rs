//! The printed rules: permissions, workflow, refusals.

use anteroom::{domain::refusal::Unmet, web::problem::ProblemType};
use serde_json::json;

use super::browser::Browser;
use crate::support::{door::Door, scene::DANA, world::World};

at_both_doors! {
    the_rules_are_printed_for_whoever_asks
    refusals_are_pages_for_people_and_json_for_programs
}

async fn the_rules_are_printed_for_whoever_asks(w: World) {
    let (nobody, dana) = (Browser::of(&w), Browser::signed_in(&w, DANA).await);
    for path in ["/permissions", "/workflow", "/workflow/engagement"] {
        assert!(!nobody.get(path).await.page(path).contains("Sign out"), "{path}");
        assert!(dana.get(path).await.page(path).contains("Sign out"), "{path}");
    }
    let matrix = dana.get("/permissions").await.page("the matrix");
    for kind in ["engagement", "grant", "incident", "handoff", "administration"] {
        assert!(matrix.contains(&format!("<section class=\"ar-section\" id=\"{kind}\"")), "{kind}");
    }
    let workflow = dana.get("/workflow/engagement").await.page("the workflow");
    for said in ["Window open", "id=\"stage-closed\"", "What must hold", "program liaison"] {
        assert!(workflow.contains(said), "{said}");
    }
    let drawing = workflow.find("role=\"img\"").expect("a drawing");
    assert!(drawing < workflow.find("id=\"stage-closed\"").unwrap(), "the table stands under it");
    for said in ["Begins with Draft. Ends with Closed.", "Draft to Proposed: propose", "tabindex=\"0\""] {
        assert!(workflow.contains(said), "{said}");
    }
    assert_eq!(dana.get("/workflow/nothing").await.status, 404);
    w.stop().await;
}

async fn refusals_are_pages_for_people_and_json_for_programs(w: World) {
    let (nobody, door) = (Browser::of(&w), Door::of(&w));
    let entry = async |name: &str| {
        let path = format!("/problems/{name}");
        door.ask(reqwest::Method::GET, &path, None, &[], None).await.succeeded(name).body
    };
    let all = nobody.get("/problems").await.page("the catalogue");
    for kind in ProblemType::ALL {
        let name = kind.name();
        assert!(all.contains(&format!("href=\"/problems/{name}\"")), "{name}");
        let said = entry(name).await;
        assert_eq!((&said["name"], &said["status"]), (&json!(name), &json!(kind.status())));
        assert!(said["meaning"].as_str().unwrap().len() > 10 && said["cleared_by"].as_str().unwrap().len() > 4);
        assert!(nobody.get(&format!("/problems/{name}")).await.page(name).contains(kind.title()), "{name}");
    }
    let facts = entry("unmet-facts").await["names"].clone();
    assert_eq!(facts.as_array().unwrap().len(), Unmet::ENTRIES.len());
    let first = json!({ "name": "subject_not_covered", "meaning": "No condition in force covers this subject.",
        "cleared_by": "DL, PL" });
    assert_eq!(facts[0], first);
    let reasons = entry("invalid-field").await["names"].to_string();
    assert!(reasons.contains("end_before_start") && reasons.contains("The end is not later than the start."));
    let one = nobody.get("/problems/unmet-facts").await.page("one refusal");
    assert!(one.contains("A legal hold is in force (invariant 25)."), "{one}");
    assert!(!one.contains("Sign out"), "nobody is signed in");
    let dana = Browser::signed_in(&w, DANA).await;
    assert!(dana.get("/problems").await.page("with the ways of the house").contains("Sign out"));
    assert_eq!(nobody.get("/problems/nonsense").await.status, 404);
    w.stop().await;
}

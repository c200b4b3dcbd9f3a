//! The printed rules: permissions, workflow, refusals.

use anteroom::{domain::refusal::Unmet, web::problem::ProblemType};
use serde_json::json;

use super::browser::Browser;
use crate::support::{
    desk::Desk,
    door::Door,
    scene::{DANA, INES},
    world::World,
};

at_both_doors! {
    the_rules_are_printed_for_whoever_asks
    refusals_are_pages_for_people_and_json_for_programs
    a_version_is_compared_with_the_one_before_it_and_values_stay_as_they_are
}

async fn a_version_is_compared_with_the_one_before_it_and_values_stay_as_they_are(world: World) {
    let desk = Desk::signed_in(&world, INES).await;
    let list = desk.get("/administration/framework").await.is(200, "the versions");
    assert!(list.told("main").contains("What v1.1 says differently from v1.0"), "{}", list.told("main"));
    assert!(!list.text.contains("v1.0/differences"), "nothing stands before the first");
    let path = "/administration/framework/v1.1/differences";
    let (plain, named) =
        (desk.get(path).await.is(200, path), desk.get(&format!("{path}?from=v1.0")).await.is(200, path));
    let told = plain.told("main table");
    assert_eq!(told, named.told("main table"), "the one before it is the default");
    let said = ["What v1.1 says differently from v1.0", "In v1.0", "Jul 6, 2026", "Oct 1, 2026", "10 wd", "5 wd"];
    for said in said.into_iter().chain(["title: Hospital or health system", "sectors: Yes"]) {
        assert!(told.contains(said), "{said}: {told}");
    }
    for wrong in ["v1 0", "2026 07 06", "true"] {
        assert!(!told.contains(wrong), "{wrong}: {told}");
    }
    let same = desk.get("/administration/framework/v1.1/differences?from=v1.1").await.is(200, "the same version");
    assert!(same.told("main").contains("The two say the same."));
    let found = world.record(INES, "frameworks/v1.1/differences").await;
    assert!(found.as_array().is_some_and(|found| found.len() > 3), "by the API as well: {found}");
    world.stop().await;
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

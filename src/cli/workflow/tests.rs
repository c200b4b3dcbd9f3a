//! The page of the documentation is what the tables say now, and each form shows what it is for.

use std::path::Path;

use super::render;
use crate::{
    authz::{Chapter, Engine},
    domain::id::Kind,
};

fn chapters() -> Vec<Chapter> {
    let engine = Engine::new().expect("policies");
    Kind::ALL.into_iter().map(|kind| Chapter::of(&engine, kind)).collect()
}

#[test]
fn the_page_of_the_workflow_is_the_one_checked_in() {
    let printed = render::page(&chapters());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/workflow.md");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &printed).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let first = kept.lines().zip(printed.lines()).find(|(kept, printed)| kept != printed);
    assert!(kept == printed, "docs/workflow.md is not what the tables say: {first:?}");
}

/// Actors come from the policies: those of the rules, section 3.2, for some rows.
#[test]
fn rows_name_the_actors_that_the_policies_allow() {
    let chapters = chapters();
    let actors = |kind: &str, trigger: &str| {
        let chapter = chapters.iter().find(|chapter| chapter.kind == kind).expect("a kind");
        let line = chapter.transitions.iter().find(|line| line.trigger == trigger).expect("a row");
        line.actors.clone()
    };
    assert_eq!(actors("engagement", "propose"), "DA");
    assert_eq!(actors("engagement", "suspend-window"), "DL, DA, PL, IR");
    assert_eq!(actors("engagement", "by time"), "-");
    assert_eq!(actors("grant", "approve"), "DA");
    let reached =
        chapters.iter().flat_map(|chapter| &chapter.transitions).filter(|line| line.actors.contains("nobody"));
    assert_eq!(reached.map(|line| &line.trigger).collect::<Vec<_>>(), Vec::<&String>::new(), "rows out of reach");
}

#[test]
fn diagrams_show_every_change_of_stage() {
    let chapters = chapters();
    let mermaid = render::diagrams(&chapters);
    let engagement =
        ["[*] --> draft: draft (E1)", "draft --> proposed: propose (E2)", "conditions --> ready: by time (E6)"];
    for line in engagement.into_iter().chain(["superseded --> [*]", "expired --> [*]"]) {
        assert!(mermaid.lines().any(|shown| shown.trim() == line), "{line}");
    }
    assert!(!mermaid.contains("claim"), "what changes no stage is left out");
    let dot = render::dot(&chapters);
    assert!(dot.contains("\"engagement.draft\" -> \"engagement.proposed\" [label=\"propose (E2)\"];"), "{dot}");
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    let table = render::tables(&chapters);
    assert!(table.lines().any(|line| line.starts_with("E4") && line.contains("sameness-settled")), "{table}");
}

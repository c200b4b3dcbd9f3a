//! The architecture as tests: which room may name which, what a file may hold, what the repository may say and what it
//! may depend on. Each rule is a function from files to offenders, held against the repository in one test and shown
//! able to fail, on samples made for it, in `tidy/samples.rs`.

#![expect(clippy::expect_used, clippy::panic, reason = "a rule stops where the repository cannot be read")]

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/samples.rs"]
mod samples;
#[path = "tidy/scan.rs"]
mod scan;

use scan::Source;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// Directories that are not the repository: version control, products of a build, data of a running service, and what
/// others wrote.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "data", "assets/vendor"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file of the repository.
fn repository() -> Vec<Source> {
    let ours = |entry: &DirEntry| !NOT_OURS.iter().any(|path| entry.path() == root().join(path));
    WalkDir::new(root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(ours)
        .map(|entry| entry.expect("the repository is readable"))
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(root()).expect("below the root").display().to_string();
            let text = String::from_utf8(std::fs::read(entry.path()).expect("a file is readable")).ok()?;
            Some(Source { path, text })
        })
        .collect()
}

/// The Rust files below a directory; a directory without any would make its rules hold for nothing.
fn rust(directory: &str) -> Vec<Source> {
    let found: Vec<Source> = repository()
        .into_iter()
        .filter(|file| file.path.starts_with(directory) && Path::new(&file.path).extension().is_some_and(|e| e == "rs"))
        .collect();
    assert!(!found.is_empty(), "no Rust file below {directory}");
    found
}

/// The text of one file of the repository.
fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn hold(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}\n{} offender(s):\n  {}", offenders.len(), offenders.join("\n  "));
}

#[test]
fn rooms_name_only_the_rooms_that_their_arrows_reach() {
    hold("A room names only the rooms that its arrows in tests/tidy/arrows.rs reach.", &arrows::rooms(&rust("src/")));
}

#[test]
fn each_library_is_named_only_in_its_room() {
    hold("A library belongs to a room, so that it can be replaced there.", &arrows::libraries(&rust("src/")));
}

#[test]
fn the_domain_names_no_library_beyond_its_vocabulary_and_touches_nothing_outside() {
    let dependencies = dependencies::names(&text("Cargo.toml"));
    hold("domain/ is pure: no input, no output, no new library.", &arrows::purity(&rust("src/"), &dependencies));
}

#[test]
fn entities_hold_columns_and_relations_only() {
    hold("An entity describes a table; behavior lives in storage/.", &files::entities(&rust("entity/src/")));
}

#[test]
fn migrations_and_entities_depend_on_nothing_of_ours() {
    let mut offenders = arrows::independent(&rust("migration/src/"));
    offenders.extend(arrows::independent(&rust("entity/src/")));
    for manifest in ["migration/Cargo.toml", "entity/Cargo.toml"] {
        offenders.extend(dependencies::own_crates(manifest, &text(manifest)));
    }
    hold("A migration must mean the same for ever: it names no entity and nothing of the service.", &offenders);
}

#[test]
fn files_stay_short() {
    let mut sources = rust("src/");
    for directory in ["assets/src/", "entity/src/", "migration/src/"] {
        sources.extend(rust(directory));
    }
    hold("A file has at most 400 lines: divide it by what it is about.", &files::length(&sources));
}

#[test]
fn every_file_says_why_it_exists() {
    let sources: Vec<Source> =
        ["src/", "assets/src/", "entity/src/", "migration/src/", "tests/"].into_iter().flat_map(rust).collect();
    hold("A Rust file begins with `//!` and says why it exists.", &files::heads(&sources));
}

#[test]
fn classes_of_the_design_system_stand_in_the_partials_alone() {
    let templates = repository().into_iter().filter(|file| file.path.starts_with("templates/"));
    let sources: Vec<Source> = templates.chain(rust("src/")).collect();
    hold("A page is composed of partials, which alone name classes of the design system.", &files::classes(&sources));
}

#[test]
fn crates_forbid_unsafe_code() {
    let sources: Vec<Source> =
        ["src/", "assets/src/", "entity/src/", "migration/src/"].into_iter().flat_map(rust).collect();
    hold("A crate root carries #![forbid(unsafe_code)].", &files::unsafe_code(&sources));
}

#[test]
fn nothing_is_left_for_later() {
    hold("What is not done is not in the repository.", &files::unfinished(&repository()));
}

#[test]
fn the_repository_names_no_place_of_its_making() {
    hold(
        "The repository speaks of the product alone: no path of a machine, no registry.",
        &files::places(&repository()),
    );
}

#[test]
fn links_of_the_documents_resolve() {
    let exists = |path: &str| root().join(path).exists();
    hold("A link in a document leads to a file of the repository.", &files::links(&repository(), exists));
}

#[test]
fn dependencies_keep_their_floors_and_their_source() {
    let rules = dependencies::rules(&text("deny.toml"));
    hold("Cargo.lock keeps to deny.toml and to the Rust registry.", &dependencies::lock(&text("Cargo.lock"), &rules));
}

#[test]
fn the_bans_of_deny_toml_are_at_least_these() {
    hold("deny.toml may grow, not shrink.", &dependencies::least(&dependencies::rules(&text("deny.toml"))));
}

#[test]
fn every_numbered_rule_has_its_test_and_a_change_that_it_catches() {
    hold(
        "tests/rules/rules.toml names each rule once, with a test that names the rule and a change that applies.",
        &rules::table(&text(rules::TABLE), &repository()),
    );
}

//! The addresses of pages are kept, so that a new one shows in review and the browser tests know what to open.

use std::{collections::BTreeSet, fs, path::Path};

use anteroom::web::pages::table;

#[test]
fn every_address_is_one_that_people_know() {
    let methods = |gets, posts| match (gets, posts) {
        (true, true) => "GET POST",
        (true, false) => "GET",
        (false, _) => "POST",
    };
    let found: BTreeSet<String> =
        table().iter().map(|route| format!("{} {}", route.path, methods(route.gets, route.posts))).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/pages.txt");
    let printed = found.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == printed, "tests/snapshots/pages.txt is not what the table says: UPDATE_SNAPSHOTS=1 prints it anew");
}

//! Shows that each rule can fail, and that it does not fail on what is right: a checker that finds nothing anywhere
//! would look like a tidy house.

use super::scan::Source;
use super::{arrows, dependencies, files, rules};
use std::collections::BTreeSet;

/// Runs a rule over one sample and compares whether it is found offending.
fn check(rule: impl Fn(&[Source]) -> Vec<String>, cases: &[(&str, &str, bool)]) {
    for (path, text, offends) in cases {
        let found = rule(&[Source::sample(path, text)]);
        assert_eq!(!found.is_empty(), *offends, "{path}: {text:?} gave {found:?}");
    }
}

#[test]
fn arrows_between_rooms() {
    check(
        arrows::rooms,
        &[
            ("src/domain/notice.rs", "use crate::storage::Store;", true),
            ("src/domain/notice.rs", "use crate::{domain::time::Instant, app::App};", true),
            ("src/domain/notice.rs", "fn f() { crate::web::problem::of(1) }", true),
            ("src/domain/notice.rs", "use super::super::clock::Clock;", true),
            ("src/domain/notice.rs", "use crate::authz::decide;", true),
            ("src/domain/notice.rs", "use crate::authz;", true),
            ("src/domain/notice.rs", "use crate::config::{\n    self,\n};", true),
            ("src/domain/notice.rs", "fn f() -> <X as crate::app::T>::O {}", true),
            ("src/domain/notice.rs", "use crate::authz::permit::Permit;", false),
            ("src/domain/notice.rs", "use super::time::Instant;\nuse self::inner::X;", false),
            ("src/domain/notice.rs", "//! See [`crate::app::App`].\n// crate::app::x\n/* crate::web::y */", false),
            (
                "src/domain/notice.rs",
                "const A: &str = \"crate::app::x\"; const B: &str = r#\"\"crate::app::x\"#;",
                false,
            ),
            ("src/domain/notice.rs", "const Q: char = '\"'; use crate::app::App; const R: char = '\"';", true),
            ("src/domain/notice.rs", "fn f<'a>(x: &'a str) { crate::app::g(x) }", true),
            ("src/domain/notice.rs", "#[cfg(test)]\nmod tests {\n    use crate::app::App;\n}\n", false),
            ("src/domain/notice.rs", "#[cfg(test)]\nmod tests;\nuse crate::app::App;\n", true),
            ("src/domain/grant/tests.rs", "use crate::app::App;", false),
            ("src/authz/permit.rs", "use crate::domain::account::Role;", false),
            ("src/authz/permit.rs", "use crate::storage::Store;", true),
            ("src/authz/scope.rs", "use crate::domain::account::Role;", false),
            ("src/authz/mod.rs", "use crate::storage::Store;", true),
            ("src/storage/inquiry.rs", "use crate::authz::{Scope, decide};", true),
            ("src/storage/inquiry.rs", "use crate::{authz::Scope, config::database::Settings};", false),
            ("src/storage/inquiry.rs", "use crate::app::App;", true),
            ("src/app/mod.rs", "use crate::web::routes;", true),
            ("src/app/mod.rs", "use crate::{auth, authz, clock::Clock, domain, ledger, mail, storage};", false),
            ("src/web/api/inquiry.rs", "use crate::storage::Store;", true),
            ("src/web/api/inquiry.rs", "use crate::worker::wake;", true),
            ("src/web/api/inquiry.rs", "use crate::app::App;\nuse super::super::routes;", false),
            ("src/worker/mod.rs", "use crate::mail::Message;", true),
            ("src/mail/message.rs", "use crate::app::App;", true),
            ("src/clock.rs", "use crate::config::Settings;", true),
            ("src/telemetry.rs", "use crate::config::Settings;", false),
            ("src/telemetry.rs", "use crate::clock::Clock;", true),
            ("src/clock.rs", "use crate::domain::time::Instant;", false),
            ("src/helpers.rs", "", true),
            ("src/helpers/mod.rs", "", true),
            ("src/lib.rs", "pub mod helpers;", false),
        ],
    );
}

#[test]
fn libraries_in_their_rooms() {
    check(
        arrows::libraries,
        &[
            ("src/app/inquiry.rs", "use sea_orm::DatabaseConnection;", true),
            ("src/app/inquiry.rs", "fn f(db: &sea_orm::DatabaseConnection) {}", true),
            ("src/app/inquiry.rs", "use ::anteroom_entity::event;", true),
            ("src/app/inquiry.rs", "use {std::fmt, axum::Json};", true),
            ("src/app/inquiry.rs", "use lettre;", true),
            ("src/app/inquiry.rs", "use tokio::sync::Semaphore;", false),
            ("src/storage/inquiry.rs", "use sea_orm::{DatabaseConnection, EntityTrait};", false),
            ("src/domain/inquiry/mod.rs", "use tokio::time::sleep;", true),
            ("src/ledger/chain.rs", "use tokio::fs;", true),
            ("src/web/api/mod.rs", "use cedar_policy::Authorizer;", true),
            ("src/web/api/mod.rs", "use axum::{Json, Router};", false),
        ],
    );
}

#[test]
fn purity_of_the_domain() {
    let dependencies: BTreeSet<String> = ["bytes", "chrono", "tower"].map(str::to_owned).into();
    check(
        |sources| arrows::purity(sources, &dependencies),
        &[
            ("src/domain/time.rs", "use bytes::Bytes;", true),
            ("src/domain/time.rs", "#[derive(tower::Service)] struct X;", true),
            ("src/domain/time.rs", "fn f() { std::fs::read(\"x\"); }", true),
            ("src/domain/time.rs", "fn f() { std::time::SystemTime::now() }", true),
            ("src/domain/time.rs", "fn f() { chrono::Utc::now() }", true),
            ("src/domain/time.rs", "async fn f() {}", true),
            ("src/domain/time.rs", "use chrono::{DateTime, Utc};\nuse std::{fmt, collections::BTreeMap};", false),
            ("src/app/mod.rs", "use bytes::Bytes;", false),
        ],
    );
}

#[test]
fn crates_beside_the_service() {
    check(
        arrows::independent,
        &[
            ("migration/src/m1.rs", "use anteroom_entity::event::Entity;", true),
            ("migration/src/m1.rs", "use anteroom::domain::time;", true),
            ("migration/src/m1.rs", "use sea_orm_migration::prelude::*;", false),
        ],
    );
    let manifest = |name: &str| format!("[dependencies]\n{name} = {{ path = \"x\" }}\n");
    assert_eq!(dependencies::own_crates("m", &manifest("anteroom-entity")), ["m depends on anteroom_entity"]);
    assert!(dependencies::own_crates("m", &manifest("async-trait")).is_empty());
}

#[test]
fn entities() {
    let plain = "pub struct Model { pub id: i64 }\nimpl ActiveModelBehavior for ActiveModel {}\n\
                 impl Related<super::event::Entity> for Entity { fn to() -> RelationDef { Relation::Event.def() } }";
    check(
        files::entities,
        &[
            ("entity/src/event.rs", plain, false),
            ("entity/src/event.rs", "impl Model { }", true),
            ("entity/src/event.rs", "fn is_open() -> bool { true }", true),
            ("entity/src/event.rs", "impl ActiveModelBehavior for ActiveModel { async fn before_save() {} }", true),
        ],
    );
}

#[test]
fn length_and_heads() {
    let lines = |count: usize| "fn f() {}\n".repeat(count);
    let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", lines(390), lines(300));
    check(
        files::length,
        &[
            ("src/app/mod.rs", &lines(400), false),
            ("src/app/mod.rs", &lines(401), true),
            ("src/app/mod.rs", &tested, false),
            ("src/app/tests.rs", &lines(800), false),
            ("src/app/tests.rs", &lines(801), true),
        ],
    );
    check(
        files::heads,
        &[
            ("src/app/mod.rs", "//! Use cases, one function each.\n", false),
            ("src/app/mod.rs", "#![forbid(unsafe_code)]\n//! Use cases, one function each.\n", false),
            ("src/app/mod.rs", "use std::fmt;\n//! Use cases, one function each.\n", true),
            ("src/app/mod.rs", "//!\nfn f() {}\n", true),
            ("src/app/mod.rs", "// Use cases, one function each.\n", true),
            ("src/app/mod.rs", "", true),
        ],
    );
}

#[test]
fn classes_of_the_design_system() {
    check(
        files::classes,
        &[
            ("templates/pages/act.html", "<a class=\"usa-link\" href=\"/\">Home</a>", true),
            ("templates/pages/act.html", "<p class=\"ar-lead\">", false),
            ("templates/partials/alert.html", "<div class=\"usa-alert\">", false),
            ("src/web/pages/sheet.rs", "\"usa-button\"", true),
            ("src/web/pages/ui/alert.rs", "\"usa-alert--info\"", false),
        ],
    );
}

#[test]
fn prohibition_of_unsafe_code() {
    check(
        files::unsafe_code,
        &[
            ("src/lib.rs", "//! Map.\n#![forbid(unsafe_code)]\n", false),
            ("src/lib.rs", "//! Map.\n// #![forbid(unsafe_code)]\n", true),
            ("src/main.rs", "fn main() {}", true),
            ("src/app/mod.rs", "fn f() {}", false),
        ],
    );
}

#[test]
fn unfinished_work_and_places() {
    let (later, repair) = (concat!("// TO", "DO: more"), concat!("FIX", "ME"));
    check(
        files::unfinished,
        &[("README.md", later, true), ("a.html", repair, true), ("a.rs", "todos, todo!()", false)],
    );
    let cases: &[(&str, &str, bool)] = &[
        ("a.rs", concat!("open(\"/wo", "rk/main\")"), true),
        ("Makefile", concat!("cd /ro", "ot/x"), true),
        ("a.md", concat!("see (/ho", "me/me/x)"), true),
        ("a.md", concat!("https://static.crates", ".io/x"), true),
        ("Cargo.lock", concat!("https://static.crates", ".io/x"), false),
        ("a.html", concat!("<a href=\"{{ base }}/wo", "rk/list\">"), false),
        ("a.html", "/worklist /homepage /rooted", false),
    ];
    check(files::places, cases);
}

#[test]
fn links_of_documents() {
    let exists = |path: &str| ["docs/glossary.md", "README.md"].contains(&path);
    check(
        |sources| files::links(sources, exists),
        &[
            ("docs/adr/0001.md", "[terms](../glossary.md#cap) and [x](https://example.org) and [y](#here)", false),
            ("docs/adr/0001.md", "[terms](glossary.md)", true),
            ("docs/glossary.md", "[home](../README.md \"title\")", false),
            ("docs/glossary.md", "[out](../../README.md)", true),
            ("docs/glossary.md", "[root](/README.md)", true),
            ("docs/glossary.md", "[ref]: gone.md", true),
            ("docs/glossary.md", "`[code](gone.md)`\n```\n[fence](gone.md)\n```\n[ok](./glossary.md)", false),
            ("docs/glossary.md", "```\nx\n```\n[after](gone.md)", true),
            ("src/a.rs", "[x](gone.md)", false),
        ],
    );
}

#[test]
fn floors_and_sources() {
    let registry = concat!("source = \"registry+https://github.com/rust-lang/crates", ".io-index\"\nchecksum = \"00\"");
    let bans = dependencies::rules(
        "[bans]\ndeny = [{ crate = \"lettre:<0.11.22\" }, { crate = \"jsonwebtoken:<10.3\" }, { crate = \"openssl\" }]",
    );
    let cases = [
        ("lettre", "0.11.21", registry, true),
        ("lettre", "0.11.22", registry, false),
        ("lettre", "0.12.0", registry, false),
        ("jsonwebtoken", "9.3.1", registry, true),
        ("jsonwebtoken", "10.3.0", registry, false),
        ("openssl", "0.10.70", registry, true),
        ("serde", "1.0.0", registry, false),
        ("serde", "1.0.0", "source = \"git+https://example.org/serde\"", true),
        ("serde", "1.0.0", "source = \"registry+https://example.org/index\"\nchecksum = \"00\"", true),
        ("serde", "1.0.0", "", true),
        ("anteroom", "0.1.0", "", false),
    ];
    for (name, version, source, offends) in cases {
        let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}\n");
        let found = dependencies::lock(&lock, &bans);
        assert_eq!(!found.is_empty(), offends, "{name} {version} {source}: {found:?}");
    }
}

#[test]
fn bans_that_must_stay() {
    let missing = |text: &str| dependencies::least(&dependencies::rules(text)).len();
    let ban = |names: &[&str]| {
        let list: Vec<String> = names.iter().map(|name| format!("{{ crate = \"{name}\" }}")).collect();
        format!("[bans]\ndeny = [{}]", list.join(", "))
    };
    let tls = ["openssl", "openssl-sys", "native-tls"];
    assert_eq!(missing(&ban(&[&tls[..], &["lettre:<0.11.22", "jsonwebtoken:<10.3"]].concat())), 0);
    assert_eq!(missing(&ban(&[&tls[..], &["lettre:<0.11.9", "jsonwebtoken:<10.4"]].concat())), 1);
    assert_eq!(missing(&ban(&["openssl:<0.10", "openssl-sys"])), 4);
    assert_eq!(missing(""), 5);
}

/// One row for every rule, all of the same form.
fn rows() -> Vec<String> {
    let row = |rule: &String| {
        let name = rule.replace(' ', "_").to_lowercase();
        format!(
            "[[rules]]\nrule = '{rule}'\nsays = 'It holds.'\ntest = 'room::tests::{name}'\nbinary = 'lib'\n\
             mutation = {{ file = 'src/room.rs', find = 'a < b', replace = 'a > b' }}\n"
        )
    };
    rules::names().iter().map(row).collect()
}

/// The file that the rows speak of; the tests stand at its end.
fn room() -> Source {
    let test = |rule: &String| {
        let name = rule.replace(' ', "_").to_lowercase();
        format!("/// {rule}: it holds.\n#[test]\nfn {name}() {{}}\n")
    };
    let tests: String = rules::names().iter().map(test).collect();
    Source::sample("src/room.rs", &format!("fn f() {{ a < b }}\nmod tests {{\n{tests}}}\n"))
}

#[test]
fn the_table_of_rules() {
    assert_eq!(rules::names().len(), 28 + 24 + 20);
    let whole = rows().concat();
    assert_eq!(rules::table(&whole, &[room()]), Vec::<String>::new());
    for index in 0..rows().len() {
        let mut rows = rows();
        rows.remove(index);
        assert_eq!(rules::table(&rows.concat(), &[room()]).len(), 1, "without row {index}");
    }
    let twice = [rows(), rows()[4..5].to_vec()].concat().concat();
    assert_eq!(rules::table(&twice, &[room()]), ["invariant 5: 2 rows"]);
    assert_eq!(rules::table("rules = 1", &[room()]).len(), 1);
    // Each change of the first row is found once.
    let faults = [
        ("rule = 'invariant 1'", "rule = 'invariant 29'", 3),
        ("says = 'It holds.'", "says = 'It holds'", 1),
        ("room::tests::invariant_1'", "room::tests::invariant_2'", 1),
        ("room::tests::invariant_1'", "room::tests::another'", 1),
        ("room::tests::invariant_1'", "other::tests::invariant_1'", 1),
        ("binary = 'lib'", "binary = 'tidy'", 1),
        ("'src/room.rs'", "'src/other.rs'", 1),
        ("find = 'a < b'", "find = 'a <= b'", 1),
        ("find = 'a < b'", "find = 'it holds'", 1),
        ("find = 'a < b'", "find = ''", 1),
        ("replace = 'a > b'", "replace = 'a < b'", 1),
    ];
    for (from, to, expected) in faults {
        assert!(whole.contains(from), "{from}");
        let found = rules::table(&whole.replacen(from, to, 1), &[room()]);
        assert_eq!(found.len(), expected, "{to}: {found:?}");
    }
}

#[test]
fn a_test_that_names_its_rule() {
    let rows = rows().concat();
    let cases = [
        ("/// Invariant 12: it holds.", "/// Invariants 3, 4 and 12, in every case.", 0),
        ("/// Invariant 12: it holds.", "/// Invariants 3, 4 and 112.", 1),
        ("/// Invariant 12: it holds.", "/// Twelve.", 1),
        ("/// D5: it holds.", "/// The clock D5, once.", 0),
        ("/// D5: it holds.", "/// The clock D55, once.", 1),
        ("/// N7: it holds.\n#[test]", "/// N7: it holds.", 1),
        ("/// N7: it holds.", "/// N7: it holds.\n#[ignore = \"slow\"]", 1),
    ];
    for (from, to, expected) in cases {
        // The comment alone shall name it.
        let from = from.replace("Invariant", "invariant");
        let text = room().text.replace(&from, to).replace("fn invariant_12", "fn twelve").replace("fn d5", "fn five");
        let table = rows.replace("::invariant_12'", "::twelve'").replace("::d5'", "::five'");
        let found = rules::table(&table, &[Source::sample("src/room.rs", &text)]);
        assert_eq!(found.len(), expected, "{to}: {found:?}");
    }
}

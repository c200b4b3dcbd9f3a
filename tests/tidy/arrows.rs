//! Which room may name which room, and which room owns which library.

use super::scan::Source;
use std::collections::BTreeSet;

/// Rooms that name no other room, and that every room with a way to the outside may name.
const LEAVES: &[&str] = &["clock", "config", "ids", "telemetry"];

/// Instants are the words all rooms share; this part of the domain holds no rule.
const VOCABULARY: &str = "domain::time";

/// A room, the rooms that it may name beside itself, and whether it may name the leaves. The longest entry that
/// matches a file's module counts, so that a part of a room can be held to less than the room.
const ROOMS: &[(&str, &[&str], bool)] = &[
    ("domain", &["authz::permit"], false),
    ("authz", &["domain"], false),
    ("authz::permit", &["domain"], false),
    ("ledger", &[], false),
    ("auth", &[], true),
    ("mail", &["domain"], true),
    ("storage", &["domain", "authz::scope", "authz::Scope", "authz::Alternative", "ledger"], true),
    ("app", &["domain", "authz", "storage", "mail", "auth", "ledger"], true),
    ("web", &["app", "domain", "authz"], true),
    ("worker", &["app", "domain"], true),
    ("cli", &["app", "domain", "authz", "web", "worker"], true),
    ("clock", &[], false),
    ("config", &[], false),
    ("ids", &[], false),
    ("telemetry", &["config"], false),
];

/// A library and the only rooms that may name it.
const OWNERS: &[(&str, &[&str])] = &[
    ("anteroom_entity", &["storage"]),
    ("anteroom_migration", &["storage"]),
    ("argon2", &["auth"]),
    ("askama", &["web", "mail"]),
    ("axum", &["web"]),
    ("cedar_policy", &["authz"]),
    ("clap", &["cli"]),
    ("figment", &["config"]),
    ("flate2", &["app"]),
    ("getrandom", &["ids", "auth"]),
    ("hyper", &["web"]),
    ("hyper_util", &["web"]),
    ("icalendar", &["mail"]),
    ("jsonwebtoken", &["auth"]),
    ("lettre", &["mail"]),
    ("mail_parser", &["mail"]),
    ("object_store", &["storage"]),
    ("qrcode", &["web"]),
    ("rpassword", &["cli"]),
    ("sea_orm", &["storage"]),
    ("sea_orm_migration", &["storage"]),
    ("similar", &["app"]),
    ("tempfile", &["app"]),
    ("tokio", &["app", "auth", "cli", "mail", "storage", "web", "worker"]),
    ("totp_rs", &["auth"]),
    ("tower", &["web"]),
    ("tower_http", &["web"]),
    ("tracing_subscriber", &["config", "telemetry"]),
    ("utoipa_swagger_ui", &["web"]),
    ("zip", &["app"]),
];

/// The libraries that rules may be written with: values, dates, digests, errors, the text that rules are read from, and the
/// description of commands, which stands beside their fields so that it cannot drift from them.
const DOMAIN_LIBRARIES: &[&str] = &[
    "chrono",
    "chrono_tz",
    "hmac",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "thiserror",
    "toml",
    "utoipa",
    "uuid",
];

/// Parts of the standard library through which the outside comes in.
const OUTSIDE: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];

fn is_below(path: &[String], entry: &str) -> bool {
    let mut parts = path.iter();
    entry.split("::").all(|part| parts.next().is_some_and(|own| own == part))
}

fn room_of(module: &[String]) -> Option<&'static (&'static str, &'static [&'static str], bool)> {
    ROOMS.iter().filter(|(room, ..)| is_below(module, room)).max_by_key(|(room, ..)| room.len())
}

fn production(sources: &[Source]) -> impl Iterator<Item = &Source> {
    sources.iter().filter(|source| !source.is_test() && !source.module().is_empty())
}

/// Offenders against the arrows between the rooms, and files that stand in no room at all.
pub fn rooms(sources: &[Source]) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in production(sources) {
        let module = source.module();
        let Some((room, reach, leaves)) = room_of(&module) else {
            offenders.push(format!("{} stands in no room of the table", source.path));
            continue;
        };
        for (line, path) in source.paths() {
            let Some(("crate", target)) = path.split_first().map(|(first, rest)| (first.as_str(), rest)) else {
                continue;
            };
            let allowed = target.is_empty()
                || is_below(target, room)
                || is_below(target, VOCABULARY)
                || reach.iter().any(|entry| is_below(target, entry))
                || (*leaves && LEAVES.iter().any(|leaf| is_below(target, leaf)));
            if !allowed {
                offenders.push(format!("{}:{line}: {room} names crate::{}", source.path, target.join("::")));
            }
        }
    }
    offenders
}

/// Offenders that name a library outside the rooms that own it.
pub fn libraries(sources: &[Source]) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in production(sources) {
        let module = source.module();
        for (line, path) in source.paths() {
            let Some((library, owners)) = OWNERS.iter().find(|(library, _)| path[0] == *library) else { continue };
            if !owners.iter().any(|owner| is_below(&module, owner)) {
                let owners = owners.join(", ");
                offenders.push(format!("{}:{line}: {library} belongs to {owners}", source.path));
            }
        }
    }
    offenders
}

/// Offenders in `domain/` that name one of the package's `dependencies` beyond the domain's vocabulary, a door of the
/// standard library to the outside, or a clock.
pub fn purity(sources: &[Source], dependencies: &BTreeSet<String>) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in production(sources).filter(|source| is_below(&source.module(), "domain")) {
        for (line, path) in source.paths() {
            let library = dependencies.contains(&path[0]) && !DOMAIN_LIBRARIES.contains(&path[0].as_str());
            let outside = path[0] == "std" && path.get(1).is_some_and(|part| OUTSIDE.contains(&part.as_str()));
            let clock = path.iter().any(|part| part == "SystemTime") || path.ends_with(&["now".to_owned()]);
            if library || outside || clock {
                offenders.push(format!("{}:{line}: {}", source.path, path.join("::")));
            }
        }
        for token in source.tokens().iter().filter(|token| ["async", "await"].contains(&token.text.as_str())) {
            offenders.push(format!("{}:{}: {}", source.path, token.line, token.text));
        }
    }
    offenders
}

/// Offenders in a crate of its own that name the service, the entities or the migrations.
pub fn independent(sources: &[Source]) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in sources {
        for (line, path) in source.paths() {
            if path[0] == "anteroom" || path[0].starts_with("anteroom_") {
                offenders.push(format!("{}:{line}: {}", source.path, path.join("::")));
            }
        }
    }
    offenders
}

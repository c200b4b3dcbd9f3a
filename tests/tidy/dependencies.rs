//! What the product may depend on: `deny.toml` and `Cargo.lock` read without a tool, so that the floors hold on a
//! machine that has only Rust.

use std::collections::BTreeSet;
use toml::{Table, Value};

/// The only place that packages come from.
const REGISTRY: &str = concat!("registry+https://github.com/rust-lang/crates", ".io-index");

/// A ban of `deny.toml`: a package, in every version or in those below a floor.
#[derive(Debug, PartialEq, Eq)]
pub struct Ban {
    /// The package.
    pub name: String,
    /// The first version that is allowed; none when no version is.
    pub floor: Option<Version>,
}

/// Major, minor, patch.
pub type Version = (u64, u64, u64);

fn parse(text: &str) -> Table {
    toml::from_str(text).unwrap_or_else(|error| panic!("not TOML: {error}"))
}

fn field<'a>(table: &'a Value, name: &str) -> Option<&'a str> {
    table.get(name).and_then(Value::as_str)
}

/// Reads `10.3` and `0.11.22-rc.1+build` alike; what is missing is zero.
pub fn version(text: &str) -> Version {
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let mut parts = numbers.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// The names under which a manifest's `[dependencies]` are written in code.
pub fn names(manifest: &str) -> BTreeSet<String> {
    let manifest = parse(manifest);
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    dependencies.into_iter().flatten().map(|(name, _)| name.replace('-', "_")).collect()
}

/// Offenders in a manifest that depends on a crate of this workspace.
pub fn own_crates(path: &str, manifest: &str) -> Vec<String> {
    let own = |name: &String| name == "anteroom" || name.starts_with("anteroom_");
    names(manifest).into_iter().filter(own).map(|name| format!("{path} depends on {name}")).collect()
}

/// The bans that `deny.toml` states, each as `crate = "name"` or `crate = "name:<floor"`.
pub fn rules(deny: &str) -> Vec<Ban> {
    let deny = parse(deny);
    let bans = deny.get("bans").and_then(|bans| bans.get("deny")).and_then(Value::as_array);
    let read = |ban: &Value| {
        let spec = field(ban, "crate").unwrap_or_else(|| panic!("a ban without a crate: {ban}"));
        let (name, floor) = spec.split_once(":<").map_or((spec, None), |(name, floor)| (name, Some(version(floor))));
        Ban { name: name.to_owned(), floor }
    };
    bans.into_iter().flatten().map(read).collect()
}

/// Bans that must not be dropped from `deny.toml`, or be made weaker.
pub fn least(bans: &[Ban]) -> Vec<String> {
    let wanted = [
        ("jsonwebtoken", Some((10, 3, 0))),
        ("lettre", Some((0, 11, 22))),
        ("openssl", None),
        ("openssl-sys", None),
        ("native-tls", None),
    ];
    let holds = |name: &str, least: Option<Version>| {
        bans.iter().any(|ban| ban.name == name && (ban.floor.is_none() || (least.is_some() && ban.floor >= least)))
    };
    let weak = wanted.into_iter().filter(|(name, least)| !holds(name, *least));
    weak.map(|(name, least)| format!("{name}, floor {least:?}")).collect()
}

/// Offenders in `Cargo.lock`: banned packages, and packages that do not come, with a checksum, from the registry.
pub fn lock(lock: &str, bans: &[Ban]) -> Vec<String> {
    let lock = parse(lock);
    let packages = lock.get("package").and_then(Value::as_array).expect("Cargo.lock lists packages");
    let mut offenders = Vec::new();
    for package in packages {
        let (name, written) = (field(package, "name").unwrap_or(""), field(package, "version").unwrap_or(""));
        let banned = |ban: &&Ban| ban.name == name && ban.floor.is_none_or(|floor| version(written) < floor);
        if bans.iter().find(banned).is_some() {
            offenders.push(format!("{name} {written} is banned"));
        }
        let own = ["anteroom", "anteroom-assets", "anteroom-entity", "anteroom-migration"].contains(&name);
        let source = field(package, "source");
        if !own && (source != Some(REGISTRY) || field(package, "checksum").is_none()) {
            offenders.push(format!("{name} {written} comes from {}", source.unwrap_or("a path")));
        }
    }
    offenders
}

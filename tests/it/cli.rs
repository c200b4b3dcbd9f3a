//! The command line, by the real binary: what it prints, what it refuses, and the exit codes that scripts rely on.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::binary::{Answer, Running, command, run, run_with};

const PASSWORD: &str = "slow granite lantern 41\n";

/// A directory with a configuration that can be used, named by `--config`.
fn place() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let configuration = "
[server]
listen = \"127.0.0.1:0\"
[database]
url = \"sqlite://anteroom.db\"
[auth]
token_key = \"Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L\"
seal_key = \"wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G\"
";
    std::fs::write(directory.path().join("anteroom.toml"), configuration).unwrap();
    directory
}

/// A directory with a migrated database.
fn migrated() -> TempDir {
    let place = place();
    let answer = asked(place.path(), &["migrate", "up"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    place
}

fn asked(directory: &Path, arguments: &[&str]) -> Answer {
    asked_with(directory, arguments, "")
}

fn asked_with(directory: &Path, arguments: &[&str], input: &str) -> Answer {
    let all: Vec<&str> = ["--config", "anteroom.toml", "--json"].iter().chain(arguments).copied().collect();
    run_with(directory, &all, input)
}

/// Makes an account of this organization with the one password, and these arguments besides.
fn created(directory: &Path, email: &str, organization: &str, more: &[&str], password: &str) -> Answer {
    let arguments = [
        "account",
        "create",
        "--email",
        email,
        "--name",
        "Ines Varga",
        "--organization",
        organization,
        "--password-stdin",
    ];
    let all: Vec<&str> = arguments.iter().chain(more).copied().collect();
    asked_with(directory, &all, password)
}

#[test]
fn every_command_has_help_with_examples_first() {
    let directory = tempfile::tempdir().unwrap();
    let commands = [
        "",
        "serve",
        "demo",
        "worker",
        "migrate",
        "seed",
        "account",
        "first-administrator",
        "config",
        "routes",
        "verify",
        "claim",
    ];
    for command in commands {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|part| !part.is_empty()).collect();
        let answer = run(directory.path(), &arguments);
        assert_eq!(answer.code, Some(0), "{command}");
        let (examples, usage) = (answer.out.find("Examples:"), answer.out.find("Usage:"));
        assert!(examples.is_some() && examples < usage, "{command}: {}", answer.out);
        assert!(answer.out.contains(&format!("  anteroom {command}")), "{command}: {}", answer.out);
    }
}

#[test]
fn what_cannot_be_understood_is_a_usage_error() {
    let directory = tempfile::tempdir().unwrap();
    let cases: &[&[&str]] = &[
        &[],
        &["serve", "--colour"],
        &["acount", "list"],
        &["acc", "list"],
        &["demo", "--listen", "nowhere"],
        &["account", "create", "--email", "a@b.test"],
        &["account", "create", "--email", "a@b.test", "--name", "A", "--organization", "B", "--role", "XX"],
    ];
    for arguments in cases {
        let answer = run(directory.path(), arguments);
        assert_eq!(answer.code, Some(2), "{arguments:?}: {}", answer.err);
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_configuration_is_checked_and_shown_without_secrets() {
    let place = place();
    let good = asked(place.path(), &["config", "check"]);
    assert_eq!((good.code, good.json()), (Some(0), json!({ "problems": [] })));

    let shown = asked(place.path(), &["config", "show"]);
    assert_eq!(shown.code, Some(0));
    assert!(!shown.out.contains("Jt6gPq1s") && !shown.out.contains("wq3f0Yp8"), "{}", shown.out);
    let shown = shown.json();
    let of = |key: &str| shown.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone();
    assert_eq!(of("auth.token_key")["value"], "[redacted]");
    assert_eq!(of("server.listen")["value"], "127.0.0.1:0");
    assert_eq!(of("worker.period_s")["origin"], "default");

    let cases = [
        ("[auth]\ntoken_key = \"short\"\n", "auth.token_key"),
        ("[server]\npublic_url = \"http://example.com\"\n", "server.public_url"),
        ("[server]\nlisen = \"127.0.0.1:0\"\n", "lisen"),
        ("[server\n", "line 1"),
    ];
    for (text, named) in cases {
        std::fs::write(place.path().join("bad.toml"), text).unwrap();
        let answer = run(place.path(), &["--config", "bad.toml", "config", "check"]);
        assert_eq!(answer.code, Some(6), "{text}: {}", answer.err);
        assert!(format!("{}{}", answer.out, answer.err).contains(named), "{text}: {} {}", answer.out, answer.err);
        let refused = run(place.path(), &["--config", "bad.toml", "verify"]);
        assert_eq!(refused.code, Some(1), "{text}: {}", refused.err);
        assert_eq!(refused.err.lines().count(), 1, "one clear line: {}", refused.err);
    }
    let absent = run(place.path(), &["--config", "absent.toml", "config", "check"]);
    assert_eq!(absent.code, Some(1));
    assert!(absent.err.contains("absent.toml"), "{}", absent.err);
}

#[test]
fn the_schema_is_made_shown_and_taken_back_and_nothing_runs_on_an_old_one() {
    let place = place();
    for arguments in [["verify"].as_slice(), &["account", "list"], &["serve"], &["migrate", "status"]] {
        let answer = asked(place.path(), arguments);
        assert_eq!(answer.code, Some(1), "a mistyped path must not become a database: {}", answer.err);
        assert!(!place.path().join("anteroom.db").exists());
    }
    let applied = asked(place.path(), &["migrate", "up"]).json();
    assert!(applied.as_array().unwrap().iter().all(|one| one["applied"] == true) && applied[0]["name"].is_string());
    assert_eq!(asked(place.path(), &["migrate", "up"]).json(), applied, "once more changes nothing");

    let refused = asked(place.path(), &["migrate", "down"]);
    assert_eq!(refused.code, Some(2), "without a terminal nobody can be asked");
    assert_eq!(asked(place.path(), &["migrate", "status"]).json(), applied);

    let down = asked(place.path(), &["migrate", "down", "--yes"]);
    assert_eq!(down.code, Some(0), "{}", down.err);
    assert_eq!(down.json().as_array().unwrap().last().unwrap()["applied"], false);
    for arguments in [["verify"].as_slice(), &["account", "list"], &["serve"], &["worker", "--once"], &["seed"]] {
        let answer = asked(place.path(), arguments);
        assert_eq!(answer.code, Some(4), "{arguments:?}: {}", answer.err);
        assert!(answer.error()["message"].as_str().unwrap().contains("migrate up"), "{}", answer.err);
    }
}

#[test]
fn accounts_are_made_listed_disabled_and_enabled() {
    let place = migrated();
    let at = place.path();
    let nobody = asked(at, &["account", "list"]);
    assert_eq!((nobody.code, nobody.json()), (Some(0), json!([])));

    let missing = created(at, "ines@larkspur.test", "Larkspur", &[], PASSWORD);
    assert_eq!((missing.code, missing.error()["kind"].clone()), (Some(3), json!("not_found")));
    let host = created(at, "pl@office.test", "Office", &["--side", "government", "--role", "PL"], PASSWORD);
    assert_eq!(host.code, Some(0), "{}", host.err);

    for (weak, why) in [("short\n", "15 characters"), ("password1234567\n", "common"), ("larkspurlarkspur1\n", "names")]
    {
        let answer = created(at, "ines@larkspur.test", "Larkspur", &["--side", "developer"], weak);
        assert_eq!(answer.code, Some(2), "{weak}: {}", answer.err);
        let error = answer.error();
        assert!(error["message"].as_str().unwrap().starts_with("password: "), "{error}");
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
        assert!(!answer.err.contains(weak.trim()), "the password itself is not shown");
    }
    let made = created(at, "Ines@Larkspur.test", "larkspur", &["--role", "dl"], PASSWORD);
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert_eq!(made.json()["account"]["email"], "ines@larkspur.test");
    assert_eq!(made.json()["invitation"], Value::Null);
    assert_eq!(created(at, "ines@larkspur.test", "Larkspur", &[], PASSWORD).code, Some(2), "the address is taken");
    let side = created(at, "x@larkspur.test", "Larkspur", &["--side", "partner"], PASSWORD);
    assert_eq!(side.code, Some(4), "an organization has one side: {}", side.err);
    assert_eq!(created(at, "x@larkspur.test", "Larkspur", &["--role", "PL"], PASSWORD).code, Some(2), "another side's");

    let invited = asked(
        at,
        &["account", "create", "--email", "t@larkspur.test", "--name", "Tobias Renn", "--organization", "Larkspur"],
    );
    assert!(invited.json()["invitation"]["link"].as_str().unwrap().contains("/password#"), "{}", invited.out);

    assert_eq!(asked(at, &["account", "disable", "nobody@larkspur.test"]).code, Some(3));
    let disabled = asked(at, &["account", "disable", "ines@larkspur.test"]);
    assert_eq!((disabled.code, &disabled.json()["active"]), (Some(0), &json!(false)));
    let enabled = asked(at, &["account", "enable", "ines@larkspur.test"]);
    assert_eq!((enabled.code, &enabled.json()["active"]), (Some(0), &json!(true)));
    let listed = asked(at, &["account", "list"]).json();
    let emails: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["ines@larkspur.test", "pl@office.test", "t@larkspur.test"]);
    let text = run(at, &["--config", "anteroom.toml", "account", "list"]);
    assert!(text.out.starts_with("ADDRESS ") && text.out.contains("DL"), "{}", text.out);
    assert!(asked(at, &["account", "password-link", "ines@larkspur.test"]).json()["link"].is_string());
}

#[test]
fn the_first_administrator_is_made_once() {
    let place = migrated();
    let at = place.path();
    let link = asked(at, &["first-administrator", "link"]);
    assert!(link.json()["link"].as_str().unwrap().contains("/first-administrator#"), "{}", link.err);
    let create = [
        "first-administrator",
        "create",
        "--organization",
        "Office",
        "--name",
        "Nia Holt",
        "--email",
        "nia@office.test",
    ];
    let unasked = asked(at, &create);
    assert_eq!(unasked.code, Some(2), "without a terminal the password must come from somewhere: {}", unasked.err);
    let create: Vec<&str> = create.iter().chain(&["--password-stdin"]).copied().collect();
    assert_eq!(asked_with(at, &create, "short\n").code, Some(2));
    let made = asked_with(at, &create, PASSWORD);
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert_eq!(made.json()["roles"][0]["role"], "SA");
    assert_eq!(asked_with(at, &create, PASSWORD).code, Some(4));
    assert_eq!(asked(at, &["first-administrator", "link"]).code, Some(4));
}

#[test]
fn a_story_is_told_to_an_empty_database_only_and_verifies() {
    let place = migrated();
    let at = place.path();
    let seeded = asked(at, &["seed"]);
    assert_eq!(seeded.code, Some(0), "{}", seeded.err);
    let seeded = seeded.json();
    assert!(seeded["loaded"]["acts"].as_u64().unwrap() > 500, "{seeded}");
    assert!(seeded["password"].as_str().unwrap().len() >= 15, "{seeded}");
    let again = asked(at, &["seed"]);
    assert_eq!((again.code, again.error()["kind"].clone()), (Some(4), json!("conflict")));
    assert_eq!(asked(at, &["first-administrator", "link"]).code, Some(4), "the story has its administrator");

    let verified = asked(at, &["verify"]);
    assert_eq!(verified.code, Some(0), "{} {}", verified.out, verified.err);
    assert_eq!(verified.json()["differences"], json!([]));
    assert!(verified.json()["checked"]["records"].as_u64().unwrap() > 100, "{}", verified.out);
}

#[test]
fn routes_are_those_of_the_router() {
    let directory = tempfile::tempdir().unwrap();
    let answer = run(directory.path(), &["routes", "--json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let listed = answer.json();
    let table = anteroom::web::routes::table();
    assert_eq!(listed.as_array().unwrap().len(), table.len());
    for (shown, route) in listed.as_array().unwrap().iter().zip(&table) {
        assert_eq!(
            (shown["path"].as_str(), shown["method"].as_str()),
            (Some(&*route.doc.path), Some(route.doc.method_name()))
        );
    }
    let text = run(directory.path(), &["routes"]).out;
    assert!(text.starts_with("METHOD  PATH") && text.contains("/api/v1/access-check"), "{text}");
}

#[test]
fn the_service_starts_prints_the_link_and_stops_when_told() {
    let place = place();
    let mut command = command(place.path(), &["--config", "anteroom.toml", "serve", "--migrate", "--no-worker"]);
    command.env("ANTEROOM__TELEMETRY__FORMAT", "json").stderr(std::fs::File::create(place.path().join("err")).unwrap());
    let mut service = Running::start(command);
    let log = |line: String| serde_json::from_str::<Value>(&line).unwrap();
    while log(service.line())["message"] != "listening" {}
    let printed = std::fs::read_to_string(place.path().join("err")).unwrap();
    assert!(printed.contains("/first-administrator#"), "{printed}");
    assert_eq!(service.terminate(), Some(0));
}

#[test]
fn the_worker_does_one_round_on_request() {
    let place = migrated();
    let answer = asked(place.path(), &["worker", "--once"]);
    assert_eq!((answer.code, answer.json()), (Some(0), json!({ "timed": 0, "mails": 0, "forgotten": 0 })));
}

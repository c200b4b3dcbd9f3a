//! The layers and their order, every refusal, and that nothing secret is ever shown.

use std::io::Write;

use super::*;

const TOKEN: &str = "Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L";
const SEAL: &str = "wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G";

/// Reads the default, `file` and `environment` over one another.
fn read(file: Option<&str>, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let written = file.map(|text| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    });
    let path = written.as_ref().map(tempfile::NamedTempFile::path);
    Settings::read_from(path, environment.iter().map(|(name, value)| (name.into(), value.into())))
}

/// The problems of a configuration that has nothing wrong but `environment`.
fn problems(environment: &[(&str, &str)]) -> Vec<String> {
    let keys = [("ANTEROOM__AUTH__TOKEN_KEY", TOKEN), ("ANTEROOM__AUTH__SEAL_KEY", SEAL)];
    let environment: Vec<_> = keys.into_iter().chain(environment.iter().copied()).collect();
    read(None, &environment).unwrap().check().iter().map(Problem::to_string).collect()
}

fn shown(settings: &Settings, key: &str) -> (String, String) {
    let found = settings.show().into_iter().find(|effective| effective.key == key);
    found.map(|effective| (effective.value, effective.origin)).unwrap()
}

#[cfg(unix)]
fn secret_file(text: &str, mode: u32) -> tempfile::NamedTempFile {
    use std::os::unix::fs::PermissionsExt;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).unwrap();
    file
}

#[test]
fn the_default_lacks_nothing_but_the_two_keys() {
    let problems = read(None, &[]).unwrap().check();
    let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["auth.token_key", "auth.seal_key"]);
}

#[test]
fn the_deployment_is_one_of_two_kinds() {
    let of = |value| read(None, &[("ANTEROOM__PROGRAM__DEPLOYMENT", value)]).map(|found| found.program.deployment);
    assert_eq!(read(None, &[]).unwrap().program.deployment, Deployment::ProgramOffice);
    assert_eq!(of("single_developer").unwrap(), Deployment::SingleDeveloper);
    assert!(matches!(of("somebody"), Err(ConfigError::Value(_))));
    for (key, value) in [("INVITATION_DAYS", "15"), ("EXTERNAL_LINK_HOURS", "73"), ("INVITATIONS_PER_HOUR", "0")] {
        let found = problems(&[(&format!("ANTEROOM__AUTH__{key}"), value)]);
        assert!(found.len() == 1 && found[0].contains(&key.to_ascii_lowercase()), "{found:?}");
    }
}

#[test]
fn the_default_holds_the_promised_bounds() {
    let settings = read(None, &[]).unwrap();
    let server = &settings.server;
    assert_eq!((server.body_limit_bytes, server.header_timeout_s, server.drain_s), (262_144, 5, 20));
    assert_eq!((server.body_timeout_s, server.content_timeout_s, server.handler_timeout_s), (10, 30, 30));
    let auth = &settings.auth;
    assert_eq!((auth.access_token_seconds, auth.session_idle_minutes, auth.session_absolute_hours), (600, 30, 12));
    assert_eq!((auth.password_memory_kib, auth.password_passes, auth.password_lanes), (19_456, 2, 1));
    assert!(auth.password_workers() >= 1);
    assert_eq!(settings.worker.lease_s, 60);
    assert_eq!(settings.program.zone, chrono_tz::America::New_York);
    assert_eq!(settings.database.acquire_timeout_s, 2);
}

#[test]
fn the_file_is_laid_over_the_default_and_the_environment_over_both() {
    let file = "[server]\ndrain_s = 7\nbody_timeout_s = 8\n";
    let environment = [("ANTEROOM__SERVER__BODY_TIMEOUT_S", "9"), ("ANTEROOM__SITE__TITLE", ""), ("PATH", "/bin")];
    let settings = read(Some(file), &environment).unwrap();
    assert_eq!((settings.server.header_timeout_s, settings.server.drain_s), (5, 7));
    assert_eq!(settings.server.body_timeout_s, 9);
    assert_eq!(settings.site.title, "Anteroom", "an empty variable counts as unset");
    assert_eq!(shown(&settings, "server.header_timeout_s"), ("5".into(), "default".into()));
    assert!(shown(&settings, "server.drain_s").1.starts_with("file /"));
    assert_eq!(shown(&settings, "server.body_timeout_s").1, "environment ANTEROOM__SERVER__BODY_TIMEOUT_S");
    assert_eq!(shown(&settings, "mail.username"), ("(unset)".into(), "-".into()));
}

#[test]
fn values_of_the_environment_take_the_type_that_is_wanted() {
    let environment = [
        ("ANTEROOM__SERVER__LISTEN", "[::1]:8443"),
        ("ANTEROOM__MAIL__PASSWORD", "007"),
        ("ANTEROOM__MAIL__TLS", "implicit"),
        ("ANTEROOM__PROGRAM__ZONE", "Europe/Berlin"),
        ("ANTEROOM__SITE__TITLE", "42"),
    ];
    let settings = read(None, &environment).unwrap();
    assert_eq!(settings.server.listen.port(), 8_443);
    assert_eq!(settings.mail.password.as_ref().map(Secret::expose), Some("007"));
    assert_eq!(settings.mail.tls, MailTls::Implicit);
    assert_eq!(settings.program.zone, chrono_tz::Europe::Berlin);
    assert_eq!(settings.site.title, "42");
}

#[test]
fn what_cannot_be_understood_is_refused_with_its_key() {
    let files = [
        ("[server]\ndrain = 7\n", "drain"),
        ("[sever]\ndrain_s = 7\n", "sever"),
        ("drain_s = 7\n", "drain_s"),
        ("[server]\ndrain_s = \"soon\"\n", "server.drain_s"),
        ("[server]\nlisten = \"everywhere\"\n", "server.listen"),
        ("[mail]\ntransport = \"pigeon\"\n", "mail.transport"),
        ("[program]\nzone = \"Mars/Olympus\"\n", "program.zone"),
    ];
    for (file, key) in files {
        let error = read(Some(file), &[]).unwrap_err();
        assert!(matches!(&error, ConfigError::Value(text) if text.contains(key)), "{file}: {error}");
    }
    let error = read(None, &[("ANTEROOM__AUTH__TOKN_KEY", "canary-value")]).unwrap_err().to_string();
    assert!(error.contains("tokn_key") && !error.contains("canary-value"), "{error}");
    assert!(read(None, &[("ANTEROOM__SERVER__LISTEN__PORT", "1")]).is_err());
    let missing = Settings::read_from(Some(Path::new("/nonexistent.toml")), std::iter::empty());
    assert!(matches!(missing, Err(ConfigError::Read { .. })));
}

#[test]
fn a_broken_line_is_named_but_not_quoted() {
    let error = read(Some("[auth]\n\ntoken_key = \"canary-value\n"), &[]).unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { line: 3, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary-value"), "{error:?}");
}

#[test]
fn each_unusable_value_is_a_problem_of_its_key() {
    let cases = [
        ("ANTEROOM__AUTH__TOKEN_KEY", "short-Key-1234", "auth.token_key is shorter than 32 bytes"),
        ("ANTEROOM__AUTH__TOKEN_KEY", "ChangeMe-ChangeMe-ChangeMe-0123-xyz", "auth.token_key looks like an example"),
        ("ANTEROOM__AUTH__SEAL_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "auth.seal_key looks like an example"),
        ("ANTEROOM__AUTH__SEAL_KEY", TOKEN, "auth.seal_key is the same as auth.token_key"),
        ("ANTEROOM__AUTH__PREVIOUS_TOKEN_KEY", TOKEN, "auth.previous_token_key is the same as auth.token_key"),
        ("ANTEROOM__AUTH__ACCESS_TOKEN_SECONDS", "901", "auth.access_token_seconds is 901; it must be 60 to 900"),
        ("ANTEROOM__AUTH__SESSION_IDLE_MINUTES", "61", "auth.session_idle_minutes"),
        ("ANTEROOM__AUTH__SESSION_ABSOLUTE_HOURS", "25", "auth.session_absolute_hours"),
        ("ANTEROOM__AUTH__PASSWORD_MEMORY_KIB", "8192", "auth.password_memory_kib"),
        ("ANTEROOM__AUTH__PASSWORD_PASSES", "1", "auth.password_passes"),
        ("ANTEROOM__SERVER__PUBLIC_URL", "anteroom.example", "server.public_url must be"),
        ("ANTEROOM__SERVER__PUBLIC_URL", "https://anteroom.example/", "server.public_url must be"),
        ("ANTEROOM__SERVER__PUBLIC_URL", "https://me@anteroom.example", "server.public_url must be"),
        ("ANTEROOM__SERVER__PUBLIC_URL", "http://anteroom.example", "server.public_url must be https"),
        ("ANTEROOM__SERVER__BODY_LIMIT_BYTES", "0", "server.body_limit_bytes"),
        ("ANTEROOM__SERVER__MAX_REQUESTS", "5000", "server.max_requests"),
        ("ANTEROOM__DATABASE__URL", "mysql://here", "database.url must begin"),
        ("ANTEROOM__DATABASE__URL", "postgres://u:p@db.example/a", "database.url leads over the network"),
        ("ANTEROOM__DATABASE__URL", "postgres://u:p@db.example/a?sslmode=require", "database.url leads"),
        ("ANTEROOM__WORKER__LEASE_S", "1", "worker.lease_s"),
        ("ANTEROOM__MAIL__FROM", "nobody", "mail.from"),
        ("ANTEROOM__MAIL__MESSAGE_ID_DOMAIN", "a b", "mail.message_id_domain"),
        ("ANTEROOM__SITE__BANNER", "custom", "site.banner_text is missing"),
        ("ANTEROOM__TELEMETRY__FILTER", "anteroom=loud", "telemetry.filter"),
    ];
    for (name, value, expected) in cases {
        let found = problems(&[(name, value)]);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{name}={value}: {found:?}");
    }
}

#[test]
fn usable_values_are_no_problem() {
    let cases: [&[(&str, &str)]; 7] = [
        &[],
        &[("ANTEROOM__SERVER__PUBLIC_URL", "https://anteroom.example:8443")],
        &[("ANTEROOM__SERVER__PUBLIC_URL", "http://[::1]:8080")],
        &[("ANTEROOM__DATABASE__URL", "postgres://u:p@db.example/a?sslmode=verify-full")],
        &[("ANTEROOM__DATABASE__URL", "postgres://u:p@127.0.0.1:5432/a")],
        &[("ANTEROOM__DATABASE__URL", "postgres:///a?host=/run/postgresql")],
        &[("ANTEROOM__SITE__BANNER", "custom"), ("ANTEROOM__SITE__BANNER_TEXT", "Unclassified")],
    ];
    for environment in cases {
        assert_eq!(problems(environment), Vec::<String>::new(), "{environment:?}");
    }
}

#[test]
fn mail_leaves_unprotected_only_within_this_machine() {
    let to = |host: &'static str, tls: &'static str| {
        [("ANTEROOM__MAIL__TRANSPORT", "smtp"), ("ANTEROOM__MAIL__HOST", host), ("ANTEROOM__MAIL__TLS", tls)]
    };
    assert_eq!(problems(&to("127.0.0.1", "none")).len(), 0);
    assert_eq!(problems(&to("smtp.example.org", "starttls")).len(), 0);
    assert_eq!(problems(&to("smtp.example.org", "none")), ["mail.tls may be none only for a relay on this machine"]);
    assert_eq!(problems(&to("127.0.0.1.example.org", "none")).len(), 1);
    let half = [("ANTEROOM__MAIL__TRANSPORT", "smtp"), ("ANTEROOM__MAIL__USERNAME", "anteroom")];
    assert_eq!(problems(&half), ["mail.username and mail.password must be set together"]);
}

#[test]
fn the_message_id_carries_the_domain_of_the_sender_unless_told() {
    let domain = |environment: &[(&str, &str)]| read(None, environment).unwrap().mail.message_id_domain().to_owned();
    assert_eq!(domain(&[("ANTEROOM__MAIL__FROM", "Anteroom <a@mail.example.org>")]), "mail.example.org");
    assert_eq!(domain(&[("ANTEROOM__MAIL__FROM", "a@mail.example.org")]), "mail.example.org");
    assert_eq!(domain(&[("ANTEROOM__MAIL__MESSAGE_ID_DOMAIN", "id.example.org")]), "id.example.org");
}

#[cfg(unix)]
#[test]
fn secrets_are_read_from_files_that_only_the_service_may_read() {
    let (good, open, empty) =
        (secret_file(&format!("{TOKEN}\n"), 0o600), secret_file(TOKEN, 0o644), secret_file("\n", 0o600));
    let with = |file: &Path| {
        read(None, &[("ANTEROOM__AUTH__TOKEN_KEY_FILE", file.to_str().unwrap()), ("ANTEROOM__AUTH__SEAL_KEY", SEAL)])
            .unwrap()
    };
    let settings = with(good.path());
    assert_eq!(settings.auth.token_key(), TOKEN);
    assert!(settings.check().is_empty());
    assert_eq!(shown(&settings, "auth.token_key"), (REDACTED.into(), "the file of auth.token_key_file".into()));

    let first = |settings: &Settings| settings.check()[0].to_string();
    assert!(first(&with(open.path())).contains("is open to every user of this machine (mode 644)"));
    assert!(first(&with(empty.path())).contains("is empty"));
    assert!(first(&with(Path::new("/nonexistent"))).starts_with("auth.token_key_file /nonexistent: cannot be read"));
    assert!(first(&with(Path::new("/tmp"))).contains("is not a file"));

    let both = [("ANTEROOM__AUTH__TOKEN_KEY_FILE", good.path().to_str().unwrap())];
    assert_eq!(problems(&both), ["auth.token_key is set, and auth.token_key_file too; keep one of them"]);
}

#[cfg(unix)]
#[test]
fn the_database_address_may_stand_in_a_file() {
    let file = secret_file("postgres://u:canary@127.0.0.1/a\n", 0o600);
    let name = ("ANTEROOM__DATABASE__URL_FILE", file.path().to_str().unwrap());
    let settings = read(None, &[name]).unwrap();
    assert_eq!(settings.database.kind(), Some(DatabaseKind::Postgres));
    assert_eq!(shown(&settings, "database.url").0, "postgres://u:[redacted]@127.0.0.1/a");
    assert_eq!(problems(&[name, ("ANTEROOM__DATABASE__URL", "sqlite://x")]).len(), 1, "both at once");
}

#[test]
fn no_canary_planted_in_a_secret_is_ever_shown() {
    let canary = "Kanarienvogel7Q2wErTyUiOp";
    let url = format!("postgres://u:{canary}@db.example/a?sslmode=verify-full&password={canary}");
    let long = format!("{canary}-{canary}");
    let environment = [
        ("ANTEROOM__AUTH__TOKEN_KEY", long.as_str()),
        ("ANTEROOM__AUTH__SEAL_KEY", canary),
        ("ANTEROOM__AUTH__PREVIOUS_TOKEN_KEY", canary),
        ("ANTEROOM__AUTH__PREVIOUS_SEAL_KEY", canary),
        ("ANTEROOM__MAIL__PASSWORD", canary),
        ("ANTEROOM__DATABASE__URL", url.as_str()),
    ];
    let settings = read(None, &environment).unwrap();
    let json = serde_json::to_string(&settings).unwrap();
    let error = settings.clone().checked().unwrap_err();
    let outputs = [format!("{settings:?}"), json, format!("{:?}", settings.show()), format!("{error} {error:?}")];
    for output in outputs {
        assert!(!output.contains(canary), "{output}");
    }
    assert_eq!(shown(&settings, "database.url").0, "postgres://u:[redacted]@db.example/a?...");
    assert_eq!(settings.auth.token_key(), long, "it is there, only not shown");
}

#[test]
fn the_demo_and_the_tests_need_no_operator() {
    let listen = "127.0.0.1:8099".parse().unwrap();
    let random = |first: u8| std::array::from_fn(|i| u8::try_from(i).unwrap().wrapping_mul(37).wrapping_add(first));
    let demo = Settings::for_demo(Path::new("/tmp/demo"), listen, random(3), random(90)).unwrap();
    assert_eq!(demo.database.url.expose(), "sqlite:///tmp/demo/anteroom.db");
    assert_eq!(demo.server.public_url, "http://127.0.0.1:8099");
    assert!(demo.site.banner().is_some());
    assert!(Settings::for_demo(Path::new("/tmp/demo"), listen, [0; 32], [0; 32]).is_err());
    assert_eq!(Settings::for_tests().unwrap().mail.transport, MailTransport::Capture);
}

#[test]
fn the_committed_examples_lack_only_what_is_in_their_files() {
    for file in [include_str!("../../config/development.toml"), include_str!("../../config/production.example.toml")] {
        let settings = read(Some(file), &[]).unwrap();
        for problem in settings.check() {
            let key = problem.key.as_str();
            let of_files =
                key.ends_with("_file") || ["auth.token_key", "auth.seal_key", "mail.username"].contains(&key);
            assert!(of_files, "{problem}");
        }
    }
}

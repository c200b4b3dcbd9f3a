//! The demonstration, by the real binary: one person per role signs in, the clock is moved, windows open and close, mail
//! is read, and a demonstration that was killed goes on where it was left.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::Stdio,
};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    pages::pack::{PARTS, taken},
    support::{
        binary::{Answer, command, run},
        demo::{Demo, PASSWORD},
        desk::Desk,
    },
};

impl Demo {
    async fn move_to(&self, instant: &str) -> Value {
        let (status, moved) = self.post("/demo/clock", None, &json!({ "to": instant })).await;
        assert_eq!(status, StatusCode::OK, "{moved}");
        moved
    }

    async fn stage(&self, token: &str, reference: &str) -> Value {
        let (status, record) = self.get(&format!("/api/v1/engagements/{reference}"), Some(token)).await;
        assert_eq!(status, StatusCode::OK, "{reference}: {record}");
        record["stage"].clone()
    }

    async fn access(&self, token: &str) -> Value {
        let (status, answer) =
            self.post("/api/v1/access-check", Some(token), &json!({ "grant": "GRA-2026-0401" })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}

fn happened(moved: &Value, event: &str, reference: &str) -> bool {
    let events = moved["happened"].as_array().unwrap();
    events.iter().any(|one| one["event"] == event && one["reference"] == reference)
}

fn verified(data: &Path) -> Answer {
    let settings = [
        ("ANTEROOM__DATABASE__URL", "sqlite://data/anteroom.db"),
        ("ANTEROOM__AUTH__TOKEN_KEY", "Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L"),
        ("ANTEROOM__AUTH__SEAL_KEY", "wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G"),
    ];
    let output = command(data, &["verify", "--json"]).envs(settings).output().unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_looks_around_moves_the_clock_and_comes_back_after_a_crash() {
    let place = tempfile::tempdir().unwrap();
    killed_while_telling(place.path());
    let demo = Demo::start(place.path());
    look_around(&demo).await;
    print_packs(&demo).await;
    look_around_with_a_browser(&demo).await;
    let dana = demo.sign_in("dana.whitlow@fado.test").await;
    windows_open_and_close(&demo, &dana).await;
    let (_, before) = demo.get("/demo/clock", None).await;
    let (_, mails) = demo.get("/demo/mail", None).await;
    demo.running.kill();

    let again = Demo::start(place.path());
    let (_, after) = again.get("/demo/clock", None).await;
    assert!(after["now"]["at"].as_str() >= before["now"]["at"].as_str().map(|at| &at[..19]), "{before} {after}");
    assert_eq!(again.stage(&again.sign_in("dana.whitlow@fado.test").await, "ENG-2026-0006").await, "window_open");
    let (status, _) = again.get("/api/v1/me", Some(&dana)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the port is another one, and a token is for one address");
    let (_, shown) = again.get("/demo/mail", None).await;
    let ids = |mails: &Value| -> Vec<String> {
        let mut ids: Vec<_> = mails.as_array().unwrap().iter().map(|one| one["message_id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&shown), ids(&mails), "no mail was lost, and none was sent twice");

    let busy = run(place.path(), &["demo", "--data", "data", "--listen", "127.0.0.1:0", "--json"]);
    assert_eq!((busy.code, busy.error()["kind"].clone()), (Some(4), json!("conflict")), "{}", busy.err);
    assert_eq!(again.running.terminate(), Some(0));
    let mut other = command(place.path(), &["demo", "--data", "data", "--listen", "127.0.0.1:0"]);
    let other = other.env("ANTEROOM_DEMO_PASSWORD", "another granite lantern 42").output().unwrap();
    assert_eq!(other.status.code(), Some(4), "{other:?}");
    let report = verified(place.path());
    assert_eq!(
        (report.code, report.json()["differences"].clone()),
        (Some(0), json!([])),
        "{} {}",
        report.out,
        report.err
    );
}

/// A first start that dies in the middle of the story; the next one must begin anew.
fn killed_while_telling(data: &Path) {
    let mut command = command(data, &["demo", "--listen", "127.0.0.1:0", "--data", "data"]);
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("Telling the story"), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
    let state = std::fs::read_to_string(data.join("data/demo.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&state).unwrap()["told"], false);
}

/// One person per role signs in and reads the own queue; the pages are there.
async fn look_around(demo: &Demo) {
    assert!(demo.welcome["now"].as_str().unwrap().starts_with("2026-11-23T14:00:0"), "{}", demo.welcome);
    assert_eq!(demo.welcome["password"], PASSWORD);
    let sign_ins = demo.welcome["sign_ins"].as_array().unwrap();
    assert_eq!(sign_ins.len(), 14, "{sign_ins:?}");
    for person in sign_ins {
        let email = person["email"].as_str().unwrap();
        let token = demo.sign_in(email).await;
        let (status, me) = demo.get("/api/v1/me", Some(&token)).await;
        assert_eq!(status, StatusCode::OK, "{email}");
        assert!(me["roles"].as_array().unwrap().contains(&person["role"]), "{me}");
        let (status, queue) = demo.get("/api/v1/worklist", Some(&token)).await;
        assert_eq!(status, StatusCode::OK, "{email}: {queue}");
    }
    for path in ["/demo", "/demo/mail", "/healthz", "/readyz", "/api/docs/"] {
        let answer = demo.client.get(demo.url(path)).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

/// The engagement of which most is told, as a case officer of each side prints it: each part has its content.
async fn print_packs(demo: &Demo) {
    for (who, prerequisites) in
        [("dana.whitlow@fado.test", "Missing"), ("ines.varga@larkspur.test", "Known to the government")]
    {
        let pack = taken(&demo.desk(who).await, "ENG-2026-0004").await;
        assert!(pack.ids("main").is_empty(), "{who}: {:?}", pack.ids("main"));
        for part in PARTS.into_iter().filter(|part| *part != "incidents") {
            let rows = pack.all(&format!("#{part} tbody tr, #{part} dd"), "role").len();
            let facts = pack.told(&format!("#{part} dd"));
            assert!(rows > 0 || !facts.is_empty(), "{who}: {part}: {}", pack.told(&format!("#{part}")));
        }
        let needed = pack.told("#grants table:last-of-type tbody");
        assert!(needed.contains("In order") && needed.contains(prerequisites), "{who}: {needed}");
        assert!(pack.told("#documents").contains("Executed nondisclosure agreement"), "{who}");
        assert!(pack.told("#close-out").contains("LC-H3-003"), "{who}");
    }
}

/// What a browser finds: the way through the demonstration, its mail page by page, and the clock moved by a form.
async fn look_around_with_a_browser(demo: &Demo) {
    let desk = Desk::at(demo.url(""));
    for (key, path) in [("tour", "/tour"), ("sign_in", "/sign-in"), ("demo", "/demo")] {
        assert_eq!(demo.welcome[key], demo.url(path), "{key}");
        desk.get(path).await.is(200, path);
    }
    let tour = desk.get("/tour").await;
    assert_eq!(tour.told("main ol.ar-steps h2").matches("The window closes by itself").count(), 1);
    for path in ["/demo", "/demo/mail", "/demo/clock"] {
        let ways = desk.get(path).await.is(200, path).all("nav a", "href");
        for way in ["/tour", "/"] {
            assert!(ways.iter().any(|one| one == way), "{path} leads to {way}: {ways:?}");
        }
    }
    let first = desk.get("/demo/mail").await.is(200, "the mails");
    assert_eq!(first.all("tbody a", "href").len(), 50, "{}", first.told("main p"));
    let next = first.all("a[rel=next]", "href").remove(0);
    let second = desk.get(&next).await.is(200, "the next page");
    let seen = first.all("tbody a", "href");
    assert!(second.all("tbody a", "href").iter().all(|one| !seen.contains(one)), "each mail once");
    desk.get("/demo/mail?page=2").await.is(400, "an unknown parameter");
    let mail = desk.get(&seen[0]).await.is(200, "a mail");
    assert!(!mail.told("pre").is_empty() && !mail.told(".letter a").is_empty(), "{}", mail.text);
    assert!(!mail.text.contains("style="), "nothing inline: {}", mail.text);
    assert!(mail.text.contains(&demo.url("/")), "links lead to the address that was printed: {}", mail.told("pre"));
    let packed = demo.client.get(demo.url("/demo/mail")).header("accept", "text/html");
    let packed = packed.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let moved = desk.send("/demo/clock", &[("seconds", "60")]).await.is(303, "a minute on");
    assert_eq!(moved.header("location"), "/demo#moved");
    let page = desk.get("/demo").await.is(200, "where the clock stands");
    assert!(page.told("main").contains("The clock was moved from"), "{}", page.told("main"));
    assert_eq!(page.all("main a[href='/tour']", "href").len(), 1, "a way back to the tour");
}

/// The instants are those of the demonstration's table (domain section 8).
async fn windows_open_and_close(demo: &Demo, dana: &str) {
    let lena = demo.sign_in("lena.fisk@fado.test").await;
    let allowed = demo.access(&lena).await;
    assert_eq!((&allowed["allowed"], &allowed["until"]["at"]), (&json!(true), &json!("2026-12-03T15:00:00Z")));
    assert_eq!(demo.stage(dana, "ENG-2026-0005").await, "suspended");
    assert_eq!(demo.stage(dana, "ENG-2026-0006").await, "window_scheduled");

    let moved = demo.move_to("2026-12-01T13:59:00Z").await;
    assert!(happened(&moved, "engagement.window_closed", "ENG-2026-0005"), "{moved}");
    assert_eq!(demo.stage(dana, "ENG-2026-0006").await, "window_scheduled");
    let moved = demo.move_to("2026-12-01T14:00:00Z").await;
    assert!(happened(&moved, "engagement.window_opened", "ENG-2026-0006"), "{moved}");
    assert_eq!(demo.stage(dana, "ENG-2026-0006").await, "window_open");
    let (_, mails) = demo.get("/demo/mail", None).await;
    let opened = |mail: &&Value| mail["reference"] == "ENG-2026-0006" && mail["code"] == "N8";
    let opened = mails
        .as_array()
        .unwrap()
        .iter()
        .filter(opened)
        .filter(|mail| mail["at"].as_str().unwrap().starts_with("2026-12-01T14:00:0"));
    assert!(opened.count() > 0, "the opening is told");

    let (status, problem) = demo.post("/demo/clock", None, &json!({ "to": "2026-11-30T00:00:00Z" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "time never runs back: {problem}");
    demo.move_to("2026-12-09T14:00:00Z").await;
    assert_eq!(demo.stage(dana, "ENG-2026-0004").await, "close_out");
    let denied = demo.access(&lena).await;
    assert_eq!(denied["allowed"], false, "{denied}");
}

#[test]
fn a_weak_password_is_refused_and_a_foreign_database_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let mut weak = command(place.path(), &["demo", "--data", "data", "--listen", "127.0.0.1:0"]);
    let weak = weak.env("ANTEROOM_DEMO_PASSWORD", "short").output().unwrap();
    assert_eq!(weak.status.code(), Some(2), "{weak:?}");
    assert!(String::from_utf8_lossy(&weak.stderr).contains("15 characters"), "{weak:?}");

    let foreign = place.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("anteroom.db"), "precious").unwrap();
    let refused = run(place.path(), &["demo", "--data", "foreign", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.code, Some(4), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(foreign.join("anteroom.db")).unwrap(), "precious");
}

//! What holds at every address of the service, found by walking its tables of routes: the headers of every answer, and
//! that no form is taken from a page of another site or session.

use std::collections::BTreeSet;

use anteroom::{
    domain::id::Kind,
    web::{
        health::Readiness,
        pages::{demo::Demo, table},
        routes::{self, router_with},
    },
};
use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use reqwest::Method;
use tower::ServiceExt as _;

use crate::support::{
    desk::{Desk, Page},
    door::Door,
    scene::{self, FELIX, INES},
    world::World,
};

at_both_doors! {
    every_answer_bears_the_security_headers
    no_form_is_taken_from_elsewhere
}

/// What every answer says, whatever it is (OWASP ASVS 5.0, chapter 3.4).
const ALWAYS: [(&str, &str); 6] = [
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// What pages may load: nothing inline, nothing of another site.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
                           frame-ancestors 'none'";

/// Addresses that no table names, with what can be done there.
const BESIDE: [(&str, &str); 13] = [
    ("GET", "/unsubscribe/x"),
    ("POST", "/unsubscribe/x"),
    ("GET", "/problems"),
    ("GET", "/problems/not-found"),
    ("GET", "/problems/nothing"),
    ("GET", "/api/docs/"),
    ("GET", "/api/docs/swagger-ui.css"),
    ("GET", "/api/openapi.json"),
    ("GET", "/assets/x/y.css"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/nothing/at/all"),
    ("DELETE", "/sign-in"),
];

/// Addresses of the demonstration.
const DEMO: [(&str, &str); 8] = [
    ("GET", "/demo"),
    ("GET", "/demo/style.css"),
    ("GET", "/demo/clock"),
    ("POST", "/demo/clock"),
    ("GET", "/demo/codes"),
    ("GET", "/demo/mail"),
    ("GET", "/demo/mail/0"),
    ("GET", "/demo/nothing"),
];

/// Forms of whoever has no session yet: they carry no token.
const UNSIGNED: [&str; 7] =
    ["/sign-in", "/theme", "/first-administrator", "/invitation", "/password", "/link", "/link/request"];

/// Forms with a file.
const WITH_A_FILE: [&str; 2] = ["/documents/new", "/documents/{reference}/send"];

/// A path with names that nothing has.
pub(super) fn filled(path: &str) -> String {
    let part = |part: &str| {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        name.map_or(part, |name| match name {
            "reference" => "ENG-2026-ZZZZZZ",
            "kind" => "engagement",
            "number" => "1",
            "token" | "digest" | "file" => "x",
            _ => "00000000-0000-0000-0000-000000000000",
        })
        .to_owned()
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[track_caller]
fn bears(headers: &HeaderMap, what: &str) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (name, value) in ALWAYS {
        assert_eq!(header(name), value, "{what}: {name}");
        assert_eq!(headers.get_all(name).iter().count(), 1, "{what}: {name} once");
    }
    let policy = header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!header("cache-control").is_empty(), "{what}");
}

#[track_caller]
fn is_page(page: &Page, what: &str) {
    assert!(page.status < 500, "{what}: {}", page.status);
    bears(&page.headers, what);
    if page.header("content-type").starts_with("text/html") {
        assert_eq!(page.header("content-security-policy"), PAGE_POLICY, "{what}");
        assert_eq!(page.header("cache-control"), "no-store", "{what}");
        assert!(!page.text.contains("<script>") && !page.text.contains(" style="), "{what}: nothing inline");
    }
}

async fn every_answer_bears_the_security_headers(world: World) {
    let (nobody, desk) = (Desk::of(&world), Desk::signed_in(&world, INES).await);
    let mut statuses = BTreeSet::new();
    for route in table() {
        let path = filled(&route.path);
        for who in [&nobody, &desk] {
            if route.gets {
                is_page(&who.get(&path).await, &format!("GET {path}"));
            }
            // Without a token: a form that is taken would end the session that the walk goes on with.
            if route.posts {
                let page = who.send(&path, &[]).await;
                is_page(&page, &format!("POST {path}"));
                statuses.insert(page.status);
            }
        }
    }
    let home = desk.get("/").await.is(200, "a page");
    for asset in home.all("link[rel=stylesheet]", "href") {
        bears(&desk.get(&asset).await.is(200, &asset).headers, &asset);
    }
    let door = Door::of(&world);
    let token = door.token(INES).await;
    let api = routes::table().into_iter().map(|route| (route.doc.method_name(), filled(&route.doc.path)));
    let beside = BESIDE.iter().map(|(method, path)| (*method, (*path).to_owned()));
    for (method, path) in api.chain(beside) {
        for token in [None, Some(token.as_str())] {
            let json = [("content-type", "application/json")];
            let body = (method != "GET").then(|| b"{}".to_vec());
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let reply = door.ask(method.clone(), &path, token, &json, body).await;
            assert!(reply.status < 500, "{method} {path}: {}", reply.status);
            bears(&reply.headers, &format!("{method} {path} {}", reply.status));
            statuses.insert(reply.status);
        }
    }
    demonstration(&world).await;
    for status in [200, 303, 401, 403, 404, 405, 422] {
        assert!(statuses.contains(&status), "no answer was a {status}: {statuses:?}");
    }
    world.stop().await;
}

/// The same of what only the demonstration has.
async fn demonstration(world: &World) {
    let demo = Demo::new(world.app.clone(), Vec::new()).routes();
    let router = router_with(world.app.clone(), Readiness::default(), Some(demo)).expect("the routes");
    for (method, path) in DEMO {
        for (kind, body) in [("application/json", "{}"), ("application/x-www-form-urlencoded", "seconds=1")] {
            let request = Request::builder().method(method).uri(path).header("content-type", kind);
            let body = if method == "GET" { "" } else { body };
            let request = request.header("accept", "text/html").body(Body::from(body)).expect("a request");
            let answer = router.clone().oneshot(request).await.expect("an answer");
            bears(answer.headers(), &format!("{method} {path} {}", answer.status()));
        }
    }
}

/// Sends the form of a page at this address with this token, as a form with a file where the page takes one.
async fn sent(desk: &Desk, (path, address): (&str, &str), token: &str, headers: &[(&str, &str)]) -> Page {
    if !WITH_A_FILE.contains(&path) {
        return desk.ask(Method::POST, address, headers, Some(&[("csrf", token)])).await;
    }
    let body = format!("--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--line--\r\n");
    let headers = [&[("content-type", "multipart/form-data; boundary=line")], headers].concat();
    desk.raw(Method::POST, address, &headers, body.into_bytes()).await
}

async fn no_form_is_taken_from_elsewhere(world: World) {
    // Whose content a form with a file sends is known before the form is read: that form needs a document.
    let document = scene::set(&world).await[&Kind::Document].clone();
    let (desk, other) = (Desk::signed_in(&world, INES).await, Desk::signed_in(&world, FELIX).await);
    let token = async |desk: &Desk| desk.get("/account").await.is(200, "a page").all("[name=csrf]", "value").remove(0);
    let (own, foreign) = (token(&desk).await, token(&other).await);
    let same: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];
    let elsewhere: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[],
    ];
    let mut forms = 0;
    let (mut unsigned, mut files) = (BTreeSet::new(), BTreeSet::new());
    for route in table().into_iter().filter(|route| route.posts) {
        let path = route.path.as_str();
        let has_file = WITH_A_FILE.contains(&path);
        let address = if has_file { path.replace("{reference}", &document) } else { filled(path) };
        let at = (path, address.as_str());
        forms += 1;
        for headers in elsewhere {
            sent(&desk, at, &own, headers).await.is(403, &format!("{path} from elsewhere: {headers:?}"));
        }
        if UNSIGNED.contains(&path) {
            unsigned.insert(path.to_owned());
            let page = sent(&Desk::of(&world), at, "", &same).await;
            assert_ne!(page.status, 403, "{path} asks nobody for a token");
            continue;
        }
        for wrong in ["", "AAAA", foreign.as_str()] {
            sent(&desk, at, wrong, &same).await.is(403, &format!("{path} with the token {wrong:?}"));
        }
        // With the session's own token the same form gets as far as what it says, or the record that it is about.
        if has_file {
            files.insert(path.to_owned());
            sent(&desk, at, &own, &same).await.is(422, &format!("{path} of its own page"));
        } else if path.contains("{reference}") {
            sent(&desk, at, &own, &same).await.is(404, &format!("{path} of its own page"));
        }
    }
    assert!(forms > 150, "the forms were found: {forms}");
    assert_eq!((unsigned.len(), files.len()), (UNSIGNED.len(), WITH_A_FILE.len()), "{unsigned:?} {files:?}");
    desk.get("/").await.is(200, "nothing was done: the session goes on");
    world.stop().await;
}

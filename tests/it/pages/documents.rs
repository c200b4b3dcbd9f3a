//! Documents at a browser: declared and handed in with one form, read as downloads, compared.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    desk::{Desk, Page},
    matters::{self, LARKSPUR},
    scene::{DANA, FELIX, INES, TOBIAS, upload},
    world::World,
};

at_both_doors! {
    a_document_is_handed_in_with_one_form
    what_a_document_would_bring_is_shown_before
    what_is_wrong_with_a_document_stands_at_its_field
    a_file_comes_only_from_a_page_of_the_session
    a_content_can_be_sent_again
    texts_and_their_changes_are_read
}

const TERMS: &str = "# Terms\n\nThe partner keeps it for two years.\n";

/// The boundary of these forms.
const BOUNDARY: &str = "a-line-that-no-file-holds";

/// A form with a file, as a browser writes it; a part with a file's name is the file.
fn form(parts: &[(&str, Option<&str>, &str)]) -> Vec<u8> {
    let part = |(name, file, content): &(&str, Option<&str>, &str)| {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream"));
        let head = format!("Content-Disposition: form-data; name=\"{name}\"{}", file.unwrap_or_default());
        format!("--{BOUNDARY}\r\n{head}\r\n\r\n{content}\r\n")
    };
    let end = format!("--{BOUNDARY}--\r\n");
    let parts: Vec<String> = parts.iter().map(part).chain([end]).collect();
    parts.concat().into_bytes()
}

async fn send(desk: &Desk, path: &str, parts: &[(&str, Option<&str>, &str)]) -> Page {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", kind.as_str())];
    desk.raw(Method::POST, path, &headers, form(parts)).await
}

async fn engagement(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    engagement
}

async fn a_document_is_handed_in_with_one_form(w: World) {
    let engagement = engagement(&w).await;
    let desk = Desk::signed_in(&w, INES).await;
    let at = format!("/documents/new?under={engagement}");
    let page = desk.get(&at).await.is(200, "the form");
    assert_eq!(page.all("form.ar-form", "enctype"), ["multipart/form-data"]);
    assert_eq!(page.all("[name='/attach_to'] option[selected]", "value"), std::slice::from_ref(&engagement));
    for found_out in ["/size_bytes", "/sha256", "/media_type"] {
        assert!(page.all(&format!("[name='{found_out}']"), "id").is_empty(), "{found_out}");
    }
    assert!(desk.get(&format!("/engagements/{engagement}")).await.text.contains(&at), "the record leads to it");

    let (token, key) = (page.field("csrf"), page.field("key"));
    let parts = [
        ("csrf", None, token.as_str()),
        ("key", None, &key),
        ("/file", Some("C:\\papers\\Terms of use.md"), TERMS),
        ("/attach_to", None, &engagement),
        ("/document_kind", None, "agreement"),
        ("/unclassified_attestation", None, "true"),
    ];
    let done = send(&desk, "/documents/new", &parts).await.is(303, "the document");
    let to = done.header("location").to_owned();
    let document = done.led().trim_start_matches("/documents/").trim_end_matches("?done=upload").to_owned();
    let shown = desk.get(&to).await.is(200, "its page");
    assert!(shown.told("h1").contains("Terms of use"), "{}", shown.told("h1"));
    assert!(shown.told(".ar-record-header").contains("Available"), "{}", shown.told(".ar-record-header"));
    let again = send(&desk, "/documents/new", &parts).await.is(303, "the same form once more");
    assert_eq!(again.header("location"), to, "is the same document");

    let content = format!("/documents/{document}/content");
    let other = Desk::signed_in(&w, DANA).await;
    for desk in [&desk, &other] {
        let found = desk.get(&content).await.is(200, "the content");
        assert_eq!(found.text, TERMS);
        assert_eq!(found.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(found.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
        assert!(found.header("content-disposition").starts_with("attachment; "));
    }
    let open = format!("/documents/{document}/open");
    assert!(shown.all("#content a", "href").contains(&open), "{:?}", shown.all("#content a", "href"));
    let found = desk.get(&open).await.is(200, "the content in the browser");
    assert_eq!((found.text.as_str(), found.header("content-disposition")), (TERMS, "inline"));
    assert_eq!(found.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
    let versions = shown.told("#documents");
    assert!(versions.contains(&document) && versions.contains("this one"), "{versions}");
    let stranger = Desk::signed_in(&w, FELIX).await;
    for path in [&content, &open, &at, &format!("/documents/{document}"), &format!("/documents/{document}/difference")]
    {
        stranger.get(path).await.is(404, path);
        Desk::of(&w).get(path).await.is(303, path);
    }
    assert!(w.app.verify().await.unwrap().is_clean());
    w.stop().await;
}

async fn what_a_document_would_bring_is_shown_before(w: World) {
    let engagement = engagement(&w).await;
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get(&format!("/documents/new?under={engagement}")).await.is(200, "the form");
    assert_eq!(page.all("form[data-preview] button[name=preview]", "value"), ["true"]);
    assert_eq!(page.all("form[data-preview] .ar-preview", "aria-live"), ["polite"]);
    let (token, key) = (page.field("csrf"), page.field("key"));
    let asked = |file: (&'static str, &'static str), attested: &'static str, more: &[(&'static str, &'static str)]| {
        let fields = [("csrf", token.as_str()), ("key", &key)].map(|(name, value)| (name, None, value.to_owned()));
        let mut parts = fields.to_vec();
        parts.push(("/file", Some(file.0), file.1.to_owned()));
        parts.push(("/attach_to", None, engagement.clone()));
        parts.push(("/document_kind", None, "agreement".to_owned()));
        parts.push(("/unclassified_attestation", None, attested.to_owned()));
        parts.extend(more.iter().map(|(name, value)| (*name, None, (*value).to_owned())));
        parts
    };
    let sent = async |parts: Vec<(&'static str, Option<&'static str>, String)>| {
        let parts: Vec<(&str, Option<&str>, &str)> =
            parts.iter().map(|(name, file, value)| (*name, *file, value.as_str())).collect();
        send(&desk, "/documents/new", &parts).await
    };
    let preview = ("preview", "true");
    // A browser sends a file without a name where none is chosen.
    for (what, file, again) in [("no file", ("", ""), false), ("a file", ("Terms.md", TERMS), true)] {
        let shown = sent(asked(file, "true", &[preview])).await.is(200, what);
        let panel = shown.told(".ar-preview");
        for part in ["What would happen", "What changes", "Declared", "New record", "Nobody is told by mail"] {
            assert!(panel.contains(part), "{what}, {part}: {panel}");
        }
        assert_eq!(shown.all("[name='/document_kind'][checked]", "value"), ["agreement"], "{what}");
        assert_eq!(shown.all("[name='/attach_to'] option[selected]", "value"), std::slice::from_ref(&engagement));
        assert_eq!(shown.all("[name='/unclassified_attestation'][checked]", "value"), ["true"], "{what}");
        assert_eq!(shown.field("/name"), "", "{what}: its name is the file's still");
        assert_eq!(shown.told("#f-file-hint").contains("Choose the file again"), again, "{what}");
    }
    for (what, file, attested, at) in [
        ("nothing attested", ("", ""), "", "#f-unclassified-attestation-error"),
        ("no file that is taken", ("page.html", "<p>Hello</p>"), "true", "#f-file-error"),
        ("not what its name says", ("terms.pdf", "no PDF"), "true", "#f-file-error"),
    ] {
        let page = sent(asked(file, attested, &[preview])).await.is(422, what);
        assert!(!page.told(at).is_empty(), "{what}: {}", page.told("main"));
        assert!(page.told(".ar-preview").is_empty(), "{what}");
    }
    let listed = async || w.record(INES, &format!("engagements/{engagement}/documents")).await;
    assert_eq!(listed().await, json!([]), "a preview declares nothing");
    sent(asked(("Terms.md", TERMS), "true", &[])).await.is(303, "the same form is carried out");
    assert_eq!(listed().await.as_array().map(Vec::len), Some(1));
    let refused = sent(asked(("", ""), "true", &[("/parent", "DOC-2026-ZZZZZZ"), preview])).await;
    assert!([409, 422].contains(&refused.status), "{}: what stands against it comes back too", refused.status);
    a_foreign_record_is_none(&w, &engagement).await;
    w.stop().await;
}

/// What would happen under somebody else's record is told no more than under one that does not exist.
async fn a_foreign_record_is_none(w: &World, engagement: &str) {
    let stranger = Desk::signed_in(w, FELIX).await;
    let token = stranger.get("/documents/new").await.field("csrf");
    let foreign = [
        ("csrf", None, token.as_str()),
        ("/attach_to", None, engagement),
        ("/document_kind", None, "agreement"),
        ("/unclassified_attestation", None, "true"),
        ("preview", None, "true"),
    ];
    let there = send(&stranger, "/documents/new", &foreign).await;
    let nowhere = foreign.map(|part| if part.0 == "/attach_to" { (part.0, None, "ENG-2026-ZZZZZZ") } else { part });
    let nothing = send(&stranger, "/documents/new", &nowhere).await;
    assert_eq!((there.status, there.told(".ar-preview")), (nothing.status, String::new()), "a foreign record is none");
}

async fn what_is_wrong_with_a_document_stands_at_its_field(w: World) {
    let engagement = engagement(&w).await;
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get("/documents/new").await.is(200, "the form without a record");
    let token = page.field("csrf");
    let marked = "A line.\nTOP SECRET//SI//NOFORN\n";
    let cases: [(&str, Option<&str>, &str, &str, &str); 6] = [
        ("", None, "", "true", "#f-file-error"),
        ("page.html", Some("page.html"), "<p>Hello</p>", "true", "#f-file-error"),
        ("not what its name says", Some("terms.pdf"), "no PDF", "true", "#f-file-error"),
        ("marked", Some("terms.txt"), marked, "true", "#f-file-error"),
        ("nothing attested", Some("terms.md"), TERMS, "", "#f-unclassified-attestation-error"),
        ("nothing in it", Some("terms.md"), "", "true", "#f-file-error"),
    ];
    for (what, name, content, attested, at) in cases {
        let parts = [
            ("csrf", None, token.as_str()),
            ("/file", name.or(Some("")), content),
            ("/attach_to", None, &engagement),
            ("/name", None, "Kept as it was typed"),
            ("/document_kind", None, "agreement"),
            ("/unclassified_attestation", None, attested),
        ];
        let page = send(&desk, "/documents/new", &parts).await.is(422, what);
        assert!(!page.told(at).is_empty(), "{what}: {}", page.told("main"));
        assert_eq!(page.field("/name"), "Kept as it was typed", "{what}");
    }
    let listed = w.record(INES, &format!("engagements/{engagement}/documents")).await;
    assert_eq!(listed, json!([]), "nothing was declared");
    w.stop().await;
}

async fn a_file_comes_only_from_a_page_of_the_session(w: World) {
    let engagement = engagement(&w).await;
    let desk = Desk::signed_in(&w, INES).await;
    let token = desk.get("/documents/new").await.field("csrf");
    let foreign = Desk::signed_in(&w, TOBIAS).await.get("/documents/new").await.field("csrf");
    let file = ("/file", Some("terms.md"), TERMS);
    let fields = [
        ("/attach_to", None, engagement.as_str()),
        ("/document_kind", None, "agreement"),
        ("/unclassified_attestation", None, "true"),
    ];
    for (what, first) in [
        ("no token", vec![file]),
        ("the token of another session", vec![("csrf", None, foreign.as_str()), file]),
        ("the token behind the file", vec![file, ("csrf", None, token.as_str())]),
    ] {
        send(&desk, "/documents/new", &[first.as_slice(), &fields].concat()).await.is(403, what);
    }
    let parts = [&[("csrf", None, token.as_str()), file], fields.as_slice()].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    for (what, headers, status) in [
        ("another site", vec![("sec-fetch-site", "cross-site"), ("content-type", kind.as_str())], 403),
        ("no form with a file", vec![("sec-fetch-site", "same-origin"), ("content-type", "text/plain")], 415),
    ] {
        desk.raw(Method::POST, "/documents/new", &headers, form(&parts)).await.is(status, what);
    }
    let cut = form(&parts);
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", kind.as_str())];
    desk.raw(Method::POST, "/documents/new", &headers, cut[..cut.len() / 2].to_vec()).await.is(400, "half a form");
    let listed = w.record(INES, &format!("engagements/{engagement}/documents")).await;
    assert_eq!(listed, json!([]), "nothing was declared");
    w.stop().await;
}

async fn a_content_can_be_sent_again(w: World) {
    let engagement = engagement(&w).await;
    let declared = upload(&engagement, "Terms", "text/markdown", TERMS.as_bytes());
    let document = w.act(INES, "documents", declared).await;
    let desk = Desk::signed_in(&w, INES).await;
    let at = format!("/documents/{document}/send");
    assert!(desk.get(&format!("/documents/{document}")).await.text.contains(&at), "the record leads to it");
    let token = desk.get(&at).await.is(200, "the form").field("csrf");
    let parts = |name, content| [("csrf", None, token.as_str()), ("/file", Some(name), content)];
    for (what, name, content) in [
        ("another text", "terms.md", "# Terms\n\nThe partner keeps it for ten yearss.\n"),
        ("another type", "terms.txt", TERMS),
        ("no type", "terms", TERMS),
    ] {
        let page = send(&desk, &at, &parts(name, content)).await.is(422, what);
        assert!(!page.told("#f-file-error").is_empty(), "{what}");
    }
    let wrong = [("csrf", None, "AAAA"), ("/file", Some("terms.md"), TERMS)];
    send(&desk, &at, &wrong).await.is(403, "a wrong token");
    let done = send(&desk, &at, &parts("terms.md", TERMS)).await.is(303, "what was declared");
    assert_eq!(done.led(), format!("/documents/{document}?done=upload"));
    desk.get(&at).await.is(409, "once it is there");
    Desk::signed_in(&w, FELIX).await.get(&at).await.is(404, "for another developer");
    w.stop().await;
}

async fn texts_and_their_changes_are_read(w: World) {
    let engagement = engagement(&w).await;
    let condition = matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    let desk = Desk::signed_in(&w, DANA).await;
    let at = |rest: &str| format!("/conditions/{condition}/{rest}");
    let newest = desk.get(&at("texts/2")).await.is(200, "the newest text");
    assert!(newest.told("#text").contains(LARKSPUR.text), "{}", newest.told("#text"));
    let ways = newest.all("#about a", "href");
    assert_eq!(ways, [at("difference?from=1&to=2"), at("texts/1")]);
    let changes = desk.get(&at("difference?from=1&to=2")).await.is(200, "what changed");
    assert!(changes.told(".ar-diff ins").contains(LARKSPUR.text), "{}", changes.told(".ar-diff"));
    assert!(!changes.told(".ar-diff del").is_empty());
    let rows = desk.get(&format!("/conditions/{condition}")).await.is(200, "the condition").all("#documents a", "href");
    for to in ["texts/1", "texts/2", "difference?from=1&to=2"] {
        assert!(rows.contains(&at(to)), "{to}: {rows:?}");
    }
    let same = desk.get(&at("difference?from=2&to=2")).await.is(200, "the same text");
    assert!(same.told("#changes").contains("The two texts are the same."));
    desk.get(&at("texts/3")).await.is(404, "no such text");
    desk.get(&at("texts/two")).await.is(404, "no number");
    desk.get(&at("difference?from=soon")).await.is(400, "no number");
    let stranger = Desk::signed_in(&w, FELIX).await;
    for rest in ["texts/1", "difference", "certificate", "timeline", "deadlines"] {
        stranger.get(&at(rest)).await.is(404, rest);
        Desk::of(&w).get(&at(rest)).await.is(303, rest);
    }
    w.stop().await;
}

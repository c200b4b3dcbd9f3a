//! Every way in which a body can be wrong, derived from the API's description.

use serde_json::{Value, json};

use crate::support::bodies::{self, Operation, Place};

/// A body that must be refused, and how.
pub struct Fault {
    pub what: String,
    pub content_type: Option<&'static str>,
    pub body: Vec<u8>,
    pub expected: Expected,
}

/// How a fault is answered.
pub enum Expected {
    /// 422 with an error at this pointer, or below it.
    Pointer(String),
    /// This status and problem.
    Problem(u16, &'static str),
    /// Any problem that is the client's. For texts that only mean something to the facts, such as references.
    Client,
}

/// Less than the body may have, more than any text may have.
const LONG: usize = 200_000;

const MEGABYTE: usize = 1024 * 1024;

/// Operations whose texts are judged together with facts that come first: a wrong address is answered as a wrong
/// password, a wrong address of an administrator as a wrong link, an account is made in a known organization
/// alone, and a draft is offered only where there is one.
const BY_FACTS: [&str; 5] =
    ["auth_token", "auth_first_administrator", "account_create", "invitation_make", "framework_offer_activation"];

/// Ends nothing for a token that it does not know, which is no error (RFC 7009).
const FORGIVING: &str = "auth_revoke";

/// Every fault of the operation's body.
pub fn of(document: &Value, operation: &Operation) -> Vec<Fault> {
    let Some(schema) = &operation.schema else { return Vec::new() };
    let body = bodies::valid(document, schema);
    let places = bodies::places(document, schema);
    let mut faults = whole(&body, !places.is_empty());
    for place in &places {
        at(&body, place, &mut faults);
        let is_text = place.schema["type"] == "string" && place.schema.get("enum").is_none();
        if is_text && operation.id != FORGIVING {
            let by_facts = BY_FACTS.contains(&operation.id.as_str());
            texts(&body, place, by_facts, &mut faults);
        }
    }
    for object in objects(&places) {
        let pointer = format!("{object}/zz_unknown");
        faults.push(field("an unknown field", &pointer, &bodies::with(&body, &pointer, json!(1))));
    }
    faults
}

/// What is wrong with the body as a whole.
fn whole(body: &Value, has_members: bool) -> Vec<Fault> {
    const JSON: Option<&str> = Some("application/json");
    let good = body.to_string();
    let raw = |what: &str, content_type, body: Vec<u8>, status, problem| Fault {
        what: what.to_owned(),
        content_type,
        body,
        expected: Expected::Problem(status, problem),
    };
    let malformed = |what: &str, body: Vec<u8>| raw(what, JSON, body, 400, "malformed-json");
    let mut faults = vec![
        raw("an array", JSON, format!("[{good}]").into_bytes(), 422, "invalid-body"),
        raw("a text", JSON, b"\"{}\"".to_vec(), 422, "invalid-body"),
        raw("null", JSON, b"null".to_vec(), 422, "invalid-body"),
        raw("the same key twice", JSON, br#"{"zz":1,"zz":1}"#.to_vec(), 400, "duplicate-key"),
        raw("another media type", Some("text/plain"), good.clone().into_bytes(), 415, "unsupported-media-type"),
        raw("no media type", None, b"{\"a\":1}".to_vec(), 415, "unsupported-media-type"),
        raw(
            "another character set",
            Some("application/json; charset=iso-8859-1"),
            good.clone().into_bytes(),
            415,
            "unsupported-media-type",
        ),
        raw("over a megabyte", JSON, vec![b' '; MEGABYTE], 413, "payload-too-large"),
        malformed("a body that stops", b"{\"a\":".to_vec()),
        malformed("a second value", format!("{good} {{}}").into_bytes()),
        malformed("a comment", b"{/* x */}".to_vec()),
        malformed("bytes that are no text", b"{\"a\":\"\xff\xfe\"}".to_vec()),
        malformed("half a surrogate pair", br#"{"a":"\ud800"}"#.to_vec()),
        malformed("a raw control character", b"{\"a\":\"\x01\"}".to_vec()),
        malformed("deep nesting", [vec![b'['; 100_000], vec![b']'; 100_000]].concat()),
        malformed("a number beyond all bounds", b"{\"a\":1e999}".to_vec()),
    ];
    if has_members {
        faults.push(raw("an array of its values", JSON, values(body), 422, "invalid-body"));
    }
    faults
}

/// The members' values without their names.
fn values(body: &Value) -> Vec<u8> {
    json!(body.as_object().map(|members| members.values().collect::<Vec<_>>())).to_string().into_bytes()
}

/// What is wrong at one place.
fn at(body: &Value, place: &Place, faults: &mut Vec<Fault>) {
    let pointer = &place.pointer;
    let mut wrong = |what: &str, value: Value| faults.push(field(what, pointer, &bodies::with(body, pointer, value)));
    let kind = place.schema["type"].as_str().unwrap_or_default();
    match kind {
        "string" => wrong("a number for a text", json!(17)),
        "boolean" => wrong("a text for a flag", json!("true")),
        "integer" => {
            for (what, value) in [
                ("a text for a number", json!("1")),
                ("a fraction", json!(1.5)),
                ("a negative number", json!(-1)),
                ("a number beyond 64 bits", json!(1e300)),
            ] {
                wrong(what, value);
            }
        }
        _ => wrong("a text for a list or object", json!("x")),
    }
    wrong("an object for another value", if kind == "object" { json!(7) } else { json!({ "zz": 1 }) });
    if !place.may_be_null {
        wrong("null", Value::Null);
    }
    if place.schema["enum"].as_array().is_some_and(|values| values[0].is_string()) {
        wrong("a word that is none of them", json!("zz_nonsense"));
    } else if place.schema["enum"].is_array() {
        wrong("an attestation that is not made", json!(false));
    }
    if place.is_required {
        faults.push(field("a missing field", pointer, &bodies::without(body, pointer)));
    }
}

/// What is wrong with a text.
fn texts(body: &Value, place: &Place, by_facts: bool, faults: &mut Vec<Fault>) {
    let has_rule = ["maxLength", "format", "pattern"].iter().any(|rule| place.schema.get(*rule).is_some());
    let checked = has_rule && place.schema["format"] != "password" && !by_facts;
    let format = place.schema["format"].as_str().unwrap_or_default();
    let mut values = vec![
        ("a long text", "x".repeat(LONG)),
        ("nothing", String::new()),
        ("white space", " \t\n ".to_owned()),
        ("a null character", "a\u{0}b".to_owned()),
        ("a bell", "a\u{7}b".to_owned()),
        ("a delete character", "a\u{7f}b".to_owned()),
        ("a next-line character", "a\u{85}b".to_owned()),
        ("a line separator", "a\u{2028}b".to_owned()),
    ];
    match format {
        "date-time" => values.extend([
            ("an instant without zone", "2026-12-01T15:00:00".to_owned()),
            ("an instant with a zone's name", "2026-12-01T15:00:00[America/New_York]".to_owned()),
            ("a date for an instant", "2026-12-01".to_owned()),
            ("the thirteenth month", "2026-13-01T15:00:00Z".to_owned()),
            ("an hour 25", "2026-12-01T25:00:00Z".to_owned()),
            ("an offset beyond a day", "2026-12-01T15:00:00+99:00".to_owned()),
            ("the last year that can be told", "+262142-12-31T23:59:59Z".to_owned()),
            ("the first year that can be told", "-262143-01-01T00:00:00Z".to_owned()),
            ("a year of five digits", "+10000-01-01T00:00:00Z".to_owned()),
            ("a year before all others", "0000-01-01T00:00:00Z".to_owned()),
        ]),
        "date" => values.extend([
            ("the thirtieth of February", "2026-02-30".to_owned()),
            ("an instant for a date", "2026-12-01T15:00:00Z".to_owned()),
            ("the last year that can be told", "+262142-12-31".to_owned()),
            ("the first year that can be told", "-262143-01-01".to_owned()),
        ]),
        "uuid" => values.push(("a text that is no id", "zz".to_owned())),
        _ => {}
    }
    for (what, text) in values {
        let body = bodies::with(body, &place.pointer, json!(text));
        let mut fault = field(what, &place.pointer, &body);
        if !checked {
            fault.expected = Expected::Client;
        }
        faults.push(fault);
    }
    let body = bodies::with(body, &place.pointer, json!("x".repeat(MEGABYTE)));
    let mut fault = field("a megabyte", &place.pointer, &body);
    fault.expected = Expected::Problem(413, "payload-too-large");
    faults.push(fault);
}

fn field(what: &str, pointer: &str, body: &Value) -> Fault {
    Fault {
        what: format!("{what} at {pointer}"),
        content_type: Some("application/json"),
        body: body.to_string().into_bytes(),
        expected: Expected::Pointer(pointer.to_owned()),
    }
}

/// Pointers of the objects with members of their own names: the body itself and those within it.
fn objects(places: &[Place]) -> Vec<String> {
    let inner = places.iter().filter(|place| place.schema.get("properties").is_some());
    std::iter::once(String::new()).chain(inner.map(|place| place.pointer.clone())).collect()
}

//! Golden values, so that nobody changes the bytes by accident, and forgeries, each of which must be found.

use super::*;
use serde_json::json;

const SALT: [u8; 32] = [7; 32];

fn header(event: &str) -> Header<'_> {
    Header {
        event,
        kind: "engagement",
        reference: "ENG-2026-K7Q4MD",
        audience: "shared",
        stream_seq: 0,
        type_code: "engagement.proposed",
        schema_version: 1,
        effective_at: 1_795_442_400_000_000,
        recorded_at: 1_795_442_400_000_001,
        policy: "p1",
    }
}

/// Three links with payloads `one`, `two` and `three`, and their head.
fn stream() -> (Vec<StoredLink>, Head) {
    let mut head = Head::EMPTY;
    let links = ["one", "two", "three"].map(|name| {
        let header = header(name);
        let sealed = seal(head, &header, &SALT, name.as_bytes());
        head = sealed.head;
        StoredLink {
            columns: Columns {
                event: name.to_owned(),
                kind: header.kind.to_owned(),
                reference: header.reference.to_owned(),
                audience: header.audience.to_owned(),
                stream_seq: sealed.head.seq,
                type_code: header.type_code.to_owned(),
                schema_version: header.schema_version,
                effective_at: header.effective_at,
                recorded_at: header.recorded_at,
            },
            header: sealed.header,
            commitment: sealed.commitment.to_string(),
            prev_hash: sealed.prev_hash.to_string(),
            hash: sealed.head.hash.to_string(),
            sealed: Sealed::Kept { payload: name.to_owned(), salt: Hash(SALT).to_string() },
        }
    });
    (links.to_vec(), head)
}

#[test]
fn canonical_text_sorts_escapes_and_refuses_floats() {
    let value = json!({"b": [1, -2, true, null], "a": {"z": "\"\n\u{e9}", "": 9_007_199_254_740_993_i64}});
    assert_eq!(
        canonical(&value).as_deref(),
        Ok("{\"a\":{\"\":9007199254740993,\"z\":\"\\\"\\n\u{e9}\"},\"b\":[1,-2,true,null]}")
    );
    assert_eq!(canonical(&json!({"a": [0.5]})), Err(CanonicalError::Float));
}

#[test]
fn a_header_is_its_own_canonical_form() {
    let odd = Header { reference: "quote \" and \\", stream_seq: 3, ..header("e") };
    let parsed: serde_json::Value = serde_json::from_str(&odd.canonical()).unwrap();
    assert_eq!(canonical(&parsed).unwrap(), odd.canonical());
    assert_eq!(
        header("e").canonical(),
        r#"{"audience":"shared","effective_at":1795442400000000,"event":"e","kind":"engagement","policy":"p1","recorded_at":1795442400000001,"reference":"ENG-2026-K7Q4MD","schema_version":1,"stream_seq":0,"type":"engagement.proposed"}"#
    );
}

#[test]
fn the_bytes_of_a_link_never_change() {
    let first = seal(Head::EMPTY, &header("e"), &SALT, b"{}");
    assert_eq!(first.prev_hash.to_string(), "0".repeat(64));
    assert_eq!(first.head.seq, 1);
    assert_eq!((first.commitment.to_string().as_str(), first.head.hash.to_string().as_str()), (COMMITMENT, LINK));
}

const COMMITMENT: &str = "7204813b88da3469d9b37525eab7411cea611dd13401dd13e609fb07d86ac348";
const LINK: &str = "f5a21cc5a4aa56b4e16aafd418f0165e801f8fa658de27d448a3f4ebc98616f1";

#[test]
fn hashes_read_what_they_write_and_nothing_else() {
    let hash = commitment(&SALT, b"x");
    assert_eq!(hash.to_string().parse(), Ok(hash));
    for text in ["", "00", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65)] {
        assert_eq!(text.parse::<Hash>(), Err(HashError), "{text}");
    }
}

#[test]
fn an_honest_stream_verifies_also_after_an_erasure() {
    let (mut links, head) = stream();
    assert_eq!(verify_stream(&links, head), []);
    links[1].sealed = Sealed::Erased;
    assert_eq!(verify_stream(&links, head), []);
    assert_eq!(verify_stream([], Head::EMPTY), []);
}

/// The differences that a forgery leaves, by event.
fn found(forge: impl FnOnce(&mut Vec<StoredLink>)) -> Vec<String> {
    let (mut links, head) = stream();
    forge(&mut links);
    let name = |difference: &Difference| match difference {
        Difference::Place { .. } => "place".to_owned(),
        Difference::Previous { .. } => "previous".to_owned(),
        Difference::Link { .. } => "link".to_owned(),
        Difference::Payload => "payload".to_owned(),
        Difference::PayloadMissing => "payload missing".to_owned(),
        Difference::Column { column } => format!("column {column}"),
        Difference::Header => "header".to_owned(),
        Difference::Hexadecimal { column } => format!("hexadecimal {column}"),
        Difference::Head { .. } => "head".to_owned(),
    };
    verify_stream(&links, head).iter().map(|f| format!("{}: {}", f.event, name(&f.difference))).collect()
}

/// Makes a link whole again after a forgery, as an owner of the database would.
fn reseal(stored: &mut StoredLink) {
    let (committed, previous) = (stored.commitment.parse().unwrap(), stored.prev_hash.parse().unwrap());
    stored.hash = link(&stored.header, committed, previous).to_string();
}

/// Invariant 19: the record is chained and has no gaps; whoever changes it is found.
#[test]
fn every_forgery_is_found_with_its_whole_extent() {
    for (name, forge, expected) in FORGERIES {
        assert_eq!(found(forge), *expected, "{name}");
    }
    assert!(!found(|links| links.swap(0, 1)).is_empty());
}

type Forgery = fn(&mut Vec<StoredLink>);

/// Name, forgery, and what must be found.
const FORGERIES: &[(&str, Forgery, &[&str])] = &[
    (
        "a payload",
        |l| l[1].sealed = Sealed::Kept { payload: "2".into(), salt: Hash(SALT).to_string() },
        &["two: payload"],
    ),
    (
        "a salt",
        |l| l[1].sealed = Sealed::Kept { payload: "two".into(), salt: Hash([8; 32]).to_string() },
        &["two: payload"],
    ),
    ("no salt", |l| l[1].sealed = Sealed::Kept { payload: "two".into(), salt: "x".into() }, &["two: hexadecimal salt"]),
    ("a lost payload", |l| l[1].sealed = Sealed::Missing, &["two: payload missing"]),
    ("a column", |l| l[1].columns.effective_at += 1, &["two: column effective_at"]),
    ("an audience", |l| l[1].columns.audience = "developer".into(), &["two: column audience"]),
    ("a header", |l| l[1].header = l[1].header.replace("p1", "p2"), &["two: link"]),
    ("a header with spaces", |l| l[1].header.push(' '), &["two: header", "two: link"]),
    (
        "a header made whole",
        |l| {
            l[1].header = l[1].header.replace("p1", "p2");
            reseal(&mut l[1]);
        },
        &["three: previous"],
    ),
    (
        "the last one made whole",
        |l| {
            l[2].header = l[2].header.replace("p1", "p2");
            reseal(&mut l[2]);
        },
        &["three: head"],
    ),
    (
        "a dropped one",
        |l| {
            l.remove(1);
        },
        &["three: place", "three: previous"],
    ),
    (
        "the newest dropped",
        |l| {
            l.pop();
        },
        &["two: head"],
    ),
    ("all dropped", Vec::clear, &[": head"]),
    ("a repeated one", |l| l.insert(1, l[0].clone()), &["one: place", "one: previous"]),
    ("no commitment", |l| l[0].commitment = "?".into(), &["one: hexadecimal commitment"]),
    ("no previous", |l| l[0].prev_hash = "?".into(), &["one: previous", "one: hexadecimal prev_hash"]),
];

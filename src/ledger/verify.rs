//! Verifies stored streams and reports every difference, not only the first: whoever looks into a damaged ledger wants
//! to know its extent.

use serde_json::Value;

use super::{
    canonical::canonical,
    chain::{Head, commitment, link},
    hash::Hash,
};

/// One link as it stands in the store, in text form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLink {
    /// The columns that repeat what the header says.
    pub columns: Columns,
    /// Canonical text of the header.
    pub header: String,
    /// Commitment, hex.
    pub commitment: String,
    /// Hash of the link before it, hex.
    pub prev_hash: String,
    /// Its own hash, hex.
    pub hash: String,
    /// Payload and salt, or nothing once erased.
    pub sealed: Sealed,
}

/// Columns that must agree with the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The event's id.
    pub event: String,
    /// Name of the aggregate's kind.
    pub kind: String,
    /// The aggregate's reference.
    pub reference: String,
    /// Code of the audience.
    pub audience: String,
    /// Place in the stream.
    pub stream_seq: i64,
    /// What happened.
    pub type_code: String,
    /// Schema version of the payload.
    pub schema_version: i32,
    /// When it took effect, microseconds.
    pub effective_at: i64,
    /// When it was recorded, microseconds.
    pub recorded_at: i64,
}

/// What the commitment binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// The payload and its salt (hex).
    Kept {
        /// The payload's text.
        payload: String,
        /// 32 bytes, hex.
        salt: String,
    },
    /// Erased, with a recorded instant.
    Erased,
    /// The row that should hold it is gone.
    Missing,
}

/// What is wrong with one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The event's id; for a wrong head the id of the newest event, if there is one.
    pub event: String,
    /// What is wrong.
    pub difference: Difference,
}

/// One difference between what is stored and what must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The stream has a gap, a repetition or another order.
    #[error("place {found} in the stream where {expected} belongs")]
    Place {
        /// The place that comes next.
        expected: i64,
        /// The place that stands there.
        found: i64,
    },
    /// The link does not name the one before it.
    #[error("the link names {found} as the one before it, which has hash {expected}")]
    Previous {
        /// Hash of the link before it.
        expected: Hash,
        /// What the link names.
        found: String,
    },
    /// The hash is not that of the link.
    #[error("the link has hash {expected}, stored is {found}")]
    Link {
        /// The computed hash.
        expected: Hash,
        /// The stored one.
        found: String,
    },
    /// The payload is not the one committed to.
    #[error("the payload does not fit its commitment")]
    Payload,
    /// The payload's row is gone without a recorded erasure.
    #[error("payload and salt are missing without a recorded erasure")]
    PayloadMissing,
    /// A column says something else than the header.
    #[error("column {column} differs from the header")]
    Column {
        /// The column.
        column: &'static str,
    },
    /// The header is not canonical JSON.
    #[error("the header is not in canonical form")]
    Header,
    /// A stored value is no hash or salt.
    #[error("{column} is not hexadecimal")]
    Hexadecimal {
        /// The column.
        column: &'static str,
    },
    /// The aggregate's row names another newest link.
    #[error("the aggregate names place {} and hash {} as newest, the stream ends at {} with {}", named.seq, named.hash, found.seq, found.hash)]
    Head {
        /// What the aggregate's row names.
        named: Head,
        /// Where the stream ends.
        found: Head,
    },
}

/// Verifies one whole stream in order, and that it ends at `head`, which the aggregate's row names.
pub fn verify_stream<'a>(links: impl IntoIterator<Item = &'a StoredLink>, head: Head) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut end = Head::EMPTY;
    let mut newest = String::new();
    for stored in links {
        newest.clone_from(&stored.columns.event);
        let differences = verify_link(stored, &mut end);
        findings.extend(differences.into_iter().map(|difference| Finding { event: newest.clone(), difference }));
    }
    if end != head {
        findings.push(Finding { event: newest, difference: Difference::Head { named: head, found: end } });
    }
    findings
}

/// Goes on from the stored hash, so that one changed link is reported once and not at every later one.
fn verify_link(stored: &StoredLink, end: &mut Head) -> Vec<Difference> {
    let mut differences = Vec::new();
    let found = stored.columns.stream_seq;
    if found != end.seq + 1 {
        differences.push(Difference::Place { expected: end.seq + 1, found });
    }
    if stored.prev_hash != end.hash.to_string() {
        differences.push(Difference::Previous { expected: end.hash, found: stored.prev_hash.clone() });
    }
    differences.extend(verify_columns(stored));
    match (stored.commitment.parse::<Hash>(), stored.prev_hash.parse::<Hash>()) {
        (Ok(committed), Ok(previous)) => {
            let expected = link(&stored.header, committed, previous);
            if stored.hash != expected.to_string() {
                differences.push(Difference::Link { expected, found: stored.hash.clone() });
            }
            differences.extend(verify_payload(&stored.sealed, committed));
        }
        (Err(_), _) => differences.push(Difference::Hexadecimal { column: "commitment" }),
        (_, Err(_)) => differences.push(Difference::Hexadecimal { column: "prev_hash" }),
    }
    *end = Head { seq: found, hash: stored.hash.parse().unwrap_or(Hash::GENESIS) };
    differences
}

fn verify_payload(sealed: &Sealed, committed: Hash) -> Option<Difference> {
    match sealed {
        Sealed::Erased => None,
        Sealed::Missing => Some(Difference::PayloadMissing),
        Sealed::Kept { payload, salt } => match salt.parse::<Hash>() {
            Ok(salt) if commitment(&salt.0, payload.as_bytes()) == committed => None,
            Ok(_) => Some(Difference::Payload),
            Err(_) => Some(Difference::Hexadecimal { column: "salt" }),
        },
    }
}

fn verify_columns(stored: &StoredLink) -> Vec<Difference> {
    let Ok(header) = serde_json::from_str::<Value>(&stored.header) else { return vec![Difference::Header] };
    if canonical(&header).as_deref() != Ok(stored.header.as_str()) {
        return vec![Difference::Header];
    }
    let columns = &stored.columns;
    let pairs: [(&'static str, Value); 9] = [
        ("event", columns.event.as_str().into()),
        ("kind", columns.kind.as_str().into()),
        ("reference", columns.reference.as_str().into()),
        ("audience", columns.audience.as_str().into()),
        ("stream_seq", columns.stream_seq.into()),
        ("type", columns.type_code.as_str().into()),
        ("schema_version", columns.schema_version.into()),
        ("effective_at", columns.effective_at.into()),
        ("recorded_at", columns.recorded_at.into()),
    ];
    let differs = |(column, value): (&'static str, Value)| (header.get(column) != Some(&value)).then_some(column);
    pairs.into_iter().filter_map(differs).map(|column| Difference::Column { column }).collect()
}

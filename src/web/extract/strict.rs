//! The pass that every JSON body goes through before its type reads it: well-formed, an object, and no key twice.

use std::{collections::BTreeSet, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Starts the text of the one error that this pass raises itself; the key follows.
const DUPLICATE: &str = "duplicate key ";

/// Why the pass refused a body.
#[derive(Debug)]
pub(super) enum Refused {
    /// Not JSON, or nested too deeply; the text says where.
    Malformed(String),
    /// The object at the path holds the key twice.
    Duplicate(serde_path_to_error::Path, String),
    /// JSON, but not an object.
    NotAnObject,
}

/// Any JSON value without a duplicate key; remembers only whether it was an object.
struct Unique {
    object: bool,
}

/// Checks the body.
pub(super) fn check(text: &str) -> Result<(), Refused> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value: Unique = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let message = error.inner().to_string();
        if error.inner().is_data() {
            let key = super::json::without_position(&message).trim_start_matches(DUPLICATE).to_owned();
            Refused::Duplicate(error.path().clone(), key)
        } else {
            Refused::Malformed(message)
        }
    })?;
    json.end().map_err(|error| Refused::Malformed(error.to_string()))?;
    if value.object { Ok(()) } else { Err(Refused::NotAnObject) }
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Unique, E> {
        Ok(Unique { object: false })
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Unique, E> {
        self.visit_unit()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Unique, E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Unique, E> {
        self.visit_unit()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Unique, E> {
        self.visit_unit()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Unique, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        self.visit_unit()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format_args!("{DUPLICATE}{key}")));
            }
            seen.insert(key);
            entries.next_value::<Unique>()?;
        }
        Ok(Unique { object: true })
    }
}

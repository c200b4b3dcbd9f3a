//! One value, one sequence of bytes: JSON with sorted keys, no spaces and no floating-point numbers. The bytes are
//! stored, never made again from parsed data; this is how they are made the first time.

use serde_json::{Map, Value};

/// A value without one canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The same number can be written in several ways, and rounded in more.
    #[error("a canonical value holds no floating-point number")]
    Float,
}

/// The canonical text of a value: keys in the order of their bytes, integers only.
///
/// # Errors
/// [`CanonicalError::Float`].
pub fn canonical(value: &Value) -> Result<String, CanonicalError> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(text)
}

fn write(value: &Value, text: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Number(number) if number.is_f64() => return Err(CanonicalError::Float),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::Array(items) => write_array(items, text)?,
        Value::Object(members) => write_object(members, text)?,
    }
    Ok(())
}

fn write_array(items: &[Value], text: &mut String) -> Result<(), CanonicalError> {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text)?;
    }
    text.push(']');
    Ok(())
}

/// Sorted here and not by the map, whose order depends on a feature of the library.
fn write_object(members: &Map<String, Value>, text: &mut String) -> Result<(), CanonicalError> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| key.as_str());
    text.push('{');
    for (index, (key, member)) in sorted.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(member, text)?;
    }
    text.push('}');
    Ok(())
}

/// What is public about an event to everybody of its audience, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The event's id.
    pub event: &'a str,
    /// Name of the aggregate's kind.
    pub kind: &'a str,
    /// The aggregate's reference.
    pub reference: &'a str,
    /// Code of the audience.
    pub audience: &'a str,
    /// Place in the stream, from 1.
    pub stream_seq: i64,
    /// What happened.
    pub type_code: &'a str,
    /// Schema version of the payload.
    pub schema_version: i32,
    /// When it took effect, microseconds since the epoch.
    pub effective_at: i64,
    /// When it was recorded, microseconds since the epoch.
    pub recorded_at: i64,
    /// Hash of the access policies that decided.
    pub policy: &'a str,
}

impl Header<'_> {
    /// The canonical text.
    pub fn canonical(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        format!(
            concat!(
                r#"{{"audience":{audience},"effective_at":{effective_at},"event":{event},"kind":{kind},"#,
                r#""policy":{policy},"recorded_at":{recorded_at},"reference":{reference},"#,
                r#""schema_version":{schema_version},"stream_seq":{stream_seq},"type":{type_code}}}"#
            ),
            audience = quoted(self.audience),
            effective_at = self.effective_at,
            event = quoted(self.event),
            kind = quoted(self.kind),
            policy = quoted(self.policy),
            recorded_at = self.recorded_at,
            reference = quoted(self.reference),
            schema_version = self.schema_version,
            stream_seq = self.stream_seq,
            type_code = quoted(self.type_code),
        )
    }
}

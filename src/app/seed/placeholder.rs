//! Values of a body that are known only when the story is replayed: `$digest:CON-2026-0802` (`$digest:NOM-2026-0001` for
//! a nomination's screening text), `$offer:ENG-2026-0004`, `$account:lena.fisk@fado.test`, `$organization:pinbolt`. A text
//! that begins with `$` is always one.

use serde_json::Value;

use super::SeedError;

/// A value to be put in when the act is carried out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placeholder {
    /// SHA-256 of the newest text of the condition with this reference, or of the nomination's screening text.
    Digest(String),
    /// Hash of the newest open offer on the engagement or condition with this reference.
    Offer(String),
    /// Id of the account with this address.
    Account(String),
    /// Id of the organization with this key.
    Organization(String),
}

impl Placeholder {
    fn parse(text: &str) -> Result<Self, SeedError> {
        let of = |name: &str, value: &str| {
            let value = value.to_owned();
            Some(match name {
                "$digest" => Self::Digest(value),
                "$offer" => Self::Offer(value),
                "$account" => Self::Account(value),
                "$organization" => Self::Organization(value),
                _ => return None,
            })
        };
        let parsed = text.split_once(':').and_then(|(name, value)| of(name, value));
        parsed.ok_or_else(|| SeedError::NotAPlaceholder(text.to_owned()))
    }
}

impl std::fmt::Display for Placeholder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, value) = match self {
            Self::Digest(value) => ("digest", value),
            Self::Offer(value) => ("offer", value),
            Self::Account(value) => ("account", value),
            Self::Organization(value) => ("organization", value),
        };
        write!(f, "${name}:{value}")
    }
}

/// The body with every placeholder replaced by what `resolve` says.
///
/// # Errors
/// [`SeedError::NotAPlaceholder`], or [`SeedError::Unresolved`] where `resolve` has nothing to say.
pub fn fill(body: &Value, resolve: &mut impl FnMut(&Placeholder) -> Option<String>) -> Result<Value, SeedError> {
    Ok(match body {
        Value::String(text) if text.starts_with('$') => {
            let placeholder = Placeholder::parse(text)?;
            Value::String(resolve(&placeholder).ok_or(SeedError::Unresolved(placeholder))?)
        }
        Value::Array(values) => Value::Array(values.iter().map(|v| fill(v, resolve)).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let filled = fields.iter().map(|(name, value)| Ok((name.clone(), fill(value, resolve)?)));
            Value::Object(filled.collect::<Result<_, SeedError>>()?)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => body.clone(),
    })
}

/// Every placeholder of a body.
///
/// # Errors
/// [`SeedError::NotAPlaceholder`].
pub(super) fn within(body: &Value) -> Result<Vec<Placeholder>, SeedError> {
    let mut found = Vec::new();
    fill(body, &mut |placeholder| {
        found.push(placeholder.clone());
        Some(String::new())
    })?;
    Ok(found)
}

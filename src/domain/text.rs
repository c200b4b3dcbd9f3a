//! Text that people type: bounded, without control characters, checked once when it enters.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::marking_syntax;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the field takes.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// A control character other than a line break or tab in a text of several lines.
    #[error("must not contain control characters")]
    Control,
    /// The syntax of a classification marking above CUI (domain section 4, invariant 18).
    #[error(
        "line {0} carries a classification marking; nothing classified may be entered here: use your office's classified \
         channel, and tell the insider-risk officer by reference if classified text was entered"
    )]
    Marked(usize),
}

fn check(text: &str, most: usize, lines: bool) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > most {
        return Err(TextError::TooLong(most));
    }
    let allowed = |c: char| lines && matches!(c, '\n' | '\t' | '\r');
    let separator = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    if text.chars().any(|c| (c.is_control() || separator(c)) && !allowed(c)) {
        return Err(TextError::Control);
    }
    match marking_syntax::above_cui(text) {
        Some(found) => Err(TextError::Marked(found.line)),
        None => Ok(text.to_owned()),
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $most:literal, $lines:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some($most)).into()
            }
        }

        impl ToSchema for $name {}

        impl $name {
            /// Checks and takes the text; surrounding white space goes.
            ///
            /// # Errors
            /// [`TextError`] says what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                check(text, $most, $lines).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// A name of a model, person or organization: one line, 120 characters at most.
    Name, 120, false
);
text!(
    /// A reference into somebody else's records: one line, 120 characters at most.
    ExternalReference, 120, false
);
text!(
    /// A short statement: several lines, 2,000 characters at most.
    Statement, 2_000, true
);
text!(
    /// The text of a document in Markdown: 100,000 characters at most.
    Markdown, 100_000, true
);

impl Statement {
    /// What stands in the place of a statement that was erased.
    pub fn erased() -> Self {
        Self("[erased]".to_owned())
    }
}

impl Markdown {
    /// SHA-256 of the text's UTF-8 bytes.
    pub fn digest(&self) -> Sha256Hex {
        Sha256Hex::of(self.0.as_bytes())
    }
}

/// A SHA-256 digest as 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Hex(String);

impl PartialSchema for Sha256Hex {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{64}$")).into()
    }
}

impl ToSchema for Sha256Hex {}

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 64 lower-case hexadecimal digits")]
pub struct NotADigest;

impl Sha256Hex {
    /// The digest of the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(&Sha256::digest(bytes).into())
    }

    /// The digits of a hash that was computed elsewhere.
    pub fn from_bytes(hash: &[u8; 32]) -> Self {
        let digits: Vec<String> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(digits.concat())
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sha256Hex {
    type Error = NotADigest;
    fn try_from(text: String) -> Result<Self, NotADigest> {
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() == 64 && text.chars().all(hex) { Ok(Self(text)) } else { Err(NotADigest) }
    }
}

impl From<Sha256Hex> for String {
    fn from(digest: Sha256Hex) -> Self {
        digest.0
    }
}

/// A statement that must be made, word for word `true`: an attestation left out or `false` is refused at the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "bool", into = "bool")]
pub struct Attested;

impl PartialSchema for Attested {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])).into()
    }
}

impl ToSchema for Attested {}

/// The attestation was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be true: the act needs this attestation")]
pub struct NotAttested;

impl TryFrom<bool> for Attested {
    type Error = NotAttested;
    fn try_from(value: bool) -> Result<Self, NotAttested> {
        if value { Ok(Self) } else { Err(NotAttested) }
    }
}

impl From<Attested> for bool {
    fn from(_: Attested) -> Self {
        true
    }
}

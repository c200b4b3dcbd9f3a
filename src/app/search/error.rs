//! What is wrong with a query, with the place where it is: the number of the character, counting from 1.

use super::parse::Field;

/// Why a query cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It has more characters than are read.
    #[error("has more than {most} characters")]
    TooLong {
        /// How many are read.
        most: usize,
    },
    /// It has more terms than are read.
    #[error("at character {at}: has more than {most} terms")]
    TooManyTerms {
        /// Where the first one too many begins.
        at: usize,
        /// How many are read.
        most: usize,
    },
    /// It holds a control character.
    #[error("at character {at}: a control character")]
    Control {
        /// Where.
        at: usize,
    },
    /// A quotation has no end.
    #[error("at character {at}: the quotation that begins here does not end")]
    OpenQuotation {
        /// Where it begins.
        at: usize,
    },
    /// There is no such field.
    #[error("at character {at}: there is no field \"{name}\"; there are {}", Field::names())]
    UnknownField {
        /// Where it begins.
        at: usize,
        /// The name that was given.
        name: String,
    },
    /// A field has no value.
    #[error("at character {at}: \"{field}\" has no value")]
    NoValue {
        /// Where the field begins.
        at: usize,
        /// The field.
        field: &'static str,
    },
    /// A field cannot have this value.
    #[error("at character {at}: \"{field}\" cannot be \"{value}\"; it takes {takes}")]
    BadValue {
        /// Where the value begins.
        at: usize,
        /// The field.
        field: &'static str,
        /// The value that was given.
        value: String,
        /// What it takes.
        takes: String,
    },
}

//! What can be wrong with the demonstration's files.

use super::Placeholder;
use crate::domain::time::Instant;

/// Why the demonstration's files cannot be used. A test keeps every one of these from happening to those compiled in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Not TOML of the expected shape.
    #[error("{file} cannot be read: {source}")]
    Syntax {
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        source: Box<toml::de::Error>,
    },
    /// A command that no kind of record has.
    #[error("`{0}` is no command")]
    UnknownCommand(String),
    /// An act that names both a record and a new reference, or neither, or the wrong one for its command.
    #[error("the act `{command}` at {at} needs `reference` if it makes a record, and `on` if not")]
    WrongTarget {
        /// The command.
        command: String,
        /// When.
        at: Instant,
    },
    /// A reference that no earlier act made.
    #[error("`{0}` does not exist at {1}")]
    UnknownReference(String, Instant),
    /// A reference made twice, or one whose prefix is another kind's.
    #[error("`{0}` is made twice, or has another kind's prefix")]
    WrongReference(String),
    /// An address that is nobody's.
    #[error("`{0}` is nobody's address")]
    UnknownPerson(String),
    /// A key that is no organization's.
    #[error("`{0}` is no organization's key")]
    UnknownOrganization(String),
    /// A key or address given twice.
    #[error("`{0}` is given twice")]
    Twice(String),
    /// A role that the person's side does not have.
    #[error("`{0}` has a role of another side")]
    WrongRole(String),
    /// There must be exactly one host, of the government's side.
    #[error("exactly one organization is the host")]
    Host,
    /// An act before the accounts are made or not before the demonstration begins.
    #[error("an act at {0} lies outside the story")]
    OutsideStory(Instant),
    /// A text that begins with `$` and is no placeholder.
    #[error("`{0}` is no placeholder")]
    NotAPlaceholder(String),
    /// A placeholder for which there is no value at the act's instant.
    #[error("there is no value for {0}")]
    Unresolved(Placeholder),
}

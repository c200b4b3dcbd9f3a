//! What can be wrong with a configuration, said so that the operator knows which key to change.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// One thing that is wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, for example `auth.token_key`.
    pub key: String,
    /// What is wrong, as the rest of a sentence that starts with the key.
    pub message: String,
}

impl Problem {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.message)
    }
}

/// Collects the problems of one section.
pub(super) struct Problems {
    section: &'static str,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn of(section: &'static str) -> Self {
        Self { section, found: Vec::new() }
    }

    /// Notes a problem with `key` if `wrong`.
    pub(super) fn when(&mut self, wrong: bool, key: &str, message: impl Into<String>) {
        if wrong {
            self.found.push(Problem::new(format!("{}.{key}", self.section), message));
        }
    }

    /// Notes a problem if `value` is out of `range`.
    pub(super) fn range<T>(&mut self, key: &str, value: T, range: RangeInclusive<T>)
    where
        T: Copy + PartialOrd + fmt::Display,
    {
        let message = format!("is {value}; it must be {} to {}", range.start(), range.end());
        self.when(!range.contains(&value), key, message);
    }

    pub(super) fn done(self) -> Vec<Problem> {
        self.found
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML. The line itself is not shown: it may hold a secret.
    #[error("{name}, line {line}: {message}")]
    Syntax {
        /// Which file.
        name: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// An environment variable is not Unicode text.
    #[error("the environment variable {0} is not Unicode text")]
    NotUnicode(String),
    /// A key is unknown, or a value is not of its type.
    #[error("the configuration cannot be understood: {0}")]
    Value(String),
    /// The values are understood but cannot be used.
    #[error("the configuration has {} problem(s): {}", .0.len(), list(.0))]
    Invalid(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

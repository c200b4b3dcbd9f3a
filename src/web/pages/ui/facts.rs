//! Named values.

use askama::Template;

use super::Inline;

/// Named values, one below the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/facts.html")]
pub struct Facts {
    /// Names and values.
    pub rows: Vec<(String, Inline)>,
}

impl Facts {
    /// None yet.
    pub const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Inline>) -> Self {
        self.rows.push((name.to_owned(), value.into()));
        self
    }

    /// One more, if there is anything to say.
    #[must_use]
    pub fn some(self, name: &str, value: impl Into<Inline>) -> Self {
        let value = value.into();
        if value == Inline::None { self } else { self.with(name, value) }
    }
}

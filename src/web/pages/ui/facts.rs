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

    /// Whether it is one value that stands in a line, so that paper may show what a screen opens.
    pub fn is_line(&self) -> bool {
        matches!(self.rows.as_slice(), [(_, value)] if !value.is_block() && !matches!(value, Inline::Lines(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_value_is_a_line() {
        let one = Facts::new().with("Due", Inline::text("Nov 9, 2026"));
        assert!(one.is_line());
        assert!(!one.with("Calendar", Inline::text("us-federal.0")).is_line(), "two values");
        assert!(!Facts::new().with("Text", Inline::Lines("a\nb".to_owned())).is_line(), "several lines");
        assert!(!Facts::new().is_line(), "nothing");
    }
}

//! A button that stands in a line and does one thing.

use askama::Template;

/// A button with all that it sends.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/press.html")]
pub struct Press {
    /// Where it is sent.
    pub action: String,
    /// The token of the session's forms.
    pub csrf: String,
    /// What it says.
    pub label: String,
    /// What it is about, for whoever does not see the line: "of Ines Varga".
    pub about: String,
    /// What is sent with it: names and values.
    pub sent: Vec<(String, String)>,
}

impl Press {
    /// A button that sends nothing but that it was pressed.
    pub fn new(action: impl Into<String>, csrf: &str, label: &str, about: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            csrf: csrf.to_owned(),
            label: label.to_owned(),
            about: about.into(),
            sent: Vec::new(),
        }
    }

    /// The same, with a value that is sent.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.sent.push((name.to_owned(), value.into()));
        self
    }
}

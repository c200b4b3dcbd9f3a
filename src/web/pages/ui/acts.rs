//! What may be done with a record, and what stands against the rest.

use askama::Template;

/// A command that can be carried out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Where its form is.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// Whether it is the next step of the record.
    pub next: bool,
}

/// A command that cannot be carried out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// What it is called.
    pub label: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// What stands against it, each with who can clear it.
    pub reasons: Vec<String>,
}

/// What may be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/acts.html")]
pub struct Acts {
    /// What can be done now.
    pub open: Vec<Act>,
    /// What cannot, and why.
    pub blocked: Vec<Blocked>,
}

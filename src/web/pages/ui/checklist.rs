//! What must be done before something may happen.

use askama::Template;

use super::Inline;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Whether it is done.
    pub done: bool,
    /// What it is.
    pub what: Inline,
    /// Where it stands, or who can clear it.
    pub note: String,
}

/// A checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/checklist.html")]
pub struct Checklist {
    /// What it is for, such as "before access".
    pub purpose: String,
    /// The things to be done.
    pub items: Vec<Item>,
}

impl Checklist {
    /// How many are left.
    pub fn left(&self) -> usize {
        self.items.iter().filter(|item| !item.done).count()
    }

    /// How far it is: "2 of 7 left before access".
    pub fn progress(&self) -> String {
        match (self.left(), self.items.len()) {
            (_, 0) => String::new(),
            (0, all) => format!("All {all} done"),
            (left, all) => format!("{left} of {all} left {}", self.purpose),
        }
    }
}

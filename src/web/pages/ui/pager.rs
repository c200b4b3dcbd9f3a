//! The way to the next page of a list.

use askama::Template;

/// The way through a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/pager.html")]
pub struct Pager {
    /// The first page, where this is a later one.
    pub first: Option<String>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

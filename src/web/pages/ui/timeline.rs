//! What happened, the newest first.

use askama::Template;

use super::{Facts, Inline};
use crate::web::pages::time::When;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// An id that addresses may lead to.
    pub id: String,
    /// When.
    pub at: When,
    /// What, in words.
    pub what: String,
    /// Which sort of thing it is: `decision`, `document`, `mail` or `access`.
    pub sort: &'static str,
    /// Who did it.
    pub by: String,
    /// Who may know of it.
    pub audience: String,
    /// The record.
    pub record: Inline,
    /// Its particulars.
    pub facts: Facts,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/timeline.html")]
pub struct Timeline {
    /// The page that shows all of them, which links to one lead to; empty on that page.
    pub whole: String,
    /// The newest first.
    pub events: Vec<Event>,
}

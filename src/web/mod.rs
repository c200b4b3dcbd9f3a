//! The door: routes, what is read from a request, and how an answer or an error is rendered. No rules live here.

pub mod api;
pub mod assets;
mod cookie;
mod csrf;
pub mod cursor;
mod done;
mod download;
mod error_page;
pub mod etag;
pub mod extract;
mod file_body;
pub mod health;
pub mod listing;
pub mod middleware;
mod next;
pub mod openapi;
pub mod pages;
pub mod parameters;
pub mod problem;
pub mod quota;
pub mod routes;
pub mod serve;
pub mod sort;
pub mod table;

use std::sync::Arc;

use crate::app::App;

/// What every handler holds.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub app: App,
    /// Seals the cursors of lists.
    pub cursors: Arc<cursor::CursorKey>,
    /// How many requests each asker may make.
    pub quota: Arc<quota::Quota>,
    /// How often a link may be asked for by one address.
    pub mailboxes: Arc<quota::Quota>,
    /// How often links may be asked for at all by whoever is not signed in.
    pub strangers: Arc<quota::Quota>,
    /// The key of the tokens that forms carry.
    pub csrf: Arc<csrf::CsrfKey>,
    /// Whether this is the demonstration.
    pub demo: bool,
}

//! Pages for people: the same use cases as the API's, worded and laid out. A page composes the parts of [`ui`] and
//! decides nothing.

mod account;
mod act;
mod administration;
mod bulk;
mod correspondence;
pub mod demo;
mod documents;
pub mod export;
mod files;
mod find;
mod form;
pub mod frame;
mod happening;
mod help;
mod join;
mod pack;
pub mod particulars;
mod planning;
mod proof;
mod record;
mod rules;
pub mod sheet;
mod sign_in;
pub mod time;
pub mod ui;
pub mod unsubscribe;
mod why;
mod windows;
pub mod words;
mod worklist;
pub mod wrong;

use axum::routing::MethodRouter;

use super::Web;

/// One address of a page.
pub struct PageRoute {
    /// The path.
    pub path: String,
    /// Whether it can be looked at.
    pub gets: bool,
    /// Whether a form is sent to it.
    pub posts: bool,
    /// What handles it.
    pub handler: MethodRouter<Web>,
}

impl PageRoute {
    /// A page to look at.
    pub fn get(path: impl Into<String>, handler: MethodRouter<Web>) -> Self {
        Self { path: path.into(), gets: true, posts: false, handler }
    }

    /// What a form is sent to.
    pub fn post(path: impl Into<String>, handler: MethodRouter<Web>) -> Self {
        Self { path: path.into(), gets: false, posts: true, handler }
    }

    /// A form and what it is sent to.
    pub fn form(path: impl Into<String>, handler: MethodRouter<Web>) -> Self {
        Self { path: path.into(), gets: true, posts: true, handler }
    }
}

/// A text as the value of a query parameter.
pub fn query_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Every page.
pub fn table() -> Vec<PageRoute> {
    let rooms = [
        sign_in::routes(),
        join::routes(),
        worklist::routes(),
        account::routes(),
        administration::routes(),
        rules::routes(),
        record::routes(),
        act::routes(),
        find::routes(),
        bulk::routes(),
        help::routes(),
        documents::routes(),
        windows::routes(),
        planning::routes(),
        pack::routes(),
        correspondence::routes(),
    ];
    rooms.into_iter().flatten().collect()
}

//! Documents at a browser: a file is declared and handed in with one form, read as a download, and compared with the
//! version before it. The texts of conditions are read and compared here too.

mod content;
mod declare;
mod difference;
mod page;

pub use page::size;

use axum::{extract::DefaultBodyLimit, routing::get};

use super::PageRoute;

/// The pages of this room. The body of a form with a file is bounded by the service's own limit of contents.
pub fn routes() -> Vec<PageRoute> {
    let unbounded = DefaultBodyLimit::disable();
    vec![
        PageRoute::form("/documents/new", get(declare::page).post(declare::send).layer(unbounded)),
        PageRoute::form("/documents/{reference}/send", get(content::page).post(content::send).layer(unbounded)),
        PageRoute::get("/documents/{reference}/content", get(content::download)),
        PageRoute::get("/documents/{reference}/open", get(content::open)),
        PageRoute::get("/documents/{reference}/difference", get(difference::of_document)),
        PageRoute::get("/conditions/{reference}/texts/{number}", get(difference::text)),
        PageRoute::get("/conditions/{reference}/difference", get(difference::of_condition)),
    ]
}

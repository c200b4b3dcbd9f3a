//! Pages of a list: how many rows are asked for, and how a page is answered.

use axum::{
    Json,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::web::cursor::next_link;

/// Rows of a page where nothing is asked for.
const DEFAULT: u16 = 25;

/// Rows that a page has at most.
const MOST: u16 = 200;

/// How many rows a page may have: 1 to 200, 25 where nothing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PageLimit(u16);

/// The limit is not a number in its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a number from 1 to {MOST}")]
pub struct NotALimit;

impl PageLimit {
    /// The number of rows.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl TryFrom<String> for PageLimit {
    type Error = NotALimit;

    fn try_from(text: String) -> Result<Self, NotALimit> {
        match text.parse() {
            Ok(rows @ 1..=MOST) => Ok(Self(rows)),
            _ => Err(NotALimit),
        }
    }
}

/// One page of a list. There are no totals: they would say how much the viewer may not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last.
    pub next_cursor: Option<String>,
}

impl<T: Serialize> Page<T> {
    /// The answer to the request for `uri`: the body, and `Link` to the next page.
    pub fn respond(self, uri: &Uri) -> Response {
        let link = self.next_cursor.as_deref().and_then(|cursor| next_link(uri, cursor));
        let mut response = Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_with_a_successor_links_to_it() {
        let uri: Uri = "/api/v1/engagements?limit=1".parse().unwrap();
        let link = |next: Option<&str>| {
            let response = Page { items: vec![1], next_cursor: next.map(ToOwned::to_owned) }.respond(&uri);
            response.headers().get(header::LINK).cloned()
        };
        assert_eq!(link(None), None);
        assert_eq!(link(Some("C")).unwrap(), "</api/v1/engagements?limit=1&cursor=C>; rel=\"next\"");
    }
}

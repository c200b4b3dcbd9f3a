//! What can be done with the rows that are chosen on a page: one button for each act. The boxes before the rows belong to
//! this form, wherever they stand.

use askama::Template;

use super::Picks;

/// The form's id.
const FORM: &str = "chosen";

/// What can be done with chosen rows.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/chosen.html")]
pub struct Chosen {
    /// The token of the session's forms.
    pub csrf: String,
    /// The page, which the next one leads back to.
    pub back: String,
    /// The same page with every row chosen, or with none where every row is.
    pub other: String,
    /// Whether every row is chosen.
    pub all: bool,
    /// Whether the rows may be assigned to somebody.
    pub assign: bool,
    /// Whether people may be reminded of them.
    pub remind: bool,
}

impl Chosen {
    /// How the rows of one of the page's tables are chosen; the tables' names differ.
    pub fn picks(&self, table: &str) -> Picks {
        Picks { form: FORM, prefix: format!("choose-{table}"), all: self.all }
    }
}

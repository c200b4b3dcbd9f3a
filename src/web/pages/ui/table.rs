//! Rows under columns. On a narrow screen each row becomes a block of named values.

use askama::Template;

use super::Inline;

/// A row; its first cell names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The cells, one a column.
    pub cells: Vec<Inline>,
    /// An id that addresses may lead to.
    pub id: String,
    /// What is sent where the row is chosen; empty where it cannot be.
    pub pick: String,
}

impl Row {
    /// A row of these cells.
    pub const fn new(cells: Vec<Inline>) -> Self {
        Self { cells, id: String::new(), pick: String::new() }
    }

    /// The same, to be chosen by this reference.
    #[must_use]
    pub fn picked_by(mut self, reference: &str) -> Self {
        reference.clone_into(&mut self.pick);
        self
    }
}

/// How rows are chosen: by a box before each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picks {
    /// The id of the form that the boxes belong to, which may stand elsewhere on the page.
    pub form: &'static str,
    /// What the ids of the boxes begin with, unique on the page.
    pub prefix: String,
    /// Whether all of them are chosen.
    pub all: bool,
}

/// A column that rows can be put in order by: its head is a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorter {
    /// The head of the column.
    pub column: &'static str,
    /// The same rows in its order; where they are in it already, the other way round.
    pub href: String,
    /// Which way they are in its order now, as `aria-sort` says it; none where they are in another.
    pub now: Option<&'static str>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/table.html")]
pub struct Table {
    /// What the table holds, read out before it.
    pub caption: String,
    /// Whether what it holds is also shown above it: not where a heading says it.
    pub titled: bool,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Those of them that rows can be put in order by.
    pub sorters: Vec<Sorter>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What stands where there is no row: what it means, or what to do.
    pub empty: String,
    /// How rows are chosen, where they can be.
    pub picks: Option<Picks>,
}

impl Table {
    /// A table of these columns, without rows.
    pub fn new(caption: &str, columns: &[&str], empty: &str) -> Self {
        Self {
            caption: caption.to_owned(),
            titled: false,
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            sorters: Vec::new(),
            rows: Vec::new(),
            empty: empty.to_owned(),
            picks: None,
        }
    }

    /// The same, with what it holds shown above it.
    #[must_use]
    pub const fn titled(mut self) -> Self {
        self.titled = true;
        self
    }

    /// The same, and its rows can be chosen.
    #[must_use]
    pub fn picking(mut self, picks: Picks) -> Self {
        self.picks = Some(picks);
        self
    }

    /// The same with these rows.
    #[must_use]
    pub fn with(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    fn heads(&self) -> impl Iterator<Item = (&str, Option<&Sorter>)> {
        self.columns.iter().map(|column| (column.as_str(), self.sorters.iter().find(|sorter| sorter.column == column)))
    }

    fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (usize, &'a str, &'a Inline)> {
        let columns = self.columns.iter().map(String::as_str);
        columns.zip(&row.cells).enumerate().map(|(place, (column, cell))| (place, column, cell))
    }
}

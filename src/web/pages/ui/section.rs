//! A part of a page under a heading of its own.

use askama::Template;

use super::{Acts, Alert, Chart, Checklist, Diagram, Diff, Facts, FormView, Inline, Qr, Table, Timeline, WindowBar};

/// What may stand in a section.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/part.html")]
pub enum Part {
    /// A message.
    Alert(Alert),
    /// Named values.
    Facts(Facts),
    /// Rows under columns.
    Table(Table),
    /// What must be done.
    Checklist(Checklist),
    /// What happened.
    Timeline(Timeline),
    /// Windows beside each other.
    Chart(Chart),
    /// A workflow as a drawing.
    Diagram(Diagram),
    /// How a text changed.
    Diff(Diff),
    /// The access window.
    Window(Box<WindowBar>),
    /// What may be done.
    Acts(Acts),
    /// A form.
    Form(FormView),
    /// A code for a camera.
    Qr(Qr),
    /// A paragraph.
    Line(Inline),
    /// A long text, whose breaks are kept.
    Text(String),
    /// A heading within the section.
    Heading(String),
    /// Two keys side by side.
    Keys(Vec<Key>),
    /// What opens when it is asked for.
    Folded(Box<Folded>),
}

/// A part behind one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The line: what is behind it, and how much.
    pub summary: String,
    /// What is behind it.
    pub part: Part,
}

impl Part {
    /// This part behind one line.
    #[must_use]
    pub fn folded(self, summary: impl Into<String>) -> Self {
        Self::Folded(Box::new(Folded { summary: summary.into(), part: self }))
    }
}

/// One of two keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose it is, and what is known of it.
    pub section: Section,
    /// Whether it was turned, as far as the viewer may know.
    pub turned: bool,
}

/// A part of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "partials/section.html")]
pub struct Section {
    /// Its id, which addresses lead to.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub parts: Vec<Part>,
}

impl Section {
    /// A section without content.
    pub fn new(id: &str, heading: &str) -> Self {
        Self { id: id.to_owned(), heading: heading.to_owned(), parts: Vec::new() }
    }

    /// The same with one part more.
    #[must_use]
    pub fn with(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The same with one part more, if there is one.
    #[must_use]
    pub fn some(self, part: Option<impl Into<Part>>) -> Self {
        match part {
            Some(part) => self.with(part),
            None => self,
        }
    }
}

macro_rules! part {
    ($($type:ident $variant:ident,)*) => {
        $(impl From<$type> for Part {
            fn from(part: $type) -> Self {
                Self::$variant(part)
            }
        })*
    };
}

part! {
    Alert Alert,
    Facts Facts,
    Table Table,
    Chart Chart,
    Checklist Checklist,
    Diagram Diagram,
    Diff Diff,
    Timeline Timeline,
    Acts Acts,
    FormView Form,
    Qr Qr,
    Inline Line,
}

impl From<WindowBar> for Part {
    fn from(bar: WindowBar) -> Self {
        Self::Window(Box::new(bar))
    }
}

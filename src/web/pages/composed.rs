//! A page that is composed of sections alone: where it stands, what it is, and its parts.

use askama::Template;

use super::{
    frame::Frame,
    ui::{Alert, FieldView, Inline, Link, Section},
    words,
};
use crate::{
    app::kind_of,
    domain::id::Kind,
    web::{Web, extract::visitor::Visitor},
};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/composed.html")]
pub struct Composed {
    /// What stands around it.
    pub frame: Frame,
    /// The way to it.
    pub crumbs: Vec<Inline>,
    /// Its heading.
    pub heading: String,
    /// What it is, in a sentence.
    pub lead: String,
    /// A message.
    pub alert: Option<Alert>,
    /// Other pages of the same kind, such as what to filter by; the one that this is has no address.
    pub others: Vec<Other>,
    /// What to filter by: fields of the address.
    pub filter: Vec<FieldView>,
    /// Its parts.
    pub sections: Vec<Section>,
}

/// Another page of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// The address.
    pub href: String,
    /// What people read.
    pub text: String,
    /// Whether it is the one that is being looked at.
    pub current: bool,
}

impl Composed {
    /// A page with this heading.
    pub fn new(web: &Web, visitor: &Visitor, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self::framed(Frame::of(web, visitor, heading.clone()), heading)
    }

    /// The same in a frame of one's own.
    pub fn framed(frame: Frame, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self {
            frame,
            crumbs: Vec::new(),
            heading,
            lead: String::new(),
            alert: None,
            others: Vec::new(),
            filter: Vec::new(),
            sections: Vec::new(),
        }
    }

    /// The same, below this record.
    #[must_use]
    pub fn below(mut self, kind: Kind, reference: &str) -> Self {
        self.crumbs.push(crumb(kind, reference));
        self
    }

    /// The same, with what it is.
    #[must_use]
    pub fn about(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// The same with one more section.
    #[must_use]
    pub fn with(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// The same with these sections too.
    #[must_use]
    pub fn holding(mut self, sections: Vec<Section>) -> Self {
        self.sections.extend(sections);
        self
    }

    /// The same with the page's own name at the end of the way to it.
    #[must_use]
    pub fn here(mut self, name: &str) -> Self {
        self.crumbs.push(Inline::text(name));
        self
    }
}

/// A record on the way to a page.
pub fn crumb(kind: Kind, reference: &str) -> Inline {
    let text = format!("{} {reference}", words::kind(kind));
    Inline::Link(Link { href: format!("/{}/{reference}", kind.plural()), text })
}

/// The same, of a reference alone.
pub fn crumb_of(reference: &str) -> Inline {
    kind_of(reference).map_or_else(|| Inline::text(reference), |kind| crumb(kind, reference))
}

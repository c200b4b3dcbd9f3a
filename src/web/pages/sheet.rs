//! A page that is composed of parts alone: a heading, where it stands, a message, pages beside it, what to filter by, and
//! parts one below the other.

use askama::Template;
use axum::{
    extract::FromRequestParts as _,
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};
use serde::Deserialize;

use super::{
    files,
    frame::{Frame, Theme, html},
    ui::{Alert, FieldView, FormView, Inline, Link, Part, Section, Tone},
    words,
    wrong::Wrong,
};
use crate::{
    app::{AppError, kind_of},
    domain::id::Kind,
    web::{Web, extract::visitor::Visitor, table::Format},
};

/// The page.
#[derive(Template)]
#[template(path = "pages/sheet.html")]
pub struct Sheet {
    frame: Frame,
    crumbs: Vec<Inline>,
    here: String,
    lead: String,
    alert: Option<Alert>,
    others: Vec<Other>,
    filter: Vec<FieldView>,
    parts: Vec<Part>,
    sections: Vec<Section>,
    status: StatusCode,
}

/// Another page of the same kind, such as the month after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// The address.
    pub href: String,
    /// What people read.
    pub text: String,
    /// Whether it is the one that is being looked at.
    pub current: bool,
}

/// What such a page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What was just done, by a name that the page knows.
    #[serde(default)]
    pub done: String,
}

impl Asked {
    /// What is said of it, from the names that the page knows.
    pub fn said(&self, known: &[(&str, &str)]) -> Option<Alert> {
        said(&self.done, known)
    }
}

/// What a page of a list may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListAsked {
    /// What was just done, by a name that the page knows.
    #[serde(default)]
    done: String,
    /// The same rows for programs.
    pub format: Option<Format>,
}

impl ListAsked {
    /// What is said of what was done, from the names that the page knows.
    pub fn said(&self, known: &[(&str, &str)]) -> Option<Alert> {
        said(&self.done, known)
    }
}

fn said(done: &str, known: &[(&str, &str)]) -> Option<Alert> {
    known.iter().find(|(name, _)| *name == done).map(|(_, text)| Alert::new(Tone::Success, *text))
}

impl Sheet {
    /// A page for somebody at a browser.
    pub fn of(web: &Web, visitor: &Visitor, title: impl Into<String>) -> Self {
        Self::in_frame(Frame::of(web, visitor, title))
    }

    /// A page for whoever comes.
    pub fn open(web: &Web, headers: &HeaderMap, title: impl Into<String>) -> Self {
        Self::in_frame(Frame::open(web, title, Theme::of(headers)))
    }

    /// A page for whoever comes; who is signed in keeps the ways through the house.
    pub async fn for_anybody(web: &Web, mut parts: Parts, title: impl Into<String>) -> Self {
        let visitor = Visitor::from_request_parts(&mut parts, web).await.ok();
        Self::maybe(web, visitor.as_ref(), &parts.headers, title)
    }

    /// A page for a visitor, if there is one.
    pub fn maybe(web: &Web, visitor: Option<&Visitor>, headers: &HeaderMap, title: impl Into<String>) -> Self {
        match visitor {
            Some(visitor) => Self::of(web, visitor, title),
            None => Self::open(web, headers, title),
        }
    }

    const fn in_frame(frame: Frame) -> Self {
        Self {
            frame,
            crumbs: Vec::new(),
            here: String::new(),
            lead: String::new(),
            alert: None,
            others: Vec::new(),
            filter: Vec::new(),
            parts: Vec::new(),
            sections: Vec::new(),
            status: StatusCode::OK,
        }
    }

    /// The same, below another page.
    #[must_use]
    pub fn below(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push(Inline::Link(Link { href: href.into(), text: text.into() }));
        self
    }

    /// The same, below a record.
    #[must_use]
    pub fn under(mut self, kind: Kind, reference: &str) -> Self {
        self.crumbs.push(crumb(kind, reference));
        self
    }

    /// The same, with a shorter name than its heading at the end of the way to it.
    #[must_use]
    pub fn here(mut self, name: impl Into<String>) -> Self {
        self.here = name.into();
        self
    }

    /// The same with what the page is for, in a sentence.
    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = text.into();
        self
    }

    /// The same with a message, if there is one.
    #[must_use]
    pub fn said(mut self, alert: Option<Alert>) -> Self {
        self.alert = alert.or(self.alert);
        self
    }

    /// The same with links to pages beside it.
    #[must_use]
    pub fn beside(mut self, others: Vec<Other>) -> Self {
        self.others = others;
        self
    }

    /// The same with what to filter by: fields of the address.
    #[must_use]
    pub fn filtered(mut self, by: Vec<FieldView>) -> Self {
        self.filter = by;
        self
    }

    /// The same with a part before the sections.
    #[must_use]
    pub fn with(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The same with a form, and with what stands against what was sent with it.
    #[must_use]
    pub fn form(mut self, form: FormView, wrong: Option<&Wrong>) -> Self {
        let Some(wrong) = wrong else { return self.with(form) };
        self.alert = Some(wrong.alert(&form));
        self.status = wrong.status;
        self.with(form.wrong(&wrong.fields))
    }

    /// The same with one section more.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// The same with these sections too.
    #[must_use]
    pub fn sections(mut self, sections: impl IntoIterator<Item = Section>) -> Self {
        self.sections.extend(sections);
        self
    }

    /// The same, answered with this status.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The answer of a page whose tables are a list: its rows as a file of this name where one is asked for, and else the
    /// page with the links to the files. `here` is the page's address, with what it is filtered by.
    ///
    /// # Errors
    /// As [`Sheet::answer`].
    pub fn listed(self, format: Option<Format>, of: &str, here: &str) -> Result<Response, AppError> {
        self.listed_in_part(format, of, here, false)
    }

    /// As [`Sheet::listed`]; `cut` says that the page does not show everything.
    ///
    /// # Errors
    /// As [`Sheet::answer`].
    pub fn listed_in_part(self, format: Option<Format>, of: &str, here: &str, cut: bool) -> Result<Response, AppError> {
        let Some(format) = format else { return self.with(files::links(here)).answer() };
        let mut whole = Section::new("", &self.frame.title);
        whole.parts = self.parts;
        Ok(files::answer(format, of, std::iter::once(&whole).chain(&self.sections), cut))
    }

    /// What stands at the end of the way to the page.
    fn name(&self) -> &str {
        if self.here.is_empty() { &self.frame.title } else { &self.here }
    }

    /// The answer.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the page cannot be written.
    pub fn answer(&self) -> Result<Response, AppError> {
        let mut response = html(self)?;
        *response.status_mut() = self.status;
        Ok(response)
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

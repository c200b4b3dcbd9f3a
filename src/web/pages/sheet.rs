//! A page that is composed of parts alone: a heading, where it stands, a message, and parts one below the other.

use askama::Template;
use axum::{
    extract::FromRequestParts as _,
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};
use serde::Deserialize;

use super::{
    frame::{Frame, Theme, html},
    ui::{Alert, FormView, Inline, Link, Part, Section, Tone},
    wrong::Wrong,
};
use crate::{
    app::AppError,
    web::{Web, extract::visitor::Visitor},
};

/// The page.
#[derive(Template)]
#[template(path = "pages/sheet.html")]
pub struct Sheet {
    frame: Frame,
    crumbs: Vec<Inline>,
    lead: String,
    alert: Option<Alert>,
    parts: Vec<Part>,
    sections: Vec<Section>,
    status: StatusCode,
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
        known.iter().find(|(name, _)| *name == self.done).map(|(_, text)| Alert::new(Tone::Success, *text))
    }
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
        match Visitor::from_request_parts(&mut parts, web).await {
            Ok(visitor) => Self::of(web, &visitor, title),
            Err(_) => Self::open(web, &parts.headers, title),
        }
    }

    const fn in_frame(frame: Frame) -> Self {
        Self {
            frame,
            crumbs: Vec::new(),
            lead: String::new(),
            alert: None,
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

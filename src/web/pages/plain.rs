//! A page of sections and nothing else.

use askama::Template;

use super::{
    frame::Frame,
    ui::{Alert, Section},
};

/// A page of sections.
#[derive(Template)]
#[template(path = "pages/plain.html")]
pub struct Plain {
    /// What stands around it.
    pub frame: Frame,
    /// Its heading.
    pub heading: String,
    /// What it is for, in a sentence or two.
    pub lead: String,
    /// A message.
    pub alert: Option<Alert>,
    /// What it says.
    pub sections: Vec<Section>,
}

//! A message that stands out.

use askama::Template;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Info,
    /// Something was done.
    Success,
    /// Something needs attention.
    Warning,
    /// Something was not done.
    Error,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Info => "usa-alert--info",
            Self::Success => "usa-alert--success",
            Self::Warning => "usa-alert--warning",
            Self::Error => "usa-alert--error",
        }
    }

    /// Whether screen readers say it at once.
    const fn role(self) -> &'static str {
        match self {
            Self::Error => "alert",
            Self::Info | Self::Success | Self::Warning => "status",
        }
    }

    /// Whether the focus goes to it: to what a form was answered with.
    const fn takes_focus(self) -> bool {
        matches!(self, Self::Success | Self::Error)
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/alert.html")]
pub struct Alert {
    /// How it is meant.
    pub tone: Tone,
    /// Its heading; none for one sentence.
    pub heading: String,
    /// What it says, a paragraph each.
    pub lines: Vec<String>,
    /// Fields that it leads to: their ids and what is wrong.
    pub fields: Vec<(String, String)>,
}

impl Alert {
    /// One sentence.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, heading: String::new(), lines: vec![text.into()], fields: Vec::new() }
    }

    /// A heading with sentences.
    pub fn headed(tone: Tone, heading: impl Into<String>, lines: Vec<String>) -> Self {
        Self { tone, heading: heading.into(), lines, fields: Vec::new() }
    }
}

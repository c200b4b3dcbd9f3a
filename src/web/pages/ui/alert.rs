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

    /// Whether it says what became of what a person sent, so that the focus goes to it.
    const fn answers(self) -> bool {
        matches!(self, Self::Error | Self::Success)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_goes_to_what_became_of_a_form_and_to_nothing_else() {
        let takes = |tone: Tone| Alert::new(tone, "A sentence.").to_string().contains(" data-focus>");
        assert_eq!([Tone::Error, Tone::Success, Tone::Warning, Tone::Info].map(takes), [true, true, false, false]);
    }
}

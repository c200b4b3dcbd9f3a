//! What stands in a line: text, a link, an instant, a status.

use askama::Template;

use super::{Facts, Press};
use crate::{
    app::view::{Party, Person, RecordLink},
    domain::id::Kind,
    web::pages::{time::When, words},
};

/// A way to another page of this service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The path.
    pub href: String,
    /// What people read.
    pub text: String,
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/inline.html")]
pub enum Inline {
    /// Nothing is known.
    None,
    /// Plain text of one line.
    Text(String),
    /// Text of several lines, whose breaks are kept.
    Lines(String),
    /// A code such as a hash, in letters of one width.
    Code(String),
    /// A link.
    Link(Link),
    /// An instant or a day.
    When(When),
    /// A status.
    Tag(String),
    /// A button.
    Press(Press),
    /// Several of them, one below the other.
    List(Vec<Self>),
    /// What is shown on demand, below a few words.
    Why {
        /// The few words.
        summary: String,
        /// What they open.
        facts: Facts,
    },
}

impl Inline {
    /// Text, or nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }

    /// A stable code as words.
    pub fn code_word(code: &str) -> Self {
        Self::text(words::label(code))
    }

    /// Yes or no.
    pub fn yes(flag: bool) -> Self {
        Self::Text(if flag { "Yes" } else { "No" }.to_owned())
    }

    /// A link to a record.
    pub fn record(kind: Kind, reference: &str) -> Self {
        Self::Link(Link { href: format!("/{}/{reference}", kind.plural()), text: reference.to_owned() })
    }

    /// A link to a record with its title and stage.
    pub fn record_link(kind: Kind, link: &RecordLink) -> Self {
        let title = link.title.as_ref().map(|title| format!(" {title}")).unwrap_or_default();
        Self::Link(Link {
            href: format!("/{}/{}", kind.plural(), link.reference),
            text: format!("{}{title}", link.reference),
        })
    }

    /// A person's name.
    pub fn person(person: &Person) -> Self {
        Self::text(person.name.clone())
    }

    /// An organization's name.
    pub fn party(party: &Party) -> Self {
        Self::text(party.name.clone())
    }

    /// Several, or nothing where there is none.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<Self> = items.into_iter().filter(|item| *item != Self::None).collect();
        match items.len() {
            0 => Self::None,
            1 => items.into_iter().next().unwrap_or(Self::None),
            _ => Self::List(items),
        }
    }

    /// Whether it is more than what stands in a paragraph.
    pub const fn is_block(&self) -> bool {
        matches!(self, Self::List(_) | Self::Press(_) | Self::Why { .. })
    }

    /// Whether nothing is known.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// A link to another page.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link { href: href.into(), text: text.into() })
    }

    /// What is there, or nothing.
    pub fn maybe<T>(value: Option<T>, show: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::None, show)
    }
}

impl From<When> for Inline {
    fn from(when: When) -> Self {
        Self::When(when)
    }
}

impl From<Press> for Inline {
    fn from(press: Press) -> Self {
        Self::Press(press)
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

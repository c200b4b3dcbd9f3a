//! Documents of a case: files that hang on an engagement, a disclosed nomination or a condition (domain sections 3.5 and
//! 7). What stands here is what the chain covers: name, media type, size and SHA-256. The bytes stand in the object store
//! and can be read only once they arrived as declared and passed the quarantine.

mod command;
mod decide;
mod evolve;
mod settle;
mod transitions;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use command::*;
pub use decide::{available, decide, judged, may_hang, received};
pub use evolve::evolve;
pub use settle::due;
pub use transitions::{Guard, WORKFLOW};

use super::{
    actor::By,
    audience::Audience,
    id::{OrganizationId, RecordId, Subject},
    records::{Erased, ErasedUnder},
    text::{Name, Sha256Hex},
    time::Instant,
};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What was declared when it was made; nothing of it changes (invariant 20).
    #[serde(flatten)]
    pub declared: Declared,
    /// Who declared it, and may send its content.
    pub by: By,
    /// When it was declared.
    pub declared_at: Instant,
    /// Where it stands.
    pub stage: DocumentStage,
    /// When the stage was entered.
    pub since: Instant,
    /// When its content was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

/// What is fixed when a document is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The developer of the release.
    pub developer: OrganizationId,
    /// The engagement, nomination or condition that it hangs on.
    pub attached_to: Subject,
    /// The partner that may know of it: where it hangs on a nomination, or on a partner's condition.
    pub partner: Option<OrganizationId>,
    /// Its name, for people; it is no path.
    pub name: Name,
    /// What it is.
    pub document_kind: DocumentKind,
    /// Its media type, which the content must have.
    pub media_type: MediaType,
    /// Its size in bytes, which the content must have.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, which the content must have.
    pub sha256: Sha256Hex,
    /// 1, or one more than its parent's.
    pub version: u32,
    /// The version that it replaces once it is available.
    pub parent: Option<RecordId>,
    /// For an executed copy: the agreed text that it executes.
    pub executes: Option<Sha256Hex>,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// An agreement, or a draft of one.
    Agreement,
    /// The signed copy of a condition's agreed text; it is never followed by another version.
    ExecutedCopy,
    /// A certificate, such as one of destruction.
    Certificate,
    /// A policy.
    Policy,
    /// Any other legal text.
    OtherLegal,
}

/// The media types that a document may have. Others can run, or hide what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum MediaType {
    /// Markdown in UTF-8.
    #[serde(rename = "text/markdown")]
    Markdown,
    /// Plain text in UTF-8.
    #[serde(rename = "text/plain")]
    Plain,
    /// PDF without active content.
    #[serde(rename = "application/pdf")]
    Pdf,
}

impl MediaType {
    /// The media type's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown",
            Self::Plain => "text/plain",
            Self::Pdf => "application/pdf",
        }
    }

    /// Whether the content is text, so that two versions can be compared.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Markdown | Self::Plain)
    }

    /// The ends that a file's name of this type may have; the first is the one to add.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Markdown => &[".md", ".markdown"],
            Self::Plain => &[".txt"],
            Self::Pdf => &[".pdf"],
        }
    }
}

/// The stage of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStage {
    /// Declared; the content has not arrived.
    AwaitingContent,
    /// The content arrived as declared and waits for the scanner.
    Quarantined,
    /// The content can be read.
    Available,
    /// A newer version is available; this one can still be read.
    Superseded,
    /// The scanner refused the content.
    Rejected,
    /// Taken back before it was available.
    Withdrawn,
    /// The content did not arrive within a day.
    Lapsed,
    /// The content was erased under a disposal of records.
    Erased,
}

impl DocumentStage {
    /// Every stage's name.
    pub const NAMES: &'static [&'static str] =
        &["awaiting_content", "quarantined", "available", "superseded", "rejected", "withdrawn", "lapsed", "erased"];

    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingContent => "awaiting_content",
            Self::Quarantined => "quarantined",
            Self::Available => "available",
            Self::Superseded => "superseded",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Erased => "erased",
        }
    }

    /// Whether the content can be read.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Available | Self::Superseded)
    }

    /// Whether the document may still become available.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::AwaitingContent | Self::Quarantined)
    }

    /// Whether content is kept for it.
    pub const fn has_content(self) -> bool {
        matches!(self, Self::Quarantined | Self::Available | Self::Superseded)
    }
}

/// The limits of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// The most bytes of one document.
    pub most_bytes: u64,
    /// The most bytes of all documents that one organization has in one case.
    pub quota_bytes: u64,
}

impl Default for DocumentLimits {
    /// 10 MB a document, 500 MB an organization and case.
    fn default() -> Self {
        Self { most_bytes: 10_000_000, quota_bytes: 500_000_000 }
    }
}

/// What the scanner found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// Something that must not be passed on.
    Infected,
}

/// What happened to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum DocumentEvent {
    /// It was declared, with the digest that its content has.
    Declared { document: Box<Declared> },
    /// The content arrived as declared.
    ContentReceived,
    /// The quarantine let it pass.
    Released,
    /// The quarantine refused it.
    Rejected,
    /// A newer version became available.
    Superseded { by: RecordId },
    /// It was taken back.
    Withdrawn,
    /// The content did not arrive in time.
    Lapsed,
    /// The content is erased from now on.
    ContentErased { under: ErasedUnder },
}

impl DocumentEvent {
    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declared { .. } => "document.declared",
            Self::ContentReceived => "document.content_received",
            Self::Released => "document.released",
            Self::Rejected => "document.rejected",
            Self::Superseded { .. } => "document.superseded",
            Self::Withdrawn => "document.withdrawn",
            Self::Lapsed => "document.lapsed",
            Self::ContentErased { .. } => "document.content_erased",
        }
    }
}

impl Document {
    /// Who knows of it: a partner, where it hangs on something of that partner's; else both sides.
    pub fn audience(&self) -> Audience {
        self.declared.partner.map_or(Audience::Shared, Audience::Partner)
    }
}

#[cfg(test)]
mod tests;

//! Commands on a document.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DocumentKind, MediaType};
use crate::domain::{
    action::commands,
    id::Kind,
    text::{Attested, Name, Sha256Hex},
};

commands! {
    /// Commands on a document.
    DocumentCommand of Kind::Document;
    /// Declares a document by name, size and digest; its content follows.
    "upload" UploadDocument Under;
    /// Takes a document back that is not available yet.
    "withdraw" WithdrawDocument No;
}

/// Declares a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadDocument {
    /// Reference of the engagement, disclosed nomination or condition that it hangs on.
    pub attach_to: String,
    /// Its name, for people.
    pub name: Name,
    /// What it is. An executed copy hangs on a condition that both sides signed.
    pub document_kind: DocumentKind,
    /// Its media type.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hex,
    /// Reference of the newest version, for a next one.
    #[serde(default)]
    pub parent: Option<String>,
    /// For an executed copy: SHA-256 of the agreed text that it executes.
    #[serde(default)]
    pub executes: Option<Sha256Hex>,
    /// The document contains nothing classified.
    pub unclassified_attestation: Attested,
}

/// Takes a document back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawDocument {}

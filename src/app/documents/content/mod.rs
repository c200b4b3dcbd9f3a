//! What a content is, by its bytes and not by its name or by what is said of it: text in UTF-8, or a PDF in which nothing
//! can run. Everything else is refused, whatever its sender calls it.

use super::pdf::{self, PdfError};
use crate::domain::{
    document::{Declared, MediaType},
    marking_syntax,
    text::Sha256Hex,
};

/// Why a content is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// It has another size than was declared.
    #[error("The content has {found} bytes; {declared} were declared.")]
    Size {
        /// Bytes declared.
        declared: u64,
        /// Bytes found.
        found: u64,
    },
    /// It has another digest than was declared.
    #[error("The content does not have the SHA-256 that was declared.")]
    Digest,
    /// It is sent as, or is, something else than was declared.
    #[error("The content is not {}.", .0.name())]
    Type(MediaType),
    /// It is not text in UTF-8.
    #[error("The text is not UTF-8.")]
    NotUtf8,
    /// It holds a character that is not for reading: control characters, and such as change the order of what is read.
    #[error("The text holds a control character.")]
    Control,
    /// It begins like a page, a program or a drawing that a browser could run.
    #[error("The text begins like something that can run.")]
    Runs,
    /// It carries the syntax of a classification marking above CUI (domain section 4, invariant 18).
    #[error(
        "Line {0} carries a classification marking. Nothing classified may be entered here: use your office's classified \
         channel, and tell the insider-risk officer by reference if it was."
    )]
    Marked(usize),
    /// The PDF is not one that is taken.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// What a text must not begin with: markup that browsers run, and programs. Compared in small letters.
const RUNS: &[&str] =
    &["<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "<iframe", "<style", "#!"];

/// Checks that the bytes are what was declared.
///
/// # Errors
/// [`ContentError`] says what is wrong first.
pub fn check(declared: &Declared, bytes: &[u8]) -> Result<(), ContentError> {
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if found != declared.size_bytes {
        return Err(ContentError::Size { declared: declared.size_bytes, found });
    }
    if Sha256Hex::of(bytes) != declared.sha256 {
        return Err(ContentError::Digest);
    }
    is_a(declared.media_type, bytes)
}

/// Checks that the bytes are of the media type.
///
/// # Errors
/// [`ContentError`].
pub fn is_a(media_type: MediaType, bytes: &[u8]) -> Result<(), ContentError> {
    if pdf::begins(bytes) != (media_type == MediaType::Pdf) {
        return Err(ContentError::Type(media_type));
    }
    match media_type {
        MediaType::Pdf => Ok(pdf::check(bytes)?),
        MediaType::Markdown | MediaType::Plain => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<(), ContentError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ContentError::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().any(is_hidden) {
        return Err(ContentError::Control);
    }
    let beginning: String = text.trim_start().chars().take(16).flat_map(char::to_lowercase).collect();
    if RUNS.iter().any(|mark| beginning.starts_with(mark)) {
        return Err(ContentError::Runs);
    }
    match marking_syntax::above_cui(text) {
        Some(found) => Err(ContentError::Marked(found.line)),
        None => Ok(()),
    }
}

/// Control characters but line breaks and tabs; separators that some programs take for line breaks; and what turns the
/// order of reading around, so that a text would be signed that reads as another.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests;

//! The difference between two texts, line by line, and word by word within lines that changed.

use std::{fmt::Write as _, time::Duration};

use serde::Serialize;
use similar::{ChangeTag, DiffTag, TextDiff};
use utoipa::ToSchema;

/// Bytes that a text may have to be compared.
const MOST: usize = 1_000_000;

/// How long a comparison looks for the smallest difference; after it a larger one will do.
const PATIENCE: Duration = Duration::from_secs(1);

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// Why two documents cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DifferenceError {
    /// One of them is no text.
    #[error("A PDF has no text difference.")]
    NotText,
    /// One of them is too large.
    #[error("A text of more than 1,000,000 bytes is not compared.")]
    TooLarge,
    /// There is no version before it, and none was named.
    #[error("The document is a first version: say which one it is compared with.")]
    First,
    /// They hang on different records.
    #[error("The documents hang on different records.")]
    Elsewhere,
}

/// The difference between two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// SHA-256 of the text that is compared with.
    pub from_sha256: String,
    /// SHA-256 of the text.
    pub to_sha256: String,
    /// What changed, with the lines around it; empty where the texts are the same.
    pub hunks: Vec<Hunk>,
    /// The same as unified text.
    pub unified: String,
}

/// A part of the texts in which something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hunk {
    /// Its first line in the text that is compared with, counting from 1.
    pub from_line: usize,
    /// Its first line in the text, counting from 1.
    pub to_line: usize,
    /// Its lines.
    pub lines: Vec<ChangedLine>,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedLine {
    /// What became of it.
    pub change: LineChange,
    /// The line in parts, one after the other; in a line that was changed, those that changed are marked.
    pub parts: Vec<LinePart>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineChange {
    /// It stands in both texts.
    Same,
    /// It is gone.
    Removed,
    /// It is new.
    Added,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinePart {
    /// Its text.
    pub text: String,
    /// Whether it changed.
    pub changed: bool,
}

/// Compares two texts. Takes up to some seconds: to be called where a thread may wait.
///
/// # Errors
/// [`DifferenceError::TooLarge`].
pub fn between(from: &str, to: &str) -> Result<(Vec<Hunk>, String), DifferenceError> {
    if from.len() > MOST || to.len() > MOST {
        return Err(DifferenceError::TooLarge);
    }
    let difference = TextDiff::configure().timeout(PATIENCE).diff_lines(from, to);
    let mut hunks = Vec::new();
    let mut unified = String::new();
    for group in difference.grouped_ops(AROUND) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (from_line, to_line) = (first.old_range().start + 1, first.new_range().start + 1);
        let (from_lines, to_lines) = (last.old_range().end + 1 - from_line, last.new_range().end + 1 - to_line);
        writeln!(unified, "@@ -{from_line},{from_lines} +{to_line},{to_lines} @@").ok();
        let mut lines = Vec::new();
        for operation in &group {
            if operation.tag() == DiffTag::Replace {
                for change in difference.iter_inline_changes(operation) {
                    let parts = change.iter_strings_lossy();
                    let parts = parts.map(|(changed, text)| LinePart { text: text.into_owned(), changed }).collect();
                    push(&mut lines, &mut unified, change.tag(), parts);
                }
                continue;
            }
            for change in difference.iter_changes(operation) {
                let changed = change.tag() != ChangeTag::Equal;
                let parts = vec![LinePart { text: change.value().to_owned(), changed }];
                push(&mut lines, &mut unified, change.tag(), parts);
            }
        }
        hunks.push(Hunk { from_line, to_line, lines });
    }
    Ok((hunks, unified))
}

fn push(lines: &mut Vec<ChangedLine>, unified: &mut String, tag: ChangeTag, mut parts: Vec<LinePart>) {
    let (change, sign) = match tag {
        ChangeTag::Equal => (LineChange::Same, ' '),
        ChangeTag::Delete => (LineChange::Removed, '-'),
        ChangeTag::Insert => (LineChange::Added, '+'),
    };
    unified.push(sign);
    let text: String = parts.iter().map(|part| part.text.as_str()).collect();
    unified.push_str(text.trim_end_matches(['\r', '\n']));
    unified.push('\n');
    // The end of a line is no part of what is read.
    for part in &mut parts {
        part.text.truncate(part.text.trim_end_matches(['\r', '\n']).len());
    }
    parts.retain(|part| !part.text.is_empty());
    lines.push(ChangedLine { change, parts });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_is_marked_within_its_line() {
        let from = "one\ntwo\nThe partner keeps it for two years.\nfour\nfive\nsix\nseven\neight\n";
        let to = "one\ntwo\nThe partner keeps it for five years.\nfour\nfive\nsix\nseven\neight\nnine\n";
        let (hunks, unified) = between(from, to).unwrap();
        assert_eq!(hunks.len(), 1);
        let changed: Vec<(LineChange, Vec<&str>)> = hunks[0]
            .lines
            .iter()
            .filter(|line| line.change != LineChange::Same)
            .map(|line| (line.change, line.parts.iter().filter(|p| p.changed).map(|p| p.text.as_str()).collect()))
            .collect();
        let expected =
            [(LineChange::Removed, vec!["two"]), (LineChange::Added, vec!["five"]), (LineChange::Added, vec!["nine"])];
        assert_eq!(changed, expected);
        assert!(
            unified.starts_with("@@ -1,8 +1,9 @@\n one\n two\n-The partner keeps it for two years.\n+The"),
            "{unified}"
        );
    }

    #[test]
    fn distant_changes_are_hunks_of_their_own_and_equal_texts_have_none() {
        let lines: Vec<String> = (0..40).map(|n| format!("line {n}\n")).collect();
        let from = lines.concat();
        let to = from.replace("line 3\n", "").replace("line 30\n", "line thirty\n");
        let (hunks, _) = between(&from, &to).unwrap();
        let begins: Vec<_> = hunks.iter().map(|hunk| (hunk.from_line, hunk.to_line)).collect();
        assert_eq!(begins, [(1, 1), (28, 27)]);
        assert_eq!(between(&from, &from).unwrap(), (Vec::new(), String::new()));
        assert_eq!(between(&"x".repeat(MOST + 1), "x"), Err(DifferenceError::TooLarge));
    }
}

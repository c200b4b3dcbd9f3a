//! The one place that writes to the terminal: data to standard output, messages and errors to standard error, either as
//! text for people or as JSON for programs.

use std::io::{self, BufRead as _, IsTerminal as _, Write};

use serde::Serialize;
use serde_json::json;

use super::error::CliError;

/// How a command answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints data: as one line of JSON, or as the text that `text` makes of it.
    pub(super) fn data<T: Serialize>(self, data: &T, text: impl FnOnce(&T) -> String) {
        let shown = if self.json { serde_json::to_string(data).unwrap_or_default() } else { text(data) };
        print(&mut io::stdout().lock(), &shown);
    }

    /// Tells a person something that is no data, on standard error.
    pub(super) fn note(self, text: &str) {
        if self.json {
            print(&mut io::stderr().lock(), &json!({ "note": text }).to_string());
        } else {
            print(&mut io::stderr().lock(), text);
        }
    }

    /// Tells why the command failed.
    pub(super) fn error(self, error: &CliError) {
        let exit = error.exit();
        let text = if self.json {
            let error = json!({ "code": exit as u8, "kind": exit.name(), "message": error.to_string() });
            json!({ "error": error }).to_string()
        } else {
            format!("error: {error}")
        };
        print(&mut io::stderr().lock(), &text);
    }
}

/// Asks a person whether to go on. Without a terminal nobody can be asked.
pub(super) fn confirmed(question: &str) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    print(&mut io::stderr().lock(), &format!("{question} Type `yes` to go on:"));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

/// Rows in columns as wide as their widest cell, under their headings.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].chars().count()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let headings = headings.map(str::to_owned);
    let lines = std::iter::once(line(&headings)).chain(rows.iter().map(|row| line(row)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A reader that went away wants no more; that is no failure of the command.
fn print(to: &mut impl Write, text: &str) {
    let written = writeln!(to, "{}", text.trim_end()).and_then(|()| to.flush());
    if let Err(error) = written {
        tracing::debug!(%error, "the terminal takes nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_lines_end_in_text() {
        let rows = [["a".to_owned(), "long cell".to_owned()], ["bcd".to_owned(), String::new()]];
        assert_eq!(table(["X", "Y"], &rows), "X    Y\na    long cell\nbcd");
    }
}

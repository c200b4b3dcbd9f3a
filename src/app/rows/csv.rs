//! Rows as CSV (RFC 4180): UTF-8, a line of names first, lines ended by CR LF. A cell that a spreadsheet program would
//! take for a formula gets an apostrophe before it, which [`unguarded`] takes away again.

use chrono::{DateTime, SecondsFormat, Utc};

use super::Listed;

/// Rows of one export, at most; what follows them is fetched by the cursor that comes with it.
pub const MOST_ROWS: usize = 1_000;

/// The names of the columns.
const COLUMNS: [&str; 14] = [
    "kind",
    "reference",
    "stage",
    "title",
    "developer",
    "engagement",
    "owner",
    "due_on",
    "due_code",
    "overdue",
    "window_day",
    "window_of",
    "created_at",
    "updated_at",
];

/// The rows, below the line of names.
pub fn table(rows: &[Listed]) -> String {
    lines(std::iter::once(COLUMNS.map(str::to_owned)).chain(rows.iter().map(cells)))
}

/// Lines of any cells, each guarded as the cells of rows are.
pub fn lines<C: AsRef<[String]>>(lines: impl IntoIterator<Item = C>) -> String {
    lines.into_iter().fold(String::new(), |mut text, cells| {
        line(&mut text, cells.as_ref());
        text
    })
}

fn cells(row: &Listed) -> [String; COLUMNS.len()] {
    let due = row.due.as_ref();
    [
        row.kind.name().to_owned(),
        row.reference.clone(),
        row.stage.clone(),
        row.title.clone().unwrap_or_default(),
        row.developer.as_ref().map(|developer| developer.name.clone()).unwrap_or_default(),
        row.engagement.clone().unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        due.map(|due| due.on.to_string()).unwrap_or_default(),
        due.map(|due| due.code.clone()).unwrap_or_default(),
        due.map(|due| due.overdue.to_string()).unwrap_or_default(),
        row.window.map(|window| window.day.to_string()).unwrap_or_default(),
        row.window.map(|window| window.of.to_string()).unwrap_or_default(),
        instant(row.created_at),
        instant(row.updated_at),
    ]
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Adds a line of cells.
fn line(text: &mut String, cells: &[String]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        let cell = guarded(cell);
        if cell.contains([',', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// Whether a spreadsheet program may take the cell for something else than text, looking past apostrophes.
fn is_risky(cell: &str) -> bool {
    const SIGNS: [char; 12] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    cell.trim_start_matches('\'').starts_with(SIGNS)
}

/// The cell with an apostrophe before it, where it would be taken for a formula.
fn guarded(cell: &str) -> String {
    if is_risky(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The value of a cell that was read: without the apostrophe that was put before it.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_risky(cell)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads CSV as RFC 4180 says, sign by sign.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut cells, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut signs = text.chars().peekable();
        while let Some(sign) = signs.next() {
            match (quoted, sign) {
                (true, '"') if signs.peek() == Some(&'"') => cell.extend(signs.next()),
                (true, '"') => quoted = false,
                (true, other) => cell.push(other),
                (false, '"') => {
                    assert!(cell.is_empty(), "a quotation begins its cell");
                    quoted = true;
                }
                (false, ',') => cells.push(std::mem::take(&mut cell)),
                (false, '\r') => {
                    assert_eq!(signs.next(), Some('\n'), "lines end with CR LF");
                    cells.push(std::mem::take(&mut cell));
                    lines.push(std::mem::take(&mut cells));
                }
                (false, other) => {
                    assert_ne!(other, '\n', "no line ends with LF alone");
                    cell.push(other);
                }
            }
        }
        assert!(cell.is_empty() && cells.is_empty() && !quoted, "the last line ends");
        lines
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\u{0}=1", "'\u{0}=1"),
            ("\rx", "\"'\rx\""),
            ("\n=1", "\"'\n=1\""),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("'=1", "''=1"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("a=b", "a=b"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("", ""),
        ] {
            let mut text = String::new();
            line(&mut text, &[cell.to_owned()]);
            assert_eq!(text, format!("{written}\r\n"), "{cell:?}");
        }
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof!["[=+@'\"\t\r\n\u{0},a -]{0,8}", any::<String>()]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(lines in prop::collection::vec(prop::collection::vec(cell(), 1..5), 0..5)) {
            let mut text = String::new();
            for cells in &lines {
                line(&mut text, cells);
            }
            let found: Vec<Vec<String>> = read(&text);
            for cell in found.iter().flatten() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']), "{:?}", cell);
            }
            let values: Vec<Vec<String>> =
                found.iter().map(|cells| cells.iter().map(|cell| unguarded(cell).to_owned()).collect()).collect();
            prop_assert_eq!(values, lines);
        }
    }
}

//! Rows as a table for spreadsheet programs: when it is asked for, and how it is answered.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::openapi::{QueryDoc, ValueType};
use crate::app::{
    Listed,
    rows::csv::{MOST_ROWS, table},
};

/// The media type of a table.
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The form of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    Json,
    /// CSV.
    Csv,
}

impl Format {
    /// The parameter, on every route that answers rows.
    pub const DOC: QueryDoc = QueryDoc {
        name: "format",
        description: "The form of the answer; by Accept if left out. A table (csv) holds 1,000 rows at most if no limit \
                      is given, and the header Link leads to those behind them.",
        value: ValueType::OneOf(&["json", "csv"]),
    };

    /// The same, where the answer is whole whatever its form.
    pub const WHOLE_DOC: QueryDoc = QueryDoc {
        name: "format",
        description: "The form of the answer; by Accept if left out. A table (csv) holds the same rows.",
        value: ValueType::OneOf(&["json", "csv"]),
    };

    /// The form that is asked for: by the parameter, or else by `Accept`, where the table is wanted at least as much as
    /// JSON.
    pub fn asked(parameter: Option<Self>, headers: &HeaderMap) -> Self {
        let ranges = || {
            let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
            lines.flat_map(|line| line.split(',')).map(range)
        };
        let weight = |name: &str| ranges().find(|(own, _)| own == name).map(|(_, weight)| weight);
        let table = weight("text/csv").unwrap_or(0);
        let json = ["application/json", "application/*", "*/*"].into_iter().find_map(weight).unwrap_or(0);
        parameter.unwrap_or(if table > 0 && table >= json { Self::Csv } else { Self::Json })
    }

    /// Rows of one answer: those asked for, or as many as the form has where nothing is.
    pub fn limit(self, asked: Option<u16>) -> usize {
        let all = if self == Self::Csv { MOST_ROWS } else { usize::from(super::extract::PageLimit::default().get()) };
        asked.map_or(all, usize::from)
    }
}

/// A media range in small letters, and its weight in thousandths (RFC 9110, section 12.5.1).
fn range(text: &str) -> (String, u32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.map_or(1_000, thousandths))
}

/// `0`, `1`, or a fraction of three digits at most; anything else weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = format!("{fraction:0<3}");
    match (whole, digits.parse::<u32>()) {
        ("0", Ok(thousandths)) if digits.len() == 3 => thousandths,
        ("1", Ok(0)) => 1_000,
        _ => 0,
    }
}

/// The rows as a download of this name, with the link to what follows.
pub fn answer(rows: &[Listed], name: &str, link: Option<HeaderValue>) -> Response {
    download(table(rows), name, link)
}

/// A table that is written already, as a download of this name, with the link to what follows.
pub fn download(table: String, name: &str, link: Option<HeaderValue>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CSV));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    if let Some(link) = link {
        headers.insert(header::LINK, link);
    }
    (headers, table).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_answered_to_who_asks_for_one() {
        for (accept, expected) in [
            ("", Format::Json),
            ("*/*", Format::Json),
            ("application/json", Format::Json),
            ("text/csv", Format::Csv),
            ("Text/CSV; header=present", Format::Csv),
            ("text/csv, application/json;q=0.5", Format::Csv),
            ("text/csv;q=0.4, application/json;q=0.5", Format::Json),
            ("text/csv;q=0", Format::Json),
            ("text/csv;q=0.001", Format::Csv),
            ("text/csv;q=nonsense", Format::Json),
            ("text/csv, */*;q=0.1", Format::Csv),
            ("text/html", Format::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Format::asked(None, &headers), expected, "{accept}");
            assert_eq!(Format::asked(Some(Format::Json), &headers), Format::Json, "the parameter says it");
        }
        assert_eq!((Format::Csv.limit(None), Format::Csv.limit(Some(2)), Format::Json.limit(None)), (1_000, 2, 25));
    }
}

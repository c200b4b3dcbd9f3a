//! The rows of a page as a file for programs: what its tables, lines of time and charts show, as CSV or JSON. A file is
//! made of the parts of the page, so that it cannot hold more than the page does.

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::ui::{Chart, ChartRow, Event, Inline, Link, Part, Row, Section, Table, Timeline};
use crate::{
    app::rows::csv,
    web::table::{Format, download},
};

/// The column that says which section of the page a row stands in.
const SECTION: &str = "Section";

/// Columns of what hands press: a file has none of them.
const PRESSED: [&str; 2] = ["Change", "End it"];

/// The links to a page's rows as files. `here` is the page's own address, with what it is filtered by.
pub fn links(here: &str) -> Inline {
    let sign = if here.contains('?') { '&' } else { '?' };
    let link = |format: &str, text: &str| Inline::link(format!("{here}{sign}format={format}"), text);
    Inline::List(vec![link("csv", "As a table (CSV)"), link("json", "As JSON")])
}

/// What a file is called: one that does not hold everything says so.
pub fn name(of: &str, cut: bool) -> String {
    if cut { format!("{of}-first-part") } else { of.to_owned() }
}

/// The rows as JSON.
#[derive(Serialize)]
struct Rows {
    items: Vec<Map<String, Value>>,
    /// Whether there is more than the page, and so the file, shows.
    cut: bool,
}

/// The rows of the sections as a file. `cut` says that the page does not show everything.
pub fn answer<'a>(format: Format, of: &str, sections: impl IntoIterator<Item = &'a Section>, cut: bool) -> Response {
    let tables: Vec<(String, Table)> = sections.into_iter().flat_map(tables).collect();
    match format {
        Format::Csv => download(written(&tables), &name(of, cut), None),
        Format::Json => Json(Rows { items: tables.iter().flat_map(items).collect(), cut }).into_response(),
    }
}

/// The tables of a section, each with the section's heading.
fn tables(section: &Section) -> Vec<(String, Table)> {
    section.parts.iter().filter_map(table).map(|table| (section.heading.clone(), unpressed(table))).collect()
}

/// The table without the columns of what hands press.
fn unpressed(mut table: Table) -> Table {
    let kept: Vec<bool> = table.columns.iter().map(|column| !PRESSED.contains(&column.as_str())).collect();
    let mut places = kept.iter();
    table.columns.retain(|_| places.next().is_none_or(|kept| *kept));
    for row in &mut table.rows {
        let mut places = kept.iter();
        row.cells.retain(|_| places.next().is_none_or(|kept| *kept));
    }
    table
}

fn table(part: &Part) -> Option<Table> {
    match part {
        Part::Table(table) => Some(table.clone()),
        Part::Timeline(timeline) => Some(of_timeline(timeline)),
        Part::Chart(chart) => Some(of_chart(chart)),
        Part::Folded(folded) => table(&folded.part),
        Part::Alert(_)
        | Part::Facts(_)
        | Part::Checklist(_)
        | Part::Diagram(_)
        | Part::Diff(_)
        | Part::Window(_)
        | Part::Acts(_)
        | Part::Form(_)
        | Part::Qr(_)
        | Part::Line(_)
        | Part::Text(_)
        | Part::Heading(_)
        | Part::Keys(_) => None,
    }
}

fn of_timeline(timeline: &Timeline) -> Table {
    let row = |event: &Event| {
        Row::new(vec![
            event.at.clone().into(),
            Inline::text(event.what.clone()),
            Inline::text(event.sort),
            Inline::text(event.by.clone()),
            Inline::text(event.audience.clone()),
            event.record.clone(),
            Inline::Why { summary: String::new(), facts: event.facts.clone() },
        ])
    };
    let columns = ["At", "What", "Sort", "Who", "Audience", "Record", "Particulars"];
    Table::new("", &columns, "").with(timeline.events.iter().map(row))
}

fn of_chart(chart: &Chart) -> Table {
    let row = |row: &ChartRow| Row::new(vec![row.name.clone(), Inline::text(row.quiet.clone()), row.said.clone()]);
    Table::new("", &["Engagement", "About", "Window"], "").with(chart.rows.iter().map(row))
}

/// All tables as one, below the columns that any of them has.
fn written(tables: &[(String, Table)]) -> String {
    let mut columns: Vec<&str> = vec![SECTION];
    for column in tables.iter().flat_map(|(_, table)| &table.columns) {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    let head: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let line = |(heading, table): &(String, Table), row: &Row| {
        let cell = |column: &&str| {
            let named = table.columns.iter().zip(&row.cells).find(|(name, _)| name == column);
            named.map(|(_, cell)| plain(cell)).unwrap_or_default()
        };
        let cells = columns.iter().skip(1).map(cell);
        std::iter::once(heading.clone()).chain(cells).collect::<Vec<_>>()
    };
    let lines = tables.iter().flat_map(|table| table.1.rows.iter().map(|row| line(table, row)).collect::<Vec<_>>());
    csv::lines(std::iter::once(head).chain(lines))
}

fn items((heading, table): &(String, Table)) -> Vec<Map<String, Value>> {
    let key = |column: &str| column.to_lowercase().replace(' ', "_");
    let item = |row: &Row| {
        let cells = table.columns.iter().zip(&row.cells).map(|(column, cell)| (key(column), plain(cell).into()));
        std::iter::once((key(SECTION), heading.clone().into())).chain(cells).collect()
    };
    table.rows.iter().map(item).collect()
}

/// A cell as text; instants as programs read them.
fn plain(cell: &Inline) -> String {
    match cell {
        Inline::None | Inline::Press(_) => String::new(),
        Inline::Text(text)
        | Inline::Lines(text)
        | Inline::Code(text)
        | Inline::Tag(text)
        | Inline::Link(Link { text, .. }) => text.clone(),
        Inline::When(when) => when.machine.clone(),
        Inline::List(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
        Inline::Why { facts, .. } => {
            let fact = |(name, value): &(String, Inline)| format!("{name}: {}", plain(value));
            facts.rows.iter().map(fact).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections() -> Vec<Section> {
        let row = |cells: [&str; 2]| Row::new(cells.into_iter().map(Inline::text).collect());
        let first = Table::new("", &["Record", "Next step"], "").with([row(["ENG-1", "=sign"])]);
        let second = Table::new("", &["Record", "Due"], "").with([row(["ENG-2", "a,b"])]);
        vec![Section::new("a", "Overdue").with(first), Section::new("b", "Soon").with(second)]
    }

    #[test]
    fn the_rows_of_all_sections_are_one_table_without_formulas() {
        let tables: Vec<_> = sections().iter().flat_map(tables).collect();
        let expected = "Section,Record,Next step,Due\r\nOverdue,ENG-1,'=sign,\r\nSoon,ENG-2,,\"a,b\"\r\n";
        assert_eq!(written(&tables), expected);
    }

    #[test]
    fn what_hands_press_stands_in_no_file() {
        let row = |cells: [&str; 3]| Row::new(cells.into_iter().map(Inline::text).collect());
        let table = Table::new("", &["Token", "Change", "Ends"], "").with([row(["A", "Revoke", "B"])]);
        let tables = tables(&Section::new("", "Tokens").with(table));
        assert_eq!(written(&tables), "Section,Token,Ends\r\nTokens,A,B\r\n");
    }

    #[test]
    fn the_rows_as_json_have_the_names_of_their_columns() {
        let tables: Vec<_> = sections().iter().flat_map(tables).collect();
        let items: Vec<Value> = tables.iter().flat_map(items).map(Value::Object).collect();
        let expected = serde_json::json!([
            { "section": "Overdue", "record": "ENG-1", "next_step": "=sign" },
            { "section": "Soon", "record": "ENG-2", "due": "a,b" },
        ]);
        assert_eq!(Value::Array(items), expected);
    }

    #[test]
    fn links_keep_what_the_page_is_filtered_by() {
        for (here, expected) in [("/", "/?format=csv"), ("/?view=team", "/?view=team&format=csv")] {
            let Inline::List(links) = links(here) else { panic!("a list") };
            assert_eq!(links.first(), Some(&Inline::link(expected, "As a table (CSV)")));
        }
    }

    #[test]
    fn a_file_that_is_cut_says_so_in_its_name() {
        assert_eq!((name("windows", false), name("windows", true)), ("windows".into(), "windows-first-part".into()));
    }
}

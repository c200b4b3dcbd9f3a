//! Counts and turnaround over many records.

use axum::{extract::State, response::Response, routing::get};
use chrono_tz::Tz;

use super::sheet;
use crate::{
    app::{
        AppError,
        figures::{CountTable, Figures, FiguresOver, TurnaroundFigure},
    },
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{Inline, Row, Section, Table},
            words,
        },
    },
};

/// The page.
const PATH: &str = "/administration/figures";

/// What stands for a number that is withheld.
const WITHHELD: &str = "Withheld";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let figures = web.app.figures(visitor.principal()).await?;
    let mut page = sheet(&web, &visitor, "Figures").lead(over(&figures, web.app.settings().program.zone));
    for counts in &figures.counts {
        let heading = words::label(counts.of);
        page = page.section(Section::new(counts.of, &heading).with(table(&heading, counts)));
    }
    page.section(Section::new("turnaround", "Turnaround").with(turnaround(&figures.turnaround))).listed(
        asked.format,
        "figures",
        PATH,
    )
}

fn over(figures: &Figures, zone: Tz) -> String {
    let at = PageClock { zone, now: figures.as_of.at }.plain(figures.as_of.at).text;
    let whose = match figures.over {
        FiguresOver::Program => "Over all developers",
        FiguresOver::OwnOrganization => "Over the records of your organization",
    };
    let small = figures.smallest_cell.map(|least| {
        format!(" Cells with fewer than {least} records are withheld, and with them what would give them away.")
    });
    format!("{whose}, as of {at}.{}", small.unwrap_or_default())
}

fn table(heading: &str, counts: &CountTable) -> Table {
    let number = |count: Option<u64>| Inline::text(count.map_or_else(|| WITHHELD.to_owned(), |n| n.to_string()));
    let cells = counts.cells.iter().map(|cell| Row::new(vec![named(&cell.name), number(cell.count)]));
    let total = Row::new(vec![Inline::text("All"), number(counts.total)]);
    Table::new(&format!("{heading} by stage"), &["Stage", "Records"], "None.").with(cells).with([total])
}

/// The name of a cell: a stage, or for what is closed its outcome.
fn named(cell: &str) -> Inline {
    match cell.split_once(':') {
        Some((stage, outcome)) => Inline::text(format!("{}: {}", words::label(stage), words::words(outcome))),
        None => Inline::code_word(cell),
    }
}

fn turnaround(figures: &[TurnaroundFigure]) -> Table {
    let days = |days: Option<f64>| Inline::text(days.map_or_else(|| "Too few".to_owned(), |days| format!("{days:.1}")));
    let row = |one: &TurnaroundFigure| {
        Row::new(vec![
            Inline::code_word(one.step),
            Inline::maybe(one.deadline, Inline::code_word),
            Inline::text(one.measured.map_or_else(|| WITHHELD.to_owned(), |count| count.to_string())),
            days(one.median_days),
            days(one.ninetieth_percentile_days),
        ])
    };
    let columns = ["Step", "Deadline", "Measured", "Median, days", "Ninetieth percentile, days"];
    Table::new("Calendar days between two steps", &columns, "Nothing was measured yet.").with(figures.iter().map(row))
}

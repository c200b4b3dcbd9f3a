//! A month as a list of its days: which windows open and close, and what is due.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use serde::Deserialize;

use super::midnight;
use crate::{
    app::{
        AppError,
        calendar::{CalendarView, CalendarWindow, WindowStatus},
        error::BadRequest,
    },
    domain::id::Kind,
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            sheet::{Other, Sheet},
            time::PageClock,
            ui::{Alert, Inline, Link, Row, Section, Table, Tone},
            words,
        },
        table::Format,
    },
};

/// The month that is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Such as `2026-12`; this month if left out.
    #[serde(default)]
    month: String,
    /// The same rows for programs.
    format: Option<Format>,
}

/// The page.
pub async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let zone = web.app.settings().program.zone;
    let clock = PageClock { zone, now: web.app.clock().business() };
    let first = first_day(&asked.month, clock.today())?;
    let after = moved(first, 1);
    // What is due on the last day is late from the midnight after it on, and a span ends before its end: one day further
    // is asked for, and what is of another month is left out below.
    let span = (midnight(first, zone), midnight(after.succ_opt().unwrap_or(after), zone));
    let view = web.app.calendar(visitor.principal(), Some(span.0), Some(span.1)).await?;
    let name = name(first);
    let page = Sheet::of(&web, &visitor, format!("Windows and deadlines in {name}")).lead(
        "Days on which a window opens or closes, a release is planned, or something is due that you may know of.",
    );
    let others = vec![
        other(moved(first, -1)),
        Other { href: "/windows/month".to_owned(), text: "This month".to_owned(), current: false },
        other(after),
        Other { href: "/windows".to_owned(), text: "As a chart".to_owned(), current: false },
    ];
    let more = "There is more than is shown.";
    let alert = view.truncated.then(|| Alert::new(Tone::Warning, more));
    let table = table(&view, &name, (first, after), clock);
    let here = format!("/windows/month?month={}", first.format("%Y-%m"));
    let page = page.beside(others).said(alert).section(Section::new("days", &name).with(table));
    page.listed_in_part(asked.format, "windows-and-deadlines", &here, view.truncated)
}

fn other(month: NaiveDate) -> Other {
    Other { href: format!("/windows/month?month={}", month.format("%Y-%m")), text: name(month), current: false }
}

fn name(month: NaiveDate) -> String {
    month.format("%B %Y").to_string()
}

/// The first day of the month that is asked for.
fn first_day(asked: &str, today: NaiveDate) -> Result<NaiveDate, BadRequest> {
    if asked.is_empty() {
        return Ok(today.with_day(1).unwrap_or(today));
    }
    let day = format!("{asked}-01").parse::<NaiveDate>().ok().filter(|day| (1970..=2200).contains(&day.year()));
    let detail = "must be a month, such as 2026-12".to_owned();
    day.ok_or(BadRequest::Parameter { name: "month".to_owned(), detail })
}

fn moved(month: NaiveDate, by: i8) -> NaiveDate {
    let months = Months::new(u32::from(by.unsigned_abs()));
    let moved = if by < 0 { month.checked_sub_months(months) } else { month.checked_add_months(months) };
    moved.unwrap_or(month)
}

/// Every day with something, and today.
fn table(view: &CalendarView, name: &str, (first, after): (NaiveDate, NaiveDate), clock: PageClock) -> Table {
    let mut days: BTreeMap<NaiveDate, [Vec<Inline>; 2]> = BTreeMap::new();
    for (day, event) in view.windows.iter().flat_map(|window| events(window, clock)) {
        days.entry(day).or_default()[0].push(event);
    }
    for deadline in &view.deadlines {
        let yours = if deadline.mine { ", your turn" } else { "" };
        let said = format!("{}: {} {}{yours}", deadline.reference, deadline.code, words::words(&deadline.deadline));
        days.entry(deadline.due_on).or_default()[1].push(way(deadline.kind, &deadline.reference, said));
    }
    let today = clock.today();
    days.retain(|day, _| first <= *day && *day < after);
    let shown: BTreeSet<NaiveDate> =
        days.keys().copied().chain((first <= today && today < after).then_some(today)).collect();
    let rows = shown.into_iter().map(|day| {
        let [windows, due] = days.remove(&day).unwrap_or_default();
        let date = Inline::from(clock.day(day));
        let weekday = Inline::text(day.format("%A").to_string());
        let today = (day == today).then(|| Inline::Tag("Today".to_owned()));
        let weekday = Inline::list(std::iter::once(weekday).chain(today));
        Row::new(vec![date, weekday, Inline::list(windows), Inline::list(due)])
    });
    let columns = ["Day", "Weekday", "Windows", "Due"];
    Table::new(
        &format!("Days of {name}"),
        &columns,
        "Nothing in this month that you may know of. Look at the month before or after it.",
    )
    .with(rows)
}

/// A link that says what happens with the record.
fn way(kind: Kind, reference: &str, text: String) -> Inline {
    Inline::Link(Link { href: format!("/{}/{reference}", kind.plural()), text })
}

/// When the window opens and closes, by day; of one that is not scheduled yet, the planned release that would end it.
fn events(window: &CalendarWindow, clock: PageClock) -> Vec<(NaiveDate, Inline)> {
    let day = |at: DateTime<Utc>| at.with_timezone(&clock.zone).date_naive();
    let event = |at: DateTime<Utc>, what: &str| {
        let local = at.with_timezone(&clock.zone);
        let reference = &window.reference;
        let said = format!("{reference}, {}, {what} at {}", window.developer.name, local.format("%H:%M %Z"));
        (day(at), way(Kind::Engagement, reference, said))
    };
    let opens = window.opens_at.as_ref().map(|at| event(at.at, "opens"));
    let closes = window.closes_at.as_ref().map(|at| event(at.at, "closes"));
    let planned = window.planned_release.as_ref().filter(|_| window.status == WindowStatus::NotScheduled);
    let planned = planned.map(|at| event(at.at, "planned release, no window yet,"));
    [opens, closes, planned].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_one_another() {
        let today: NaiveDate = "2026-12-09".parse().expect("a day");
        let first = first_day("", today).expect("a month");
        assert_eq!((first.to_string(), name(first)), ("2026-12-01".to_owned(), "December 2026".to_owned()));
        assert_eq!(moved(first, 1).to_string(), "2027-01-01");
        assert_eq!(moved(first, -1).to_string(), "2026-11-01");
        assert_eq!(first_day("2027-02", today).expect("a month").to_string(), "2027-02-01");
        for wrong in ["2026-13", "12", "2026-12-01", "soon", "9999999-01"] {
            assert!(first_day(wrong, today).is_err(), "{wrong}");
        }
    }
}

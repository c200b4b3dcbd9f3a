//! Every window that a person may see, over one span of time.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{Datelike as _, Days, NaiveDate};
use serde::Deserialize;

use super::{midnight, slips};
use crate::{
    app::{
        AppError,
        calendar::{CalendarView, CalendarWindow, WindowStatus},
    },
    domain::id::Kind,
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            files,
            sheet::{Other, Sheet},
            time::{PageClock, day_text, length},
            ui::{Alert, Chart, ChartRow, FieldView, Inline, Scale, Section, Tone},
        },
        table::Format,
    },
};

/// Days of the span before today, and of the whole span, where nothing else is asked for.
const BEFORE: u64 = 30;
const LONG: u64 = 120;

/// Days that a span has at most.
const LONGEST: i64 = 400;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// The span that is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The first day.
    #[serde(default)]
    from: String,
    /// The last day.
    #[serde(default)]
    to: String,
    /// The same rows for programs.
    format: Option<Format>,
}

/// The days of a span, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: NaiveDate,
    to: NaiveDate,
}

/// The page.
pub async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let zone = web.app.settings().program.zone;
    let clock = PageClock { zone, now: web.app.clock().business() };
    let (days, errors) = span(&asked, clock.today());
    let scale = Scale { from: midnight(days.from, zone), to: midnight(next(days.to), zone) };
    let view = web.app.calendar(visitor.principal(), Some(scale.from), Some(scale.to)).await?;
    let section = Section::new("windows", "Access windows").with(chart(&view, days, scale, clock));
    if let Some(format) = asked.format.filter(|_| errors.is_empty()) {
        return Ok(files::answer(format, "windows", [&section], view.truncated));
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Sheet::of(&web, &visitor, "Windows")
        .lead("Access windows of the engagements that you may see, and those that have none yet. The cap is a ceiling, not a promised length.")
        .beside(others(days))
        .filtered(filter(&asked, days, &errors))
        .said(alert(&errors, &view))
        .section(section.with(files::links(&visitor.here)))
        .status(status)
        .answer()
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn shifted(day: NaiveDate, days: u64, back: bool) -> NaiveDate {
    let moved = if back { day.checked_sub_days(Days::new(days)) } else { day.checked_add_days(Days::new(days)) };
    moved.unwrap_or(day)
}

/// The span that is asked for, with what is wrong with it by field; the usual one where it is wrong.
fn span(asked: &Asked, today: NaiveDate) -> (Stretch, BTreeMap<&'static str, String>) {
    let mut errors = BTreeMap::new();
    let mut read = |name: &'static str, text: &str| {
        let day = text.trim().parse::<NaiveDate>().ok().filter(|day| (1970..=2200).contains(&day.year()));
        if day.is_none() && !text.trim().is_empty() {
            errors.insert(name, "Enter a day, such as 2026-12-09.".to_owned());
        }
        day
    };
    let (from, to) = (read("from", &asked.from), read("to", &asked.to));
    let from = from.unwrap_or_else(|| shifted(to.unwrap_or(today), if to.is_some() { LONG } else { BEFORE }, true));
    let days = Stretch { from, to: to.unwrap_or_else(|| shifted(from, LONG, false)) };
    let long = (days.to - days.from).num_days();
    if long < 0 {
        errors.insert("to", "The last day comes before the first.".to_owned());
    } else if long >= LONGEST {
        errors.insert("to", format!("Ask for {LONGEST} days at most."));
    }
    if errors.is_empty() {
        return (days, errors);
    }
    let from = shifted(today, BEFORE, true);
    (Stretch { from, to: shifted(from, LONG, false) }, errors)
}

/// The spans before and after, and the months.
fn others(days: Stretch) -> Vec<Other> {
    let long = u64::try_from((days.to - days.from).num_days()).unwrap_or(LONG) + 1;
    let other = |from: NaiveDate, to: NaiveDate, text: &str| Other {
        href: format!("/windows?from={from}&to={to}"),
        text: text.to_owned(),
        current: false,
    };
    vec![
        other(shifted(days.from, long, true), shifted(days.to, long, true), "Earlier"),
        Other { href: "/windows".to_owned(), text: "Around today".to_owned(), current: false },
        other(shifted(days.from, long, false), shifted(days.to, long, false), "Later"),
        Other { href: "/windows/month".to_owned(), text: "Month by month".to_owned(), current: false },
    ]
}

fn filter(asked: &Asked, days: Stretch, errors: &BTreeMap<&'static str, String>) -> Vec<FieldView> {
    let field = |name: &'static str, label: &str, typed: &str, day: NaiveDate| {
        let error = errors.get(name).map(String::as_str).unwrap_or_default();
        let value = if error.is_empty() { day.to_string() } else { typed.to_owned() };
        FieldView::line(name, label, "date", &value).wrong(error)
    };
    vec![field("from", "First day", &asked.from, days.from), field("to", "Last day", &asked.to, days.to)]
}

fn alert(errors: &BTreeMap<&'static str, String>, view: &CalendarView) -> Option<Alert> {
    if !errors.is_empty() {
        let mut alert = Alert::headed(Tone::Error, "Some fields need another look", Vec::new());
        let at = |(name, error): (&&str, &String)| (crate::web::pages::ui::id_of(name), error.clone());
        alert.fields = errors.iter().map(at).collect();
        return Some(alert);
    }
    let text = "There is more than is shown: ask for a shorter span.";
    view.truncated.then(|| Alert::new(Tone::Warning, text))
}

fn chart(view: &CalendarView, days: Stretch, scale: Scale, clock: PageClock) -> Chart {
    let span = format!("{} to {}", day_text(days.from), day_text(days.to));
    Chart {
        caption: format!("Access windows from {span}"),
        span,
        ticks: ticks(days, scale, clock),
        now: scale.within(clock.now),
        rows: view.windows.iter().map(|window| row(window, scale, clock)).collect(),
        empty:
            "No access window that you may see lies in this span. Choose other days above, or look earlier or later."
                .to_owned(),
    }
}

/// Where months begin. A month whose name would not fit any more has none.
fn ticks(days: Stretch, scale: Scale, clock: PageClock) -> Vec<(i64, String)> {
    let first = days.from.iter_days().take_while(|day| *day <= days.to).filter(|day| day.day() == 1);
    first
        .filter_map(|day| {
            let place = scale.within(midnight(day, clock.zone))?;
            Some((place, day.format("%b").to_string()))
        })
        .collect()
}

fn row(window: &CalendarWindow, scale: Scale, clock: PageClock) -> ChartRow {
    let until = window.closes_at.as_ref().map_or(scale.to, |at| at.at);
    let planned = window.planned_release.iter().filter(|_| window.status == WindowStatus::NotScheduled);
    let open = window.stretches.iter().filter_map(|stretch| {
        let to = stretch.to.as_ref().map_or(until, |to| to.at);
        scale.span(stretch.from.at, to, true)
    });
    let rest = window.opens_at.as_ref().and_then(|opens| scale.span(opens.at, until, false));
    let quiet = [Some(window.developer.name.clone()), window.title.clone()];
    ChartRow {
        name: Inline::record(Kind::Engagement, &window.reference),
        quiet: quiet.into_iter().flatten().collect::<Vec<_>>().join(", "),
        spans: rest.into_iter().chain(open).collect(),
        limit: window.limit_at.as_ref().and_then(|at| scale.within(at.at)),
        slips: window.planned_before.iter().chain(planned).filter_map(|at| scale.within(at.at)).collect(),
        ghosts: slips::ghosts(window, scale),
        said: Inline::list(
            [Inline::text(said(window, clock))]
                .into_iter()
                .chain(slips::said(window, clock))
                .chain([planned_before(window, clock), what_if(window)]),
        ),
    }
}

/// The planned releases that were moved: "Planned release before: Dec 1, 2026".
fn planned_before(window: &CalendarWindow, clock: PageClock) -> Inline {
    let day = |at: &crate::app::view::Moment| day_text(at.at.with_timezone(&clock.zone).date_naive());
    let days: Vec<String> = window.planned_before.iter().map(day).collect();
    if days.is_empty() { Inline::None } else { Inline::text(format!("Planned release before: {}", days.join("; "))) }
}

/// The way to what would follow if a date moved, for whoever may ask; a window that is over has none.
fn what_if(window: &CalendarWindow) -> Inline {
    if window.status == WindowStatus::Closed || !window.plans {
        return Inline::None;
    }
    Inline::link(format!("/engagements/{}/what-if", window.reference), "What if a date moves?")
}

/// The window in words: "Open: Nov 9, 2026 to Dec 9, 2026, day 15 of 30", or "No window yet, planned release Dec 9, 2026".
fn said(window: &CalendarWindow, clock: PageClock) -> String {
    let day = |at: &crate::app::view::Moment| day_text(at.at.with_timezone(&clock.zone).date_naive());
    let opens = window.opens_at.as_ref().map(day).unwrap_or_default();
    let to = window.closes_at.as_ref().map(|at| format!("{opens} to {}", day(at)));
    let to = to.unwrap_or_else(|| format!("from {opens}"));
    let cap = window.cap_seconds / DAY_S;
    let today = (window.used_seconds / DAY_S).saturating_add(1).min(cap);
    match window.status {
        WindowStatus::NotScheduled => match window.planned_release.as_ref().map(day) {
            Some(planned) => format!("No window yet, planned release {planned}"),
            None => "No window yet".to_owned(),
        },
        WindowStatus::Scheduled => format!("Scheduled: {to}, {cap} days at most"),
        WindowStatus::Missed => format!("Not opened on {opens}: both sides schedule anew"),
        WindowStatus::Open => format!("Open: {to}, day {today} of {cap}"),
        WindowStatus::Suspended => format!("Suspended: {to}, day {today} of {cap}"),
        WindowStatus::Closed => format!("Closed: {to}, {} of {cap} days used", length(window.used_seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_span_is_what_is_asked_for_or_lies_around_today() {
        let asked = |from: &str, to: &str| Asked { from: from.to_owned(), to: to.to_owned(), format: None };
        let today = day("2026-11-22");
        for (from, to, expected) in [
            ("", "", ("2026-10-23", "2027-02-20")),
            ("2026-11-01", "", ("2026-11-01", "2027-03-01")),
            ("2026-11-01", "2026-11-30", ("2026-11-01", "2026-11-30")),
            ("", "2027-03-01", ("2026-11-01", "2027-03-01")),
        ] {
            let (days, errors) = span(&asked(from, to), today);
            assert_eq!((days.from, days.to), (day(expected.0), day(expected.1)), "{from} {to}");
            assert!(errors.is_empty(), "{from} {to}");
        }
        for (from, to, field) in [
            ("soon", "", "from"),
            ("", "99999-01-01", "to"),
            ("2026-11-30", "2026-11-01", "to"),
            ("2026-01-01", "2028-01-01", "to"),
        ] {
            let (days, errors) = span(&asked(from, to), today);
            assert_eq!(errors.keys().copied().collect::<Vec<_>>(), [field], "{from} {to}");
            assert_eq!(days.from, day("2026-10-23"));
        }
    }
}

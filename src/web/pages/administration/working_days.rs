//! Holidays and closures of a year, and the closing and opening of days.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use super::{clock, sheet};
use crate::{
    app::{
        AppError,
        office::{ClosedDay, ClosureReason, NewClosure, ReopenedDay, WorkingDays, YEARS},
    },
    authz::administration::AdministrativeAction as A,
    web::{
        Web, done,
        extract::{
            ApiQuery,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::{Asked, Sheet},
            time::{PageClock, day_text},
            ui::{Choice, Control, FieldView, FormView, Inline, Press, Row, Section, Table},
            words,
            wrong::Wrong,
        },
        table::Format,
    },
};

/// The page.
const PATH: &str = "/administration/working-days";

/// The form that closes a day.
const CLOSE: &str = "/administration/working-days/close";

/// What the page says was done.
const DONE: [(&str, &str); 2] = [
    ("closed", "The day was closed: open tasks are counted anew."),
    ("reopened", "The day is a working day again: open tasks are counted anew."),
];

/// Why a day may be closed.
const REASONS: [ClosureReason; 5] = [
    ClosureReason::Weather,
    ClosureReason::ExecutiveOrder,
    ClosureReason::LapseInAppropriations,
    ClosureReason::Facility,
    ClosureReason::LocalHoliday,
];

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The year; the present one if left out.
    year: Option<i32>,
    /// What was just done.
    #[serde(default)]
    done: String,
    /// The same rows for programs.
    format: Option<Format>,
}

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get(PATH, get(page)),
        PageRoute::form(CLOSE, get(closing).post(close)),
        PageRoute::post("/administration/working-days/reopen", post(reopen)),
    ]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(wanted): ApiQuery<Wanted>,
) -> Result<Response, AppError> {
    let days = web.app.working_days(wanted.year).await?;
    let manages = web.app.offers(visitor.principal(), A::ManageCalendar);
    let facts = format!("Counted in the zone {}; edition {} of the calendar.", days.zone, days.edition);
    let mut page = sheet(&web, &visitor, &format!("Working days of {}", days.year))
        .said(Asked { done: wanted.done }.said(&DONE))
        .lead(facts)
        .with(years(&days));
    if manages {
        page = page.with(Inline::link(CLOSE, "Close a day"));
    }
    page.section(Section::new("closures", "Closures").with(closures(&days, &visitor, clock(&web), manages)))
        .section(Section::new("holidays", "Holidays").with(holidays(&days)))
        .listed(wanted.format, "working-days", &format!("{PATH}?year={}", days.year))
}

/// The ways to the years before and after.
fn years(days: &WorkingDays) -> Inline {
    let to = |year: i32| Inline::link(format!("{PATH}?year={year}"), format!("Working days of {year}"));
    Inline::list([days.year - 1, days.year + 1].into_iter().filter(|year| YEARS.contains(year)).map(to))
}

fn holidays(days: &WorkingDays) -> Table {
    let row = |one: &crate::app::office::ObservedHoliday| {
        Row::new(vec![Inline::text(words::holiday(one.holiday)), day(one.observed_on)])
    };
    Table::new("Federal holidays and the days without work", &["Holiday", "Observed on"], "None.")
        .with(days.holidays.iter().map(row))
}

fn day(day: NaiveDate) -> Inline {
    Inline::text(format!("{}, {}", day.format("%A"), day_text(day)))
}

fn closures(days: &WorkingDays, visitor: &Visitor, clock: PageClock, manages: bool) -> Table {
    let row = |one: &ClosedDay| {
        let reopen = Press::new(format!("{PATH}/reopen"), &visitor.csrf, "Open again", day_text(one.day));
        let reopen = reopen.with("day", one.day.to_string());
        let may = manages && one.day >= clock.today();
        let edition = Inline::text(one.edition.clone());
        Row::new(vec![
            day(one.day),
            Inline::code_word(&one.reason),
            edition,
            if may { reopen.into() } else { Inline::None },
        ])
    };
    let close = if manages { " “Close a day” closes one." } else { "" };
    let empty = format!("No day of the year was closed.{close}");
    Table::new("Days that were closed", &["Day", "Why", "Edition", "Change"], &empty)
        .with(days.closures.iter().map(row))
}

async fn closing(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    if !web.app.offers(visitor.principal(), A::ManageCalendar) {
        return Err(AppError::Forbidden);
    }
    form(&web, &visitor, &Fields::default(), None).answer()
}

fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Sheet {
    let choice = |reason: ClosureReason| {
        let value = code(reason);
        Choice { label: words::label(&value), chosen: typed.get("reason") == value, value }
    };
    let form = FormView::new("close", CLOSE, &visitor.csrf, "Close the day")
        .field(FieldView::line("day", "Day", "date", typed.get("day")).hinted("Today or later."))
        .field(FieldView::of("reason", "Why", Control::Radios(REASONS.map(choice).into())))
        .or_back(PATH, "Back without closing it");
    sheet(web, visitor, "Close a day")
        .below(PATH, "Working days")
        .lead("Every open task that is counted in working days is counted anew. Windows and their cap are not touched.")
        .form(form, wrong)
}

fn code(reason: ClosureReason) -> String {
    serde_json::to_value(reason).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

fn read_day(fields: &Fields) -> Result<NaiveDate, AppError> {
    fields.get("day").parse().map_err(|_| AppError::field("/day", "is not a day"))
}

async fn close(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let reason = REASONS.into_iter().find(|reason| code(*reason) == fields.get("reason"));
    let reason = reason.ok_or_else(|| AppError::field("/reason", "choose one"));
    let closed = match read_day(&fields).and_then(|day| Ok(NewClosure { day, reason: reason? })) {
        Ok(new) => web.app.close_day(visitor.principal(), &new).await.map(|_| new.day.year()),
        Err(error) => Err(error),
    };
    match closed {
        Ok(year) => Ok(done::led(&format!("{PATH}?year={year}&done=closed"))),
        Err(error) => form(&web, &visitor, &fields, Some(&Wrong::of(error)?)).answer(),
    }
}

async fn reopen(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let day = read_day(&fields)?;
    web.app.reopen_day(visitor.principal(), &ReopenedDay { day }).await?;
    Ok(done::led(&format!("{PATH}?year={}&done=reopened", day.year())))
}

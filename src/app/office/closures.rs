//! Working days: holidays with the days on which they are observed, and the closures that an administrator enters. A
//! closure moves open tasks: each case adopts the new edition by an event of its own (domain section 5).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{App, AppError, Principal, failure::Failure, identity::Note},
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{
        deadline::{
            Calendars, ClosureChange,
            calendar::{Calendar, Holiday},
        },
        time::local_date,
    },
    storage::{WriteTx, closures, constraint},
};

/// Years that may be asked for: those in which chrono and the rules of the holidays hold.
pub const YEARS: std::ops::RangeInclusive<i32> = 2026..=2100;

/// Why an office is closed; coded, since a closure concerns everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosureReason {
    /// Weather.
    Weather,
    /// A day of mourning, or another day excused by executive order.
    ExecutiveOrder,
    /// A lapse in appropriations.
    LapseInAppropriations,
    /// The building cannot be used.
    Facility,
    /// Inauguration Day, or another holiday that does not bind every office.
    LocalHoliday,
}

/// A day to be closed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosure {
    /// The day, in the program zone: today or later.
    pub day: NaiveDate,
    /// Why.
    pub reason: ClosureReason,
}

/// A closed day that is a working day after all.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenedDay {
    /// The day, in the program zone: today or later.
    pub day: NaiveDate,
}

/// The days without work of a year, weekends left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkingDays {
    /// The year.
    pub year: i32,
    /// The program zone, as an IANA name.
    pub zone: String,
    /// The edition of the calendar.
    pub edition: String,
    /// The holidays of 5 USC 6103(a) that are observed in the year.
    pub holidays: Vec<ObservedHoliday>,
    /// Ad hoc closures in the year.
    pub closures: Vec<ClosedDay>,
}

/// A holiday and the day without work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObservedHoliday {
    /// Which one.
    pub holiday: Holiday,
    /// The day on which it is observed.
    pub observed_on: NaiveDate,
}

/// A closure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClosedDay {
    /// The day.
    pub day: NaiveDate,
    /// Why, by code.
    pub reason: String,
    /// The edition of the calendar that brought it.
    pub edition: String,
}

impl App {
    /// The holidays and closures of a year; the present one in the program zone if none is given.
    ///
    /// # Errors
    /// [`AppError`] at the parameter `year` for one out of range.
    pub async fn working_days(&self, year: Option<i32>) -> Result<WorkingDays, AppError> {
        let zone = self.settings().program.zone;
        let year = year.unwrap_or_else(|| local_date(self.clock().business(), zone).year());
        if !YEARS.contains(&year) {
            let detail = format!("must be a year from {} to {}", YEARS.start(), YEARS.end());
            return Err(crate::app::error::BadRequest::Parameter { name: "year".to_owned(), detail }.into());
        }
        let tx = self.store().begin_read().await?;
        let changes = closures::all(&tx).await;
        tx.end().await?;
        let changes = changes?;
        let of_year = |day: NaiveDate| day.year() == year;
        let observed = |holiday: Holiday| {
            let days = [holiday.observed(year), holiday.observed(year + 1)];
            days.into_iter()
                .flatten()
                .find(|day| of_year(*day))
                .map(|day| ObservedHoliday { holiday, observed_on: day })
        };
        let mut holidays: Vec<ObservedHoliday> = Holiday::ALL.into_iter().filter_map(observed).collect();
        holidays.extend(second_new_year(year));
        holidays.sort_by_key(|one| one.observed_on);
        Ok(WorkingDays {
            year,
            zone: zone.to_string(),
            edition: calendars(&changes).newest().version.clone(),
            holidays,
            closures: closed(&changes).into_values().filter(|closure| of_year(closure.day)).collect(),
        })
    }

    /// Closes a day.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError`] at `/day` for one that is past, or without work already.
    pub async fn close_day(&self, principal: &Principal, new: &NewClosure) -> Result<WorkingDays, AppError> {
        let reason = serde_json::to_value(new.reason).map_err(AppError::internal)?;
        let reason = reason.as_str().unwrap_or_default().to_owned();
        self.change_day(principal, new.day, true, &reason).await?;
        self.working_days(Some(new.day.year())).await
    }

    /// Makes a closed day a working day again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError`] at `/day` for one that is past, or not closed.
    pub async fn reopen_day(&self, principal: &Principal, reopened: &ReopenedDay) -> Result<WorkingDays, AppError> {
        self.change_day(principal, reopened.day, false, "reopened").await?;
        self.working_days(Some(reopened.day.year())).await
    }

    async fn change_day(
        &self,
        principal: &Principal,
        day: NaiveDate,
        closed: bool,
        reason: &str,
    ) -> Result<(), AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ManageCalendar, &office).await?;
        in_transaction!(self, tx => {
            let (change, at) = self.judged(tx, day, closed).await?;
            let closure = closures::Closure { change, reason: reason.to_owned() };
            match closures::add(tx, self.ids().uuid(), &closure, principal.actor.account).await {
                Ok(()) => {}
                // Somebody else changed the table at the same time: this one comes after it.
                Err(error) if error.is_conflict(constraint::EDITION) => return Err(Failure::Again),
                Err(error) => return Err(error.into()),
            }
            closures::look_again(tx, at).await?;
            let action = if closed { "calendar.close" } else { "calendar.reopen" };
            self.note(tx, Note::by(principal, action, None, &day.to_string())).await?;
            Ok(())
        })
        .await?;
        self.wake().notify_one();
        Ok(())
    }

    /// The change that the day makes, if it makes one.
    async fn judged(
        &self,
        tx: &WriteTx,
        day: NaiveDate,
        close: bool,
    ) -> Result<(ClosureChange, crate::domain::time::Instant), Failure> {
        let at = self.decision_time(tx).await?;
        let known = closures::all(tx).await?;
        let calendars = calendars(&known);
        let newest = calendars.newest();
        let refusal = if day < local_date(at, self.settings().program.zone) || !YEARS.contains(&day.year()) {
            Some("must be today or later, in the program zone")
        } else if close {
            (!newest.is_working_day(day)).then_some("is a day without work already")
        } else {
            (!newest.closures.contains(&day)).then_some("is not closed")
        };
        if let Some(why) = refusal {
            return Err(AppError::field("/day", why).into());
        }
        let edition = u32::try_from(known.len()).unwrap_or(u32::MAX).saturating_add(1);
        Ok((ClosureChange { edition, date: day, closed: close, at }, at))
    }
}

/// A year may begin and end with a New Year: that of 2028 is observed on 2027-12-31.
fn second_new_year(year: i32) -> Option<ObservedHoliday> {
    let holiday = Holiday::NewYear;
    let (this, next) = (holiday.observed(year)?, holiday.observed(year + 1)?);
    (this.year() == year && next.year() == year).then_some(ObservedHoliday { holiday, observed_on: next })
}

/// The editions that the changes make.
pub(in crate::app) fn calendars(changes: &[closures::Closure]) -> Calendars {
    Calendars::of(&changes.iter().map(|closure| closure.change).collect::<Vec<_>>())
}

fn closed(changes: &[closures::Closure]) -> BTreeMap<NaiveDate, ClosedDay> {
    let mut closed = BTreeMap::new();
    for closure in changes {
        let day = closure.change.date;
        let edition = Calendar::version_of(closure.change.edition);
        if closure.change.closed {
            closed.insert(day, ClosedDay { day, reason: closure.reason.clone(), edition });
        } else {
            closed.remove(&day);
        }
    }
    closed
}

//! Editions of the calendar: each ad hoc closure that is entered, or taken back, makes the next one. A case counts by the
//! edition that it has adopted, and adopts a later one by an event of its own: so a closure moves open tasks at the
//! instant at which it became known, and never undoes what happened before it (domain section 5).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::calendar::Calendar;
use crate::domain::time::Instant;

/// One change of the table of closures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosureChange {
    /// The edition that it makes, counting from 1.
    pub edition: u32,
    /// The day.
    pub date: NaiveDate,
    /// Closed, or a working day again.
    pub closed: bool,
    /// When it was entered, business time.
    pub at: Instant,
}

/// An edition and the instant from which it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// From when.
    pub from: Instant,
    /// The working days.
    pub calendar: Calendar,
}

/// Every edition, oldest first. The first has no closures and was always known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendars {
    first: Calendar,
    later: Vec<Edition>,
}

impl Default for Calendars {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl Calendars {
    /// The editions that the changes make, given in the order in which they were entered.
    pub fn of(changes: &[ClosureChange]) -> Self {
        let first = Calendar::default();
        let mut closures: BTreeSet<NaiveDate> = BTreeSet::new();
        let mut edition = |change: &ClosureChange| {
            if change.closed {
                closures.insert(change.date);
            } else {
                closures.remove(&change.date);
            }
            let version = Calendar::version_of(change.edition);
            Edition { from: change.at, calendar: Calendar { version, closures: closures.clone() } }
        };
        let later = changes.iter().map(&mut edition).collect();
        Self { first, later }
    }

    /// The edition with this version; the first where none was adopted yet.
    pub fn adopted(&self, version: Option<&str>) -> &Calendar {
        version.and_then(|version| self.named(version)).unwrap_or(&self.first)
    }

    /// The edition with this version.
    pub fn named(&self, version: &str) -> Option<&Calendar> {
        self.all().find(|calendar| calendar.version == version)
    }

    /// The newest edition: what a day is counted by that belongs to no case.
    pub fn newest(&self) -> &Calendar {
        self.later.last().map_or(&self.first, |edition| &edition.calendar)
    }

    /// What a case that counts by `version` adopts next, `from` or later: of the editions known by then the newest, else
    /// the one that becomes known first.
    pub fn next(&self, version: Option<&str>, from: Instant) -> Option<&Edition> {
        let adopted = version.and_then(|version| self.later.iter().position(|one| one.calendar.version == version));
        let open = &self.later[adopted.map_or(0, |index| index + 1)..];
        open.iter().rev().find(|edition| edition.from <= from).or_else(|| open.first())
    }

    fn all(&self) -> impl Iterator<Item = &Calendar> {
        std::iter::once(&self.first).chain(self.later.iter().map(|edition| &edition.calendar))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn change(edition: u32, date: &str, closed: bool, from: &str) -> ClosureChange {
        ClosureChange { edition, date: date.parse().unwrap(), closed, at: at(from) }
    }

    fn three() -> Calendars {
        Calendars::of(&[
            change(1, "2026-12-24", true, "2026-12-18T15:00:00Z"),
            change(2, "2027-01-22", true, "2027-01-21T22:00:00Z"),
            change(3, "2027-01-22", false, "2027-01-22T11:00:00Z"),
        ])
    }

    #[test]
    fn each_change_makes_an_edition_on_top_of_the_last() {
        let calendars = three();
        let closed = |version: &str| calendars.named(version).unwrap().closures.len();
        assert_eq!((closed("us-federal.0"), closed("us-federal.1")), (0, 1));
        assert_eq!((closed("us-federal.2"), closed("us-federal.3")), (2, 1));
        assert!(calendars.named("us-federal.4").is_none());
        assert_eq!(calendars.newest().version, "us-federal.3");
        assert_eq!(calendars.adopted(None).version, "us-federal.0");
    }

    #[test]
    fn a_case_adopts_the_newest_that_is_known_or_the_first_to_be_known() {
        let calendars = three();
        let next = |version: Option<&str>, from: &str| {
            calendars.next(version, at(from)).map(|edition| edition.calendar.version.as_str())
        };
        assert_eq!(next(None, "2026-12-01T00:00:00Z"), Some("us-federal.1"));
        assert_eq!(next(None, "2027-02-01T00:00:00Z"), Some("us-federal.3"));
        assert_eq!(next(Some("us-federal.1"), "2027-01-01T00:00:00Z"), Some("us-federal.2"));
        assert_eq!(next(Some("us-federal.3"), "2027-02-01T00:00:00Z"), None);
    }
}

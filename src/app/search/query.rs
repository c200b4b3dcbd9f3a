//! What a search asks for: terms, all of which must hold. It is written back in one canonical form, so that a saved view,
//! a cursor and an address that ask the same have the same text.

use std::{collections::BTreeSet, fmt};

use chrono::{NaiveDate, TimeDelta};

use crate::domain::id::Kind;

/// A query: terms in canonical order, each once. No term asks for everything that the viewer may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    terms: BTreeSet<Term>,
}

/// One thing that must hold of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// It is of one of these kinds.
    Kind(BTreeSet<Kind>),
    /// It is in one of these stages.
    Stage(BTreeSet<StageTerm>),
    /// Its next due date.
    Due(DueTerm),
    /// The developer's name, or a word of it, begins so; without regard to case.
    Developer(String),
    /// Who leads it for the viewer's side.
    Owner(OwnerTerm),
    /// How it stands with its next due date.
    Is(StateTerm),
    /// Its reference begins so; in capitals.
    Reference(String),
    /// The day on which it was made.
    Created(Days),
    /// The day on which it changed last, as far as the viewer may know.
    Updated(Days),
    /// This stands in its reference, title, developer or owner, as far as the viewer knows them; without regard to case.
    Text(String),
}

/// A stage that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageTerm {
    /// Any in which something may still follow.
    Open,
    /// Any in which the record is over.
    Closed,
    /// The one with this name.
    Named(String),
}

/// What is asked of the next due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueTerm {
    /// There is none that the viewer may know of.
    None,
    /// It lies so.
    Days(Days),
}

/// Whose a record is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerTerm {
    /// The viewer's own.
    Me,
    /// Nobody's, as far as the viewer may know.
    None,
    /// A person's whose name, or a word of it, begins so; without regard to case.
    Named(String),
}

/// How a record stands with its next due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StateTerm {
    /// It has passed.
    Overdue,
    /// It comes within seven days, or has passed.
    DueSoon,
}

/// Days that are asked for; in the program zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Days {
    /// This day.
    On(Day),
    /// Before this day.
    Before(Day),
    /// This day or before it.
    Until(Day),
    /// After this day.
    After(Day),
    /// This day or after it.
    From(Day),
    /// Between these two, both included.
    Between(Day, Day),
}

/// A day, given or counted from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// This date.
    Date(NaiveDate),
    /// So many days from today, back if negative.
    Today(i32),
}

impl Query {
    /// A query of these terms.
    pub fn of(terms: impl IntoIterator<Item = Term>) -> Self {
        Self { terms: terms.into_iter().collect() }
    }

    /// The same, of records of this kind alone, if one is given.
    #[must_use]
    pub fn within(mut self, kind: Option<Kind>) -> Self {
        self.terms.extend(kind.map(|kind| Term::Kind(BTreeSet::from([kind]))));
        self
    }

    /// The terms, in canonical order.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter()
    }

    /// The kinds that can match: those of every term that names kinds, or all.
    pub fn kinds(&self) -> Vec<Kind> {
        let asked =
            |kind: &Kind| self.terms.iter().all(|term| !matches!(term, Term::Kind(kinds) if !kinds.contains(kind)));
        Kind::ALL.into_iter().filter(asked).collect()
    }
}

impl Day {
    /// The date, where today is this one.
    pub fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Date(date) => date,
            Self::Today(days) => {
                let far = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
                today.checked_add_signed(TimeDelta::days(days.into())).unwrap_or(far)
            }
        }
    }
}

impl Days {
    /// The first and the last day that are asked for, both included; no bound where there is none.
    pub fn bounds(self, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let before = |day: Day| Some(day.date(today).pred_opt().unwrap_or(NaiveDate::MIN));
        let after = |day: Day| Some(day.date(today).succ_opt().unwrap_or(NaiveDate::MAX));
        let on = |day: Day| Some(day.date(today));
        match self {
            Self::On(day) => (on(day), on(day)),
            Self::Before(day) => (None, before(day)),
            Self::Until(day) => (None, on(day)),
            Self::After(day) => (after(day), None),
            Self::From(day) => (on(day), None),
            Self::Between(first, last) => (on(first), on(last)),
        }
    }

    /// Whether a date is among them.
    pub fn contain(self, date: NaiveDate, today: NaiveDate) -> bool {
        let (first, last) = self.bounds(today);
        first.is_none_or(|first| date >= first) && last.is_none_or(|last| date <= last)
    }
}

impl StateTerm {
    /// Every one with its name.
    pub const NAMES: [(Self, &'static str); 2] = [(Self::Overdue, "overdue"), (Self::DueSoon, "due_soon")];

    const fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
        }
    }
}

impl StageTerm {
    fn name(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Named(name) => name,
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kinds) => write!(f, "kind:{}", joined(kinds.iter().map(|kind| kind.name()))),
            Self::Stage(stages) => write!(f, "stage:{}", joined(stages.iter().map(StageTerm::name))),
            Self::Due(DueTerm::None) => f.write_str("due:none"),
            Self::Due(DueTerm::Days(days)) => write!(f, "due:{days}"),
            Self::Developer(name) => write!(f, "developer:{}", value(name)),
            Self::Owner(OwnerTerm::Me) => f.write_str("owner:me"),
            Self::Owner(OwnerTerm::None) => f.write_str("owner:none"),
            // A person called `me` is found by the quoted word.
            Self::Owner(OwnerTerm::Named(name)) if matches!(name.as_str(), "me" | "none") => {
                write!(f, "owner:\"{name}\"")
            }
            Self::Owner(OwnerTerm::Named(name)) => write!(f, "owner:{}", value(name)),
            Self::Is(state) => write!(f, "is:{}", state.name()),
            Self::Reference(reference) => write!(f, "reference:{reference}"),
            Self::Created(days) => write!(f, "created:{days}"),
            Self::Updated(days) => write!(f, "updated:{days}"),
            Self::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::Before(day) => write!(f, "<{day}"),
            Self::Until(day) => write!(f, "<={day}"),
            Self::After(day) => write!(f, ">{day}"),
            Self::From(day) => write!(f, ">={day}"),
            Self::Between(first, last) => write!(f, "{first}..{last}"),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Today(0) => f.write_str("today"),
            Self::Today(days) => write!(f, "{days:+}d"),
        }
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(",")
}

/// Quoted, where it would not be read as one value otherwise.
pub(in crate::app) fn value(text: &str) -> String {
    let is_plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == ':');
    if is_plain { text.to_owned() } else { format!("\"{text}\"") }
}

//! Reads a query: `stage:open due:<2026-12-01 developer:larkspur owner:me is:overdue "quoted text"`. Terms are divided by
//! white space; a term is `field:value`, a word or a quotation. Pure.

use std::{collections::BTreeSet, str::FromStr};

use chrono::NaiveDate;

use super::{
    error::QueryError,
    query::{Day, Days, DueTerm, OwnerTerm, Query, StageTerm, StateTerm, Term},
};
use crate::domain::{id::Kind, workflow};

/// Characters that a query has at most.
pub const LONGEST: usize = 500;

/// Terms that a query has at most.
pub const MOST_TERMS: usize = 20;

/// Days from today that are read at most, either way.
const FARTHEST: i32 = 3_650;

/// Stages that are named where none of the name was found.
const NEAREST: usize = 8;

/// Stages that viewers know records by, beside those of the workflow: a nomination before its disclosure, and what
/// spillage locks.
pub(super) const FURTHER_STAGES: [&str; 3] = ["approached", "ended", "locked"];

/// A field of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The kind of record.
    Kind,
    /// Where it stands.
    Stage,
    /// The next due date.
    Due,
    /// The developer's name.
    Developer,
    /// Who leads it.
    Owner,
    /// Overdue, due soon, open or closed.
    Is,
    /// The reference.
    Reference,
    /// When it was made.
    Created,
    /// When it changed last.
    Updated,
}

impl Field {
    /// Every field, in canonical order.
    pub const ALL: [Self; 9] = [
        Self::Kind,
        Self::Stage,
        Self::Due,
        Self::Developer,
        Self::Owner,
        Self::Is,
        Self::Reference,
        Self::Created,
        Self::Updated,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Stage => "stage",
            Self::Due => "due",
            Self::Developer => "developer",
            Self::Owner => "owner",
            Self::Is => "is",
            Self::Reference => "reference",
            Self::Created => "created",
            Self::Updated => "updated",
        }
    }

    /// What it takes, for people.
    pub fn takes(self) -> String {
        const DATES: &str =
            "a date (2026-12-01, today, +7d), one with <, <=, > or >= before it, or two with .. between";
        match self {
            Self::Kind => listed(Kind::ALL.map(Kind::name)),
            Self::Stage => "open, closed, or the name of a stage".to_owned(),
            Self::Due => format!("none, or {DATES}"),
            Self::Created | Self::Updated => DATES.to_owned(),
            Self::Developer => "the beginning of a name".to_owned(),
            Self::Owner => "me, none, or the beginning of a name".to_owned(),
            Self::Is => format!("open, closed, {}", listed(StateTerm::NAMES.map(|(_, name)| name))),
            Self::Reference => "a reference, or its beginning".to_owned(),
        }
    }

    /// Every name, for people.
    pub(super) fn names() -> String {
        listed(Self::ALL.map(Self::name))
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

fn listed(names: impl IntoIterator<Item = &'static str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn stage_names() -> BTreeSet<&'static str> {
    Kind::ALL.into_iter().flat_map(workflow::stages).copied().chain(FURTHER_STAGES).collect()
}

/// What a field takes that does not take this value: of stages, of which there are many, those that look most like it.
fn taken(field: Field, value: &str) -> String {
    if field != Field::Stage {
        return field.takes();
    }
    let wrong = pairs(&value.to_ascii_lowercase());
    let mut names: Vec<&str> = stage_names().into_iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(pairs(name).intersection(&wrong).count()));
    names.truncate(NEAREST);
    format!("{} such as {}", field.takes(), listed(names))
}

/// The pairs of neighboring letters in a word.
fn pairs(word: &str) -> BTreeSet<(char, char)> {
    word.chars().zip(word.chars().skip(1)).collect()
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let words = read(text)?;
        let terms: Vec<Vec<Term>> = words.iter().map(term).collect::<Result<_, _>>()?;
        Ok(Self::of(terms.into_iter().flatten()))
    }
}

/// What a text in the form of a query says, field by field, in their order. A word without a field is one without a value.
///
/// # Errors
/// [`QueryError`] for a text that cannot be read as words.
pub(in crate::app) fn said(text: &str) -> Result<Vec<(String, String)>, QueryError> {
    let pair = |word: Word| match word.field {
        Some(field) => (field, word.value),
        None => (word.value, String::new()),
    };
    Ok(read(text)?.into_iter().map(pair).collect())
}

/// The words of a text that is neither too long nor holds what no query may.
fn read(text: &str) -> Result<Vec<Word>, QueryError> {
    let signs: Vec<char> = text.chars().collect();
    if signs.len() > LONGEST {
        return Err(QueryError::TooLong { most: LONGEST });
    }
    if let Some(at) = signs.iter().position(|sign| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}')) {
        return Err(QueryError::Control { at: at + 1 });
    }
    let words = words(&signs)?;
    if let Some(word) = words.get(MOST_TERMS) {
        return Err(QueryError::TooManyTerms { at: word.at, most: MOST_TERMS });
    }
    Ok(words)
}

/// A part of a query between white space.
#[derive(Debug)]
struct Word {
    /// Where it begins, counting from 1.
    at: usize,
    /// What stands before the first colon.
    field: Option<String>,
    /// Where the value begins.
    value_at: usize,
    /// What stands after it, or all; without quotation marks.
    value: String,
    /// Whether the value was quoted, so that no word of it has a meaning of its own.
    quoted: bool,
}

fn words(signs: &[char]) -> Result<Vec<Word>, QueryError> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if signs[at].is_whitespace() {
            at += 1;
            continue;
        }
        let (word, next) = word(signs, at)?;
        words.push(word);
        at = next;
    }
    Ok(words)
}

/// The word that begins here, and where what follows it begins.
fn word(signs: &[char], begin: usize) -> Result<(Word, usize), QueryError> {
    let is_name = |sign: &&char| sign.is_ascii_alphabetic() || **sign == '_';
    let name: String = signs[begin..].iter().take_while(is_name).collect();
    let colon = begin + name.len();
    let field = (!name.is_empty() && signs.get(colon) == Some(&':')).then_some(name);
    let value_at = if field.is_some() { colon + 1 } else { begin };
    let quoted = signs.get(value_at) == Some(&'"');
    let (value, next) = if quoted {
        let inside = &signs[value_at + 1..];
        let end = inside.iter().position(|sign| *sign == '"').ok_or(QueryError::OpenQuotation { at: value_at + 1 })?;
        (inside[..end].iter().collect::<String>(), value_at + end + 2)
    } else {
        let value: String =
            signs[value_at..].iter().take_while(|sign| !sign.is_whitespace() && **sign != '"').collect();
        let next = value_at + value.chars().count();
        (value, next)
    };
    Ok((Word { at: begin + 1, field, value_at: value_at + 1, value, quoted }, next))
}

/// What a word asks for; nothing, where it is an empty quotation.
fn term(word: &Word) -> Result<Vec<Term>, QueryError> {
    let Some(name) = &word.field else {
        let reference = reference(&word.value).filter(|_| !word.quoted && is_whole_reference(&word.value));
        let text = squeezed(&word.value);
        return Ok(reference
            .map(Term::Reference)
            .or((!text.is_empty()).then_some(Term::Text(text)))
            .into_iter()
            .collect());
    };
    let field = Field::from_name(name).ok_or(QueryError::UnknownField { at: word.at, name: name.clone() })?;
    if word.value.trim().is_empty() {
        return Err(QueryError::NoValue { at: word.at, field: field.name() });
    }
    let found = value(field, word).ok_or_else(|| QueryError::BadValue {
        at: word.value_at,
        field: field.name(),
        value: word.value.clone(),
        takes: taken(field, &word.value),
    })?;
    Ok(vec![found])
}

fn value(field: Field, word: &Word) -> Option<Term> {
    let small = word.value.to_ascii_lowercase();
    match field {
        Field::Kind => each(&small, kind).map(Term::Kind),
        Field::Stage => each(&small, stage).map(Term::Stage),
        Field::Is => match stage(&small).filter(|stage| !matches!(stage, StageTerm::Named(_))) {
            Some(stage) => Some(Term::Stage(BTreeSet::from([stage]))),
            None => StateTerm::NAMES.iter().find(|(_, name)| *name == small).map(|(state, _)| Term::Is(*state)),
        },
        Field::Due if small == "none" => Some(Term::Due(DueTerm::None)),
        Field::Due => days(&small).map(|days| Term::Due(DueTerm::Days(days))),
        Field::Created => days(&small).map(Term::Created),
        Field::Updated => days(&small).map(Term::Updated),
        Field::Developer => Some(Term::Developer(squeezed(&word.value))),
        Field::Owner => Some(Term::Owner(match small.as_str() {
            "me" if !word.quoted => OwnerTerm::Me,
            "none" if !word.quoted => OwnerTerm::None,
            _ => OwnerTerm::Named(squeezed(&word.value)),
        })),
        Field::Reference => reference(&word.value).map(Term::Reference),
    }
}

/// Values divided by commas.
fn each<T: Ord>(list: &str, one: impl Fn(&str) -> Option<T>) -> Option<BTreeSet<T>> {
    list.split(',').map(one).collect()
}

/// By its name, or as addresses have it.
fn kind(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.name() == name || kind.plural() == name)
}

fn stage(name: &str) -> Option<StageTerm> {
    match name {
        "open" => Some(StageTerm::Open),
        "closed" => Some(StageTerm::Closed),
        _ => stage_names().contains(name).then(|| StageTerm::Named(name.to_owned())),
    }
}

/// A reference has no other signs, so that none of them means anything in a pattern of the store.
fn reference(text: &str) -> Option<String> {
    let fits = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (fits && !text.is_empty()).then(|| text.to_ascii_uppercase())
}

/// Whether a word is somebody's whole reference, such as `eng-2026-0004`, rather than text.
fn is_whole_reference(text: &str) -> bool {
    let [prefix, year, rest] = text.split('-').collect::<Vec<_>>()[..] else { return false };
    let is_prefix = Kind::ALL.into_iter().any(|kind| kind.prefix().eq_ignore_ascii_case(prefix));
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    is_prefix && is_year && rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Without white space at its ends and with single spaces inside, in small letters.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn days(text: &str) -> Option<Days> {
    if let Some((first, last)) = text.split_once("..") {
        return Some(Days::Between(day(first)?, day(last)?));
    }
    let after = |sign: &str| text.strip_prefix(sign).map(day);
    // The longer signs first: `<` begins `<=` too.
    if let Some(found) = after("<=") {
        return found.map(Days::Until);
    }
    if let Some(found) = after(">=") {
        return found.map(Days::From);
    }
    if let Some(found) = after("<") {
        return found.map(Days::Before);
    }
    if let Some(found) = after(">") {
        return found.map(Days::After);
    }
    day(text.strip_prefix('=').unwrap_or(text)).map(Days::On)
}

fn day(text: &str) -> Option<Day> {
    if text == "today" {
        return Some(Day::Today(0));
    }
    if let Some(days) = text.strip_suffix('d').filter(|days| days.starts_with(['+', '-'])) {
        return days.parse().ok().filter(|days: &i32| days.abs() <= FARTHEST).map(Day::Today);
    }
    let is_iso = text.len() == 10 && text.is_ascii();
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_iso).map(Day::Date)
}

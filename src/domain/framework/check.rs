//! What a framework version must hold to besides its shape.

use std::collections::BTreeSet;

use thiserror::Error;

use super::terms::{Coverage, CoverageGap, Instrument};
use super::{Framework, Template};
use crate::domain::actor::Side;
use crate::domain::deadline::{DeadlineKind, Offset, Rule, Unit};
use crate::domain::text::{Name, TextError};

/// The order's ceiling for a window, in days (EO 14409 section 3(b)(ii)).
const ORDER_CAP_DAYS: u32 = 30;

/// The longest ceiling any authority may set; the draft order spoke of 90 days, and a year bounds the arithmetic.
const LONGEST_CAP_DAYS: u32 = 366;

/// How the order itself is cited: it sets the ceiling of 30 days and can be no authority for more.
const ORDER: [&str; 3] = ["14409", "34565", "2026-11415"];

/// Characters that a version's name has at most.
const LONGEST_NAME: usize = 40;

/// A framework version that cannot be used.
#[derive(Debug, Error)]
pub enum FrameworkError {
    /// Not TOML of the expected shape.
    #[error("the framework file cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// The effective date is no date.
    #[error("`{0}` is not a date: write YYYY-MM-DD")]
    EffectiveDate(String),
    /// A text that must say something is empty.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// A number that must be positive is zero, or beyond its bound.
    #[error("`{0}` is out of range")]
    OutOfRange(&'static str),
    /// A cap above the order's without another authority.
    #[error("a window cap of {0} days exceeds the order's 30: cite another authority in `window_cap_authority`")]
    CapWithoutAuthority(u32),
    /// A kind without numbers.
    #[error("`deadlines.{0:?}` is missing: a version names every number")]
    MissingDeadline(DeadlineKind),
    /// A length in another unit than the domain's, or of zero.
    #[error("`deadlines.{0:?}.length` must count as the domain does, and more than nothing")]
    Length(DeadlineKind),
    /// An offset in another unit than its deadline, given twice, or on the wrong side.
    #[error("`deadlines.{kind:?}` has an offset `{offset}` in the wrong unit, twice or on the wrong side")]
    Offset {
        /// The kind.
        kind: DeadlineKind,
        /// The offset refused.
        offset: Offset,
    },
    /// An escalation without anybody to tell, or a missing one.
    #[error("`deadlines.{0:?}` must have an escalation exactly where the domain names somebody to tell")]
    Escalation(DeadlineKind),
    /// A repeating reminder where the domain has none, or a missing one.
    #[error("`deadlines.{0:?}` must repeat exactly where the domain says so")]
    Repeat(DeadlineKind),
    /// A key used twice.
    #[error("the key `{0}` is used twice")]
    DuplicateKey(String),
    /// A starter condition with two texts, or with none.
    #[error("the condition `{0}` has either `text`, the key of one, or `text_markdown`")]
    OneText(String),
    /// A text or a title that cannot be shown.
    #[error("the text or title of the condition `{condition}` {source}")]
    UnusableText {
        /// The condition's key.
        condition: String,
        /// What is wrong with it.
        source: TextError,
    },
    /// A name that cannot stand in an address.
    #[error("`{0}` is no name of a version: letters, digits, dots and hyphens, 40 at most")]
    Name(String),
    /// A kind of organization that a version lists and does not have, or that is on no side that is nominated.
    #[error("`nominated_kinds` names `{0}`, which is no kind of partner of this version")]
    NominatedKind(String),
    /// A ceiling above the order's in a file that one person can lay down.
    #[error("a window cap of {0} days takes two people to activate: offer the version through the API")]
    CapNeedsTwoPeople(u32),
    /// A starter condition without a text.
    #[error("the condition `{0}` names a text that does not exist")]
    UnknownText(String),
    /// A starter condition without subject, function or bound side, or one that binds the side it protects.
    #[error("the condition `{0}` needs a subject, a function and a bound side other than the protected one")]
    Condition(String),
    /// A condition is needed for a side that it does not bind, or a personal agreement is not acknowledged by persons.
    #[error("the condition `{0}` is needed where it does not bind, or is no text for persons")]
    Needed(String),
    /// No agreement for the persons of a side, or none needed of a partner, or not one for screening.
    #[error("the version has no {0}")]
    Instrument(&'static str),
    /// The starter conditions cannot meet the required coverage.
    #[error("no starter condition for engagements covers {0:?}")]
    Uncovered(CoverageGap),
    /// A class of records without exactly one retention.
    #[error("`retention` must name every class of records once")]
    Retention,
    /// Two versions share a name or an effective date.
    #[error("two versions share the name or the effective date of `{0}`")]
    DuplicateVersion(String),
}

/// Checks that versions can be told apart by name and by effective date.
pub(super) fn versions<'a>(all: impl IntoIterator<Item = &'a Framework>) -> Result<(), FrameworkError> {
    let mut ids = BTreeSet::new();
    let mut dates = BTreeSet::new();
    for version in all {
        if !ids.insert(&version.id) || !dates.insert(version.effective_from) {
            return Err(FrameworkError::DuplicateVersion(version.id.clone()));
        }
    }
    Ok(())
}

/// Checks one version.
pub(super) fn framework(version: &Framework) -> Result<(), FrameworkError> {
    numbers(version)?;
    window_cap(version)?;
    for kind in DeadlineKind::all() {
        deadline(version.deadlines.get(&kind).ok_or(FrameworkError::MissingDeadline(kind))?)?;
    }
    unique(version.criteria.iter().map(|criterion| &criterion.key))?;
    unique(version.templates.iter().map(|template| &template.key))?;
    unique(version.party_kinds.iter().map(|kind| &kind.key))?;
    nominated(version)?;
    version.templates.iter().try_for_each(template)?;
    instruments(version)?;
    super::retention::check(&version.retention)?;
    let offered: Vec<_> =
        version.templates.iter().filter(|template| template.for_engagements()).map(Coverage::from).collect();
    let gap = version.required_coverage.gaps(&offered).into_iter().next();
    gap.map_or(Ok(()), |gap| Err(FrameworkError::Uncovered(gap)))
}

fn numbers(version: &Framework) -> Result<(), FrameworkError> {
    for (name, text) in [("id", &version.id), ("authority", &version.authority)] {
        if text.trim().is_empty() {
            return Err(FrameworkError::Empty(name));
        }
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if version.id.len() > LONGEST_NAME || !version.id.chars().all(fits) {
        return Err(FrameworkError::Name(version.id.clone()));
    }
    if version.criteria.is_empty() {
        return Err(FrameworkError::Empty("criteria"));
    }
    let ranges = [
        ("window_cap_days", version.window_cap_days, 1..=LONGEST_CAP_DAYS),
        ("quorum", version.quorum, 1..=20),
        ("reconsiderations", version.reconsiderations, 0..=10),
        ("offer_lapse_working_days", version.offer_lapse_working_days, 1..=250),
    ];
    let outside = ranges.into_iter().find(|(_, value, range)| !range.contains(value));
    outside.map_or(Ok(()), |(name, ..)| Err(FrameworkError::OutOfRange(name)))
}

fn window_cap(version: &Framework) -> Result<(), FrameworkError> {
    let cited = version.window_cap_authority.as_deref().unwrap_or_default().trim();
    let order = ORDER.iter().any(|mark| cited.contains(mark));
    let another = !cited.is_empty() && cited != version.authority.trim() && !order;
    if version.window_cap_days > ORDER_CAP_DAYS && !another {
        return Err(FrameworkError::CapWithoutAuthority(version.window_cap_days));
    }
    Ok(())
}

fn deadline(rule: &Rule) -> Result<(), FrameworkError> {
    let row = rule.kind.row();
    let counted = rule.length.count() > 0 || row.length.count() == 0;
    if !rule.length.same_unit(row.length) || !counted {
        return Err(FrameworkError::Length(rule.kind));
    }
    if rule.escalation.is_some() == row.escalates_to.is_empty() {
        return Err(FrameworkError::Escalation(rule.kind));
    }
    if rule.repeat.is_some() != row.repeat.is_some() {
        return Err(FrameworkError::Repeat(rule.kind));
    }
    offsets(rule)
}

fn offsets(rule: &Rule) -> Result<(), FrameworkError> {
    let refused = |offset: Offset| Err(FrameworkError::Offset { kind: rule.kind, offset });
    let mut seen = BTreeSet::new();
    for offset in rule.reminders.iter().chain(&rule.escalation).chain(&rule.repeat) {
        if offset.unit != Unit::Hours && offset.unit != rule.length.day_unit() {
            return refused(*offset);
        }
    }
    if let Some(twice) = rule.reminders.iter().find(|offset| !seen.insert(**offset)) {
        return refused(*twice);
    }
    // An escalation says that a deadline has passed: 08:00 on the due day would be too early, the due instant is not.
    let too_early = |offset: &Offset| offset.amount < i32::from(offset.unit != Unit::Hours);
    match (rule.escalation.filter(too_early), rule.repeat.filter(|interval| interval.amount < 1)) {
        (Some(offset), _) | (None, Some(offset)) => refused(offset),
        (None, None) => Ok(()),
    }
}

fn unique<'a>(keys: impl Iterator<Item = &'a String>) -> Result<(), FrameworkError> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(FrameworkError::DuplicateKey(key.clone()));
        }
    }
    Ok(())
}

/// Access takes a personal agreement on either side, a partner's status an agreement, and disclosure one generic text.
fn instruments(version: &Framework) -> Result<(), FrameworkError> {
    let personal = |side| version.templates.iter().any(|t| t.is_personal_nda() && t.bound.contains(&side));
    let screening = version.templates.iter().filter(|t| t.instrument == Some(Instrument::ScreeningNda)).count();
    let missing = [
        ("personal agreement for the government", personal(Side::Government)),
        ("personal agreement for partners", personal(Side::Partner)),
        ("agreement that is needed of partners", version.needed(Side::Partner).next().is_some()),
        ("single agreement for screening", screening == 1),
    ];
    let missing = missing.into_iter().find(|(_, there)| !there);
    missing.map_or(Ok(()), |(name, _)| Err(FrameworkError::Instrument(name)))
}

fn template(template: &Template) -> Result<(), FrameworkError> {
    let empty = template.subjects.is_empty() || template.functions.is_empty() || template.bound.is_empty();
    let binds_itself = template.bound.contains(&template.protected) || template.bound.contains(&Side::Developer);
    if empty || binds_itself {
        return Err(FrameworkError::Condition(template.key.clone()));
    }
    let impersonal = template.is_personal_nda() && !template.personal_acknowledgement;
    if impersonal || !template.needed.is_subset(&template.bound) {
        return Err(FrameworkError::Needed(template.key.clone()));
    }
    let unusable = |source| FrameworkError::UnusableText { condition: template.key.clone(), source };
    Name::parse(&template.title).map(|_| ()).map_err(unusable)
}

/// The kinds that may be nominated are kinds of partners.
fn nominated(version: &Framework) -> Result<(), FrameworkError> {
    let partner = |key: &String| version.party_kind(key).is_some_and(|kind| kind.side == Side::Partner);
    let unknown = version.nominated_kinds.iter().flatten().find(|key| !partner(key));
    unknown.map_or(Ok(()), |key| Err(FrameworkError::NominatedKind(key.clone())))
}

/// Checks that one person alone may put the version in force.
pub(super) fn laid_down(version: &Framework) -> Result<(), FrameworkError> {
    let longer = version.window_cap_days > ORDER_CAP_DAYS;
    if longer { Err(FrameworkError::CapNeedsTwoPeople(version.window_cap_days)) } else { Ok(()) }
}

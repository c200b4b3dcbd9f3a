//! A framework version: the configurable rules an engagement is pinned to (domain sections 3.3 to 3.6, 10 and 11).
//!
//! The order leaves the window's clock, the partner criteria, the terms and every period open. They stand here as
//! data with an effective date and an authority, immutable once in force. Two versions are compiled in; others come from
//! a directory or are activated by two people. An engagement keeps the version in force when it was proposed (invariant
//! 22). Each version names every number, so that no later default can change a version somebody signed under.

pub mod activation;
mod check;
mod difference;
mod parse;
mod party;
mod retention;
mod terms;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use check::FrameworkError;
pub use difference::{Difference, differences};
pub use party::{PartyKind, Sector, sectors};
pub use retention::{RecordClass, Retention, RetentionStart};
pub use terms::{Coverage, CoverageGap, Criterion, Function, Instrument, Subject, Template};
pub use written::{Texts, Written, product_texts};

use super::actor::Side;
use super::deadline::{DeadlineKind, Rule};
use super::text::Sha256Hex;
use super::time::{Instant, local_date};

/// How nominations are decided (domain section 0, fact 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionRule {
    /// Developer consent and government concurrence; silence is neither.
    Joint,
    /// Developer consent; the list is shared and the government may object within the task deadline.
    Notified,
}

/// What a suspension does to the window's clock (domain section 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowClock {
    /// The clock runs on; the close stays put.
    Running,
    /// The clock stops; open time still sums to the cap at most.
    Paused,
}

/// Where a version stands at a date; derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrameworkStatus {
    /// Its effective date lies ahead.
    Upcoming,
    /// It applies to engagements proposed now.
    Active,
    /// A later version has taken effect.
    Superseded,
}

/// One version of the framework. Built by [`Framework::parse`] alone, which checks it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Framework {
    /// SHA-256 of the version as it is written ([`Written::digest`]).
    pub digest: Sha256Hex,
    /// Name of the version, for example `v1.1`.
    pub id: String,
    /// First local date, in `zone`, on which proposals are pinned to it.
    pub effective_from: NaiveDate,
    /// The authority it rests on, as cited.
    pub authority: String,
    /// The program zone: dates and working days are counted there.
    pub zone: Tz,
    /// The ceiling of an access window, in days of 86,400 seconds and in calendar days.
    pub window_cap_days: u32,
    /// The authority for a ceiling above 30 days; the order itself allows none.
    pub window_cap_authority: Option<String>,
    /// What a suspension does to the clock.
    pub window_clock: WindowClock,
    /// Whether a window opens at most the cap before the planned partner release (domain section 3.3). It ends by the
    /// release either way.
    pub window_anchored: bool,
    /// How nominations are decided.
    pub decision_rule: DecisionRule,
    /// How many unrecused reviewers of different framework owners concur.
    pub quorum: u32,
    /// Reconsiderations per decline.
    pub reconsiderations: u32,
    /// Working days after which an offer of a two-key act lapses (domain section 3.0).
    pub offer_lapse_working_days: u32,
    /// The partner checklist.
    pub criteria: Vec<Criterion>,
    /// What conditions in force must cover before an engagement is ready.
    pub required_coverage: Coverage,
    /// The starter conditions.
    pub templates: Vec<Template>,
    /// The numbers of every deadline kind.
    pub deadlines: BTreeMap<DeadlineKind, Rule>,
    /// The kinds of organizations that take part (domain section 11).
    pub party_kinds: Vec<PartyKind>,
    /// The kinds that may be nominated as partners; without it, any organization.
    pub nominated_kinds: Option<BTreeSet<String>>,
    /// How long records are kept, by class.
    pub retention: Vec<Retention>,
}

/// The versions compiled in, oldest first.
const BUILTIN: [&str; 2] =
    [include_str!("../../../config/framework/v1.0.toml"), include_str!("../../../config/framework/v1.1.toml")];

impl Framework {
    /// The versions compiled in, oldest first.
    ///
    /// # Errors
    /// [`FrameworkError`] if one does not parse or check; a test keeps that from happening.
    pub fn builtin() -> Result<Vec<Self>, FrameworkError> {
        let versions: Vec<_> = BUILTIN.into_iter().map(Self::parse).collect::<Result<_, _>>()?;
        check::versions(&versions)?;
        Ok(versions)
    }

    /// The versions laid down by the operator, each as it is written, after those compiled in; oldest first.
    ///
    /// # Errors
    /// [`FrameworkError`] for what does not parse or check, for a window above the order's ceiling, which takes two
    /// people, and for a name or a date given twice.
    pub fn laid_down(written: &[Written]) -> Result<Vec<Self>, FrameworkError> {
        let mut versions = Self::builtin()?;
        for one in written {
            let version = one.read()?;
            check::laid_down(&version)?;
            versions.push(version);
        }
        check::versions(&versions)?;
        versions.sort_by_key(|version| version.effective_from);
        Ok(versions)
    }

    /// Reads one version from TOML whose conditions name the product's texts or bring their own: strict, with defaults
    /// for nothing but `window_cap_authority` and the kinds of parties.
    ///
    /// # Errors
    /// [`FrameworkError`] for unknown or missing fields and for whatever [`Framework::validate`] refuses.
    pub fn parse(text: &str) -> Result<Self, FrameworkError> {
        Written::gather(text, &product_texts())?.read()
    }

    /// Checks that versions can be told apart by name and by effective date.
    ///
    /// # Errors
    /// [`FrameworkError::DuplicateVersion`].
    pub fn told_apart(versions: &[Self]) -> Result<(), FrameworkError> {
        check::versions(versions)
    }

    /// Checks that the version can stand beside the others by name and date.
    ///
    /// # Errors
    /// [`FrameworkError::DuplicateVersion`].
    pub fn joins(&self, others: &[Self]) -> Result<(), FrameworkError> {
        check::versions(others.iter().chain([self]))
    }

    /// Checks what the types cannot: the cap and its authority, units, coverage, unique keys, known texts.
    ///
    /// # Errors
    /// The first [`FrameworkError`] found.
    pub fn validate(&self) -> Result<(), FrameworkError> {
        check::framework(self)
    }

    /// The numbers of a deadline kind in this version.
    pub fn deadline(&self, kind: DeadlineKind) -> Rule {
        self.deadlines.get(&kind).cloned().unwrap_or_else(|| Rule::default_of(kind))
    }

    /// Years for which records of a class are kept.
    pub fn retention_years(&self, class: RecordClass) -> u32 {
        self.retention.iter().find(|one| one.class == class).map_or(u32::MAX / 12, |one| one.years)
    }

    /// Days between recertifications of a grant (D13).
    pub fn recertification_days(&self) -> u32 {
        self.deadline(DeadlineKind::GrantRecertification).length.count()
    }

    /// Months for which an attestation or training holds (D14).
    pub fn attestation_months(&self) -> u32 {
        self.deadline(DeadlineKind::PersonalAttestation).length.count()
    }

    /// Working days for curing a breach (D17).
    pub fn cure_working_days(&self) -> u32 {
        self.deadline(DeadlineKind::BreachCure).length.count()
    }

    /// Calendar days after which an idle engagement lapses (D22).
    pub fn idle_lapse_days(&self) -> u32 {
        self.deadline(DeadlineKind::IdleLapse).length.count()
    }

    /// The starter condition with this key.
    pub fn template(&self, key: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.key == key)
    }

    /// The starter conditions that access of the bound side needs in force.
    pub fn needed(&self, bound: Side) -> impl Iterator<Item = &Template> {
        self.templates.iter().filter(move |template| template.needed.contains(&bound))
    }

    /// The generic agreement that a partner signs before anything is disclosed to it (invariant 16).
    pub fn screening_nda(&self) -> Option<&Template> {
        self.templates.iter().find(|template| template.instrument == Some(Instrument::ScreeningNda))
    }

    /// The version that applies to an engagement proposed at an instant: the latest in effect on that local date.
    pub fn applies_to(versions: &[Self], proposed_at: Instant) -> Option<&Self> {
        let in_effect = versions.iter().filter(|version| version.effective_from <= version.date(proposed_at));
        in_effect.max_by_key(|version| version.effective_from)
    }

    /// The version that this one takes the place of: the latest with an earlier date; none for the first.
    pub fn predecessor<'a>(&self, versions: &'a [Self]) -> Option<&'a Self> {
        let earlier = versions.iter().filter(|version| version.effective_from < self.effective_from);
        earlier.max_by_key(|version| version.effective_from)
    }

    /// Where this version stands among `versions` at `now`.
    pub fn status(&self, versions: &[Self], now: Instant) -> FrameworkStatus {
        if self.effective_from > self.date(now) {
            return FrameworkStatus::Upcoming;
        }
        let active = Self::applies_to(versions, now).is_none_or(|active| active.id == self.id);
        if active { FrameworkStatus::Active } else { FrameworkStatus::Superseded }
    }

    fn date(&self, at: Instant) -> NaiveDate {
        local_date(at, self.zone)
    }
}

#[cfg(test)]
mod tests;

//! Facts from outside the case that a decision needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::TimeDelta;

use super::{
    super::{
        actor::{Role, Side},
        deadline::{Calendar, Calendars},
        document::DocumentLimits,
        engagement::used_on_release,
        framework::{Framework, WindowClock},
        id::{AccountId, OrganizationId, RecordId},
        refusal::Refusal,
        time::Instant,
    },
    Case,
};

/// What is known of a person whom a command or a grant names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    /// The person's organization.
    pub organization: OrganizationId,
    /// The person's side.
    pub side: Side,
    /// The person's confirmed roles.
    pub roles: BTreeSet<Role>,
    /// Whether the account may sign in.
    pub active: bool,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
    /// When each role that the person held and holds no more ended last.
    pub left: BTreeMap<Role, Instant>,
}

/// What is known of an organization that a command names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationFacts {
    /// Its side.
    pub side: Side,
    /// Whether it is an agency that owns the framework with others (domain section 2, FO): Treasury, NSA, CISA.
    pub is_framework_owner: bool,
    /// Key of its kind, as the framework versions list them (domain section 11).
    pub party_kind: Option<String>,
}

/// What is known of another registered release of the same developer, which may be the same model release (domain
/// section 3.0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseFacts {
    /// Which one.
    pub id: RecordId,
    /// Its developer.
    pub developer: OrganizationId,
    /// What it used of the cap if the clock runs while access is suspended: windows, assessments, merged releases.
    pub used_running: TimeDelta,
    /// What it used of the cap if the clock is paused while access is suspended.
    pub used_paused: TimeDelta,
    /// Whether an engagement of it is live, an open window among them.
    pub is_busy: bool,
    /// The release that it was merged into.
    pub merged_into: Option<String>,
    /// The first partner release that happened, if any.
    pub partner_released_at: Option<Instant>,
}

impl ReleaseFacts {
    /// The facts of the release of a case that was folded forward to `now`; `None` if it has none.
    pub fn of(case: &Case, now: Instant) -> Option<Self> {
        let (id, entry) = case.release()?;
        Some(Self {
            id,
            developer: entry.state.developer,
            used_running: used_on_release(case, None, WindowClock::Running, now),
            used_paused: used_on_release(case, None, WindowClock::Paused, now),
            is_busy: case.engagements.values().any(|entry| entry.state.stage.is_live()),
            merged_into: entry.state.merged_into.clone(),
            partner_released_at: entry.state.first_partner_release(),
        })
    }

    /// What it used of the cap, in whole seconds begun: a part of a second counts as one, so that no sum passes the cap.
    pub fn used_seconds(&self, clock: WindowClock) -> i64 {
        let used = match clock {
            WindowClock::Running => self.used_running,
            WindowClock::Paused => self.used_paused,
        };
        used.num_seconds() + i64::from(used.subsec_nanos() > 0)
    }
}

/// Facts from outside the case.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Every framework version, oldest first.
    pub frameworks: Arc<Vec<Framework>>,
    /// Every edition of the calendar of working days.
    pub calendars: Arc<Calendars>,
    /// People by account.
    pub people: BTreeMap<AccountId, PersonFacts>,
    /// Organizations by id.
    pub organizations: BTreeMap<OrganizationId, OrganizationFacts>,
    /// Other releases that a command is about, by reference.
    pub releases: BTreeMap<String, ReleaseFacts>,
    /// Whether the host is an agency, which the Freedom of Information Act binds (domain section 7).
    pub agency_host: bool,
    /// How large documents may be, and how much an organization may leave in a case.
    pub documents: DocumentLimits,
}

impl Facts {
    /// The edition of the calendar that the case counts by.
    pub fn calendar(&self, case: &Case) -> &Calendar {
        let adopted = case.release().and_then(|(_, release)| release.state.calendar.as_deref());
        self.calendars.adopted(adopted)
    }

    /// The version with this id.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if it is not among the known ones.
    pub fn framework(&self, id: &str) -> Result<&Framework, Refusal> {
        self.frameworks.iter().find(|framework| framework.id == id).ok_or(Refusal::NoFramework)
    }

    /// The version in force at an instant: the one that a proposal made then pins (domain section 10).
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if none is in force yet.
    pub fn framework_at(&self, at: Instant) -> Result<&Framework, Refusal> {
        Framework::applies_to(&self.frameworks, at).ok_or(Refusal::NoFramework)
    }

    /// The version pinned by an engagement, or the one in force while it is a draft.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`].
    pub fn pinned(&self, pinned: Option<&str>, now: Instant) -> Result<&Framework, Refusal> {
        pinned.map_or_else(|| self.framework_at(now), |id| self.framework(id))
    }
}

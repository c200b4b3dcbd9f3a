//! Records law on the release: charge, holds and auditors, for everything that stands under it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    authz::permit::Permit,
    domain::{
        actor::Role,
        audience::Audience,
        case::Facts,
        id::AccountId,
        refusal::{FieldReason, Refusal},
        release::ReleaseCommand as Command,
        text::ExternalReference,
        time::{Instant, plus},
    },
};

/// The longest authorization of an auditor, in days (domain section 2).
const MOST_DAYS: i64 = 30;

/// What is known of a release's records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRecords {
    /// The records officers who took charge.
    pub officers: BTreeSet<AccountId>,
    /// Holds, oldest first; lifted ones stay.
    pub holds: Vec<Hold>,
    /// Authorizations in force, oldest first; the case is settled at the instant of asking.
    pub authorizations: Vec<Authorization>,
}

/// A legal hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The agency's own reference.
    pub reference: ExternalReference,
    /// The authority for it.
    pub authority: ExternalReference,
    /// When it was placed.
    pub placed_at: Instant,
    /// When it was lifted.
    pub lifted_at: Option<Instant>,
}

/// An auditor's authorization for the case, half-open: at `until` it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// The auditor.
    pub auditor: AccountId,
    /// The agency's own reference of the audit.
    pub reference: ExternalReference,
    /// Since when.
    pub since: Instant,
    /// Until when, exclusive.
    pub until: Instant,
}

/// What happened to a release's records. The government's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum ReleaseRecordsEvent {
    /// A records officer took charge.
    OfficerAssigned { officer: AccountId },
    /// A hold was placed.
    HoldPlaced { reference: ExternalReference, authority: ExternalReference },
    /// A hold was lifted.
    HoldLifted { reference: ExternalReference },
    /// An auditor was authorized.
    AuditorAuthorized { auditor: AccountId, until: Instant, reference: ExternalReference },
    /// The authorization ended, by its time or by a records officer.
    AuthorizationEnded { auditor: AccountId },
}

impl ReleaseRecordsEvent {
    /// Holds and audits are the government's own.
    pub const fn audience(&self) -> Audience {
        Audience::Government
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OfficerAssigned { .. } => "release.records_officer_assigned",
            Self::HoldPlaced { .. } => "release.hold_placed",
            Self::HoldLifted { .. } => "release.hold_lifted",
            Self::AuditorAuthorized { .. } => "release.auditor_authorized",
            Self::AuthorizationEnded { .. } => "release.authorization_ended",
        }
    }
}

impl ReleaseRecords {
    /// The records after the event: total, and without rules.
    pub fn apply(&mut self, event: &ReleaseRecordsEvent, at: Instant) {
        match event {
            ReleaseRecordsEvent::OfficerAssigned { officer } => {
                self.officers.insert(*officer);
            }
            ReleaseRecordsEvent::HoldPlaced { reference, authority } => {
                let (reference, authority) = (reference.clone(), authority.clone());
                self.holds.push(Hold { reference, authority, placed_at: at, lifted_at: None });
            }
            ReleaseRecordsEvent::HoldLifted { reference } => {
                let placed = self.holds.iter_mut().filter(|hold| hold.lifted_at.is_none());
                placed.filter(|hold| hold.reference == *reference).for_each(|hold| hold.lifted_at = Some(at));
            }
            ReleaseRecordsEvent::AuditorAuthorized { auditor, until, reference } => {
                let (reference, until) = (reference.clone(), *until);
                self.authorizations.push(Authorization { auditor: *auditor, reference, since: at, until });
            }
            ReleaseRecordsEvent::AuthorizationEnded { auditor } => {
                self.authorizations.retain(|authorization| authorization.auditor != *auditor);
            }
        }
    }

    /// The holds that are in force.
    pub fn held(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.lifted_at.is_none())
    }

    /// The auditors who may read the case.
    pub fn auditors(&self) -> BTreeSet<AccountId> {
        self.authorizations.iter().map(|authorization| authorization.auditor).collect()
    }
}

/// Decides a command on a release's records.
///
/// # Errors
/// [`Refusal::Field`].
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn decide(
    records: &ReleaseRecords,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<ReleaseRecordsEvent>, Refusal> {
    use ReleaseRecordsEvent as Event;
    let held = |reference: &ExternalReference| records.held().any(|hold| hold.reference == *reference);
    let event = match command {
        Command::PlaceHold(c) if held(&c.reference) => {
            return Err(Refusal::field("/reference", FieldReason::AlreadyListed));
        }
        Command::PlaceHold(c) => Event::HoldPlaced { reference: c.reference.clone(), authority: c.authority.clone() },
        Command::LiftHold(c) if !held(&c.reference) => {
            return Err(Refusal::field("/reference", FieldReason::NoSuchRecord));
        }
        Command::LiftHold(c) => Event::HoldLifted { reference: c.reference.clone() },
        Command::AuthorizeAuditor(c) => {
            may_audit(records, permit, c.auditor, facts)?;
            if c.until <= now {
                return Err(Refusal::field("/until", FieldReason::InPast));
            }
            if c.until > plus(now, TimeDelta::days(MOST_DAYS)) {
                return Err(Refusal::field("/until", FieldReason::OutOfRange));
            }
            Event::AuditorAuthorized { auditor: c.auditor, until: c.until, reference: c.reference.clone() }
        }
        Command::EndAuthorization(c) if !records.auditors().contains(&c.auditor) => {
            return Err(Refusal::field("/auditor", FieldReason::NoSuchRecord));
        }
        Command::EndAuthorization(c) => Event::AuthorizationEnded { auditor: c.auditor },
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// An active account with the role, which is not one's own and has no authorization yet.
fn may_audit(records: &ReleaseRecords, permit: &Permit, auditor: AccountId, facts: &Facts) -> Result<(), Refusal> {
    let known = facts.people.get(&auditor).filter(|person| person.active && person.roles.contains(&Role::Auditor));
    known.ok_or(Refusal::field("/auditor", FieldReason::NoSuchAccount))?;
    if permit.actor().account == auditor {
        return Err(Refusal::field("/auditor", FieldReason::SamePerson));
    }
    if records.auditors().contains(&auditor) {
        return Err(Refusal::field("/auditor", FieldReason::AlreadyListed));
    }
    Ok(())
}

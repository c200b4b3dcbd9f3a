//! Activating a version takes two people (domain sections 2, 3.0 and 10): one framework owner offers exact terms, another
//! names their hash. From then on nothing of the version changes.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Framework;
use crate::domain::{
    actor::{Actor, By},
    deadline::Calendar,
    id::AccountId,
    offer::{Offer, lapse, second_key},
    refusal::{FieldReason, Refusal},
    text::Sha256Hex,
    time::local_date,
};

/// Working days after which an offer lapses where no version is in force yet (domain section 3.0).
const LAPSE_WORKING_DAYS: u32 = 10;

/// The exact terms of an activation. Those that change how long the government may have access are named one by one:
/// whoever turns the second key reads the authority for a longer window there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivationTerms {
    /// Name of the version.
    pub version: String,
    /// SHA-256 of its text.
    pub digest: Sha256Hex,
    /// First date on which proposals are pinned to it.
    pub effective_from: NaiveDate,
    /// The authority that it rests on.
    pub authority: String,
    /// The ceiling of an access window, in days.
    pub window_cap_days: u32,
    /// The authority cited for a ceiling above 30 days.
    pub window_cap_authority: Option<String>,
}

/// The facts that an activation is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Every version that counts already.
    pub active: &'a [Framework],
    /// The calendar of working days.
    pub calendar: &'a Calendar,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Offers to activate a version: the first key. It repeats the digest and the date, so that both are meant.
///
/// # Errors
/// [`Refusal::Field`] where digest or date are not those of the version, or the version cannot take effect then.
pub fn offer(
    version: &Framework,
    (digest, effective_from): (&Sha256Hex, NaiveDate),
    actor: &Actor,
    facts: &Facts<'_>,
) -> Result<Offer<ActivationTerms>, Refusal> {
    if version.digest != *digest {
        return Err(Refusal::field("/digest", FieldReason::WrongDigest));
    }
    if version.effective_from != effective_from {
        return Err(Refusal::field("/effective_from", FieldReason::NotAsWritten));
    }
    judge(version, facts)?;
    let in_force = Framework::applies_to(facts.active, facts.now);
    let days = in_force.map_or(LAPSE_WORKING_DAYS, |in_force| in_force.offer_lapse_working_days);
    let lapses_at = lapse(facts.now, days, version.zone, facts.calendar);
    let terms = ActivationTerms {
        version: version.id.clone(),
        digest: version.digest.clone(),
        effective_from,
        authority: version.authority.clone(),
        window_cap_days: version.window_cap_days,
        window_cap_authority: version.window_cap_authority.clone(),
    };
    Offer::make(terms, By::from(actor), facts.now, lapses_at)
}

/// Judges the second key: another person than the one who offered, and none of those who wrote the version under this
/// name (domain section 2: policy author and activator are two people).
///
/// # Errors
/// As [`second_key`]; [`Refusal::OwnRequest`] for an author; [`Refusal::Field`] where the version can no longer take
/// effect on its date.
pub fn accept(
    version: &Framework,
    offer: Option<&Offer<ActivationTerms>>,
    hash: &Sha256Hex,
    actor: &Actor,
    authors: &BTreeSet<AccountId>,
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    second_key(offer.map_or(&[], std::slice::from_ref), hash, actor, |_| true, facts.now)?;
    if authors.contains(&actor.account) {
        return Err(Refusal::OwnRequest);
    }
    judge(version, facts)
}

/// No rule counts for the past: a version takes effect on the day after its activation at the earliest, in its own zone,
/// under a name and on a date that no other version has. So none is ever replaced.
fn judge(version: &Framework, facts: &Facts<'_>) -> Result<(), Refusal> {
    if version.effective_from <= local_date(facts.now, version.zone) {
        return Err(Refusal::field("/effective_from", FieldReason::Retroactive));
    }
    match version.joins(facts.active) {
        Ok(()) => Ok(()),
        Err(_) => Err(Refusal::field("/effective_from", FieldReason::VersionTaken)),
    }
}

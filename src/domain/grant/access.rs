//! Effective access as a pure function of facts and an instant (domain section 3.6, invariants 8-10 and 28). Nothing
//! here depends on a job having run: the case is folded forward to the instant before it is asked.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Grant, GrantStage, GrantSuspension, recertify_by};
use crate::domain::{
    actor::Assurance,
    case::{Case, Facts},
    condition::{Condition, ConditionStage},
    engagement::{rules_of, unmet_for_ready},
    framework::{Framework, Template},
    id::{Kind, RecordId, Subject},
    nomination::{NominationStage, unmet_agreements},
    refusal::{Refusal, Unmet},
    time::{Instant, add_calendar_months},
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The holder, in a session of this assurance level.
    Holder(Assurance),
    /// The developer's gateway, by API token.
    Gateway,
    /// The product itself, about the grant as such.
    Standing,
}

/// The answer: allowed, or what is unmet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "access")]
pub enum Access {
    /// Access is effective at the instant.
    Allowed {
        /// The instant from which it is not any more, as far as is known now (exclusive).
        until: Option<DateTime<Utc>>,
    },
    /// It is not.
    Denied {
        /// What is unmet.
        unmet: Vec<Unmet>,
    },
}

/// What ends effective access. Of several at one instant the one that is named first here is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessEnd {
    /// The access window closes.
    WindowCloses,
    /// The partner's term ends.
    TermEnds,
    /// A required condition, or a nondisclosure agreement, expires.
    ConditionExpires,
    /// The attestation runs out (D14).
    AttestationEnds,
    /// The training runs out (D14).
    TrainingEnds,
    /// The grant is not recertified in time (D13).
    NotRecertified,
}

/// Effective access of a grant at `now`. The case must be folded forward to `now`.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn access(case: &Case, id: RecordId, facts: &Facts, asker: Asker, now: Instant) -> Result<Access, Refusal> {
    let Some(grant) = case.grants.get(&id).map(|entry| &entry.state) else {
        return Ok(Access::Denied { unmet: vec![Unmet::GrantNotApproved] });
    };
    let mut unmet = standing(grant);
    unmet.extend(broken(case, grant));
    unmet.extend(place(case, grant, facts, now)?);
    unmet.extend(person(case, grant, facts, now)?);
    unmet.extend(session(grant, facts, asker));
    if unmet.is_empty() {
        return Ok(Access::Allowed { until: ends(case, grant, facts, now)?.map(|(at, _)| at) });
    }
    unmet.sort();
    unmet.dedup();
    Ok(Access::Denied { unmet })
}

/// The grant itself: approved, not suspended, not over.
fn standing(grant: &Grant) -> Vec<Unmet> {
    match grant.stage {
        GrantStage::Approved | GrantStage::Active => Vec::new(),
        GrantStage::Requested | GrantStage::Prerequisites => vec![Unmet::GrantNotApproved],
        GrantStage::Suspended { reason: GrantSuspension::RecertificationMissed, .. } => {
            vec![Unmet::RecertificationMissed]
        }
        GrantStage::Suspended { .. } => vec![Unmet::GrantSuspended],
        GrantStage::Expired | GrantStage::Revoked | GrantStage::Closed => vec![Unmet::GrantEnded],
    }
}

/// The engagement or nomination whose conditions bind this access.
pub const fn bound_by(grant: &Grant) -> Subject {
    match grant.nomination {
        Some(nomination) => Subject::new(Kind::Nomination, nomination),
        None => Subject::new(Kind::Engagement, grant.engagement),
    }
}

/// The breached conditions among those that bind this access, required or not: a breach stops it at once (domain
/// section 3.5).
pub(super) fn broken(case: &Case, grant: &Grant) -> Vec<Unmet> {
    let breached = case.conditions_of(bound_by(grant)).filter(|(_, c)| c.state.stage == ConditionStage::Breached);
    breached.map(|(_, c)| Unmet::ConditionNotInForce { condition: c.reference.clone() }).collect()
}

/// Where access takes place: an open window with its conditions in force, or an active partner status with its own.
fn place(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    match grant.nomination {
        None => {
            let mut unmet = unmet_for_ready(case, grant.engagement, facts, now)?;
            // Eligibility may be superseded without closing an open window (domain section 3.0).
            unmet.retain(|fact| *fact != Unmet::EligibilityNotAttested);
            if !window_is_open(case, grant, facts, now)? {
                unmet.push(Unmet::WindowNotOpen);
            }
            Ok(unmet)
        }
        Some(nomination) => Ok(partner_place(case, nomination, pinned(case, grant, facts, now)?, now)),
    }
}

fn window_is_open(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<bool, Refusal> {
    let Some(engagement) = case.engagements.get(&grant.engagement).map(|entry| &entry.state) else {
        return Ok(false);
    };
    let rules = rules_of(case, grant.engagement, facts, now)?;
    Ok(engagement.window.as_ref().is_some_and(|window| window.is_open_at(&rules, now)))
}

/// The framework version that the grant's engagement is pinned to.
fn pinned<'a>(case: &Case, grant: &Grant, facts: &'a Facts, now: Instant) -> Result<&'a Framework, Refusal> {
    let pinned = case.pinned(grant.engagement);
    facts.pinned(pinned, now)
}

fn partner_place(case: &Case, nomination: RecordId, framework: &Framework, now: Instant) -> Vec<Unmet> {
    let active = case.nominations.get(&nomination).is_some_and(|entry| {
        matches!(entry.state.stage, NominationStage::Active) && entry.state.term_ends_at.is_none_or(|ends| now < ends)
    });
    let mut unmet = unmet_agreements(case, nomination, framework);
    if !active {
        unmet.push(Unmet::PartnerNotActive);
    }
    unmet
}

/// Whether the condition is an agreement in force that each person signs before any access.
fn is_nda_in_force(condition: &Condition, framework: &Framework) -> bool {
    condition.stage == ConditionStage::InForce
        && framework.template(&condition.template).is_some_and(Template::is_personal_nda)
}

/// The person: a nondisclosure agreement in force and every current text acknowledged, attestation and training under
/// 12 months, screenings present.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn person(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    // A waived text binds nobody, so that nobody is asked to acknowledge it.
    let binds = |c: &Condition| c.personal && c.stage == ConditionStage::InForce;
    let personal = case.conditions_of(bound_by(grant)).filter(|(_, c)| binds(&c.state));
    let unacknowledged = personal.filter(|(_, c)| !c.state.is_acknowledged_by(grant.holder));
    let mut unmet: Vec<Unmet> =
        unacknowledged.map(|(_, c)| Unmet::NotAcknowledged { condition: c.reference.clone() }).collect();
    let framework = pinned(case, grant, facts, now)?;
    if !case.conditions_of(bound_by(grant)).any(|(_, c)| is_nda_in_force(&c.state, framework)) {
        unmet.push(Unmet::NdaNotInForce);
    }
    let record = case.person(grant.holder);
    let [attested, trained] = renewals(case, grant, facts, now)?;
    let has = |present: bool, fact: Unmet| (!present).then_some(fact);
    unmet.extend(has(attested.is_some_and(|ends| now < ends), Unmet::NotAttested));
    unmet.extend(has(trained.is_some_and(|ends| now < ends), Unmet::NotTrained));
    unmet.extend(has(record.is_some_and(|person| person.screening.is_some()), Unmet::NotScreened));
    unmet.extend(has(record.is_some_and(|person| person.export_screening.is_some()), Unmet::ExportNotScreened));
    Ok(unmet)
}

/// When attestation and training run out, where there are any (D14).
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn renewals(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<[Option<Instant>; 2], Refusal> {
    let framework = pinned(case, grant, facts, now)?;
    let months = framework.attestation_months();
    let ends = |from: Option<Instant>| from.map(|from| add_calendar_months(from, months, framework.zone));
    let person = case.person(grant.holder);
    Ok([ends(person.and_then(|p| p.attested_at)), ends(person.and_then(|p| p.trained_at))])
}

/// The account and its role now, and the session that asks or the second factor behind the developer's gateway.
fn session(grant: &Grant, facts: &Facts, asker: Asker) -> Vec<Unmet> {
    let holder = facts.people.get(&grant.holder);
    let active = holder.is_some_and(|person| person.active);
    let mut unmet: Vec<Unmet> = (!active).then_some(Unmet::AccountNotActive).into_iter().collect();
    if holder.is_some_and(|person| !grant.is_held_by(person)) {
        unmet.push(Unmet::RoleNotHeld);
    }
    match asker {
        Asker::Holder(Assurance::Aal1) => unmet.push(Unmet::SessionNotAal2),
        Asker::Gateway if !holder.is_some_and(|person| person.second_factor) => unmet.push(Unmet::NoSecondFactor),
        Asker::Gateway | Asker::Standing | Asker::Holder(Assurance::Aal2) => {}
    }
    unmet
}

/// When access ends as far as is known now, and by what: at its expiry, or when it is not recertified in time.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn ends(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Option<(Instant, AccessEnd)>, Refusal> {
    let expires = expires(case, grant, facts, now)?;
    if grant.stage != GrantStage::Active {
        return Ok(expires);
    }
    let recertified = (recertify_by(case, grant, facts, now)?, AccessEnd::NotRecertified);
    Ok(Some(expires.map_or(recertified, |expires| expires.min(recertified))))
}

/// The earliest of the window's close (or the partner's term), the expiry of a required condition or a nondisclosure
/// agreement, and any prerequisite's expiry (invariant 10).
fn expires(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Option<(Instant, AccessEnd)>, Refusal> {
    let place = if let Some(nomination) = grant.nomination {
        let term = case.nominations.get(&nomination).and_then(|entry| entry.state.term_ends_at);
        term.map(|at| (at, AccessEnd::TermEnds))
    } else {
        let rules = rules_of(case, grant.engagement, facts, now)?;
        let window = case.engagements.get(&grant.engagement).and_then(|entry| entry.state.window.as_ref());
        window.and_then(|window| window.close_at(&rules)).map(|at| (at, AccessEnd::WindowCloses))
    };
    let framework = pinned(case, grant, facts, now)?;
    let required = |c: &Condition| c.required && c.stage == ConditionStage::InForce;
    let in_force = |c: &Condition| required(c) || is_nda_in_force(c, framework);
    let conditions = case.conditions_of(bound_by(grant)).filter(|(_, c)| in_force(&c.state));
    let conditions = conditions.filter_map(|(_, c)| c.state.agreed.as_ref()?.expires_at);
    let conditions = conditions.map(|at| (at, AccessEnd::ConditionExpires));
    let [attested, trained] = renewals(case, grant, facts, now)?;
    let ends = [attested.map(|at| (at, AccessEnd::AttestationEnds)), trained.map(|at| (at, AccessEnd::TrainingEnds))];
    Ok(place.into_iter().chain(conditions).chain(ends.into_iter().flatten()).min())
}

//! Two-key acts on an engagement: E7, E10, E14, the extension of a window and the migration to another
//! framework version (domain section 3.0). The first key
//! records exact terms; the second names their hash, and the guards are judged anew.

use super::{
    Engagement, EngagementCommand as Command, EngagementEvent as Event, ExtendWindow, ScheduleWindow, Stage, Terms,
    guard::{rules, state, unmet_by_arithmetic, unmet_to_close, unmet_to_resume},
    migration::migrate,
    sameness,
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, By, Role, Side},
        case::{Case, Facts},
        id::RecordId,
        offer::{Offer, any_to_accept, any_to_retract, lapse, second_key, to_accept, to_retract},
        refusal::{FieldReason, Refusal},
        text::Sha256Hex,
        time::Instant,
    },
};

/// Decides the commands that make, accept and retract offers.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub(super) fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::ScheduleWindow(c) => offer(case, id, permit, schedule_terms(c), facts, now),
        Command::ResumeWindow(_) => offer(case, id, permit, resume_terms(case, id, permit.actor())?, facts, now),
        Command::ExtendWindow(c) => offer(case, id, permit, extend_terms(c)?, facts, now),
        Command::CloseEngagement(_) => offer(case, id, permit, Terms::Close, facts, now),
        Command::MergeReleases(_) => offer(case, id, permit, sameness::terms(case, id, facts, now)?, facts, now),
        Command::MigrateFramework(c) => {
            offer(case, id, permit, Terms::MigrateFramework { to: c.to.clone() }, facts, now)
        }
        Command::AcceptOffer(c) => accept(case, id, permit, &c.hash, facts, now),
        Command::RetractOffer(c) => retract(case, id, permit, &c.hash),
        _ => Ok(Vec::new()),
    }
}

/// Whether the actor holds the second key of any open offer.
pub(super) fn acceptable(engagement: &Engagement, actor: &Actor, now: Instant) -> Result<(), Refusal> {
    any_to_accept(&engagement.offers, actor, |offer| may_turn(engagement, offer, actor), now)
}

/// Whether any offer is the actor's to take back.
pub(super) fn retractable(engagement: &Engagement, actor: &Actor) -> Result<(), Refusal> {
    any_to_retract(&engagement.offers, |offer| may_retract(engagement, offer, actor))
}

/// The open offers that the actor may name in this act, by hash; none for an act that names no offer.
pub fn offers_to_name(case: &Case, id: RecordId, action: Action, actor: &Actor, now: Instant) -> Vec<Sha256Hex> {
    let Ok(engagement) = state(case, id) else { return Vec::new() };
    match action.name {
        "accept-offer" => to_accept(&engagement.offers, actor, |offer| may_turn(engagement, offer, actor), now),
        "retract-offer" => to_retract(&engagement.offers, |offer| may_retract(engagement, offer, actor), now),
        _ => Vec::new(),
    }
}

/// Whether the actor holds a key of resuming.
pub(super) fn holds_key(case: &Case, id: RecordId, actor: &Actor) -> Result<(), Refusal> {
    resume_terms(case, id, actor).map(drop)
}

const fn schedule_terms(c: &ScheduleWindow) -> Terms {
    Terms::ScheduleWindow { open_at: c.open_at, agreed_end: c.agreed_end }
}

fn extend_terms(c: &ExtendWindow) -> Result<Terms, Refusal> {
    if c.release_bound.is_none() && c.earlier_end.is_none() {
        return Err(Refusal::field("/release_bound", FieldReason::OneNeeded));
    }
    Ok(Terms::ExtendWindow { release_bound: c.release_bound, earlier_end: c.earlier_end })
}

/// E10 takes the developer official's key and one of the side that suspended: the insider-risk officer's after a
/// security suspension.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn resume_terms(case: &Case, id: RecordId, actor: &Actor) -> Result<Terms, Refusal> {
    let suspending = match state(case, id)?.stage {
        Stage::Suspended { security: true, .. } => Role::InsiderRiskOfficer,
        Stage::Suspended { side: Side::Developer, .. } => Role::DeveloperLiaison,
        _ => Role::ProgramLiaison,
    };
    if actor.has(Role::DeveloperOfficial) {
        Ok(Terms::ResumeWindow { needs: suspending })
    } else if actor.has(suspending) {
        Ok(Terms::ResumeWindow { needs: Role::DeveloperOfficial })
    } else {
        Err(Refusal::NotSuspendingSide)
    }
}

fn offer(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    terms: Terms,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    judge(case, id, &terms, facts, now)?;
    let framework = facts.pinned(state(case, id)?.framework.as_deref(), now)?;
    let lapses_at = lapse(now, framework.offer_lapse_working_days, framework.zone, facts.calendar(case));
    let offer = Offer::make(terms, By::from(permit.actor()), now, lapses_at)?;
    Ok(vec![Event::OfferMade { offer }])
}

fn accept(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    hash: &Sha256Hex,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let actor = permit.actor();
    let engagement = state(case, id)?;
    let offer = second_key(&engagement.offers, hash, actor, |offer| may_turn(engagement, offer, actor), now)?;
    judge(case, id, &offer.terms, facts, now)?;
    let effect = match offer.terms.clone() {
        Terms::ScheduleWindow { open_at, agreed_end } => Event::WindowScheduled { open_at, agreed_end },
        Terms::ResumeWindow { .. } => Event::WindowResumed,
        Terms::ExtendWindow { release_bound, earlier_end } => Event::WindowExtended { release_bound, earlier_end },
        Terms::Close => Event::Closed,
        Terms::MergeReleases { release, used_seconds } => Event::ReleasesMerged { release, used_seconds },
        Terms::MigrateFramework { to } => migrate(case, id, &to, facts, now)?,
    };
    Ok(vec![Event::OfferAccepted { hash: hash.clone() }, effect])
}

/// Whether the actor holds the second key: the other side's, in the role that the act names.
fn may_turn(engagement: &Engagement, offer: &Offer<Terms>, actor: &Actor) -> bool {
    let other_side = offer.by.side != Some(actor.side);
    match offer.terms {
        Terms::ScheduleWindow { .. }
        | Terms::ExtendWindow { .. }
        | Terms::Close
        | Terms::MergeReleases { .. }
        | Terms::MigrateFramework { .. } => other_side && may_offer(engagement, &offer.terms, actor),
        // After a suspension by the developer any second person of its side will do, another official too.
        Terms::ResumeWindow { needs: Role::DeveloperLiaison } => {
            actor.has(Role::DeveloperLiaison) || actor.has(Role::DeveloperOfficial)
        }
        Terms::ResumeWindow { needs } => actor.has(needs),
    }
}

/// Whether the actor holds a key of the act at all: the developer's official, and of the government the liaison who
/// claimed the engagement. Closing is the leads' affair, and resuming that of whoever the offer names.
fn may_offer(engagement: &Engagement, terms: &Terms, actor: &Actor) -> bool {
    let liaison = actor.has(Role::ProgramLiaison) && engagement.liaison == Some(actor.account);
    match terms {
        Terms::ScheduleWindow { .. }
        | Terms::ExtendWindow { .. }
        | Terms::MergeReleases { .. }
        | Terms::MigrateFramework { .. } => actor.has(Role::DeveloperOfficial) || liaison,
        Terms::Close => actor.has(Role::DeveloperOfficial) || actor.has(Role::DeveloperLiaison) || liaison,
        Terms::ResumeWindow { needs: Role::InsiderRiskOfficer } => {
            actor.has(Role::DeveloperOfficial) || actor.has(Role::InsiderRiskOfficer)
        }
        Terms::ResumeWindow { .. } => {
            actor.has(Role::DeveloperOfficial)
                || actor.has(Role::DeveloperLiaison)
                || actor.has(Role::InsiderRiskOfficer)
                || liaison
        }
    }
}

fn may_retract(engagement: &Engagement, offer: &Offer<Terms>, actor: &Actor) -> bool {
    offer.by.side == Some(actor.side) && may_offer(engagement, &offer.terms, actor)
}

fn retract(case: &Case, id: RecordId, permit: &Permit, hash: &Sha256Hex) -> Result<Vec<Event>, Refusal> {
    let engagement = state(case, id)?;
    let offer = engagement.offers.iter().find(|offer| offer.hash == *hash).ok_or(Refusal::NoSuchOffer)?;
    if !may_retract(engagement, offer, permit.actor()) {
        return Err(Refusal::WrongSide);
    }
    Ok(vec![Event::OfferRetracted { hash: hash.clone() }])
}

/// The guards of the act that the terms describe, judged at both keys.
fn judge(case: &Case, id: RecordId, terms: &Terms, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    match terms {
        Terms::ScheduleWindow { open_at, agreed_end } => {
            if *open_at < now {
                return Err(Refusal::field("/open_at", FieldReason::InPast));
            }
            if agreed_end.is_some_and(|end| end <= *open_at) {
                return Err(Refusal::field("/agreed_end", FieldReason::EndBeforeStart));
            }
            let rules = rules(case, id, facts, now)?;
            Refusal::unless_met(unmet_by_arithmetic(case, &rules, *open_at, *agreed_end))
        }
        Terms::ResumeWindow { .. } => Refusal::unless_met(unmet_to_resume(case, id, facts, now)?),
        Terms::ExtendWindow { release_bound, earlier_end } => {
            extension(case, id, *release_bound, *earlier_end, facts, now)
        }
        Terms::Close => Refusal::unless_met(unmet_to_close(case, id)),
        Terms::MergeReleases { .. } => sameness::judge(case, id, terms, facts, now),
        Terms::MigrateFramework { to } => migrate(case, id, to, facts, now).map(drop),
    }
}

/// An extension stays within the current planned release and the caps; it is refused, never trimmed.
fn extension(
    case: &Case,
    id: RecordId,
    release_bound: Option<Instant>,
    earlier_end: Option<Instant>,
    facts: &Facts,
    now: Instant,
) -> Result<(), Refusal> {
    let planned = case.release().and_then(|(_, release)| release.state.planned);
    let rules = rules(case, id, facts, now)?;
    let latest = state(case, id)?.window.as_ref().and_then(|window| window.latest_end(&rules));
    for (pointer, value) in [("/release_bound", release_bound), ("/earlier_end", earlier_end)] {
        let Some(value) = value else { continue };
        if value <= now {
            return Err(Refusal::field(pointer, FieldReason::InPast));
        }
        if planned.is_none_or(|planned| value > planned) {
            return Err(Refusal::field(pointer, FieldReason::PastPlannedRelease));
        }
        if latest.is_none_or(|latest| value > latest) {
            return Err(Refusal::field(pointer, FieldReason::PastCap));
        }
    }
    Ok(())
}

//! Deciding commands on a condition (domain section 3.5).

use super::{
    AgreeTerms, AttachCondition, AttachedFacts, Condition, ConditionCommand as Command, ConditionEvent as Event,
    ConditionStage as Stage, ConditionSubject, Guard, OfferAgreement, SignCondition, Signature, TextVersion,
    UploadText, WORKFLOW, succession::predecessor,
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, By, Role, Side},
        case::{Case, Event as Any, Facts},
        id::{Kind, OrganizationId, RecordId, Subject},
        offer::{Offer, any_open, any_to_accept, any_to_retract, lapse, second_key, to_accept, to_retract},
        refusal::{FieldReason, Refusal, Unmet},
        text::{Name, Sha256Hex},
        time::Instant,
    },
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::Unmet`], or a rule about the person.
pub fn available(case: &Case, id: RecordId, action: Action, actor: &Actor, now: Instant) -> Result<(), Refusal> {
    let condition = state(case, id)?;
    WORKFLOW.judge(condition.stage.name(), action.name, |guard| check(guard, condition, actor, now))
}

/// Judges one guard of the table.
fn check(guard: Guard, condition: &Condition, actor: &Actor, now: Instant) -> Result<(), Refusal> {
    let takes_officer = waiver_needs_insider_risk(condition);
    let refused = match guard {
        Guard::ProtectedSide => (actor.side != condition.protected).then_some(Refusal::NotProtectedSide),
        Guard::WaiverCleared => {
            let missing = takes_officer && !condition.waiver_cleared;
            missing.then(|| Refusal::Unmet(vec![Unmet::WaiverNotCleared]))
        }
        Guard::ClearanceNeeded => (!takes_officer || condition.waiver_cleared).then_some(Refusal::AlreadyUnderWay),
        Guard::NotSigned => has_signed(condition, actor.side).then_some(Refusal::AlreadySigned),
        Guard::NotOwnRedline => redlined(condition, actor).then_some(Refusal::OwnRequest),
        Guard::NotAcknowledged => condition.is_acknowledged_by(actor.account).then_some(Refusal::AlreadyUnderWay),
        Guard::OfferOpen => return any_open(&condition.offers, now),
        Guard::Party => return party(condition, actor),
        Guard::SecondKey => {
            return any_to_accept(&condition.offers, actor, |offer| offer.by.side != Some(actor.side), now);
        }
        Guard::OwnOffer => return any_to_retract(&condition.offers, |offer| offer.by.side == Some(actor.side)),
        // Judged with the body, or by time.
        Guard::PlaceStands
        | Guard::TemplateFits
        | Guard::PredecessorFits
        | Guard::SuccessorStands
        | Guard::NewestText
        | Guard::TermsInOrder
        | Guard::AgreedText
        | Guard::OtherSideSigned
        | Guard::Effective
        | Guard::ExpiryReached
        | Guard::PlaceOver
        | Guard::SurvivalOver => None,
    };
    refused.map_or(Ok(()), Err)
}

/// The open offers that the actor may name in this act, by hash; none for an act that names no offer.
pub fn offers_to_name(case: &Case, id: RecordId, action: Action, actor: &Actor, now: Instant) -> Vec<Sha256Hex> {
    let Ok(condition) = state(case, id) else { return Vec::new() };
    let is_own = |offer: &Offer<AgreeTerms>| offer.by.side == Some(actor.side);
    match action.name {
        "accept-agreement" => to_accept(&condition.offers, actor, |offer| !is_own(offer), now),
        "retract-agreement" => to_retract(&condition.offers, is_own, now),
        _ => Vec::new(),
    }
}

/// Decides a command on the condition `id`; for `attach`, the id that the new one shall have.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let actor = permit.actor();
    if let Command::AttachCondition(c) = command {
        return Ok(on(id, vec![attach(case, c, facts, now)?]));
    }
    available(case, id, command.action(), actor, now)?;
    let condition = state(case, id)?;
    let events = match command {
        Command::AttachCondition(_) => Vec::new(),
        Command::UploadText(c) => vec![upload(condition, actor, c, now)?],
        Command::OfferAgreement(c) => vec![offer(case, condition, actor, c, facts, now)?],
        Command::AcceptAgreement(c) => vec![accept(condition, actor, &c.hash, now)?],
        Command::RetractAgreement(c) => vec![retract(condition, actor, &c.hash)?],
        Command::SignCondition(c) => sign(condition, actor, c, now)?,
        Command::AcknowledgeCondition(c) => {
            let digest = agreed_digest(condition, &c.digest)?.clone();
            vec![Event::Acknowledged { account: actor.account, digest }]
        }
        Command::ClearWaiver(_) => vec![Event::WaiverCleared],
        Command::WaiveCondition(_) => vec![Event::Waived],
        Command::ReportBreach(_) => vec![Event::Breached],
        Command::CureBreach(_) => vec![Event::Cured],
    };
    Ok(on(id, events))
}

fn on(id: RecordId, events: Vec<Event>) -> Vec<(Subject, Any)> {
    events.into_iter().map(|event| (Subject::new(Kind::Condition, id), Any::Condition(event))).collect()
}

fn state(case: &Case, id: RecordId) -> Result<&Condition, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.conditions.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// Where a new condition may be attached: before access, because a new text in the way would end it.
const ATTACHED_IN_ENGAGEMENT: &[&str] = &["conditions", "ready", "window_scheduled"];
const ATTACHED_IN_NOMINATION: &[&str] = &["screening", "vetting", "decision", "selected", "conditions_precedent"];
/// Where one that follows another may be: during access too, because its predecessor stands until it takes force.
const ACCESS_IN_ENGAGEMENT: &[&str] = &["window_open", "suspended"];
const ACCESS_IN_NOMINATION: &[&str] = &["active", "suspended"];

/// What a condition may hang on: an engagement after acknowledgement, or a disclosed nomination. One that `renews` another
/// may be attached during access too.
#[expect(clippy::wildcard_enum_match_arm, reason = "only engagements and nominations carry conditions")]
fn hang(case: &Case, subject: Subject, renews: bool) -> Result<(RecordId, Option<OrganizationId>, Side), Refusal> {
    let missing = Refusal::field("/attach_to", FieldReason::NoSuchRecord);
    match subject.kind {
        Kind::Engagement => {
            let stage = case.engagements.get(&subject.id).map_or("none", |entry| entry.state.stage.name());
            let during = if renews { ACCESS_IN_ENGAGEMENT } else { &[] };
            Refusal::unless_stage(stage, &[ATTACHED_IN_ENGAGEMENT, during].concat())?;
            Ok((subject.id, None, Side::Government))
        }
        Kind::Nomination => {
            let nomination = &case.nominations.get(&subject.id).ok_or(missing)?.state;
            let during = if renews { ACCESS_IN_NOMINATION } else { &[] };
            Refusal::unless_stage(nomination.stage.name(), &[ATTACHED_IN_NOMINATION, during].concat())?;
            Ok((nomination.engagement, Some(nomination.partner), Side::Partner))
        }
        _ => Err(missing),
    }
}

/// Whether a condition, a following one at least, may be attached there now.
///
/// # Errors
/// [`Refusal::WrongStage`] with the stages that allow it.
pub fn may_attach(case: &Case, to: Subject) -> Result<(), Refusal> {
    hang(case, to, true).map(drop)
}

fn attach(case: &Case, command: &AttachCondition, facts: &Facts, now: Instant) -> Result<Event, Refusal> {
    let missing = Refusal::field("/attach_to", FieldReason::NoSuchRecord);
    let attached_to = case.find(&command.attach_to).ok_or(missing)?;
    let (engagement, partner, bound) = hang(case, attached_to, command.supersedes.is_some())?;
    let engagement = case.engagements.get(&engagement).ok_or(Refusal::NotInFramework)?;
    let framework = facts.pinned(engagement.state.framework.as_deref(), now)?;
    let template = framework.template(&command.template).filter(|t| t.bound.contains(&bound));
    let template = template.ok_or(Refusal::field("/template", FieldReason::NoSuchRecord))?;
    if !command.required && template.needed.contains(&bound) {
        return Err(Refusal::field("/required", FieldReason::NeededByFramework));
    }
    let following = |before| predecessor(case, (attached_to, before), command.required, (framework, template));
    let supersedes = command.supersedes.as_deref().map(following).transpose()?;
    let condition = AttachedFacts {
        developer: engagement.state.developer,
        attached_to,
        partner,
        template: template.key.clone(),
        title: Name::parse(&template.title).map_err(|_| Refusal::NotInFramework)?,
        subjects: template.subjects.clone(),
        functions: template.functions.clone(),
        protected: template.protected,
        bound,
        personal: template.personal_acknowledgement,
        required: command.required,
        supersedes,
        survives_months: template.survives_months,
    };
    Ok(Event::Attached { condition: Box::new(condition), text: template.default_text.clone() })
}

fn newest(condition: &Condition) -> Option<&TextVersion> {
    condition.versions.last()
}

fn upload(condition: &Condition, actor: &Actor, command: &UploadText, now: Instant) -> Result<Event, Refusal> {
    let parent = newest(condition).filter(|version| version.digest == command.parent);
    let parent = parent.ok_or(Refusal::field("/parent", FieldReason::WrongDigest))?;
    let version = TextVersion {
        number: parent.number + 1,
        digest: command.text.digest(),
        parent: Some(parent.digest.clone()),
        by: By::from(actor),
        at: now,
    };
    Ok(Event::TextUploaded { version, text: command.text.clone() })
}

/// Only the protected and the bound side take part in a condition's text.
fn party(condition: &Condition, actor: &Actor) -> Result<(), Refusal> {
    if actor.side == condition.protected || actor.side == condition.bound { Ok(()) } else { Err(Refusal::WrongSide) }
}

fn offer(
    case: &Case,
    condition: &Condition,
    actor: &Actor,
    command: &OfferAgreement,
    facts: &Facts,
    now: Instant,
) -> Result<Event, Refusal> {
    if newest(condition).is_none_or(|version| version.digest != command.digest) {
        return Err(Refusal::field("/digest", FieldReason::WrongDigest));
    }
    if command.expires_at.is_some_and(|expires| expires <= command.effective_at.max(now)) {
        return Err(Refusal::field("/expires_at", FieldReason::EndBeforeStart));
    }
    let pinned = case.engagement_above(condition.attached_to).and_then(|engagement| case.pinned(engagement));
    let framework = facts.pinned(pinned, now)?;
    let lapses_at = lapse(now, framework.offer_lapse_working_days, framework.zone, facts.calendar(case));
    let terms = AgreeTerms {
        digest: command.digest.clone(),
        effective_at: command.effective_at,
        expires_at: command.expires_at,
    };
    Ok(Event::AgreementOffered { offer: Offer::make(terms, By::from(actor), now, lapses_at)? })
}

fn accept(condition: &Condition, actor: &Actor, hash: &Sha256Hex, now: Instant) -> Result<Event, Refusal> {
    let other_side = |offer: &Offer<AgreeTerms>| offer.by.side != Some(actor.side);
    second_key(&condition.offers, hash, actor, other_side, now)?;
    Ok(Event::Agreed { hash: hash.clone() })
}

fn retract(condition: &Condition, actor: &Actor, hash: &Sha256Hex) -> Result<Event, Refusal> {
    let offer = condition.offers.iter().find(|offer| offer.hash == *hash).ok_or(Refusal::NoSuchOffer)?;
    if offer.by.side != Some(actor.side) {
        return Err(Refusal::WrongSide);
    }
    Ok(Event::AgreementRetracted { hash: hash.clone() })
}

fn has_signed(condition: &Condition, side: Side) -> bool {
    condition.signatures.iter().any(|signature| signature.by.side == Some(side))
}

/// A government signatory never signs a version that they redlined (domain section 2, GS).
fn redlined(condition: &Condition, actor: &Actor) -> bool {
    actor.has(Role::GovernmentSignatory)
        && condition.agreed.as_ref().is_some_and(|agreed| {
            condition.versions.iter().any(|v| v.digest == agreed.digest && v.number > 1 && v.by.is(actor.account))
        })
}

/// The agreed digest, if it is the one that the person read.
fn agreed_digest<'a>(condition: &'a Condition, read: &Sha256Hex) -> Result<&'a Sha256Hex, Refusal> {
    let agreed = condition.agreed.as_ref().map(|agreed| &agreed.digest).filter(|digest| *digest == read);
    agreed.ok_or(Refusal::field("/digest", FieldReason::WrongDigest))
}

fn sign(condition: &Condition, actor: &Actor, c: &SignCondition, now: Instant) -> Result<Vec<Event>, Refusal> {
    let digest = agreed_digest(condition, &c.digest)?.clone();
    if !actor.is_named(c.typed_name.as_str()) {
        return Err(Refusal::field("/typed_name", FieldReason::NotOwnName));
    }
    let signature = Signature {
        by: By::from(actor),
        typed_name: c.typed_name.clone(),
        capacity: c.capacity.clone(),
        digest,
        at: now,
    };
    let other = if actor.side == condition.protected { condition.bound } else { condition.protected };
    let full = has_signed(condition, other).then_some(Event::FullySigned);
    Ok([Event::Signed { signature }].into_iter().chain(full).collect())
}

/// Whether waiving takes the insider-risk officer too (domain section 3.5).
pub fn waiver_needs_insider_risk(condition: &Condition) -> bool {
    let subjects = &condition.subjects;
    subjects.contains(&ConditionSubject::Cybersecurity) || subjects.contains(&ConditionSubject::InsiderRisk)
}

/// Whether the condition is the insider-risk officer's affair: its waiver takes them, or it is broken. What is proprietary
/// beyond that they never browse (domain section 2).
pub fn concerns_insider_risk(condition: &Condition) -> bool {
    waiver_needs_insider_risk(condition) || condition.stage == Stage::Breached
}

/// A condition that no longer can be acted on.
pub const fn is_over(stage: Stage) -> bool {
    matches!(stage, Stage::Expired | Stage::Superseded | Stage::Discharged)
}

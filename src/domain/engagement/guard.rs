//! What must hold before an act on an engagement: the stage, and the facts that are looked at again when the act
//! takes effect (domain section 3.2).

use chrono::TimeDelta;

use super::{Engagement, Guard, Stage, WORKFLOW, idle, offers, sameness, window::Rules};
use crate::domain::{
    action::Action,
    actor::{Actor, Side},
    case::{Case, Entry, Facts},
    condition::{coverage, unsatisfied},
    framework::WindowClock,
    id::{Kind, RecordId, Subject},
    inquiry::InquiryStage,
    offer::any_open,
    records,
    refusal::{Refusal, Unmet},
    suspension::suspend_again,
    time::Instant,
};

/// The commands that nothing stands against, no business rate limit and no `If-Match`: E12 and E13 need the official's
/// sign-in alone (invariant 1).
pub const UNCONDITIONAL: [&str; 2] = ["withdraw", "record-release"];

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::Unmet`], or what the guard says.
pub fn available(
    case: &Case,
    id: RecordId,
    action: Action,
    actor: &Actor,
    facts: &Facts,
    now: Instant,
) -> Result<(), Refusal> {
    let stage = state(case, id)?.stage.name();
    WORKFLOW.judge(stage, action.name, |guard| check(guard, case, id, actor, facts, now))
}

/// Judges one guard of the table.
fn check(guard: Guard, case: &Case, id: RecordId, actor: &Actor, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let engagement = state(case, id)?;
    match guard {
        // E4 waits until it is settled whether the release is another registered one.
        Guard::SamenessSettled if engagement.sameness.is_some() => missing(Unmet::SamenessUnsettled),
        Guard::SamenessOpen => sameness::is_open(case, id, None),
        Guard::DisputeOpen => sameness::is_open(case, id, Some(Side::Government)),
        Guard::Reopenable => idle::may_reopen(case, id, facts, now),
        Guard::ReleasePlanned => Refusal::unless_met(unmet_to_schedule(case)),
        // E8: what did not open at its instant takes both keys again.
        Guard::NotMissed if was_missed(engagement) => missing(Unmet::OpeningMissed),
        Guard::MayOpen => Refusal::unless_met(unmet_to_open(case, id, facts, now)?),
        Guard::OfficerNotHolding => suspended_by(engagement, actor),
        Guard::MayResume => Refusal::unless_met(unmet_to_resume(case, id, facts, now)?),
        Guard::AllSettled => Refusal::unless_met(unmet_to_close(case, id)),
        Guard::OfferOpen => any_open(&engagement.offers, now),
        Guard::SecondKey => offers::acceptable(engagement, actor, now),
        Guard::OwnOffer => offers::retractable(engagement, actor),
        Guard::HoldsKey => offers::holds_key(case, id, actor),
        Guard::NotInCharge if in_charge(case, actor) => Err(Refusal::AlreadyUnderWay),
        Guard::Designated if engagement.records.designations.is_empty() => Err(Refusal::NothingToEnd),
        Guard::NothingHeld => Refusal::unless_met(records::unmet_to_dispose(case, id, facts, now)?),
        Guard::DisposalAsked => {
            let mut unmet = records::unmet_to_dispose(case, id, facts, now)?;
            unmet.extend(engagement.records.disposal.is_none().then_some(Unmet::DisposalNotAsked));
            Refusal::unless_met(unmet)
        }
        Guard::OtherOfficer if asked_for_disposal(engagement, actor) => Err(Refusal::OwnRequest),
        // Judged with the body, or by time.
        Guard::SamenessSettled
        | Guard::NotMissed
        | Guard::ReleaseFree
        | Guard::DeclarationFits
        | Guard::WeightsElected
        | Guard::FrameworkInForce
        | Guard::PersonFits
        | Guard::OtherRelease
        | Guard::MergeFits
        | Guard::OpeningFits
        | Guard::ExtensionFits
        | Guard::MigrationFits
        | Guard::JudgedAnew
        | Guard::Sooner
        | Guard::NotAhead
        | Guard::ItemFits
        | Guard::MarkingFits
        | Guard::NotInCharge
        | Guard::Designated
        | Guard::DesignationFits
        | Guard::KeptLonger
        | Guard::OtherOfficer
        | Guard::Ready
        | Guard::NotReady
        | Guard::OpeningReached
        | Guard::OpeningHeldBack
        | Guard::WindowOver
        | Guard::Idle
        | Guard::DesignationOver
        | Guard::SuspensionAsked
        | Guard::PlanNearer => Ok(()),
    }
}

/// Whether the records officer took charge of everything under the release already.
fn in_charge(case: &Case, actor: &Actor) -> bool {
    case.release().is_some_and(|(_, release)| release.state.records.officers.contains(&actor.account))
}

/// Whether the officer asked for the disposal, which another one confirms.
fn asked_for_disposal(engagement: &Engagement, actor: &Actor) -> bool {
    engagement.records.disposal.as_ref().is_some_and(|disposal| disposal.asked_by == actor.account)
}

fn missing(fact: Unmet) -> Result<(), Refusal> {
    Err(Refusal::Unmet(vec![fact]))
}

/// What is suspended already, only the insider-risk officer suspends, unless the officer's key is needed anyway.
fn suspended_by(engagement: &Engagement, actor: &Actor) -> Result<(), Refusal> {
    let Stage::Suspended { security, .. } = engagement.stage else { return Ok(()) };
    suspend_again(security, actor, engagement.stage.name(), &["window_open"])
}

const fn was_missed(engagement: &Engagement) -> bool {
    matches!(engagement.stage, Stage::WindowScheduled { missed: true, .. })
}

/// The engagement, or the refusal that there is none.
///
/// # Errors
/// [`Refusal::WrongStage`] with stage `none`.
pub fn state(case: &Case, id: RecordId) -> Result<&Engagement, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.engagements.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// The rules that the engagement's window runs under: its pinned version, and what is used of the release's cap.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn rules(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Rules, Refusal> {
    let framework = facts.pinned(state(case, id)?.framework.as_deref(), now)?;
    Ok(Rules::of(framework, used_on_release(case, Some(id), framework.window_clock, now)))
}

/// What is used of the release's cap as of `at`, measured by this clock: the windows of its engagements but the one left
/// out, recorded assessment use, and what the releases merged into it used (domain section 3.3).
pub fn used_on_release(case: &Case, but: Option<RecordId>, clock: WindowClock, at: Instant) -> TimeDelta {
    let counted = case.engagements.iter().filter(|(id, _)| Some(**id) != but);
    let windows = counted.filter_map(|(_, entry)| entry.state.window.as_ref());
    let used: TimeDelta = windows.map(|window| window.used(clock, at)).sum();
    used + case.release().map_or(TimeDelta::zero(), |(_, release)| release.state.recorded_use())
}

/// E6's guard: every required condition in force, coverage complete, eligibility attested.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn unmet_for_ready(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let framework = facts.pinned(state(case, id)?.framework.as_deref(), now)?;
    let attached = Subject::new(Kind::Engagement, id);
    let waiting = unsatisfied(case, attached);
    let mut unmet: Vec<Unmet> = waiting.map(not_in_force).collect();
    unmet.extend(coverage(&framework.required_coverage, case.conditions_of(attached).map(|(_, c)| &c.state)));
    if !is_eligible(case) {
        unmet.push(Unmet::EligibilityNotAttested);
    }
    Ok(unmet)
}

fn not_in_force<T>(condition: &Entry<T>) -> Unmet {
    Unmet::ConditionNotInForce { condition: condition.reference.clone() }
}

/// Whether the newest determined inquiry of the release attests eligibility (domain section 3.0).
pub fn is_eligible(case: &Case) -> bool {
    let determined = case.inquiries.values().filter(|entry| matches!(entry.state.stage, InquiryStage::Determined(_)));
    determined.max_by_key(|entry| entry.state.since).is_some_and(|entry| entry.state.attests_eligibility())
}

fn planned(case: &Case) -> Option<Instant> {
    case.release().and_then(|(_, release)| release.state.planned)
}

/// E7's guard: a planned partner release.
pub fn unmet_to_schedule(case: &Case) -> Vec<Unmet> {
    planned(case).is_none().then_some(Unmet::ReleaseNotPlanned).into_iter().collect()
}

/// What the arithmetic says against opening at `open_at` (domain section 3.3).
pub fn unmet_by_arithmetic(case: &Case, rules: &Rules, open_at: Instant, agreed_end: Option<Instant>) -> Vec<Unmet> {
    if case.release().is_some_and(|(_, release)| release.state.first_partner_release().is_some()) {
        return vec![Unmet::AlreadyReleased];
    }
    let Some(planned) = planned(case) else { return vec![Unmet::ReleaseNotPlanned] };
    if let Some(earliest) = rules.earliest_opening(planned).filter(|earliest| open_at < *earliest) {
        return vec![Unmet::OpensTooEarly { earliest }];
    }
    let closes = rules.projected_close(open_at, planned, agreed_end);
    closes.map_or_else(|| vec![Unmet::NothingLeft], |_| Vec::new())
}

/// E8's guard at `now`: E6's, and the arithmetic.
///
/// # Errors
/// [`Refusal::NoFramework`].
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn unmet_to_open(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let agreed_end = match state(case, id)?.stage {
        Stage::WindowScheduled { agreed_end, .. } => agreed_end,
        _ => None,
    };
    let mut unmet = unmet_for_ready(case, id, facts, now)?;
    unmet.extend(unmet_by_arithmetic(case, &rules(case, id, facts, now)?, now, agreed_end));
    Ok(unmet)
}

/// E10's guard at `now`: E6's, and time left.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn unmet_to_resume(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let rules = rules(case, id, facts, now)?;
    let mut unmet = unmet_for_ready(case, id, facts, now)?;
    let closes = state(case, id)?.window.as_ref().and_then(|window| window.close_if_resumed(&rules, now));
    if closes.is_none() {
        unmet.push(Unmet::NothingLeft);
    }
    Ok(unmet)
}

/// E14's guard: every item settled, every government grant over.
pub fn unmet_to_close(case: &Case, id: RecordId) -> Vec<Unmet> {
    let items = case.engagements.get(&id).into_iter().flat_map(|entry| entry.state.items.values());
    let open = items.filter(|item| !item.is_settled());
    let mut unmet: Vec<Unmet> =
        open.map(|item| Unmet::ItemNotSettled { item: item.reference.as_str().to_owned() }).collect();
    let grants = case.grants_of(id).filter(|(_, g)| g.state.side == Side::Government && !g.state.stage.is_terminal());
    unmet.extend(grants.map(|(_, g)| Unmet::GrantNotEnded { grant: g.reference.clone() }));
    unmet
}

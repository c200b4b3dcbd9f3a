//! What waits for somebody although no deadline says so: an offer that wants its second key, a grant to approve, an
//! incident to close. Worklist and the head of a record's page are made from it.
//!
//! A step is somebody's turn while the domain would allow it to them; of those of one stage the first that is open is the
//! next. Steps of others are told by role, and only to whoever sees the record whole.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use uuid::Uuid;

use super::view::outline_case;
use crate::{
    authz::{Acting, Engine, Resource, Sight},
    domain::{
        action::Action,
        actor::{
            Actor, Assurance,
            Role::{
                self, DeterminationRecorder as DT, DeveloperLiaison as DL, DeveloperOfficial as DA, Evaluator as EV,
                InsiderRiskOfficer as IR, PartnerContact as TC, ProgramLiaison as PL, RecordsOfficer as RF,
            },
            Side,
        },
        case::{Case, Facts, available, offers_to_name},
        engagement::{Terms, closeout::ItemState},
        id::{AccountId, Kind, OrganizationId, Subject},
        offer::Offer,
        refusal::Refusal,
        text::Sha256Hex,
        time::{Instant, local_date, plus},
    },
};

/// An act that is the next step of a record in some stages.
struct Step {
    kind: Kind,
    stages: &'static [&'static str],
    act: &'static str,
    /// The roles that take it.
    who: &'static [Role],
    /// What is special about it.
    when: When,
    /// How it is told to others.
    told: Told,
}

/// How a step is told to whoever waits for it. Whether it is open may hang on what is not theirs to know, such as the
/// reviewers who are left or an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// While it is open: that follows from what whoever sees the record whole knows.
    Open,
    /// By the stage alone.
    Stage,
    /// Not at all.
    Never,
}

/// When a step is somebody's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// While the domain allows it.
    Open,
    /// While an offer is open of which one holds the second key.
    SecondKey,
    /// The same, but not while an offer is open: it makes one.
    NoOffer,
    /// The same, but not once this act is open too, which follows it.
    Until(&'static str),
    /// Also while facts are missing: finding them is part of the step.
    Unmet,
    /// While a certificate of an item of the engagement waits for the developer.
    Certified,
}

const fn step(kind: Kind, stages: &'static [&'static str], act: &'static str, who: &'static [Role]) -> Step {
    Step { kind, stages, act, who, when: When::Open, told: Told::Open }
}

impl Step {
    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    const fn told(self, told: Told) -> Self {
        Self { told, ..self }
    }
}

/// The stages of an engagement in which offers stand.
const OFFERS: &[&str] =
    &["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out"];

/// The steps, those of one kind in their order: the second key of an offer comes before what the stage asks for. What a
/// deadline always brings up is not among them, and neither is what one may do but nobody waits for.
const STEPS: [Step; 36] = [
    step(Kind::Inquiry, &["draft"], "submit", &[DL, DA]),
    step(Kind::Inquiry, &["acknowledged"], "begin-assessment", &[DT]),
    step(Kind::Inquiry, &["assessing"], "record-determination", &[DT]),
    step(Kind::Engagement, OFFERS, "accept-offer", &[DL, DA, PL, IR]).when(When::SecondKey),
    step(Kind::Engagement, &["draft"], "propose", &[DA]),
    step(Kind::Engagement, &["proposed"], "merge-releases", &[DA, PL]).when(When::NoOffer),
    step(Kind::Engagement, &["ready"], "schedule-window", &[DA, PL]).when(When::NoOffer),
    step(Kind::Engagement, &["suspended"], "resume-window", &[DL, DA, PL, IR]).when(When::NoOffer).told(Told::Stage),
    step(Kind::Engagement, &["close_out"], "accept-certificate", &[DL, DA]).when(When::Certified),
    step(Kind::Engagement, &["close_out"], "close", &[DL, DA, PL]).when(When::NoOffer),
    step(Kind::Condition, &["attached", "negotiating"], "accept-agreement", &[DL, DA, PL, TC]).when(When::SecondKey),
    step(Kind::Nomination, &["proposed"], "consent-approach", &[DA]),
    step(Kind::Nomination, &["proposed"], "sign-screening-nda", &[TC]),
    step(Kind::Nomination, &["proposed"], "disclose", &[DL, PL]),
    step(Kind::Nomination, &["disclosed"], "begin-screening", &[PL]),
    step(Kind::Nomination, &["screening"], "state-criteria", &[TC]).when(When::Until("begin-vetting")),
    step(Kind::Nomination, &["screening"], "begin-vetting", &[PL]),
    step(Kind::Nomination, &["vetting"], "open-decision", &[PL]).told(Told::Stage),
    step(Kind::Nomination, &["selected"], "begin-conditions", &[PL]),
    step(Kind::Nomination, &["suspended"], "lift-suspension", &[DL, DA, PL, IR]).told(Told::Stage),
    step(Kind::Grant, &["requested"], "clear-prerequisites", &[IR]).when(When::Unmet),
    step(Kind::Grant, &["prerequisites"], "approve", &[DA]).told(Told::Stage),
    step(Kind::Grant, &["suspended"], "lift-suspension", &[DL, DA, IR]).told(Told::Stage),
    step(Kind::Incident, &["reported"], "contain", &[IR]),
    step(Kind::Incident, &["contained"], "assess", &[IR]),
    step(Kind::Incident, &["notified"], "close", &[IR]).told(Told::Stage),
    step(Kind::FoiaRequest, &["logged"], "record-search", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["searched"], "send-submitter-notice", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["searched"], "record-outcome", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["objection"], "record-decision", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["decided"], "send-disclosure-notice", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["decided"], "plan-disclosure", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["decided"], "record-outcome", &[RF]).told(Told::Never),
    step(Kind::FoiaRequest, &["disclosure_notice"], "record-outcome", &[RF]).told(Told::Never),
    step(Kind::Handoff, &["recorded"], "deliver", &[PL, EV]),
    step(Kind::Handoff, &["delivered", "acknowledged"], "acknowledge", &[DL, DA]),
];

/// The stages of a kind in which something can wait.
pub(super) fn stages(kind: Kind) -> BTreeSet<&'static str> {
    STEPS.iter().filter(|step| step.kind == kind).flat_map(|step| step.stages.iter().copied()).collect()
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The act that is waited for.
    pub(super) act: &'static str,
    /// The roles that take it.
    pub(super) who: Vec<Role>,
    /// Whether it is the viewer's own step.
    pub(super) mine: bool,
    /// Whether the viewer takes it on somebody's delegation.
    pub(super) delegated: bool,
    /// Of the second key: the offer that lapses first.
    pub(super) offer: Option<Lapse>,
}

/// When an offer was made, and when it lapses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lapse {
    /// The first key.
    pub(super) offered_at: Instant,
    /// From this instant on it cannot be accepted any more.
    pub(super) lapses_at: Instant,
}

/// A record at the instant of looking.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Its case, folded forward to `now`.
    pub(super) case: &'a Case,
    /// The record.
    pub(super) subject: Subject,
    /// Facts from outside the case.
    pub(super) facts: &'a Facts,
    /// The instant.
    pub(super) now: Instant,
}

impl Place<'_> {
    /// The step that waits for this person, who sees so much of the record.
    pub(super) fn own(&self, engine: &Engine, viewer: &Actor, sight: Sight) -> Option<Waiting> {
        let resource = Resource::of(self.case, self.subject)?;
        // Whoever sees an outline is asked by what the outline says.
        let outlined = (sight != Sight::Whole).then(|| outline_case(self.case, self.subject, viewer));
        let known = Place { case: outlined.as_ref().unwrap_or(self.case), ..*self };
        self.steps().find_map(|step| {
            let action = step.action();
            let acting = Acting::of(viewer, self.case, self.subject, action, self.facts, self.now);
            let actor = acting.actor();
            let takes_it = known.is_turn(step, actor) && acting.decide(engine, action, &resource).is_ok();
            takes_it.then(|| Waiting {
                act: step.act,
                who: step.who.to_vec(),
                mine: true,
                delegated: acting.is_delegated(),
                offer: known.first_to_lapse(step, actor),
            })
        })
    }

    /// The step of others that this person waits for, by role: for whoever sees the record whole.
    pub(super) fn others(&self, viewer: &Actor) -> Option<Waiting> {
        self.steps().find_map(|step| {
            let who = match step.told {
                Told::Open => self.open_to(step),
                Told::Stage => self.by_stage(step, viewer),
                Told::Never => Vec::new(),
            };
            let offer = self.first_to_lapse(step, &self.somebody(*who.first()?));
            Some(Waiting { act: step.act, who, mine: false, delegated: false, offer })
        })
    }

    fn open_to(&self, step: &Step) -> Vec<Role> {
        step.who.iter().copied().filter(|role| self.is_turn(step, &self.somebody(*role))).collect()
    }

    /// Whoever takes the step knows by their own answer whether it is open.
    fn by_stage(&self, step: &Step, viewer: &Actor) -> Vec<Role> {
        let takes_it = step.who.iter().any(|role| viewer.has(*role));
        let offered = step.when == When::NoOffer && self.is_offered();
        if takes_it || offered { Vec::new() } else { step.who.to_vec() }
    }

    fn is_offered(&self) -> bool {
        self.offers().iter().any(|offer| offer.is_open(self.now))
    }

    fn steps(&self) -> impl Iterator<Item = &'static Step> {
        let (kind, stage) = (self.subject.kind, self.case.promoted(self.subject).map(|columns| columns.stage));
        STEPS.iter().filter(move |step| step.kind == kind && stage.is_some_and(|stage| step.stages.contains(&stage)))
    }

    fn is_turn(&self, step: &Step, actor: &Actor) -> bool {
        let open = |name: &'static str| {
            let action = Action::new(self.subject.kind, name);
            available(self.case, self.subject, action, actor, self.facts, self.now)
        };
        match step.when {
            When::SecondKey => self.first_to_lapse(step, actor).is_some(),
            When::Open => open(step.act).is_ok(),
            When::NoOffer => open(step.act).is_ok() && !self.is_offered(),
            When::Until(next) => open(step.act).is_ok() && open(next).is_err(),
            When::Unmet => matches!(open(step.act), Ok(()) | Err(Refusal::Unmet(_))),
            When::Certified => open(step.act).is_ok() && self.waits_for_acceptance(),
        }
    }

    /// Of the open offers whose second key is the actor's, the one that lapses first; none of a step that accepts none.
    fn first_to_lapse(&self, step: &Step, actor: &Actor) -> Option<Lapse> {
        let named = offers_to_name(self.case, self.subject, step.action(), actor, self.now);
        let lapses: Vec<(&Sha256Hex, Lapse)> = match self.subject.kind {
            Kind::Condition => self.case.conditions.get(&self.subject.id)?.state.offers.iter().map(Lapse::of).collect(),
            _ => self.offers().iter().map(Lapse::of).collect(),
        };
        let own = lapses.into_iter().filter(|(hash, _)| named.contains(hash)).map(|(_, lapse)| lapse);
        own.min_by_key(|lapse| lapse.lapses_at)
    }

    /// The offers of an engagement.
    fn offers(&self) -> &[Offer<Terms>] {
        self.case.engagements.get(&self.subject.id).map_or(&[], |entry| &entry.state.offers)
    }

    fn waits_for_acceptance(&self) -> bool {
        let engagement = self.case.engagements.get(&self.subject.id).map(|entry| &entry.state);
        let mut items = engagement.into_iter().flat_map(|engagement| engagement.items.values());
        items.any(|item| matches!(item.state, ItemState::Certified { .. }))
    }

    /// Somebody in the role on the record's own sides, whom nothing of the record is about.
    fn somebody(&self, role: Role) -> Actor {
        let side = role.side().unwrap_or(Side::Government);
        let columns = self.case.promoted(self.subject).unwrap_or_default();
        let organization = match side {
            Side::Developer => columns.developer,
            Side::Partner => columns.partner,
            Side::Government => None,
        };
        Actor {
            account: AccountId(Uuid::nil()),
            organization: organization.unwrap_or(OrganizationId(Uuid::nil())),
            side,
            roles: BTreeSet::from([role]),
            assurance: Assurance::Aal2,
            name: String::new(),
            link: None,
        }
    }
}

impl Step {
    fn action(&self) -> Action {
        Action::new(self.kind, self.act)
    }
}

impl Waiting {
    /// The act as a stable word.
    pub(super) fn word(&self) -> String {
        self.act.replace('-', "_")
    }

    /// Whose turn it is: `me`, or codes of roles.
    pub(super) fn whose(&self) -> Vec<String> {
        if self.mine { vec!["me".to_owned()] } else { self.who.iter().map(|role| role.code().to_owned()).collect() }
    }
}

impl Lapse {
    /// The section of the rules that lets offers lapse.
    pub(super) const RULE: &'static str = "3.0";

    /// The last day on which it can be accepted.
    pub(super) fn last_day(self, zone: Tz) -> NaiveDate {
        local_date(plus(self.lapses_at, -TimeDelta::microseconds(1)), zone)
    }

    fn of<T>(offer: &Offer<T>) -> (&Sha256Hex, Self) {
        (&offer.hash, Self { offered_at: offer.at, lapses_at: offer.lapses_at })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        authz::actors,
        domain::{
            testing::{Who, World, at, framework},
            workflow,
        },
    };

    #[test]
    fn every_step_is_an_act_of_its_stages_for_its_roles() {
        let engine = Engine::new().expect("the policies parse");
        for step in &STEPS {
            let action = step.action();
            let allowed = workflow::stages_of(action);
            for stage in step.stages {
                assert!(workflow::stages(step.kind).contains(stage), "{}: no stage {stage}", step.act);
                assert!(allowed.contains(stage), "{} in {stage}", step.act);
                let may = actors(&engine, action, stage);
                assert_eq!(may, step.who, "{action} in {stage}");
            }
        }
    }

    /// Whether a decision can be opened hangs on how many reviewers are left, which is the government's alone.
    #[test]
    fn what_the_developer_waits_for_tells_nothing_of_the_reviewers() {
        let start = at("2026-11-09T14:00:00Z");
        let (mut world, engagement) = World::ready(framework(&[]), start, Some(at("2026-12-05T14:00:00Z")));
        let nomination = world.nominate(engagement).expect("a nomination");
        world.bring_to_vetting(nomination);
        let engine = Engine::new().expect("the policies parse");
        let told = |world: &World| {
            let place = Place { case: &world.case, subject: nomination, facts: &world.facts, now: world.now };
            let opens =
                place.own(&engine, &Who::Pl.actor(), Sight::Whole).is_some_and(|own| own.act == "open-decision");
            (opens, place.others(&Who::Dl.actor()).map(|waiting| (waiting.act, waiting.who)))
        };
        let waits = Some(("open-decision", vec![PL]));
        assert_eq!(told(&world), (false, waits.clone()), "nobody is assigned");
        for reviewer in [Who::RvTreasury, Who::RvCisa, Who::RvNsa] {
            world.must(Who::Fo, nomination, "assign-reviewer", &json!({ "reviewer": reviewer.account() }));
        }
        assert_eq!(told(&world), (true, waits.clone()));
        for reviewer in [Who::RvTreasury, Who::RvCisa] {
            world.must(reviewer, nomination, "recuse", &json!({}));
        }
        assert_eq!(told(&world), (false, waits), "too few are left");
    }

    #[test]
    fn what_follows_a_step_is_an_act() {
        let follows = STEPS.iter().filter_map(|step| match step.when {
            When::Until(next) => Some(Action::new(step.kind, next)),
            _ => None,
        });
        assert!(follows.clone().count() > 0 && follows.clone().all(|next| !workflow::stages_of(next).is_empty()));
    }
}

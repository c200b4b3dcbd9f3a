//! Fixtures for the tests of the rules: a small world of people, one framework version and one case, with the acts that
//! every story begins with. Commands go the way that the product's own go: read from JSON, decided on a case that was
//! folded forward first, and everything that happened is kept, so that it can be folded again.

mod edges;
mod looks;
mod partners;
mod people;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    actor::{By, Side},
    audience::Audience,
    case::{self, Case, CaseEvent, Event, Facts, OrganizationFacts, decide, settle},
    command::Command,
    deadline::Calendars,
    framework::Framework,
    grant,
    id::{Kind, OrganizationId, RecordId, Subject},
    refusal::Refusal,
    time::{Instant, local_date},
};
pub use edges::{Cause, Edge};
pub use people::{CISA, DEVELOPER, HOST, NAME, NSA, PARTNER, TREASURY, Who};

use crate::authz::permit::Permit;

const V1_1: &str = include_str!("../../../config/framework/v1.1.toml");

/// What makes the newest version apply at any date and ask for two conditions only, for stories that need no more.
pub const SMALL: [(&str, &str); 3] = [
    ("effective_from = \"2026-10-01\"", "effective_from = \"2000-01-01\""),
    (
        "subjects = [\"confidentiality\", \"cybersecurity\", \"insider_risk\", \"intellectual_property\"]",
        "subjects = [\"confidentiality\"]",
    ),
    ("functions = [\"protection\", \"use\", \"nondisclosure\"]", "functions = [\"use\", \"nondisclosure\"]"),
];

/// The newest framework version with the small coverage and lines of its file replaced.
pub fn framework(changes: &[(&str, &str)]) -> Framework {
    let text = SMALL.iter().chain(changes).fold(V1_1.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is not in the file");
        text.replacen(from, to, 1)
    });
    Framework::parse(&text).expect("a valid version")
}

/// An instant as people write it.
pub fn at(text: &str) -> Instant {
    text.parse().expect("a valid instant")
}

/// One case, the facts around it, the clock, and all that happened.
#[derive(Clone, Debug)]
pub struct World {
    pub case: Case,
    pub facts: Facts,
    pub now: Instant,
    pub log: Vec<CaseEvent>,
    made: u128,
    base: Case,
    acts: Vec<edges::Act>,
}

impl World {
    /// A world in which nothing happened but that the evaluators and the partner's user have a record.
    pub fn new(framework: Framework, now: Instant) -> Self {
        let side = |id: &OrganizationId| match *id {
            DEVELOPER => Side::Developer,
            PARTNER => Side::Partner,
            _ => Side::Government,
        };
        let organizations = [DEVELOPER, HOST, TREASURY, CISA, NSA, PARTNER];
        let facts = Facts {
            frameworks: Arc::new(vec![framework]),
            calendars: Arc::new(Calendars::default()),
            people: Who::ALL.into_iter().map(|who| (who.account(), who.person())).collect(),
            organizations: organizations
                .iter()
                .map(|id| {
                    (
                        *id,
                        OrganizationFacts {
                            side: side(id),
                            is_framework_owner: [TREASURY, CISA, NSA].contains(id),
                            party_kind: None,
                        },
                    )
                })
                .collect::<BTreeMap<_, _>>(),
            releases: BTreeMap::new(),
            agency_host: true,
            documents: super::document::DocumentLimits::default(),
        };
        let (case, log) = (Case::default(), Vec::new());
        let mut world = Self { base: case.clone(), case, facts, now, log, made: 1_000, acts: Vec::new() };
        for who in [Who::Ev, Who::SecondEv, Who::Tu] {
            let subject = Subject::new(Kind::Prerequisites, RecordId(who.account().0));
            world.fold(subject, Event::Prerequisites(grant::opened(who.account(), &who.person())));
        }
        world
    }

    /// A world with a registered release, an eligible determination, and an engagement that is ready: its two
    /// conditions are in force.
    pub fn ready(framework: Framework, now: Instant, planned: Option<Instant>) -> (Self, Subject) {
        let mut world = Self::new(framework, now);
        world.register(planned);
        world.determine(true);
        let engagement = world.engage();
        world.cover(engagement);
        assert_eq!(world.stage(engagement), "ready");
        (world, engagement)
    }

    /// A world with an evaluator's approved grant and a window that opened at `open_at`.
    pub fn open(framework: Framework, open_at: Instant, planned: Instant) -> (Self, Subject, Subject) {
        let before = super::time::plus(open_at, -chrono::TimeDelta::days(1));
        let (mut world, engagement) = Self::ready(framework, before, Some(planned));
        let grant = world.evaluator(engagement, Who::Ev);
        world.schedule(engagement, open_at, None).expect("can be scheduled");
        world.at(open_at);
        assert_eq!((world.stage(engagement), world.stage(grant)), ("window_open", "active"));
        (world, engagement, grant)
    }

    /// The same facts around another case at another instant, with nothing in its log: for acts that continue a case
    /// which was not made here. Records that it makes get ids that the case does not have.
    pub fn continued(&self, case: Case, now: Instant) -> Self {
        let made = 10_000 + 1_000 * case.subjects().len() as u128;
        Self { base: case.clone(), case, facts: self.facts.clone(), now, log: Vec::new(), made, acts: Vec::new() }
    }

    /// Folds an event that no command makes.
    pub fn fold(&mut self, subject: Subject, event: Event) {
        let reference = self.case.reference(subject).map_or_else(|| self.reference(subject.kind), str::to_owned);
        let by = By::from(&Who::Fo.actor());
        let effective_at = self.now;
        let happened = CaseEvent { subject, reference, audience: Audience::Shared, effective_at, by, event };
        case::evolve(&mut self.case, &happened);
        self.log.push(happened);
    }

    /// Moves the clock and folds forward what time brings.
    pub fn at(&mut self, now: Instant) {
        assert!(now >= self.now, "time goes forward");
        self.now = now;
        let happened = settle(&mut self.case, &self.facts, Instant::MIN_UTC, now).expect("settles");
        self.log.extend(happened);
    }

    /// Moves the clock by some time, in hours.
    pub fn hours(&mut self, hours: i64) {
        self.at(super::time::plus(self.now, chrono::TimeDelta::hours(hours)));
    }

    fn reference(&self, kind: Kind) -> String {
        format!("{}-2026-{:06}", kind.prefix(), self.made)
    }

    /// Carries out a command at the present instant; returns what happened. A refusal leaves nothing.
    pub fn act(&mut self, who: Who, on: Subject, name: &str, body: &Value) -> Result<Vec<CaseEvent>, Refusal> {
        let actions = Command::actions(on.kind).iter();
        let action = actions.copied().find(|action| action.name == name).unwrap_or_else(|| panic!("no command {name}"));
        self.act_with(&Permit::for_tests(&who.actor(), action), on, name, body)
    }

    /// Carries out a command with a permit that `authz` gave.
    pub fn act_with(
        &mut self,
        permit: &Permit,
        on: Subject,
        name: &str,
        body: &Value,
    ) -> Result<Vec<CaseEvent>, Refusal> {
        self.at(self.now);
        let body = serde_json::to_vec(body).expect("JSON");
        let command = Command::parse(on.kind, name, &body).unwrap_or_else(|| panic!("no command {name}"));
        let command = command.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.made += 1;
        let reference = self.reference(on.kind);
        let decided = decide(&self.case, on, &reference, permit, &command, &self.facts, self.now)?;
        self.case = decided.after;
        let at = self.log.len();
        self.acts.push(edges::Act { at, until: at + decided.events.len(), action: command.action(), on });
        self.log.extend(decided.events.iter().cloned());
        Ok(decided.events)
    }

    /// Carries out a command that must be accepted.
    pub fn must(&mut self, who: Who, on: Subject, name: &str, body: &Value) {
        if let Err(refusal) = self.act(who, on, name, body) {
            panic!("{who:?} could not {name} at {}: {refusal:?}", self.now);
        }
    }

    /// Carries out a command that must be refused, and shows why; nothing may be left of it.
    pub fn refused(&mut self, who: Who, on: Subject, name: &str, body: &Value) -> Refusal {
        let now = self.now;
        self.at(now);
        let (case, length) = (self.case.clone(), self.log.len());
        let refusal = self.act(who, on, name, body).expect_err("must be refused");
        assert!(case == self.case && length == self.log.len(), "{name} left something");
        refusal
    }

    /// Carries out a command that makes a record.
    pub fn create(&mut self, who: Who, kind: Kind, name: &str, body: &Value) -> Result<Subject, Refusal> {
        let subject = Subject::new(kind, RecordId(Uuid::from_u128(self.made + 1)));
        self.act(who, subject, name, body).map(|_| subject)
    }

    /// The two keys of an act on an engagement.
    pub fn two_keys(&mut self, keys: [Who; 2], on: Subject, name: &str, body: &Value) -> Result<(), Refusal> {
        self.act(keys[0], on, name, body)?;
        let hash = self.engagement(on).offers.last().expect("an offer").hash.clone();
        self.act(keys[1], on, "accept-offer", &json!({ "hash": hash })).map(|_| ())
    }

    /// E7 with both keys.
    pub fn schedule(&mut self, on: Subject, open_at: Instant, end: Option<Instant>) -> Result<(), Refusal> {
        let body = json!({ "open_at": open_at, "agreed_end": end });
        self.two_keys([Who::Da, Who::Pl], on, "schedule-window", &body)
    }

    /// Registers the release.
    pub fn register(&mut self, planned: Option<Instant>) -> Subject {
        let body = json!({ "name": "Heron-3", "planned_partner_release": planned });
        self.create(Who::Da, Kind::Release, "register", &body).expect("a release")
    }

    /// The release.
    pub fn release(&self) -> Subject {
        Subject::new(Kind::Release, self.case.release().expect("a release").0)
    }

    /// Takes an inquiry to a determination.
    pub fn determine(&mut self, framework_eligible: bool) -> Subject {
        let release = self.name(self.release());
        let body = json!({ "release": release, "question": "Is it covered?" });
        let inquiry = self.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
        let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
        self.must(Who::Dl, inquiry, "submit", &attested);
        self.must(Who::Pl, inquiry, "acknowledge", &json!({}));
        self.must(Who::Dt, inquiry, "begin-assessment", &json!({}));
        let today = local_date(self.now, self.facts.framework_at(self.now).expect("a framework").zone);
        let body = json!({
            "reference": "D-1", "date": today, "result": "not_stated",
            "framework_eligible": framework_eligible, "releasability_confirmed": true,
            "consultations": [{ "office": "cisa", "on": today }],
        });
        self.must(Who::Dt, inquiry, "record-determination", &body);
        inquiry
    }

    /// Drafts an engagement.
    pub fn draft(&mut self) -> Result<Subject, Refusal> {
        let body = json!({ "release": self.name(self.release()) });
        self.create(Who::Dl, Kind::Engagement, "draft", &body)
    }

    /// The body of a proposal that fits the release's history.
    pub fn proposal(&self) -> Value {
        let earlier = self.case.engagements.values().any(|entry| entry.state.proposed_at.is_some());
        let declaration = if earlier { "same_release" } else { "new_release" };
        json!({ "unclassified_attestation": true, "release_declaration": declaration })
    }

    /// Takes an engagement to `conditions`.
    pub fn engage(&mut self) -> Subject {
        let engagement = self.draft().expect("an engagement");
        let body = self.proposal();
        self.must(Who::Da, engagement, "propose", &body);
        self.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
        self.must(Who::Pl, engagement, "assign-signatory", &json!({ "signatory": Who::Gs.account() }));
        engagement
    }

    /// Attaches a condition, agrees on its text and signs it on both sides, with force from now on.
    pub fn condition(&mut self, to: Subject, template: &str, expires_at: Option<Instant>) -> Subject {
        let body = json!({ "attach_to": self.name(to), "template": template });
        let condition = self.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
        let [first, second] = if to.kind == Kind::Engagement { [Who::Dl, Who::Pl] } else { [Who::Dl, Who::Tc] };
        self.agree([first, second], condition, expires_at);
        let [first, second] = if to.kind == Kind::Engagement { [Who::Da, Who::Gs] } else { [Who::Da, Who::Tc] };
        for who in [first, second] {
            self.sign(who, condition).expect("can be signed");
        }
        assert_eq!(self.stage(condition), "in_force");
        condition
    }

    /// Agrees on the newest text.
    pub fn agree(&mut self, keys: [Who; 2], condition: Subject, expires_at: Option<Instant>) {
        let body = json!({ "digest": self.digest(condition), "effective_at": self.now, "expires_at": expires_at });
        self.must(keys[0], condition, "offer-agreement", &body);
        let hash = self.case.conditions[&condition.id].state.offers.last().expect("an offer").hash.clone();
        self.must(keys[1], condition, "accept-agreement", &json!({ "hash": hash }));
    }

    /// The digest of the text that binds, or of the newest one.
    pub fn digest(&self, condition: Subject) -> String {
        let digest = self.case.conditions[&condition.id].state.current_digest().expect("a text");
        digest.as_str().to_owned()
    }

    /// Signs the agreed text.
    pub fn sign(&mut self, who: Who, condition: Subject) -> Result<Vec<CaseEvent>, Refusal> {
        let digest = self.digest(condition);
        let body = json!({ "digest": digest, "typed_name": NAME, "capacity": "Counsel", "intent": true });
        self.act(who, condition, "sign", &body)
    }

    /// Puts the two conditions that the small coverage needs in force.
    pub fn cover(&mut self, engagement: Subject) -> [Subject; 2] {
        [self.condition(engagement, "nda", None), self.condition(engagement, "use_limitation", None)]
    }

    /// The record of a person's prerequisites.
    pub fn record(who: Who) -> Subject {
        Subject::new(Kind::Prerequisites, RecordId(who.account().0))
    }

    /// Has a person attested, trained and screened.
    pub fn prepare(&mut self, who: Who) {
        let record = Self::record(who);
        self.must(who, record, "attest", &json!({ "intent": true }));
        self.must(Who::Ir, record, "record-training", &json!({ "trained_at": self.now }));
        self.must(Who::Ir, record, "record-screening", &json!({ "reference": "S-1" }));
        self.must(Who::Ir, record, "record-export-screening", &json!({ "reference": "X-1" }));
    }

    /// Has a person acknowledge every text in force that asks for it and that the person has not acknowledged yet.
    pub fn acknowledge(&mut self, who: Who, under: Subject) {
        let open = |c: &crate::domain::condition::Condition| {
            c.personal && c.is_satisfied() && !c.is_acknowledged_by(who.account())
        };
        let personal = self.case.conditions_of(under).filter(|(_, c)| open(&c.state));
        let personal: Vec<_> = personal.map(|(id, _)| Subject::new(Kind::Condition, id)).collect();
        for condition in personal {
            self.acknowledge_one(who, condition);
        }
    }

    /// Has a person acknowledge one text.
    pub fn acknowledge_one(&mut self, who: Who, condition: Subject) {
        let body = json!({ "digest": self.digest(condition), "intent": true });
        self.must(who, condition, "acknowledge", &body);
    }

    /// Requests a grant.
    pub fn request(&mut self, requester: Who, under: Subject, holder: Who) -> Result<Subject, Refusal> {
        let body = json!({
            "under": self.name(under), "holder": holder.account(), "need_to_know": "Evaluates the model.",
            "unclassified_attestation": true,
        });
        self.create(requester, Kind::Grant, "request", &body)
    }

    /// An evaluator's grant with everything that it needs but an open window.
    pub fn evaluator(&mut self, engagement: Subject, who: Who) -> Subject {
        let grant = self.request(Who::Pl, engagement, who).expect("a grant");
        self.prepare(who);
        self.acknowledge(who, engagement);
        self.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
        self.must(Who::Da, grant, "approve", &json!({}));
        grant
    }
}

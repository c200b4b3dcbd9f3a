//! The proof that the demonstration obeys the rules: the whole story is replayed on policies and rules alone, every act
//! is permitted and accepted, and what stands at the beginning of the demonstration is the table of domain section 8.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Act, Person, Placeholder, SeedError, Story, Target, fill};
use crate::{
    authz::{Engine, Resource, decide as authorize},
    domain::{
        actor::{Actor, Assurance, By},
        case::{self, Case, CaseEvent, Entries, Event, Facts, OrganizationFacts, PersonFacts},
        command::Command,
        deadline::{Calendars, DeadlineKind, derive},
        document::{self, Verdict},
        engagement::{Outcome, Stage, rules_of},
        framework::Framework,
        grant::{
            self, GrantStage, GrantSuspension,
            access::{Access, Asker, access},
        },
        id::{AccountId, Kind, OrganizationId, RecordId, Subject},
        nomination::screening_nda,
        prerequisites::Prerequisites,
        time::Instant,
    },
};

/// The cases of the story as it is replayed; ids count up, so that every run has the same ones.
struct Replay {
    story: Story,
    engine: Engine,
    facts: Facts,
    accounts: BTreeMap<String, AccountId>,
    organizations: BTreeMap<String, OrganizationId>,
    cases: Vec<Case>,
    people: Entries<Prerequisites>,
    next_id: u128,
}

impl Replay {
    fn new(story: Story) -> Self {
        let id = |index: usize| Uuid::from_u128(1 + index as u128);
        let organizations: BTreeMap<_, _> =
            (0..).zip(&story.organizations).map(|(i, o)| (o.key.clone(), OrganizationId(id(1_000 + i)))).collect();
        let accounts: BTreeMap<_, _> =
            (0..).zip(&story.people).map(|(i, p)| (p.email.clone(), AccountId(id(2_000 + i)))).collect();
        let facts = Facts {
            documents: crate::domain::document::DocumentLimits::default(),
            frameworks: Arc::new(Framework::builtin().unwrap()),
            calendars: Arc::new(Calendars::default()),
            people: story
                .people
                .iter()
                .map(|person| (accounts[&person.email], person_facts(&story, person, &organizations)))
                .collect(),
            organizations: story
                .organizations
                .iter()
                .map(|o| {
                    (
                        organizations[&o.key],
                        OrganizationFacts {
                            side: o.side,
                            is_framework_owner: o.framework_owner,
                            party_kind: o.party_kind.clone(),
                        },
                    )
                })
                .collect(),
            releases: BTreeMap::new(),
            agency_host: true,
        };
        let mut replay = Self {
            story,
            engine: Engine::new().unwrap(),
            facts,
            accounts,
            organizations,
            cases: Vec::new(),
            people: Entries::new(),
            next_id: 10_000,
        };
        replay.open_prerequisites();
        replay
    }

    /// What the application does when it makes an account.
    fn open_prerequisites(&mut self) {
        let mut opened = Case::default();
        for (account, person) in &self.facts.people {
            let event = CaseEvent {
                subject: Subject::new(Kind::Prerequisites, RecordId(account.0)),
                reference: format!("PRE-{account}"),
                audience: crate::domain::audience::Audience::Government,
                effective_at: self.story.opens_at,
                by: By::SCHEDULER,
                event: Event::Prerequisites(grant::opened(*account, person)),
            };
            case::evolve(&mut opened, &event);
        }
        self.people = opened.people;
    }

    fn fresh(&mut self) -> RecordId {
        self.next_id += 1;
        RecordId(Uuid::from_u128(self.next_id))
    }

    /// Folds every case forward, with the people's records as they are now.
    fn settle(&mut self, now: Instant) {
        for case in &mut self.cases {
            case.people.clone_from(&self.people);
            case::settle(case, &self.facts, Instant::MIN_UTC, now).unwrap();
            derive(case, &self.facts, now).unwrap();
        }
    }

    fn case_of(&self, reference: &str) -> Option<usize> {
        self.cases.iter().position(|case| case.find(reference).is_some())
    }

    fn subject(&self, reference: &str) -> (&Case, Subject) {
        let case = &self.cases[self.case_of(reference).unwrap_or_else(|| panic!("no {reference}"))];
        (case, case.find(reference).unwrap())
    }

    fn actor(&self, email: &str) -> Actor {
        let person = self.story.person(email).unwrap();
        let account = self.accounts[email];
        let facts = &self.facts.people[&account];
        Actor {
            account,
            organization: facts.organization,
            side: facts.side,
            roles: facts.roles.clone(),
            assurance: Assurance::Aal2,
            name: person.name.clone(),
            link: None,
        }
    }

    fn value(&self, placeholder: &Placeholder, now: Instant) -> Option<String> {
        match placeholder {
            Placeholder::Account(email) => self.accounts.get(email).map(ToString::to_string),
            Placeholder::Organization(key) => self.organizations.get(key).map(ToString::to_string),
            Placeholder::Digest(reference) => {
                let (case, subject) = self.subject(reference);
                if let Some(nomination) = case.nominations.get(&subject.id) {
                    let shown = screening_nda(case, &nomination.state, &self.facts, now).unwrap();
                    return Some(shown.digest.as_str().to_owned());
                }
                case.conditions.get(&subject.id)?.state.versions.last().map(|v| v.digest.as_str().to_owned())
            }
            Placeholder::Offer(reference) => {
                let (case, subject) = self.subject(reference);
                let of_engagement = case.engagements.get(&subject.id).and_then(|e| e.state.offers.last());
                let of_condition = case.conditions.get(&subject.id).and_then(|c| c.state.offers.last());
                let engagement = of_engagement.filter(|offer| offer.is_open(now)).map(|offer| &offer.hash);
                let condition = of_condition.filter(|offer| offer.is_open(now)).map(|offer| &offer.hash);
                engagement.or(condition).map(|hash| hash.as_str().to_owned())
            }
        }
    }

    fn command(&self, act: &Act) -> Command {
        let body = fill(&act.body, &mut |placeholder| self.value(placeholder, act.at)).unwrap();
        let body = serde_json::to_vec(&body).unwrap();
        Command::parse(act.kind, &act.command, &body).unwrap().unwrap_or_else(|error| panic!("{error}: {act:?}"))
    }

    fn carry_out(&mut self, act: &Act) {
        self.settle(act.at);
        let command = self.command(act);
        let (index, target, reference) = self.locate(act, &command);
        let case = &self.cases[index];
        let actor = self.actor(&act.by);
        let resource = match (&act.target, command.creates().1.and_then(|parent| case.find(parent))) {
            (Target::New(_), Some(parent)) => Resource::new_under(case, parent, act.kind),
            (Target::New(_), None) => Some(Resource::new_alone(act.kind, actor.organization)),
            (Target::Record(_) | Target::PrerequisitesOf(_), _) => Resource::of(case, target),
        };
        let permit = authorize(&self.engine, &actor, command.action(), &resource.unwrap())
            .unwrap_or_else(|denial| panic!("{denial:?}: {act:?}"));
        let decided = case::decide(case, target, &reference, &permit, &command, &self.facts, act.at)
            .unwrap_or_else(|refusal| panic!("{refusal:?}: {act:?}"));
        for event in &decided.events {
            assert!(event.effective_at == act.at, "{act:?} brings {event:?}");
        }
        self.cases[index] = decided.after;
        if act.content.is_some() {
            self.send(index, target.id, &actor, act.at);
        }
        if act.kind == Kind::Prerequisites {
            self.people = self.cases.pop().unwrap().people;
        }
    }

    /// What the arrival of a document's content brings.
    fn send(&mut self, index: usize, id: RecordId, sender: &Actor, at: Instant) {
        let case = &self.cases[index];
        let arrived =
            case::happen(case, "", &By::from(sender), document::received(case, id, sender).unwrap(), &self.facts, at);
        let case = arrived.unwrap().after;
        let judged = document::judged(&case, id, Verdict::Clean).unwrap();
        self.cases[index] = case::happen(&case, "", &By::SCHEDULER, judged, &self.facts, at).unwrap().after;
    }

    /// The case that an act belongs to, the record that it acts on, and the record's reference.
    fn locate(&mut self, act: &Act, command: &Command) -> (usize, Subject, String) {
        match &act.target {
            Target::New(reference) => {
                let id = self.fresh();
                let (_, parent) = command.creates();
                let index = parent.map(|parent| self.case_of(parent).unwrap_or_else(|| panic!("no {parent}")));
                let index = index.unwrap_or_else(|| {
                    self.cases.push(Case::default());
                    self.cases.len() - 1
                });
                (index, Subject::new(act.kind, id), reference.clone())
            }
            Target::Record(reference) => {
                let index = self.case_of(reference).unwrap_or_else(|| panic!("no {reference}"));
                let subject = self.cases[index].find(reference).unwrap();
                assert_eq!(subject.kind, act.kind, "{act:?}");
                (index, subject, reference.clone())
            }
            Target::PrerequisitesOf(email) => {
                self.cases.push(Case { people: self.people.clone(), ..Case::default() });
                let id = RecordId(self.accounts[email].0);
                (self.cases.len() - 1, Subject::new(Kind::Prerequisites, id), String::new())
            }
        }
    }

    fn stage_of_engagement(&self, reference: &str) -> &Stage {
        let (case, subject) = self.subject(reference);
        &case.engagements[&subject.id].state.stage
    }
}

fn person_facts(story: &Story, person: &Person, organizations: &BTreeMap<String, OrganizationId>) -> PersonFacts {
    PersonFacts {
        organization: organizations[&person.organization],
        side: story.organization(&person.organization).unwrap().side,
        roles: person.roles.iter().copied().collect(),
        active: true,
        second_factor: true,
        left: BTreeMap::new(),
    }
}

/// The story at the instant at which the demonstration begins.
fn replayed() -> Replay {
    let mut replay = Replay::new(Story::builtin().unwrap());
    for act in replay.story.acts.clone() {
        replay.carry_out(&act);
    }
    let begins_at = replay.story.begins_at;
    replay.settle(begins_at);
    replay
}

fn at(text: &str) -> Instant {
    text.parse::<DateTime<Utc>>().unwrap()
}

#[test]
fn engagements_stand_where_the_domain_says() {
    let replay = replayed();
    let closed = |outcome| Stage::Closed { outcome };
    let scheduled =
        Stage::WindowScheduled { open_at: at("2026-12-01T09:00:00-05:00"), agreed_end: None, missed: false };
    let suspended = Stage::Suspended { side: crate::domain::actor::Side::Government, security: true };
    let cases = [
        ("ENG-2026-0001", "Heron-2", closed(Outcome::Completed)),
        ("ENG-2026-0002", "Basalt-1", closed(Outcome::Withdrawn)),
        ("ENG-2026-0003", "Mere-8", closed(Outcome::ReleasedEarly)),
        ("ENG-2026-0004", "Heron-3", Stage::WindowOpen),
        ("ENG-2026-0005", "Ostler-4", suspended),
        ("ENG-2026-0006", "Basalt-2", scheduled),
        ("ENG-2026-0007", "Mere-9", Stage::Ready),
        ("ENG-2026-0008", "Ostler-5", Stage::Conditions),
        ("ENG-2026-0009", "Heron-Mini", Stage::Proposed),
        ("ENG-2026-0010", "Basalt-Lite", Stage::Draft),
        ("ENG-2026-0011", "Mere-Edge", closed(Outcome::Declined)),
        ("ENG-2026-0012", "Ostler-3", Stage::CloseOut { outcome: Outcome::Completed }),
        ("ENG-2026-0013", "Mere-Nano", closed(Outcome::Lapsed)),
    ];
    for (reference, model, stage) in cases {
        let (case, _) = replay.subject(reference);
        assert_eq!(case.release().unwrap().1.state.name.as_str(), model);
        assert_eq!(*replay.stage_of_engagement(reference), stage, "{reference}");
    }
}

/// E16: ninety days after 15 July, at the instant of the last act, which is before the local midnight of the ninetieth day.
#[test]
fn the_thirteenth_lapsed_ninety_days_after_the_last_act() {
    let replay = replayed();
    let (case, subject) = replay.subject("ENG-2026-0013");
    assert_eq!(case.engagements[&subject.id].state.since, at("2026-10-13T11:30:00-04:00"));
}

/// Domain section 8: one request for records stands where the developer has objected.
#[test]
fn one_request_for_records_stands_at_the_objection() {
    let replay = replayed();
    let (case, subject) = replay.subject("FOI-2026-0001");
    assert_eq!(case.promoted(subject).unwrap().stage, "objection");
    let request = &case.foia_requests[&subject.id].state;
    assert!(request.is_objected() && request.undelivered().is_none());
}

/// Reference, first opening, end (as of the beginning), planned release.
const WINDOWS: [(&str, &str, &str, Option<&str>); 6] = [
    ("ENG-2026-0001", "2026-09-01T09:00:00-04:00", "2026-10-01T09:00:00-04:00", None),
    ("ENG-2026-0002", "2026-09-14T09:00:00-04:00", "2026-09-22T15:20:00-04:00", None),
    ("ENG-2026-0003", "2026-10-05T09:00:00-04:00", "2026-10-28T10:00:00-04:00", Some("2026-11-04T08:00:00-05:00")),
    ("ENG-2026-0004", "2026-11-09T09:00:00-05:00", "2026-12-09T09:00:00-05:00", Some("2026-12-09T09:00:00-05:00")),
    ("ENG-2026-0005", "2026-10-26T09:00:00-04:00", "2026-11-25T08:00:00-05:00", Some("2026-11-25T08:00:00-05:00")),
    ("ENG-2026-0012", "2026-10-19T09:00:00-04:00", "2026-11-16T09:00:00-05:00", None),
];

#[test]
fn windows_have_the_instants_of_the_domain() {
    let replay = replayed();
    let now = replay.story.begins_at;
    for (reference, opened, ends, planned) in WINDOWS {
        let (case, subject) = replay.subject(reference);
        let window = case.engagements[&subject.id].state.window.clone().unwrap();
        let rules = rules_of(case, subject.id, &replay.facts, now).unwrap();
        assert_eq!(window.opened_at, at(opened), "{reference} opens");
        assert_eq!(window.close_at(&rules), Some(at(ends)), "{reference} ends");
        if let Some(planned) = planned {
            assert_eq!(case.release().unwrap().1.state.planned, Some(at(planned)), "{reference} is planned");
        }
    }
    let planned = [
        ("ENG-2026-0006", Some(at("2026-12-31T09:00:00-05:00"))),
        ("ENG-2026-0007", Some(at("2027-01-29T09:00:00-05:00"))),
        ("ENG-2026-0009", None),
    ];
    for (reference, planned) in planned {
        assert_eq!(replay.subject(reference).0.release().unwrap().1.state.planned, planned, "{reference}");
    }
    // The limit of the third: what the caps alone say, across the end of daylight saving time.
    let (case, subject) = replay.subject("ENG-2026-0003");
    let rules = rules_of(case, subject.id, &replay.facts, now).unwrap();
    let opened = at("2026-10-05T09:00:00-04:00");
    assert_eq!(rules.ceiling(opened, opened, rules.used_before), at("2026-11-04T08:00:00-05:00"));
    // The fifth was suspended on 12 November, and the clock ran on.
    let (case, subject) = replay.subject("ENG-2026-0005");
    assert_eq!(case.engagements[&subject.id].state.since, at("2026-11-12T11:40:00-05:00"));
}

#[test]
fn the_sixth_opens_and_the_fourth_and_fifth_close_by_themselves() {
    let mut replay = replayed();
    replay.settle(at("2026-11-25T08:00:00-05:00"));
    assert_eq!(*replay.stage_of_engagement("ENG-2026-0005"), Stage::CloseOut { outcome: Outcome::Completed });
    replay.settle(at("2026-12-01T09:00:00-05:00"));
    assert_eq!(*replay.stage_of_engagement("ENG-2026-0006"), Stage::WindowOpen);
    let (case, subject) = replay.subject("ENG-2026-0006");
    let rules = rules_of(case, subject.id, &replay.facts, at("2026-12-01T09:00:00-05:00")).unwrap();
    let window = case.engagements[&subject.id].state.window.as_ref().unwrap();
    assert_eq!(window.close_at(&rules), Some(at("2026-12-31T09:00:00-05:00")));
    replay.settle(at("2026-12-09T09:00:00-05:00"));
    assert_eq!(*replay.stage_of_engagement("ENG-2026-0004"), Stage::CloseOut { outcome: Outcome::Completed });
}

#[test]
fn deadlines_fall_due_when_the_domain_says() {
    let replay = replayed();
    let cases = [
        ("ENG-2026-0009", DeadlineKind::ProposalAcknowledged, "2026-11-30"),
        ("ENG-2026-0012", DeadlineKind::ReturnOrDestruction, "2026-11-27"),
        ("CON-2026-0802", DeadlineKind::RedlineTurn, "2026-11-25"),
        ("NOM-2026-0002", DeadlineKind::PartnerConsent, "2026-11-25"),
        ("ENG-2026-0005", DeadlineKind::WindowCloses, "2026-11-25"),
        ("ENG-2026-0006", DeadlineKind::WindowOpens, "2026-12-01"),
    ];
    for (reference, kind, shown_on) in cases {
        let (case, subject) = replay.subject(reference);
        let open = derive(case, &replay.facts, replay.story.begins_at).unwrap();
        let found = open.values().find(|deadline| deadline.subject == subject && deadline.kind == kind);
        assert_eq!(found.map(|d| d.due.shown_on.to_string()).as_deref(), Some(shown_on), "{reference} {kind:?}");
    }
    let (case, subject) = replay.subject("CON-2026-0802");
    assert_eq!(case.conditions[&subject.id].state.versions.len(), 3);
    // Nothing is overdue when the demonstration begins but the training that ran out.
    let overdue = |case: &Case| -> Vec<_> {
        let open = derive(case, &replay.facts, replay.story.begins_at).unwrap();
        open.into_values().filter(|d| d.due.is_past(replay.story.begins_at)).collect()
    };
    for case in &replay.cases {
        for deadline in overdue(case) {
            assert_eq!((deadline.kind, deadline.anchor), (DeadlineKind::PersonalAttestation, "training_completed"));
            assert_eq!(deadline.subject.id.0, replay.accounts["colin.mabry@cedarhollow.example.com"].0);
        }
    }
}

/// The incident that suspended the fifth engagement: told and acknowledged in time (D16, N16), not closed yet.
#[test]
fn the_incident_of_the_fifth_engagement_was_told_in_time() {
    let replay = replayed();
    let (case, subject) = replay.subject("INC-2026-0003");
    let incident = &case.incidents[&subject.id].state;
    assert_eq!(incident.stage.name(), "notified");
    assert_eq!(incident.reported_at, at("2026-11-12T11:40:00-05:00"));
    assert!(incident.notified_at.unwrap() - incident.reported_at < chrono::TimeDelta::hours(24));
    assert!(incident.detail.as_ref().unwrap().at - incident.reported_at < chrono::TimeDelta::hours(72));
    assert!(incident.acknowledged.is_some() && incident.implicated.len() == 1);
}

/// Hand-offs by reference alone, and documents with a second version and an executed copy.
#[test]
fn hand_offs_and_documents_stand_where_the_story_tells() {
    let replay = replayed();
    for (reference, stage) in [("HND-2026-0003", "acknowledged"), ("HND-2026-0004", "delivered")] {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.handoffs[&subject.id].state.stage.name(), stage, "{reference}");
    }
    for (reference, stage) in
        [("DOC-2026-0401", "available"), ("DOC-2026-0402", "superseded"), ("DOC-2026-0403", "available")]
    {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.promoted(subject).unwrap().stage, stage, "{reference}");
    }
}

#[test]
fn inquiries_stand_in_every_stage_and_nominations_where_the_domain_says() {
    let replay = replayed();
    let inquiries = [
        ("INQ-2026-0001", "determined"),
        ("INQ-2026-0002", "determined"),
        ("INQ-2026-0003", "determined"),
        ("INQ-2026-0004", "determined"),
        ("INQ-2026-0005", "determined"),
        ("INQ-2026-0006", "determined"),
        ("INQ-2026-0007", "determined"),
        ("INQ-2026-0008", "assessing"),
        ("INQ-2026-0009", "submitted"),
        ("INQ-2026-0010", "draft"),
        ("INQ-2026-0011", "closed_undetermined"),
        ("INQ-2026-0012", "determined"),
        ("INQ-2026-0014", "info_requested"),
        ("INQ-2026-0015", "acknowledged"),
        ("INQ-2026-0016", "superseded"),
        ("INQ-2026-0018", "withdrawn"),
    ];
    for (reference, stage) in inquiries {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.inquiries[&subject.id].state.stage.name(), stage, "{reference}");
    }
    let nominations = [
        ("NOM-2026-0001", "cedar-hollow", "ENG-2026-0001", "active"),
        ("NOM-2026-0002", "first-prairie", "ENG-2026-0004", "decision"),
        ("NOM-2026-0003", "alder-creek", "ENG-2026-0004", "conditions_precedent"),
        ("NOM-2026-0004", "meridiana", "ENG-2026-0006", "vetting"),
        ("NOM-2026-0005", "pinbolt", "ENG-2026-0006", "not_selected"),
    ];
    for (reference, partner, engagement, stage) in nominations {
        let (case, subject) = replay.subject(reference);
        let nomination = &case.nominations[&subject.id].state;
        assert_eq!(nomination.stage.name(), stage, "{reference}");
        assert_eq!(nomination.partner, replay.organizations[partner], "{reference}");
        assert_eq!(nomination.engagement, case.find(engagement).unwrap().id, "{reference}");
    }
    let (case, subject) = replay.subject("NOM-2026-0005");
    assert!(case.nominations[&subject.id].state.is_recused(replay.accounts["helen.sorrel@fado.test"]));
}

#[test]
fn grants_give_the_access_that_the_story_tells() {
    let replay = replayed();
    let now = replay.story.begins_at;
    let officer = Some(crate::domain::actor::Side::Government);
    let implicated = GrantStage::Suspended { by: officer, security: true, reason: GrantSuspension::Incident };
    let expired = GrantSuspension::PrerequisiteExpired;
    let suspended = |reason| GrantStage::Suspended { by: None, security: false, reason };
    let cases = [
        ("GRA-2026-0101", GrantStage::Expired),
        ("GRA-2026-0201", GrantStage::Expired),
        ("GRA-2026-0301", GrantStage::Expired),
        ("GRA-2026-0401", GrantStage::Active),
        ("GRA-2026-0501", implicated),
        ("GRA-2026-0601", GrantStage::Prerequisites),
        ("GRA-2026-1201", GrantStage::Expired),
        ("GRA-2026-5101", GrantStage::Active),
        ("GRA-2026-5102", suspended(expired)),
        ("GRA-2026-5301", GrantStage::Prerequisites),
        ("GRA-2026-5302", GrantStage::Requested),
    ];
    for (reference, stage) in cases {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.grants[&subject.id].state.stage, stage, "{reference}");
        let asker = Asker::Holder(Assurance::Aal2);
        let answer = access(case, subject.id, &replay.facts, asker, now).unwrap();
        assert_eq!(matches!(answer, Access::Allowed { .. }), stage == GrantStage::Active, "{reference}: {answer:?}");
    }
    let since = [
        ("GRA-2026-0201", "2026-09-22T15:20:00-04:00"),
        ("GRA-2026-0401", "2026-11-09T09:00:00-05:00"),
        ("GRA-2026-0501", "2026-11-12T11:40:00-05:00"),
        ("GRA-2026-5101", "2026-10-01T09:30:00-04:00"),
        ("GRA-2026-5102", "2026-11-17T09:00:00-05:00"),
    ];
    for (reference, entered) in since {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.grants[&subject.id].state.since, at(entered), "{reference}");
    }
    let (case, subject) = replay.subject("GRA-2026-0401");
    assert_eq!(case.grants[&subject.id].state.holder, replay.accounts["lena.fisk@fado.test"]);
    let answer = access(case, subject.id, &replay.facts, Asker::Holder(Assurance::Aal2), now).unwrap();
    // Recertified on 19 November: the next one is due fourteen days later, before the window closes.
    assert_eq!(answer, Access::Allowed { until: Some(at("2026-12-03T10:00:00-05:00")) });
}

#[test]
fn an_earlier_version_applies_to_earlier_proposals() {
    let replay = replayed();
    let cases = [
        ("ENG-2026-0001", Some("v1.0")),
        ("ENG-2026-0005", Some("v1.0")),
        ("ENG-2026-0012", Some("v1.0")),
        ("ENG-2026-0004", Some("v1.1")),
        ("ENG-2026-0009", Some("v1.1")),
        ("ENG-2026-0010", None),
    ];
    for (reference, version) in cases {
        let (case, subject) = replay.subject(reference);
        assert_eq!(case.engagements[&subject.id].state.framework.as_deref(), version, "{reference}");
    }
}

const CAST: &str = r#"
opens_at = "2026-08-03T08:00:00-04:00"
begins_at = "2026-11-23T09:00:00-05:00"
organization = [
  { key = "office", name = "Office", side = "government", host = true },
  { key = "maker", name = "Maker", side = "developer" },
]
person = [{ email = "a@maker.test", name = "A", organization = "maker", roles = ["DL"] }]
"#;

/// An act that is fine as it stands, for one slip at a time.
const ACT: &str = r#"act = [{ at = "2026-08-04T08:00:00-04:00", by = "a@maker.test", command = "release.register", reference = "REL-1", body = { name = "M" } }]"#;

/// What is written, what is written instead, and the error that names it.
type Slip = (&'static str, &'static str, fn(&SeedError) -> bool);

#[test]
fn slips_of_the_pen_are_named() {
    let read = |cast: &str, chapter: &str| Story::parse(("cast", cast), &[("chapter", chapter)]);
    assert!(read(CAST, ACT).is_ok());
    let in_act: [Slip; 9] = [
        ("release.register", "release.registre", |e| matches!(e, SeedError::UnknownCommand(_))),
        ("by = \"a@", "by = \"b@", |e| matches!(e, SeedError::UnknownPerson(_))),
        ("body =", "boby =", |e| matches!(e, SeedError::Syntax { .. })),
        ("reference =", "on =", |e| matches!(e, SeedError::WrongTarget { .. })),
        ("REL-1", "ENG-1", |e| matches!(e, SeedError::WrongReference(_))),
        ("2026-08-04", "2026-08-02", |e| matches!(e, SeedError::OutsideStory(_))),
        ("2026-08-04", "2026-11-24", |e| matches!(e, SeedError::OutsideStory(_))),
        ("\"M\"", "\"$account\"", |e| matches!(e, SeedError::NotAPlaceholder(_))),
        ("\"M\"", "\"$digest:CON-1\"", |e| matches!(e, SeedError::UnknownReference(..))),
    ];
    for (from, to, expected) in in_act {
        let error = read(CAST, &ACT.replace(from, to)).unwrap_err();
        assert!(expected(&error), "{from} -> {to}: {error:?}");
    }
    let in_cast: [Slip; 4] = [
        (", host = true", "", |e| matches!(e, SeedError::Host)),
        ("[\"DL\"]", "[\"PL\"]", |e| matches!(e, SeedError::WrongRole(_))),
        ("key = \"maker\"", "key = \"office\"", |e| matches!(e, SeedError::Twice(_))),
        ("organization = \"maker\"", "organization = \"nobody\"", |e| matches!(e, SeedError::UnknownOrganization(_))),
    ];
    for (from, to, expected) in in_cast {
        let error = read(&CAST.replace(from, to), ACT).unwrap_err();
        assert!(expected(&error), "{from} -> {to}: {error:?}");
    }
}

#[test]
fn a_placeholder_without_a_value_is_an_error() {
    let body = serde_json::json!({ "hash": "$offer:ENG-1", "list": ["$account:a", "plain"] });
    let known = |placeholder: &Placeholder| matches!(placeholder, Placeholder::Account(_)).then(|| "x".to_owned());
    assert!(matches!(fill(&body, &mut known.clone()), Err(SeedError::Unresolved(Placeholder::Offer(_)))));
    let filled = fill(&body, &mut |placeholder| Some(format!("<{placeholder}>"))).unwrap();
    assert_eq!(filled["list"], serde_json::json!(["<$account:a>", "plain"]));
}

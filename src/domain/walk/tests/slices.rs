//! The small worlds. Each is exhaustive over its own alphabet; together they take every command of the walked machines
//! from every stage that allows it. Where two machines do not touch, they are not multiplied: a slice that walks one of
//! them meets the other ready-made, or by a story told at once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::{
    actor::{Actor, Assurance, Role, Side},
    case::{Case, CaseEvent, PersonFacts, ReleaseFacts},
    condition::ConditionStage,
    framework::{Framework, RecordClass},
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    nomination::{NominationStage, Reconsidered},
    testing::{DEVELOPER, HOST, Who, World, at, framework},
    time::{Instant, add_calendar_months, plus},
    walk::{
        alphabet::{Slice, Story, Values},
        bodies::SECOND_LIAISON,
    },
};

/// The other developer.
const RIVAL: OrganizationId = OrganizationId(Uuid::from_u128(950));

/// Spring: the clocks go forward on 14 March.
const SPRING: &str = "2027-02-25T14:00:00Z";
/// Autumn: the clocks go back on 1 November.
const AUTUMN: &str = "2026-10-20T13:00:00Z";

const RUNNING: &str = "window_clock = \"running\"";
const PAUSED: (&str, &str) = (RUNNING, "window_clock = \"paused\"");
const NOTIFIED: (&str, &str) = ("decision_rule = \"joint\"", "decision_rule = \"notified\"");
const FINAL: (&str, &str) = ("reconsiderations = 1", "reconsiderations = 0");

/// The account that does for the rival what this person does for the developer.
fn rival(who: Who) -> Actor {
    let account = AccountId(Uuid::from_u128(who.account().0.as_u128() + 100));
    Actor { account, organization: RIVAL, name: format!("Rival{who:?}"), ..who.actor() }
}

/// Everybody: the people of the tests' world, one more for every role that it lacks, and the rival's two.
pub fn cast() -> Vec<Actor> {
    use Role as R;
    let mut cast: Vec<Actor> = Who::ALL.into_iter().map(Who::actor).collect();
    let known = |role: Role, cast: &[Actor]| cast.iter().any(|actor| actor.has(role));
    for (number, role) in R::ALL.iter().copied().enumerate() {
        if known(role, &cast) {
            continue;
        }
        let account = AccountId(Uuid::from_u128(200 + number as u128));
        let (organization, side) = (HOST, Side::Government);
        let name = role.code().to_owned();
        cast.push(Actor {
            account,
            organization,
            side,
            roles: [role].into(),
            assurance: Assurance::Aal2,
            name,
            link: None,
        });
    }
    cast.extend([Who::Dl, Who::Da].map(rival));
    cast
}

fn days(root: Instant, days: i64) -> Instant {
    plus(root, TimeDelta::days(days))
}

fn slice(name: &'static str, root: World) -> Slice {
    let mut root = root;
    for actor in [Who::Dl, Who::Da].map(rival) {
        let known = root.facts.people[&Who::Da.account()].clone();
        let person = PersonFacts { organization: RIVAL, roles: actor.roles, ..known };
        root.facts.people.insert(actor.account, person);
    }
    let liaison = root.facts.people[&Who::Pl.account()].clone();
    root.facts.people.insert(SECOND_LIAISON, liaison);
    let developer = root.facts.organizations[&DEVELOPER].clone();
    root.facts.organizations.insert(RIVAL, developer);
    let values = Values { offers: 1, versions: 3, engagements: 1, grants: 1, ..Values::default() };
    Slice {
        name,
        values: Values { screening: root.screening_signature(), criteria: criteria(&root), ..values },
        roots: vec![root],
        grid: Vec::new(),
        commands: Vec::new(),
        only: |_, _, _| true,
        hands: |_, _| true,
        passes: |_| true,
        stories: Vec::new(),
        pairs: Vec::new(),
        away: vec![Who::SecondDa, Who::SecondEv],
        alike: Vec::new(),
        idle: Vec::new(),
    }
}

fn criteria(world: &World) -> Value {
    let keys = world.facts.frameworks[0].criteria.iter().map(|criterion| (criterion.key.clone(), "Yes."));
    json!({ "criteria": keys.collect::<BTreeMap<_, _>>(), "unclassified_attestation": true })
}

fn registered(versions: Vec<Framework>, now: Instant, planned: i64) -> World {
    let mut world = World::new(versions[0].clone(), now);
    world.facts.frameworks = std::sync::Arc::new(versions);
    world.register(Some(days(now, planned)));
    world.determine(true);
    world
}

fn is_uncovered(case: &Case, on: Subject) -> bool {
    let stage = case.engagements.get(&on.id).map(|entry| entry.state.stage.name());
    stage == Some("conditions") && case.conditions_of(on).next().is_none()
}

const COVER: Story = ("conditions come into force", is_uncovered, |world, on| {
    world.cover(on);
});

/// The commands of an engagement's life; what stands beside it is walked by slices of its own.
const LIFE: [&str; 25] = [
    "draft",
    "propose",
    "recall",
    "return",
    "claim",
    "assign-signatory",
    "acknowledge",
    "decline",
    "schedule-window",
    "open-window",
    "suspend-window",
    "resume-window",
    "lower-end",
    "extend-window",
    "close-window",
    "accept-offer",
    "retract-offer",
    "withdraw",
    "record-release",
    "register-item",
    "certify-item",
    "accept-certificate",
    "dispute-certificate",
    "except-item",
    "close",
];

/// One engagement from draft to closed, with its offers, its items, and a newer framework version on the way.
pub fn engagement() -> Slice {
    let now = at(SPRING);
    let newer =
        [("id = \"v1.1\"", "id = \"v1.2\""), ("effective_from = \"2000-01-01\"", "effective_from = \"2027-03-01\"")];
    let root = registered(vec![framework(&[]), framework(&newer)], now, 32);
    let mut slice = slice("engagement", root);
    slice.grid = vec![days(now, 2), days(now, 8), days(now, 21)];
    slice.commands = vec![(Kind::Engagement, LIFE.to_vec())];
    slice.stories = vec![COVER];
    // What a signatory signs is walked elsewhere.
    slice.idle = vec![(Kind::Engagement, "signatory")];
    slice.values.schedules = vec![(days(now, 8), None)];
    slice.values.ends = vec![days(now, 20)];
    slice.values.extensions = vec![(None, Some(days(now, 25)))];
    slice.values.reasons = vec!["unstated", "security"];
    slice.values.releases = vec!["partner"];
    slice
}

/// Two engagements of one release, one after the other: the second inherits what the first used.
pub fn again() -> Slice {
    let now = at(SPRING);
    let mut root = registered(vec![framework(&[])], now, 32);
    // A part of the cap is used before any window.
    let release = root.release();
    root.must(Who::Da, release, "record-assessment-use", &json!({ "seconds": 1_000_000 }));
    let mut slice = slice("two engagements", root);
    slice.grid = vec![days(now, 2), days(now, 12), days(now, 22), days(now, 45)];
    slice.commands = vec![
        (
            Kind::Engagement,
            vec![
                "draft",
                "propose",
                "acknowledge",
                "schedule-window",
                "open-window",
                "suspend-window",
                "resume-window",
                "close-window",
                "withdraw",
                "record-release",
            ],
        ),
        (Kind::Release, vec!["set-planned-release"]),
    ];
    // The first is over before the second begins; only their used time touches.
    slice.only = |case, on, name| {
        let last = case.engagements.last_key_value();
        let between = last.is_none_or(|(_, entry)| !entry.state.stage.is_live());
        match name {
            "set-planned-release" => between,
            // What a release does to a first engagement is walked by the slice of one.
            "record-release" if case.engagements.len() < 2 => false,
            _ => on.kind != Kind::Engagement || last.is_none_or(|(last, _)| *last == on.id),
        }
    };
    slice.hands = |name, actor| name != "suspend-window" || actor.has(Role::DeveloperOfficial);
    slice.stories = vec![COVER];
    slice.pairs = vec![[Who::Da, Who::Pl]];
    slice.values.engagements = 2;
    slice.values.schedules = vec![(days(now, 2), None), (days(now, 22), None)];
    slice.values.planned = vec![Some(days(now, 50))];
    slice.values.reasons = vec!["unstated"];
    slice.values.releases = vec!["partner"];
    slice
}

fn window(name: &'static str, now: Instant, changes: &[(&str, &str)]) -> Slice {
    let (mut root, engagement) = World::ready(framework(changes), now, Some(days(now, 32)));
    root.evaluator(engagement, Who::Ev);
    let mut slice = slice(name, root);
    slice.commands = vec![
        (
            Kind::Engagement,
            vec![
                "schedule-window",
                "open-window",
                "suspend-window",
                "resume-window",
                "lower-end",
                "extend-window",
                "close-window",
                "decline",
                "withdraw",
                "record-release",
            ],
        ),
        (Kind::Release, vec!["set-planned-release"]),
    ];
    slice.pairs = vec![
        [Who::Da, Who::Pl],
        [Who::Pl, Who::Da],
        [Who::Da, Who::Dl],
        [Who::Da, Who::Ir],
        [Who::Da, Who::SecondDa],
        [Who::Pl, Who::Ir],
        [Who::Dl, Who::Da],
    ];
    slice.values.reasons = vec!["unstated", "security"];
    slice.values.releases = vec!["partner"];
    slice.values.planned = vec![Some(days(now, 20)), Some(days(now, 32)), Some(days(now, 55))];
    slice.values.ends = vec![days(now, 22)];
    slice
}

/// A window in spring under a running clock: opened before the change to daylight time, capped after it, where the cap
/// by local days comes an hour before the cap by seconds.
pub fn running() -> Slice {
    let now = at(SPRING);
    let mut slice = window("window, running clock", now, &[]);
    let civil = plus(days(now, 32), -TimeDelta::minutes(30));
    slice.grid = vec![days(now, 2), days(now, 8), days(now, 18), civil, days(now, 40)];
    slice.values.schedules = vec![(days(now, 2), None), (days(now, 2), Some(days(now, 26)))];
    slice.values.extensions = vec![(Some(days(now, 28)), None), (None, Some(days(now, 26)))];
    slice
}

/// A window in autumn under a paused clock: stretches before and after the end of daylight time add up.
pub fn paused() -> Slice {
    let now = at(AUTUMN);
    let mut slice = window("window, paused clock", now, &[PAUSED]);
    slice.grid = vec![days(now, 2), days(now, 8), days(now, 14), days(now, 36), days(now, 60)];
    slice.values.schedules = vec![(days(now, 2), None)];
    slice.values.extensions = vec![(Some(days(now, 50)), None), (None, Some(days(now, 28)))];
    slice.values.planned = vec![Some(days(now, 20)), Some(days(now, 55))];
    slice.values.reasons = vec!["unstated"];
    slice
}

fn nominated(case: &Case, on: Subject, stages: &[&str]) -> bool {
    case.nominations.get(&on.id).is_some_and(|entry| stages.contains(&entry.state.stage.name()))
}

const AGREEMENT: Story = (
    "the partner's agreement comes into force",
    |case, on| nominated(case, on, &["conditions_precedent"]) && case.conditions_of(on).next().is_none(),
    |world, on| {
        world.condition(on, "nda", None);
    },
);

const USER: Story = (
    "the partner's user is cleared and approved",
    |case, on| {
        nominated(case, on, &["conditions_precedent"])
            && case.conditions_of(on).next().is_some()
            && case.grants.is_empty()
    },
    |world, on| {
        let grant = world.request(Who::Tc, on, Who::Tu).expect("a grant");
        world.prepare(Who::Tu);
        world.acknowledge(Who::Tu, on);
        world.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
        world.must(Who::Da, grant, "approve", &json!({}));
    },
);

fn nomination(name: &'static str, changes: &[(&str, &str)]) -> Slice {
    let now = at(AUTUMN);
    let mut root = registered(vec![framework(changes)], now, 32);
    root.engage();
    let mut slice = slice(name, root);
    slice.commands = vec![(Kind::Nomination, Vec::new()), (Kind::Engagement, vec!["record-release"])];
    // When the partner release is recorded matters to the conditions precedent alone; one reconsideration is walked.
    slice.only = |case, on, name| match name {
        "record-release" => {
            let waits = |n: &NominationStage| *n == NominationStage::ConditionsPrecedent;
            !case.grants.is_empty() && case.nominations.values().any(|entry| waits(&entry.state.stage))
        }
        "reconsider" => {
            case.nominations.get(&on.id).is_some_and(|entry| entry.state.reconsidered == Reconsidered::default())
        }
        _ => true,
    };
    slice.stories = vec![AGREEMENT, USER];
    slice.values.nominations = 1;
    slice.values.releases = vec!["partner"];
    slice.values.terms = vec![days(now, 60)];
    slice
}

/// A draft, whose release is planned in so many days.
fn drafted(versions: Vec<Framework>, now: Instant, planned: i64) -> World {
    let mut root = registered(versions, now, planned);
    root.draft().expect("an engagement");
    root
}

/// What stands beside the life of an engagement, in every stage: who leads, its marking, its records. One mark at a
/// time, since none of them asks for another.
pub fn beside() -> Slice {
    let now = at(SPRING);
    let mut slice = slice("beside an engagement", drafted(vec![framework(&[])], now, 32));
    slice.grid = vec![days(now, 8), days(now, 20)];
    slice.commands = vec![(
        Kind::Engagement,
        vec![
            "propose",
            "acknowledge",
            "schedule-window",
            "suspend-window",
            "close-window",
            "withdraw",
            "claim",
            "transfer",
            "release-claim",
            "name-lead",
            "designate-marking",
            "take-records",
            "designate-confidential",
            "withdraw-designation",
        ],
    )];
    slice.only = |case, on, name| {
        let marks = ["name-lead", "designate-marking", "take-records", "designate-confidential", "transfer"];
        let marked = case.engagements.get(&on.id).is_some_and(|entry| {
            let e = &entry.state;
            e.lead.is_some() || e.marking.is_some() || !e.records.designations.is_empty()
        });
        let taken = case.release().is_some_and(|(_, release)| !release.state.records.officers.is_empty());
        !(marks.contains(&name) || name == "release-claim") || !(marked || taken)
    };
    slice.hands = |name, actor| !name.ends_with("-window") || !actor.has(Role::InsiderRiskOfficer);
    slice.stories = vec![COVER];
    slice.pairs = vec![[Who::Da, Who::Pl]];
    slice.away.push(Who::SecondRf);
    slice.values.schedules = vec![(days(now, 8), None)];
    slice.values.reasons = vec!["unstated"];
    slice.values.designated = vec![days(now, 15)];
    slice
}

/// A newer version with a shorter cap, to which both sides migrate before, in and after a suspension of the window.
pub fn migration() -> Slice {
    let now = at(SPRING);
    let newer = [
        ("id = \"v1.1\"", "id = \"v1.2\""),
        ("effective_from = \"2000-01-01\"", "effective_from = \"2027-03-01\""),
        ("window_cap_days = 30", "window_cap_days = 10"),
    ];
    let root = drafted(vec![framework(&[]), framework(&newer)], now, 32);
    let mut slice = slice("migration", root);
    slice.grid = vec![days(now, 5), days(now, 8), days(now, 12), days(now, 21), days(now, 24), days(now, 35)];
    slice.commands = vec![(
        Kind::Engagement,
        vec![
            "propose",
            "recall",
            "acknowledge",
            "schedule-window",
            "suspend-window",
            "resume-window",
            "migrate-framework",
            "accept-offer",
            "retract-offer",
        ],
    )];
    slice.hands = |name, actor| name != "suspend-window" || actor.has(Role::DeveloperOfficial);
    slice.stories = vec![COVER];
    slice.pairs = vec![[Who::Da, Who::Dl], [Who::Da, Who::Pl]];
    slice.values.schedules = vec![(days(now, 8), None), (days(now, 24), None)];
    slice.values.reasons = vec!["unstated"];
    slice.values.versions_to = vec!["v1.2"];
    slice
}

/// Before any window nothing happens for 90 days: the engagement lapses, and is reopened within 30 days or not.
pub fn idle() -> Slice {
    let now = at(AUTUMN);
    let mut slice = slice("lapse and reopening", drafted(vec![framework(&[])], now, 150));
    slice.grid = vec![days(now, 50), days(now, 92), days(now, 119), days(now, 121), days(now, 142), days(now, 175)];
    let commands = ["draft", "propose", "recall", "acknowledge", "schedule-window", "reopen", "withdraw"];
    slice.commands = vec![(Kind::Engagement, commands.to_vec())];
    slice.hands = |name, actor| name != "draft" && name != "recall" || actor.has(Role::DeveloperOfficial);
    slice.stories = vec![COVER];
    slice.pairs = vec![[Who::Da, Who::Pl]];
    slice.values.engagements = 2;
    slice.values.schedules = vec![(days(now, 145), None)];
    slice
}

/// The reference of the release that was registered before.
const EARLIER: &str = "REL-2026-000719";

/// A release that is the same as one that was registered before, as the official says or the liaison disputes: merged by
/// two keys, what the other used counts.
pub fn merging() -> Slice {
    let now = at(SPRING);
    let mut root = drafted(vec![framework(&[])], now, 32);
    let earlier = ReleaseFacts {
        id: RecordId(Uuid::from_u128(719)),
        developer: DEVELOPER,
        used_running: TimeDelta::days(20),
        used_paused: TimeDelta::days(12),
        is_busy: false,
        merged_into: None,
        partner_released_at: None,
    };
    root.facts.releases.insert(EARLIER.to_owned(), earlier);
    let mut slice = slice("merged releases", root);
    slice.grid = vec![days(now, 5), days(now, 9), days(now, 35)];
    slice.commands = vec![(
        Kind::Engagement,
        vec![
            "propose",
            "recall",
            "claim",
            "dispute-sameness",
            "drop-dispute",
            "merge-releases",
            "accept-offer",
            "retract-offer",
            "acknowledge",
            "schedule-window",
            "suspend-window",
            "resume-window",
        ],
    )];
    slice.hands = |name, actor| name != "suspend-window" || actor.has(Role::DeveloperOfficial);
    slice.stories = vec![COVER];
    slice.pairs = vec![[Who::Da, Who::Dl], [Who::Da, Who::Pl]];
    slice.values.schedules = vec![(days(now, 5), None)];
    slice.values.reasons = vec!["unstated"];
    slice.values.same = vec![EARLIER];
    slice
}

/// The records of a closed engagement, until after their retention: two officers dispose of them, or a review keeps them.
pub fn records() -> Slice {
    let now = at(AUTUMN);
    let mut root = registered(vec![framework(&[])], now, 32);
    let engagement = root.engage();
    root.must(Who::Da, engagement, "withdraw", &json!({}));
    let version = root.facts.frameworks[0].clone();
    let over = add_calendar_months(now, 12 * version.retention_years(RecordClass::CaseFile), version.zone);
    let mut slice = slice("records of a closed engagement", root);
    slice.grid = vec![days(now, 8), days(over, 1), days(over, 41)];
    slice.commands = vec![(
        Kind::Engagement,
        vec![
            "designate-confidential",
            "withdraw-designation",
            "take-records",
            "review-retention",
            "ask-disposal",
            "confirm-disposal",
        ],
    )];
    slice.values.designated = vec![days(now, 5), days(now, 30)];
    slice.values.kept = vec![days(over, 40)];
    slice
}

/// A nomination under the joint rule, with three reviewers of three agencies.
pub fn joint() -> Slice {
    let mut slice = nomination("nomination, joint rule", &[]);
    let now = slice.roots[0].now;
    let engagement = *slice.roots[0].case.engagements.keys().next().expect("an engagement");
    slice.roots[0].nominate(Subject::new(Kind::Engagement, engagement)).expect("a nomination");
    slice.grid = vec![days(now, 20), days(now, 61)];
    slice.values.reviewers = vec![Who::RvTreasury, Who::RvCisa, Who::RvNsa];
    slice.alike = slice.values.reviewers.clone();
    slice.away.push(Who::RvCisaToo);
    // Under the joint rule time brings nothing before the conditions precedent.
    slice.passes = |case| {
        let stage = case.nominations.values().next().map(|entry| entry.state.stage.name());
        stage.is_none_or(|stage| NominationStage::NAMES.iter().position(|name| *name == stage) >= Some(6))
    };
    slice
}

/// A nomination under the notified rule, from its proposal on, with two reviewers of one agency. Reconsideration, and what
/// comes after the conditions precedent, are the same under both rules.
pub fn notified() -> Slice {
    let mut slice = nomination("nomination, notified rule", &[NOTIFIED, FINAL]);
    let now = slice.roots[0].now;
    slice.stories.clear();
    slice.commands = vec![(Kind::Nomination, Vec::new())];
    slice.grid = vec![days(now, 9), days(now, 61)];
    slice.hands = |name, actor| name != "propose" || actor.side == Side::Developer;
    slice.values.reviewers = vec![Who::RvTreasury, Who::RvCisa, Who::RvCisaToo];
    slice.alike = vec![Who::RvCisa, Who::RvCisaToo];
    slice.away.push(Who::RvNsa);
    slice
}

/// Only a holder's acknowledgement is read by a rule.
fn holders(name: &str, actor: &Actor) -> bool {
    name != "acknowledge" || actor.has(Role::Evaluator) || actor.has(Role::PartnerUser)
}

/// The text of a condition that takes the insider-risk officer to waive: redlines, offers, signatures.
pub fn texts() -> Slice {
    let now = at(AUTUMN);
    let mut root = registered(vec![framework(&[])], now, 32);
    let engagement = root.engage();
    root.condition(engagement, "nda", None);
    root.request(Who::Pl, engagement, Who::Ev).expect("a grant");
    let mut slice = slice("texts of a condition", root);
    slice.grid = vec![days(now, 1), days(now, 16), days(now, 21)];
    slice.commands = vec![(Kind::Condition, Vec::new()), (Kind::Engagement, vec!["withdraw"])];
    slice.only = |case, on, _| {
        on.kind != Kind::Condition || case.conditions.get(&on.id).is_some_and(|c| c.state.template == "insider_risk")
    };
    // One redlines for each side; of the government the signatory, who then does not sign.
    slice.hands = |name, actor| {
        let redlines = actor.has(Role::DeveloperLiaison) || actor.has(Role::GovernmentSignatory);
        holders(name, actor) && (name != "upload-text" || redlines)
    };
    slice.values.templates = vec!["insider_risk"];
    slice.values.agreements = vec![(now, None), (days(now, 1), Some(days(now, 20)))];
    slice
}

/// Two conditions in force under an engagement that is ready, scheduled, open or suspended: breach, cure, waiver,
/// expiry, a superseded determination, and how window and grant follow.
pub fn force() -> Slice {
    let now = at(SPRING);
    let mut root = registered(vec![framework(&[])], now, 32);
    let engagement = root.engage();
    root.condition(engagement, "nda", Some(days(now, 10)));
    root.condition(engagement, "insider_risk", None);
    root.evaluator(engagement, Who::Ev);
    let release = root.name(root.release());
    let body = json!({ "release": release, "question": "Is it still covered?" });
    let inquiry = root.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    root.must(Who::Dl, inquiry, "submit", &attested);
    let mut slice = slice("conditions in force", root);
    slice.grid = vec![days(now, 2), days(now, 8), days(now, 12)];
    slice.commands = vec![
        (Kind::Condition, vec!["acknowledge", "clear-waiver", "waive", "report-breach", "cure-breach"]),
        (Kind::Engagement, vec!["schedule-window", "open-window", "suspend-window", "resume-window", "close-window"]),
        (Kind::Inquiry, vec!["supersede"]),
        (Kind::Grant, vec!["lift-suspension"]),
    ];
    slice.hands = holders;
    slice.pairs = vec![[Who::Da, Who::Pl], [Who::Da, Who::Ir]];
    slice.values.schedules = vec![(days(now, 2), None)];
    slice.values.reasons = vec!["security"];
    slice
}

/// One evaluator's grant, whose attestation runs out while the window is open.
pub fn grant() -> Slice {
    let now = at(SPRING);
    let mut root = World::new(framework(&[]), days(now, -355));
    root.prepare(Who::Ev);
    root.at(now);
    root.register(Some(days(now, 32)));
    root.determine(true);
    let engagement = root.engage();
    root.cover(engagement);
    root.schedule(engagement, days(now, 2), None).expect("can be scheduled");
    let mut slice = slice("grant of an evaluator", root);
    slice.grid = vec![days(now, 2), days(now, 17), days(now, 33)];
    slice.commands = vec![
        (Kind::Grant, Vec::new()),
        (Kind::Prerequisites, vec!["attest", "record-screening"]),
        (Kind::Condition, vec!["acknowledge"]),
        (Kind::Engagement, vec!["suspend-window", "resume-window", "close-window"]),
    ];
    slice.only = |_, on, _| on.kind != Kind::Prerequisites || on == World::record(Who::Ev);
    slice.hands =
        |name, actor| holders(name, actor) && (name != "suspend-window" || actor.has(Role::DeveloperOfficial));
    slice.pairs = vec![[Who::Da, Who::Dl]];
    slice.away.push(Who::Dl);
    slice.values.reasons = vec!["unstated"];
    slice
}

/// A partner's user under an active status that each side suspends and revokes.
pub fn partner() -> Slice {
    let now = at(AUTUMN);
    let (mut root, engagement) = World::ready(framework(&[]), now, Some(days(now, 32)));
    let nomination = root.nominate(engagement).expect("a nomination");
    root.select(nomination);
    root.partner_ready(nomination, days(now, 60));
    root.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    let mut slice = slice("grant of a partner's user", root);
    slice.grid = vec![days(now, 8), days(now, 15), days(now, 61)];
    slice.commands = vec![
        (Kind::Grant, Vec::new()),
        (Kind::Nomination, vec!["suspend", "lift-suspension", "revoke"]),
        (Kind::Condition, vec!["report-breach", "cure-breach"]),
    ];
    slice.away.push(Who::Dl);
    slice
}

/// Two developers whose releases share nothing but an evaluator.
pub fn developers() -> Slice {
    let now = at(SPRING);
    let (own, ..) = World::open(framework(&[]), now, days(now, 30));
    let mut slice = slice("two developers", own);
    let own = slice.roots[0].clone();
    slice.roots.push(of_the_rival(&own));
    slice.grid = vec![days(now, 5), days(now, 31)];
    slice.commands = vec![
        (Kind::Engagement, vec!["suspend-window", "withdraw"]),
        (Kind::Grant, vec!["suspend", "revoke"]),
        (Kind::Prerequisites, vec!["record-screening"]),
    ];
    slice.only = |_, on, _| on.kind != Kind::Prerequisites || on == World::record(Who::Ev);
    slice.hands = |name, actor| !name.starts_with("suspend") || actor.has(Role::DeveloperOfficial);
    slice.values.reasons = vec!["unstated"];
    slice
}

/// The same life in the rival's name.
fn of_the_rival(own: &World) -> World {
    let swap = |text: String| {
        let accounts = [Who::Dl, Who::Da].map(|who| (who.account().to_string(), rival(who).account.to_string()));
        let names = accounts.into_iter().chain([(DEVELOPER.to_string(), RIVAL.to_string())]);
        names.fold(text, |text, (from, to)| text.replace(&from, &to))
    };
    let mut world = own.clone();
    world.log.clear();
    world.case = Case::default();
    for happened in &own.log {
        let event = serde_json::from_str(&swap(serde_json::to_string(&happened.event).expect("JSON"))).expect("JSON");
        let by = serde_json::from_str(&swap(serde_json::to_string(&happened.by).expect("JSON"))).expect("JSON");
        let happened = CaseEvent { by, event, ..happened.clone() };
        crate::domain::case::evolve(&mut world.case, &happened);
        world.log.push(happened);
    }
    assert_eq!(world.case.release().expect("a release").1.state.developer, RIVAL);
    let held = world.case.conditions.values().filter(|entry| entry.state.stage == ConditionStage::InForce);
    assert_eq!(held.count(), 2);
    world
}

/// Every slice.
pub const ALL: [fn() -> Slice; 16] = [
    engagement, beside, idle, migration, merging, records, again, running, paused, joint, notified, texts, force,
    grant, partner, developers,
];

//! Random lives through the application layer and both stores: what is stored folds again from its events, the cap holds,
//! the end moves later by the developer's act alone, the developer can always leave, a repeated request acts once, and no
//! mail names anybody. The same rules are proven on the pure domain beside it; here the stores, the locks, the worker and
//! the mail stand in between.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::{
    app::{AppError, Outcome},
    domain::{actor::Side, case::Case, id::Kind},
    mail::{Transport, transport::CaptureBox},
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    light::{ADELE, BEA, DANA, FELIX, GRANT, INES, LENA, Light, MARCUS, SAM, THEO, TOBIAS, YUKI},
    matters::screening_signature,
    scene::upload,
};

/// Stands before the names of models, developers and partners, and may stand in no mail.
const CANARY: &str = "Canary";

/// How far a life has come before chance takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beginning {
    Registered,
    Proposed,
    Conditions,
    Ready,
    Scheduled,
    Open,
}

/// One step of chance: time, or a command of this kind by its place in the kind's list, with a number for its body.
#[derive(Clone, Debug)]
enum Step {
    Pass(u32),
    Act(Kind, usize, u16),
    /// Both keys of an opening.
    Schedule(u16),
    /// A suspension by some side, and after a while both keys of going on.
    Interrupt(u16),
}

/// Who gives which command. Several are there twice, by both sides, and some by people who may not.
const ALPHABET: &[(Kind, &[(&str, &str)])] = &[
    (
        Kind::Release,
        &[(TOBIAS, "set-planned-release"), (INES, "set-planned-release"), (TOBIAS, "record-assessment-use")],
    ),
    (
        Kind::Inquiry,
        &[
            (INES, "draft"),
            (INES, "submit"),
            (DANA, "acknowledge"),
            (GRANT, "request-info"),
            (INES, "answer-info"),
            (GRANT, "begin-assessment"),
            (GRANT, "tell-status"),
            (GRANT, "record-determination"),
            (INES, "withdraw"),
        ],
    ),
    (
        Kind::Engagement,
        &[
            (INES, "draft"),
            (TOBIAS, "propose"),
            (INES, "recall"),
            (DANA, "claim"),
            (DANA, "acknowledge"),
            (DANA, "assign-signatory"),
            (DANA, "schedule-window"),
            (TOBIAS, "schedule-window"),
            (TOBIAS, "accept-offer"),
            (DANA, "accept-offer"),
            (TOBIAS, "open-window"),
            (INES, "suspend-window"),
            (SAM, "suspend-window"),
            (DANA, "resume-window"),
            (TOBIAS, "resume-window"),
            (SAM, "resume-window"),
            (SAM, "accept-offer"),
            (TOBIAS, "lower-end"),
            (DANA, "lower-end"),
            (TOBIAS, "extend-window"),
            (DANA, "extend-window"),
            (DANA, "close-window"),
            (DANA, "register-item"),
            (DANA, "certify-item"),
            (INES, "accept-certificate"),
            (DANA, "close"),
            (TOBIAS, "withdraw"),
            (TOBIAS, "record-release"),
            (FELIX, "withdraw"),
        ],
    ),
    (
        Kind::Condition,
        &[
            (DANA, "attach"),
            (DANA, "offer-agreement"),
            (INES, "offer-agreement"),
            (INES, "accept-agreement"),
            (DANA, "accept-agreement"),
            (TOBIAS, "sign"),
            (ADELE, "sign"),
            (LENA, "acknowledge"),
            (SAM, "clear-waiver"),
            (TOBIAS, "waive"),
            (INES, "report-breach"),
            (INES, "cure-breach"),
        ],
    ),
    (
        Kind::Nomination,
        &[
            (INES, "propose"),
            (TOBIAS, "consent-approach"),
            (BEA, "sign-screening-nda"),
            (DANA, "disclose"),
            (DANA, "begin-screening"),
            (DANA, "begin-vetting"),
            (THEO, "assign-reviewer"),
            (DANA, "open-decision"),
            (TOBIAS, "consent"),
            (MARCUS, "concur"),
            (YUKI, "recuse"),
            (INES, "withdraw"),
        ],
    ),
    (
        Kind::Grant,
        &[
            (DANA, "request"),
            (SAM, "clear-prerequisites"),
            (TOBIAS, "approve"),
            (TOBIAS, "recertify"),
            (SAM, "suspend"),
            (INES, "suspend"),
            (TOBIAS, "lift-suspension"),
            (DANA, "revoke"),
        ],
    ),
    (
        Kind::Prerequisites,
        &[(LENA, "attest"), (SAM, "record-training"), (SAM, "record-screening"), (SAM, "record-export-screening")],
    ),
    (
        Kind::Incident,
        &[
            (INES, "report"),
            (LENA, "report"),
            (SAM, "contain"),
            (SAM, "assess"),
            (SAM, "notify-developer"),
            (SAM, "record-detail"),
            (TOBIAS, "acknowledge-notice"),
            (SAM, "close"),
        ],
    ),
    (Kind::Document, &[(INES, "upload"), (DANA, "upload"), (TOBIAS, "withdraw"), (FELIX, "withdraw")]),
    (
        Kind::Handoff,
        &[
            (DANA, "record"),
            (DANA, "deliver"),
            (INES, "acknowledge"),
            (INES, "change-tlp"),
            (DANA, "register-claim"),
            (INES, "register-claim"),
            (INES, "deconflict"),
            (DANA, "close"),
        ],
    ),
];

fn beginning() -> impl Strategy<Value = Beginning> {
    prop_oneof![
        1 => Just(Beginning::Registered),
        1 => Just(Beginning::Proposed),
        2 => Just(Beginning::Conditions),
        2 => Just(Beginning::Ready),
        2 => Just(Beginning::Scheduled),
        4 => Just(Beginning::Open),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let weight = |kind: Kind| match kind {
        Kind::Engagement => 6,
        Kind::Condition | Kind::Nomination => 2,
        _ => 1,
    };
    let kinds = ALPHABET.iter().map(|(kind, commands)| {
        let act = (0..commands.len(), any::<u16>()).prop_map(|(command, number)| Step::Act(*kind, command, number));
        (weight(*kind), act.boxed())
    });
    let pass = prop_oneof![Just(1_u32), Just(20), Just(24), Just(24 * 8), Just(24 * 15)].prop_map(Step::Pass);
    let both = prop_oneof![any::<u16>().prop_map(Step::Schedule), any::<u16>().prop_map(Step::Interrupt)];
    let step = proptest::strategy::Union::new_weighted(kinds.chain([(4, pass.boxed()), (3, both.boxed())]).collect());
    proptest::collection::vec(step, 6..16)
}

/// Lives that chance seldom leads, so that every run has them: a breach before the opening, an interruption, a partner on
/// the way to a decision.
fn told() -> Vec<(Beginning, Vec<Step>)> {
    let act = |kind: Kind, who: &str, name: &str, number: u16| {
        let (_, commands) = ALPHABET.iter().find(|(of, _)| *of == kind).expect("a kind of the alphabet");
        let place = commands.iter().position(|command| *command == (who, name)).expect("a command of the alphabet");
        Step::Act(kind, place, number)
    };
    let breach = |number| act(Kind::Condition, INES, "report-breach", number);
    let partner = [(INES, "propose"), (TOBIAS, "consent-approach"), (BEA, "sign-screening-nda"), (DANA, "disclose")];
    vec![
        (Beginning::Ready, vec![breach(0), breach(1), breach(2), Step::Pass(24)]),
        (Beginning::Scheduled, vec![breach(0), breach(1), breach(2), breach(3), Step::Pass(24 * 8)]),
        (Beginning::Open, vec![Step::Interrupt(0), Step::Interrupt(1), Step::Interrupt(2), Step::Pass(24 * 30)]),
        (Beginning::Open, partner.into_iter().map(|(who, name)| act(Kind::Nomination, who, name, 3)).collect()),
    ]
}

/// One life and what was seen of it last.
struct Life<'a> {
    world: &'a Light,
    release: String,
    /// The newest record of each kind.
    newest: BTreeMap<Kind, String>,
    closes_at: Option<DateTime<Utc>>,
    stage: Value,
    acts: u32,
}

impl<'a> Life<'a> {
    async fn begin(world: &'a Light, beginning: Beginning) -> Life<'a> {
        let now = world.clock.business();
        let planned = (now + TimeDelta::days(28)).to_rfc3339();
        let release = world.release(TOBIAS, &format!("{CANARY} Heron {}", now.timestamp()), Some(&planned)).await;
        let mut life = Life {
            world,
            release: release.clone(),
            newest: BTreeMap::new(),
            closes_at: None,
            stage: Value::Null,
            acts: 0,
        };
        life.newest.insert(Kind::Release, release.clone());
        if beginning == Beginning::Registered {
            return life;
        }
        let inquiry = world.eligible(INES, &release).await;
        let engagement = world.proposed(&release).await;
        life.newest.insert(Kind::Inquiry, inquiry);
        life.newest.insert(Kind::Engagement, engagement.clone());
        if beginning >= Beginning::Conditions {
            world.acknowledged(&engagement).await;
        }
        if beginning >= Beginning::Ready {
            let conditions = world.ready(&engagement).await;
            life.newest.insert(Kind::Condition, conditions[0].clone());
            if beginning >= Beginning::Scheduled {
                world.scheduled(&engagement, now + TimeDelta::days(2)).await;
                life.newest.insert(Kind::Grant, world.granted(&engagement, &conditions).await);
            }
        }
        if beginning == Beginning::Open {
            world.pass(TimeDelta::days(2)).await;
        }
        life
    }

    fn reference(&self, kind: Kind) -> String {
        self.newest.get(&kind).cloned().unwrap_or_default()
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Pass(hours) => {
                self.world.pass(TimeDelta::hours(i64::from(*hours))).await;
                self.check("time", false).await
            }
            Step::Schedule(number) => {
                self.command(DANA, Kind::Engagement, "schedule-window", *number).await?;
                self.command(TOBIAS, Kind::Engagement, "accept-offer", *number).await?;
                self.check("both keys", true).await
            }
            Step::Interrupt(number) => {
                let who = [INES, SAM, DANA][usize::from(number % 3)];
                self.command(who, Kind::Engagement, "suspend-window", *number).await?;
                self.check("a suspension", who == INES).await?;
                self.world.pass(TimeDelta::hours(i64::from(number % 50))).await;
                self.check("time", false).await?;
                self.command(TOBIAS, Kind::Engagement, "resume-window", 1).await?;
                for who in [SAM, DANA, INES] {
                    self.command(who, Kind::Engagement, "accept-offer", 1).await?;
                }
                self.check("both keys", true).await
            }
            Step::Act(kind, command, number) => {
                let (_, commands) = ALPHABET.iter().find(|(of, _)| of == kind).expect("a kind of the alphabet");
                let (who, name) = commands[*command];
                let developer = self.command(who, *kind, name, *number).await?;
                self.check(&format!("{who} {name}"), developer).await
            }
        }
    }

    /// Tries the command; whether it is the developer's act.
    async fn command(&mut self, who: &str, kind: Kind, name: &str, number: u16) -> Result<bool, TestCaseError> {
        let case = self.world.case(Kind::Release, &self.release).await;
        if kind == Kind::Condition
            && let Some(entry) = case.conditions.values().nth(usize::from(number) % case.conditions.len().max(1))
        {
            self.newest.insert(kind, entry.reference.clone());
        }
        let mut body = self.body(&case, kind, name, number);
        if (kind, name) == (Kind::Condition, "sign") {
            body["typed_name"] = who.split('@').next().into();
        }
        let developer = [INES, TOBIAS].contains(&who) || Self::accepts_developers_offer(&case, &body);
        self.act(who, kind, name, body, number).await?;
        Ok(developer)
    }

    /// The other key of an offer that the developer made is turned on the developer's act.
    fn accepts_developers_offer(case: &Case, body: &Value) -> bool {
        let offers = case.engagements.values().flat_map(|entry| &entry.state.offers);
        let named = offers.filter(|offer| body["hash"] == offer.hash.as_str());
        named.into_iter().any(|offer| offer.by.side == Some(Side::Developer))
    }

    /// A command, and now and then the same request again, which must do nothing.
    async fn act(&mut self, who: &str, kind: Kind, name: &str, body: Value, number: u16) -> Result<(), TestCaseError> {
        self.acts += 1;
        let target =
            if kind == Kind::Prerequisites { self.world.account(LENA).to_owned() } else { self.reference(kind) };
        let key = format!("{}:{}", self.release, self.acts);
        let (request, place, command) = self.world.request(who, (kind, name), Some(&target), &body, Some(&key));
        match self.world.app.execute(&request, &place, &command).await {
            Ok(Outcome::Done(done)) => {
                prop_assert!(who != FELIX, "{who} acts on what belongs to another developer");
                if kind != Kind::Prerequisites {
                    self.newest.insert(kind, done.reference.clone());
                }
                if number.is_multiple_of(3) {
                    let before = self.world.number("SELECT count(*) FROM event").await;
                    let again = self.world.app.execute(&request, &place, &command).await;
                    let Ok(Outcome::Replayed(kept)) = again else {
                        return Err(TestCaseError::fail(format!("{name} acted twice: {again:?}")));
                    };
                    prop_assert_eq!(kept.body, serde_json::to_value(&done.view).expect("JSON"));
                    prop_assert_eq!(self.world.number("SELECT count(*) FROM event").await, before);
                }
                Ok(())
            }
            Ok(other) => Err(TestCaseError::fail(format!("{name}: {other:?}"))),
            Err(AppError::NotFound | AppError::Forbidden | AppError::Refused(_) | AppError::Invalid(_)) => Ok(()),
            Err(error) => Err(TestCaseError::fail(format!("{who} {name} {body}: {error:?}"))),
        }
    }

    /// A body that is valid in shape, and in sense as often as not.
    fn body(&self, case: &Case, kind: Kind, name: &str, number: u16) -> Value {
        let now = self.world.clock.business();
        let days = |most: u16| now + TimeDelta::days(i64::from(number % most)) + TimeDelta::hours(1);
        let engagement = self.reference(Kind::Engagement);
        match (kind, name) {
            (Kind::Release, "set-planned-release") if number.is_multiple_of(7) => json!({ "to": null }),
            (Kind::Release, "set-planned-release") => json!({ "to": days(60) }),
            (Kind::Release, _) => json!({ "seconds": u32::from(number) * 10 + 1 }),
            (Kind::Inquiry, name) => self.inquiry_body(name),
            (Kind::Engagement, name) => self.engagement_body(case, name, number),
            (Kind::Condition, name) => self.condition_body(case, name, number),
            (Kind::Nomination, "propose") => {
                json!({ "engagement": engagement, "partner": self.world.organizations["cedar_hollow"] })
            }
            (Kind::Nomination, "assign-reviewer") => {
                json!({ "reviewer": self.world.account(if number.is_multiple_of(2) { MARCUS } else { YUKI }) })
            }
            (Kind::Grant, "request") => json!({
                "under": engagement, "holder": self.world.account(LENA), "need_to_know": "Evaluates cyber capability",
                "unclassified_attestation": true,
            }),
            (Kind::Nomination, "sign-screening-nda") => screening_signature(),
            (Kind::Prerequisites, "attest") => json!({ "intent": true }),
            (Kind::Prerequisites, "record-training") => {
                json!({ "trained_at": now - TimeDelta::days(i64::from(number % 400)) })
            }
            (Kind::Prerequisites, _) if number.is_multiple_of(4) => json!({ "reference": null }),
            (Kind::Prerequisites, _) => json!({ "reference": format!("PS-{number}") }),
            (Kind::Incident, "report") => json!({
                "under": engagement,
                "incident_type": if number.is_multiple_of(2) { "unauthorized_access" } else { "loss" },
                "suspend_window": number.is_multiple_of(3),
            }),
            (Kind::Incident, "assess") => json!({ "severity": "low" }),
            (Kind::Incident, "record-detail") => json!({ "reference": "IR-7", "unclassified_attestation": true }),
            (Kind::Document, "upload") => {
                let to = if number.is_multiple_of(2) { engagement } else { self.reference(Kind::Condition) };
                upload(&to, "Terms", "text/plain", format!("{number}").as_bytes())
            }
            (Kind::Handoff, name) => self.handoff_body(name, number),
            (Kind::Nomination | Kind::Grant | Kind::Incident | Kind::FoiaRequest | Kind::Document, _) => json!({}),
        }
    }

    fn handoff_body(&self, name: &str, number: u16) -> Value {
        let now = self.world.clock.business();
        let on = now.date_naive() - TimeDelta::days(i64::from(number % 3));
        let tlp = ["TLP:CLEAR", "TLP:AMBER", "TLP:RED"][usize::from(number % 3)];
        match name {
            "record" => json!({
                "engagement": self.reference(Kind::Engagement), "finding": format!("F-{number}"), "channel": "telephone",
                "tlp": tlp, "unclassified_attestation": true,
            }),
            "deliver" => json!({ "delivered_on": on }),
            "state-case-id" => json!({ "case_id": format!("VU#{number}") }),
            "acknowledge" | "record-acknowledgement" => json!({ "acknowledged_on": on, "reference": "A-1" }),
            "change-tlp" => json!({ "tlp": tlp }),
            "change-embargo" => json!({ "embargo": { "ends_at": now + TimeDelta::days(9), "zone": "Europe/Paris" } }),
            "record-outcome" => json!({ "outcome": "track*" }),
            "register-claim" => json!({ "claim": format!("{:064x}", number % 2) }),
            _ => json!({}),
        }
    }

    fn inquiry_body(&self, name: &str) -> Value {
        match name {
            "draft" => json!({ "release": self.release, "question": "Is it within the designation?" }),
            "submit" => json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true }),
            "request-info" => json!({ "question": "Which one?", "unclassified_attestation": true }),
            "answer-info" => json!({ "answer": "That one.", "unclassified_attestation": true }),
            "record-determination" => self.world.determination(!self.acts.is_multiple_of(4)),
            _ => json!({}),
        }
    }

    fn engagement_body(&self, case: &Case, name: &str, number: u16) -> Value {
        let now = self.world.clock.business();
        let ahead = |most: u16| now + TimeDelta::hours(i64::from(number % (most * 24)) + 1);
        let offer = case.engagements.values().filter_map(|entry| entry.state.offers.last()).next_back();
        let reason = ["security", "condition_concern", "operational", "unstated"][usize::from(number % 4)];
        match name {
            "draft" => json!({ "release": self.release }),
            "propose" => {
                let earlier = if number.is_multiple_of(2) { "new_release" } else { "same_release" };
                json!({ "unclassified_attestation": true, "release_declaration": earlier })
            }
            "acknowledge" => json!({ "conflict_check": true }),
            "assign-signatory" => json!({ "signatory": self.world.account(ADELE) }),
            "schedule-window" => json!({ "open_at": ahead(6) }),
            "accept-offer" => json!({ "hash": offer.map_or_else(|| "0".repeat(64), |o| o.hash.as_str().to_owned()) }),
            "suspend-window" => json!({ "reason": reason }),
            "lower-end" => json!({ "earlier_end": ahead(20) }),
            "extend-window" if number.is_multiple_of(2) => json!({ "release_bound": ahead(40) }),
            "extend-window" => json!({ "earlier_end": ahead(40) }),
            "designate-marking" => {
                json!({ "categories": ["PROPIN"], "agency": self.world.organization("cisa"), "contact": "PL" })
            }
            "register-item" => json!({ "reference": "Notes", "disposition": "return" }),
            "certify-item" => json!({
                "reference": "Notes", "method": "returned", "done_on": now.date_naive(),
                "performed_by": "Lena Fisk", "validated_by": "Omar Haddad",
            }),
            "accept-certificate" => json!({ "reference": "Notes" }),
            "record-release" => json!({ "kind": if number.is_multiple_of(2) { "partner" } else { "public" } }),
            _ => json!({}),
        }
    }

    fn condition_body(&self, case: &Case, name: &str, number: u16) -> Value {
        let now = self.world.clock.business();
        let own = self.reference(Kind::Condition);
        let state = case.conditions.values().find(|entry| entry.reference == own).map(|entry| &entry.state);
        let digest = state.and_then(|state| state.versions.last()).map(|version| version.digest.as_str().to_owned());
        let digest = digest.unwrap_or_else(|| "0".repeat(64));
        let offer = state.and_then(|state| state.offers.last()).map(|offer| offer.hash.as_str().to_owned());
        let templates = ["nda", "ip_protection", "cybersecurity", "insider_risk"];
        match name {
            "attach" => json!({
                "attach_to": self.reference(Kind::Engagement), "template": templates[usize::from(number % 4)],
            }),
            "offer-agreement" => json!({
                "digest": digest, "effective_at": now + TimeDelta::hours(i64::from(number % 48)),
                "expires_at": (number.is_multiple_of(3)).then(|| now + TimeDelta::days(5)),
            }),
            "accept-agreement" => json!({ "hash": offer.unwrap_or_else(|| "0".repeat(64)) }),
            "sign" => json!({
                "digest": digest, "typed_name": "Somebody", "capacity": "authorized official", "intent": true,
            }),
            "acknowledge" => json!({ "digest": digest, "intent": true }),
            _ => json!({}),
        }
    }

    /// What must hold after every step.
    async fn check(&mut self, step: &str, developer: bool) -> Result<(), TestCaseError> {
        let Some(engagement) = self.newest.get(&Kind::Engagement).cloned() else { return Ok(()) };
        let seen = self.world.seen(TOBIAS, Kind::Engagement, &engagement).await;
        let closes_at = seen["window"]["closes_at"]["at"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
        if let (Some(before), Some(after)) = (self.closes_at, closes_at) {
            prop_assert!(after <= before || developer, "{step}: the end moved from {before} to {after}");
        }
        self.closes_at = closes_at;
        self.cap(closes_at).await?;
        let entered = self.stage != seen["stage"];
        self.stage = seen["stage"].clone();
        if entered && self.stage != "closed" {
            for (name, body) in [("withdraw", json!({})), ("record-release", json!({ "kind": "public" }))] {
                let answer = self.world.would(TOBIAS, (Kind::Engagement, name), &engagement, body).await;
                prop_assert!(answer.is_ok(), "{step}: {name} in {}: {answer:?}", seen["stage"]);
            }
        }
        Ok(())
    }

    /// Seconds of access under the release, over all its engagements, with what was counted for the assessment: at most
    /// 30 days of 24 hours.
    async fn cap(&self, closes_at: Option<DateTime<Utc>>) -> Result<(), TestCaseError> {
        let now = self.world.clock.business();
        let case = self.world.case(Kind::Release, &self.release).await;
        let windows = case.engagements.values().filter_map(|entry| entry.state.window.as_ref());
        let open: TimeDelta = windows
            .flat_map(|window| &window.segments)
            .map(|segment| segment.to.unwrap_or_else(|| closes_at.map_or(now, |end| end.min(now))) - segment.from)
            .sum();
        let used = case.releases.values().map(|entry| entry.state.assessment_use_seconds).sum::<i64>();
        // Use that is counted after the fact cannot undo access that was had.
        prop_assert!(open <= TimeDelta::hours(720), "open for {open}, {used} s assessed");
        Ok(())
    }
}

async fn verified(world: &Light) -> Result<(), TestCaseError> {
    let report = world.app.verify().await.expect("the store answers");
    prop_assert!(report.is_clean(), "{}", report);
    Ok(())
}

async fn live(world: &Light, beginning: Beginning, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut life = Life::begin(world, beginning).await;
    life.check("beginning", true).await?;
    for step in steps {
        life.take(step).await?;
    }
    // What time brought and nobody recorded yet is no difference, and neither is what the worker records then.
    verified(world).await?;
    world.work().await;
    verified(world).await?;
    if let Some(engagement) = life.newest.get(&Kind::Engagement).filter(|_| steps.len().is_multiple_of(2)) {
        let stage = world.seen(TOBIAS, Kind::Engagement, engagement).await["stage"].clone();
        if stage != "closed" {
            world.must(TOBIAS, (Kind::Engagement, "withdraw"), Some(engagement), json!({})).await;
            world.work().await;
        }
    }
    Ok(())
}

/// Chance is the same on every run, unless `PROPTEST_CASES` asks for more lives.
fn random_lives(database: impl Future<Output = TestDatabase>, lives: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let captured = CaptureBox::new();
    let world = runtime.block_on(async {
        Light::with(database.await, "2026-11-02T14:00:00Z", Transport::Capture(captured.clone()), CANARY).await
    });
    for (beginning, steps) in told() {
        runtime.block_on(live(&world, beginning, &steps)).unwrap();
    }
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { lives };
    let config = Config { cases, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&(beginning(), steps()), |(beginning, steps)| runtime.block_on(live(&world, beginning, &steps)))
        .unwrap();
    let reached = runtime.block_on(codes(&world));
    no_name_in_any_mail(&captured);
    runtime.block_on(world.app.close()).unwrap();
    drop(world);
    // Lives that end before anything happened prove little.
    let telling = [
        "engagement.window_opened",
        "engagement.window_suspended",
        "engagement.window_resumed",
        "engagement.window_closed",
        "engagement.fell_back_to_conditions",
        "engagement.withdrawn",
        "grant.activated",
        "grant.suspended",
        "inquiry.determined",
        "condition.breached",
        "nomination.proposed",
        "release.released",
    ];
    let missed: Vec<_> = telling.into_iter().filter(|code| !reached.contains(*code)).collect();
    assert_eq!(missed, Vec::<&str>::new(), "no life came to these; reached: {reached:#?}");
}

async fn codes(world: &Light) -> BTreeSet<String> {
    use sea_orm::ConnectionTrait;
    let raw = world.raw().await;
    let text = "SELECT DISTINCT type_code FROM event";
    let rows = raw.query_all_raw(sea_orm::Statement::from_string(raw.get_database_backend(), text)).await.unwrap();
    raw.close().await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Invariant 23: whatever was said, to whomever, names no model, developer or partner.
fn no_name_in_any_mail(captured: &CaptureBox) {
    let mails = captured.all();
    let notices: BTreeSet<_> = mails.iter().map(|mail| mail.code.as_str()).collect();
    assert!(mails.len() > 500 && notices.len() >= 10, "{} mails, {notices:?}", mails.len());
    for mail in mails {
        let said = format!("{}\n{}\n{}", mail.subject, mail.text, mail.html).to_lowercase();
        assert!(!said.contains(&CANARY.to_lowercase()), "{said}");
        assert!(!said.contains("heron") && !said.contains("larkspur") && !said.contains("cedar hollow"), "{said}");
    }
}

#[test]
fn random_lives_keep_the_rules_on_sqlite() {
    random_lives(TestDatabase::sqlite(), 14);
}

#[test]
fn random_lives_keep_the_rules_on_postgresql() {
    random_lives(TestDatabase::postgres(), 14);
}

/// The same request from several connections at once, as an impatient client sends it.
async fn one_key_acts_once(database: TestDatabase) {
    let world = Light::new(database, "2026-11-02T14:00:00Z").await;
    let release = world.release(TOBIAS, "Heron-3", None).await;
    let other = world.twin(Transport::Log).await;
    let body = json!({ "release": release });
    let before = world.number("SELECT count(*) FROM event").await;
    let (request, target, command) =
        world.request(INES, (Kind::Engagement, "draft"), None, &body, Some("01JC0000000000000000000000"));
    let answers = tokio::join!(
        world.app.execute(&request, &target, &command),
        other.execute(&request, &target, &command),
        world.app.execute(&request, &target, &command),
    );
    let mut bodies = Vec::new();
    let mut done = 0;
    for answer in [answers.0, answers.1, answers.2] {
        match answer.unwrap() {
            Outcome::Done(first) => {
                done += 1;
                bodies.push(serde_json::to_value(&first.view).unwrap());
            }
            Outcome::Replayed(kept) => {
                assert!(kept.created);
                bodies.push(kept.body);
            }
            Outcome::Preview(_) => panic!("nobody asked for a preview"),
        }
    }
    assert_eq!(done, 1, "one of them acts");
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(world.number("SELECT count(*) FROM event").await, before + 1);
    // The same key with other words is a mistake that is told.
    let (mut reworded, ..) = world.request(INES, (Kind::Engagement, "draft"), None, &body, None);
    reworded.idempotency = request.idempotency.clone().map(|mut key| {
        key.request_hash = "0".repeat(64);
        key
    });
    let answer = world.app.execute(&reworded, &target, &command).await;
    assert!(matches!(answer, Err(AppError::IdempotencyMismatch)), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_acts_once_on_sqlite() {
    Box::pin(one_key_acts_once(TestDatabase::sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_acts_once_on_postgresql() {
    Box::pin(one_key_acts_once(TestDatabase::postgres().await)).await;
}

//! The model: a case, its people and the time, moved by the pure rules alone. No store, no locks, no worker: what time
//! brings is folded at once.

use std::collections::BTreeSet;

use anteroom::{
    authz::{self, Acting, Denial, Permit, Resource, Sight},
    domain::{
        action::{Action, Creates},
        actor::Actor,
        case::{self, Case, Entries},
        command::Command,
        id::{AccountId, Kind, RecordId, Subject},
        incident::{IncidentCommand, ReportIncident, place},
        prerequisites::Prerequisites,
        refusal::Refusal,
        time::Instant,
    },
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    alphabet::Row,
    ground::{Ground, ground},
    story::has_opened,
};

/// Moves in which a life that is in haste does nothing but carry the story on.
const HASTE: u32 = 80;

/// A command as a person gives it. Names of records are the model's.
#[derive(Clone, Debug)]
pub struct Act {
    /// The number of the move, of which a new record's id and reference are made.
    pub number: u32,
    pub who: &'static str,
    pub kind: Kind,
    pub name: &'static str,
    pub target: Option<String>,
    pub body: Value,
}

/// What the asker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Done,
    Refused(&'static str),
    Forbidden,
    Hidden,
    Locked,
}

/// One life as the rules say that it is.
#[derive(Clone)]
pub struct Model {
    pub now: Instant,
    /// The release and what stands under it; people beside it.
    pub case: Case,
    pub people: Entries<Prerequisites>,
    /// Records in the order of their creation.
    pub made: Vec<String>,
    /// The answer to the last command.
    pub answer: Option<Answer>,
    /// How many moves there were.
    pub moves: u32,
    /// Whether it begins in haste, so that its window opens.
    pub hastes: bool,
    /// What it has set its mind on.
    pub wishes: Vec<&'static Row>,
    /// What was carried out.
    pub done: BTreeSet<(Kind, &'static str)>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} moves until {}, {:?}", self.moves, self.now, self.made)
    }
}

impl Act {
    pub fn command(&self) -> Command {
        let text = self.body.to_string();
        let read = Command::parse(self.kind, self.name, text.as_bytes());
        let read = read.unwrap_or_else(|| panic!("no command {} {}", self.kind.name(), self.name));
        read.unwrap_or_else(|error| panic!("{} {}: {error}: {text}", self.kind.name(), self.name))
    }

    /// The reference of the record that the command makes.
    pub fn reference(&self) -> String {
        format!("{}-2026-{:06}", self.kind.prefix(), self.number)
    }

    fn new_record(&self) -> Subject {
        Subject::new(self.kind, RecordId(Uuid::from_u128(0xA11C_E000_0000_0000_0000_0000 + u128::from(self.number))))
    }
}

impl Model {
    /// The people as they were taken from the world; nothing happened yet.
    pub fn new() -> Self {
        let ground = ground();
        let (case, people) = (Case::default(), ground.people.clone());
        let (made, wishes, done) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { now: ground.start, case, people, made, answer: None, moves: 0, hastes: false, wishes, done }
    }

    /// Whether it does nothing yet but carry the story on.
    pub fn hurries(&self) -> bool {
        self.hastes && self.moves < HASTE && !has_opened(&self.case)
    }

    /// Moves the clock.
    pub fn pass(&mut self, to: Instant) {
        self.now = to;
        self.settle();
    }

    /// The case with the people who hold grants in it, and whoever else is named.
    pub fn whole(&self, named: &[AccountId]) -> Case {
        let holders = self.case.grants.values().map(|entry| entry.state.holder);
        let wanted: BTreeSet<AccountId> = holders.chain(named.iter().copied()).collect();
        let people = self.people.iter().filter(|(_, entry)| wanted.contains(&entry.state.account));
        let people = people.map(|(id, entry)| (*id, entry.clone())).collect();
        Case { people, ..self.case.clone() }
    }

    fn settle(&mut self) {
        let mut whole = self.whole(&[]);
        case::settle(&mut whole, &ground().facts, Instant::MIN_UTC, self.now).expect("time contradicts nothing");
        self.keep(whole);
    }

    fn keep(&mut self, mut whole: Case) {
        self.people.append(&mut std::mem::take(&mut whole.people));
        self.case = whole;
    }

    /// Carries out a command, or refuses it; the answer stands in `answer`.
    pub fn act(&mut self, act: &Act) {
        let answer = self.attempt(act).err().unwrap_or(Answer::Done);
        if answer == Answer::Done {
            self.done.insert((act.kind, act.name));
        }
        self.answer = Some(answer);
        self.settle();
    }

    fn attempt(&mut self, act: &Act) -> Result<(), Answer> {
        let (ground, command) = (ground(), act.command());
        let actor = ground.actor(act.who);
        let alone = act.kind == Kind::Prerequisites;
        let named: Vec<AccountId> = command.names_account().into_iter().collect();
        let whole = if alone { self.person(act.target.as_deref())? } else { self.whole(&named) };
        let (subject, resource) = on(&whole, act, &command, actor)?;
        let created = command.creates().0 != Creates::No;
        let acting = Acting::of(actor, &whole, subject, command.action(), &ground.facts, self.now);
        let permit = acting.decide(&ground.engine, command.action(), &resource);
        let permit = permit.map_err(|denial| denied(denial, created))?;
        may_report(ground, actor, &whole, &command, &resource)?;
        let reference = if created { act.reference() } else { String::new() };
        let facts = ground.facts_for(&whole, subject, &command, actor, self.now);
        let decided = case::decide(&whole, subject, &reference, &permit, &command, &facts, self.now)
            .map_err(|refusal| refused(&refusal, &whole, subject, &permit))?;
        if created {
            self.made.push(reference);
        }
        if alone {
            self.people.extend(decided.after.people);
        } else {
            self.keep(decided.after);
        }
        Ok(())
    }

    /// One person's prerequisites alone.
    fn person(&self, target: Option<&str>) -> Result<Case, Answer> {
        let is = |account: AccountId| Some(account.to_string().as_str()) == target;
        let (id, entry) = self.people.iter().find(|(_, entry)| is(entry.state.account)).ok_or(Answer::Hidden)?;
        Ok(Case { people: Entries::from([(*id, entry.clone())]), ..Case::default() })
    }
}

/// What the command acts on, and as what the policies see it.
fn on(case: &Case, act: &Act, command: &Command, actor: &Actor) -> Result<(Subject, Resource), Answer> {
    match command.creates() {
        (Creates::No, _) => {
            let target = act.target.as_deref().unwrap_or_default();
            let person = case.people.keys().next().map(|id| Subject::new(Kind::Prerequisites, *id));
            let found = if act.kind == Kind::Prerequisites { person } else { case.find(target) };
            let subject = found.filter(|subject| subject.kind == act.kind).ok_or(Answer::Hidden)?;
            Ok((subject, Resource::of(case, subject).ok_or(Answer::Hidden)?))
        }
        (Creates::Under, Some(parent)) => {
            let parent = case.find(parent).ok_or(Answer::Refused("invalid-field"))?;
            Ok((act.new_record(), Resource::new_under(case, parent, act.kind).ok_or(Answer::Hidden)?))
        }
        _ => Ok((act.new_record(), Resource::new_alone(act.kind, actor.organization))),
    }
}

/// A parent that the actor may not know of looks like one that does not exist.
fn denied(denial: Denial, created: bool) -> Answer {
    match denial {
        Denial::Hidden if created => Answer::Refused("invalid-field"),
        Denial::Hidden => Answer::Hidden,
        Denial::Forbidden => Answer::Forbidden,
        Denial::Locked => Answer::Locked,
    }
}

fn refused(refusal: &Refusal, case: &Case, subject: Subject, permit: &Permit) -> Answer {
    let locked = sight(case, subject, permit.actor()) == Some(Sight::Locked);
    if locked && !matches!(refusal, Refusal::Field { .. }) { Answer::Locked } else { Answer::Refused(refusal.name()) }
}

fn sight(case: &Case, subject: Subject, actor: &Actor) -> Option<Sight> {
    authz::sight(&ground().engine, actor, &Resource::of(case, subject)?)
}

/// Domain section 3.8: whoever reports names what they may know of, and suspends the window only if they may anyway.
fn may_report(
    ground: &Ground,
    actor: &Actor,
    case: &Case,
    command: &Command,
    resource: &Resource,
) -> Result<(), Answer> {
    let Command::Incident(IncidentCommand::ReportIncident(report)) = command else { return Ok(()) };
    let officer = authz::decide(&ground.engine, actor, Action::new(Kind::Incident, "contain"), resource).is_ok();
    let knows = |reference: &String| case.find(reference).and_then(|s| sight(case, s, actor)).is_some();
    if !officer && !named(report).all(knows) {
        return Err(Answer::Refused("invalid-field"));
    }
    if !report.suspend_window {
        return Ok(());
    }
    let place = place(case, &report.under).map_err(|refusal| Answer::Refused(refusal.name()))?;
    let engagement = Subject::new(Kind::Engagement, place.engagement.ok_or(Answer::Forbidden)?);
    let resource = Resource::of(case, engagement).ok_or(Answer::Forbidden)?;
    let suspends = Action::new(Kind::Engagement, "suspend-window");
    authz::decide(&ground.engine, actor, suspends, &resource).map(drop).map_err(|denial| match denial {
        Denial::Locked => Answer::Locked,
        Denial::Hidden | Denial::Forbidden => Answer::Forbidden,
    })
}

fn named(report: &ReportIncident) -> impl Iterator<Item = &String> {
    report.grants.iter().chain(&report.record)
}

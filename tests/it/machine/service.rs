//! The service on a database, and how what it answers and stores is held against the model.

use std::{cell::RefCell, collections::BTreeMap, pin::Pin, task::Poll};

use anteroom::{
    app::{App, AppError, Outcome, Request, TargetRef},
    domain::{
        case::{self, Case, Entries},
        command::Command,
        deadline::derive,
        id::{Kind, Subject},
        time::Instant,
    },
    mail::Transport,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    ground::{self, START, ground},
    model::{Act, Answer, Model},
};
use crate::support::{database::TestDatabase, light::Light, passing};

/// What happened in all lives together.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub commands: u32,
    pub answers: BTreeMap<Answer, u32>,
    /// Successes by kind and command.
    pub done: BTreeMap<(Kind, &'static str), u32>,
    /// Commands that died: before anything was stored, after it was, and not at all.
    pub crashes: [u32; 3],
    /// Workers that died.
    pub halts: u32,
    pub restarts: u32,
}

thread_local! {
    static TALLY: RefCell<Tally> = RefCell::default();
}

/// What happened so far in the tests of this thread.
pub fn tally() -> Tally {
    TALLY.with_borrow(Clone::clone)
}

fn count(change: impl FnOnce(&mut Tally)) {
    TALLY.with_borrow_mut(change);
}

/// Names of the model with those of the store, one to one.
#[derive(Default)]
struct Pairs {
    stored: BTreeMap<String, String>,
    model: BTreeMap<String, String>,
}

impl Pairs {
    fn learn(&mut self, model: &str, stored: &str) {
        let before = (self.stored.get(model), self.model.get(stored));
        if let (None, None) = before {
            self.stored.insert(model.to_owned(), stored.to_owned());
            self.model.insert(stored.to_owned(), model.to_owned());
            return;
        }
        let same = (Some(&stored.to_owned()), Some(&model.to_owned()));
        assert_eq!(before, same, "{model} and {stored} are no pair");
    }

    fn text(&self, model: &str) -> String {
        self.stored.get(model).cloned().unwrap_or_else(|| model.to_owned())
    }

    /// The value with the store's names in place of the model's.
    fn value(&self, model: &Value) -> Value {
        match model {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| (self.text(key), self.value(value)));
                Value::Object(members.collect())
            }
            other => other.clone(),
        }
    }

    /// Offers are named by a hash over what they offer, in which ids stand: those of two offers that stand in the same
    /// place belong together.
    fn learn_hashes(&mut self, model: &Value, stored: &Value) {
        match (model, stored) {
            (Value::Array(model), Value::Array(stored)) => {
                for (model, stored) in model.iter().zip(stored) {
                    self.learn_hashes(model, stored);
                }
            }
            (Value::Object(model), Value::Object(stored)) => {
                if let (Some(Value::String(model)), Some(Value::String(stored))) =
                    (model.get("hash"), stored.get("hash"))
                {
                    self.learn(model, stored);
                }
                for (key, model) in model {
                    if let Some(stored) = stored.get(&self.text(key)) {
                        self.learn_hashes(model, stored);
                    }
                }
            }
            _ => {}
        }
    }
}

/// One life in a store of its own.
pub struct Service {
    world: Light,
    app: App,
    pairs: Pairs,
    /// The model before the last move.
    before: Model,
    apps: u64,
    /// How many of the model's records have their pair.
    paired: usize,
}

/// How a command that died left the store.
enum Left {
    Before,
    After,
}

impl Service {
    pub async fn new(database: TestDatabase) -> Self {
        let world = Light::new(database, START).await;
        let same = ground::prerequisites(&world, ground().account(crate::support::light::LENA)).await;
        assert!(
            same.iter().all(|(id, entry)| ground().people.get(id) == Some(entry)),
            "the ids of a test are its seed's"
        );
        let app = world.app.clone();
        Self { world, app, pairs: Pairs::default(), before: Model::new(), apps: 0, paired: 0 }
    }

    /// Gives a command; the model has given it already.
    pub async fn act(&mut self, model: &Model, act: &Act) {
        let (request, target, command) = self.request(act);
        let answer = self.app.execute(&request, &target, &command).await;
        if act.number.is_multiple_of(5) && answer.is_ok() {
            let again = self.app.execute(&request, &target, &command).await;
            assert!(matches!(again, Ok(Outcome::Replayed(_))), "{act:?} acted twice: {again:?}");
        }
        self.judge(model, act, answer);
        self.same(model).await;
    }

    /// Gives a command to a service that dies after `polls` looks at it, and the same request again.
    pub async fn crash(&mut self, model: &Model, act: &Act, polls: u16) {
        let (request, target, command) = self.request(act);
        let answer = at_most(self.app.execute(&request, &target, &command), polls).await;
        let Some(answer) = answer else {
            let left = self.left(model, act).await;
            let again = self.app.execute(&request, &target, &command).await;
            if matches!(left, Left::After) {
                assert!(matches!(again, Ok(Outcome::Replayed(_))), "{act:?} was stored, and acted again: {again:?}");
            }
            count(|tally| tally.crashes[usize::from(matches!(left, Left::After))] += 1);
            self.judge(model, act, again);
            self.same(model).await;
            return;
        };
        count(|tally| tally.crashes[2] += 1);
        if answer.is_ok() {
            // It died on the way back: who asked did not hear, and asks again.
            let again = self.app.execute(&request, &target, &command).await;
            assert!(matches!(again, Ok(Outcome::Replayed(_))), "{act:?} was stored, and acted again: {again:?}");
        }
        self.judge(model, act, answer);
        self.same(model).await;
    }

    /// The store holds the case before the command, or the case after it.
    async fn left(&mut self, model: &Model, act: &Act) -> Left {
        let before = self.before.clone();
        let stored = self.load().await;
        let Err(first) = self.differs(&before, &stored) else { return Left::Before };
        // A new record's name is known once the request is answered; which record it is, by what stands where.
        if act.kind == Kind::Release || model.answer != Some(Answer::Done) {
            panic!("{act:?} left a part: {first}");
        }
        if let Some(made) = model.made.last().filter(|_| model.made.len() > before.made.len()) {
            let unknown = |on: &Subject| stored.reference(*on).is_some_and(|name| !self.pairs.model.contains_key(name));
            let new: Vec<Subject> = stored.subjects().into_iter().filter(unknown).collect();
            let new: Vec<&Subject> = new.iter().filter(|on| on.kind != Kind::Prerequisites).collect();
            assert_eq!(new.len(), 1, "{act:?} left a part: {first}");
            let name = stored.reference(*new[0]).expect("a record").to_owned();
            self.pair(model, made, &name, &stored);
        }
        if let Err(second) = self.differs(model, &stored) {
            panic!("{act:?} left a part: neither the case before ({first}) nor the case after ({second})");
        }
        Left::After
    }

    fn request(&self, act: &Act) -> (Request, TargetRef, Command) {
        let target = act.target.as_deref().map(|target| self.pairs.text(target));
        let body = self.pairs.value(&act.body);
        let key = format!("machine:{}", act.number);
        self.world.request(act.who, (act.kind, act.name), target.as_deref(), &body, Some(&key))
    }

    /// The answer is the model's.
    fn judge(&mut self, model: &Model, act: &Act, answer: Result<Outcome, AppError>) {
        let said = match &answer {
            Ok(Outcome::Done(_) | Outcome::Replayed(_)) => Answer::Done,
            Err(AppError::Refused(refusal)) => Answer::Refused(refusal.name()),
            Err(AppError::Forbidden) => Answer::Forbidden,
            Err(AppError::NotFound) => Answer::Hidden,
            Err(AppError::Locked) => Answer::Locked,
            other => panic!("{act:?}: {other:?}"),
        };
        assert_eq!(Some(said), model.answer, "{act:?}: {answer:?}");
        count(|tally| {
            tally.commands += 1;
            *tally.answers.entry(said).or_default() += 1;
            if said == Answer::Done {
                *tally.done.entry((act.kind, act.name)).or_default() += 1;
            }
        });
        let reference = match answer {
            Ok(Outcome::Done(done)) if done.created => done.reference,
            Ok(Outcome::Replayed(kept)) if kept.created => kept.reference,
            _ => return,
        };
        let made = model.made.last().expect("a record was made").clone();
        self.pairs.learn(&made, &reference);
    }

    /// Pairs the id of a record whose reference is known.
    fn pair(&mut self, model: &Model, made: &str, reference: &str, stored: &Case) {
        self.pairs.learn(made, reference);
        let of = |case: &Case, name: &str| case.find(name).map(|on| on.id.to_string());
        let (own, theirs) = (of(&model.case, made), of(stored, reference));
        self.pairs.learn(&own.expect("a record of the model"), &theirs.expect("a record of the store"));
    }

    /// The clock moves, with a worker that is there in time.
    pub async fn pass(&mut self, model: &Model) {
        passing::until(&self.app, &self.world.clock, model.now).await;
        self.same(model).await;
    }

    /// The clock moves while no worker runs.
    pub async fn jump(&mut self, model: &Model) {
        self.world.clock.advance_to(model.now).expect("time runs forward");
        self.same(model).await;
    }

    /// A worker begins, and dies.
    pub async fn halt(&mut self, model: &Model, polls: u16) {
        let died = at_most(passing::work(&self.app), polls).await.is_none();
        count(|tally| tally.halts += u32::from(died));
        self.same(model).await;
    }

    /// Another service takes over.
    pub async fn restart(&mut self, model: &Model) {
        self.apps += 1;
        self.app = self.world.another(Transport::Log, 1_000 + self.apps).await;
        count(|tally| tally.restarts += 1);
        self.same(model).await;
    }

    /// At the end of a life: the worker comes to rest, and the whole store is sound.
    pub async fn end(mut self, model: &Model) {
        passing::work(&self.app).await;
        self.same(model).await;
        let report = self.app.verify().await.expect("the store answers");
        assert!(report.is_clean(), "{report}");
        self.app.close().await.expect("it closes");
        self.world.app.close().await.ok();
    }

    async fn same(&mut self, model: &Model) {
        let stored = self.load().await;
        for made in model.made.iter().skip(self.paired) {
            let reference = self.pairs.text(made);
            self.pair(model, made, &reference, &stored);
        }
        self.paired = model.made.len();
        if let Err(difference) = self.differs(model, &stored) {
            panic!("{model:?}: {difference}");
        }
        self.before = model.clone();
    }

    /// The stored case with the people who hold grants in it, not folded.
    async fn load(&self) -> Case {
        let Some(release) = self.pairs.stored.iter().find(|(name, _)| name.starts_with("REL-")) else {
            return Case::default();
        };
        self.world.case(Kind::Release, release.1).await
    }

    /// Where the stored case, folded to the model's instant, is another than the model's.
    fn differs(&mut self, model: &Model, stored: &Case) -> Result<(), String> {
        let mut stored = stored.clone();
        case::settle(&mut stored, &ground().facts, Instant::MIN_UTC, model.now).map_err(|error| error.to_string())?;
        let whole = model.whole(&[]);
        let (ours, theirs) = (states(&whole), states(&stored));
        if ours.len() != theirs.len() {
            return Err(format!("{} records, stored are {}", ours.len(), theirs.len()));
        }
        for (on, own) in &ours {
            let id = self.pairs.text(&on.id.to_string());
            let found = theirs.iter().find(|(on, _)| on.id.to_string() == id);
            let (_, other) = found.ok_or_else(|| format!("no {} {id}", on.kind.name()))?;
            if on.kind == Kind::Engagement || on.kind == Kind::Condition {
                self.pairs.learn_hashes(own, other);
            }
            let own = self.pairs.value(own);
            if let Some(place) = place_of_difference(&own, other) {
                return Err(format!("{} {place}", on.kind.name()));
            }
        }
        let (ours, theirs) = (self.deadlines(&whole, model, true)?, self.deadlines(&stored, model, false)?);
        if ours == theirs { Ok(()) } else { Err(format!("deadlines {ours:#?}, stored are {theirs:#?}")) }
    }

    fn deadlines(&self, case: &Case, model: &Model, own: bool) -> Result<Vec<String>, String> {
        let open = derive(case, &ground().facts, model.now).map_err(|error| error.to_string())?;
        let told = open.values().map(|open| {
            let reference = if own { self.pairs.text(&open.reference) } else { open.reference.clone() };
            let due = (open.due.due_at, open.due.shown_on);
            format!(
                "{:?} {reference} {} {} {due:?} {} {:?}",
                open.kind, open.anchor, open.starts_at, open.framework, open.responsible
            )
        });
        let mut told: Vec<String> = told.collect();
        told.sort();
        Ok(told)
    }
}

/// Every record as JSON.
fn states(case: &Case) -> Vec<(Subject, Value)> {
    fn of<T: Serialize>(kind: Kind, entries: &Entries<T>) -> impl Iterator<Item = (Subject, Value)> {
        entries.iter().map(move |(id, entry)| {
            let state = json!({ "reference": entry.reference, "active_at": entry.active_at, "state": entry.state });
            (Subject::new(kind, *id), state)
        })
    }
    of(Kind::Release, &case.releases)
        .chain(of(Kind::Inquiry, &case.inquiries))
        .chain(of(Kind::Engagement, &case.engagements))
        .chain(of(Kind::Condition, &case.conditions))
        .chain(of(Kind::Nomination, &case.nominations))
        .chain(of(Kind::Grant, &case.grants))
        .chain(of(Kind::Prerequisites, &case.people))
        .chain(of(Kind::Incident, &case.incidents))
        .chain(of(Kind::FoiaRequest, &case.foia_requests))
        .chain(of(Kind::Document, &case.documents))
        .chain(of(Kind::Handoff, &case.handoffs))
        .collect()
}

/// The first place in which two values differ; sets of names have no order.
fn place_of_difference(own: &Value, stored: &Value) -> Option<String> {
    match (own, stored) {
        (Value::Object(ours), Value::Object(theirs)) if ours.keys().eq(theirs.keys()) => {
            let inner = ours.iter().find_map(|(key, value)| {
                place_of_difference(value, &theirs[key]).map(|place| format!("{key}/{place}"))
            });
            inner
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            if ours.iter().chain(theirs).all(Value::is_string) {
                let sorted = |items: &[Value]| {
                    let mut names: Vec<String> = items.iter().map(Value::to_string).collect();
                    names.sort();
                    names
                };
                return (sorted(ours) != sorted(theirs)).then(|| format!("{own} is not {stored}"));
            }
            ours.iter().zip(theirs).find_map(|(own, stored)| place_of_difference(own, stored))
        }
        _ if own == stored => None,
        _ => Some(format!("{own} is not {stored}")),
    }
}

/// Looks at the future at most so often, and drops it then; `None` if it did not come to its end.
async fn at_most<T>(future: impl Future<Output = T>, polls: u16) -> Option<T> {
    let mut future: Pin<Box<_>> = Box::pin(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_differs_is_found_and_the_order_of_names_is_none() {
        let own = json!({ "stage": "open", "holders": ["b", "a"], "offers": [{ "at": 1 }, { "at": 2 }] });
        let same = json!({ "stage": "open", "holders": ["a", "b"], "offers": [{ "at": 1 }, { "at": 2 }] });
        assert_eq!(place_of_difference(&own, &same), None);
        for other in [
            json!({ "stage": "shut", "holders": ["a", "b"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a", "c"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a", "b"], "offers": [{ "at": 2 }, { "at": 1 }] }),
            json!({ "stage": "open", "holders": ["a", "b"] }),
        ] {
            assert!(place_of_difference(&own, &other).is_some(), "{other}");
        }
    }

    #[test]
    fn names_are_exchanged_for_their_pairs_and_for_no_others() {
        let mut pairs = Pairs::default();
        pairs.learn("CON-1", "CON-A");
        pairs.learn("CON-2", "CON-B");
        pairs.learn("CON-1", "CON-A");
        let own = json!({ "CON-1": ["CON-2", "CON-3"] });
        assert_eq!(pairs.value(&own), json!({ "CON-A": ["CON-B", "CON-3"] }));
    }

    #[test]
    #[should_panic(expected = "are no pair")]
    fn a_record_that_stands_in_anothers_place_is_noticed() {
        let mut pairs = Pairs::default();
        pairs.learn("CON-1", "CON-A");
        pairs.learn("CON-2", "CON-A");
    }

    #[tokio::test]
    async fn a_future_is_looked_at_so_often_and_not_oftener() {
        let twice = || async {
            tokio::task::yield_now().await;
            7
        };
        assert_eq!(at_most(twice(), 1).await, None);
        assert_eq!(at_most(twice(), 2).await, Some(7));
    }
}

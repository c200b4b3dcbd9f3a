//! The service on a database, and how what it answers and stores is held against the model.

use std::{cell::RefCell, collections::BTreeMap, pin::Pin, task::Poll};

use anteroom::{
    app::{App, AppError, Outcome, Request, TargetRef},
    domain::{
        case::{self, Case},
        command::Command,
        deadline::derive,
        id::{Kind, Subject},
        time::Instant,
    },
    mail::Transport,
};

use super::{
    difference::{is_same, place_of_difference, state},
    ground::{self, ground},
    model::{Act, Answer, Model},
    pairs::Pairs,
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
    held: Held,
}

/// The two cases that were found to be the same, at that instant.
#[derive(Default, PartialEq)]
struct Held {
    now: Instant,
    own: Case,
    stored: Case,
}

/// How a command that died left the store.
enum Left {
    Before,
    After,
}

impl Service {
    pub async fn new(database: TestDatabase) -> Self {
        let (world, other) = ground::world(database).await;
        assert_eq!(other, ground().other(), "the references of a test are its seed's");
        let same = ground::prerequisites(&world, ground().account(crate::support::light::LENA)).await;
        assert!(
            same.iter().all(|(id, entry)| ground().people.get(id) == Some(entry)),
            "the ids of a test are its seed's"
        );
        let app = world.app.clone();
        Self { world, app, pairs: Pairs::default(), before: Model::new(), apps: 0, paired: 0, held: Held::default() }
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
        assert_eq!(model.answer, Some(Answer::Done), "{act:?} left a part: {first}");
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

    /// Where the stored case, folded to the model's instant, is another than the model's. What both had when they were
    /// found to be the same is not looked at again.
    fn differs(&mut self, model: &Model, stored: &Case) -> Result<(), String> {
        let mut stored = stored.clone();
        case::settle(&mut stored, &ground().facts, Instant::MIN_UTC, model.now).map_err(|error| error.to_string())?;
        let found = Held { now: model.now, own: model.whole(&[]), stored };
        if self.held == found {
            return Ok(());
        }
        let (ours, theirs) = (found.own.subjects(), found.stored.subjects());
        if ours.len() != theirs.len() {
            return Err(format!("{} records, stored are {}", ours.len(), theirs.len()));
        }
        let theirs: BTreeMap<String, Subject> = theirs.into_iter().map(|on| (on.id.to_string(), on)).collect();
        for on in ours {
            let id = self.pairs.text(&on.id.to_string());
            let other = *theirs.get(&id).ok_or_else(|| format!("no {} {id}", on.kind.name()))?;
            if is_same(&found.own, &self.held.own, on) && is_same(&found.stored, &self.held.stored, other) {
                continue;
            }
            let (own, other) = (state(&found.own, on), state(&found.stored, other));
            if on.kind == Kind::Engagement || on.kind == Kind::Condition {
                self.pairs.learn_hashes(&own, &other);
            }
            if let Some(place) = place_of_difference(&self.pairs.value(&own), &other) {
                return Err(format!("{} {place}", on.kind.name()));
            }
        }
        let (ours, theirs) = (self.deadlines(&found.own, model, true)?, self.deadlines(&found.stored, model, false)?);
        if ours != theirs {
            return Err(format!("deadlines {ours:#?}, stored are {theirs:#?}"));
        }
        self.held = found;
        Ok(())
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

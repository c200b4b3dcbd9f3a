//! A machine of ten thousand commands over the application layer on each database, held against the pure rules after
//! every move: what is answered, what is stored, and which deadlines are open. The clock jumps between commands, with a
//! worker and without one; services and workers die in the middle of what they do, and others take over. Every command of
//! the catalog is sent; what each life has set its mind on sees to it that few are never carried out.

mod alphabet;
mod bodies;
mod dice;
mod difference;
mod ground;
mod model;
mod moves;
mod pairs;
mod service;
mod story;
mod wishes;

use std::{
    marker::PhantomData,
    sync::{Arc, LazyLock, atomic::AtomicUsize},
};

use anteroom::domain::id::Kind;
use chrono::TimeDelta;
use proptest::{
    prelude::*,
    strategy::BoxedStrategy,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use serde_json::json;
use tokio::runtime::Runtime;

use self::{
    model::{Act, Answer, Model},
    moves::Move,
    service::{Service, tally},
};
use crate::support::{database::TestDatabase, light::TOBIAS};

/// Moves of one life, and lives: a little more than ten thousand commands.
const MOVES: usize = 160;
const LIVES: u32 = 70;

/// How many commands may find no life in which they are carried out.
const MOST_NEVER: usize = 12;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

/// The pure rules as a machine.
struct Rules;

/// The first command of every life.
fn register() -> Act {
    let planned = ground::ground().start + TimeDelta::days(28);
    let body = json!({ "name": "Heron-3", "planned_partner_release": planned });
    Act { number: 0, who: TOBIAS, kind: Kind::Release, name: "register", target: None, body }
}

impl ReferenceStateMachine for Rules {
    type State = Model;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Model> {
        let mut model = Model::new();
        model.act(&register());
        let begins = any::<u64>().no_shrink();
        let begin =
            move |seed: u64| Model { hastes: !seed.is_multiple_of(3), wishes: wishes::of(seed), ..model.clone() };
        begins.prop_map(begin).boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Move> {
        let model = model.clone();
        any::<u64>().no_shrink().prop_map(move |seed| moves::pick(&model, seed)).boxed()
    }

    fn apply(mut model: Model, step: &Move) -> Model {
        model.moves += 1;
        match step {
            Move::Act(act) | Move::Crash(act, _) => model.act(act),
            Move::Pass(hours) | Move::Jump(hours) | Move::Halt(hours, _) => {
                model.pass(model.now + moves::hours(*hours));
            }
            Move::Restart => {}
        }
        model
    }
}

/// Where the service stores.
trait Place: 'static {
    fn database() -> impl Future<Output = TestDatabase>;
}

struct Sqlite;
struct Postgres;

impl Place for Sqlite {
    fn database() -> impl Future<Output = TestDatabase> {
        TestDatabase::sqlite()
    }
}

impl Place for Postgres {
    fn database() -> impl Future<Output = TestDatabase> {
        TestDatabase::postgres()
    }
}

/// The service on one of the databases.
struct On<P>(PhantomData<P>);

impl<P: Place> StateMachineTest for On<P> {
    type SystemUnderTest = Service;
    type Reference = Rules;

    fn init_test(model: &Model) -> Service {
        RUNTIME.block_on(async {
            let mut service = Service::new(P::database().await).await;
            service.act(model, &register()).await;
            service
        })
    }

    fn apply(mut service: Service, model: &Model, step: Move) -> Service {
        RUNTIME.block_on(async {
            match &step {
                Move::Act(act) => service.act(model, act).await,
                Move::Crash(act, polls) => service.crash(model, act, *polls).await,
                Move::Pass(_) => service.pass(model).await,
                Move::Jump(_) => service.jump(model).await,
                Move::Halt(_, polls) => {
                    service.jump(model).await;
                    service.halt(model, *polls).await;
                }
                Move::Restart => service.restart(model).await,
            }
        });
        service
    }

    fn teardown(service: Service, model: Model) {
        RUNTIME.block_on(service.end(&model));
    }
}

/// Chance is the same on every run. `PROPTEST_CASES` asks for other numbers of lives; fewer are held to no count.
#[expect(clippy::print_stderr, reason = "the numbers are a part of what the run says")]
fn lives_follow_the_model<P: Place>() {
    let lives = std::env::var("PROPTEST_CASES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(LIVES);
    let config = Config { cases: lives, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let machine = Rules::sequential_strategy(MOVES..=MOVES);
    runner
        .run(&machine, |(model, moves, seen): (Model, Vec<Move>, Option<Arc<AtomicUsize>>)| {
            On::<P>::test_sequential(config.clone(), model, moves, seen);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let tally = tally();
    let done = tally.answers.get(&Answer::Done).copied().unwrap_or_default();
    let never = alphabet::sent().filter(|action| !tally.done.contains_key(&(action.kind, action.name)));
    let never: Vec<String> = never.map(|action| action.to_string()).collect();
    let summary = format!(
        "{} commands, {done} carried out, {:?}; died before, after, not at all: {:?}; {} workers died, {} restarts; {:?}; \
         never carried out: {never:?}",
        tally.commands, tally.answers, tally.crashes, tally.halts, tally.restarts, tally.done,
    );
    eprintln!("{summary}");
    if lives < LIVES {
        return;
    }
    assert!(tally.commands >= 10_000 && done >= 4_000, "{summary}");
    assert!(never.len() <= MOST_NEVER && never.iter().all(|name| alphabet::is_seldom(name)), "{summary}");
    // Whether a commit that nobody waits for any more is done is the database's to say: the second number may be none.
    let [before, _, whole] = tally.crashes;
    assert!(before > 0 && whole > 0 && tally.halts > 0 && tally.restarts > 0, "{summary}");
}

#[test]
fn ten_thousand_commands_follow_the_model_on_sqlite() {
    lives_follow_the_model::<Sqlite>();
}

#[test]
fn ten_thousand_commands_follow_the_model_on_postgresql() {
    lives_follow_the_model::<Postgres>();
}

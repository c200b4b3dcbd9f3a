//! What the service does in a second, through its real door: one process, real sockets on the loopback, eight clients
//! that wait for each answer; and how long its pages take. Run by `cargo bench`; with `scripts/with-postgres cargo bench`
//! on PostgreSQL as well. A figure belongs to the machine that it was measured on and is compared with nothing, but for one
//! bound that can be asked for: with `ANTEROOM_BENCH_STRICT=1` the bench fails if any page takes longer than it should.
//!
//! `cargo test --bench service` does each thing a few times, without an optimized build: that it runs, and no figure.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops at a broken ground and prints its figures"
)]

#[path = "../tests/it/support/mod.rs"]
#[expect(dead_code, reason = "made for the tests, which look at more")]
mod support;

#[path = "pages/mod.rs"]
mod pages;

use std::{future::Future, process::ExitCode, sync::Arc, time::Instant};

use serde_json::{Value, json};
use support::{database::TestDatabase, world::World};
use tokio::task::JoinSet;

const CLIENTS: usize = 8;
const INES: &str = "ines.varga@larkspur.test";
const TOBIAS: &str = "tobias.renn@larkspur.test";
const DANA: &str = "dana.whitlow@fado.test";

/// How much is done.
#[derive(Clone, Copy)]
struct Amounts {
    /// Records that stand in the database before anything is measured.
    records: usize,
    /// Requests of one measurement.
    requests: usize,
    /// Times that each page is looked at.
    pages: usize,
}

const MEASURED: Amounts = Amounts { records: 1_000, requests: 2_000, pages: 100 };
const TRIED: Amounts = Amounts { records: 16, requests: 16, pages: 2 };

fn main() -> ExitCode {
    // Cargo says so when it is to be measured, and not when it is to be tried.
    let amounts = if std::env::args().any(|argument| argument == "--bench") { MEASURED } else { TRIED };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let longer = runtime.block_on(async {
        let longer = pages::measure(amounts).await;
        measure("SQLite", TestDatabase::sqlite().await, amounts).await;
        if std::env::var_os("ANTEROOM_TEST_POSTGRES_URL").is_some() {
            measure("PostgreSQL", TestDatabase::postgres().await, amounts).await;
        }
        longer
    });
    let strict = std::env::var("ANTEROOM_BENCH_STRICT").is_ok_and(|asked| asked == "1");
    if strict && longer > 0 {
        println!("Failed: {longer} pages took longer than they should.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn measure(name: &str, database: TestDatabase, amounts: Amounts) {
    let Amounts { records, requests, .. } = amounts;
    let world = Arc::new(World::new(database, "2026-11-02T14:00:00Z").await);
    println!("{name}: {records} releases, {CLIENTS} clients");
    register(&world, records).await;
    world.get(DANA, "worklist").await;
    let one = register(&world, 1).await.pop().expect("a reference");
    let read = format!("releases/{one}");
    let reads = [
        ("read one record", INES, read.clone()),
        ("list of 25", INES, "releases?limit=25".to_owned()),
        ("timeline of one record", INES, format!("{read}/timeline")),
        ("deadlines of one record", INES, format!("{read}/deadlines")),
        ("worklist", INES, "worklist".to_owned()),
    ];
    for (what, who, path) in reads {
        clients(what, requests, {
            let world = Arc::clone(&world);
            move |_| {
                let (world, path) = (Arc::clone(&world), path.clone());
                async move {
                    let answer = world.get(who, &path).await;
                    assert!(answer.status.is_success(), "{path}: {}", answer.body);
                }
            }
        })
        .await;
    }
    let started = Instant::now();
    register(&world, requests).await;
    report("command that makes a record", requests, started);
    reminders(&world).await;
}

/// Registers releases, eight at a time; answers with their references.
async fn register(world: &Arc<World>, count: usize) -> Vec<String> {
    let mut tasks = JoinSet::new();
    for client in 0..CLIENTS.min(count) {
        let world = Arc::clone(world);
        let share = count / CLIENTS.min(count);
        tasks.spawn(async move {
            let mut made = Vec::new();
            for number in 0..share {
                let body = json!({
                    "name": format!("Heron {client} {number}"),
                    "planned_partner_release": "2026-12-23T09:00:00-05:00",
                });
                let answer = world.post(TOBIAS, "releases", &body).await;
                assert!(answer.status.is_success(), "{}", answer.body);
                made.push(text(&answer.body, "reference"));
            }
            made
        });
    }
    tasks.join_all().await.concat()
}

/// The reminder that each release brings two weeks before its date, to two people.
async fn reminders(world: &World) {
    world.at_without_worker("2026-12-09T13:00:00Z");
    let before = world.smtp.received().len();
    let started = Instant::now();
    world.work().await;
    report("reminder, from due to received", world.smtp.received().len() - before, started);
}

async fn clients<F, R>(what: &str, requests: usize, act: F)
where
    F: Fn(usize) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for client in 0..CLIENTS {
        let act = act.clone();
        tasks.spawn(async move {
            for _ in 0..requests / CLIENTS {
                act(client).await;
            }
        });
    }
    tasks.join_all().await;
    report(what, requests, started);
}

fn report(what: &str, count: usize, started: Instant) {
    let rate = f64::from(u32::try_from(count).expect("a small count")) / started.elapsed().as_secs_f64();
    println!("  {rate:>8.0}/s  {what}");
}

fn text(body: &Value, field: &str) -> String {
    body[field].as_str().expect("a text").to_owned()
}

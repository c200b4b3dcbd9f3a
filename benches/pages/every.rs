//! Every page that links lead somebody to, of each shape the first two: which take the longest, and how many take longer
//! than a page should.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use super::{PASSWORD, milliseconds};
use crate::{
    Amounts,
    support::{desk::Desk, world::World},
};

/// People of several roles who sign in with a password alone.
const PEOPLE: [&str; 9] = [
    "dana.whitlow@fado.test",
    "ines.varga@larkspur.test",
    "tobias.renn@larkspur.test",
    "marcus.bell@fado.test",
    "sam.petrov@fado.test",
    "joan.mbeki@fado.test",
    "carl.dietz@fado.test",
    "nia.holt@fado.test",
    "bea.tran@cedarhollow.example.com",
];

/// How long a page should take at most.
const SHOULD: Duration = Duration::from_millis(50);

/// Pages of one shape that a person opens.
const OF_A_SHAPE: usize = 2;

/// How many of the slowest are printed.
const SLOWEST: usize = 10;

/// Looks at every page as each of the people. Answers how many took longer than a page should.
pub(super) async fn measure(world: &World, amounts: Amounts) -> usize {
    let times = amounts.pages.div_ceil(20);
    let mut took = Vec::new();
    for who in PEOPLE {
        let mut desk = Desk::of(world);
        desk.sign_in(who, PASSWORD, "").await.is(303, who);
        walk(&desk, who, times, &mut took).await;
    }
    took.sort_unstable_by(|one, other| other.cmp(one));
    let longer = took.iter().filter(|(mean, ..)| *mean > SHOULD).count();
    println!("Every page of nine people: {} pages, {times} times each; longer than 50 ms: {longer}", took.len());
    for (mean, who, path) in took.iter().take(SLOWEST) {
        println!("  {:>8.1}  {path} ({who})", milliseconds(*mean));
    }
    longer
}

/// Opens one page after another, from where a person begins.
async fn walk(desk: &Desk, who: &'static str, times: usize, took: &mut Vec<(Duration, &'static str, String)>) {
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut found: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut opened: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        let count = opened.entry(shape(&path)).or_default();
        if *count == OF_A_SHAPE {
            continue;
        }
        *count += 1;
        let page = desk.get(&path).await;
        if page.status != 200 || !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let started = Instant::now();
        for _ in 0..times {
            desk.get(&path).await.is(200, &path);
        }
        took.push((started.elapsed() / u32::try_from(times).expect("a small count"), who, path));
        let links = page.all("a[href^='/']", "href").into_iter().map(|link| link.split('#').next().map(str::to_owned));
        waiting.extend(links.flatten().filter(|link| !link.starts_with("/api/") && found.insert(link.clone())));
    }
}

/// What stands for one record, stands for all of its kind; what is asked of a page does not count.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part = |part: &str| if part.bytes().any(|sign| sign.is_ascii_digit()) { "{}" } else { part }.to_owned();
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

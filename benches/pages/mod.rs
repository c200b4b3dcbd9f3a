//! How long the service takes for a page: from the request to the last byte of the answer, one after another, on the
//! records of the demonstration. The connection is on the loopback of the same process and is kept.

mod every;

use std::time::{Duration, Instant};

use anteroom::app::seed::Story;

use super::{
    Amounts, DANA, INES,
    support::{
        database::TestDatabase,
        desk::{Desk, Page},
        world::World,
    },
};

const PASSWORD: &str = "slow granite lantern 41";
const ENGAGEMENT: &str = "/engagements/ENG-2026-0004";

/// What is asked of a page.
enum Asked {
    /// To look at it.
    Look,
    /// To send its form with these fields besides what it hides.
    Send(&'static [(&'static str, &'static str)]),
}

/// Looks at each page as often as `amounts` says. Answers how many took longer than they should.
pub(super) async fn measure(amounts: Amounts) -> usize {
    let world = told().await;
    println!("Pages of the demonstration, SQLite: {} times each, milliseconds", amounts.pages);
    println!("  {:>8} {:>8} {:>8}", "mean", "95 %", "KB");
    let suspend = format!("{ENGAGEMENT}/suspend-window");
    let pack = format!("{ENGAGEMENT}/pack");
    let pages = [
        ("worklist of a program liaison", DANA, "/".to_owned(), Asked::Look),
        ("engagement record", DANA, ENGAGEMENT.to_owned(), Asked::Look),
        ("timeline of an engagement", DANA, format!("{ENGAGEMENT}/timeline"), Asked::Look),
        ("list of engagements", DANA, "/engagements".to_owned(), Asked::Look),
        ("windows chart", DANA, "/windows".to_owned(), Asked::Look),
        ("search with facets", DANA, "/search?q=stage%3Aopen".to_owned(), Asked::Look),
        ("nomination record", DANA, "/nominations/NOM-2026-0003".to_owned(), Asked::Look),
        ("decision form", INES, suspend.clone(), Asked::Look),
        ("preview of a decision", INES, suspend, Asked::Send(&[("/reason", "security"), ("preview", "true")])),
        ("record pack", INES, pack, Asked::Send(&[("purpose", "own_records")])),
        ("permission matrix", DANA, "/permissions".to_owned(), Asked::Look),
    ];
    for (what, who, path, asked) in pages {
        let mut desk = Desk::of(&world);
        desk.sign_in(who, PASSWORD, "").await.is(303, who);
        time(&desk, what, &path, &asked, amounts.pages).await;
    }
    let longer = every::measure(&world, amounts).await;
    world.stop().await;
    longer
}

/// A world in which the story of the demonstration was told.
async fn told() -> World {
    let story = Story::builtin().expect("the story is sound");
    let start = story.opens_at.to_rfc3339();
    let world = World::bare(TestDatabase::sqlite().await, &start, |_| {}).await;
    world.app.tell_story(&story, PASSWORD).await.expect("the story is told");
    world.work().await;
    world
}

async fn time(desk: &Desk, what: &str, path: &str, asked: &Asked, times: usize) {
    let fields = fields(desk, path, asked).await;
    // What is made once and kept is no part of the figure.
    let first = once(desk, path, fields.as_deref()).await.is(200, path);
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let started = Instant::now();
        let page = once(desk, path, fields.as_deref()).await;
        took.push(started.elapsed());
        assert_eq!(page.status, 200, "{path}");
    }
    took.sort_unstable();
    let mean = took.iter().sum::<Duration>() / u32::try_from(times).expect("a small count");
    let slow = took[(times * 95).div_ceil(100) - 1];
    let kilobytes = first.text.len().div_ceil(1_000);
    println!("  {:>8.1} {:>8.1} {kilobytes:>8}  {what}", milliseconds(mean), milliseconds(slow));
}

/// The fields of the form, with those that the page hides; none where the page is only looked at.
async fn fields(desk: &Desk, path: &str, asked: &Asked) -> Option<Vec<(&'static str, String)>> {
    let Asked::Send(own) = asked else { return None };
    let form = desk.get(path).await.is(200, path);
    let hidden = ["csrf", "etag", "key"].map(|name| (name, form.field(name)));
    Some(hidden.into_iter().chain(own.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect())
}

async fn once(desk: &Desk, path: &str, fields: Option<&[(&'static str, String)]>) -> Page {
    match fields {
        None => desk.get(path).await,
        Some(fields) => {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            desk.send(path, &fields).await
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

//! The orders of lists: each holds every row once, whatever rows have in common, and tells nothing of rows that one does
//! not see.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    matters::{self, LARKSPUR, QUILLSTONE},
    scene::{self, DANA, INES, TOBIAS},
    world::World,
};

at_both_doors! {
    each_order_holds_every_row_once
    a_cursor_is_good_in_its_own_order_alone
    a_file_is_in_the_order_of_its_list
    what_one_does_not_see_moves_no_page
}

/// Every word of an order.
const SORTS: [&str; 4] = ["-created", "created", "reference", "-reference"];

/// The pages of a list, each with its rows and its cursor.
async fn pages(w: &World, who: &str, path: &str, limit: u32) -> Vec<Value> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let first = format!("{path}{sign}limit={limit}");
    let (mut pages, mut next) = (Vec::new(), Some(first.clone()));
    while let Some(path) = next {
        let page = w.record(who, &path).await;
        next = page["next_cursor"].as_str().map(|cursor| format!("{first}&cursor={cursor}"));
        pages.push(page);
    }
    pages
}

fn references(pages: &[Value]) -> Vec<String> {
    pages.iter().flat_map(matters::references).collect()
}

/// Eight releases of four instants: two of each were made at the same one.
async fn eight(w: &World) -> Vec<String> {
    let mut made = Vec::new();
    for hour in 0..4 {
        w.at_without_worker(&format!("2026-11-02T{}:00:00Z", 15 + hour));
        for _ in 0..2 {
            made.push(matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await);
        }
    }
    made
}

async fn each_order_holds_every_row_once(w: World) {
    let made = eight(&w).await;
    let mut by_reference = made.clone();
    by_reference.sort();
    let hours: BTreeMap<&String, usize> = made.iter().enumerate().map(|(place, one)| (one, place / 2)).collect();
    for list in ["releases", "search?q=kind:release"] {
        let mut ways = BTreeMap::new();
        for sort in SORTS {
            let sign = if list.contains('?') { '&' } else { '?' };
            let path = format!("{list}{sign}sort={sort}");
            let all = references(&pages(&w, INES, &path, 100).await);
            assert_eq!(all.iter().collect::<BTreeSet<_>>(), made.iter().collect(), "{path}");
            for limit in 1..=9 {
                let found = pages(&w, INES, &path, limit).await;
                assert_eq!(references(&found), all, "{path} by {limit}");
                let limit = usize::try_from(limit).unwrap();
                let full = found.iter().rev().skip(1).all(|page| matters::references(page).len() == limit);
                assert!(full && !matters::references(found.last().unwrap()).is_empty(), "{path} by {limit}");
            }
            ways.insert(sort, all);
        }
        assert_eq!(ways["reference"], by_reference, "{list}");
        assert!(ways["created"].is_sorted_by_key(|one| hours[one]), "{list}: {:?}", ways["created"]);
        for (one, other) in [("created", "-created"), ("reference", "-reference")] {
            let back: Vec<String> = ways[other].iter().rev().cloned().collect();
            assert_eq!(ways[one], back, "{list}: {one} is {other} the other way round");
        }
        assert_eq!(references(&pages(&w, INES, list, 3).await), ways["-created"], "{list}: the usual order");
    }
    w.stop().await;
}

async fn a_cursor_is_good_in_its_own_order_alone(w: World) {
    eight(&w).await;
    for list in ["releases?", "search?q=kind:release&"] {
        for sort in SORTS {
            let page = w.record(INES, &format!("{list}limit=2&sort={sort}")).await;
            let cursor = page["next_cursor"].as_str().unwrap().to_owned();
            for other in SORTS {
                let answer = w.get(INES, &format!("{list}limit=2&sort={other}&cursor={cursor}")).await;
                let refused = answer.body["type"] == "/problems/invalid-cursor" && answer.status == 400;
                assert_eq!(refused, other != sort, "{list} {sort} {other}: {}", answer.body);
            }
            let usual = w.get(INES, &format!("{list}limit=2&cursor={cursor}")).await;
            assert_eq!(usual.status == 200, sort == "-created", "{list} {sort}: {}", usual.body);
        }
    }
    w.stop().await;
}

async fn a_file_is_in_the_order_of_its_list(w: World) {
    eight(&w).await;
    for list in ["releases?", "search?q=kind:release&"] {
        for sort in SORTS {
            let all = references(&pages(&w, INES, &format!("{list}sort={sort}"), 100).await);
            let file = w.send(Method::GET, INES, &format!("{list}sort={sort}&format=csv"), None, &[]).await;
            let text = String::from_utf8(file.bytes).unwrap();
            let rows: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
            assert_eq!(rows, all, "{list} {sort}");
        }
    }
    w.stop().await;
}

/// Two people's pages of every list, before and after others recorded what these two may not know of: not a sign of any
/// page or cursor is another.
async fn what_one_does_not_see_moves_no_page(w: World) {
    scene::set(&w).await;
    let walk = async |who: &str| {
        let mut seen = BTreeMap::new();
        for list in ["releases", "inquiries", "search"] {
            for sort in SORTS {
                let found = pages(&w, who, &format!("{list}?sort={sort}"), 1).await;
                let full = found.iter().all(|page| matters::references(page).len() == 1);
                assert!(full || found.len() == 1, "{who} {list} {sort}: a hidden row leaves no gap");
                seen.insert((list, sort), found);
            }
        }
        seen
    };
    let (own, program) = (walk(TOBIAS).await, walk(DANA).await);
    assert!(own[&("search", "reference")].len() > 5 && program[&("search", "reference")].len() > 5);
    // Drafts of another developer, which nobody but that developer knows.
    for name in ["One", "Two", "Three"] {
        let release = w.act(QUILLSTONE.official, "releases", json!({ "name": name })).await;
        let draft = json!({ "release": release, "question": "Is this one within the designation?" });
        w.act(QUILLSTONE.liaison, "inquiries", draft).await;
    }
    assert_eq!(walk(TOBIAS).await, own, "another developer");
    assert_eq!(walk(DANA).await, program, "the program, of drafts");
    w.stop().await;
}

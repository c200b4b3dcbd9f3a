//! Lists, search and kept views as pages: what they show, and the same rows as files.

use std::collections::BTreeSet;

use anteroom::domain::id::Kind;
use serde_json::{Value, json};

use crate::support::{
    demo::Demo,
    desk::{Desk, Page},
    matters::{self, DANA, LARKSPUR},
    scene::{self, FELIX, INES, JOAN, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    a_file_of_a_list_holds_more_than_a_page_and_leads_on
    a_file_holds_the_rows_of_its_page
    the_heads_of_a_list_put_it_in_order
    a_query_on_a_list_is_read_as_it_is_typed
    a_view_that_is_not_kept_comes_back_as_it_was_typed
    what_was_done_with_a_view_is_said
    codes_are_said_in_words
    what_does_not_end_with_its_day_has_its_time
    steps_without_a_date_wait_on_the_worklist
}

/// The body of an answer as JSON.
fn items(page: &Page) -> Vec<Value> {
    let body: Value = serde_json::from_str(&page.text).unwrap();
    body["items"].as_array().unwrap().clone()
}

/// The lines of a table without its names.
fn lines(page: &Page) -> Vec<String> {
    page.text.split_terminator("\r\n").skip(1).map(str::to_owned).collect()
}

async fn a_file_of_a_list_holds_more_than_a_page_and_leads_on(w: World) {
    const ALL: usize = 27;
    for number in 0..ALL {
        w.act(TOBIAS, "releases", json!({ "name": format!("Canary {number}") })).await;
    }
    let desk = Desk::signed_in(&w, INES).await;
    for (path, name) in [("/releases?q=", "releases"), ("/search?q=kind:release", "search")] {
        let page = desk.get(path).await.is(200, path);
        assert_eq!(page.all("main table.ar-rows tbody tr", "role").len(), 25, "{path}: a page");
        assert!(page.told("main").contains("the first 1,000 of more"), "{path}: {}", page.told("main"));
        let json = desk.get(&format!("{path}&format=json")).await.is(200, path);
        assert_eq!((items(&json).len(), json.header("link")), (ALL, ""), "{path}: a file is not cut as a page is");
        let csv = desk.get(&format!("{path}&format=csv")).await.is(200, path);
        assert_eq!((lines(&csv).len(), csv.header("link")), (ALL, ""), "{path}");
        assert_eq!(csv.header("content-disposition"), format!("attachment; filename=\"{name}.csv\""));
        for format in ["json", "csv"] {
            let mut found = BTreeSet::new();
            let mut next = Some(format!("{path}&format={format}&limit=10"));
            while let Some(at) = next {
                let part = desk.get(&at).await.is(200, &at);
                let rows: Vec<String> = match format {
                    "json" => items(&part).iter().map(|item| item["reference"].to_string()).collect(),
                    _ => lines(&part),
                };
                assert!(rows.len() == 10 || rows.len() == ALL % 10, "{at}: {}", rows.len());
                found.extend(rows);
                next = part.header("link").strip_prefix('<').and_then(|link| link.split('>').next()).map(str::to_owned);
                let told = match format {
                    "json" => serde_json::from_str::<Value>(&part.text).unwrap()["next_cursor"].is_string(),
                    _ => part.header("content-disposition").contains("-first-part"),
                };
                assert_eq!(told, next.is_some(), "{at}: what is behind is not kept quiet");
            }
            assert_eq!(found.len(), ALL, "{path} {format}: every row once");
        }
    }
    let few = desk.get("/search?q=kind:grant").await.is(200, "nothing to cut");
    assert!(!few.told("main").contains("1,000"));
    desk.get("/search?limit=0").await.is(400, "no number of rows");
    w.stop().await;
}

async fn a_file_holds_the_rows_of_its_page(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    // The window closes within seven days.
    w.at_without_worker("2026-11-27T15:00:00Z");
    let timeline = format!("/engagements/{engagement}/timeline");
    let dates = format!("/engagements/{engagement}/deadlines");
    let rows = "main table.ar-rows tbody tr > th";
    for (who, path, row, about) in [
        (DANA, "/", rows, engagement.as_str()),
        (DANA, "/?view=team", rows, engagement.as_str()),
        (INES, "/windows", ".ar-chart tbody th", "Open: Nov 2, 2026"),
        (INES, timeline.as_str(), ".ar-timeline > li > p", "Window opened"),
        (INES, dates.as_str(), rows, engagement.as_str()),
        (NIA, "/administration/accounts", rows, "nia.holt@fado.test"),
    ] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get(path).await.is(200, path);
        let shown = count(&page, row);
        assert!(shown > 0, "{path}");
        let links = page.all("main a[href*='format=']", "href");
        assert_eq!(links.len(), 2, "{path}: {links:?}");
        for link in links {
            let file = desk.get(&link).await.is(200, &link);
            assert!(file.text.contains(about), "{link}: {}", file.text);
            if link.ends_with("csv") {
                assert_eq!(lines(&file).len(), shown, "{link}: {}", file.text);
                assert!(file.header("content-type").starts_with("text/csv"), "{link}");
            } else {
                assert_eq!(items(&file).len(), shown, "{link}");
            }
        }
        let sign = if path.contains('?') { '&' } else { '?' };
        desk.get(&format!("{path}{sign}format=pdf")).await.is(400, "no such form");
    }
    let stranger = Desk::signed_in(&w, FELIX).await;
    stranger.get(&format!("{timeline}?format=csv")).await.is(404, "another developer");
    let windows = stranger.get("/windows?format=json").await.is(200, "another developer");
    assert_eq!(items(&windows), Vec::<Value>::new());
    Desk::of(&w).get("/windows?format=csv").await.is(303, "nobody");
    w.stop().await;
}

fn count(page: &Page, selector: &str) -> usize {
    let document = scraper::Html::parse_document(&page.text);
    document.select(&scraper::Selector::parse(selector).unwrap()).count()
}

/// By links in the heads, which keep what is looked for, and across pages.
async fn the_heads_of_a_list_put_it_in_order(w: World) {
    const ALL: usize = 27;
    for number in 0..ALL {
        w.act(TOBIAS, "releases", json!({ "name": format!("Canary {number}") })).await;
    }
    let desk = Desk::signed_in(&w, INES).await;
    let rows = |page: &Page| -> Vec<String> {
        let links = page.all("main table.ar-rows tbody th a", "href");
        links.iter().map(|link| link.trim_start_matches("/releases/").to_owned()).collect()
    };
    let mut ways = Vec::new();
    for (sort, marks, links) in [
        ("", ["descending"], ["&sort=reference", "&sort=created"]),
        ("&sort=created", ["ascending"], ["&sort=reference", ""]),
        ("&sort=reference", ["ascending"], ["&sort=-reference", ""]),
        ("&sort=-reference", ["descending"], ["&sort=reference", ""]),
    ] {
        let path = format!("/releases?q=canary{sort}");
        let page = desk.get(&path).await.is(200, &path);
        assert_eq!(page.all("main th[aria-sort]", "aria-sort"), marks, "{path}: one head alone");
        let column = if sort.contains("reference") { "Record" } else { "Created" };
        assert_eq!(page.told("main th[aria-sort]"), column, "{path}");
        let heads = page.all("main thead th a", "href");
        assert_eq!(heads, links.map(|link| format!("/releases?q=canary{link}")), "{path}");
        let first = rows(&page);
        let next = page.all(".ar-pager a[rel=next]", "href").remove(0);
        assert!(next.starts_with(&format!("{path}&cursor=")), "{next}");
        let behind = desk.get(&next).await.is(200, &next);
        assert_eq!(behind.all("main th[aria-sort]", "aria-sort"), marks, "{next}");
        assert_eq!(behind.all("main thead th a", "href"), heads, "another order begins at its first page");
        let all: Vec<String> = first.iter().cloned().chain(rows(&behind)).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), ALL, "{path}: every row once");
        for link in page.all("main a[href*='format=']", "href") {
            let file = desk.get(&link).await.is(200, &link);
            let found: Vec<String> = if link.ends_with("json") {
                items(&file).iter().map(|item| item["reference"].as_str().unwrap().to_owned()).collect()
            } else {
                lines(&file).iter().filter_map(|line| line.split(',').nth(1)).map(str::to_owned).collect()
            };
            assert_eq!(found, all, "{link}");
        }
        let kept = page.all("form.ar-search [name=sort]", "value");
        assert_eq!(kept.concat(), sort.trim_start_matches("&sort="), "another query is looked for in the same order");
        ways.push(all);
    }
    assert!(ways[2].is_sorted(), "{:?}", ways[2]);
    for (one, other) in [(0, 1), (2, 3)] {
        assert_eq!(ways[one].iter().rev().collect::<Vec<_>>(), ways[other].iter().collect::<Vec<_>>());
    }
    for wrong in ["sort=stage", "sort=", "sort=reference&sort=reference"] {
        desk.get(&format!("/releases?{wrong}")).await.is(400, wrong);
    }
    let choose = desk.get("/search?sort=created").await.is(200, "a search").all(".ar-chosen a", "href");
    assert_eq!(choose, ["/search?q=&sort=created&all=true"]);
    w.stop().await;
}

async fn a_query_on_a_list_is_read_as_it_is_typed(w: World) {
    w.act(TOBIAS, "releases", json!({ "name": "Canary" })).await;
    let desk = Desk::signed_in(&w, INES).await;
    for (query, said) in [("stge:x", "at character 1:"), ("heron%20stge:x", "at character 7:")] {
        for list in ["/engagements", "/releases", "/search"] {
            let page = desk.get(&format!("{list}?q={query}")).await.is(400, list);
            assert!(page.told("#f-q-error").contains(said), "{list}: {}", page.told("#f-q-error"));
        }
    }
    let (most, more) = ("x".repeat(500), "x".repeat(501));
    for list in ["/foia-requests", "/releases", "/search"] {
        desk.get(&format!("{list}?q={most}")).await.is(200, "as many characters as the field takes");
        let page = desk.get(&format!("{list}?q={more}")).await.is(400, "one more");
        assert!(page.told("#f-q-error").contains("500 characters"), "{list}: {}", page.told("#f-q-error"));
    }
    // A list has its own kind alone, whatever else is asked for.
    let rows = async |path: &str| desk.get(path).await.is(200, path).all("main table.ar-rows tbody th a", "href").len();
    assert_eq!((rows("/releases?q=canary").await, rows("/engagements?q=canary").await), (1, 0));
    assert_eq!(rows("/releases?q=kind:engagement").await, 0);
    w.stop().await;
}

async fn a_view_that_is_not_kept_comes_back_as_it_was_typed(w: World) {
    w.act(TOBIAS, "releases", json!({ "name": "Canary" })).await;
    let desk = Desk::signed_in(&w, INES).await;
    let send = async |name: &str, query: &str, kind: &str| {
        let csrf = desk.get("/search?q=kind:release").await.is(200, "a search").field("csrf");
        let fields = [("csrf", csrf.as_str()), ("query", query), ("kind", kind), ("name", name), ("shared", "true")];
        desk.send("/views", &fields).await
    };
    send("Mine", "kind:release stage:open", "release").await.is(303, "kept");
    for (name, wrong) in [("Mine", "another of your views"), ("  ", "")] {
        let page = send(name, "kind:release stage:open", "release").await.is(422, name);
        assert_eq!(page.told("main h1"), "Model releases", "the same page");
        assert_eq!(page.all("#view-f-name", "value"), [name]);
        assert_eq!(page.all("#view-f-name", "aria-invalid"), ["true"], "{}", page.text);
        assert!(page.told("#view-f-name-error").contains(wrong), "{}", page.told("#view-f-name-error"));
        assert_eq!(page.all("#view-f-shared[checked]", "value"), ["true"]);
        assert_eq!(page.all("details[open] #view", "action"), ["/views"], "the form stands open");
        assert_eq!(page.all("main [name=q]", "value"), ["stage:open"]);
        assert_eq!(page.all("[name=query]", "value"), ["kind:release stage:open"]);
        assert!(page.all("[role=alert] a", "href").contains(&"#view-f-name".to_owned()), "{}", page.told("main"));
        assert!(!page.told("main table.ar-rows").is_empty(), "the rows are there");
    }
    for query in ["", "stage:nope"] {
        let page = send("Another", query, "").await.is(422, query);
        assert_eq!(page.all("#view-f-name", "value"), ["Another"], "{query}");
        assert!(!page.told("#f-q-error").is_empty(), "{query}");
    }
    let offered = async |path: &str| !desk.get(path).await.all("#view", "action").is_empty();
    assert!(offered("/releases").await && offered("/search?q=heron").await);
    for path in ["/search", "/search?q=%20", "/search?q=stage:nope"] {
        assert!(!offered(path).await, "{path}: there is nothing to keep");
    }
    w.stop().await;
}

async fn what_was_done_with_a_view_is_said(w: World) {
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get("/releases?q=stage:open").await.is(200, "a list");
    let csrf = page.field("csrf");
    let query = page.field("query");
    let saved = desk.send("/views", &[("csrf", &csrf), ("query", &query), ("name", "Mine")]).await.is(303, "kept");
    assert!(desk.get(saved.header("location")).await.told("[role=status]").contains("is kept"));
    let list = desk.get("/grants?q=stage:closed").await.is(200, "another list");
    let alert = list.all("#views form[action$='/alert']", "action").remove(0);
    for (daily, said) in [("true", "in the morning"), ("", "no more mail")] {
        let back = list.field("back");
        let sent = desk.send(&alert, &[("csrf", &csrf), ("back", &back), ("daily", daily)]).await.is(303, said);
        assert!(sent.header("location").starts_with("/grants?q=stage%3Aclosed&done="), "{}", sent.header("location"));
        let page = desk.get(sent.header("location")).await.is(200, said);
        assert!(page.told("[role=status]").contains(said), "{}", page.told("main"));
    }
    let sent = desk.send(&alert, &[("csrf", &csrf), ("back", "//evil.example")]).await.is(303, "nowhere else");
    assert!(sent.header("location").starts_with("/search?q="));
    let place = desk.get("/views").await.is(303, "where mail leads");
    assert_eq!(place.header("location"), "/search#views");
    w.stop().await;
}

async fn codes_are_said_in_words(w: World) {
    let references = scene::set(&w).await;
    let desk = Desk::signed_in(&w, DANA).await;
    let list = desk.get("/engagements").await.is(200, "the list");
    let due = list.told("td[data-label='Next date']");
    assert!(due.contains("(D"), "a code in small print: {due}");
    assert!(due.split(" (D").all(|before| before.ends_with(|c: char| c.is_ascii_lowercase() || c == ')')), "{due}");
    let incident = &references[&Kind::Incident];
    let found = Desk::signed_in(&w, INES).await.get("/incidents").await.is(200, "incidents");
    assert!(found.told("main").contains(incident), "{}", found.told("main"));
    assert_eq!(found.told("td[data-label='Title']"), "Loss");
    let search = desk.get("/search").await.is(200, "everything");
    let facets = search.told("#by-kind");
    assert!(facets.contains("Hand-off (") && !facets.contains("Handoff"), "{facets}");
    let wrong = desk.get("/search?q=stage:nope").await.is(400, "no stage");
    let error = wrong.told("#f-q-error");
    assert!(error.contains("proposed") && error.matches(',').count() < 12, "{error}");
    assert!(wrong.all("main a", "href").contains(&"/help#query".to_owned()));
    let help = desk.get("/help").await.is(200, "help").told("#query");
    for word in ["stage:", "window_open", "due:", "Hand-off"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let days = Desk::signed_in(&w, NIA).await.get("/administration/working-days").await.is(200, "working days");
    for name in ["Birthday of Martin Luther King, Jr.", "Washington’s Birthday", "New Year’s Day"] {
        assert!(days.told("#holidays").contains(name), "{}", days.told("#holidays"));
    }
    w.stop().await;
}

async fn what_does_not_end_with_its_day_has_its_time(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    // The window closes on the first of December at nine in the morning.
    w.at_without_worker("2026-11-27T15:00:00Z");
    for who in [INES, TOBIAS, DANA] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get("/?code=D9").await.is(200, who);
        for part in [engagement.as_str(), "Dec 1, 2026, 9:00 a.m. EST"] {
            assert!(page.told("main").contains(part), "{who}, {part}: {}", page.told("main"));
        }
    }
    let figures = Desk::signed_in(&w, INES).await.get("/administration/figures").await.is(200, "figures");
    let lead = figures.told(".ar-lead");
    assert!(lead.contains("as of Nov 27, 2026, 10:00 a.m. EST."), "{lead}");
    w.stop().await;
}

async fn steps_without_a_date_wait_on_the_worklist(w: World) {
    let references = scene::set(&w).await;
    let log = json!({
        "engagement": references[&Kind::Engagement], "request": "F-2026-18", "received_on": "2026-11-02",
    });
    let request = w.act(JOAN, "foia-requests", log).await;
    let noticed = &references[&Kind::FoiaRequest];
    let desk = Desk::signed_in(&w, JOAN).await;
    let waits = async || desk.get("/").await.is(200, "the worklist").told("#undated");
    let told = waits().await;
    assert!(told.contains(&request) && told.contains("Record search") && told.contains("No date"), "{told}");
    assert!(!told.contains(noticed.as_str()), "while the submitter may object it is the submitter's turn: {told}");
    w.act(JOAN, &format!("foia-requests/{request}/record-search"), json!({ "responsive": true })).await;
    assert!(waits().await.contains("Send submitter notice"), "{}", waits().await);
    // N17 says that a task waits for a decision, and so it does.
    w.act(TOBIAS, &format!("foia-requests/{noticed}/no-objection"), json!({})).await;
    let told = waits().await;
    assert!(told.contains(noticed.as_str()) && told.contains("Record decision"), "{told}");
    for who in [DANA, INES, NIA] {
        let told = Desk::signed_in(&w, who).await.get("/").await.is(200, who).told("#undated");
        assert!(![&request, noticed].iter().any(|one| told.contains(one.as_str())), "{who}: {told}");
        assert_eq!(told.contains("Nothing waits for you"), who != DANA, "{who}: {told}");
    }
    let page = desk.get("/").await.is(200, "the worklist");
    let ids = page.all("section.ar-section", "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each section once: {ids:?}");
    w.stop().await;
}

/// Over every record of the demonstration that a developer, the program and a partner read: people and organizations
/// have names, and no page shows what only programs tell apart.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_record_shows_an_id() {
    let place = tempfile::tempdir().unwrap();
    let demo = Demo::start(place.path());
    for who in [INES, DANA, scene::BEA] {
        let desk = demo.desk(who).await;
        let list = desk.get("/search?limit=200").await.is(200, who);
        let records = list.all("main table.ar-rows tbody th a", "href");
        assert!(records.len() > 5, "{who}: {records:?}");
        for path in records {
            for part in ["", "/timeline"] {
                let page = desk.get(&format!("{path}{part}")).await.is(200, &path);
                let told = page.told("main");
                assert_eq!(ids(&told), Vec::<&str>::new(), "{who} {path}{part}");
            }
        }
    }
}

/// The words of a text that hold an id.
fn ids(text: &str) -> Vec<&str> {
    let is_id = |word: &&str| {
        let trimmed = word.trim_matches(|c: char| !c.is_ascii_hexdigit());
        trimmed.len() == 36 && trimmed.split('-').map(str::len).eq([8, 4, 4, 4, 12])
    };
    text.split_whitespace().filter(is_id).collect()
}

//! Search, rows and tables: what one finds is what one may read, in one form everywhere.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    matters::{self, ADELE, LARKSPUR, NIA, QUILLSTONE, SAM},
    scene::{self, BEA, DANA, INES, JOAN, LENA, MARA, NORA, THEO, TOBIAS},
    world::World,
};

at_both_doors! {
    a_row_shows_no_more_than_the_records_own_page
    terms_choose_among_what_is_shown
    pages_of_a_search_hold_every_row_once
    what_is_wrong_with_a_query_is_named
    a_table_holds_the_rows_of_the_list
}

/// What a row must be for a term to find it.
type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

const EVERYBODY: [&str; 13] =
    [INES, TOBIAS, MARA, DANA, ADELE, JOAN, LENA, THEO, SAM, NIA, BEA, NORA, QUILLSTONE.official];

/// The query as an address has it.
fn asked(query: &str) -> String {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    format!("search?q={encoded}&limit=200")
}

async fn items(w: &World, who: &str, query: &str) -> Vec<Value> {
    w.record(who, &asked(query)).await["items"].as_array().unwrap().clone()
}

fn references(items: &[Value]) -> BTreeSet<String> {
    items.iter().map(|item| item["reference"].as_str().unwrap().to_owned()).collect()
}

/// Where an item's own page is.
fn page(item: &Value) -> String {
    let kind = item["kind"].as_str().unwrap();
    let plural = match kind {
        "inquiry" => "inquiries".to_owned(),
        "foia_request" => "foia-requests".to_owned(),
        "prerequisites" => kind.to_owned(),
        other => format!("{other}s"),
    };
    format!("{plural}/{}", item["reference"].as_str().unwrap())
}

/// The record's own page, and those that one reaches from it: of the nomination, engagement or release that it names.
async fn named_pages(w: &World, who: &str, item: &Value, own: &Value) -> String {
    let mut pages = own.to_string();
    let above = ["under", "attached_to", "engagement", "release"].map(|field| own[field].as_str().map(str::to_owned));
    for name in above.into_iter().flatten().chain(item["engagement"].as_str().map(str::to_owned)) {
        let plural = match name.split('-').next() {
            Some("NOM") => "nominations",
            Some("ENG") => "engagements",
            Some("REL") => "releases",
            _ => continue,
        };
        if pages.contains(&name) {
            pages += &w.get(who, &format!("{plural}/{name}")).await.body.to_string();
        }
    }
    pages
}

/// For everybody: a search finds what the lists hold, and what a row says of title, developer and owner stands on the
/// page of the record, of its engagement or of its release, which the person can read.
async fn a_row_shows_no_more_than_the_records_own_page(w: World) {
    scene::set(&w).await;
    let mut titled = BTreeSet::new();
    for who in EVERYBODY {
        let found = items(&w, who, "").await;
        let mut listed = BTreeSet::new();
        for kind in anteroom::domain::id::Kind::ALL {
            let list = w.record(who, &format!("{}?limit=200", kind.plural())).await;
            for item in list["items"].as_array().unwrap() {
                assert!(found.contains(item), "{who}: {item} is the same row everywhere");
                listed.insert(item["reference"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(references(&found), listed, "{who}");
        for item in &found {
            let own = w.record(who, &page(item)).await;
            let pages = named_pages(&w, who, item, &own).await;
            for said in [&item["title"], &item["developer"]["name"], &item["owner"]["name"], &item["engagement"]] {
                let Some(said) = said.as_str() else { continue };
                assert!(!said.is_empty() && pages.contains(said), "{who}: {said} stands not on the page of {item}");
                titled.insert((item["kind"].as_str().unwrap().to_owned(), who));
            }
            assert_eq!(item["stage"], *own.get("stage").unwrap_or(&item["stage"]), "{who} {item}");
            if let Some(due) = item["due"]["on"].as_str() {
                let deadlines = w.record(who, &format!("{}/deadlines", page(item))).await;
                let outline = own["shown"] == "outline";
                let known = deadlines.as_array().unwrap().iter().any(|one| one["shown_on"] == due);
                assert!(known || outline, "{who}: {due} is no date of {item}");
            }
        }
    }
    let kinds: BTreeSet<&str> = titled.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds.len(), 11, "every kind has a title for somebody: {kinds:?}");
    w.stop().await;
}

async fn terms_choose_among_what_is_shown(w: World) {
    let records = scene::set(&w).await;
    let engagement = &records[&anteroom::domain::id::Kind::Engagement];
    for developer in [QUILLSTONE, LARKSPUR] {
        let release = matters::release(&w, &developer, "2027-02-10T09:00:00-05:00").await;
        matters::proposal(&w, &developer, &release).await;
    }
    let everything = items(&w, DANA, "").await;
    let of = |wanted: &dyn Fn(&Value) -> bool| {
        let rows: Vec<Value> = everything.iter().filter(|item| wanted(item)).cloned().collect();
        references(&rows)
    };
    let due = |item: &Value| item["due"]["on"].as_str().map(str::to_owned);
    let developer = |item: &Value| item["developer"]["name"].as_str().unwrap_or_default().to_owned();
    let is = |item: &Value, field: &str, value: &str| item[field] == value;
    let cases: Vec<(String, Wanted<'_>)> = vec![
        ("kind:engagement".into(), Box::new(|i| is(i, "kind", "engagement"))),
        ("kind:grant,condition".into(), Box::new(|i| is(i, "kind", "grant") || is(i, "kind", "condition"))),
        ("stage:proposed".into(), Box::new(|i| is(i, "stage", "proposed"))),
        (
            "stage:window_open,conditions".into(),
            Box::new(|i| is(i, "stage", "window_open") || is(i, "stage", "conditions")),
        ),
        ("kind:inquiry stage:closed".into(), Box::new(|i| is(i, "stage", "determined"))),
        ("developer:quill".into(), Box::new(|i| developer(i) == "Quillstone AI")),
        ("developer:COGNITION".into(), Box::new(|i| developer(i) == "Larkspur Cognition")),
        ("owner:me".into(), Box::new(|i| i["owner"]["name"] == "Dana Whitlow")),
        ("owner:whit".into(), Box::new(|i| i["owner"]["name"] == "Dana Whitlow")),
        ("kind:engagement owner:none".into(), Box::new(|i| is(i, "kind", "engagement") && i["owner"].is_null())),
        ("due:none".into(), Box::new(|i| due(i).is_none())),
        ("due:<=2026-11-09".into(), Box::new(|i| due(i).is_some_and(|on| on.as_str() <= "2026-11-09"))),
        (
            "due:2026-11-10..+90d".into(),
            Box::new(|i| due(i).is_some_and(|on| on.as_str() >= "2026-11-10" && on.as_str() <= "2027-01-31")),
        ),
        (format!("reference:{}", engagement.to_lowercase()), Box::new(|i| is(i, "reference", engagement))),
        ("created:today".into(), Box::new(|_| true)),
        ("created:<today".into(), Box::new(|_| false)),
        ("updated:>=today".into(), Box::new(|_| true)),
        ("\"heron-3\"".into(), Box::new(|i| i["title"] == "Heron-3")),
        ("quillstone canary".into(), Box::new(|i| developer(i) == "Quillstone AI" && i["title"] == QUILLSTONE.model)),
    ];
    for (query, wanted) in &cases {
        let found = references(&items(&w, DANA, query).await);
        assert_eq!(found, of(wanted), "{query}");
        let may_be_empty = ["created:<today", "quillstone canary"].contains(&query.as_str());
        assert!(!found.is_empty() || may_be_empty, "{query} finds something");
    }
    assert!(items(&w, DANA, "is:overdue").await.is_empty());
    w.at_without_worker("2026-11-12T14:00:00Z");
    let late = items(&w, DANA, "is:overdue").await;
    assert!(!late.is_empty() && late.iter().all(|item| item["due"]["overdue"] == true), "{late:?}");
    jumps_and_facets(&w, engagement).await;
    w.stop().await;
}

async fn jumps_and_facets(w: &World, engagement: &str) {
    let small = asked(&engagement.to_lowercase());
    assert_eq!(w.record(DANA, &small).await["jump"], json!({ "kind": "engagement", "reference": engagement }));
    let nothing = w.record(MARA, &small).await;
    assert_eq!((&nothing["jump"], nothing["items"].as_array().unwrap().len()), (&Value::Null, 0));
    let random = w.record(MARA, &asked("ENG-2026-ZZZZZZ")).await;
    assert_eq!(random["items"], nothing["items"], "a record that one may not know of is like none");
    let answer = w.record(DANA, "search?facets=true&limit=2").await;
    let all = items(w, DANA, "").await;
    let facets = &answer["facets"];
    assert_eq!((answer["items"].as_array().unwrap().len(), &facets["cut"]), (2, &json!(false)));
    for (facet, field) in [("kinds", "/kind"), ("stages", "/stage"), ("developers", "/developer/name")] {
        let counts = facets[facet].as_array().unwrap();
        assert!(counts.is_sorted_by_key(|one| std::cmp::Reverse(one["count"].as_u64())), "{counts:?}");
        for one in counts {
            let rows = all.iter().filter(|item| item.pointer(field) == Some(&one["value"])).count();
            assert_eq!(one["count"], rows, "{facet} {one}");
        }
        let counted: u64 = counts.iter().filter_map(|one| one["count"].as_u64()).sum();
        assert_eq!(counted, u64::try_from(all.iter().filter(|item| item.pointer(field).is_some()).count()).unwrap());
    }
    let cursor = answer["next_cursor"].as_str().unwrap();
    let second = w.record(DANA, &format!("search?facets=true&limit=2&cursor={cursor}")).await;
    assert_eq!(second["facets"], Value::Null, "counts come with the first page");
}

async fn pages_of_a_search_hold_every_row_once(w: World) {
    scene::set(&w).await;
    for query in ["", "kind:condition,grant,engagement", "heron-3"] {
        let all = items(&w, DANA, query).await;
        assert!(all.len() > 1);
        for limit in [1, 2, 3, 7] {
            let first = asked(query).replace("limit=200", &format!("limit={limit}"));
            let (mut rows, mut next) = (Vec::new(), Some(first.clone()));
            while let Some(path) = next {
                let page = w.record(DANA, &path).await;
                rows.extend(page["items"].as_array().unwrap().clone());
                assert_eq!(page["cut"], false);
                next = page["next_cursor"].as_str().map(|cursor| format!("{first}&cursor={cursor}"));
            }
            assert_eq!(rows, all, "{query} by {limit}");
        }
    }
    let cursor = w.record(DANA, "search?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    for (who, path) in [(INES, "search?limit=1"), (DANA, "search?q=kind:grant"), (DANA, "engagements?limit=1")] {
        let answer = w.get(who, &format!("{path}&cursor={cursor}")).await;
        assert_eq!(answer.body["type"], "/problems/invalid-cursor", "{who} {path}");
    }
    w.stop().await;
}

async fn what_is_wrong_with_a_query_is_named(w: World) {
    for (query, says) in [
        ("stge:x", "at character 1: there is no field \"stge\"; there are kind, stage, due,"),
        ("kind:grant due:soon", "at character 16: \"due\" cannot be \"soon\"; it takes none, or a date"),
        ("\"open", "at character 1: the quotation that begins here does not end"),
        ("a\u{0}b", "at character 2: a control character"),
    ] {
        let answer = w.get(INES, &asked(query)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["type"]),
            (400, &json!("/problems/invalid-parameter")),
            "{query}"
        );
        assert_eq!(answer.body["errors"][0]["parameter"], "q", "{}", answer.body);
        assert!(answer.body.to_string().replace("\\\"", "\"").contains(says), "{query}: {}", answer.body);
    }
    w.stop().await;
}

async fn a_table_holds_the_rows_of_the_list(w: World) {
    scene::set(&w).await;
    w.act(TOBIAS, "releases", json!({ "name": "=HYPERLINK(\"http://x.test\",\"Heron\")" })).await;
    for (path, accept) in [
        ("search?format=csv".to_owned(), "application/json"),
        (format!("{}&format=csv", asked("kind:release").replace("&limit=200", "")), "*/*"),
        ("releases".to_owned(), "text/csv"),
    ] {
        let answer = w.send(Method::GET, INES, &path, None, &[("accept", accept)]).await;
        let text = String::from_utf8(answer.bytes).unwrap();
        let mut lines = text.split_terminator("\r\n");
        let header = lines.next().unwrap();
        assert!(header.starts_with("kind,reference,stage,title,developer,engagement,owner,due_on,"), "{header}");
        let list = w.record(INES, &path.replace("format=csv", "limit=200")).await;
        let rows = list["items"].as_array().unwrap();
        assert_eq!(lines.clone().count(), rows.len(), "{path}: {text}");
        for (line, row) in lines.zip(rows) {
            let begin = format!(
                "{},{},{},",
                row["kind"].as_str().unwrap(),
                row["reference"].as_str().unwrap(),
                row["stage"].as_str().unwrap()
            );
            assert!(line.starts_with(&begin), "{line}");
        }
        assert!(text.contains(",\"'=HYPERLINK(\"\"http://x.test\"\",\"\"Heron\"\")\","), "{text}");
    }
    let page = w.send(Method::GET, INES, "search?limit=2", None, &[("accept", "text/csv")]).await;
    assert_eq!(String::from_utf8(page.bytes).unwrap().lines().count(), 3, "a limit holds for tables too");
    w.stop().await;
}

//! The planner at its door: what it foretells is what then happens, to whom it answers, and that it writes nothing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    contents,
    scene::{BEA, DANA, INES, JOAN, LENA, MARA, TOBIAS},
    window,
    world::World,
};

at_both_doors! {
    what_the_planner_foretells_is_what_then_happens
    an_unsigned_condition_and_another_version_are_answered
    the_planner_answers_those_who_carry_the_engagement_on
}

const SAM: &str = "sam.petrov@fado.test";
const ADELE: &str = "adele.quist@fado.test";

/// The planned release moves from 23 to 10 December.
fn sooner() -> Value {
    json!({ "suppose": { "kind": "planned_release", "to": "2026-12-10T09:00:00-05:00" }, "until": "2026-12-31T00:00:00Z" })
}

fn rows<'a>(answer: &'a Value, name: &str) -> &'a Vec<Value> {
    answer[name].as_array().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

async fn ask(w: &World, who: &str, engagement: &str, body: &Value) -> Value {
    let answer = w.post(who, &format!("engagements/{engagement}/what-if"), body).await;
    assert_eq!(answer.status.as_u16(), 200, "{who}: {}", answer.body);
    answer.body
}

async fn release_of(w: &World, engagement: &str) -> String {
    text(&w.record(TOBIAS, &format!("engagements/{engagement}")).await["release"]["reference"])
}

/// Where a record is read, by its reference.
fn path(reference: &str) -> String {
    let plural = match &reference[..3] {
        "ENG" => "engagements",
        "GRA" => "grants",
        "CON" => "conditions",
        "REL" => "releases",
        other => panic!("no path for {other}"),
    };
    format!("{plural}/{reference}")
}

/// What time brought to a record since an instant.
async fn happened(w: &World, reference: &str, since: &str) -> BTreeSet<(String, String, String)> {
    let timeline = w.record(TOBIAS, &format!("{}/timeline", path(reference))).await;
    let timed = timeline.as_array().expect("a list").iter().filter(|entry| entry["by"]["name"] == "Scheduler");
    let later = timed.filter(|entry| text(&entry["effective_at"]["at"]).as_str() >= since);
    later.map(|e| (reference.to_owned(), text(&e["event"]), text(&e["effective_at"]["at"]))).collect()
}

/// E8, E11, D8 to D10, D13, D15, invariant 10: asked, carried out, and lived through.
async fn what_the_planner_foretells_is_what_then_happens(w: World) {
    let set = window::set(&w).await;
    let release = release_of(&w, &set.engagement).await;
    w.at("2026-11-04T14:00:00Z").await;
    let before = contents::of(w.url()).await;
    let told = ask(&w, TOBIAS, &set.engagement, &sooner()).await;
    contents::unchanged(&before, w.url()).await;

    w.act(TOBIAS, &format!("releases/{release}/set-planned-release"), json!({ "to": "2026-12-10T09:00:00-05:00" }))
        .await;
    w.at("2026-12-31T00:00:00Z").await;

    let foretold: BTreeSet<_> = rows(&told, "events")
        .iter()
        .filter(|event| !event["after"].is_null())
        .map(|event| (text(&event["reference"]), text(&event["event"]), text(&event["after"]["at"])))
        .collect();
    let mut actual = BTreeSet::new();
    let seen = w.record(TOBIAS, &format!("engagements/{}", set.engagement)).await;
    let conditions = rows(&seen, "conditions").iter().map(|link| text(&link["reference"]));
    for reference in conditions.chain([set.engagement.clone(), set.grant.clone(), release.clone()]) {
        actual.extend(happened(&w, &reference, "2026-11-04T14:00:00Z").await);
    }
    assert_eq!(foretold, actual);
    let closed = (set.engagement.clone(), "engagement.window_closed".to_owned(), "2026-12-10T14:00:00Z".to_owned());
    assert!(actual.contains(&closed), "{actual:?}");

    deadlines_came_true(&w, &told).await;
    reminders_came_true(&w, &set.engagement, &told).await;
    let grants = rows(&told, "grants");
    assert_eq!(grants[0]["reference"], json!(set.grant));
    assert_eq!(grants[0]["after"][0]["event"], "grant.suspended", "nobody recertifies: {grants:?}");
    assert!(w.app.verify().await.expect("the store answers").is_clean());
    w.stop().await;
}

async fn deadlines_came_true(w: &World, told: &Value) {
    let mut codes = BTreeSet::new();
    for change in rows(told, "deadlines") {
        let reference = text(&change["reference"]);
        let actual = w.record(TOBIAS, &format!("{}/deadlines", path(&reference))).await;
        let found = |date: &Value| {
            let all = actual.as_array().expect("a list").iter();
            all.filter(|row| row["kind"] == change["kind"] && row["starts_at"] == date["starts_at"])
                .find(|row| row["due_at"] == date["due_at"] && row["shown_on"] == date["shown_on"])
                .cloned()
        };
        if !change["after"].is_null() {
            let row = found(&change["after"]).unwrap_or_else(|| panic!("{change} is not in {actual}"));
            assert_eq!(row["clock"], change["after"]["clock"], "the four facts");
            assert_ne!(row["status"], "superseded");
        }
        if !change["before"].is_null() {
            let gone = found(&change["before"]).is_none_or(|row| row["status"] == "superseded");
            assert!(gone, "{change} is in {actual}");
        }
        codes.insert((text(&change["code"]), text(&change["change"])));
    }
    // Moving the date is an act, from which the clock of an idle engagement begins anew.
    let expected = [("D10", "moved"), ("D15", "moved"), ("D22", "moved"), ("D9", "moved")];
    assert_eq!(codes, expected.map(|(code, change)| (code.to_owned(), change.to_owned())).into());
}

async fn reminders_came_true(w: &World, engagement: &str, told: &Value) {
    let actual = w.record(TOBIAS, &format!("engagements/{engagement}/reminders")).await;
    let sent_at = |reminder: &Value| {
        let all = actual.as_array().expect("a list").iter();
        all.filter(|row| row["status"] == "sent" || row["reason"] == "NoRecipient").any(|row| {
            ["reference", "kind", "offset", "to"].iter().all(|name| row[*name] == reminder[*name])
                && row["at"] == reminder["at"]["at"]
        })
    };
    let new = rows(told, "reminders_new");
    assert!(new.len() >= 8, "D9 and D10: {new:?}");
    for reminder in new {
        assert!(sent_at(reminder), "{reminder} is not in {actual}");
    }
    let canceled = rows(told, "reminders_canceled");
    assert!(canceled.len() >= 8, "D9 and D10: {canceled:?}");
    for reminder in canceled {
        assert!(!sent_at(reminder), "{reminder} is in {actual}");
    }
}

/// E6, D6 and invariant 22: the other two suppositions, and a release that is put off.
async fn an_unsigned_condition_and_another_version_are_answered(w: World) {
    let set = window::set(&w).await;
    let attached = json!({ "attach_to": set.engagement, "template": "use_limitation", "required": false });
    let condition = w.act(DANA, "conditions", attached).await;
    let before = contents::of(w.url()).await;
    let unsigned = |by: &str| json!({ "suppose": { "kind": "condition_unsigned", "condition": condition, "by": by } });
    let told = ask(&w, DANA, &set.engagement, &unsigned("2026-11-20T00:00:00Z")).await;
    assert_eq!(told["compared_with"], "in_force_now");
    let turns = rows(&told, "deadlines").iter().filter(|one| one["reference"] == json!(condition));
    assert!(turns.clone().count() > 0 && turns.into_iter().all(|one| one["change"] == "new"), "{told}");

    let version = json!({ "suppose": { "kind": "framework_version", "version": "v1.0" } });
    let told = ask(&w, DANA, &set.engagement, &version).await;
    assert_eq!(told["compared_with"], "as_it_stands");
    assert_eq!(told["commands"][0]["action"], "migrate-framework");
    assert!(!rows(&told, "deadlines").is_empty(), "each date is planned anew");

    let later = json!({ "suppose": { "kind": "planned_release", "to": null } });
    let told = ask(&w, DANA, &set.engagement, &later).await;
    let facts: Vec<String> = rows(&told, "newly_unmet")
        .iter()
        .flat_map(|guard| {
            rows(guard, "unmet").iter().map(|unmet| format!("{}: {}", text(&guard["guard"]), text(&unmet["fact"])))
        })
        .collect();
    assert!(facts.contains(&"open-window: release_not_planned".to_owned()), "{facts:?}");
    let opened = rows(&told, "events").iter().find(|event| event["event"] == "engagement.window_opened");
    assert!(opened.is_some_and(|event| event["after"].is_null() && !event["before"].is_null()), "{told}");
    contents::unchanged(&before, w.url()).await;
    w.stop().await;
}

/// Who may ask, what is refused, and that each side is told its own alone.
#[expect(clippy::too_many_lines, reason = "one table of askers, told in one go")]
async fn the_planner_answers_those_who_carry_the_engagement_on(w: World) {
    let set = window::set(&w).await;
    w.act(JOAN, &format!("engagements/{}/take-records", set.engagement), json!({})).await;
    let path = format!("engagements/{}/what-if", set.engagement);
    for who in [MARA, BEA] {
        w.refused(who, &path, sooner(), 404, "not-found").await;
    }
    for who in [LENA, SAM, JOAN] {
        w.refused(who, &path, sooner(), 403, "forbidden").await;
    }
    for (who, allowed, knows) in
        [(INES, false, true), (TOBIAS, true, true), (DANA, false, false), (ADELE, false, false)]
    {
        let told = ask(&w, who, &set.engagement, &sooner()).await;
        let command = &told["commands"][0];
        assert_eq!(
            (&command["action"], &command["allowed"]),
            (&json!("set-planned-release"), &json!(allowed)),
            "{who}"
        );
        // D10 is the developer's alone (domain section 5).
        let planned = rows(&told, "deadlines").iter().any(|one| one["code"] == "D10");
        assert_eq!(planned, knows, "{who}");
        let groups: BTreeSet<String> = rows(&told, "reminders_new").iter().map(|one| text(&one["to"])).collect();
        let own: &[&str] = if knows {
            &["developer_liaison", "developer_official"]
        } else {
            &["program_liaison", "evaluator", "custodian", "insider_risk"]
        };
        assert!(!groups.is_empty() && groups.iter().all(|group| own.contains(&group.as_str())), "{who}: {groups:?}");
    }
    let suppose = |suppose: Value| json!({ "suppose": suppose });
    let to = "2026-12-10T09:00:00-05:00";
    let rows = [
        (suppose(json!({ "kind": "planned_release", "to": "2026-11-01T00:00:00Z" })), "invalid-field"),
        (suppose(json!({ "kind": "framework_version", "version": "v9" })), "invalid-field"),
        (suppose(json!({ "kind": "condition_unsigned", "condition": "CON-2026-AAAAAA", "by": to })), "invalid-field"),
        (suppose(json!({ "kind": "condition_unsigned", "condition": set.grant, "by": to })), "invalid-field"),
        (
            json!({ "suppose": { "kind": "planned_release", "to": to }, "until": "2028-01-01T00:00:00Z" }),
            "invalid-field",
        ),
        (
            json!({ "suppose": { "kind": "planned_release", "to": to }, "until": "2026-11-01T00:00:00Z" }),
            "invalid-field",
        ),
        (suppose(json!({ "kind": "planned_release" })), "invalid-body"),
        (suppose(json!({ "kind": "planned_release", "to": to, "also": 1 })), "invalid-body"),
        (suppose(json!({ "kind": "planned_release", "to": to, "by": to })), "invalid-body"),
        (suppose(json!({ "kind": "condition_unsigned", "by": to })), "invalid-body"),
        (suppose(json!({ "kind": "framework_version" })), "invalid-body"),
        (suppose(json!({ "kind": "weather" })), "invalid-body"),
        (json!({}), "invalid-body"),
    ];
    for (body, problem) in rows {
        w.refused(DANA, &path, body, 422, problem).await;
    }
    let tx = w.store().begin_read().await.expect("the store answers");
    let logged = anteroom::storage::access_log::newest(&tx, None, None, 1_000).await.expect("the store answers");
    tx.end().await.expect("the store answers");
    let asked = logged.iter().filter(|entry| entry.detail == "what-if").count();
    let denied = logged.iter().filter(|entry| entry.action == "engagement.what-if").count();
    assert_eq!((asked, denied), (4, 5 + 6), "answers are logged, and denials and refusals");
    w.stop().await;
}

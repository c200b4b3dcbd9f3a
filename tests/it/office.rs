//! What an office keeps beside its cases: closures that move open tasks, milestones, and the history of reminders.

use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, NIA, THEO},
    world::World,
};

on_both! {
    a_closure_moves_open_tasks_and_their_reminders
    wrong_days_and_wrong_people_are_refused
    holidays_are_told_with_the_day_on_which_they_are_observed
    a_milestone_is_told_with_its_newest_report
    reminders_are_told_from_planned_to_sent
}

const INES: &str = LARKSPUR.liaison;

async fn world(database: TestDatabase) -> World {
    World::new(database, "2026-11-02T14:00:00Z").await
}

/// The dates of the deadlines with this code, with where each stands.
async fn dates(w: &World, who: &str, engagement: &str, code: &str) -> Vec<(Value, Value, Value)> {
    let deadlines = w.record(who, &format!("engagements/{engagement}/deadlines")).await;
    let of_code = deadlines.as_array().unwrap().iter().filter(|one| one["code"] == code);
    of_code.map(|one| (one["shown_on"].clone(), one["status"].clone(), one["calendar"].clone())).collect()
}

async fn a_closure_moves_open_tasks_and_their_reminders(database: TestDatabase) {
    let w = world(database).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    let closed = w.post(NIA, "working-days/close", &json!({ "day": "2026-11-05", "reason": "weather" })).await;
    assert_eq!((closed.status.as_u16(), &closed.body["edition"]), (200, &json!("us-federal.1")), "{}", closed.body);
    w.work().await;
    let expected = [
        (json!("2026-11-09"), json!("superseded"), json!("us-federal.0")),
        (json!("2026-11-10"), json!("open"), json!("us-federal.1")),
    ];
    assert_eq!(dates(&w, DANA, &engagement, "D4").await, expected);
    let timeline = w.record(INES, &format!("releases/{release}/timeline")).await;
    let adopted: Vec<_> =
        timeline.as_array().unwrap().iter().filter(|one| one["event"] == "release.calendar_adopted").collect();
    assert_eq!(adopted.len(), 1, "{timeline}");
    assert_eq!(adopted[0]["data"]["event"]["version"], "us-federal.1", "{adopted:?}");

    // Two working days before the 10th is the 6th: nothing goes out on the 5th, which was the day before.
    w.at("2026-11-05T14:00:00Z").await;
    let reminders = |mails: Vec<crate::support::world::Sent>| mails.iter().filter(|mail| mail.code == "N19").count();
    assert_eq!(reminders(w.mails().await), 0);
    w.at("2026-11-06T14:00:00Z").await;
    assert_eq!(reminders(w.mails().await), 1);

    // A second closure, read before any worker saw it: the date is folded in.
    w.post(NIA, "working-days/close", &json!({ "day": "2026-11-10", "reason": "facility" })).await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    assert_eq!(seen["stage"], "proposed");
    matters::acknowledge(&w, DANA, &engagement).await;
    assert!(dates(&w, DANA, &engagement, "D4").await.iter().all(|(_, status, _)| status != "open"));
    w.stop().await;
}

async fn wrong_days_and_wrong_people_are_refused(database: TestDatabase) {
    let w = world(database).await;
    for who in [INES, DANA, THEO] {
        let answer = w.post(who, "working-days/close", &json!({ "day": "2026-11-05", "reason": "weather" })).await;
        assert_eq!(answer.status, 403, "{who}: {}", answer.body);
    }
    let close = |day: &str| json!({ "day": day, "reason": "weather" });
    for (path, body) in [
        ("working-days/close", close("2026-11-01")),
        ("working-days/close", close("2026-11-07")),
        ("working-days/close", close("2026-11-26")),
        ("working-days/close", close("2101-01-05")),
        ("working-days/reopen", json!({ "day": "2026-11-05" })),
    ] {
        let refused = w.refused(NIA, path, body.clone(), 422, "invalid-body").await;
        assert_eq!(refused.body["errors"][0]["pointer"], "/day", "{path} {body}: {}", refused.body);
    }
    assert_eq!(w.post(NIA, "working-days/close", &close("2026-11-05")).await.status, 200);
    w.refused(NIA, "working-days/close", close("2026-11-05"), 422, "invalid-body").await;
    let reopened = w.post(NIA, "working-days/reopen", &json!({ "day": "2026-11-05" })).await;
    assert_eq!((reopened.status.as_u16(), &reopened.body["closures"]), (200, &json!([])), "{}", reopened.body);
    assert_eq!(reopened.body["edition"], "us-federal.2");
    w.stop().await;
}

async fn holidays_are_told_with_the_day_on_which_they_are_observed(database: TestDatabase) {
    let w = world(database).await;
    let year = w.record(INES, "working-days?year=2027").await;
    let holidays = year["holidays"].as_array().unwrap();
    assert_eq!(holidays.len(), 12, "two New Years are observed in 2027: {year}");
    assert_eq!(holidays[11], json!({ "holiday": "new_year", "observed_on": "2027-12-31" }));
    let next = w.record(INES, "working-days?year=2028").await;
    assert_eq!(next["holidays"].as_array().unwrap().len(), 10);
    assert_eq!(w.record(INES, "working-days").await["year"], 2026);
    for year in ["1999", "2101", "soon"] {
        assert_eq!(w.get(INES, &format!("working-days?year={year}")).await.status, 400, "{year}");
    }
    w.stop().await;
}

async fn a_milestone_is_told_with_its_newest_report(database: TestDatabase) {
    let w = world(database).await;
    let milestones = w.record(INES, "milestones").await;
    let framework =
        |list: &Value| list.as_array().unwrap().iter().find(|one| one["key"] == "voluntary_framework").unwrap().clone();
    let before = framework(&milestones);
    assert_eq!((&before["day"], &before["status"]), (&json!("2026-08-01"), &json!("unknown")), "a Saturday, unrolled");
    let report = json!({ "status": "reported", "source": "91 FR 99999" });
    assert_eq!(w.post(DANA, "milestones/voluntary_framework/report", &report).await.status, 403);
    assert_eq!(w.post(THEO, "milestones/no_such_thing/report", &report).await.status, 404);
    let after = w.post(THEO, "milestones/voluntary_framework/report", &report).await;
    let after = framework(&after.body);
    assert_eq!((&after["status"], &after["source"]), (&json!("reported"), &json!("91 FR 99999")));
    assert_eq!(framework(&w.record(INES, "milestones").await), after);
    w.stop().await;
}

async fn reminders_are_told_from_planned_to_sent(database: TestDatabase) {
    let w = world(database).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    w.act(DANA, &format!("engagements/{engagement}/claim"), json!({})).await;
    let path = format!("engagements/{engagement}/reminders");
    let told = |list: &Value, code: &str| -> Vec<(String, String, Value)> {
        let of_code = list.as_array().unwrap().iter().filter(|one| one["code"] == code);
        let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        of_code.map(|one| (text(one, "to"), text(one, "status"), one["planned_at"]["at"].clone())).collect()
    };
    let row = |to: &str, status: &str, at: &str| (to.to_owned(), status.to_owned(), json!(at));
    let mut expected = vec![
        row("program_liaison", "planned", "2026-11-05T13:00:00Z"),
        row("framework_owner", "planned", "2026-11-10T13:00:00Z"),
    ];
    assert_eq!(told(&w.record(DANA, &path).await, "D4"), expected);
    assert_eq!(told(&w.record(LARKSPUR.liaison, &path).await, "D4"), [], "the government's own");
    // D10 stands on the release, and is the developer's alone.
    assert_eq!(told(&w.record(LARKSPUR.liaison, &path).await, "D10").len(), 8);
    assert_eq!(told(&w.record(DANA, &path).await, "D10"), []);

    w.at("2026-11-05T13:00:00Z").await;
    "sent".clone_into(&mut expected[0].1);
    assert_eq!(told(&w.record(DANA, &path).await, "D4"), expected);
    matters::acknowledge(&w, DANA, &engagement).await;
    let over = told(&w.record(DANA, &path).await, "D4");
    assert_eq!(over, [("program_liaison".to_owned(), "sent".to_owned(), Value::Null)], "the escalation is off");
    w.stop().await;
}

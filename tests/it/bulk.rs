//! One act on many records: a result for each, carried out or previewed, and never more than the act on one record.

use serde_json::json;

use crate::support::{
    matters::{self, DANA, LARKSPUR, QUILLSTONE},
    people,
    world::{Sent, World},
};

at_both_doors! {
    each_record_has_its_own_result
    a_reminder_goes_to_the_own_side_once_a_day
}

const RHEA: &str = "rhea.pool@fado.test";

async fn world_with_rhea(w: &mut World) {
    let fado = w.organization("fado").parse().unwrap();
    let roles = [anteroom::domain::actor::Role::ProgramLiaison];
    let id = people::person(
        &w.app,
        RHEA,
        "Rhea Pool",
        anteroom::domain::id::OrganizationId(fado),
        &roles,
        Some(people::PASSWORD),
    )
    .await;
    w.accounts.insert(RHEA.to_owned(), id);
}

async fn proposed(w: &World, developer: &matters::Developer) -> String {
    let release = matters::release(w, developer, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(w, developer, &release).await
}

async fn each_record_has_its_own_result(mut w: World) {
    world_with_rhea(&mut w).await;
    let (one, two, other) =
        (proposed(&w, &LARKSPUR).await, proposed(&w, &LARKSPUR).await, proposed(&w, &QUILLSTONE).await);
    for engagement in [&one, &other] {
        matters::acknowledge(&w, DANA, engagement).await;
    }
    let body = json!({ "references": [one, two, "ENG-2026-ZZZZZZ", "REL-2026-ZZZZZZ", other], "to": w.account(RHEA) });
    let previewed = w.post(DANA, "bulk/assign?preview=true", &body).await;
    assert_eq!(previewed.status, 200, "{}", previewed.body);
    assert!(
        previewed.body[0]["preview"]["events"].is_array() && previewed.body[0]["done"] == true,
        "{}",
        previewed.body
    );
    let liaison =
        async |engagement: &str| w.record(DANA, &format!("engagements/{engagement}")).await["liaison"]["name"].clone();
    assert_eq!(liaison(&one).await, "Dana Whitlow", "a preview does nothing");
    let answer = w.post(DANA, "bulk/assign", &body).await;
    let rows = answer.body.as_array().unwrap();
    let results: Vec<(bool, &str)> =
        rows.iter().map(|row| (row["done"] == true, row["problem"]["type"].as_str().unwrap_or_default())).collect();
    let alone = w.post(DANA, &format!("engagements/{two}/transfer"), &json!({ "liaison": w.account(RHEA) })).await;
    let problem = |at: usize| &rows[at]["problem"];
    assert_eq!((results[0], results[4]), ((true, ""), (true, "")), "{rows:?}");
    assert_eq!(results[1].0, alone.status.is_success(), "as the command alone");
    for at in [2, 3] {
        assert_eq!(results[at], (false, "/problems/not-found"), "{rows:?}");
        assert_eq!(problem(at), problem(2), "nothing tells one from another");
    }
    for engagement in [&one, &other] {
        let led = w.record(RHEA, &format!("engagements/{engagement}")).await;
        assert_eq!(led["liaison"]["name"], "Rhea Pool");
    }
    let foreign = json!({ "references": [one, other], "to": w.account(LARKSPUR.liaison) });
    let led = w.post(LARKSPUR.official, "bulk/assign", &foreign).await;
    assert_eq!((&led.body[0]["done"], &led.body[1]["problem"]["type"]), (&json!(true), &json!("/problems/not-found")));
    for (wrong, pointer) in [
        (json!([]), "/references"),
        (json!([one, two, one]), "/references/2"),
        (json!([one, "no reference"]), "/references/1"),
        (json!(vec!["ENG-2026-ZZZZZZ"; 101]), "/references"),
    ] {
        let answer = w.post(DANA, "bulk/assign", &json!({ "references": wrong, "to": w.account(RHEA) })).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{}",
            answer.body
        );
    }
    assert_eq!(w.post("bea.tran@cedarhollow.example.com", "bulk/assign", &foreign).await.status, 403);
    w.stop().await;
}

async fn a_reminder_goes_to_the_own_side_once_a_day(w: World) {
    let engagement = proposed(&w, &LARKSPUR).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    // The liaison's text: the next turn is the developer's.
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let asked = json!({ "references": [condition] });
    let reminders = async || -> Vec<Sent> { w.mails().await.into_iter().filter(|mail| mail.code == "N19").collect() };
    let previewed = w.post(LARKSPUR.official, "bulk/remind?preview=true", &asked).await;
    assert_eq!(previewed.body, json!([{ "reference": condition, "done": true, "reminded": 1 }]));
    assert_eq!(reminders().await, [], "a preview sends nothing");
    let ask = async |who: &str| {
        let answer = w.post(who, "bulk/remind", &asked).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        w.work().await;
        answer.body[0].clone()
    };
    assert_eq!(ask(DANA).await["reminded"], 0, "nobody of the other side is reminded");
    assert_eq!(ask(QUILLSTONE.official).await["problem"]["type"], "/problems/not-found");
    assert_eq!(ask(LARKSPUR.official).await["reminded"], 1);
    let sent = reminders().await;
    let told: Vec<(&str, &str)> = sent.iter().map(|mail| (mail.to.as_str(), mail.reference.as_str())).collect();
    assert_eq!(told, [("ines.varga", condition.as_str())]);
    ask(LARKSPUR.official).await;
    assert_eq!(reminders().await.len(), 1, "once a day, however often it is asked");
    w.at_without_worker("2026-11-03T14:00:00Z");
    ask(LARKSPUR.official).await;
    assert_eq!(reminders().await.len(), 2, "and once more on the next");
    w.stop().await;
}

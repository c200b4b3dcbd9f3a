//! As of: a record asked for as it stood is the record that was seen then, for each who may see it still.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::support::{
    matters::{self, ADELE, LARKSPUR},
    scene::{BEA, DANA, INES, JOAN, LENA, MARA, NORA, TOBIAS, upload},
    world::World,
};

at_both_doors! {
    a_record_as_of_an_instant_is_the_record_that_was_seen_then
    what_is_erased_is_not_told_as_of_any_instant
}

const SAM: &str = "sam.petrov@fado.test";

/// Everybody who looks, whatever they see.
const VIEWERS: [&str; 9] = [INES, TOBIAS, DANA, ADELE, LENA, SAM, JOAN, BEA, MARA];

/// What each saw of each record at each instant; nothing where there was nothing to see.
#[derive(Default)]
struct Seen {
    paths: Vec<String>,
    instants: Vec<String>,
    views: BTreeMap<(String, String, &'static str), Value>,
}

impl Seen {
    fn add(&mut self, kind: &str, reference: &str) {
        self.paths.push(format!("{kind}/{reference}"));
    }

    /// Everybody looks at everything there is.
    async fn look(&mut self, w: &World) {
        let now = w.clock.business().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.instants.push(now.clone());
        for path in &self.paths {
            for who in VIEWERS {
                let answer = w.get(who, path).await;
                if answer.status.is_success() {
                    self.views.insert((now.clone(), path.clone(), who), view(answer.body));
                } else {
                    assert_eq!(answer.status.as_u16(), 404, "{who} {path}");
                }
            }
        }
    }

    /// Whether the person saw the record at the instant of this number.
    fn was_read(&self, at: usize, path: &str, who: &'static str) -> bool {
        self.views.contains_key(&(self.instants[at].clone(), path.to_owned(), who))
    }

    /// Everybody asks for every record as of every instant; answers with how many saw something.
    async fn compare(&self, w: &World) -> usize {
        let mut told = 0;
        let mut today = BTreeMap::new();
        for path in &self.paths {
            for who in VIEWERS {
                today.insert((path.clone(), who), w.get(who, path).await.status.is_success());
            }
        }
        for instant in &self.instants {
            for path in &self.paths {
                for who in VIEWERS {
                    let answer = w.get(who, &format!("{path}?as_of={instant}")).await;
                    // Whoever may not see it any more sees nothing of what it was.
                    let then = self.views.get(&(instant.clone(), path.clone(), who));
                    let Some(then) = then.filter(|_| today[&(path.clone(), who)]) else {
                        assert_eq!(answer.status.as_u16(), 404, "{who} {path} {instant}: {}", answer.body);
                        continue;
                    };
                    assert_eq!(answer.status.as_u16(), 200, "{who} {path} {instant}: {}", answer.body);
                    assert_eq!(answer.etag, None);
                    assert_eq!(answer.body["allowed_actions"], json!([]));
                    assert_eq!(answer.body["as_of"]["erased"], json!([]));
                    assert_eq!(view(answer.body), *then, "{who} {path} {instant}");
                    told += 1;
                }
            }
        }
        told
    }
}

/// The record alone.
fn view(mut answer: Value) -> Value {
    let object = answer.as_object_mut().expect("an object");
    object.remove("allowed_actions");
    object.remove("as_of");
    answer
}

/// A record of every kind comes to be, step by step; each instant is asked for again at the end (architecture section 4).
async fn a_record_as_of_an_instant_is_the_record_that_was_seen_then(w: World) {
    let mut seen = Seen::default();
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    seen.add("releases", &release);
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    seen.add("inquiries", &inquiry);
    seen.add("prerequisites", w.account(LENA));
    seen.look(&w).await;

    w.at("2026-11-02T15:00:00Z").await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    seen.add("engagements", &engagement);
    seen.look(&w).await;

    w.at("2026-11-02T16:00:00Z").await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    seen.look(&w).await;

    w.at("2026-11-03T14:00:00Z").await;
    let conditions = matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    seen.add("conditions", &conditions[0]);
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    seen.add("grants", &grant);
    seen.look(&w).await;

    w.at("2026-11-04T14:00:00Z").await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-23T09:00:00-05:00").await;
    matters::approve(&w, &LARKSPUR, LENA, &grant).await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    seen.add("nominations", &nomination);
    seen.look(&w).await;

    w.at("2026-11-05T14:00:00Z").await;
    matters::disclose(&w, &LARKSPUR, BEA, &nomination).await;
    w.act(JOAN, &path("take-records"), json!({})).await;
    let document = w.act(INES, "documents", upload(&engagement, "Draft agreement", "text/markdown", b"# Draft")).await;
    seen.add("documents", &document);
    seen.look(&w).await;

    // The window opens while no worker runs: what time brought counts, recorded or not.
    w.at_without_worker("2026-11-23T15:00:00Z");
    seen.look(&w).await;
    w.at("2026-11-24T15:00:00Z").await;
    let handoff = matters::handoff(&w, DANA, &engagement, "F-1").await;
    seen.add("handoffs", &handoff);
    let incident = w.act(INES, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    seen.add("incidents", &incident);
    let log = json!({ "engagement": engagement, "request": "F-2026-17", "received_on": "2026-11-24" });
    let request = w.act(JOAN, "foia-requests", log).await;
    seen.add("foia-requests", &request);
    seen.look(&w).await;

    w.at("2026-11-25T15:00:00Z").await;
    w.act(DANA, &path("suspend-window"), json!({ "reason": "operational" })).await;
    seen.look(&w).await;
    w.at("2027-01-11T15:00:00Z").await;
    let told = seen.compare(&w).await;
    assert!(told > 100, "only {told} views were compared");
    let read = [3, 4].map(|at| seen.was_read(at, &format!("engagements/{engagement}"), LENA));
    assert_eq!(read, [false, true], "her grant was requested, then approved; it is over");
    let before_disclosure = ("2026-11-04T14:00:00Z".to_owned(), format!("nominations/{nomination}"), BEA);
    assert_eq!(seen.views[&before_disclosure]["stage"], "approached", "a partner sees the approach, then and now");

    edges(&w, &engagement).await;
    w.stop().await;
}

/// What is no instant, lies ahead, or is somebody else's.
async fn edges(w: &World, engagement: &str) {
    let ask = |who: &'static str, query: &str| {
        let path = format!("engagements/{engagement}?{query}");
        async move { (w.get(who, &path).await.status.as_u16(), who) }
    };
    assert_eq!(ask(DANA, "as_of=2027-01-11T15:00:01Z").await.0, 400, "to come");
    assert_eq!(ask(DANA, "as_of=yesterday").await.0, 400);
    assert_eq!(ask(DANA, "as_of=2026-11-04T14:00:00Z&as_of=2026-11-04T14:00:00Z").await.0, 400);
    assert_eq!(ask(DANA, "as_of=2026-11-01T14:00:00Z").await.0, 404, "before it existed");
    for who in [MARA, NORA] {
        assert_eq!(ask(who, "as_of=2026-11-24T15:00:00Z").await.0, 404);
    }
    let other = w.get(DANA, &format!("engagements/{engagement}/timeline?as_of=2026-11-04T14:00:00Z")).await;
    assert_eq!(other.status.as_u16(), 400, "a record alone is told as of an instant");
    let tx = w.store().begin_read().await.expect("the store answers");
    let logged = anteroom::storage::access_log::newest(&tx, None, None, 10).await.expect("the store answers");
    tx.end().await.expect("the store answers");
    assert!(logged.iter().any(|entry| entry.detail == "hidden"), "denials are logged: {logged:?}");
}

/// A payload that was erased stays erased: the record says so, and the others are told without it.
async fn what_is_erased_is_not_told_as_of_any_instant(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.at("2026-11-03T14:00:00Z").await;
    let condition = matters::condition(&w, &LARKSPUR, &engagement, "use_limitation").await;
    w.at("2026-11-04T14:00:00Z").await;
    let database = Database::connect(w.url()).await.expect("the database answers");
    let erase = format!(
        "UPDATE event_payload SET payload = NULL, salt = NULL, erased_at = 1 WHERE event_id IN
         (SELECT event.id FROM event JOIN aggregate ON aggregate.id = event.aggregate_id
          WHERE aggregate.reference = '{condition}')"
    );
    database.execute_unprepared(&erase).await.expect("the statement runs");
    database.close().await.expect("it closes");
    let at = "as_of=2026-11-03T14:00:00Z";
    let gone = w.record(DANA, &format!("conditions/{condition}?{at}")).await;
    assert_eq!((&gone["reference"], &gone["as_of"]["erased"]), (&json!(condition), &json!([condition])));
    assert_eq!((&gone["kind"], &gone["texts"]), (&json!("receipt"), &Value::Null), "nothing but the reference");
    let above = w.record(DANA, &format!("engagements/{engagement}?{at}")).await;
    assert_eq!((&above["conditions"], &above["as_of"]["erased"]), (&json!([]), &json!([condition])));
    let early = w.get(DANA, &format!("conditions/{condition}?as_of=2026-11-02T14:00:00Z")).await;
    assert_eq!(early.status.as_u16(), 404, "it did not exist");
    assert_eq!(w.get(BEA, &format!("conditions/{condition}?{at}")).await.status.as_u16(), 404);
    // Of the others nothing is missing.
    let inquiry = w.record(INES, &format!("inquiries/{inquiry}?{at}")).await;
    assert_eq!(inquiry["as_of"]["erased"], json!([condition]), "they stand in the same case");
    w.stop().await;
}

//! Figures over HTTP: who sees which, what is withheld, and that they cost the same however many records there are.

use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, LENA, QUILLSTONE, SAM},
    scene::{BEA, NIA, START},
    world::World,
};

const THEO: &str = "theo.marsh@fado.test";
const CARL: &str = "carl.dietz@fado.test";

on_both! {
    figures_over_all_developers_withhold_small_cells
    a_developer_sees_its_own_figures_alone
}

/// Proposals of both developers: some acknowledged after a day, one declined.
async fn world(database: TestDatabase) -> World {
    let w = World::new(database, START).await;
    let mut proposals = Vec::new();
    for (developer, count) in [(LARKSPUR, 7), (QUILLSTONE, 6)] {
        for _ in 0..count {
            let release = matters::release(&w, &developer, "2026-12-23T09:00:00-05:00").await;
            proposals.push(matters::proposal(&w, &developer, &release).await);
        }
    }
    let draft = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    w.act(LARKSPUR.liaison, "engagements", json!({ "release": draft })).await;
    w.at("2026-11-03T20:00:00Z").await;
    for engagement in &proposals[..6] {
        matters::acknowledge(&w, DANA, engagement).await;
    }
    w.act(DANA, &format!("engagements/{}/decline", proposals[6]), json!({})).await;
    w
}

fn table<'a>(figures: &'a Value, of: &str) -> &'a Value {
    figures["counts"].as_array().unwrap().iter().find(|table| table["of"] == of).unwrap()
}

fn step<'a>(figures: &'a Value, name: &str) -> &'a Value {
    figures["turnaround"].as_array().unwrap().iter().find(|step| step["step"] == name).unwrap()
}

async fn figures_over_all_developers_withhold_small_cells(database: TestDatabase) {
    let w = world(database).await;
    for who in [THEO, CARL] {
        let figures = w.record(who, "figures").await;
        assert_eq!((&figures["over"], &figures["smallest_cell"]), (&json!("program"), &json!(5)));
        // One declined is too few; with the six acknowledged or the six proposed alone the total would give it away,
        // and equals go together. The draft was never handed over and is not counted.
        let cells: Vec<Value> = ["closed:declined", "conditions", "proposed"]
            .map(|name| json!({ "name": name, "count": null }))
            .into_iter()
            .collect();
        assert_eq!(*table(&figures, "engagements"), json!({ "of": "engagements", "total": 13, "cells": cells }));
        assert_eq!(*table(&figures, "inquiries"), json!({ "of": "inquiries", "total": 0, "cells": [] }));
        let acknowledged = json!({
            "step": "proposal_acknowledged", "deadline": "D4", "measured": null, "median_days": 1.3,
            "ninetieth_percentile_days": null,
        });
        assert_eq!(*step(&figures, "proposal_acknowledged"), acknowledged, "of six no ninetieth percentile is told");
        assert_eq!(step(&figures, "close_out")["median_days"], Value::Null);
        let text = figures.to_string();
        for name in [LARKSPUR.name, QUILLSTONE.name, LARKSPUR.model, "ENG-"] {
            assert!(!text.contains(name), "{name}");
        }
    }
    for who in [DANA, LENA, SAM, NIA, BEA] {
        let answer = w.get(who, "figures").await;
        assert_eq!((answer.status.as_u16(), &answer.body["type"]), (403, &json!("/problems/forbidden")), "{who}");
    }
    let before = w.store().statements();
    w.record(THEO, "figures").await;
    let few = w.store().statements() - before;
    for _ in 0..5 {
        matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    }
    let release = matters::release(&w, &QUILLSTONE, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(&w, &QUILLSTONE, &release).await;
    let before = w.store().statements();
    w.record(THEO, "figures").await;
    assert_eq!(w.store().statements() - before, few, "no statement more for more records");
    w.stop().await;
}

async fn a_developer_sees_its_own_figures_alone(database: TestDatabase) {
    let w = world(database).await;
    let figures = w.record(LARKSPUR.liaison, "figures").await;
    assert_eq!((&figures["over"], &figures["smallest_cell"]), (&json!("own_organization"), &Value::Null));
    let cells = json!([
        { "name": "closed:declined", "count": 1 }, { "name": "conditions", "count": 6 }, { "name": "draft", "count": 1 },
    ]);
    assert_eq!(*table(&figures, "engagements"), json!({ "of": "engagements", "total": 8, "cells": cells }));
    let measured = step(&figures, "proposal_acknowledged");
    assert_eq!((&measured["measured"], &measured["median_days"]), (&json!(6), &json!(1.3)));
    let figures = w.record(QUILLSTONE.official, "figures").await;
    let cells = json!([{ "name": "proposed", "count": 6 }]);
    assert_eq!(*table(&figures, "engagements"), json!({ "of": "engagements", "total": 6, "cells": cells }));
    assert_eq!(step(&figures, "proposal_acknowledged")["measured"], json!(0));
    w.stop().await;
}

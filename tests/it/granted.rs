//! What an evaluator reads, and from when: an engagement where access is granted, not where it is asked for (domain
//! section 2).

use serde_json::json;

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, LENA, SAM, references},
    scene::START,
    world::World,
};

on_both! {
    an_evaluator_reads_an_engagement_from_the_approval_to_the_end_of_the_grant
    what_stands_under_an_engagement_opens_with_the_grant
}

/// Whether Lena opens the engagement, finds it in her list and asks for its documents; the three agree.
async fn reads(w: &World, engagement: &str) -> bool {
    let path = format!("engagements/{engagement}");
    let statuses = [w.get(LENA, &path).await.status, w.get(LENA, &format!("{path}/documents")).await.status];
    let listed = references(&w.get(LENA, "engagements").await.body).contains(&engagement.to_owned());
    assert_eq!(statuses, if listed { [200, 200] } else { [404, 404] });
    listed
}

async fn an_evaluator_reads_an_engagement_from_the_approval_to_the_end_of_the_grant(database: TestDatabase) {
    let w = World::new(database, START).await;
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    assert!(!reads(&w, &engagement).await, "before anybody asks");
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    let path = |command: &str| format!("grants/{grant}/{command}");
    assert!(!reads(&w, &engagement).await, "requested");
    assert_eq!(w.record(LENA, &format!("grants/{grant}")).await["stage"], "requested", "her own grant she reads");
    matters::clear(&w, LENA, &grant).await;
    assert!(!reads(&w, &engagement).await, "cleared, and not yet approved");
    w.act(LARKSPUR.official, &path("approve"), json!({})).await;
    assert!(reads(&w, &engagement).await, "approved");
    w.act(DANA, &path("suspend"), json!({})).await;
    assert!(reads(&w, &engagement).await, "suspended by the liaison");
    w.act(SAM, &path("suspend"), json!({})).await;
    assert!(!reads(&w, &engagement).await, "the insider-risk officer holds it");
    w.act(SAM, &path("lift-suspension"), json!({})).await;
    assert!(reads(&w, &engagement).await, "the officer let go");
    w.act(DANA, &path("revoke"), json!({})).await;
    assert!(!reads(&w, &engagement).await, "over");
    w.stop().await;
}

async fn what_stands_under_an_engagement_opens_with_the_grant(database: TestDatabase) {
    let w = World::new(database, START).await;
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let condition = references(&w.get(DANA, "conditions").await.body).remove(0);
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    let handoff = matters::handoff(&w, DANA, &engagement, "F-1").await;
    let body = json!({
        "engagement": engagement, "finding": "F-2", "channel": "clearinghouse_portal", "tlp": "TLP:AMBER",
        "unclassified_attestation": true,
    });
    let hidden = [format!("handoffs/{handoff}"), format!("engagements/{engagement}/timeline")];
    for path in &hidden {
        assert_eq!(w.get(LENA, path).await.status, 404, "{path}");
    }
    assert_eq!(references(&w.get(LENA, "handoffs").await.body), Vec::<String>::new());
    w.refused(LENA, "handoffs", body.clone(), 422, "invalid-field").await;
    // The terms that will bind her she reads before anything is granted.
    assert_eq!(w.get(LENA, &format!("conditions/{condition}")).await.status, 200);
    assert!(references(&w.get(LENA, "conditions").await.body).contains(&condition));
    matters::approve(&w, &LARKSPUR, LENA, &grant).await;
    for path in &hidden {
        assert_eq!(w.get(LENA, path).await.status, 200, "{path}");
    }
    assert_eq!(references(&w.get(LENA, "handoffs").await.body), [handoff]);
    w.act(LENA, "handoffs", body).await;
    w.stop().await;
}

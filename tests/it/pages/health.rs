//! The page of health: each job of the worker with its last run and its next.

use anteroom::worker::Worker;
use chrono::TimeDelta;

use crate::support::{desk::Desk, scene::NIA, world::World};

at_both_doors! {
    every_job_is_named_with_its_last_run_and_whether_it_is_behind
}

const PATH: &str = "/administration/health";

async fn every_job_is_named_with_its_last_run_and_whether_it_is_behind(w: World) {
    let nia = Desk::signed_in(&w, NIA).await;
    let jobs = async || nia.get(PATH).await.is(200, PATH).told("#jobs table");
    let before = jobs().await;
    assert_eq!(before.matches("Has not run yet").count(), 4, "{before}");
    Worker::new(w.app.clone()).once().await.expect("a round");
    let after = jobs().await;
    for said in ["What time brings", "Mail that waits", "wait for the scanner", "kept long enough"] {
        assert!(after.contains(said), "{said}: {after}");
    }
    assert_eq!(after.matches("Is not behind").count(), 4, "{after}");
    assert!(after.matches("Nov 2, 2026, 9:00 a.m. EST").count() >= 4, "each began at this instant: {after}");
    assert_eq!(after.matches("0 ms").count(), 4, "{after}");
    w.clock.advance_system(TimeDelta::minutes(10)).expect("time runs forward");
    let later = jobs().await;
    assert_eq!((later.matches("Is behind").count(), later.matches("Is not behind").count()), (3, 1), "{later}");
    w.stop().await;
}

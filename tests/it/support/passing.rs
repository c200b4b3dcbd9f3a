//! How time passes in a world: with a worker that is always there in time, or with one that comes when it is called.

use anteroom::{app::App, clock::Clock};
use chrono::{DateTime, Utc};

/// Everything that a worker does now; it must come to rest.
pub async fn work(app: &App) {
    for _ in 0..1_000 {
        let round = app.carry_on(100).await.expect("the store answers");
        assert_eq!(round.failed, 0, "a case could not be carried on");
        let sent = app.deliver(100).await.expect("the store answers");
        if round.is_idle() && sent == 0 {
            return;
        }
    }
    panic!("the worker never comes to rest");
}

/// Moves the clock to `target`. Everything that is due until then takes place at its own instant.
pub async fn until(app: &App, clock: &Clock, target: DateTime<Utc>) {
    work(app).await;
    for _ in 0..10_000 {
        let next = app.next_instant().await.expect("the store answers");
        let Some(next) = next.filter(|next| *next <= target) else { break };
        assert!(next > clock.business(), "{next} stays due");
        clock.advance_to(next).expect("time runs forward");
        work(app).await;
    }
    clock.advance_to(target).expect("time runs forward");
    work(app).await;
}

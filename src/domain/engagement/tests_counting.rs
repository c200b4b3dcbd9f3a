//! What a merge brings of another release's use is counted in whole seconds, each that was begun.

use chrono::TimeDelta;
use uuid::Uuid;

use super::EngagementEvent;
use crate::domain::{audience::Audience, case::ReleaseFacts, id::RecordId, testing::DEVELOPER};

/// A part of a second counts as a whole one, so that no sum passes the cap; the clock is that of the pinned version.
#[test]
fn use_is_counted_in_whole_seconds_begun() {
    use crate::domain::framework::WindowClock;
    let facts = ReleaseFacts {
        id: RecordId(Uuid::from_u128(77)),
        developer: DEVELOPER,
        used_running: TimeDelta::hours(1),
        used_paused: TimeDelta::microseconds(1),
        is_busy: false,
        merged_into: None,
        partner_released_at: None,
    };
    assert_eq!((facts.used_seconds(WindowClock::Running), facts.used_seconds(WindowClock::Paused)), (3_600, 1));
    assert!(matches!(EngagementEvent::Lapsed.audience(), Audience::Shared));
}

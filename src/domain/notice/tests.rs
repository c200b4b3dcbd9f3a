//! Who is told what, where the table alone does not say it: drafts that were never handed over, and windows that
//! something else than their own events moves.

use serde_json::json;

use super::{Addressee, NoticeKind as N, notices};
use crate::domain::{
    actor::Role,
    audience::Audience,
    case::CaseEvent,
    id::{Kind, Subject},
    testing::{DEVELOPER, Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";
const PLANNED: &str = "2026-12-20T14:00:00Z";

/// The notices of the events that an act brings.
fn told(world: &mut World, who: Who, on: Subject, name: &str, body: &serde_json::Value) -> Vec<(N, Vec<Addressee>)> {
    let events: Vec<CaseEvent> = world.act(who, on, name, body).expect("can be done");
    let all = events.iter().flat_map(|event| notices(&world.case, event));
    all.map(|notice| (notice.kind, notice.to)).collect()
}

fn changed() -> (N, Vec<Addressee>) {
    let host = Addressee::Host(Role::InsiderRiskOfficer);
    let mut to =
        vec![Addressee::Organization(DEVELOPER, Role::DeveloperOfficial), Addressee::Account(Who::Pl.account()), host];
    to.sort();
    (N::N7, to)
}

/// Domain section 2 and invariant 15: a draft is the developer's own, and so is that it came to nothing.
#[test]
fn nobody_hears_of_what_was_never_handed_over() {
    let fresh = || {
        let mut world = World::new(framework(&[]), at(NOW));
        world.register(Some(at(PLANNED)));
        world
    };
    let mut world = fresh();
    let draft = world.draft().expect("a draft");
    assert_eq!(told(&mut world, Who::Da, draft, "withdraw", &json!({})), []);
    let mut world = fresh();
    let draft = world.draft().expect("a draft");
    assert_eq!(told(&mut world, Who::Da, draft, "record-release", &json!({ "kind": "partner" })), []);
    let mut own = world.log.iter().filter(|event| event.subject.kind != Kind::Prerequisites);
    assert!(own.all(|event| event.audience == Audience::Developer), "{:?}", world.log);
    let mut world = fresh();
    let body = json!({ "release": world.name(world.release()), "question": "Is it covered?" });
    let inquiry = world.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("a draft");
    let own = vec![Addressee::Organization(DEVELOPER, Role::DeveloperLiaison)];
    assert_eq!(told(&mut world, Who::Dl, inquiry, "withdraw", &json!({})), [(N::N2, own)]);
}

/// N7: "window scheduled or changed" (domain section 6), whoever changed it.
#[test]
fn a_window_that_a_date_moves_is_a_changed_window() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at(PLANNED)));
    let release = world.release();
    let slip = json!({ "to": "2027-01-15T14:00:00Z" });
    assert_eq!(told(&mut world, Who::Da, release, "set-planned-release", &slip), [], "nothing is agreed yet");
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": PLANNED }));
    world.schedule(engagement, at("2026-12-01T14:00:00Z"), None).expect("can be scheduled");
    assert_eq!(told(&mut world, Who::Da, release, "set-planned-release", &slip), [changed()]);
    assert_eq!(told(&mut world, Who::Da, release, "record-assessment-use", &json!({ "seconds": 60 })), [changed()]);

    let (mut world, ..) = World::open(framework(&[]), at("2026-12-01T14:00:00Z"), at(PLANNED));
    let release = world.release();
    let sooner = json!({ "to": "2026-12-15T14:00:00Z" });
    assert_eq!(told(&mut world, Who::Da, release, "set-planned-release", &sooner), [changed()], "told once");
    assert_eq!(told(&mut world, Who::Da, release, "set-planned-release", &slip), [], "a slip moves no open window");
}

//! Finding records: by reference or id, and the entity tag of what a viewer may know of them.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use uuid::Uuid;

use super::view::{LOCKED, Names, Sights, Viewing, outline_text};
use crate::{
    authz::{Engine, Resource, Sight, sight},
    domain::{
        actor::Actor,
        audience::Audience,
        case::{Case, Facts},
        id::{AccountId, Kind, RecordId, Subject},
        text::Sha256Hex,
        time::Instant,
    },
    storage::{LoadedCase, Target},
};

/// The facts and the instant that a decision or a view stands on.
pub struct Looking {
    /// Facts from outside the case.
    pub facts: Facts,
    /// The instant.
    pub now: Instant,
}

impl Looking {
    /// A view of the case, folded forward to the instant.
    pub fn viewing<'a>(
        &'a self,
        engine: &'a Engine,
        case: &'a Case,
        viewer: &'a Actor,
        names: &'a Names,
        zone: Tz,
    ) -> Viewing<'a> {
        let sights = Sights::default();
        Viewing { engine, case, facts: &self.facts, viewer, names, zone, now: self.now, today: None, sights }
    }
}

/// Characters that a reference has at most.
const LONGEST: usize = 40;

/// Whether a text has the form of a reference. Only such texts are looked for: any other names nothing, and PostgreSQL
/// takes no null character.
fn is_reference(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
}

/// The kind that a reference is of, by its prefix; `None` also for what is no reference.
pub fn kind_of(reference: &str) -> Option<Kind> {
    let prefix = reference.split('-').next().filter(|_| is_reference(reference))?;
    Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix)
}

/// Where to look for a record: by its reference, its id, or the account whose prerequisites it is. `None` for a name
/// that is neither.
pub fn target(kind: Kind, name: &str) -> Option<Target> {
    match (kind, Uuid::parse_str(name)) {
        (Kind::Prerequisites, Ok(account)) => Some(Target::Person(AccountId(account))),
        (_, Ok(id)) => Some(Target::Subject(Subject::new(kind, RecordId(id)))),
        (_, Err(_)) => is_reference(name).then(|| Target::Reference { kind, reference: name.to_owned() }),
    }
}

/// The record in the loaded case.
pub fn subject(case: &Case, kind: Kind, name: &str) -> Option<Subject> {
    let by_id = Uuid::parse_str(name).ok();
    let found = match (kind, by_id) {
        (Kind::Prerequisites, Some(account)) => {
            let person = case.people.iter().find(|(_, entry)| entry.state.account == AccountId(account));
            person.map(|(id, _)| Subject::new(kind, *id))
        }
        (_, Some(id)) => Some(Subject::new(kind, RecordId(id))).filter(|subject| case.reference(*subject).is_some()),
        (_, None) => case.find(name),
    };
    found.filter(|subject| subject.kind == kind)
}

/// The last hash of each of a record's streams.
pub fn heads(loaded: &LoadedCase, subject: Subject) -> BTreeMap<Audience, String> {
    let row = loaded.rows.get(&subject);
    row.into_iter()
        .flat_map(|row| row.heads.iter())
        .map(|(audience, head)| (*audience, head.hash.to_string()))
        .collect()
}

/// The entity tag. For whoever sees the record whole it is a hash over the heads of the streams that the viewer may
/// know; for whoever sees its outline, over what the outline shows. Either way hidden events leave no trace in it
/// (domain section 3.0).
pub fn etag(
    engine: &Engine,
    case: &Case,
    subject: Subject,
    heads: &BTreeMap<Audience, String>,
    viewer: &Actor,
) -> String {
    let seen = Resource::of(case, subject).and_then(|resource| sight(engine, viewer, &resource));
    let text = match seen {
        Some(Sight::Whole) => {
            let visible = heads.iter().filter(|(audience, _)| audience.includes(viewer.side, viewer.organization));
            visible.map(|(audience, hash)| format!("{}={hash};", audience.code())).collect::<Vec<_>>().concat()
        }
        Some(Sight::Outline) => outline_text(engine, case, subject, viewer),
        Some(Sight::Locked) => LOCKED.to_owned(),
        None => String::new(),
    };
    let digest = Sha256Hex::of(text.as_bytes());
    digest.as_str().chars().take(32).collect()
}

//! Works out every row that a decision leaves behind, before any is written: the chain of each stream continued, the
//! leaves of each organization's log, the texts, and the aggregates whose columns changed.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_entity::{aggregate, assignment, document, event, event_leaf, event_payload};
use sea_orm::ActiveValue::Set;

use super::{
    aggregate::{RowMeta, write},
    case::LoadedCase,
    codec::micros,
    error::StorageError,
    payload,
    transaction::{NewEvent, Recorded, RecordedEvent},
};
use crate::{
    domain::{
        actor::Side,
        audience::Audience,
        case::{Case, CaseEvent, Event, Promoted},
        condition::ConditionEvent,
        id::{Kind, OrganizationId, Subject},
        text::Sha256Hex,
        time::Instant,
    },
    ledger::{Hash, Head, Header, seal},
};

/// Every row to be written for one decision.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) aggregates: Vec<aggregate::ActiveModel>,
    pub(super) assigned: Vec<assignment::ActiveModel>,
    /// Pairs of aggregate and account.
    pub(super) unassigned: Vec<(String, String)>,
    pub(super) events: Vec<event::ActiveModel>,
    pub(super) payloads: Vec<event_payload::ActiveModel>,
    pub(super) leaves: Vec<event_leaf::ActiveModel>,
    pub(super) documents: Vec<document::ActiveModel>,
    pub(super) recorded: Vec<RecordedEvent>,
}

impl Plan {
    pub(super) fn build(loaded: &LoadedCase, recorded: &Recorded, now: Instant) -> Result<Self, StorageError> {
        let mut plan = Self::default();
        let mut rows = loaded.rows.clone();
        for new in &recorded.events {
            let meta = rows.entry(new.event.subject).or_insert_with(|| RowMeta::new(now));
            plan.add_event(recorded, new, meta, now)?;
        }
        plan.add_aggregates(loaded, recorded, &mut rows, now)?;
        Ok(plan)
    }

    fn add_event(
        &mut self,
        recorded: &Recorded,
        new: &NewEvent,
        meta: &mut RowMeta,
        now: Instant,
    ) -> Result<(), StorageError> {
        let CaseEvent { subject, reference, audience, effective_at, .. } = &new.event;
        let (id, audience_code) = (new.id.to_string(), audience.code());
        let text = payload::write(&new.event)?;
        let header = Header {
            event: &id,
            kind: subject.kind.name(),
            reference,
            audience: &audience_code,
            stream_seq: 0,
            type_code: new.event.event.code(),
            schema_version: payload::EVENT_SCHEMA,
            effective_at: micros(*effective_at),
            recorded_at: micros(now),
            policy: &recorded.policy,
        };
        let sealed =
            seal(meta.heads.get(audience).copied().unwrap_or(Head::EMPTY), &header, &new.salt, text.as_bytes());
        meta.heads.insert(*audience, sealed.head);
        meta.event_count += 1;
        self.events.push(event::ActiveModel {
            id: Set(id.clone()),
            aggregate_id: Set(subject.id.to_string()),
            aggregate_seq: Set(meta.event_count),
            stream: Set(stream(*subject, &audience_code)),
            stream_seq: Set(sealed.head.seq),
            audience: Set(audience_code.clone()),
            type_code: Set(header.type_code.to_owned()),
            schema_version: Set(header.schema_version),
            effective_at: Set(header.effective_at),
            recorded_at: Set(header.recorded_at),
            header: Set(sealed.header),
            commitment: Set(sealed.commitment.to_string()),
            prev_hash: Set(sealed.prev_hash.to_string()),
            hash: Set(sealed.head.hash.to_string()),
        });
        self.payloads.push(event_payload::ActiveModel {
            event_id: Set(id.clone()),
            payload: Set(Some(text)),
            salt: Set(Some(Hash(new.salt).to_string())),
            erased_at: Set(None),
        });
        self.leaves.extend(members(&recorded.after, &new.event, recorded.host).into_iter().map(|organization| {
            event_leaf::ActiveModel {
                event_id: Set(id.clone()),
                organization_id: Set(organization.to_string()),
                leaf_index: Set(None),
            }
        }));
        self.documents.extend(document(&recorded.after, &new.event, id, now));
        self.recorded.push(RecordedEvent {
            id: new.id,
            event: new.event.clone(),
            recorded_at: now,
            stream_seq: sealed.head.seq,
            hash: sealed.head.hash,
        });
        Ok(())
    }

    /// An event may change the columns of other aggregates too: a proposal makes the release known to the government, a
    /// new liaison sees the engagement's nominations.
    fn add_aggregates(
        &mut self,
        loaded: &LoadedCase,
        recorded: &Recorded,
        rows: &mut BTreeMap<Subject, RowMeta>,
        now: Instant,
    ) -> Result<(), StorageError> {
        let happened: BTreeSet<Subject> = recorded.events.iter().map(|new| new.event.subject).collect();
        let timed = timed(&recorded.after);
        let mut live = Vec::new();
        for subject in recorded.after.subjects() {
            let Some(after) = recorded.after.promoted(subject) else { continue };
            let before = loaded.case.promoted(subject);
            let meta = rows.entry(subject).or_insert_with(|| RowMeta::new(now));
            let moves = Some(subject) == timed && meta.next_due_at != recorded.next_due;
            if moves {
                meta.next_due_at = recorded.next_due;
            }
            if !moves && !happened.contains(&subject) && before.as_ref() == Some(&after) {
                continue;
            }
            meta.updated_at = now;
            self.assign(subject, before.as_ref(), &after);
            let row = write(&recorded.after, subject, &after, meta)?;
            if after.live_release.is_some() { live.push(row) } else { self.aggregates.push(row) }
        }
        // The engagement that ends gives up its place before another takes it.
        self.aggregates.append(&mut live);
        Ok(())
    }

    fn assign(&mut self, subject: Subject, before: Option<&Promoted>, after: &Promoted) {
        let id = subject.id.to_string();
        let before: BTreeSet<_> = before.into_iter().flat_map(|promoted| promoted.assigned.iter()).collect();
        let after: BTreeSet<_> = after.assigned.iter().collect();
        let added = after.difference(&before).map(|account| assignment::ActiveModel {
            aggregate_id: Set(id.clone()),
            account_id: Set(account.to_string()),
        });
        self.assigned.extend(added);
        self.unassigned.extend(before.difference(&after).map(|account| (id.clone(), account.to_string())));
    }
}

/// The name of a stream: the aggregate and the audience.
pub(super) fn stream(subject: Subject, audience: &str) -> String {
    format!("{}:{audience}", subject.id)
}

/// The aggregate whose row says when time moves the case next: the release, or the person where there is none.
fn timed(case: &Case) -> Option<Subject> {
    let person = || case.people.keys().next().map(|id| Subject::new(Kind::Prerequisites, *id));
    case.release().map(|(id, _)| Subject::new(Kind::Release, id)).or_else(person)
}

/// The organizations in whose log an event is a leaf: all of its audience.
fn members(case: &Case, event: &CaseEvent, host: OrganizationId) -> BTreeSet<OrganizationId> {
    let developer = developer(case, event.subject);
    match event.audience {
        Audience::Shared => developer.into_iter().chain([host]).collect(),
        Audience::Developer => developer.into_iter().collect(),
        Audience::Government => BTreeSet::from([host]),
        Audience::Partner(partner) => developer.into_iter().chain([host, partner]).collect(),
    }
}

fn developer(case: &Case, subject: Subject) -> Option<OrganizationId> {
    let person = case.people.get(&subject.id).map(|entry| &entry.state).filter(|_| subject.kind == Kind::Prerequisites);
    match person {
        Some(person) => (person.side == Side::Developer).then_some(person.organization),
        None => case.promoted(subject)?.developer,
    }
}

/// The text that came with an event. It has the event's id: an event brings at most one.
fn document(case: &Case, event: &CaseEvent, id: String, now: Instant) -> Option<document::ActiveModel> {
    let Event::Condition(condition) = &event.event else { return None };
    let text = match condition {
        ConditionEvent::Attached { text, .. } | ConditionEvent::TextUploaded { text, .. } => text.as_str(),
        _ => return None,
    };
    let title = case.conditions.get(&event.subject.id)?.state.title.as_str();
    Some(document::ActiveModel {
        id: Set(id.clone()),
        event_id: Set(id),
        aggregate_id: Set(event.subject.id.to_string()),
        audience: Set(event.audience.code()),
        digest: Set(Sha256Hex::of(text.as_bytes()).as_str().to_owned()),
        title: Set(title.to_owned()),
        media_type: Set("text/markdown".to_owned()),
        body: Set(text.to_owned()),
        created_at: Set(micros(now)),
    })
}

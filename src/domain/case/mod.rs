//! The case: everything that stands under one model release, loaded, locked and decided together. The release is the
//! unit of consistency because the cap attaches to it (domain section 3.0): its engagements, inquiries, conditions,
//! nominations, grants, incidents, documents, hand-offs and requests for records, and the prerequisites of the people who
//! hold grants.

mod activity;
mod begin;
mod decide;
mod event;
mod evolve;
mod facts;
mod known;
mod row;
mod settle;

use std::collections::BTreeMap;

pub use activity::last_activity;
pub use begin::may_begin;
pub use decide::{Decided, audience, available, decide, happen, items_to_name, offers_to_name};
pub use event::{CaseEvent, Event};
pub use evolve::{evolve, evolve_nomination};
pub use facts::{Facts, OrganizationFacts, PersonFacts, ReleaseFacts};
pub use known::known_to;
pub use row::{Promoted, RowError};
pub use settle::{next_due, settle};

use super::{
    condition::Condition,
    document::Document,
    engagement::Engagement,
    foia::FoiaRequest,
    grant::Grant,
    handoff::Handoff,
    id::{AccountId, Kind, RecordId, Subject},
    incident::Incident,
    inquiry::Inquiry,
    nomination::Nomination,
    prerequisites::Prerequisites,
    refusal::{FieldReason, Refusal},
    release::Release,
    time::Instant,
};

/// One aggregate of a case with its reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The reference that people use, such as `ENG-2026-K7Q4MD`.
    pub reference: String,
    /// The folded state.
    pub state: T,
    /// When a person last acted on it so that both sides may know: see [`last_activity`].
    pub active_at: Option<Instant>,
}

/// The aggregates of one kind, by id.
pub type Entries<T> = BTreeMap<RecordId, Entry<T>>;

/// Everything under one model release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// The model release; at most one. A case of one person's prerequisites alone has none.
    pub releases: Entries<Release>,
    /// Its inquiries.
    pub inquiries: Entries<Inquiry>,
    /// Its engagements.
    pub engagements: Entries<Engagement>,
    /// The conditions of its engagements and nominations.
    pub conditions: Entries<Condition>,
    /// The nominations of its engagements.
    pub nominations: Entries<Nomination>,
    /// The grants of its engagements.
    pub grants: Entries<Grant>,
    /// Prerequisites of the people concerned.
    pub people: Entries<Prerequisites>,
    /// Its incidents.
    pub incidents: Entries<Incident>,
    /// Requests for records of its engagements.
    pub foia_requests: Entries<FoiaRequest>,
    /// Documents that hang on its engagements, nominations and conditions.
    pub documents: Entries<Document>,
    /// The hand-offs of its engagements.
    pub handoffs: Entries<Handoff>,
}

impl Case {
    /// The model release.
    pub fn release(&self) -> Option<(RecordId, &Entry<Release>)> {
        self.releases.first_key_value().map(|(id, entry)| (*id, entry))
    }

    /// The aggregate with this reference.
    pub fn find(&self, reference: &str) -> Option<Subject> {
        fn by<T>(kind: Kind, entries: &Entries<T>, reference: &str) -> Option<Subject> {
            entries.iter().find(|(_, entry)| entry.reference == reference).map(|(id, _)| Subject::new(kind, *id))
        }
        by(Kind::Release, &self.releases, reference)
            .or_else(|| by(Kind::Inquiry, &self.inquiries, reference))
            .or_else(|| by(Kind::Engagement, &self.engagements, reference))
            .or_else(|| by(Kind::Condition, &self.conditions, reference))
            .or_else(|| by(Kind::Nomination, &self.nominations, reference))
            .or_else(|| by(Kind::Grant, &self.grants, reference))
            .or_else(|| by(Kind::Prerequisites, &self.people, reference))
            .or_else(|| by(Kind::Incident, &self.incidents, reference))
            .or_else(|| by(Kind::FoiaRequest, &self.foia_requests, reference))
            .or_else(|| by(Kind::Document, &self.documents, reference))
            .or_else(|| by(Kind::Handoff, &self.handoffs, reference))
    }

    /// The id of the record of this kind with this reference, or a refusal that names the field.
    ///
    /// # Errors
    /// [`Refusal::Field`] with [`FieldReason::NoSuchRecord`].
    pub fn resolve(&self, kind: Kind, reference: &str, pointer: &'static str) -> Result<RecordId, Refusal> {
        match self.find(reference) {
            Some(subject) if subject.kind == kind => Ok(subject.id),
            _ => Err(Refusal::field(pointer, FieldReason::NoSuchRecord)),
        }
    }

    /// The aggregate's reference.
    pub fn reference(&self, subject: Subject) -> Option<&str> {
        fn of<T>(entries: &Entries<T>, id: RecordId) -> Option<&str> {
            entries.get(&id).map(|entry| entry.reference.as_str())
        }
        match subject.kind {
            Kind::Release => of(&self.releases, subject.id),
            Kind::Inquiry => of(&self.inquiries, subject.id),
            Kind::Engagement => of(&self.engagements, subject.id),
            Kind::Condition => of(&self.conditions, subject.id),
            Kind::Nomination => of(&self.nominations, subject.id),
            Kind::Grant => of(&self.grants, subject.id),
            Kind::Prerequisites => of(&self.people, subject.id),
            Kind::Incident => of(&self.incidents, subject.id),
            Kind::FoiaRequest => of(&self.foia_requests, subject.id),
            Kind::Document => of(&self.documents, subject.id),
            Kind::Handoff => of(&self.handoffs, subject.id),
        }
    }

    /// Every aggregate of the case, kind after kind.
    pub fn subjects(&self) -> Vec<Subject> {
        fn of<T>(kind: Kind, entries: &Entries<T>) -> impl Iterator<Item = Subject> {
            entries.keys().map(move |id| Subject::new(kind, *id))
        }
        of(Kind::Release, &self.releases)
            .chain(of(Kind::Inquiry, &self.inquiries))
            .chain(of(Kind::Engagement, &self.engagements))
            .chain(of(Kind::Condition, &self.conditions))
            .chain(of(Kind::Nomination, &self.nominations))
            .chain(of(Kind::Grant, &self.grants))
            .chain(of(Kind::Prerequisites, &self.people))
            .chain(of(Kind::Incident, &self.incidents))
            .chain(of(Kind::FoiaRequest, &self.foia_requests))
            .chain(of(Kind::Document, &self.documents))
            .chain(of(Kind::Handoff, &self.handoffs))
            .collect()
    }

    /// An engagement and everything that stands under it.
    pub fn under_engagement(&self, engagement: RecordId) -> Vec<Subject> {
        let mut subjects = self.subjects();
        subjects.retain(|subject| self.promoted(*subject).is_some_and(|row| row.engagement == Some(engagement)));
        subjects
    }

    /// The framework version that an engagement is pinned to.
    pub fn pinned(&self, engagement: RecordId) -> Option<&str> {
        self.engagements.get(&engagement).and_then(|entry| entry.state.framework.as_deref())
    }

    /// A person's prerequisites.
    pub fn person(&self, account: AccountId) -> Option<&Prerequisites> {
        self.people.values().map(|entry| &entry.state).find(|person| person.account == account)
    }

    /// The engagement that a condition stands under, by what it is attached to.
    pub fn engagement_above(&self, attached_to: Subject) -> Option<RecordId> {
        match self.nominations.get(&attached_to.id) {
            Some(nomination) => Some(nomination.state.engagement),
            None => (attached_to.kind == Kind::Engagement).then_some(attached_to.id),
        }
    }

    /// The conditions attached to an engagement or nomination.
    pub fn conditions_of(&self, subject: Subject) -> impl Iterator<Item = (RecordId, &Entry<Condition>)> {
        self.conditions.iter().filter(move |(_, c)| c.state.attached_to == subject).map(|(id, c)| (*id, c))
    }

    /// The grants under an engagement, its evaluators' and its partners'.
    pub fn grants_of(&self, engagement: RecordId) -> impl Iterator<Item = (RecordId, &Entry<Grant>)> {
        self.grants.iter().filter(move |(_, g)| g.state.engagement == engagement).map(|(id, g)| (*id, g))
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod tests_stages;

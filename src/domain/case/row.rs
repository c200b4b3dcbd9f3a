//! How a folded aggregate stands in the store: its state as JSON with a schema version, and the columns that lists
//! filter and sort by. Pure; the store itself knows no rule.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Case, Entries, Entry};
use crate::domain::{
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    prerequisites,
};

/// The columns that lists filter and sort by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promoted {
    /// The model release that it stands under; itself for a release; none for a person's prerequisites.
    pub release: Option<RecordId>,
    /// The engagement that it stands under; itself for an engagement.
    pub engagement: Option<RecordId>,
    /// The developer that owns it.
    pub developer: Option<OrganizationId>,
    /// The partner organization that may see it (already disclosed or approached), or whose person it concerns.
    pub partner: Option<OrganizationId>,
    /// The person that it concerns.
    pub holder: Option<AccountId>,
    /// The stage's name.
    pub stage: &'static str,
    /// Whether the government may see it: false while a developer's draft.
    pub government: bool,
    /// The accounts assigned to it: liaison, signatory, unrecused reviewers.
    pub assigned: Vec<AccountId>,
    /// The release, while this is its one live engagement (unique in the store).
    pub live_release: Option<RecordId>,
}

/// A row that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The state does not fit its type.
    #[error("the state of {kind:?} {id} cannot be read")]
    State {
        /// The kind.
        kind: Kind,
        /// The id.
        id: RecordId,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The case has no such aggregate.
    #[error("the case has no {0:?}")]
    Missing(Subject),
}

fn read<T: DeserializeOwned>(
    entries: &mut Entries<T>,
    subject: Subject,
    reference: String,
    state: Value,
) -> Result<(), RowError> {
    let state = serde_json::from_value(state).map_err(|source| RowError::State {
        kind: subject.kind,
        id: subject.id,
        source,
    })?;
    entries.insert(subject.id, Entry { reference, state });
    Ok(())
}

impl Case {
    /// The schema version of every state written by this version of the product.
    pub const STATE_SCHEMA: i32 = 1;

    /// Adds an aggregate from its row.
    ///
    /// # Errors
    /// [`RowError::State`] if the state does not fit its type.
    pub fn insert(&mut self, subject: Subject, reference: String, state: Value) -> Result<(), RowError> {
        match subject.kind {
            Kind::Release => read(&mut self.releases, subject, reference, state),
            Kind::Inquiry => read(&mut self.inquiries, subject, reference, state),
            Kind::Engagement => read(&mut self.engagements, subject, reference, state),
            Kind::Condition => read(&mut self.conditions, subject, reference, state),
            Kind::Nomination => read(&mut self.nominations, subject, reference, state),
            Kind::Grant => read(&mut self.grants, subject, reference, state),
            Kind::Prerequisites => read(&mut self.people, subject, reference, state),
            Kind::Handoff => read(&mut self.handoffs, subject, reference, state),
        }
    }

    /// The aggregate's folded state as JSON.
    ///
    /// # Errors
    /// [`RowError`] if there is no such aggregate.
    pub fn state(&self, subject: Subject) -> Result<Value, RowError> {
        fn json<T: serde::Serialize>(entries: &Entries<T>, subject: Subject) -> Result<Value, RowError> {
            let entry = entries.get(&subject.id).ok_or(RowError::Missing(subject))?;
            serde_json::to_value(&entry.state).map_err(|source| RowError::State {
                kind: subject.kind,
                id: subject.id,
                source,
            })
        }
        match subject.kind {
            Kind::Release => json(&self.releases, subject),
            Kind::Inquiry => json(&self.inquiries, subject),
            Kind::Engagement => json(&self.engagements, subject),
            Kind::Condition => json(&self.conditions, subject),
            Kind::Nomination => json(&self.nominations, subject),
            Kind::Grant => json(&self.grants, subject),
            Kind::Prerequisites => json(&self.people, subject),
            Kind::Handoff => json(&self.handoffs, subject),
        }
    }

    /// The columns of an aggregate's row; `None` if there is no such aggregate.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
    pub fn promoted(&self, subject: Subject) -> Option<Promoted> {
        let id = subject.id;
        let columns = match subject.kind {
            Kind::Release => {
                let release = &self.releases.get(&id)?.state;
                Promoted {
                    release: Some(id),
                    developer: Some(release.developer),
                    stage: "registered",
                    government: self.is_known_to_government(),
                    ..Promoted::default()
                }
            }
            Kind::Inquiry => {
                let inquiry = &self.inquiries.get(&id)?.state;
                Promoted {
                    release: Some(inquiry.release),
                    developer: Some(inquiry.developer),
                    stage: inquiry.stage.name(),
                    government: inquiry.submitted_at.is_some(),
                    ..Promoted::default()
                }
            }
            Kind::Engagement => self.promoted_engagement(id)?,
            Kind::Condition => self.promoted_condition(id)?,
            Kind::Nomination => self.promoted_nomination(id)?,
            Kind::Grant => self.promoted_grant(id)?,
            Kind::Handoff => self.promoted_handoff(id)?,
            Kind::Prerequisites => {
                let person = &self.people.get(&id)?.state;
                Promoted {
                    partner: match prerequisites::audience(person.side, person.organization) {
                        crate::domain::audience::Audience::Partner(partner) => Some(partner),
                        _ => None,
                    },
                    holder: Some(person.account),
                    stage: "open",
                    government: true,
                    ..Promoted::default()
                }
            }
        };
        Some(columns)
    }

    /// The government knows of a release once an inquiry or an engagement under it was handed over.
    fn is_known_to_government(&self) -> bool {
        self.inquiries.values().any(|entry| entry.state.submitted_at.is_some())
            || self.engagements.values().any(|entry| entry.state.proposed_at.is_some())
    }

    fn promoted_engagement(&self, id: RecordId) -> Option<Promoted> {
        let engagement = &self.engagements.get(&id)?.state;
        Some(Promoted {
            release: Some(engagement.release),
            engagement: Some(id),
            developer: Some(engagement.developer),
            stage: engagement.stage.name(),
            government: engagement.proposed_at.is_some(),
            assigned: engagement.liaison.into_iter().chain(engagement.signatory).collect(),
            live_release: engagement.stage.is_live().then_some(engagement.release),
            ..Promoted::default()
        })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
    fn promoted_condition(&self, id: RecordId) -> Option<Promoted> {
        let condition = &self.conditions.get(&id)?.state;
        let engagement = match condition.attached_to.kind {
            Kind::Nomination => self.nominations.get(&condition.attached_to.id)?.state.engagement,
            _ => condition.attached_to.id,
        };
        let above = self.promoted_engagement(engagement)?;
        Some(Promoted {
            partner: condition.partner,
            stage: condition.stage.name(),
            government: true,
            live_release: None,
            ..above
        })
    }

    fn promoted_nomination(&self, id: RecordId) -> Option<Promoted> {
        let nomination = &self.nominations.get(&id)?.state;
        let above = self.promoted_engagement(nomination.engagement)?;
        let reviewers = nomination.reviewers.keys().copied().filter(|account| nomination.is_reviewer(*account));
        Some(Promoted {
            partner: nomination.is_approached().then_some(nomination.partner),
            stage: nomination.stage.name(),
            government: true,
            assigned: above
                .assigned
                .iter()
                .copied()
                .chain(reviewers)
                .filter(|account| !nomination.is_recused(*account))
                .collect(),
            live_release: None,
            ..above
        })
    }

    fn promoted_handoff(&self, id: RecordId) -> Option<Promoted> {
        let handoff = &self.handoffs.get(&id)?.state;
        let above = self.promoted_engagement(handoff.engagement)?;
        Some(Promoted { stage: handoff.stage.name(), government: true, live_release: None, ..above })
    }

    fn promoted_grant(&self, id: RecordId) -> Option<Promoted> {
        let grant = &self.grants.get(&id)?.state;
        let above = self.promoted_engagement(grant.engagement)?;
        Some(Promoted {
            partner: grant.nomination.map(|_| grant.holder_organization),
            holder: Some(grant.holder),
            stage: grant.stage.name(),
            government: true,
            live_release: None,
            ..above
        })
    }
}

//! How a folded aggregate stands in the store: its state as JSON with a schema version, and the columns that lists
//! filter and sort by. Pure; the store itself knows no rule.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Case, Entries, Entry};
use crate::domain::{
    engagement::{Engagement, Stage},
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

/// The member of a stored state that says when a person last acted on the record; no state has a member of this name.
const ACTIVE_AT: &str = "last_acted_at";

fn read<T: DeserializeOwned>(
    entries: &mut Entries<T>,
    subject: Subject,
    reference: String,
    state: Value,
) -> Result<(), RowError> {
    let active_at = state.get(ACTIVE_AT).and_then(|at| serde_json::from_value(at.clone()).ok());
    let state = serde_json::from_value(state).map_err(|source| RowError::State {
        kind: subject.kind,
        id: subject.id,
        source,
    })?;
    entries.insert(subject.id, Entry { reference, state, active_at });
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
            Kind::Incident => read(&mut self.incidents, subject, reference, state),
            Kind::FoiaRequest => read(&mut self.foia_requests, subject, reference, state),
            Kind::Document => read(&mut self.documents, subject, reference, state),
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
            let json = serde_json::to_value(&entry.state).and_then(|mut state| {
                if let (Some(at), Value::Object(members)) = (entry.active_at, &mut state) {
                    members.insert(ACTIVE_AT.to_owned(), serde_json::to_value(at)?);
                }
                Ok(state)
            });
            json.map_err(|source| RowError::State { kind: subject.kind, id: subject.id, source })
        }
        match subject.kind {
            Kind::Release => json(&self.releases, subject),
            Kind::Inquiry => json(&self.inquiries, subject),
            Kind::Engagement => json(&self.engagements, subject),
            Kind::Condition => json(&self.conditions, subject),
            Kind::Nomination => json(&self.nominations, subject),
            Kind::Grant => json(&self.grants, subject),
            Kind::Prerequisites => json(&self.people, subject),
            Kind::Incident => json(&self.incidents, subject),
            Kind::FoiaRequest => json(&self.foia_requests, subject),
            Kind::Document => json(&self.documents, subject),
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
            Kind::Incident => self.promoted_incident(id)?,
            Kind::Document => self.promoted_document(id)?,
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
            Kind::FoiaRequest => self.promoted_foia_request(id)?,
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
            assigned: engagement
                .liaison
                .into_iter()
                .chain(engagement.signatory)
                .chain(self.officers_of(engagement))
                .collect(),
            live_release: engagement.stage.is_live().then_some(engagement.release),
            ..Promoted::default()
        })
    }

    /// The records officers in charge. An engagement that still waits in the pool for a liaison has none: it is the
    /// pool's as long as nobody is assigned to it.
    fn officers_of(&self, engagement: &Engagement) -> Vec<AccountId> {
        let is_pooled = engagement.liaison.is_none() && !matches!(engagement.stage, Stage::Closed { .. });
        let release = self.releases.get(&engagement.release).filter(|_| !is_pooled);
        release.map(|entry| entry.state.records.officers.iter().copied().collect()).unwrap_or_default()
    }

    /// A request is the developer's to see once the submitter was told.
    fn promoted_foia_request(&self, id: RecordId) -> Option<Promoted> {
        let request = &self.foia_requests.get(&id)?.state;
        let above = self.promoted_engagement(request.engagement)?;
        Some(Promoted {
            developer: above.developer.filter(|_| request.noticed_at.is_some()),
            stage: request.stage.name(),
            government: true,
            live_release: None,
            ..above
        })
    }

    fn promoted_condition(&self, id: RecordId) -> Option<Promoted> {
        let condition = &self.conditions.get(&id)?.state;
        let above = self.promoted_engagement(self.engagement_above(condition.attached_to)?)?;
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

    /// The government knows of every incident, also of one under what was never handed over: somebody has to act.
    fn promoted_incident(&self, id: RecordId) -> Option<Promoted> {
        let incident = &self.incidents.get(&id)?.state;
        let above = incident.engagement.and_then(|engagement| self.promoted_engagement(engagement)).unwrap_or_default();
        let recused = |account: &AccountId| {
            let nomination = incident.nomination.and_then(|id| self.nominations.get(&id));
            nomination.is_some_and(|entry| entry.state.is_recused(*account))
        };
        Some(Promoted {
            release: self.release().map(|(id, _)| id),
            developer: Some(incident.developer),
            partner: incident.partner,
            stage: incident.stage.name(),
            government: true,
            assigned: above.assigned.iter().copied().filter(|account| !recused(account)).collect(),
            live_release: None,
            ..above
        })
    }

    /// As what it hangs on, and known to the partner that it was declared for.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
    fn promoted_document(&self, id: RecordId) -> Option<Promoted> {
        let document = &self.documents.get(&id)?.state;
        let attached_to = document.declared.attached_to;
        let above = match attached_to.kind {
            Kind::Engagement => self.promoted_engagement(attached_to.id)?,
            Kind::Nomination => self.promoted_nomination(attached_to.id)?,
            Kind::Condition => self.promoted_condition(attached_to.id)?,
            _ => return None,
        };
        Some(Promoted { partner: document.declared.partner, stage: document.stage.name(), live_release: None, ..above })
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

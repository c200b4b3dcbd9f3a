//! What a decision knows of a record: the columns that lists filter by, and the people of the case. Built from the
//! loaded case, so that a decision sees what the command will see.

use std::collections::BTreeSet;

use crate::domain::{
    actor::Side,
    case::{Case, Promoted},
    condition::concerns_insider_risk,
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    incident::is_locked,
    nomination::Nomination,
};

/// A record as the policies see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute that a policy asks for")]
pub struct Resource {
    /// The kind.
    pub(super) kind: Kind,
    /// Which one; none for a record that a command is about to make.
    pub(super) id: Option<RecordId>,
    /// For one that a command is about to make under another: that other.
    pub(super) above: Option<Box<Self>>,
    /// The developer that owns it.
    pub(super) developer: Option<OrganizationId>,
    /// The partner that it concerns, from the approach on.
    pub(super) partner: Option<OrganizationId>,
    /// Whether the nomination that it belongs to is disclosed to the partner; true where there is none.
    pub(super) disclosed: bool,
    /// The stage's name.
    pub(super) stage: &'static str,
    /// Whether it was handed over to the government.
    pub(super) government: bool,
    /// The liaison of its engagement.
    pub(super) liaison: Option<AccountId>,
    /// The signatory of its engagement.
    pub(super) signatory: Option<AccountId>,
    /// Everyone assigned: liaison, signatory, unrecused reviewers; for a release those of all its engagements.
    pub(super) assigned: BTreeSet<AccountId>,
    /// The unrecused reviewers of its nomination.
    pub(super) reviewers: BTreeSet<AccountId>,
    /// The recused reviewers of its nomination.
    pub(super) recused: BTreeSet<AccountId>,
    /// People who hold a grant under its engagement that is not over.
    pub(super) holders: BTreeSet<AccountId>,
    /// Those of them whose access the developer approved and the insider-risk officer does not hold.
    pub(super) granted: BTreeSet<AccountId>,
    /// The auditors who are authorized for the case.
    pub(super) auditors: BTreeSet<AccountId>,
    /// The person whom a grant or prerequisites concern.
    pub(super) holder: Option<AccountId>,
    /// The side of a grant's holder.
    pub(super) side: Option<Side>,
    /// Who requested a grant.
    pub(super) requested_by: Option<AccountId>,
    /// Who proposed a nomination.
    pub(super) proposed_by: Option<AccountId>,
    /// The side that proposed it.
    pub(super) proposing_side: Option<Side>,
    /// Whether spillage locks it.
    pub(super) locked: bool,
    /// Whether a condition is the insider-risk officer's affair.
    pub(super) insider_risk: bool,
}

impl Resource {
    /// Describes an existing record; `None` if the case has none such.
    pub fn of(case: &Case, subject: Subject) -> Option<Self> {
        let columns = case.promoted(subject)?;
        let mut resource = Self::from_columns(subject, &columns);
        resource.locked = is_locked(case, subject);
        resource.add_people_of_engagement(case, columns.engagement);
        if subject.kind != Kind::Prerequisites {
            resource.auditors = case.release().map(|(_, r)| r.state.records.auditors()).unwrap_or_default();
        }
        match subject.kind {
            Kind::Release => {
                let engagements = case.engagements.keys().map(|id| Subject::new(Kind::Engagement, *id));
                resource.assigned =
                    engagements.filter_map(|e| case.promoted(e)).flat_map(|columns| columns.assigned).collect();
            }
            Kind::Condition => {
                let condition = &case.conditions.get(&subject.id)?.state;
                resource.insider_risk = concerns_insider_risk(condition);
                let attached_to = condition.attached_to;
                if attached_to.kind == Kind::Nomination {
                    resource.add_nomination(&case.nominations.get(&attached_to.id)?.state);
                }
            }
            Kind::Nomination => {
                let nomination = &case.nominations.get(&subject.id)?.state;
                resource.add_nomination(nomination);
                resource.proposed_by = nomination.proposed_by.account;
                resource.proposing_side = nomination.proposed_by.side;
            }
            Kind::Grant => {
                let grant = &case.grants.get(&subject.id)?.state;
                resource.side = Some(grant.side);
                resource.requested_by = grant.requested_by.account;
                if let Some(nomination) = grant.nomination.and_then(|id| case.nominations.get(&id)) {
                    resource.add_nomination(&nomination.state);
                }
            }
            Kind::Incident => {
                let nomination = case.incidents.get(&subject.id)?.state.nomination;
                if let Some(nomination) = nomination.and_then(|id| case.nominations.get(&id)) {
                    resource.add_nomination(&nomination.state);
                }
            }
            Kind::Inquiry | Kind::Engagement | Kind::Prerequisites | Kind::FoiaRequest | Kind::Handoff => {}
            Kind::Document => {
                let attached_to = case.documents.get(&subject.id)?.state.declared.attached_to;
                let above = case.conditions.get(&attached_to.id).filter(|_| attached_to.kind == Kind::Condition);
                let above = above.map_or(attached_to, |entry| entry.state.attached_to);
                if above.kind == Kind::Nomination {
                    resource.add_nomination(&case.nominations.get(&above.id)?.state);
                }
            }
        }
        resource.assigned.retain(|account| !resource.recused.contains(account));
        Some(resource)
    }

    /// Describes the record of this kind that a command is about to make under an existing one; `None` if the case has
    /// no such parent. It inherits the parent's people and organizations.
    pub fn new_under(case: &Case, parent: Subject, kind: Kind) -> Option<Self> {
        let above = Self::of(case, parent)?;
        let nominated = case.nominations.get(&parent.id).filter(|_| parent.kind == Kind::Nomination);
        let side = nominated.map_or(Side::Government, |_| Side::Partner);
        Some(Self {
            kind,
            id: None,
            above: Some(Box::new(above.clone())),
            stage: "new",
            side: (kind == Kind::Grant).then_some(side),
            holder: None,
            requested_by: None,
            proposed_by: None,
            proposing_side: None,
            ..above
        })
    }

    /// Describes the record of this kind that a command is about to make by itself, for a developer.
    pub const fn new_alone(kind: Kind, organization: OrganizationId) -> Self {
        let mut resource = Self::blank(kind);
        resource.developer = Some(organization);
        resource
    }

    /// The record as it would be without a lock; `None` where neither it nor what it would stand under is locked.
    pub(super) fn unlocked(&self) -> Option<Self> {
        let above_locked = self.above.as_ref().is_some_and(|above| above.locked);
        (self.locked || above_locked).then(|| {
            let above = self.above.as_ref().map(|above| Box::new(Self { locked: false, ..(**above).clone() }));
            Self { locked: false, above, ..self.clone() }
        })
    }

    /// The kind of record.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) const fn blank(kind: Kind) -> Self {
        Self {
            kind,
            id: None,
            above: None,
            developer: None,
            partner: None,
            disclosed: true,
            stage: "new",
            government: false,
            liaison: None,
            signatory: None,
            assigned: BTreeSet::new(),
            reviewers: BTreeSet::new(),
            recused: BTreeSet::new(),
            holders: BTreeSet::new(),
            granted: BTreeSet::new(),
            auditors: BTreeSet::new(),
            holder: None,
            side: None,
            requested_by: None,
            proposed_by: None,
            proposing_side: None,
            locked: false,
            insider_risk: false,
        }
    }

    fn from_columns(subject: Subject, columns: &Promoted) -> Self {
        Self {
            id: Some(subject.id),
            developer: columns.developer,
            partner: columns.partner,
            stage: columns.stage,
            government: columns.government,
            assigned: columns.assigned.iter().copied().collect(),
            holder: columns.holder,
            ..Self::blank(subject.kind)
        }
    }

    fn add_people_of_engagement(&mut self, case: &Case, engagement: Option<RecordId>) {
        let Some((id, entry)) = engagement.and_then(|id| Some((id, case.engagements.get(&id)?))) else {
            return;
        };
        self.liaison = entry.state.liaison;
        self.signatory = entry.state.signatory;
        let grants = || case.grants_of(id).map(|(_, entry)| &entry.state);
        self.holders = grants().filter(|grant| !grant.stage.is_terminal()).map(|grant| grant.holder).collect();
        self.granted = grants().filter(|grant| grant.stage.is_granted()).map(|grant| grant.holder).collect();
    }

    fn add_nomination(&mut self, nomination: &Nomination) {
        self.disclosed = nomination.is_disclosed();
        for (account, reviewer) in &nomination.reviewers {
            let people = if reviewer.recused { &mut self.recused } else { &mut self.reviewers };
            people.insert(*account);
        }
    }
}

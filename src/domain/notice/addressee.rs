//! Whom a notice or a reminder goes to: roles seen from the record, turned into accounts by the application.

use serde::{Deserialize, Serialize};

use crate::domain::{
    actor::{Role, Side},
    case::Case,
    deadline::Recipient,
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    incident::is_locked,
    nomination::Nomination,
};

/// Somebody to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// One person.
    Account(AccountId),
    /// Everybody in the organization with the role.
    Organization(OrganizationId, Role),
    /// Everybody of the host and its agencies with the role.
    Host(Role),
}

impl Addressee {
    /// Whether it is the insider-risk officer: nobody else is told of a record that spillage locks (domain section 3.8).
    pub const fn is_officer(self) -> bool {
        matches!(self, Self::Host(Role::InsiderRiskOfficer))
    }
}

/// The records around a subject that recipients are looked up in.
struct Around<'a> {
    case: &'a Case,
    developer: Option<OrganizationId>,
    engagement: Option<RecordId>,
    nomination: Option<&'a Nomination>,
    partner: Option<OrganizationId>,
}

/// The people behind a recipient of the domain's tables. `responsible` are those whose turn a deadline itself names.
/// Nobody who recused from the nomination is among them, in whatever other role, and for a locked record nobody but the
/// insider-risk officer.
pub fn addressees(case: &Case, subject: Subject, recipient: Recipient, responsible: &[Addressee]) -> Vec<Addressee> {
    let around = Around::of(case, subject);
    let mut found = around.behind(subject, recipient, responsible);
    let recused = |account| around.nomination.is_some_and(|nomination| nomination.is_recused(account));
    found.retain(|addressee| !matches!(addressee, Addressee::Account(account) if recused(*account)));
    if is_locked(case, subject) {
        found.retain(|addressee| addressee.is_officer());
    }
    found
}

/// Whether the person may hear anything further of the record: nobody who recused from its nomination, and nobody while
/// spillage locks it (domain sections 3.8 and 6).
pub fn may_be_told(case: &Case, subject: Subject, account: AccountId) -> bool {
    let recused = Around::of(case, subject).nomination.is_some_and(|nomination| nomination.is_recused(account));
    !recused && !is_locked(case, subject)
}

/// The people of a side who take its turn on a text: liaison, liaison, contact.
pub fn lead(case: &Case, subject: Subject, side: Side) -> Vec<Addressee> {
    let recipient = match side {
        Side::Developer => Recipient::DeveloperLiaison,
        Side::Government => Recipient::ProgramLiaison,
        Side::Partner => Recipient::PartnerContact,
    };
    addressees(case, subject, recipient, &[])
}

/// The people of a side who sign for it.
pub fn signatory(case: &Case, subject: Subject, side: Side) -> Vec<Addressee> {
    let around = Around::of(case, subject);
    match side {
        Side::Developer => around.developer(Role::DeveloperOfficial),
        Side::Government => {
            let assigned = around.engagement().and_then(|engagement| engagement.signatory);
            vec![assigned.map_or(Addressee::Host(Role::GovernmentSignatory), Addressee::Account)]
        }
        Side::Partner => around.contact(),
    }
}

impl<'a> Around<'a> {
    fn of(case: &'a Case, subject: Subject) -> Self {
        let (engagement, nomination) = above(case, subject);
        let nomination = nomination.and_then(|id| case.nominations.get(&id)).map(|entry| &entry.state);
        let developer = case.release().map(|(_, release)| release.state.developer);
        Self { case, developer, engagement, nomination, partner: nomination.map(|nomination| nomination.partner) }
    }

    fn behind(&self, subject: Subject, recipient: Recipient, responsible: &[Addressee]) -> Vec<Addressee> {
        match recipient {
            Recipient::DeveloperLiaison => self.developer(Role::DeveloperLiaison),
            Recipient::DeveloperOfficial => self.developer(Role::DeveloperOfficial),
            Recipient::ProgramLiaison | Recipient::Custodian => self.liaison(),
            // A reviewer who has voted is not asked again.
            Recipient::Reviewer if !responsible.is_empty() => responsible.to_vec(),
            Recipient::Reviewer => self.reviewers(),
            Recipient::DeterminationRecorder => vec![Addressee::Host(Role::DeterminationRecorder)],
            Recipient::Evaluator => self.grantees(),
            Recipient::InsiderRisk => vec![Addressee::Host(Role::InsiderRiskOfficer)],
            Recipient::FrameworkOwner => vec![Addressee::Host(Role::FrameworkOwner)],
            Recipient::Records => vec![Addressee::Host(Role::RecordsOfficer)],
            Recipient::Responsible | Recipient::Signatory => responsible.to_vec(),
            Recipient::BothLeads => self.developer_lead().into_iter().chain(self.liaison()).collect(),
            Recipient::Approver => self.approver(subject),
            Recipient::Requester => self.requester(subject),
            Recipient::PartnerContact => self.contact(),
            Recipient::Person => self.person(subject),
        }
    }

    fn engagement(&self) -> Option<&crate::domain::engagement::Engagement> {
        self.engagement.and_then(|id| self.case.engagements.get(&id)).map(|entry| &entry.state)
    }

    fn developer(&self, role: Role) -> Vec<Addressee> {
        self.developer.map(|developer| Addressee::Organization(developer, role)).into_iter().collect()
    }

    /// The developer liaison who was named to lead, or all of them.
    fn developer_lead(&self) -> Vec<Addressee> {
        let named = self.engagement().and_then(|engagement| engagement.lead).map(Addressee::Account);
        named.map_or_else(|| self.developer(Role::DeveloperLiaison), |lead| vec![lead])
    }

    /// The liaison who claimed the engagement, or the pool.
    fn liaison(&self) -> Vec<Addressee> {
        let claimed = self.engagement().and_then(|engagement| engagement.liaison);
        vec![claimed.map_or(Addressee::Host(Role::ProgramLiaison), Addressee::Account)]
    }

    /// Unrecused reviewers: a recused one gets nothing further.
    fn reviewers(&self) -> Vec<Addressee> {
        let reviewers = self.nomination.into_iter().flat_map(|nomination| nomination.reviewers.iter());
        reviewers.filter(|(_, reviewer)| !reviewer.recused).map(|(id, _)| Addressee::Account(*id)).collect()
    }

    fn contact(&self) -> Vec<Addressee> {
        let contact = |partner| Addressee::Organization(partner, Role::PartnerContact);
        self.partner.map(contact).into_iter().collect()
    }

    /// Evaluators with an approved grant that is not over, or that ended with the window just now.
    fn grantees(&self) -> Vec<Addressee> {
        let Some(engagement) = self.engagement else { return Vec::new() };
        let grants = self.case.grants_of(engagement).map(|(_, entry)| &entry.state);
        let affected = grants.filter(|g| g.side == Side::Government && g.approved_by.is_some());
        let still = affected.filter(|g| !matches!(g.stage, crate::domain::grant::GrantStage::Revoked));
        still.map(|grant| Addressee::Account(grant.holder)).collect()
    }

    fn approver(&self, subject: Subject) -> Vec<Addressee> {
        let grant = self.case.grants.get(&subject.id).map(|entry| &entry.state);
        match grant.and_then(|grant| grant.approved_by.as_ref()).and_then(|by| by.account) {
            Some(account) => vec![Addressee::Account(account)],
            None => self.developer(Role::DeveloperOfficial),
        }
    }

    fn requester(&self, subject: Subject) -> Vec<Addressee> {
        let grant = self.case.grants.get(&subject.id).map(|entry| &entry.state);
        grant.and_then(|grant| grant.requested_by.account).map(Addressee::Account).into_iter().collect()
    }

    fn person(&self, subject: Subject) -> Vec<Addressee> {
        let holder = self.case.grants.get(&subject.id).map(|entry| entry.state.holder);
        let person = self.case.people.get(&subject.id).map(|entry| entry.state.account);
        holder.or(person).map(Addressee::Account).into_iter().collect()
    }
}

/// The engagement and the nomination above a record.
fn above(case: &Case, subject: Subject) -> (Option<RecordId>, Option<RecordId>) {
    let of_nomination = |id: RecordId| (case.nominations.get(&id).map(|n| n.state.engagement), Some(id));
    match subject.kind {
        Kind::Engagement => (Some(subject.id), None),
        Kind::Nomination => of_nomination(subject.id),
        Kind::Condition => match case.conditions.get(&subject.id).map(|c| c.state.attached_to) {
            Some(to) if to.kind == Kind::Nomination => of_nomination(to.id),
            to => (to.map(|to| to.id), None),
        },
        Kind::Grant => case
            .grants
            .get(&subject.id)
            .map_or((None, None), |grant| (Some(grant.state.engagement), grant.state.nomination)),
        Kind::Handoff => (case.handoffs.get(&subject.id).map(|handoff| handoff.state.engagement), None),
        // A release's own events concern the engagement that is under way, if one is.
        Kind::Release => {
            let live = case.engagements.iter().filter(|(_, entry)| entry.state.framework.is_some());
            (live.max_by_key(|(_, entry)| entry.state.since).map(|(id, _)| *id), None)
        }
        Kind::Incident => case
            .incidents
            .get(&subject.id)
            .map_or((None, None), |incident| (incident.state.engagement, incident.state.nomination)),
        Kind::FoiaRequest => (case.foia_requests.get(&subject.id).map(|request| request.state.engagement), None),
        Kind::Document => match case.documents.get(&subject.id).map(|entry| entry.state.declared.attached_to) {
            Some(to) if to.kind != Kind::Document => above(case, to),
            _ => (None, None),
        },
        Kind::Inquiry | Kind::Prerequisites => (None, None),
    }
}

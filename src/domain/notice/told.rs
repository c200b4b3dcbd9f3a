//! Whom a notice goes to: the groups that the table names, and who stands behind them now.

use std::collections::BTreeMap;

use super::{Addressee, Ask, Notice, NoticeKind, addressee, addressees};
use crate::domain::{
    actor::{Role, Side},
    audience::Audience,
    case::Case,
    deadline::Recipient,
    id::{AccountId, Kind, Subject},
};

/// Whom a notice goes to. What the table says of an event is no secret to whoever may know of the event; who stands
/// behind a group may be another side's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Those who stand behind the groups.
    pub(super) to: Vec<Addressee>,
    /// The groups by their role, and whether somebody stands behind each.
    groups: BTreeMap<Role, bool>,
}

impl Told {
    /// The groups of a row of the table.
    pub(super) fn find(case: &Case, subject: Subject, recipients: &[Recipient]) -> Self {
        let group = |recipient: &Recipient| {
            Self::group(&roles(case, subject, *recipient), addressees(case, subject, *recipient, &[]))
        };
        let mut told = recipients.iter().map(group).fold(Self::default(), Self::and);
        told.to.sort();
        told.to.dedup();
        told
    }

    /// The people of a side who take its turn on a text.
    pub(super) fn lead(case: &Case, subject: Subject, side: Side) -> Self {
        let role = match side {
            Side::Developer => Role::DeveloperLiaison,
            Side::Government => Role::ProgramLiaison,
            Side::Partner => Role::PartnerContact,
        };
        Self::group(&[role], addressee::lead(case, subject, side))
    }

    /// The people of a side who sign for it.
    pub(super) fn signatory(case: &Case, subject: Subject, side: Side) -> Self {
        let role = match side {
            Side::Developer => Role::DeveloperOfficial,
            Side::Government => Role::GovernmentSignatory,
            Side::Partner => Role::PartnerContact,
        };
        Self::group(&[role], addressee::signatory(case, subject, side))
    }

    /// One reviewer.
    pub(super) fn reviewer(account: AccountId) -> Self {
        Self::group(&[Role::Reviewer], vec![Addressee::Account(account)])
    }

    fn group(roles: &[Role], to: Vec<Addressee>) -> Self {
        let groups = roles.iter().map(|role| (*role, !to.is_empty())).collect();
        Self { to, groups }
    }

    /// Both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.to.extend(other.to);
        for (role, anybody) in other.groups {
            *self.groups.entry(role).or_default() |= anybody;
        }
        self
    }

    /// Without those whom an event of this audience is not told to: what is the developer's own is told to nobody else,
    /// and what is the government's own to no developer, such as the outcome of a request before its notice.
    pub(super) fn within(mut self, audience: Audience) -> Self {
        let only = match audience {
            Audience::Government => Side::Government,
            Audience::Developer => Side::Developer,
            Audience::Shared | Audience::Partner(_) => return self,
        };
        let of_organization = |addressee: &Addressee| matches!(addressee, Addressee::Organization(..));
        self.to.retain(|addressee| of_organization(addressee) == (only == Side::Developer));
        self.groups.retain(|role, _| role.side() == Some(only));
        self
    }

    /// The notice about a record, if it is addressed to anybody.
    pub(super) fn notice(self, kind: NoticeKind, ask: Ask, subject: Subject, reference: &str) -> Option<Notice> {
        let Self { to, groups } = self;
        let reference = reference.to_owned();
        (!groups.is_empty()).then_some(Notice { kind, subject, reference, ask, to, groups })
    }
}

impl Notice {
    /// Takes everybody but the insider-risk officer off: of a record that spillage locks nobody else is told.
    pub(super) fn keep_officer(&mut self) {
        self.to.retain(|addressee| addressee.is_officer());
        self.groups.retain(|role, _| *role == Role::InsiderRiskOfficer);
    }

    /// The roles that it goes to, as somebody may know them in advance. Of the `own` side, for whoever sees the record
    /// whole, those behind which somebody stands; of the others all that the table names, since whether there is, say, a
    /// reviewer left is theirs.
    pub fn roles_told(&self, own: Option<Side>) -> impl Iterator<Item = Role> {
        let known = move |(role, anybody): &(&Role, &bool)| **anybody || own.is_none() || role.side() != own;
        self.groups.iter().filter(known).map(|(role, _)| *role)
    }
}

/// The roles of a group, which do not depend on who stands behind it. None for whom a deadline itself names: no notice
/// goes to those.
fn roles(case: &Case, subject: Subject, recipient: Recipient) -> Vec<Role> {
    let of_partner = subject.kind == Kind::Grant
        && case.grants.get(&subject.id).is_some_and(|grant| grant.state.side == Side::Partner);
    vec![match recipient {
        Recipient::DeveloperLiaison => Role::DeveloperLiaison,
        Recipient::DeveloperOfficial | Recipient::Approver => Role::DeveloperOfficial,
        Recipient::Reviewer => Role::Reviewer,
        Recipient::DeterminationRecorder => Role::DeterminationRecorder,
        Recipient::InsiderRisk => Role::InsiderRiskOfficer,
        Recipient::FrameworkOwner => Role::FrameworkOwner,
        Recipient::Records => Role::RecordsOfficer,
        Recipient::PartnerContact => Role::PartnerContact,
        Recipient::Requester if of_partner => Role::PartnerContact,
        Recipient::ProgramLiaison | Recipient::Custodian | Recipient::Requester => Role::ProgramLiaison,
        Recipient::Person if of_partner => Role::PartnerUser,
        Recipient::Evaluator | Recipient::Person => Role::Evaluator,
        Recipient::BothLeads => return vec![Role::DeveloperLiaison, Role::ProgramLiaison],
        Recipient::Responsible | Recipient::Signatory => return Vec::new(),
    }]
}

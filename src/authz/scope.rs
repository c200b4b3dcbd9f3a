//! What a list may contain, as plain data that the store turns into a condition. A list cannot be asked for without a
//! scope, and nothing outside `authz` makes one. Every row that comes back is decided once more by the policies; a test
//! holds the two to the same answer, but for what stands in no column, so that the policies pick it from the rows: what
//! the conditions of an insider-risk officer are about, and whether that officer holds an evaluator's grant.

use super::entities::counted_roles;
use crate::domain::{
    actor::{Actor, Role, Side},
    case::Promoted,
    grant::GrantStage,
    id::{AccountId, Kind, OrganizationId},
};

/// The rows of one kind that an actor may read: those that fit any of the alternatives; none if there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    kind: Kind,
    alternatives: Vec<Alternative>,
}

/// One way for a row to be readable, over the columns of [`Promoted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alternative {
    /// `developer` is this organization.
    Developer(OrganizationId),
    /// `partner` is this organization.
    Partner(OrganizationId),
    /// `government` is set, and the stage is among these unless the list is empty.
    HandedOver {
        /// The stages; empty for all.
        stages: &'static [&'static str],
    },
    /// `government` is set and nobody is assigned.
    Unassigned,
    /// `government` is set and the account is among the assigned.
    Assigned(AccountId),
    /// For a release: `government` is set, and an engagement with this `release` has the account among its assigned.
    AssignedBelow(AccountId),
    /// `holder` is this account.
    Holder(AccountId),
    /// There is a grant row with the same `engagement`, this `holder` and one of these stages; and the row's `partner`
    /// is exactly this (none: the column is null); and `government` is set.
    GrantedUnder {
        /// The grant's holder.
        holder: AccountId,
        /// The row's partner.
        partner: Option<OrganizationId>,
        /// The grant's stages.
        stages: &'static [&'static str],
    },
}

/// The stages of a nomination in which a framework owner has something to assign.
const ASSIGNABLE: &[&str] =
    &["proposed", "disclosed", "screening", "vetting", "decision", "selected", "conditions_precedent"];

impl Scope {
    /// The rows of this kind that the actor may read.
    pub fn of(actor: &Actor, kind: Kind) -> Self {
        // A link opens one record and no list.
        if actor.link.is_some() {
            return Self::nothing(kind);
        }
        let roles: Vec<Role> = counted_roles(actor).collect();
        let any = |wanted: &[Role]| wanted.iter().any(|role| roles.contains(role));
        let mut alternatives = match actor.side {
            Side::Developer => developer(actor, kind, &any),
            Side::Government if any(&[Role::SystemAdministrator, Role::Auditor]) => return Self::nothing(kind),
            Side::Government => government(actor, kind, &any),
            Side::Partner => partner(actor, kind, &any),
        };
        if matches!(kind, Kind::Grant | Kind::Prerequisites) {
            alternatives.push(Alternative::Holder(actor.account));
        }
        Self { kind, alternatives }
    }

    const fn nothing(kind: Kind) -> Self {
        Self { kind, alternatives: Vec::new() }
    }

    /// The kind of row that the scope is for.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The ways for a row to be readable; a row that fits none is not.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Whether the row is in the scope, among the rows that stand beside it: what the store's condition must mean.
    pub fn matches(&self, row: &Promoted, beside: &[(Kind, Promoted)]) -> bool {
        self.alternatives.iter().any(|alternative| alternative.matches(row, beside))
    }
}

type Any<'a> = &'a dyn Fn(&[Role]) -> bool;

fn developer(actor: &Actor, kind: Kind, any: Any<'_>) -> Vec<Alternative> {
    let own = any(&[Role::DeveloperLiaison, Role::DeveloperOfficial]) && kind != Kind::Prerequisites;
    own.then_some(Alternative::Developer(actor.organization)).into_iter().collect()
}

fn government(actor: &Actor, kind: Kind, any: Any<'_>) -> Vec<Alternative> {
    use Role::{
        DeterminationRecorder, Evaluator, FrameworkOwner, GovernmentSignatory, InsiderRiskOfficer, ProgramLiaison,
        RecordsOfficer, Reviewer,
    };
    let everything = Alternative::HandedOver { stages: &[] };
    let assigned = any(&[ProgramLiaison, GovernmentSignatory, RecordsOfficer]);
    let officer = any(&[InsiderRiskOfficer]);
    let second_role = !any(&[Reviewer]);
    let under = |stages| Alternative::GrantedUnder { holder: actor.account, partner: None, stages };
    let granted = under(GrantStage::GRANTED);
    let rows: &[(bool, Alternative)] = match kind {
        Kind::Release => &[(assigned, Alternative::AssignedBelow(actor.account))],
        Kind::Inquiry => &[(any(&[ProgramLiaison, DeterminationRecorder]), everything)],
        Kind::Engagement => &[
            (any(&[ProgramLiaison]), Alternative::Unassigned),
            (assigned, Alternative::Assigned(actor.account)),
            (officer, everything),
            (any(&[Evaluator]), granted),
        ],
        Kind::Condition => &[
            (assigned, Alternative::Assigned(actor.account)),
            (officer && second_role, everything),
            // Who is asked to agree to terms reads them first.
            (any(&[Evaluator]), under(GrantStage::LIVE)),
        ],
        Kind::Nomination => &[
            (assigned || any(&[Reviewer]), Alternative::Assigned(actor.account)),
            (any(&[FrameworkOwner]) && second_role, Alternative::HandedOver { stages: ASSIGNABLE }),
            (officer && second_role, everything),
        ],
        Kind::Grant => &[(assigned, Alternative::Assigned(actor.account)), (officer && second_role, everything)],
        Kind::Prerequisites => &[(officer, everything)],
        Kind::Incident => &[
            (any(&[ProgramLiaison]) && second_role, Alternative::Unassigned),
            (assigned, Alternative::Assigned(actor.account)),
            (officer && second_role, everything),
        ],
        Kind::FoiaRequest => &[(any(&[ProgramLiaison, RecordsOfficer]), Alternative::Assigned(actor.account))],
        Kind::Document => {
            &[(assigned || any(&[Reviewer]), Alternative::Assigned(actor.account)), (any(&[Evaluator]), granted)]
        }
        Kind::Handoff => &[(assigned, Alternative::Assigned(actor.account)), (any(&[Evaluator]), granted)],
    };
    rows.iter().filter(|(holds, _)| *holds).map(|(_, alternative)| *alternative).collect()
}

fn partner(actor: &Actor, kind: Kind, any: Any<'_>) -> Vec<Alternative> {
    let organization = actor.organization;
    let contact = any(&[Role::PartnerContact]).then_some(Alternative::Partner(organization));
    let user = any(&[Role::PartnerUser]).then_some(Alternative::GrantedUnder {
        holder: actor.account,
        partner: Some(organization),
        stages: GrantStage::LIVE,
    });
    match kind {
        Kind::Condition => contact.into_iter().chain(user).collect(),
        Kind::Nomination | Kind::Grant | Kind::Incident | Kind::Document => contact.into_iter().collect(),
        Kind::Release | Kind::Inquiry | Kind::Engagement | Kind::Prerequisites | Kind::FoiaRequest | Kind::Handoff => {
            Vec::new()
        }
    }
}

impl Alternative {
    fn matches(&self, row: &Promoted, beside: &[(Kind, Promoted)]) -> bool {
        let of = |kind: Kind| beside.iter().filter(move |(beside, _)| *beside == kind).map(|(_, row)| row);
        match self {
            Self::Developer(organization) => row.developer == Some(*organization),
            Self::Partner(organization) => row.partner == Some(*organization),
            Self::HandedOver { stages } => row.government && (stages.is_empty() || stages.contains(&row.stage)),
            Self::Unassigned => row.government && row.assigned.is_empty(),
            Self::Assigned(account) => row.government && row.assigned.contains(account),
            Self::AssignedBelow(account) => {
                row.government
                    && of(Kind::Engagement)
                        .any(|below| below.release == row.release && below.assigned.contains(account))
            }
            Self::Holder(account) => row.holder == Some(*account),
            Self::GrantedUnder { holder, partner, stages } => {
                row.government
                    && row.partner == *partner
                    && of(Kind::Grant).any(|grant| {
                        grant.engagement == row.engagement
                            && grant.holder == Some(*holder)
                            && stages.contains(&grant.stage)
                    })
            }
        }
    }
}

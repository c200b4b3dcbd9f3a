//! The people and organizations of the tests' small world.

use uuid::Uuid;

use crate::domain::{
    actor::{Actor, Assurance, Role, Side},
    case::PersonFacts,
    id::{AccountId, OrganizationId},
};

/// The people of the world, each with one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Dl,
    Da,
    SecondDa,
    Pl,
    Gs,
    Ir,
    Ev,
    SecondEv,
    Dt,
    Fo,
    RvTreasury,
    RvCisa,
    RvCisaToo,
    RvNsa,
    Tc,
    Tu,
    Rf,
    SecondRf,
    Au,
}

/// What everybody of the small world is called, so that whoever signs types the own name.
pub const NAME: &str = "A. Person";

/// The developer, the host, its agencies and the partner, by number.
pub const DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(901));
pub const HOST: OrganizationId = OrganizationId(Uuid::from_u128(902));
pub const TREASURY: OrganizationId = OrganizationId(Uuid::from_u128(903));
pub const CISA: OrganizationId = OrganizationId(Uuid::from_u128(904));
pub const NSA: OrganizationId = OrganizationId(Uuid::from_u128(905));
pub const PARTNER: OrganizationId = OrganizationId(Uuid::from_u128(906));

impl Who {
    pub const ALL: [Self; 19] = [
        Self::Dl,
        Self::Da,
        Self::SecondDa,
        Self::Pl,
        Self::Gs,
        Self::Ir,
        Self::Ev,
        Self::SecondEv,
        Self::Dt,
        Self::Fo,
        Self::RvTreasury,
        Self::RvCisa,
        Self::RvCisaToo,
        Self::RvNsa,
        Self::Tc,
        Self::Tu,
        Self::Rf,
        Self::SecondRf,
        Self::Au,
    ];

    fn facts(self) -> (u128, OrganizationId, Side, Role) {
        use {Role as R, Side as S};
        match self {
            Self::Dl => (1, DEVELOPER, S::Developer, R::DeveloperLiaison),
            Self::Da => (2, DEVELOPER, S::Developer, R::DeveloperOfficial),
            Self::SecondDa => (3, DEVELOPER, S::Developer, R::DeveloperOfficial),
            Self::Pl => (4, HOST, S::Government, R::ProgramLiaison),
            Self::Gs => (5, HOST, S::Government, R::GovernmentSignatory),
            Self::Ir => (6, HOST, S::Government, R::InsiderRiskOfficer),
            Self::Ev => (7, CISA, S::Government, R::Evaluator),
            Self::SecondEv => (8, NSA, S::Government, R::Evaluator),
            Self::Dt => (9, NSA, S::Government, R::DeterminationRecorder),
            Self::Fo => (10, TREASURY, S::Government, R::FrameworkOwner),
            Self::RvTreasury => (11, TREASURY, S::Government, R::Reviewer),
            Self::RvCisa => (12, CISA, S::Government, R::Reviewer),
            Self::RvCisaToo => (13, CISA, S::Government, R::Reviewer),
            Self::RvNsa => (14, NSA, S::Government, R::Reviewer),
            Self::Tc => (15, PARTNER, S::Partner, R::PartnerContact),
            Self::Tu => (16, PARTNER, S::Partner, R::PartnerUser),
            Self::Rf => (17, HOST, S::Government, R::RecordsOfficer),
            Self::SecondRf => (18, HOST, S::Government, R::RecordsOfficer),
            Self::Au => (19, HOST, S::Government, R::Auditor),
        }
    }

    /// The person's account.
    pub fn account(self) -> AccountId {
        AccountId(Uuid::from_u128(self.facts().0))
    }

    /// The person's side.
    pub fn side(self) -> Side {
        self.facts().2
    }

    /// The person, asking with two factors.
    pub fn actor(self) -> Actor {
        let (_, organization, side, role) = self.facts();
        let (account, roles) = (self.account(), [role].into());
        Actor { account, organization, side, roles, assurance: Assurance::Aal2, name: NAME.to_owned(), link: None }
    }

    pub(super) fn person(self) -> PersonFacts {
        let (_, organization, side, role) = self.facts();
        PersonFacts {
            organization,
            side,
            roles: [role].into(),
            active: true,
            second_factor: true,
            left: std::collections::BTreeMap::new(),
        }
    }
}

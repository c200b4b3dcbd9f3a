//! Who acts: sides, roles, and the person (or gateway) behind a command (domain section 2).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::id::{AccountId, OrganizationId, RecordId};

/// The side that a person acts for; nobody acts for two (domain section 2, conflicts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The developer of the model.
    Developer,
    /// The government: the host and its agencies.
    Government,
    /// A trusted partner, or an organization nominated as one.
    Partner,
}

impl Side {
    /// The name used in columns, policies and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Government => "government",
            Self::Partner => "partner",
        }
    }

    /// The side with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Developer, Self::Government, Self::Partner].into_iter().find(|side| side.name() == name)
    }
}

/// Who hosts the deployment (domain section 0, "Who hosts it").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// A program office of the government, for many developers.
    ProgramOffice,
    /// One developer, for its own engagements; government and partners are external parties.
    SingleDeveloper,
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $code:literal $side:expr;)*) => {
        /// The roles of domain section 2. Codes are the document's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Role { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        impl Role {
            /// Every role, in the document's order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The two-letter code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The role with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// The one side whose accounts may hold the role; `None` for a role that every side has.
            pub const fn side(self) -> Option<Side> {
                match self { $(Self::$name => $side,)* }
            }
        }
    };
}

roles! {
    /// Developer liaison.
    DeveloperLiaison "DL" Some(Side::Developer);
    /// Developer authorized official.
    DeveloperOfficial "DA" Some(Side::Developer);
    /// Program liaison of the framework office.
    ProgramLiaison "PL" Some(Side::Government);
    /// Reviewer in partner selection.
    Reviewer "RV" Some(Side::Government);
    /// Determination recorder.
    DeterminationRecorder "DT" Some(Side::Government);
    /// Framework owner.
    FrameworkOwner "FO" Some(Side::Government);
    /// Consulted official.
    ConsultedOfficial "CO" Some(Side::Government);
    /// Evaluator.
    Evaluator "EV" Some(Side::Government);
    /// Partner contact.
    PartnerContact "TC" Some(Side::Partner);
    /// Partner user.
    PartnerUser "TU" Some(Side::Partner);
    /// Insider-risk officer.
    InsiderRiskOfficer "IR" Some(Side::Government);
    /// Records and FOIA officer.
    RecordsOfficer "RF" Some(Side::Government);
    /// Auditor.
    Auditor "AU" Some(Side::Government);
    /// System administrator.
    SystemAdministrator "SA" Some(Side::Government);
    /// Government signatory.
    GovernmentSignatory "GS" Some(Side::Government);
    /// Organization administrator.
    OrganizationAdministrator "OA" None;
}

impl PartialSchema for Role {
    fn schema() -> RefOr<Schema> {
        let codes = Self::ALL.iter().map(|role| role.code());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).into()
    }
}

impl ToSchema for Role {}

impl Role {
    /// Roles that take two people to give, never to oneself (domain section 2).
    pub const fn takes_two(self) -> bool {
        matches!(
            self,
            Self::DeveloperOfficial
                | Self::GovernmentSignatory
                | Self::Reviewer
                | Self::InsiderRiskOfficer
                | Self::FrameworkOwner
                | Self::DeterminationRecorder
                | Self::SystemAdministrator
        )
    }
}

/// Assurance level of the asking session (SP 800-63B-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// One factor.
    Aal1,
    /// Two factors.
    Aal2,
}

/// The person who asks, as the session and the account say at this request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its one organization.
    pub organization: OrganizationId,
    /// Its one side.
    pub side: Side,
    /// Its confirmed roles.
    pub roles: BTreeSet<Role>,
    /// The session's assurance level.
    pub assurance: Assurance,
    /// The name shown to people of the same case.
    pub name: String,
    /// The one record that a single-use link opened for this session; none for who signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<RecordId>,
}

impl Actor {
    /// Whether the actor holds the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether a typed name is the actor's own: letter case, spaces and dots do not matter, so that "A. Quist" is "a quist".
    pub fn is_named(&self, typed: &str) -> bool {
        folded(typed) == folded(&self.name)
    }
}

/// A name without what people write now so and now otherwise.
fn folded(name: &str) -> String {
    name.chars().filter(|one| !one.is_whitespace() && *one != '.').flat_map(char::to_lowercase).collect()
}

/// Who did something: kept in events and signatures. `account` is absent for the scheduler (SC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct By {
    /// The account, or nothing for time itself (the scheduler).
    pub account: Option<AccountId>,
    /// The account's organization.
    pub organization: Option<OrganizationId>,
    /// The side it acted for.
    pub side: Option<Side>,
    /// The roles that it held then: they may end, and the record still says in which it could act (domain section 3).
    #[serde(default)]
    pub roles: BTreeSet<Role>,
    /// The authorized official on whose delegation it acted, if it did (domain section 3.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_by: Option<AccountId>,
    /// By which way, where it was not a sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

/// How somebody acted who did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By a single-use link that was mailed to a person of another side than the host's.
    ExternalLink,
}

impl By {
    /// The scheduler: it moves time, and never signs, consents or decides (invariant 27).
    pub const SCHEDULER: Self =
        Self { account: None, organization: None, side: None, roles: BTreeSet::new(), delegated_by: None, via: None };

    /// Whether this is the given account.
    pub fn is(&self, account: AccountId) -> bool {
        self.account == Some(account)
    }
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        let (account, organization) = (Some(actor.account), Some(actor.organization));
        let via = actor.link.map(|_| Via::ExternalLink);
        Self { account, organization, side: Some(actor.side), roles: actor.roles.clone(), delegated_by: None, via }
    }
}

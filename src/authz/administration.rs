//! Who may administer: organizations, accounts, roles and API tokens. These are no aggregates and have no stages, so
//! that a table in one function says it all; a case's content is reached through none of it (domain section 2).

use super::Denial;
use crate::domain::{
    actor::{Actor, Hosting, Role, Side},
    id::{AccountId, OrganizationId},
};

/// An act of administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdministrativeAction {
    /// Adds an organization.
    CreateOrganization,
    /// Knows of an organization.
    ReadOrganization,
    /// Knows of an account and its roles.
    ReadAccount,
    /// Adds an account to an organization.
    CreateAccount,
    /// Gives out another invitation to somebody who has not accepted one yet.
    InviteAccount,
    /// Invites somebody by mail, sends that again, or takes it back.
    Invite,
    /// Disables an account, or enables it again.
    DisableAccount,
    /// Removes a person from the organization: roles, sessions and grants end.
    RemoveAccount,
    /// Sees where somebody else is signed in, and ends it.
    ManageSessions,
    /// Asks for a role; where the role does not take two people, gives it.
    AskRole(Role),
    /// Confirms, as the second person, a role that was asked for.
    ConfirmRole,
    /// Ends a role.
    EndRole,
    /// Lists, makes and revokes the API tokens of an organization.
    ManageApiTokens,
    /// Closes a day, or opens it again.
    ManageCalendar,
    /// Reads what became of mails.
    ReadMailLog,
    /// Sees which mails did not arrive, and records that somebody looked after one.
    LookAfterMail,
    /// Reads how the service is and what it still has to do.
    ReadService,
    /// Enters what was learned of a milestone of the program.
    ReportMilestone,
    /// Drafts framework versions and turns a key of their activation.
    ManageFramework,
    /// Reads figures: of the program, which belong to the government, or of the own developer.
    ReadFigures,
}

impl AdministrativeAction {
    /// The stable name, as the access log has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateOrganization => "organization.create",
            Self::ReadOrganization => "organization.read",
            Self::ReadAccount => "account.read",
            Self::CreateAccount => "account.create",
            Self::InviteAccount => "account.invite",
            Self::Invite => "invitation.make",
            Self::DisableAccount => "account.disable",
            Self::RemoveAccount => "account.remove",
            Self::ManageSessions => "session.manage",
            Self::AskRole(_) => "role.ask",
            Self::ConfirmRole => "role.confirm",
            Self::EndRole => "role.end",
            Self::ManageApiTokens => "api-token.manage",
            Self::ManageCalendar => "calendar.manage",
            Self::ReadMailLog => "mail.log",
            Self::LookAfterMail => "mail.look-after",
            Self::ReadService => "service.read",
            Self::ReportMilestone => "milestone.report",
            Self::ManageFramework => "framework.manage",
            Self::ReadFigures => "figures.read",
        }
    }
}

/// What an act of administration is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdministrativeResource {
    /// The organization; none for one that is yet to be made.
    pub organization: Option<OrganizationId>,
    /// Its side.
    pub side: Side,
    /// The account, where the act is about one.
    pub account: Option<AccountId>,
    /// Who asked for the role, where the act is about one that was asked for.
    pub asked_by: Option<AccountId>,
    /// Who hosts the deployment.
    pub hosting: Hosting,
}

impl AdministrativeResource {
    /// Whether it is an external party: of another side than the developer that hosts itself.
    pub fn is_external(&self) -> bool {
        self.hosting == Hosting::SingleDeveloper && self.side != Side::Developer
    }
}

/// Roles that belong to whoever hosts the deployment and speak of its operation alone. A developer that hosts itself
/// gives them to its own people, for whom they count in administration and never in a case.
const OF_THE_HOST: [Role; 4] = [Role::SystemAdministrator, Role::FrameworkOwner, Role::RecordsOfficer, Role::Auditor];

/// Roles of the government that an external party may hold. A framework owner is among them because nobody else assigns
/// reviewers, and the developer must not.
const OF_EXTERNAL_GOVERNMENT: [Role; 7] = [
    Role::ProgramLiaison,
    Role::GovernmentSignatory,
    Role::Reviewer,
    Role::DeterminationRecorder,
    Role::Evaluator,
    Role::InsiderRiskOfficer,
    Role::FrameworkOwner,
];

/// Whether people of a side may hold the role (domain sections 0 and 2): never one of another side, but for the host's
/// roles where a developer hosts itself.
pub fn may_hold(hosting: Hosting, side: Side, role: Role) -> bool {
    let own = role.side().is_none_or(|of| of == side);
    match (hosting, side) {
        (Hosting::ProgramOffice, _) => own,
        (Hosting::SingleDeveloper, Side::Developer) => own || OF_THE_HOST.contains(&role),
        (Hosting::SingleDeveloper, Side::Government) => OF_EXTERNAL_GOVERNMENT.contains(&role),
        (Hosting::SingleDeveloper, Side::Partner) => matches!(role, Role::PartnerContact | Role::PartnerUser),
    }
}

impl AdministrativeResource {
    /// The program office's own affairs, which are nobody's account.
    pub const fn office(hosting: Hosting) -> Self {
        Self { organization: None, side: Side::Government, account: None, asked_by: None, hosting }
    }
}

/// Whether the actor may carry out the act.
///
/// # Errors
/// [`Denial::Hidden`] where the actor may not even know of the organization or account, else [`Denial::Forbidden`].
pub fn may(actor: &Actor, action: AdministrativeAction, resource: &AdministrativeResource) -> Result<(), Denial> {
    use AdministrativeAction as A;
    let own = resource.account == Some(actor.account);
    if actor.link.is_some() && !matches!(action, A::ReadOrganization | A::ReadAccount) {
        return Err(Denial::Hidden);
    }
    let allowed = match action {
        A::CreateOrganization => actor.has(Role::SystemAdministrator) || asks_in(actor, resource),
        A::ManageCalendar | A::ReadMailLog | A::ReadService => actor.has(Role::SystemAdministrator),
        // A liaison, only of what stands on records that the liaison may read.
        A::LookAfterMail => actor.has(Role::SystemAdministrator) || actor.has(Role::ProgramLiaison),
        A::ReadOrganization => knows_organization(actor, resource),
        A::ReadAccount => knows_account(actor, resource),
        // Nobody makes an external party's account or hands its holder a link: they come in by mail.
        A::CreateAccount | A::InviteAccount => runs(actor, resource) && !resource.is_external(),
        A::Invite => runs(actor, resource) || asks_in(actor, resource),
        A::EndRole => runs(actor, resource),
        // Nobody disables the account that they act with, nor gives a role to themselves. One's own sessions are one's
        // own affair, which takes no role.
        A::DisableAccount | A::RemoveAccount | A::ManageSessions => runs(actor, resource) && !own,
        A::AskRole(role) => {
            let asks = runs(actor, resource) || asks_in(actor, resource);
            asks && !own && may_hold(resource.hosting, resource.side, role)
        }
        A::ConfirmRole => confirms_for(actor, resource) && !own && resource.asked_by != Some(actor.account),
        A::ManageApiTokens => speaks_for_developer(actor, resource),
        // Which of two owners may turn which key is a rule about the version, in `domain::framework::activation`.
        A::ManageFramework | A::ReportMilestone => actor.has(Role::FrameworkOwner),
        A::ReadFigures => oversees(actor, resource) || speaks_for_developer(actor, resource),
    };
    match (allowed, action) {
        (true, _) => Ok(()),
        // That there are framework versions, a calendar, milestones and a log of mail is no secret.
        (
            false,
            A::CreateOrganization
            | A::ManageFramework
            | A::ManageCalendar
            | A::ReadMailLog
            | A::LookAfterMail
            | A::ReadService
            | A::ReportMilestone,
        ) => Err(Denial::Forbidden),
        (false, A::ReadOrganization | A::ReadAccount) => Err(Denial::Hidden),
        (false, _) if knows_account(actor, resource) => Err(Denial::Forbidden),
        (false, _) => Err(Denial::Hidden),
    }
}

/// SA runs every organization, OA the own one.
fn runs(actor: &Actor, resource: &AdministrativeResource) -> bool {
    actor.has(Role::SystemAdministrator) || actor.has(Role::OrganizationAdministrator) && is_of(actor, resource)
}

/// The second person is of the program office, not of the organization that asks.
fn confirms(actor: &Actor) -> bool {
    actor.has(Role::SystemAdministrator) || actor.has(Role::FrameworkOwner)
}

/// A developer that hosts itself asks external parties in by its liaisons and officials.
fn asks_in(actor: &Actor, resource: &AdministrativeResource) -> bool {
    let speaks = actor.has(Role::DeveloperLiaison) || actor.has(Role::DeveloperOfficial);
    resource.is_external() && actor.side == Side::Developer && speaks
}

/// For an external party the official of the developer that hosts itself is a second person too.
fn confirms_for(actor: &Actor, resource: &AdministrativeResource) -> bool {
    let official = actor.side == Side::Developer && actor.has(Role::DeveloperOfficial);
    confirms(actor) || resource.is_external() && official
}

fn is_of(actor: &Actor, resource: &AdministrativeResource) -> bool {
    resource.organization == Some(actor.organization)
}

/// Figures over all developers are for whoever owns the framework, keeps its records or audits it.
fn oversees(actor: &Actor, resource: &AdministrativeResource) -> bool {
    const OVERSEE: [Role; 3] = [Role::FrameworkOwner, Role::RecordsOfficer, Role::Auditor];
    resource.side == Side::Government && OVERSEE.iter().any(|role| actor.has(*role))
}

/// A gateway's token is the developer's own affair: no administrator makes one.
fn speaks_for_developer(actor: &Actor, resource: &AdministrativeResource) -> bool {
    let speaks = actor.has(Role::DeveloperOfficial) || actor.has(Role::DeveloperLiaison);
    speaks && resource.side == Side::Developer && is_of(actor, resource)
}

/// People know their own organization; those who run or confirm know all; PL and IR know the government's people, whom
/// they request and clear grants for.
fn knows_account(actor: &Actor, resource: &AdministrativeResource) -> bool {
    let clears = actor.has(Role::ProgramLiaison) || actor.has(Role::InsiderRiskOfficer);
    is_of(actor, resource) || confirms(actor) || clears && resource.side == Side::Government || asks_in(actor, resource)
}

/// Organizations are known more widely by name: the government's to its own people, and those that may be nominated to
/// the people who nominate and select. No developer learns of another (invariant 15).
fn knows_organization(actor: &Actor, resource: &AdministrativeResource) -> bool {
    const SELECT: [Role; 5] = [
        Role::DeveloperLiaison,
        Role::DeveloperOfficial,
        Role::ProgramLiaison,
        Role::Reviewer,
        Role::InsiderRiskOfficer,
    ];
    let selects = SELECT.iter().any(|role| actor.has(*role));
    knows_account(actor, resource)
        || actor.side == Side::Government && resource.side == Side::Government
        || selects && resource.side == Side::Partner
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{AdministrativeAction as A, *};
    use crate::domain::actor::Assurance;

    const HOST: OrganizationId = OrganizationId(Uuid::from_u128(1));
    const DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(2));
    const OTHER_DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(3));
    const PARTNER: OrganizationId = OrganizationId(Uuid::from_u128(4));
    const ME: AccountId = AccountId(Uuid::from_u128(10));
    const THEM: AccountId = AccountId(Uuid::from_u128(11));
    const THIRD: AccountId = AccountId(Uuid::from_u128(12));

    const fn side(organization: OrganizationId) -> Side {
        match organization.0.as_u128() {
            1 => Side::Government,
            4 => Side::Partner,
            _ => Side::Developer,
        }
    }

    fn actor(organization: OrganizationId, role: Role) -> Actor {
        Actor {
            account: ME,
            organization,
            side: side(organization),
            roles: [role].into(),
            assurance: Assurance::Aal1,
            name: "Test".to_owned(),
            link: None,
        }
    }

    const fn about(organization: OrganizationId, account: AccountId) -> AdministrativeResource {
        AdministrativeResource {
            organization: Some(organization),
            side: side(organization),
            account: Some(account),
            asked_by: Some(THIRD),
            hosting: Hosting::ProgramOffice,
        }
    }

    const YES: Result<(), Denial> = Ok(());
    const NO: Result<(), Denial> = Err(Denial::Forbidden);
    const HIDDEN: Result<(), Denial> = Err(Denial::Hidden);

    #[test]
    fn the_table_says_who_may() {
        use Role::{
            DeveloperLiaison as DL, DeveloperOfficial as DA, Evaluator as EV, FrameworkOwner as FO,
            OrganizationAdministrator as OA, PartnerContact as TC, ProgramLiaison as PL, SystemAdministrator as SA,
        };
        let table = [
            (HOST, SA, A::CreateOrganization, DEVELOPER, YES),
            (DEVELOPER, OA, A::CreateOrganization, DEVELOPER, NO),
            (HOST, SA, A::CreateAccount, DEVELOPER, YES),
            (DEVELOPER, OA, A::CreateAccount, DEVELOPER, YES),
            (DEVELOPER, OA, A::CreateAccount, OTHER_DEVELOPER, HIDDEN),
            (DEVELOPER, DA, A::CreateAccount, DEVELOPER, NO),
            (HOST, FO, A::CreateAccount, DEVELOPER, NO),
            (DEVELOPER, OA, A::InviteAccount, PARTNER, HIDDEN),
            (PARTNER, OA, A::DisableAccount, PARTNER, YES),
            (HOST, OA, A::DisableAccount, DEVELOPER, HIDDEN),
            (DEVELOPER, OA, A::AskRole(DA), DEVELOPER, YES),
            (DEVELOPER, OA, A::AskRole(PL), DEVELOPER, NO),
            (HOST, SA, A::AskRole(TC), PARTNER, YES),
            (HOST, SA, A::AskRole(TC), DEVELOPER, NO),
            (HOST, SA, A::AskRole(OA), PARTNER, YES),
            (HOST, SA, A::ConfirmRole, DEVELOPER, YES),
            (HOST, FO, A::ConfirmRole, DEVELOPER, YES),
            (DEVELOPER, OA, A::ConfirmRole, DEVELOPER, NO),
            (HOST, SA, A::ManageSessions, DEVELOPER, YES),
            (DEVELOPER, OA, A::ManageSessions, DEVELOPER, YES),
            (DEVELOPER, OA, A::ManageSessions, OTHER_DEVELOPER, HIDDEN),
            (DEVELOPER, DA, A::ManageSessions, DEVELOPER, NO),
            (HOST, FO, A::ManageSessions, DEVELOPER, NO),
            (DEVELOPER, OA, A::EndRole, DEVELOPER, YES),
            (DEVELOPER, OA, A::EndRole, OTHER_DEVELOPER, HIDDEN),
            (HOST, PL, A::EndRole, HOST, NO),
            (DEVELOPER, DL, A::ManageApiTokens, DEVELOPER, YES),
            (DEVELOPER, DA, A::ManageApiTokens, OTHER_DEVELOPER, HIDDEN),
            (DEVELOPER, OA, A::ManageApiTokens, DEVELOPER, NO),
            (HOST, SA, A::ManageApiTokens, DEVELOPER, NO),
            (PARTNER, TC, A::ManageApiTokens, PARTNER, NO),
            (HOST, FO, A::ManageFramework, HOST, YES),
            (HOST, SA, A::ManageFramework, HOST, NO),
            (DEVELOPER, DA, A::ManageFramework, DEVELOPER, NO),
            (DEVELOPER, DL, A::ReadOrganization, PARTNER, YES),
            (DEVELOPER, DL, A::ReadAccount, PARTNER, HIDDEN),
            (DEVELOPER, DL, A::ReadOrganization, OTHER_DEVELOPER, HIDDEN),
            (PARTNER, TC, A::ReadOrganization, DEVELOPER, HIDDEN),
            (HOST, EV, A::ReadAccount, PARTNER, HIDDEN),
            (HOST, PL, A::ReadAccount, HOST, YES),
            (HOST, PL, A::ReadAccount, PARTNER, HIDDEN),
            (HOST, FO, A::ReadFigures, HOST, YES),
            (HOST, PL, A::ReadFigures, HOST, NO),
            (HOST, SA, A::ReadFigures, HOST, NO),
            (DEVELOPER, DA, A::ReadFigures, DEVELOPER, YES),
            (DEVELOPER, DA, A::ReadFigures, OTHER_DEVELOPER, HIDDEN),
            (DEVELOPER, OA, A::ReadFigures, DEVELOPER, NO),
            (PARTNER, TC, A::ReadFigures, PARTNER, NO),
            (HOST, FO, A::ReadFigures, DEVELOPER, NO),
        ];
        for (of, role, action, organization, expected) in table {
            let said = may(&actor(of, role), action, &about(organization, THEM));
            assert_eq!(said, expected, "{role:?} of {of} {action:?} {organization}");
        }
    }

    #[test]
    fn where_a_developer_hosts_itself_it_asks_others_in_and_makes_none_of_their_accounts() {
        use Role::{
            DeveloperLiaison as DL, DeveloperOfficial as DA, FrameworkOwner as FO, GovernmentSignatory as GS,
            OrganizationAdministrator as OA, ProgramLiaison as PL, SystemAdministrator as SA,
        };
        let table = [
            (DEVELOPER, DL, A::Invite, HOST, YES),
            (DEVELOPER, DA, A::Invite, PARTNER, YES),
            (DEVELOPER, SA, A::Invite, HOST, YES),
            (DEVELOPER, DL, A::Invite, DEVELOPER, NO),
            (DEVELOPER, OA, A::Invite, DEVELOPER, YES),
            (DEVELOPER, OA, A::Invite, HOST, HIDDEN),
            (HOST, PL, A::Invite, HOST, NO),
            (DEVELOPER, SA, A::CreateAccount, HOST, NO),
            (DEVELOPER, SA, A::InviteAccount, HOST, NO),
            (DEVELOPER, SA, A::CreateAccount, DEVELOPER, YES),
            (DEVELOPER, DL, A::AskRole(GS), HOST, YES),
            (DEVELOPER, SA, A::AskRole(GS), DEVELOPER, NO),
            (DEVELOPER, SA, A::AskRole(FO), DEVELOPER, YES),
            (DEVELOPER, SA, A::AskRole(SA), HOST, NO),
            (DEVELOPER, DA, A::ConfirmRole, HOST, YES),
            (DEVELOPER, DA, A::ConfirmRole, DEVELOPER, NO),
            (DEVELOPER, DL, A::ConfirmRole, HOST, NO),
            (HOST, GS, A::ConfirmRole, HOST, NO),
            (DEVELOPER, SA, A::RemoveAccount, HOST, YES),
            (DEVELOPER, DL, A::RemoveAccount, HOST, NO),
        ];
        for (of, role, action, organization, expected) in table {
            let resource = AdministrativeResource { hosting: Hosting::SingleDeveloper, ..about(organization, THEM) };
            assert_eq!(
                may(&actor(of, role), action, &resource),
                expected,
                "{role:?} of {of} {action:?} {organization}"
            );
        }
        let asked =
            AdministrativeResource { hosting: Hosting::SingleDeveloper, asked_by: Some(ME), ..about(HOST, THEM) };
        assert_eq!(may(&actor(DEVELOPER, DA), A::ConfirmRole, &asked), NO, "not by the one who asked");
        let guest = Actor { link: Some(crate::domain::id::RecordId(Uuid::from_u128(20))), ..actor(HOST, PL) };
        assert_eq!(may(&guest, A::Invite, &asked), HIDDEN, "a link opens no administration");
    }

    /// Domain section 2: no person acts for both sides, whoever hosts.
    #[test]
    fn nobody_may_hold_a_role_of_another_side_but_those_that_speak_of_the_hosts_own_operation() {
        for hosting in [Hosting::ProgramOffice, Hosting::SingleDeveloper] {
            for side in [Side::Developer, Side::Government, Side::Partner] {
                for role in Role::ALL {
                    let foreign = role.side().is_some_and(|of| of != side);
                    let hosts = hosting == Hosting::SingleDeveloper && side == Side::Developer;
                    let excepted = hosts && ["SA", "FO", "RF", "AU"].contains(&role.code());
                    let held = may_hold(hosting, side, *role);
                    assert!(!held || !foreign || excepted, "{hosting:?} {side:?} {role:?}");
                    assert!(held || foreign || hosting == Hosting::SingleDeveloper, "{hosting:?} {side:?} {role:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_gives_a_role_to_themselves_or_confirms_what_they_asked_for() {
        let administrator = actor(HOST, Role::SystemAdministrator);
        let own = about(HOST, ME);
        let asked = AdministrativeResource { asked_by: Some(ME), ..about(HOST, THEM) };
        for (action, resource) in [
            (A::AskRole(Role::FrameworkOwner), own),
            (A::AskRole(Role::Evaluator), own),
            (A::ConfirmRole, own),
            (A::ConfirmRole, asked),
            (A::DisableAccount, own),
            (A::ManageSessions, own),
        ] {
            assert_eq!(may(&administrator, action, &resource), NO, "{action:?}");
        }
        assert_eq!(may(&administrator, A::ConfirmRole, &about(HOST, THEM)), YES);
    }
}

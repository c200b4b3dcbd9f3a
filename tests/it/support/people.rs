//! The people of a test's world: two developers, the program office with three agencies, and two partners. Every account
//! is made by the operator, with the one password of the tests.

use std::collections::BTreeMap;

use anteroom::{
    app::{
        App,
        identity::{NewAccount, NewOrganization},
    },
    domain::{
        actor::{Role, Side},
        id::OrganizationId,
        text::Name,
    },
};

/// Everybody's password.
pub const PASSWORD: &str = "slow granite lantern 41";

const ORGANIZATIONS: &[(&str, &str, Side)] = &[
    ("fado", "Frontier Access Office", Side::Government),
    ("treasury", "Treasury", Side::Government),
    ("nsa", "NSA", Side::Government),
    ("cisa", "CISA", Side::Government),
    ("larkspur", "Larkspur Cognition", Side::Developer),
    ("quillstone", "Quillstone AI", Side::Developer),
    ("cedar_hollow", "Cedar Hollow Rural Hospital", Side::Partner),
    ("first_prairie", "First Prairie Community Bank", Side::Partner),
];

const PEOPLE: &[(&str, &str, &str, &[Role])] = &[
    ("nia.holt@fado.test", "Nia Holt", "fado", &[Role::SystemAdministrator]),
    ("dana.whitlow@fado.test", "Dana Whitlow", "fado", &[Role::ProgramLiaison]),
    ("adele.quist@fado.test", "Adele Quist", "fado", &[Role::GovernmentSignatory]),
    ("sam.petrov@fado.test", "Sam Petrov", "fado", &[Role::InsiderRiskOfficer]),
    ("theo.marsh@fado.test", "Theo Marsh", "fado", &[Role::FrameworkOwner]),
    ("joan.mbeki@fado.test", "Joan Mbeki", "fado", &[Role::RecordsOfficer]),
    ("rosa.pell@fado.test", "Rosa Pell", "fado", &[Role::RecordsOfficer]),
    ("carl.dietz@fado.test", "Carl Dietz", "fado", &[Role::Auditor]),
    ("marcus.bell@treasury.fado.test", "Marcus Bell", "treasury", &[Role::Reviewer]),
    ("grant.okafor@nsa.fado.test", "Grant Okafor", "nsa", &[Role::DeterminationRecorder]),
    ("yuki.andrade@cisa.fado.test", "Yuki Andrade", "cisa", &[Role::Reviewer]),
    ("lena.fisk@cisa.fado.test", "Lena Fisk", "cisa", &[Role::Evaluator]),
    ("omar.haddad@cisa.fado.test", "Omar Haddad", "cisa", &[Role::Evaluator]),
    ("ines.varga@larkspur.test", "Ines Varga", "larkspur", &[Role::DeveloperLiaison]),
    ("tobias.renn@larkspur.test", "Tobias Renn", "larkspur", &[Role::DeveloperOfficial]),
    ("mara.oduya@quillstone.test", "Mara Oduya", "quillstone", &[Role::DeveloperLiaison]),
    ("felix.stroud@quillstone.test", "Felix Stroud", "quillstone", &[Role::DeveloperOfficial]),
    ("bea.tran@cedarhollow.example.com", "Bea Tran", "cedar_hollow", &[Role::PartnerContact]),
    ("nora.lindqvist@firstprairie.example.com", "Nora Lindqvist", "first_prairie", &[Role::PartnerContact]),
];

/// Makes everybody. Answers with the organizations' ids by key and the accounts' ids by address.
pub async fn create(app: &App) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    make(app, Some(PASSWORD), "").await
}

/// Makes everybody without passwords, for tests that stand behind the door, with a mark before the names of developers
/// and partners that may turn up nowhere but where names belong.
pub async fn create_without_passwords(app: &App, mark: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    make(app, None, mark).await
}

async fn make(app: &App, password: Option<&str>, mark: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut organizations = BTreeMap::new();
    for (key, name, side) in ORGANIZATIONS {
        let mark = if *side == Side::Government { "" } else { mark };
        let name = Name::parse(&format!("{mark}{name}")).expect("a name");
        let framework_owner = ["treasury", "nsa", "cisa"].contains(key);
        let new = NewOrganization { framework_owner, ..NewOrganization::plain(name, *side) };
        let made = app.create_organization_as_operator(&new).await.expect("an organization can be made");
        organizations.insert(*key, made.id);
    }
    let mut accounts = BTreeMap::new();
    for (email, name, organization, roles) in PEOPLE {
        let made = person(app, email, name, organizations[organization], roles, password).await;
        accounts.insert((*email).to_owned(), made);
    }
    let organizations = organizations.into_iter().map(|(key, id)| (key.to_owned(), id.to_string())).collect();
    (organizations, accounts)
}

/// Makes one person. Answers with the account's id.
pub async fn person(
    app: &App,
    email: &str,
    name: &str,
    organization: OrganizationId,
    roles: &[Role],
    password: Option<&str>,
) -> String {
    let new = NewAccount {
        email: email.to_owned(),
        name: Name::parse(name).expect("a name"),
        organization,
        roles: roles.to_vec(),
    };
    let made = app.create_account_as_operator(&new, password).await;
    made.expect("an account can be made").account.id.to_string()
}

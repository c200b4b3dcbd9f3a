//! A new account, whose holder is handed a link for the first password.

use axum::{extract::State, response::Response, routing::get};
use uuid::Uuid;

use super::{accounts, roles::choice, sheet, system_clock};
use crate::{
    app::{
        AppError,
        identity::{AccountCreated, NewAccount, OrganizationEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::{actor::Role, id::OrganizationId, text::Name},
    web::{
        Web,
        extract::visitor::{Fields, Member, MemberPosted, Visitor},
        pages::{
            PageRoute,
            ui::{Alert, Choice, Control, Facts, FieldView, FormView, Inline, Tone},
            wrong::Wrong,
        },
    },
};

/// The page.
const PATH: &str = "/administration/accounts/new";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form(PATH, get(page).post(create))]
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    form(&web, &visitor, &Fields::default(), None).await
}

async fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let organizations = offering(web, visitor, A::CreateAccount).await?;
    if organizations.is_empty() {
        return Err(AppError::Forbidden);
    }
    let form = FormView::new("account", PATH, &visitor.csrf, "Add the account")
        .fields(person(web, typed, &organizations))
        .or_back(accounts::PATH, "Back without adding it");
    sheet(web, visitor, "Add an account")
        .below(accounts::PATH, "Accounts")
        .lead("You are shown a link for the first password, which you hand to the person yourself.")
        .form(form, wrong)
        .answer()
}

/// The organizations in which somebody may carry the act out.
pub(super) async fn offering(web: &Web, visitor: &Visitor, act: A) -> Result<Vec<OrganizationEntry>, AppError> {
    let all = web.app.organizations(visitor.principal()).await?;
    Ok(all.into_iter().filter(|one| web.app.offers_in(visitor.principal(), act, one)).collect())
}

/// The fields for a person: address, name, organization, roles.
pub(super) fn person(web: &Web, typed: &Fields, organizations: &[OrganizationEntry]) -> Vec<FieldView> {
    let choice_of = |one: &OrganizationEntry| {
        let id = one.id.to_string();
        Choice { chosen: typed.get("organization") == id, value: id, label: one.name.clone() }
    };
    let fits = |role: &Role| organizations.iter().any(|one| web.app.roles_of(one.side).contains(role));
    let asked = |role: Role| typed.all("roles").any(|code| code == role.code());
    let roles = Role::ALL.iter().copied().filter(fits).map(|role| choice(role, asked(role))).collect();
    vec![
        FieldView::line("name", "Name", "text", typed.get("name")),
        FieldView::line("email", "Mail address", "email", typed.get("email")).at_most(254),
        FieldView::of("organization", "Organization", Control::Select(organizations.iter().map(choice_of).collect())),
        FieldView::of("roles", "Roles", Control::Checks(roles))
            .hinted("Only roles of the organization's side can be given.")
            .optional(),
    ]
}

/// What such fields say: address, name, organization, roles.
pub(super) fn read(fields: &Fields) -> Result<NewAccount, AppError> {
    let no_organization = |_| AppError::field("/organization", "choose one");
    let roles = fields.all("roles").map(|code| Role::from_code(code).ok_or(code));
    let roles = roles.collect::<Result<Vec<Role>, _>>();
    Ok(NewAccount {
        email: fields.get("email").to_owned(),
        name: Name::parse(fields.get("name")).map_err(|error| AppError::field("/name", error.to_string()))?,
        organization: Uuid::parse_str(fields.get("organization")).map(OrganizationId).map_err(no_organization)?,
        roles: roles.map_err(|_| AppError::field("/roles", "are not all roles"))?,
    })
}

async fn create(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let made = match read(&fields) {
        Ok(new) => web.app.create_account(visitor.principal(), &new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(created) => shown(&web, &visitor, &created),
        Err(error) => form(&web, &visitor, &fields, Some(&Wrong::of(error)?)).await,
    }
}

fn shown(web: &Web, visitor: &Visitor, created: &AccountCreated) -> Result<Response, AppError> {
    let account = &created.account;
    let once =
        "The account was made. Hand the link to the person yourself: it is not shown again, and no mail carries it.";
    let mut facts = Facts::new();
    if let Some(invitation) = &created.invitation {
        facts = facts
            .with("Link", Inline::Code(invitation.link.clone()))
            .with("Stops working", Inline::from(system_clock(web).instant(invitation.expires_at)));
    }
    sheet(web, visitor, "Account made")
        .below(accounts::PATH, "Accounts")
        .said(Some(Alert::new(Tone::Success, once)))
        .with(facts)
        .with(Inline::link(super::account::path(account), account.name.clone()))
        .answer()
}

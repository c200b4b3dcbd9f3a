//! The accounts that somebody may know of, organization by organization.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response, routing::get};

use super::sheet;
use crate::{
    app::{
        AppError,
        identity::{AccountEntry, RoleEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::id::OrganizationId,
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            PageRoute,
            sheet::Asked,
            ui::{Inline, Row, Section, Table},
            words,
        },
    },
};

/// The list.
pub(super) const PATH: &str = "/administration/accounts";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let organizations = web.app.organizations(visitor.principal()).await?;
    let mut of: BTreeMap<OrganizationId, Vec<AccountEntry>> = BTreeMap::new();
    for account in web.app.accounts(visitor.principal(), None).await? {
        of.entry(account.organization).or_default().push(account);
    }
    let mut page = sheet(&web, &visitor, "Accounts").said(asked.said(&[]));
    let adds = organizations.iter().any(|one| web.app.offers_in(visitor.principal(), A::CreateAccount, one));
    if adds {
        page = page.with(Inline::link("/administration/accounts/new", "Add an account"));
    }
    for organization in &organizations {
        let Some(accounts) = of.get(&organization.id) else { continue };
        let id = format!("organization-{}", organization.id);
        page = page.section(Section::new(&id, &organization.name).with(table(&organization.name, accounts)));
    }
    page.answer()
}

fn table(organization: &str, accounts: &[AccountEntry]) -> Table {
    let row = |account: &AccountEntry| {
        Row::new(vec![
            Inline::link(format!("{PATH}/{}", account.id), account.name.clone()),
            Inline::text(account.email.clone()),
            Inline::list(account.roles.iter().map(role)),
            Inline::text(if account.second_factor { "Set up" } else { "Not set up" }),
            Inline::text(if account.active { "Open" } else { "Disabled" }),
        ])
    };
    let columns = ["Person", "Mail address", "Roles", "Second factor", "Account"];
    Table::new(&format!("Accounts of {organization}"), &columns, "Nobody.").with(accounts.iter().map(row))
}

/// A role in words, with whether it counts yet.
pub(super) fn role(entry: &RoleEntry) -> Inline {
    let name = words::role(entry.role);
    Inline::text(if entry.confirmed_at.is_some() { name } else { format!("{name} (waits for a second person)") })
}

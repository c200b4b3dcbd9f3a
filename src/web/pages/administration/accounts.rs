//! The accounts that somebody may know of, organization by organization.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::sheet;
use crate::{
    app::{
        AppError,
        identity::{AccountEntry, OrganizationEntry, RoleEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::id::OrganizationId,
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            PageRoute, files,
            ui::{Inline, Row, Section, Table},
            words,
        },
        table::Format,
    },
};

/// The list.
pub(super) const PATH: &str = "/administration/accounts";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

/// What the list may be asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAsked {
    /// The same rows for programs.
    format: Option<Format>,
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let organizations = web.app.organizations(visitor.principal()).await?;
    let mut of: BTreeMap<OrganizationId, Vec<AccountEntry>> = BTreeMap::new();
    for account in web.app.accounts(visitor.principal(), None).await? {
        of.entry(account.organization).or_default().push(account);
    }
    let held = organizations.iter().filter_map(|organization| Some((organization, of.get(&organization.id)?)));
    let section = |organization: &OrganizationEntry, accounts: &[AccountEntry]| {
        let id = format!("organization-{}", organization.id);
        Section::new(&id, &organization.name).with(table(&organization.name, accounts))
    };
    let sections: Vec<Section> = held.map(|(organization, accounts)| section(organization, accounts)).collect();
    if let Some(format) = asked.format {
        return Ok(files::answer(format, "accounts", &sections, false));
    }
    let mut page = sheet(&web, &visitor, "Accounts");
    let adds = organizations.iter().any(|one| web.app.offers_in(visitor.principal(), A::CreateAccount, one));
    if adds {
        page = page.with(Inline::link("/administration/accounts/new", "Add an account"));
    }
    page.sections(sections).with(files::links(PATH)).answer()
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

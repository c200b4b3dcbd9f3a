//! Whom a person may name in a command: people of the own side. The government's people know one another across the
//! host and its agencies; everybody else knows the own organization.

use std::collections::BTreeMap;

use crate::{
    app::{App, AppError, Principal},
    domain::{
        actor::{Role, Side},
        id::{AccountId, OrganizationId},
    },
    storage::people,
};

/// Somebody who may be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// Name of the organization.
    pub organization: String,
    /// The roles that count.
    pub roles: Vec<Role>,
}

impl App {
    /// The people of the viewer's side whose accounts are active, by name.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn directory(&self, viewer: &Principal) -> Result<Vec<DirectoryEntry>, AppError> {
        let own = &viewer.actor;
        let tx = self.store().begin_read().await?;
        let organizations = people::organizations(&tx, None).await?;
        let known = organizations.into_iter().filter(|one| match own.side {
            Side::Government => one.side == Side::Government,
            Side::Developer | Side::Partner => one.id == own.organization,
        });
        let names: BTreeMap<OrganizationId, String> = known.map(|one| (one.id, one.name)).collect();
        let found = people::of_organizations(&tx, &names.keys().copied().collect::<Vec<_>>()).await;
        tx.end().await?;
        let mut entries: Vec<DirectoryEntry> = found?
            .into_values()
            .filter(|person| person.facts.active)
            .map(|person| DirectoryEntry {
                account: person.account,
                organization: names.get(&person.facts.organization).cloned().unwrap_or_default(),
                name: person.name,
                roles: person.facts.roles.into_iter().collect(),
            })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }
}

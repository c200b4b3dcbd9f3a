//! Who mail went to, by name, for those who look after mail.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, AppError, Principal};
use crate::{
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::id::AccountId,
    storage::people,
};

impl App {
    /// The names of these recipients; of mails that the person was shown.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever does not look after mail.
    pub async fn recipients(
        &self,
        principal: &Principal,
        accounts: BTreeSet<AccountId>,
    ) -> Result<BTreeMap<AccountId, String>, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::LookAfterMail, &office).await?;
        let tx = self.store().begin_read().await?;
        let found = people::by_ids(&tx, accounts).await;
        tx.end().await?;
        Ok(found?.into_iter().map(|(id, person)| (id, person.name)).collect())
    }
}

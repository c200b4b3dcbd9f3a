//! Leaving an organization: whoever runs it removes a person, and nothing that the person held outlives that by more
//! than one round of the worker (domain section 3.6: within one hour).

use super::{
    AccountEntry, App, AppError, Note,
    link::{EXTERNAL, PASSWORD},
};
use crate::{
    app::Principal,
    authz::administration::AdministrativeAction,
    domain::id::AccountId,
    storage::{account, one_time_link},
};

impl App {
    /// Removes a person from the organization: every role ends, which revokes what was granted for it (domain
    /// section 3.6), the account is disabled, and its sessions and links end.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`AppError::Forbidden`].
    pub async fn remove_account(&self, principal: &Principal, account: AccountId) -> Result<AccountEntry, AppError> {
        let account = self.account(account).await?;
        self.administers(principal, AdministrativeAction::RemoveAccount, &self.resource_of(&account)).await?;
        in_transaction!(self, tx => {
            let (now, system) = (self.decision_time(tx).await?, self.clock().system());
            for held in account::roles(tx, &[account.id]).await? {
                account::end_role(tx, held.id, now).await?;
            }
            for purpose in [PASSWORD, EXTERNAL] {
                one_time_link::void(tx, account.id, purpose, system).await?;
            }
            self.tell(tx, &account, "removed").await?;
            self.disable(tx, &account, true, Note::by(principal, "account.remove", Some(account.id.0), "")).await
        })
        .await
    }
}

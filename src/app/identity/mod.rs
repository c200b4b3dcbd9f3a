//! Who asks, and who is allowed in: signing in, sessions, second factors, accounts, organizations, roles and API
//! tokens. Everything about sessions and secrets runs on the system clock; what people read of accounts and roles stands
//! on the business clock.

/// Runs the work in a transaction, again where another one was in the way. A macro and not a function, because a future
/// that a borrowing closure makes cannot be shown to be `Send`.
macro_rules! in_transaction {
    ($app:expr, $tx:ident => $work:expr) => {
        async {
            for _ in 0..crate::app::TRIES {
                let transaction = $app.store().begin_write().await?;
                let $tx = &transaction;
                let worked: Result<_, crate::app::failure::Failure> = async { $work }.await;
                if let Some(done) = $app.finish(transaction, worked).await? {
                    return Ok(done);
                }
            }
            Err(crate::app::AppError::Busy)
        }
    };
}

mod account;
mod api_token;
mod demo;
mod first_administrator;
mod link;
mod organization;
mod password;
mod prerequisites;
mod role;
mod second_factor;
mod session;
mod sign_in;

pub use account::{AccountCreated, AccountEntry, NewAccount};
pub use api_token::{ApiScope, ApiTokenCreated, ApiTokenEntry, NewApiToken};
pub use first_administrator::FirstAdministrator;
pub use link::Invitation;
pub use organization::{NewOrganization, OrganizationEntry};
pub use role::RoleEntry;
pub use second_factor::SecondFactorSecret;
pub use session::{Me, SessionEntry};
pub use sign_in::{SignIn, Tokens};
use uuid::Uuid;

use super::{App, AppError, Principal, error::Unauthenticated, failure::Failure, outgoing::OutgoingFields};
use crate::{
    auth::password::PasswordError,
    authz::{
        Denial,
        administration::{AdministrativeAction, AdministrativeResource, may},
    },
    domain::{
        id::AccountId,
        notice::{Ask, NoticeKind},
    },
    storage::{
        self, OutboxDraft, WriteTx,
        access_log::{self, AccessEntry, AccessOutcome},
        account::Account,
    },
};

/// Something that is written down about an account or a session.
#[derive(Clone, Copy, Debug)]
struct Note<'a> {
    /// Who, if known.
    account: Option<AccountId>,
    /// In which session.
    session: Option<Uuid>,
    /// What was done.
    action: &'a str,
    /// The account, organization or token that it was done to.
    about: Option<Uuid>,
    /// How it ended.
    outcome: AccessOutcome,
    /// Code of the reason.
    detail: &'a str,
}

impl<'a> Note<'a> {
    /// Something that a signed-in person did.
    fn by(principal: &Principal, action: &'a str, about: Option<Uuid>, detail: &'a str) -> Self {
        let (account, session) = (Some(principal.actor.account), principal.session);
        Self { account, session, action, about, outcome: AccessOutcome::Allowed, detail }
    }

    /// Something that the operator did on the machine itself.
    const fn by_operator(action: &'a str, about: Option<Uuid>, detail: &'a str) -> Self {
        Self { account: None, session: None, action, about, outcome: AccessOutcome::Allowed, detail }
    }

    /// Something about an account itself, done by whoever proved to be its owner.
    const fn of(account: AccountId, action: &'a str, outcome: AccessOutcome, detail: &'a str) -> Self {
        Self { account: Some(account), session: None, action, about: Some(account.0), outcome, detail }
    }
}

impl App {
    /// Commits what succeeded and undoes what did not; `None` where another transaction was in the way.
    async fn finish<T>(&self, tx: WriteTx, worked: Result<T, Failure>) -> Result<Option<T>, AppError> {
        let failure = match worked {
            Ok(done) => match tx.commit().await {
                Ok(()) => return Ok(Some(done)),
                Err(error) => Failure::from(error),
            },
            Err(failure) => {
                tx.rollback().await?;
                failure
            }
        };
        match failure {
            Failure::Again => Ok(None),
            Failure::Answer(error) => Err(error),
        }
    }

    /// Writes down what was done, in the transaction that does it.
    async fn note(&self, tx: &WriteTx, note: Note<'_>) -> Result<(), Failure> {
        Ok(access_log::add(tx, &[self.entry(note)]).await?)
    }

    fn entry(&self, note: Note<'_>) -> AccessEntry {
        AccessEntry {
            id: self.ids().uuid(),
            at: self.clock().business(),
            account: note.account,
            session: note.session,
            action: note.action.to_owned(),
            reference: note.about.map(|id| id.to_string()),
            aggregate: None,
            outcome: note.outcome,
            detail: note.detail.to_owned(),
        }
    }

    /// Whether the person may carry out the act; a denial is logged.
    pub(super) async fn administers(
        &self,
        principal: &Principal,
        action: AdministrativeAction,
        resource: &AdministrativeResource,
    ) -> Result<(), AppError> {
        let Err(denial) = may(&principal.actor, action, resource) else { return Ok(()) };
        let (answer, detail) = match denial {
            Denial::Hidden => (AppError::NotFound, "hidden"),
            Denial::Forbidden => (AppError::Forbidden, "forbidden"),
        };
        let about = resource.account.map(|id| id.0).or(resource.organization.map(|id| id.0));
        let denied = Note { outcome: AccessOutcome::Denied, ..Note::by(principal, action.name(), about, detail) };
        if let Err(error) = self.log(self.entry(denied)).await {
            tracing::error!(%error, "a denial could not be logged");
        }
        Err(answer)
    }

    /// Queues the notice of a security event (N20) to the account's holder; the mail says no more than that there was
    /// one.
    async fn tell(&self, tx: &WriteTx, account: &Account, event: &str) -> Result<(), Failure> {
        let (id, now) = (self.ids().uuid(), self.clock().business());
        let fields = OutgoingFields { ask: Ask::CheckAccount.as_str().to_owned(), task_due: None, late: false };
        let draft = OutboxDraft {
            id,
            dedupe_key: format!("account:{}:{event}:{id}", account.id),
            code: NoticeKind::N20.as_str().to_owned(),
            template: NoticeKind::N20.stem(Ask::CheckAccount).as_str().to_owned(),
            reference: None,
            aggregate: None,
            recipient: Some(account.id),
            address: account.email.clone(),
            fields: serde_json::to_value(fields).map_err(AppError::internal)?,
            deadline: None,
            queued_at: now,
            send_after: now,
            next_attempt_at: self.clock().system(),
            message_id: format!("{id}@{}", self.settings().mail.message_id_domain()),
        };
        storage::outbox::queue(tx, &[draft]).await?;
        self.wake().notify_one();
        Ok(())
    }

    /// The account with this id.
    async fn account(&self, id: AccountId) -> Result<Account, AppError> {
        let tx = self.store().begin_read().await?;
        let found = storage::account::by_id(&tx, id).await;
        tx.end().await?;
        found?.ok_or(AppError::NotFound)
    }
}

/// What an account is, for the question who may administer it.
const fn resource_of(account: &Account) -> AdministrativeResource {
    AdministrativeResource {
        organization: Some(account.organization),
        side: account.side,
        account: Some(account.id),
        asked_by: None,
    }
}

const fn wrong_credentials() -> AppError {
    AppError::unauthenticated(Unauthenticated::WrongCredentials)
}

const fn invalid_token() -> AppError {
    AppError::unauthenticated(Unauthenticated::InvalidToken)
}

impl From<PasswordError> for AppError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Cost | PasswordError::Malformed | PasswordError::Failed => Self::internal(error),
        }
    }
}

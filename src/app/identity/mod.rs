//! Who asks, and who is allowed in: signing in, sessions, second factors, accounts, organizations, roles and API
//! tokens. Everything about sessions and secrets runs on the system clock; what people read of accounts and roles stands
//! on the business clock.

mod acceptance;
mod account;
mod api_token;
mod browser;
mod demo;
mod directory;
mod external;
mod first_administrator;
mod invitation;
mod link;
mod offers;
mod organization;
mod others_sessions;
mod password;
mod prerequisites;
mod proof;
mod removal;
mod role;
mod second_factor;
mod session;
mod sign_in;

pub use acceptance::{AcceptInvitation, InvitationAccepted};
pub use account::{AccountCreated, AccountEntry, NewAccount};
pub use api_token::{ApiScope, ApiTokenCreated, ApiTokenEntry, NewApiToken};
pub use browser::{Browser, Cookie, wants_proof};
pub use directory::DirectoryEntry;
pub(super) use external::acts_by_links;
pub use external::{ExternalLink, ExternalSession, LinkRequest};
pub use first_administrator::FirstAdministrator;
pub use invitation::{InvitationEntry, InvitationState, NewInvitation};
pub use link::Invitation;
pub(super) use link::{EXTERNAL, INVITATION};
pub use organization::{NewOrganization, OrganizationEntry};
pub use others_sessions::{OtherSession, SessionHolder};
pub use role::RoleEntry;
pub use second_factor::SecondFactorSecret;
pub use session::{Me, SessionEntry};
pub use sign_in::{SignIn, Tokens};
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    error::Unauthenticated,
    failure::Failure,
    outgoing::{OutgoingFields, SingleUse},
};
use crate::{
    auth::password::PasswordError,
    authz::{
        Denial,
        administration::{AdministrativeAction, AdministrativeResource, may},
    },
    config::Deployment,
    domain::{
        actor::Hosting,
        id::AccountId,
        notice::{Ask, NoticeKind},
    },
    storage::{
        self, OutboxDraft, WriteTx,
        access_log::{self, AccessEntry, AccessOutcome},
        account::Account,
        people::Organization,
    },
};

/// Something that is written down about an account or a session.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct Note<'a> {
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
    pub(in crate::app) fn by(principal: &Principal, action: &'a str, about: Option<Uuid>, detail: &'a str) -> Self {
        let (account, session) = (Some(principal.actor.account), principal.session);
        Self { account, session, action, about, outcome: AccessOutcome::Allowed, detail }
    }

    /// Something that the operator did on the machine itself.
    pub(in crate::app) const fn by_operator(action: &'a str, about: Option<Uuid>, detail: &'a str) -> Self {
        Self { account: None, session: None, action, about, outcome: AccessOutcome::Allowed, detail }
    }

    /// Something that the holder of an account did by an address that stood in a mail.
    pub(in crate::app) const fn by_mail(account: AccountId, action: &'a str, detail: &'a str) -> Self {
        Self::of(account, action, AccessOutcome::Allowed, detail)
    }

    /// Something about an account itself, done by whoever proved to be its owner.
    const fn of(account: AccountId, action: &'a str, outcome: AccessOutcome, detail: &'a str) -> Self {
        Self { account: Some(account), session: None, action, about: Some(account.0), outcome, detail }
    }
}

impl App {
    /// Writes down what was done, in the transaction that does it.
    pub(in crate::app) async fn note(&self, tx: &WriteTx, note: Note<'_>) -> Result<(), Failure> {
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
    pub(in crate::app) async fn administers(
        &self,
        principal: &Principal,
        action: AdministrativeAction,
        resource: &AdministrativeResource,
    ) -> Result<(), AppError> {
        let Err(denial) = may(&principal.actor, action, resource) else { return Ok(()) };
        let (answer, detail) = match denial {
            Denial::Hidden => (AppError::NotFound, "hidden"),
            // No lock reaches administration.
            Denial::Forbidden | Denial::Locked => (AppError::Forbidden, "forbidden"),
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
        let draft = self.account_mail(&account.email, Ask::CheckAccount, None)?;
        let dedupe_key = format!("account:{}:{event}:{}", account.id, draft.id);
        let draft = OutboxDraft { dedupe_key, recipient: Some(account.id), ..draft };
        storage::outbox::queue(tx, &[draft]).await?;
        self.wake().notify_one();
        Ok(())
    }

    /// A mail to an address, whoever has it; with `single_use`, it carries a link which works once.
    fn account_mail(&self, address: &str, ask: Ask, single_use: Option<SingleUse>) -> Result<OutboxDraft, AppError> {
        let (id, now) = (self.ids().uuid(), self.clock().business());
        let fields = OutgoingFields { single_use, ..OutgoingFields::asking(ask) };
        Ok(OutboxDraft {
            id,
            dedupe_key: format!("link:{id}"),
            code: NoticeKind::N20.as_str().to_owned(),
            template: NoticeKind::N20.stem(ask).as_str().to_owned(),
            reference: None,
            aggregate: None,
            recipient: None,
            address: address.to_owned(),
            fields: serde_json::to_value(fields).map_err(AppError::internal)?,
            deadline: None,
            queued_at: now,
            send_after: now,
            next_attempt_at: self.clock().system(),
            message_id: format!("{id}@{}", self.settings().mail.message_id_domain()),
        })
    }

    /// Who hosts the deployment.
    pub(crate) fn hosting(&self) -> Hosting {
        match self.settings().program.deployment {
            Deployment::ProgramOffice => Hosting::ProgramOffice,
            Deployment::SingleDeveloper => Hosting::SingleDeveloper,
        }
    }

    /// What an account is, for the question who may administer it.
    fn resource_of(&self, account: &Account) -> AdministrativeResource {
        AdministrativeResource {
            organization: Some(account.organization),
            side: account.side,
            account: Some(account.id),
            asked_by: None,
            hosting: self.hosting(),
        }
    }

    /// What an organization is, for the same question.
    fn resource_of_organization(&self, organization: &Organization) -> AdministrativeResource {
        AdministrativeResource {
            organization: Some(organization.id),
            side: organization.side,
            account: None,
            asked_by: None,
            hosting: self.hosting(),
        }
    }

    /// The account with this id.
    async fn account(&self, id: AccountId) -> Result<Account, AppError> {
        let tx = self.store().begin_read().await?;
        let found = storage::account::by_id(&tx, id).await;
        tx.end().await?;
        found?.ok_or(AppError::NotFound)
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

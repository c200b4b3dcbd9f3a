//! Accounts: one person, one organization, one side. Whoever runs the organization adds and disables them; what the
//! person proves to be it with is the person's own affair.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, AppError, Failure, Invitation, Note, RoleEntry, password::strong_enough, role};
use crate::{
    app::Principal,
    authz::administration::{AdministrativeAction, may, may_hold},
    domain::{
        actor::{By, Role, Side},
        id::{AccountId, OrganizationId},
        text::Name,
        time::Instant,
    },
    storage::{
        ReadTx, StorageError, WriteTx,
        access_log::AccessOutcome,
        account::{self, Account},
        constraint, due, mail_problems,
        people::{self, Organization, Person},
        session,
    },
};

/// An account to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The mail address, in ASCII; kept in lower case.
    #[schema(max_length = 254)]
    pub email: String,
    /// The person's name.
    pub name: Name,
    /// The one organization, for good.
    pub organization: OrganizationId,
    /// Roles to be given, or asked for where they take two people.
    #[serde(default)]
    pub roles: Vec<Role>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountEntry {
    /// Its id.
    pub id: AccountId,
    /// The person's name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The organization.
    pub organization: OrganizationId,
    /// Its side.
    pub side: Side,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
    /// Roles that were given or asked for, and have not ended.
    pub roles: Vec<RoleEntry>,
    /// Since when mail to the address comes back; none while it does not, or somebody looked after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_returns_since: Option<DateTime<Utc>>,
}

/// An account that was added.
#[derive(Clone, Serialize, ToSchema)]
pub struct AccountCreated {
    /// The account.
    pub account: AccountEntry,
    /// The link with which the person sets the first password; none where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
}

/// Who adds the account.
pub(super) enum Adder<'a> {
    Person(&'a Principal),
    Operator,
    /// The person themselves, by an invitation of `inviter`; by links from then on if a code is given.
    Invited {
        inviter: AccountId,
        code_hash: Option<String>,
    },
}

impl App {
    /// The accounts that the person may know of, by address; only those of one organization if it is named.
    pub async fn accounts(
        &self,
        principal: &Principal,
        only: Option<OrganizationId>,
    ) -> Result<Vec<AccountEntry>, AppError> {
        let known = |organization: &Organization| {
            let resource = self.resource_of_organization(organization);
            only.is_none_or(|id| id == organization.id)
                && may(&principal.actor, AdministrativeAction::ReadAccount, &resource).is_ok()
        };
        let tx = self.store().begin_read().await?;
        let listed = entries(&tx, known).await;
        tx.end().await?;
        Ok(listed?)
    }

    /// Every account, for the operator.
    pub async fn accounts_as_operator(&self) -> Result<Vec<AccountEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let listed = entries(&tx, |_| true).await;
        tx.end().await?;
        Ok(listed?)
    }

    /// Adds an account and invites its holder.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field, [`AppError::Forbidden`] where the person does not run the organization.
    pub async fn create_account(&self, principal: &Principal, new: &NewAccount) -> Result<AccountCreated, AppError> {
        let organization = self.organization_at_field(new.organization).await?;
        let resource = self.resource_of_organization(&organization);
        if resource.is_external() && may(&principal.actor, AdministrativeAction::Invite, &resource).is_ok() {
            return Err(by_mail_alone());
        }
        self.administers(principal, AdministrativeAction::CreateAccount, &resource).await.map_err(hidden_at_field)?;
        for (index, role) in new.roles.iter().enumerate() {
            self.fits(index, *role, organization.side)?;
            self.administers(principal, AdministrativeAction::AskRole(*role), &resource).await?;
        }
        let email = mail_address(&new.email)?;
        in_transaction!(self, tx => {
            let account = self.add_account(tx, new, &email, &organization, None, &Adder::Person(principal)).await?;
            let invitation = Some(self.invitation(tx, &account, self.invitation_time()).await?);
            Ok(AccountCreated { account: one(tx, &account).await?, invitation })
        })
        .await
    }

    /// Adds an account for the operator: with the password, or with a link to set one. Roles count at once, also those
    /// that otherwise take two people; they are recorded as given by nobody, and the log says that it was the operator.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field.
    pub async fn create_account_as_operator(
        &self,
        new: &NewAccount,
        password: Option<&str>,
    ) -> Result<AccountCreated, AppError> {
        let organization = self.organization_at_field(new.organization).await?;
        if self.resource_of_organization(&organization).is_external() {
            return Err(by_mail_alone());
        }
        for (index, role) in new.roles.iter().enumerate() {
            self.fits(index, *role, organization.side)?;
        }
        let email = mail_address(&new.email)?;
        let hash = match password {
            Some(password) => {
                strong_enough("/password", password, &[new.name.as_str(), &email, &organization.name])?;
                Some(self.passwords().hash(password).await?)
            }
            None => None,
        };
        in_transaction!(self, tx => {
            let hash = hash.as_deref();
            let account = self.add_account(tx, new, &email, &organization, hash, &Adder::Operator).await?;
            let invitation = match hash {
                Some(_) => None,
                None => Some(self.invitation(tx, &account, self.invitation_time()).await?),
            };
            Ok(AccountCreated { account: one(tx, &account).await?, invitation })
        })
        .await
    }

    /// Disables an account, which ends all of its sessions at once, or enables it again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`AppError::Forbidden`].
    pub async fn set_account_disabled(
        &self,
        principal: &Principal,
        account: AccountId,
        disabled: bool,
    ) -> Result<AccountEntry, AppError> {
        let account = self.account(account).await?;
        self.administers(principal, AdministrativeAction::DisableAccount, &self.resource_of(&account)).await?;
        let note = Note::by(principal, disabling(disabled), Some(account.id.0), "");
        in_transaction!(self, tx => self.disable(tx, &account, disabled, note).await).await
    }

    /// Disables or enables an account for the operator, by its address.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn set_account_disabled_as_operator(
        &self,
        email: &str,
        disabled: bool,
    ) -> Result<AccountEntry, AppError> {
        let email = email.trim().to_ascii_lowercase();
        in_transaction!(self, tx => {
            let account = account::by_email(tx, &email).await?.ok_or(AppError::NotFound)?;
            let note = Note::by_operator(disabling(disabled), Some(account.id.0), "operator");
            self.disable(tx, &account, disabled, note).await
        })
        .await
    }

    pub(super) async fn disable(
        &self,
        tx: &WriteTx,
        account: &Account,
        disabled: bool,
        note: Note<'_>,
    ) -> Result<AccountEntry, Failure> {
        let now = self.decision_time(tx).await?;
        let at = disabled.then_some(now);
        account::set_disabled(tx, account.id, at).await?;
        if disabled {
            session::end_all(tx, account.id, None, self.clock().system(), "account-disabled").await?;
        }
        due::look_again(tx, account.id, now).await?;
        self.note(tx, note).await?;
        Ok(one(tx, account).await?)
    }

    /// Adds account, prerequisites and roles.
    pub(super) async fn add_account(
        &self,
        tx: &WriteTx,
        new: &NewAccount,
        email: &str,
        organization: &Organization,
        password_hash: Option<&str>,
        adder: &Adder<'_>,
    ) -> Result<Account, Failure> {
        let code = match adder {
            Adder::Invited { code_hash, .. } => code_hash.clone(),
            Adder::Person(_) | Adder::Operator => None,
        };
        let made = Account {
            id: AccountId(self.ids().uuid()),
            email: email.to_owned(),
            name: new.name.to_string(),
            organization: organization.id,
            side: organization.side,
            external: code.is_some(),
            code_hash: code,
            password_hash: password_hash.map(str::to_owned),
            totp_sealed: None,
            totp_confirmed: false,
            totp_last_step: None,
            disabled_at: None,
            created_at: self.decision_time(tx).await?,
            failed_sign_ins: 0,
            locked_until: None,
        };
        account::add(tx, &made).await.map_err(taken)?;
        let (by, note) = match adder {
            Adder::Person(principal) => {
                (By::from(&principal.actor), Note::by(principal, "account.create", Some(made.id.0), ""))
            }
            Adder::Operator => (By::SCHEDULER, Note::by_operator("account.create", Some(made.id.0), "operator")),
            Adder::Invited { .. } => {
                (own(&made), Note::of(made.id, "account.create", AccessOutcome::Allowed, "invitation"))
            }
        };
        self.note(tx, note).await?;
        self.open_prerequisites(tx, &made, by).await?;
        for role in &new.roles {
            match adder {
                Adder::Person(principal) => self.add_role(tx, principal, &made, *role).await?,
                Adder::Operator => self.add_role_as_operator(tx, &made, *role, "operator").await?,
                Adder::Invited { inviter, .. } => self.add_asked_role(tx, *inviter, &made, *role).await?,
            }
        }
        Ok(made)
    }

    /// Adds an account of the operator's making, in a transaction that does more.
    pub(super) async fn add_operators_account(
        &self,
        tx: &WriteTx,
        new: &NewAccount,
        email: &str,
        organization: &Organization,
        password_hash: &str,
    ) -> Result<Account, Failure> {
        self.add_account(tx, new, email, organization, Some(password_hash), &Adder::Operator).await
    }

    pub(super) fn fits(&self, index: usize, role: Role, side: Side) -> Result<(), AppError> {
        if may_hold(self.hosting(), side, role) {
            return Ok(());
        }
        Err(AppError::field(format!("/roles/{index}"), "is not a role of the organization's side"))
    }

    pub(super) async fn organization_at_field(&self, id: OrganizationId) -> Result<Organization, AppError> {
        let tx = self.store().begin_read().await?;
        let found = people::organizations(&tx, Some(&[id])).await;
        tx.end().await?;
        found?.into_iter().next().ok_or_else(|| hidden_at_field(AppError::NotFound))
    }
}

/// An organization that the person may not know of looks like one that does not exist.
pub(super) fn hidden_at_field(error: AppError) -> AppError {
    match error {
        AppError::NotFound => AppError::field("/organization", "there is no such organization"),
        other => other,
    }
}

const fn disabling(disabled: bool) -> &'static str {
    if disabled { "account.disable" } else { "account.enable" }
}

/// A developer that hosts itself makes nobody's account but its own people's: else it could act as the other side.
fn by_mail_alone() -> AppError {
    AppError::field("/organization", "takes its people by invitations alone, which go to their own mailboxes")
}

fn taken(error: StorageError) -> Failure {
    if error.is_conflict(constraint::EMAIL) {
        return Failure::Answer(AppError::field("/email", "belongs to another account"));
    }
    error.into()
}

/// The address in lower case. Narrow on purpose: plain ASCII without quoting, so that nothing in it can be taken for
/// something else in a header or a log.
///
/// # Errors
/// [`AppError::Invalid`] at `/email`.
pub(super) fn mail_address(typed: &str) -> Result<String, AppError> {
    let address = typed.trim().to_ascii_lowercase();
    let local = |text: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b);
        text.len() <= 64 && text.bytes().all(plain) && text.split('.').all(|part| !part.is_empty())
    };
    let label = |text: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
    };
    let fits = address.len() <= 254
        && address.split_once('@').is_some_and(|(name, host)| local(name) && host.split('.').all(label));
    if fits { Ok(address) } else { Err(AppError::field("/email", "is not a mail address in ASCII")) }
}

/// The holder of an account, before there are any roles.
fn own(account: &Account) -> By {
    let (organization, side) = (Some(account.organization), Some(account.side));
    By { account: Some(account.id), organization, side, roles: BTreeSet::new(), delegated_by: None, via: None }
}

/// One account as it stands in the transaction.
pub(super) async fn one(tx: &ReadTx, account: &Account) -> Result<AccountEntry, AppError> {
    let people = people::by_ids(tx, [account.id]).await?;
    with_roles(tx, people).await?.pop().ok_or(AppError::NotFound)
}

/// The accounts of these organizations, by address.
async fn entries(tx: &ReadTx, known: impl Fn(&Organization) -> bool) -> Result<Vec<AccountEntry>, StorageError> {
    let organizations = people::organizations(tx, None).await?;
    let known: Vec<OrganizationId> =
        organizations.iter().filter(|organization| known(organization)).map(|organization| organization.id).collect();
    let found = people::of_organizations(tx, &known).await?;
    let mut listed = with_roles(tx, found).await?;
    listed.sort_by(|one, other| one.email.cmp(&other.email));
    Ok(listed)
}

async fn with_roles(tx: &ReadTx, people: BTreeMap<AccountId, Person>) -> Result<Vec<AccountEntry>, StorageError> {
    let ids: Vec<AccountId> = people.keys().copied().collect();
    let mut roles: BTreeMap<AccountId, Vec<RoleEntry>> = BTreeMap::new();
    for assignment in account::roles(tx, &ids).await? {
        roles.entry(assignment.account).or_default().push(role::entry(&assignment));
    }
    let returns: BTreeMap<AccountId, Instant> = mail_problems::undeliverable(tx).await?.into_iter().collect();
    let entry = |(id, person): (AccountId, Person)| AccountEntry {
        id,
        name: person.name,
        email: person.email,
        organization: person.facts.organization,
        side: person.facts.side,
        active: person.facts.active,
        second_factor: person.facts.second_factor,
        roles: roles.remove(&id).unwrap_or_default(),
        mail_returns_since: returns.get(&id).copied(),
    };
    Ok(people.into_iter().map(entry).collect())
}

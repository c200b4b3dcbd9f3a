//! Accepting an invitation: whoever has the mail and types the address that it went to becomes its account. A person who
//! signs in sets a password; one who will act by links is shown a personal code instead, once, which every later link
//! asks for and no mail ever carries.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Failure, NewAccount, Note, SecondFactorSecret,
    account::{Adder, mail_address},
    link::INVITATION,
    password::{after_fragment, strong_enough},
    role::needs_second_factor,
};
use crate::{
    app::people::absent,
    auth::{
        secret::{self, Opaque, SecretKind},
        totp::TotpSecret,
    },
    authz::administration::{AdministrativeAction, may},
    domain::{id::AccountId, text::Name},
    storage::{
        ReadTx, WriteTx,
        access_log::AccessOutcome,
        account::{self, Account},
        invitation::{self, Invitation},
        one_time_link,
        people::{self, Organization},
    },
};

/// An invitation to be accepted.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The link of the mail, whole or its part behind the `#`.
    pub link: String,
    /// The address that the mail went to.
    #[schema(max_length = 254)]
    pub email: String,
    /// The new password, 15 characters or more; none where the person will act by links.
    #[serde(default)]
    #[schema(format = Password, min_length = 15)]
    pub new_password: Option<String>,
}

/// An invitation that was accepted.
#[derive(Serialize, ToSchema)]
pub struct InvitationAccepted {
    /// The account.
    pub account: AccountId,
    /// Name of the organization.
    pub organization: String,
    /// Whether the person acts by links that are mailed, and does not sign in.
    pub external: bool,
    /// The personal code that such links ask for, shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The second factor that the person's role demands, to be confirmed after the first sign-in; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactorSecret>,
}

impl App {
    /// Accepts an invitation. Signs nobody in.
    ///
    /// # Errors
    /// [`AppError::Invalid`]: at `/link` whatever is wrong with link or address, at `/new_password` else.
    pub async fn accept_invitation(&self, asked: &AcceptInvitation) -> Result<InvitationAccepted, AppError> {
        let email = mail_address(&asked.email)?;
        let hash = Opaque::parse(after_fragment(&asked.link), SecretKind::OneTimeLink).ok_or_else(unusable)?.hash();
        let tx = self.store().begin_read().await?;
        let found = self.acceptable(&tx, &hash, &email).await;
        tx.end().await?;
        let (invited, organization) = found?.ok_or_else(unusable)?;
        let name = Name::parse(&invited.name).map_err(AppError::internal)?;
        let password = self.first_password(asked, &invited, &organization).await?;
        let code = invited.external.then(|| secret::recovery_code(self.ids()));
        let factor = invited.roles.iter().any(|role| needs_second_factor(*role));
        let factor = factor.then(|| TotpSecret::generate(self.ids()));
        let new =
            NewAccount { email: email.clone(), name, organization: organization.id, roles: invited.roles.clone() };
        let code_hash = code.as_deref().map(|code| code_hash(code));
        let account = in_transaction!(self, tx => {
            let now = self.clock().system();
            // The statement locks the link's row: of two who accept at the same time one comes first.
            if !one_time_link::take(tx, &hash, INVITATION, now).await?
                || invitation::by_id(tx, invited.id).await?.is_none_or(|now| now != invited)
                || !self.still_invites(tx, &invited, &organization).await?
            {
                return Err(unusable().into());
            }
            let adder = Adder::Invited { inviter: invited.invited_by, code_hash: code_hash.clone() };
            let made = self.add_account(tx, &new, &email, &organization, password.as_deref(), &adder).await;
            let made = made.map_err(unless_taken)?;
            if let Some(factor) = &factor {
                account::set_totp(tx, made.id, Some(&self.seal_totp(made.id, factor)?)).await?;
            }
            self.accepted(tx, &invited, &made).await?;
            Ok(made)
        })
        .await?;
        let factor = match &factor {
            Some(factor) => Some(self.shown_once(factor, &account)?),
            None => None,
        };
        Ok(InvitationAccepted {
            account: account.id,
            organization: organization.name,
            external: invited.external,
            code: code.map(|code| code.to_string()),
            second_factor: factor,
        })
    }

    async fn accepted(&self, tx: &WriteTx, invited: &Invitation, made: &Account) -> Result<(), Failure> {
        if !invitation::accept(tx, invited.id, made.id, self.clock().system()).await? {
            return Err(unusable().into());
        }
        let note = Note::of(made.id, "invitation.accept", AccessOutcome::Allowed, "");
        self.note(tx, Note { about: Some(invited.id), ..note }).await?;
        self.tell(tx, made, "account-made").await
    }

    /// Whether who invited may still ask somebody in with these roles: authority that ended makes no members.
    async fn still_invites(
        &self,
        tx: &ReadTx,
        invited: &Invitation,
        organization: &Organization,
    ) -> Result<bool, AppError> {
        let Some(by) = people::by_ids(tx, [invited.invited_by]).await?.remove(&invited.invited_by) else {
            return Ok(false);
        };
        let active = by.facts.active;
        let actor = absent(by);
        let resource = self.resource_of_organization(organization);
        let asks = invited.roles.iter().map(|role| AdministrativeAction::AskRole(*role));
        let mut acts = std::iter::once(AdministrativeAction::Invite).chain(asks);
        Ok(active && acts.all(|act| may(&actor, act, &resource).is_ok()))
    }

    /// The invitation that a usable link is for, if this is its address and who invited may still do so.
    async fn acceptable(
        &self,
        tx: &ReadTx,
        hash: &str,
        email: &str,
    ) -> Result<Option<(Invitation, Organization)>, AppError> {
        let now = self.clock().system();
        let link = one_time_link::find(tx, hash, INVITATION).await?;
        let link = link.filter(|link| link.used_at.is_none() && now < link.expires_at && link.email == email);
        let Some(id): Option<Uuid> = link.and_then(|link| link.about) else { return Ok(None) };
        let open = |one: &Invitation| one.is_open() && now < one.expires_at;
        let Some(invited) = invitation::by_id(tx, id).await?.filter(open) else { return Ok(None) };
        let organization = people::organizations(tx, Some(&[invited.organization])).await?.into_iter().next();
        let Some(organization) = organization else { return Ok(None) };
        let still = self.still_invites(tx, &invited, &organization).await?;
        Ok(still.then_some((invited, organization)))
    }

    /// The hash of the first password, which an account that acts by links has not.
    async fn first_password(
        &self,
        asked: &AcceptInvitation,
        invited: &Invitation,
        organization: &Organization,
    ) -> Result<Option<String>, AppError> {
        const FIELD: &str = "/new_password";
        match (&asked.new_password, invited.external) {
            (None, true) => Ok(None),
            (Some(_), true) => Err(AppError::field(FIELD, "is not set for an account that acts by links")),
            (None, false) => Err(AppError::field(FIELD, "is missing")),
            (Some(password), false) => {
                strong_enough(FIELD, password, &[&invited.name, &invited.email, &organization.name])?;
                Ok(Some(self.passwords().hash(password).await?))
            }
        }
    }
}

/// What the database keeps of a personal code: it has 80 random bits, so that one round is enough.
pub(super) fn code_hash(typed: &str) -> String {
    secret::hash(&secret::normalize_recovery_code(typed))
}

/// That the address got an account meanwhile is not told.
fn unless_taken(failure: Failure) -> Failure {
    match failure {
        Failure::Answer(AppError::Invalid(_)) => unusable().into(),
        other => other,
    }
}

fn unusable() -> AppError {
    AppError::field("/link", "is not valid any more, or not for this address; ask for another one")
}

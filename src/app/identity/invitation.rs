//! Invitations by mail: whoever runs an organization asks people in; a developer that hosts itself asks external parties
//! in by its liaisons and officials. An invitation is bound to its address, works once, ends by time, and can be taken
//! back. Whether an address has an account elsewhere is not told: then no mail goes out, and the invitation runs out.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Failure, Note,
    account::{hidden_at_field, mail_address},
    link::INVITATION,
    role::needs_second_factor,
};
use crate::{
    app::{Principal, outgoing::SingleUse},
    auth::secret::Opaque,
    authz::administration::{AdministrativeAction, AdministrativeResource, may},
    domain::{
        actor::{Role, Side},
        id::{AccountId, OrganizationId},
        notice::Ask,
        text::Name,
        time::{Instant, plus},
    },
    storage::{
        self, WriteTx, account,
        invitation::{self, Invitation},
        one_time_link::{self, OneTimeLink},
        people::{self, Organization},
    },
};

/// How long one waits before the same invitation is mailed again.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// The most invitations that a list holds, the newest ones.
const MOST: u64 = 1_000;

/// Somebody to be invited.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The mail address, in ASCII; the account gets exactly this one, in lower case.
    #[schema(max_length = 254)]
    pub email: String,
    /// The person's name.
    pub name: Name,
    /// The one organization, for good. Left out: one's own.
    #[serde(default)]
    pub organization: Option<OrganizationId>,
    /// Roles that are asked for; those that take two people wait for the second one once the invitation is accepted.
    #[serde(default)]
    pub roles: Vec<Role>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// It was mailed and waits.
    Open,
    /// There is an account.
    Accepted,
    /// It was taken back.
    Revoked,
    /// It ended by time.
    Expired,
}

/// An invitation, as people of its inviter's organization see it. Its secret is in the mail and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InvitationEntry {
    /// Its id.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The organization that the person is asked into.
    pub organization: OrganizationId,
    /// Whether the person will act by single-use links, without a password.
    pub external: bool,
    /// The roles that are asked for.
    pub roles: Vec<Role>,
    /// Who invited.
    pub invited_by: AccountId,
    /// When it was mailed last.
    pub sent_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// What became of it.
    pub state: InvitationState,
    /// The account that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}

impl App {
    /// Invites somebody by mail.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field, [`AppError::Forbidden`], [`AppError::TooManyRequests`].
    pub async fn make_invitation(
        &self,
        principal: &Principal,
        new: &NewInvitation,
    ) -> Result<InvitationEntry, AppError> {
        let wanted = new.organization.unwrap_or(principal.actor.organization);
        let organization = self.organization_at_field(wanted).await?;
        let resource = self.resource_of_organization(&organization);
        self.administers(principal, AdministrativeAction::Invite, &resource).await.map_err(hidden_at_field)?;
        for (index, role) in new.roles.iter().enumerate() {
            self.fits(index, *role, organization.side)?;
            self.administers(principal, AdministrativeAction::AskRole(*role), &resource).await?;
        }
        let external = is_by_links(&resource, &new.roles)?;
        let email = mail_address(&new.email)?;
        in_transaction!(self, tx => {
            self.may_be_told(tx, principal, &email, &resource).await?;
            self.may_invite_more(tx, principal.actor.account).await?;
            let now = self.clock().system();
            let made = Invitation {
                id: self.ids().uuid(),
                email: email.clone(),
                name: new.name.to_string(),
                organization: organization.id,
                external,
                roles: new.roles.clone(),
                invited_by: principal.actor.account,
                invited_from: principal.actor.organization,
                sent_at: now,
                expires_at: plus(now, self.invitation_days()),
                accepted: None,
                revoked_at: None,
            };
            invitation::add(tx, &made).await?;
            self.mail_invitation(tx, &made, now).await?;
            self.note(tx, Note::by(principal, "invitation.make", Some(made.id), "")).await?;
            Ok(entry(&made, now))
        })
        .await
    }

    /// The invitations that people of one's own organization made, for those who may invite; newest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever invites nobody.
    pub async fn invitations(&self, principal: &Principal) -> Result<Vec<InvitationEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.known_invitations(&tx, principal).await;
        tx.end().await?;
        let now = self.clock().system();
        Ok(found?.iter().map(|one| entry(one, now)).collect())
    }

    async fn known_invitations(
        &self,
        tx: &storage::ReadTx,
        principal: &Principal,
    ) -> Result<Vec<Invitation>, AppError> {
        let organizations = people::organizations(tx, None).await?;
        let invites = |organization: &Organization| {
            let resource = self.resource_of_organization(organization);
            may(&principal.actor, AdministrativeAction::Invite, &resource).is_ok()
        };
        let into: Vec<OrganizationId> = organizations.iter().filter(|one| invites(one)).map(|one| one.id).collect();
        if into.is_empty() {
            return Err(AppError::Forbidden);
        }
        let found = invitation::from(tx, principal.actor.organization, MOST).await?;
        Ok(found.into_iter().filter(|one| into.contains(&one.organization)).collect())
    }

    /// Takes an open invitation back; its link stops working.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one of another organization's making, [`AppError::Invalid`] unless it is open.
    pub async fn revoke_invitation(&self, principal: &Principal, id: Uuid) -> Result<InvitationEntry, AppError> {
        let found = self.own_invitation(principal, id).await?;
        in_transaction!(self, tx => {
            let now = self.clock().system();
            if !invitation::revoke(tx, found.id, now).await? {
                return Err(not_open().into());
            }
            one_time_link::void_about(tx, INVITATION, found.id, None, now).await?;
            self.note(tx, Note::by(principal, "invitation.revoke", Some(found.id), "")).await?;
            Ok(entry(&Invitation { revoked_at: Some(now), ..found.clone() }, now))
        })
        .await
    }

    /// Mails an invitation again, with another secret; the one before stops working.
    ///
    /// # Errors
    /// As [`App::revoke_invitation`], and [`AppError::TooManyRequests`].
    pub async fn resend_invitation(&self, principal: &Principal, id: Uuid) -> Result<InvitationEntry, AppError> {
        let found = self.own_invitation(principal, id).await?;
        in_transaction!(self, tx => {
            self.may_invite_more(tx, principal.actor.account).await?;
            let now = self.clock().system();
            let expires_at = plus(now, self.invitation_days());
            let again = Invitation { sent_at: now, expires_at, ..found.clone() };
            if !invitation::sent(tx, found.id, plus(now, -AGAIN), now, expires_at).await? {
                return Err(if found.is_open() { too_early(&found, now) } else { not_open() }.into());
            }
            one_time_link::void_about(tx, INVITATION, found.id, None, now).await?;
            self.mail_invitation(tx, &again, now).await?;
            self.note(tx, Note::by(principal, "invitation.resend", Some(found.id), "")).await?;
            Ok(entry(&again, now))
        })
        .await
    }

    /// An invitation that people of one's own organization made into one that one may ask people into.
    async fn own_invitation(&self, principal: &Principal, id: Uuid) -> Result<Invitation, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.known_invitations(&tx, principal).await;
        tx.end().await?;
        found?.into_iter().find(|one| one.id == id).ok_or(AppError::NotFound)
    }

    fn invitation_days(&self) -> TimeDelta {
        TimeDelta::days(self.settings().auth.invitation_days)
    }

    /// Whoever may know of an account learns that the address has one; nobody else does. An address of the developer's
    /// own domain is nobody else's: a developer shall not act for the other side by a mailbox that it controls.
    async fn may_be_told(
        &self,
        tx: &WriteTx,
        principal: &Principal,
        email: &str,
        into: &AdministrativeResource,
    ) -> Result<(), Failure> {
        if let Some(taken) = account::by_email(tx, email).await? {
            let resource = self.resource_of(&taken);
            if may(&principal.actor, AdministrativeAction::ReadAccount, &resource).is_ok() {
                return Err(AppError::field("/email", "belongs to another account").into());
            }
        }
        if into.is_external() {
            let host = people::host(tx).await?;
            let own = people::of_organizations(tx, &host.iter().map(|host| host.id).collect::<Vec<_>>()).await?;
            let is_own = own.values().any(|person| domain_of(&person.email) == domain_of(email));
            if is_own {
                let detail = "is of a domain that the developer's own people have";
                return Err(AppError::field("/email", detail).into());
            }
        }
        Ok(())
    }

    /// How much one person may mail.
    async fn may_invite_more(&self, tx: &WriteTx, inviter: AccountId) -> Result<(), Failure> {
        let hour = TimeDelta::hours(1);
        let sent = invitation::count(tx, inviter, plus(self.clock().system(), -hour)).await?;
        if sent < u64::from(self.settings().auth.invitations_per_hour) {
            return Ok(());
        }
        Err(AppError::TooManyRequests { retry_after_s: 3_600 }.into())
    }

    /// Queues the mail and keeps the hash of the secret that it will carry.
    async fn mail_invitation(&self, tx: &WriteTx, made: &Invitation, now: Instant) -> Result<(), Failure> {
        let draft = self.account_mail(&made.email, Ask::AcceptInvitation, Some(SingleUse::Invitation))?;
        let secret = Opaque::of_mail(self.settings().auth.seal_key(), draft.id);
        let row = OneTimeLink {
            hash: secret.hash(),
            purpose: INVITATION.to_owned(),
            account: None,
            about: Some(made.id),
            email: made.email.clone(),
            created_at: now,
            expires_at: made.expires_at,
            used_at: None,
        };
        one_time_link::add(tx, &row).await?;
        storage::outbox::queue(tx, &[draft]).await?;
        self.wake().notify_one();
        Ok(())
    }
}

/// Whether the person will act by links: an external party that holds no access of its own. Access is proven with two
/// factors (domain section 3.6), so that its holder signs in, and for that needs an account of the other sort.
fn is_by_links(into: &AdministrativeResource, roles: &[Role]) -> Result<bool, AppError> {
    if !into.is_external() {
        return Ok(false);
    }
    let holders = roles.iter().filter(|role| needs_second_factor(**role)).count();
    if holders > 0 && holders < roles.len() {
        return Err(AppError::field("/roles", "of a holder of access go with no others; invite two people"));
    }
    if roles.is_empty() {
        return Err(AppError::field("/roles", "must say what the person is asked in for"));
    }
    Ok(holders == 0 && into.side != Side::Developer)
}

fn domain_of(email: &str) -> &str {
    email.rsplit('@').next().unwrap_or_default()
}

fn too_early(one: &Invitation, now: Instant) -> AppError {
    let wait = (plus(one.sent_at, AGAIN) - now).num_seconds().max(0);
    AppError::TooManyRequests { retry_after_s: u32::try_from(wait).unwrap_or(u32::MAX).saturating_add(1) }
}

fn not_open() -> AppError {
    AppError::field("", "the invitation was accepted or taken back")
}

fn entry(one: &Invitation, now: Instant) -> InvitationEntry {
    let state = match (one.accepted, one.revoked_at) {
        (Some(_), _) => InvitationState::Accepted,
        (None, Some(_)) => InvitationState::Revoked,
        (None, None) if one.expires_at <= now => InvitationState::Expired,
        (None, None) => InvitationState::Open,
    };
    InvitationEntry {
        id: one.id,
        email: one.email.clone(),
        name: one.name.clone(),
        organization: one.organization,
        external: one.external,
        roles: one.roles.clone(),
        invited_by: one.invited_by,
        sent_at: one.sent_at,
        expires_at: one.expires_at,
        state,
        account: one.accepted.and_then(|(_, account)| account),
    }
}

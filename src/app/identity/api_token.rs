//! API tokens: with them a developer's gateway asks for access and does nothing else. The secret is shown once and kept
//! hashed; what a token may do is a closed list.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, AppError, Failure, Note, invalid_token, session::NOTED_EVERY};
use crate::{
    app::{AccessAsker, Principal},
    auth::secret::{Opaque, SecretKind},
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{id::AccountId, text::Name, time::plus},
    storage::{
        StorageError,
        api_token::{self, ApiToken},
    },
};

/// The longest life of a token.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// For so long after it was made, the form that made a token shows its secret when it is sent once more.
const SHOWN: TimeDelta = TimeDelta::minutes(1);

/// What a token may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum ApiScope {
    /// Asking whether a grant of the developer's engagements gives access now.
    #[serde(rename = "access-check")]
    AccessCheck,
}

impl ApiScope {
    const fn name(self) -> &'static str {
        match self {
            Self::AccessCheck => "access-check",
        }
    }
}

/// A token to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiToken {
    /// What it is for.
    pub name: Name,
    /// When it ends: at most 366 days from now.
    #[serde(deserialize_with = "crate::domain::given::instant")]
    pub expires_at: DateTime<Utc>,
    /// What it may do.
    #[schema(min_items = 1)]
    pub scopes: Vec<ApiScope>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiTokenEntry {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: AccountId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token that was made.
#[derive(Clone, Serialize, ToSchema)]
pub struct ApiTokenCreated {
    /// The token.
    pub token: ApiTokenEntry,
    /// The secret for `Authorization: Bearer`. Shown once.
    pub secret: String,
}

impl App {
    /// Which gateway holds this API token, if it may ask for access.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], whatever is wrong with the token.
    pub async fn authenticate_gateway(&self, bearer: &str) -> Result<AccessAsker, AppError> {
        let secret = Opaque::parse(bearer, SecretKind::ApiToken).ok_or_else(invalid_token)?;
        let now = self.clock().system();
        let tx = self.store().begin_read().await?;
        let found = api_token::by_hash(&tx, &secret.hash()).await;
        tx.end().await?;
        let asks = |token: &ApiToken| token.scopes.iter().any(|scope| scope == ApiScope::AccessCheck.name());
        let token = found?.filter(|token| token.revoked_at.is_none() && now < token.expires_at && asks(token));
        let token = token.ok_or_else(invalid_token)?;
        if token.last_used_at.is_none_or(|at| now - at >= NOTED_EVERY) {
            in_transaction!(self, tx => Ok(api_token::used(tx, token.id, now).await?)).await?;
        }
        Ok(AccessAsker::Gateway { organization: token.organization, token: token.id })
    }

    /// Whether a bearer token is an API token and not an access token, by its form alone.
    pub fn is_api_token(bearer: &str) -> bool {
        bearer.starts_with(SecretKind::ApiToken.prefix())
    }

    /// The API tokens of the person's organization, newest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub async fn api_tokens(&self, principal: &Principal) -> Result<Vec<ApiTokenEntry>, AppError> {
        self.manages(principal).await?;
        let tx = self.store().begin_read().await?;
        let found = api_token::of_organization(&tx, principal.actor.organization).await;
        tx.end().await?;
        Ok(found?.into_iter().map(entry).collect())
    }

    /// Makes an API token for the person's organization.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or [`AppError::Invalid`] at the field.
    pub async fn create_api_token(
        &self,
        principal: &Principal,
        new: &NewApiToken,
    ) -> Result<ApiTokenCreated, AppError> {
        self.make_api_token(principal, new, Opaque::generate(self.ids(), SecretKind::ApiToken)).await
    }

    /// The same by a form with this key: sent twice at once it makes one token, and shows the same secret both times.
    ///
    /// # Errors
    /// As [`App::create_api_token`]; at the body where the form was sent some minutes ago.
    pub async fn create_api_token_once(
        &self,
        principal: &Principal,
        new: &NewApiToken,
        key: &str,
    ) -> Result<ApiTokenCreated, AppError> {
        let session = principal.session.ok_or_else(invalid_token)?.to_string();
        let ends = new.expires_at.to_rfc3339();
        let sent = [session.as_str(), key, new.name.as_str(), &ends];
        let key = self.settings().auth.token_key();
        self.make_api_token(principal, new, Opaque::of_form(key, SecretKind::ApiToken, &sent)).await
    }

    async fn make_api_token(
        &self,
        principal: &Principal,
        new: &NewApiToken,
        secret: Opaque,
    ) -> Result<ApiTokenCreated, AppError> {
        self.manages(principal).await?;
        let now = self.clock().system();
        let mut scopes = new.scopes.clone();
        scopes.sort();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(AppError::field("/scopes", "must name at least one scope"));
        }
        let expires_at = new.expires_at;
        if expires_at <= now || expires_at > plus(now, LONGEST) {
            return Err(AppError::field("/expires_at", "must be in the future, at most 366 days from now"));
        }
        let made = ApiToken {
            id: self.ids().uuid(),
            hash: secret.hash(),
            organization: principal.actor.organization,
            created_by: principal.actor.account,
            name: new.name.to_string(),
            scopes: scopes.into_iter().map(|scope| scope.name().to_owned()).collect(),
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let token = in_transaction!(self, tx => {
            if let Some(before) = api_token::by_hash(tx, &made.hash).await? {
                return Ok(Some(before).filter(|before| before.revoked_at.is_none() && now < plus(before.created_at, SHOWN)));
            }
            api_token::add(tx, &made).await.map_err(|error| match error {
                // The same form is making it right now; it will be there at the next try.
                StorageError::Conflict(_) => Failure::Again,
                other => Failure::from(other),
            })?;
            self.note(tx, Note::by(principal, "api-token.create", Some(made.id), "access-check")).await?;
            Ok(Some(made.clone()))
        })
        .await?;
        let again =
            "this form made its token already, and the secret is not shown again: revoke the token, and begin anew";
        let token = token.ok_or_else(|| AppError::field("", again))?;
        Ok(ApiTokenCreated { token: entry(token), secret: secret.expose().to_owned() })
    }

    /// Revokes an API token of the person's organization; it is refused at the next request.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or [`AppError::NotFound`] unless it is one that was not revoked.
    pub async fn revoke_api_token(&self, principal: &Principal, id: Uuid) -> Result<(), AppError> {
        self.manages(principal).await?;
        let organization = principal.actor.organization;
        in_transaction!(self, tx => {
            if !api_token::revoke(tx, id, organization, self.clock().system()).await? {
                return Err(AppError::NotFound.into());
            }
            self.note(tx, Note::by(principal, "api-token.revoke", Some(id), "")).await
        })
        .await
    }

    async fn manages(&self, principal: &Principal) -> Result<(), AppError> {
        let (organization, side) = (Some(principal.actor.organization), principal.actor.side);
        let resource =
            AdministrativeResource { organization, side, account: None, asked_by: None, hosting: self.hosting() };
        self.administers(principal, AdministrativeAction::ManageApiTokens, &resource).await
    }
}

fn entry(token: ApiToken) -> ApiTokenEntry {
    ApiTokenEntry {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        created_by: token.created_by,
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}

//! The same request twice is carried out once: its answer is kept under the key that came with it (architecture
//! section 3).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    App, AppError,
    command::{Done, Outcome, Request},
    failure::Failure,
};
use crate::{
    domain::id::AccountId,
    storage::{self, StorageError, WriteTx, idempotency::RequestKey},
};

/// An idempotency key: scoped to account, route and target, and bound to the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// The route's template.
    pub route: String,
    /// The record in the path.
    pub target: String,
    /// SHA-256 of the request's body.
    pub request_hash: String,
}

impl Idempotency {
    fn request_key(&self, account: AccountId) -> RequestKey {
        RequestKey { account, route: self.route.clone(), target: self.target.clone(), key: self.key.clone() }
    }
}

/// The answer to a request, as it is kept for repetitions under its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The record's reference.
    pub reference: String,
    /// Whether the command made it.
    pub created: bool,
    /// Its entity tag after the command.
    pub etag: String,
    /// The record as the actor saw it.
    pub body: Value,
}

impl App {
    /// The answer given to the same request before, if there was one, for a door that asks for something more before it
    /// has the request carried out.
    ///
    /// # Errors
    /// [`AppError::IdempotencyMismatch`] where another request had the key.
    pub async fn answered_before(&self, request: &Request) -> Result<Option<Kept>, AppError> {
        let found = in_transaction!(self, tx => self.replayed(tx, request).await).await?;
        Ok(found.and_then(|outcome| match outcome {
            Outcome::Replayed(kept) => Some(kept),
            Outcome::Done(_) | Outcome::Preview(_) => None,
        }))
    }

    /// The answer given to the same request before, if there was one.
    pub(super) async fn replayed(&self, tx: &WriteTx, request: &Request) -> Result<Option<Outcome>, Failure> {
        let Some(idempotency) = request.idempotency.as_ref().filter(|_| !request.preview) else { return Ok(None) };
        let account = request.principal.actor.account;
        let found = storage::idempotency::find(tx, &idempotency.request_key(account), self.answers_since()).await?;
        let Some(before) = found else { return Ok(None) };
        if before.request_hash != idempotency.request_hash {
            return Err(Failure::Answer(AppError::IdempotencyMismatch));
        }
        let kept = serde_json::from_str(&before.body).map_err(AppError::internal)?;
        Ok(Some(Outcome::Replayed(self.unless_locked(tx, &request.principal.actor, kept).await?)))
    }

    /// Keeps the answer for the same request.
    pub(super) async fn remember(&self, tx: &WriteTx, request: &Request, done: &Done) -> Result<(), Failure> {
        let Some(idempotency) = &request.idempotency else { return Ok(()) };
        let answer = storage::idempotency::KeptAnswer {
            request_hash: idempotency.request_hash.clone(),
            status: if done.created { 201 } else { 200 },
            body: serde_json::to_string(&done.kept()?).map_err(AppError::internal)?,
        };
        let key = idempotency.request_key(request.principal.actor.account);
        let (now, since) = (self.clock().system(), self.answers_since());
        storage::idempotency::keep(tx, &key, &answer, now, since).await.map_err(|error| match error {
            // The same request is being carried out right now; it will be there at the next try.
            StorageError::Conflict(_) => Failure::Again,
            other => Failure::from(other),
        })
    }
}

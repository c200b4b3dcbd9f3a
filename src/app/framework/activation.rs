//! Drafting a version, and the two keys that make it count (domain sections 2 and 10). Every act goes into the log of
//! administration in the transaction that does it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{App, AppError, Principal, failure::Failure, identity::Note},
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{
        framework::{
            Framework, Texts, Written,
            activation::{self, ActivationTerms},
            product_texts,
        },
        id::AccountId,
        offer::Offer,
        refusal::{FieldReason, Refusal},
        text::{Attested, Sha256Hex},
    },
    storage::{
        ReadTx, StorageError, WriteTx,
        frameworks::{self, StoredVersion},
    },
};

/// A version to be drafted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFramework {
    /// The version in TOML. Conditions bring their texts in `text_markdown`, or name a text of the product, which is then
    /// kept with the version.
    #[schema(max_length = 200_000)]
    pub text: String,
    /// Nothing entered here is classified.
    pub unclassified_attestation: Attested,
}

/// Where a version that the office brought stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Written.
    Draft,
    /// The first key has turned.
    Offered,
    /// It counts, from its date on.
    Active,
}

/// A version that the office brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftEntry {
    /// Its name.
    pub version: String,
    /// SHA-256 of its text, which names it for ever.
    pub digest: Sha256Hex,
    /// First date on which proposals would be pinned to it.
    pub effective_from: NaiveDate,
    /// Where it stands.
    pub state: DraftState,
    /// Who drafted it; nobody where the operator laid it down.
    pub author: Option<AccountId>,
    /// When.
    pub drafted_at: DateTime<Utc>,
    /// The first key's offer with its exact terms.
    pub offer: Option<Offer<ActivationTerms>>,
    /// The second key; nobody where the operator laid it down.
    pub activated_by: Option<AccountId>,
    /// When it turned.
    pub activated_at: Option<DateTime<Utc>>,
}

/// A version that the office brought, with all that it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftText {
    /// The version.
    #[serde(flatten)]
    pub entry: DraftEntry,
    /// Its TOML.
    pub text: String,
    /// The texts that it names, by key.
    pub texts: Texts,
}

impl App {
    /// Keeps a version as a draft. Its text never changes: another text is another draft.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or [`AppError::Invalid`] at `/text` for what does not check.
    pub async fn draft_framework(&self, principal: &Principal, new: &NewFramework) -> Result<DraftEntry, AppError> {
        self.owns_framework(principal).await?;
        // What is wrong with it quotes the text, and is told in its beginning.
        let wrong = |error: crate::domain::framework::FrameworkError| {
            let detail: String = error.to_string().chars().take(300).collect();
            AppError::field("/text", detail)
        };
        let written = Written::gather(&new.text, &product_texts()).map_err(wrong)?;
        let version = written.read().map_err(wrong)?;
        in_transaction!(self, tx => {
            version.joins(&self.frameworks(tx).await?).map_err(wrong)?;
            if !frameworks::by_digests(tx, &[version.digest.as_str().to_owned()]).await?.is_empty() {
                return Err(AppError::field("/text", "is drafted already, word for word").into());
            }
            let stored = StoredVersion {
                written: written.clone(),
                version: version.id.clone(),
                effective_from: version.effective_from,
                author: Some(principal.actor.account),
                drafted_at: self.decision_time(tx).await?,
                offer: None,
                activated_by: None,
                activated_at: None,
            };
            frameworks::add(tx, &stored).await.map_err(taken)?;
            self.noted(tx, principal, "framework.draft", &version).await?;
            Ok(entry(&stored))
        })
        .await
    }

    /// Turns the first key: offers to activate the version with this digest on this date.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or [`AppError::Refused`] as [`activation::offer`].
    pub async fn offer_framework(
        &self,
        principal: &Principal,
        version: &str,
        (digest, effective_from): (&Sha256Hex, NaiveDate),
    ) -> Result<DraftEntry, AppError> {
        self.owns_framework(principal).await?;
        in_transaction!(self, tx => {
            let drafts = drafts(tx, version).await?;
            let draft = drafts.iter().find(|draft| draft.written.digest() == *digest);
            let draft = draft.ok_or(AppError::from(Refusal::field("/digest", FieldReason::WrongDigest)))?;
            let version = read(draft)?;
            let (active, now) = self.versions_now(tx).await?;
            let calendars = self.calendars(tx).await?;
            let facts = activation::Facts { active: &active, calendar: calendars.newest(), now };
            let offer = activation::offer(&version, (digest, effective_from), &principal.actor, &facts);
            let offer = offer.map_err(AppError::from)?;
            self.set_offer(tx, draft, Some(&offer)).await?;
            self.noted(tx, principal, "framework.offer-activation", &version).await?;
            Ok(entry(&StoredVersion { offer: Some(offer), ..draft.clone() }))
        })
        .await
    }

    /// Takes an offer of activation back.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or [`AppError::Refused`] without such an offer.
    pub async fn retract_framework(
        &self,
        principal: &Principal,
        version: &str,
        hash: &Sha256Hex,
    ) -> Result<DraftEntry, AppError> {
        self.owns_framework(principal).await?;
        in_transaction!(self, tx => {
            let drafts = drafts(tx, version).await?;
            let draft = offered(&drafts, hash)?;
            self.set_offer(tx, draft, None).await?;
            self.noted(tx, principal, "framework.retract-activation", &read(draft)?).await?;
            Ok(entry(&StoredVersion { offer: None, ..draft.clone() }))
        })
        .await
    }

    /// Turns the second key: from now on the version counts, and takes effect on its date.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or [`AppError::Refused`] as [`activation::accept`].
    pub async fn accept_framework(
        &self,
        principal: &Principal,
        version: &str,
        hash: &Sha256Hex,
    ) -> Result<DraftEntry, AppError> {
        self.owns_framework(principal).await?;
        in_transaction!(self, tx => {
            let drafts = drafts(tx, version).await?;
            let draft = offered(&drafts, hash)?;
            let authors: BTreeSet<AccountId> = drafts.iter().filter_map(|draft| draft.author).collect();
            let version = read(draft)?;
            let (active, now) = self.versions_now(tx).await?;
            let calendars = self.calendars(tx).await?;
            let facts = activation::Facts { active: &active, calendar: calendars.newest(), now };
            activation::accept(&version, draft.offer.as_ref(), hash, &principal.actor, &authors, &facts)
                .map_err(AppError::from)?;
            let by = principal.actor.account;
            if !frameworks::activate(tx, &version.digest, hash, by, now).await.map_err(taken)? {
                return Err(Failure::Again);
            }
            self.noted(tx, principal, "framework.activate", &version).await?;
            Ok(entry(&StoredVersion { activated_by: Some(by), activated_at: Some(now), ..draft.clone() }))
        })
        .await
    }

    /// The versions that the office brought, oldest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub async fn framework_drafts(&self, principal: &Principal) -> Result<Vec<DraftEntry>, AppError> {
        self.owns_framework(principal).await?;
        let tx = self.store().begin_read().await?;
        let all = frameworks::all(&tx).await;
        tx.end().await?;
        Ok(all?.iter().map(entry).collect())
    }

    /// The version with this digest that the office brought, with all that it says.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] or [`AppError::NotFound`].
    pub async fn framework_draft(&self, principal: &Principal, digest: &str) -> Result<DraftText, AppError> {
        self.owns_framework(principal).await?;
        let found = self.stored_version(digest).await?;
        let entry = entry(&found);
        Ok(DraftText { entry, text: found.written.toml, texts: found.written.texts })
    }

    /// The draft with this digest, for those who may know of it.
    pub(super) async fn draft_version(&self, principal: &Principal, digest: &str) -> Result<Framework, AppError> {
        if !principal.actor.has(crate::domain::actor::Role::FrameworkOwner) {
            return Err(AppError::NotFound);
        }
        read(&self.stored_version(digest).await?)
    }

    async fn stored_version(&self, digest: &str) -> Result<StoredVersion, AppError> {
        let digest = Sha256Hex::try_from(digest.to_owned()).map_err(|_| AppError::NotFound)?;
        let tx = self.store().begin_read().await?;
        let found = frameworks::by_digests(&tx, &[digest.as_str().to_owned()]).await;
        tx.end().await?;
        found?.pop().ok_or(AppError::NotFound)
    }

    /// Whether the person is a framework owner; versions themselves are known to everybody.
    async fn owns_framework(&self, principal: &Principal) -> Result<(), AppError> {
        let resource = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ManageFramework, &resource).await
    }

    /// Sets or takes back the offer of a draft that is still what was read.
    async fn set_offer(
        &self,
        tx: &WriteTx,
        draft: &StoredVersion,
        offer: Option<&Offer<ActivationTerms>>,
    ) -> Result<(), Failure> {
        let before = draft.offer.as_ref().map(|offer| &offer.hash);
        if frameworks::set_offer(tx, &draft.written.digest(), before, offer).await? {
            Ok(())
        } else {
            Err(Failure::Again)
        }
    }

    async fn noted(
        &self,
        tx: &WriteTx,
        principal: &Principal,
        action: &str,
        version: &Framework,
    ) -> Result<(), Failure> {
        let detail = format!("{} {}", version.id, version.digest.as_str());
        self.note(tx, Note::by(principal, action, None, &detail)).await
    }
}

/// The drafts of this name; what is active is none any more.
async fn drafts(tx: &ReadTx, version: &str) -> Result<Vec<StoredVersion>, Failure> {
    let mut found = frameworks::of_version(tx, version).await?;
    found.retain(|one| one.activated_at.is_none());
    if found.is_empty() { Err(AppError::NotFound.into()) } else { Ok(found) }
}

fn offered<'a>(drafts: &'a [StoredVersion], hash: &Sha256Hex) -> Result<&'a StoredVersion, AppError> {
    let named = |draft: &&StoredVersion| draft.offer.as_ref().is_some_and(|offer| offer.hash == *hash);
    drafts.iter().find(named).ok_or(AppError::Refused(Refusal::NoSuchOffer))
}

fn read(draft: &StoredVersion) -> Result<Framework, AppError> {
    draft.written.read().map_err(AppError::internal)
}

/// Somebody else was sooner: another version has the name or the date, or the same text was drafted meanwhile.
fn taken(error: StorageError) -> Failure {
    match error {
        StorageError::Conflict(_) => Failure::Again,
        other => other.into(),
    }
}

fn entry(stored: &StoredVersion) -> DraftEntry {
    let state = match (stored.activated_at, &stored.offer) {
        (Some(_), _) => DraftState::Active,
        (None, Some(_)) => DraftState::Offered,
        (None, None) => DraftState::Draft,
    };
    DraftEntry {
        version: stored.version.clone(),
        digest: stored.written.digest(),
        effective_from: stored.effective_from,
        state,
        author: stored.author,
        drafted_at: stored.drafted_at,
        offer: stored.offer.clone(),
        activated_by: stored.activated_by,
        activated_at: stored.activated_at,
    }
}

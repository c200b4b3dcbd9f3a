//! The framework versions that count: those compiled in, and those that the store holds because two people activated
//! them or the operator laid them down. Which these are is asked in the transaction of each decision, so that every
//! instance decides by the same ones; what they say is parsed once, since a digest's text never changes.

mod activation;
mod directory;

pub use activation::{DraftEntry, DraftState, DraftText, NewFramework};
pub use directory::{LayDownError, check_file};
use std::sync::{Arc, Mutex, PoisonError};

use super::{App, AppError, Principal};
use crate::{
    domain::{
        framework::{Difference, Framework, FrameworkError, Sector, differences, sectors},
        time::Instant,
    },
    storage::{
        ReadTx, StorageError,
        frameworks::{self, StoredVersion},
    },
};

/// Two versions beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Name of the version that is compared with.
    pub from: String,
    /// Name of the version that is looked at.
    pub to: String,
    /// What the second says differently, field by field.
    pub differences: Vec<Difference>,
}

/// The versions as far as this process has read them.
pub(super) struct Versions {
    builtin: Vec<Framework>,
    sectors: Vec<Sector>,
    known: Mutex<Known>,
}

/// What was read last: the digests that the store listed, and all versions, oldest first.
struct Known {
    digests: Vec<String>,
    versions: Arc<Vec<Framework>>,
}

impl Versions {
    /// The versions compiled in.
    pub(super) fn new() -> Result<Self, FrameworkError> {
        let builtin = Framework::builtin()?;
        let known = Known { digests: Vec::new(), versions: Arc::new(builtin.clone()) };
        Ok(Self { builtin, sectors: sectors()?, known: Mutex::new(known) })
    }

    fn known(&self, digests: &[String]) -> Option<Arc<Vec<Framework>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.digests == digests).then(|| Arc::clone(&known.versions))
    }

    /// All versions, those of the store among them, which is remembered.
    fn learn(&self, digests: Vec<String>, stored: Vec<StoredVersion>) -> Result<Arc<Vec<Framework>>, StorageError> {
        let mut versions = self.builtin.clone();
        for stored in stored {
            let version = stored.written.read().map_err(|error| unusable(&error))?;
            if !digests.iter().any(|digest| digest == version.digest.as_str()) {
                return Err(StorageError::Corrupt { what: "a framework version that is not what its digest names" });
            }
            versions.push(version);
        }
        versions.sort_by_key(|version| version.effective_from);
        Framework::told_apart(&versions).map_err(|error| unusable(&error))?;
        let versions = Arc::new(versions);
        let known = Known { digests, versions: Arc::clone(&versions) };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(versions)
    }
}

/// A stored version that this program cannot use: written for another one, or changed behind its back.
fn unusable(error: &FrameworkError) -> StorageError {
    tracing::error!(%error, "the framework versions cannot be used");
    StorageError::Corrupt { what: "the framework versions" }
}

impl App {
    /// Every version that counts, oldest first, as of the transaction: one statement where nothing changed.
    pub(crate) async fn frameworks(&self, tx: &ReadTx) -> Result<Arc<Vec<Framework>>, StorageError> {
        let mut digests = frameworks::active_digests(tx).await?;
        digests.sort_unstable();
        let versions = &self.inner.versions;
        if let Some(known) = versions.known(&digests) {
            return Ok(known);
        }
        let stored = frameworks::by_digests(tx, &digests).await?;
        versions.learn(digests, stored)
    }

    /// Every version that counts, oldest first, and the instant of asking.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked, or holds a version that cannot be used.
    pub async fn framework_versions(&self) -> Result<(Arc<Vec<Framework>>, Instant), AppError> {
        let tx = self.store().begin_read().await?;
        let read = self.versions_now(&tx).await;
        tx.end().await?;
        Ok(read?)
    }

    async fn versions_now(&self, tx: &ReadTx) -> Result<(Arc<Vec<Framework>>, Instant), StorageError> {
        Ok((self.frameworks(tx).await?, self.decision_time(tx).await?))
    }

    /// The critical-infrastructure sectors.
    pub fn sectors(&self) -> &[Sector] {
        &self.inner.versions.sectors
    }

    /// What version `to` says differently from `from`. Where none is named, it is compared with the one before it, and the
    /// first version with the one in force. A framework owner may name a draft by its digest.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is no version.
    pub async fn framework_differences(
        &self,
        principal: &Principal,
        to: &str,
        from: Option<&str>,
    ) -> Result<Comparison, AppError> {
        let (versions, now) = self.framework_versions().await?;
        let to = self.named_version(principal, &versions, to).await?;
        let from = if let Some(from) = from {
            self.named_version(principal, &versions, from).await?
        } else {
            let before = to.predecessor(&versions).or_else(|| Framework::applies_to(&versions, now));
            before.cloned().ok_or(AppError::NotFound)?
        };
        Ok(Comparison { differences: differences(&from, &to), from: from.id, to: to.id })
    }

    async fn named_version(
        &self,
        principal: &Principal,
        versions: &[Framework],
        name: &str,
    ) -> Result<Framework, AppError> {
        match versions.iter().find(|version| version.id == name) {
            Some(found) => Ok(found.clone()),
            None => self.draft_version(principal, name).await,
        }
    }
}

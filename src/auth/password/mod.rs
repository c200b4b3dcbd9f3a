//! Passwords: hashing with argon2id off the async threads, and what makes one too weak.
//!
//! A hash costs 19 MiB and some milliseconds of a core, which is the point of it and also a way to bring a service
//! down. So at most as many run at a time as there are cores, a few more may wait, and the next one is told to come
//! back later (ASVS 15.2.2). An account that does not exist costs the same work as one that does (ASVS 6.3.8).

mod known;
mod policy;

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use zeroize::Zeroizing;

pub use policy::{MAX_CHARACTERS, MIN_CHARACTERS, WeakPassword, check};

use crate::ids::Ids;

/// Why a password could not be hashed or verified. None of them says whether it was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// As many hashes as allowed are running and waiting; answer 503 and let the caller try again.
    #[error("too many passwords are being checked at the moment")]
    Busy,
    /// The cost parameters are outside what argon2 allows.
    #[error("the configured cost of password hashing is not possible")]
    Cost,
    /// The stored hash cannot be read.
    #[error("the stored password hash is malformed")]
    Malformed,
    /// The hash could not be computed.
    #[error("the password could not be hashed")]
    Failed,
}

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes, which may run in parallel.
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane: the least that OWASP recommends for argon2id (ASVS 11.4.2).
    pub const STANDARD: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
}

/// What a presented password proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Match {
        /// The stored hash was made at another cost; hash the password again and store that.
        rehash: bool,
    },
    /// It is not, or there is no such account.
    Mismatch,
}

/// Hashes and verifies passwords, a bounded number at a time. Cheap to clone; clones share the bound.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    ids: Ids,
    /// One permit for each hash that runs.
    running: Arc<Semaphore>,
    /// One permit for each hash that runs or waits.
    admitted: Arc<Semaphore>,
    /// The hash that stands in for an account that does not exist.
    dummy: Arc<str>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords")
            .field("hasher", &self.hasher)
            .field("admitted", &self.admitted)
            .finish_non_exhaustive()
    }
}

impl Passwords {
    /// Allows `workers` hashes to run at a time and `queue` more to wait. Computes one hash, so call it at start.
    ///
    /// # Errors
    /// [`PasswordError::Cost`] if argon2 does not allow the cost.
    pub fn new(cost: Cost, workers: usize, queue: usize, ids: &Ids) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| PasswordError::Cost)?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = Zeroizing::new(ids.random_bytes::<32>());
        let dummy = hash(&hasher, &*nobodys, &ids.random_bytes())?;
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS / 2);
        let admitted = workers.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            hasher,
            ids: ids.clone(),
            running: Arc::new(Semaphore::new(workers)),
            admitted: Arc::new(Semaphore::new(admitted)),
            dummy: dummy.into(),
        })
    }

    /// Hashes a password for storing, with a fresh salt. Whether it is good enough is for [`check`] to say.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] beyond the bound, [`PasswordError::Failed`] if argon2 fails.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (hasher, salt) = (self.hasher.clone(), self.ids.random_bytes());
        let password = Zeroizing::new(password.as_bytes().to_vec());
        self.run(move || hash(&hasher, &password, &salt)).await?
    }

    /// Verifies a presented password against the stored hash. Without one, because the account is unknown or has no
    /// password, the same work is done and the answer is [`Verdict::Mismatch`].
    ///
    /// # Errors
    /// [`PasswordError::Busy`] beyond the bound, [`PasswordError::Malformed`] if the stored hash cannot be read.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict, PasswordError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        let hasher = self.hasher.clone();
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let verdict = self.run(move || verify(&hasher, &password, &stored)).await??;
        Ok(if known { verdict } else { Verdict::Mismatch })
    }

    /// Runs one hash on the blocking threads. The permits go with the work, not with the caller: a caller that hangs
    /// up does not make room for another hash while its own still runs.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let admitted = admit(&self.admitted)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        let work = move || {
            let _held = (admitted, running);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Failed)
    }
}

fn admit(admitted: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, PasswordError> {
    Arc::clone(admitted).try_acquire_owned().map_err(|error| match error {
        TryAcquireError::NoPermits => PasswordError::Busy,
        TryAcquireError::Closed => PasswordError::Failed,
    })
}

fn hash(hasher: &Argon2<'_>, password: &[u8], salt: &[u8; 16]) -> Result<String, PasswordError> {
    let hash: PasswordHash = hasher.hash_password_with_salt(password, salt).map_err(|_| PasswordError::Failed)?;
    Ok(hash.to_string())
}

fn verify(hasher: &Argon2<'_>, password: &[u8], stored: &str) -> Result<Verdict, PasswordError> {
    let stored = PasswordHash::new(stored).map_err(|_| PasswordError::Malformed)?;
    // The library calls a hash without its last field a wrong password; it is a broken row.
    if stored.hash.is_none() {
        return Err(PasswordError::Malformed);
    }
    match hasher.verify_password(password, &stored) {
        Ok(()) => Ok(Verdict::Match { rehash: is_old(hasher, &stored) }),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Mismatch),
        Err(_) => Err(PasswordError::Malformed),
    }
}

fn is_old(hasher: &Argon2<'_>, stored: &PasswordHash) -> bool {
    let current = hasher.params();
    let same = |params: &Params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (current.m_cost(), current.t_cost(), current.p_cost())
    };
    stored.algorithm != argon2::ARGON2ID_IDENT
        || stored.version != Some(Version::V0x13.into())
        || !Params::try_from(stored).is_ok_and(|params| same(&params))
}

#[cfg(test)]
mod tests;

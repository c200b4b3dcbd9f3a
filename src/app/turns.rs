//! Turns: how many contents and packages are in hand at a time, of everybody and of one account. What is in hand holds
//! memory or disk for as long as somebody takes to send or to fetch it, and a slow one of these is to keep nobody else
//! waiting.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use super::AppError;
use crate::domain::id::AccountId;

/// The turns of one kind.
pub(super) struct Turns {
    most: usize,
    each: usize,
    taken: Arc<Mutex<Taken>>,
}

/// How many each account has; nobody stands in it with none.
type Taken = BTreeMap<AccountId, usize>;

impl Turns {
    /// So many in all, and so many an account.
    pub(super) fn new((most, each): (usize, usize)) -> Self {
        Self { most, each, taken: Arc::default() }
    }

    /// A turn of the account.
    ///
    /// # Errors
    /// [`AppError::Busy`] while the account has as many as one may have, or none is left.
    pub(super) fn take(&self, account: AccountId) -> Result<Turn, AppError> {
        let mut taken = lock(&self.taken);
        let own = taken.get(&account).copied().unwrap_or_default();
        if own >= self.each || taken.values().sum::<usize>() >= self.most {
            return Err(AppError::Busy);
        }
        taken.insert(account, own + 1);
        Ok(Turn { account, taken: Arc::clone(&self.taken) })
    }
}

/// A turn, until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Turn {
    account: AccountId,
    taken: Arc<Mutex<Taken>>,
}

impl Turn {
    /// The bytes, which keep the turn until the last of them is gone, wherever they are sent.
    pub(super) fn with(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Kept { bytes, _turn: self })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        match taken.get_mut(&self.account) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.account);
            }
        }
    }
}

/// Counts are whole between two statements: a thread that panicked left none half done.
fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Kept {
    bytes: Bytes,
    _turn: Turn,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    #[test]
    fn nobody_takes_more_turns_than_one_may_have_and_all_together_no_more_than_there_are() {
        let turns = Turns::new((3, 2));
        let first = turns.take(account(1)).unwrap();
        let second = turns.take(account(1)).unwrap();
        assert!(matches!(turns.take(account(1)), Err(AppError::Busy)), "the account's are taken");
        let third = turns.take(account(2)).unwrap();
        assert!(matches!(turns.take(account(3)), Err(AppError::Busy)), "none is left");
        drop(first);
        let again = turns.take(account(3)).unwrap();
        drop((second, third, again));
        assert!(lock(&turns.taken).is_empty(), "nothing is remembered of anybody");
    }

    #[test]
    fn bytes_keep_their_turn_until_the_last_of_them_is_gone() {
        let turns = Turns::new((1, 1));
        let mut bytes = turns.take(account(1)).unwrap().with(Bytes::from_static(b"Terms"));
        let rest = bytes.split_off(2);
        assert_eq!((&bytes[..], &rest[..]), (&b"Te"[..], &b"rms"[..]));
        drop(bytes);
        assert!(turns.take(account(2)).is_err(), "some of them are still to be sent");
        drop(rest);
        assert!(turns.take(account(2)).is_ok());
    }
}

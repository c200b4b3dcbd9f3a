//! How a transaction that did not come to an end is told from one that did.

use super::AppError;
use crate::{
    domain::refusal::Refusal,
    storage::{self, StorageError},
};

/// Why a transaction did not come to an end.
pub(in crate::app) enum Failure {
    /// Another transaction was in the way: the whole is run again.
    Again,
    /// This is the answer.
    Answer(AppError),
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::Answer(error)
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        if error.is_transient() {
            return Self::Again;
        }
        if error.is_conflict(storage::constraint::LIVE_RELEASE) {
            return Self::Answer(AppError::Refused(Refusal::ReleaseBusy));
        }
        Self::Answer(AppError::from(error))
    }
}

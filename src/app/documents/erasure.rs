//! Content that is asked for and was erased: what is said of it instead.

use std::fmt;

use super::super::{App, AppError, view::Moment};
use crate::domain::records::{Erased, ErasedUnder};

/// When content was erased, and under what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// When.
    pub at: Moment,
    /// Under what.
    pub under: ErasedUnder,
}

impl fmt::Display for Erasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on {} under {}", self.at.local, self.under)
    }
}

impl App {
    /// The answer to whoever asks for content that was erased.
    pub(super) fn gone(&self, erased: &Erased) -> AppError {
        AppError::Erased(Box::new(Erasure { at: self.moment(erased.at), under: erased.under.clone() }))
    }
}

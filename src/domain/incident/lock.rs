//! The lock that spillage puts on a record. It is no state of the record but a fact of the case, derived from the
//! incidents that stand open: the one place that says what is locked.

use crate::domain::{
    case::Case,
    id::{Kind, Subject},
};

/// Whether classified content was reported in the record and the lock is not lifted (domain section 3.8). A locked record
/// is read by the insider-risk officer alone, nothing of it is mailed or shown elsewhere, and time goes on in it.
pub fn is_locked(case: &Case, subject: Subject) -> bool {
    case.incidents.values().any(|entry| entry.state.locks() == Some(subject))
}

/// Whether spillage may be reported in records of this kind. People's records stand in no case, and an incident holds no
/// text.
pub const fn is_lockable(kind: Kind) -> bool {
    match kind {
        Kind::Release
        | Kind::Inquiry
        | Kind::Engagement
        | Kind::Condition
        | Kind::Nomination
        | Kind::Grant
        | Kind::FoiaRequest
        | Kind::Document
        | Kind::Handoff => true,
        Kind::Prerequisites | Kind::Incident => false,
    }
}

//! The government's key: unrecused reviewers from different framework-owner agencies (domain section 3.4).

use std::collections::BTreeSet;

use super::{Answer, Nomination};
use crate::domain::id::OrganizationId;

/// Where the government's key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concurrence {
    /// Neither yes nor no. Silence is never yes.
    Open,
    /// The quorum concurs.
    Yes,
    /// The remaining unrecused reviewers can no longer make the quorum.
    No,
}

/// Counts the votes: one an agency, recused reviewers left out.
pub fn concurrence(nomination: &Nomination, quorum: u32) -> Concurrence {
    if concurring(nomination) >= quorum {
        return Concurrence::Yes;
    }
    let declined = nomination.reviewers.values().any(|r| r.vote.as_ref().is_some_and(|v| v.answer == Answer::No));
    let possible = agencies(nomination, |answer| answer != Some(Answer::No));
    if declined && possible < quorum { Concurrence::No } else { Concurrence::Open }
}

/// How many agencies concur.
pub fn concurring(nomination: &Nomination) -> u32 {
    agencies(nomination, |answer| answer == Some(Answer::Yes))
}

/// How many agencies have an unrecused reviewer whose vote counts.
fn agencies(nomination: &Nomination, counts: impl Fn(Option<Answer>) -> bool) -> u32 {
    let agencies: BTreeSet<OrganizationId> = nomination
        .reviewers
        .values()
        .filter(|reviewer| !reviewer.recused && counts(reviewer.vote.as_ref().map(|vote| vote.answer)))
        .map(|reviewer| reviewer.agency)
        .collect();
    u32::try_from(agencies.len()).unwrap_or(u32::MAX)
}

/// How many agencies could still make the quorum.
pub fn possible_agencies(nomination: &Nomination) -> u32 {
    let agencies: BTreeSet<OrganizationId> =
        nomination.reviewers.values().filter(|reviewer| !reviewer.recused).map(|reviewer| reviewer.agency).collect();
    u32::try_from(agencies.len()).unwrap_or(u32::MAX)
}

//! Whether a release that is registered separately is the same model release (domain section 3.0). The developer's
//! official names the earlier one when proposing, or the program liaison disputes that it is new; the acknowledgement
//! waits until that is settled. Merging takes a key of each side, and from then on the use of both counts as one.

use serde::{Deserialize, Serialize};

use super::{EngagementCommand as Command, EngagementEvent as Event, ProposeEngagement, ReleaseDeclaration, Terms};
use crate::domain::{
    actor::Side,
    case::{Case, Event as Any, Facts, ReleaseFacts},
    command::Command as AnyCommand,
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    release::ReleaseEvent,
    time::Instant,
};

use super::guard::state;

/// An open question of sameness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sameness {
    /// Reference of the other registered release.
    pub release: String,
    /// The side that named it: the developer by its declaration, the government by its dispute.
    pub by: Side,
}

/// Reference of the other release that a command is about, and whether whoever commands must be able to see it: one
/// named in the body, yes; one that was named before, no. The application loads its facts before the decision.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other commands are about one release")]
pub fn other_release<'a>(case: &'a Case, on: Subject, command: &'a AnyCommand) -> Option<(&'a str, bool)> {
    let AnyCommand::Engagement(command) = command else { return None };
    let named = || {
        let engagement = &case.engagements.get(&on.id)?.state;
        engagement.sameness.as_ref().map(|sameness| sameness.release.as_str())
    };
    match command {
        Command::ProposeEngagement(c) => c.same_release_as.as_deref().map(|release| (release, true)),
        Command::DisputeSameness(c) => Some((&c.release, true)),
        Command::MergeReleases(_) | Command::AcceptOffer(_) => named().map(|release| (release, false)),
        _ => None,
    }
}

/// The other registered release of the same developer, if there is one of this reference.
fn other<'a>(case: &Case, release: &str, pointer: &'static str, facts: &'a Facts) -> Result<&'a ReleaseFacts, Refusal> {
    let own = case.release().map(|(id, entry)| (id, entry.state.developer));
    let found = facts
        .releases
        .get(release)
        .filter(|other| own.is_some_and(|(id, developer)| other.id != id && other.developer == developer));
    found.ok_or(Refusal::field(pointer, FieldReason::NoSuchRecord))
}

/// What the official declares when proposing: `new_release`; or the same one as earlier engagements of this registered
/// release, or as another registered release. Answers the other one, unless it is merged already.
pub(super) fn declared(
    case: &Case,
    id: RecordId,
    command: &ProposeEngagement,
    facts: &Facts,
) -> Result<Option<String>, Refusal> {
    let earlier = case.engagements.iter().any(|(other, entry)| *other != id && entry.state.proposed_at.is_some());
    let is_new = command.release_declaration == ReleaseDeclaration::NewRelease;
    let Some(named) = &command.same_release_as else {
        let before = earlier || is_merged_from(case, None);
        let mismatch = Refusal::field("/release_declaration", FieldReason::DeclarationMismatch);
        return if before == is_new { Err(mismatch) } else { Ok(None) };
    };
    if is_new {
        return Err(Refusal::field("/same_release_as", FieldReason::DeclarationMismatch));
    }
    let other = other(case, named, "/same_release_as", facts)?;
    if is_merged_from(case, Some(named)) {
        return Ok(None);
    }
    if other.merged_into.is_some() {
        return Err(Refusal::field("/same_release_as", FieldReason::MergedElsewhere));
    }
    Ok(Some(named.clone()))
}

/// Whether the named release, or any, was merged into this one.
fn is_merged_from(case: &Case, named: Option<&str>) -> bool {
    let merged = case.release().into_iter().flat_map(|(_, entry)| &entry.state.merged);
    merged.into_iter().any(|merged| named.is_none_or(|named| merged.release == named))
}

/// `dispute-sameness`: a newer dispute takes the place of the one before.
pub(super) fn dispute(case: &Case, release: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let other = other(case, release, "/release", facts)?;
    if other.merged_into.is_some() {
        return Err(Refusal::field("/release", FieldReason::MergedElsewhere));
    }
    Ok(vec![Event::SamenessDisputed { release: release.to_owned() }])
}

/// Whether a question of sameness is open; one that the government opened, for taking it back.
pub(super) fn is_open(case: &Case, id: RecordId, by: Option<Side>) -> Result<(), Refusal> {
    let sameness = state(case, id)?.sameness.as_ref();
    let open = sameness.is_some_and(|sameness| by.is_none_or(|by| sameness.by == by));
    if open { Ok(()) } else { Err(Refusal::NoDispute) }
}

/// The exact terms of a merge: the release that the question is about, and what it used under the clock of the pinned
/// version.
pub(super) fn terms(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Terms, Refusal> {
    let engagement = state(case, id)?;
    let release = engagement.sameness.as_ref().ok_or(Refusal::NoDispute)?.release.clone();
    let clock = facts.pinned(engagement.framework.as_deref(), now)?.window_clock;
    let used_seconds = other(case, &release, "/hash", facts)?.used_seconds(clock);
    Ok(Terms::MergeReleases { release, used_seconds })
}

/// The guards of a merge, judged at both keys: the terms still say what is so, and nothing of the other release is under
/// way that its recorded use would not hold.
pub(super) fn judge(case: &Case, id: RecordId, offered: &Terms, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let terms = terms(case, id, facts, now)?;
    let Terms::MergeReleases { release, .. } = &terms else { return Ok(()) };
    let other = other(case, release, "/hash", facts)?;
    if other.merged_into.is_some() {
        return Err(Refusal::ReleaseMerged);
    }
    if other.is_busy {
        return Err(Refusal::Unmet(vec![Unmet::OtherReleaseBusy]));
    }
    if terms == *offered { Ok(()) } else { Err(Refusal::field("/hash", FieldReason::TermsOutdated)) }
}

/// What follows for the release itself from a merge of an engagement's two keys.
pub(super) fn follow(case: &Case, events: &[Event], facts: &Facts) -> Vec<(Subject, Any)> {
    let Some((id, _)) = case.release() else { return Vec::new() };
    let merged = |event: &Event| {
        let Event::ReleasesMerged { release, used_seconds } = event else { return None };
        let partner_released_at = facts.releases.get(release).and_then(|other| other.partner_released_at);
        let merged =
            ReleaseEvent::Merged { release: release.clone(), used_seconds: *used_seconds, partner_released_at };
        Some((Subject::new(Kind::Release, id), Any::Release(merged)))
    };
    events.iter().filter_map(merged).collect()
}

//! What a migration to another framework version would bring, for whoever holds a key of it: what the versions say
//! differently, and the dates that would move (domain section 10).

use serde::Serialize;
use utoipa::ToSchema;

use super::{lookup::Looking, preview::PreviewDeadline};
use crate::domain::{
    case::{Case, CaseEvent, Event},
    deadline::{OpenDeadline, derive},
    engagement::{EngagementEvent, Terms},
    framework::{Difference, differences},
    id::RecordId,
    refusal::Refusal,
};

/// What a migration would bring.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MigrationPreview {
    /// The version that the engagement is pinned to.
    pub from: String,
    /// The version that it would be pinned to.
    pub to: String,
    /// What the versions say differently.
    pub differences: Vec<Difference>,
    /// Deadlines that would come, go or move, as they stand now.
    pub before: Vec<PreviewDeadline>,
    /// The same, as they would stand.
    pub after: Vec<PreviewDeadline>,
}

/// What the offer or the act of a migration among these events would bring; nothing if there is none. `after` is the case
/// with them, and `known` says which deadlines the asker may know.
pub(super) fn preview(
    after: &Case,
    events: &[CaseEvent],
    looking: &Looking,
    known: &dyn Fn(&OpenDeadline) -> bool,
) -> Result<Option<MigrationPreview>, Refusal> {
    let Some((id, from, to)) = events.iter().find_map(migrated) else { return Ok(None) };
    let Some(engagement) = after.engagements.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    let facts = &looking.facts;
    let from = facts.pinned(from.or(engagement.framework.as_deref()), looking.now)?;
    let pinned = |version: &str| {
        let mut case = after.clone();
        case.engagements.entry(id).and_modify(|entry| entry.state.framework = Some(version.to_owned()));
        case
    };
    let dates = |case: &Case| -> Result<Vec<PreviewDeadline>, Refusal> {
        let open = derive(case, facts, looking.now)?.into_values().filter(|open| known(open));
        Ok(open.map(|open| PreviewDeadline::of(&open)).collect())
    };
    let (mut was, mut becomes) = (dates(&pinned(&from.id))?, dates(&pinned(to))?);
    let stay: Vec<PreviewDeadline> = was.iter().filter(|one| becomes.contains(one)).cloned().collect();
    was.retain(|one| !stay.contains(one));
    becomes.retain(|one| !stay.contains(one));
    Ok(Some(MigrationPreview {
        from: from.id.clone(),
        to: to.to_owned(),
        differences: differences(from, facts.framework(to)?),
        before: was,
        after: becomes,
    }))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "two of the many things that happen")]
fn migrated(event: &CaseEvent) -> Option<(RecordId, Option<&str>, &str)> {
    let Event::Engagement(happened) = &event.event else { return None };
    match happened {
        EngagementEvent::FrameworkMigrated { from, to, .. } => Some((event.subject.id, Some(from), to)),
        EngagementEvent::OfferMade { offer } => match &offer.terms {
            Terms::MigrateFramework { to } => Some((event.subject.id, None, to)),
            _ => None,
        },
        _ => None,
    }
}

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

/// What the offer or the act of a migration among these events would bring; nothing if there is none. `known` says which
/// deadlines the asker may know.
pub(super) fn preview(
    before: &Case,
    events: &[CaseEvent],
    looking: &Looking,
    known: &dyn Fn(&OpenDeadline) -> bool,
) -> Result<Option<MigrationPreview>, Refusal> {
    let Some((id, to)) = events.iter().find_map(migrated) else { return Ok(None) };
    let Some(engagement) = before.engagements.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    let facts = &looking.facts;
    let from = facts.pinned(engagement.framework.as_deref(), looking.now)?;
    let mut pinned = before.clone();
    if let Some(entry) = pinned.engagements.get_mut(&id) {
        entry.state.framework = Some(to.to_owned());
    }
    let dates = |case: &Case| -> Result<Vec<PreviewDeadline>, Refusal> {
        let open = derive(case, facts, looking.now)?.into_values().filter(|open| known(open));
        Ok(open.map(|open| PreviewDeadline::of(&open)).collect())
    };
    let (mut was, mut becomes) = (dates(before)?, dates(&pinned)?);
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
fn migrated(event: &CaseEvent) -> Option<(crate::domain::id::RecordId, &str)> {
    let Event::Engagement(happened) = &event.event else { return None };
    match happened {
        EngagementEvent::FrameworkMigrated { to, .. } => Some((event.subject.id, to)),
        EngagementEvent::OfferMade { offer } => match &offer.terms {
            Terms::MigrateFramework { to } => Some((event.subject.id, to)),
            _ => None,
        },
        _ => None,
    }
}

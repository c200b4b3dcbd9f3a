//! What a command would bring about, without its being carried out (architecture section 3, `?preview=true`).

use serde::Serialize;
use utoipa::ToSchema;

use super::{App, recording::Changes, view::may_know};
use crate::{
    authz::Sight,
    domain::{
        actor::Actor,
        case::{Case, CaseEvent},
        deadline::OpenDeadline,
        id::Subject,
    },
};

/// What a command would bring about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preview {
    /// What would happen, as far as the actor may know.
    pub events: Vec<PreviewEvent>,
    /// Deadlines that would be opened.
    pub deadlines_opened: Vec<PreviewDeadline>,
    /// Deadlines that would end.
    pub deadlines_ended: Vec<PreviewDeadline>,
    /// Notices that would go out, and to which roles.
    pub notices: Vec<PreviewNotice>,
}

/// An event that would happen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewEvent {
    /// The record's reference; empty for one that would be made.
    pub reference: String,
    /// What would happen.
    pub event: String,
    /// When it would take effect.
    pub effective_at: chrono::DateTime<chrono::Utc>,
}

/// A deadline that would be opened or end.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewDeadline {
    /// The record's reference.
    pub reference: String,
    /// The domain's code, `D1` to `D22`.
    pub code: String,
    /// From this instant on it has passed.
    pub due_at: chrono::DateTime<chrono::Utc>,
}

/// A notice that would go out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewNotice {
    /// The record's reference.
    pub reference: String,
    /// The notice's code, `N1` to `N20`.
    pub code: String,
    /// Roles and people that it would go to.
    pub to: Vec<String>,
}

impl App {
    /// What the actor may know of what would happen to `subject` and around it: of other records as little as reading
    /// them would show.
    pub(super) fn preview(
        &self,
        subject: Subject,
        events: &[CaseEvent],
        after: &Case,
        changes: &Changes,
        actor: &Actor,
    ) -> Preview {
        let sight = |subject: Subject| self.sight(actor, after, subject);
        let known = |event: &CaseEvent| {
            let sight = sight(event.subject);
            let seen = event.subject == subject && sight != Some(Sight::Locked) || sight == Some(Sight::Whole);
            seen && event.audience.includes(actor.side, actor.organization)
        };
        let event = |event: &CaseEvent| PreviewEvent {
            reference: event.reference.clone(),
            event: event.event.code().to_owned(),
            effective_at: event.effective_at,
        };
        let due = |open: &OpenDeadline| sight(open.subject).is_some_and(|sight| may_know(open.kind, actor, sight));
        let (deadlines_opened, deadlines_ended) = changes.previewed(&due);
        Preview {
            events: events.iter().filter(|event| known(event)).map(event).collect(),
            deadlines_opened,
            deadlines_ended,
            notices: changes
                .previewed_notices(&|subject| matches!(sight(subject), Some(Sight::Whole | Sight::Outline))),
        }
    }
}

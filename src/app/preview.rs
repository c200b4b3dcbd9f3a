//! What a command would bring about, without its being carried out (architecture section 3, `?preview=true`).

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App,
    lookup::Looking,
    migration::{self, MigrationPreview},
    recording::{Changes, name_of},
    view::may_know,
};
use crate::{
    authz::Sight,
    domain::{
        actor::{Actor, Side},
        case::{Case, CaseEvent},
        deadline::OpenDeadline,
        id::Subject,
        notice::{Notice, addressed},
        refusal::Refusal,
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
    /// Notices that would go out, and to which roles. Whether anybody of another side stands behind a role is not told.
    pub notices: Vec<PreviewNotice>,
    /// What a migration to another framework version would bring, once its second key has turned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationPreview>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PreviewDeadline {
    /// The record's reference; empty for one that would be made.
    pub reference: String,
    /// The domain's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's kind in words with underscores.
    pub kind: String,
    /// From this instant on it has passed.
    pub due_at: chrono::DateTime<chrono::Utc>,
}

impl Preview {
    /// The same without the reference of the record that would be made: it gets another one when it is.
    pub(super) fn of_new(mut self, reference: &str) -> Self {
        let events = self.events.iter_mut().map(|event| &mut event.reference);
        let dates = self.deadlines_opened.iter_mut().chain(&mut self.deadlines_ended).map(|date| &mut date.reference);
        let notices = self.notices.iter_mut().map(|notice| &mut notice.reference);
        events.chain(dates).chain(notices).filter(|named| *named == reference).for_each(String::clear);
        self
    }
}

impl PreviewDeadline {
    pub(super) fn of(open: &OpenDeadline) -> Self {
        Self {
            reference: open.reference.clone(),
            code: open.kind.to_string(),
            kind: name_of(open.kind),
            due_at: open.due.due_at,
        }
    }
}

/// A notice that would go out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewNotice {
    /// The record's reference; empty for one that would be made.
    pub reference: String,
    /// The notice's code, `N1` to `N20`.
    pub code: String,
    /// Codes of the roles that it would go to.
    pub to: Vec<String>,
}

impl App {
    /// What the actor may know of what would happen to `subject` and around it: of other records as little as reading
    /// them would show. `after` and the events follow from what the actor's side knows, see
    /// [`known_to`](crate::domain::case::known_to): nothing of what another side did for itself decides what is told.
    pub(super) fn preview(
        &self,
        after: &Case,
        subject: Subject,
        events: &[CaseEvent],
        (changes, looking): (&Changes, &Looking),
        actor: &Actor,
    ) -> Result<Preview, Refusal> {
        let sight = |subject: Subject| self.sight(actor, after, subject);
        let known = |event: &CaseEvent| {
            let sight = sight(event.subject);
            let seen = event.subject == subject && sight != Some(Sight::Locked) || sight == Some(Sight::Whole);
            seen && event.audience.includes(actor.side, actor.organization)
        };
        let told = |event: &&CaseEvent| event.audience.includes(actor.side, actor.organization);
        let notices = events.iter().filter(told).flat_map(|event| addressed(after, event));
        let notice = |notice: Notice| match sight(notice.subject)? {
            Sight::Whole => PreviewNotice::of(&notice, Some(actor.side)),
            Sight::Outline => PreviewNotice::of(&notice, None),
            Sight::Locked => None,
        };
        let event = |event: &CaseEvent| PreviewEvent {
            reference: event.reference.clone(),
            event: event.event.code().to_owned(),
            effective_at: event.effective_at,
        };
        let due = |open: &OpenDeadline| sight(open.subject).is_some_and(|sight| may_know(open.kind, actor, sight));
        let (deadlines_opened, deadlines_ended) = changes.previewed(&due);
        Ok(Preview {
            migration: migration::preview(after, events, looking, &due)?,
            events: events.iter().filter(|event| known(event)).map(event).collect(),
            deadlines_opened,
            deadlines_ended,
            notices: notices.filter_map(notice).collect(),
        })
    }
}

impl PreviewNotice {
    /// The notice by the roles that may be known of; neither to whom nor to how many it goes, since that would tell whether
    /// there are reviewers.
    fn of(notice: &Notice, own: Option<Side>) -> Option<Self> {
        let to: Vec<String> = notice.roles_told(own).map(|role| role.code().to_owned()).collect();
        let (reference, code) = (notice.reference.clone(), notice.kind.as_str().to_owned());
        (!to.is_empty()).then_some(Self { reference, code, to })
    }
}

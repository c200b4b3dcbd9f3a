//! The words of the planner's answer.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::view::{ActionView, Moment, UnmetView, WindowEndView},
    domain::{deadline::ClockFacts, id::Kind},
};

/// What the answer's first column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComparedWith {
    /// The engagement as it stands.
    AsItStands,
    /// The engagement with the condition in force from now on.
    InForceNow,
}

/// What would follow, as far as the asker may know. Time alone is projected: nobody acts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfAnswer {
    /// The instant of asking, and of the supposition.
    pub at: Moment,
    /// How far ahead was looked.
    pub until: Moment,
    /// What `before` stands for everywhere below; `after` is what is supposed.
    pub compared_with: ComparedWith,
    /// What time brings, the earliest first.
    pub events: Vec<WhatIfEvent>,
    /// Deadlines that move, are canceled or are new.
    pub deadlines: Vec<WhatIfDeadline>,
    /// Reminders to the asker's side that would not go out any more.
    pub reminders_canceled: Vec<WhatIfReminder>,
    /// Reminders to the asker's side that would go out instead or besides.
    pub reminders_new: Vec<WhatIfReminder>,
    /// Grants whose access stops.
    pub grants: Vec<WhatIfGrant>,
    /// What would newly stand against a step.
    pub newly_unmet: Vec<WhatIfGuard>,
    /// The commands that would bring the supposition about, or avert it, and whether the asker may.
    pub commands: Vec<WhatIfCommand>,
}

/// Something that happens in one course or in both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfEvent {
    /// The record's reference.
    pub reference: String,
    /// What happens.
    pub event: String,
    /// When, without the supposition; none where it does not happen.
    pub before: Option<Moment>,
    /// When, with it; none where it does not happen.
    pub after: Option<Moment>,
}

/// How a deadline changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineFate {
    /// It has another date or starts at another instant.
    Moved,
    /// It does not come to be, or is no more.
    Canceled,
    /// It comes to be.
    New,
}

/// A deadline that changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfDeadline {
    /// The record's reference.
    pub reference: String,
    /// Its code, `D1` to `D22`.
    pub code: String,
    /// Its name.
    pub kind: String,
    /// How it changes.
    pub change: DeadlineFate,
    /// Without the supposition.
    pub before: Option<WhatIfDate>,
    /// With it.
    pub after: Option<WhatIfDate>,
}

/// The date of a deadline with the four facts behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfDate {
    /// From this instant on it has passed.
    pub due_at: Moment,
    /// The date that people are shown.
    pub shown_on: NaiveDate,
    /// The instant of the event that anchors it: the clock counts from it, or it gave the date.
    pub starts_at: Moment,
    /// The event that anchors it.
    pub anchor: String,
    /// When it comes, or came, into being.
    pub opens_at: Moment,
    /// The edition of the calendar.
    pub calendar: String,
    /// The starting event and who vouches for it, the day kind, the roll rule and what pauses it.
    pub clock: ClockFacts,
    /// Of the end of an access window: why it is that instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_end: Option<WindowEndView>,
}

/// A reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhatIfReminder {
    /// The record's reference.
    pub reference: String,
    /// The deadline's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's name.
    pub kind: String,
    /// Which one, such as `reminder:-2 wd`.
    pub offset: String,
    /// Whom it is for.
    pub to: String,
    /// When it goes out.
    pub at: Moment,
}

/// A grant whose access stops.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfGrant {
    /// The grant's reference.
    pub reference: String,
    /// How and when, without the supposition.
    pub before: Vec<WhatIfStop>,
    /// How and when, with it.
    pub after: Vec<WhatIfStop>,
}

/// How access stops.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfStop {
    /// What happens: `grant.suspended`, `grant.expired`, `grant.revoked` or `grant.closed`.
    pub event: String,
    /// When.
    pub at: Moment,
}

/// What would newly stand against a step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfGuard {
    /// The step: `ready`, or a command's name.
    pub guard: String,
    /// The instant that it is judged for.
    pub at: Moment,
    /// What is unmet, as far as the asker may know.
    pub unmet: Vec<UnmetView>,
}

/// A command on a record, and whether the asker may carry it out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhatIfCommand {
    /// The kind of the record.
    pub kind: Kind,
    /// Its reference.
    pub reference: String,
    /// The command, allowed or with what stands against it.
    #[serde(flatten)]
    pub action: ActionView,
}

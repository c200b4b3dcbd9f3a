//! Tells a plan as the asker may know it.

use super::{
    Said, Suppose, SupposeKind,
    answer::{
        ComparedWith, DeadlineFate, WhatIfAnswer, WhatIfCommand, WhatIfDate, WhatIfDeadline, WhatIfEvent, WhatIfGrant,
        WhatIfGuard, WhatIfReminder, WhatIfStop,
    },
};
use crate::{
    app::{
        App, AppError, Principal,
        read::Readable,
        recording::name_of,
        reminder_history::concerns,
        reminding::group_name,
        view::{Moment, WindowEndView, collapse, may_know, unmet_view},
    },
    authz::{Resource, Sight, sight},
    domain::{
        case::CaseEvent,
        id::{Kind, RecordId, Subject},
        plan::{
            DeadlineChange, EventChange, Foreseen, GrantEnds, NewlyUnmet, Plan, Question, Supposition, TellsReminder,
        },
        refusal::{FieldReason, Refusal},
        time::Instant,
    },
};

/// Tells a plan as the asker may know it: of records that the asker sees whole, and of one's own side.
pub(super) struct Telling<'a> {
    pub(super) app: &'a App,
    pub(super) viewer: &'a Principal,
    pub(super) readable: &'a Readable,
}

impl Telling<'_> {
    /// What is supposed, of the members that its kind has.
    pub(super) fn supposition(&self, suppose: &Suppose) -> Result<Supposition, AppError> {
        let Suppose { kind, to, condition, by, version } = suppose;
        let (of_release, of_condition, of_version) = match kind {
            SupposeKind::PlannedRelease => (true, false, false),
            SupposeKind::ConditionUnsigned => (false, true, false),
            SupposeKind::FrameworkVersion => (false, false, true),
        };
        let members = [
            ("/suppose/to", *to != Said::LeftOut, of_release),
            ("/suppose/condition", condition.is_some(), of_condition),
            ("/suppose/by", by.is_some(), of_condition),
            ("/suppose/version", version.is_some(), of_version),
        ];
        for (pointer, given, wanted) in members {
            match (given, wanted) {
                (true, false) => return Err(AppError::field(pointer, "belongs to another kind of supposition")),
                (false, true) => return Err(AppError::field(pointer, "is missing")),
                _ => {}
            }
        }
        Ok(match (to, condition, by, version) {
            (Said::To(to), ..) => Supposition::PlannedRelease { to: *to },
            (_, Some(condition), Some(by), _) => {
                Supposition::ConditionUnsigned { condition: self.condition(condition)?, by: *by }
            }
            (_, _, _, version) => Supposition::FrameworkVersion { version: version.clone().unwrap_or_default() },
        })
    }

    fn condition(&self, reference: &str) -> Result<RecordId, Refusal> {
        let found = self.readable.case.find(reference);
        let seen = found.filter(|subject| subject.kind == Kind::Condition && self.sees(*subject));
        let unknown = Refusal::field("/suppose/condition", FieldReason::NoSuchRecord);
        seen.map(|subject| subject.id).ok_or(unknown)
    }

    pub(super) fn answer(&self, plan: &Plan, question: &Question<'_>) -> WhatIfAnswer {
        let [canceled, new] = plan.reminders();
        let compared_with = match question.suppose {
            Supposition::ConditionUnsigned { .. } => ComparedWith::InForceNow,
            Supposition::PlannedRelease { .. } | Supposition::FrameworkVersion { .. } => ComparedWith::AsItStands,
        };
        WhatIfAnswer {
            at: self.moment(question.now),
            until: self.moment(question.until),
            compared_with,
            events: plan.events().into_iter().filter_map(|change| self.event(change)).collect(),
            deadlines: plan.deadlines().into_iter().filter_map(|change| self.deadline(change)).collect(),
            reminders_canceled: canceled.into_iter().flat_map(|tells| self.reminder(tells)).collect(),
            reminders_new: new.into_iter().flat_map(|tells| self.reminder(tells)).collect(),
            grants: plan.grants().into_iter().filter_map(|ends| self.grant(&ends)).collect(),
            newly_unmet: plan.newly_unmet().into_iter().map(|unmet| self.guard(unmet)).collect(),
            commands: self.commands(question.suppose),
        }
    }

    fn sees(&self, subject: Subject) -> bool {
        self.sight(subject) == Some(Sight::Whole)
    }

    fn sight(&self, subject: Subject) -> Option<Sight> {
        sight(self.app.engine(), &self.viewer.actor, &Resource::of(&self.readable.case, subject)?)
    }

    fn knows(&self, event: &CaseEvent) -> bool {
        let actor = &self.viewer.actor;
        self.sees(event.subject) && event.audience.includes(actor.side, actor.organization)
    }

    fn moment(&self, at: Instant) -> Moment {
        self.app.moment(at)
    }

    fn event(&self, EventChange { before, after }: EventChange<'_>) -> Option<WhatIfEvent> {
        let one = before.or(after).filter(|event| self.knows(event))?;
        Some(WhatIfEvent {
            reference: one.reference.clone(),
            event: one.event.code().to_owned(),
            before: before.map(|event| self.moment(event.effective_at)),
            after: after.map(|event| self.moment(event.effective_at)),
        })
    }

    fn knows_deadline(&self, foreseen: &Foreseen) -> bool {
        let open = &foreseen.open;
        self.sees(open.subject) && may_know(open.kind, &self.viewer.actor, Sight::Whole)
    }

    fn deadline(&self, DeadlineChange { before, after }: DeadlineChange<'_>) -> Option<WhatIfDeadline> {
        let one = before.or(after).filter(|one| self.knows_deadline(one))?;
        Some(WhatIfDeadline {
            reference: one.open.reference.clone(),
            code: one.open.kind.to_string(),
            kind: name_of(one.open.kind),
            change: match (before, after) {
                (Some(_), Some(_)) => DeadlineFate::Moved,
                (Some(_), None) => DeadlineFate::Canceled,
                (None, _) => DeadlineFate::New,
            },
            before: before.map(|one| self.date(one)),
            after: after.map(|one| self.date(one)),
        })
    }

    fn date(&self, Foreseen { open, since, .. }: &Foreseen) -> WhatIfDate {
        WhatIfDate {
            due_at: self.moment(open.due.due_at),
            shown_on: open.due.shown_on,
            starts_at: self.moment(open.anchored_at()),
            anchor: open.anchor.to_owned(),
            opens_at: self.moment(*since),
            calendar: open.due.calendar_version.clone(),
            clock: open.due.facts,
            window_end: WindowEndView::of_deadline(open, self.app.settings().program.zone),
        }
    }

    fn reminder(&self, TellsReminder { of, reminder }: TellsReminder<'_>) -> Vec<WhatIfReminder> {
        if !self.knows_deadline(of) {
            return Vec::new();
        }
        let (around, side) = ((&self.readable.case, &self.readable.names), self.viewer.actor.side);
        let own = reminder.recipients.iter().filter(|group| concerns(around, &of.open, **group, side));
        own.map(|group| group_name(*group))
            .map(|to| WhatIfReminder {
                reference: of.open.reference.clone(),
                code: of.open.kind.to_string(),
                kind: name_of(of.open.kind),
                offset: reminder.key.to_string(),
                to,
                at: self.moment(reminder.at),
            })
            .collect()
    }

    fn grant(&self, GrantEnds { grant, before, after }: &GrantEnds<'_>) -> Option<WhatIfGrant> {
        let stops = |events: &[&CaseEvent]| {
            let known = events.iter().filter(|event| self.knows(event));
            known
                .map(|event| WhatIfStop { event: event.event.code().to_owned(), at: self.moment(event.effective_at) })
                .collect::<Vec<_>>()
        };
        let (before, after) = (stops(before), stops(after));
        let told = !before.is_empty() || !after.is_empty();
        let reference = self.readable.case.reference(*grant).filter(|_| told)?.to_owned();
        Some(WhatIfGrant { reference, before, after })
    }

    fn guard(&self, ((guard, at), unmet): NewlyUnmet) -> WhatIfGuard {
        let unmet = collapse(unmet, &self.viewer.actor).into_iter().map(unmet_view).collect();
        WhatIfGuard { guard: guard.to_owned(), at: self.moment(at), unmet }
    }

    fn commands(&self, suppose: &Supposition) -> Vec<WhatIfCommand> {
        let (case, engagement) = (&self.readable.case, self.readable.subject);
        let (subject, name) = match suppose {
            Supposition::PlannedRelease { .. } => match case.release() {
                Some((id, _)) => (Subject::new(Kind::Release, id), "set-planned-release"),
                None => return Vec::new(),
            },
            Supposition::ConditionUnsigned { condition, .. } => (Subject::new(Kind::Condition, *condition), "sign"),
            Supposition::FrameworkVersion { .. } => (engagement, "migrate-framework"),
        };
        let sight = self.sight(subject).unwrap_or(Sight::Locked);
        let actions = self.app.actions_on(self.viewer, self.readable, subject, sight);
        let wanted = actions.into_iter().filter(|action| action.action == name);
        let reference = case.reference(subject).unwrap_or_default();
        wanted.map(|action| WhatIfCommand { kind: subject.kind, reference: reference.to_owned(), action }).collect()
    }
}

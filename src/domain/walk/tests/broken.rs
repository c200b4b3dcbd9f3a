//! Broken rules, one for each invariant: the product's own answers, changed on their way to the walk, so that the rules
//! themselves have no hooks. A walk by each of them must report its invariant.

use chrono::TimeDelta;
use serde_json::json;

use super::slices;
use crate::{
    authz::permit::Permit,
    domain::{
        actor::{By, Role},
        audience::Audience,
        case::{self, Case, CaseEvent, Decided, Event, Facts},
        command::Command,
        condition::{ConditionEvent, ConditionStage, Signature},
        engagement::{EngagementEvent, Outcome, Stage},
        grant::{
            GrantEvent,
            access::{Access, access},
        },
        id::{Kind, RecordId, Subject},
        nomination::NominationEvent,
        refusal::Refusal,
        release::ReleaseEvent,
        text::Name,
        time::{Instant, plus},
        walk::{
            alphabet::Slice,
            world::{Rules, Seen},
        },
    },
};

/// A broken rule and the invariant that must notice it.
pub struct Broken {
    pub number: u8,
    pub what: &'static str,
    /// The small world in which it shows.
    pub slice: fn() -> Slice,
    pub rules: Rules,
}

type Answer = Result<Decided, Refusal>;

/// What a broken decision has before it: the question, and the product's own answer.
struct Asked<'a> {
    case: &'a Case,
    on: Subject,
    permit: &'a Permit,
    command: &'a Command,
    facts: &'a Facts,
    now: Instant,
    answer: Answer,
}

impl Asked<'_> {
    fn is(&self, kind: Kind, name: &str) -> bool {
        let action = self.command.action();
        action.kind == kind && action.name == name
    }

    fn by(&self) -> By {
        By::from(self.permit.actor())
    }

    /// Adds an event to the answer, or makes it the answer to what was refused.
    fn and(self, on: Subject, by: By, event: Event) -> Answer {
        let mut decided = self.answer.unwrap_or_else(|_| Decided { events: Vec::new(), after: self.case.clone() });
        let reference = self.case.reference(on).unwrap_or_default().to_owned();
        let audience = Audience::Shared;
        let happened = CaseEvent { subject: on, reference, audience, effective_at: self.now, by, event };
        case::evolve(&mut decided.after, &happened);
        decided.events.push(happened);
        let from = self.now;
        let followed = case::settle(&mut decided.after, self.facts, from, self.now)?;
        decided.events.extend(followed);
        Ok(decided)
    }
}

/// Rules whose decisions go through a function.
macro_rules! deciding {
    ($change:expr) => {
        Rules {
            decide: |case, on, reference, permit, command, facts, now| {
                let answer = case::decide(case, on, reference, permit, command, facts, now);
                let change: fn(Asked<'_>) -> Answer = $change;
                change(Asked { case, on, permit, command, facts, now, answer })
            },
            ..Rules::REAL
        }
    };
}

/// Rules by which access is answered by a function.
macro_rules! accessing {
    ($change:expr) => {
        Rules {
            access: |case, id, facts, asker, now| {
                let change: fn(&Case, RecordId, Access, Instant) -> Access = $change;
                access(case, id, facts, asker, now).map(|answer| change(case, id, answer, now))
            },
            ..Rules::REAL
        }
    };
}

fn release_of(case: &Case) -> Subject {
    Subject::new(Kind::Release, case.release().expect("a release").0)
}

/// Time that goes by without what it would bring to the engagements.
fn idle(case: &mut Case, facts: &Facts, from: Instant, now: Instant) -> Result<Vec<CaseEvent>, Refusal> {
    let mut settled = case.clone();
    let happened = case::settle(&mut settled, facts, from, now)?;
    let closes = |happened: &CaseEvent| happened.event.code() == "engagement.window_closed";
    if happened.iter().any(closes) {
        return Ok(Vec::new());
    }
    *case = settled;
    Ok(happened)
}

/// Time that signs what both sides agreed.
fn signing(case: &mut Case, facts: &Facts, from: Instant, now: Instant) -> Result<Vec<CaseEvent>, Refusal> {
    let mut happened = case::settle(case, facts, from, now)?;
    let agreed = case.conditions.iter().find(|(_, entry)| entry.state.stage == ConditionStage::Agreed);
    let Some((id, entry)) = agreed else { return Ok(happened) };
    let name = || Name::parse("Time").expect("a name");
    let digest = entry.state.agreed.as_ref().expect("a text").digest.clone();
    let signature = Signature { by: By::SCHEDULER, typed_name: name(), capacity: name(), digest, at: now };
    let event = Event::Condition(ConditionEvent::Signed { signature });
    let (subject, reference) = (Subject::new(Kind::Condition, *id), entry.reference.clone());
    let audience = Audience::Shared;
    let signed = CaseEvent { subject, reference, audience, effective_at: now, by: By::SCHEDULER, event };
    case::evolve(case, &signed);
    happened.push(signed);
    Ok(happened)
}

const fn allowed(now: Instant) -> Access {
    let _ = now;
    Access::Allowed { until: None }
}

const WITHDRAW: Broken = Broken {
    number: 1,
    what: "a security suspension holds the official back from withdrawing",
    slice: slices::engagement,
    rules: deciding!(|asked| {
        let held = asked.case.engagements.values().any(|e| matches!(e.state.stage, Stage::Suspended { .. }));
        if held && asked.is(Kind::Engagement, "withdraw") { Err(Refusal::NotSuspendingSide) } else { asked.answer }
    }),
};

const WORD: Broken = Broken {
    number: 2,
    what: "a state says that the release is approved",
    slice: slices::engagement,
    rules: Rules {
        state: |case, subject| {
            let mut state = case.state(subject).expect("a record");
            state["release_approved"] = json!(true);
            state
        },
        ..Rules::REAL
    },
};

const SUM: Broken = Broken {
    number: 3,
    what: "resuming under a paused clock forgets the stretches before",
    slice: slices::paused,
    rules: deciding!(|asked| {
        let mut decided = asked.answer?;
        for happened in &mut decided.events {
            if let Event::Engagement(event @ EngagementEvent::WindowResumed) = &mut happened.event {
                let bound = asked.case.release().and_then(|(_, release)| release.state.planned);
                let bound = bound.unwrap_or(Instant::MAX_UTC);
                *event = EngagementEvent::WindowOpened { release_bound: bound, earlier_end: None };
            }
        }
        let mut after = asked.case.clone();
        decided.events.iter().for_each(|happened| case::evolve(&mut after, happened));
        Ok(Decided { after, ..decided })
    }),
};

const FORGOTTEN: Broken = Broken {
    number: 3,
    what: "merging forgets what the other release used",
    slice: slices::merging,
    rules: deciding!(|asked| {
        let mut decided = asked.answer?;
        for happened in &mut decided.events {
            if let Event::Release(ReleaseEvent::Merged { used_seconds, .. }) = &mut happened.event {
                *used_seconds = 0;
            }
        }
        let mut after = asked.case.clone();
        decided.events.iter().for_each(|happened| case::evolve(&mut after, happened));
        Ok(Decided { after, ..decided })
    }),
};

const LAST_CLOSE: Broken = Broken {
    number: 4,
    what: "nothing closes a window",
    slice: slices::running,
    rules: Rules { settle: idle, ..Rules::REAL },
};

const LATER: Broken = Broken {
    number: 5,
    what: "a liaison raises the end that was lowered",
    slice: slices::running,
    rules: deciding!(|asked| {
        let liaison = asked.permit.actor().has(Role::ProgramLiaison);
        if !(liaison && asked.is(Kind::Engagement, "suspend-window") && asked.answer.is_ok()) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        let earlier_end = Some(plus(asked.now, TimeDelta::days(300)));
        asked.and(on, by, Event::Engagement(EngagementEvent::WindowExtended { release_bound: None, earlier_end }))
    }),
};

const LENGTHENS: Broken = Broken {
    number: 6,
    what: "a suspension that is over is added to the end",
    slice: slices::running,
    rules: deciding!(|asked| {
        let resumed = |decided: &Decided| decided.events.iter().any(|h| h.event.code() == "engagement.window_resumed");
        if !asked.answer.as_ref().is_ok_and(resumed) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        let later = Some(plus(asked.now, TimeDelta::days(300)));
        let event = EngagementEvent::WindowExtended { release_bound: later, earlier_end: later };
        asked.and(on, by, Event::Engagement(event))
    }),
};

const UNCOVERED: Broken = Broken {
    number: 7,
    what: "a window opens in spite of a breach",
    slice: slices::force,
    rules: deciding!(|asked| {
        let scheduled =
            asked.case.engagements.iter().find(|(_, e)| matches!(e.state.stage, Stage::WindowScheduled { .. }));
        let Some((id, _)) = scheduled.filter(|_| asked.is(Kind::Condition, "report-breach")) else {
            return asked.answer;
        };
        let on = Subject::new(Kind::Engagement, *id);
        let bound = asked.case.release().and_then(|(_, release)| release.state.planned).expect("a plan");
        let event = EngagementEvent::WindowOpened { release_bound: bound, earlier_end: None };
        let mut answer = asked.and(on, By::SCHEDULER, Event::Engagement(event))?;
        // The breach comes first, as the product says, and the window opens all the same.
        answer.events.retain(|happened| happened.event.code() != "engagement.fell_back_to_conditions");
        Ok(answer)
    }),
};

const UNSCREENED: Broken = Broken {
    number: 8,
    what: "access does not ask for the person's screening",
    slice: slices::grant,
    rules: accessing!(|_, _, answer, now| match &answer {
        Access::Denied { unmet } if *unmet == [crate::domain::refusal::Unmet::NotScreened] => allowed(now),
        _ => answer,
    }),
};

const SHUT: Broken = Broken {
    number: 9,
    what: "access stays while the window is suspended",
    slice: slices::running,
    rules: accessing!(|_, _, answer, now| match &answer {
        Access::Denied { unmet } if *unmet == [crate::domain::refusal::Unmet::WindowNotOpen] => allowed(now),
        _ => answer,
    }),
};

const OUTLIVES: Broken = Broken {
    number: 10,
    what: "access names an end past the attestation",
    slice: slices::grant,
    rules: accessing!(|_, _, answer, _| match answer {
        Access::Allowed { until: Some(until) } => Access::Allowed { until: Some(plus(until, TimeDelta::days(1))) },
        other => other,
    }),
};

const OWN: Broken = Broken {
    number: 11,
    what: "whoever requested a grant approves it",
    slice: slices::grant,
    rules: deciding!(|asked| {
        let mut decided = asked.answer?;
        for happened in &mut decided.events {
            if happened.event == Event::Grant(GrantEvent::Approved) {
                happened.by = asked.case.grants[&happened.subject.id].state.requested_by.clone();
            }
        }
        let mut after = asked.case.clone();
        decided.events.iter().for_each(|happened| case::evolve(&mut after, happened));
        Ok(Decided { after, ..decided })
    }),
};

const RECUSED: Broken = Broken {
    number: 12,
    what: "a recused reviewer still reads",
    slice: slices::joint,
    rules: Rules {
        seen: |case, subject, actor, seen| {
            let nomination = case.nominations.get(&subject.id).filter(|_| subject.kind == Kind::Nomination);
            let recused = nomination.is_some_and(|entry| entry.state.is_recused(actor.account));
            if recused { Seen::Outline } else { seen }
        },
        ..Rules::REAL
    },
};

const SILENCE: Broken = Broken {
    number: 13,
    what: "the developer's consent alone selects",
    slice: slices::notified,
    rules: deciding!(|asked| {
        if !(asked.is(Kind::Nomination, "consent") && asked.answer.is_ok()) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        asked.and(on, by, Event::Nomination(NominationEvent::Selected))
    }),
};

const DECLINED: Broken = Broken {
    number: 14,
    what: "declining takes the planned release away",
    slice: slices::engagement,
    rules: deciding!(|asked| {
        if !(asked.is(Kind::Engagement, "decline") && asked.answer.is_ok()) {
            return asked.answer;
        }
        let (on, by) = (release_of(asked.case), asked.by());
        asked.and(on, by, Event::Release(ReleaseEvent::PlannedReleaseSet { to: None }))
    }),
};

const BESIDE: Broken = Broken {
    number: 15,
    what: "another developer finds the release",
    slice: slices::developers,
    rules: Rules {
        seen: |_, subject, actor, seen| {
            let rival = actor.name.starts_with("Rival") && subject.kind == Kind::Release;
            if rival { Seen::Outline } else { seen }
        },
        ..Rules::REAL
    },
};

const UNASKED: Broken = Broken {
    number: 16,
    what: "a nomination is disclosed without the developer's consent",
    slice: slices::notified,
    rules: deciding!(|asked| {
        if !(asked.is(Kind::Nomination, "disclose") && asked.answer.is_err()) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        asked.and(on, by, Event::Nomination(NominationEvent::Disclosed))
    }),
};

const REPLACED: Broken = Broken {
    number: 20,
    what: "an agreed text is taken for another one at its signature",
    slice: slices::texts,
    rules: deciding!(|asked| {
        let mut decided = asked.answer?;
        for happened in &mut decided.events {
            if let Event::Condition(ConditionEvent::Signed { signature }) = &mut happened.event {
                signature.digest = crate::domain::text::Sha256Hex::of(b"another text");
            }
        }
        let mut after = asked.case.clone();
        decided.events.iter().for_each(|happened| case::evolve(&mut after, happened));
        Ok(Decided { after, ..decided })
    }),
};

const FOREIGN: Broken = Broken {
    number: 21,
    what: "the bound party waives",
    slice: slices::force,
    rules: deciding!(|asked| {
        let refused = matches!(asked.answer, Err(Refusal::NotProtectedSide));
        if !(refused && asked.is(Kind::Condition, "waive")) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        asked.and(on, by, Event::Condition(ConditionEvent::Waived))
    }),
};

const REPINNED: Broken = Broken {
    number: 22,
    what: "claiming an engagement pins the newest version",
    slice: slices::engagement,
    rules: deciding!(|asked| {
        if !(asked.is(Kind::Engagement, "claim") && asked.answer.is_ok()) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        let framework = asked.facts.frameworks.last().expect("a version").id.clone();
        let event = EngagementEvent::Proposed {
            framework,
            new_release: true,
            weights_target: None,
            same_release_as: None,
            framework_digest: None,
        };
        asked.and(on, by, Event::Engagement(event))
    }),
};

const ONE_KEY: Broken = Broken {
    number: 22,
    what: "the liaison's key alone migrates",
    slice: slices::migration,
    rules: deciding!(|asked| {
        let liaison = asked.permit.actor().has(Role::ProgramLiaison);
        if !(liaison && asked.is(Kind::Engagement, "migrate-framework") && asked.answer.is_ok()) {
            return asked.answer;
        }
        let (on, by) = (asked.on, asked.by());
        let (from, to) = (&asked.facts.frameworks[0], &asked.facts.frameworks[1]);
        let event = EngagementEvent::FrameworkMigrated {
            from: from.id.clone(),
            to: to.id.clone(),
            framework_digest: to.digest.clone(),
            closes_at: None,
        };
        asked.and(on, by, Event::Engagement(event))
    }),
};

const MARKED: Broken = Broken {
    number: 26,
    what: "whoever withdrew does not begin again",
    slice: slices::engagement,
    rules: deciding!(|asked| {
        let withdrew = |stage: &Stage| matches!(stage, Stage::Closed { outcome: Outcome::Withdrawn });
        let marked = asked.case.engagements.values().any(|entry| withdrew(&entry.state.stage));
        if marked && asked.is(Kind::Engagement, "draft") { Err(Refusal::ReleaseBusy) } else { asked.answer }
    }),
};

const SIGNS: Broken = Broken {
    number: 27,
    what: "time signs what was agreed",
    slice: slices::texts,
    rules: Rules { settle: signing, ..Rules::REAL },
};

/// Every broken rule.
pub const BROKEN: [Broken; 23] = [
    WITHDRAW, WORD, SUM, FORGOTTEN, LAST_CLOSE, LATER, LENGTHENS, UNCOVERED, UNSCREENED, SHUT, OUTLIVES, OWN, RECUSED,
    SILENCE, DECLINED, BESIDE, UNASKED, REPLACED, FOREIGN, REPINNED, ONE_KEY, MARKED, SIGNS,
];

//! The workflow as data: for each kind of record one table of its transitions, in `domain/<kind>/transitions.rs`, with
//! stages, triggers and guards. `available` and `decide` look up there in which stages a command is possible and which
//! guards are judged; the permission matrix, `anteroom workflow` and `docs/workflow.md` print the same rows.
//!
//! Who may is no part of it: that the policies of [`authz`](crate::authz) say, and what is printed is asked of them.

mod ahead;
mod over;
mod table;

pub use ahead::ahead;
pub use over::{is_over, over};
pub use table::{Transition, arrival, command, elsewhere, makes, second_key, time};

use super::{
    action::Action, condition, document, engagement, foia, grant, handoff, id::Kind, incident, inquiry, nomination,
    prerequisites, refusal::Refusal, release,
};

/// What brings a transition about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A command on the record.
    Command(&'static str),
    /// The second key to what another command offered (domain section 3.0, "Two-key acts").
    SecondKey {
        /// The command that offered.
        offer: &'static str,
        /// The command that turns the second key.
        accept: &'static str,
    },
    /// A command on a record of this kind, from which something follows here at once.
    Elsewhere(Kind, &'static str),
    /// Time, or what other records came to: see `settle`.
    Time,
    /// What comes without a command, by a name of its own.
    Arrival(&'static str),
}

/// When a guard is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judged {
    /// Before the command, without its body: a record's actions say what is missing.
    Asking,
    /// With the command's body, or with the terms of the offer that it accepts.
    Deciding,
    /// Never refuses: it says which of several transitions it is.
    Outcome,
    /// By the clock, or as soon as other records are so.
    Time,
}

impl Judged {
    /// The word that tables print.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asking => "before",
            Self::Deciding => "with the body",
            Self::Outcome => "which of several",
            Self::Time => "by time",
        }
    }
}

/// What is known of a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuardFacts {
    /// The stable name in `kebab-case`, unique within its kind of record.
    pub name: &'static str,
    /// What must hold, as a sentence.
    pub meaning: &'static str,
    /// When it is judged.
    pub judged: Judged,
}

/// The guards of one kind of record.
pub trait Guarding: Copy + Eq + 'static {
    /// Every guard, in the order in which people read them.
    const ALL: &'static [Self];

    /// Name, meaning and when it is judged.
    fn facts(self) -> GuardFacts;
}

/// Declares the guards of one kind of record: the comment is the meaning.
macro_rules! guards {
    ($($(#[doc = $meaning:literal])+ $variant:ident $name:literal $judged:ident;)*) => {
        /// What must hold before a transition; the comment of each is its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Guard { $($(#[doc = $meaning])+ $variant,)* }

        impl $crate::domain::workflow::Guarding for Guard {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn facts(self) -> $crate::domain::workflow::GuardFacts {
                use $crate::domain::workflow::{GuardFacts, Judged};
                match self {
                    $(Self::$variant => GuardFacts {
                        name: $name,
                        meaning: concat!($($meaning),+).trim_ascii(),
                        judged: Judged::$judged,
                    },)*
                }
            }
        }
    };
}
pub(crate) use guards;

/// The workflow of one kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Workflow<G: 'static> {
    /// The kind.
    pub kind: Kind,
    /// Every stage, in the order of the lifecycle.
    pub stages: &'static [&'static str],
    /// The transitions, in the order in which people read them.
    pub rows: &'static [Transition<G>],
}

impl<G: Guarding> Workflow<G> {
    /// The stages in which a command (or arrival) is possible at all, in the order of the lifecycle; none for a command
    /// that makes the record.
    pub fn stages_of(&self, name: &str) -> Vec<&'static str> {
        let rows = || self.rows.iter().filter(|row| row.is_by(name));
        self.stages.iter().copied().filter(|stage| rows().any(|row| row.from.contains(stage))).collect()
    }

    /// Refuses a command outside its stages.
    ///
    /// # Errors
    /// [`Refusal::WrongStage`].
    pub fn in_stage(&self, stage: &'static str, name: &str) -> Result<(), Refusal> {
        let possible = self.rows.iter().any(|row| row.is_by(name) && row.from.contains(&stage));
        if possible { Ok(()) } else { Err(Refusal::WrongStage { stage, allowed: self.stages_of(name) }) }
    }

    /// The guards that the rows of a command in this stage name, each once and in their order.
    pub fn guards_of(&self, stage: &str, name: &str) -> Vec<G> {
        let rows = self.rows.iter().filter(|row| row.is_by(name) && row.from.contains(&stage));
        let mut guards = Vec::new();
        for guard in rows.flat_map(|row| row.guards) {
            if !guards.contains(guard) {
                guards.push(*guard);
            }
        }
        guards
    }

    /// Whether a command is possible in this stage: what `available` of every kind asks. A guard that the table does not
    /// name is not judged.
    ///
    /// # Errors
    /// [`Refusal::WrongStage`], or what `check` says of the first guard that does not hold.
    pub fn judge(
        &self,
        stage: &'static str,
        name: &str,
        check: impl FnMut(G) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.in_stage(stage, name)?;
        self.guards_of(stage, name).into_iter().try_for_each(check)
    }

    /// Every guard of the kind.
    #[expect(clippy::unused_self, reason = "asked of each kind's table by one macro")]
    fn guards(&self) -> Vec<GuardFacts> {
        G::ALL.iter().map(|guard| guard.facts()).collect()
    }

    /// The rows with their guards' names, for printing.
    fn printed(&self) -> Vec<Row> {
        let row = |row: &Transition<G>| Row {
            kind: self.kind,
            number: row.number,
            from: row.from,
            to: row.to,
            trigger: row.trigger,
            guards: row.guards.iter().map(|guard| guard.facts()).collect(),
        };
        self.rows.iter().map(row).collect()
    }
}

/// One row of a workflow's table, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The kind of record.
    pub kind: Kind,
    /// The number by which the rules name it, such as `E7`.
    pub number: Option<&'static str>,
    /// The stages that it leads from; none where it makes the record.
    pub from: &'static [&'static str],
    /// The stage that it leads to; `None` where the stage stays.
    pub to: Option<&'static str>,
    /// What brings it about.
    pub trigger: Trigger,
    /// What must hold.
    pub guards: Vec<GuardFacts>,
}

impl Row {
    /// The command that a person gives for it, if one does.
    pub const fn action(&self) -> Option<Action> {
        match self.trigger {
            Trigger::Command(name) | Trigger::SecondKey { accept: name, .. } => Some(Action::new(self.kind, name)),
            Trigger::Elsewhere(kind, name) => Some(Action::new(kind, name)),
            Trigger::Time | Trigger::Arrival(_) => None,
        }
    }
}

/// Applies a method to the workflow of a kind.
macro_rules! of {
    ($kind:expr, $workflow:ident => $answer:expr) => {
        match $kind {
            Kind::Release => with(release::WORKFLOW, |$workflow| $answer),
            Kind::Inquiry => with(inquiry::WORKFLOW, |$workflow| $answer),
            Kind::Engagement => with(engagement::WORKFLOW, |$workflow| $answer),
            Kind::Condition => with(condition::WORKFLOW, |$workflow| $answer),
            Kind::Nomination => with(nomination::WORKFLOW, |$workflow| $answer),
            Kind::Grant => with(grant::WORKFLOW, |$workflow| $answer),
            Kind::Prerequisites => with(prerequisites::WORKFLOW, |$workflow| $answer),
            Kind::Incident => with(incident::WORKFLOW, |$workflow| $answer),
            Kind::FoiaRequest => with(foia::WORKFLOW, |$workflow| $answer),
            Kind::Document => with(document::WORKFLOW, |$workflow| $answer),
            Kind::Handoff => with(handoff::WORKFLOW, |$workflow| $answer),
        }
    };
}

fn with<W, T>(workflow: W, answer: impl FnOnce(W) -> T) -> T {
    answer(workflow)
}

/// Every stage of a kind, in the order of the lifecycle.
pub fn stages(kind: Kind) -> &'static [&'static str] {
    of!(kind, workflow => workflow.stages)
}

/// The rows of a kind's table.
pub fn rows(kind: Kind) -> Vec<Row> {
    of!(kind, workflow => workflow.printed())
}

/// The guards of a kind, in the order in which people read them.
pub fn guards_of(kind: Kind) -> Vec<GuardFacts> {
    of!(kind, workflow => workflow.guards())
}

/// The stages in which a command is possible at all; none for one that makes a record.
pub fn stages_of(action: Action) -> Vec<&'static str> {
    of!(action.kind, workflow => workflow.stages_of(action.name))
}

#[cfg(test)]
pub(super) mod tests;

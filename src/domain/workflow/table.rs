//! How a row of a workflow's table is written: `command("propose", &["draft"]).to("proposed").when(&[...])`.

use super::Trigger;
use crate::domain::id::Kind;

/// One row: from which stages what leads where, and what must hold.
#[derive(Clone, Copy, Debug)]
pub struct Transition<G: 'static> {
    /// The number by which the rules name it, such as `E7` (domain sections 3.2 and 5).
    pub number: Option<&'static str>,
    /// The stages that it leads from; none where it makes the record.
    pub from: &'static [&'static str],
    /// The stage that it leads to; `None` where the stage stays.
    pub to: Option<&'static str>,
    /// What brings it about.
    pub trigger: Trigger,
    /// What must hold, in the order in which it is judged.
    pub guards: &'static [G],
}

impl<G> Transition<G> {
    const fn by(trigger: Trigger, from: &'static [&'static str]) -> Self {
        Self { number: None, from, to: None, trigger, guards: &[] }
    }

    /// The stage that it leads to; without, the stage stays.
    #[must_use]
    pub const fn to(self, stage: &'static str) -> Self {
        Self { to: Some(stage), ..self }
    }

    /// What must hold.
    #[must_use]
    pub const fn when(self, guards: &'static [G]) -> Self {
        Self { guards, ..self }
    }

    /// The number by which the rules name it.
    #[must_use]
    pub const fn number(self, number: &'static str) -> Self {
        Self { number: Some(number), ..self }
    }

    /// Whether the command of this name on the record, or the arrival, brings it about.
    pub fn is_by(&self, name: &str) -> bool {
        match self.trigger {
            Trigger::Command(known) | Trigger::SecondKey { accept: known, .. } | Trigger::Arrival(known) => {
                known == name
            }
            Trigger::Elsewhere(..) | Trigger::Time => false,
        }
    }
}

/// A command that makes the record, in this stage.
pub const fn makes<G>(name: &'static str, stage: &'static str) -> Transition<G> {
    Transition::by(Trigger::Command(name), &[]).to(stage)
}

/// A command on the record.
pub const fn command<G>(name: &'static str, from: &'static [&'static str]) -> Transition<G> {
    Transition::by(Trigger::Command(name), from)
}

/// The second key, turned by `accept-offer`, to what the command `offer` offered.
pub const fn second_key<G>(offer: &'static str, from: &'static [&'static str]) -> Transition<G> {
    Transition::by(Trigger::SecondKey { offer, accept: "accept-offer" }, from)
}

/// A command on another record.
pub const fn elsewhere<G>(kind: Kind, name: &'static str, from: &'static [&'static str]) -> Transition<G> {
    Transition::by(Trigger::Elsewhere(kind, name), from)
}

/// Time, or what other records came to.
pub const fn time<G>(from: &'static [&'static str]) -> Transition<G> {
    Transition::by(Trigger::Time, from)
}

/// What comes without a command.
pub const fn arrival<G>(name: &'static str, from: &'static [&'static str]) -> Transition<G> {
    Transition::by(Trigger::Arrival(name), from)
}

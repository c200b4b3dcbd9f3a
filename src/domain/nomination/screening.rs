//! The generic screening agreement (domain section 3.4, invariant 16): a text of the pinned framework version that names
//! neither developer nor model. A partner signs exactly this text before anything is disclosed to it (invariant 20).

use super::{Nomination, NominationEvent as Event, SignScreeningNda, guard::framework};
use crate::domain::{
    actor::Actor,
    case::{Case, Facts},
    framework::Framework,
    refusal::{FieldReason, Refusal},
    text::{Markdown, Sha256Hex},
    time::Instant,
};

/// The text that a partner is asked to sign before disclosure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreeningNda {
    /// Its title.
    pub title: String,
    /// The text.
    pub text: Markdown,
    /// SHA-256 of the text.
    pub digest: Sha256Hex,
}

/// The text of the version that the nomination's engagement is pinned to.
///
/// # Errors
/// [`Refusal::NoFramework`], or [`Refusal::NotInFramework`] if the version has no such text.
pub fn screening_nda(
    case: &Case,
    nomination: &Nomination,
    facts: &Facts,
    now: Instant,
) -> Result<ScreeningNda, Refusal> {
    shown(framework(case, nomination, facts, now)?)
}

fn shown(framework: &Framework) -> Result<ScreeningNda, Refusal> {
    let template = framework.screening_nda().ok_or(Refusal::NotInFramework)?;
    let text = template.default_text.clone();
    Ok(ScreeningNda { title: template.title.clone(), digest: template.text_digest.clone(), text })
}

/// The partner's signature, if it is on the text that it was shown.
pub(super) fn sign(framework: &Framework, actor: &Actor, command: &SignScreeningNda) -> Result<Event, Refusal> {
    let shown = shown(framework)?.digest;
    if shown != command.digest {
        return Err(Refusal::field("/digest", FieldReason::WrongDigest));
    }
    if !actor.is_named(command.typed_name.as_str()) {
        return Err(Refusal::field("/typed_name", FieldReason::NotOwnName));
    }
    let (typed_name, capacity) = (command.typed_name.clone(), command.capacity.clone());
    Ok(Event::ScreeningNdaSigned { digest: shown, typed_name, capacity })
}

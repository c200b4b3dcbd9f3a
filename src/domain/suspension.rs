//! Suspending what is suspended already: one rule for windows, nominations and grants (domain sections 3.3, 3.4 and 3.6).

use super::{
    actor::{Actor, Role},
    refusal::Refusal,
};

/// Refuses a further suspension to everybody but the insider-risk officer, and to the officer while `security` says that
/// one holds it. `stage` is the record's, and `others` are the stages from which anybody else may suspend.
///
/// # Errors
/// [`Refusal::WrongStage`] or [`Refusal::AlreadyUnderWay`].
pub fn suspend_again(
    security: bool,
    actor: &Actor,
    stage: &'static str,
    others: &[&'static str],
) -> Result<(), Refusal> {
    if !actor.has(Role::InsiderRiskOfficer) {
        return Refusal::unless_stage(stage, others);
    }
    if security { Err(Refusal::AlreadyUnderWay) } else { Ok(()) }
}

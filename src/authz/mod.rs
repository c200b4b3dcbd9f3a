//! Who may. The one room that decides by role: Cedar policies (text files beside this one, compiled in) answer for one
//! record, [`Scope`] says the same of lists, and the permission matrix prints both for people to read. Rules about
//! quorum, recusal and same persons are guards of the domain, restated in `policies/forbid.cedar`.

pub mod administration;
mod chapter;
mod decide;
mod delegation;
mod engine;
mod entities;
mod matrix;
pub mod permit;
mod resource;
mod scope;
#[cfg(test)]
mod tests;

pub use chapter::{Chapter, GuardLine, Line};
pub use decide::{Denial, Sight, decide, permitted, sight};
pub use delegation::Acting;
pub use engine::{AuthzError, EXPORT, Engine, WHAT_IF};
pub use matrix::{actors, ever, matrix, stages_of};
pub use permit::Permit;
pub use resource::Resource;
pub use scope::{Alternative, Scope};

//! Forms of commands, made from the same schemas as the API's description: what a command takes, its form asks for, and
//! no form can lack a field that the API has.

mod choices;
mod read;
mod shape;
mod show;

pub use choices::Choices;
pub use read::{instant, read};
pub use shape::{Field, Input, fields_of, intent, meant};
pub use show::show;

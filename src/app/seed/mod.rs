//! The demonstration: stories kept as data, replayed through the application layer, so that seeds obey the rules.

mod check;
mod courses;
mod error;
mod format;
mod load;
mod placeholder;

pub use error::SeedError;
pub use format::{Act, Organization, Person, Story, Target};
pub use load::{LoadError, Loaded};
pub use placeholder::{Placeholder, fill};

#[cfg(test)]
mod tests;

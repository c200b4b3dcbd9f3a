//! Pages for people.

pub mod demo;
pub mod export;

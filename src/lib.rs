//! Anteroom.

pub mod domain;

//! Anteroom.

pub mod mail;

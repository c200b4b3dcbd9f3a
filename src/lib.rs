//! Anteroom.

pub mod auth;
pub mod clock;
pub mod config;
pub mod ids;
pub mod telemetry;

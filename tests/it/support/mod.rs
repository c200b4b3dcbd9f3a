//! What every integration test stands on: a database of its own, a mail server of its own, a world of its own, so that
//! tests share nothing and run side by side.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops where its ground is missing")]

pub mod database;
pub mod light;
pub mod mime;
pub mod people;
pub mod smtp;
pub mod world;

//! One binary for all integration tests, so that they link once.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a broken assumption must end the test")]

mod mail;
mod migrations;
mod properties;
mod serve;
mod storage;
mod story;
mod support;
mod verify;
mod worker;

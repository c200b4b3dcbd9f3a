//! One binary for all integration tests, so that they link once.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a broken assumption must end the test")]

#[macro_use]
mod both;

mod bad_input;
mod cli;
mod demo;
mod export;
mod figures;
mod handoff;
mod identity;
mod isolation;
mod mail;
mod matrix;
mod migrations;
mod properties;
mod reads;
mod serve;
mod statements;
mod storage;
mod story;
mod support;
mod verify;
mod worker;

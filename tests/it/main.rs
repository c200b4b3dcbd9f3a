//! One binary for all integration tests, so that they link once.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a broken assumption must end the test")]

#[macro_use]
mod both;

mod allow_list;
mod as_of;
mod bad_input;
mod bulk;
mod cli;
mod correspondence;
mod demo;
mod documents;
mod export;
mod external;
mod figures;
mod foia;
mod framework;
mod granted;
mod handoff;
mod identity;
mod incident;
mod isolation;
mod lifecycle;
mod machine;
mod mail;
mod matrix;
mod migrations;
mod office;
mod orders;
mod pages;
mod previews;
mod properties;
mod reads;
mod saved_views;
mod search;
mod serve;
mod statements;
mod storage;
mod story;
mod support;
mod tables;
mod verify;
mod what_if;
mod worker;
mod worklist;

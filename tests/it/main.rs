//! One binary for all integration tests, so that they link once.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a broken assumption of a test must end the test")]

mod mail;
mod serve;
mod support;

//! What every integration test stands on: a database of its own, a mail server of its own, a world of its own, so that
//! tests share nothing and run side by side.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops where its ground is missing")]

pub mod binary;
pub mod bodies;
pub mod contents;
pub mod database;
pub mod demo;
pub mod desk;
pub mod door;
pub mod light;
pub mod matters;
pub mod mime;
pub mod offered;
pub mod passing;
pub mod people;
pub mod scene;
pub mod smtp;
pub mod window;
pub mod world;

/// Begins a client for services without TLS: nothing reads the system's certificates, which takes longer than most tests.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_certs_only([])
}

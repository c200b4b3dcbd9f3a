//! What the integration tests share.

pub mod mime;
pub mod smtp;

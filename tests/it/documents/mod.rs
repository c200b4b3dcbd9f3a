//! Documents from declaration to download: what is taken, who reads it, where it stands, and what is found out about it.

mod clerk;
mod erasure;
mod packages;
mod places;
mod quarantine;
mod reading;
mod s3;
mod taking;
mod turns;

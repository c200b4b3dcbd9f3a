//! Anteroom: the room before release. A self-hosted service that runs voluntary pre-release access engagements for
//! frontier models. Rooms in reading order: the rules first, then who may, then what it is used for, then how it is
//! kept, shown, mailed and run.
#![forbid(unsafe_code)]

pub mod domain;

pub mod authz;

pub mod app;
pub mod ledger;
pub mod storage;

pub mod auth;
pub mod mail;

pub mod clock;
pub mod config;
pub mod ids;
pub mod telemetry;

pub mod web;

pub mod worker;

pub mod cli;

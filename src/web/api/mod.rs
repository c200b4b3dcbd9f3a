//! The JSON door: one file a room of the API. Handlers parse, call one use case and render.

pub mod access;
pub mod account_sessions;
pub mod accounts;
pub mod api_tokens;
pub mod auth;
pub mod bulk;
pub mod calendar;
pub mod documents;
pub mod export;
pub mod figures;
pub mod framework;
pub mod invitations;
pub mod ledger;
pub mod mail;
pub mod me;
pub mod office;
pub mod organizations;
pub mod records;
pub mod reminders;
pub mod saved_views;
pub mod search;
pub mod what_if;
pub mod worklist;

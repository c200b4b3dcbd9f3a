//! Tables of the store, one file each: columns and relations only. Behavior lives in the storage room.
//!
//! Instants are 64-bit microseconds since the epoch, ids are UUIDs in text form, structured values are JSON in text form,
//! on both databases. Which columns are unique or indexed is said by the migrations.

#![forbid(unsafe_code)]

pub mod access_log;
pub mod account;
pub mod aggregate;
pub mod api_token;
pub mod assignment;
pub mod bounce;
pub mod calendar_closure;
pub mod calendar_entry;
pub mod calendar_feed;
pub mod deadline;
pub mod delivery;
pub mod document;
pub mod document_content;
pub mod document_object;
pub mod event;
pub mod event_leaf;
pub mod event_payload;
pub mod framework_version;
pub mod idempotency_key;
pub mod invitation;
pub mod job_run;
pub mod mail_mute;
pub mod mail_preference;
pub mod mail_problem;
pub mod milestone_report;
pub mod one_time_link;
pub mod organization;
pub mod outbox;
pub mod refresh_token;
pub mod reminder;
pub mod role_assignment;
pub mod saved_view;
pub mod saved_view_alert;
pub mod session;

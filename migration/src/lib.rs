//! The schema, one migration for each concept, written once for SQLite and PostgreSQL.
//!
//! A migration names no entity and nothing of the service, so that it means the same for ever. Constraints carry the
//! names that PostgreSQL gives by itself (`<table>_<columns>_key`, `<table>_pkey`), because the store translates a
//! violation by that name on both databases.

#![forbid(unsafe_code)]
#![expect(elided_lifetimes_in_paths, reason = "the library's trait is declared so, and async_trait wants the same")]

mod dialect;
mod m20261101_000001_create_people;
mod m20261101_000002_create_sessions;
mod m20261101_000003_create_aggregates;
mod m20261101_000004_create_events;
mod m20261101_000005_create_deadlines;
mod m20261101_000006_create_outbox;
mod m20261101_000007_create_access_log;
mod m20261101_000008_create_idempotency_keys;
mod m20261101_000009_guard_append_only_records;
mod m20261101_000010_create_calendar_feeds;
mod m20261101_000012_create_framework_versions;
mod m20261101_000014_create_document_objects;
mod m20261121_000020_create_calendar_closures;
mod m20261121_000021_create_milestone_reports;
mod m20261121_000022_create_invitations;
mod m20261122_000030_create_mail_preferences;
mod m20261122_000031_create_calendar_entries;
mod m20261122_000032_create_mail_problems;
mod m20261122_000040_create_saved_views;
mod m20261122_000050_create_browser_sessions;
mod m20261122_000060_create_job_runs;
mod m20261122_000070_index_references;
mod m20261122_000071_place_saved_views;
mod m20261122_000081_keep_the_cookie_before;
mod m20261122_000091_choose_by_topic;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_create_people::STEP),
            Box::new(m20261101_000002_create_sessions::STEP),
            Box::new(m20261101_000003_create_aggregates::STEP),
            Box::new(m20261101_000004_create_events::STEP),
            Box::new(m20261101_000005_create_deadlines::STEP),
            Box::new(m20261101_000006_create_outbox::STEP),
            Box::new(m20261101_000007_create_access_log::STEP),
            Box::new(m20261101_000008_create_idempotency_keys::STEP),
            Box::new(m20261101_000009_guard_append_only_records::Migration),
            Box::new(m20261101_000010_create_calendar_feeds::STEP),
            Box::new(m20261101_000012_create_framework_versions::Migration),
            Box::new(m20261121_000020_create_calendar_closures::STEP),
            Box::new(m20261121_000021_create_milestone_reports::STEP),
            Box::new(m20261121_000022_create_invitations::STEP),
            Box::new(m20261101_000014_create_document_objects::STEP),
            Box::new(m20261122_000050_create_browser_sessions::STEP),
            Box::new(m20261122_000040_create_saved_views::STEP),
            Box::new(m20261122_000030_create_mail_preferences::STEP),
            Box::new(m20261122_000031_create_calendar_entries::STEP),
            Box::new(m20261122_000032_create_mail_problems::STEP),
            Box::new(m20261122_000060_create_job_runs::STEP),
            Box::new(m20261122_000070_index_references::STEP),
            Box::new(m20261122_000071_place_saved_views::STEP),
            Box::new(m20261122_000081_keep_the_cookie_before::STEP),
            Box::new(m20261122_000091_choose_by_topic::Migration),
        ]
    }
}

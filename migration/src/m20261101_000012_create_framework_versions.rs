//! Framework versions that two people activate, or that the operator lays down; and what kind of organization each is,
//! as the versions list them.
//!
//! A draft's text never changes: another text is another draft. Once a version is active nothing of it changes at all,
//! and none is ever removed. Triggers see to both.

use sea_orm_migration::{
    prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager},
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::dialect::spell;

/// Makes the table and its guards.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE framework_version (
    digest TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    written TEXT NOT NULL,
    author_id TEXT REFERENCES account (id),
    drafted_at BIGINT NOT NULL,
    offer_hash TEXT,
    offer TEXT,
    activated_by TEXT REFERENCES account (id),
    activated_at BIGINT
) STRICT;
CREATE UNIQUE INDEX framework_version_version_key ON framework_version (version) WHERE activated_at IS NOT NULL;
CREATE UNIQUE INDEX framework_version_effective_from_key ON framework_version (effective_from)
    WHERE activated_at IS NOT NULL;
ALTER TABLE organization ADD COLUMN party_kind TEXT;
ALTER TABLE organization ADD COLUMN sector TEXT;
";

const DOWN: &str = "
ALTER TABLE organization DROP COLUMN sector;
ALTER TABLE organization DROP COLUMN party_kind;
DROP TABLE framework_version;
";

/// What may change, as a condition over OLD and NEW: the keys of a draft.
const PERMITTED: &str = "OLD.activated_at IS NULL AND NEW.digest = OLD.digest AND NEW.version = OLD.version
    AND NEW.effective_from = OLD.effective_from AND NEW.written = OLD.written AND NEW.drafted_at = OLD.drafted_at
    AND coalesce(NEW.author_id, '') = coalesce(OLD.author_id, '')";

fn guards(backend: DbBackend) -> String {
    if backend == DbBackend::Sqlite {
        let refuse = "BEGIN SELECT RAISE(ABORT, 'framework_version is kept for ever'); END;";
        return format!(
            "CREATE TRIGGER framework_version_refuses_update BEFORE UPDATE ON framework_version
                 WHEN (NOT ({PERMITTED})) {refuse}
             CREATE TRIGGER framework_version_refuses_delete BEFORE DELETE ON framework_version {refuse}"
        );
    }
    format!(
        "CREATE TRIGGER framework_version_refuses_update BEFORE UPDATE ON framework_version
             FOR EACH ROW WHEN (NOT ({PERMITTED})) EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER framework_version_refuses_delete BEFORE DELETE ON framework_version
             FOR EACH ROW EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER framework_version_refuses_truncate BEFORE TRUNCATE ON framework_version
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let sql = format!("{}{}", spell(backend, UP), guards(backend));
        manager.get_connection().execute_unprepared(&sql).await.map(drop)
    }

    /// The guards go with their table.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(drop)
    }

    /// As every migration: whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! One spelling of the schema for both databases: the migrations are written in the words of PostgreSQL plus `STRICT`,
//! and the few words in which SQLite differs are exchanged here.

use sea_orm_migration::{
    MigrationName, MigrationTrait,
    prelude::{DbErr, SchemaManager},
    sea_orm::{ConnectionTrait, DbBackend},
};

/// A migration that is plain SQL.
pub(crate) struct Step {
    /// Name in the table of applied migrations: the file's own.
    pub(crate) name: &'static str,
    /// Statements that make it.
    pub(crate) up: &'static str,
    /// Statements that take it back.
    pub(crate) down: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.down).await
    }

    /// Whole or not at all on both databases, so that a process killed half-way leaves nothing half made.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Runs several statements, spelled for the database at hand.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let sql = spell(manager.get_database_backend(), sql);
    manager.get_connection().execute_unprepared(&sql).await.map(drop)
}

/// `STRICT` tables of SQLite know neither BIGINT nor BOOLEAN: an INTEGER there has 64 bits, and truth is 0 or 1. Bytes
/// are a BLOB there.
pub(crate) fn spell(backend: DbBackend, sql: &str) -> String {
    match backend {
        DbBackend::Sqlite => {
            sql.replace(" BIGINT", " INTEGER").replace(" BOOLEAN", " INTEGER").replace(" BYTEA", " BLOB")
        }
        _ => sql.replace(") STRICT;", ");"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_reads_its_own_words() {
        let sql = "CREATE TABLE t (at BIGINT NOT NULL, yes BOOLEAN NOT NULL, bytes BYTEA) STRICT;";
        let expected = [
            (DbBackend::Sqlite, "CREATE TABLE t (at INTEGER NOT NULL, yes INTEGER NOT NULL, bytes BLOB) STRICT;"),
            (DbBackend::Postgres, "CREATE TABLE t (at BIGINT NOT NULL, yes BOOLEAN NOT NULL, bytes BYTEA);"),
        ];
        for (backend, expected) in expected {
            assert_eq!(spell(backend, sql), expected);
        }
    }
}

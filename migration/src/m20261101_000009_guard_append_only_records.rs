//! Triggers that refuse to change what is kept for ever. They stop mistakes of programs, not the owner of the database;
//! the chain and the checkpoints held elsewhere reveal those.

use sea_orm_migration::{
    prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager},
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Guards events, payloads, leaves, deliveries and the access log.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A table and the one change that it permits, as a condition over OLD and NEW.
const GUARDED: &[(&str, Option<&str>)] = &[
    ("event", None),
    ("delivery", None),
    ("access_log", None),
    (
        "event_leaf",
        Some(
            "OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND NEW.event_id = OLD.event_id \
             AND NEW.organization_id = OLD.organization_id",
        ),
    ),
    (
        "event_payload",
        Some(
            "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.payload IS NULL AND NEW.salt IS NULL \
             AND NEW.event_id = OLD.event_id",
        ),
    ),
];

const POSTGRES_FUNCTION: &str = "
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
";

/// Condition under which an update is refused; nothing is permitted where the table names no exception.
fn unless(permitted: Option<&str>) -> String {
    permitted.map(|condition| format!("WHEN (NOT ({condition}))")).unwrap_or_default()
}

fn sqlite(table: &str, permitted: Option<&str>) -> String {
    let unless = unless(permitted);
    let refuse = format!("BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;");
    format!(
        "CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} {unless} {refuse}
         CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}"
    )
}

fn postgres(table: &str, permitted: Option<&str>) -> String {
    let unless = unless(permitted);
    format!(
        "CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table}
             FOR EACH ROW {unless} EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}
             FOR EACH ROW EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    )
}

fn up(backend: DbBackend) -> String {
    let triggers = |of: fn(&str, Option<&str>) -> String| GUARDED.iter().map(move |(table, allow)| of(table, *allow));
    match backend {
        DbBackend::Sqlite => triggers(sqlite).collect(),
        _ => std::iter::once(POSTGRES_FUNCTION.to_owned()).chain(triggers(postgres)).collect(),
    }
}

fn down(backend: DbBackend) -> String {
    if backend == DbBackend::Sqlite {
        let drop = |(table, _): &(&str, Option<&str>)| {
            format!("DROP TRIGGER {table}_refuses_update; DROP TRIGGER {table}_refuses_delete;")
        };
        return GUARDED.iter().map(drop).collect();
    }
    let drop = |(table, _): &(&str, Option<&str>)| {
        format!(
            "DROP TRIGGER {table}_refuses_update ON {table}; DROP TRIGGER {table}_refuses_delete ON {table};
             DROP TRIGGER {table}_refuses_truncate ON {table};"
        )
    };
    GUARDED.iter().map(drop).chain(std::iter::once("DROP FUNCTION refuse_change();".to_owned())).collect()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&up(manager.get_database_backend())).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&down(manager.get_database_backend())).await.map(drop)
    }

    /// As every migration: whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

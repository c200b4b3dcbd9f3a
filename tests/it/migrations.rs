//! The schema: it comes up, goes away without a trace, comes up again, and is the same on both databases.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

use crate::support::database::TestDatabase;

/// What the library itself keeps about applied migrations.
const LIBRARYS_OWN: &str = "seaql_migrations";

/// A schema in words that both databases share, one line for each table, column, index, reference and guard.
type Schema = BTreeSet<String>;

async fn connect(database: &TestDatabase) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.url());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn lines(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

const SQLITE: &str = "
SELECT 'table ' || name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
UNION ALL
SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || CASE WHEN c.\"notnull\" THEN ' required' ELSE '' END
FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
UNION ALL
SELECT CASE WHEN i.\"unique\" THEN 'unique ' ELSE 'index ' END || t.name || ' '
    || (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
    || CASE WHEN i.partial THEN ' partial' ELSE '' END
FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
UNION ALL
SELECT 'reference ' || t.name || '.' || f.\"from\" || ' ' || f.\"table\"
    || CASE WHEN f.on_delete = 'CASCADE' THEN ' cascade' ELSE '' END
FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table'
UNION ALL
SELECT 'guard ' || name FROM sqlite_schema WHERE type = 'trigger'";

const POSTGRESQL: &str = "
SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = current_schema()
UNION ALL
SELECT 'column ' || table_name || '.' || column_name || ' '
    || CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER'
        WHEN 'boolean' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' ELSE data_type END
    || CASE WHEN is_nullable = 'NO' THEN ' required' ELSE '' END
FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL
SELECT CASE WHEN x.indisunique THEN 'unique ' ELSE 'index ' END || t.relname || ' '
    || (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number)
    || CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END
FROM pg_index AS x JOIN pg_class AS t ON t.oid = x.indrelid
WHERE t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'reference ' || t.relname || '.' || a.attname || ' ' || f.relname
    || CASE WHEN c.confdeltype = 'c' THEN ' cascade' ELSE '' END
FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS f ON f.oid = c.confrelid
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'guard ' || tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE '%_refuses_truncate'";

async fn schema(database: &DatabaseConnection) -> Schema {
    let sqlite = database.get_database_backend() == DbBackend::Sqlite;
    let lines = lines(database, if sqlite { SQLITE } else { POSTGRESQL }).await;
    lines.into_iter().filter(|line| !line.contains(LIBRARYS_OWN)).collect()
}

/// The columns of the migrated schema, as `table.column`, with their types.
pub async fn columns(database: TestDatabase) -> BTreeSet<String> {
    let connection = connect(&database).await;
    let schema = schema(&connection).await;
    connection.close().await.unwrap();
    schema.iter().filter_map(|line| line.strip_prefix("column ").map(str::to_owned)).collect()
}

/// Anything at all that is left: tables, functions, sequences, types, triggers.
async fn left(database: &DatabaseConnection) -> Vec<String> {
    let sql = if database.get_database_backend() == DbBackend::Sqlite {
        "SELECT type || ' ' || name FROM sqlite_schema WHERE tbl_name <> 'seaql_migrations'"
    } else {
        "SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
             AND relname NOT LIKE 'seaql_migrations%'
         UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    };
    lines(database, sql).await
}

/// Up, down one by one, up again.
async fn there_and_back(database: TestDatabase) -> Schema {
    let connection = connect(&database).await;
    let first = schema(&connection).await;
    assert!(Migrator::get_pending_migrations(&connection).await.unwrap().is_empty());
    let mut steps = vec![first.clone()];
    for _ in 0..Migrator::migrations().len() {
        Migrator::down(&connection, Some(1)).await.unwrap();
        steps.push(schema(&connection).await);
    }
    assert_eq!(left(&connection).await, Vec::<String>::new());
    // On the way up each step makes what its way down took.
    steps.pop();
    while let Some(expected) = steps.pop() {
        Migrator::up(&connection, Some(1)).await.unwrap();
        assert_eq!(schema(&connection).await, expected);
    }
    assert!(Migrator::get_pending_migrations(&connection).await.unwrap().is_empty());
    connection.close().await.unwrap();
    first
}

on_both! {
    choices_about_groups_become_those_of_their_topics
}

const BY_TOPIC: &str = "m20261122_000091_choose_by_topic";

/// Takes this step and all after it back.
async fn back_before(connection: &DatabaseConnection, step: &str) {
    let is_in = |applied: &[sea_orm_migration::Migration]| applied.iter().any(|one| one.name() == step);
    while is_in(&Migrator::get_applied_migrations(connection).await.unwrap()) {
        Migrator::down(connection, Some(1)).await.unwrap();
    }
}

/// What each person chose, by the order in which they were written down; names in the order of the alphabet.
async fn choices(connection: &DatabaseConnection) -> Vec<String> {
    let found = lines(connection, "SELECT choices FROM mail_preference ORDER BY account_id").await;
    let sorted = |text: &String| {
        let choices: BTreeMap<String, String> = serde_json::from_str(text).expect("JSON");
        serde_json::to_string(&choices).expect("JSON")
    };
    found.iter().map(sorted).collect()
}

async fn choices_about_groups_become_those_of_their_topics(database: TestDatabase) {
    let connection = connect(&database).await;
    back_before(&connection, BY_TOPIC).await;
    let before = [
        r#"{"conditions":"digest","engagements":"off","reminders":"off","windows":"digest"}"#,
        r#"{"inquiries":"immediate"}"#,
        "{}",
        r#"{"conditions":"off","grants":"digest"}"#,
    ];
    let organization = "INSERT INTO organization (id, name, side, is_host, framework_owner, created_at)
        VALUES ('o', 'Larkspur', 'developer', FALSE, FALSE, 0)";
    connection.execute_unprepared(organization).await.unwrap();
    for (number, choices) in before.iter().enumerate() {
        let account = format!(
            "INSERT INTO account (id, email, name, organization_id, side, totp_confirmed, created_at, failed_sign_ins)
             VALUES ('a{number}', 'a{number}@larkspur.test', 'A', 'o', 'developer', FALSE, 0, 0);
             INSERT INTO mail_preference (account_id, choices, calendar_entries, quiet_hours, changed_at)
             VALUES ('a{number}', '{choices}', FALSE, FALSE, 0)"
        );
        connection.execute_unprepared(&account).await.unwrap();
    }

    Migrator::up(&connection, None).await.unwrap();
    let after = [
        r#"{"conditions":"digest","participation":"off","proposal":"off","ready":"off","released":"off","reminders":"off","window_changed":"digest","window_closed":"digest","window_opened":"digest","window_suspended":"digest","withdrawn":"off"}"#,
        r#"{"determination":"immediate","inquiry_step":"immediate","inquiry_submitted":"immediate"}"#,
        "{}",
        r#"{"conditions":"off","grants":"digest"}"#,
    ];
    assert_eq!(choices(&connection).await, after);

    back_before(&connection, BY_TOPIC).await;
    assert_eq!(choices(&connection).await, before, "there and back is as before");

    // Whoever chose otherwise about one of them gets all of the group again.
    Migrator::up(&connection, None).await.unwrap();
    for (id, choices) in [
        ("a0", r#"{"conditions":"digest","participation":"digest","proposal":"off","window_opened":"off"}"#),
        ("a1", r#"{"ready":"off"}"#),
        ("a2", r#"{"grants":"off","released":"digest"}"#),
    ] {
        let update = format!("UPDATE mail_preference SET choices = '{choices}' WHERE account_id = '{id}'");
        connection.execute_unprepared(&update).await.unwrap();
    }
    back_before(&connection, BY_TOPIC).await;
    let left = [r#"{"conditions":"digest"}"#, "{}", r#"{"grants":"off"}"#, r#"{"conditions":"off","grants":"digest"}"#];
    assert_eq!(choices(&connection).await, left);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn the_schema_is_the_same_on_both_databases_and_leaves_nothing() {
    let (sqlite, postgresql) =
        (there_and_back(TestDatabase::sqlite().await).await, there_and_back(TestDatabase::postgres().await).await);
    assert_eq!(sqlite.difference(&postgresql).collect::<Vec<_>>(), Vec::<&String>::new(), "only on SQLite");
    assert_eq!(postgresql.difference(&sqlite).collect::<Vec<_>>(), Vec::<&String>::new(), "only on PostgreSQL");
    // What the product's promises stand on.
    for line in [
        "table event",
        "column event.effective_at INTEGER required",
        "unique event stream,stream_seq",
        "unique aggregate live_release",
        "unique outbox dedupe_key",
        "unique deadline key",
        "unique reminder deadline_id,offset_key,recipient_group",
        "index outbox next_attempt_at,id partial",
        "index aggregate next_due_at partial",
        "index aggregate kind,reference",
        "index aggregate kind,developer_id,reference",
        "index aggregate kind,partner_id,reference partial",
        "index deadline next_reminder_at partial",
        "reference delivery.outbox_id outbox",
        "guard event_refuses_update",
        "guard delivery_refuses_delete",
        "guard access_log_refuses_update",
    ] {
        assert!(sqlite.contains(line), "{line}: {sqlite:#?}");
    }
}

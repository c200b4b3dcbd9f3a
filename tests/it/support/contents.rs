//! The whole content of a database, so that a test can say that nothing at all was written.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Database, DatabaseBackend, FromQueryResult as _, JsonValue, Statement};

/// What changes by asking alone, whatever the answer: the log of denials, when a session was last used, and how often a
/// password was wrong.
const VOLATILE: [&str; 3] = ["access_log", "session", "account"];

/// Every row of every table but the volatile ones, as sorted text, by table.
pub async fn of(url: &str) -> BTreeMap<String, Vec<String>> {
    let database = Database::connect(url).await.expect("the database answers");
    let backend = database.get_database_backend();
    let names = match backend {
        DatabaseBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let rows = database.query_all_raw(Statement::from_string(backend, names)).await.expect("tables can be listed");
    let mut contents = BTreeMap::new();
    for row in rows {
        let table: String = row.try_get("", "name").expect("a name");
        if VOLATILE.contains(&table.as_str()) {
            continue;
        }
        let all = Statement::from_string(backend, format!("SELECT * FROM \"{table}\""));
        let found = JsonValue::find_by_statement(all).all(&database).await.expect("the table can be read");
        let mut lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        lines.sort();
        contents.insert(table, lines);
    }
    database.close().await.expect("closes");
    assert!(contents.contains_key("event") && contents.contains_key("outbox"), "{:?}", contents.keys());
    contents
}

/// Demands that the content is still this one.
pub async fn unchanged(before: &BTreeMap<String, Vec<String>>, url: &str) {
    let after = of(url).await;
    for (table, rows) in before {
        let now = &after[table];
        let new: Vec<_> = now.iter().filter(|row| !rows.contains(row)).collect();
        assert_eq!(rows.len(), now.len(), "rows of {table}; new: {new:#?}");
        assert!(rows == now, "a row of {table} has changed: {new:#?}");
    }
}

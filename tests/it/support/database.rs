//! One migrated database per test, on both systems that the product supports.
//!
//! SQLite gets a file in a temporary directory. PostgreSQL gets a copy of a template database: migrating takes longer
//! than copying, so the first test that comes migrates the template and all others copy it. Both disappear with the
//! [`TestDatabase`].

use anteroom_migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;
use sha2::{Digest, Sha256};
use std::path::Path;
use tempfile::TempDir;
use walkdir::WalkDir;

/// Names the maintenance database of a PostgreSQL server on which tests may create and drop databases.
const POSTGRES_URL: &str = "ANTEROOM_TEST_POSTGRES_URL";

/// A database that belongs to one test: migrated, empty, and gone when this value is dropped.
pub struct TestDatabase {
    url: String,
    place: Place,
}

/// Where the database is, and with that what must be removed at the end.
enum Place {
    Sqlite { _directory: TempDir },
    Postgres { maintenance_url: String, name: String },
}

impl TestDatabase {
    /// A new SQLite database in a file of its own.
    ///
    /// # Panics
    /// When the file cannot be made or the migrations fail.
    pub async fn sqlite() -> Self {
        let directory = tempfile::Builder::new().prefix("anteroom-test.").tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("anteroom.sqlite").display());
        migrate(&url).await.expect("the migrations run on SQLite");
        Self { url, place: Place::Sqlite { _directory: directory } }
    }

    /// A new PostgreSQL database on the server that `ANTEROOM_TEST_POSTGRES_URL` names.
    ///
    /// # Panics
    /// When the variable is missing (a test that cannot run fails, it is never skipped), when the server cannot be
    /// reached or when the migrations fail.
    pub async fn postgres() -> Self {
        let maintenance_url = maintenance_url(std::env::var(POSTGRES_URL).ok());
        let name = create_postgres(&maintenance_url).await.expect("a new database on the PostgreSQL of the tests");
        let url = with_database(&maintenance_url, &name);
        Self { url, place: Place::Postgres { maintenance_url, name } }
    }

    /// The address to connect to, as the product's own configuration takes it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    /// Dropping a PostgreSQL database is best effort: the server itself goes away at the end of the run.
    /// It runs on a thread of its own because a destructor cannot await inside the test's runtime.
    fn drop(&mut self) {
        let Place::Postgres { maintenance_url, name } = &self.place else { return };
        let (url, sql) = (maintenance_url.clone(), format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async { connect(&url).await.ok()?.execute_unprepared(&sql).await.ok() })
        });
        drop(dropper.join());
    }
}

fn maintenance_url(variable: Option<String>) -> String {
    variable.unwrap_or_else(|| {
        panic!(
            "{POSTGRES_URL} is not set, and no test is skipped: run `make test`, which starts a PostgreSQL, \
             or `scripts/with-postgres cargo test <filter>` for some of the tests"
        )
    })
}

/// The same server, user and parameters with another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let authority_end = address.find("://").map_or(0, |at| at + 3);
    let server = address[authority_end..].find('/').map_or(address, |at| &address[..authority_end + at]);
    parameters.map_or_else(|| format!("{server}/{name}"), |rest| format!("{server}/{name}?{rest}"))
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

async fn migrate(url: &str) -> Result<(), DbErr> {
    let database = connect(url).await?;
    Migrator::up(&database, None).await?;
    database.close().await
}

/// Copies the template under a name that no other test has, and returns that name.
async fn create_postgres(maintenance_url: &str) -> Result<String, DbErr> {
    let server = connect(maintenance_url).await?;
    let template = template_name();
    if !exists(&server, &template).await? {
        create_template(&server, maintenance_url, &template).await?;
    }
    let name = text(&server, "SELECT 't_' || replace(gen_random_uuid()::text, '-', '')").await?.unwrap_or_default();
    server.execute_unprepared(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"")).await?;
    server.close().await?;
    Ok(name)
}

/// Tests run in several processes at once: an advisory lock lets one of them migrate while the others wait. The
/// template takes its name last, so that a name that exists is always a complete template.
async fn create_template(server: &DatabaseConnection, maintenance_url: &str, template: &str) -> Result<(), DbErr> {
    let lock = format!("hashtext('{template}')");
    server.execute_unprepared(&format!("SELECT pg_advisory_lock({lock})")).await?;
    if !exists(server, template).await? {
        let building = format!("{template}_building");
        server.execute_unprepared(&format!("DROP DATABASE IF EXISTS \"{building}\" WITH (FORCE)")).await?;
        server.execute_unprepared(&format!("CREATE DATABASE \"{building}\"")).await?;
        migrate(&with_database(maintenance_url, &building)).await?;
        server.execute_unprepared(&format!("ALTER DATABASE \"{building}\" RENAME TO \"{template}\"")).await?;
    }
    server.execute_unprepared(&format!("SELECT pg_advisory_unlock({lock})")).await?;
    Ok(())
}

async fn exists(server: &DatabaseConnection, name: &str) -> Result<bool, DbErr> {
    let found = text(server, &format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'")).await?;
    Ok(found.is_some())
}

/// The first column of the first row.
async fn text(server: &DatabaseConnection, sql: &str) -> Result<Option<String>, DbErr> {
    let row = server.query_one_raw(sea_orm::Statement::from_string(server.get_database_backend(), sql)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// The template is named after the migrations and their text, so that a server that outlives a run never serves an
/// old schema.
fn template_name() -> String {
    let mut hash = Sha256::new();
    for migration in Migrator::migrations() {
        hash.update(migration.name());
        hash.update([0]);
    }
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
    for entry in WalkDir::new(sources).sort_by_file_name() {
        let entry = entry.expect("the migrations are readable");
        if entry.file_type().is_file() {
            hash.update(std::fs::read(entry.path()).expect("a migration is readable"));
        }
    }
    hash.finalize().iter().take(8).fold(String::from("template_"), |name, byte| format!("{name}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn rows_of_own_table(database: &TestDatabase) -> u64 {
        let connection = connect(database.url()).await.expect("the database answers");
        connection.execute_unprepared("CREATE TABLE only_here (id INTEGER)").await.expect("no other test made it");
        let written = connection.execute_unprepared("INSERT INTO only_here VALUES (1)").await.expect("writable");
        connection.close().await.expect("closes");
        written.rows_affected()
    }

    async fn is_migrated(database: &TestDatabase) -> bool {
        let connection = connect(database.url()).await.expect("the database answers");
        let pending = Migrator::get_pending_migrations(&connection).await.expect("the migrations are known");
        pending.is_empty()
    }

    #[tokio::test]
    async fn sqlite_databases_share_nothing_and_leave_nothing() {
        let (one, other) = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
        assert!(is_migrated(&one).await);
        assert_eq!((rows_of_own_table(&one).await, rows_of_own_table(&other).await), (1, 1));
        let file = one.url().trim_start_matches("sqlite://").trim_end_matches("?mode=rwc").to_owned();
        assert!(Path::new(&file).exists());
        drop(one);
        assert!(!Path::new(&file).exists(), "{file} outlives its test");
    }

    #[tokio::test]
    async fn postgres_databases_share_nothing_and_leave_nothing() {
        let (one, other) = tokio::join!(TestDatabase::postgres(), TestDatabase::postgres());
        assert!(is_migrated(&one).await);
        assert_eq!((rows_of_own_table(&one).await, rows_of_own_table(&other).await), (1, 1));
        let Place::Postgres { maintenance_url, name } = &one.place else { unreachable!("made by postgres()") };
        let (server, name) = (connect(maintenance_url).await.expect("the server answers"), name.clone());
        assert!(exists(&server, &name).await.expect("a query"));
        drop(one);
        assert!(!exists(&server, &name).await.expect("a query"), "{name} outlives its test");
        assert!(exists(&server, &template_name()).await.expect("a query"), "the template stays for the next test");
    }

    #[test]
    #[should_panic(expected = "run `make test`")]
    fn a_missing_server_fails_the_test_and_says_what_to_run() {
        maintenance_url(None);
    }

    #[test]
    fn only_the_database_of_an_address_is_exchanged() {
        for (url, expected) in [
            ("postgres://u:p@127.0.0.1:5/postgres", "postgres://u:p@127.0.0.1:5/t"),
            ("postgres://u:p@127.0.0.1:5", "postgres://u:p@127.0.0.1:5/t"),
            ("postgres://u@h/postgres?sslmode=disable", "postgres://u@h/t?sslmode=disable"),
            ("postgres:///postgres?host=/run/pg", "postgres:///t?host=/run/pg"),
        ] {
            assert_eq!(with_database(url, "t"), expected, "{url}");
        }
    }
}

//! Connections and transactions. SQLite has one writer, which begins with the write lock in hand, and readers that
//! cannot write; PostgreSQL has one pool whose statements all end in time (architecture section 7).

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anteroom_migration::Migrator;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use super::{codec::instant, error::StorageError};
use crate::domain::time::Instant;

/// Which database, and how many connections.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite://file?mode=rwc` or `postgres://...`.
    pub url: String,
    /// Connections of the pool; with SQLite those of the readers.
    pub max_connections: u32,
    /// How long a request waits for a connection before [`StorageError::Unavailable`].
    pub acquire_timeout: Duration,
}

/// The store, cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

/// A transaction that reads. It sees one state of the database on SQLite, and that of each statement on PostgreSQL
/// (READ COMMITTED).
#[derive(Debug)]
pub struct ReadTx {
    transaction: DatabaseTransaction,
}

/// A transaction that writes. Dropped without [`WriteTx::commit`], nothing of it happened.
#[derive(Debug)]
pub struct WriteTx {
    read: ReadTx,
}

impl ReadTx {
    pub(super) const fn db(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Ends the transaction; whatever it did is undone.
    pub async fn end(self) -> Result<(), StorageError> {
        Ok(self.transaction.rollback().await?)
    }
}

impl Deref for WriteTx {
    type Target = ReadTx;

    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl WriteTx {
    /// Makes everything that the transaction wrote durable and visible.
    pub async fn commit(self) -> Result<(), StorageError> {
        Ok(self.read.transaction.commit().await?)
    }

    /// Undoes everything that the transaction wrote.
    pub async fn rollback(self) -> Result<(), StorageError> {
        self.read.end().await
    }
}

impl Store {
    /// Connects; migrates nothing.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] if the database cannot be reached.
    pub async fn connect(options: &StoreOptions) -> Result<Self, StorageError> {
        let is_sqlite = options.url.starts_with("sqlite:");
        let (mut writer, mut reader) = if is_sqlite {
            (Database::connect(sqlite(options, true)).await?, Database::connect(sqlite(options, false)).await?)
        } else {
            let pool = Database::connect(postgres(options)).await?;
            (pool.clone(), pool)
        };
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut writer, &mut reader] {
            let counted = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { writer, reader, statements })
    }

    /// Applies every migration that is not applied yet. Several instances may start at once: one migrates, the others
    /// wait.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        if self.writer.get_database_backend() != DbBackend::Postgres {
            return Ok(Migrator::up(&self.writer, None).await?);
        }
        // The lock belongs to the transaction and goes with it, also when the process dies.
        let guard = self.writer.begin().await?;
        guard.execute_unprepared("SELECT pg_advisory_xact_lock(7062001)").await?;
        Migrator::up(&guard, None).await?;
        Ok(guard.commit().await?)
    }

    /// Migrations that this program knows and the database lacks.
    pub async fn pending_migrations(&self) -> Result<usize, StorageError> {
        Ok(Migrator::get_pending_migrations(&self.writer).await?.len())
    }

    /// Every migration that this program knows, oldest first, and whether it is applied.
    pub async fn migrations(&self) -> Result<Vec<(String, bool)>, StorageError> {
        let known = Migrator::get_migration_with_status(&self.writer).await?;
        Ok(known.iter().map(|one| (one.name().to_owned(), one.status() == MigrationStatus::Applied)).collect())
    }

    /// Takes the newest `steps` applied migrations back.
    pub async fn revert(&self, steps: u32) -> Result<(), StorageError> {
        Ok(Migrator::down(&self.writer, Some(steps)).await?)
    }

    /// Begins a transaction that writes; on SQLite with the write lock in hand, so that it never fails half-way for
    /// want of it.
    ///
    /// # Errors
    /// [`StorageError::Busy`] or [`StorageError::Unavailable`] if no turn comes in time.
    pub async fn begin_write(&self) -> Result<WriteTx, StorageError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.writer.begin_with_options(options).await?;
        Ok(WriteTx { read: ReadTx { transaction } })
    }

    /// Begins a transaction that cannot write.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] if no connection comes free in time.
    pub async fn begin_read(&self) -> Result<ReadTx, StorageError> {
        // SQLite's readers are read-only by their connection and have no such word.
        let is_postgres = self.reader.get_database_backend() == DbBackend::Postgres;
        let access_mode = is_postgres.then_some(AccessMode::ReadOnly);
        let options = TransactionOptions { access_mode, ..TransactionOptions::default() };
        Ok(ReadTx { transaction: self.reader.begin_with_options(options).await? })
    }

    /// Begins a transaction that cannot write and sees one state of the database throughout, on PostgreSQL too.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] if no connection comes free in time.
    pub async fn begin_snapshot(&self) -> Result<ReadTx, StorageError> {
        let is_postgres = self.reader.get_database_backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            access_mode: is_postgres.then_some(AccessMode::ReadOnly),
            isolation_level: is_postgres.then_some(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        Ok(ReadTx { transaction: self.reader.begin_with_options(options).await? })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.reader.ping().await?)
    }

    /// The database server's clock, outside of any transaction: to compare an instance's clock with it. A command, which
    /// holds a connection, asks its own transaction ([`ReadTx::database_now`]): if it waited here for a second
    /// connection, a full pool of such commands would wait for itself.
    pub async fn database_now(&self) -> Result<Option<Instant>, StorageError> {
        database_now(&self.reader).await
    }

    /// Statements run so far, without BEGIN and COMMIT; tests hold commands and reads to a number of them, because each
    /// is a way to the database server and back.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StorageError> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }
}

impl ReadTx {
    /// The database server's clock, which all instances share; `None` on SQLite, where the process is alone.
    pub async fn database_now(&self) -> Result<Option<Instant>, StorageError> {
        database_now(self.db()).await
    }
}

async fn database_now(db: &impl ConnectionTrait) -> Result<Option<Instant>, StorageError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let text = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
    row.map(|row| instant(row.try_get("", "now")?)).transpose()
}

fn sqlite(options: &StoreOptions, writes: bool) -> ConnectOptions {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(if writes { 1 } else { options.max_connections })
        .acquire_timeout(options.acquire_timeout)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .pragma("trusted_schema", "OFF")
                .pragma("cell_size_check", "ON")
                // What is deleted is overwritten: an erasure leaves nothing in free pages.
                .pragma("secure_delete", "ON");
            if writes { sqlite } else { sqlite.pragma("query_only", "ON") }
        });
    connect
}

/// Limits of the server for each connection; a transaction left open must not hold its locks for ever.
const POSTGRES_LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")];

fn postgres(options: &StoreOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|postgres| postgres.application_name("anteroom").options(POSTGRES_LIMITS));
    connect
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(tx: &ReadTx, name: &str) -> String {
        let text = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let row = tx.db().query_one_raw(Statement::from_string(DbBackend::Sqlite, text)).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn sqlite_is_durable_checked_and_read_only_for_readers() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("store.sqlite").display());
        let options = StoreOptions { url, max_connections: 2, acquire_timeout: Duration::from_secs(5) };
        let store = Store::connect(&options).await.unwrap();
        store.migrate().await.unwrap();
        store.ping().await.unwrap();
        let (write, read) = (store.begin_write().await.unwrap(), store.begin_read().await.unwrap());
        for (name, writer, reader) in [
            ("journal_mode", "wal", "wal"),
            ("synchronous", "2", "2"),
            ("foreign_keys", "1", "1"),
            ("trusted_schema", "0", "0"),
            ("cell_size_check", "1", "1"),
            ("secure_delete", "1", "1"),
            ("query_only", "0", "1"),
        ] {
            assert_eq!(
                (pragma(&write, name).await.as_str(), pragma(&read, name).await.as_str()),
                (writer, reader),
                "{name}"
            );
        }
        let refused = read.db().execute_unprepared("DELETE FROM outbox").await;
        assert!(refused.is_err(), "{refused:?}");
        assert_eq!(read.database_now().await.unwrap(), None);
        drop((write, read));
        store.close().await.unwrap();
    }
}

//! How values stand in columns: instants as microseconds, ids as text, structured values as JSON text.

use std::str::FromStr;

use chrono::DateTime;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::{error::StorageError, store::ReadTx};
use crate::domain::time::Instant;

/// Microseconds since the epoch.
pub(super) const fn micros(instant: Instant) -> i64 {
    instant.timestamp_micros()
}

pub(super) fn maybe_micros(instant: Option<Instant>) -> Option<i64> {
    instant.map(micros)
}

pub(super) fn instant(micros: i64) -> Result<Instant, StorageError> {
    DateTime::from_timestamp_micros(micros).ok_or(StorageError::Corrupt { what: "an instant" })
}

pub(super) fn maybe_instant(micros: Option<i64>) -> Result<Option<Instant>, StorageError> {
    micros.map(instant).transpose()
}

/// Reads an id or another value that has a text form.
pub(super) fn parse<T: FromStr>(text: &str, what: &'static str) -> Result<T, StorageError> {
    text.parse().map_err(|_| StorageError::Corrupt { what })
}

pub(super) fn uuid(text: &str) -> Result<Uuid, StorageError> {
    parse(text, "an id")
}

pub(super) fn maybe_uuid(text: Option<&str>) -> Result<Option<Uuid>, StorageError> {
    text.map(uuid).transpose()
}

/// Reads a value by its name in a column.
pub(super) fn named<T>(found: Option<T>, what: &'static str) -> Result<T, StorageError> {
    found.ok_or(StorageError::Corrupt { what })
}

/// A statement in words that both databases share, with `$1`, `$2` and so on for the values.
pub(super) fn sql<I: IntoIterator<Item = Value>>(tx: &ReadTx, text: &str, values: I) -> Statement {
    Statement::from_sql_and_values(tx.db().get_database_backend(), text, values)
}

/// Row locks exist only where several writers do; SQLite has one.
pub(super) fn is_postgres(tx: &ReadTx) -> bool {
    tx.db().get_database_backend() == DbBackend::Postgres
}

//! What can go wrong in the store. Violated constraints are translated by name, here and nowhere else.

use sea_orm::{
    DbErr, RuntimeErr, SqlxError,
    sqlx::error::{DatabaseError, ErrorKind},
};

use crate::domain::case::RowError;

/// Names of the constraints whose violation means something to a caller.
pub mod constraint {
    /// The reference is taken.
    pub const REFERENCE: &str = "aggregate_reference_key";
    /// The release has a live engagement already (domain section 3.0).
    pub const LIVE_RELEASE: &str = "aggregate_live_release_key";
    /// The address belongs to another account.
    pub const EMAIL: &str = "account_email_key";
    /// The account holds the role already.
    pub const ROLE: &str = "role_assignment_account_id_role_key";
    /// Somebody else made this edition of the calendar.
    pub const EDITION: &str = "calendar_closure_edition_key";
    /// The person keeps another view of this name.
    pub const VIEW_NAME: &str = "saved_view_account_id_name_key";
    /// There is a host already.
    pub const HOST: &str = "organization_is_host_key";
}

/// Someone else appended to the same aggregate since it was read.
const STALE: &[&str] = &["event_aggregate_id_aggregate_seq_key", "event_stream_stream_seq_key"];

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another transaction is in the way; the whole transaction may be tried again.
    #[error("the database is busy")]
    Busy(#[source] DbErr),
    /// The database cannot be reached, has no room, or takes no more connections.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// The aggregate changed since it was read; the whole transaction may be tried again.
    #[error("the record changed since it was read")]
    Stale,
    /// A unique value is taken.
    #[error("constraint {0} is violated")]
    Conflict(String),
    /// A stored value cannot be read, or a value cannot be stored.
    #[error("{what} cannot be read or written")]
    Corrupt {
        /// Which value.
        what: &'static str,
    },
    /// A state cannot be read or written.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A payload or another structured value cannot be read or written.
    #[error("a structured value cannot be read or written")]
    Json(#[from] serde_json::Error),
    /// The place where documents' contents stand does not answer, or refuses.
    #[error("the object store failed")]
    Objects(#[from] object_store::Error),
    /// Any other failure of the database.
    #[error("the database refused")]
    Database(#[source] DbErr),
}

impl StorageError {
    /// Whether the same transaction may succeed if it is run again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Stale)
    }

    /// Whether this is the violation of the named constraint.
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict(constraint) if constraint == name)
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        let driver = match &error {
            DbErr::ConnectionAcquire(_) => return Self::Unavailable(error),
            DbErr::Conn(RuntimeErr::SqlxError(driver))
            | DbErr::Exec(RuntimeErr::SqlxError(driver))
            | DbErr::Query(RuntimeErr::SqlxError(driver)) => driver,
            _ => return Self::Database(error),
        };
        match &**driver {
            SqlxError::Database(refusal) => match judge(&**refusal) {
                Judgment::Conflict(name) if STALE.contains(&name.as_str()) => Self::Stale,
                Judgment::Conflict(name) => Self::Conflict(name),
                Judgment::Busy => Self::Busy(error),
                Judgment::Unavailable => Self::Unavailable(error),
                Judgment::Other => Self::Database(error),
            },
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

/// What a refusal of the database means.
enum Judgment {
    Conflict(String),
    Busy,
    Unavailable,
    Other,
}

fn judge(refusal: &dyn DatabaseError) -> Judgment {
    let code = refusal.code().unwrap_or_default();
    if refusal.kind() == ErrorKind::UniqueViolation {
        let name = refusal.constraint().map(str::to_owned);
        return Judgment::Conflict(name.unwrap_or_else(|| sqlite_constraint(&code, refusal.message())));
    }
    // SQLite gives its (extended) result codes in decimal, PostgreSQL five characters of SQLSTATE.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => judge_sqlite(number & 0xff),
        _ => judge_postgres(&code),
    }
}

/// Primary result codes: 5 BUSY, 6 LOCKED; 10 IOERR, 13 FULL, 14 CANTOPEN.
const fn judge_sqlite(primary: u32) -> Judgment {
    match primary {
        5 | 6 => Judgment::Busy,
        10 | 13 | 14 => Judgment::Unavailable,
        _ => Judgment::Other,
    }
}

/// Serialization failure, deadlock, lock or statement time-out; then: connection lost, no resources, shutting down.
fn judge_postgres(code: &str) -> Judgment {
    match code {
        "40001" | "40P01" | "55P03" | "57014" => Judgment::Busy,
        _ if code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") => Judgment::Unavailable,
        _ => Judgment::Other,
    }
}

/// The name that PostgreSQL gives to the same constraint: SQLite names only the columns
/// (`UNIQUE constraint failed: table.one, table.other`). 1555 is a violated primary key.
fn sqlite_constraint(code: &str, message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut names = columns.split(", ").map(|column| column.split_once('.').unwrap_or(("", column)));
    let Some((table, first)) = names.next() else { return message.to_owned() };
    if code == "1555" {
        return format!("{table}_pkey");
    }
    let columns = names.fold(first.to_owned(), |all, (_, column)| format!("{all}_{column}"));
    format!("{table}_{columns}_key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_in_sqlite_has_the_name_that_postgresql_gives_it() {
        let cases = [
            ("2067", "UNIQUE constraint failed: account.email", constraint::EMAIL),
            ("2067", "UNIQUE constraint failed: role_assignment.account_id, role_assignment.role", constraint::ROLE),
            ("2067", "UNIQUE constraint failed: event.aggregate_id, event.aggregate_seq", STALE[0]),
            ("1555", "UNIQUE constraint failed: aggregate.id", "aggregate_pkey"),
        ];
        for (code, message, expected) in cases {
            assert_eq!(sqlite_constraint(code, message), expected);
        }
    }
}

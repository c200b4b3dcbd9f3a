//! Which database holds everything, and how many connections are kept to it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};

use super::problem::{Problem, Problems};
use super::secret::{REDACTED, Secret};
use super::server::is_loopback;

/// The section `database`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite://file`, `sqlite::memory:` or `postgres://...`; it may hold a password.
    #[serde(serialize_with = "without_password")]
    pub url: Secret,
    /// A file that holds the address instead; it wins over the default of `url`.
    pub url_file: Option<PathBuf>,
    /// Connections in the pool.
    pub max_connections: u32,
    /// Seconds to wait for a free connection before the answer is 503.
    pub acquire_timeout_s: u64,
}

/// The two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Embedded, for one process.
    Sqlite,
    /// A server, for any number of processes.
    Postgres,
}

impl DatabaseSettings {
    /// Which database the address names; `None` if neither, which [`super::Settings::check`] reports.
    pub fn kind(&self) -> Option<DatabaseKind> {
        let url = self.url.expose();
        if url.starts_with("sqlite:") {
            Some(DatabaseKind::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(DatabaseKind::Postgres)
        } else {
            None
        }
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("database");
        problems.when(self.kind().is_none(), "url", "must begin with sqlite:// or postgres://");
        problems.when(
            self.kind() == Some(DatabaseKind::Postgres) && !self.is_private(),
            "url",
            "leads over the network and must end in sslmode=verify-full",
        );
        problems.range("max_connections", self.max_connections, 1..=1_000);
        problems.range("acquire_timeout_s", self.acquire_timeout_s, 1..=60);
        problems.done()
    }

    /// On this machine, or over TLS with a checked certificate (ASVS 12.3.2).
    fn is_private(&self) -> bool {
        let url = self.url.expose();
        let authority = url.split("://").nth(1).unwrap_or_default();
        let authority = authority.split(['/', '?']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|rest| rest.split(']').next()).or_else(|| host.split(':').next());
        let host = host.unwrap_or_default();
        // An empty host is a socket in the file system.
        host.is_empty() || host.starts_with("%2F") || is_loopback(host) || url.contains("sslmode=verify-full")
    }
}

/// Shows the address, which the operator needs to see, without the password in it.
fn without_password<S: Serializer>(url: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    let url = url.expose();
    let Some((scheme, rest)) = url.split_once("://") else {
        return serializer.serialize_str(if url == "sqlite::memory:" { url } else { REDACTED });
    };
    // A parameter may be a secret too (`password=`), and a user name without a password is none.
    let (rest, parameters) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?..."));
    let shown = match rest.rsplit_once('@').map(|(user, host)| (user.split(':').next().unwrap_or_default(), host)) {
        Some((user, host)) if rest.contains(':') => format!("{scheme}://{user}:{REDACTED}@{host}{parameters}"),
        Some((user, host)) => format!("{scheme}://{user}@{host}{parameters}"),
        None => format!("{scheme}://{rest}{parameters}"),
    };
    serializer.serialize_str(&shown)
}

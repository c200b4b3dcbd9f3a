//! Keys, lifetimes of sessions and links, and what hashing a password costs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};
use super::secret::{self, Secret};

/// The fewest bytes of a key.
const MIN_KEY_BYTES: usize = 32;

/// The fewest different characters of a key; 32 random bytes in base64 or hexadecimal have more.
const MIN_KEY_DISTINCT: usize = 10;

/// What gives a key away as written by hand or copied from an example.
const SAMPLE_MARKS: &[&str] =
    &["change", "example", "sample", "secret", "password", "default", "replace", "insert", "0123456789", "abcdefgh"];

/// The section `auth`. Each key is given by value or, better, by the name of a file with mode 600.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// The key that signs access tokens, at least 32 bytes.
    pub token_key: Option<Secret>,
    /// The file with that key.
    pub token_key_file: Option<PathBuf>,
    /// The key that signed them before a rotation.
    pub previous_token_key: Option<Secret>,
    /// The file with that key.
    pub previous_token_key_file: Option<PathBuf>,
    /// The key that seals secrets in the database, at least 32 bytes.
    pub seal_key: Option<Secret>,
    /// The file with that key.
    pub seal_key_file: Option<PathBuf>,
    /// The key that sealed them before a rotation.
    pub previous_seal_key: Option<Secret>,
    /// The file with that key.
    pub previous_seal_key_file: Option<PathBuf>,
    /// Seconds that an access token lives.
    pub access_token_seconds: i64,
    /// Minutes without a request after which a session ends (ASVS 7.3.1).
    pub session_idle_minutes: i64,
    /// Hours after which a session and its refresh tokens end in any case (ASVS 7.3.2).
    pub session_absolute_hours: i64,
    /// Sessions an account may have at a time; the oldest makes room (ASVS 7.1.2).
    pub max_sessions: u32,
    /// Hours that an invitation works (ASVS 6.4.1).
    pub invitation_hours: i64,
    /// Days that an invitation by mail works: it is bound to its address, and the address is typed when it is used.
    pub invitation_days: i64,
    /// Invitations by mail that one person may make in an hour.
    pub invitations_per_hour: u32,
    /// Hours that a link works by which a person of another side acts on one record.
    pub external_link_hours: i64,
    /// Minutes that a password reset works (ASVS 6.4.1).
    pub reset_minutes: i64,
    /// Memory of one password hash in KiB (ASVS 11.4.2).
    pub password_memory_kib: u32,
    /// Passes of one password hash.
    pub password_passes: u32,
    /// Lanes of one password hash.
    pub password_lanes: u32,
    /// Password hashes at a time; 0 for as many as there are cores.
    pub password_workers: usize,
    /// Password hashes that may wait; beyond them the answer is 503.
    pub password_queue: usize,
}

impl AuthSettings {
    /// The text of the token key; empty if none is configured, which [`super::Settings::check`] reports.
    pub fn token_key(&self) -> &str {
        text(self.token_key.as_ref()).unwrap_or_default()
    }

    /// The text of the previous token key.
    pub fn previous_token_key(&self) -> Option<&str> {
        text(self.previous_token_key.as_ref())
    }

    /// The text of the seal key; empty if none is configured, which [`super::Settings::check`] reports.
    pub fn seal_key(&self) -> &str {
        text(self.seal_key.as_ref()).unwrap_or_default()
    }

    /// The text of the previous seal key.
    pub fn previous_seal_key(&self) -> Option<&str> {
        text(self.previous_seal_key.as_ref())
    }

    /// How many password hashes run at a time: as configured, or as many as there are cores.
    pub fn password_workers(&self) -> usize {
        match self.password_workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            configured => configured,
        }
    }

    pub(super) fn resolve(&mut self) -> Vec<Problem> {
        let keys = [
            ("auth.token_key", &mut self.token_key, self.token_key_file.as_ref()),
            ("auth.previous_token_key", &mut self.previous_token_key, self.previous_token_key_file.as_ref()),
            ("auth.seal_key", &mut self.seal_key, self.seal_key_file.as_ref()),
            ("auth.previous_seal_key", &mut self.previous_seal_key, self.previous_seal_key_file.as_ref()),
        ];
        keys.into_iter().filter_map(|(key, value, file)| secret::resolve(key, value, file)).collect()
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("auth");
        self.key_problems(&mut problems);
        problems.range("access_token_seconds", self.access_token_seconds, 60..=900);
        problems.range("session_idle_minutes", self.session_idle_minutes, 1..=60);
        problems.range("session_absolute_hours", self.session_absolute_hours, 1..=24);
        problems.range("max_sessions", self.max_sessions, 1..=100);
        problems.range("invitation_hours", self.invitation_hours, 1..=24);
        problems.range("invitation_days", self.invitation_days, 1..=14);
        problems.range("invitations_per_hour", self.invitations_per_hour, 1..=1_000);
        problems.range("external_link_hours", self.external_link_hours, 1..=72);
        problems.range("reset_minutes", self.reset_minutes, 1..=15);
        problems.range("password_memory_kib", self.password_memory_kib, 19_456..=1_048_576);
        problems.range("password_passes", self.password_passes, 2..=20);
        problems.range("password_lanes", self.password_lanes, 1..=16);
        problems.range("password_workers", self.password_workers, 0..=1_024);
        problems.range("password_queue", self.password_queue, 0..=10_000);
        problems.done()
    }

    fn key_problems(&self, problems: &mut Problems) {
        let keys = [
            ("token_key", self.token_key.as_ref(), true),
            ("seal_key", self.seal_key.as_ref(), true),
            ("previous_token_key", self.previous_token_key.as_ref(), false),
            ("previous_seal_key", self.previous_seal_key.as_ref(), false),
        ];
        for (index, (name, key, required)) in keys.iter().enumerate() {
            let Some(key) = key else {
                let how = format!("is missing; put the output of `openssl rand -base64 32` in auth.{name}_file");
                problems.when(*required, name, how);
                continue;
            };
            let twin = keys[..index].iter().find(|(_, other, _)| text(*other) == Some(key.expose()));
            if let Some((other, _, _)) = twin {
                problems.when(true, name, format!("is the same as auth.{other}; each key needs its own"));
            }
            problems.when(key.expose().len() < MIN_KEY_BYTES, name, format!("is shorter than {MIN_KEY_BYTES} bytes"));
            problems.when(is_sample(key.expose()), name, "looks like an example; make a random one");
        }
    }
}

fn text(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

fn is_sample(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let distinct: std::collections::BTreeSet<char> = key.chars().collect();
    distinct.len() < MIN_KEY_DISTINCT || SAMPLE_MARKS.iter().any(|mark| key.contains(mark))
}

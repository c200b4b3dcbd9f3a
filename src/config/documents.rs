//! Where the contents of documents stand, how large they may be, and which scanner looks at them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};
use super::secret::{self, Secret};
use super::server::is_loopback;

/// The section `documents`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentSettings {
    /// Where contents stand.
    pub store: DocumentStore,
    /// For `directory`: an existing directory that only the service may read.
    pub directory: Option<PathBuf>,
    /// For `s3`: the address of the store, such as `https://s3.example.com`.
    pub endpoint: Option<String>,
    /// For `s3`: the region that requests are signed for.
    pub region: String,
    /// For `s3`: the bucket.
    pub bucket: Option<String>,
    /// What keys begin with, in `directory` and `s3`.
    pub prefix: String,
    /// For `s3`: whether the bucket stands in the path of addresses, and not in their host.
    pub path_style: bool,
    /// For `s3`: the name of the access key.
    pub access_key_id: Option<String>,
    /// For `s3`: the secret of the access key.
    pub secret_access_key: Option<Secret>,
    /// The file with that secret.
    pub secret_access_key_file: Option<PathBuf>,
    /// Bytes that one document may have.
    pub max_bytes: u64,
    /// Bytes that the documents of one organization in one case may have together.
    pub quota_bytes: u64,
    /// The command that looks at a content on its standard input, words divided by spaces; none for no scanner.
    pub scanner: Option<String>,
    /// Seconds that the scanner may take.
    pub scanner_timeout_s: u64,
}

/// Where contents stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStore {
    /// In the database, with everything else.
    Database,
    /// In a directory of this machine.
    Directory,
    /// In a store that speaks S3.
    S3,
}

impl DocumentSettings {
    /// The scanner's program and its arguments; none where no scanner is configured.
    pub fn scanner_words(&self) -> Option<Vec<String>> {
        let words: Vec<String> = self.scanner.as_ref()?.split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(words)
    }

    pub(super) fn resolve(&mut self) -> Vec<Problem> {
        let file = self.secret_access_key_file.as_ref();
        secret::resolve("documents.secret_access_key", &mut self.secret_access_key, file).into_iter().collect()
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("documents");
        let directory = self.store == DocumentStore::Directory;
        problems.when(directory && self.directory.is_none(), "directory", "is needed for the store `directory`");
        let missing = directory && self.directory.as_ref().is_some_and(|path| !path.is_dir());
        problems.when(missing, "directory", "is not an existing directory");
        if self.store == DocumentStore::S3 {
            problems.when(self.endpoint.is_none(), "endpoint", "is needed for the store `s3`");
            problems.when(self.bucket.is_none(), "bucket", "is needed for the store `s3`");
            problems.when(self.access_key_id.is_none(), "access_key_id", "is needed for the store `s3`");
            problems.when(self.secret_access_key.is_none(), "secret_access_key", "is needed for the store `s3`");
            let open = self.endpoint.as_deref().is_some_and(|endpoint| !is_private(endpoint));
            problems.when(open, "endpoint", "must begin with https:// unless it is on this machine");
        }
        let part = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let odd = !self.prefix.chars().all(part) || self.prefix.split('/').any(|part| part == "..");
        problems.when(odd, "prefix", "must be letters, digits, and -_./ without ..");
        problems.range("max_bytes", self.max_bytes, 1..=100_000_000);
        problems.range("quota_bytes", self.quota_bytes, self.max_bytes.max(1)..=1_000_000_000_000);
        problems.range("scanner_timeout_s", self.scanner_timeout_s, 1..=600);
        problems.done()
    }
}

/// Over TLS, or on this machine (ASVS 12.3.2).
fn is_private(endpoint: &str) -> bool {
    let Some(rest) = endpoint.strip_prefix("http://") else { return endpoint.starts_with("https://") };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.strip_prefix('[').and_then(|inner| inner.split(']').next());
    is_loopback(host.or_else(|| authority.split(':').next()).unwrap_or_default())
}

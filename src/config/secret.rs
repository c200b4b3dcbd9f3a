//! Text that must not be printed, and how it is read from a file.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::problem::Problem;

/// What stands in the place of a secret wherever it would be printed.
pub const REDACTED: &str = "[redacted]";

/// No secret of ours is longer; the bound keeps a wrong path from being read into memory.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// A configured secret. It is wiped when dropped; printing or serializing it gives `[redacted]`. It cannot be compared
/// with `==`: use `auth::secret::equal`, whose time does not tell where two texts differ.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one who uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Numbers are taken as text, so that a password of digits needs no quotes and never ends up in an error message.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Secret, E> {
                Ok(Secret::new(number.to_string()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Secret, E> {
                Ok(Secret::new(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
                Err(E::custom("write this value in quotes"))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Fills `value` from `file`, where a file is named. Both at once is a mistake: nobody could say which one counts.
pub(super) fn resolve(key: &str, value: &mut Option<Secret>, file: Option<&PathBuf>) -> Option<Problem> {
    let file = file?;
    if value.is_some() {
        return Some(Problem::new(key, format!("is set, and {key}_file too; keep one of them")));
    }
    match read(file) {
        Ok(secret) => {
            *value = Some(secret);
            None
        }
        Err(why) => Some(Problem::new(format!("{key}_file"), format!("{}: {why}", file.display()))),
    }
}

/// Reads a secret file, without the line end that editors put behind it.
fn read(path: &Path) -> Result<Secret, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let metadata = file.metadata().map_err(|error| format!("cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("is not a file".to_owned());
    }
    refuse_open_to_others(&metadata)?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(|error| format!("cannot be read: {error}"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err("is empty".to_owned()) } else { Ok(Secret::new(text)) }
}

#[cfg(unix)]
fn refuse_open_to_others(metadata: &std::fs::Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o777;
    if mode & 0o007 > 0 {
        return Err(format!("is open to every user of this machine (mode {mode:03o}); make it mode 600"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_open_to_others(_: &std::fs::Metadata) -> Result<(), String> {
    Ok(())
}

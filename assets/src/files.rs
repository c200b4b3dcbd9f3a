//! Reading and writing, with errors that name the file.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

/// What went wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(String);

impl Trouble {
    /// Trouble with something that has a path.
    pub(crate) fn with(path: &Path, what: impl fmt::Display) -> Self {
        Self(format!("{}: {what}", path.display()))
    }

    /// Trouble that says it all.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

/// The beginning of the SHA-256 of a content, in sixteen hexadecimal digits.
pub(crate) fn digest(content: &[u8]) -> String {
    let halves = Sha256::digest(content).into_iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Trouble> {
    fs::read(path).map_err(|error| Trouble::with(path, error))
}

pub(crate) fn text(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| Trouble::with(path, error))
}

pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    fs::write(path, content).map_err(|error| Trouble::with(path, error))
}

pub(crate) fn directory(path: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(path).map_err(|error| Trouble::with(path, error))
}

/// Removes a directory that may be there.
pub(crate) fn remove(path: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Trouble::with(path, error)),
        _ => Ok(()),
    }
}

/// The files below a directory, in the order of their paths; none where there is no directory.
pub(crate) fn below(directory: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    if !directory.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(directory).map_err(|error| Trouble::with(directory, error))? {
        let path = entry.map_err(|error| Trouble::with(directory, error))?.path();
        if path.is_dir() { found.extend(below(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

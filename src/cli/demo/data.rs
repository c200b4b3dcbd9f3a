//! The directory of a demonstration: its database, and a file with what must outlive a restart. A start that was killed
//! while the story was told leaves a file that says so, and the next one begins anew.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::password;
use crate::{
    cli::error::CliError,
    config::{DEMO_PASSWORD_VARIABLE, demo_password},
    ids::Ids,
};

const STATE: &str = "demo.json";
const DATABASE: &str = "anteroom.db";
const LOCK: &str = "demo.lock";

/// What must outlive a restart. The file holds the keys and the password, and is its owner's alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    password: String,
    token_key: [u8; 32],
    seal_key: [u8; 32],
    /// Whether the story was told to its end.
    told: bool,
}

/// A demonstration's directory, which no other process uses.
pub(super) struct Data {
    directory: PathBuf,
    state: State,
    /// Gone with the process, however it ends.
    _lock: File,
    temporary: bool,
}

impl Data {
    /// Opens the directory, or a new temporary one.
    ///
    /// # Errors
    /// [`CliError::Conflict`] if another process uses it, if its database is none of ours, or if it holds another
    /// password than the one asked for.
    pub(super) fn open(named: Option<&Path>, ids: &Ids) -> Result<Self, CliError> {
        let temporary = named.is_none();
        let directory = named.map_or_else(|| temporary_directory(ids), Path::to_path_buf);
        make(&directory)?;
        let lock = lock(&directory)?;
        let state = match read(&directory.join(STATE))? {
            Some(state) if state.told => chosen_before(state, &directory)?,
            Some(_) => {
                forget(&directory)?;
                drawn(ids)
            }
            None if directory.join(DATABASE).exists() => {
                return Err(CliError::Conflict(format!(
                    "{} holds a database that is no demonstration's; name another directory",
                    directory.display()
                )));
            }
            None => drawn(ids),
        };
        let data = Self { directory, state, _lock: lock, temporary };
        data.write()?;
        Ok(data)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn password(&self) -> &str {
        &self.state.password
    }

    pub(super) const fn token_key(&self) -> [u8; 32] {
        self.state.token_key
    }

    pub(super) const fn seal_key(&self) -> [u8; 32] {
        self.state.seal_key
    }

    /// Whether the story was told to its end.
    pub(super) const fn is_told(&self) -> bool {
        self.state.told
    }

    /// From now on it was.
    pub(super) fn told(&mut self) -> Result<(), CliError> {
        self.state.told = true;
        self.write()
    }

    /// Replaces the file in one step, so that it is never half written.
    fn write(&self) -> Result<(), CliError> {
        let (new, path) = (self.directory.join("demo.json.new"), self.directory.join(STATE));
        let failed = |error| CliError::io(format!("{} cannot be written", path.display()), error);
        let text = serde_json::to_vec(&self.state).map_err(std::io::Error::from).map_err(failed)?;
        let mut file = own_file(&new).map_err(failed)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
        std::fs::rename(&new, &path).map_err(failed)
    }
}

impl Drop for Data {
    /// A temporary directory goes with the demonstration. One that cannot be removed does no harm.
    fn drop(&mut self) {
        if self.temporary
            && let Err(error) = std::fs::remove_dir_all(&self.directory)
        {
            tracing::warn!(%error, directory = %self.directory.display(), "the temporary directory stays");
        }
    }
}

fn drawn(ids: &Ids) -> State {
    State {
        password: password::chosen_or_drawn(ids).expose().to_owned(),
        token_key: ids.random_bytes(),
        seal_key: ids.random_bytes(),
        told: false,
    }
}

/// A password that was chosen now must be the one that the people of the directory have.
fn chosen_before(state: State, directory: &Path) -> Result<State, CliError> {
    match demo_password() {
        Some(chosen) if chosen.expose() != state.password => Err(CliError::Conflict(format!(
            "the people in {} have another password than {DEMO_PASSWORD_VARIABLE}; leave it out, or name another directory",
            directory.display()
        ))),
        _ => Ok(state),
    }
}

fn temporary_directory(ids: &Ids) -> PathBuf {
    std::env::temp_dir().join(format!("anteroom-demo-{}", ids.uuid().simple()))
}

fn make(directory: &Path) -> Result<(), CliError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| CliError::io(format!("{} cannot be made", directory.display()), error))
}

fn lock(directory: &Path) -> Result<File, CliError> {
    let path = directory.join(LOCK);
    let failed = |error| CliError::io(format!("{} cannot be used", path.display()), error);
    let file = own_file(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(CliError::Conflict(format!("another process uses {}", directory.display())))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// A file that only its owner may read.
fn own_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn read(path: &Path) -> Result<Option<State>, CliError> {
    let failed = |error| CliError::io(format!("{} cannot be read", path.display()), error);
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| failed(error.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// Removes the database of a story that was not told to its end.
fn forget(directory: &Path) -> Result<(), CliError> {
    for suffix in ["", "-wal", "-shm"] {
        let path = directory.join(format!("{DATABASE}{suffix}"));
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(CliError::io(format!("{} cannot be removed", path.display()), error)),
        }
    }
    Ok(())
}

//! Versions that the operator lays down as files: read when the service starts, checked, and kept in the store from then
//! on, so that every instance knows them and no engagement loses the version it is pinned to when a file goes.

use std::{
    fs,
    io::Error as IoError,
    path::{Path, PathBuf},
};

use crate::{
    app::{App, AppError, failure::Failure, identity::Note},
    domain::{
        framework::{Framework, FrameworkError, Texts, Written, product_texts},
        time::local_date,
    },
    storage::{
        WriteTx,
        frameworks::{self, StoredVersion},
        recent,
    },
};

/// Why the versions of the directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayDownError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: IoError,
    },
    /// A version does not check.
    #[error("{}: {source}", path.display())]
    Version {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        source: FrameworkError,
    },
    /// The versions do not fit together.
    #[error("the versions of the framework directory do not fit together: {0}")]
    Together(FrameworkError),
    /// The version counts already with another text.
    #[error("{}: the version counts already and is not what this file says; give the change a new name and date", path.display())]
    Changed {
        /// Its file.
        path: PathBuf,
    },
    /// The version would change rules that were in force.
    #[error("{}: the version takes effect on {effective_from}, and something is recorded already: choose a later date", path.display())]
    Retroactive {
        /// Its file.
        path: PathBuf,
        /// Its date.
        effective_from: chrono::NaiveDate,
    },
    /// The store cannot be asked.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A version's file, with the version.
type Laid = (PathBuf, Written, Framework);

/// Reads every `*.toml` of the directory with the texts of its `templates/*.md` and those of the product, in the order of
/// the names.
///
/// # Errors
/// [`LayDownError`] for the first thing that is wrong.
fn read(directory: &Path) -> Result<Vec<Laid>, LayDownError> {
    let mut texts = product_texts();
    let templates = directory.join("templates");
    if templates.is_dir() {
        texts.extend(read_texts(&templates)?);
    }
    let mut laid = Vec::new();
    for path in files(directory, "toml")? {
        let toml = text(&path)?;
        let wrong = |source| LayDownError::Version { path: path.clone(), source };
        let written = Written::gather(&toml, &texts).map_err(wrong)?;
        let version = written.read().map_err(wrong)?;
        laid.push((path, written, version));
    }
    let all: Vec<Written> = laid.iter().map(|(_, written, _)| written.clone()).collect();
    Framework::laid_down(&all).map_err(LayDownError::Together)?;
    Ok(laid)
}

fn read_texts(templates: &Path) -> Result<Texts, LayDownError> {
    let mut texts = Texts::new();
    for path in files(templates, "md")? {
        let key = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        texts.insert(key, text(&path)?);
    }
    Ok(texts)
}

fn text(path: &Path) -> Result<String, LayDownError> {
    fs::read_to_string(path).map_err(|source| LayDownError::File { path: path.to_owned(), source })
}

fn files(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, LayDownError> {
    let unread = |source| LayDownError::File { path: directory.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl App {
    /// Makes the versions of the configured directory count, and reads all that count. Called when the service starts,
    /// after the schema is this version's.
    ///
    /// # Errors
    /// [`LayDownError`] for whatever is wrong with the files, or with the versions that count.
    pub async fn lay_down_frameworks(&self) -> Result<(), LayDownError> {
        if let Some(directory) = &self.settings().framework.directory {
            for laid in read(directory)? {
                self.lay_down(&laid).await?;
            }
        }
        self.framework_versions().await?;
        Ok(())
    }

    async fn lay_down(&self, laid: &Laid) -> Result<(), LayDownError> {
        let verdict = in_transaction!(self, tx => self.lay_down_in(tx, laid).await).await;
        verdict?
    }

    /// Adds a version that is not there yet. A verdict on the file is an answer, and no failure of the transaction.
    async fn lay_down_in(
        &self,
        tx: &WriteTx,
        (path, written, version): &Laid,
    ) -> Result<Result<(), LayDownError>, Failure> {
        let active = self.frameworks(tx).await?;
        if active.iter().any(|one| one.digest == version.digest) {
            return Ok(Ok(()));
        }
        if active.iter().any(|one| one.id == version.id) {
            return Ok(Err(LayDownError::Changed { path: path.clone() }));
        }
        if let Err(error) = version.joins(&active) {
            return Ok(Err(LayDownError::Together(error)));
        }
        let now = self.decision_time(tx).await?;
        let late = version.effective_from <= local_date(now, version.zone);
        if late && recent::newest(tx).await?.is_some() {
            let (path, effective_from) = (path.clone(), version.effective_from);
            return Ok(Err(LayDownError::Retroactive { path, effective_from }));
        }
        let stored = StoredVersion {
            written: written.clone(),
            version: version.id.clone(),
            effective_from: version.effective_from,
            author: None,
            drafted_at: now,
            offer: None,
            activated_by: None,
            activated_at: Some(now),
        };
        frameworks::add(tx, &stored).await?;
        let detail = format!("{} {}", version.id, version.digest.as_str());
        self.note(tx, Note::by_operator("framework.lay-down", None, &detail)).await?;
        Ok(Ok(()))
    }
}

/// Reads and checks one version's file with the texts beside it, without any service.
///
/// # Errors
/// [`LayDownError`] for whatever is wrong with it.
pub fn check_file(path: &Path) -> Result<Framework, LayDownError> {
    let mut texts = product_texts();
    let templates = path.parent().unwrap_or(Path::new(".")).join("templates");
    if templates.is_dir() {
        texts.extend(read_texts(&templates)?);
    }
    let wrong = |source| LayDownError::Version { path: path.to_owned(), source };
    Written::gather(&text(path)?, &texts).map_err(wrong)?.read().map_err(wrong)
}

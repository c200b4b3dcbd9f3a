//! The package as a file: a ZIP archive with a manifest that names every other file and its SHA-256.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _, Write as _},
};

use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{About, Export};
use crate::domain::text::Sha256Hex;

/// The form of packages of this version.
pub(super) const FORMAT: &str = "anteroom-export/1";

/// The manifest's name.
pub(super) const MANIFEST: &str = "package.json";

/// The folder of the texts.
pub(super) const DOCUMENTS: &str = "documents/";

/// Files that are read from a package at most, and their bytes together: a package that unpacks to more is none of
/// this product's.
const MOST_FILES: usize = 60_000;
const MOST_BYTES: u64 = 1 << 30;

/// `package.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What the package says of itself.
    #[serde(flatten)]
    pub about: About,
    /// Every other file.
    pub files: Vec<FileEntry>,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path in the package.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hex,
    /// How many bytes.
    pub bytes: u64,
}

/// A package that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The archive is broken, or is none.
    #[error("the package is no readable ZIP archive: {0}")]
    Archive(#[from] ZipError),
    /// A file could not be read or written.
    #[error("a file of the package cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    /// A part cannot be written as JSON.
    #[error("a part of the package cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// It unpacks to more than any package of this product.
    #[error("the package has too many files or is too large")]
    TooLarge,
    /// It is laid out as no package of this product is: programs may differ on what it holds.
    #[error("the package has a file twice, or a comment")]
    Layout,
}

/// Writes the package. The same parts give the same bytes.
///
/// # Errors
/// [`PackageError`].
pub fn pack(export: &Export, page: String) -> Result<Vec<u8>, PackageError> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("record.json".to_owned(), serde_json::to_vec_pretty(&export.record)?);
    files.insert("record.html".to_owned(), page.into_bytes());
    files.insert("audit.json".to_owned(), serde_json::to_vec_pretty(&export.audit)?);
    for (digest, text) in &export.documents {
        files.insert(format!("{DOCUMENTS}{digest}.md"), text.clone().into_bytes());
    }
    let entry = |(path, bytes): (&String, &Vec<u8>)| FileEntry {
        path: path.clone(),
        sha256: Sha256Hex::of(bytes),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    };
    let manifest = Manifest { about: export.about.clone(), files: files.iter().map(entry).collect() };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    for (path, bytes) in [(MANIFEST, &manifest)].into_iter().chain(files.iter().map(|(path, b)| (path.as_str(), b))) {
        // The archive's own instants say nothing; the manifest has the one that counts.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        archive.start_file(path, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The files of a package by path, the manifest among them.
///
/// # Errors
/// [`PackageError`].
pub fn unpack(package: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let mut archive = ZipArchive::new(Cursor::new(package))?;
    if archive.len() > MOST_FILES {
        return Err(PackageError::TooLarge);
    }
    if declared(package) != Some(archive.len()) {
        return Err(PackageError::Layout);
    }
    let (mut files, mut left) = (BTreeMap::new(), MOST_BYTES);
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        let path = file.name()?.into_owned();
        let mut bytes = Vec::new();
        // One byte more than is left, so that a file that is too long is told from one that just fits.
        file.take(left.saturating_add(1)).read_to_end(&mut bytes)?;
        let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(read).ok_or(PackageError::TooLarge)?;
        files.insert(path, bytes);
    }
    Ok(files)
}

/// How many files the end of the archive declares (APPNOTE 4.3.16: 22 bytes, the count in the eleventh and twelfth). A
/// file that stands in it twice is counted twice here and read once, so that one program would show what another hides.
fn declared(package: &[u8]) -> Option<usize> {
    let end = package.last_chunk::<22>().filter(|end| end.starts_with(b"PK\x05\x06"))?;
    Some(usize::from(u16::from_le_bytes([end[10], end[11]])))
}

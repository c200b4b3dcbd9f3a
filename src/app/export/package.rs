//! The package as a file: a ZIP archive with a manifest that names every other file and its SHA-256.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Cursor, Read, Seek, SeekFrom, Take, Write as _},
};

use serde::{Deserialize, Serialize};
use zip::{
    CompressionMethod, DateTime, ZipArchive, ZipWriter, read::ZipFile, result::ZipError, write::SimpleFileOptions,
};

use super::{
    super::{App, AppError, Turn},
    About, Export, ExportedContent,
};
use crate::domain::{
    id::{AccountId, RecordId},
    text::Sha256Hex,
};

/// The form of packages of this version.
pub(super) const FORMAT: &str = "anteroom-export/2";

/// The forms that this version checks; the first one had no uploaded documents.
pub(super) const KNOWN: [&str; 2] = ["anteroom-export/1", FORMAT];

/// The manifest's name.
pub(super) const MANIFEST: &str = "package.json";

/// The file of the records.
pub(super) const RECORD: &str = "record.json";

/// The file of the ledger.
pub(super) const AUDIT: &str = "audit.json";

/// The files that whoever checks a package parses.
pub(super) const PARSED: [&str; 3] = [MANIFEST, RECORD, AUDIT];

/// The folder of the texts.
pub(super) const DOCUMENTS: &str = "documents/";

/// What is read of a package at most: its bytes, its files, the bytes of all of them unpacked, and of each one that is
/// held in memory to be parsed. The product writes 100 MB of contents as they are and everything else deflated; what is
/// larger than this is none of its packages, and is not read on.
const MOST_PACKED: u64 = 256 << 20;
const MOST_FILES: usize = 60_000;
const MOST_BYTES: u64 = 512 << 20;
const MOST_JSON: u64 = 64 << 20;

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
    #[error("the package is no ZIP archive of this product: it has a file twice, a comment, or no end")]
    Layout,
}

impl App {
    /// Writes the package into a file of its own that no directory names: contents are held in memory one at a time. The
    /// same parts give the same bytes. The file stands at its beginning; the turn is to be kept as long as the file.
    ///
    /// # Errors
    /// [`AppError::Damaged`] if the object store does not have a content as the record says: there is no package then.
    /// [`AppError::Busy`] while too many packages are in hand, of everybody or of the person who asks.
    pub async fn pack(&self, export: Export, page: String) -> Result<(File, Turn), AppError> {
        let turn = self.packages().take(AccountId(export.about.requester.account))?;
        let contents: Vec<(RecordId, ExportedContent)> =
            export.included().map(|(id, content)| (id, content.clone())).collect();
        let mut archive = off_thread(move || begin(&export, page)).await?;
        for (id, content) in contents {
            let bytes = self.undamaged(id, &content.document, &content.sha256).await?;
            archive = off_thread(move || {
                add(&mut archive, &content.path.unwrap_or_default(), &bytes, CompressionMethod::Stored)?;
                Ok(archive)
            })
            .await?;
        }
        let finished = off_thread(move || {
            let mut file = archive.finish()?;
            file.rewind()?;
            Ok(file)
        });
        Ok((finished.await?, turn))
    }
}

/// Packing takes the processor and the disk for a while: off the threads that serve requests.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PackageError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// The manifest and every file but the contents.
fn begin(export: &Export, page: String) -> Result<Box<ZipWriter<File>>, PackageError> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert(RECORD.to_owned(), serde_json::to_vec_pretty(&export.record)?);
    files.insert("record.html".to_owned(), page.into_bytes());
    files.insert(AUDIT.to_owned(), serde_json::to_vec_pretty(&export.audit)?);
    for (digest, text) in &export.documents {
        files.insert(format!("{DOCUMENTS}{digest}.md"), text.clone().into_bytes());
    }
    let manifest = serde_json::to_vec_pretty(&manifest(export, &files))?;
    // In a box: it is large, and the future that holds it between two contents is to stay small.
    let mut archive = Box::new(ZipWriter::new(tempfile::tempfile()?));
    for (path, bytes) in [(MANIFEST, &manifest)].into_iter().chain(files.iter().map(|(path, b)| (path.as_str(), b))) {
        add(&mut archive, path, bytes, CompressionMethod::Deflated)?;
    }
    Ok(archive)
}

/// Names every file, the contents by what their records say.
fn manifest(export: &Export, files: &BTreeMap<String, Vec<u8>>) -> Manifest {
    let written = files.iter().map(|(path, bytes)| FileEntry {
        path: path.clone(),
        sha256: Sha256Hex::of(bytes),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    });
    let contents = export.included().map(|(_, content)| FileEntry {
        path: content.path.clone().unwrap_or_default(),
        sha256: content.sha256.clone(),
        bytes: content.size_bytes,
    });
    Manifest { about: export.about.clone(), files: written.chain(contents).collect() }
}

fn add(archive: &mut ZipWriter<File>, path: &str, bytes: &[u8], method: CompressionMethod) -> Result<(), PackageError> {
    // The archive's own instants say nothing; the manifest has the one that counts.
    let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
    archive.start_file(path, options)?;
    archive.write_all(bytes)?;
    Ok(())
}

/// Reads each file of a package in turn, and no more of any than the limits allow.
///
/// # Errors
/// [`PackageError`], or what `file` answers.
pub(super) fn read_each<P: Read + Seek>(
    mut package: P,
    mut file: impl FnMut(String, &mut Take<ZipFile<'_, P>>) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    if package.seek(SeekFrom::End(0))? > MOST_PACKED {
        return Err(PackageError::TooLarge);
    }
    // Before the library makes a list of them.
    let declared = declared(&mut package)?;
    if declared > MOST_FILES {
        return Err(PackageError::TooLarge);
    }
    let mut archive = ZipArchive::new(package)?;
    if declared != archive.len() {
        return Err(PackageError::Layout);
    }
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let unpacked = archive.by_index(index)?;
        let path = unpacked.name()?.into_owned();
        let most = if PARSED.contains(&path.as_str()) { left.min(MOST_JSON) } else { left };
        // One byte more than may be, so that a file that is too long is told from one that just fits.
        let mut unpacked = unpacked.take(most + 1);
        file(path, &mut unpacked)?;
        let spare = unpacked.limit().checked_sub(1).ok_or(PackageError::TooLarge)?;
        left -= most - spare;
    }
    Ok(())
}

/// The files of a package by path, the manifest among them.
///
/// # Errors
/// [`PackageError`].
pub fn unpack(package: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let mut files = BTreeMap::new();
    read_each(Cursor::new(package), |path, file| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.insert(path, bytes);
        Ok(())
    })?;
    Ok(files)
}

/// How many files the end of the archive declares (APPNOTE 4.3.16: 22 bytes, the count in the eleventh and twelfth). A
/// file that stands in it twice is counted twice here and read once, so that one program would show what another hides.
fn declared(package: &mut (impl Read + Seek)) -> Result<usize, PackageError> {
    let mut end = [0; 22];
    package.seek(SeekFrom::End(-22)).and_then(|_| package.read_exact(&mut end)).map_err(|_| PackageError::Layout)?;
    if !end.starts_with(b"PK\x05\x06") {
        return Err(PackageError::Layout);
    }
    Ok(usize::from(u16::from_le_bytes([end[10], end[11]])))
}

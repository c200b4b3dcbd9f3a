//! Checks a package by itself, without a database and without a network: that every file is the one that the manifest
//! names, that every text has its digest, that the streams of the ledger are chained, and that everything told in the
//! timeline stands in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{Read, Seek},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::{
    AuditFile, AuditStream, Manifest,
    contents::{CONTENTS, ExportedContent},
    package::{AUDIT, DOCUMENTS, KNOWN, MANIFEST, PARSED, PackageError, RECORD, read_each},
};
use crate::{
    app::{ledger_view::LedgerLink, view::Moment},
    domain::{audience::Audience, text::Sha256Hex},
    ledger::{Columns, Hash, Head, Sealed, StoredLink, verify_stream},
};

/// The most bytes of a header: it has ten members, none of which anybody types.
const MOST_HEADER: usize = 4096;

/// What was found of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackageReport {
    /// The engagement, as the manifest names it.
    pub engagement: Option<String>,
    /// The banner line, as the manifest has it.
    pub banner: Option<String>,
    /// Files that were compared with the manifest.
    pub files: usize,
    /// Links of the ledger that were verified.
    pub links: usize,
    /// Uploaded documents whose content was compared with the record.
    pub contents: usize,
    /// Uploaded documents whose content is not in the package, each with the reason.
    pub not_included: Vec<String>,
    /// What is wrong.
    pub problems: Vec<PackageProblem>,
}

/// Something that is wrong with a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageProblem {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

impl PackageReport {
    /// Whether nothing is wrong.
    pub const fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn add(&mut self, file: impl Into<String>, problem: impl fmt::Display) {
        self.problems.push(PackageProblem { file: file.into(), problem: problem.to_string() });
    }
}

impl fmt::Display for PackageReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.engagement.as_deref().unwrap_or("a package without a manifest");
        let (files, links, contents) = (self.files, self.links, self.contents);
        writeln!(f, "{of}: {files} file(s), {links} link(s), {contents} document(s)")?;
        if let Some(banner) = &self.banner {
            writeln!(f, "{banner}")?;
        }
        self.not_included.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.problems.iter().try_for_each(|found| writeln!(f, "{}: {}", found.file, found.problem))?;
        write!(f, "{}", if self.is_clean() { "Everything fits." } else { "Something does not fit." })
    }
}

/// What is kept of a package while it is checked: the digest of each file, and the bytes of those that are parsed.
#[derive(Default)]
struct Files {
    digests: BTreeMap<String, Sha256Hex>,
    parsed: BTreeMap<String, Vec<u8>>,
}

impl Files {
    fn of(package: impl Read + Seek) -> Result<Self, PackageError> {
        let mut files = Self::default();
        read_each(package, |path, file| {
            let (mut hash, mut bytes, mut piece) = (Sha256::new(), Vec::new(), vec![0; 64 * 1024]);
            let parsed = PARSED.contains(&path.as_str());
            loop {
                let read = match file.read(&mut piece)? {
                    0 => break,
                    length => piece.get(..length).unwrap_or_default(),
                };
                hash.update(read);
                if parsed {
                    bytes.extend_from_slice(read);
                }
            }
            files.digests.insert(path.clone(), Sha256Hex::from_bytes(&hash.finalize().into()));
            if parsed {
                files.parsed.insert(path, bytes);
            }
            Ok(())
        })?;
        Ok(files)
    }

    /// One of the files that are parsed; its bytes are then let go.
    fn read<T: DeserializeOwned>(&mut self, name: &str, report: &mut PackageReport) -> Option<T> {
        let Some(bytes) = self.parsed.remove(name) else {
            report.add(name, "is missing");
            return None;
        };
        serde_json::from_slice(&bytes).map_err(|error| report.add(name, format!("cannot be read: {error}"))).ok()
    }
}

/// Checks a package. What it takes of memory is bounded, whatever the package is.
///
/// # Errors
/// [`PackageError`] if it is no archive that can be read; whatever is wrong inside of it stands in the report.
pub fn check(package: impl Read + Seek) -> Result<PackageReport, PackageError> {
    let mut files = Files::of(package)?;
    let mut report = PackageReport::default();
    if let Some(manifest) = files.read::<Manifest>(MANIFEST, &mut report) {
        if !KNOWN.contains(&manifest.about.format.as_str()) {
            report.add(MANIFEST, format!("is of the form {}, which this version does not know", manifest.about.format));
        }
        check_files(&files.digests, &manifest, &mut report);
        report.engagement = Some(manifest.about.engagement);
        report.banner = Some(manifest.about.banner);
    }
    let links = check_audit(files.read(AUDIT, &mut report), &mut report);
    if let Some(record) = files.read::<Record>(RECORD, &mut report) {
        check_documents(&files.digests, &record.documents, &mut report);
        check_contents(&files.digests, record.contents, &mut report);
        check_timeline(&record.timeline, &links, &mut report);
    }
    Ok(report)
}

fn check_files(files: &BTreeMap<String, Sha256Hex>, manifest: &Manifest, report: &mut PackageReport) {
    let named: BTreeSet<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    for path in files.keys().filter(|path| path.as_str() != MANIFEST && !named.contains(path.as_str())) {
        report.add(path, "is not in the manifest");
    }
    for entry in &manifest.files {
        report.files += 1;
        match files.get(&entry.path) {
            None => report.add(&entry.path, "is missing"),
            Some(digest) if *digest != entry.sha256 => report.add(&entry.path, "has another SHA-256"),
            Some(_) => {}
        }
    }
}

/// What `record.json` says that other parts of the package say too.
#[derive(Deserialize)]
struct Record {
    timeline: Vec<Told>,
    documents: Vec<Text>,
    /// Older packages have none.
    #[serde(default)]
    contents: Vec<ExportedContent>,
}

/// A text that the record lists; one that was erased is listed no more.
#[derive(Deserialize)]
struct Text {
    digest: String,
}

/// The texts are the ones that the record lists, no fewer and no more, and each is named by its digest.
fn check_documents(files: &BTreeMap<String, Sha256Hex>, listed: &[Text], report: &mut PackageReport) {
    let named: BTreeSet<String> = listed.iter().map(|text| format!("{DOCUMENTS}{}.md", text.digest)).collect();
    for path in named.iter().filter(|path| !files.contains_key(*path)) {
        report.add(path, "is a text that the record lists, and is missing");
    }
    for (path, digest) in files.iter().filter(|(path, _)| path.starts_with(DOCUMENTS)) {
        if !named.contains(path) {
            report.add(path, "is a text that the record does not list");
        }
        if *path != format!("{DOCUMENTS}{}.md", digest.as_str()) {
            report.add(path, "is not the text that its name says");
        }
    }
}

/// The content of each uploaded document is the one that the record says, or the record says why there is none.
fn check_contents(files: &BTreeMap<String, Sha256Hex>, listed: Vec<ExportedContent>, report: &mut PackageReport) {
    let mut named = BTreeSet::new();
    for content in listed {
        let document = &content.document;
        match (content.path, content.not_included) {
            (Some(path), None) => {
                report.contents += 1;
                if files.get(&path) != Some(&content.sha256) {
                    report.add(&path, format!("is not the content of {document}"));
                }
                named.insert(path);
            }
            (None, Some(why)) => report.not_included.push(format!("{document}: not included: {}", why.detail)),
            (Some(_), Some(_)) | (None, None) => {
                report.add(RECORD, format!("does not say whether the content of {document} is included"));
            }
        }
    }
    let contents = files.keys().filter(|path| path.starts_with(CONTENTS));
    for path in contents.filter(|path| !named.contains(*path)) {
        report.add(path, "is the content of no document that the record names");
    }
}

/// What the chained headers say, by the record and the hash of the link.
type Links = BTreeMap<(String, String), Columns>;

/// Verifies every stream; gives what its links say.
fn check_audit(audit: Option<AuditFile>, report: &mut PackageReport) -> Links {
    let mut said = Links::new();
    for stream in audit.map(|audit| audit.streams).unwrap_or_default() {
        let place = format!("{AUDIT} {} {}", stream.record, stream.audience.code());
        report.links += stream.links.len();
        let Some((links, head)) = stored(&stream) else {
            report.add(place, "has a header or a head that cannot be read");
            continue;
        };
        for finding in verify_stream(&links, head) {
            report.add(&place, format!("event {}: {}", finding.event, finding.difference));
        }
        for link in links {
            let key = (stream.record.clone(), link.hash);
            if said.contains_key(&key) {
                report.add(&place, format!("has the link with hash {} twice", key.1));
            }
            said.insert(key, link.columns);
        }
    }
    said
}

/// The members of a header that say what the link is about.
#[derive(Deserialize)]
struct HeaderFacts {
    #[serde(rename = "type")]
    type_code: String,
    schema_version: i32,
    effective_at: i64,
    recorded_at: i64,
}

/// The stream as the ledger verifies it: what the package says of event, place, record and audience must be what the
/// chained header says. Payloads are not in the package.
fn stored(stream: &AuditStream) -> Option<(Vec<StoredLink>, Head)> {
    let link = |link: &LedgerLink| {
        let short = Some(&link.header).filter(|header| header.len() <= MOST_HEADER)?;
        let header: HeaderFacts = serde_json::from_str(short).ok()?;
        let columns = Columns {
            event: link.event.clone(),
            kind: stream.kind.name().to_owned(),
            reference: stream.record.clone(),
            audience: stream.audience.code(),
            stream_seq: link.sequence,
            type_code: header.type_code,
            schema_version: header.schema_version,
            effective_at: header.effective_at,
            recorded_at: header.recorded_at,
        };
        Some(StoredLink {
            columns,
            header: link.header.clone(),
            commitment: link.commitment.clone(),
            prev_hash: link.previous_hash.clone(),
            hash: link.hash.clone(),
            sealed: Sealed::Erased,
        })
    };
    let links = stream.links.iter().map(link).collect::<Option<Vec<_>>>()?;
    let hash: Hash = stream.head.hash.parse().ok()?;
    Some((links, Head { seq: stream.head.sequence, hash }))
}

/// An event of the timeline, as far as its header says it too.
#[derive(Deserialize)]
struct Told {
    record: String,
    hash: String,
    id: String,
    event: String,
    audience: Audience,
    number: i64,
    effective_at: Moment,
    recorded_at: Moment,
}

impl Told {
    /// The members that say something else than the chained header.
    fn differences(&self, header: &Columns) -> impl Iterator<Item = &'static str> {
        let members = [
            ("id", self.id == header.event),
            ("event", self.event == header.type_code),
            ("audience", self.audience.code() == header.audience),
            ("number", self.number == header.stream_seq),
            ("effective_at", self.effective_at.is(header.effective_at)),
            ("recorded_at", self.recorded_at.is(header.recorded_at)),
        ];
        members.into_iter().filter_map(|(member, same)| (!same).then_some(member))
    }
}

/// What the timeline tells must stand in the ledger, once and as it is told, and nothing of the ledger may be left out
/// of it.
fn check_timeline(timeline: &[Told], links: &Links, report: &mut PackageReport) {
    let mut told = BTreeSet::new();
    for entry in timeline {
        let key = (entry.record.clone(), entry.hash.clone());
        let event = format!("event of {} with hash {}", entry.record, entry.hash);
        match links.get(&key) {
            None => report.add(RECORD, format!("tells an {event} that is not in the ledger")),
            Some(header) => {
                for member in entry.differences(header) {
                    report.add(RECORD, format!("tells the {event} with another {member} than the ledger"));
                }
            }
        }
        if !told.insert(key) {
            report.add(RECORD, format!("tells the {event} twice"));
        }
    }
    for (of, hash) in links.keys().filter(|key| !told.contains(*key)) {
        report.add(RECORD, format!("does not tell the event of {of} with hash {hash}"));
    }
}

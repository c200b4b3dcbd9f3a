//! Whether a PDF holds nothing that runs, opens, sends or hides (ASVS 5.2.2).
//!
//! This reads no structure that a file could lie about: every name in the file counts, wherever it stands, and so does
//! every name in what its compressed streams hold. A file whose object streams cannot be read this way is refused. The
//! limit of the check: what a viewer does with fonts, pictures and colors is not looked at, and a stream in a filter that
//! is not inflated here is searched as it is; it is no virus scanner.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// Why a PDF is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It does not end as a PDF ends, or something follows its end.
    #[error("The PDF does not end with %%EOF.")]
    End,
    /// It is something else besides, such as an archive.
    #[error("The PDF is something else too.")]
    Polyglot,
    /// It holds a name that stands for active, embedded or encrypted content.
    #[error("The PDF holds {0}, which is not taken.")]
    Active(&'static str),
    /// Its object streams cannot be looked into.
    #[error("The PDF has objects in a form that cannot be looked into.")]
    Opaque,
    /// What its streams hold is more than is looked at.
    #[error("The PDF holds more than can be looked at.")]
    TooMuch,
}

/// Names that no PDF may hold, whatever they stand for there.
const REFUSED: &[(&[u8], &str)] = &[
    (b"JavaScript", "/JavaScript"),
    (b"Launch", "/Launch"),
    (b"EmbeddedFile", "/EmbeddedFile"),
    (b"EmbeddedFiles", "/EmbeddedFiles"),
    (b"OpenAction", "/OpenAction"),
    (b"Encrypt", "/Encrypt"),
    (b"RichMedia", "/RichMedia"),
    (b"XFA", "/XFA"),
    (b"GoToE", "/GoToE"),
    (b"GoToR", "/GoToR"),
    (b"SubmitForm", "/SubmitForm"),
    (b"ImportData", "/ImportData"),
];

/// Short names, which pictures hold by chance: they count where a value follows that such an entry can have.
const REFUSED_WITH_VALUE: &[(&[u8], &str)] = &[(b"JS", "/JS"), (b"AA", "/AA")];

/// Filters and parameters that an object stream may not have: it is looked into plain, or inflated once.
const OPAQUE: &[&[u8]] = &[
    b"ASCIIHexDecode",
    b"AHx",
    b"ASCII85Decode",
    b"A85",
    b"LZWDecode",
    b"LZW",
    b"RunLengthDecode",
    b"RL",
    b"Crypt",
    b"DecodeParms",
    b"DP",
    b"F",
    b"FFilter",
    b"FDecodeParms",
];

/// Bytes that all streams together may hold.
const MOST_INFLATED: u64 = 100_000_000;

/// Bytes before a stream in which its dictionary is looked for.
const DICTIONARY: usize = 4_096;

/// Bytes from the end in which an archive's directory would stand.
const ARCHIVE_TAIL: usize = 66_000;

/// Whether the bytes begin as a PDF does.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// Checks a PDF.
///
/// # Errors
/// [`PdfError`] says what is wrong first.
pub fn check(bytes: &[u8]) -> Result<(), PdfError> {
    within(bytes, MOST_INFLATED)
}

/// As [`check`], where all streams together may hold `most` bytes.
pub(super) fn within(bytes: &[u8], most: u64) -> Result<(), PdfError> {
    let ended = bytes.trim_ascii_end();
    if !begins(bytes) || !ended.ends_with(b"%%EOF") || bytes.len() - ended.len() > 16 {
        return Err(PdfError::End);
    }
    if is_more(bytes) {
        return Err(PdfError::Polyglot);
    }
    refused(bytes)?;
    streams(bytes, most)
}

/// An archive's directory at the end, or markup at the beginning.
fn is_more(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(ARCHIVE_TAIL)..).unwrap_or(bytes);
    let head = bytes.get(..1_024).unwrap_or(bytes).to_ascii_lowercase();
    let markup: [&[u8]; 4] = [b"<html", b"<script", b"<!doctype", b"<svg"];
    find(tail, b"PK\x05\x06", 0).is_some() || markup.iter().any(|mark| find(&head, mark, 0).is_some())
}

fn refused(bytes: &[u8]) -> Result<(), PdfError> {
    for (name, after) in names(bytes) {
        let listed = |list: &'static [(&[u8], &'static str)]| list.iter().find(|(refused, _)| *refused == name);
        if let Some((_, shown)) = listed(REFUSED) {
            return Err(PdfError::Active(shown));
        }
        if let Some((_, shown)) = listed(REFUSED_WITH_VALUE).filter(|_| has_value(after)) {
            return Err(PdfError::Active(shown));
        }
    }
    Ok(())
}

/// Whether what follows may be the value of such an entry: a string, a dictionary, a list, a reference, or a comment
/// before one.
fn has_value(after: &[u8]) -> bool {
    let next = after.iter().find(|byte| !is_white(**byte));
    next.is_some_and(|byte| matches!(byte, b'(' | b'<' | b'[' | b'%' | b'0'..=b'9'))
}

/// Looks into every stream that can be inflated. Every object stream must be one of them, or plain.
fn streams(bytes: &[u8], most: u64) -> Result<(), PdfError> {
    let (mut left, mut from, mut looked_into) = (most, 0, 0);
    while let Some(at) = find(bytes, b"stream", from) {
        from = at + b"stream".len();
        let before = bytes.get(..at).unwrap_or_default();
        let data = bytes.get(from..).unwrap_or_default();
        let Some(data) = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")) else { continue };
        if before.ends_with(b"end") {
            continue;
        }
        let dictionary = dictionary(before);
        let inflated = inflate(data, left)?;
        let objects = names(dictionary).filter(|(name, _)| *name == b"ObjStm").count();
        if objects > 0 {
            let filtered = names(dictionary).any(|(name, _)| name == b"Filter");
            let opaque = names(dictionary).any(|(name, _)| OPAQUE.contains(&name.as_slice()));
            if opaque || (filtered && !inflated.as_ref().is_some_and(|inflated| inflated.whole)) {
                return Err(PdfError::Opaque);
            }
            looked_into += objects;
        }
        if let Some(Inflated { bytes, .. }) = inflated {
            left -= u64::try_from(bytes.len()).unwrap_or(left).min(left);
            refused(&bytes)?;
        }
    }
    let all = names(bytes).filter(|(name, _)| *name == b"ObjStm").count();
    if all > looked_into { Err(PdfError::Opaque) } else { Ok(()) }
}

/// What stands between the object's beginning and its stream.
fn dictionary(before: &[u8]) -> &[u8] {
    let near = before.get(before.len().saturating_sub(DICTIONARY)..).unwrap_or(before);
    let beginning = near.windows(3).rposition(|window| window == b"obj").map_or(0, |at| at + 3);
    near.get(beginning..).unwrap_or(near)
}

/// What a stream holds once inflated.
struct Inflated {
    bytes: Vec<u8>,
    /// Whether its end was found and its checksum is right.
    whole: bool,
}

/// Inflates as far as it goes; none where the data are no deflated ones.
fn inflate(data: &[u8], most: u64) -> Result<Option<Inflated>, PdfError> {
    // The first byte names the method, and both together are a multiple of 31 (RFC 1950).
    let [first, second, ..] = data else { return Ok(None) };
    if first & 0x0f != 8 || (u16::from(*first) * 256 + u16::from(*second)) % 31 != 0 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let whole = ZlibDecoder::new(data).take(most.saturating_add(1)).read_to_end(&mut bytes).is_ok();
    if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
        return Err(PdfError::TooMuch);
    }
    Ok(Some(Inflated { bytes, whole }))
}

/// Every name in the bytes, its `#` escapes read, with what follows it.
fn names(bytes: &[u8]) -> impl Iterator<Item = (Vec<u8>, &[u8])> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
    slashes.map(|from| {
        let rest = bytes.get(from..).unwrap_or_default();
        let end = rest.iter().take(64).position(|byte| !is_regular(*byte)).unwrap_or(rest.len().min(64));
        let (name, after) = rest.split_at(end);
        (unescaped(name), after)
    })
}

fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut read = Vec::with_capacity(name.len());
    let mut rest = name;
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'#', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            read.push(u8::try_from(high * 16 + low).unwrap_or(b'#'));
            rest = tail.get(2..).unwrap_or_default();
        } else {
            read.push(*first);
            rest = tail;
        }
    }
    read
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_white(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

//! Packs a file as browsers take it: Brotli and gzip, each as small as it can be. A pack is kept by the digest of its
//! content, so that a build packs what changed and nothing else.

use std::{io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

use crate::files::{self, Trouble};

/// The endings of packed files.
pub(crate) const WAYS: [&str; 2] = ["br", "gz"];

/// Files that are packed already.
const PACKED: &[&str] = &["woff2", "png", "jpg", "webp"];

/// Writes `<stem>.br` and `<stem>.gz` into the directory where they are not there yet, and says which are worth it: a
/// pack that saves nothing is not sent.
pub(crate) fn keep(directory: &Path, stem: &str, name: &str, content: &[u8]) -> Result<[bool; 2], Trouble> {
    let whole = directory.join(format!("{stem}.raw"));
    let is_packed = Path::new(name).extension().is_some_and(|end| PACKED.iter().any(|known| end == *known));
    if !whole.exists() {
        if !is_packed {
            files::write(&directory.join(format!("{stem}.br")), &brotli(content)?)?;
            files::write(&directory.join(format!("{stem}.gz")), &gzip(content)?)?;
        }
        files::write(&whole, content)?;
    }
    let worth = |way: &str| {
        let size = std::fs::metadata(directory.join(format!("{stem}.{way}"))).map(|file| file.len());
        size.is_ok_and(|size| size < content.len() as u64)
    };
    Ok(WAYS.map(worth))
}

fn brotli(content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    let done = brotli::BrotliCompress(&mut &*content, &mut packed, &parameters);
    done.map_err(|error| Trouble::new(format!("packing with Brotli: {error}")))?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let done = encoder.write_all(content).and_then(|()| encoder.finish());
    done.map_err(|error| Trouble::new(format!("packing with gzip: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_was_packed_is_read_again() {
        let content = b"a{color:red}".repeat(50);
        let (mut plain, mut other) = (Vec::new(), Vec::new());
        brotli::BrotliDecompress(&mut &*brotli(&content).expect("packs"), &mut plain).expect("a pack");
        let packed = gzip(&content).expect("packs");
        flate2::read::GzDecoder::new(&*packed).read_to_end(&mut other).expect("a pack");
        assert_eq!((&plain, &other), (&content, &content));
        assert!(packed.len() < content.len() / 4);
    }
}

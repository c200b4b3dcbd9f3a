//! Writes the table of assets, which the service includes as Rust.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    bundle::{Asset, Bundle},
    files::{self, Trouble},
    pack,
};

/// Below the output directory: the content of each asset and its packs.
const PACKS: &str = "packs";

/// Writes `assets.rs` and the files that it includes, and removes packs that no asset needs any more.
pub(crate) fn write(out: &Path, bundle: &Bundle) -> Result<(), Trouble> {
    let packs = out.join(PACKS);
    files::directory(&packs)?;
    let entries: Result<String, Trouble> = bundle.iter().map(|(name, asset)| entry(&packs, name, asset)).collect();
    let text = format!("&[\n{}]\n", entries?);
    let path = out.join("assets.rs");
    if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
        files::write(&path, text.as_bytes())?;
    }
    let digests: BTreeSet<&str> = bundle.values().map(|asset| asset.digest.as_str()).collect();
    sweep(&packs, &digests)
}

fn entry(packs: &Path, name: &str, asset: &Asset) -> Result<String, Trouble> {
    let digest = &asset.digest;
    let worth = pack::keep(packs, digest, name, &asset.content)?;
    let include = |end: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{PACKS}/{digest}.{end}\"))");
    let [brotli, gzip] =
        [0, 1].map(|way| if worth[way] { format!("Some({})", include(pack::WAYS[way])) } else { "None".to_owned() });
    let (href, kind) = (format!("/assets/{digest}/{name}"), kind(name));
    Ok(format!(
        "Asset {{ name: {name:?}, digest: {digest:?}, href: {href:?}, kind: {kind:?}, \
         content: {}, brotli: {brotli}, gzip: {gzip} }},\n",
        include("raw")
    ))
}

/// The content type of a file.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn sweep(packs: &Path, digests: &BTreeSet<&str>) -> Result<(), Trouble> {
    for path in files::below(packs)? {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if !digests.contains(stem.as_str()) {
            fs::remove_file(&path).map_err(|error| Trouble::with(&path, error))?;
        }
    }
    Ok(())
}

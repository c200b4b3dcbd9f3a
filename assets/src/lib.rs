//! Makes what a browser loads from the service: one style sheet, three scripts, fonts and icons, each under an address
//! that holds the digest of its content, packed once. `build.rs` calls [`build`]; nothing of this runs in the service.
//!
//! The design system comes from its npm package, by the `source` module of this crate. Where it cannot be had, the same
//! files are made without it, from our own base style sheet, and the build says so.

#![forbid(unsafe_code)]

mod bundle;
mod files;
mod pack;
mod scripts;
mod sheet;
mod source;
mod sprite;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::path::PathBuf;

pub use files::Trouble;

/// Where the build reads and writes.
#[derive(Clone, Debug)]
pub struct Places {
    /// The repository's root.
    pub root: PathBuf,
    /// The directory that cargo gives a build script.
    pub out: PathBuf,
    /// A `dist` directory of the design system that is already there; none: take it from npm.
    pub dist: Option<PathBuf>,
}

/// What a build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether the design system is in it.
    pub design_system: bool,
    /// What the person who builds should know.
    pub warnings: Vec<String>,
}

/// Files and directories, below the root, after whose change the assets are made anew.
pub const WATCHED: &[&str] = &[
    "assets/css",
    "assets/js",
    "assets/img",
    "assets/icons.txt",
    "assets/grades.txt",
    "assets/package-lock.json",
    "templates",
    "src/web/pages",
];

/// Makes all assets and writes `assets.rs`, the table that the service includes, into the output directory.
///
/// # Errors
/// Only where our own files cannot be read or the output cannot be written. That the design system is missing is a
/// warning.
pub fn build(places: &Places) -> Result<Report, Trouble> {
    let mut warnings = Vec::new();
    let dist = match source::find(places) {
        Ok(dist) => Some(dist),
        Err(trouble) => {
            warnings.push(format!(
                "pages are built without the design system, with the base style sheet alone: {trouble}. \
                 With npm and a network, or with ANTEROOM_USWDS_DIST, build again after `touch assets/package-lock.json`"
            ));
            None
        }
    };
    let sheet = style::sheet(&places.root, dist.as_deref(), &mut warnings)?;
    let bundle = bundle::collect(&places.root, dist.as_deref(), &sheet)?;
    table::write(&places.out, &bundle)?;
    Ok(Report { design_system: dist.is_some(), warnings })
}

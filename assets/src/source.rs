//! Where the design system comes from: a directory that the person who builds names, or `npm ci` below the output
//! directory, once for each lock file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Places,
    files::{self, Trouble},
};

/// The package's directory below an installation.
const PACKAGE: &str = "node_modules/@uswds/uswds";

/// A file without which a directory is no `dist` of the design system.
const STYLE: &str = "css/uswds.min.css";

/// The `dist` directory to take files from.
pub(crate) fn find(places: &Places) -> Result<PathBuf, Trouble> {
    let dist = match &places.dist {
        Some(dist) => dist.clone(),
        None => installed(places)?,
    };
    if dist.join(STYLE).is_file() { Ok(dist) } else { Err(Trouble::with(&dist, format!("has no {STYLE}"))) }
}

/// The copy in the output directory, made anew where the lock file is another than the one it was made from.
fn installed(places: &Places) -> Result<PathBuf, Trouble> {
    let lock = files::bytes(&places.root.join("assets/package-lock.json"))?;
    let kept = places.out.join(format!("uswds-{}", files::digest(&lock)));
    if !kept.is_dir() {
        let work = places.out.join("npm");
        install(&places.root, &work)?;
        keep(&work.join(PACKAGE), &kept)?;
        files::remove(&work)?;
    }
    Ok(kept)
}

/// Runs npm in a directory of its own: neither the source tree nor the scripts of packages are touched.
fn install(root: &Path, work: &Path) -> Result<(), Trouble> {
    files::remove(work)?;
    files::directory(work)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        files::write(&work.join(name), &files::bytes(&root.join("assets").join(name))?)?;
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"];
    let run = Command::new("npm").args(arguments).current_dir(work).output();
    let output = run.map_err(|error| Trouble::new(format!("npm cannot be run ({error})")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("error")).unwrap_or("no reason given");
    Err(Trouble::new(format!("`npm ci` failed ({line})")))
}

/// Keeps the built files and the license of the package; renaming comes last, so that a copy is whole or not there.
fn keep(package: &Path, kept: &Path) -> Result<(), Trouble> {
    let dist = package.join("dist");
    let license = files::bytes(&package.join("LICENSE.md"))?;
    files::write(&dist.join("LICENSE.md"), &license)?;
    fs::rename(&dist, kept).map_err(|error| Trouble::with(kept, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_without_the_style_sheet_is_refused() {
        let nowhere = PathBuf::from("no-such-directory");
        let places = Places { root: PathBuf::new(), out: PathBuf::new(), dist: Some(nowhere) };
        let trouble = find(&places).expect_err("there is nothing");
        assert_eq!(trouble.to_string(), "no-such-directory: has no css/uswds.min.css");
    }
}

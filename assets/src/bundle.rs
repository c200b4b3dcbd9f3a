//! All assets with their addresses. What a style sheet names gets its address before the style sheet does, since the
//! address of a file is made of its content.

use std::{collections::BTreeMap, path::Path};

use crate::{
    files::{self, Trouble},
    scripts,
    sheet::urls,
    sprite,
};

/// One file that the service serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    /// Of the content, in sixteen hexadecimal digits.
    pub digest: String,
    /// The bytes as they are used.
    pub content: Vec<u8>,
}

/// The files, by the names under which templates know them.
pub(crate) type Bundle = BTreeMap<String, Asset>;

/// Collects everything.
pub(crate) fn collect(root: &Path, dist: Option<&Path>, sheet: &str) -> Result<Bundle, Trouble> {
    let mut bundle = Bundle::new();
    for path in files::below(&root.join("assets/img"))? {
        add(&mut bundle, &file_name(&path), files::bytes(&path)?);
    }
    for (name, text) in scripts::all(root, dist)? {
        add(&mut bundle, &name, text.into_bytes());
    }
    add(&mut bundle, "icons.svg", sprite::cut(root, dist)?.into_bytes());
    if let Some(dist) = dist {
        add(&mut bundle, "uswds-license.txt", files::bytes(&dist.join("LICENSE.md")).or_else(|_| beside(dist))?);
    }
    let style = urls::replace(sheet, |path| named(&mut bundle, dist, path))?;
    add(&mut bundle, "anteroom.css", format!("@charset \"UTF-8\";{style}\n").into_bytes());
    Ok(bundle)
}

/// The license in a whole package, where the `dist` directory was named by the person who builds.
fn beside(dist: &Path) -> Result<Vec<u8>, Trouble> {
    files::bytes(&dist.join("../LICENSE.md"))
}

/// Takes a file that the design system's style sheet names into the bundle, and says its address as seen from the style
/// sheet's, which has a directory of its own.
fn named(bundle: &mut Bundle, dist: Option<&Path>, path: &str) -> Result<String, Trouble> {
    let inside = path.trim_start_matches("../");
    let dist = dist.ok_or_else(|| Trouble::new(format!("{path} is named without a package")))?;
    let name = file_name(Path::new(inside));
    let digest = add(bundle, &name, files::bytes(&dist.join(inside))?);
    Ok(format!("../{digest}/{name}"))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn add(bundle: &mut Bundle, name: &str, content: Vec<u8>) -> String {
    let digest = files::digest(&content);
    bundle.insert(name.to_owned(), Asset { digest: digest.clone(), content });
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_address() {
        let mut bundle = Bundle::new();
        let first = add(&mut bundle, "a.css", b"a{}".to_vec());
        assert_eq!(first.len(), 16);
        assert_eq!(add(&mut bundle, "b.css", b"a{}".to_vec()), first);
        assert_ne!(add(&mut bundle, "a.css", b"b{}".to_vec()), first);
    }
}

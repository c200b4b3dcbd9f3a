//! The scripts: two of the design system as they are, and one module made of our own files.

use std::path::Path;

use crate::files::{self, Trouble};

/// The design system's, by the name under which the service serves them.
const SYSTEM: &[(&str, &str)] = &[("uswds-init.js", "js/uswds-init.min.js"), ("uswds.js", "js/uswds.min.js")];

/// Name and text of every script. Without the design system its scripts are empty, so that pages can name them always.
pub(crate) fn all(root: &Path, dist: Option<&Path>) -> Result<Vec<(String, String)>, Trouble> {
    let mut scripts = vec![("anteroom.js".to_owned(), ours(root)?)];
    for (name, path) in SYSTEM {
        let text = dist.map(|dist| files::text(&dist.join(path))).transpose()?.unwrap_or_default();
        scripts.push(((*name).to_owned(), without_map(&text)));
    }
    Ok(scripts)
}

/// Our files one after another, each in a block of its own, so that none knows what another declares.
fn ours(root: &Path) -> Result<String, Trouble> {
    let mut text = String::new();
    for path in files::below(&root.join("assets/js"))? {
        text.extend(["{\n", &code(&files::text(&path)?), "}\n"]);
    }
    Ok(text)
}

/// A file without lines that are comments and without indents.
fn code(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A script without the line that names a map, which is not served.
fn without_map(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("//# sourceMappingURL")).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indents_of_ours_are_not_sent() {
        assert_eq!(code("// Why.\nif (a) {\n  b(); // stays\n\n}\n"), "if (a) {\nb(); // stays\n}\n");
    }

    #[test]
    fn no_script_names_a_map_that_is_not_there() {
        assert_eq!(without_map("a();\n//# sourceMappingURL=a.map\n"), "a();\n");
    }
}

//! The one style sheet: the design system as far as pages use it, or our base in its place, and our own rules.

use std::path::Path;

use crate::{
    files::{self, Trouble},
    sheet::{self, fonts, grades::Grades, narrow, parse, theme},
    words::Words,
};

/// Our own files, in the order in which they count.
const OURS: &[&str] = &["theme", "frame", "record", "window", "lists", "panels", "print"];

/// The style sheet before its files have their addresses.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// From the design system's package; its addresses are seen from the package's `css` directory.
    pub system: String,
    /// Ours; it names no files.
    pub ours: String,
    /// What the person who builds should know.
    pub warnings: Vec<String>,
}

/// Both parts. A style sheet that cannot be read is left out with a warning, and our base stands in its place.
pub(crate) fn parts(root: &Path, dist: Option<&Path>) -> Result<Parts, Trouble> {
    let mut parts = Parts { system: String::new(), ours: String::new(), warnings: Vec::new() };
    match dist.map(|dist| system(root, dist)).transpose() {
        Ok(system) => parts.system = system.unwrap_or_default(),
        Err(trouble) => parts.warnings.push(format!("the design system's style sheet is left out: {trouble}")),
    }
    let base = parts.system.is_empty().then_some("base");
    for name in OURS.iter().copied().chain(base) {
        let text = files::text(&root.join(format!("assets/css/{name}.css")))?;
        parts.ours.push_str(&sheet::write(&parse::parse(&text)?.into_iter().map(tight).collect::<Vec<_>>()));
        parts.ours.push('\n');
    }
    Ok(parts)
}

fn system(root: &Path, dist: &Path) -> Result<String, Trouble> {
    let tree = parse::parse(&files::text(&dist.join("css/uswds.min.css"))?)?;
    let grades = Grades::read(&files::text(&root.join("assets/grades.txt"))?);
    let narrowed = narrow::narrow(fonts::few(tree), &Words::gather(root)?);
    Ok(sheet::write(&theme::themed(narrowed, &grades)))
}

/// A rule of ours without its line ends and indents.
fn tight(node: sheet::Node) -> sheet::Node {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match node {
        sheet::Node::Rule { head, body } => {
            let declarations: Vec<String> = parse::split(&body, ';').into_iter().map(words).collect();
            sheet::Node::Rule { head: words(&head), body: declarations.join(";") }
        }
        sheet::Node::Block { head, nodes } => {
            sheet::Node::Block { head: words(&head), nodes: nodes.into_iter().map(tight).collect() }
        }
    }
}

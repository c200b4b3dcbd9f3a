//! The one style sheet: the design system as far as pages use it, or our base in its place, and our own rules.

use std::path::Path;

use crate::{
    files::{self, Trouble},
    sheet::{self, Node, fonts, grades::Grades, narrow, parse, theme},
    words::Words,
};

/// Our own files, in the order in which they count.
const OURS: &[&str] = &["theme", "frame", "record", "window", "diagram", "lists", "panels", "print"];

/// What stands first where the design system is missing.
const BASE: &str = "base";

/// The style sheet before the files that it names have their addresses: those of the design system are as seen from
/// the package's `css` directory, and ours names none.
pub(crate) fn sheet(root: &Path, dist: Option<&Path>, warnings: &mut Vec<String>) -> Result<String, Trouble> {
    let system = dist.map(|dist| system(root, dist)).transpose();
    let (mut tree, base) = match system {
        Ok(Some(tree)) => (tree, None),
        Ok(None) => (Vec::new(), Some(BASE)),
        Err(trouble) => {
            warnings.push(format!("the design system's style sheet is left out: {trouble}"));
            (Vec::new(), Some(BASE))
        }
    };
    for name in base.iter().chain(OURS) {
        let text = files::text(&root.join(format!("assets/css/{name}.css")))?;
        tree.extend(parse::parse(&text)?.into_iter().map(tight));
    }
    let grades = Grades::read(&files::text(&root.join("assets/grades.txt"))?);
    Ok(sheet::write(&theme::themed(tree, &grades)))
}

fn system(root: &Path, dist: &Path) -> Result<Vec<Node>, Trouble> {
    let tree = parse::parse(&files::text(&dist.join("css/uswds.min.css"))?)?;
    Ok(narrow::narrow(fonts::few(tree), &Words::gather(root)?))
}

/// A rule of ours without its line ends and indents.
fn tight(node: Node) -> Node {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match node {
        Node::Rule { head, body } => {
            let declarations = parse::split(&body, ';').into_iter().map(words);
            Node::Rule { head: words(&head), body: declarations.collect::<Vec<_>>().join(";") }
        }
        Node::Block { head, nodes } => {
            Node::Block { head: words(&head), nodes: nodes.into_iter().map(tight).collect() }
        }
    }
}

//! A style sheet as a tree: read, narrowed to what pages use, given a dark theme, and written again.

pub(crate) mod fonts;
pub(crate) mod grades;
pub(crate) mod narrow;
pub(crate) mod parse;
pub(crate) mod theme;
pub(crate) mod urls;

/// A part of a style sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Selectors, or an at-rule without rules in it, and declarations.
    Rule {
        /// What stands before the brace.
        head: String,
        /// What stands between the braces.
        body: String,
    },
    /// An at-rule that holds rules.
    Block {
        /// What stands before the brace.
        head: String,
        /// The rules in it.
        nodes: Vec<Node>,
    },
}

/// Writes the tree, without spaces that mean nothing.
pub(crate) fn write(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Rule { head, body } => format!("{head}{{{body}}}"),
        Node::Block { head, nodes } => format!("{head}{{{}}}", write(nodes)),
    };
    nodes.iter().map(one).collect::<Vec<_>>().join("\n")
}

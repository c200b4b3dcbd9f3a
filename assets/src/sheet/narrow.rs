//! Drops the rules that no page can use. Most of the design system's weight is utility classes of which pages use few.

use super::{Node, parse};
use crate::words::Words;

/// The tree with the selectors alone that a page can match.
pub(crate) fn narrow(nodes: Vec<Node>, words: &Words) -> Vec<Node> {
    nodes.into_iter().filter_map(|node| keep(node, words)).collect()
}

fn keep(node: Node, words: &Words) -> Option<Node> {
    match node {
        Node::Block { head, nodes } if head.starts_with("@keyframes") => Some(Node::Block { head, nodes }),
        Node::Block { head, nodes } => {
            let nodes = narrow(nodes, words);
            (!nodes.is_empty()).then_some(Node::Block { head, nodes })
        }
        Node::Rule { head, body } if head.starts_with('@') => Some(Node::Rule { head, body }),
        Node::Rule { head, body } => {
            let all = parse::split(&head, ',');
            let kept: Vec<&str> = all.into_iter().filter(|selector| matches(selector, words)).collect();
            (!kept.is_empty()).then(|| Node::Rule { head: kept.join(","), body })
        }
    }
}

fn matches(selector: &str, words: &Words) -> bool {
    classes(selector).iter().all(|class| words.keep(class))
}

/// The classes that an element must have to match. What stands in brackets, such as `:not(.a)`, asks for none.
fn classes(selector: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut signs = selector.chars().peekable();
    let mut depth = 0_usize;
    while let Some(sign) = signs.next() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => {
                let mut name = String::new();
                while let Some(next) = signs.next_if(|next| next.is_ascii_alphanumeric() || "-_\\".contains(*next)) {
                    name.extend(if next == '\\' { signs.next() } else { Some(next) });
                }
                found.push(name);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::write, *};

    fn narrowed(text: &str, used: &str) -> String {
        write(&narrow(parse::parse(text).expect("a sheet"), &Words::of(used)))
    }

    #[test]
    fn a_rule_stays_for_the_selectors_that_a_page_can_match() {
        let text = "a{top:0}.usa-tag,.usa-card{top:1px}.padding-1{top:2px}.usa-tag .padding-1{top:3px}";
        assert_eq!(narrowed(text, "usa-tag"), "a{top:0}\n.usa-tag{top:1px}");
        assert_eq!(narrowed(text, "usa-tag padding-1").lines().count(), 4);
    }

    #[test]
    fn blocks_that_hold_nothing_any_more_go() {
        let text =
            "@media print{.flex-1{top:0}}@supports (top:0){@media print{.usa-tag{top:0}}}@keyframes a{to{top:0}}";
        assert_eq!(
            narrowed(text, "usa-tag"),
            "@supports (top:0){@media print{.usa-tag{top:0}}}\n@keyframes a{to{top:0}}"
        );
    }

    #[test]
    fn names_are_read_without_their_backslashes_and_a_negation_asks_for_nothing() {
        let text = r".tablet\:flex-1:not(.usa-button){top:0}.width-1\/2{top:0}[data-a='.x']{top:0}";
        let kept = narrowed(text, "tablet:flex-1");
        assert_eq!(kept, ".tablet\\:flex-1:not(.usa-button){top:0}\n[data-a='.x']{top:0}");
    }
}

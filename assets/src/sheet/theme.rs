//! Themes. Every color of the style sheet becomes a custom property with two values; which of them counts, the system
//! says or, on the root element, `data-theme="light"` or `"dark"`. Print is always light.

use std::collections::BTreeSet;

use super::{Node, grades::Grades, parse};

/// Under which the dark values count without anybody's choice.
const AUTO: &str = "@media screen and (prefers-color-scheme:dark)";

/// The tree with properties in the place of colors, and the properties before it.
pub(crate) fn themed(nodes: Vec<Node>, grades: &Grades) -> Vec<Node> {
    let mut used = BTreeSet::new();
    let mut rest: Vec<Node> = nodes.into_iter().map(|node| with_properties(node, grades, &mut used)).collect();
    let mut themed = properties(&used, grades);
    themed.append(&mut rest);
    themed
}

fn with_properties(node: Node, grades: &Grades, used: &mut BTreeSet<String>) -> Node {
    match node {
        Node::Block { head, nodes } => {
            Node::Block { head, nodes: nodes.into_iter().map(|node| with_properties(node, grades, used)).collect() }
        }
        Node::Rule { head, body } => {
            let declarations = parse::split(&body, ';').into_iter().map(|one| declaration(one, grades, used));
            Node::Rule { head, body: declarations.collect::<Vec<_>>().join(";") }
        }
    }
}

/// A declaration with `var(--u-rrggbb)` for each color that has a dark counterpart. Outlines keep theirs: the color of
/// the focus is in the middle, to be seen on both papers.
fn declaration(text: &str, grades: &Grades, used: &mut BTreeSet<String>) -> String {
    if text.starts_with("outline") {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let length = rest[at + 1..].chars().take_while(char::is_ascii_hexdigit).count();
        let (color, after) = rest[at..].split_at(1 + length);
        written.push_str(&rest[..at]);
        match whole(color).filter(|color| grades.dark(color).is_some()) {
            Some(color) => {
                written.extend(["var(", &name(&color), ")"]);
                used.insert(color);
            }
            None => written.push_str(color),
        }
        rest = after;
    }
    written + rest
}

/// `#rrggbb`, in small letters, of a color in six or three digits.
fn whole(color: &str) -> Option<String> {
    let digits = color.strip_prefix('#')?.to_ascii_lowercase();
    match digits.len() {
        6 => Some(format!("#{digits}")),
        3 => Some(digits.chars().fold("#".to_owned(), |all, digit| format!("{all}{digit}{digit}"))),
        _ => None,
    }
}

fn name(color: &str) -> String {
    color.replace('#', "--u-")
}

fn properties(used: &BTreeSet<String>, grades: &Grades) -> Vec<Node> {
    let values = |value: &dyn Fn(&str) -> String| {
        used.iter().map(|color| format!("{}:{}", name(color), value(color))).collect::<Vec<_>>().join(";")
    };
    let light = format!("color-scheme:light;{}", values(&|color| color.to_owned()));
    let dark = format!("color-scheme:dark;{}", values(&|color| grades.dark(color).unwrap_or(color).to_owned()));
    let rule = |head: &str, body: &str| Node::Rule { head: head.to_owned(), body: body.to_owned() };
    let block = |head: &str, rule: Node| Node::Block { head: head.to_owned(), nodes: vec![rule] };
    vec![
        rule(":root", &light),
        block(AUTO, rule(":root:not([data-theme=light])", &dark)),
        block("@media screen", rule(":root[data-theme=dark]", &dark)),
    ]
}

#[cfg(test)]
mod tests {
    use super::{super::write, *};

    fn of(text: &str) -> String {
        let grades = Grades::read("gray 10:#e6e6e6 90:#1b1b1b");
        write(&themed(parse::parse(text).expect("a sheet"), &grades))
    }

    #[test]
    fn a_color_becomes_a_property_with_two_values() {
        let text = of("a{color:#1B1B1B;border:1px solid #fff}");
        assert!(text.ends_with("a{color:var(--u-1b1b1b);border:1px solid var(--u-ffffff)}"), "{text}");
        assert!(text.starts_with(":root{color-scheme:light;--u-1b1b1b:#1b1b1b;--u-ffffff:#ffffff}"), "{text}");
        assert!(text.contains(":root[data-theme=dark]{color-scheme:dark;--u-1b1b1b:#e6e6e6;--u-ffffff:#121212}"));
    }

    #[test]
    fn dark_values_count_on_screens_only_and_a_choice_of_light_wins() {
        let text = of("a{color:#fff}");
        assert!(
            text.contains("@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){"),
            "{text}"
        );
        assert!(text.contains("@media screen{:root[data-theme=dark]{"), "{text}");
        assert!(!text.contains("@media print"));
    }

    #[test]
    fn what_is_no_known_color_stays_and_so_does_the_focus() {
        assert!(of("a{outline:1px solid #1b1b1b}").ends_with("a{outline:1px solid #1b1b1b}"));
        let text = of("a{color:#123456;fill:url(#e6e);top:0}@media (forced-colors:active){a{color:ButtonText}}");
        assert!(text.contains("a{color:#123456;fill:url(#e6e);top:0}"), "{text}");
        assert!(text.contains("{a{color:ButtonText}}"), "{text}");
    }
}

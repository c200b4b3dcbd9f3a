//! Reads a style sheet into a tree. It knows strings, comments, brackets and braces, and nothing of what they mean.

use super::Node;
use crate::files::Trouble;

/// At-rules that hold rules.
const BLOCKS: &[&str] = &["@media", "@supports", "@keyframes", "@layer", "@container"];

/// The tree of a style sheet. Statements, such as `@charset`, are left out.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, Trouble> {
    nodes(&without_comments(text))
}

fn nodes(text: &str) -> Result<Vec<Node>, Trouble> {
    let mut nodes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(sign) = find(rest, &['{', ';']) else { break };
        let head = rest[..sign].trim();
        if rest[sign..].starts_with(';') {
            rest = &rest[sign + 1..];
            continue;
        }
        let inside = &rest[sign + 1..];
        let end = closing(inside).ok_or_else(|| Trouble::new(format!("style sheet: no brace closes {head}")))?;
        nodes.push(node(head, &inside[..end])?);
        rest = &inside[end + 1..];
    }
    if rest.is_empty() { Ok(nodes) } else { Err(Trouble::new(format!("style sheet: no rule in {rest}"))) }
}

fn node(head: &str, body: &str) -> Result<Node, Trouble> {
    let head = head.to_owned();
    if BLOCKS.iter().any(|block| head.starts_with(block)) {
        Ok(Node::Block { head, nodes: nodes(body)? })
    } else {
        Ok(Node::Rule { head, body: body.trim().to_owned() })
    }
}

/// Where one of the signs stands first, outside of strings and round brackets.
pub(crate) fn find(text: &str, signs: &[char]) -> Option<usize> {
    let mut depth = 0_usize;
    outside_strings(text).find_map(|(at, sign)| {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && signs.contains(&sign) => return Some(at),
            _ => {}
        }
        None
    })
}

/// Where the brace stands that closes what is open at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    outside_strings(text).find_map(|(at, sign)| {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// The signs of a text that stand in no string and after no backslash.
fn outside_strings(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut open: Option<char> = None;
    let mut escaped = false;
    text.char_indices().filter(move |(_, sign)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match (open, *sign) {
            (_, '\\') => escaped = true,
            (Some(quote), sign) if sign == quote => open = None,
            (None, '"' | '\'') => open = Some(*sign),
            (None, _) => return true,
            (Some(_), _) => {}
        }
        false
    })
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The parts of a text between commas or semicolons at its top level.
pub(crate) fn split(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, &[sign]) {
        parts.push(rest[..at].trim());
        rest = &rest[at + sign.len_utf8()..];
    }
    parts.push(rest.trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::{super::write, *};

    #[test]
    fn a_sheet_that_is_written_again_says_the_same() {
        let text = "@charset \"UTF-8\";/*! x{ */a{color:red}@media print{a:after{content:\"}{\"}b{margin:0}}";
        let tree = parse(text).expect("a sheet");
        assert_eq!(write(&tree), "a{color:red}\n@media print{a:after{content:\"}{\"}\nb{margin:0}}");
    }

    #[test]
    fn addresses_and_selectors_may_hold_any_sign() {
        let tree = parse(r"a{background:url(data:x;y,z)}.tablet\:b:is(.c,.d){top:0}").expect("a sheet");
        assert_eq!(tree.len(), 2);
        assert_eq!(split(".a:is(.b,.c),d", ','), [".a:is(.b,.c)", "d"]);
    }

    #[test]
    fn a_brace_that_is_missing_is_told() {
        let trouble = parse("a{color:red").expect_err("not closed");
        assert_eq!(trouble.to_string(), "style sheet: no brace closes a");
        assert!(parse("a{top:0} b").is_err(), "a selector without declarations");
    }
}

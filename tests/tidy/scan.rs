//! Reads Rust source as far as the rules need it: code without comments, literals and tests, its tokens, and the paths
//! that it names. A full parser would be a dependency for what a page of code does.

use std::ops::Range;

/// One file, by its path from the root of the repository.
#[derive(Debug, Clone)]
pub struct Source {
    /// With forward slashes, e.g. `src/domain/notice.rs`.
    pub path: String,
    /// As it stands on disk.
    pub text: String,
}

impl Source {
    /// A file that does not exist on disk, to show that a rule can fail.
    pub fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether the whole file is tests, which may name what they like.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
    }

    /// The module path of a file below `src/`: `src/domain/engagement/mod.rs` is `domain`, `engagement`. The crate's
    /// roots have none.
    pub fn module(&self) -> Vec<String> {
        let Some(inner) = self.path.split_once("src/").map(|(_, inner)| inner) else { return Vec::new() };
        let mut parts: Vec<String> = inner.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
            parts.pop();
        }
        parts
    }

    /// Every path that the production code of this file names, with its line. `super` and `self` are resolved to
    /// `crate`, and a group of imports to its members.
    pub fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let tokens = tokens(&without_tests(&code(&self.text)));
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let line = tokens[at].line;
            let mut paths = Vec::new();
            let next = match tokens[at].text.as_str() {
                "use" => expand(&tokens, at + 1, Vec::new(), &mut paths),
                _ if starts_path(&tokens, at) => expand(&tokens, at, Vec::new(), &mut paths),
                _ => at + 1,
            };
            found.extend(paths.into_iter().map(|path| (line, resolve(path, &self.module()))));
            at = next.max(at + 1);
        }
        found.retain(|(_, path)| !path.is_empty());
        found
    }

    /// Words and signs of the production code.
    pub fn tokens(&self) -> Vec<Token> {
        tokens(&without_tests(&code(&self.text)))
    }
}

/// A word, `::`, or a single sign.
#[derive(Debug, Clone)]
pub struct Token {
    /// Counted from 1.
    pub line: usize,
    /// The word or sign.
    pub text: String,
}

fn is_word(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.text.starts_with(|first: char| first.is_alphanumeric() || first == '_'))
}

fn is_sign(token: Option<&Token>, sign: &str) -> bool {
    token.is_some_and(|token| token.text == sign)
}

/// A word followed by `::` starts a path, unless it is itself the middle of one (`a::b::c`, `<T as U>::b::c`).
fn starts_path(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|index| tokens.get(index));
    let before_that = at.checked_sub(2).and_then(|index| tokens.get(index));
    let continues = is_sign(before, "::") && (is_word(before_that) || is_sign(before_that, ">"));
    is_word(tokens.get(at)) && is_sign(tokens.get(at + 1), "::") && !continues
}

/// Adds the paths of the tree at `at`, each with `prefix` before it, and returns where the tree ends.
fn expand(tokens: &[Token], mut at: usize, mut prefix: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    loop {
        if is_sign(tokens.get(at), "::") {
            at += 1;
        } else if is_sign(tokens.get(at), "{") {
            return expand_group(tokens, at + 1, &prefix, found);
        } else if is_word(tokens.get(at)) && tokens[at].text != "as" {
            prefix.push(tokens[at].text.clone());
            at += 1;
            if !is_sign(tokens.get(at), "::") {
                found.push(prefix);
                return at;
            }
        } else {
            found.push(prefix);
            return at;
        }
    }
}

fn expand_group(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    while at < tokens.len() && !is_sign(tokens.get(at), "}") {
        at = if is_sign(tokens.get(at), ",") {
            at + 1
        } else if is_sign(tokens.get(at), "as") {
            at + 2
        } else {
            expand(tokens, at, prefix.to_vec(), found).max(at + 1)
        };
    }
    at + 1
}

fn resolve(path: Vec<String>, module: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let own = usize::from(path.first().is_some_and(|part| part == "self"));
    if ups + own == 0 {
        return path;
    }
    let base = &module[..module.len().saturating_sub(ups)];
    std::iter::once("crate".to_owned()).chain(base.iter().cloned()).chain(path.into_iter().skip(ups + own)).collect()
}

fn tokens(code: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len());
            let length = match word {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                length => length,
            };
            found.push(Token { line: index + 1, text: rest[..length].to_owned() });
            rest = rest[length..].trim_start();
        }
    }
    found
}

/// The text with comments and the contents of literals blanked, line for line.
pub fn code(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment(&chars, at);
        blank(&mut chars, at..end);
        at = end.max(at + 1);
    }
    chars.into_iter().collect()
}

fn blank(chars: &mut [char], range: Range<usize>) {
    for sign in &mut chars[range] {
        if *sign != '\n' {
            *sign = ' ';
        }
    }
}

/// Where the comment or literal that starts at `at` ends; `at` itself where none starts.
fn literal_or_comment(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => find(chars, at, &['\n']).unwrap_or(chars.len()),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => quoted_end(chars, at, '"'),
        'r' if !at.checked_sub(1).is_some_and(|index| is_plain_word(chars[index])) => raw_string_end(chars, at),
        '\'' if next == Some('\\') => quoted_end(chars, at, '\''),
        '\'' if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

/// Whether a sign before `r` makes that `r` the end of a word; `br"` and `cr"` are raw strings all the same.
fn is_plain_word(sign: char) -> bool {
    (sign.is_alphanumeric() || sign == '_') && sign != 'b' && sign != 'c'
}

fn find(chars: &[char], from: usize, wanted: &[char]) -> Option<usize> {
    (from..chars.len()).find(|index| chars[*index..].starts_with(wanted))
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut index) = (0_usize, at);
    while index < chars.len() {
        if chars[index..].starts_with(&['/', '*']) {
            (depth, index) = (depth + 1, index + 2);
        } else if chars[index..].starts_with(&['*', '/']) {
            (depth, index) = (depth - 1, index + 2);
            if depth == 0 {
                return index;
            }
        } else {
            index += 1;
        }
    }
    index
}

fn quoted_end(chars: &[char], at: usize, quote: char) -> usize {
    let mut index = at + 1;
    while index < chars.len() && chars[index] != quote {
        index += if chars[index] == '\\' { 2 } else { 1 };
    }
    (index + 1).min(chars.len())
}

fn raw_string_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|sign| **sign == '#').count();
    if chars.get(at + 1 + hashes) != Some(&'"') {
        return at;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    find(chars, at + 2 + hashes, &close).map_or(chars.len(), |end| end + close.len())
}

/// Blanks every item under `#[cfg(test)]`, in code whose literals are blanked already.
pub fn without_tests(code: &str) -> String {
    let mut chars: Vec<char> = code.chars().collect();
    let attribute: Vec<char> = "#[cfg(test)]".chars().collect();
    let mut at = 0;
    while let Some(start) = find(&chars, at, &attribute) {
        let end = item_end(&chars, start + attribute.len());
        blank(&mut chars, start..end);
        at = end;
    }
    chars.into_iter().collect()
}

/// An item ends with its first `;` outside braces or with the brace that closes its first one.
fn item_end(chars: &[char], from: usize) -> usize {
    let mut depth = 0_usize;
    for (index, sign) in chars.iter().enumerate().skip(from) {
        match sign {
            ';' if depth == 0 => return index + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return index + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    chars.len()
}

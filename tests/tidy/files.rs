//! What a file may hold and what the repository may say.

use super::scan::{Source, code, without_tests};
use std::path::{Component, Path, PathBuf};

/// The most lines of a production file.
const LINES: usize = 400;
/// The most lines of a file of tests: tables of cases grow longer than code may.
const TEST_LINES: usize = 800;

/// Files that are longer than a reader holds in mind. Tests at the end of a production file do not count.
pub fn length(sources: &[Source]) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in sources {
        let (lines, limit) = if source.is_test() {
            (source.text.lines().count(), TEST_LINES)
        } else {
            (production_lines(source), LINES)
        };
        if lines > limit {
            offenders.push(format!("{}: {lines} lines of at most {limit}", source.path));
        }
    }
    offenders
}

/// All lines but those of items under `#[cfg(test)]`.
fn production_lines(source: &Source) -> usize {
    let with_tests = code(&source.text);
    let production = without_tests(&with_tests);
    let of_tests = with_tests.lines().zip(production.lines()).filter(|(all, left)| all != left).count();
    source.text.lines().count() - of_tests
}

/// Files whose first line of text is no `//!`; inner attributes may stand before it.
pub fn heads(sources: &[Source]) -> Vec<String> {
    let first = |source: &Source| {
        let lines = source.text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with("#![")).map(str::to_owned).next().unwrap_or_default()
    };
    let says = |line: &str| line.strip_prefix("//!").is_some_and(|rest| !rest.trim().is_empty());
    sources.iter().filter(|source| !says(&first(source))).map(|source| source.path.clone()).collect()
}

/// Crate roots without the prohibition of unsafe code.
pub fn unsafe_code(sources: &[Source]) -> Vec<String> {
    let is_root = |source: &&Source| source.path.ends_with("src/lib.rs") || source.path.ends_with("src/main.rs");
    let forbids = |source: &Source| code(&source.text).lines().any(|line| line.trim() == "#![forbid(unsafe_code)]");
    sources.iter().filter(is_root).filter(|source| !forbids(source)).map(|source| source.path.clone()).collect()
}

/// Marks of unfinished work, as whole words.
pub fn unfinished(sources: &[Source]) -> Vec<String> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME")];
    lines_with(sources, |line| {
        line.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|word| marks.contains(&word))
    })
}

/// Paths of a developer's machine and hosts of package registries. Lock files say where packages come from.
pub fn places(sources: &[Source]) -> Vec<String> {
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    let hosts = [
        concat!("crates", ".io"),
        concat!("registry.npm", "js"),
        concat!("registry.yarn", "pkg"),
        concat!("pypi", ".org"),
        concat!("python", "hosted.org"),
        concat!("proxy.go", "lang.org"),
        concat!("docker", ".io"),
        concat!("ghcr", ".io"),
    ];
    let is_lock = |source: &Source| {
        ["Cargo.lock", "package-lock.json"].iter().any(|name| Path::new(&source.path).ends_with(name))
    };
    let sources: Vec<Source> = sources.iter().filter(|source| !is_lock(source)).cloned().collect();
    lines_with(&sources, |line| {
        hosts.iter().any(|host| line.contains(host)) || paths.iter().any(|path| names_path(line, path))
    })
}

/// Classes of the design system outside of the partials and of the parts that fill them in.
pub fn classes(sources: &[Source]) -> Vec<String> {
    let homes = ["templates/partials/", "src/web/pages/ui/"];
    let is_home = |source: &Source| homes.iter().any(|home| source.path.starts_with(home));
    let sources: Vec<Source> = sources.iter().filter(|source| !is_home(source)).cloned().collect();
    lines_with(&sources, |line| line.contains("usa-"))
}

/// Whether an absolute path begins here: what stands before it is no part of a longer path or address.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path)
        .any(|(at, _)| !line[..at].ends_with(|sign: char| sign.is_alphanumeric() || "._-~*{}".contains(sign)))
}

fn lines_with(sources: &[Source], offends: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in sources {
        for (index, line) in source.text.lines().enumerate().filter(|(_, line)| offends(line)) {
            offenders.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
        }
    }
    offenders
}

/// Entities with functions of their own: only what relations need may be implemented.
pub fn entities(sources: &[Source]) -> Vec<String> {
    let traits = ["ActiveModelBehavior", "Linked", "Related", "RelationTrait"];
    let mut offenders = Vec::new();
    for source in sources {
        let tokens = source.tokens();
        for pair in tokens.windows(2) {
            let (word, next) = (pair[0].text.as_str(), pair[1].text.as_str());
            let offends = match word {
                "fn" => !["def", "link", "to", "via"].contains(&next),
                "impl" => !traits.contains(&next),
                "async" | "static" | "macro_rules" => true,
                _ => false,
            };
            if offends {
                offenders.push(format!("{}:{}: {word} {next}", source.path, pair[0].line));
            }
        }
    }
    offenders
}

/// Links of Markdown files that lead to no file of the repository. Addresses and anchors are not looked at.
pub fn links(sources: &[Source], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offenders = Vec::new();
    for source in sources.iter().filter(|source| Path::new(&source.path).extension().is_some_and(|e| e == "md")) {
        let mut fenced = false;
        for (index, line) in source.text.lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            let targets = if fenced { Vec::new() } else { targets(line) };
            for target in targets {
                let file = target.split('#').next().unwrap_or_default();
                let outside = target.contains("://") || target.starts_with("mailto:") || file.is_empty();
                if !outside && !beside(&source.path, file).is_some_and(|path| exists(&path)) {
                    offenders.push(format!("{}:{}: {target}", source.path, index + 1));
                }
            }
        }
    }
    offenders
}

/// What `](target)` and `[name]: target` name in a line, outside of code.
fn targets(line: &str) -> Vec<String> {
    let prose: String = line.split('`').step_by(2).collect();
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']).to_owned();
    let inline = prose.split("](").skip(1).map(|rest| first(rest.split(')').next().unwrap_or_default()));
    let reference = prose.trim_start().starts_with('[').then(|| prose.split_once("]: ")).flatten();
    inline.chain(reference.map(|(_, target)| first(target))).collect()
}

/// The path of a link as seen from the root of the repository; none where it leads out of it.
fn beside(document: &str, target: &str) -> Option<String> {
    let joined = Path::new(document).parent()?.join(target);
    let mut path = PathBuf::new();
    for component in joined.components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir => path.pop().then_some(())?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path.display().to_string())
}

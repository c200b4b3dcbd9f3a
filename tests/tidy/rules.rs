//! The table of the numbered rules: 28 invariants, 24 clocks (D11 and D16 have two each) and 20 notices. Each is proved
//! by a test that names it, and each comes with one change of the sources under which that test fails. Whether it does
//! fail, `scripts/mutants` tries; here stands what can be seen without building: that no rule is missing or twice, that
//! its test exists, names the rule and is not skipped, and that the change applies.

use super::scan::Source;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Where the table stands.
pub const TABLE: &str = "tests/rules/rules.toml";

/// The clocks that share a number, by what is told apart.
const HALVES: &[(usize, [&str; 2])] = &[(11, ["consent", "concurrence"]), (16, ["notice", "detail"])];

/// The whole table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rules: Vec<Row>,
}

/// One rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: String,
    says: String,
    test: String,
    binary: String,
    mutation: Mutation,
}

/// A change of one file under which the rule's test fails.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    file: String,
    find: String,
    replace: String,
}

/// Every rule by its name in the table.
pub fn names() -> Vec<String> {
    let invariants = (1..=28).map(|number| format!("invariant {number}"));
    let clocks = (1..=22).flat_map(|number| {
        let halves = HALVES.iter().find(|(of, _)| *of == number);
        halves.map_or_else(
            || vec![format!("D{number}")],
            |(_, halves)| halves.iter().map(|half| format!("D{number} {half}")).collect(),
        )
    });
    let notices = (1..=20).map(|number| format!("N{number}"));
    invariants.chain(clocks).chain(notices).collect()
}

/// What is wrong with the table, held against the files of the repository.
pub fn table(text: &str, sources: &[Source]) -> Vec<String> {
    let table: Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => return vec![format!("the table cannot be read: {error}")],
    };
    let mut offenders = completeness(&table.rules);
    for row in &table.rules {
        let faults = [sentence(row), test(row, sources), mutation(&row.mutation, sources)];
        offenders.extend(faults.into_iter().flatten().map(|fault| format!("{}: {fault}", row.rule)));
    }
    offenders
}

fn completeness(rows: &[Row]) -> Vec<String> {
    let count = |name: &str| rows.iter().filter(|row| row.rule == name).count();
    let known: BTreeSet<String> = names().into_iter().collect();
    let missing = known.iter().filter(|name| count(name) != 1).map(|name| format!("{name}: {} rows", count(name)));
    let unknown = rows.iter().filter(|row| !known.contains(&row.rule)).map(|row| format!("{}: no such rule", row.rule));
    missing.chain(unknown).collect()
}

fn sentence(row: &Row) -> Option<String> {
    let whole = row.says.ends_with('.') && !row.says.contains('\n');
    (!whole).then(|| format!("`says` is one sentence on one line, not {:?}", row.says))
}

fn mutation(mutation: &Mutation, sources: &[Source]) -> Option<String> {
    let Some(source) = sources.iter().find(|source| source.path == mutation.file) else {
        return Some(format!("{} does not exist", mutation.file));
    };
    let times = if mutation.find.is_empty() { 0 } else { source.text.matches(&mutation.find).count() };
    if times != 1 {
        return Some(format!("{:?} stands {times} times in {}", mutation.find, mutation.file));
    }
    (mutation.find == mutation.replace).then(|| "the change changes nothing".to_owned())
}

/// The test exists, says in its name or its comment which rule it proves, and is not skipped.
fn test(row: &Row, sources: &[Source]) -> Option<String> {
    let mut path: Vec<&str> = row.test.split("::").collect();
    // A story that runs on both databases has a test for each, named after it.
    if path.last().is_some_and(|last| ["sqlite", "postgresql"].contains(last)) {
        path.pop();
    }
    let (name, modules) = path.split_last()?;
    let places = places(&row.binary, modules);
    let head = sources.iter().filter(|source| places.contains(&source.path)).find_map(|file| head(&file.text, name));
    match head {
        None => Some(format!("no test {} in {}", row.test, places.join(", "))),
        Some(head) if head.contains("#[ignore") => Some(format!("{} is skipped", row.test)),
        Some(head) if row.binary != "it" && !head.contains("#[test]") => Some(format!("{} is no test", row.test)),
        Some(head) if !says(&format!("{head} {}", name.replace('_', " ")), &row.rule) => {
            Some(format!("{} does not name the rule", row.test))
        }
        Some(_) => None,
    }
}

/// Where a module stands: in a file of its own, or at the end of the file above it.
fn places(binary: &str, modules: &[&str]) -> Vec<String> {
    let root = if binary == "lib" { "src".to_owned() } else { format!("tests/{binary}") };
    let file = |modules: &[&str]| {
        let path = [&[root.as_str()], modules].concat().join("/");
        [format!("{path}.rs"), format!("{path}/mod.rs")]
    };
    let inline = modules.split_last().filter(|(last, _)| **last == "tests").map(|(_, above)| file(above));
    file(modules).into_iter().chain(inline.into_iter().flatten()).collect()
}

/// The comment and the attributes of a function.
fn head(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.contains(&format!("fn {name}(")))?;
    let above = lines[..at].iter().rev().take_while(|line| line.starts_with("///") || line.starts_with("#["));
    let mut head: Vec<&str> = above.copied().collect();
    head.reverse();
    Some(head.join(" ").replace("///", ""))
}

/// Whether a comment names the rule: `D5`, `N7`, `Invariant 5`, or a list as in `Invariants 3, 4 and 6`.
fn says(comment: &str, rule: &str) -> bool {
    let words: Vec<String> =
        comment.split(|sign: char| !sign.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    match rule.strip_prefix("invariant ") {
        Some(number) => words.iter().enumerate().any(|(at, word)| {
            let mut listed = words[at + 1..].iter().take_while(|w| *w == "and" || w.parse::<u8>().is_ok());
            word.strip_suffix('s').unwrap_or(word) == "invariant" && listed.any(|word| word == number)
        }),
        None => rule.split(' ').next().is_some_and(|code| words.contains(&code.to_lowercase())),
    }
}

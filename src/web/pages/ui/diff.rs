//! How a text changed, line by line; within a changed line the words that changed. What was taken out and what came in
//! is said in words too, not by color alone.

use askama::Template;

use crate::app::documents::{ChangedLine, Hunk, LineChange, LinePart};

/// How a text changed.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/diff.html")]
pub struct Diff {
    /// The parts in which something changed, each with the lines around it.
    pub hunks: Vec<Hunk>,
}

impl Diff {
    /// Lines that came in, and lines that were taken out.
    pub fn counts(&self) -> (usize, usize) {
        let lines = |change: LineChange| {
            self.hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.change == change).count()
        };
        (lines(LineChange::Added), lines(LineChange::Removed))
    }

    /// The same in words.
    fn said(&self) -> String {
        let count = |number: usize| format!("{number} line{}", if number == 1 { "" } else { "s" });
        let (added, removed) = self.counts();
        format!("{} added or changed, {} removed or changed.", count(added), count(removed))
    }

    /// Whether the part is marked: where no word of a line is singled out, all of it came in or was taken out.
    fn is_marked(line: &ChangedLine, part: &LinePart) -> bool {
        part.changed || line.change != LineChange::Same && !line.parts.iter().any(|one| one.changed)
    }

    const fn sign(line: &ChangedLine) -> &'static str {
        match line.change {
            LineChange::Same => " ",
            LineChange::Removed => "-",
            LineChange::Added => "+",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_marked_and_escaped() {
        let part = |text: &str, changed| LinePart { text: text.to_owned(), changed };
        let lines = vec![
            ChangedLine { change: LineChange::Same, parts: vec![part("a", false)] },
            ChangedLine { change: LineChange::Removed, parts: vec![part("for ", false), part("<two>", true)] },
            ChangedLine { change: LineChange::Added, parts: vec![part("for ", false), part("five", true)] },
            ChangedLine { change: LineChange::Added, parts: vec![part("a line of its own", false)] },
        ];
        let html = Diff { hunks: vec![Hunk { from_line: 1, to_line: 1, lines }] }.render().expect("a diff");
        assert!(html.contains("for <del>&#60;two&#62;</del>"), "{html}");
        assert!(html.contains("for <ins>five</ins>"), "{html}");
        assert!(html.contains("2 lines added or changed, 1 line removed or changed."), "{html}");
        assert!(html.contains("<ins>a line of its own</ins>"), "{html}");
        let none = Diff { hunks: Vec::new() }.render().expect("a diff");
        assert!(none.contains("The two texts are the same."), "{none}");
    }
}

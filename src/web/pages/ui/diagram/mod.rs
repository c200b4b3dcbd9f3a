//! A workflow as a drawing: its stages one below the other, and lines for what leads from each to which. What it shows
//! stands in a table too, so that nobody depends on seeing it.

mod layout;

use askama::Template;

use layout::{Layout, draw};

/// A stage to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramStage {
    /// What people read.
    pub name: String,
    /// Whether it ends what goes through it.
    pub ends: bool,
}

/// What leads from one stage to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramWay {
    /// The place of the stage that it leads from; none where it is the beginning.
    pub from: Option<usize>,
    /// The place of the stage that it leads to.
    pub to: usize,
    /// What brings it about, each in a few words.
    pub by: Vec<String>,
}

/// The drawing.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/diagram.html")]
pub struct Diagram {
    /// Its id, unique on the page.
    id: String,
    /// What it shows.
    title: String,
    /// The same, told in sentences.
    description: String,
    /// Where everything stands.
    layout: Layout,
}

impl Diagram {
    /// A drawing of these stages, in the order of the lifecycle, and of what leads from each to which.
    pub fn new(id: &str, title: impl Into<String>, stages: &[DiagramStage], ways: &[DiagramWay]) -> Self {
        let description = described(stages, ways);
        Self { id: id.to_owned(), title: title.into(), description, layout: draw(stages, ways) }
    }
}

/// Where it begins and ends, and how the lines are to be read.
fn described(stages: &[DiagramStage], ways: &[DiagramWay]) -> String {
    let first = ways.iter().filter(|way| way.from.is_none()).filter_map(|way| stages.get(way.to));
    let first: Vec<&str> = first.map(|stage| stage.name.as_str()).collect();
    let last: Vec<&str> = stages.iter().filter(|stage| stage.ends).map(|stage| stage.name.as_str()).collect();
    let named = |what: &str, names: &[&str]| match names {
        [] => String::new(),
        names => format!("{what} {}. ", names.join(", ")),
    };
    format!(
        "{}{}Lines on the right lead on, lines on the left lead back. The table below says the same in words.",
        named("Begins with", &first),
        named("Ends with", &last)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_it_begins_and_ends_and_escapes_what_it_is_given() {
        let stage = |name: &str, ends| DiagramStage { name: name.to_owned(), ends };
        let way = |from, to| DiagramWay { from, to, by: vec!["move <on>".to_owned()] };
        let diagram = Diagram::new(
            "flow",
            "How",
            &[stage("Draft", false), stage("Done", true)],
            &[way(None, 0), way(Some(0), 1)],
        );
        assert!(diagram.description.starts_with("Begins with Draft. Ends with Done. Lines on the right"));
        let html = diagram.render().expect("it renders");
        for said in
            ["role=\"img\"", "aria-labelledby=\"flow-title flow-description\"", "tabindex=\"0\"", "&#60;on&#62;"]
        {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert_eq!(html.matches("ar-diagram__stage--end").count(), 1, "{html}");
        assert!(!html.contains("style="), "nothing inline");
    }

    #[test]
    fn what_neither_begins_nor_ends_is_described_by_its_lines_alone() {
        assert!(described(&[], &[]).starts_with("Lines on the right"));
    }
}

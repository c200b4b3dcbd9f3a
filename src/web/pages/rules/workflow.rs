//! The workflow of each kind of record: where each stage leads, the transitions, and what must hold before them.

use std::{collections::BTreeMap, sync::OnceLock};

use axum::{extract::State, http::request::Parts, response::Response, routing::get};

use crate::{
    app::AppError,
    authz::{Chapter, GuardLine, Line},
    domain::{actor::Role, id::Kind, workflow::is_over},
    web::{
        Web,
        extract::Path,
        pages::{
            PageRoute,
            sheet::Sheet,
            ui::{Act, Acts, Diagram, DiagramStage, DiagramWay, Inline, Row, Section, Table},
            words,
        },
    },
};

/// The index.
const PATH: &str = "/workflow";

/// What the tables and policies that are compiled in say; the same for every request.
static CHAPTERS: OnceLock<BTreeMap<&'static str, Chapter>> = OnceLock::new();

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(index)), PageRoute::get("/workflow/{kind}", get(page))]
}

async fn index(State(web): State<Web>, parts: Parts) -> Result<Response, AppError> {
    let way = |kind: Kind| Act {
        href: format!("{PATH}/{}", kind.name()),
        label: words::kinds(kind).to_owned(),
        summary: String::new(),
        next: false,
    };
    Sheet::for_anybody(&web, parts, "Workflow")
        .await
        .lead("Stages, transitions, guards and actors, printed from the tables that commands are decided by.")
        .with(Acts { open: Kind::ALL.map(way).into(), blocked: Vec::new() })
        .answer()
}

async fn page(State(web): State<Web>, Path(name): Path<String>, parts: Parts) -> Result<Response, AppError> {
    let kind = Kind::from_name(&name).ok_or(AppError::NotFound)?;
    let chapters = CHAPTERS.get_or_init(|| {
        let chapter = |kind: Kind| (kind.name(), Chapter::of(web.app.engine(), kind));
        Kind::ALL.into_iter().map(chapter).collect()
    });
    let chapter = chapters.get(kind.name()).ok_or(AppError::NotFound)?;
    Sheet::for_anybody(&web, parts, format!("Workflow of {}", words::kinds(kind).to_lowercase()))
        .await
        .below(PATH, "Workflow")
        .section(Section::new("stages", "Where each stage leads").with(drawing(kind, chapter)).with(stages(chapter)))
        .section(Section::new("transitions", "Transitions").with(transitions(chapter)))
        .section(Section::new("guards", "What must hold").with(guards(&chapter.guards)))
        .answer()
}

/// The stages and what leads from each to which, as a drawing; the table below it says the same.
fn drawing(kind: Kind, chapter: &Chapter) -> Diagram {
    let stage = |name: &&'static str| DiagramStage { name: words::label(name), ends: is_over(kind, name) };
    let stages: Vec<DiagramStage> = chapter.stages.iter().map(stage).collect();
    let title = format!("Workflow of {} as a drawing", words::kinds(kind).to_lowercase());
    Diagram::new("workflow", title, &stages, &drawn(chapter))
}

/// Every pair of stages that some transition leads between, once, with all that brings it about. What leaves a record
/// in its stage is no way.
fn drawn(chapter: &Chapter) -> Vec<DiagramWay> {
    let place = |stage: &str| chapter.stages.iter().position(|known| *known == stage);
    let mut ways: Vec<DiagramWay> = Vec::new();
    for line in &chapter.transitions {
        let Some(to) = line.to.and_then(place) else { continue };
        let makes = line.from.is_empty().then_some(None);
        for from in line.from.iter().map(|stage| place(stage)).chain(makes) {
            let by = words::words(&line.trigger);
            match ways.iter_mut().find(|way| (way.from, way.to) == (from, to)) {
                Some(way) if way.by.contains(&by) => {}
                Some(way) => way.by.push(by),
                None => ways.push(DiagramWay { from, to, by: vec![by] }),
            }
        }
    }
    ways
}

/// The stages, each with those that it leads to and what brings it there.
fn stages(chapter: &Chapter) -> Table {
    let made = chapter.transitions.iter().filter(|line| line.from.is_empty());
    let begin = Row::new(vec![Inline::text("Before it is made"), ways(made)]);
    let row = |stage: &&'static str| {
        let from = chapter.transitions.iter().filter(|line| line.from.contains(stage));
        let mut row = Row::new(vec![Inline::Tag(words::label(stage)), ways(from)]);
        row.id = format!("stage-{stage}");
        row
    };
    Table::new("Stages in the order of the lifecycle", &["Stage", "Leads to"], "None.")
        .with([begin])
        .with(chapter.stages.iter().map(row))
}

/// The stages that these lines lead to; none where nothing leads on.
fn ways<'a>(lines: impl Iterator<Item = &'a Line>) -> Inline {
    let way = |line: &Line| {
        let to = line.to?;
        let text = format!("{}: {}", words::label(to), words::words(&line.trigger));
        Some(Inline::link(format!("#stage-{to}"), text))
    };
    let ways: Vec<Inline> = lines.filter_map(way).collect();
    if ways.is_empty() { Inline::text("Ends here") } else { Inline::list(ways) }
}

fn transitions(chapter: &Chapter) -> Table {
    let row = |line: &Line| {
        let any = line.from == chapter.stages && chapter.stages.len() > 1;
        let from: Vec<String> = line.from.iter().map(|stage| words::label(stage)).collect();
        let from = if any { "Any".to_owned() } else { from.join(", ") };
        let guards = line.guards.iter().map(|guard| Inline::link(format!("#guard-{guard}"), words::label(guard)));
        Row::new(vec![
            Inline::text(words::label(&line.trigger)),
            Inline::text(line.number.unwrap_or_default()),
            Inline::text(from),
            Inline::text(line.to.map_or_else(|| "Stays".to_owned(), words::label)),
            Inline::text(actors(&line.actors)),
            Inline::list(guards),
        ])
    };
    let columns = ["By", "Number", "From", "To", "Who", "What must hold"];
    Table::new("Transitions", &columns, "None.").with(chapter.transitions.iter().map(row))
}

/// Codes of roles as names; whatever else stands among them stays.
fn actors(codes: &str) -> String {
    let word = |word: &str| {
        let code = word.trim_end_matches([',', ';', ':']);
        let end = word.get(code.len()..).unwrap_or_default();
        Role::from_code(code).map_or_else(|| words::words(word), |role| format!("{}{end}", words::role_name(role)))
    };
    if codes == "-" { String::new() } else { codes.split(' ').map(word).collect::<Vec<_>>().join(" ") }
}

fn guards(guards: &[GuardLine]) -> Table {
    let row = |guard: &GuardLine| Row {
        cells: vec![
            Inline::text(words::label(guard.name)),
            Inline::text(guard.meaning),
            Inline::text(words::label(guard.judged)),
        ],
        id: format!("guard-{}", guard.name),
        ..Row::default()
    };
    Table::new("Guards", &["Guard", "What must hold", "Judged"], "Nothing is asked.").with(guards.iter().map(row))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use askama::Template as _;

    use super::*;
    use crate::{authz::Engine, domain::workflow};

    /// What the tables say leads from which stage to which.
    fn edges(kind: Kind) -> BTreeSet<(Option<&'static str>, &'static str)> {
        let of = |row: &workflow::Row| {
            let to = row.to;
            let makes = row.from.is_empty().then_some(None);
            let from = row.from.iter().copied().map(Some).chain(makes).collect::<Vec<_>>();
            to.into_iter().flat_map(move |to| from.clone().into_iter().map(move |from| (from, to))).collect::<Vec<_>>()
        };
        workflow::rows(kind).iter().flat_map(of).collect()
    }

    #[test]
    fn every_edge_of_the_catalogue_is_drawn_once_and_nothing_else() {
        let engine = Engine::new().expect("policies");
        for kind in Kind::ALL {
            let chapter = Chapter::of(&engine, kind);
            let stages = chapter.stages;
            let ways = drawn(&chapter);
            let named: BTreeSet<_> =
                ways.iter().map(|way| (way.from.map(|from| stages[from]), stages[way.to])).collect();
            assert_eq!((named.len(), &named), (ways.len(), &edges(kind)), "{kind:?}");
            let html = drawing(kind, &chapter).render().expect("a drawing");
            assert_eq!(html.matches("<path class=\"ar-diagram__line\"").count(), ways.len(), "{kind:?}");
            assert_eq!(html.matches("class=\"ar-diagram__name\"").count(), stages.len(), "{kind:?}");
            let over = stages.iter().filter(|stage| is_over(kind, stage)).count();
            assert_eq!(html.matches("ar-diagram__stage--end").count(), over, "{kind:?}");
            assert!(html.contains("class=\"ar-diagram__start\""), "{kind:?}: every record is made somewhere");
        }
    }

    #[test]
    fn codes_become_names_and_stages_stay() {
        assert_eq!(actors("DL, DA"), "developer liaison, developer authorized official");
        assert_eq!(actors("draft: DL; proposed: nobody"), "draft: developer liaison; proposed: nobody");
        assert_eq!(actors("-"), "");
    }
}

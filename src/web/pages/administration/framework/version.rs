//! What one version says: its numbers, its conditions with their texts, its deadlines, its criteria.

use axum::{extract::State, response::Response, routing::get};

use super::{PATH, status, values::plain};
use crate::{
    app::AppError,
    domain::{deadline::Rule, framework::Framework},
    web::{
        Web,
        extract::{Path, visitor::Member},
        pages::{
            PageRoute,
            administration::{clock, sheet},
            particulars,
            time::PageClock,
            ui::{Inline, Part, Row, Section, Table},
            words,
        },
    },
};

/// What stands in sections of its own.
const LISTS: [&str; 7] =
    ["criteria", "templates", "deadlines", "party_kinds", "nominated_kinds", "retention", "required_coverage"];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/administration/framework/{version}", get(page))]
}

async fn page(State(web): State<Web>, Member(visitor): Member, Path(id): Path<String>) -> Result<Response, AppError> {
    let (versions, now) = web.app.framework_versions().await?;
    let version = versions.iter().find(|one| one.id == id).ok_or(AppError::NotFound)?;
    let page = sheet(&web, &visitor, &format!("Framework version {}", version.id))
        .below(PATH, "Framework versions")
        .lead(status(version.status(&versions, now)))
        .with(Inline::link(format!("{PATH}/{id}/differences"), "What it says differently"));
    page.sections(sections(version, clock(&web), true)).answer()
}

/// Everything that a version says, as parts of a page; with `ways` to a sample of each text.
pub(super) fn sections(version: &Framework, clock: PageClock, ways: bool) -> Vec<Section> {
    let required = particulars::facts(&version.required_coverage, clock, &[]);
    vec![
        Section::new("numbers", "In short").with(particulars::facts(version, clock, &LISTS)),
        Section::new("coverage", "What conditions must cover").with(required),
        templates(version, clock, ways),
        Section::new("deadlines", "Deadlines").with(deadlines(version, clock)),
        Section::new("criteria", "Questions put to a trusted partner").with(criteria(version)),
        Section::new("kinds", "Kinds of organizations").with(kinds(version)),
        Section::new("retention", "How long records are kept").with(retention(version)),
    ]
}

fn templates(version: &Framework, clock: PageClock, ways: bool) -> Section {
    let section = Section::new("templates", "Conditions and their texts");
    version.templates.iter().fold(section, |section, template| {
        let facts = particulars::facts(template, clock, &["title"]);
        let href = format!("{PATH}/{}/templates/{}", version.id, template.key);
        let way = ways.then(|| Inline::link(href, format!("{}, with sample particulars", template.title)));
        section
            .with(Part::Heading(template.title.clone()))
            .some(way)
            .with(facts)
            .with(Part::Text(template.default_text.as_str().to_owned()))
    })
}

fn deadlines(version: &Framework, clock: PageClock) -> Table {
    let row = |rule: &Rule| {
        let told = serde_json::to_value(rule).unwrap_or_default();
        let said = |name: &str| Inline::text(told.get(name).map(|value| plain(value, clock)).unwrap_or_default());
        let kind = serde_json::to_value(rule.kind).unwrap_or_default();
        Row::new(vec![
            Inline::text(words::label(kind.as_str().unwrap_or_default())),
            said("length"),
            said("reminders"),
            said("escalation"),
            said("repeat"),
        ])
    };
    let columns = ["Deadline", "Length", "Reminders", "Escalation", "Repeated"];
    Table::new("Deadlines and when people are reminded", &columns, "None.").with(version.deadlines.values().map(row))
}

fn criteria(version: &Framework) -> Table {
    let rows =
        version.criteria.iter().map(|one| Row::new(vec![Inline::code_word(&one.key), Inline::text(&*one.question)]));
    Table::new("Questions", &["Name", "Question"], "None.").with(rows)
}

fn kinds(version: &Framework) -> Table {
    let row = |one: &crate::domain::framework::PartyKind| {
        let nominated = version.nominated_kinds.as_ref().is_none_or(|kinds| kinds.contains(&one.key));
        Row::new(vec![
            Inline::text(one.title.clone()),
            words::side(one.side).into(),
            Inline::yes(one.sectors),
            Inline::yes(nominated),
        ])
    };
    let columns = ["Kind", "Side", "Serves a sector", "May be nominated"];
    Table::new("Kinds of organizations that take part", &columns, "Any.").with(version.party_kinds.iter().map(row))
}

fn retention(version: &Framework) -> Table {
    let row = |one: &crate::domain::framework::Retention| {
        let told = serde_json::to_value(one).unwrap_or_default();
        let said = |name: &str| Inline::text(words::label(told.get(name).and_then(|v| v.as_str()).unwrap_or_default()));
        Row::new(vec![
            said("class"),
            Inline::text(one.years.to_string()),
            said("from"),
            Inline::text(one.schedule.clone()),
        ])
    };
    let columns = ["Class", "Years", "Counted from", "Schedule"];
    Table::new("Years for which records are kept", &columns, "None.").with(version.retention.iter().map(row))
}

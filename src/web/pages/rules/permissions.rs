//! The permission matrix: every act and stage with the roles that may.

use std::sync::OnceLock;

use axum::{extract::State, http::request::Parts, response::Response, routing::get};

use crate::{
    app::AppError,
    authz::matrix,
    domain::{actor::Role, id::Kind},
    web::{
        Web,
        extract::ApiQuery,
        pages::{
            PageRoute,
            sheet::{ListAsked, Sheet},
            ui::{Inline, Row, Section, Table},
            words,
        },
    },
};

/// What the policies that are compiled in say; the same for every request.
static LINES: OnceLock<Vec<String>> = OnceLock::new();

/// The page.
const PATH: &str = "/permissions";

/// The heads of the columns.
const COLUMNS: [&str; 4] = ["Act", "Stages", "Who learns of it", "Roles that may"];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

async fn page(
    State(web): State<Web>,
    ApiQuery(asked): ApiQuery<ListAsked>,
    parts: Parts,
) -> Result<Response, AppError> {
    let lines = LINES.get_or_init(|| matrix(web.app.engine()));
    let of = |kind: Kind| lines.iter().filter(move |line| line.starts_with(&format!("{}.", kind.name())));
    let records = Kind::ALL.into_iter().map(|kind| {
        let caption = format!("Acts on {}", words::kinds(kind).to_lowercase());
        let table = Table::new(&caption, &COLUMNS, "None.").with(of(kind).filter_map(|line| row(line)));
        Section::new(kind.name(), words::kinds(kind)).with(table)
    });
    let is_record = |line: &str| Kind::ALL.iter().any(|kind| line.starts_with(&format!("{}.", kind.name())));
    let office = lines.iter().filter(|line| !is_record(line)).filter_map(|line| row(line));
    let columns = ["Act", "About whose organization", "Who learns of it", "Roles that may"];
    let office = Table::new("Acts of administration", &columns, "None.").with(office);
    let sheet = Sheet::for_anybody(&web, parts, "Permission matrix").await.lead(
        "What each role may do at best: on a record of the own organization, assigned to the asker, handed over and \
         disclosed. Printed from the policies that decide.",
    );
    let page = records.fold(sheet, Sheet::section);
    page.section(Section::new("administration", "Administration").with(office)).listed(
        asked.format,
        "permissions",
        PATH,
    )
}

/// A line of the matrix as a row; the roles without a `+` are left out.
fn row(line: &str) -> Option<Row> {
    let mut parts = line.split(" | ");
    let (act, stages, audience, answers) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let may = answers.split(' ').filter_map(|answer| Role::from_code(answer.strip_suffix('+')?));
    let roles: Vec<String> = may.map(words::role).collect();
    let stages: Vec<String> = stages.split(' ').map(words::label).collect();
    Some(Row::new(vec![
        Inline::text(words::label(act.split_once('.').map_or(act, |(_, name)| name))),
        Inline::text(stages.join(", ")),
        if audience == "-" { Inline::None } else { Inline::text(words::label(audience)) },
        if roles.is_empty() { Inline::text("Nobody") } else { Inline::text(roles.join(", ")) },
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_may_and_leaves_out_who_may_not() {
        let row = row("engagement.propose | draft | shared | DL- DA+ PL-").expect("a line of the matrix");
        let cells = ["Propose", "Draft", "Shared", "Developer authorized official"].map(Inline::text);
        assert_eq!(row.cells, cells);
        assert_eq!(super::row("not a line"), None);
    }
}

//! What one version says differently from another, field by field.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::{PATH, version::plain};
use crate::{
    app::AppError,
    domain::framework::Difference,
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Member},
        pages::{
            PageRoute,
            administration::sheet,
            ui::{Inline, Row, Section, Table},
            words,
        },
    },
};

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The version that is compared with; the one in force, if left out.
    from: Option<String>,
}

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/administration/framework/{version}/differences", get(page))]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(to): Path<String>,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let from = asked.from.as_deref();
    let differences = web.app.framework_differences(visitor.principal(), &to, from).await?;
    let (versions, _) = web.app.framework_versions().await?;
    let others = versions.iter().filter(|one| one.id != to).map(|one| {
        Inline::link(format!("{PATH}/{to}/differences?from={}", one.id), format!("Compare with {}", one.id))
    });
    let against = from.map_or_else(|| "the version in force".to_owned(), |from| format!("version {from}"));
    let row = |one: &Difference| {
        let path = one.path.split('.').map(words::words).collect::<Vec<_>>().join(": ");
        Row::new(vec![Inline::text(path), said(&one.before), said(&one.after)])
    };
    let columns = ["Where", "Before", "After"];
    let caption = format!("What {to} says differently from {against}");
    let table = Table::new(&caption, &columns, "The two say the same.").with(differences.iter().map(row));
    sheet(&web, &visitor, &format!("Differences of {}", short(&to)))
        .below(PATH, "Framework versions")
        .section(Section::new("differences", "Field by field").with(table))
        .section(Section::new("others", "Other comparisons").with(Inline::list(others)))
        .answer()
}

/// A value in words; long texts by their lines.
fn said(value: &serde_json::Value) -> Inline {
    let text = plain(value);
    if text.is_empty() { Inline::None } else { Inline::Lines(text) }
}

/// A name as it is, a digest by its first letters.
fn short(name: &str) -> String {
    name.chars().take(12).collect()
}

//! What one version says differently from another, field by field.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::{PATH, values::shown};
use crate::{
    app::AppError,
    domain::framework::Difference,
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Member},
        pages::{
            PageRoute,
            administration::{clock, sheet},
            ui::{Inline, Row, Section, Table},
            words,
        },
    },
};

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The version that is compared with; the one before it, if left out.
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
    let compared = web.app.framework_differences(visitor.principal(), &to, asked.from.as_deref()).await?;
    let (versions, _) = web.app.framework_versions().await?;
    let others = versions.iter().filter(|one| one.id != to && one.id != compared.from).map(|one| {
        Inline::link(format!("{PATH}/{to}/differences?from={}", one.id), format!("Compare with {}", one.id))
    });
    let others: Vec<Inline> = others.collect();
    let clock = clock(&web);
    let row = |one: &Difference| {
        let path = one.path.split('.').map(words::words).collect::<Vec<_>>().join(": ");
        Row::new(vec![Inline::text(path), shown(&one.before, clock), shown(&one.after, clock)])
    };
    let columns = ["Where".to_owned(), format!("In {}", compared.from), format!("In {}", short(&compared.to))];
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let caption = format!("What {} says differently from {}", compared.to, compared.from);
    let table =
        Table::new(&caption, &columns, "The two say the same.").titled().with(compared.differences.iter().map(row));
    let page = sheet(&web, &visitor, &format!("Differences of {}", short(&to)))
        .below(PATH, "Framework versions")
        .section(Section::new("differences", "Field by field").with(table));
    if others.is_empty() {
        return page.answer();
    }
    page.section(Section::new("others", "Other comparisons").with(Inline::list(others))).answer()
}

/// A name as it is, a digest by its first letters.
fn short(name: &str) -> String {
    name.chars().take(12).collect()
}

//! Framework versions: those that count, what each says, how two differ, and how two owners bring another.

mod differences;
mod draft;
mod keys;
mod sample;
mod values;
mod version;

use axum::{extract::State, response::Response, routing::get};

use super::{clock, sheet};
use crate::{
    app::{
        AppError,
        framework::{DraftEntry, DraftState},
    },
    authz::administration::AdministrativeAction as A,
    domain::framework::{Framework, FrameworkStatus},
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{Inline, Row, Section, Table},
        },
    },
};

/// The list.
const PATH: &str = "/administration/framework";

pub(super) fn routes() -> Vec<PageRoute> {
    let mut routes = vec![PageRoute::get(PATH, get(list))];
    routes.extend(draft::routes());
    routes.extend(keys::routes());
    routes.extend(version::routes());
    routes.extend(differences::routes());
    routes.extend(sample::routes());
    routes
}

/// Where a version stands, in words.
const fn status(status: FrameworkStatus) -> &'static str {
    match status {
        FrameworkStatus::Upcoming => "Takes effect later",
        FrameworkStatus::Active => "In force",
        FrameworkStatus::Superseded => "Superseded",
    }
}

async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let (versions, now) = web.app.framework_versions().await?;
    let clock = clock(&web);
    let row = |one: &Framework| {
        let differs = one.predecessor(&versions).map(|before| {
            let text = format!("What {} says differently from {}", one.id, before.id);
            Inline::link(format!("{PATH}/{}/differences", one.id), text)
        });
        Row::new(vec![
            Inline::link(format!("{PATH}/{}", one.id), one.id.clone()),
            Inline::Tag(status(one.status(&versions, now)).to_owned()),
            clock.day(one.effective_from).into(),
            Inline::text(one.authority.clone()),
            differs.unwrap_or_else(|| Inline::text("The first one")),
        ])
    };
    let columns = ["Version", "State", "From", "Authority", "Differences"];
    let table = Table::new("Framework versions", &columns, "None.").with(versions.iter().rev().map(row));
    let page = sheet(&web, &visitor, "Framework versions")
        .lead("An engagement keeps to the version that was in force when it was proposed.")
        .section(Section::new("versions", "Versions that count").with(table));
    if !web.app.offers(visitor.principal(), A::ManageFramework) {
        return page.listed(asked.format, "framework-versions", PATH);
    }
    let drafts = web.app.framework_drafts(visitor.principal()).await?;
    let section = Section::new("drafts", "What the office brought")
        .with(Inline::link(draft::NEW, "Draft a version"))
        .with(drafted(&drafts, clock));
    page.section(section).listed(asked.format, "framework-versions", PATH)
}

fn drafted(drafts: &[DraftEntry], clock: PageClock) -> Table {
    let row = |one: &DraftEntry| {
        Row::new(vec![
            Inline::link(format!("{PATH}/drafts/{}", one.digest.as_str()), one.version.clone()),
            Inline::Tag(draft_state(one.state).to_owned()),
            clock.day(one.effective_from).into(),
            clock.plain(one.drafted_at).into(),
        ])
    };
    let columns = ["Version", "State", "From", "Drafted"];
    Table::new(
        "Versions that the office brought",
        &columns,
        "The office brought no version yet. “Draft a version” brings the first.",
    )
    .with(drafts.iter().rev().map(row))
}

/// Where a draft stands, in words.
const fn draft_state(state: DraftState) -> &'static str {
    match state {
        DraftState::Draft => "Draft",
        DraftState::Offered => "First key turned",
        DraftState::Active => "Counts",
    }
}

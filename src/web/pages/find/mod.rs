//! Finding records: the search over all kinds, one list a kind, and the views that a person keeps. A list is a search
//! that a kind is given to; everything that is asked for stands in the address.

mod views;

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

pub use views::Views;

use super::{
    PageRoute, bulk,
    frame::{Frame, html},
    query_encoded,
    time::PageClock,
    ui::{Alert, Chosen, FieldView, Inline, Link, Pager, Row, Section, Table, Tone},
    words,
};
use crate::{
    app::{
        AppError, Listed,
        search::{Facet, Facets, MOST_EXPORTED, MOST_LOOKED, Query, SearchPage, Wanted},
    },
    domain::{
        action::{Action, Creates},
        command::Command,
        id::Kind,
    },
    web::{
        Web,
        extract::{
            ApiQuery,
            visitor::{Member, Visitor},
        },
        table::{self, Format},
    },
};

/// Rows of a page.
const ROWS: usize = 25;

/// Characters of a query.
const MOST: usize = 500;

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    let list = |kind: Kind| {
        let path = format!("/{}", kind.plural());
        PageRoute::get(path, get(move |web, who, query, headers| page(web, who, query, headers, Some(kind))))
    };
    let search = get(|web, who, query, headers| page(web, who, query, headers, None));
    let mut routes: Vec<PageRoute> = Kind::ALL.into_iter().map(list).collect();
    routes.push(PageRoute::get("/search", search));
    routes.push(PageRoute::post("/views", post(views::save)));
    routes.push(PageRoute::post("/views/{id}/delete", post(views::delete)));
    routes.push(PageRoute::post("/views/{id}/alert", post(views::alert)));
    routes
}

/// The page.
#[derive(Template)]
#[template(path = "pages/find.html")]
struct FindPage {
    frame: Frame,
    heading: String,
    /// Where the form goes.
    path: String,
    field: FieldView,
    alert: Option<Alert>,
    facets: Vec<Section>,
    table: Table,
    /// What can be done with chosen rows, where there are any.
    chosen: Option<Chosen>,
    pager: Pager,
    /// The same rows for programs.
    tables: Vec<Link>,
    /// What can be begun from here.
    begin: Vec<Link>,
    views: Views,
}

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
    format: Option<Format>,
    /// What was just done with a view.
    #[serde(default)]
    done: String,
    /// Whether every row of the page is chosen.
    #[serde(default)]
    all: bool,
}

/// Where the next page begins; sealed before it leaves the house.
type After = (DateTime<Utc>, Uuid);

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
    headers: HeaderMap,
    kind: Option<Kind>,
) -> Result<Response, AppError> {
    let whole = match kind {
        Some(kind) => format!("kind:{} {}", kind.name(), asked.q),
        None => asked.q.clone(),
    };
    let query: Query = match whole.parse() {
        Ok(query) => query,
        Err(error) => return unreadable(&web, &visitor, &asked, kind, &format!("{error}")).await,
    };
    let name = format!("find:{}:{query}", visitor.principal().actor.account);
    let after: Option<After> = asked.cursor.as_deref().map(|cursor| web.cursors.open(&name, cursor)).transpose()?;
    let csv = asked.format == Some(Format::Csv);
    let (limit, most) = if csv { (Format::Csv.limit(None), MOST_EXPORTED) } else { (ROWS, MOST_LOOKED) };
    let wanted = Wanted { limit, after, facets: !csv && after.is_none(), most };
    let found = web.app.search(visitor.principal(), &query, wanted).await?;
    if asked.format.is_some() {
        let name = kind.map_or("search", Kind::plural);
        let json = axum::Json(&found.items).into_response();
        return Ok(if csv { table::answer(&found.items, name, None) } else { json });
    }
    let jump = found.jump.as_ref().filter(|_| headers.get("purpose").is_none());
    if let Some(jump) = jump {
        return Ok(Redirect::to(&format!("/{}/{}", jump.kind.plural(), jump.reference)).into_response());
    }
    let next = found.next.map(|next: After| web.cursors.seal(&name, &next)).transpose()?;
    html(&shown(&web, &visitor, &asked, kind, found, next).await?)
}

async fn shown(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    kind: Option<Kind>,
    found: SearchPage,
    next: Option<String>,
) -> Result<FindPage, AppError> {
    let clock = PageClock { zone: web.app.settings().program.zone, now: web.app.clock().business() };
    let mut page = blank(web, visitor, asked, kind).await?;
    let path = page.path.clone();
    let at = |more: &str| format!("{path}?q={}{more}", query_encoded(&asked.q));
    page.table.rows = found.items.iter().map(|listed| row(listed, clock).picked_by(&listed.reference)).collect();
    if !found.items.is_empty() {
        let cursor = asked.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let other = at(&format!("{cursor}{}", if asked.all { "" } else { "&all=true" }));
        let chosen = bulk::offered(web, visitor, asked.all, other);
        page.table.picks = Some(chosen.picks("found"));
        page.chosen = Some(chosen);
    }
    page.facets = found.facets.as_ref().map(|facets| narrow(facets, &path, &asked.q, kind)).unwrap_or_default();
    page.pager = Pager {
        first: asked.cursor.as_ref().map(|_| at("")),
        next: next.map(|cursor| at(&format!("&cursor={cursor}"))),
    };
    if found.cut {
        let text = "The search ends here because it has looked at 500 records. More may fit: go on to the next page, or \
                    narrow the query.";
        page.alert = Some(Alert::new(Tone::Info, text));
    }
    page.tables = vec![
        Link { href: at("&format=csv"), text: "As a table (CSV)".to_owned() },
        Link { href: at("&format=json"), text: "As JSON".to_owned() },
    ];
    Ok(page)
}

async fn unreadable(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    kind: Option<Kind>,
    error: &str,
) -> Result<Response, AppError> {
    let mut page = blank(web, visitor, asked, kind).await?;
    page.field.error = format!("The query {error}.");
    "Nothing was looked for.".clone_into(&mut page.table.empty);
    let mut response = html(&page)?;
    *response.status_mut() = axum::http::StatusCode::BAD_REQUEST;
    Ok(response)
}

/// The page without rows.
async fn blank(web: &Web, visitor: &Visitor, asked: &Asked, kind: Option<Kind>) -> Result<FindPage, AppError> {
    let heading = kind.map_or("Search", words::kinds).to_owned();
    let path = kind.map_or_else(|| "/search".to_owned(), |kind| format!("/{}", kind.plural()));
    let hint = "Words, a reference, or fields such as stage:open, due:<2026-12-01, developer:larkspur, owner:me, \
                is:overdue. All of them must fit.";
    let control =
        super::ui::Control::Line { kind: "search", value: asked.q.clone(), most: Some(MOST), autocomplete: "off" };
    let columns = ["Record", "Title", "Stage", "Developer", "Lead", "Next date", "Window", "Changed"];
    let empty = "No record fits that you may know of. Take a term away, or look in another list.";
    let done = match asked.done.as_str() {
        "saved" => Some(Alert::new(Tone::Success, "The view is kept.")),
        "deleted" => Some(Alert::new(Tone::Success, "The view is deleted.")),
        "alert" => Some(Alert::new(Tone::Success, "Noted.")),
        _ => None,
    };
    Ok(FindPage {
        frame: Frame::of(web, visitor, heading.clone()),
        field: FieldView::of("q", "Query", control).hinted(hint).optional(),
        alert: done,
        facets: Vec::new(),
        table: Table::new(&heading, &columns, empty),
        chosen: None,
        pager: Pager::default(),
        tables: Vec::new(),
        begin: kind.map(begin).unwrap_or_default(),
        views: views::of(web, visitor, &asked.q, kind).await?,
        heading,
        path,
    })
}

/// What makes a record of the kind that stands by itself; what stands under another is begun there.
fn begin(kind: Kind) -> Vec<Link> {
    let alone = |creates: Creates| creates == Creates::Alone || kind == Kind::Inquiry || kind == Kind::Engagement;
    let makes = Command::catalog().into_iter().find(|facts| facts.action.kind == kind && facts.creates != Creates::No);
    let link = |action: Action| Link {
        href: format!("/new/{}", kind.name().replace('_', "-")),
        text: format!("{}: {}", words::kind(kind), words::words(action.name)),
    };
    makes.filter(|facts| alone(facts.creates)).map(|facts| link(facts.action)).into_iter().collect()
}

fn row(listed: &Listed, clock: PageClock) -> Row {
    let due = listed.due.as_ref().map(|due| {
        let when = Inline::from(clock.day(due.on));
        let code = if due.overdue { format!("{}, overdue", due.code) } else { due.code.clone() };
        Inline::List(vec![when, Inline::text(code)])
    });
    let window = listed.window.as_ref().map(|window| format!("Day {} of {}", window.day, window.of));
    Row::new(vec![
        Inline::record(listed.kind, &listed.reference),
        Inline::text(listed.title.clone().unwrap_or_default()),
        Inline::Tag(words::label(&listed.stage)),
        Inline::maybe(listed.developer.as_ref(), Inline::party),
        Inline::maybe(listed.owner.as_ref(), Inline::person),
        due.unwrap_or(Inline::None),
        Inline::text(window.unwrap_or_default()),
        clock.instant(listed.updated_at).into(),
    ])
}

/// Links that narrow the query by what fits it.
fn narrow(facets: &Facets, path: &str, query: &str, kind: Option<Kind>) -> Vec<Section> {
    let section = |id: &str, heading: &str, field: &str, facets: &[Facet]| {
        let link = |facet: &Facet| {
            let value = if facet.value.contains(' ') { format!("\"{}\"", facet.value) } else { facet.value.clone() };
            let narrowed = format!("{query} {field}:{value}");
            let text = format!("{} ({})", words::label(&facet.value), facet.count);
            Inline::Link(Link { href: format!("{path}?q={}", query_encoded(narrowed.trim())), text })
        };
        let links: Vec<Inline> = facets.iter().map(link).collect();
        (links.len() > 1).then(|| Section::new(id, heading).with(Inline::List(links)))
    };
    let kinds = if kind.is_some() { None } else { section("by-kind", "By kind", "kind", &facets.kinds) };
    let stages = section("by-stage", "By stage", "stage", &facets.stages);
    let developers = section("by-developer", "By developer", "developer", &facets.developers);
    kinds.into_iter().chain(stages).chain(developers).collect()
}

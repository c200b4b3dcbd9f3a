//! Finding records: the search over all kinds, one list a kind, and the views that a person keeps. A list is a search
//! that a kind is given to; everything that is asked for stands in the address.

mod heads;
mod nothing;
mod views;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

pub use views::{Views, filter_form, said};

use super::{
    PageRoute, bulk, files,
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
    authz::ever,
    domain::{
        action::{Action, Creates},
        command::Command,
        id::Kind,
    },
    web::{
        Web,
        cursor::next_link,
        extract::{
            ApiQuery, Page, PageLimit,
            visitor::{Member, Visitor},
        },
        sort::Sort,
        table::{self, Format},
    },
};

/// Rows of a page.
const ROWS: usize = 25;

/// What stands beside the files where there is more than a page.
const TABLES_NOTE: &str = "A file holds 1,000 records at most. Where more fit, it holds the first 1,000 of more: narrow \
                           the query down, or go on by its header Link.";

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
    routes.push(PageRoute::form("/views", get(views::place).post(views::save)));
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
    /// The order that another query is looked for in, as `sort` says it; empty for the usual one.
    sort: &'static str,
    field: FieldView,
    alert: Option<Alert>,
    facets: Vec<Section>,
    table: Table,
    /// What can be done with chosen rows, where there are any.
    chosen: Option<Chosen>,
    pager: Pager,
    /// The same rows for programs.
    tables: Vec<Link>,
    /// What those hold, where they may not hold everything.
    tables_note: &'static str,
    /// What can be begun from here.
    begin: Vec<Link>,
    /// The lists of the kinds of records that the visitor may have any of; on the search over all kinds alone.
    kinds: Vec<Link>,
    views: Views,
}

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
    /// The order of the rows.
    #[serde(default)]
    sort: Sort,
    format: Option<Format>,
    /// Rows of a page or file; as many as it has at most if left out.
    limit: Option<PageLimit>,
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
    (uri, headers): (Uri, HeaderMap),
    kind: Option<Kind>,
) -> Result<Response, AppError> {
    // What was typed is read by itself: places in it and its length are those that the person sees.
    let query = match asked.q.parse::<Query>() {
        Ok(query) => query.within(kind),
        Err(error) => return unreadable(&web, &visitor, &asked, kind, &format!("{error}")).await,
    };
    let name = cursor_name(&visitor, asked.sort, &query);
    let after: Option<After> = asked.cursor.as_deref().map(|cursor| web.cursors.open(&name, cursor)).transpose()?;
    let found = web.app.search(visitor.principal(), &query, wanted(&asked, after)).await?;
    let next = found.next.map(|next: After| web.cursors.seal(&name, &next)).transpose()?;
    if let Some(format) = asked.format {
        return Ok(file(format, found.items, next, &uri, kind));
    }
    let jump = found.jump.as_ref().filter(|_| headers.get("purpose").is_none() && asked.done.is_empty());
    if let Some(jump) = jump {
        return Ok(Redirect::to(&format!("/{}/{}", jump.kind.plural(), jump.reference)).into_response());
    }
    html(&shown(&web, &visitor, &asked, kind, found, next).await?)
}

/// A cursor is good for the same viewer, order and query only.
fn cursor_name(visitor: &Visitor, sort: Sort, query: &Query) -> String {
    format!("find:{}:{}:{query}", visitor.principal().actor.account, sort.name())
}

/// The first page of what a query finds.
async fn looked_for(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    kind: Option<Kind>,
    query: &Query,
) -> Result<FindPage, AppError> {
    let found = web.app.search(visitor.principal(), query, wanted(asked, None)).await?;
    let name = cursor_name(visitor, asked.sort, query);
    let next = found.next.map(|next: After| web.cursors.seal(&name, &next)).transpose()?;
    shown(web, visitor, asked, kind, found, next).await
}

/// What is asked of the search: a file holds more than a page, in either form the same.
fn wanted(asked: &Asked, after: Option<After>) -> Wanted {
    let (limit, order) = (asked.limit.map(PageLimit::get), asked.sort.order());
    if asked.format.is_some() {
        return Wanted { limit: Format::Csv.limit(limit), order, after, facets: false, most: MOST_EXPORTED };
    }
    Wanted { limit: limit.map_or(ROWS, usize::from), order, after, facets: after.is_none(), most: MOST_LOOKED }
}

/// The rows as a file; `Link` leads to those behind them, and the name of a table says that there are some.
fn file(format: Format, items: Vec<Listed>, next: Option<String>, uri: &Uri, kind: Option<Kind>) -> Response {
    if format == Format::Json {
        return Page { items, next_cursor: next }.respond(uri);
    }
    let name = files::name(kind.map_or("search", Kind::plural), next.is_some());
    table::answer(&items, &name, next.and_then(|cursor| next_link(uri, &cursor)))
}

async fn shown(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    kind: Option<Kind>,
    found: SearchPage,
    next: Option<String>,
) -> Result<FindPage, AppError> {
    let clock = PageClock::at(&web.app, web.app.clock().business());
    let mut page = blank(web, visitor, asked, kind).await?;
    let path = page.path.clone();
    let (q, sort) = (query_encoded(&asked.q), asked.sort.in_address());
    let at = |more: &str| format!("{path}?q={q}{sort}{more}");
    let rows = asked.limit.map(|limit| format!("&limit={}", limit.get())).unwrap_or_default();
    page.tables_note = next.as_ref().map(|_| TABLES_NOTE).unwrap_or_default();
    page.table.rows = found.items.iter().map(|listed| row(listed, clock).picked_by(&listed.reference)).collect();
    page.table.sorters = heads::sorters(asked.sort, |sort| format!("{path}?q={q}{}{rows}", sort.in_address()));
    if found.items.is_empty() && asked.q.trim().is_empty() && !found.cut {
        let (said, ways) = nothing::at_all(web, visitor, kind, &page.begin);
        page.table.empty = said;
        page.begin.extend(ways);
    }
    if !found.items.is_empty() {
        let cursor = asked.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let other = at(&format!("{cursor}{}", if asked.all { "" } else { "&all=true" }));
        let chosen = bulk::offered(web, visitor, asked.all, other);
        page.table.picks = Some(chosen.picks("found"));
        page.chosen = Some(chosen);
    }
    page.facets = found.facets.as_ref().map(|facets| narrow(facets, &path, asked, kind)).unwrap_or_default();
    page.pager = Pager {
        first: asked.cursor.as_ref().map(|_| at(&rows)),
        next: next.map(|cursor| at(&format!("{rows}&cursor={cursor}"))),
    };
    if found.cut {
        let text = "The search ends here because it has looked at 500 records. More may fit: go on to the next page, or \
                    narrow the query.";
        match &mut page.alert {
            Some(alert) => alert.lines.push(text.to_owned()),
            None => page.alert = Some(Alert::new(Tone::Info, text)),
        }
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
    Ok(FindPage {
        frame: Frame::of(web, visitor, heading.clone()),
        field: FieldView::of("q", "Query", control).hinted(hint).optional(),
        alert: views::said(&asked.done),
        facets: Vec::new(),
        table: Table::new(&heading, &heads::COLUMNS, nothing::FITS),
        chosen: None,
        pager: Pager::default(),
        tables: Vec::new(),
        tables_note: "",
        begin: kind.map(|kind| begin(web, visitor, kind)).unwrap_or_default(),
        kinds: if kind.is_none() { lists(visitor) } else { Vec::new() },
        views: views::of(web, visitor, asked, kind).await?,
        sort: if asked.sort == Sort::default() { "" } else { asked.sort.name() },
        heading,
        path,
    })
}

/// The lists of every kind of which some record could be the visitor's to read, by the visitor's roles.
fn lists(visitor: &Visitor) -> Vec<Link> {
    let actor = &visitor.principal().actor;
    let any = Kind::ALL.into_iter().filter(|kind| nothing::reads(actor, *kind));
    any.map(|kind| Link { href: format!("/{}", kind.plural()), text: words::kinds(kind).to_owned() }).collect()
}

/// What makes a record of the kind that stands by itself, for whoever may ever make one; what stands under another is
/// begun there.
fn begin(web: &Web, visitor: &Visitor, kind: Kind) -> Vec<Link> {
    let alone = |creates: Creates| creates == Creates::Alone || kind == Kind::Inquiry || kind == Kind::Engagement;
    let makes = Command::catalog().into_iter().find(|facts| facts.action.kind == kind && facts.creates != Creates::No);
    let link = |action: Action| Link {
        href: format!("/new/{}", kind.name().replace('_', "-")),
        text: words::beginning(action),
    };
    let may = |action: Action| ever(web.app.engine(), &visitor.principal().actor, action);
    let open = makes.filter(|facts| alone(facts.creates) && may(facts.action));
    open.map(|facts| link(facts.action)).into_iter().collect()
}

fn row(listed: &Listed, clock: PageClock) -> Row {
    let due = listed.due.as_ref().map(|due| {
        let when = Inline::from(clock.due(due.on, due.at));
        let what = words::deadline(&due.deadline, &due.code);
        Inline::List(vec![when, Inline::text(if due.overdue { format!("{what}, overdue") } else { what })])
    });
    let window = listed.window.as_ref().map(|window| format!("Day {} of {}", window.day, window.of));
    Row::new(vec![
        Inline::record(listed.kind, &listed.reference),
        Inline::text(titled(listed.kind, listed.title.as_deref())),
        Inline::Tag(words::label(&listed.stage)),
        Inline::maybe(listed.developer.as_ref(), Inline::party),
        Inline::maybe(listed.owner.as_ref(), Inline::person),
        due.unwrap_or(Inline::None),
        Inline::text(window.unwrap_or_default()),
        clock.instant(listed.updated_at).into(),
        clock.day_of(listed.created_at).into(),
    ])
}

/// A counted value in words: kinds by their names, developers by theirs.
fn named(field: &str, value: &str) -> String {
    match (field, Kind::ALL.into_iter().find(|kind| kind.name() == value)) {
        ("kind", Some(kind)) => words::kind(kind).to_owned(),
        ("developer", _) => value.to_owned(),
        _ => words::label(value),
    }
}

/// A title as people read it: an incident has none but the code of its type.
fn titled(kind: Kind, title: Option<&str>) -> String {
    let title = title.unwrap_or_default();
    if kind == Kind::Incident { words::label(title) } else { title.to_owned() }
}

/// Links that narrow the query by what fits it.
fn narrow(facets: &Facets, path: &str, asked: &Asked, kind: Option<Kind>) -> Vec<Section> {
    let (query, sort) = (&asked.q, asked.sort.in_address());
    let section = |id: &str, heading: &str, field: &str, facets: &[Facet]| {
        let link = |facet: &Facet| {
            let value = if facet.value.contains(' ') { format!("\"{}\"", facet.value) } else { facet.value.clone() };
            let narrowed = format!("{query} {field}:{value}");
            let text = format!("{} ({})", named(field, &facet.value), facet.count);
            Inline::Link(Link { href: format!("{path}?q={}{sort}", query_encoded(narrowed.trim())), text })
        };
        let links: Vec<Inline> = facets.iter().map(link).collect();
        (links.len() > 1).then(|| Section::new(id, heading).with(Inline::List(links)))
    };
    let kinds = if kind.is_some() { None } else { section("by-kind", "By kind", "kind", &facets.kinds) };
    let stages = section("by-stage", "By stage", "stage", &facets.stages);
    let developers = section("by-developer", "By developer", "developer", &facets.developers);
    kinds.into_iter().chain(stages).chain(developers).collect()
}

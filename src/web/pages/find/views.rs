//! Views that a person keeps: a query under a name.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use uuid::Uuid;

use super::{Asked, FindPage, blank, looked_for};
use crate::{
    app::{
        AppError,
        saved_views::{NewSavedView, NewViewRhythm, SavedViewEntry, ViewPlace, ViewRhythm},
        search::Query,
        worklist::WorkFilter,
    },
    domain::id::Kind,
    web::{
        Web, done,
        extract::{
            ApiQuery,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        next::own_path,
        pages::{
            files,
            frame::html,
            query_encoded,
            sheet::ListAsked,
            ui::{Alert, Control, FieldView, FormView, Inline, Row, Section, Table, Tone},
            worklist,
            wrong::Wrong,
        },
    },
};

/// Where the views stand.
const PLACE: &str = "/search#views";

/// How forms name the worklist.
const WORKLIST: &str = "worklist";

/// The longest name of a view.
const MOST: usize = 120;

/// The views of a page, and what it can keep.
pub struct Views {
    /// Those that the person may use.
    pub kept: Vec<SavedViewEntry>,
    /// The form that keeps the page's query; none where there is no query to keep.
    pub keep: Option<FormView>,
    /// Whether that form stands open, because it came back.
    pub open: bool,
    /// The token of the forms.
    pub csrf: String,
    /// Where the forms come back to.
    pub back: String,
}

impl Views {
    /// The views as files.
    pub fn files() -> Inline {
        let links = [("csv", "Views as a table (CSV)"), ("json", "Views as JSON")];
        Inline::list(links.map(|(format, text)| Inline::link(format!("/views?format={format}"), text)))
    }

    /// Where a view leads.
    pub fn href(view: &SavedViewEntry) -> String {
        match view.place {
            ViewPlace::Search => format!("/search?q={}", query_encoded(&view.query)),
            ViewPlace::Worklist => worklist::address(&view.query.parse().unwrap_or_default()),
        }
    }

    /// What a view asks where, and who else sees it.
    pub fn about(view: &SavedViewEntry) -> String {
        let place = match view.place {
            ViewPlace::Search => "",
            ViewPlace::Worklist => "Worklist: ",
        };
        let shared = match (view.shared, view.own) {
            (false, _) => String::new(),
            (true, true) => ", shared with your organization".to_owned(),
            (true, false) => format!(", shared by {}", view.owner.name),
        };
        format!("{place}{}{shared}", view.query)
    }

    /// Whether the person is told of changes.
    pub fn is_told(view: &SavedViewEntry) -> bool {
        view.alert == ViewRhythm::Daily
    }
}

/// The views of a page that was asked for.
///
/// # Errors
/// [`AppError::Busy`] if the store is not at hand.
pub(super) async fn of(web: &Web, visitor: &Visitor, asked: &Asked, kind: Option<Kind>) -> Result<Views, AppError> {
    let query = asked.q.as_str();
    let path = kind.map_or_else(|| "/search".to_owned(), |kind| format!("/{}", kind.plural()));
    let back = format!("{path}?q={}{}", query_encoded(query), asked.sort.in_address());
    let query = kind.map_or_else(|| query.to_owned(), |kind| format!("kind:{} {query}", kind.name()));
    let says_something = query.parse::<Query>().is_ok_and(|query| !query.to_string().is_empty());
    let new =
        NewSavedView { name: String::new(), query: query.trim().to_owned(), shared: false, place: ViewPlace::Search };
    Ok(Views {
        kept: web.app.saved_views(visitor.principal()).await?,
        keep: says_something.then(|| form(visitor, &new, kind)),
        open: false,
        csrf: visitor.csrf.clone(),
        back,
    })
}

/// The form that keeps a query, filled in with what was typed.
fn form(visitor: &Visitor, new: &NewSavedView, kind: Option<Kind>) -> FormView {
    asking(visitor, new).fields([hidden("query", &new.query), hidden("kind", kind.map_or("", Kind::name))])
}

/// The form that keeps what the worklist is filtered by; none where it is the whole own queue.
pub fn filter_form(visitor: &Visitor, filter: &WorkFilter) -> Option<FormView> {
    let query = filter.to_string();
    let new = NewSavedView { name: String::new(), query, shared: false, place: ViewPlace::Worklist };
    (!new.query.is_empty()).then(|| of_worklist(visitor, &new))
}

fn of_worklist(visitor: &Visitor, new: &NewSavedView) -> FormView {
    asking(visitor, new).fields([hidden("query", &new.query), hidden("place", WORKLIST)])
}

fn hidden(name: &str, value: &str) -> FieldView {
    FieldView::of(name, name, Control::Hidden { value: value.to_owned() })
}

/// What the form shows.
fn asking(visitor: &Visitor, new: &NewSavedView) -> FormView {
    let shared = "Share name and query with the people of your organization; each finds by it what they may see";
    FormView::new("view", "/views", &visitor.csrf, "Keep")
        .field(FieldView::line("name", "Name", "text", &new.name).at_most(MOST))
        .field(FieldView::of("shared", shared, Control::Check { ticked: new.shared }).optional())
}

/// The way to the views, for mail: an address that keeps its place through a sign-in. The views themselves as a file
/// where one is asked for.
///
/// # Errors
/// [`AppError::Busy`] if the store is not at hand.
pub async fn place(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let Some(format) = asked.format else { return Ok(Redirect::to(PLACE).into_response()) };
    let kept = web.app.saved_views(visitor.principal()).await?;
    let row = |view: &SavedViewEntry| {
        Row::new(vec![
            Inline::text(view.name.clone()),
            Inline::text(match view.place {
                ViewPlace::Search => "Search",
                ViewPlace::Worklist => "Worklist",
            }),
            Inline::text(view.query.clone()),
            Inline::text(view.owner.name.clone()),
            Inline::yes(view.own),
            Inline::yes(view.shared),
            Inline::yes(Views::is_told(view)),
        ])
    };
    let columns = ["View", "Where", "Query", "Whose", "Your own", "Shared", "Daily mail"];
    let section = Section::new("", "Kept views").with(Table::new("", &columns, "").with(kept.iter().map(row)));
    Ok(files::answer(format, "views", [&section], false))
}

/// Keeps a query under a name.
pub async fn save(
    State(web): State<Web>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let new = NewSavedView {
        name: fields.get("name").to_owned(),
        query: fields.get("query").to_owned(),
        shared: fields.get("shared") == "true",
        place: if fields.get("place") == WORKLIST { ViewPlace::Worklist } else { ViewPlace::Search },
    };
    match web.app.save_view(visitor.principal(), &new).await {
        Ok(kept) => Ok(done::led(&format!("{}&done=saved", Views::href(&kept)))),
        Err(error) if new.place == ViewPlace::Worklist => {
            let wrong = Wrong::of(error)?;
            let alert = wrong.alert(&asking(&visitor, &new));
            let form = of_worklist(&visitor, &new).wrong(&wrong.fields);
            worklist::unkept(&web, &visitor, &new.query.parse().unwrap_or_default(), (form, alert, wrong.status)).await
        }
        Err(error) => unkept(&web, &visitor, &fields, &new, &Wrong::of(error)?).await,
    }
}

/// The page again, with what was typed and what stands against it.
async fn unkept(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    new: &NewSavedView,
    wrong: &Wrong,
) -> Result<Response, AppError> {
    let (kind, q) = list_of(fields.get("kind"), &new.query);
    let asked = Asked { q, ..Asked::default() };
    let mut page: FindPage = match new.query.parse::<Query>() {
        Ok(query) => looked_for(web, visitor, &asked, kind, &query).await?,
        Err(_) => blank(web, visitor, &asked, kind).await?,
    };
    page.alert = Some(wrong.alert(&asking(visitor, new)));
    page.field.error = wrong.fields.get("query").cloned().unwrap_or_default();
    page.views.keep = Some(form(visitor, new, kind).wrong(&wrong.fields));
    page.views.open = true;
    let mut response = html(&page)?;
    *response.status_mut() = wrong.status;
    Ok(response)
}

/// The list that a query was kept from, and what was asked for there: the list's own kind stands first in the query.
fn list_of(kind: &str, query: &str) -> (Option<Kind>, String) {
    let listed = Kind::ALL.into_iter().find(|one| one.name() == kind).and_then(|kind| {
        let rest = query.strip_prefix(&format!("kind:{}", kind.name()))?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| (Some(kind), rest.trim().to_owned()))
    });
    listed.unwrap_or_else(|| (None, query.trim().to_owned()))
}

/// Deletes a view of one's own.
pub async fn delete(
    State(web): State<Web>,
    Path(id): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    web.app.delete_view(visitor.principal(), named(&id)?).await?;
    Ok(done::led("/search?done=deleted"))
}

/// Says whether one is told of changes.
pub async fn alert(
    State(web): State<Web>,
    Path(id): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let (alert, done) =
        if fields.get("daily") == "true" { (ViewRhythm::Daily, "told") } else { (ViewRhythm::Off, "untold") };
    web.app.set_view_alert(visitor.principal(), named(&id)?, NewViewRhythm { alert }).await?;
    // Only the lists say what was done, and their addresses end with a query.
    let back = own_path(fields.get("back"));
    let back = if back.contains("?q=") { back } else { "/search?q=" };
    Ok(done::led(&format!("{back}&done={done}")))
}

/// What was done with a view, in words.
pub fn said(done: &str) -> Option<Alert> {
    let text = match done {
        "saved" => "The view is kept.",
        "deleted" => "The view is deleted.",
        "told" => "You get a mail in the morning after the view finds other records than before.",
        "untold" => "You get no more mail about the view.",
        _ => return None,
    };
    Some(Alert::new(Tone::Success, text))
}

fn named(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_known_again_by_its_kind() {
        for (kind, query, expected) in [
            ("grant", "kind:grant stage:open", (Some(Kind::Grant), "stage:open")),
            ("grant", "kind:grant", (Some(Kind::Grant), "")),
            ("grant", "kind:grants", (None, "kind:grants")),
            ("grant", "stage:open", (None, "stage:open")),
            ("", " stage:open", (None, "stage:open")),
            ("car", "kind:car", (None, "kind:car")),
        ] {
            assert_eq!(list_of(kind, query), (expected.0, expected.1.to_owned()), "{kind} {query}");
        }
    }
}

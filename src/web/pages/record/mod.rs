//! A record's page: what it is and where it stands, what may be done, and what happened. One file for each kind of
//! record says which parts its page has.

mod acts;
mod certificate;
mod condition;
mod documents;
mod engagement;
mod foia;
mod grant;
mod handoff;
mod header;
mod history;
mod incident;
mod inquiry;
mod nomination;
mod other;
mod people;
mod release;
mod screening_certificate;
mod since_signed;
mod whole;

pub(in crate::web::pages) use acts::reasons;
pub use certificate::paper;
pub use condition::{SIGNATURE_COLUMNS, header as condition_header, offers as agreement_offers, signed};
pub use engagement::{
    TOLD as ENGAGEMENT_TOLD, close_out, header as engagement_header, holders, offers as engagement_offers,
    window as engagement_window,
};
pub use history::{by, reason};
pub use nomination::{
    TOLD as NOMINATION_TOLD, criteria, decided, header as nomination_header, keys as nomination_keys,
};
pub use other::{HEAD, link};

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::{
    PageRoute,
    frame::{Frame, html},
    time::PageClock,
    ui::{Alert, Facts, Inline, Link, Section, Tone},
    words,
};
use crate::{
    app::{AppError, Dossier, view::RecordView},
    domain::{action::Action, actor::Side, command::Command, id::Kind},
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Visitor},
    },
};

/// The pages of this room: for each kind its own, its line of time and its deadlines; the certificates of a condition and of a nomination, and
/// what changed since somebody signed.
pub fn routes() -> Vec<PageRoute> {
    let one = |kind: Kind| {
        let path = format!("/{}/{{reference}}", kind.plural());
        PageRoute::get(path, get(move |web, visitor, path, query| page(web, visitor, path, query, kind)))
    };
    Kind::ALL
        .into_iter()
        .map(one)
        .chain(whole::routes())
        .chain([certificate::route(), screening_certificate::route(), since_signed::route()])
        .collect()
}

#[derive(Template)]
#[template(path = "pages/record.html")]
struct RecordPage {
    frame: Frame,
    crumbs: Vec<Inline>,
    heading: String,
    header: Facts,
    done: Option<Alert>,
    sections: Vec<Section>,
}

/// What the page of a kind says besides what all pages say.
pub struct Body {
    /// What the record is called, such as a title; its reference stands before it.
    pub title: String,
    /// Where it stands, who owns it, what is next.
    pub header: Facts,
    /// The way to it, besides the list of its kind.
    pub above: Vec<Inline>,
    /// The parts of the page before what happened.
    pub sections: Vec<Section>,
    /// The marking that the page bears.
    pub marking: Option<String>,
}

impl Body {
    /// The same as parts beneath another page: where the record stands first, and no part that has nothing to say.
    pub fn into_sections(self) -> impl Iterator<Item = Section> {
        let head = Section::new("record", "Where it stands").with(self.header);
        std::iter::once(head).chain(self.sections.into_iter().filter(|section| !section.parts.is_empty()))
    }

    /// A page with this title and stage.
    pub fn new(title: impl Into<String>, header: Facts) -> Self {
        Self { title: title.into(), header, above: Vec::new(), sections: Vec::new(), marking: None }
    }

    /// The same with one more section.
    #[must_use]
    pub fn with(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// The same with one more section, unless it is empty.
    #[must_use]
    pub fn some(mut self, section: Section) -> Self {
        if !section.parts.is_empty() {
            self.sections.push(section);
        }
        self
    }

    /// The same, below this record.
    #[must_use]
    pub fn below(mut self, above: Inline) -> Self {
        self.above.push(above);
        self
    }
}

/// What a record's page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The command that was just carried out.
    #[serde(default)]
    done: String,
}

async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(asked): ApiQuery<Asked>,
    kind: Kind,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), kind, &reference).await?;
    let clock = PageClock::at(&web.app, dossier.now);
    let body = body(&dossier, clock, visitor.principal().actor.side);
    let done = done(&asked.done);
    let heading = if body.title.is_empty() {
        format!("{} {}", words::kind(kind), dossier.reference)
    } else {
        format!("{} {}: {}", words::kind(kind), dossier.reference, body.title)
    };
    let mut sections =
        vec![Section::new("actions", "What you can do").with(acts::acts(&dossier)).some(begins(&dossier))];
    sections.extend(body.sections);
    sections.extend(history::sections(&dossier, clock));
    let list = Link { href: format!("/{}", kind.plural()), text: words::kinds(kind).to_owned() };
    let mut crumbs = if visitor.principal().actor.link.is_some() { Vec::new() } else { vec![Inline::Link(list)] };
    crumbs.extend(body.above);
    crumbs.push(Inline::text(dossier.reference.clone()));
    let hidden = hidden(&dossier);
    let crumbs = crumbs.into_iter().map(|crumb| crumb.unlinked(&hidden)).collect();
    let sections = sections.into_iter().map(|section| section.unlinked(&hidden)).collect();
    let header = header::next(body.header, &dossier, clock).unlinked(&hidden);
    let frame = Frame::of(&web, &visitor, heading.clone()).marked(body.marking);
    html(&RecordPage { frame, crumbs, heading, header, done, sections })
}

/// That a command was carried out; nothing for what is none.
pub(in crate::web::pages) fn done(name: &str) -> Option<Alert> {
    let known = Command::catalog().iter().any(|facts| facts.action.name == name);
    known.then(|| Alert::new(Tone::Success, format!("Done: {}.", words::label(name))))
}

/// The addresses of records that are named and not to be read.
pub(in crate::web::pages) fn hidden(dossier: &Dossier) -> BTreeSet<String> {
    dossier.hidden.iter().map(|(kind, reference)| format!("/{}/{reference}", kind.plural())).collect()
}

fn body(dossier: &Dossier, clock: PageClock, side: Side) -> Body {
    match &dossier.view {
        RecordView::Engagement(view) => engagement::body(view, dossier, clock),
        RecordView::Condition(view) => condition::body(view, dossier, clock),
        other => body_of(other, clock, side).unwrap_or_else(|| Body::new("", Facts::new())),
    }
}

/// What the page of a record says that its view alone tells; none of those that want to know what stands under them.
pub fn body_of(view: &RecordView, clock: PageClock, side: Side) -> Option<Body> {
    Some(match view {
        RecordView::Engagement(_) | RecordView::Condition(_) => return None,
        RecordView::Release(view) => release::body(view, clock),
        RecordView::Inquiry(view) => inquiry::body(view, clock),
        RecordView::EngagementOutline(view) => other::engagement_outline(view, clock),
        RecordView::Nomination(view) => nomination::body(view, clock, side),
        RecordView::NominationOutline(view) => other::nomination_outline(view, clock),
        RecordView::Approach(view) => other::approach(view, clock),
        RecordView::Grant(view) => grant::body(view, clock),
        RecordView::Prerequisites(view) => other::prerequisites(view, clock),
        RecordView::Incident(view) => incident::body(view, clock),
        RecordView::FoiaRequest(view) => foia::body(view, clock),
        RecordView::Document(view) => other::document(view, clock),
        RecordView::Handoff(view) => handoff::body(view, clock),
        RecordView::Receipt(view) => Body::new(view.reference.clone(), Facts::new()),
    })
}

/// What can be begun under the record.
fn begins(dossier: &Dossier) -> Option<Inline> {
    let catalog = Command::catalog();
    let link = |action: &Action| {
        let summary =
            catalog.iter().find(|facts| facts.action == *action).map(|facts| facts.summary).unwrap_or_default();
        let page = if action.kind == Kind::Document { "documents/new" } else { "new" };
        let path = if action.kind == Kind::Document {
            String::new()
        } else {
            format!("/{}", action.kind.name().replace('_', "-"))
        };
        Inline::Link(Link {
            href: format!("/{page}{path}?under={}", dossier.reference),
            text: format!("{}: {summary}", words::kind(action.kind)),
        })
    };
    let links: Vec<Inline> = dossier.begins.iter().map(link).collect();
    (!links.is_empty()).then(|| Inline::Why {
        summary: format!("Begin something here: {}", links.len()),
        facts: Facts { rows: vec![("Under this record".to_owned(), Inline::List(links))] },
    })
}

//! The form of a command.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{
    about,
    begin::{self, Beginning},
    facts_of, paper,
    preview::Panel,
    since,
};
use crate::{
    app::{AppError, Dossier},
    authz::ever,
    domain::{action::Action, id::Kind},
    web::{
        Web,
        extract::{
            ApiQuery, Path,
            visitor::{Fields, Visitor},
        },
        pages::{
            form::{Choices, Field, fields_of, meant, show},
            frame::{Frame, html},
            record::{hidden, link, reasons},
            time::PageClock,
            ui::{Alert, FieldView, Inline, Link, Section, Tone},
            words,
        },
    },
};

/// The page.
#[derive(Template)]
#[template(path = "pages/act.html")]
pub struct ActPage {
    pub(super) frame: Frame,
    pub(super) crumbs: Vec<Inline>,
    pub(super) heading: String,
    pub(super) summary: String,
    pub(super) alert: Option<Alert>,
    pub(super) read: Vec<Section>,
    pub(super) fields: Vec<FieldView>,
    pub(super) proof: Vec<FieldView>,
    pub(super) panel: Option<Panel>,
    pub(super) csrf: String,
    pub(super) etag: String,
    pub(super) key: String,
    /// How much had happened to the record when the form was opened.
    pub(super) seen: usize,
    pub(super) back: String,
    /// Whether the form is shown: not where the command cannot be carried out.
    pub(super) open: bool,
}

/// What a form of a new record may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAsked {
    /// The record that the new one stands under.
    #[serde(default)]
    under: String,
}

/// What a form on a record may be asked for: nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The form of a command on a record.
pub async fn on(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(Nothing {}): ApiQuery<Nothing>,
    action: Action,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), action.kind, &reference).await?;
    let draft = Draft::default();
    html(&of_record(&web, &visitor, action, &dossier, draft).await?)
}

/// The form of a command that makes a record, for whoever may ever carry it out.
pub async fn new(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<NewAsked>,
    action: Action,
) -> Result<Response, AppError> {
    if !ever(web.app.engine(), &visitor.principal().actor, action) {
        return Err(AppError::Forbidden);
    }
    let draft = Draft { under: asked.under, ..Draft::default() };
    html(&of_new(&web, &visitor, action, draft).await?)
}

/// What a form holds already: what was typed, what is wrong, and what would happen.
#[derive(Default)]
pub struct Draft {
    /// What was typed; none for a form that was just opened.
    pub typed: Option<Fields>,
    /// What is wrong, by pointer.
    pub errors: BTreeMap<String, String>,
    /// A message.
    pub alert: Option<Alert>,
    /// What would happen.
    pub panel: Option<Panel>,
    /// The entity tag of the record that the form was made for.
    pub etag: Option<String>,
    /// The key under which the form is carried out once.
    pub key: Option<String>,
    /// The record that a new one stands under.
    pub under: String,
    /// How much had happened when a form was opened that comes too late.
    pub late: Option<usize>,
}

/// The form of a command on a record, as far as it is filled in.
pub async fn of_record(
    web: &Web,
    visitor: &Visitor,
    action: Action,
    dossier: &Dossier,
    mut draft: Draft,
) -> Result<ActPage, AppError> {
    let text = dossier.documents.iter().rev().find_map(|document| document.body.as_deref());
    let clock = PageClock::at(&web.app, dossier.now);
    let answer = dossier.actions.iter().find(|one| one.action == action.name).ok_or(AppError::NotFound)?;
    let mut beginning = begin::on(action, &dossier.view, answer, text, clock);
    beginning.intent = paper::intent(action, &dossier.view, &visitor.browser.organization);
    if !answer.allowed && answer.refusal == Some("forbidden") {
        return Err(AppError::Forbidden);
    }
    let side = visitor.principal().actor.side;
    let mut read: Vec<Section> = draft.late.map(|seen| paper::since(dossier, seen, clock)).into_iter().collect();
    read.extend(about::sections(answer, dossier, clock, side));
    read.append(&mut beginning.read);
    read.extend(paper::sections(web, visitor, action, dossier, clock).await?);
    read.extend(since::section(web, visitor, action, &dossier.view, clock).await?);
    let hidden = hidden(dossier);
    beginning.read = read.into_iter().map(|section| section.unlinked(&hidden)).collect();
    if !answer.allowed && draft.alert.is_none() {
        let lines = reasons(action.kind, answer);
        draft.alert = Some(Alert::headed(Tone::Warning, "This cannot be done now", lines));
    }
    let at = Link {
        href: format!("/{}/{}", action.kind.plural(), dossier.reference),
        text: format!("{} {}", words::kind(action.kind), dossier.reference),
    };
    draft.etag.get_or_insert_with(|| dossier.etag.clone());
    let mut page = form(web, visitor, action, beginning, draft).await?;
    page.open = answer.allowed || page.panel.is_some();
    page.seen = dossier.happened.len();
    page.back.clone_from(&at.href);
    page.crumbs = vec![Inline::Link(at), Inline::text(page.heading.clone())];
    Ok(page)
}

/// The form of a command that makes a record, as far as it is filled in.
pub async fn of_new(web: &Web, visitor: &Visitor, action: Action, draft: Draft) -> Result<ActPage, AppError> {
    let list = format!("/{}", action.kind.plural());
    let under = draft.under.clone();
    let beginning = begin::new(action.kind, &under);
    let mut page = form(web, visitor, action, beginning, draft).await?;
    let listed = Link { href: list, text: words::kinds(action.kind).to_owned() };
    // Whoever came from a record goes back to it.
    let crumb = match link(&under) {
        Inline::Link(link) => link,
        _ => listed,
    };
    page.back.clone_from(&crumb.href);
    page.crumbs = vec![Inline::Link(crumb), Inline::text(page.heading.clone())];
    Ok(page)
}

async fn form(
    web: &Web,
    visitor: &Visitor,
    action: Action,
    beginning: Beginning,
    draft: Draft,
) -> Result<ActPage, AppError> {
    let facts = facts_of(action).ok_or(AppError::NotFound)?;
    let mut fields: Vec<Field> = meant(fields_of(&facts), beginning.intent.as_deref());
    if !may_suspend(web, visitor, action) {
        fields.retain(|field| field.name != SUSPENDS);
    }
    let mut choices = Choices::of(web, visitor.principal(), &fields).await?;
    choices.keys.extend(beginning.keys);
    if let Some((field, gone)) = &beginning.without
        && let Some(keys) = choices.keys.get_mut(field)
    {
        keys.retain(|(key, _)| key != gone);
    }
    let typed = draft.typed.unwrap_or(beginning.typed);
    let zone = web.app.settings().program.zone;
    let heading = heading(action);
    let alert = draft.alert.or_else(|| summary_of(&draft.errors, &fields));
    Ok(ActPage {
        frame: Frame::of(web, visitor, heading.clone()),
        crumbs: Vec::new(),
        heading,
        summary: facts.summary.to_owned(),
        alert,
        read: beginning.read,
        fields: show(&fields, &typed, &draft.errors, &choices, zone.name()),
        proof: proof(visitor, action, &draft.errors),
        panel: draft.panel,
        csrf: visitor.csrf.clone(),
        etag: draft.etag.unwrap_or_default(),
        key: draft.key.unwrap_or_else(|| web.app.ids().uuid().to_string()),
        seen: 0,
        back: String::new(),
        open: true,
    })
}

/// The box of a report that suspends the window too.
const SUSPENDS: &str = "suspend_window";

/// Whether whoever reports an incident may suspend a window too, at best: the box is for those alone.
fn may_suspend(web: &Web, visitor: &Visitor, action: Action) -> bool {
    if action != Action::new(Kind::Incident, "report") {
        return true;
    }
    let suspends = Action::new(Kind::Engagement, "suspend-window");
    ever(web.app.engine(), &visitor.principal().actor, suspends)
}

fn heading(action: Action) -> String {
    let makes = facts_of(action).is_some_and(|facts| facts.creates != crate::domain::action::Creates::No);
    if makes { words::beginning(action) } else { words::label(action.name) }
}

/// What must be proven again before the command is carried out.
fn proof(visitor: &Visitor, action: Action, errors: &BTreeMap<String, String>) -> Vec<FieldView> {
    if !crate::app::identity::wants_proof(action) {
        return Vec::new();
    }
    let wrong = |field: FieldView| match errors.get(&field.name) {
        Some(error) => field.wrong(error),
        None => field,
    };
    crate::web::pages::proof::fields(visitor).into_iter().map(wrong).collect()
}

/// Where the errors are, each leading to its field.
pub fn summary_of(errors: &BTreeMap<String, String>, fields: &[Field]) -> Option<Alert> {
    if errors.is_empty() {
        return None;
    }
    let label = |pointer: &str| {
        let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        fields.iter().find(|field| field.name == name).map_or_else(|| words::label(name), |field| field.label.clone())
    };
    let one = |(pointer, error): (&String, &String)| {
        (crate::web::pages::ui::id_of(pointer), format!("{}: {error}", label(pointer)))
    };
    let mut alert = Alert::headed(Tone::Error, "Some fields need another look", Vec::new());
    alert.fields = errors.iter().map(one).collect();
    Some(alert)
}

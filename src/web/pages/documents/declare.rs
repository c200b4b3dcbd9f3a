//! A new document: declared with the size and the digest of the file that was sent, and then handed in. What fails
//! before the declaration comes back at the form; what fails after it is told, and can be sent again. A preview tells what
//! the declaration would bring, with a file or before one is chosen.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    content,
    page::{FILE, UploadPage, file_field, media_type, stem, why},
};
use crate::{
    app::{AppError, Dossier, Outcome, Request, TargetRef, kind_of, view::RecordView},
    domain::{action::Action, command::Command, document::MediaType, id::Kind, text::Sha256Hex},
    web::{
        Web, done,
        extract::{
            ApiQuery, parse_error,
            upload::{PostedFile, SentFile, Upload},
            visitor::{Fields, Visitor},
        },
        pages::{
            act::{Panel, is_form, once, panel, summary_of, told},
            form::{Choices, Field, fields_of, read, show},
            sheet::crumb_of,
            time::PageClock,
            ui::{Alert, FieldView, Inline},
        },
        problem::Problem,
    },
};

/// The command.
const UPLOAD: Action = Action::new(Kind::Document, "upload");

/// What the service finds out of the file itself.
const OF_THE_FILE: [&str; 3] = ["media_type", "size_bytes", "sha256"];

/// What stands for the content of a file that is not chosen yet, in a preview.
const STAND_IN: &[u8] = b"\n";

/// What the form may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The record that the document is to hang on.
    #[serde(default)]
    under: String,
}

/// What a form holds already.
#[derive(Default)]
struct Draft {
    typed: Fields,
    /// What is wrong, by field.
    errors: BTreeMap<String, String>,
    alert: Option<Alert>,
    /// What would happen.
    panel: Option<Panel>,
    /// Whether a file was sent, which no page can fill in again.
    had_file: bool,
}

/// The form.
pub async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let typed = Fields(vec![("/attach_to".to_owned(), asked.under)]);
    form(&web, &visitor, Draft { typed, ..Draft::default() }).await?.answer(StatusCode::OK)
}

/// The form that was sent. Few files are read at a time.
pub async fn send(State(web): State<Web>, upload: Upload) -> Result<Response, AppError> {
    let _turn = web.app.turn_to_send(upload.visitor.principal().actor.account)?;
    let PostedFile { visitor, fields, file } = upload.read(&web).await?;
    let draft = Draft { typed: fields.clone(), had_file: file.is_some(), ..Draft::default() };
    let previews = fields.get("preview") == "true";
    let Said { body, file } = match checked(&web, &fields, file, previews).await? {
        Ok(said) => said,
        Err(errors) => {
            return form(&web, &visitor, Draft { errors, ..draft }).await?.answer(StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let Some((file, media_type)) = file.filter(|_| !previews) else {
        return match preview(&web, &visitor, &body).await {
            Ok(panel) => form(&web, &visitor, Draft { panel, ..draft }).await?.answer(StatusCode::OK),
            Err(error) => refused(&web, &visitor, draft, error).await,
        };
    };
    match declare(&web, &visitor, fields.get("key"), &body).await {
        Ok(Declared::New(reference)) => handed_in(&web, &visitor, &reference, media_type, file).await,
        Ok(Declared::Before(reference)) => match web.app.awaited(visitor.principal(), &reference).await {
            Err(AppError::Refused(_)) => Ok(shown(&reference)),
            _ => handed_in(&web, &visitor, &reference, media_type, file).await,
        },
        Ok(Declared::Unseen) => Ok(Redirect::to("/").into_response()),
        Err(error) => refused(&web, &visitor, draft, error).await,
    }
}

/// What the service refused comes back at the form, what it broke of does not.
async fn refused(web: &Web, visitor: &Visitor, draft: Draft, error: AppError) -> Result<Response, AppError> {
    if !is_form(&error) {
        return Err(error);
    }
    let problem = Problem::from(error);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
    let (errors, alert) = told(&problem);
    form(web, visitor, Draft { errors: at_fields(errors), alert, ..draft }).await?.answer(status)
}

/// What a form declares, and the file that it is about; none only where a preview was asked for without one.
struct Said {
    body: Value,
    file: Option<(SentFile, MediaType)>,
}

/// What the form declares; or what is wrong, by field. A preview needs no file: what would happen is the same for every
/// file that fits.
async fn checked(
    web: &Web,
    fields: &Fields,
    file: Option<SentFile>,
    previews: bool,
) -> Result<Result<Said, BTreeMap<String, String>>, AppError> {
    let fields = named(fields, file.as_ref(), previews);
    let mut typed = read(&asked_for(), &fields, web.app.settings().program.zone);
    let file = match file.map(|file| (media_type(&file), file)) {
        Some((Some(media_type), file)) => {
            match web.app.check_content(media_type, file.bytes.clone()).await {
                Ok(()) => {}
                Err(error @ AppError::ContentRefused(_)) => {
                    typed.errors.insert(FILE.to_owned(), why(error).1);
                }
                Err(error) => return Err(error),
            }
            Some((file, media_type))
        }
        Some((None, _)) => {
            typed.errors.insert(FILE.to_owned(), "Choose a PDF, Markdown or plain text file.".to_owned());
            None
        }
        None if previews => None,
        None => {
            typed.errors.insert(FILE.to_owned(), "Choose a file.".to_owned());
            None
        }
    };
    if !typed.errors.is_empty() {
        return Ok(Err(typed.errors));
    }
    let (bytes, media_type) =
        file.as_ref().map_or((STAND_IN, MediaType::Plain), |(file, media_type)| (&file.bytes, *media_type));
    typed.body.insert("media_type".to_owned(), media_type.name().into());
    typed.body.insert("size_bytes".to_owned(), bytes.len().into());
    typed.body.insert("sha256".to_owned(), Sha256Hex::of(bytes).as_str().into());
    Ok(Ok(Said { body: Value::Object(typed.body), file }))
}

/// The fields with a name where none was typed: the file's own. A preview without a file has one that is kept nowhere.
fn named(fields: &Fields, file: Option<&SentFile>, previews: bool) -> Fields {
    let mut named = fields.clone();
    let name = file.map(stem).or_else(|| previews.then_some("Document"));
    if let Some(name) = name.filter(|_| fields.get("/name").trim().is_empty()) {
        named.0.retain(|(field, _)| field != "/name");
        named.0.push(("/name".to_owned(), name.to_owned()));
    }
    named
}

/// What declaring the document would bring. Nothing of it is kept.
async fn preview(web: &Web, visitor: &Visitor, body: &Value) -> Result<Option<Panel>, AppError> {
    let request = Request { principal: visitor.principal().clone(), preview: true, if_match: None, idempotency: None };
    let bytes = serde_json::to_vec(body).map_err(AppError::internal)?;
    let clock = PageClock { zone: web.app.settings().program.zone, now: web.app.clock().business() };
    Ok(match web.app.execute(&request, &TargetRef::New(Kind::Document), &command(&bytes)?).await? {
        Outcome::Preview(preview) => Some(panel(&preview, clock)),
        Outcome::Done(_) | Outcome::Replayed(_) => None,
    })
}

fn command(body: &[u8]) -> Result<Command, AppError> {
    let command = Command::parse(UPLOAD.kind, UPLOAD.name, body).ok_or(AppError::NotFound)?;
    command.map_err(parse_error)
}

/// A declaration that was taken.
enum Declared {
    /// It makes a document.
    New(String),
    /// The same form was sent before; its content may be there already.
    Before(String),
    /// It makes a document that its sender may not see.
    Unseen,
}

/// Declares the document.
async fn declare(web: &Web, visitor: &Visitor, key: &str, body: &Value) -> Result<Declared, AppError> {
    let bytes = serde_json::to_vec(body).map_err(AppError::internal)?;
    let request = Request {
        principal: visitor.principal().clone(),
        preview: false,
        if_match: None,
        idempotency: once(visitor, UPLOAD, Kind::Document.plural().to_owned(), key, &bytes),
    };
    let target = TargetRef::New(Kind::Document);
    Ok(match web.app.execute(&request, &target, &command(&bytes)?).await? {
        Outcome::Done(done) if matches!(done.view, RecordView::Receipt(_)) => Declared::Unseen,
        Outcome::Done(done) => Declared::New(done.reference),
        Outcome::Replayed(kept) => Declared::Before(kept.reference),
        Outcome::Preview(_) => Declared::Unseen,
    })
}

/// Hands the content in. Where that fails the document is there, and waits for its content.
async fn handed_in(
    web: &Web,
    visitor: &Visitor,
    reference: &str,
    media_type: MediaType,
    file: SentFile,
) -> Result<Response, AppError> {
    match content::hand_in(web, visitor, reference, media_type, file).await {
        Ok(()) => Ok(shown(reference)),
        Err(error) => {
            let (status, detail) = why(error);
            let told = format!("{reference} was declared, but its content did not arrive: {detail}");
            content::again(web, visitor, reference, status, &told).await
        }
    }
}

/// The way to the document's page.
fn shown(reference: &str) -> Response {
    done::led(&format!("/documents/{reference}?done=upload"))
}

fn asked_for() -> Vec<Field> {
    let catalog = Command::catalog();
    let fields = catalog.iter().find(|facts| facts.action == UPLOAD).map(fields_of).unwrap_or_default();
    fields.into_iter().filter(|field| !OF_THE_FILE.contains(&field.name.as_str())).collect()
}

/// What was found wrong with what the service itself found out is wrong with the file.
fn at_fields(errors: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let of_file = |pointer: &str| OF_THE_FILE.contains(&pointer.trim_start_matches('/'));
    errors.into_iter().map(|(at, error)| (if of_file(&at) { FILE.to_owned() } else { at }, error)).collect()
}

/// The record that the document is to hang on. What was typed wrong is said at its field, and is no reason to lose the
/// form.
async fn place(web: &Web, visitor: &Visitor, under: &str, again: bool) -> Result<Option<Dossier>, AppError> {
    let Some(kind) = kind_of(under) else { return Ok(None) };
    match web.app.dossier(visitor.principal(), kind, under).await {
        Err(AppError::NotFound) if again => Ok(None),
        found => found.map(Some),
    }
}

/// The form, with what was typed and what is wrong. A browser does not send a file again by itself.
async fn form(web: &Web, visitor: &Visitor, draft: Draft) -> Result<UploadPage, AppError> {
    let Draft { mut typed, errors, alert, panel, had_file } = draft;
    let under = typed.get("/attach_to").trim().to_owned();
    let fields = asked_for();
    let mut choices = Choices::of(web, visitor.principal(), &fields).await?;
    let mut page = UploadPage::new(web, visitor, "Add a document");
    let again = alert.is_some() || !errors.is_empty();
    if let Some(known) = place(web, visitor, &under, again).await? {
        let versions = known.documents.iter().filter_map(|entry| entry.document.as_ref());
        let versions = versions.filter(|one| one.stage == "available");
        let versions = versions.map(|one| (one.reference.clone(), format!("{} (version {})", one.name, one.version)));
        choices.keys.insert("parent", versions.collect());
        if let RecordView::Condition(condition) = &known.view {
            let agreed = condition.agreed.as_ref().map(|agreed| agreed.digest.as_str().to_owned());
            let agreed = agreed.map(|digest| (digest.clone(), format!("The agreed text, {digest}")));
            choices.keys.insert("executes", agreed.into_iter().collect());
        }
        choices.keys.insert("attach_to", vec![(known.reference.clone(), known.reference.clone())]);
        typed.0.retain(|(name, _)| name != "/attach_to");
        typed.0.push(("/attach_to".to_owned(), known.reference.clone()));
        page.back = format!("/{}/{under}#documents", known.kind.plural());
        page.crumbs.push(crumb_of(&under));
    }
    page.crumbs.push(Inline::text(page.heading));
    "The service takes the file’s size and SHA-256 itself, checks what it holds, and keeps each version as it is."
        .clone_into(&mut page.summary);
    "/documents/new".clone_into(&mut page.action);
    page.alert = alert.or_else(|| summary_of(&errors, &fields));
    page.previews = true;
    page.panel = panel;
    let mut file = file_field(web, errors.get(FILE).map(String::as_str).unwrap_or_default());
    if had_file {
        file.hint.push_str(" Choose the file again: a page cannot keep it.");
    }
    let shown = show(&fields, &typed, &errors, &choices, web.app.settings().program.zone.name());
    page.fields = arranged(shown, file);
    Ok(page)
}

/// The file stands first, what is attested last; the name may be left to the file.
fn arranged(fields: Vec<FieldView>, file: FieldView) -> Vec<FieldView> {
    let named = |field: FieldView| match field.name.as_str() {
        "/name" => field.optional().hinted("Its name, for people; the file’s own name if left empty."),
        _ => field,
    };
    [file].into_iter().chain(fields.into_iter().map(named)).collect()
}

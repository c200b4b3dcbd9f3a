//! A new document: declared with the size and the digest of the file that was sent, and then handed in. What fails
//! before the declaration comes back at the form; what fails after it is told, and can be sent again.

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
            act::{is_form, once, summary_of, told},
            form::{Choices, Field, fields_of, read, show},
            sheet::crumb_of,
            ui::{Alert, FieldView, Inline},
        },
        problem::Problem,
    },
};

/// The command.
const UPLOAD: Action = Action::new(Kind::Document, "upload");

/// What the service finds out of the file itself.
const OF_THE_FILE: [&str; 3] = ["media_type", "size_bytes", "sha256"];

/// What the form may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The record that the document is to hang on.
    #[serde(default)]
    under: String,
}

/// The form.
pub async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let typed = Fields(vec![("/attach_to".to_owned(), asked.under)]);
    form(&web, &visitor, &typed, &BTreeMap::new(), None).await?.answer(StatusCode::OK)
}

/// The form that was sent. Few files are read at a time.
pub async fn send(State(web): State<Web>, upload: Upload) -> Result<Response, AppError> {
    let _turn = web.app.turn_to_send(upload.visitor.principal().actor.account)?;
    let PostedFile { visitor, mut fields, file } = upload.read(&web).await?;
    if let Some(file) = file.as_ref().filter(|_| fields.get("/name").trim().is_empty()) {
        fields.0.retain(|(name, _)| name != "/name");
        fields.0.push(("/name".to_owned(), stem(file).to_owned()));
    }
    let (body, file, media_type) = match checked(&web, &fields, file).await? {
        Ok(checked) => checked,
        Err(errors) => return again(&web, &visitor, &fields, StatusCode::UNPROCESSABLE_ENTITY, errors, None).await,
    };
    match declare(&web, &visitor, fields.get("key"), &body).await {
        Ok(Declared::New(reference)) => handed_in(&web, &visitor, &reference, media_type, file).await,
        Ok(Declared::Before(reference)) => match web.app.awaited(visitor.principal(), &reference).await {
            Err(AppError::Refused(_)) => Ok(shown(&reference)),
            _ => handed_in(&web, &visitor, &reference, media_type, file).await,
        },
        Ok(Declared::Unseen) => Ok(Redirect::to("/").into_response()),
        Err(error) if is_form(&error) => {
            let problem = Problem::from(error);
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            let (errors, alert) = told(&problem);
            again(&web, &visitor, &fields, status, at_fields(errors), alert).await
        }
        Err(error) => Err(error),
    }
}

/// What the declaration says, with the file that it is about; or what is wrong, by field.
async fn checked(
    web: &Web,
    fields: &Fields,
    file: Option<SentFile>,
) -> Result<Result<(Value, SentFile, MediaType), BTreeMap<String, String>>, AppError> {
    let mut typed = read(&asked_for(), fields, web.app.settings().program.zone);
    let (file, media_type) = match file.map(|file| (media_type(&file), file)) {
        Some((Some(media_type), file)) => {
            match web.app.check_content(media_type, file.bytes.clone()).await {
                Ok(()) => {}
                Err(error @ AppError::ContentRefused(_)) => {
                    typed.errors.insert(FILE.to_owned(), why(error).1);
                }
                Err(error) => return Err(error),
            }
            (file, media_type)
        }
        other => {
            let wrong = if other.is_some() { "Choose a PDF, Markdown or plain text file." } else { "Choose a file." };
            typed.errors.insert(FILE.to_owned(), wrong.to_owned());
            return Ok(Err(typed.errors));
        }
    };
    if !typed.errors.is_empty() {
        return Ok(Err(typed.errors));
    }
    typed.body.insert("media_type".to_owned(), media_type.name().into());
    typed.body.insert("size_bytes".to_owned(), file.bytes.len().into());
    typed.body.insert("sha256".to_owned(), Sha256Hex::of(&file.bytes).as_str().into());
    Ok(Ok((Value::Object(typed.body), file, media_type)))
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
    let command = Command::parse(UPLOAD.kind, UPLOAD.name, &bytes).ok_or(AppError::NotFound)?;
    let request = Request {
        principal: visitor.principal().clone(),
        preview: false,
        if_match: None,
        idempotency: once(visitor, UPLOAD, Kind::Document.plural().to_owned(), key, &bytes),
    };
    let target = TargetRef::New(Kind::Document);
    Ok(match web.app.execute(&request, &target, &command.map_err(parse_error)?).await? {
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

async fn again(
    web: &Web,
    visitor: &Visitor,
    typed: &Fields,
    status: StatusCode,
    errors: BTreeMap<String, String>,
    alert: Option<Alert>,
) -> Result<Response, AppError> {
    form(web, visitor, typed, &errors, alert).await?.answer(status)
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
async fn form(
    web: &Web,
    visitor: &Visitor,
    typed: &Fields,
    errors: &BTreeMap<String, String>,
    alert: Option<Alert>,
) -> Result<UploadPage, AppError> {
    let under = typed.get("/attach_to").trim();
    let fields = asked_for();
    let mut choices = Choices::of(web, visitor.principal(), &fields).await?;
    let mut page = UploadPage::new(web, visitor, "Add a document");
    let mut typed = typed.clone();
    let again = alert.is_some() || !errors.is_empty();
    if let Some(known) = place(web, visitor, under, again).await? {
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
        page.crumbs.push(crumb_of(under));
    }
    page.crumbs.push(Inline::text(page.heading));
    "The service takes the file’s size and SHA-256 itself, checks what it holds, and keeps each version as it is."
        .clone_into(&mut page.summary);
    "/documents/new".clone_into(&mut page.action);
    page.alert = alert.or_else(|| summary_of(errors, &fields));
    let file = file_field(web, errors.get(FILE).map(String::as_str).unwrap_or_default());
    let shown = show(&fields, &typed, errors, &choices, web.app.settings().program.zone.name());
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

//! The content of a document that was declared: handed in, and read as a download of a type that nothing runs.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::page::{FILE, UploadPage, file_field, media_type, size, why};
use crate::{
    app::{AppError, Dossier, view::RecordView},
    domain::{document::MediaType, id::Kind},
    web::{
        Web,
        api::documents::{download as as_download, in_place},
        done,
        extract::{
            Path,
            upload::{PostedFile, SentFile, Upload},
            visitor::Visitor,
        },
        pages::{
            act::is_form,
            sheet::{crumb, crumb_of},
            ui::{Alert, FieldView, Inline, Tone},
        },
    },
};

/// The form for the content of a document that waits for it.
pub async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Document, &reference).await?;
    web.app.awaited(visitor.principal(), &reference).await?;
    form(&web, &visitor, &dossier, None)?.answer(StatusCode::OK)
}

/// The content that was sent. Who may send it is known before a byte of it is read.
pub async fn send(State(web): State<Web>, Path(reference): Path<String>, upload: Upload) -> Result<Response, AppError> {
    web.app.awaited(upload.visitor.principal(), &reference).await?;
    let _turn = web.app.turn_to_send(upload.visitor.principal().actor.account)?;
    let PostedFile { visitor, file, .. } = upload.read(&web).await?;
    let Some((media_type, file)) = file.and_then(|file| Some((media_type(&file)?, file))) else {
        let wrong = "Choose the PDF, Markdown or plain text file that was declared.";
        return again(&web, &visitor, &reference, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    };
    match hand_in(&web, &visitor, &reference, media_type, file).await {
        Ok(()) => Ok(done::led(&format!("/documents/{reference}?done=upload"))),
        Err(error) if is_form(&error) => {
            let (status, detail) = why(error);
            again(&web, &visitor, &reference, status, &detail).await
        }
        Err(error) => Err(error),
    }
}

/// Hands a content in, as the API does.
pub async fn hand_in(
    web: &Web,
    visitor: &Visitor,
    reference: &str,
    media_type: MediaType,
    file: SentFile,
) -> Result<(), AppError> {
    let awaited = web.app.awaited(visitor.principal(), reference).await?;
    web.app.receive(visitor.principal(), &awaited, media_type.name(), file.bytes).await.map(|_| ())
}

/// The form once more, with what went wrong.
pub async fn again(
    web: &Web,
    visitor: &Visitor,
    reference: &str,
    status: StatusCode,
    wrong: &str,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Document, reference).await?;
    form(web, visitor, &dossier, Some(wrong))?.answer(status)
}

fn form(web: &Web, visitor: &Visitor, dossier: &Dossier, wrong: Option<&str>) -> Result<UploadPage, AppError> {
    let RecordView::Document(document) = &dossier.view else { return Err(AppError::NotFound) };
    let mut page = UploadPage::new(web, visitor, "Send the content");
    let at = format!("/documents/{}", dossier.reference);
    page.crumbs =
        vec![crumb_of(&document.attached_to), crumb(Kind::Document, &dossier.reference), Inline::text(page.heading)];
    page.summary = format!(
        "{} was declared as {} of {} with the SHA-256 {}. It takes exactly that file.",
        document.name,
        document.media_type.name(),
        size(document.size_bytes),
        document.sha256
    );
    page.alert = wrong.map(|wrong| {
        let mut alert = Alert::headed(Tone::Error, "The content was not taken", Vec::new());
        alert.fields = vec![(crate::web::pages::ui::id_of(FILE), wrong.to_owned())];
        alert
    });
    let field: FieldView = file_field(web, wrong.unwrap_or_default());
    page.fields = vec![field];
    page.action = format!("{at}/send");
    page.back = at;
    Ok(page)
}

/// The content in the browser's own window, in a sandbox: it runs nothing, loads nothing, and is framed by nobody.
pub async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    web.app.content(visitor.principal(), &reference).await.map(|content| in_place(content).into_response())
}

/// The content as a download.
pub async fn download(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    web.app.content(visitor.principal(), &reference).await.map(|content| as_download(content).into_response())
}

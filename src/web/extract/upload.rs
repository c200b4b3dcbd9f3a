//! A form with a file (multipart/form-data, RFC 7578). Who sends it is known before its body is read, and the session's
//! token stands before the file, so that no file of another site's form is taken in.

use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
};

use super::{
    json::unreadable,
    visitor::{Fields, TOKEN_FIELD, Visitor, own},
};
use crate::{
    app::{AppError, error::BadRequest},
    web::Web,
};

/// Fields that a form with a file has at most.
const MOST_FIELDS: usize = 40;

/// Bytes that a field besides the file has at most.
const MOST_TEXT: usize = 64 * 1024;

/// A form with a file whose sender is known and whose body is yet to be read.
pub struct Upload {
    /// Who sends it.
    pub visitor: Visitor,
    parts: Multipart,
}

/// A file as a browser sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// The name that it has where it came from; it is no path here.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// A form with a file.
#[derive(Clone, Debug)]
pub struct PostedFile {
    /// Who sent it.
    pub visitor: Visitor,
    /// What it says; without the token.
    pub fields: Fields,
    /// The file; none where none was chosen.
    pub file: Option<SentFile>,
}

impl FromRequest<Web> for Upload {
    type Rejection = AppError;

    async fn from_request(request: Request, web: &Web) -> Result<Self, AppError> {
        let (mut parts, body) = request.into_parts();
        own(&parts.headers, web)?;
        let visitor = Visitor::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        let parts = Multipart::from_request(request, &()).await.map_err(|_| AppError::UnsupportedMediaType)?;
        Ok(Self { visitor, parts })
    }
}

impl Upload {
    /// Reads the form. A file is read only behind the session's token.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the token, [`AppError::PayloadTooLarge`] for a file or a field that is too large,
    /// [`BadRequest`] for a form that cannot be read.
    pub async fn read(mut self, web: &Web) -> Result<PostedFile, AppError> {
        let most = usize::try_from(web.app.settings().documents.max_bytes).unwrap_or(usize::MAX);
        let (mut fields, mut file, mut trusted) = (Fields::default(), None, false);
        while let Some(field) = self.parts.next_field().await.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == TOKEN_FIELD {
                let token = text(field).await?;
                trusted = web.csrf.fits(self.visitor.browser.session, &token)?;
            } else if !trusted {
                return Err(AppError::Forbidden);
            } else if let Some(named) = field.file_name().map(str::to_owned) {
                let bytes = bounded(field, most).await?;
                file = (!named.is_empty()).then_some(SentFile { name: named, bytes }).or(file);
            } else if fields.0.len() < MOST_FIELDS {
                fields.0.push((name, text(field).await?));
            } else {
                return Err(AppError::PayloadTooLarge);
            }
        }
        if !trusted {
            return Err(AppError::Forbidden);
        }
        Ok(PostedFile { visitor: self.visitor, fields, file })
    }
}

async fn text(field: Field<'_>) -> Result<String, AppError> {
    let bytes = bounded(field, MOST_TEXT).await?;
    String::from_utf8(bytes.to_vec()).map_err(|_| malformed())
}

async fn bounded(mut field: Field<'_>, most: usize) -> Result<Bytes, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > most {
            return Err(AppError::PayloadTooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// What broke the form off: a limit of the body, or its own form.
fn broken(error: &MultipartError) -> AppError {
    match unreadable(error) {
        AppError::BadRequest(_) => malformed(),
        limit => limit,
    }
}

fn malformed() -> AppError {
    BadRequest::MalformedJson("the form cannot be read".to_owned()).into()
}

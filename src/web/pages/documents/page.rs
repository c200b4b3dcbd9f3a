//! The form with a file.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::{
    app::AppError,
    domain::document::MediaType,
    web::{
        Web,
        extract::{upload::SentFile, visitor::Visitor},
        pages::{
            act::Panel,
            frame::{Frame, html},
            ui::{Alert, Control, FieldView, Inline},
        },
        problem::Problem,
    },
};

/// The name of the field of the file.
pub const FILE: &str = "/file";

/// Every media type that is taken.
const TAKEN: [MediaType; 3] = [MediaType::Pdf, MediaType::Markdown, MediaType::Plain];

/// The page.
#[derive(Template)]
#[template(path = "pages/upload.html")]
pub struct UploadPage {
    /// What stands around it.
    pub frame: Frame,
    /// The way to it.
    pub crumbs: Vec<Inline>,
    /// Its heading, which its button says too.
    pub heading: &'static str,
    /// What it is for.
    pub summary: String,
    /// A message.
    pub alert: Option<Alert>,
    /// Where the form is sent to.
    pub action: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Whether it is the form of a command, whose outcome can be seen before.
    pub previews: bool,
    /// What would happen.
    pub panel: Option<Panel>,
    /// The token of the session's forms.
    pub csrf: String,
    /// The key under which the form is carried out once.
    pub key: String,
    /// Where to go instead.
    pub back: String,
}

impl UploadPage {
    /// A page without fields.
    pub fn new(web: &Web, visitor: &Visitor, heading: &'static str) -> Self {
        Self {
            frame: Frame::of(web, visitor, heading),
            crumbs: Vec::new(),
            heading,
            summary: String::new(),
            alert: None,
            action: String::new(),
            fields: Vec::new(),
            previews: false,
            panel: None,
            csrf: visitor.csrf.clone(),
            key: web.app.ids().uuid().to_string(),
            back: "/".to_owned(),
        }
    }

    /// The answer with this status.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the page cannot be written.
    pub fn answer(&self, status: StatusCode) -> Result<Response, AppError> {
        let mut response = html(self)?.into_response();
        *response.status_mut() = status;
        Ok(response)
    }
}

/// The field of the file.
pub fn file_field(web: &Web, error: &str) -> FieldView {
    let ends: Vec<&str> = TAKEN.iter().flat_map(|one| one.extensions()).copied().collect();
    let most = web.app.settings().documents.max_bytes;
    let hint = format!("A PDF without active content, or text in Markdown or plain text; at most {}.", size(most));
    FieldView::of(FILE, "File", Control::File { accept: ends.join(",") }).hinted(&hint).wrong(error)
}

/// A number of bytes as people read it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// What the file is, by the end of its name; its bytes must agree.
pub fn media_type(file: &SentFile) -> Option<MediaType> {
    let name = file.name.to_ascii_lowercase();
    TAKEN.into_iter().find(|one| one.extensions().iter().any(|end| name.ends_with(end)))
}

/// The file's name without the end that says its type.
pub fn stem(file: &SentFile) -> &str {
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim()
}

/// Why a content is not taken, in a sentence.
pub fn why(error: AppError) -> (StatusCode, String) {
    let problem = Problem::from(error);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    (status, problem.detail.unwrap_or_else(|| problem.kind.meaning().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> SentFile {
        SentFile { name: name.to_owned(), bytes: Vec::new().into() }
    }

    #[test]
    fn a_file_is_known_by_the_end_of_its_name() {
        let cases = [
            ("Terms.PDF", Some(MediaType::Pdf), "Terms"),
            ("C:\\papers\\draft v2.md", Some(MediaType::Markdown), "draft v2"),
            ("notes.txt", Some(MediaType::Plain), "notes"),
            ("page.html", None, "page"),
            ("terms", None, "terms"),
        ];
        for (name, expected, called) in cases {
            assert_eq!((media_type(&file(name)), stem(&file(name))), (expected, called), "{name}");
        }
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        for (bytes, said) in [(12, "12 bytes"), (1_500, "1 kB"), (25_000_000, "25.0 MB"), (1_250_000, "1.2 MB")] {
            assert_eq!(size(bytes), said);
        }
    }
}

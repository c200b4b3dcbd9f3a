//! What stands against a form that was sent, so that the form comes back with it.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use super::{
    ui::{Alert, FormView, Tone},
    words,
};
use crate::{
    app::{AppError, error::Unauthenticated},
    web::problem::Problem,
};

/// What stands against a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong at fields, by their names.
    pub fields: BTreeMap<String, String>,
    /// What is wrong with the whole.
    lines: Vec<String>,
    /// The status of the answer.
    pub status: StatusCode,
}

impl Wrong {
    /// What is wrong at one field.
    pub fn at(name: &str, error: &str) -> Self {
        let fields = BTreeMap::from([(name.to_owned(), error.to_owned())]);
        Self { fields, lines: Vec::new(), status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// What the error says against what was sent; an error that is not about what was sent is given back.
    ///
    /// # Errors
    /// The error itself.
    pub fn of(error: AppError) -> Result<Self, AppError> {
        match error {
            AppError::Unauthenticated {
                reason: Unauthenticated::WrongCredentials | Unauthenticated::SecondFactorNeeded,
            } => Ok(Self::at("password", "Password and code do not fit.")),
            error @ (AppError::Invalid(_) | AppError::Refused(_) | AppError::PayloadTooLarge) => {
                Ok(Self::told(&Problem::from(error)))
            }
            other => Err(other),
        }
    }

    fn told(problem: &Problem) -> Self {
        let mut fields = BTreeMap::new();
        let mut lines = Vec::new();
        for error in &problem.errors {
            let pointer = error.pointer.as_deref().unwrap_or_default();
            match pointer.trim_start_matches('/').split('/').next().filter(|name| !name.is_empty()) {
                Some(name) => drop(fields.insert(name.to_owned(), error.detail.clone())),
                None => lines.push(sentence(&error.detail)),
            }
        }
        lines.extend(problem.unmet.iter().map(|fact| words::unmet(&fact.fact)));
        if fields.is_empty() && lines.is_empty() {
            lines.push(problem.kind.for_people().to_owned());
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Self { fields, lines, status }
    }

    /// The message above the form. What is wrong at a field that the form does not have is said of the whole.
    pub fn alert(&self, form: &FormView) -> Alert {
        let mut alert = Alert::headed(Tone::Error, "This was not done", self.lines.clone());
        for (name, error) in &self.fields {
            match form.fields.iter().find(|field| field.name == *name) {
                Some(field) => alert.fields.push((field.id.clone(), format!("{}: {error}", field.label))),
                None => alert.lines.push(format!("{}: {error}", words::label(name))),
            }
        }
        alert
    }
}

/// The words as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let begun: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    format!("{begun}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::ui::FieldView;

    #[test]
    fn what_is_wrong_stands_at_its_field_or_above_the_form() {
        let wrong = Wrong::of(AppError::field("/roles/0", "is not a role of the side")).expect("it is about the form");
        assert_eq!(wrong.fields.get("roles").map(String::as_str), Some("is not a role of the side"));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = FormView::new("f", "/", "", "Send").field(FieldView::line("roles", "Roles", "text", ""));
        let alert = wrong.alert(&form);
        assert_eq!(alert.fields, [("f-f-roles".to_owned(), "Roles: is not a role of the side".to_owned())]);
        let whole = Wrong::of(AppError::field("", "the role is confirmed already")).expect("it is about the form");
        assert_eq!(whole.alert(&form).lines, ["The role is confirmed already."]);
        let foreign = Wrong::of(AppError::field("/other", "is missing")).expect("it is about the form");
        assert_eq!(foreign.alert(&form).lines, ["Other: is missing"]);
        assert!(matches!(Wrong::of(AppError::NotFound), Err(AppError::NotFound)));
    }
}

//! Which problem an [`AppError`] becomes: the status table of the product.

use super::{Problem, ProblemField, ProblemType, UnmetFact};
use crate::{
    app::error::{AppError, BadRequest, FieldError, Unauthenticated},
    domain::refusal::Refusal,
};

/// How long to wait before asking a busy service again, in seconds.
const BUSY_RETRY_S: u32 = 1;

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound => Self::new(ProblemType::NotFound),
            AppError::Forbidden => Self::new(ProblemType::Forbidden),
            AppError::Locked => Self::new(ProblemType::SpillageLocked),
            AppError::Unauthenticated { reason } => Self::new(unauthenticated(reason)).detail(reason.to_string()),
            AppError::Refused(refusal) => refused(refusal),
            AppError::Invalid(fields) => invalid(fields),
            AppError::BadRequest(bad) => bad_request(bad),
            AppError::PreconditionFailed => Self::new(ProblemType::PreconditionFailed),
            AppError::IdempotencyMismatch => Self::new(ProblemType::IdempotencyMismatch),
            AppError::TooManyRequests { retry_after_s } => {
                Self::new(ProblemType::TooManyRequests).retry_after(retry_after_s)
            }
            AppError::Busy => Self::new(ProblemType::Busy).retry_after(BUSY_RETRY_S),
            AppError::Timeout => Self::new(ProblemType::Timeout).retry_after(BUSY_RETRY_S),
            AppError::SlowBody => Self::new(ProblemType::SlowBody),
            AppError::PayloadTooLarge => Self::new(ProblemType::PayloadTooLarge),
            AppError::ContentRefused(why) => Self::new(ProblemType::ContentRefused).detail(why.to_string()),
            error @ AppError::Damaged { .. } => {
                log_once(&error);
                Self::new(ProblemType::ContentDamaged).detail(error.to_string())
            }
            AppError::Erased(erasure) => Self::new(ProblemType::ContentErased).detail(format!("Erased {erasure}.")),
            AppError::NoDifference(why) => Self::new(ProblemType::NoDifference).detail(why.to_string()),
            AppError::UnsupportedMediaType => Self::new(ProblemType::UnsupportedMediaType),
            AppError::MethodNotAllowed => Self::new(ProblemType::MethodNotAllowed),
            AppError::Internal(source) => {
                log_once(source.as_ref());
                Self::new(ProblemType::Internal)
            }
        }
    }
}

/// Writes the whole chain of causes; the answer says none of it.
fn log_once(source: &dyn std::error::Error) {
    let chain: Vec<String> =
        std::iter::successors(Some(source), |error| error.source()).map(ToString::to_string).collect();
    tracing::error!(error.chain = %chain.join(": "), "request failed");
}

const fn unauthenticated(reason: Unauthenticated) -> ProblemType {
    match reason {
        Unauthenticated::NoCredentials | Unauthenticated::InvalidToken => ProblemType::Unauthenticated,
        Unauthenticated::WrongCredentials => ProblemType::WrongCredentials,
        Unauthenticated::SecondFactorNeeded => ProblemType::SecondFactorNeeded,
    }
}

fn refused(refusal: Refusal) -> Problem {
    let kind = ProblemType::from_name(refusal.name()).unwrap_or(ProblemType::Internal);
    let mut problem = Problem::new(kind).detail(refusal.to_string());
    match refusal {
        Refusal::WrongStage { stage, allowed } => {
            problem.stage = Some(stage);
            problem.allowed_stages = allowed;
        }
        Refusal::Unmet(unmet) => problem.unmet = unmet.into_iter().map(UnmetFact::from).collect(),
        Refusal::Field { pointer, reason } => {
            problem.detail = None;
            problem.errors.push(ProblemField {
                pointer: Some(pointer.to_owned()),
                parameter: None,
                reason: Some(reason),
                detail: reason.sentence().to_owned(),
            });
        }
        Refusal::NoSuchOffer
        | Refusal::OfferLapsed
        | Refusal::OwnOffer
        | Refusal::WrongSide
        | Refusal::OwnRequest
        | Refusal::NotProtectedSide
        | Refusal::AlreadySigned
        | Refusal::NotSuspendingSide
        | Refusal::ReleaseBusy
        | Refusal::ReleaseMerged
        | Refusal::NoDispute
        | Refusal::NotReopenable
        | Refusal::AlreadyUnderWay
        | Refusal::NothingToEnd
        | Refusal::ReconsiderationUsed
        | Refusal::NotInFramework
        | Refusal::NoFramework
        | Refusal::NotForThisHost
        | Refusal::PayloadTooLarge
        | Refusal::QuotaExceeded
        | Refusal::Unrepresentable => {}
    }
    problem
}

fn invalid(fields: Vec<FieldError>) -> Problem {
    let mut problem = Problem::new(ProblemType::InvalidBody);
    problem.errors = fields
        .into_iter()
        .map(|field| ProblemField { pointer: Some(field.pointer), parameter: None, reason: None, detail: field.detail })
        .collect();
    problem
}

fn bad_request(bad: BadRequest) -> Problem {
    let field = |parameter: String, detail: String| ProblemField {
        pointer: None,
        parameter: Some(parameter),
        reason: None,
        detail,
    };
    match bad {
        BadRequest::MalformedJson(detail) => Problem::new(ProblemType::MalformedJson).detail(detail),
        BadRequest::DuplicateKey { pointer } => Problem::new(ProblemType::DuplicateKey).field(ProblemField {
            pointer: Some(pointer),
            parameter: None,
            reason: None,
            detail: "The key is given more than once.".to_owned(),
        }),
        BadRequest::Parameter { name, detail } => {
            Problem::new(ProblemType::InvalidParameter).field(field(name, detail))
        }
        BadRequest::Header { name, detail } => {
            Problem::new(ProblemType::InvalidHeader).field(field(name.to_owned(), detail.to_owned()))
        }
        BadRequest::Cursor => Problem::new(ProblemType::InvalidCursor),
    }
}

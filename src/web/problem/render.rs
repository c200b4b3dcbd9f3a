//! Which problem an [`AppError`] becomes: the status table of the product.

use super::{Problem, ProblemField, ProblemType, UnmetFact};
use crate::{
    app::error::{AppError, BadRequest, FieldError, Unauthenticated},
    domain::refusal::{FieldReason, Refusal},
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
                detail: field_detail(reason).to_owned(),
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

/// The reason as a sentence.
pub const fn field_detail(reason: FieldReason) -> &'static str {
    match reason {
        FieldReason::NoSuchRecord => "There is no such record in this case.",
        FieldReason::NoSuchAccount => "There is no such account with the role that is needed.",
        FieldReason::NoSuchOrganization => "There is no such organization of the side that is needed.",
        FieldReason::InPast => "The instant is past.",
        FieldReason::InFuture => "The instant is in the future.",
        FieldReason::NotSooner => "The instant is not sooner than the present end.",
        FieldReason::PastPlannedRelease => "The instant is later than the planned partner release.",
        FieldReason::PastCap => "The instant is later than the cap allows.",
        FieldReason::EndBeforeStart => "The end is not later than the start.",
        FieldReason::WrongDigest => "The digest is not that of the text in question.",
        FieldReason::AlreadyListed => "The reference is listed already.",
        FieldReason::SamePerson => "Both names are the same person's.",
        FieldReason::DeclarationMismatch => "The declaration does not fit the release's history.",
        FieldReason::NeededByAccessMode => "The access mode needs this value.",
        FieldReason::NeededByFramework => "The framework version needs this condition; it cannot be optional.",
        FieldReason::NotAFrameworkOwner => "The person belongs to no agency that owns the framework.",
        FieldReason::OneNeeded => "One is needed.",
        FieldReason::OutOfRange => "The number is out of its range.",
        FieldReason::ExecutedCopyOnly => "Only an executed copy names what it executes, and no version follows one.",
        FieldReason::Unchanged => "The value is the one that stands already.",
        FieldReason::ExcludeEachOther => "The values exclude each other.",
        FieldReason::OfficialOnly => "The developer's authorized official alone says this.",
        FieldReason::SpillageOnly => "Only a report of spillage names a record.",
        FieldReason::MergedElsewhere => "The release was merged into another one.",
        FieldReason::TermsOutdated => "What the offered terms say is no longer so: a new offer is needed.",
        FieldReason::NotDelegable => "The act cannot be delegated, or is none of the authorized official's.",
        FieldReason::TooFarAhead => "The instant lies too far ahead.",
        FieldReason::NotAsWritten => "The value is not the one that the text itself says.",
        FieldReason::Retroactive => "A version takes effect on the day after its activation at the earliest.",
        FieldReason::VersionTaken => "Another version has the name, or takes effect on the same date.",
        FieldReason::NotInForce => "The version is not in force.",
        FieldReason::AlreadyPinned => "The engagement is pinned to this version already.",
        FieldReason::LongerWindow => "The open window could last longer; a migration may only shorten it.",
        FieldReason::KindNotNominated => "Organizations of this kind may not be nominated under the framework version.",
        FieldReason::TooSoon => "The date is nearer than the framework version allows.",
        FieldReason::DecisionMismatch => "It does not fit what was decided.",
    }
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

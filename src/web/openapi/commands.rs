//! The routes of the commands: one `POST` a command, named by the domain's own catalogue.

use axum::http::StatusCode;

use super::{RouteDoc, SchemaDoc};
use crate::{
    domain::{
        action::{CommandFacts, Creates},
        command::Command,
        id::Kind,
    },
    web::problem::ProblemType,
};

/// What a refusal of the domain may become; any command may be refused with several of these.
const REFUSALS: &[ProblemType] = &[
    ProblemType::Forbidden,
    ProblemType::SpillageLocked,
    ProblemType::WrongStage,
    ProblemType::UnmetFacts,
    ProblemType::NoSuchOffer,
    ProblemType::OfferLapsed,
    ProblemType::OwnOffer,
    ProblemType::WrongSide,
    ProblemType::OwnRequest,
    ProblemType::NotProtectedSide,
    ProblemType::AlreadySigned,
    ProblemType::NotSuspendingSide,
    ProblemType::ReleaseBusy,
    ProblemType::AlreadyUnderWay,
    ProblemType::NothingToEnd,
    ProblemType::ReconsiderationUsed,
    ProblemType::NotInFramework,
    ProblemType::NoFramework,
    ProblemType::NotForThisHost,
    ProblemType::QuotaExceeded,
    ProblemType::Unrepresentable,
    ProblemType::InvalidField,
];

/// The kind with this name in paths.
pub fn kind_of_plural(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.plural() == name)
}

/// Every command's route. `answer` is the body of success; a command that makes a record answers with 201.
pub fn command_docs(answer: &SchemaDoc) -> Vec<RouteDoc> {
    Command::catalog().iter().map(|facts| command_doc(facts, answer)).collect()
}

fn command_doc(facts: &CommandFacts, answer: &SchemaDoc) -> RouteDoc {
    let (kind, name) = (facts.action.kind, facts.action.name);
    let creates = match facts.creates {
        Creates::No => false,
        Creates::Alone | Creates::Under => true,
    };
    let path = if creates {
        format!("/api/v1/{}", kind.plural())
    } else {
        format!("/api/v1/{}/{{reference}}/{name}", kind.plural())
    };
    let operation_id = format!("{}_{}", kind.name(), name.replace('-', "_"));
    let status = if creates { StatusCode::CREATED } else { StatusCode::OK };
    let route = RouteDoc::post(path, operation_id, facts.summary, kind.plural())
        .request(SchemaDoc::named(facts.schema_name, facts.schema))
        .response(status, answer.clone());
    RouteDoc { errors: REFUSALS, if_match: !creates, idempotent: true, etag: true, preview: true, ..route }
}

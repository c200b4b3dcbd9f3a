//! A form that was sent: it is previewed or carried out, or comes back with what stands against it.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    facts_of,
    page::{ActPage, Draft, of_new, of_record},
    preview::panel,
};
use crate::{
    app::{
        AppError, Idempotency, Kept, Outcome, Preview, Request, TargetRef,
        error::Unauthenticated,
        identity::{Cookie, wants_proof},
        view::RecordView,
    },
    domain::{action::Action, command::Command, id::Kind, text::Sha256Hex},
    web::{
        Web, done,
        extract::{
            Path, parse_error,
            visitor::{Fields, Posted, Visitor},
        },
        pages::{
            form::{fields_of, read},
            frame::html,
            proof,
            time::PageClock,
            ui::{Alert, Tone},
            words,
        },
        problem::Problem,
    },
};

/// What the form is about.
struct Sent {
    web: Web,
    visitor: Visitor,
    fields: Fields,
    action: Action,
    /// The record; none for one that is made.
    reference: Option<String>,
}

/// What came of it.
enum Answer {
    Done { kind: Kind, reference: String, receipt: bool },
    Preview(Box<Preview>),
}

impl Answer {
    /// The answer to a form that was carried out before.
    fn of(kind: Kind, kept: Kept) -> Self {
        // Who got a receipt does not see the record any more.
        let receipt = kept.body.get("kind").and_then(Value::as_str) == Some("receipt");
        Self::Done { kind, reference: kept.reference, receipt }
    }
}

/// A form of a command on a record.
pub async fn on(
    State(web): State<Web>,
    Path(reference): Path<String>,
    Posted { visitor, fields }: Posted,
    action: Action,
) -> Result<Response, AppError> {
    Sent { web, visitor, fields, action, reference: Some(reference) }.answer().await
}

/// A form of a command that makes a record.
pub async fn new(
    State(web): State<Web>,
    Posted { visitor, fields }: Posted,
    action: Action,
) -> Result<Response, AppError> {
    Sent { web, visitor, fields, action, reference: None }.answer().await
}

impl Sent {
    async fn answer(self) -> Result<Response, AppError> {
        let typed = read(&fields_of(&facts_of(self.action).ok_or(AppError::NotFound)?), &self.fields, self.zone());
        if !typed.errors.is_empty() {
            return self.again(StatusCode::UNPROCESSABLE_ENTITY, typed.errors, None, None).await;
        }
        let ready = match self.ready(&Value::Object(typed.body)) {
            Ok(ready) => ready,
            Err(error) => return self.refused(error).await,
        };
        let (answer, cookie) = match self.repeated(&ready.1).await {
            Ok(Some((done, cookie))) => (Ok(Answer::of(self.action.kind, done)), cookie),
            Ok(None) => match self.proven(&ready.1).await {
                Ok(cookie) => (self.act(&ready).await, cookie),
                Err(error) => (Err(error), None),
            },
            Err(error) => (Err(error), None),
        };
        // The cookie before the proof counts no more, whatever came of the act.
        proof::keep(self.answered(answer).await.unwrap_or_else(IntoResponse::into_response), cookie.as_ref())
    }

    /// Whether the form has to prove who sends it. A preview writes nothing and asks for no proof.
    fn asks(&self, request: &Request) -> bool {
        !request.preview && wants_proof(self.action) && !self.visitor.browser.fresh
    }

    /// The answer that the form got before, if it asks for a proof again, and the cookie that its proof brought: what was
    /// carried out is not proven twice.
    async fn repeated(&self, request: &Request) -> Result<Option<(Kept, Option<Cookie>)>, AppError> {
        if !self.asks(request) {
            return Ok(None);
        }
        let Some(kept) = self.web.app.answered_before(request).await? else { return Ok(None) };
        Ok(Some((kept, proof::given_before(&self.web, &self.visitor, &self.fields).await?)))
    }

    async fn proven(&self, request: &Request) -> Result<Option<Cookie>, AppError> {
        if self.asks(request) { proof::given(&self.web, &self.visitor, &self.fields).await } else { Ok(None) }
    }

    async fn answered(&self, answer: Result<Answer, AppError>) -> Result<Response, AppError> {
        match answer {
            Ok(Answer::Done { kind, reference, receipt }) => Ok(self.done(kind, &reference, receipt)),
            Ok(Answer::Preview(preview)) => {
                let now = self.web.app.clock().business();
                let panel = panel(&preview, PageClock { zone: self.zone(), now });
                self.again(StatusCode::OK, BTreeMap::new(), None, Some(panel)).await
            }
            Err(error) => self.refused(error).await,
        }
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.web.app.settings().program.zone
    }

    fn target(&self) -> TargetRef {
        match &self.reference {
            Some(reference) => TargetRef::Record(self.action.kind, reference.clone()),
            None => TargetRef::New(self.action.kind),
        }
    }

    /// The command that was sent, and the request to carry it out or to tell what would happen.
    fn ready(&self, body: &Value) -> Result<(Command, Request), AppError> {
        let bytes = serde_json::to_vec(body).map_err(AppError::internal)?;
        let command = Command::parse(self.action.kind, self.action.name, &bytes).ok_or(AppError::NotFound)?;
        let command = command.map_err(parse_error)?;
        let etag = Some(self.fields.get("etag")).filter(|etag| !etag.is_empty());
        let request = Request {
            principal: self.visitor.principal().clone(),
            preview: self.fields.get("preview") == "true",
            if_match: etag.map(|etag| vec![etag.to_owned()]),
            idempotency: self.idempotency(&bytes),
        };
        Ok((command, request))
    }

    async fn act(&self, (command, request): &(Command, Request)) -> Result<Answer, AppError> {
        let kind = self.action.kind;
        Ok(match self.web.app.execute(request, &self.target(), command).await? {
            Outcome::Preview(preview) => Answer::Preview(Box::new(preview)),
            Outcome::Done(done) => {
                let receipt = matches!(done.view, RecordView::Receipt(_));
                Answer::Done { kind, reference: done.reference, receipt }
            }
            Outcome::Replayed(kept) => Answer::of(kind, kept),
        })
    }

    /// A form is carried out once, however often it is sent.
    fn idempotency(&self, body: &[u8]) -> Option<Idempotency> {
        let target = self.reference.clone().unwrap_or_else(|| self.action.kind.plural().to_owned());
        once(&self.visitor, self.action, target, self.fields.get("key"), body)
    }

    fn done(&self, kind: Kind, reference: &str, receipt: bool) -> Response {
        // Who does not see the record any more is told so on the worklist.
        let name = self.action.name;
        let to = if receipt {
            format!("/?done={name}&record={reference}")
        } else {
            format!("/{}/{reference}?done={name}", kind.plural())
        };
        done::led(&to)
    }

    /// What the service refused comes back at the form, what it broke of does not.
    async fn refused(&self, error: AppError) -> Result<Response, AppError> {
        if let AppError::Unauthenticated { reason: Unauthenticated::WrongCredentials } = &error {
            let errors = BTreeMap::from([("password".to_owned(), "Password and code do not fit.".to_owned())]);
            return self.again(StatusCode::UNPROCESSABLE_ENTITY, errors, None, None).await;
        }
        // Who sees the form and may not all of it keeps what was typed; who may not see it gets the bare answer again.
        if !is_form(&error) && !matches!(error, AppError::Forbidden) {
            return Err(error);
        }
        let problem = Problem::from(error);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
        let (errors, alert) = told(&problem);
        self.again(status, errors, alert, None).await
    }

    /// The form once more, with what was typed.
    async fn again(
        &self,
        status: StatusCode,
        errors: BTreeMap<String, String>,
        alert: Option<Alert>,
        panel: Option<super::preview::Panel>,
    ) -> Result<Response, AppError> {
        let stale = status == StatusCode::PRECONDITION_FAILED;
        let etag = Some(self.fields.get("etag").to_owned()).filter(|etag| !stale && !etag.is_empty());
        // A key is bound to what was sent with it: what is sent again after a change has another.
        let typed = Some(self.fields.clone());
        let late = stale.then(|| self.fields.get("seen").parse().unwrap_or_default());
        let draft = Draft { typed, errors, alert, panel, etag, key: None, under: String::new(), late };
        let page: ActPage = match &self.reference {
            Some(reference) => {
                let dossier = self.web.app.dossier(self.visitor.principal(), self.action.kind, reference).await?;
                of_record(&self.web, &self.visitor, self.action, &dossier, draft).await?
            }
            None => of_new(&self.web, &self.visitor, self.action, draft).await?,
        };
        let mut response = html(&page)?;
        *response.status_mut() = status;
        Ok(response)
    }
}

/// What a form with this key is carried out once under.
pub fn once(visitor: &Visitor, action: Action, target: String, key: &str, body: &[u8]) -> Option<Idempotency> {
    (!key.is_empty() && key.len() <= 64).then(|| Idempotency {
        key: format!("{}:{key}", visitor.browser.session),
        route: action.to_string(),
        target,
        request_hash: Sha256Hex::of(body).as_str().to_owned(),
    })
}

/// Whether the error comes back at the form that was sent.
pub const fn is_form(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Refused(_)
            | AppError::Invalid(_)
            | AppError::PreconditionFailed
            | AppError::IdempotencyMismatch
            | AppError::PayloadTooLarge
            | AppError::ContentRefused(_)
    )
}

/// What a problem says: at which fields, and of the whole.
pub fn told(problem: &Problem) -> (BTreeMap<String, String>, Option<Alert>) {
    let at = |error: &crate::web::problem::ProblemField| {
        Some((error.pointer.clone().filter(|pointer| !pointer.is_empty())?, error.detail.clone()))
    };
    let errors: BTreeMap<String, String> = problem.errors.iter().filter_map(at).collect();
    if !errors.is_empty() {
        return (errors, None);
    }
    let mut lines: Vec<String> = problem.unmet.iter().map(|fact| words::unmet(&fact.fact)).collect();
    if lines.is_empty() {
        let meaning = problem.kind.meaning();
        let same = |detail: &String| meaning.trim_end_matches('.').eq_ignore_ascii_case(detail.trim_end_matches('.'));
        lines.push(meaning.to_owned());
        lines.extend(problem.detail.clone().filter(|detail| !same(detail)));
    }
    lines.push(format!("Who can clear it: {}", problem.kind.cleared_by()));
    (errors, Some(Alert::headed(Tone::Error, problem.title, lines)))
}

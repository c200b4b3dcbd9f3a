//! Effective access, asked by the person who holds a grant or by the developer's gateway. Every answer, allowed or not,
//! is logged; nothing here depends on a job having run (domain section 3.6, invariant 28).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    lookup::kind_of,
    view::{Moment, UnmetView, moment, unmet_view},
};
use crate::{
    domain::{
        action::Action,
        actor::{Assurance, Side},
        case::settle,
        grant::{
            Grant,
            access::{Access, Asker, access},
        },
        id::{Kind, OrganizationId, Subject},
        refusal::Unmet,
        time::Instant,
    },
    storage::{
        self, Target,
        access_log::{AccessEntry, AccessOutcome},
    },
};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessQuestion {
    /// Reference of the grant, such as `GRA-2026-K7Q4MD`.
    pub grant: String,
    /// What the gateway states about the holder's sign-in; required from a gateway, not allowed from a person.
    #[serde(default)]
    pub statement: Option<GatewayStatement>,
}

/// What a gateway states about the holder's sign-in with it. Logged with the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayStatement {
    /// When the holder authenticated to the gateway, with its offset.
    #[serde(deserialize_with = "crate::domain::given::instant")]
    pub authenticated_at: DateTime<Utc>,
    /// At which assurance level.
    pub assurance: Assurance,
}

/// The answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccessAnswer {
    /// Whether access is effective at `at`.
    pub allowed: bool,
    /// The instant that the answer is for.
    pub at: Moment,
    /// The first instant at which it may no longer hold, as far as is known (exclusive); ask again before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// What is unmet, as far as the asker may know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<UnmetView>,
}

/// Who asks about a grant.
#[derive(Clone, Debug)]
pub enum AccessAsker {
    /// The holder, signed in.
    Holder(Principal),
    /// A developer's gateway, by API token.
    Gateway {
        /// The developer.
        organization: OrganizationId,
        /// The token's id, for the log.
        token: Uuid,
    },
}

impl App {
    /// Whether the grant gives access now. A grant that the asker may not know of looks like one that does not exist.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or [`AppError::Invalid`] where the gateway's statement is missing or out of place.
    pub async fn access_check(&self, asker: &AccessAsker, question: &AccessQuestion) -> Result<AccessAnswer, AppError> {
        let answer = self.judged_access(asker, question).await;
        if matches!(answer, Err(AppError::NotFound)) {
            let now = self.clock().business();
            self.log_access(asker, question, None, AccessOutcome::Denied, now).await?;
        }
        answer
    }

    async fn judged_access(&self, asker: &AccessAsker, question: &AccessQuestion) -> Result<AccessAnswer, AppError> {
        let how = how(asker, question)?;
        if kind_of(&question.grant) != Some(Kind::Grant) {
            return Err(AppError::NotFound);
        }
        let target = Target::Reference { kind: Kind::Grant, reference: question.grant.clone() };
        let tx = self.store().begin_read().await?;
        let loaded = storage::read_case(&tx, &target, &[]).await?;
        let Some(mut case) = loaded.map(|loaded| loaded.case) else {
            tx.end().await?;
            return Err(AppError::NotFound);
        };
        let facts = super::people::facts(self, &tx, &case, &[], None).await?;
        let now = self.decision_time(&tx).await?;
        tx.end().await?;
        settle(&mut case, &facts, Instant::MIN_UTC, now)?;
        let subject = case.find(&question.grant).ok_or(AppError::NotFound)?;
        let grant = case.grants.get(&subject.id).map(|entry| &entry.state).ok_or(AppError::NotFound)?;
        if !may_ask(asker, grant) {
            return Err(AppError::NotFound);
        }
        let answer = access(&case, subject.id, &facts, how, now)?;
        let allowed = matches!(answer, Access::Allowed { .. });
        let outcome = if allowed { AccessOutcome::Allowed } else { AccessOutcome::Denied };
        self.log_access(asker, question, Some(subject), outcome, now).await?;
        Ok(self.answered(asker, answer, now))
    }

    fn answered(&self, asker: &AccessAsker, answer: Access, now: Instant) -> AccessAnswer {
        let zone = self.settings().program.zone;
        let at = moment(now, zone);
        match answer {
            Access::Allowed { until } => {
                // A partner's user learns the end of the partner's own term, never that of a window.
                let until = until.map(|until| moment(until, zone));
                AccessAnswer { allowed: true, at, until, unmet: Vec::new() }
            }
            Access::Denied { unmet } => {
                let side = match asker {
                    AccessAsker::Holder(principal) => principal.actor.side,
                    AccessAsker::Gateway { .. } => Side::Developer,
                };
                let unmet = visible(unmet, side, asker).into_iter().map(unmet_view).collect();
                AccessAnswer { allowed: false, at, until: None, unmet }
            }
        }
    }

    async fn log_access(
        &self,
        asker: &AccessAsker,
        question: &AccessQuestion,
        subject: Option<Subject>,
        outcome: AccessOutcome,
        now: Instant,
    ) -> Result<(), AppError> {
        let (account, session, mut detail) = match asker {
            AccessAsker::Holder(principal) => (Some(principal.actor.account), principal.session, String::new()),
            AccessAsker::Gateway { token, .. } => (None, Some(*token), "gateway".to_owned()),
        };
        if let Some(statement) = &question.statement {
            detail =
                format!("gateway {:?} {}", statement.assurance, super::view::canonical(statement.authenticated_at));
        }
        self.log(AccessEntry {
            id: self.ids().uuid(),
            at: now,
            account,
            session,
            action: Action::new(Kind::Grant, "access-check").to_string(),
            // What cannot be a reference is not copied into the log.
            reference: (kind_of(&question.grant) == Some(Kind::Grant)).then(|| question.grant.clone()),
            aggregate: subject.map(|subject| subject.id),
            outcome,
            detail,
        })
        .await
    }
}

/// How the question is judged: the holder's session, or the second factor behind the gateway.
fn how(asker: &AccessAsker, question: &AccessQuestion) -> Result<Asker, AppError> {
    match (asker, &question.statement) {
        (AccessAsker::Holder(principal), None) => Ok(Asker::Holder(principal.actor.assurance)),
        (AccessAsker::Holder(_), Some(_)) => Err(AppError::field("/statement", "is for gateways alone")),
        (AccessAsker::Gateway { .. }, None) => {
            Err(AppError::field("/statement", "a gateway states when and how strongly the holder signed in"))
        }
        (AccessAsker::Gateway { .. }, Some(statement)) if statement.assurance == Assurance::Aal1 => {
            Ok(Asker::Holder(Assurance::Aal1))
        }
        (AccessAsker::Gateway { .. }, Some(_)) => Ok(Asker::Gateway),
    }
}

/// The holder asks about the own grant, the gateway about grants of its developer's engagements.
fn may_ask(asker: &AccessAsker, grant: &Grant) -> bool {
    match asker {
        AccessAsker::Holder(principal) => principal.actor.account == grant.holder,
        AccessAsker::Gateway { organization, .. } => grant.developer == *organization,
    }
}

/// Facts as the asker may know them; the rest collapses into one.
fn visible(unmet: Vec<Unmet>, side: Side, asker: &AccessAsker) -> Vec<Unmet> {
    let organization = match asker {
        AccessAsker::Holder(principal) => principal.actor.organization,
        AccessAsker::Gateway { organization, .. } => *organization,
    };
    let own = matches!(asker, AccessAsker::Holder(_));
    let personal = |fact: &Unmet| {
        own && matches!(fact, Unmet::NotAttested | Unmet::NotTrained | Unmet::NotScreened | Unmet::ExportNotScreened)
    };
    let show = |fact: Unmet| {
        let seen = personal(&fact) || fact.audience().includes(side, organization) || side == Side::Partner && own;
        if seen { fact } else { Unmet::WaitingOnTheOtherSide }
    };
    let mut seen: Vec<Unmet> = unmet.into_iter().map(show).collect();
    seen.sort();
    seen.dedup();
    seen
}

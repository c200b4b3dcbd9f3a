//! One act on many records: each is carried out by itself, in a transaction of its own, by the same command as if it were
//! the only one, and has a result of its own. No decision is ever taken in bulk: what can be done so is naming who leads,
//! and reminding.

mod remind;
mod rows;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{App, AppError, Idempotency, Outcome, Preview, Principal, Request, TargetRef, lookup::kind_of};
use crate::{
    authz::{WHAT_IF, ever},
    domain::{
        action::Action,
        actor::Side,
        command::Command,
        id::{AccountId, Kind},
        refusal::{FieldReason, Refusal},
        text::Sha256Hex,
    },
};

/// Records of one act in bulk, at most.
pub const MOST: usize = 100;

/// Engagements that somebody is to lead.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkAssign {
    /// References of engagements, 100 at most, each once.
    #[schema(min_items = 1, max_items = 100)]
    pub references: Vec<String>,
    /// Who is to lead them for the own side: a program liaison (`transfer`, or `claim` where it is oneself), or the
    /// developer's lead (`name-lead`).
    pub to: AccountId,
}

/// Records about which people of the own side are to be reminded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRemind {
    /// References, 100 at most, each once.
    #[schema(min_items = 1, max_items = 100)]
    pub references: Vec<String>,
}

/// How far an act in bulk goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkHow {
    /// It only tells what would happen.
    Preview,
    /// It is carried out.
    CarryOut {
        /// The key under which each record is acted on once, however often the request is sent.
        key: Option<String>,
    },
}

impl BulkHow {
    /// Carried out, or only previewed.
    pub const fn previewed(preview: bool) -> Self {
        if preview { Self::Preview } else { Self::CarryOut { key: None } }
    }

    /// What binds the key to one record and what is asked of it.
    fn once(&self, action: Action, reference: &str, asked: &[u8]) -> Option<Idempotency> {
        let Self::CarryOut { key: Some(key) } = self else { return None };
        Some(Idempotency {
            key: key.clone(),
            route: format!("bulk {action}"),
            target: reference.to_owned(),
            request_hash: Sha256Hex::of(asked).as_str().to_owned(),
        })
    }
}

/// Which acts in bulk a person is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkOffers {
    /// Naming who leads engagements for the own side.
    pub assign: bool,
    /// Reminding people of the own side.
    pub remind: bool,
}

/// What came of one record.
#[derive(Debug)]
pub struct BulkRow {
    /// Its reference, as it was given.
    pub reference: String,
    /// What was done, or what stands against it.
    pub result: Result<BulkDone, AppError>,
}

/// What was done with one record, or would be.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct BulkDone {
    /// What would happen, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// How many people are reminded, where that was asked: each of each task once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminded: Option<usize>,
}

impl App {
    /// Which acts in bulk a person may ever carry out. An offer is a courtesy: each record is judged by itself.
    pub fn bulk_offers(&self, principal: &Principal) -> BulkOffers {
        let may = |name: &'static str| ever(self.engine(), &principal.actor, Action::new(Kind::Engagement, name));
        let assign = match principal.actor.side {
            Side::Developer => may("name-lead"),
            Side::Government => may("transfer"),
            Side::Partner => false,
        };
        BulkOffers { assign, remind: may(WHAT_IF) }
    }

    /// Names who leads each of these engagements for the own side, or only tells what would happen.
    ///
    /// # Errors
    /// [`AppError`] at `/references` for none, more than 100, one given twice, or what is no reference. What stands against one record is in its
    /// row, and keeps none of the others from being done.
    pub async fn bulk_assign(
        &self,
        principal: &Principal,
        asked: &BulkAssign,
        how: &BulkHow,
    ) -> Result<Vec<BulkRow>, AppError> {
        check(&asked.references)?;
        let command = leading(principal, asked.to)?;
        let mut rows = Vec::new();
        for reference in &asked.references {
            let request = Request {
                principal: principal.clone(),
                preview: *how == BulkHow::Preview,
                if_match: None,
                idempotency: how.once(command.action(), reference, asked.to.to_string().as_bytes()),
            };
            let target = TargetRef::Record(Kind::Engagement, reference.clone());
            let result = match kind_of(reference) {
                Some(Kind::Engagement) => self.execute(&request, &target, &command).await.map(done),
                // Of other records nobody leads.
                _ => Err(AppError::NotFound),
            };
            rows.push(BulkRow { reference: reference.clone(), result });
        }
        Ok(rows)
    }

    /// Reminds the people of the own side of what is open with each of these records, or only tells how many they are. The
    /// same person is told of the same task once a day, so that asking twice needs no key.
    ///
    /// # Errors
    /// As [`App::bulk_assign`].
    pub async fn bulk_remind(
        &self,
        principal: &Principal,
        asked: &BulkRemind,
        how: &BulkHow,
    ) -> Result<Vec<BulkRow>, AppError> {
        check(&asked.references)?;
        let mut rows = Vec::new();
        for reference in &asked.references {
            let result = self.request_reminder(principal, reference, *how == BulkHow::Preview).await;
            let result = result.map(|reminded| BulkDone { preview: None, reminded: Some(reminded) });
            rows.push(BulkRow { reference: reference.clone(), result });
        }
        Ok(rows)
    }
}

/// The command by which somebody leads for this person's side.
fn leading(principal: &Principal, to: AccountId) -> Result<Command, AppError> {
    let (name, body) = match principal.actor.side {
        Side::Developer => ("name-lead", json!({ "lead": to })),
        Side::Government if principal.actor.account == to => ("claim", json!({})),
        Side::Government => ("transfer", json!({ "liaison": to })),
        Side::Partner => return Err(AppError::Forbidden),
    };
    let bytes = serde_json::to_vec(&body).map_err(AppError::internal)?;
    let command = Command::parse(Kind::Engagement, name, &bytes).ok_or(AppError::NotFound)?;
    command.map_err(|error| AppError::internal(error.to_string()))
}

fn done(outcome: Outcome) -> BulkDone {
    match outcome {
        Outcome::Preview(preview) => BulkDone { preview: Some(preview), reminded: None },
        Outcome::Done(_) | Outcome::Replayed(_) => BulkDone::default(),
    }
}

fn check(references: &[String]) -> Result<(), AppError> {
    if references.is_empty() {
        return Err(Refusal::field("/references", FieldReason::OneNeeded).into());
    }
    if references.len() > MOST {
        return Err(AppError::field("/references", format!("holds more than {MOST}")));
    }
    if let Some(at) = references.iter().position(|reference| kind_of(reference).is_none()) {
        return Err(AppError::field(format!("/references/{at}"), "is no reference"));
    }
    let mut seen = BTreeSet::new();
    match references.iter().position(|reference| !seen.insert(reference)) {
        Some(at) => Err(AppError::field(format!("/references/{at}"), "is given twice")),
        None => Ok(()),
    }
}

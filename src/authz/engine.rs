//! The policies, parsed and validated once, and their hash.

use std::collections::BTreeMap;

use cedar_policy::{
    ActionConstraint, Authorizer, CedarSchemaError, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid,
    ParseErrors, Policy, PolicySet, Request, Schema, ValidationMode, Validator,
};

use super::{entities::Names, resource::Resource};
use crate::domain::{action::Action, actor::Actor, command::Command, id::Kind, text::Sha256Hex};

/// The schema.
pub(super) const SCHEMA: &str = include_str!("schema.cedarschema");

/// Every policy file; `forbid` last, as it is read.
pub(super) const POLICIES: [&str; 13] = [
    include_str!("policies/release.cedar"),
    include_str!("policies/inquiry.cedar"),
    include_str!("policies/engagement.cedar"),
    include_str!("policies/condition.cedar"),
    include_str!("policies/nomination.cedar"),
    include_str!("policies/grant.cedar"),
    include_str!("policies/prerequisites.cedar"),
    include_str!("policies/incident.cedar"),
    include_str!("policies/foia_request.cedar"),
    include_str!("policies/records.cedar"),
    include_str!("policies/document.cedar"),
    include_str!("policies/handoff.cedar"),
    include_str!("policies/forbid.cedar"),
];

/// The name of the action that reads a record with all that its side may know, not in outline alone.
pub(super) const READ_WHOLE: &str = "read-whole";

/// The name of the action that takes an engagement out as a package; a read, and never a command.
pub const EXPORT: &str = "export";

/// The name of the action that asks what would follow from a supposition; a read, and never a command.
pub const WHAT_IF: &str = "what-if";

/// Policies that cannot be used, or a question that cannot be put to them.
#[derive(Debug, thiserror::Error)]
pub enum AuthzError {
    /// The schema does not parse.
    #[error("the authorization schema does not parse")]
    Schema(#[source] Box<CedarSchemaError>),
    /// A policy or a name does not parse.
    #[error("an authorization policy does not parse")]
    Parse(#[source] Box<ParseErrors>),
    /// Strict validation found a fault.
    #[error("an authorization policy does not fit the schema: {0}")]
    Invalid(String),
    /// A kind of record without a name in the schema.
    #[error("a kind of record has no name in the authorization schema")]
    Kind,
    /// A record of a case without the developer that owns it.
    #[error("a record has no owner")]
    Owner,
    /// An attribute cannot be represented.
    #[error("an attribute cannot be represented")]
    Entity(#[source] Box<cedar_policy::EntityAttrEvaluationError>),
    /// An actor and a record cannot stand in one question.
    #[error("an actor and a record cannot stand in one question")]
    Entities(#[source] Box<cedar_policy::entities_errors::EntitiesError>),
}

impl From<ParseErrors> for AuthzError {
    fn from(errors: ParseErrors) -> Self {
        Self::Parse(Box::new(errors))
    }
}

/// An action's name in the schema, and the policies that speak of it: the others cannot change an answer, and asking
/// them costs time in every list.
#[derive(Debug)]
struct Rules {
    name: EntityUid,
    policies: PolicySet,
}

/// The policies of this version of the product.
#[derive(Debug)]
pub struct Engine {
    schema: Schema,
    authorizer: Authorizer,
    actions: BTreeMap<Action, Rules>,
    names: Names,
    hash: Sha256Hex,
}

impl Engine {
    /// Parses and validates the compiled-in policies.
    ///
    /// # Errors
    /// [`AuthzError`] if they do not parse or do not pass strict validation.
    pub fn new() -> Result<Self, AuthzError> {
        Self::with_policies(&POLICIES.concat())
    }

    /// The same with other policies, so that a test can show that validation finds faults.
    pub(super) fn with_policies(text: &str) -> Result<Self, AuthzError> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| AuthzError::Schema(Box::new(error)))?;
        let policies: PolicySet = text.parse()?;
        let report = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if !report.validation_passed_without_warnings() {
            return Err(AuthzError::Invalid(report.to_string()));
        }
        Ok(Self {
            schema,
            authorizer: Authorizer::new(),
            actions: rules_by_action(&policies)?,
            names: Names::new()?,
            hash: Sha256Hex::of([SCHEMA, text].concat().as_bytes()),
        })
    }

    /// SHA-256 of schema and policies: the ledger's headers say under which rules something was allowed.
    pub const fn policy_hash(&self) -> &Sha256Hex {
        &self.hash
    }

    /// Poses questions about one record by one actor; `None` if they cannot be put, which denies everything. That is a
    /// defect, which a denial alone would hide, so that the log says the cause.
    pub(super) fn question(&self, actor: &Actor, resource: &Resource) -> Option<Question<'_>> {
        let log = |error: &AuthzError| {
            let chain: Vec<String> = std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source())
                .map(ToString::to_string)
                .collect();
            tracing::error!(error.chain = %chain.join(": "), "no question can be put to the policies: denied");
        };
        self.pose(actor, resource).inspect_err(log).ok()
    }

    fn pose(&self, actor: &Actor, resource: &Resource) -> Result<Question<'_>, AuthzError> {
        let (principal, record) = (self.names.principal(actor)?, self.names.resource(resource)?);
        let (asks, about) = (principal.uid(), record.uid());
        let entities = Entities::from_entities([principal, record], None)
            .map_err(|error| AuthzError::Entities(Box::new(error)))?;
        Ok(Question { engine: self, principal: asks, resource: about, entities })
    }

    #[cfg(test)]
    pub(super) const fn schema(&self) -> &Schema {
        &self.schema
    }

    #[cfg(test)]
    pub(super) fn entities(&self, actor: &Actor, resource: &Resource) -> [cedar_policy::Entity; 2] {
        let principal = self.names.principal(actor).expect("an account");
        [principal, self.names.resource(resource).expect("a record")]
    }
}

/// An actor and a record, ready to be asked about any action.
pub(super) struct Question<'a> {
    engine: &'a Engine,
    principal: EntityUid,
    resource: EntityUid,
    entities: Entities,
}

impl Question<'_> {
    /// Whether the action is allowed. Anything that goes wrong denies.
    pub(super) fn allows(&self, action: Action) -> bool {
        let Some(rules) = self.engine.actions.get(&action) else {
            return false;
        };
        let request = Request::new(
            self.principal.clone(),
            rules.name.clone(),
            self.resource.clone(),
            Context::empty(),
            Some(&self.engine.schema),
        );
        request.is_ok_and(|request| {
            let response = self.engine.authorizer.is_authorized(&request, &rules.policies, &self.entities);
            response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
        })
    }
}

/// Every action that has a policy name: the commands, reading, reading whole where the schema tells them apart,
/// exporting and asking what if.
pub(super) fn actions() -> impl Iterator<Item = Action> {
    Kind::ALL.into_iter().flat_map(|kind| {
        let whole = matches!(kind, Kind::Engagement | Kind::Nomination).then_some(Action::new(kind, READ_WHOLE));
        let further = [EXPORT, WHAT_IF].map(|name| Action::new(kind, name));
        let further = further.into_iter().filter(move |_| kind == Kind::Engagement);
        std::iter::once(Action::read(kind)).chain(whole).chain(further).chain(Command::actions(kind).iter().copied())
    })
}

fn rules_by_action(policies: &PolicySet) -> Result<BTreeMap<Action, Rules>, AuthzError> {
    let type_name: EntityTypeName = "Action".parse()?;
    let rules = |action: Action| {
        let name = EntityUid::from_type_name_and_id(type_name.clone(), EntityId::new(action.to_string()));
        let about = policies.policies().filter(|policy| speaks_of(policy, &name)).cloned();
        let policies = PolicySet::from_policies(about).map_err(|error| AuthzError::Invalid(error.to_string()))?;
        Ok((action, Rules { name, policies }))
    };
    actions().map(rules).collect()
}

/// Whether the policy's scope has the action; the schema has no groups of actions.
fn speaks_of(policy: &Policy, action: &EntityUid) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(several) => several.contains(action),
    }
}

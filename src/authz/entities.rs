//! Turns actors and records into Cedar's entities. Only attributes that the schema declares are handed over.

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use super::{engine::AuthzError, resource::Resource};
use crate::domain::{
    actor::{Actor, Assurance, Role},
    id::{AccountId, Kind, OrganizationId},
};

/// The schema's names, parsed once.
#[derive(Debug)]
pub(super) struct Names {
    account: EntityTypeName,
    organization: EntityTypeName,
    kinds: Vec<(Kind, EntityTypeName)>,
}

/// The schema's name of a kind of record.
const fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Release => "Release",
        Kind::Inquiry => "Inquiry",
        Kind::Engagement => "Engagement",
        Kind::Condition => "Condition",
        Kind::Nomination => "Nomination",
        Kind::Grant => "Grant",
        Kind::Prerequisites => "Prerequisites",
        Kind::Incident => "Incident",
        Kind::FoiaRequest => "FoiaRequest",
        Kind::Document => "Document",
        Kind::Handoff => "Handoff",
    }
}

/// The roles that count: those of the actor's own side. Nobody acts for two sides (domain section 2).
pub(super) fn counted_roles(actor: &Actor) -> impl Iterator<Item = Role> {
    actor.roles.iter().copied().filter(|role| role.side().is_none_or(|side| side == actor.side))
}

impl Names {
    /// Parses the names.
    pub(super) fn new() -> Result<Self, AuthzError> {
        let parse = |name: &str| name.parse::<EntityTypeName>().map_err(AuthzError::from);
        Ok(Self {
            account: parse("Account")?,
            organization: parse("Organization")?,
            kinds: Kind::ALL
                .into_iter()
                .map(|kind| Ok((kind, parse(type_name(kind))?)))
                .collect::<Result<_, AuthzError>>()?,
        })
    }

    fn account(&self, id: AccountId) -> EntityUid {
        EntityUid::from_type_name_and_id(self.account.clone(), EntityId::new(id.to_string()))
    }

    fn organization(&self, id: OrganizationId) -> RestrictedExpression {
        let uid = EntityUid::from_type_name_and_id(self.organization.clone(), EntityId::new(id.to_string()));
        RestrictedExpression::new_entity_uid(uid)
    }

    fn people<'a>(&self, accounts: impl IntoIterator<Item = &'a AccountId>) -> RestrictedExpression {
        let accounts = accounts.into_iter().map(|id| RestrictedExpression::new_entity_uid(self.account(*id)));
        RestrictedExpression::new_set(accounts)
    }

    /// The one who asks.
    pub(super) fn principal(&self, actor: &Actor) -> Result<Entity, AuthzError> {
        let roles = counted_roles(actor).map(|role| text(role.code()));
        let assurance = match actor.assurance {
            Assurance::Aal1 => "aal1",
            Assurance::Aal2 => "aal2",
        };
        let attributes = [
            ("side", text(actor.side.name())),
            ("organization", self.organization(actor.organization)),
            ("roles", RestrictedExpression::new_set(roles)),
            ("assurance", text(assurance)),
        ];
        entity(self.account(actor.account), attributes)
    }

    /// The record that is asked about.
    pub(super) fn resource(&self, resource: &Resource) -> Result<Entity, AuthzError> {
        // A record without its owner would slip past the rule on other organizations: no question is put about it.
        // A request is nobody's to see but the government's until the developer was told; its policies name the owner.
        let owned = declares(resource.kind, "developer") && resource.kind != Kind::FoiaRequest;
        if owned && resource.developer.is_none() {
            return Err(AuthzError::Owner);
        }
        let kind = self.kinds.iter().find(|(kind, _)| *kind == resource.kind).ok_or(AuthzError::Kind)?;
        let id = resource.id.map_or_else(|| "new".to_owned(), |id| id.to_string());
        let uid = EntityUid::from_type_name_and_id(kind.1.clone(), EntityId::new(id));
        entity(uid, self.attributes(resource).into_iter().filter(|(name, _)| declares(resource.kind, name)))
    }

    fn attributes(&self, resource: &Resource) -> Vec<(&'static str, RestrictedExpression)> {
        let account = |id: AccountId| RestrictedExpression::new_entity_uid(self.account(id));
        let optional = [
            ("developer", resource.developer.map(|id| self.organization(id))),
            ("partner", resource.partner.map(|id| self.organization(id))),
            ("liaison", resource.liaison.map(account)),
            ("signatory", resource.signatory.map(account)),
            ("holder", resource.holder.map(account)),
            ("side", resource.side.map(|side| text(side.name()))),
            ("requested_by", resource.requested_by.map(account)),
            ("proposed_by", resource.proposed_by.map(account)),
            ("proposing_side", resource.proposing_side.map(|side| text(side.name()))),
        ];
        let mut attributes = vec![
            ("disclosed", RestrictedExpression::new_bool(resource.disclosed)),
            ("locked", RestrictedExpression::new_bool(resource.locked)),
            ("insider_risk", RestrictedExpression::new_bool(resource.insider_risk)),
            ("stage", text(resource.stage)),
            ("government", RestrictedExpression::new_bool(resource.government)),
            ("assigned", self.people(&resource.assigned)),
            ("reviewers", self.people(&resource.reviewers)),
            ("recused", self.people(&resource.recused)),
            ("holders", self.people(&resource.holders)),
            ("granted", self.people(&resource.granted)),
            ("auditors", self.people(&resource.auditors)),
        ];
        attributes.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
        attributes
    }
}

/// What conditions and documents have in common.
const OF_TEXTS: &[&str] = &[
    "developer",
    "partner",
    "disclosed",
    "government",
    "liaison",
    "signatory",
    "assigned",
    "recused",
    "locked",
    "auditors",
];

/// Whether the schema gives records of this kind the attribute; a test holds this table to the schema.
fn declares(kind: Kind, name: &str) -> bool {
    let declared: &[&str] = match kind {
        Kind::Release | Kind::FoiaRequest => &["developer", "government", "assigned", "locked", "auditors"],
        Kind::Inquiry => &["developer", "government", "locked", "auditors"],
        Kind::Engagement | Kind::Handoff => {
            &["developer", "government", "liaison", "assigned", "granted", "locked", "auditors"]
        }
        Kind::Condition => &["holders", "insider_risk"],
        Kind::Document => &["granted"],
        Kind::Nomination => &[
            "developer",
            "partner",
            "disclosed",
            "stage",
            "government",
            "liaison",
            "assigned",
            "reviewers",
            "recused",
            "proposed_by",
            "proposing_side",
            "locked",
            "auditors",
        ],
        Kind::Grant => &[
            "developer",
            "partner",
            "disclosed",
            "government",
            "liaison",
            "assigned",
            "recused",
            "side",
            "holder",
            "requested_by",
            "locked",
            "auditors",
        ],
        Kind::Prerequisites => &["partner", "government", "holder"],
        Kind::Incident => {
            &["developer", "partner", "disclosed", "government", "assigned", "recused", "holders", "auditors"]
        }
    };
    declared.contains(&name) || matches!(kind, Kind::Condition | Kind::Document) && OF_TEXTS.contains(&name)
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn entity(
    uid: EntityUid,
    attributes: impl IntoIterator<Item = (&'static str, RestrictedExpression)>,
) -> Result<Entity, AuthzError> {
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, attributes, std::iter::empty().collect()).map_err(|error| AuthzError::Entity(Box::new(error)))
}

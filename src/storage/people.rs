//! People and organizations as others see them: recipients of notices, and facts for decisions.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_entity::{
    account::{self, Column},
    organization, role_assignment,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Select,
    sea_query::{IntoCondition, Query, SelectStatement},
};

use super::{
    codec::{maybe_instant, maybe_uuid, named, uuid},
    error::StorageError,
    store::ReadTx,
};
use crate::domain::{
    actor::{Role, Side},
    case::{OrganizationFacts, PersonFacts},
    id::{AccountId, OrganizationId},
    time::Instant,
};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// The address, lower-case.
    pub email: String,
    /// The person's organization and side, roles, and whether the account may sign in.
    pub facts: PersonFacts,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its side.
    pub side: Side,
    /// The host, for an agency of it.
    pub agency_of: Option<OrganizationId>,
    /// Whether it is the host.
    pub is_host: bool,
    /// Whether it is an agency that owns the framework with others: its reviewers make the quorum.
    pub framework_owner: bool,
    /// Key of its kind.
    pub party_kind: Option<String>,
    /// Key of the critical-infrastructure sector that it serves.
    pub sector: Option<String>,
}

impl From<&Organization> for OrganizationFacts {
    fn from(organization: &Organization) -> Self {
        Self {
            side: organization.side,
            is_framework_owner: organization.framework_owner,
            party_kind: organization.party_kind.clone(),
        }
    }
}

/// A person, once for each confirmed role (once without any).
#[derive(FromQueryResult)]
struct PersonRow {
    id: String,
    name: String,
    email: String,
    organization_id: String,
    side: String,
    totp_confirmed: bool,
    disabled_at: Option<i64>,
    role: Option<String>,
}

/// The accounts with these ids.
pub async fn by_ids(
    tx: &ReadTx,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeMap<AccountId, Person>, StorageError> {
    let ids: Vec<String> = accounts.into_iter().map(|id| id.to_string()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    find(tx, Column::Id.is_in(ids)).await
}

/// Accounts that hold any of these roles, in any organization or in the one named. A person who fits stands there with
/// all roles.
pub async fn with_roles(
    tx: &ReadTx,
    wanted: &[(Option<OrganizationId>, Role)],
) -> Result<BTreeMap<AccountId, Person>, StorageError> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let fits = |(organization, role): &(Option<OrganizationId>, Role)| {
        Condition::all()
            .add(Column::Id.in_subquery(holders(*role)))
            .add_option(organization.map(|id| Column::OrganizationId.eq(id.to_string())))
    };
    find(tx, wanted.iter().map(fits).fold(Condition::any(), Condition::add)).await
}

/// Every account of these organizations.
pub async fn of_organizations(
    tx: &ReadTx,
    organizations: &[OrganizationId],
) -> Result<BTreeMap<AccountId, Person>, StorageError> {
    find(tx, Column::OrganizationId.is_in(organizations.iter().map(ToString::to_string))).await
}

/// Every organization, or those with these ids, by name.
pub async fn organizations(tx: &ReadTx, ids: Option<&[OrganizationId]>) -> Result<Vec<Organization>, StorageError> {
    let among = ids.map(|ids| organization::Column::Id.is_in(ids.iter().map(ToString::to_string)));
    let find = organization::Entity::find().filter(Condition::all().add_option(among));
    let find = find.order_by_asc(organization::Column::Name).order_by_asc(organization::Column::Id);
    find.all(tx.db()).await?.into_iter().map(read_organization).collect()
}

/// The host: the organization that runs the deployment; of the government, unless a single developer hosts itself.
pub async fn host(tx: &ReadTx) -> Result<Option<Organization>, StorageError> {
    let find = organization::Entity::find().filter(organization::Column::IsHost.eq(true));
    find.one(tx.db()).await?.map(read_organization).transpose()
}

/// The oldest organization of the government.
pub async fn oldest_of_government(tx: &ReadTx) -> Result<Option<Organization>, StorageError> {
    let find = organization::Entity::find()
        .filter(organization::Column::Side.eq(Side::Government.name()))
        .order_by_asc(organization::Column::CreatedAt)
        .order_by_asc(organization::Column::Id);
    find.one(tx.db()).await?.map(read_organization).transpose()
}

fn read_organization(row: organization::Model) -> Result<Organization, StorageError> {
    Ok(Organization {
        id: OrganizationId(uuid(&row.id)?),
        name: row.name,
        side: named(Side::from_name(&row.side), "a side")?,
        agency_of: maybe_uuid(row.agency_of.as_deref())?.map(OrganizationId),
        is_host: row.is_host,
        framework_owner: row.framework_owner,
        party_kind: row.party_kind,
        sector: row.sector,
    })
}

async fn find(tx: &ReadTx, which: impl IntoCondition) -> Result<BTreeMap<AccountId, Person>, StorageError> {
    let rows: Vec<PersonRow> = account::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Name,
            Column::Email,
            Column::OrganizationId,
            Column::Side,
            Column::TotpConfirmed,
            Column::DisabledAt,
        ])
        .with_roles()
        .filter(which.into_condition())
        .into_model()
        .all(tx.db())
        .await?;
    let mut people: BTreeMap<AccountId, Person> = BTreeMap::new();
    for row in rows {
        let account = AccountId(uuid(&row.id)?);
        let role = row.role.as_deref().map(|code| named(Role::from_code(code), "a role")).transpose()?;
        if let Some(person) = people.get_mut(&account) {
            person.facts.roles.extend(role);
        } else {
            people.insert(account, person(account, row, role)?);
        }
    }
    Ok(people)
}

fn person(account: AccountId, row: PersonRow, role: Option<Role>) -> Result<Person, StorageError> {
    let facts = PersonFacts {
        organization: OrganizationId(uuid(&row.organization_id)?),
        side: named(Side::from_name(&row.side), "a side")?,
        roles: BTreeSet::from_iter(role),
        active: row.disabled_at.is_none(),
        second_factor: row.totp_confirmed,
        left: BTreeMap::new(),
    };
    Ok(Person { account, name: row.name, email: row.email, facts })
}

/// When each role that these accounts held ended last; also of roles that they were given again since.
pub async fn roles_left(
    tx: &ReadTx,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeMap<AccountId, BTreeMap<Role, Instant>>, StorageError> {
    use role_assignment::Column as Left;
    let ids: Vec<String> = accounts.into_iter().map(|id| id.to_string()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let find = role_assignment::Entity::find()
        .filter(Left::AccountId.is_in(ids))
        .filter(Left::ConfirmedAt.is_not_null())
        .filter(Left::EndedAt.is_not_null())
        .order_by_asc(Left::EndedAt);
    let mut left: BTreeMap<AccountId, BTreeMap<Role, Instant>> = BTreeMap::new();
    for row in find.all(tx.db()).await? {
        let role = named(Role::from_code(&row.role), "a role")?;
        let ended = maybe_instant(row.ended_at)?;
        left.entry(AccountId(uuid(&row.account_id)?)).or_default().extend(ended.map(|at| (role, at)));
    }
    Ok(left)
}

/// Only a role that was confirmed and has not ended counts.
fn counts() -> Condition {
    Condition::all()
        .add(role_assignment::Column::ConfirmedAt.is_not_null())
        .add(role_assignment::Column::EndedAt.is_null())
}

fn holders(role: Role) -> SelectStatement {
    let mut holders = Query::select();
    holders
        .column(role_assignment::Column::AccountId)
        .from(role_assignment::Entity)
        .cond_where(role_assignment::Column::Role.eq(role.code()))
        .cond_where(counts());
    holders
}

/// Adds the roles of an account, one row each, to a query that joins accounts.
pub(super) trait WithRoles {
    /// The same query with a column `role`, null for an account without any.
    fn with_roles(self) -> Self;
}

impl<E: EntityTrait> WithRoles for Select<E> {
    fn with_roles(self) -> Self {
        let roles = role_assignment::Relation::Account.def().rev().on_condition(|_, _| counts());
        self.join(JoinType::LeftJoin, roles).column_as(role_assignment::Column::Role, "role")
    }
}

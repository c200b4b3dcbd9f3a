//! Lists of aggregates, newest first, page by page. There is no list without a [`Scope`].

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::{
    aggregate::read_heads,
    codec::{instant, maybe_instant, maybe_uuid, named, uuid},
    error::StorageError,
    order::Order,
    scope::Scope,
    store::ReadTx,
};
use crate::{
    domain::{
        audience::Audience,
        id::{AccountId, Kind, OrganizationId, RecordId, Subject},
        time::Instant,
    },
    ledger::Head,
};

/// What a list asks for within its scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only these stages; all if there is none.
    pub stages: Vec<String>,
    /// Only what stands under this release.
    pub release: Option<RecordId>,
    /// Only what stands under this engagement.
    pub engagement: Option<RecordId>,
}

/// Where a page begins: after this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the row was made.
    pub created_at: Instant,
    /// Its id.
    pub id: RecordId,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The rows, newest first.
    pub rows: Vec<ListRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// The aggregate.
    pub subject: Subject,
    /// Its reference.
    pub reference: String,
    /// The model release that it stands under.
    pub release: Option<RecordId>,
    /// The engagement that it stands under.
    pub engagement: Option<RecordId>,
    /// The developer that owns it.
    pub developer: Option<OrganizationId>,
    /// The partner that may see it.
    pub partner: Option<OrganizationId>,
    /// The person that it concerns.
    pub holder: Option<AccountId>,
    /// Name of its stage.
    pub stage: String,
    /// Whether the government may see it.
    pub government: bool,
    /// The folded state.
    pub state: Value,
    /// The newest link of each stream.
    pub heads: std::collections::BTreeMap<Audience, Head>,
    /// When time alone moves the case next.
    pub next_due_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it changed last.
    pub updated_at: Instant,
}

/// One page of at most `limit` rows after the cursor.
pub async fn aggregates(
    tx: &ReadTx,
    scope: &Scope,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page, StorageError> {
    let find = aggregate::Entity::find()
        .filter(scope.condition())
        .filter(condition(filter))
        .filter(Condition::all().add_option(after.map(|cursor| Order::default().behind(cursor))))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit.saturating_add(1));
    let mut rows: Vec<ListRow> = find.all(tx.db()).await?.into_iter().map(read).collect::<Result<_, _>>()?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > kept;
    rows.truncate(kept);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| Cursor { created_at: row.created_at, id: row.subject.id });
    Ok(Page { rows, next })
}

fn condition(filter: &Filter) -> Condition {
    let stages = (!filter.stages.is_empty()).then(|| Column::Stage.is_in(filter.stages.iter().map(String::as_str)));
    Condition::all()
        .add_option(filter.kind.map(|kind| Column::Kind.eq(kind.name())))
        .add_option(filter.release.map(|id| Column::ReleaseId.eq(id.to_string())))
        .add_option(filter.engagement.map(|id| Column::EngagementId.eq(id.to_string())))
        .add_option(stages)
}

fn read(row: aggregate::Model) -> Result<ListRow, StorageError> {
    Ok(ListRow {
        subject: Subject::new(named(Kind::from_name(&row.kind), "a kind")?, RecordId(uuid(&row.id)?)),
        reference: row.reference,
        release: maybe_uuid(row.release_id.as_deref())?.map(RecordId),
        engagement: maybe_uuid(row.engagement_id.as_deref())?.map(RecordId),
        developer: maybe_uuid(row.developer_id.as_deref())?.map(OrganizationId),
        partner: maybe_uuid(row.partner_id.as_deref())?.map(OrganizationId),
        holder: maybe_uuid(row.holder_id.as_deref())?.map(AccountId),
        stage: row.stage,
        government: row.government,
        state: serde_json::from_str(&row.state)?,
        heads: read_heads(&row.heads)?,
        next_due_at: maybe_instant(row.next_due_at)?,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

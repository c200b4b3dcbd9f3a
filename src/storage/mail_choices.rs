//! What people chose about mail, and which records they muted.

use std::collections::BTreeMap;

use anteroom_entity::{
    aggregate, mail_mute,
    mail_preference::{self, Column},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::{
    codec::{micros, parse, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, RecordId},
    notice::{Cadence, Preferences, Topic},
    time::Instant,
};

/// What the person chose; what holds where nothing was chosen otherwise.
pub async fn of(tx: &ReadTx, account: AccountId) -> Result<Preferences, StorageError> {
    let found = mail_preference::Entity::find_by_id(account.to_string()).one(tx.db()).await?;
    found.map_or_else(
        || Ok(Preferences::default()),
        |row| read(Some(&row.choices), row.calendar_entries, row.quiet_hours, row.zone.as_deref()),
    )
}

/// Puts the person's choices in the place of those before.
pub async fn put(
    tx: &WriteTx,
    account: AccountId,
    preferences: &Preferences,
    now: Instant,
) -> Result<(), StorageError> {
    let choices: BTreeMap<&str, Cadence> =
        preferences.mail.iter().map(|(topic, cadence)| (topic.name(), *cadence)).collect();
    let row = mail_preference::ActiveModel {
        account_id: Set(account.to_string()),
        choices: Set(serde_json::to_string(&choices)?),
        calendar_entries: Set(preferences.calendar_entries),
        quiet_hours: Set(preferences.quiet_hours),
        zone: Set(preferences.zone.map(|zone| zone.name().to_owned())),
        changed_at: Set(micros(now)),
    };
    let changing = [Column::Choices, Column::CalendarEntries, Column::QuietHours, Column::Zone, Column::ChangedAt];
    let again = OnConflict::column(Column::AccountId).update_columns(changing).to_owned();
    mail_preference::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Everybody who wants own task dates as calendar entries.
pub async fn wanting_entries(tx: &ReadTx) -> Result<Vec<AccountId>, StorageError> {
    let ids: Vec<String> = mail_preference::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::CalendarEntries.eq(true))
        .order_by_asc(Column::AccountId)
        .into_tuple()
        .all(tx.db())
        .await?;
    ids.iter().map(|id| uuid(id).map(AccountId)).collect()
}

/// The references of the records that the person muted.
pub async fn muted(tx: &ReadTx, account: AccountId) -> Result<Vec<String>, StorageError> {
    Ok(muted_records(tx, account).await?.into_keys().collect())
}

/// The records that the person muted, by reference.
pub async fn muted_records(tx: &ReadTx, account: AccountId) -> Result<BTreeMap<String, RecordId>, StorageError> {
    let relation = mail_mute::Entity::belongs_to(aggregate::Entity)
        .from(mail_mute::Column::AggregateId)
        .to(aggregate::Column::Id)
        .into();
    let rows: Vec<(String, String)> = mail_mute::Entity::find()
        .select_only()
        .columns([aggregate::Column::Reference, aggregate::Column::Id])
        .join(JoinType::InnerJoin, relation)
        .filter(mail_mute::Column::AccountId.eq(account.to_string()))
        .into_tuple()
        .all(tx.db())
        .await?;
    rows.into_iter().map(|(reference, id)| Ok((reference, RecordId(uuid(&id)?)))).collect()
}

/// Mutes these records and no others.
pub async fn mute(tx: &WriteTx, account: AccountId, records: &[RecordId]) -> Result<(), StorageError> {
    let own = mail_mute::Column::AccountId.eq(account.to_string());
    mail_mute::Entity::delete_many().filter(own).exec(tx.db()).await?;
    if records.is_empty() {
        return Ok(());
    }
    let rows = records.iter().map(|record| mail_mute::ActiveModel {
        account_id: Set(account.to_string()),
        aggregate_id: Set(record.to_string()),
    });
    mail_mute::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Reads choices from their columns. A topic or a cadence that is not known any more counts as not chosen.
pub(super) fn read(
    choices: Option<&str>,
    calendar_entries: bool,
    quiet_hours: bool,
    zone: Option<&str>,
) -> Result<Preferences, StorageError> {
    let choices: BTreeMap<String, String> = choices.map_or_else(|| Ok(BTreeMap::new()), serde_json::from_str)?;
    let chosen = |(topic, cadence): (&String, &String)| {
        let cadence = serde_json::from_value(serde_json::Value::String(cadence.clone())).ok()?;
        Some((Topic::from_name(topic)?, cadence))
    };
    Ok(Preferences {
        mail: choices.iter().filter_map(chosen).collect(),
        calendar_entries,
        quiet_hours,
        zone: zone.map(|zone| parse(zone, "a time zone")).transpose()?,
    })
}

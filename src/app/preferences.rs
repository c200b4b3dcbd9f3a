//! What a person chooses about mail: when mail of each topic goes out, quiet hours, muted records, and whether own task
//! dates are sent as calendar entries.
//!
//! Entries are off until a person switches them on: they leave the house for a calendar that an assistant or a team may
//! read, and a calendar keeps them after the mail is gone.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, AppError, Principal, error::FieldError, identity::Note, lookup};
use crate::{
    domain::{
        id::RecordId,
        notice::{Cadence, Group, Preferences, Topic},
    },
    storage::{ReadTx, mail_choices},
};

/// Records that a person may mute.
const MOST_MUTED: usize = 200;

/// What a person chose about mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PreferencesView {
    /// Every topic, group by group.
    pub topics: Vec<TopicChoice>,
    /// Whether own task dates are sent as calendar entries.
    pub calendar_entries: bool,
    /// Whether mail waits from 20:00 to 07:00 and over federal holidays, unless it is legally operative or due within 48
    /// hours.
    pub quiet_hours: bool,
    /// The zone of the person's day (IANA name); none for the program's.
    pub zone: Option<String>,
    /// References of the records about which no mail is sent, but for what is legally operative.
    pub muted: Vec<String>,
}

/// What was chosen about a topic: a notice, or one of the two things that a notice tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicChoice {
    /// The topic.
    pub topic: Topic,
    /// The group that it belongs to.
    pub group: Group,
    /// What it is called.
    pub label: String,
    /// When its mail goes out.
    pub mail: Cadence,
    /// Whether that can be chosen; not for what is legally operative, and not for the account's security.
    pub switchable: bool,
}

/// What a person chooses, whole: what is left out is as if it had never been chosen.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreferences {
    /// When mail of a topic goes out, by topic; at once for those that are left out.
    #[serde(default)]
    pub mail: BTreeMap<String, Cadence>,
    /// Whether own task dates are sent as calendar entries.
    #[serde(default)]
    pub calendar_entries: bool,
    /// Whether mail waits from 20:00 to 07:00 and over federal holidays.
    #[serde(default)]
    pub quiet_hours: bool,
    /// The zone of the person's day (IANA name); none for the program's.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub zone: Option<String>,
    /// References of records about which no mail is wanted; at most 200.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub muted: Vec<String>,
}

impl App {
    /// What the person chose about mail.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn preferences(&self, principal: &Principal) -> Result<PreferencesView, AppError> {
        let tx = self.store().begin_read().await?;
        let found = mail_choices::of(&tx, principal.actor.account).await;
        let muted = mail_choices::muted(&tx, principal.actor.account).await;
        tx.end().await?;
        Ok(view(&found?, muted?))
    }

    /// Puts new choices in the place of those before. Entries that stand in the person's calendar are taken out when they
    /// are switched off, and those of all open tasks are sent when they are switched on.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field: an unknown topic, one that cannot be switched, an unknown zone, or a record
    /// that the person may not read.
    pub async fn put_preferences(
        &self,
        principal: &Principal,
        new: &NewPreferences,
    ) -> Result<PreferencesView, AppError> {
        let chosen = read(new)?;
        let account = principal.actor.account;
        let view = in_transaction!(self, tx => {
            let records = self.readable_records(tx, principal, &new.muted).await?;
            let before = mail_choices::of(tx, account).await?;
            let now = self.decision_time(tx).await?;
            mail_choices::put(tx, account, &chosen, now).await?;
            mail_choices::mute(tx, account, &records).await?;
            if chosen.calendar_entries != before.calendar_entries {
                self.put_entries_of(tx, account, chosen.calendar_entries).await?;
            }
            self.note(tx, Note::by(principal, "preferences.put", Some(account.0), "")).await?;
            Ok(view(&chosen, mail_choices::muted(tx, account).await?))
        })
        .await?;
        self.wake().notify_one();
        Ok(view)
    }

    /// The records with these references. One that was muted before may stay so, whoever may read it now.
    async fn readable_records(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        references: &[String],
    ) -> Result<Vec<RecordId>, AppError> {
        let muted = mail_choices::muted_records(tx, principal.actor.account).await?;
        let mut records = Vec::new();
        for (index, reference) in references.iter().enumerate() {
            let found = match muted.get(reference) {
                Some(record) => Some(*record),
                None => self.readable_record(tx, principal, reference).await?,
            };
            let unknown = || AppError::field(format!("/muted/{index}"), "is no record that you may read");
            let record = found.ok_or_else(unknown)?;
            if !records.contains(&record) {
                records.push(record);
            }
        }
        Ok(records)
    }

    async fn readable_record(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        reference: &str,
    ) -> Result<Option<RecordId>, AppError> {
        let Some(kind) = lookup::kind_of(reference) else { return Ok(None) };
        match self.load_readable(tx, principal, kind, reference).await {
            Ok(readable) => Ok(Some(readable.subject.id)),
            Err(AppError::NotFound | AppError::Locked | AppError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn view(chosen: &Preferences, muted: Vec<String>) -> PreferencesView {
    let choice = |topic: Topic| TopicChoice {
        topic,
        group: topic.group(),
        label: topic.label().to_owned(),
        mail: chosen.cadence(topic),
        switchable: topic.is_switchable(),
    };
    PreferencesView {
        topics: Topic::ALL.into_iter().map(choice).collect(),
        calendar_entries: chosen.calendar_entries,
        quiet_hours: chosen.quiet_hours,
        zone: chosen.zone.map(|zone| zone.name().to_owned()),
        muted,
    }
}

/// Everything that is wrong with the choices, or what they are.
fn read(new: &NewPreferences) -> Result<Preferences, AppError> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: String, detail: &str| errors.push(FieldError { pointer, detail: detail.to_owned() });
    let mut mail = BTreeMap::new();
    for (name, cadence) in &new.mail {
        // RFC 6901: what has a meaning in a pointer is escaped.
        let pointer = format!("/mail/{}", name.replace('~', "~0").replace('/', "~1"));
        match Topic::from_name(name) {
            None => wrong(pointer, "is no topic of mail"),
            Some(topic) if !topic.is_switchable() && *cadence != Cadence::Immediate => {
                wrong(pointer, "always goes out at once");
            }
            Some(topic) => {
                mail.insert(topic, *cadence);
            }
        }
    }
    let zone = new.zone.as_deref().map(str::parse::<Tz>);
    if matches!(zone, Some(Err(_))) {
        wrong("/zone".to_owned(), "is no time zone, such as America/New_York");
    }
    if new.muted.len() > MOST_MUTED {
        wrong("/muted".to_owned(), "must hold at most 200 references");
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(Preferences {
        mail,
        calendar_entries: new.calendar_entries,
        quiet_hours: new.quiet_hours,
        zone: zone.and_then(Result::ok),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(new: &NewPreferences) -> Vec<String> {
        match read(new) {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|error| error.pointer).collect(),
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_its_field() {
        let mail = |name: &str, cadence| [(name.to_owned(), cadence)].into();
        let table: [(NewPreferences, &[&str]); 10] = [
            (NewPreferences::default(), &[]),
            (NewPreferences { mail: mail("conditions", Cadence::Off), ..Default::default() }, &[]),
            (NewPreferences { mail: mail("window_opened", Cadence::Digest), ..Default::default() }, &[]),
            (NewPreferences { mail: mail("windows", Cadence::Off), ..Default::default() }, &["/mail/windows"]),
            (NewPreferences { mail: mail("incidents", Cadence::Immediate), ..Default::default() }, &[]),
            (NewPreferences { mail: mail("incidents", Cadence::Off), ..Default::default() }, &["/mail/incidents"]),
            (NewPreferences { mail: mail("account", Cadence::Digest), ..Default::default() }, &["/mail/account"]),
            (NewPreferences { mail: mail("a/~b", Cadence::Off), ..Default::default() }, &["/mail/a~1~0b"]),
            (NewPreferences { zone: Some("Mars/Olympus".to_owned()), ..Default::default() }, &["/zone"]),
            (NewPreferences { muted: vec!["ENG-2026-0001".to_owned(); 201], ..Default::default() }, &["/muted"]),
        ];
        for (new, expected) in table {
            assert_eq!(pointers(&new), expected, "{new:?}");
        }
    }

    #[test]
    fn what_is_left_out_goes_out_at_once() {
        let shown = view(&Preferences::default(), Vec::new());
        assert_eq!(shown.topics.len(), Topic::ALL.len());
        assert!(shown.topics.iter().all(|choice| choice.mail == Cadence::Immediate));
        assert!(!shown.calendar_entries && !shown.quiet_hours && shown.zone.is_none());
    }
}

//! The mails about the records of an export that went to the requester's own side. What the other sides were told is
//! theirs to know, as with reminders; no words of any mail are kept, so that none are told.

use std::collections::BTreeMap;

use crate::{
    app::{
        Principal,
        view::{Moment, Viewing},
    },
    domain::{
        actor::Side,
        id::RecordId,
        notice::{Group, NoticeKind, Stem},
    },
    storage::{ReadTx, StorageError, sent_mail, sent_mail::SentMail},
};

/// A notice or a reminder that went out, to everybody who got it at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedMail {
    /// The record's reference.
    pub record: String,
    /// The notice's code, `N1` to `N20`.
    pub code: String,
    /// What it is about, such as "access grants"; empty for one that this version does not know.
    pub about: &'static str,
    /// When it went out.
    pub at: Moment,
    /// Names of the recipients.
    pub to: Vec<String>,
    /// `sent`, `failed`, `missed`, `digest`, `bounced` or `expired`.
    pub outcome: String,
}

/// The mails about these records that the viewer may know of: those to people of the own side, and of them those to the
/// own organization alone, unless it is the government's, whose agencies work on one record.
pub(super) async fn sent(tx: &ReadTx, viewer: &Principal, records: &[RecordId]) -> Result<Vec<SentMail>, StorageError> {
    let (side, own) = (viewer.actor.side, viewer.actor.organization);
    let mut mails = sent_mail::about(tx, records, side).await?;
    mails.retain(|mail| side == Side::Government || mail.organization == own);
    Ok(mails)
}

/// The mails as they are told, in the order of time; what several people got at once is one.
pub(super) fn told(
    viewing: &Viewing<'_>,
    mails: Vec<SentMail>,
    reference: impl Fn(RecordId) -> String,
) -> Vec<ExportedMail> {
    let mut told: BTreeMap<_, ExportedMail> = BTreeMap::new();
    for mail in mails {
        let name = viewing.names.person_for(mail.recipient, viewing.viewer.side).name;
        let key = (mail.queued_at, mail.aggregate, mail.code.clone(), mail.template.clone(), mail.outcome.clone());
        let one = told.entry(key).or_insert_with(|| ExportedMail {
            record: reference(mail.aggregate),
            about: about(&mail),
            at: viewing.moment(mail.at),
            to: Vec::new(),
            code: mail.code.clone(),
            outcome: mail.outcome.clone(),
        });
        one.to.push(name);
    }
    told.into_values().collect()
}

fn about(mail: &SentMail) -> &'static str {
    let (kind, stem) = (NoticeKind::parse(&mail.code), Stem::parse(&mail.template));
    kind.zip(stem).and_then(|(kind, stem)| Group::of(kind, stem)).map(Group::label).unwrap_or_default()
}

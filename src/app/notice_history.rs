//! Which notices went out about a record, as far as the viewer may know: of events that the viewer knows, and to people of
//! the viewer's own side. How many people each went to is not said, since it would tell how many reviewers there are.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    App, Principal,
    reminder_history::{ReminderStatus, worst},
    view::Moment,
};
use crate::{domain::actor::Side, storage::told::NoticeMail};

/// A notice that went to the viewer's side.
#[derive(Clone, Debug)]
pub struct NoticeEntry {
    /// The event that it tells of.
    pub event: Uuid,
    /// Its code, `N1` to `N18`.
    pub code: String,
    /// The reference that it names.
    pub reference: String,
    /// When it was queued.
    pub at: Moment,
    /// Where it stands; the worst of all is told.
    pub status: ReminderStatus,
    /// Whether the viewer is among those whom it went to.
    pub mine: bool,
}

impl App {
    /// The notices of these events, the oldest first.
    pub(super) fn notices_told(
        &self,
        viewer: &Principal,
        mails: Vec<NoticeMail>,
        known: &BTreeSet<Uuid>,
    ) -> Vec<NoticeEntry> {
        let mut found: BTreeMap<(Uuid, String), Vec<NoticeMail>> = BTreeMap::new();
        for mail in mails.into_iter().filter(|mail| known.contains(&mail.event) && is_own(mail, viewer)) {
            found.entry((mail.event, mail.code.clone())).or_default().push(mail);
        }
        let one = |((event, code), mails): ((Uuid, String), Vec<NoticeMail>)| {
            let first = mails.first()?;
            let statuses: Vec<&str> = mails.iter().map(|mail| mail.status.as_str()).collect();
            Some(NoticeEntry {
                event,
                code,
                reference: first.reference.clone(),
                at: self.moment(first.queued_at),
                status: worst(&statuses).0,
                mine: mails.iter().any(|mail| mail.account == viewer.actor.account),
            })
        };
        let mut told: Vec<NoticeEntry> = found.into_iter().filter_map(one).collect();
        told.sort_by_key(|notice| notice.at.at);
        told
    }
}

/// Whether it went to the viewer's side: of a developer or a partner, to the viewer's own organization.
fn is_own(mail: &NoticeMail, viewer: &Principal) -> bool {
    let same = mail.organization == viewer.actor.organization;
    mail.side == viewer.actor.side && (same || viewer.actor.side == Side::Government)
}

//! Before a mail goes out: whether its recipient wants it now, later, collected in a digest, or not at all. The rule is
//! `domain::notice::Preferences`; here the facts are gathered and the outcome is written.

use uuid::Uuid;

use super::{App, AppError};
use crate::{
    domain::{
        deadline::DeadlineKind,
        notice::{Group, Handling, NoticeKind, Stem, Waiting, is_legal},
        time::Instant,
    },
    storage::{
        OutboxDraft,
        mail_sorting::{self, Reception},
    },
};

/// What a person may choose about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// As about all of its group.
    Group(Group),
    /// Whether there is a digest: no group is collected any more.
    Digest,
    /// Whether task dates are sent as calendar entries.
    Calendar,
    /// Whether there is word of kept views.
    View,
}

impl App {
    /// Whether the mail goes out now; else it is set aside, or waits, and the lease is given back.
    pub(super) async fn wanted_now(
        &self,
        draft: &OutboxDraft,
        reception: &Reception,
        token: Uuid,
        now: Instant,
    ) -> Result<bool, AppError> {
        let waiting = Waiting {
            group: match sort_of(draft) {
                Some(Sort::Group(group)) => Some(group),
                Some(Sort::Digest | Sort::Calendar | Sort::View) | None => None,
            },
            legal: legal(draft, reception.deadline.as_deref()),
            due_at: reception.due_at,
            muted: reception.muted,
            undeliverable: reception.undeliverable,
        };
        let zone = self.settings().program.zone;
        let handling = reception.preferences.handling(&waiting, zone, now);
        if handling == Handling::Send {
            return Ok(true);
        }
        let tx = self.store().begin_write().await?;
        match handling {
            Handling::Send => {}
            Handling::Wait(until) => mail_sorting::wait(&tx, draft.id, token, until).await?,
            Handling::Collect(digest) => mail_sorting::collect(&tx, draft.id, token, digest).await?,
            Handling::Withhold(why) => mail_sorting::withhold(&tx, draft.id, token, why.name()).await?,
        }
        tx.commit().await?;
        Ok(false)
    }
}

/// What a person may choose about the mail; `None` for one that nobody knows, which is sent and fails.
pub(super) fn sort_of(draft: &OutboxDraft) -> Option<Sort> {
    let (kind, stem) = (NoticeKind::parse(&draft.code)?, Stem::parse(&draft.template)?);
    match stem {
        Stem::Digest => Some(Sort::Digest),
        Stem::Calendar => Some(Sort::Calendar),
        Stem::View => Some(Sort::View),
        _ => Group::of(kind, stem).map(Sort::Group),
    }
}

/// Whether the mail is legally operative. `deadline` is the stored name of the clock that it reminds of.
pub(super) fn legal(draft: &OutboxDraft, deadline: Option<&str>) -> bool {
    let clock = deadline.and_then(|name| serde_json::from_value::<DeadlineKind>(name.into()).ok());
    NoticeKind::parse(&draft.code).is_some_and(|kind| is_legal(kind, clock))
}

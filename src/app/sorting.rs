//! Before a mail goes out: whether its recipient wants it now, later, collected in a digest, or not at all. The rule is
//! `domain::notice::Preferences`; here the facts are gathered and the outcome is written.

use uuid::Uuid;

use super::{App, AppError};
use crate::{
    domain::{
        deadline::DeadlineKind,
        notice::{Handling, NoticeKind, Stem, Topic, Waiting, is_legal},
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
    /// When mail of its topic goes out.
    Topic(Topic),
    /// Whether there is a digest: no topic is collected any more.
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
            topic: match sort_of(draft) {
                Some(Sort::Topic(topic)) => Some(topic),
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
    Sort::of(NoticeKind::parse(&draft.code)?, Stem::parse(&draft.template)?)
}

impl Sort {
    /// What a person may choose about mail of this notice, with these templates.
    pub(super) fn of(kind: NoticeKind, stem: Stem) -> Option<Self> {
        match stem {
            Stem::Digest => Some(Sort::Digest),
            Stem::Calendar => Some(Sort::Calendar),
            Stem::View => Some(Sort::View),
            _ => Topic::of(kind, stem).map(Sort::Topic),
        }
    }

    /// Whether a person may switch it off.
    pub(super) const fn is_switchable(self) -> bool {
        match self {
            Self::Topic(topic) => topic.is_switchable(),
            Self::Digest | Self::Calendar | Self::View => true,
        }
    }
}

/// What one request ends by the address that stands in the mail (RFC 8058): whatever the recipient may switch off. Nothing
/// that is legally operative, nothing that protects the account, and no mail to somebody without an account.
pub(super) fn endable(draft: &OutboxDraft, deadline: Option<&str>) -> Option<Sort> {
    let sort = sort_of(draft).filter(|sort| sort.is_switchable())?;
    (draft.recipient.is_some() && !legal(draft, deadline)).then_some(sort)
}

/// Whether the mail is legally operative. `deadline` is the stored name of the clock that it reminds of.
pub(super) fn legal(draft: &OutboxDraft, deadline: Option<&str>) -> bool {
    let clock = deadline.and_then(|name| serde_json::from_value::<DeadlineKind>(name.into()).ok());
    NoticeKind::parse(&draft.code).is_some_and(|kind| is_legal(kind, clock))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{id::AccountId, notice::Ask};

    fn draft(kind: NoticeKind, stem: Stem) -> OutboxDraft {
        let at = "2026-11-02T14:00:00Z".parse().expect("an instant");
        OutboxDraft {
            id: Uuid::nil(),
            dedupe_key: String::new(),
            code: kind.as_str().to_owned(),
            template: stem.as_str().to_owned(),
            reference: None,
            aggregate: None,
            recipient: Some(AccountId(Uuid::nil())),
            address: "dana@example.org".to_owned(),
            fields: json!({}),
            deadline: None,
            queued_at: at,
            send_after: at,
            next_attempt_at: at,
            message_id: String::new(),
        }
    }

    #[test]
    fn every_mail_that_may_be_switched_off_may_be_ended_and_no_other() {
        const FIXED: [NoticeKind; 3] = [NoticeKind::N16, NoticeKind::N17, NoticeKind::N20];
        for kind in NoticeKind::ALL {
            for ask in Ask::ALL {
                let ends = endable(&draft(kind, kind.stem(ask)), None).is_some();
                assert_eq!(ends, !FIXED.contains(&kind), "{kind:?} {ask:?}");
            }
        }
        for stem in [Stem::Reminder, Stem::Escalation, Stem::Window, Stem::Digest, Stem::Calendar, Stem::View] {
            assert!(endable(&draft(NoticeKind::N19, stem), None).is_some(), "{stem:?}");
        }
    }

    #[test]
    fn reminders_of_legal_clocks_and_mail_to_nobody_in_particular_are_not_ended() {
        let reminder = draft(NoticeKind::N19, Stem::Reminder);
        let name = |kind: DeadlineKind| serde_json::to_value(kind).expect("JSON").as_str().map(str::to_owned);
        for (kind, ends) in [
            (DeadlineKind::RedlineTurn, true),
            (DeadlineKind::IncidentNotice, false),
            (DeadlineKind::SubmitterObjection, false),
            (DeadlineKind::DisclosureNotice, false),
        ] {
            assert_eq!(endable(&reminder, name(kind).as_deref()).is_some(), ends, "{kind:?}");
        }
        let stranger = OutboxDraft { recipient: None, ..draft(NoticeKind::N4, Stem::Proposal) };
        assert_eq!(endable(&stranger, None), None);
    }
}

//! Ending mail of a group by the address that stands in a mail (RFC 8058), without signing in. Whoever has the mail may
//! do that and nothing else; the address names no person and no group.

use super::{
    App, AppError,
    identity::Note,
    sorting::{Sort, endable},
};
use crate::{
    auth::secret::MailToken,
    domain::{
        id::AccountId,
        notice::{Cadence, Topic},
    },
    storage::{ReadTx, mail_choices, outbox, saved_views},
};

/// What an address ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    account: AccountId,
    sort: Sort,
}

impl Ending {
    /// The mail that it ends, in a sentence.
    pub fn mail(self) -> String {
        match self.sort {
            Sort::Topic(topic) => format!("mail about {}", topic.group().label()),
            Sort::Digest => "the daily digest and the mail that it collects".to_owned(),
            Sort::Calendar => "mail with entries for your calendar".to_owned(),
            Sort::View => "word of changes in your kept views".to_owned(),
        }
    }

    /// Each notice that ends with it, where it is more than the one.
    pub fn notices(self) -> Vec<&'static str> {
        let Sort::Topic(topic) = self.sort else { return Vec::new() };
        let labels: Vec<&str> = topic.group().topics().map(Topic::label).collect();
        if labels.len() > 1 { labels } else { Vec::new() }
    }

    /// What the mail is called in the log of who changed what.
    pub const fn label(self) -> &'static str {
        match self.sort {
            Sort::Topic(topic) => topic.group().label(),
            Sort::Digest => "the daily digest and everything that it collects",
            Sort::Calendar => "entries for your calendar",
            Sort::View => "word of changes in your kept views",
        }
    }
}

impl App {
    /// What the address ends. Nothing is changed by asking: programs follow links in mails by themselves.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an address that no mail carries.
    pub async fn ending(&self, token: &str) -> Result<Ending, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.find_ending(&tx, token).await;
        tx.end().await?;
        found
    }

    /// Ends mail of the group, every notice of it: none of it goes out to this person any more, until the person chooses otherwise.
    ///
    /// # Errors
    /// As [`App::ending`].
    pub async fn unsubscribe(&self, token: &str) -> Result<Ending, AppError> {
        let ending = in_transaction!(self, tx => {
            let ending = self.find_ending(tx, token).await?;
            let account = ending.account;
            let mut chosen = mail_choices::of(tx, account).await?;
            let topics: Vec<Topic> = match ending.sort {
                Sort::Topic(topic) => topic.group().topics().collect(),
                Sort::Digest => chosen.collected().into_iter().collect(),
                Sort::Calendar | Sort::View => Vec::new(),
            };
            chosen.mail.extend(topics.into_iter().map(|topic| (topic, Cadence::Off)));
            let entries = chosen.calendar_entries && ending.sort == Sort::Calendar;
            if entries {
                chosen.calendar_entries = false;
            }
            mail_choices::put(tx, account, &chosen, self.decision_time(tx).await?).await?;
            if ending.sort == Sort::View {
                saved_views::unwatch_all(tx, account).await?;
            }
            if entries {
                self.put_entries_of(tx, account, false).await?;
            }
            self.note(tx, Note::by_mail(account, "preferences.unsubscribe", ending.label())).await?;
            Ok(ending)
        })
        .await?;
        self.wake().notify_one();
        Ok(ending)
    }

    /// A key that was replaced still opens the addresses of mails that were sent before.
    async fn find_ending(&self, tx: &ReadTx, token: &str) -> Result<Ending, AppError> {
        let mail = self.mail_of(MailToken::Unsubscribe, token).ok_or(AppError::NotFound)?;
        let draft = outbox::by_id(tx, mail).await?.ok_or(AppError::NotFound)?.draft;
        // The clock of a deadline that has gone is not known any more: of a legal one no address was ever mailed.
        match (draft.recipient, endable(&draft, None)) {
            (Some(account), Some(sort)) => Ok(Ending { account, sort }),
            _ => Err(AppError::NotFound),
        }
    }

    /// The mail that a token names.
    pub(super) fn mail_of(&self, purpose: MailToken, token: &str) -> Option<uuid::Uuid> {
        let auth = &self.settings().auth;
        let keys = [Some(auth.seal_key()), auth.previous_seal_key()];
        keys.into_iter().flatten().find_map(|key| purpose.read(key, token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ended_is_named_in_a_sentence() {
        let named = |sort| Ending { account: AccountId(uuid::Uuid::nil()), sort }.mail();
        assert_eq!(named(Sort::Calendar), "mail with entries for your calendar");
        assert_eq!(named(Sort::Digest), "the daily digest and the mail that it collects");
        assert_eq!(named(Sort::Topic(Topic::Conditions)), "mail about conditions");
        assert_eq!(named(Sort::Topic(Topic::WindowOpened)), "mail about milestones of engagements");
    }

    #[test]
    fn of_a_group_each_notice_is_named_that_ends_with_it() {
        let notices = |sort| Ending { account: AccountId(uuid::Uuid::nil()), sort }.notices();
        let windows = ["Window scheduled or changed", "Window opened", "Window suspended or resumed", "Window closed"];
        assert_eq!(notices(Sort::Topic(Topic::WindowOpened)), windows);
        for alone in [Sort::Topic(Topic::Documents), Sort::Topic(Topic::Reminders), Sort::Digest, Sort::Calendar] {
            assert_eq!(notices(alone), Vec::<&str>::new(), "{alone:?}");
        }
    }
}

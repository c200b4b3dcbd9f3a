//! A person's own task dates under a secret address. The address is all that a calendar program has, so it shows as
//! little as a mail does: references, kinds of task and days, no name, no title and no date of a window (domain section
//! 6).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{App, AppError, Principal, agenda::Upcoming, people::absent, reminding::words},
    auth::secret::{Opaque, SecretKind},
    domain::{actor::Actor, id::AccountId, text::Sha256Hex, time::plus},
    mail::calendar,
    storage::{ReadTx, agenda::Span, calendar_feed, people},
};

/// How far back overdue tasks are shown, and how far ahead others are.
const BACK: TimeDelta = TimeDelta::days(90);
const AHEAD: TimeDelta = TimeDelta::days(400);

/// Deadlines that are looked at together, and how often.
const MOST: u64 = 500;
const MOST_PAGES: u32 = 20;

/// A person's calendar, ready to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The text (RFC 5545).
    pub body: String,
    /// Its entity tag: a hash of the text.
    pub etag: String,
}

/// A secret address, shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedAddress {
    /// The whole address. Whoever knows it reads the person's task dates; it is not shown again.
    pub address: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl App {
    /// Makes a secret address for the person's calendar. The one that was there before is dead from now on.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn make_calendar_feed(&self, viewer: &Principal) -> Result<FeedAddress, AppError> {
        let secret = Opaque::generate(self.ids(), SecretKind::CalendarFeed);
        let created_at = self.clock().system();
        let tx = self.store().begin_write().await?;
        calendar_feed::replace(&tx, viewer.actor.account, &secret.hash(), created_at).await?;
        tx.commit().await?;
        let address = format!("{}/calendar/{}.ics", self.settings().server.public_url, secret.expose());
        Ok(FeedAddress { address, created_at })
    }

    /// When the person's secret address was made, if there is one. The address itself is told nobody again.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn calendar_feed_made(&self, viewer: &Principal) -> Result<Option<DateTime<Utc>>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = calendar_feed::made(&tx, viewer.actor.account).await;
        tx.end().await?;
        Ok(found?)
    }

    /// Ends the person's address.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is none.
    pub async fn revoke_calendar_feed(&self, viewer: &Principal) -> Result<(), AppError> {
        let tx = self.store().begin_write().await?;
        let ended = calendar_feed::revoke(&tx, viewer.actor.account, self.clock().system()).await?;
        tx.commit().await?;
        if ended { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// The calendar behind a secret address.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a secret that is malformed, unknown, replaced or revoked, or whose person may not
    /// sign in any more: all look the same.
    pub async fn calendar_feed(&self, secret: &str) -> Result<Feed, AppError> {
        let secret = Opaque::parse(secret, SecretKind::CalendarFeed).ok_or(AppError::NotFound)?;
        let tx = self.store().begin_read().await?;
        let found = self.read_feed(&tx, &secret).await;
        tx.end().await?;
        let body = calendar::feed(&found?);
        let etag = Sha256Hex::of(body.as_bytes()).as_str().chars().take(32).collect();
        Ok(Feed { body, etag })
    }

    async fn read_feed(&self, tx: &ReadTx, secret: &Opaque) -> Result<Vec<calendar::Task>, AppError> {
        let account = calendar_feed::account(tx, &secret.hash()).await?.ok_or(AppError::NotFound)?;
        let viewer = Principal { actor: actor(tx, account).await?, session: None };
        let now = self.decision_time(tx).await?;
        let mut span = Span { from: Some(plus(now, -BACK)), to: Some(plus(now, AHEAD)), after: None, limit: MOST };
        let mut tasks = Vec::new();
        // Others' deadlines may fill whole pages of a program liaison's: one's own are looked for behind them.
        for _ in 0..MOST_PAGES {
            let agenda = self.agenda(tx, &viewer, span, now).await?;
            let own = agenda.upcoming.iter().filter(|upcoming| upcoming.mine && !upcoming.tells_of_window);
            tasks.extend(own.map(|upcoming| self.task(upcoming)));
            span.after = agenda.last;
            if !agenda.truncated {
                break;
            }
        }
        Ok(tasks)
    }

    fn task(&self, upcoming: &Upcoming) -> calendar::Task {
        let (row, open) = (&upcoming.row, &upcoming.open);
        let (stem, ask) = words(open.kind, false);
        calendar::Task {
            uid: format!("{}@{}", row.id, self.settings().mail.message_id_domain()),
            stamp: row.status_at,
            day: row.shown_on,
            summary: calendar::summary(&open.reference, ask),
            link: self.link(stem, &open.reference),
        }
    }
}

/// The person as a request would present them, with the lowest assurance: an address proves nothing more.
pub(in crate::app) async fn actor(tx: &ReadTx, account: AccountId) -> Result<Actor, AppError> {
    let found = people::by_ids(tx, [account]).await?.remove(&account);
    let person = found.filter(|person| person.facts.active).ok_or(AppError::NotFound)?;
    Ok(absent(person))
}

//! Moving a movable clock forward: from one instant at which time brings something to the next, so that windows open and
//! close, and reminders go out, each at its instant and in order. The demonstration and tests move time here; production
//! time cannot be moved.

use serde::Serialize;

use super::{
    App, AppError,
    view::{Moment, moment},
};
use crate::{
    clock::ClockError,
    domain::time::{Instant, plus},
    storage::{
        access_log::{self, AccessEntry, AccessOutcome},
        recent::{self, Recent},
    },
};

/// Cases, and mails, that are carried on in one go.
const BATCH: u64 = 100;

/// The most happenings that are told.
const TOLD: u64 = 500;

/// What a move of the clock brought.
#[derive(Clone, Debug, Serialize)]
pub struct Advanced {
    /// Where the clock stood.
    pub from: Moment,
    /// Where it stands.
    pub now: Moment,
    /// What happened on the way, oldest first.
    pub happened: Vec<Happening>,
}

/// Something that happened on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// The event's type code, or `mail.` and the notice's code.
    pub event: String,
    /// The record's reference.
    pub reference: String,
}

impl App {
    /// Moves the business clock forward to `target`, stopping at every instant at which time brings something.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/to` if the target is past or the clock follows real time; [`AppError`] if the store
    /// cannot be asked. The clock then stands where it got to, and the same move may be asked for again.
    pub async fn advance_to(&self, target: Instant) -> Result<Advanced, AppError> {
        let from = self.clock().business();
        self.step_to(target).await?;
        self.note_clock().await?;
        let tx = self.store().begin_read().await?;
        let events = recent::events(&tx, from, TOLD).await?;
        let mails = recent::mails(&tx, from, TOLD).await?;
        tx.end().await?;
        let zone = self.settings().program.zone;
        Ok(Advanced {
            from: moment(from, zone),
            now: moment(self.clock().business(), zone),
            happened: happenings(events, mails),
        })
    }

    /// Moves the clock as [`App::advance_to`] does, without telling what happened.
    ///
    /// # Errors
    /// As [`App::advance_to`].
    pub async fn step_to(&self, target: Instant) -> Result<(), AppError> {
        let mut reached = self.clock().business();
        if target < reached {
            return Err(unmovable(&ClockError::MovesBack { now: reached, asked: target }));
        }
        self.catch_up().await?;
        while let Some(next) = self.next_instant().await?.filter(|next| *next <= target && *next > reached) {
            self.move_clock(next)?;
            self.catch_up().await?;
            reached = next;
        }
        self.move_clock(target)?;
        self.catch_up().await
    }

    /// Carries out everything that is due, and sends the mail that it left.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn catch_up(&self) -> Result<(), AppError> {
        // A case that fails stays due and is logged; it must not keep the others from being carried on.
        let mut failed = 0;
        loop {
            let round = self.carry_on(BATCH + u64::try_from(failed).unwrap_or(BATCH)).await?;
            if round.is_idle() && round.failed <= failed {
                break;
            }
            failed = round.failed;
        }
        while self.deliver(BATCH).await? > 0 {}
        Ok(())
    }

    /// The newest business instant at which anything was recorded: where a demonstration's clock goes on after a restart.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn newest_instant(&self) -> Result<Option<Instant>, AppError> {
        let tx = self.store().begin_read().await?;
        let newest = recent::newest(&tx).await?;
        tx.end().await?;
        Ok(newest)
    }

    /// A running clock may be past an instant that it is moved to by then, which is as good.
    fn move_clock(&self, to: Instant) -> Result<(), AppError> {
        match self.clock().advance_to(to) {
            Ok(()) | Err(ClockError::MovesBack { .. }) => Ok(()),
            Err(error @ ClockError::NotMovable) => Err(unmovable(&error)),
        }
    }

    /// The instant that lies `seconds` ahead.
    pub fn ahead(&self, seconds: u32) -> Instant {
        plus(self.clock().business(), chrono::TimeDelta::seconds(i64::from(seconds)))
    }

    /// Leaves a trace of where the clock was moved to, so that it does not fall back behind it.
    async fn note_clock(&self) -> Result<(), AppError> {
        let entry = AccessEntry {
            id: self.ids().uuid(),
            at: self.clock().business(),
            account: None,
            session: None,
            action: "clock.move".to_owned(),
            reference: None,
            aggregate: None,
            outcome: AccessOutcome::Allowed,
            detail: String::new(),
        };
        let tx = self.store().begin_write().await?;
        access_log::add(&tx, &[entry]).await?;
        Ok(tx.commit().await?)
    }
}

fn unmovable(error: &ClockError) -> AppError {
    AppError::field("/to", error.to_string())
}

fn happenings(events: Vec<Recent>, mails: Vec<Recent>) -> Vec<Happening> {
    let event = |recent: Recent| Happening { at: recent.at, event: recent.code, reference: recent.reference };
    let mail = |recent: Recent| Happening { event: format!("mail.{}", recent.code), ..event(recent) };
    let mut happened: Vec<Happening> = events.into_iter().map(event).chain(mails.into_iter().map(mail)).collect();
    happened.sort_by_key(|one| one.at);
    happened
}

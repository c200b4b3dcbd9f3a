//! Background work: what time brings, mail, housekeeping. Jobs take no input and may be run at any time, any number of
//! times and by any number of workers; nothing's correctness depends on them having run (architecture section 5,
//! invariant 28).

mod housekeeping;
mod mail;
mod marks;
mod quarantine;
mod timed;

use std::{future::Future, pin::pin, time::Duration};

use tokio::sync::watch;

use crate::{
    app::{
        App, AppError,
        jobs::{HOUSEKEEPING, Job},
    },
    domain::time::Instant,
};

use marks::Marks;

/// Doublings of the period after rounds that failed: at most eight periods lie between two tries.
const MOST_DOUBLINGS: u32 = 3;

/// The worker of one process. Cheap to clone; clones do the same work again, which is harmless.
#[derive(Clone)]
pub struct Worker {
    app: App,
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Cases in which time brought something, and deadlines about which something was said.
    pub timed: usize,
    /// Mails that were tried.
    pub mails: usize,
    /// Contents of documents that the scanner looked at.
    pub scanned: usize,
    /// Rows that were forgotten.
    pub forgotten: u64,
}

impl Worker {
    /// A worker over these use cases.
    pub const fn new(app: App) -> Self {
        Self { app }
    }

    /// Works until `shutdown` ends: once a period, and whenever something was recorded. The round under way is ended
    /// after the mail in hand; leases of the others are given back.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let (tell, stop) = watch::channel(false);
        let mut work = pin!(self.rounds(stop));
        tokio::select! {
            () = &mut work => {}
            () = shutdown => {
                tell.send_replace(true);
                work.await;
            }
        }
    }

    /// One round of every job: afterwards nothing is due that was due before it.
    ///
    /// # Errors
    /// The first [`AppError`]; what was done before it stays done.
    pub async fn once(&self) -> Result<Done, AppError> {
        let (_tell, stop) = watch::channel(false);
        let mut marks = Marks::default();
        let done = self.round(&stop, &mut marks).await?;
        let kept = Box::pin(housekeeping::run(&self.app));
        let forgotten = marks.measured(&self.app, Job::Housekeeping, kept).await;
        marks.keep(&self.app).await;
        Ok(Done { forgotten: forgotten?, ..done })
    }

    async fn round(&self, stop: &watch::Receiver<bool>, marks: &mut Marks) -> Result<Done, AppError> {
        let app = &self.app;
        let timed = marks.measured(app, Job::Timed, Box::pin(timed::run(app, stop))).await;
        // Mail that waits goes out also when a case cannot be carried on.
        let mails = marks.measured(app, Job::Mail, Box::pin(mail::run(app, stop))).await;
        let scanned = marks.measured(app, Job::Quarantine, Box::pin(quarantine::run(app, stop))).await;
        marks.keep(app).await;
        Ok(Done { timed: timed?, mails: mails?, scanned: scanned?, forgotten: 0 })
    }

    async fn rounds(&self, mut stop: watch::Receiver<bool>) {
        let mut failures: u32 = 0;
        let mut kept_house = None;
        let mut marks = Marks::default();
        while !*stop.borrow() {
            self.keep_house(&mut kept_house, &mut marks).await;
            match self.round(&stop, &mut marks).await {
                Ok(done) => {
                    failures = 0;
                    tracing::debug!(?done, "round");
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::error!(%error, failures, "a round of background work failed");
                }
            }
            self.rest(&mut stop, failures).await;
        }
    }

    /// Forgets what has been kept long enough, once in a while; that it fails once is no reason to stop anything.
    async fn keep_house(&self, last: &mut Option<Instant>, marks: &mut Marks) {
        let now = self.app.clock().system();
        if last.is_some_and(|last| now - last < HOUSEKEEPING) {
            return;
        }
        *last = Some(now);
        let work = Box::pin(housekeeping::run(&self.app));
        match marks.measured(&self.app, Job::Housekeeping, work).await {
            Ok(rows) => tracing::debug!(rows, "forgot what was kept long enough"),
            Err(error) => tracing::error!(%error, "housekeeping failed"),
        }
    }

    /// Waits for the next round. After a failure nothing but time and the shutdown ends the wait: being woken at every
    /// command would only press on whatever is broken.
    async fn rest(&self, stop: &mut watch::Receiver<bool>, failures: u32) {
        let period = Duration::from_secs(self.app.settings().worker.period_s);
        let wait = period * 2_u32.pow(failures.min(MOST_DOUBLINGS));
        let woken = async {
            if failures > 0 {
                std::future::pending::<()>().await;
            }
            self.app.wake().notified().await;
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = woken => {}
            // The sender lives as long as the loop; were it gone, the loop should end too.
            _ = stop.wait_for(|stopped| *stopped) => {}
        }
    }
}

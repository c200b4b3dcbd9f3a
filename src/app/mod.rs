//! Use cases: load, authorize, decide, record, view. No rule of the domain stands here; [`App`] is the one object that
//! the web, the worker and the command line hold.

#[macro_use]
mod transaction;

mod access;
mod advance;
mod agenda;
mod as_of;
mod audit;
pub mod bulk;
pub mod calendar;
mod command;
mod composing;
mod delivery;
mod digest;
pub mod documents;
mod dossier;
mod due;
pub mod error;
pub mod export;
mod failure;
pub mod figures;
pub mod framework;
pub mod health;
mod housekeeping;
mod idempotency;
pub mod identity;
pub mod jobs;
pub mod ledger_view;
mod list;
mod locking;
mod lookup;
pub mod mail_samples;
mod merging;
mod migration;
mod notice_history;
pub mod office;
mod open;
mod outgoing;
mod people;
pub mod preferences;
pub mod preview;
mod read;
mod recipients;
mod recording;
mod reminder_history;
mod reminding;
pub mod returned_mail;
pub mod rows;
pub mod saved_views;
pub mod search;
pub mod seed;
mod since_signature;
mod single_use;
mod sorting;
mod step;
mod time;
mod turns;
pub mod unsubscribing;
pub mod verify;
pub mod view;
mod view_alerts;
mod waiting;
pub mod what_if;
pub mod worklist;

use std::sync::{Arc, OnceLock};

pub use crate::mail::transport::CapturedMail;
pub use access::{AccessAnswer, AccessAsker, AccessQuestion, GatewayStatement};
pub use advance::{Advanced, Happening};
pub use as_of::{AsOf, FoundAsOf};
use chrono::Datelike as _;
pub use command::{Done, Outcome, Request, TargetRef};
pub use dossier::{Dossier, Happened, Lead, Under, WaitingStep};
pub use due::{DeadlineEntry, EngagementReminder};
pub use error::AppError;
pub use idempotency::{Idempotency, Kept};
pub use list::{By, ListPage, Order};
pub use lookup::kind_of;
pub use notice_history::NoticeEntry;
pub use open::{Absent, Schema};
pub use preview::Preview;
pub use read::{DocumentEntry, Found, TimelineEntry};
pub use reminder_history::{ReminderEntry, ReminderStatus};
pub use rows::{Listed, NextDue};
pub use since_signature::{NewerText, SinceSignature};
pub use time::Round;
use tokio::sync::Notify;
pub use turns::Turn;
use turns::Turns;

use crate::{
    auth::{password::Passwords, seal::Sealer, token::AccessTokens},
    authz::Engine,
    clock::Clock,
    config::{HostKind, Settings},
    domain::{
        actor::Actor,
        case::Facts,
        deadline::Calendars,
        document::DocumentLimits,
        id::{OrganizationId, RecordId},
        time::Instant,
    },
    ids::Ids,
    mail::Transport,
    storage::{ReadTx, StorageError, Store, closures, objects::Objects},
};

/// How often a transaction that met another one is run again before the service says that it is busy.
const TRIES: usize = 4;

/// How many uploads, and how many packages, are in hand at a time: of everybody, and of one account.
const TURNS_TO_MAKE: (usize, usize) = (16, 2);

/// The same of downloads, which hold less.
const TURNS_TO_FETCH: (usize, usize) = (64, 8);

/// Everything that the use cases stand on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    ids: Ids,
    engine: Engine,
    versions: framework::Versions,
    settings: Settings,
    passwords: Passwords,
    tokens: AccessTokens,
    sealer: Sealer,
    transport: Transport,
    objects: Objects,
    uploads: Turns,
    packages: Turns,
    downloads: Turns,
    wake: Notify,
    host: OnceLock<OrganizationId>,
}

/// What an [`App`] is made from.
pub struct Parts {
    /// The store, migrated.
    pub store: Store,
    /// The clocks.
    pub clock: Clock,
    /// The source of ids and randomness.
    pub ids: Ids,
    /// Every setting.
    pub settings: Settings,
    /// How mail leaves.
    pub transport: Transport,
}

impl App {
    /// Puts the use cases together.
    ///
    /// # Errors
    /// [`AppError::Internal`] if a compiled-in policy or framework version, or a key of the settings, is unusable.
    pub fn new(parts: Parts) -> Result<Self, AppError> {
        let settings = parts.settings;
        let auth = &settings.auth;
        let cost = crate::auth::password::Cost {
            memory_kib: auth.password_memory_kib,
            passes: auth.password_passes,
            lanes: auth.password_lanes,
        };
        let passwords = Passwords::new(cost, auth.password_workers(), auth.password_queue, &parts.ids);
        let previous = auth.previous_token_key().map(str::as_bytes);
        let keys = crate::auth::token::TokenKeys::new(auth.token_key().as_bytes(), previous);
        let lifetime = chrono::TimeDelta::seconds(auth.access_token_seconds);
        let tokens = AccessTokens::new(keys.map_err(AppError::internal)?, &settings.server.public_url, lifetime);
        let sealer = Sealer::new(auth.seal_key(), auth.previous_seal_key()).map_err(AppError::internal)?;
        Ok(Self {
            inner: Arc::new(Inner {
                store: parts.store,
                clock: parts.clock,
                ids: parts.ids,
                engine: Engine::new().map_err(AppError::internal)?,
                versions: framework::Versions::new().map_err(AppError::internal)?,
                passwords: passwords.map_err(AppError::internal)?,
                tokens,
                sealer,
                transport: parts.transport,
                objects: Objects::open(&settings.documents)?,
                uploads: Turns::new(TURNS_TO_MAKE),
                packages: Turns::new(TURNS_TO_MAKE),
                downloads: Turns::new(TURNS_TO_FETCH),
                wake: Notify::new(),
                host: OnceLock::new(),
                settings,
            }),
        })
    }

    /// Every setting.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The clocks.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The source of ids and randomness.
    pub fn ids(&self) -> &Ids {
        &self.inner.ids
    }

    /// The policies.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Signaled whenever something was recorded that the worker may have to carry on.
    pub fn wake(&self) -> &Notify {
        &self.inner.wake
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn tokens(&self) -> &AccessTokens {
        &self.inner.tokens
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// Where the contents of documents stand.
    pub(crate) fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// Contents that are received, each held in memory whole.
    fn uploads(&self) -> &Turns {
        &self.inner.uploads
    }

    /// Packages that are written and sent, each in a file of its own.
    fn packages(&self) -> &Turns {
        &self.inner.packages
    }

    /// Contents that are sent or compared, each held in memory whole.
    fn downloads(&self) -> &Turns {
        &self.inner.downloads
    }

    /// What the settings say of the size of documents.
    fn document_limits(&self) -> DocumentLimits {
        let settings = &self.inner.settings.documents;
        DocumentLimits { most_bytes: settings.max_bytes, quota_bytes: settings.quota_bytes }
    }

    /// Every edition of the calendar of working days.
    async fn calendars(&self, tx: &ReadTx) -> Result<Calendars, StorageError> {
        Ok(office::calendars(&closures::all(tx).await?))
    }

    /// Facts from outside a case, without people and organizations.
    async fn base_facts(&self, tx: &ReadTx) -> Result<Facts, StorageError> {
        Ok(Facts {
            frameworks: self.frameworks(tx).await?,
            calendars: Arc::new(self.calendars(tx).await?),
            people: std::collections::BTreeMap::new(),
            organizations: std::collections::BTreeMap::new(),
            releases: std::collections::BTreeMap::new(),
            agency_host: self.settings().program.host_kind == HostKind::Agency,
            documents: self.document_limits(),
        })
    }

    /// Business time for a decision, read after its locks are held. On PostgreSQL the database's clock gives it, so that
    /// instances agree; a movable clock (demo, tests) gives its own.
    async fn decision_time(&self, tx: &ReadTx) -> Result<Instant, StorageError> {
        if self.inner.clock.is_real()
            && let Some(now) = tx.database_now().await?
        {
            return Ok(now);
        }
        Ok(self.inner.clock.business())
    }

    /// A new record's id.
    fn new_record(&self) -> RecordId {
        RecordId(self.inner.ids.uuid())
    }

    /// A new record's reference, such as `ENG-2026-K7Q4MD`; the year is that of the program zone.
    fn new_reference(&self, prefix: &str, now: Instant) -> String {
        let year = now.with_timezone(&self.inner.settings.program.zone).year();
        self.inner.ids.reference(prefix, year)
    }

    /// The organization in whose log stands what the government may know: the host; where a developer hosts itself, the
    /// first organization of the government that it knows.
    ///
    /// # Errors
    /// [`AppError::Internal`] before the first administrator was made.
    pub(crate) async fn host(&self) -> Result<OrganizationId, AppError> {
        if let Some(host) = self.inner.host.get() {
            return Ok(*host);
        }
        let tx = self.store().begin_read().await?;
        let (host, settled) = people::host(&tx, self.hosting()).await?;
        tx.end().await?;
        if settled {
            self.inner.host.get_or_init(|| host);
        }
        Ok(host)
    }
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy(_) | StorageError::Stale | StorageError::Unavailable(_) => {
                tracing::warn!(%error, "the database is not at hand");
                Self::Busy
            }
            other => Self::internal(other),
        }
    }
}

/// Who is asking, as far as ledgers and logs want to know.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The person.
    pub actor: Actor,
    /// The session.
    pub session: Option<uuid::Uuid>,
}

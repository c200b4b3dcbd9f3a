//! The store: the only room that knows the database (besides the schema itself). It keeps what others decided and knows
//! no rule of its own.
//!
//! Reading functions take a [`ReadTx`], writing ones a [`WriteTx`], which can do everything that a [`ReadTx`] can.
//! Nothing is read or written outside a transaction. [`record`] is the only writer of state, events, ledger links,
//! deadlines and outbox.

mod codec;
mod error;
mod store;

mod aggregate;
mod case;
mod erasure;
mod mail_outcome;
mod payload;
mod plan;
mod transaction;

pub mod access_log;
pub mod account;
pub mod agenda;
pub mod api_token;
pub mod calendar_entries;
pub mod calendar_feed;
pub mod candidates;
pub mod cases;
pub mod closures;
pub mod deadlines;
pub mod document_objects;
pub mod documents;
pub mod due;
pub mod figures;
pub mod frameworks;
pub mod idempotency;
pub mod invitation;
pub mod jobs;
pub mod leaves;
pub mod ledger;
pub mod list;
pub mod mail_choices;
pub mod mail_problems;
pub mod mail_sorting;
pub mod milestones;
pub mod objects;
pub mod one_time_link;
pub mod order;
pub mod outbox;
pub mod people;
pub mod recent;
pub mod saved_views;
pub mod scope;
pub mod sent_mail;
pub mod session;
pub mod timeline;
pub mod told;
pub mod verification;

pub use aggregate::RowMeta;
pub use case::{LoadedCase, Target, lock_case, read_case};
pub use error::{StorageError, constraint};
pub use payload::EVENT_SCHEMA;
pub use scope::Scope;
pub use store::{ReadTx, Store, StoreOptions, WriteTx};
pub use transaction::{
    DeadlineChanges, DeadlineRow, DeadlineStatus, NewEvent, OutboxDraft, Recorded, RecordedEvent, record,
};

//! The ledger of one record, as its viewer may know it: every link of the viewer's streams, so that an outsider can
//! compute each hash anew and compare it with a head that was kept elsewhere (architecture section 4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, AppError, Principal};
use crate::{
    domain::{audience::Audience, id::Kind},
    ledger::{Hash, Head, Sealed},
    storage::ledger::{HistoryEvent, histories_of},
};

/// The ledger of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordLedger {
    /// The record.
    pub reference: String,
    /// How the hash of a link is computed.
    pub link: &'static str,
    /// How the commitment of a payload is computed; payload and salt are not shown.
    pub commitment: &'static str,
    /// The streams that the viewer belongs to.
    pub streams: Vec<LedgerStream>,
}

/// The events of one record for one audience, chained.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerStream {
    /// Who may know.
    pub audience: Audience,
    /// The newest link, as the record's row names it.
    pub head: LedgerHead,
    /// The links, oldest first.
    pub links: Vec<LedgerLink>,
}

/// The newest link of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerHead {
    /// Its place, from 1; 0 for a stream without events.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerLink {
    /// The event's id.
    pub event: String,
    /// Its place in the stream, from 1 without gaps.
    pub sequence: i64,
    /// The header's canonical text, byte for byte.
    pub header: String,
    /// The commitment of the payload, 64 hexadecimal digits.
    pub commitment: String,
    /// The hash of the link before it; 64 zeros for the first.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
    /// Whether the payload was erased; the link verifies all the same.
    pub erased: bool,
}

/// How hashes are computed; hashes enter as 32 bytes, the header as UTF-8.
pub(super) const LINK: &str = "SHA-256(0x00 || header || commitment || previous_hash)";
pub(super) const COMMITMENT: &str = "HMAC-SHA-256(salt, payload)";

impl App {
    /// The record's ledger. Whoever sees no more than a record's outline sees none of its streams.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn ledger(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<RecordLedger, AppError> {
        let readable = self.readable(viewer, kind, name, "ledger").await?;
        let reference = readable.case.reference(readable.subject).unwrap_or_default().to_owned();
        let audiences = readable.audiences(viewer);
        let tx = self.store().begin_read().await?;
        let history = histories_of(&tx, &[readable.subject.id]).await;
        tx.end().await?;
        let Some(history) = history?.pop() else { return Err(AppError::NotFound) };
        let mut links: BTreeMap<String, Vec<LedgerLink>> = BTreeMap::new();
        for event in history.events {
            links.entry(event.link.columns.audience.clone()).or_default().push(ledger_link(event));
        }
        let stream = |audience: Audience| LedgerStream {
            audience,
            head: ledger_head(history.heads.get(&audience)),
            links: links.remove(&audience.code()).unwrap_or_default(),
        };
        let streams = audiences.into_iter().map(stream).collect();
        Ok(RecordLedger { reference, link: LINK, commitment: COMMITMENT, streams })
    }
}

/// A head as it is shown.
pub(super) fn ledger_head(head: Option<&Head>) -> LedgerHead {
    LedgerHead {
        sequence: head.map_or(0, |head| head.seq),
        hash: head.map_or(Hash::GENESIS, |head| head.hash).to_string(),
    }
}

/// A link as it is shown, without payload and salt.
pub(super) fn ledger_link(event: HistoryEvent) -> LedgerLink {
    let link = event.link;
    LedgerLink {
        event: link.columns.event,
        sequence: link.columns.stream_seq,
        header: link.header,
        commitment: link.commitment,
        previous_hash: link.prev_hash,
        hash: link.hash,
        erased: link.sealed == Sealed::Erased,
    }
}

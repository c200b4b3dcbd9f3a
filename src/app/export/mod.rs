//! The export package of an engagement (domain section 7): everything under it as the person who asks sees it, with the
//! part of the ledger that the person's side may see, in a form that is checked without the service. Records are the
//! views that the API shows; nothing is read past them, so that the package cannot say more than the API does.

mod check;
mod contents;
mod gather;
mod mails;
mod package;

pub use check::{PackageProblem, PackageReport, check};
use chrono::NaiveDate;
pub use contents::{ExportedContent, NotIncluded};
pub use mails::ExportedMail;
pub use package::{FileEntry, Manifest, PackageError, unpack};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, DeadlineEntry, Principal, TimelineEntry,
    ledger_view::{LedgerHead, LedgerLink},
    view::{Moment, Party, PrerequisitesView, RecordView},
};
use crate::{
    authz::{EXPORT, Resource, decide as authorize},
    domain::{
        action::Action,
        actor::{Role, Side},
        audience::Audience,
        id::{Kind, RecordId, Subject},
    },
    storage::{ReadTx, access_log::AccessEntry, access_log::AccessOutcome},
};

/// What a package is taken out for; a closed list, written to the access log (domain section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The own side's files.
    OwnRecords,
    /// An audit.
    Audit,
    /// A request under the Freedom of Information Act.
    Foia,
    /// Legal advice or proceedings.
    Legal,
    /// Something else.
    Other,
}

impl Purpose {
    /// The name, as the access log has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OwnRecords => "own_records",
            Self::Audit => "audit",
            Self::Foia => "foia",
            Self::Legal => "legal",
            Self::Other => "other",
        }
    }
}

/// Everything that goes into a package but its page.
#[derive(Clone, Debug)]
pub struct Export {
    /// What the package says of itself.
    pub about: About,
    /// The records.
    pub record: RecordFile,
    /// The part of the ledger.
    pub audit: AuditFile,
    /// The texts by their digest.
    pub documents: BTreeMap<String, String>,
    /// What pages say of it besides; the package has it in other forms or not at all.
    pub told: Told,
}

/// What a page about an export says in words.
#[derive(Clone, Debug)]
pub struct Told {
    /// The records, each as its own page shows it.
    pub views: Vec<RecordView>,
    /// Prerequisites of people who hold a grant, where the requester reads them.
    pub prerequisites: Vec<PrerequisitesView>,
    /// The mails that went out to the requester's own side.
    pub mails: Vec<ExportedMail>,
    /// Names for the ids in particulars, of everybody whom the requester may know.
    pub names: BTreeMap<Uuid, String>,
}

impl Export {
    /// The documents whose content goes into the package.
    pub(super) fn included(&self) -> impl Iterator<Item = (RecordId, &ExportedContent)> {
        let included = self.record.contents.iter().filter(|content| content.path.is_some());
        included.filter_map(|content| Some((content.id?, content)))
    }
}

/// What a package says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The form of the package.
    pub format: String,
    /// The version of the product that made it.
    pub product: String,
    /// The engagement's reference.
    pub engagement: String,
    /// The permanent header.
    pub header: String,
    /// The banner line of this copy.
    pub banner: String,
    /// The designating agency of the marking; on a marked copy alone.
    pub designated_by: Option<String>,
    /// The role to ask about the marking.
    pub marking_contact: Option<Role>,
    /// The side that the copy is for.
    pub copy_for: Side,
    /// Who asked for it.
    pub requester: Requester,
    /// What for.
    pub purpose: Purpose,
    /// When; everything is as it was at this instant. RFC 3339 in UTC.
    pub exported_at: String,
    /// The same in the program zone.
    pub exported_at_local: String,
    /// The framework version that the engagement is pinned to.
    pub framework: Option<PinnedVersion>,
}

/// Who asked for a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The account.
    pub account: Uuid,
    /// The person's name.
    pub name: String,
    /// The organization's name.
    pub organization: String,
    /// The person's roles.
    pub roles: Vec<Role>,
}

/// The framework version of an engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedVersion {
    /// Its name.
    pub id: String,
    /// From when it applies.
    pub effective_from: NaiveDate,
    /// The authority that it rests on.
    pub authority: String,
}

/// `record.json`.
#[derive(Clone, Debug, Serialize)]
pub struct RecordFile {
    /// The permanent header.
    pub header: String,
    /// The banner line.
    pub banner: String,
    /// The instant that everything is told for.
    pub as_of: Moment,
    /// The developer.
    pub developer: Party,
    /// The records by the plural of their kind, each as the API shows it.
    pub records: BTreeMap<&'static str, Vec<Value>>,
    /// Every deadline that the person may know of, open and over.
    pub deadlines: Vec<DeadlineEntry>,
    /// What happened, the oldest first.
    pub timeline: Vec<ExportedEvent>,
    /// The texts, by their digest; the bodies stand in `documents/`.
    pub documents: Vec<ExportedDocument>,
    /// The uploaded documents; the contents stand in `contents/`.
    pub contents: Vec<ExportedContent>,
}

/// Something that happened to a record of the package.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedEvent {
    /// The record's reference.
    pub record: String,
    /// What happened.
    #[serde(flatten)]
    pub entry: TimelineEntry,
}

/// A text of the package.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedDocument {
    /// The record's reference.
    pub record: String,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 of the text.
    pub digest: String,
    /// When it came.
    pub created_at: Moment,
}

/// `audit.json`: every link of the streams that the copy's side belongs to. Payloads and salts stay in the house: they
/// name people whom the reader may not know; the chain is verified without them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFile {
    /// How the hash of a link is computed.
    pub link: String,
    /// How the commitment of a payload is computed.
    pub commitment: String,
    /// The streams, record by record.
    pub streams: Vec<AuditStream>,
}

/// One stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditStream {
    /// The record's reference.
    pub record: String,
    /// Its kind.
    pub kind: Kind,
    /// Who may know.
    pub audience: Audience,
    /// The newest link.
    pub head: LedgerHead,
    /// The links, the oldest first.
    pub links: Vec<LedgerLink>,
}

impl App {
    /// Everything under the engagement as the person sees it, in whatever stage it is: a developer's own side may always
    /// be taken out. Requester and purpose are logged, denials too.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that the person may not know of, [`AppError::Forbidden`] for one that the person
    /// knows in outline alone or by a grant.
    pub async fn export(&self, viewer: &Principal, reference: &str, purpose: Purpose) -> Result<Export, AppError> {
        let action = Action::new(Kind::Engagement, EXPORT);
        let tx = self.store().begin_read().await?;
        let export = self.exported(&tx, viewer, reference, purpose).await;
        tx.end().await?;
        let (export, entries) = self.logged(viewer, action, reference, export).await?;
        self.log_all(&entries).await?;
        Ok(export)
    }

    async fn exported(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        reference: &str,
        purpose: Purpose,
    ) -> Result<(Export, Vec<AccessEntry>), AppError> {
        let readable = self.load_readable(tx, viewer, Kind::Engagement, reference).await?;
        let resource = Resource::of(&readable.case, readable.subject).ok_or(AppError::NotFound)?;
        let action = Action::new(Kind::Engagement, EXPORT);
        authorize(self.engine(), &viewer.actor, action, &resource)?;
        let entry = |action: Action, subject: Subject, detail: &str| AccessEntry {
            id: self.ids().uuid(),
            at: readable.looking.now,
            account: Some(viewer.actor.account),
            session: viewer.session,
            action: action.to_string(),
            reference: readable.case.reference(subject).map(str::to_owned),
            aggregate: Some(subject.id),
            outcome: AccessOutcome::Allowed,
            detail: detail.to_owned(),
        };
        let export = self.gather(tx, viewer, &readable, purpose).await?;
        // Invariant 19: reads of content are logged, one by one.
        let read = export.included().map(|(id, _)| Subject::new(Kind::Document, id));
        let read = read.map(|document| entry(Action::read(Kind::Document), document, "export"));
        let entries = std::iter::once(entry(action, readable.subject, purpose.name())).chain(read).collect();
        Ok((export, entries))
    }
}

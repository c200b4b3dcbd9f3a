//! Verification: folds every record anew from its events and compares what comes out with everything that stands
//! beside them - state, columns, streams, texts, assignments, deadlines, mail. It trusts nothing but the events, and
//! reports every difference instead of stopping at the first.

mod deadlines;
mod records;

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::{App, AppError};
use crate::{
    domain::{
        case::{Case, Entry, Facts},
        document::Document,
        id::{AccountId, Kind, RecordId},
        time::Instant,
    },
    storage::{
        ReadTx, cases, document_objects,
        verification::{self, StoredCase},
    },
};

/// Cases read at a time: what bounds the memory of a verification.
const PAGE: u64 = 50;

/// Orphans and odd mails that are listed at most.
const MOST: u64 = 1_000;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// How much was looked at.
    pub checked: Checked,
    /// What was erased, record by record, and under what; it is verified by its hashes alone.
    pub erasures: Vec<String>,
    /// Everything that is not as the events say.
    pub differences: Vec<Difference>,
}

/// How much a verification looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Records.
    pub records: u64,
    /// Events, and among them those whose payload was erased.
    pub events: u64,
    /// Events whose payload was erased: they verify by their commitment, and their record's state stands as stored.
    pub erased: u64,
    /// Deadlines, open and over.
    pub deadlines: u64,
    /// Mails.
    pub mails: u64,
    /// Contents of documents.
    pub contents: u64,
}

/// One thing that is not as the events say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// What differs.
    pub what: What,
    /// The record's reference, or the id of what belongs to none.
    pub reference: String,
    /// How it differs.
    pub detail: String,
}

/// What may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The folded state.
    State,
    /// A column that lists filter by.
    Column,
    /// A link of a stream, its payload, or the stream's head.
    Stream,
    /// The order or number of the record's events.
    Order,
    /// A stored text.
    Text,
    /// The content of a document.
    Content,
    /// Who is assigned.
    Assignment,
    /// The text of the framework version that an engagement is pinned to.
    Framework,
    /// A deadline.
    Deadline,
    /// A mail.
    Mail,
    /// A record outside every case.
    Orphan,
    /// Something that cannot be read at all.
    Unreadable,
}

/// Compares the digest that an engagement's events name with that of the version by which its case is decided.
fn frameworks(case: &Case, facts: &Facts, report: &mut VerifyReport) {
    for entry in case.engagements.values() {
        let (Some(name), Some(digest)) = (&entry.state.framework, &entry.state.framework_digest) else { continue };
        if facts.framework(name).is_ok_and(|version| version.digest != *digest) {
            report.add(What::Framework, &entry.reference, format!("{name} is not the text that was pinned"));
        }
    }
}

impl VerifyReport {
    /// Whether everything is as the events say.
    pub const fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn add(&mut self, what: What, reference: impl Into<String>, detail: impl Into<String>) {
        self.differences.push(Difference { what, reference: reference.into(), detail: detail.into() });
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Checked { records, events, erased, deadlines, mails, contents } = self.checked;
        writeln!(
            f,
            "{records} records, {events} events ({erased} erased), {deadlines} deadlines, {mails} mails, {contents} contents: {}",
            if self.is_clean() {
                "no difference".to_owned()
            } else {
                format!("{} differences", self.differences.len())
            }
        )?;
        self.erasures.iter().try_for_each(|erasure| writeln!(f, "  {erasure}"))?;
        self.differences.iter().try_for_each(|difference| writeln!(f, "  {difference}"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.reference, self.what, self.detail)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "state",
            Self::Column => "column",
            Self::Stream => "stream",
            Self::Order => "order",
            Self::Text => "text",
            Self::Content => "content",
            Self::Assignment => "assignment",
            Self::Framework => "framework",
            Self::Deadline => "deadline",
            Self::Mail => "mail",
            Self::Orphan => "orphan",
            Self::Unreadable => "unreadable",
        })
    }
}

impl App {
    /// Verifies the whole store. It may run beside a service that is at work: each page is read as of one instant.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked. Whatever is wrong in it is in the report.
    pub async fn verify(&self) -> Result<VerifyReport, AppError> {
        let mut report = VerifyReport::default();
        for kind in [Kind::Release, Kind::Prerequisites] {
            let mut after = None;
            while let Some(last) = self.verify_page(kind, after, &mut report).await? {
                after = Some(last);
            }
        }
        let tx = self.store().begin_snapshot().await?;
        for reference in verification::orphans(&tx, MOST).await? {
            report.add(What::Orphan, reference, "stands under no release");
        }
        report.checked.mails = verification::mails(&tx).await?;
        for mail in verification::odd_mails(&tx, MOST).await? {
            report.add(What::Mail, mail.id, mail.detail);
        }
        tx.end().await?;
        report.differences.sort();
        report.erasures.sort();
        Ok(report)
    }

    /// Verifies some cases; the last of them, or none if there were none.
    async fn verify_page(
        &self,
        kind: Kind,
        after: Option<RecordId>,
        report: &mut VerifyReport,
    ) -> Result<Option<RecordId>, AppError> {
        let tx = self.store().begin_snapshot().await?;
        let page = verification::cases(&tx, kind, after, PAGE).await?;
        let now = self.decision_time(&tx).await?;
        let last = page.last().map(|case| case.id);
        let mut contents = Vec::new();
        for stored in &page {
            let case = self.verify_case(&tx, kind, stored, now, report).await?;
            contents.extend(case.documents);
        }
        tx.end().await?;
        for (id, entry) in contents {
            self.verify_content(id, entry, report).await?;
        }
        Ok(last)
    }

    /// What can be read is there, byte by byte; what was erased is not.
    async fn verify_content(
        &self,
        id: RecordId,
        entry: Entry<Document>,
        report: &mut VerifyReport,
    ) -> Result<(), AppError> {
        let Document { stage, erased, declared, .. } = entry.state;
        if stage.is_readable() {
            report.checked.contents += 1;
            if let Err(damage) = self.stored(id, &declared.sha256).await? {
                report.add(What::Content, entry.reference, damage.to_string());
            }
        } else if let Some(erased) = erased {
            let tx = self.store().begin_read().await?;
            let kept = document_objects::of_document(&tx, id).await?;
            tx.end().await?;
            report.erasures.push(format!("{}: content {erased}", entry.reference));
            if kept.is_some() {
                report.add(What::Content, entry.reference, "the content is kept, though it was erased");
            }
        }
        Ok(())
    }

    async fn verify_case(
        &self,
        tx: &ReadTx,
        kind: Kind,
        stored: &StoredCase,
        now: Instant,
        report: &mut VerifyReport,
    ) -> Result<Case, AppError> {
        let mut case = Case::default();
        for aggregate in &stored.aggregates {
            records::fold(aggregate, &mut case, report);
        }
        if kind == Kind::Release {
            self.add_people(tx, &mut case, stored.id, report).await?;
        }
        for aggregate in &stored.aggregates {
            records::compare(aggregate, &case, report);
        }
        let facts = self.base_facts(tx).await?;
        frameworks(&case, &facts, report);
        deadlines::compare(stored, kind, &case, &facts, now, report);
        Ok(case)
    }

    /// What people hold stands in records of their own, which are verified by themselves.
    async fn add_people(
        &self,
        tx: &ReadTx,
        case: &mut Case,
        id: RecordId,
        report: &mut VerifyReport,
    ) -> Result<(), AppError> {
        let holders: BTreeSet<AccountId> = case.grants.values().map(|entry| entry.state.holder).collect();
        match cases::of_accounts(tx, &holders).await {
            Ok(people) => case.people = people,
            Err(error @ crate::storage::StorageError::Row(_)) => {
                report.add(What::Unreadable, id.to_string(), error.to_string());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

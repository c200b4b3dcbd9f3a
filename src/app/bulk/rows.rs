//! The rows of chosen records, as lists and exports show them.

use std::collections::BTreeSet;

use super::check;
use crate::{
    app::{
        App, AppError, Principal,
        list::part,
        lookup::kind_of,
        rows::{Listed, Looked, Row},
    },
    domain::id::Kind,
    storage::{
        ReadTx,
        candidates::{Narrow, Part, candidates},
        order::Start,
    },
};

impl App {
    /// The rows of these records that the viewer may know of, newest first; of others there is none. At most fourteen
    /// statements, however many records.
    ///
    /// # Errors
    /// [`AppError`] at `/references` for none, more than 100, one given twice, or what is no reference.
    pub async fn bulk_rows(&self, viewer: &Principal, references: &[String]) -> Result<Vec<Listed>, AppError> {
        check(references)?;
        let tx = self.store().begin_read().await?;
        let rows = self.chosen(&tx, viewer, references).await;
        tx.end().await?;
        Ok(rows?.into_iter().map(|row| row.listed).collect())
    }

    async fn chosen(&self, tx: &ReadTx, viewer: &Principal, references: &[String]) -> Result<Vec<Row>, AppError> {
        let looked = Looked::new(viewer, self.decision_time(tx).await?);
        let kinds: BTreeSet<Kind> = references.iter().filter_map(|reference| kind_of(reference)).collect();
        let parts: Vec<Part> = kinds.into_iter().map(|kind| part(&looked, kind, &[])).collect();
        let narrow = Narrow { references: references.to_vec(), ..Narrow::default() };
        let most = u64::try_from(references.len()).unwrap_or(u64::MAX);
        let (found, _) = candidates(tx, &parts, &narrow, Start::default(), most).await?;
        self.shown(tx, &looked, &found).await
    }
}

//! The designation inquiry.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Party, Viewing};
use crate::domain::{
    id::{Kind, RecordId, Subject},
    inquiry::{Determination, Exchange, InquiryStage, UndeterminedReason},
};

/// A designation inquiry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InquiryView {
    /// Its reference.
    pub reference: String,
    /// The developer that asks.
    pub developer: Party,
    /// Reference of the model release.
    pub release: String,
    /// The question.
    pub question: String,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// When it was submitted.
    pub submitted_at: Option<Moment>,
    /// Questions back to the developer and their answers.
    pub exchanges: Vec<Exchange>,
    /// The determination, by reference, date and releasable result.
    pub determination: Option<Determination>,
    /// Why it closed without one.
    pub undetermined: Option<UndeterminedReason>,
    /// Reference of the newer inquiry that replaced it, once the viewer may know of that.
    pub superseded_by: Option<String>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<InquiryView> {
    let entry = v.case.inquiries.get(&id)?;
    let inquiry = &entry.state;
    let (determination, undetermined, superseded) = match &inquiry.stage {
        InquiryStage::Determined(determination) => (Some(determination.clone()), None, None),
        InquiryStage::Superseded { determination, by } => (Some(determination.clone()), None, Some(*by)),
        InquiryStage::ClosedUndetermined { reason } => (None, Some(*reason), None),
        InquiryStage::Draft
        | InquiryStage::Submitted
        | InquiryStage::Acknowledged
        | InquiryStage::InfoRequested
        | InquiryStage::Assessing
        | InquiryStage::Withdrawn => (None, None, None),
    };
    let reference = |id: RecordId| v.link(Subject::new(Kind::Inquiry, id), None).map(|link| link.reference);
    Some(InquiryView {
        reference: entry.reference.clone(),
        developer: v.names.party(inquiry.developer),
        release: v.case.releases.get(&inquiry.release).map(|r| r.reference.clone()).unwrap_or_default(),
        question: inquiry.question.as_str().to_owned(),
        stage: inquiry.stage.name(),
        since: v.moment(inquiry.since),
        submitted_at: inquiry.submitted_at.map(|at| v.moment(at)),
        exchanges: inquiry.exchanges.clone(),
        determination,
        undetermined,
        superseded_by: superseded.and_then(reference),
    })
}

//! The clocks of records law: D18 and D19 of a request under the Freedom of Information Act, D20 of a designation, D21 of
//! retention.

use super::{
    DeadlineKind as K,
    derive::{Clock, Collector, Date},
    derive_window::Source,
};
use crate::domain::{
    engagement::Engagement,
    foia::{FoiaRequest, FoiaStage},
    id::{Kind, RecordId, Subject},
    records::retention_end,
    refusal::Refusal,
    time::start_of_day,
};

impl Collector<'_> {
    /// D20 for each designation, D21 for a closed engagement until its disposal is authorized. Both count to an instant
    /// that an event or a review gave.
    pub(super) fn records(&mut self, id: RecordId, e: &Engagement) -> Result<(), Refusal> {
        let subject = Subject::new(Kind::Engagement, id);
        for designation in e.records.designations.values() {
            self.given(subject, Some(id), (K::ConfidentialityLapse, "confidentiality_designated", designation.until))?;
        }
        match retention_end(e, self.facts)?.filter(|_| !e.records.is_disposed_of()) {
            Some(until) => self.given(subject, Some(id), (K::RetentionReview, "retention_set", until)),
            None => Ok(()),
        }
    }

    /// A cap that ends at the clock's own instant, whatever length the version gives to one that is counted.
    pub(super) fn given(
        &mut self,
        subject: Subject,
        engagement: Option<RecordId>,
        clock: Clock,
    ) -> Result<(), Refusal> {
        self.insert(subject, engagement, clock, Date::Own, Vec::new(), Source::Given)
    }

    /// D18 while the submitter may object; D19 from the plan to the notice of it.
    pub(super) fn foia_request(&mut self, id: RecordId, request: &FoiaRequest) -> Result<(), Refusal> {
        let (subject, engagement) = (Subject::new(Kind::FoiaRequest, id), Some(request.engagement));
        match (request.stage, request.noticed_at, request.planned_disclosure) {
            (FoiaStage::SubmitterNotice, Some(noticed), _) => {
                let clock = (K::SubmitterObjection, "submitter_notice_sent", noticed);
                self.add(subject, engagement, clock, Vec::new())
            }
            (FoiaStage::Decided, _, Some(planned)) => {
                let zone = self.facts.pinned(self.case.pinned(request.engagement), self.now)?.zone;
                let clock = (K::DisclosureNotice, "disclosure_planned", start_of_day(planned, zone));
                self.add(subject, engagement, clock, Vec::new())
            }
            _ => Ok(()),
        }
    }
}

//! What a viewer sees of a record: its data as far as the viewer's audience reaches, and every action with what stands
//! against it - computed by the same `available` that a decision starts with, so that a button never lies. JSON and
//! HTML show the same views.

mod actions;
mod condition;
mod engagement;
mod grant;
mod inquiry;
mod names;
mod nomination;
mod prerequisites;
mod release;

pub use actions::{ActionView, UnmetView, filter, unmet_view};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
pub use condition::{ConditionView, OfferedAgreement, SignatureView, TextView};
pub use engagement::{EngagementView, OfferView, RecordLink, WindowView};
pub use grant::GrantView;
pub use inquiry::InquiryView;
pub use names::{Names, Party, Person};
pub use nomination::{KeyView, NominationView, ReviewerView, ScreeningText};
pub use prerequisites::PrerequisitesView;
pub use release::ReleaseView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    actor::Actor,
    audience::Audience,
    case::{Case, Facts},
    id::{Kind, Subject},
    refusal::Refusal,
    time::Instant,
};

/// An instant as it is stored, and as people of the program read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moment {
    /// RFC 3339 in UTC.
    pub at: DateTime<Utc>,
    /// The same in the program zone, with its offset and the zone's abbreviation.
    pub local: String,
}

/// Everything a view is made from.
pub struct Viewing<'a> {
    /// The case, folded forward to `now`.
    pub case: &'a Case,
    /// Facts from outside the case.
    pub facts: &'a Facts,
    /// Who looks.
    pub viewer: &'a Actor,
    /// Names of organizations and people.
    pub names: &'a Names,
    /// The program zone.
    pub zone: Tz,
    /// The instant of looking.
    pub now: Instant,
}

/// A record of any kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the kinds")]
pub enum RecordView {
    Release(ReleaseView),
    Inquiry(InquiryView),
    Engagement(Box<EngagementView>),
    Condition(ConditionView),
    Nomination(NominationView),
    Grant(GrantView),
    Prerequisites(PrerequisitesView),
}

impl Viewing<'_> {
    /// The record as the viewer sees it; `None` if there is no such record.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if a pinned framework version is not known.
    pub fn record(&self, subject: Subject) -> Result<Option<RecordView>, Refusal> {
        Ok(match subject.kind {
            Kind::Release => release::view(self, subject.id)?.map(RecordView::Release),
            Kind::Inquiry => inquiry::view(self, subject.id).map(RecordView::Inquiry),
            Kind::Engagement => engagement::view(self, subject.id)?.map(Box::new).map(RecordView::Engagement),
            Kind::Condition => condition::view(self, subject.id).map(RecordView::Condition),
            Kind::Nomination => nomination::view(self, subject.id).map(RecordView::Nomination),
            Kind::Grant => grant::view(self, subject.id)?.map(RecordView::Grant),
            Kind::Prerequisites => prerequisites::view(self, subject.id)?.map(RecordView::Prerequisites),
        })
    }

    /// The instant for people.
    pub fn moment(&self, at: Instant) -> Moment {
        moment(at, self.zone)
    }

    /// Whether the viewer belongs to the audience.
    pub fn sees(&self, audience: Audience) -> bool {
        audience.includes(self.viewer.side, self.viewer.organization)
    }
}

/// An instant for people: `2026-12-09 09:00:00 -05:00 EST`.
pub fn moment(at: Instant, zone: Tz) -> Moment {
    let local = at.with_timezone(&zone);
    Moment { at, local: local.format("%Y-%m-%d %H:%M:%S %:z %Z").to_string() }
}

/// RFC 3339 in UTC with whole microseconds, as hashes and logs want it.
pub fn canonical(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

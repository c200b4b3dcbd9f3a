//! What a viewer sees of a record: its data as far as the viewer's sight and audience reach, and every action with what
//! stands against it - computed by the same `available` that a decision starts with, so that a button never lies. JSON
//! and HTML show the same views. A record in outline has a view of its own; see `outline.rs`.

mod actions;
mod clock;
mod condition;
mod document;
mod engagement;
mod foia;
mod grant;
mod handoff;
mod headline;
mod incident;
mod inquiry;
mod item;
mod names;
mod nomination;
mod outline;
mod particulars;
mod prerequisites;
mod records;
mod release;
mod window_end;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

pub use actions::{ActionView, UnmetView, collapse, filter, unmet_view};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
pub(super) use clock::may_know;
pub use condition::{ConditionView, OfferedAgreement, SignatureView, TextView};
pub use document::DocumentView;
pub use engagement::{EngagementView, MarkingView, OfferView, RecordLink, SamenessView, WindowView};
pub use foia::{FoiaRequestView, SubmitterAnswerView};
pub use grant::GrantView;
pub use handoff::{AcknowledgementView, ClaimView, EmbargoView, HandoffView};
pub use headline::{Headline, Owner, WindowDay};
pub use incident::{HandOffView, IncidentView};
pub use inquiry::InquiryView;
pub use item::{CertificateView, ItemStateView, ItemView};
pub use names::{Known, Names, Party, Person, Served};
pub use nomination::{KeyView, NominationView, ReviewerView, ScreeningText};
pub use outline::{
    ApproachView, AssignedView, EngagementOutline, NominationOutline, Shown, outline_case, outline_refusal,
    outline_stage, outline_text,
};
pub use particulars::ids_in;
pub use prerequisites::PrerequisitesView;
pub use records::{AuthorizationView, DesignationView, ErasedView, HoldView, RetentionView};
pub use release::{DelegationView, ReleaseView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
pub use window_end::{BoundView, WindowEndView};

use crate::{
    authz::{Engine, Resource, Sight, sight},
    domain::{
        actor::Actor,
        case::{Case, Facts},
        id::{Kind, Subject},
        incident::is_locked,
        refusal::Refusal,
        time::Instant,
    },
};

/// What stands for the stage of a record that spillage locks (domain section 3.8).
pub const LOCKED: &str = "locked";

/// An instant as it is stored, and as people of the program read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moment {
    /// RFC 3339 in UTC.
    pub at: DateTime<Utc>,
    /// The same in the program zone, with its offset and the zone's abbreviation.
    pub local: String,
}

/// Everything a view is made from.
pub struct Viewing<'a> {
    /// The policies, which say what the viewer sees of each record.
    pub engine: &'a Engine,
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
    /// The case of today, where `case` is an earlier one: what the viewer may not know today is not shown.
    pub today: Option<&'a Case>,
    /// What the policies said so far: a view asks about the same few records again and again.
    pub sights: Sights,
}

/// What a viewer sees of the records of one case at one instant, as far as it was asked.
#[derive(Debug, Default)]
pub struct Sights(Mutex<BTreeMap<Subject, Option<Sight>>>);

impl Sights {
    fn of(&self, subject: Subject, ask: impl FnOnce() -> Option<Sight>) -> Option<Sight> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = known().get(&subject).copied();
        asked.unwrap_or_else(|| {
            let seen = ask();
            known().insert(subject, seen);
            seen
        })
    }
}

/// A record of any kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the kinds")]
pub enum RecordView {
    Release(ReleaseView),
    Inquiry(InquiryView),
    Engagement(Box<EngagementView>),
    #[serde(rename = "engagement")]
    EngagementOutline(EngagementOutline),
    Condition(ConditionView),
    Nomination(Box<NominationView>),
    #[serde(rename = "nomination")]
    NominationOutline(NominationOutline),
    #[serde(rename = "nomination")]
    Approach(Box<ApproachView>),
    Grant(GrantView),
    Prerequisites(PrerequisitesView),
    Incident(Box<IncidentView>),
    FoiaRequest(FoiaRequestView),
    Document(DocumentView),
    Handoff(Box<HandoffView>),
    Receipt(Receipt),
}

/// All that is left to say of a record to somebody who acted on what they do not see: their own act took it out of their
/// sight, such as a recusal, or spillage locks it (invariant 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// The record's reference.
    pub reference: String,
}

impl Viewing<'_> {
    /// The record as the viewer sees it; `None` if there is no such record, none that the viewer may know of, or one that
    /// is locked from the viewer.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if a pinned framework version is not known.
    pub fn record(&self, subject: Subject) -> Result<Option<RecordView>, Refusal> {
        match self.sight(subject) {
            None | Some(Sight::Locked) => Ok(None),
            Some(Sight::Outline) => Ok(self.outline(subject)),
            Some(Sight::Whole) => self.whole(subject),
        }
    }

    /// The record after an act of the viewer, or the receipt for one that took the record out of sight.
    ///
    /// # Errors
    /// As [`Viewing::record`].
    pub fn record_or_receipt(&self, subject: Subject) -> Result<RecordView, Refusal> {
        let reference = self.case.reference(subject).unwrap_or_default().to_owned();
        Ok(self.record(subject)?.unwrap_or(RecordView::Receipt(Receipt { reference })))
    }

    /// Only engagements and nominations have an outline.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a later kind has no outline until it is given one")]
    fn outline(&self, subject: Subject) -> Option<RecordView> {
        match subject.kind {
            Kind::Engagement => outline::engagement(self, subject.id).map(RecordView::EngagementOutline),
            Kind::Nomination => outline::nomination(self, subject.id).map(|nominated| match nominated {
                outline::Nominated::Outline(view) => RecordView::NominationOutline(view),
                outline::Nominated::Approach(view) => RecordView::Approach(view),
            }),
            _ => None,
        }
    }

    fn whole(&self, subject: Subject) -> Result<Option<RecordView>, Refusal> {
        Ok(match subject.kind {
            Kind::Release => release::view(self, subject.id)?.map(RecordView::Release),
            Kind::Inquiry => inquiry::view(self, subject.id).map(RecordView::Inquiry),
            Kind::Engagement => engagement::view(self, subject.id)?.map(Box::new).map(RecordView::Engagement),
            Kind::Condition => condition::view(self, subject.id)?.map(RecordView::Condition),
            Kind::Nomination => nomination::view(self, subject.id).map(Box::new).map(RecordView::Nomination),
            Kind::Grant => grant::view(self, subject.id)?.map(RecordView::Grant),
            Kind::Prerequisites => prerequisites::view(self, subject.id)?.map(RecordView::Prerequisites),
            Kind::Incident => incident::view(self, subject.id).map(Box::new).map(RecordView::Incident),
            Kind::FoiaRequest => foia::view(self, subject.id).map(RecordView::FoiaRequest),
            Kind::Document => document::view(self, subject.id).map(RecordView::Document),
            Kind::Handoff => handoff::view(self, subject.id).map(Box::new).map(RecordView::Handoff),
        })
    }

    /// How much of the record the viewer sees; `None` if nothing.
    pub fn sight(&self, subject: Subject) -> Option<Sight> {
        self.sights.of(subject, || self.judge(subject))
    }

    fn judge(&self, subject: Subject) -> Option<Sight> {
        let seen = |case: &Case| sight(self.engine, self.viewer, &Resource::of(case, subject)?);
        let then = seen(self.case)?;
        let Some(today) = self.today else { return Some(then) };
        Some(match (then, seen(today)?) {
            (Sight::Locked, _) | (_, Sight::Locked) => Sight::Locked,
            (Sight::Outline, _) | (_, Sight::Outline) => Sight::Outline,
            (Sight::Whole, Sight::Whole) => Sight::Whole,
        })
    }

    /// Whether spillage locks the record, then or today.
    fn is_locked(&self, subject: Subject) -> bool {
        is_locked(self.case, subject) || self.today.is_some_and(|today| is_locked(today, subject))
    }

    /// A link to another record of the case, with its title where that is seen whole; `None` where the viewer may not
    /// know of it.
    fn link(&self, subject: Subject, title: Option<String>) -> Option<RecordLink> {
        let sight = self.sight(subject)?;
        let stage = match sight {
            Sight::Locked => LOCKED,
            Sight::Whole | Sight::Outline => outline_stage(self.case, subject, self.viewer)?,
        };
        Some(RecordLink {
            reference: self.case.reference(subject)?.to_owned(),
            stage: stage.to_owned(),
            title: title.filter(|_| sight == Sight::Whole),
        })
    }

    /// The instant for people.
    pub fn moment(&self, at: Instant) -> Moment {
        moment(at, self.zone)
    }
}

/// How people read an instant: `2026-12-09 09:00:00 -05:00 EST`.
const LOCAL: &str = "%Y-%m-%d %H:%M:%S %:z %Z";

impl Moment {
    /// Whether both of its forms are the instant of so many microseconds since the epoch.
    pub(super) fn is(&self, micros: i64) -> bool {
        let local = DateTime::parse_from_str(&self.local, LOCAL);
        DateTime::from_timestamp_micros(micros) == Some(self.at)
            && local.is_ok_and(|local| local.timestamp() == self.at.timestamp())
    }
}

/// An instant for people.
pub fn moment(at: Instant, zone: Tz) -> Moment {
    let local = at.with_timezone(&zone);
    Moment { at, local: local.format(LOCAL).to_string() }
}

/// RFC 3339 in UTC with whole microseconds, as hashes and logs want it.
pub fn canonical(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

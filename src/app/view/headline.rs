//! What one line says of a record: title, developer and who leads it, each only where the record's own page, or that of
//! what it stands under, shows it to the viewer. Lists, searches and exports are made of such lines.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Viewing, engagement::RecordLink};
use crate::{
    authz::Sight,
    domain::{
        actor::Side,
        case::Case,
        engagement::rules_of,
        id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    },
};

/// One line about a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headline {
    /// Its title.
    pub title: Option<String>,
    /// The developer.
    pub developer: Option<OrganizationId>,
    /// Who leads it for the viewer's side.
    pub owner: Owner,
    /// Reference of the engagement that it stands under.
    pub engagement: Option<String>,
    /// How far its window is.
    pub window: Option<WindowDay>,
}

/// Who leads a record for the viewer's side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// The viewer may not know, or nobody ever leads it.
    #[default]
    Unknown,
    /// Nobody does yet.
    Nobody,
    /// This person.
    Person(AccountId),
}

/// How much of the cap is used while a window is open or suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowDay {
    /// The day that is under way, counting from 1: whole days used of the release's cap, and the begun one.
    pub day: u32,
    /// The cap in days.
    pub of: u32,
}

impl Viewing<'_> {
    /// The line about a record of which the viewer sees so much; `pooled` says that the viewer knows the pool of
    /// engagements that nobody leads.
    pub fn headline(&self, subject: Subject, sight: Sight, pooled: bool) -> Headline {
        if sight == Sight::Locked {
            return Headline::default();
        }
        let placed = self.is_placed(subject, sight);
        let columns = self.case.promoted(subject).unwrap_or_default();
        let above = columns.engagement.map(|id| Subject::new(Kind::Engagement, id)).filter(|_| placed);
        Headline {
            title: (sight == Sight::Whole).then(|| self.title(subject)).flatten(),
            developer: columns.developer.filter(|_| placed && self.names_developer(subject, above)),
            owner: above.map(|above| self.owner(above, pooled)).unwrap_or_default(),
            engagement: above.and_then(|above| self.engagement(subject, above)),
            window: (sight == Sight::Whole).then(|| self.window_day(subject)).flatten(),
        }
    }

    /// Whether the viewer may know under which engagement the record stands, and so whose it is. A nomination in outline
    /// says neither, and what is about that nomination must not say it in its place (invariants 15 and 16).
    fn is_placed(&self, subject: Subject, sight: Sight) -> bool {
        if subject.kind == Kind::Nomination {
            return sight == Sight::Whole;
        }
        let about = nomination_of(self.case, subject).map(|id| self.sight(Subject::new(Kind::Nomination, id)));
        about.is_none_or(|seen| seen == Some(Sight::Whole))
    }

    /// The title that the record's own page shows.
    fn title(&self, subject: Subject) -> Option<String> {
        let (case, id) = (self.case, subject.id);
        let text = match subject.kind {
            Kind::Release => case.releases.get(&id)?.state.name.as_str().to_owned(),
            Kind::Inquiry => self.name_of(case.inquiries.get(&id)?.state.release)?,
            Kind::Engagement => self.name_of(case.engagements.get(&id)?.state.release)?,
            Kind::Condition => case.conditions.get(&id)?.state.title.as_str().to_owned(),
            Kind::Nomination => self.names.party(case.nominations.get(&id)?.state.partner).name,
            Kind::Grant => self.names.person(case.grants.get(&id)?.state.holder).name,
            Kind::Prerequisites => self.names.person(case.people.get(&id)?.state.account).name,
            Kind::Incident => stable_word(case.incidents.get(&id)?.state.incident_type)?,
            Kind::FoiaRequest => case.foia_requests.get(&id)?.state.request.as_str().to_owned(),
            Kind::Document => case.documents.get(&id)?.state.declared.name.as_str().to_owned(),
            Kind::Handoff => case.handoffs.get(&id)?.state.finding.as_str().to_owned(),
        };
        Some(text)
    }

    /// The name of a release that the viewer sees whole.
    fn name_of(&self, release: RecordId) -> Option<String> {
        self.sight(Subject::new(Kind::Release, release)).filter(|sight| *sight == Sight::Whole)?;
        Some(self.case.releases.get(&release)?.state.name.as_str().to_owned())
    }

    /// Whether the developer is named by the record's own page, or by that of the engagement that it stands under, or of
    /// the release where it stands under none.
    fn names_developer(&self, subject: Subject, above: Option<Subject>) -> bool {
        let names_it = matches!(subject.kind, Kind::Release | Kind::Inquiry | Kind::Engagement | Kind::Nomination);
        if names_it || self.viewer.side == Side::Developer || nomination_of(self.case, subject).is_some() {
            return true;
        }
        let release = || self.case.release().map(|(id, _)| Subject::new(Kind::Release, id));
        let shown = above.or_else(release).and_then(|subject| self.sight(subject));
        matches!(shown, Some(Sight::Whole | Sight::Outline))
    }

    fn owner(&self, engagement: Subject, pooled: bool) -> Owner {
        let Some(entry) = self.case.engagements.get(&engagement.id) else { return Owner::Unknown };
        let leads = match self.viewer.side {
            Side::Developer => entry.state.lead,
            Side::Government => entry.state.liaison,
            Side::Partner => return Owner::Unknown,
        };
        match (self.sight(engagement), leads) {
            (Some(Sight::Whole), Some(account)) => Owner::Person(account),
            (Some(Sight::Whole), None) => Owner::Nobody,
            (Some(Sight::Outline), None) if pooled => Owner::Nobody,
            _ => Owner::Unknown,
        }
    }

    /// A link to the engagement, for whoever sees it; the record itself needs none.
    fn engagement(&self, subject: Subject, above: Subject) -> Option<String> {
        let link: Option<RecordLink> = (subject != above).then(|| self.link(above, None)).flatten();
        link.map(|link| link.reference)
    }

    fn window_day(&self, subject: Subject) -> Option<WindowDay> {
        let engagement = &self.case.engagements.get(&subject.id)?.state;
        let window = engagement.window.as_ref().filter(|_| engagement.stage.has_window())?;
        let rules = rules_of(self.case, subject.id, self.facts, self.now).ok()?;
        let used = rules.used_before + window.used(rules.clock, self.now);
        let day = u32::try_from(used.num_days()).ok()?.saturating_add(1);
        Some(WindowDay { day: day.min(rules.cap_days), of: rules.cap_days })
    }
}

/// The nomination that a record is about, if it is about one.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds stand under no nomination")]
fn nomination_of(case: &Case, subject: Subject) -> Option<RecordId> {
    let hangs_on = |subject: Subject| (subject.kind == Kind::Nomination).then_some(subject.id);
    match subject.kind {
        Kind::Condition => hangs_on(case.conditions.get(&subject.id)?.state.attached_to),
        Kind::Grant => case.grants.get(&subject.id)?.state.nomination,
        Kind::Incident => case.incidents.get(&subject.id)?.state.nomination,
        Kind::Document => {
            let attached_to = case.documents.get(&subject.id)?.state.declared.attached_to;
            match case.conditions.get(&attached_to.id) {
                Some(condition) => hangs_on(condition.state.attached_to),
                None => hangs_on(attached_to),
            }
        }
        _ => None,
    }
}

/// The word by which the API names a value.
fn stable_word(value: impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

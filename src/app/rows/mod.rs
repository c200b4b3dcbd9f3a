//! Rows: one line about each of many records, as far as its viewer may know of it. Lists, searches, exports and bulk acts
//! are made of the same rows. The scope finds them, the policies have the last word on each, and what a row shows goes by
//! its viewer's sight and audience: a stage as time left it, and no change that the viewer may not know of.

pub mod csv;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    agenda::{Cases, Opened},
    people,
    view::{Headline, LOCKED, Names, Owner, Party, Person, Sights, Viewing, WindowDay, may_know, outline_stage},
};
use crate::{
    authz::{Alternative, Scope, Sight},
    domain::{
        actor::{Actor, Side},
        case::Case,
        deadline::{Date, OpenDeadline},
        id::{AccountId, Kind, RecordId, Subject},
        time::Instant,
    },
    storage::{ReadTx, candidates::Candidate, list, timeline},
};

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Listed {
    /// The kind.
    pub kind: Kind,
    /// The reference.
    pub reference: String,
    /// Where it stands.
    pub stage: String,
    /// Its title: of an engagement and an inquiry the release's name, of a nomination the partner's, of a grant the
    /// holder's. Left out where the viewer may not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The developer, where the viewer may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer: Option<Party>,
    /// Reference of the engagement that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<String>,
    /// Who leads it for the viewer's side: the program liaison, or the developer's named lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Person>,
    /// The next date that it has, as far as the viewer may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<NextDue>,
    /// How far its window is, while it is open or suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowDay>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed, as far as the viewer may know.
    pub updated_at: DateTime<Utc>,
}

/// The next date of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextDue {
    /// The day that people are shown.
    pub on: NaiveDate,
    /// From this instant on it is late.
    pub at: DateTime<Utc>,
    /// The deadline's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's kind, such as `redline_turn`.
    pub deadline: String,
    /// Whether it has passed.
    pub overdue: bool,
}

/// A row, its place, and what a search asks of it besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its place.
    pub(super) place: list::Cursor,
    /// Which record.
    pub(super) subject: Subject,
    /// What is shown of it.
    pub(super) listed: Listed,
    /// Whether the viewer may know that nobody leads it.
    pub(super) unowned: bool,
}

/// Rows as one viewer looks at them, at one instant.
pub(super) struct Looked<'a> {
    /// Who looks.
    pub(super) viewer: &'a Principal,
    /// Whether the viewer knows the pool of engagements that nobody leads.
    pub(super) pooled: bool,
    /// The instant.
    pub(super) now: Instant,
}

/// What the rows of one page are made from.
struct Material {
    cases: Cases,
    changed: BTreeMap<RecordId, Instant>,
    names: Names,
    due: Opened,
}

impl<'a> Looked<'a> {
    /// What this viewer sees at this instant.
    pub(super) fn new(viewer: &'a Principal, now: Instant) -> Self {
        let pooled = Scope::of(&viewer.actor, Kind::Engagement).alternatives().contains(&Alternative::Unassigned);
        Self { viewer, pooled, now }
    }
}

impl App {
    /// The rows that the viewer may know of, as the viewer may know them, in their order; ten statements at most, however
    /// many rows.
    pub(super) async fn shown(
        &self,
        tx: &ReadTx,
        looked: &Looked<'_>,
        candidates: &[Candidate],
    ) -> Result<Vec<Row>, AppError> {
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let material = self.material(tx, looked, candidates).await?;
        let viewings = self.viewings(looked, &material.cases, &material.names);
        Ok(candidates.iter().filter_map(|candidate| row(looked, candidate, &material, &viewings)).collect())
    }

    async fn material(&self, tx: &ReadTx, looked: &Looked<'_>, candidates: &[Candidate]) -> Result<Material, AppError> {
        let releases = candidates.iter().filter_map(|row| row.release).collect();
        let alone = candidates.iter().filter(|row| row.release.is_none()).map(|row| row.subject.id).collect();
        let cases = self.cases(tx, &releases, &alone, looked.now).await?;
        let ids: Vec<RecordId> = candidates.iter().map(|row| row.subject.id).collect();
        let actor = &looked.viewer.actor;
        let changed = timeline::newest(tx, &ids, actor.side, actor.organization).await?;
        let names = people::names_in(tx, cases.cases.values()).await?;
        let due = cases.open(looked.now);
        Ok(Material { cases, changed, names, due })
    }

    /// Each case as the viewer looks at it: one for all that is shown of it, so that the policies are asked once about
    /// what several records stand under.
    pub(super) fn viewings<'v>(
        &'v self,
        looked: &Looked<'v>,
        cases: &'v Cases,
        names: &'v Names,
    ) -> BTreeMap<RecordId, Viewing<'v>> {
        let of = |case: &'v Case| Viewing {
            engine: self.engine(),
            case,
            facts: &cases.facts,
            viewer: &looked.viewer.actor,
            names,
            zone: self.settings().program.zone,
            now: looked.now,
            today: None,
            sights: Sights::default(),
        };
        cases.cases.iter().map(|(id, case)| (*id, of(case))).collect()
    }
}

fn row(
    looked: &Looked<'_>,
    candidate: &Candidate,
    material: &Material,
    viewings: &BTreeMap<RecordId, Viewing<'_>>,
) -> Option<Row> {
    let (subject, id) = (candidate.subject, candidate.release.unwrap_or(candidate.subject.id));
    let viewing = viewings.get(&id)?;
    let (case, actor) = (viewing.case, viewing.viewer);
    let sight = viewing.sight(subject)?;
    let stage = match sight {
        Sight::Locked => LOCKED,
        Sight::Whole | Sight::Outline => outline_stage(case, subject, actor)?,
    };
    let updated_at = match sight {
        Sight::Whole => material.changed.get(&subject.id).copied(),
        Sight::Outline => outline_changed(case, subject, actor),
        Sight::Locked => None,
    };
    let Headline { title, developer, owner, engagement, window } = viewing.headline(subject, sight, looked.pooled);
    let open = material.due.get(&id).into_iter().flat_map(BTreeMap::values).filter(|open| open.subject == subject);
    let listed = Listed {
        kind: subject.kind,
        reference: candidate.reference.clone(),
        stage: stage.to_owned(),
        title,
        developer: developer.map(|developer| material.names.party(developer)),
        engagement,
        owner: person(owner).map(|account| material.names.person(account)),
        due: next_due(open, looked, sight),
        window,
        created_at: candidate.created_at,
        updated_at: updated_at.unwrap_or(candidate.created_at),
    };
    Some(Row { place: candidate.place(), subject, listed, unowned: owner == Owner::Nobody })
}

const fn person(owner: Owner) -> Option<AccountId> {
    match owner {
        Owner::Person(account) => Some(account),
        Owner::Nobody | Owner::Unknown => None,
    }
}

/// The first date that the viewer may know of. A clock whose date nobody knows yet has none.
fn next_due<'a>(open: impl Iterator<Item = &'a OpenDeadline>, looked: &Looked<'_>, sight: Sight) -> Option<NextDue> {
    let known = open.filter(|open| open.date != Date::None && may_know(open.kind, &looked.viewer.actor, sight));
    let next = known.min_by_key(|open| (open.due.due_at, open.kind))?;
    Some(NextDue {
        on: next.due.shown_on,
        at: next.due.due_at,
        code: next.kind.to_string(),
        deadline: crate::app::recording::name_of(next.kind),
        overdue: next.due.is_past(looked.now),
    })
}

/// When what an outline shows changed last: the step, or in an approach the partner's own signature.
#[expect(clippy::wildcard_enum_match_arm, reason = "only engagements and nominations have an outline")]
fn outline_changed(case: &Case, subject: Subject, viewer: &Actor) -> Option<Instant> {
    match subject.kind {
        Kind::Engagement => case.engagements.get(&subject.id).map(|entry| entry.state.since),
        Kind::Nomination => {
            let nomination = &case.nominations.get(&subject.id)?.state;
            if viewer.side == Side::Partner {
                let signed = nomination.screening_nda.as_ref().map(|signature| signature.at);
                return signed.or(nomination.approach_consent.as_ref().map(|consent| consent.at));
            }
            Some(nomination.since)
        }
        _ => None,
    }
}

/// Whether a name, or a word of it, begins with what is looked for, which is in small letters.
pub(super) fn begins(name: &str, wanted: &str) -> bool {
    let name = name.to_lowercase();
    name.char_indices().any(|(at, sign)| {
        let begins_word = name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        sign.is_alphanumeric() && begins_word && name[at..].starts_with(wanted)
    })
}

//! Everything that a record's page shows, of one load of its case: the record, what may be done with it, what stands under
//! it, what happened, its dates and its texts. Each is what the API answers at its own address.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    due::DeadlineEntry,
    lookup::{etag, heads},
    notice_history::NoticeEntry,
    people,
    read::{DocumentEntry, Readable, TimelineEntry, entry, text_entry},
    rows::Looked,
    since_signature::SinceSignature,
    view::{ActionView, Owner, Person, PrerequisitesView, RecordView, Viewing, ids_in},
    waiting::Place,
};
use crate::{
    authz::{Acting, Resource, Sight},
    domain::{
        action::{Action, Creates},
        audience::Audience,
        case::may_begin,
        command::Command,
        id::{Kind, RecordId, Subject},
        time::Instant,
    },
    storage::{ReadTx, documents, timeline, told},
};

/// A record with everything that its page shows.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The record's kind.
    pub kind: Kind,
    /// Its reference.
    pub reference: String,
    /// The record as the viewer sees it.
    pub view: RecordView,
    /// Every action with what stands against it.
    pub actions: Vec<ActionView>,
    /// The commands that make a record under this one, that the policies give to the viewer, and that the case allows now
    /// whatever their body says.
    pub begins: Vec<Action>,
    /// Whether the viewer may ask what would follow from a supposition about it.
    pub plans: bool,
    /// The entity tag.
    pub etag: String,
    /// The records under an engagement that the viewer sees whole, in the order of their kinds.
    pub under: Vec<Under>,
    /// What happened to the record, and under an engagement to those: the newest first.
    pub happened: Vec<Happened>,
    /// Names for the ids in the particulars of those, of everybody whom the viewer may know.
    pub names: BTreeMap<Uuid, String>,
    /// Its deadlines with their reminders, and those of what stands under an engagement.
    pub deadlines: Vec<DeadlineEntry>,
    /// The notices that went to the viewer's side about the record and, under an engagement, about those.
    pub notices: Vec<NoticeEntry>,
    /// Under an engagement, the attestation, training and screening of people who hold an access grant there, where the
    /// viewer reads them.
    pub papers: Vec<PrerequisitesView>,
    /// Its texts and documents; of a document, all its versions.
    pub documents: Vec<DocumentEntry>,
    /// The records of the same case that the viewer does not read: what is said of this one may name them, so that a
    /// page has to know that nothing is to be found there.
    pub hidden: Vec<(Kind, String)>,
    /// What waits on the record although no deadline says so.
    pub waiting: Option<WaitingStep>,
    /// Who leads it for the viewer's side.
    pub lead: Lead,
    /// Of an engagement: what changed since the viewer last signed there, if the viewer did.
    pub since_signature: Option<SinceSignature>,
    /// The instant of looking, business time.
    pub now: Instant,
}

/// A step that no deadline brings up: the viewer's own, or one of others where the viewer sees the record whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingStep {
    /// The act that is waited for, by the name of its command.
    pub act: &'static str,
    /// Whether it is the viewer's own.
    pub mine: bool,
    /// Whose turn it is: `me`, or codes of roles.
    pub who: Vec<String>,
    /// Of an offer: the last day on which it can be accepted, when it lapses, and when it was made.
    pub offer: Option<(NaiveDate, Instant, Instant)>,
}

/// Who leads a record for the viewer's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The viewer may not know, or nobody ever leads it.
    Unknown,
    /// Nobody does yet.
    Nobody,
    /// This person.
    Person(Person),
}

/// A record under an engagement.
#[derive(Clone, Debug)]
pub struct Under {
    /// Its kind.
    pub kind: Kind,
    /// Its reference.
    pub reference: String,
    /// The record as the viewer sees it.
    pub view: RecordView,
    /// What may be done with it.
    pub actions: Vec<ActionView>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The record's kind.
    pub kind: Kind,
    /// Its reference.
    pub reference: String,
    /// What happened.
    pub entry: TimelineEntry,
}

impl App {
    /// The record with everything that its page shows.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn dossier(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Dossier, AppError> {
        let readable = self.readable(viewer, kind, name, "record").await?;
        let tx = self.store().begin_read().await?;
        let dossier = self.dossier_in(&tx, viewer, &readable).await;
        tx.end().await?;
        dossier
    }

    async fn dossier_in(&self, tx: &ReadTx, viewer: &Principal, readable: &Readable) -> Result<Dossier, AppError> {
        let (case, subject) = (&readable.case, readable.subject);
        let zone = self.settings().program.zone;
        let events = self.events(tx, viewer, readable).await?;
        let wanted: BTreeSet<Uuid> = events.iter().filter_map(|event| event.event.as_ref()).flat_map(ids_in).collect();
        let names = people::names(tx, case, &wanted).await?;
        let viewing = readable.looking.viewing(self.engine(), case, &viewer.actor, &names, zone);
        let whole = readable.sight == Sight::Whole;
        let mut dated: Vec<(RecordId, Sight)> = vec![(subject.id, readable.sight)];
        dated.extend(beneath(readable, &viewing).into_iter().map(|below| (below.id, Sight::Whole)));
        let deadlines = self.deadline_entries(tx, viewer, readable, &dated, whole).await?;
        let known: BTreeSet<Uuid> = events.iter().map(|event| event.id).collect();
        let about: Vec<RecordId> =
            dated.iter().filter(|(_, sight)| *sight == Sight::Whole).map(|(id, _)| *id).collect();
        let notices = self.notices_told(viewer, told::of_aggregates(tx, &about).await?, &known);
        let texts = documents::of_aggregates(tx, &[subject.id], &readable.audiences(viewer)).await?;
        let texts = texts.into_iter().map(|text| text_entry(text, zone));
        let subjects: BTreeMap<RecordId, Subject> = case.subjects().into_iter().map(|one| (one.id, one)).collect();
        let happened = events.into_iter().rev().filter_map(|event| {
            let of = *subjects.get(&event.aggregate)?;
            let reference = case.reference(of)?.to_owned();
            Some(Happened { kind: of.kind, reference, entry: entry(&viewing, event) })
        });
        let happened: Vec<Happened> = happened.collect();
        let under = self.under(viewer, readable, &viewing)?;
        let since = SinceSignature::of(viewer.actor.account, &happened, &under);
        Ok(Dossier {
            kind: subject.kind,
            reference: case.reference(subject).unwrap_or_default().to_owned(),
            view: viewing.record(subject)?.ok_or(AppError::NotFound)?,
            actions: self.actions_on(viewer, readable, subject, readable.sight),
            begins: self.begins(viewer, readable),
            plans: self.may_plan(viewer, case, subject),
            etag: etag(self.engine(), case, subject, &heads(&readable.loaded, subject), &viewer.actor),
            under,
            names: viewing.known_names(),
            happened,
            papers: papers(readable, &viewing)?,
            notices,
            documents: texts.chain(viewing.documents(subject)).chain(viewing.versions(subject)).collect(),
            deadlines,
            hidden: hidden(readable, &viewing),
            waiting: self.waiting_step(viewer, readable),
            lead: lead(viewer, readable, &viewing),
            since_signature: since.filter(|_| subject.kind == Kind::Engagement),
            now: readable.looking.now,
        })
    }

    /// What the viewer may know to have happened to the record and beneath it, the oldest first.
    async fn events(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        readable: &Readable,
    ) -> Result<Vec<timeline::TimelineEvent>, AppError> {
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &readable.names, zone);
        let below = beneath(readable, &viewing);
        let mut ids: Vec<RecordId> = below.iter().map(|subject| subject.id).collect();
        ids.push(readable.subject.id);
        let heads =
            below.iter().filter_map(|subject| readable.loaded.rows.get(subject)).flat_map(|row| row.heads.keys());
        let known = heads.copied().filter(|one| one.includes(viewer.actor.side, viewer.actor.organization));
        let audiences: BTreeSet<Audience> = known.chain(readable.audiences(viewer)).collect();
        Ok(timeline::of_aggregates(tx, &ids, &audiences.into_iter().collect::<Vec<_>>()).await?)
    }

    fn waiting_step(&self, viewer: &Principal, readable: &Readable) -> Option<WaitingStep> {
        let (case, subject, looking) = (&readable.case, readable.subject, &readable.looking);
        let place = Place { case, subject, facts: &looking.facts, now: looking.now };
        let others = || place.others(&viewer.actor).filter(|_| readable.sight == Sight::Whole);
        let waiting = place.own(self.engine(), &viewer.actor, readable.sight).or_else(others)?;
        let zone = self.settings().program.zone;
        let offer = waiting.offer.map(|offer| (offer.last_day(zone), offer.lapses_at, offer.offered_at));
        Some(WaitingStep { act: waiting.act, mine: waiting.mine, who: waiting.whose(), offer })
    }

    fn begins(&self, viewer: &Principal, readable: &Readable) -> Vec<Action> {
        let makes = Command::catalog().into_iter().filter(|facts| facts.creates == Creates::Under);
        let open = makes.map(|facts| facts.action).filter(|action| {
            let (case, subject) = (&readable.case, readable.subject);
            let Some(resource) = Resource::new_under(case, subject, action.kind) else { return false };
            let acting =
                Acting::of(&viewer.actor, case, subject, *action, &readable.looking.facts, readable.looking.now);
            Command::parents(action.kind).contains(&subject.kind)
                && acting.decide(self.engine(), *action, &resource).is_ok()
                && may_begin(case, action.kind, subject, &readable.looking.facts).is_ok()
        });
        open.collect()
    }

    fn under(&self, viewer: &Principal, readable: &Readable, viewing: &Viewing<'_>) -> Result<Vec<Under>, AppError> {
        let one = |subject: Subject| -> Result<Option<Under>, AppError> {
            let Some(view) = viewing.record(subject)? else { return Ok(None) };
            let reference = readable.case.reference(subject).unwrap_or_default().to_owned();
            let actions = self.actions_on(viewer, readable, subject, Sight::Whole);
            Ok(Some(Under { kind: subject.kind, reference, view, actions }))
        };
        beneath(readable, viewing).into_iter().filter_map(|subject| one(subject).transpose()).collect()
    }
}

fn lead(viewer: &Principal, readable: &Readable, viewing: &Viewing<'_>) -> Lead {
    let pooled = Looked::new(viewer, readable.looking.now).pooled;
    match viewing.headline(readable.subject, readable.sight, pooled).owner {
        Owner::Unknown => Lead::Unknown,
        Owner::Nobody => Lead::Nobody,
        Owner::Person(account) => Lead::Person(viewing.names.person(account)),
    }
}

/// The records of the case that the viewer does not read.
fn hidden(readable: &Readable, viewing: &Viewing<'_>) -> Vec<(Kind, String)> {
    let case = &readable.case;
    let unseen = case.subjects().into_iter().filter(|subject| viewing.sight(*subject).is_none());
    unseen.filter_map(|subject| Some((subject.kind, case.reference(subject)?.to_owned()))).collect()
}

/// What people need besides their grants under the engagement, as far as the viewer reads it.
fn papers(readable: &Readable, viewing: &Viewing<'_>) -> Result<Vec<PrerequisitesView>, AppError> {
    let grants = beneath(readable, viewing).into_iter().filter(|subject| subject.kind == Kind::Grant);
    let holders: BTreeSet<_> =
        grants.filter_map(|grant| readable.case.grants.get(&grant.id)).map(|entry| entry.state.holder).collect();
    let people = readable.case.people.iter().filter(|(_, entry)| holders.contains(&entry.state.account));
    let mut found = Vec::new();
    for (id, _) in people {
        if let Some(RecordView::Prerequisites(view)) = viewing.record(Subject::new(Kind::Prerequisites, *id))? {
            found.push(view);
        }
    }
    Ok(found)
}

/// The records under an engagement that the viewer sees whole.
fn beneath(readable: &Readable, viewing: &Viewing<'_>) -> Vec<Subject> {
    if readable.subject.kind != Kind::Engagement || readable.sight != Sight::Whole {
        return Vec::new();
    }
    let case = &readable.case;
    let belongs = |subject: &Subject| {
        let above = case.promoted(*subject).and_then(|columns| columns.engagement);
        above == Some(readable.subject.id) && *subject != readable.subject
    };
    let seen = |subject: &Subject| viewing.sight(*subject) == Some(Sight::Whole);
    case.subjects().into_iter().filter(belongs).filter(seen).collect()
}

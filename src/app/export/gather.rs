//! Gathers what a package holds. Which records, which streams and which texts follows from sight and audience alone, the
//! same that the API's reads go by; kinds of records that are yet to be invented come along by themselves.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    About, AuditFile, AuditStream, Export, ExportedDocument, ExportedEvent, PinnedVersion, Purpose, RecordFile,
    Requester, Told,
    contents::{MOST_CONTENT, contents},
    mails,
    package::FORMAT,
};
use crate::{
    app::{
        App, AppError, Principal,
        ledger_view::{COMMITMENT, LINK, ledger_head, ledger_link},
        people,
        read::{Readable, entry},
        view::{Names, PrerequisitesView, RecordView, Viewing, canonical, ids_in},
    },
    authz::Sight,
    domain::{
        actor::Side,
        audience::Audience,
        id::{Kind, RecordId, Subject},
        marking::{self, Designation},
    },
    ledger::Head,
    storage::{ReadTx, documents, ledger::histories_of, timeline},
};

/// The records of a package that are seen whole, and the streams of each that its reader belongs to.
struct Reach {
    subjects: BTreeMap<RecordId, Subject>,
    streams: BTreeMap<RecordId, BTreeMap<Audience, Head>>,
}

impl Reach {
    fn ids(&self) -> Vec<RecordId> {
        self.subjects.keys().copied().collect()
    }

    fn whole(&self) -> Vec<(RecordId, Sight)> {
        self.subjects.keys().map(|id| (*id, Sight::Whole)).collect()
    }

    fn audiences(&self) -> Vec<Audience> {
        let all: BTreeSet<Audience> = self.streams.values().flat_map(BTreeMap::keys).copied().collect();
        all.into_iter().collect()
    }

    /// The end of a stream as the records were loaded. What was recorded while the package was being gathered is in no
    /// part of it.
    fn head(&self, record: RecordId, audience: Audience) -> Option<Head> {
        self.streams.get(&record)?.get(&audience).copied()
    }

    fn holds(&self, record: RecordId, audience: Audience, number: i64) -> bool {
        self.head(record, audience).is_some_and(|head| number <= head.seq)
    }
}

impl App {
    /// Everything that the viewer sees of the engagement and what stands under it.
    pub(super) async fn gather(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        readable: &Readable,
        purpose: Purpose,
    ) -> Result<Export, AppError> {
        let reach = self.reach(viewer, readable);
        let (ids, audiences) = (reach.ids(), reach.audiences());
        let mut events = timeline::of_aggregates(tx, &ids, &audiences).await?;
        events.retain(|event| reach.holds(event.aggregate, event.audience, event.stream_seq));
        let mut wanted: BTreeSet<Uuid> =
            events.iter().filter_map(|event| event.event.as_ref()).flat_map(ids_in).collect();
        wanted.insert(viewer.actor.organization.0);
        let sent = mails::sent(tx, viewer, &ids).await?;
        wanted.extend(sent.iter().map(|mail| mail.recipient.0));
        let names = people::names(tx, &readable.case, &wanted).await?;
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &names, zone);
        let about = self.about(viewer, readable, &names, purpose)?;
        let texts = documents::of_aggregates(tx, &ids, &audiences).await?;
        let reference =
            |id: RecordId| reach.subjects.get(&id).and_then(|s| readable.case.reference(*s)).unwrap_or_default();
        let document = |text: &documents::Document| ExportedDocument {
            record: reference(text.aggregate).to_owned(),
            title: text.title.clone(),
            media_type: text.media_type.clone(),
            digest: text.digest.clone(),
            created_at: viewing.moment(text.created_at),
        };
        let developer = readable.case.engagements.get(&readable.subject.id).map(|entry| entry.state.developer);
        let views = views(&viewing, readable)?;
        let record = RecordFile {
            header: about.header.clone(),
            banner: about.banner.clone(),
            as_of: viewing.moment(readable.looking.now),
            developer: names.party(developer.ok_or(AppError::NotFound)?),
            records: records(&views)?,
            deadlines: self.deadline_entries(tx, viewer, readable, &reach.whole(), true).await?,
            documents: texts.iter().map(document).collect(),
            contents: contents(&readable.case, reach.subjects.values().copied(), MOST_CONTENT),
            timeline: events
                .into_iter()
                .map(|event| ExportedEvent {
                    record: reference(event.aggregate).to_owned(),
                    entry: entry(&viewing, event),
                })
                .collect(),
        };
        let audit = audit(tx, readable, &reach).await?;
        let told = Told {
            prerequisites: prerequisites(&viewing, readable)?,
            mails: mails::told(&viewing, sent, |id| reference(id).to_owned()),
            names: viewing.known_names(),
            views: views.into_iter().map(|(_, view)| view).collect(),
        };
        let documents = texts.into_iter().map(|text| (text.digest, text.body)).collect();
        Ok(Export { about, record, audit, documents, told })
    }

    /// The records under the engagement that the viewer sees whole.
    fn reach(&self, viewer: &Principal, readable: &Readable) -> Reach {
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &readable.names, zone);
        let whole = readable
            .case
            .under_engagement(readable.subject.id)
            .into_iter()
            .filter(|subject| viewing.sight(*subject) == Some(Sight::Whole));
        let subjects: BTreeMap<RecordId, Subject> = whole.map(|subject| (subject.id, subject)).collect();
        let known = |audience: &Audience| audience.includes(viewer.actor.side, viewer.actor.organization);
        let streams = subjects.values().filter_map(|subject| {
            let heads = &readable.loaded.rows.get(subject)?.heads;
            let heads = heads.iter().filter(|(audience, _)| known(audience)).map(|(audience, head)| (*audience, *head));
            Some((subject.id, heads.collect()))
        });
        Reach { streams: streams.collect(), subjects }
    }

    fn about(
        &self,
        viewer: &Principal,
        readable: &Readable,
        names: &Names,
        purpose: Purpose,
    ) -> Result<About, AppError> {
        let actor = &viewer.actor;
        let engagement = readable.case.engagements.get(&readable.subject.id).ok_or(AppError::NotFound)?;
        let marked = engagement.state.marking.as_ref().filter(|_| actor.side == Side::Government);
        let pinned = engagement.state.framework.as_deref();
        let framework =
            pinned.and_then(|pinned| readable.looking.facts.frameworks.iter().find(|version| version.id == pinned));
        let now = readable.looking.now;
        Ok(About {
            format: FORMAT.to_owned(),
            product: env!("CARGO_PKG_VERSION").to_owned(),
            engagement: engagement.reference.clone(),
            header: marking::HEADER.to_owned(),
            banner: marking::banner(actor.side, marked),
            designated_by: marked.map(|designation: &Designation| names.party(designation.agency).name),
            marking_contact: marked.map(|designation| designation.contact),
            copy_for: actor.side,
            requester: Requester {
                account: actor.account.0,
                name: actor.name.clone(),
                organization: names.party(actor.organization).name,
                roles: actor.roles.iter().copied().collect(),
            },
            purpose,
            exported_at: canonical(now),
            exported_at_local: self.moment(now).local,
            framework: framework.map(|framework| PinnedVersion {
                id: framework.id.clone(),
                effective_from: framework.effective_from,
                authority: framework.authority.clone(),
            }),
        })
    }
}

/// The records, in outline where the viewer sees no more.
fn views(viewing: &Viewing<'_>, readable: &Readable) -> Result<Vec<(Kind, RecordView)>, AppError> {
    let subjects = readable.case.under_engagement(readable.subject.id).into_iter();
    let view = |subject: Subject| Ok(viewing.record(subject)?.map(|view| (subject.kind, view)));
    subjects.filter_map(|subject| view(subject).transpose()).collect()
}

/// The same as the API shows them.
fn records(views: &[(Kind, RecordView)]) -> Result<BTreeMap<&'static str, Vec<serde_json::Value>>, AppError> {
    let mut records: BTreeMap<&'static str, Vec<serde_json::Value>> = BTreeMap::new();
    for (kind, view) in views {
        let view = serde_json::to_value(view).map_err(AppError::internal)?;
        records.entry(kind.plural()).or_default().push(view);
    }
    Ok(records)
}

/// Prerequisites of the people who hold a grant under the engagement that the viewer knows of. They are no record of an
/// engagement: only the person and the insider-risk officer read them.
fn prerequisites(viewing: &Viewing<'_>, readable: &Readable) -> Result<Vec<PrerequisitesView>, AppError> {
    let case = &readable.case;
    let known = case.grants.iter().filter(|(id, grant)| {
        grant.state.engagement == readable.subject.id
            && viewing.sight(Subject::new(Kind::Grant, **id)) == Some(Sight::Whole)
    });
    let holders: BTreeSet<_> = known.map(|(_, grant)| grant.state.holder).collect();
    let mut found = Vec::new();
    for (id, _) in case.people.iter().filter(|(_, person)| holders.contains(&person.state.account)) {
        if let Some(RecordView::Prerequisites(view)) = viewing.record(Subject::new(Kind::Prerequisites, *id))? {
            found.push(view);
        }
    }
    Ok(found)
}

async fn audit(tx: &ReadTx, readable: &Readable, reach: &Reach) -> Result<AuditFile, AppError> {
    let mut streams = Vec::new();
    for history in histories_of(tx, &reach.ids()).await? {
        let record = history.subject.id;
        let mut links: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for event in history.events {
            links.entry(event.link.columns.audience.clone()).or_default().push(event);
        }
        for (audience, head) in reach.streams.get(&record).into_iter().flatten() {
            let own = links.remove(&audience.code()).unwrap_or_default();
            let own = own.into_iter().filter(|event| event.link.columns.stream_seq <= head.seq);
            streams.push(AuditStream {
                record: readable.case.reference(history.subject).unwrap_or_default().to_owned(),
                kind: history.subject.kind,
                audience: *audience,
                head: ledger_head(Some(head)),
                links: own.map(ledger_link).collect(),
            });
        }
    }
    Ok(AuditFile { link: LINK.to_owned(), commitment: COMMITMENT.to_owned(), streams })
}

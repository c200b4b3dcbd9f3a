//! The people of an engagement: who has or is to have access, what each acknowledged and proved, and until when.

use crate::{
    app::{
        Dossier, Under,
        view::{GrantView, Moment, Person, RecordView},
    },
    domain::id::Kind,
    web::pages::{
        time::PageClock,
        ui::{Inline, Link, Row, Section, Table},
        why, words,
    },
};

const COLUMNS: [&str; 10] = [
    "Person",
    "Organization",
    "Side",
    "Access grant",
    "Stage",
    "Access now",
    "Until",
    "Texts acknowledged",
    "Attestation until",
    "Training until",
];

/// A row for each access grant.
pub fn people(dossier: &Dossier, clock: PageClock) -> Section {
    let grants = dossier.under.iter().filter_map(|under| match &under.view {
        RecordView::Grant(grant) => Some((under, grant)),
        _ => None,
    });
    let rows = grants.map(|(under, grant)| row(dossier, under, grant, clock));
    let empty = "Nobody has asked for access yet. A liaison requests an access grant for each person.";
    Section::new("people", "People").with(Table::new("People with or without access", &COLUMNS, empty).with(rows))
}

fn row(dossier: &Dossier, under: &Under, grant: &GrantView, clock: PageClock) -> Row {
    let moment = |at: Option<&Moment>| Inline::maybe(at, |at| clock.moment(at).into());
    let path = format!("/grants/{}", under.reference);
    let may_revoke = under.actions.iter().any(|action| action.allowed && action.action == "revoke");
    let revoke = may_revoke.then(|| Link { href: format!("{path}/revoke"), text: "Revoke".to_owned() });
    let missing = grant.unmet.iter().map(|one| Inline::text(words::unmet(&one.unmet)));
    let papers = dossier.papers.iter().find(|papers| is(&papers.person, &grant.holder));
    Row::new(vec![
        Inline::person(&grant.holder),
        Inline::party(&grant.holder_organization),
        Inline::text(words::side(grant.side)),
        Inline::list([Inline::record(Kind::Grant, &under.reference), Inline::maybe(revoke, Inline::Link)]),
        Inline::Tag(words::label(grant.stage)),
        Inline::list([Inline::yes(grant.effective)].into_iter().chain(missing)),
        why::access(grant.effective_until.as_ref(), grant.ends_by, clock),
        acknowledged(dossier, grant, clock),
        moment(papers.and_then(|papers| papers.attestation_expires_at.as_ref())),
        moment(papers.and_then(|papers| papers.training_expires_at.as_ref())),
    ])
}

/// Whether two mentions are of one person; somebody who is shown as a side alone is nobody in particular.
fn is(one: &Person, other: &Person) -> bool {
    one.id.is_some() && one.id == other.id
}

/// The texts that the person acknowledged, each with when, where the viewer knows who did it.
fn acknowledged(dossier: &Dossier, grant: &GrantView, clock: PageClock) -> Inline {
    let texts = dossier.under.iter().filter_map(|under| match &under.view {
        RecordView::Condition(condition) if condition.personal => Some(condition),
        _ => None,
    });
    let by_holder = texts.filter(|text| text.acknowledged_by.iter().any(|person| is(person, &grant.holder)));
    Inline::list(by_holder.map(|text| {
        let done = dossier.happened.iter().find(|one| {
            let own = one.reference == text.reference && one.entry.event == "condition.acknowledged";
            own && is(&one.entry.by, &grant.holder)
        });
        let when = done.map(|one| format!(", {}", clock.plain(one.entry.effective_at.at).text)).unwrap_or_default();
        Inline::text(format!("{}{when}", text.reference))
    }))
}

//! The people of an engagement: who has or is to have access, what each acknowledged and proved, and until when.

use crate::{
    app::{
        Dossier, Under,
        view::{GrantView, Moment, Person, PrerequisitesView, RecordView},
    },
    domain::{id::Kind, refusal::Unmet},
    web::pages::{
        time::PageClock,
        ui::{Inline, Link, Row, Section, Table},
        why, words,
    },
};

const COLUMNS: [&str; 11] = [
    "Person",
    "Organization",
    "Side",
    "Role",
    "Access grant",
    "Stage",
    "Access now",
    "Until",
    "Texts acknowledged",
    "Attestation until",
    "Training until",
];

/// What stands for papers that are for the person and the insider-risk officers alone.
const NOT_SHOWN: &str = "Not shown to you";

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
        Inline::text(words::role(grant.role)),
        Inline::list([Inline::record(Kind::Grant, &under.reference), Inline::maybe(revoke, Inline::Link)]),
        Inline::Tag(words::label(grant.stage)),
        Inline::list([Inline::yes(grant.effective)].into_iter().chain(missing)),
        why::access(grant.effective_until.as_ref(), grant.ends_by, clock),
        acknowledged(dossier, grant, clock),
        paper(papers, grant, &Unmet::NotAttested, |papers| moment(papers.attestation_expires_at.as_ref())),
        paper(papers, grant, &Unmet::NotTrained, |papers| moment(papers.training_expires_at.as_ref())),
    ])
}

/// What a person's papers say. Where the viewer does not read them, the grant may still tell that one is missing; nothing
/// else is said of what is not shown.
fn paper(
    papers: Option<&PrerequisitesView>,
    grant: &GrantView,
    lacks: &Unmet,
    told: impl FnOnce(&PrerequisitesView) -> Inline,
) -> Inline {
    match papers {
        Some(papers) => told(papers),
        None if grant.unmet.iter().any(|one| one.unmet == *lacks) => Inline::text(words::unmet(lacks)),
        None => Inline::text(NOT_SHOWN),
    }
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::{
        app::view::{Party, unmet_view},
        domain::actor::{Role, Side},
    };

    fn somebody() -> (Person, Party) {
        let person = Person { id: Some(uuid::Uuid::nil()), name: "Lena Fisk".to_owned(), via: None };
        (person, Party { id: uuid::Uuid::nil(), name: "CISA".to_owned() })
    }

    fn grant(unmet: Vec<Unmet>) -> GrantView {
        let (holder, holder_organization) = somebody();
        GrantView {
            reference: "GRA-2026-0001".to_owned(),
            under: "ENG-2026-0001".to_owned(),
            requested_by: holder.clone(),
            holder,
            holder_organization,
            side: Side::Government,
            role: Role::Evaluator,
            need_to_know: String::new(),
            stage: "requested",
            since: Moment { at: DateTime::<Utc>::UNIX_EPOCH, local: String::new() },
            suspended_for: None,
            approved_by: None,
            certified_at: None,
            effective: unmet.is_empty(),
            effective_until: None,
            ends_by: None,
            unmet: unmet.into_iter().map(unmet_view).collect(),
            erased: None,
        }
    }

    #[test]
    fn none_is_said_only_of_papers_that_are_read() {
        let (person, organization) = somebody();
        let papers = PrerequisitesView {
            reference: "PRE-2026-0001".to_owned(),
            person,
            organization,
            attested_at: None,
            attestation_expires_at: None,
            trained_at: None,
            training_expires_at: None,
            screening: None,
            export_screening: None,
        };
        let said = |papers: Option<&PrerequisitesView>, unmet: Vec<Unmet>| {
            paper(papers, &grant(unmet), &Unmet::NotAttested, |read| {
                Inline::maybe(read.attestation_expires_at.as_ref(), |at| Inline::text(at.local.clone()))
            })
        };
        assert_eq!(said(Some(&papers), vec![Unmet::NotAttested]), Inline::None);
        assert_eq!(said(None, Vec::new()), Inline::text(NOT_SHOWN));
        assert_eq!(said(None, vec![Unmet::NotTrained]), Inline::text(NOT_SHOWN), "another paper");
        assert_eq!(said(None, vec![Unmet::WaitingOnTheOtherSide]), Inline::text(NOT_SHOWN));
        assert_eq!(said(None, vec![Unmet::NotAttested]), Inline::text(words::unmet(&Unmet::NotAttested)));
    }
}

//! People in a pack: who leads and who acted, who has access on which grant, and what they need besides.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::Parts;
use crate::{
    app::view::{GrantView, PrerequisitesView, RecordView},
    domain::{actor::Side, id::Kind, refusal::Unmet},
    web::pages::{
        record::holders,
        ui::{Inline, Row, Section, Table},
    },
};

impl<'a> Parts<'a> {
    fn granted(&self) -> Vec<&'a GrantView> {
        self.of(|view| if let RecordView::Grant(grant) = view { Some(grant) } else { None })
    }

    /// Everybody whom the record names, with what they are in it.
    pub fn people(&self) -> Section {
        let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut add = |name: &str, what: &'static str| {
            if !name.is_empty() {
                found.entry(name.to_owned()).or_default().insert(what);
            }
        };
        if let Some(view) = self.engagement() {
            let leads = [
                (&view.liaison, "Program liaison"),
                (&view.signatory, "Government signatory"),
                (&view.lead, "Developer’s lead"),
            ];
            for (person, what) in leads {
                add(person.as_ref().map_or("", |person| &person.name), what);
            }
        }
        for grant in self.granted() {
            add(&grant.holder.name, "Holder of an access grant");
            add(&grant.requested_by.name, "Requested an access grant");
            add(grant.approved_by.as_ref().map_or("", |by| &by.name), "Approved an access grant");
        }
        for condition in self.agreed() {
            condition.signatures.iter().for_each(|signature| add(&signature.typed_name, "Signed a condition"));
            condition.acknowledged_by.iter().for_each(|person| add(&person.name, "Acknowledged a condition"));
        }
        for nomination in self.nominated() {
            add(nomination.consent.as_ref().map_or("", |key| &key.by.name), "Turned the developer’s key");
            nomination.reviewers.iter().for_each(|one| add(&one.reviewer.name, "Reviewer of a nomination"));
        }
        let rows = found.into_iter().map(|(name, parts)| {
            let parts: Vec<&str> = parts.into_iter().collect();
            Row::new(vec![Inline::text(name), Inline::text(parts.join("; "))])
        });
        let table = Table::new("People whom the record names", &["Person", "Part in the engagement"], "None.");
        Section::new("people", "People").with(table.with(rows))
    }

    /// The grants, why they were given, and the prerequisites of their holders.
    pub fn grants(&self) -> Section {
        let grants = self.granted();
        let given = grants.iter().map(|grant| {
            Row::new(vec![
                Inline::record(Kind::Grant, &grant.reference),
                Inline::person(&grant.holder),
                Inline::text(&grant.need_to_know),
                Inline::person(&grant.requested_by),
                Inline::maybe(grant.approved_by.as_ref(), Inline::person),
                Inline::maybe(grant.certified_at.as_ref(), |at| self.clock.plain(at.at).into()),
            ])
        });
        let columns =
            ["Access grant", "Holder", "Why access is needed", "Requested by", "Approved by", "Last certified"];
        let given = Table::new("How each grant came about", &columns, "No grant.").titled().with(given);
        let columns = ["Holder", "Access grant", "Attestation", "Training", "Screening", "Export screening"];
        let needed = Table::new("Prerequisites of the holders", &columns, "No grant.").titled();
        Section::new("grants", "Access grants and prerequisites")
            .with(holders(grants.iter().copied(), self.clock))
            .with(given)
            .with(needed.with(grants.iter().map(|grant| self.needed(grant))))
    }

    /// What a holder needs besides the grant: with its dates for whoever reads them, otherwise whether it is there.
    fn needed(&self, grant: &GrantView) -> Row {
        let record = self.export.told.prerequisites.iter().find(|one| one.person.id == grant.holder.id);
        let cells = match record {
            Some(record) => self.dated(record),
            None => ["not_attested", "not_trained", "not_screened", "export_not_screened"]
                .map(|fact| Inline::text(self.standing(grant, fact)))
                .into(),
        };
        let named = [Inline::person(&grant.holder), Inline::record(Kind::Grant, &grant.reference)];
        Row::new(named.into_iter().chain(cells).collect())
    }

    fn dated(&self, record: &PrerequisitesView) -> Vec<Inline> {
        let day = |at: &crate::app::view::Moment| self.clock.plain(at.at).text;
        let renewed = |from: Option<&crate::app::view::Moment>, until: Option<&crate::app::view::Moment>| {
            let until = until.map(|until| format!(", until {}", day(until))).unwrap_or_default();
            Inline::maybe(from, |from| Inline::text(format!("{}{until}", day(from))))
        };
        vec![
            renewed(record.attested_at.as_ref(), record.attestation_expires_at.as_ref()),
            renewed(record.trained_at.as_ref(), record.training_expires_at.as_ref()),
            Inline::text(record.screening.clone().unwrap_or_default()),
            Inline::text(record.export_screening.clone().unwrap_or_default()),
        ]
    }

    /// Whether a prerequisite is there, as the grant itself says it. Which of them is missing, the government knows; the
    /// others know that something waits for it.
    fn standing(&self, grant: &GrantView, fact: &str) -> &'static str {
        let unmet = |name: &str| grant.unmet.iter().any(|one| one.unmet.name() == name);
        if unmet(fact) {
            return "Missing";
        }
        let hidden = unmet(Unmet::WaitingOnTheOtherSide.name());
        if hidden && self.export.about.copy_for != Side::Government { "Known to the government" } else { "In order" }
    }
}

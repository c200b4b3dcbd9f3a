//! A version's text as it would stand in a record: read as a text, and certified, with sample particulars.

use axum::{extract::State, response::Response, routing::get};
use chrono::{DateTime, Days, Months, Utc};

use super::PATH;
use crate::{
    app::{
        AppError,
        view::{ConditionView, Moment, Person, SignatureView, TextView},
    },
    domain::{actor::Side, condition::AgreeTerms, framework::Template},
    web::{
        Web,
        extract::{Path, visitor::Member},
        pages::{
            PageRoute,
            administration::{clock, sheet},
            record::paper,
            time::PageClock,
            ui::{Facts, Inline, Part, Section},
            words,
        },
    },
};

/// What stands for a record that there is none of.
const SAMPLE: &str = "a sample engagement";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/administration/framework/{version}/templates/{key}", get(page))]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (versions, _) = web.app.framework_versions().await?;
    let version = versions.iter().find(|one| one.id == id).ok_or(AppError::NotFound)?;
    let template = version.templates.iter().find(|one| one.key == key).ok_or(AppError::NotFound)?;
    let clock = clock(&web);
    let view = view(template, clock);
    let facts = Facts::new()
        .with("Protects", Inline::text(words::side(template.protected)))
        .with("Binds", Inline::list(template.bound.iter().map(|side| Inline::text(words::side(*side)))))
        .with("Each person acknowledges it too", Inline::yes(template.personal_acknowledgement))
        .with("SHA-256 of the text", Inline::Code(template.text_digest.as_str().to_owned()));
    sheet(&web, &visitor, &template.title)
        .below(PATH, "Framework versions")
        .below(format!("{PATH}/{id}"), format!("Framework version {id}"))
        .lead("With sample particulars: nobody signed this, and no record has it.")
        .section(Section::new("template", "About this text").with(facts))
        .section(Section::new("text", "The text").with(Part::Text(template.default_text.as_str().to_owned())))
        .sections(paper(&view, clock))
        .answer()
}

/// A condition of this text that two people signed a week ago, for a year.
fn view(template: &Template, clock: PageClock) -> ConditionView {
    let signed = clock.now.checked_sub_days(Days::new(7)).unwrap_or(clock.now);
    let until = signed.checked_add_months(Months::new(12));
    let bound = template.bound.iter().next().copied().unwrap_or(Side::Government);
    let digest = template.text_digest.as_str().to_owned();
    let signature = |side: Side, name: &str| SignatureView {
        side: Some(side),
        by: Person { id: None, name: name.to_owned(), via: None },
        organization: None,
        typed_name: name.to_owned(),
        capacity: "authorized signatory".to_owned(),
        digest: digest.clone(),
        at: moment(signed),
    };
    let person = Person { id: None, name: "Casey Sample".to_owned(), via: None };
    ConditionView {
        reference: "CON-SAMPLE".to_owned(),
        attached_to: SAMPLE.to_owned(),
        partner: None,
        template: template.key.clone(),
        title: template.title.clone(),
        subjects: template.subjects.iter().copied().collect(),
        functions: template.functions.iter().copied().collect(),
        protected: template.protected,
        bound,
        personal: template.personal_acknowledgement,
        required: template.needed.contains(&bound),
        supersedes: None,
        superseded_by: None,
        stage: "in_force",
        since: moment(signed),
        texts: vec![TextView {
            number: 1,
            digest: digest.clone(),
            parent: None,
            by: person.clone(),
            at: moment(signed),
        }],
        offers: Vec::new(),
        agreed: Some(AgreeTerms { digest: template.text_digest.clone(), effective_at: signed, expires_at: until }),
        signatures: vec![signature(template.protected, "Alex Sample"), signature(bound, "Robin Sample")],
        acknowledged_by: if template.personal_acknowledgement { vec![person] } else { Vec::new() },
        survives_months: template.survives_months,
        survives_until: None,
        erased: None,
    }
}

fn moment(at: DateTime<Utc>) -> Moment {
    Moment { at, local: String::new() }
}

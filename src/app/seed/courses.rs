//! Courses: what always goes the same way is written once, with who and when, and stands for the single acts. A course
//! may stop anywhere; the steps left out were not taken.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{Act, Person, SeedError, Target};
use crate::domain::{
    actor::Role,
    id::Kind,
    inquiry::{Consultation, DeterminationResult},
    time::{Instant, plus},
};

/// Who takes a step, and when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    by: String,
    at: DateTime<Utc>,
}

impl Step {
    fn act(&self, target: Target, kind: Kind, command: &str, body: Value) -> Act {
        Act { at: self.at, by: self.by.clone(), target, kind, command: command.to_owned(), body, content: None }
    }

    /// The same step some minutes later, for a set of records.
    fn later(&self, minutes: i64) -> Self {
        Self { by: self.by.clone(), at: plus(self.at, TimeDelta::minutes(minutes)) }
    }
}

/// An inquiry from draft to determination.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InquiryCourse {
    reference: String,
    release: String,
    question: String,
    drafted: Step,
    submitted: Option<Step>,
    acknowledged: Option<Step>,
    assessing: Option<Step>,
    determined: Option<Determined>,
}

/// The last step of an inquiry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Determined {
    by: String,
    at: DateTime<Utc>,
    reference: String,
    date: NaiveDate,
    result: DeterminationResult,
    framework_eligible: bool,
    consultations: Vec<Consultation>,
}

impl InquiryCourse {
    pub(super) fn acts(self) -> Vec<Act> {
        let kind = Kind::Inquiry;
        let on = || Target::Record(self.reference.clone());
        let draft = json!({ "release": self.release, "question": self.question });
        let mut acts = vec![self.drafted.act(Target::New(self.reference.clone()), kind, "draft", draft)];
        let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
        acts.extend(self.submitted.iter().map(|step| step.act(on(), kind, "submit", attested.clone())));
        acts.extend(self.acknowledged.iter().map(|step| step.act(on(), kind, "acknowledge", json!({}))));
        acts.extend(self.assessing.iter().map(|step| step.act(on(), kind, "begin-assessment", json!({}))));
        acts.extend(self.determined.map(|determined| determined.act(Target::Record(self.reference.clone()))));
        acts
    }
}

impl Determined {
    fn act(self, target: Target) -> Act {
        let body = json!({
            "reference": self.reference,
            "date": self.date,
            "result": self.result,
            "framework_eligible": self.framework_eligible,
            "releasability_confirmed": true,
            "consultations": self.consultations,
        });
        Step { by: self.by, at: self.at }.act(target, Kind::Inquiry, "record-determination", body)
    }
}

/// Conditions of one engagement or nomination that go together. Each further template takes its steps a minute later.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionCourse {
    /// Reference of the engagement or nomination.
    to: String,
    /// The condition's reference by template key.
    templates: BTreeMap<String, String>,
    attached: Step,
    offered: Option<Step>,
    accepted: Option<Step>,
    #[serde(default)]
    signed: Vec<Step>,
    /// From when the texts bind; the offer's own instant if left out, so that they bind once signed.
    effective_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

impl ConditionCourse {
    pub(super) fn acts(&self, people: &[Person]) -> Result<Vec<Act>, SeedError> {
        let mut acts = Vec::new();
        for (minutes, (template, reference)) in (0..).zip(&self.templates) {
            acts.push(self.attach(template, reference, minutes));
            acts.extend(self.agree(reference, minutes));
            for step in &self.signed {
                acts.push(sign(&step.later(minutes), reference, people)?);
            }
        }
        Ok(acts)
    }

    fn attach(&self, template: &str, reference: &str, minutes: i64) -> Act {
        let body = json!({ "attach_to": self.to, "template": template });
        self.attached.later(minutes).act(Target::New(reference.to_owned()), Kind::Condition, "attach", body)
    }

    fn agree(&self, reference: &str, minutes: i64) -> Vec<Act> {
        let on = || Target::Record(reference.to_owned());
        let offer = |step: &Step| {
            let terms = json!({
                "digest": format!("$digest:{reference}"),
                "effective_at": self.effective_at.unwrap_or(step.at),
                "expires_at": self.expires_at,
            });
            step.later(minutes).act(on(), Kind::Condition, "offer-agreement", terms)
        };
        let accept = |step: &Step| {
            let body = json!({ "hash": format!("$offer:{reference}") });
            step.later(minutes).act(on(), Kind::Condition, "accept-agreement", body)
        };
        self.offered.iter().map(offer).chain(self.accepted.iter().map(accept)).collect()
    }
}

fn sign(step: &Step, reference: &str, people: &[Person]) -> Result<Act, SeedError> {
    let signatory = people.iter().find(|person| person.email == step.by);
    let signatory = signatory.ok_or_else(|| SeedError::UnknownPerson(step.by.clone()))?;
    let has = |role| signatory.roles.contains(&role);
    let capacity = if has(Role::DeveloperOfficial) {
        "Authorized official of the developer"
    } else if has(Role::GovernmentSignatory) {
        "Signatory of the framework office"
    } else {
        "Contact authorized to bind the organization"
    };
    let body = json!({
        "digest": format!("$digest:{reference}"),
        "typed_name": signatory.name,
        "capacity": capacity,
        "intent": true,
    });
    Ok(step.act(Target::Record(reference.to_owned()), Kind::Condition, "sign", body))
}

/// A grant from request to recertification.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantCourse {
    reference: String,
    /// Reference of the engagement or nomination.
    under: String,
    /// The holder's address.
    holder: String,
    need_to_know: String,
    requested: Step,
    acknowledged: Option<Acknowledged>,
    cleared: Option<Step>,
    approved: Option<Step>,
    #[serde(default)]
    recertified: Vec<Step>,
}

/// The holder's acknowledgements of the personal texts, a minute apart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledged {
    at: Instant,
    texts: Vec<String>,
}

impl GrantCourse {
    pub(super) fn acts(self) -> Vec<Act> {
        let kind = Kind::Grant;
        let on = || Target::Record(self.reference.clone());
        let request = json!({
            "under": self.under,
            "holder": format!("$account:{}", self.holder),
            "need_to_know": self.need_to_know,
            "unclassified_attestation": true,
        });
        let mut acts = vec![self.requested.act(Target::New(self.reference.clone()), kind, "request", request)];
        acts.extend(self.acknowledged.iter().flat_map(|acknowledged| acknowledged.acts(&self.holder)));
        acts.extend(self.cleared.iter().map(|step| step.act(on(), kind, "clear-prerequisites", json!({}))));
        acts.extend(self.approved.iter().map(|step| step.act(on(), kind, "approve", json!({}))));
        acts.extend(self.recertified.iter().map(|step| step.act(on(), kind, "recertify", json!({}))));
        acts
    }
}

impl Acknowledged {
    fn acts(&self, holder: &str) -> Vec<Act> {
        let first = Step { by: holder.to_owned(), at: self.at };
        let acknowledge = |(minutes, reference): (i64, &String)| {
            let body = json!({ "digest": format!("$digest:{reference}"), "intent": true });
            first.later(minutes).act(Target::Record(reference.clone()), Kind::Condition, "acknowledge", body)
        };
        (0..).zip(&self.texts).map(acknowledge).collect()
    }
}

/// What a person and the insider-risk officer put on the person's record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrerequisitesCourse {
    /// The person's address.
    person: String,
    attested_at: Option<DateTime<Utc>>,
    /// The officer's records: training, screening and export screening, a minute apart.
    recorded: Step,
    trained_at: DateTime<Utc>,
    screening: String,
    export_screening: String,
}

impl PrerequisitesCourse {
    pub(super) fn acts(self) -> Vec<Act> {
        let kind = Kind::Prerequisites;
        let on = || Target::PrerequisitesOf(self.person.clone());
        let attest = |at| Step { by: self.person.clone(), at }.act(on(), kind, "attest", json!({ "intent": true }));
        let records = [
            ("record-training", json!({ "trained_at": self.trained_at })),
            ("record-screening", json!({ "reference": self.screening })),
            ("record-export-screening", json!({ "reference": self.export_screening })),
        ];
        let recorded = (0..)
            .zip(records)
            .map(|(minutes, (command, body))| self.recorded.later(minutes).act(on(), kind, command, body));
        self.attested_at.map(attest).into_iter().chain(recorded).collect()
    }
}

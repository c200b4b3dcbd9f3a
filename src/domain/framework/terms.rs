//! What a framework version says about partners and conditions: criteria, starter conditions and required coverage.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    actor::Side,
    text::{Markdown, Sha256Hex},
};

/// What a condition is about; the order names four subjects (domain section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Keeping information confidential.
    Confidentiality,
    /// Protecting systems and accounts.
    Cybersecurity,
    /// Harm by somebody with authorized access.
    InsiderRisk,
    /// Intellectual property.
    IntellectualProperty,
}

/// What a condition does for its subject (domain section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// It safeguards.
    Protection,
    /// It limits use.
    Use,
    /// It forbids disclosure.
    Nondisclosure,
}

/// One question of the partner checklist (domain section 3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Stable key.
    pub key: String,
    /// The question put to the partner.
    pub question: String,
}

/// What a text is used as besides a condition: "NDA" is an instrument and no subject (domain section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    /// The agreement that each person signs before any access (domain section 3.6).
    PersonalNda,
    /// The generic agreement that a partner signs before anything is disclosed to it (domain section 3.4).
    ScreeningNda,
}

/// A starter condition with its text (domain sections 3.5 and 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Stable key.
    pub key: String,
    /// Title shown and printed.
    pub title: String,
    /// What it is about.
    pub subjects: BTreeSet<Subject>,
    /// What it does.
    pub functions: BTreeSet<Function>,
    /// Whom it protects; only this side may waive it.
    pub protected: Side,
    /// Whom it binds: the government in an engagement, the partner in a nomination, or either.
    pub bound: BTreeSet<Side>,
    /// Key of its default text, where that stands in a file of its own.
    pub text: Option<String>,
    /// SHA-256 of the default text.
    pub text_digest: Sha256Hex,
    /// The default text. Left out of the version's JSON: who attaches the condition reads it there.
    #[serde(skip)]
    pub default_text: Markdown,
    /// Whether each person signs for themselves besides the organization.
    pub personal_acknowledgement: bool,
    /// What it is used as, if it is one of the instruments that the rules name.
    pub instrument: Option<Instrument>,
    /// The bound sides for which it cannot be optional. A partner's status and access need it in force.
    pub needed: BTreeSet<Side>,
    /// Months for which it survives the end of the engagement; none if it ends with it.
    pub survives_months: Option<u32>,
}

impl Template {
    /// Whether it is offered for engagements.
    pub fn for_engagements(&self) -> bool {
        self.bound.contains(&Side::Government)
    }

    /// Whether it is an agreement that each person signs before any access.
    pub fn is_personal_nda(&self) -> bool {
        self.instrument == Some(Instrument::PersonalNda)
    }

    /// Whether waiving it also needs the insider-risk officer (domain section 3.5).
    pub fn waiver_needs_insider_risk(&self) -> bool {
        self.subjects.contains(&Subject::Cybersecurity) || self.subjects.contains(&Subject::InsiderRisk)
    }
}

/// Subjects and functions, required of or covered by conditions (domain section 3.5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Subjects covered.
    pub subjects: BTreeSet<Subject>,
    /// Functions covered.
    pub functions: BTreeSet<Function>,
}

/// Something required that no condition in force covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "key")]
pub enum CoverageGap {
    /// A subject is missing.
    Subject(Subject),
    /// A function is missing.
    Function(Function),
}

impl Coverage {
    /// What `in_force`, the coverage of each condition in force, leaves open of this required coverage: every
    /// subject and every function must occur somewhere, which fits every reading of the order's phrase.
    pub fn gaps<'a>(&self, in_force: impl IntoIterator<Item = &'a Self>) -> Vec<CoverageGap> {
        let mut open = self.clone();
        for covered in in_force {
            open.subjects.retain(|subject| !covered.subjects.contains(subject));
            open.functions.retain(|function| !covered.functions.contains(function));
        }
        let subjects = open.subjects.into_iter().map(CoverageGap::Subject);
        subjects.chain(open.functions.into_iter().map(CoverageGap::Function)).collect()
    }
}

impl From<&Template> for Coverage {
    fn from(template: &Template) -> Self {
        Self { subjects: template.subjects.clone(), functions: template.functions.clone() }
    }
}

macro_rules! texts {
    ($($key:literal),+ $(,)?) => {
        [$(($key, include_str!(concat!("../../../config/framework/templates/", $key, ".md")))),+]
    };
}

/// The texts compiled in, by key; versions may share one.
pub(super) static TEXTS: [(&str, &str); 16] = texts![
    "nda",
    "nondisclosure",
    "confidentiality",
    "ip_protection",
    "use_limitation",
    "cybersecurity",
    "insider_risk",
    "screening_nda",
    "organization_check",
    "named_team",
    "strong_sign_in",
    "usage_logging",
    "defensive_use",
    "no_redistribution",
    "incident_contact",
    "export_screening",
];

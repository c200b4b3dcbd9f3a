//! The catalogue is complete, and `docs/refusals.md` is the catalogue.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::ProblemType;
use crate::domain::{
    condition::{ConditionFunction, ConditionSubject},
    refusal::{FieldReason, Unmet},
};

const HEAD: &str = "\
# The catalogue of refusals

Why a request or a command was not carried out: every type of problem, every fact that may be missing, and every reason why a value does not fit, by its stable name, with what it means and who can clear it. The service answers with the same at `/problems`. A test writes this page from the tables and keeps it so (`UPDATE_SNAPSHOTS=1`). Which guard of which transition asks for what stands in [the workflow](workflow.md).

## Types of problems

`type` in an answer is `/problems/` and the name. What an answer of the type `unmet-facts` lists under `unmet` is one of the [facts](#facts-that-may-be-missing); what one of the type `invalid-field` says under `reason`, one of the [reasons](#reasons-why-a-value-does-not-fit).

| Name | Status | Meaning | Who can clear it |
|---|---|---|---|
";

fn page() -> String {
    let mut text = HEAD.to_owned();
    for kind in ProblemType::ALL {
        let (name, status) = (kind.name(), kind.status());
        let _ = writeln!(text, "| `{name}` | {status} | {} | {} |", kind.meaning(), kind.cleared_by());
    }
    text.push_str(
        "\n## Facts that may be missing\n\nWho may not know a fact is told `waiting_on_the_other_side` in its place. \
         Roles are those of the [glossary](glossary.md#actors).\n\n\
         | Name | Meaning | Who may know | Who can clear it |\n|---|---|---|---|\n",
    );
    for fact in Unmet::ENTRIES {
        let audience = fact.audience.code();
        let _ = writeln!(text, "| `{}` | {} | {audience} | {} |", fact.name, fact.meaning, fact.cleared_by());
    }
    text.push_str(
        "\n## Reasons why a value does not fit\n\nAll of them are cleared by the asker, with another value.\n\n\
         | Name | Meaning |\n|---|---|\n",
    );
    for reason in FieldReason::ALL {
        let _ = writeln!(text, "| `{}` | {} |", reason.name(), reason.sentence());
    }
    text
}

#[test]
fn the_page_of_refusals_is_the_one_checked_in() {
    let printed = page();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/refusals.md");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &printed).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let first = kept.lines().zip(printed.lines()).find(|(kept, printed)| kept != printed);
    assert!(kept == printed, "docs/refusals.md is not the catalogue: {first:?}");
}

/// The names that the API's description lists, in order: each variant holds its own, beside its fields or alone.
fn described(schema: &Value) -> Vec<&str> {
    let variants = schema["oneOf"].as_array().expect("variants");
    variants.iter().filter_map(|one| one.pointer("/properties/fact/enum/0").and_then(Value::as_str)).collect()
}

/// No fact without a name that the answers use, a sentence, and somebody or something that clears it.
#[test]
fn every_fact_has_an_entry() {
    let schema = serde_json::to_value(Unmet::schema()).expect("JSON");
    let names: Vec<&str> = Unmet::ENTRIES.iter().map(|fact| fact.name).collect();
    assert_eq!(described(&schema), names);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "two facts of one name");
    for fact in Unmet::ENTRIES {
        assert!(fact.meaning.ends_with('.') && fact.meaning.len() > 10, "{}", fact.meaning);
        assert_ne!(fact.roles.is_empty(), fact.otherwise.is_empty(), "{}: roles, or words in their place", fact.name);
        assert!(fact.otherwise.is_empty() || fact.otherwise.ends_with('.'), "{}", fact.otherwise);
    }
    for fact in [
        Unmet::SubjectNotCovered { subject: ConditionSubject::Confidentiality },
        Unmet::FunctionNotCovered { function: ConditionFunction::Use },
        Unmet::SessionNotAal2,
        Unmet::RetentionRuns { until: None },
    ] {
        let entry = Unmet::ENTRIES.iter().find(|entry| entry.name == fact.name()).expect("an entry");
        assert_eq!(serde_json::to_value(&fact).expect("JSON")["fact"], fact.name());
        assert_eq!((entry.audience, entry.roles), (fact.audience(), fact.cleared_by()));
    }
}

/// No reason without the name that the answers use and a sentence.
#[test]
fn every_reason_has_an_entry() {
    let schema = serde_json::to_value(FieldReason::schema()).expect("JSON");
    let names: Vec<&str> = FieldReason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(schema["enum"], json!(names));
    for reason in FieldReason::ALL {
        assert_eq!(serde_json::to_value(reason).expect("JSON"), reason.name());
        assert!(reason.sentence().ends_with('.'), "{}", reason.sentence());
    }
}

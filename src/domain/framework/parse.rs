//! The shape of a framework file. Strict: an unknown or missing field is an error, not a default.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;

use super::terms::{Coverage, Criterion, Function, Instrument, Subject, Template};
use super::{DecisionRule, Framework, FrameworkError, PartyKind, Retention, WindowClock, Written, written::Texts};
use crate::domain::{
    actor::Side,
    deadline::{DeadlineKind, Length, Offset, Rule},
    text::Markdown,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    effective_from: String,
    authority: String,
    zone: Tz,
    window_cap_days: u32,
    window_cap_authority: Option<String>,
    window_clock: WindowClock,
    window_anchored: bool,
    decision_rule: DecisionRule,
    quorum: u32,
    reconsiderations: u32,
    offer_lapse_working_days: u32,
    required_coverage: Coverage,
    deadlines: BTreeMap<DeadlineKind, Numbers>,
    criteria: Vec<Criterion>,
    templates: Vec<Row>,
    #[serde(default)]
    party_kinds: Vec<PartyKind>,
    nominated_kinds: Option<BTreeSet<String>>,
    retention: Vec<Retention>,
}

/// A starter condition as it is written: with its text, or the key of one that stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    title: String,
    subjects: BTreeSet<Subject>,
    functions: BTreeSet<Function>,
    protected: Side,
    bound: BTreeSet<Side>,
    text: Option<String>,
    text_markdown: Option<String>,
    personal_acknowledgement: bool,
    instrument: Option<Instrument>,
    #[serde(default)]
    needed: BTreeSet<Side>,
    survives_months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    length: Length,
    reminders: Vec<Offset>,
    escalation: Option<Offset>,
    repeat: Option<Offset>,
}

/// Keys of the texts that a version's conditions name.
pub(super) fn named_texts(text: &str) -> Result<BTreeSet<String>, FrameworkError> {
    let file: File = toml::from_str(text)?;
    Ok(file.templates.into_iter().filter_map(|row| row.text).collect())
}

pub(super) fn read(written: &Written) -> Result<Framework, FrameworkError> {
    let file: File = toml::from_str(&written.toml)?;
    let effective_from: NaiveDate =
        file.effective_from.parse().map_err(|_| FrameworkError::EffectiveDate(file.effective_from.clone()))?;
    let deadlines = file.deadlines.into_iter().map(|(kind, numbers)| (kind, numbers.rule(kind))).collect();
    let templates = file.templates.into_iter().map(|row| row.template(&written.texts)).collect::<Result<_, _>>()?;
    Ok(Framework {
        digest: written.digest(),
        id: file.id,
        effective_from,
        authority: file.authority,
        zone: file.zone,
        window_cap_days: file.window_cap_days,
        window_cap_authority: file.window_cap_authority,
        window_clock: file.window_clock,
        window_anchored: file.window_anchored,
        decision_rule: file.decision_rule,
        quorum: file.quorum,
        reconsiderations: file.reconsiderations,
        offer_lapse_working_days: file.offer_lapse_working_days,
        criteria: file.criteria,
        required_coverage: file.required_coverage,
        templates,
        deadlines,
        party_kinds: file.party_kinds,
        nominated_kinds: file.nominated_kinds,
        retention: file.retention,
    })
}

impl Row {
    /// With its text: either its own, or the one that its key names.
    fn template(self, texts: &Texts) -> Result<Template, FrameworkError> {
        let found = match (&self.text, &self.text_markdown) {
            (Some(key), None) => texts.get(key),
            (None, Some(own)) => Some(own),
            (Some(_), Some(_)) | (None, None) => return Err(FrameworkError::OneText(self.key)),
        };
        let found = found.ok_or_else(|| FrameworkError::UnknownText(self.key.clone()))?;
        let text = Markdown::parse(found)
            .map_err(|source| FrameworkError::UnusableText { condition: self.key.clone(), source })?;
        Ok(Template {
            key: self.key,
            title: self.title,
            subjects: self.subjects,
            functions: self.functions,
            protected: self.protected,
            bound: self.bound,
            text: self.text,
            text_digest: text.digest(),
            default_text: text,
            personal_acknowledgement: self.personal_acknowledgement,
            instrument: self.instrument,
            needed: self.needed,
            survives_months: self.survives_months,
        })
    }
}

impl Numbers {
    fn rule(self, kind: DeadlineKind) -> Rule {
        let Self { length, reminders, escalation, repeat } = self;
        Rule { kind, length, reminders, escalation, repeat }
    }
}

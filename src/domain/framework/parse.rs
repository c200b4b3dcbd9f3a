//! The shape of a framework file. Strict: an unknown or missing field is an error, not a default.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;

use super::terms::{Coverage, Criterion, Template};
use super::{DecisionRule, Framework, FrameworkError, Retention, WindowClock};
use crate::domain::deadline::{DeadlineKind, Length, Offset, Rule};

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
    templates: Vec<Template>,
    retention: Vec<Retention>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    length: Length,
    reminders: Vec<Offset>,
    escalation: Option<Offset>,
    repeat: Option<Offset>,
}

pub(super) fn read(text: &str) -> Result<Framework, FrameworkError> {
    let file: File = toml::from_str(text)?;
    let effective_from: NaiveDate =
        file.effective_from.parse().map_err(|_| FrameworkError::EffectiveDate(file.effective_from.clone()))?;
    let deadlines = file.deadlines.into_iter().map(|(kind, numbers)| (kind, numbers.rule(kind))).collect();
    Ok(Framework {
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
        templates: file.templates,
        deadlines,
        retention: file.retention,
    })
}

impl Numbers {
    fn rule(self, kind: DeadlineKind) -> Rule {
        let Self { length, reminders, escalation, repeat } = self;
        Rule { kind, length, reminders, escalation, repeat }
    }
}

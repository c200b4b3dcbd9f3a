//! What changed under an engagement since a person last signed or acknowledged a text there: of what the person may know
//! happened, so that nothing is told here that the timeline does not tell.

use std::collections::BTreeSet;

use super::{
    dossier::{Happened, Under},
    view::{Moment, RecordView},
};
use crate::domain::id::{AccountId, Kind};

/// What a person signs or acknowledges.
const SIGNATURES: [&str; 3] = ["condition.signed", "condition.acknowledged", "nomination.screening_nda_signed"];

/// What brings a text of a condition.
const TEXTS: [&str; 2] = ["condition.attached", "condition.text_uploaded"];

/// What moves a date of the window.
const DATES: [&str; 10] = [
    "engagement.window_scheduled",
    "engagement.window_opened",
    "engagement.opening_missed",
    "engagement.window_suspended",
    "engagement.window_resumed",
    "engagement.window_shrunk",
    "engagement.end_lowered",
    "engagement.window_extended",
    "engagement.window_closed",
    "engagement.framework_migrated",
];

/// What changed since a person's last signature.
#[derive(Clone, Debug)]
pub struct SinceSignature {
    /// The record whose text was signed.
    pub reference: String,
    /// When it was.
    pub at: Moment,
    /// Conditions with newer texts.
    pub texts: Vec<NewerText>,
    /// What happened to documents, the newest first.
    pub documents: Vec<Happened>,
    /// What moved dates, the newest first.
    pub dates: Vec<Happened>,
}

/// A condition with a newer text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewerText {
    /// The condition's reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The number of the text at the time of the signature; none for a condition that came after it.
    pub from: Option<u32>,
    /// The number of the newest text.
    pub to: u32,
}

impl SinceSignature {
    /// What changed since the person's last signature, out of what the person may know happened; none where the person
    /// has not signed.
    pub(super) fn of(account: AccountId, happened: &[Happened], under: &[Under]) -> Option<Self> {
        let own =
            |one: &&Happened| SIGNATURES.contains(&one.entry.event.as_str()) && one.entry.by.id == Some(account.0);
        let last = happened.iter().filter(own).max_by_key(|one| one.entry.recorded_at.at)?;
        let since: Vec<&Happened> =
            happened.iter().filter(|one| one.entry.recorded_at.at > last.entry.recorded_at.at).collect();
        let those = |wanted: fn(&Happened) -> bool| -> Vec<Happened> {
            since.iter().copied().filter(|one| wanted(one)).cloned().collect()
        };
        Some(Self {
            reference: last.reference.clone(),
            at: last.entry.recorded_at.clone(),
            texts: texts(&since, under),
            documents: those(|one| one.kind == Kind::Document),
            dates: those(|one| DATES.contains(&one.entry.event.as_str())),
        })
    }

    /// How many things changed.
    pub const fn count(&self) -> usize {
        self.texts.len() + self.documents.len() + self.dates.len()
    }
}

/// The conditions with newer texts. One number more for each text that came since: they count without gaps.
fn texts(since: &[&Happened], under: &[Under]) -> Vec<NewerText> {
    let came: Vec<(&str, &str)> = since
        .iter()
        .map(|one| (one.reference.as_str(), one.entry.event.as_str()))
        .filter(|(_, event)| TEXTS.contains(event))
        .collect();
    let references: BTreeSet<&str> = came.iter().map(|(reference, _)| *reference).collect();
    let newer = |reference: &str| {
        let condition = under.iter().find_map(|one| match &one.view {
            RecordView::Condition(view) if one.reference == reference => Some(view),
            _ => None,
        })?;
        let to = condition.texts.last()?.number;
        let own = came.iter().filter(|(of, _)| *of == reference);
        let count = u32::try_from(own.clone().count()).unwrap_or(u32::MAX);
        let is_new = own.clone().any(|(_, event)| *event == "condition.attached");
        let from = to.checked_sub(count).filter(|from| *from > 0 && !is_new);
        Some(NewerText { reference: reference.to_owned(), title: condition.title.clone(), from, to })
    };
    references.into_iter().filter_map(newer).collect()
}

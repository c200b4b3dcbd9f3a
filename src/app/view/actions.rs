//! What a viewer may do with a record now, and what stands against the rest.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    actor::{Actor, Role},
    refusal::{Refusal, Unmet},
    text::Sha256Hex,
};

/// One action on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionView {
    /// The command's name, as in its address.
    pub action: &'static str,
    /// Whether it can be carried out now.
    pub allowed: bool,
    /// The name of the refusal that it would meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// What is unmet, as far as the viewer may know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<UnmetView>,
    /// Of an act that names an offer: the hashes of those that the viewer may name now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Sha256Hex>,
    /// Of an act that names a listed item of the close-out register: the references of those that it takes now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

/// A fact that is missing, and who can clear it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct UnmetView {
    /// The fact.
    #[serde(flatten)]
    pub unmet: Unmet,
    /// The roles that can clear it; empty where time or another side does.
    pub cleared_by: Vec<Role>,
}

impl ActionView {
    /// The action with the answer of `available`.
    pub fn new(action: &'static str, answer: Result<(), Refusal>, viewer: &Actor) -> Self {
        let refusal = answer.map_err(|refusal| filter(refusal, viewer)).err();
        let unmet = match &refusal {
            Some(Refusal::Unmet(unmet)) => unmet.iter().cloned().map(unmet_view).collect(),
            _ => Vec::new(),
        };
        Self {
            action,
            allowed: refusal.is_none(),
            refusal: refusal.as_ref().map(Refusal::name),
            unmet,
            offers: Vec::new(),
            items: Vec::new(),
        }
    }

    /// An action that is somebody else's.
    pub const fn not_permitted(action: &'static str) -> Self {
        Self {
            action,
            allowed: false,
            refusal: Some("forbidden"),
            unmet: Vec::new(),
            offers: Vec::new(),
            items: Vec::new(),
        }
    }

    /// The action with the offers and the items that the viewer may name, if it can be carried out now.
    #[must_use]
    pub fn naming(self, offers: Vec<Sha256Hex>, items: Vec<String>) -> Self {
        if self.allowed { Self { offers, items, ..self } } else { self }
    }
}

/// The fact with the roles that can clear it.
pub fn unmet_view(unmet: Unmet) -> UnmetView {
    UnmetView { cleared_by: unmet.cleared_by().to_vec(), unmet }
}

/// The refusal as the viewer may know it: facts outside the viewer's audience collapse into one (domain section 3.0).
pub fn filter(refusal: Refusal, viewer: &Actor) -> Refusal {
    let Refusal::Unmet(unmet) = refusal else { return refusal };
    Refusal::Unmet(collapse(unmet, viewer))
}

/// Facts as the viewer may know them.
pub fn collapse(unmet: Vec<Unmet>, viewer: &Actor) -> Vec<Unmet> {
    let visible = |fact: Unmet| {
        let included = fact.audience().includes(viewer.side, viewer.organization);
        if included { fact } else { Unmet::WaitingOnTheOtherSide }
    };
    let mut seen: Vec<Unmet> = unmet.into_iter().map(visible).collect();
    seen.sort();
    seen.dedup();
    seen
}

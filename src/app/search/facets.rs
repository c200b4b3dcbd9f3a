//! Counts over what fits a query: by kind, by stage, by developer. They are of the rows that the viewer is shown and of
//! nothing else.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::rows::Listed;

/// Developers that are counted by name, at most; those with the most rows.
const MOST_DEVELOPERS: usize = 20;

/// What fits a query, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facets {
    /// By kind; the most first.
    pub kinds: Vec<Facet>,
    /// By stage; the most first.
    pub stages: Vec<Facet>,
    /// By developer, where the viewer knows it; the most first, 20 at most.
    pub developers: Vec<Facet>,
    /// Whether rows were left uncounted, because 500 were looked at, or more than 20 developers.
    pub cut: bool,
    #[serde(skip)]
    counted: Counted,
}

/// How many rows have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facet {
    /// The value, as the query takes it.
    pub value: String,
    /// How many rows.
    pub count: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counted {
    kinds: BTreeMap<String, usize>,
    stages: BTreeMap<String, usize>,
    developers: BTreeMap<Uuid, (String, usize)>,
}

impl Facets {
    /// Counts a row.
    pub(super) fn count(&mut self, listed: &Listed) {
        let counted = &mut self.counted;
        *counted.kinds.entry(listed.kind.name().to_owned()).or_default() += 1;
        *counted.stages.entry(listed.stage.clone()).or_default() += 1;
        if let Some(developer) = &listed.developer {
            counted.developers.entry(developer.id).or_insert_with(|| (developer.name.clone(), 0)).1 += 1;
        }
    }

    /// Puts the counts in order; `more` says that rows were left unlooked at.
    pub(super) fn close(&mut self, more: bool) {
        let counted = std::mem::take(&mut self.counted);
        self.cut = more || counted.developers.len() > MOST_DEVELOPERS;
        self.kinds = ordered(counted.kinds);
        self.stages = ordered(counted.stages);
        // Two organizations of one name are two.
        self.developers = sorted(counted.developers.into_values());
        self.developers.truncate(MOST_DEVELOPERS);
    }
}

fn ordered(counts: BTreeMap<String, usize>) -> Vec<Facet> {
    sorted(counts.into_iter())
}

fn sorted(counts: impl Iterator<Item = (String, usize)>) -> Vec<Facet> {
    let mut facets: Vec<Facet> = counts.map(|(value, count)| Facet { value, count }).collect();
    facets.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    facets
}

//! Takes the link from the references of records that the viewer does not read: the name stays, and leads nowhere.

use std::collections::BTreeSet;

use super::{Facts, Folded, Inline, Part, Section};

impl Inline {
    /// The same, without links to these addresses.
    #[must_use]
    pub fn unlinked(self, hidden: &BTreeSet<String>) -> Self {
        match self {
            Self::Link(link) if hidden.contains(&link.href) => Self::Code(link.text),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.unlinked(hidden)).collect()),
            Self::Why { summary, facts } => Self::Why { summary, facts: facts.unlinked(hidden) },
            Self::None
            | Self::Text(_)
            | Self::Lines(_)
            | Self::Code(_)
            | Self::Link(_)
            | Self::When(_)
            | Self::Tag(_)
            | Self::Press(_) => self,
        }
    }
}

impl Facts {
    /// The same, without links to these addresses.
    #[must_use]
    pub fn unlinked(self, hidden: &BTreeSet<String>) -> Self {
        Self { rows: self.rows.into_iter().map(|(name, value)| (name, value.unlinked(hidden))).collect() }
    }
}

impl Section {
    /// The same, without links to these addresses.
    #[must_use]
    pub fn unlinked(mut self, hidden: &BTreeSet<String>) -> Self {
        self.parts = self.parts.into_iter().map(|part| part.unlinked(hidden)).collect();
        self
    }
}

impl Part {
    fn unlinked(self, hidden: &BTreeSet<String>) -> Self {
        match self {
            Self::Facts(facts) => Self::Facts(facts.unlinked(hidden)),
            Self::Table(mut table) => {
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    *cell = std::mem::replace(cell, Inline::None).unlinked(hidden);
                }
                Self::Table(table)
            }
            Self::Checklist(mut list) => {
                for item in &mut list.items {
                    item.what = std::mem::replace(&mut item.what, Inline::None).unlinked(hidden);
                }
                Self::Checklist(list)
            }
            Self::Timeline(mut timeline) => {
                for event in &mut timeline.events {
                    event.record = std::mem::replace(&mut event.record, Inline::None).unlinked(hidden);
                    event.facts = std::mem::take(&mut event.facts).unlinked(hidden);
                }
                Self::Timeline(timeline)
            }
            Self::Line(line) => Self::Line(line.unlinked(hidden)),
            Self::Keys(mut keys) => {
                for key in &mut keys {
                    key.section = std::mem::take(&mut key.section).unlinked(hidden);
                }
                Self::Keys(keys)
            }
            Self::Folded(folded) => {
                let Folded { summary, part } = *folded;
                part.unlinked(hidden).folded(summary)
            }
            Self::Alert(_)
            | Self::Chart(_)
            | Self::Diagram(_)
            | Self::Diff(_)
            | Self::Window(_)
            | Self::Acts(_)
            | Self::Form(_)
            | Self::Qr(_)
            | Self::Text(_)
            | Self::Heading(_) => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::id::Kind,
        web::pages::ui::{Row, Table},
    };

    #[test]
    fn a_hidden_record_is_named_and_not_linked() {
        let [shown, hidden] = ["REL-2026-0001", "REL-2026-0002"].map(|name| Inline::record(Kind::Release, name));
        let both = Inline::list([shown.clone(), hidden]);
        let table = |cell: Inline| Table::new("t", &["c"], "").with([Row::new(vec![cell])]);
        let folded = |cell: Inline| Part::from(table(cell)).folded("More");
        let section = |cell: Inline| {
            let facts = Facts::new().with("Both", cell.clone());
            Section::new("s", "S").with(facts).with(table(cell.clone())).with(folded(cell))
        };
        let without = section(both).unlinked(&BTreeSet::from(["/releases/REL-2026-0002".to_owned()]));
        let left = Inline::List(vec![shown, Inline::Code("REL-2026-0002".to_owned())]);
        assert_eq!(without, section(left));
    }
}

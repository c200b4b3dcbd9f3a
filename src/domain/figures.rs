//! Figures over many records: counts and turnaround, and what is withheld of them. A list over all developers may be more
//! sensitive than its rows, so that small cells are suppressed, and as many others or the total with them as it takes
//! that nobody can compute what was withheld (domain section 7, mosaic risk). Turnaround is the calendar time between two
//! events of one record.

use std::collections::BTreeMap;

use super::{id::RecordId, time::Instant};

/// A partition with what is withheld: cells that are counted once and add up to the total.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// The sum of all cells, unless it is withheld.
    pub total: Option<u64>,
    /// The cells that are not empty, by name; a count that is withheld is absent. An empty cell is left out.
    pub cells: BTreeMap<String, Option<u64>>,
}

/// The table as it is, for whoever may know every row of it.
pub fn open(counts: &BTreeMap<String, u64>) -> Table {
    let cells = counts.iter().filter(|(_, count)| **count > 0);
    Table {
        total: Some(counts.values().sum()),
        cells: cells.map(|(name, count)| (name.clone(), Some(*count))).collect(),
    }
}

/// The table without its small cells: those with fewer than `smallest` records, which must be 3 at least. What remains
/// leaves two values or more possible for each cell that is withheld, even for somebody who knows this rule:
///
/// - Several small cells protect each other, unless their sum says that all are 1 or that all are as large as a small
///   one can be: between the two, each of them may be one larger or smaller at another's cost.
/// - Otherwise the smallest other cell is withheld too, with every one of the same size: whichever of them is which
///   cannot be told, since the rule goes by sizes and not by places.
/// - Where there is no other cell, the total is withheld.
pub fn suppress(counts: &BTreeMap<String, u64>, smallest: u64) -> Table {
    let Table { total, mut cells } = open(counts);
    let largest_small = smallest.saturating_sub(1);
    let small: Vec<u64> = cells.values().copied().flatten().filter(|count| *count < smallest).collect();
    if small.is_empty() {
        return Table { total, cells };
    }
    let (sum, many) = (small.iter().sum::<u64>(), u64::try_from(small.len()).unwrap_or(u64::MAX));
    let protected = many > 1 && many < sum && sum < many.saturating_mul(largest_small);
    let next = cells.values().copied().flatten().filter(|count| *count >= smallest).min();
    let most = next.filter(|_| !protected).unwrap_or(largest_small);
    for count in cells.values_mut().filter(|count| count.is_some_and(|count| count <= most)) {
        *count = None;
    }
    Table { total: total.filter(|_| protected || next.is_some()), cells }
}

/// A step whose turnaround is measured: from one of these events of a record to the next of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// The deadline that asks for it, if one does.
    pub deadline: Option<&'static str>,
    /// Codes of the events that it begins with; the last one before the end counts.
    pub starts: &'static [&'static str],
    /// Codes of the events that it ends with.
    pub ends: &'static [&'static str],
}

/// The steps that are measured.
pub const STEPS: &[Step] = &[
    Step {
        name: "inquiry_acknowledged",
        deadline: Some("D1"),
        starts: &["inquiry.submitted"],
        ends: &["inquiry.acknowledged"],
    },
    Step {
        name: "proposal_acknowledged",
        deadline: Some("D4"),
        starts: &["engagement.proposed"],
        ends: &["engagement.acknowledged"],
    },
    Step {
        name: "partner_decided",
        deadline: Some("D11"),
        starts: &["nomination.decision_opened", "nomination.returned_to_decision", "nomination.reconsidered"],
        ends: &["nomination.selected", "nomination.no_objection_recorded", "nomination.not_selected"],
    },
    Step { name: "ready_to_open", deadline: None, starts: &["engagement.ready"], ends: &["engagement.window_opened"] },
    Step { name: "close_out", deadline: None, starts: &["engagement.window_closed"], ends: &["engagement.closed"] },
];

/// The turnaround of every step, gathered event by event.
#[derive(Clone, Debug, Default)]
pub struct Turnaround {
    record: Option<RecordId>,
    begun: BTreeMap<&'static str, Instant>,
    taken: BTreeMap<&'static str, Vec<i64>>,
}

/// Turnaround of a step, in tenths of calendar days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How many were measured.
    pub count: usize,
    /// The median, by nearest rank.
    pub median: Option<i64>,
    /// The ninetieth percentile, by nearest rank.
    pub ninetieth: Option<i64>,
}

impl Turnaround {
    /// Adds an event. Events come record by record, those of a record in the order in which they were recorded.
    pub fn add(&mut self, record: RecordId, code: &str, at: Instant) {
        if self.record != Some(record) {
            self.record = Some(record);
            self.begun.clear();
        }
        for step in STEPS {
            if step.starts.contains(&code) {
                self.begun.insert(step.name, at);
            } else if step.ends.contains(&code)
                && let Some(begun) = self.begun.remove(step.name)
            {
                self.taken.entry(step.name).or_default().push((at - begun).num_seconds());
            }
        }
    }

    /// What was measured of a step. With `smallest`, nothing is told of fewer than that many, and no ninetieth
    /// percentile of fewer than twice as many: of few it is the slowest one's own time.
    pub fn of(&self, step: &Step, smallest: Option<u64>) -> Measured {
        let mut taken = self.taken.get(step.name).cloned().unwrap_or_default();
        taken.sort_unstable();
        let smallest = usize::try_from(smallest.unwrap_or(1)).unwrap_or(usize::MAX);
        let tell = |percent, least: usize| (taken.len() >= least).then(|| rank(&taken, percent)).flatten();
        let ninetieth = if smallest > 1 { smallest.saturating_mul(2) } else { 1 };
        Measured { count: taken.len(), median: tell(50, smallest), ninetieth: tell(90, ninetieth) }
    }
}

/// The value of nearest rank, in tenths of days, rounded to the nearest.
fn rank(sorted: &[i64], percent: usize) -> Option<i64> {
    const TENTH: i64 = 8_640;
    let place = (sorted.len() * percent).div_ceil(100).checked_sub(1)?;
    sorted.get(place).map(|seconds| (seconds + TENTH / 2).div_euclid(TENTH))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::domain::testing::at;

    fn counts(values: &[u64]) -> BTreeMap<String, u64> {
        let name = |index: usize| char::from(b'a' + u8::try_from(index).expect("few")).to_string();
        values.iter().enumerate().map(|(index, value)| (name(index), *value)).collect()
    }

    fn shown(table: &Table) -> (Option<u64>, String) {
        let cell = |(name, count): (&String, &Option<u64>)| match count {
            Some(count) => format!("{name}={count}"),
            None => format!("{name}=*"),
        };
        (table.total, table.cells.iter().map(cell).collect::<Vec<_>>().join(" "))
    }

    /// Domain section 7, mosaic risk.
    #[test]
    fn small_cells_are_withheld_and_what_would_give_them_away() {
        for (values, total, cells) in [
            (&[7, 12, 5][..], Some(24), "a=7 b=12 c=5"),
            (&[7, 0, 12], Some(19), "a=7 c=12"),
            // One small cell would follow from the total: the smallest other one goes too.
            (&[3, 12, 6], Some(21), "a=* b=12 c=*"),
            // Two that protect each other.
            (&[3, 12, 4, 9], Some(28), "a=* b=12 c=* d=9"),
            // Two of which each must be one: the total less the rest is two.
            (&[1, 12, 1, 9], Some(23), "a=* b=12 c=* d=*"),
            // Equals go together.
            (&[3, 6, 6, 12], Some(27), "a=* b=* c=* d=12"),
            // Nothing else can hide them.
            (&[3], None, "a=*"),
            (&[1, 1, 0], None, "a=* b=*"),
            (&[4, 3, 4], Some(11), "a=* b=* c=*"),
            // All are as large as small ones can be, and the sum says so.
            (&[4, 4, 4], None, "a=* b=* c=*"),
            (&[4, 4, 9, 11], Some(28), "a=* b=* c=* d=11"),
            (&[0, 0], Some(0), ""),
            (&[], Some(0), ""),
        ] {
            assert_eq!(shown(&suppress(&counts(values), 5)), (total, cells.to_owned()), "{values:?}");
            assert_eq!(open(&counts(values)).total, Some(values.iter().sum()));
        }
    }

    /// The attack itself: somebody who knows the rule writes down every table that would have been published like this
    /// one. Each cell that is withheld has two values at least among them.
    #[test]
    fn nothing_withheld_can_be_computed_even_by_those_who_know_the_rule() {
        for (smallest, highest, width) in [(5, 14, 3), (3, 9, 4), (4, 9, 4), (5, 40, 2)] {
            let mut published: BTreeMap<Table, Vec<Vec<u64>>> = BTreeMap::new();
            let mut values = vec![0; width];
            loop {
                published.entry(suppress(&counts(&values), smallest)).or_default().push(values.clone());
                let Some(place) = values.iter().position(|value| *value < highest) else { break };
                values[place] += 1;
                values[..place].fill(0);
            }
            let mut withheld = 0;
            // Larger totals could be made of cells beyond those that are tried.
            for (table, behind) in published.iter().filter(|(table, _)| table.total.is_none_or(|t| t <= highest)) {
                for (place, name) in counts(&vec![0; width]).keys().enumerate() {
                    if table.cells.get(name) == Some(&None) {
                        withheld += 1;
                        let possible: BTreeSet<u64> = behind.iter().map(|values| values[place]).collect();
                        assert!(possible.len() > 1, "{table:?} is {possible:?} in {name}");
                    }
                }
            }
            assert!(withheld > 10, "{withheld}");
        }
    }

    #[test]
    fn turnaround_is_measured_from_the_last_beginning_to_the_end() {
        let mut turnaround = Turnaround::default();
        let start = at("2026-11-02T14:00:00Z");
        let records = [
            (1, "engagement.proposed", 0),
            (1, "engagement.proposed", 48),
            (1, "engagement.acknowledged", 72),
            (1, "engagement.acknowledged", 96),
            (2, "engagement.acknowledged", 96),
            (3, "engagement.proposed", 0),
            (4, "engagement.acknowledged", 24),
            (5, "engagement.proposed", 0),
            (5, "engagement.ready", 10),
            (5, "engagement.acknowledged", 60),
        ];
        for (record, code, hours) in records {
            turnaround.add(RecordId(Uuid::from_u128(record)), code, start + TimeDelta::hours(hours));
        }
        let of = |name: &str| STEPS.iter().find(|step| step.name == name).expect("a step");
        let measured = turnaround.of(of("proposal_acknowledged"), None);
        assert_eq!(measured, Measured { count: 2, median: Some(10), ninetieth: Some(25) });
        // Under `notified` the end of the silence decides.
        for (index, code) in ["selected", "not_selected", "no_objection_recorded"].into_iter().enumerate() {
            let record = RecordId(Uuid::from_u128(u128::try_from(index).expect("few")));
            turnaround.add(record, "nomination.decision_opened", start);
            turnaround.add(record, &format!("nomination.{code}"), start + TimeDelta::days(7));
        }
        assert_eq!(turnaround.of(of("partner_decided"), None).count, 3);
        assert_eq!(turnaround.of(of("ready_to_open"), None), Measured { count: 0, median: None, ninetieth: None });
    }

    #[test]
    fn of_few_no_turnaround_is_told() {
        for (count, median, ninetieth) in
            [(0, None, None), (4, None, None), (5, Some(3), None), (9, Some(5), None), (10, Some(5), Some(9))]
        {
            let mut turnaround = Turnaround::default();
            let start = at("2026-11-02T14:00:00Z");
            for day in 1..=count {
                let record = RecordId(Uuid::from_u128(u128::try_from(day).expect("positive")));
                turnaround.add(record, "inquiry.submitted", start);
                turnaround.add(record, "inquiry.acknowledged", start + TimeDelta::days(day));
            }
            let measured = turnaround.of(&STEPS[0], Some(5));
            let tenths = |days: Option<i64>| days.map(|days| days * 10);
            assert_eq!((measured.median, measured.ninetieth), (tenths(median), tenths(ninetieth)), "{count}");
        }
    }
}

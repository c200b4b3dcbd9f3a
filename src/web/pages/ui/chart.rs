//! Access windows beside each other over one span of time: drawn as bars in a real table, and said in words in each row.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Inline;

/// How wide the drawing is, in its own units.
const WIDTH: i64 = 1_000;

/// A stretch of a row, in thousandths of the chart's span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from: i64,
    /// How long it is.
    pub width: i64,
    /// Whether access was open, or lies ahead.
    pub open: bool,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// What the row is about.
    pub name: Inline,
    /// More of it, such as whose it is.
    pub quiet: String,
    /// Its stretches.
    pub spans: Vec<Span>,
    /// Where the cap ends it, if within the span.
    pub limit: Option<i64>,
    /// Where planned releases lay that were moved, if within the span.
    pub slips: Vec<i64>,
    /// Where openings and ends lay that were moved, if within the span.
    pub ghosts: Vec<i64>,
    /// The same in words.
    pub said: Inline,
}

/// Windows over a span of time.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/chart.html")]
pub struct Chart {
    /// What it shows.
    pub caption: String,
    /// The span in words.
    pub span: String,
    /// Where months begin, with their names.
    pub ticks: Vec<(i64, String)>,
    /// Where now is, if within the span.
    pub now: Option<i64>,
    /// The rows.
    pub rows: Vec<ChartRow>,
    /// What stands where there is no row.
    pub empty: String,
}

/// The span of time of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

impl Scale {
    /// Where the instant lies, in thousandths; before the beginning at 0, after the end at 1,000.
    pub fn place(&self, at: DateTime<Utc>) -> i64 {
        let all = (self.to - self.from).num_seconds().max(1);
        (at - self.from).num_seconds().clamp(0, all).saturating_mul(WIDTH) / all
    }

    /// The same, for what lies within.
    pub fn within(&self, at: DateTime<Utc>) -> Option<i64> {
        (self.from <= at && at <= self.to).then(|| self.place(at))
    }

    /// The stretch between two instants; none where it lies outside.
    pub fn span(&self, from: DateTime<Utc>, to: DateTime<Utc>, open: bool) -> Option<Span> {
        let (start, end) = (self.place(from), self.place(to));
        let outside = to <= self.from || from >= self.to || to <= from;
        (!outside).then(|| Span { from: start, width: (end - start).max(2), open })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn instants_lie_on_the_scale_and_never_beside_it() {
        let from: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().expect("an instant");
        let day = |days: i64| from + TimeDelta::days(days);
        let scale = Scale { from, to: day(100) };
        for (days, place) in [(-5, 0), (0, 0), (25, 250), (100, 1_000), (140, 1_000)] {
            assert_eq!(scale.place(day(days)), place);
        }
        assert_eq!((scale.within(day(-1)), scale.within(day(50))), (None, Some(500)));
        assert_eq!(scale.span(day(-10), day(10), true), Some(Span { from: 0, width: 100, open: true }));
        assert_eq!(scale.span(day(-10), day(-5), true), None);
        assert_eq!(scale.span(day(100), day(105), true), None);
        assert_eq!(scale.span(day(5), day(5), true), None);
    }
}

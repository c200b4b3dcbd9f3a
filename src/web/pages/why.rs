//! Why a date is what it is, in a line, and the facts behind it.

use serde_json::Value;

use super::{
    particulars,
    time::{PageClock, When, length},
    ui::{Facts, Inline},
    words,
};
use crate::{
    app::{
        DeadlineEntry,
        view::{BoundView, Moment, WindowEndView},
        what_if::WhatIfDate,
        worklist::WorkReason,
    },
    domain::{engagement::window_end::EndBound, grant::access::AccessEnd},
};

/// What opens below a date.
pub const SUMMARY: &str = "Why this date";

/// What a date of a deadline stands on.
pub struct Ground<'a> {
    /// The event that anchors it, by its code.
    pub anchor: &'a str,
    /// The instant of that event.
    pub at: &'a Moment,
    /// Of the end of a window: why it is that instant.
    pub end: Option<&'a WindowEndView>,
    day_kind: String,
    pauses: String,
}

impl<'a> Ground<'a> {
    fn new(anchor: &'a str, at: &'a Moment, end: Option<&'a WindowEndView>, clock: &Value) -> Self {
        let text = |name: &str| clock.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { anchor, at, end, day_kind: text("day_kind"), pauses: text("pauses") }
    }

    /// Why it is this date, in one line.
    pub fn reason(&self, clock: PageClock) -> String {
        let (anchor, at) = (words::words(self.anchor), clock.plain(self.at.at).text);
        let counted = match (self.end, self.day_kind.as_str()) {
            (Some(end), _) => return window_end(end, clock),
            // An end that is over stands by what bounded it then, which nobody reckons again.
            (None, _) if self.anchor == "window_opened" => {
                return format!("What bounded the window then: {anchor}, {at}");
            }
            (None, _) if self.anchor == "window_scheduled" => return format!("Scheduled by both sides on {at}"),
            (None, "" | "instant") => format!("Given: {anchor}, {at}"),
            (None, counted) => format!("Counted in {} from {at}: {anchor}", words::words(counted)),
        };
        match self.pauses.as_str() {
            "" | "none" => counted,
            pauses => format!("{counted}; paused by {}", words::words(pauses)),
        }
    }

    /// The anchor, and the bounds of a window's end.
    pub fn facts(&self, clock: PageClock) -> Facts {
        let given = self.end.is_none() && matches!(self.day_kind.as_str(), "" | "instant");
        let facts = Facts::new()
            .with(if given { "Given at" } else { "Counted from" }, clock.plain(self.at.at))
            .with("Anchored by", Inline::text(words::words(self.anchor)));
        match self.end {
            Some(end) => bounds(facts, end, clock),
            None => facts,
        }
    }
}

impl<'a> From<&'a DeadlineEntry> for Ground<'a> {
    fn from(one: &'a DeadlineEntry) -> Self {
        Self::new(&one.anchor, &one.starts_at, one.window_end.as_ref(), &one.clock)
    }
}

impl<'a> From<&'a WorkReason> for Ground<'a> {
    fn from(one: &'a WorkReason) -> Self {
        Self::new(&one.anchor, &one.starts_at, one.window_end.as_ref(), &one.clock)
    }
}

impl<'a> From<&'a WhatIfDate> for Ground<'a> {
    fn from(one: &'a WhatIfDate) -> Self {
        let clock = serde_json::to_value(one.clock).unwrap_or_default();
        Self::new(&one.anchor, &one.starts_at, one.window_end.as_ref(), &clock)
    }
}

/// Why a window ends when it does: the bound that comes first, and the count of days that it ends or comes before.
pub fn window_end(end: &WindowEndView, clock: PageClock) -> String {
    let (days, from) = (count(end.cap_days, "day"), clock.plain(end.counted_from.at).text);
    let access = format!("{days} of access from {from}");
    match end.decided_by {
        EndBound::ElapsedCap => format!("{access}, {}{}", used(end), also(end)),
        EndBound::CivilCap => {
            format!("{days} by the calendar from {from}, shorter than {days} of 24 hours{}", also(end))
        }
        EndBound::PlannedRelease => format!("The planned release comes first, before {access} are over"),
        EndBound::AgreedEnd => format!("The agreed end comes first, before {access} are over"),
    }
}

/// What was used before, and how long the clock stood still.
fn used(end: &WindowEndView) -> String {
    let used = match end.used_before_seconds {
        0 => "nothing used before".to_owned(),
        seconds => format!("less {} used before", length(seconds)),
    };
    match end.paused_seconds {
        0 => used,
        seconds => format!("{used}, paused {}", length(seconds)),
    }
}

/// What ends the window at the very instant of the cap besides.
fn also(end: &WindowEndView) -> &'static str {
    let decides = |one: &&BoundView| end.bounds.first().is_some_and(|first| first.at == one.at);
    let mut at_once = end.bounds.iter().filter(decides);
    if at_once.any(|one| one.bound == EndBound::PlannedRelease) { "; the planned release is then, too" } else { "" }
}

fn bounds(facts: Facts, end: &WindowEndView, clock: PageClock) -> Facts {
    let seconds = |seconds: i64| Inline::text(if seconds == 0 { String::new() } else { length(seconds) });
    let facts = facts
        .with("Cap", Inline::text(count(end.cap_days, "day")))
        .some("Used before", seconds(end.used_before_seconds))
        .some("Paused", seconds(end.paused_seconds));
    end.bounds.iter().fold(facts, |facts, one| facts.with(bound(one.bound), clock.plain(one.at.at)))
}

const fn bound(bound: EndBound) -> &'static str {
    match bound {
        EndBound::ElapsedCap => "Cap of 24-hour days ends",
        EndBound::CivilCap => "Cap of calendar days ends",
        EndBound::PlannedRelease => "Planned release",
        EndBound::AgreedEnd => "Agreed end",
    }
}

/// The end of a window with the facts behind it, for the bar.
pub fn window(end: &WindowEndView, clock: PageClock) -> Inline {
    let facts = bounds(Facts::new().with("Counted from", clock.plain(end.counted_from.at)), end, clock);
    Inline::Why { summary: window_end(end, clock), facts }
}

/// Until when access is effective, and what ends it then.
pub fn access(until: Option<&Moment>, by: Option<AccessEnd>, clock: PageClock) -> Inline {
    let why = Inline::maybe(by, |by| Inline::Why {
        summary: SUMMARY.to_owned(),
        facts: Facts::new().with("What ends it", Inline::text(ends(by))),
    });
    Inline::list([Inline::maybe(until, |at| clock.moment(at).into()), why])
}

/// The same for paper, where nothing is opened.
pub fn access_line(until: Option<&Moment>, by: Option<AccessEnd>, clock: PageClock) -> Inline {
    Inline::list([Inline::maybe(until, |at| clock.moment(at).into()), Inline::maybe(by, |by| Inline::text(ends(by)))])
}

const fn ends(by: AccessEnd) -> &'static str {
    match by {
        AccessEnd::WindowCloses => "The access window closes",
        AccessEnd::TermEnds => "The partner’s term ends",
        AccessEnd::ConditionExpires => "A condition expires that access needs",
        AccessEnd::AttestationEnds => "The attestation runs out",
        AccessEnd::TrainingEnds => "The training runs out",
        AccessEnd::NotRecertified => "The grant is to be recertified by then",
    }
}

/// From when an offer cannot be accepted any more, and how that is counted.
pub fn lapse(offered_at: &Moment, lapses_at: &Moment, working_days: Option<u32>, clock: PageClock) -> Inline {
    let When { text: day, .. } = clock.day_of(offered_at.at);
    let counted = match working_days {
        Some(days) => format!("{} after {day}, the day of the offer", count(days, "working day")),
        None => format!("Counted in working days after {day}, the day of the offer, by the rules of that day"),
    };
    let facts = Facts::new().with("Counted", Inline::text(format!("{counted}; sooner if the stage ends")));
    Inline::list([clock.moment(lapses_at).into(), Inline::Why { summary: SUMMARY.to_owned(), facts }])
}

fn count(number: u32, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The facts behind a date with the clock's own between anchor and end.
pub fn facts(ground: &Ground<'_>, four: &impl serde::Serialize, ends: &Moment, clock: PageClock) -> Facts {
    let mut facts = ground.facts(clock);
    facts.rows.extend(particulars::facts(four, clock, &[]).rows);
    facts.with("Ends", clock.plain(ends.at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::view::moment,
        domain::{
            engagement::window::{Rules, Window},
            framework::WindowClock,
            time::Instant,
        },
    };

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn clock() -> PageClock {
        PageClock { zone: chrono_tz::America::New_York, now: at("2026-11-09T14:00:00Z") }
    }

    fn end(window: &Window, clock: WindowClock, used_hours: i64) -> WindowEndView {
        let zone = chrono_tz::America::New_York;
        let used_before = chrono::TimeDelta::hours(used_hours);
        let rules = Rules { cap_days: 30, clock, anchored: true, zone, used_before };
        WindowEndView::of(&window.end(&rules).expect("an end"), zone)
    }

    #[test]
    fn the_line_of_an_end_names_the_bound_that_decides() {
        let (winter, spring) = ("2026-11-09T14:00:00Z", "2027-02-22T14:00:00Z");
        let far = "2027-06-01T13:00:00Z";
        let from = "from Nov 9, 2026, 9:00 a.m. EST";
        let cases = [
            (winter, 0, far, None, format!("30 days of access {from}, nothing used before")),
            (winter, 76, far, None, format!("30 days of access {from}, less 3 days, 4 hours used before")),
            (
                winter,
                0,
                "2026-12-09T14:00:00Z",
                None,
                format!("30 days of access {from}, nothing used before; the planned release is then, too"),
            ),
            (
                spring,
                0,
                far,
                None,
                "30 days by the calendar from Feb 22, 2027, 9:00 a.m. EST, shorter than 30 days of 24 hours".to_owned(),
            ),
            (
                winter,
                0,
                "2026-12-01T14:00:00Z",
                None,
                format!("The planned release comes first, before 30 days of access {from} are over"),
            ),
            (
                winter,
                0,
                far,
                Some("2026-11-20T14:00:00Z"),
                format!("The agreed end comes first, before 30 days of access {from} are over"),
            ),
        ];
        for (opened, used, planned, agreed, said) in cases {
            let window = Window::open(at(opened), at(planned), agreed.map(at));
            assert_eq!(window_end(&end(&window, WindowClock::Running, used), clock()), said);
        }
        let mut window = Window::open(at(winter), at(far), None);
        window.suspend(at("2026-11-11T14:00:00Z"));
        window.resume(at("2026-11-13T14:00:00Z"));
        let said = format!("30 days of access {from}, nothing used before, paused 2 days");
        assert_eq!(window_end(&end(&window, WindowClock::Paused, 0), clock()), said);
    }

    #[test]
    fn the_line_of_a_deadline_tells_its_anchor() {
        let at = moment(at("2026-11-02T14:00:00Z"), chrono_tz::America::New_York);
        let said = |anchor: &str, day_kind: &str, pauses: &str| {
            let clock_facts = serde_json::json!({ "day_kind": day_kind, "pauses": pauses });
            Ground::new(anchor, &at, None, &clock_facts).reason(clock())
        };
        let day = "Nov 2, 2026, 9:00 a.m. EST";
        assert_eq!(said("window_scheduled", "instant", "none"), format!("Scheduled by both sides on {day}"));
        assert_eq!(said("planned_release_set", "instant", "none"), format!("Given: planned release set, {day}"));
        let over = format!("What bounded the window then: window opened, {day}");
        assert_eq!(said("window_opened", "instant", "window_clock"), over);
        let counted = format!("Counted in working days from {day}: text agreed");
        assert_eq!(said("text_agreed", "working_days", "none"), counted);
        let paused = format!("Counted in calendar days from {day}: last activity; paused by restarts on activity");
        assert_eq!(said("last_activity", "calendar_days", "restarts_on_activity"), paused);
    }

    #[test]
    fn an_offer_tells_how_its_lapse_is_counted() {
        let (made, lapses) = (at("2026-11-16T15:00:00Z"), at("2026-12-02T05:00:00Z"));
        let zone = chrono_tz::America::New_York;
        let said = |days| {
            let Inline::List(items) = lapse(&moment(made, zone), &moment(lapses, zone), days, clock()) else {
                return Vec::new();
            };
            let opened = items
                .into_iter()
                .filter_map(|one| if let Inline::Why { facts, .. } = one { Some(facts) } else { None });
            opened.flat_map(|facts| facts.rows).map(|(_, value)| value).collect()
        };
        let known = "10 working days after Nov 16, 2026, the day of the offer; sooner if the stage ends";
        assert_eq!(said(Some(10)), [Inline::text(known)]);
        let unknown = "Counted in working days after Nov 16, 2026, the day of the offer, by the rules of that day; sooner \
                       if the stage ends";
        assert_eq!(said(None), [Inline::text(unknown)]);
    }
}

//! The access window as a bar: how much of the cap is used, and where the limit lies. The text says the same.

use askama::Template;

use super::Inline;
use crate::{
    app::view::WindowView,
    web::pages::{
        time::{PageClock, length},
        why,
    },
};

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// The window.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/window.html")]
pub struct WindowBar {
    /// What the bar says, in one line: "Day 24 of 30".
    pub said: String,
    /// Hundredths of the cap that are used.
    pub percent: i64,
    /// Days of the cap.
    pub cap: String,
    /// When it opens or opened.
    pub opens: Inline,
    /// What the end is called.
    pub end_label: &'static str,
    /// When it closes or closed.
    pub closes: Inline,
    /// Why it closes then, with the facts behind it.
    pub why: Inline,
    /// What bounds it, each with its date.
    pub bounds: Vec<(&'static str, Inline)>,
}

/// The bar of a window.
pub fn bar(window: &WindowView, clock: PageClock) -> WindowBar {
    let moment = |moment: &crate::app::view::Moment| Inline::from(clock.moment(moment));
    let over = window.closed_at.as_ref();
    let bounds = [
        ("Planned release", window.release_bound.as_ref().map(moment)),
        ("Agreed end", window.earlier_end.as_ref().map(moment)),
    ];
    WindowBar {
        said: said(window),
        percent: window.used_seconds.saturating_mul(100) / window.cap_seconds.max(1),
        cap: (window.cap_seconds / DAY_S).to_string(),
        opens: moment(&window.opens_at),
        end_label: if over.is_some() { "Closed" } else { "Closes" },
        closes: Inline::maybe(over.or(window.closes_at.as_ref()), moment),
        why: Inline::maybe(window.end.as_ref(), |end| why::window(end, clock)),
        bounds: bounds.into_iter().filter_map(|(name, bound)| Some((name, bound?))).collect(),
    }
}

impl WindowBar {
    /// The bar for paper, where nothing is opened: the line says which bound decides, the dates below it are the others.
    #[must_use]
    pub fn on_paper(mut self) -> Self {
        if let Inline::Why { summary, .. } = self.why {
            self.why = Inline::Text(summary);
        }
        self
    }
}

fn said(window: &WindowView) -> String {
    let cap = window.cap_seconds / DAY_S;
    let used = length(window.used_seconds);
    if window.missed {
        return "The opening was held back: both sides schedule anew".to_owned();
    }
    let day = (window.used_seconds / DAY_S).saturating_add(1).min(cap);
    match (window.open, window.closed_at.is_some(), window.used_seconds) {
        (true, ..) => format!("Open: day {day} of {cap}"),
        (false, true, _) => format!("Closed: {used} of {cap} days used"),
        (false, false, 0) => format!("Scheduled: none of {cap} days used yet"),
        (false, false, _) => format!("Not open now: day {day} of {cap}, {used} used"),
    }
}

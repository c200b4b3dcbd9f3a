//! Openings and ends of a window that were others before: where they lay, and in words.

use crate::{
    app::{
        calendar::{CalendarWindow, WindowSlip},
        view::Moment,
    },
    domain::engagement::slips::WindowDate,
    web::pages::{
        time::{PageClock, day_text},
        ui::{Inline, Scale},
        words,
    },
};

/// Where earlier openings and ends lie, each once, as far as they are within the span.
pub(super) fn ghosts(window: &CalendarWindow, scale: Scale) -> Vec<i64> {
    let mut places: Vec<i64> = window.slips.iter().filter_map(|slip| scale.within(slip.was.at)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The same in words, a line a slip: "Opening: was Nov 9, 2026, now Nov 12, 2026 (Window scheduled, Nov 5, 2026)".
pub(super) fn said(window: &CalendarWindow, clock: PageClock) -> Vec<Inline> {
    window.slips.iter().map(|slip| Inline::text(line(slip, clock))).collect()
}

fn line(slip: &WindowSlip, clock: PageClock) -> String {
    let day = |at: &Moment| day_text(at.at.with_timezone(&clock.zone).date_naive());
    let date = match slip.date {
        WindowDate::Opening => "Opening",
        WindowDate::End => "End",
    };
    let (mut was, mut now) = (day(&slip.was), day(&slip.now));
    // Moved within a day, the hour tells the two apart.
    if was == now {
        (was, now) = (clock.plain(slip.was.at).text, clock.plain(slip.now.at).text);
    }
    format!("{date}: was {was}, now {now} ({}, {})", words::event(&slip.event), day(&slip.at))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::*;
    use crate::app::{calendar::WindowStatus, view::Party};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn moment(text: &str) -> Moment {
        Moment { at: at(text), local: String::new() }
    }

    fn slip(date: WindowDate, was: &str, now: &str, event: &str) -> WindowSlip {
        let event = event.to_owned();
        WindowSlip { date, was: moment(was), now: moment(now), event, at: moment("2026-11-05T15:00:00Z") }
    }

    fn window(slips: Vec<WindowSlip>) -> CalendarWindow {
        CalendarWindow {
            reference: "ENG-2026-0004".to_owned(),
            developer: Party { id: Uuid::nil(), name: "Larkspur Cognition".to_owned() },
            title: None,
            stage: "window_scheduled".to_owned(),
            status: WindowStatus::Scheduled,
            opens_at: Some(moment("2026-11-12T14:00:00Z")),
            closes_at: None,
            limit_at: None,
            planned_release: None,
            planned_before: Vec::new(),
            slips,
            cap_seconds: 2_592_000,
            used_seconds: 0,
            stretches: Vec::new(),
            plans: true,
        }
    }

    #[test]
    fn earlier_dates_lie_where_they_were_and_say_why_they_moved() {
        let scale = Scale { from: at("2026-11-01T00:00:00Z"), to: at("2026-11-11T00:00:00Z") };
        let scheduled = "engagement.window_scheduled";
        let window = window(vec![
            slip(WindowDate::Opening, "2026-11-06T00:00:00Z", "2026-11-03T00:00:00Z", scheduled),
            slip(WindowDate::Opening, "2026-11-03T00:00:00Z", "2026-11-06T00:00:00Z", scheduled),
            slip(WindowDate::Opening, "2026-11-06T00:00:00Z", "2026-11-12T14:00:00Z", scheduled),
            slip(WindowDate::End, "2026-12-09T14:00:00Z", "2026-12-09T16:00:00Z", "engagement.window_extended"),
        ]);
        assert_eq!(ghosts(&window, scale), [200, 500], "each once, in their order, and none beside the scale");
        let clock = PageClock { zone: chrono_tz::America::New_York, now: at("2026-11-06T00:00:00Z") };
        let said = |place: usize| window.slips.get(place).map(|slip| line(slip, clock)).unwrap_or_default();
        assert_eq!(said(2), "Opening: was Nov 5, 2026, now Nov 12, 2026 (Window scheduled, Nov 5, 2026)");
        let hours = "was Dec 9, 2026, 9:00 a.m. EST, now Dec 9, 2026, 11:00 a.m. EST";
        assert_eq!(said(3), format!("End: {hours} (Window extended, Nov 5, 2026)"));
    }
}

//! The page of a hand-off to the clearinghouse.

use super::{
    Body, header,
    other::{code, details, link},
};
use crate::{
    app::view::{EmbargoView, HandoffView},
    web::pages::{time::PageClock, ui::Inline, words},
};

/// What the page says.
pub fn body(view: &HandoffView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Marking", Inline::text(code(&view.tlp)))
        .with("Channel", Inline::text(words::label(&code(&view.channel))))
        .with("Recorded by", Inline::person(&view.recorded_by))
        .with("Recorded", clock.moment(&view.recorded_at))
        .some("Embargo until", Inline::maybe(view.embargo.as_ref(), |embargo| until(embargo, clock)));
    Body::new(view.finding.clone(), header).below(link(&view.engagement)).some(details(view, clock, &TOLD))
}

/// Fields that the head of the page says.
const TOLD: [&str; 7] = ["recorded_by", "finding", "tlp", "channel", "recorded_at", "engagement", "embargo"];

/// The embargo's end, with the zone in which its hour was agreed where that is another.
fn until(embargo: &EmbargoView, clock: PageClock) -> Inline {
    let when = if embargo.over { clock.plain(embargo.ends_at.at) } else { clock.moment(&embargo.ends_at) };
    if embargo.zone == clock.zone.name() {
        return when.into();
    }
    Inline::List(vec![when.into(), Inline::text(format!("Agreed in {}: {}", embargo.zone, embargo.ends_at.local))])
}

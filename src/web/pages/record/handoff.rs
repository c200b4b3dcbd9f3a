//! The page of a hand-off to the clearinghouse.

use super::{
    Body, header,
    other::{code, details, link},
};
use crate::{
    app::view::HandoffView,
    web::pages::{time::PageClock, ui::Inline, words},
};

/// What the page says.
pub fn body(view: &HandoffView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Marking", Inline::text(code(&view.tlp)))
        .with("Channel", Inline::text(words::label(&code(&view.channel))))
        .with("Recorded by", Inline::person(&view.recorded_by))
        .with("Recorded", clock.moment(&view.recorded_at));
    Body::new(view.finding.clone(), header).below(link(&view.engagement)).some(details(
        view,
        clock,
        &["recorded_by", "finding", "tlp", "channel", "recorded_at", "engagement"],
    ))
}

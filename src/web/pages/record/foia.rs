//! The page of a request for records under FOIA.

use super::{
    Body, header,
    other::{details, link},
};
use crate::{
    app::view::FoiaRequestView,
    web::pages::{time::PageClock, ui::Inline},
};

/// What the page says.
pub fn body(view: &FoiaRequestView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Request", Inline::text(view.request.clone()))
        .with("Received", clock.day(view.received_on));
    Body::new(view.request.clone(), header).below(link(&view.engagement)).some(details(
        view,
        clock,
        &["request", "received_on", "engagement"],
    ))
}

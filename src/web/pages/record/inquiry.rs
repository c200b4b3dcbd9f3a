//! The page of a designation inquiry.

use super::{
    Body, header,
    other::{details, link},
};
use crate::{
    app::view::InquiryView,
    web::pages::{
        particulars,
        time::PageClock,
        ui::{Inline, Part, Section},
    },
};

/// What the page says.
pub fn body(view: &InquiryView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Developer", Inline::party(&view.developer))
        .with("Release", link(&view.release));
    let mut determined = Section::new("determination", "Determination");
    if let Some(determination) = &view.determination {
        determined = determined.with(particulars::facts(determination, clock, &[]));
    }
    Body::new("", header)
        .below(link(&view.release))
        .with(Section::new("question", "Question").with(Part::Text(view.question.clone())))
        .some(determined)
        .some(details(view, clock, &["developer", "release", "question", "determination"]))
}

//! The page of an incident.

use super::{
    Body,
    grant::unmet,
    header,
    other::{code, details, link},
};
use crate::{
    app::view::IncidentView,
    web::pages::{
        time::PageClock,
        ui::{Inline, Section},
        words,
    },
};

/// What the page says.
pub fn body(view: &IncidentView, clock: PageClock) -> Body {
    let severity = view.severity.as_ref().map(|severity| words::label(&code(severity))).unwrap_or_default();
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Type", Inline::text(words::label(&code(&view.incident_type))))
        .with("Severity", Inline::text(severity))
        .with("Reported by", Inline::person(&view.reported_by))
        .with("Reported", clock.moment(&view.reported_at));
    let missing = Section::new("missing", "What stands against closing").some(unmet(&view.unmet, "before closing"));
    let told = ["reported_by", "incident_type", "severity", "reported_at", "unmet", "under"];
    let mut body = Body::new("", header).some(missing).some(details(view, clock, &told));
    body.above.extend(view.under.as_deref().map(link));
    body
}

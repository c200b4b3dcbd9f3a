//! The page of a model release.

use super::{Body, other::details};
use crate::{
    app::view::{RecordLink, ReleaseView},
    domain::id::Kind,
    web::pages::{
        time::{PageClock, length},
        ui::{Facts, Inline, Row, Section, Table},
        words,
    },
};

/// What the page says.
pub fn body(view: &ReleaseView, clock: PageClock) -> Body {
    let planned = Inline::maybe(view.planned_partner_release.as_ref(), |at| clock.moment(at).into());
    let header = Facts::new()
        .with("Developer", Inline::party(&view.developer))
        .with("Planned partner release", planned)
        .with("Used of the cap", Inline::text(length(view.used_seconds)))
        .some("Merged into", Inline::text(view.merged_into.clone().unwrap_or_default()));
    let told =
        ["developer", "name", "planned_partner_release", "used_seconds", "merged_into", "engagements", "inquiries"];
    Body::new(view.name.clone(), header)
        .with(links("engagements", "Engagements", Kind::Engagement, &view.engagements))
        .with(links("inquiries", "Inquiries", Kind::Inquiry, &view.inquiries))
        .some(details(view, clock, &told))
}

/// A section of links to records.
pub fn links(id: &str, heading: &str, kind: Kind, links: &[RecordLink]) -> Section {
    let rows = links
        .iter()
        .map(|link| Row::new(vec![Inline::record_link(kind, link), Inline::Tag(words::label(&link.stage))]));
    let empty = format!("There are no {} that you may know of.", words::kinds(kind).to_lowercase());
    Section::new(id, heading).with(Table::new(heading, &["Record", "Stage"], &empty).with(rows))
}

//! The parts of a record pack in their order. Each is worded where the record's own page is; a pack says in tables what
//! the page says in links.

use crate::{
    app::{export::Export, view::RecordView},
    web::pages::{
        record::body_of,
        time::PageClock,
        ui::{Part, Section},
    },
};

/// What a pack is made of.
pub struct Parts<'a> {
    /// Everything that the requester may know.
    pub export: &'a Export,
    /// The clock of the page; it stands at the pack's instant.
    pub clock: PageClock,
}

impl<'a> Parts<'a> {
    /// Every part: what is agreed and who takes part, what is to be done when, what was sent, what happened, the texts.
    pub fn sections(&self) -> Vec<Section> {
        let always = [self.summary(), self.people(), self.conditions(), self.signatures(), self.nominations()];
        let mut sections: Vec<Section> = always.into();
        sections.push(self.grants());
        sections.push(self.others("incidents", "Incidents", |view| matches!(view, RecordView::Incident(_))));
        sections.push(self.others("handoffs", "Hand-offs", |view| matches!(view, RecordView::Handoff(_))));
        let law = self.others("foia", "FOIA requests", |view| matches!(view, RecordView::FoiaRequest(_)));
        sections.extend([self.close_out(), law, self.kept()].into_iter().filter(|section| !is_empty(section)));
        sections.extend([self.deadlines(), self.mails(), self.documents(), self.timeline(), self.ledger()]);
        sections.extend(self.texts());
        sections
    }

    /// The views of a kind.
    pub fn of<T: 'a>(&self, pick: impl Fn(&'a RecordView) -> Option<&'a T>) -> Vec<&'a T> {
        self.export.told.views.iter().filter_map(pick).collect()
    }

    /// Records that their own page tells by its head and its parts.
    pub fn others(&self, id: &str, heading: &str, wanted: impl Fn(&RecordView) -> bool) -> Section {
        let views = self.export.told.views.iter().filter(|view| wanted(view));
        let told =
            views.filter_map(|view| Some((reference(view), body_of(view, self.clock, self.export.about.copy_for)?)));
        let section = told.fold(Section::new(id, heading), |section, (reference, body)| {
            let mut section = section
                .with(Part::Heading(format!("{reference} {}", body.title).trim_end().to_owned()))
                .with(body.header);
            section.parts.extend(body.sections.into_iter().flat_map(|below| below.parts));
            section
        });
        if section.parts.is_empty() { section.with(Part::Line("None that you may know of.".into())) } else { section }
    }
}

/// Whether the section says no more than that there is nothing.
fn is_empty(section: &Section) -> bool {
    matches!(section.parts.as_slice(), [] | [Part::Line(_)])
}

/// The reference of a record.
pub fn reference(view: &RecordView) -> &str {
    match view {
        RecordView::Release(view) => &view.reference,
        RecordView::Inquiry(view) => &view.reference,
        RecordView::Engagement(view) => &view.reference,
        RecordView::EngagementOutline(view) => &view.reference,
        RecordView::Condition(view) => &view.reference,
        RecordView::Nomination(view) => &view.reference,
        RecordView::NominationOutline(view) => &view.reference,
        RecordView::Approach(view) => &view.reference,
        RecordView::Grant(view) => &view.reference,
        RecordView::Prerequisites(view) => &view.reference,
        RecordView::Incident(view) => &view.reference,
        RecordView::FoiaRequest(view) => &view.reference,
        RecordView::Document(view) => &view.reference,
        RecordView::Handoff(view) => &view.reference,
        RecordView::Receipt(view) => &view.reference,
    }
}

//! What is decided: whoever fills a form in reads there what the record's own page says of it.

use crate::{
    app::{
        Dossier,
        view::{ActionView, ConditionView, EngagementView, ItemView, OfferView, RecordView, RetentionView},
    },
    domain::{actor::Side, engagement::closeout::takes},
    web::pages::{
        particulars,
        record::{
            Body, agreement_offers, body_of, close_out, condition_header, engagement_header, engagement_offers,
            engagement_window,
        },
        time::PageClock,
        ui::{Facts, Inline, Part, Section},
        words,
    },
};

/// The acts that move or end a window.
const ON_WINDOWS: [&str; 7] =
    ["schedule-window", "open-window", "suspend-window", "resume-window", "lower-end", "extend-window", "close-window"];

/// The acts that wait for a second key.
const FIRST_KEYS: [&str; 6] =
    ["schedule-window", "resume-window", "extend-window", "close", "merge-releases", "migrate-framework"];

/// The acts on records that are kept for their time.
const ON_RETENTION: [&str; 3] = ["review-retention", "ask-disposal", "confirm-disposal"];

/// What the record says of what the act decides. Nominations and access grants are told by [`super::paper`], and so is
/// what is signed.
pub fn sections(answer: &ActionView, dossier: &Dossier, clock: PageClock, side: Side) -> Vec<Section> {
    let view = &dossier.view;
    match view {
        RecordView::Engagement(view) => engagement(answer, view, clock),
        RecordView::EngagementOutline(view) => told([offers(answer, &view.offers, clock)]).collect(),
        RecordView::Condition(view) => condition(answer, view, clock),
        RecordView::Release(_)
        | RecordView::Inquiry(_)
        | RecordView::Incident(_)
        | RecordView::FoiaRequest(_)
        | RecordView::Document(_)
        | RecordView::Handoff(_)
        | RecordView::Prerequisites(_) => {
            body_of(view, clock, side).into_iter().flat_map(Body::into_sections).collect()
        }
        RecordView::Nomination(_)
        | RecordView::NominationOutline(_)
        | RecordView::Approach(_)
        | RecordView::Grant(_)
        | RecordView::Receipt(_) => Vec::new(),
    }
}

fn engagement(answer: &ActionView, view: &EngagementView, clock: PageClock) -> Vec<Section> {
    let act = answer.action;
    let mut sections = vec![Section::new("record", "Where it stands").with(engagement_header(view, clock))];
    if ON_WINDOWS.contains(&act) {
        sections.push(engagement_window(view, clock));
    }
    sections.push(offers(answer, &view.offers, clock));
    if FIRST_KEYS.contains(&act) {
        sections.push(engagement_offers(view.offers.iter(), clock));
    }
    if !takes(act).is_empty() {
        sections.push(items(answer, &view.items, clock));
    } else if ["register-item", "close"].contains(&act) {
        sections.push(close_out(&view.items, clock));
    }
    if ON_RETENTION.contains(&act) {
        sections.extend(view.retention.as_ref().map(|retention| kept(retention, clock)));
    }
    if ["designate-confidential", "withdraw-designation"].contains(&act) {
        sections.push(listed("designations", "What is designated as confidential", &view.designations, clock));
    }
    if ["dispute-sameness", "drop-dispute", "merge-releases"].contains(&act) {
        sections.push(listed("sameness", "The release that it is taken for", view.sameness.as_slice(), clock));
    }
    told(sections).collect()
}

/// Those that say anything.
fn told(sections: impl IntoIterator<Item = Section>) -> impl Iterator<Item = Section> {
    sections.into_iter().filter(|section| !section.parts.is_empty())
}

/// The offers of which the act names one, with their exact terms.
fn offers(answer: &ActionView, offers: &[OfferView], clock: PageClock) -> Section {
    let named = |offer: &&OfferView| answer.offers.iter().any(|hash| hash.as_str() == offer.hash);
    engagement_offers(offers.iter().filter(named), clock)
}

/// The items of which the act names one, each with its certificate; said, too, where there is none.
fn items(answer: &ActionView, items: &[ItemView], clock: PageClock) -> Section {
    let section = Section::new("items", "Items that this is about");
    let named = items.iter().filter(|item| answer.items.contains(&item.reference));
    let section = named.fold(section, |section, item| {
        section.with(Part::Heading(item.reference.clone())).with(item_facts(item, clock))
    });
    if !section.parts.is_empty() {
        return section;
    }
    let taken: Vec<String> = takes(answer.action).iter().map(|state| words::words(state)).collect();
    let none = format!("No item of the register is {}: there is none to name here.", taken.join(" or "));
    section.with(Part::Line(Inline::text(none)))
}

/// What the register says of an item.
fn item_facts(item: &ItemView, clock: PageClock) -> Facts {
    let disposition = serde_json::to_value(item.disposition).unwrap_or_default();
    let mut facts = Facts::new()
        .with("Disposition", particulars::inline(&disposition, clock))
        .with("Registered by", Inline::person(&item.registered_by));
    facts.rows.extend(particulars::facts(&item.state, clock, &[]).rows);
    facts
}

/// How long the records are kept, and what was asked and authorized already.
fn kept(retention: &RetentionView, clock: PageClock) -> Section {
    Section::new("retention", "How long its records are kept").with(particulars::facts(retention, clock, &[]))
}

fn listed(id: &str, heading: &str, values: &[impl serde::Serialize], clock: PageClock) -> Section {
    values.iter().fold(Section::new(id, heading), |section, value| section.with(particulars::facts(value, clock, &[])))
}

fn condition(answer: &ActionView, view: &ConditionView, clock: PageClock) -> Vec<Section> {
    let mut record = Section::new("record", "Where it stands").with(condition_header(view, clock));
    if let Some(agreed) = &view.agreed {
        record = record.with(Part::Heading("Agreed".to_owned())).with(particulars::facts(agreed, clock, &[]));
    }
    let named = view.offers.iter().filter(|offer| answer.offers.iter().any(|hash| hash.as_str() == offer.hash));
    let mut offers = Section::new("offers", "Offers that wait for a second key");
    offers.parts.extend(agreement_offers(named, clock));
    told([record, offers]).collect()
}

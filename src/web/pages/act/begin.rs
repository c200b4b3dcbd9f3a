//! What a form begins with: what the record says already, so that nobody copies a hash by hand.

use std::collections::BTreeMap;

use crate::{
    app::view::{ActionView, ConditionView, OfferView, OfferedAgreement, RecordView},
    domain::{action::Action, engagement::closeout::takes, id::Kind},
    web::{
        extract::visitor::Fields,
        pages::{
            time::PageClock,
            ui::{Facts, Inline, Part, Section},
            words,
        },
    },
};

/// What a form begins with.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// What the fields hold, by pointer.
    pub typed: Fields,
    /// What there is to choose from, by the field's name.
    pub keys: BTreeMap<&'static str, Vec<(String, String)>>,
    /// What to read before the form is filled in.
    pub read: Vec<Section>,
    /// What is no choice although it is one elsewhere, by the field's name.
    pub without: Option<(&'static str, String)>,
    /// What whoever signs says to mean.
    pub intent: Option<String>,
}

impl Beginning {
    fn choose(&mut self, field: &'static str, options: Vec<(String, String)>) {
        if let [(only, _)] = options.as_slice() {
            self.fill(field, only.clone());
        }
        self.keys.insert(field, options);
    }

    fn fill(&mut self, field: &str, value: String) {
        self.typed.0.push((format!("/{field}"), value));
    }

    fn show(&mut self, heading: &str, text: &str, digest: &str) {
        let facts = Facts::new().with("SHA-256 of the text", Inline::Code(digest.to_owned()));
        self.read.push(Section::new("text", heading).with(facts).with(Part::Text(text.to_owned())));
    }
}

/// What the form of a command on this record begins with; `text` is the newest text that hangs on it. Of the offers and
/// the items only those are a choice that the viewer may name in this act, as its `answer` says.
pub fn on(action: Action, view: &RecordView, answer: &ActionView, text: Option<&str>, clock: PageClock) -> Beginning {
    let mut beginning = Beginning::default();
    let named = |hash: &str| answer.offers.iter().any(|one| one.as_str() == hash);
    match view {
        RecordView::Engagement(view) => {
            offered(&mut beginning, action, view.offers.iter().filter(|offer| named(&offer.hash)), clock);
            items(&mut beginning, answer);
            let pinned = view.framework.clone().filter(|_| action.name == "migrate-framework");
            beginning.without = pinned.map(|pinned| ("to", pinned));
        }
        RecordView::EngagementOutline(view) => {
            offered(&mut beginning, action, view.offers.iter().filter(|offer| named(&offer.hash)), clock);
        }
        RecordView::Condition(view) => {
            let offers = view.offers.iter().filter(|offer| named(&offer.hash));
            condition(&mut beginning, action, (view, offers), text, clock);
        }
        RecordView::Nomination(view) => screening(&mut beginning, action, view.screening_nda.as_ref()),
        RecordView::Approach(view) => screening(&mut beginning, action, view.screening_nda.as_ref()),
        RecordView::Release(view) if action.name == "lift-hold" => {
            let held = view.holds.iter().filter(|hold| hold.lifted_at.is_none());
            let named = held.map(|hold| (hold.reference.clone(), format!("{}, {}", hold.reference, hold.authority)));
            beginning.choose("reference", named.collect());
        }
        RecordView::Incident(view) if action.name == "clear-grants" => {
            let named = view.implicated.iter().map(|grant| (grant.clone(), grant.clone()));
            beginning.keys.insert("grants", named.collect());
        }
        RecordView::Release(_)
        | RecordView::Inquiry(_)
        | RecordView::NominationOutline(_)
        | RecordView::Grant(_)
        | RecordView::Prerequisites(_)
        | RecordView::Incident(_)
        | RecordView::FoiaRequest(_)
        | RecordView::Document(_)
        | RecordView::Handoff(_)
        | RecordView::Receipt(_) => {}
    }
    beginning
}

/// What the form of a command that makes a record begins with: the record that it stands under, where the page before
/// said which.
pub fn new(kind: Kind, under: &str) -> Beginning {
    let mut beginning = Beginning::default();
    let field = match kind {
        Kind::Inquiry | Kind::Engagement => "release",
        Kind::Condition | Kind::Document => "attach_to",
        Kind::Nomination | Kind::FoiaRequest | Kind::Handoff => "engagement",
        Kind::Grant | Kind::Incident => "under",
        Kind::Release | Kind::Prerequisites => return beginning,
    };
    beginning.fill(field, under.to_owned());
    if kind == Kind::Condition {
        // What a body leaves out counts as required; a box that nobody ticked would say that it is not.
        beginning.fill("required", "true".to_owned());
    }
    beginning
}

fn offered<'a>(
    beginning: &mut Beginning,
    action: Action,
    offers: impl Iterator<Item = &'a OfferView>,
    clock: PageClock,
) {
    if !["accept-offer", "retract-offer"].contains(&action.name) {
        return;
    }
    let option = |offer: &OfferView| {
        let terms = serde_json::to_value(&offer.terms).unwrap_or_default();
        let act = terms.get("act").and_then(serde_json::Value::as_str).map(words::label).unwrap_or_default();
        let side = offer.offered_by.map(words::side).unwrap_or_default();
        (offer.hash.clone(), format!("{act}, offered by {side} on {}", clock.plain(offer.offered_at.at).text))
    };
    beginning.choose("hash", offers.map(option).collect());
}

/// The items that a certificate or an exception names; whoever lists another one types its reference.
fn items(beginning: &mut Beginning, answer: &ActionView) {
    if !takes(answer.action).is_empty() {
        let named = answer.items.iter().map(|reference| (reference.clone(), reference.clone()));
        beginning.choose("reference", named.collect());
    }
}

fn condition<'a>(
    beginning: &mut Beginning,
    action: Action,
    (view, offers): (&ConditionView, impl Iterator<Item = &'a OfferedAgreement>),
    text: Option<&str>,
    clock: PageClock,
) {
    let newest = view.texts.last();
    match action.name {
        "upload-text" => {
            beginning.fill("parent", newest.map(|text| text.digest.clone()).unwrap_or_default());
            beginning.fill("text", text.unwrap_or_default().to_owned());
        }
        "offer-agreement" => {
            let texts = view.texts.iter().rev().map(|text| (text.digest.clone(), format!("Text {}", text.number)));
            beginning.choose("digest", texts.collect());
        }
        "accept-agreement" | "retract-agreement" => {
            let option = |offer: &OfferedAgreement| {
                let side = offer.offered_by.map(words::side).unwrap_or_default();
                let at = |instant| clock.plain(instant).text;
                let ends = offer.terms.expires_at.map_or_else(String::new, |until| format!(" to {}", at(until)));
                let binds = format!("binds from {}{ends}", at(offer.terms.effective_at));
                (offer.hash.clone(), format!("Offered by {side}: {binds}; lapses {}", at(offer.lapses_at.at)))
            };
            beginning.choose("hash", offers.map(option).collect());
            beginning.show("The newest text", text.unwrap_or_default(), newest.map_or("", |text| &text.digest));
        }
        "sign" | "acknowledge" => {
            let agreed = view.agreed.as_ref().map(|agreed| agreed.digest.as_str().to_owned()).unwrap_or_default();
            beginning.show(&view.title, text.unwrap_or_default(), &agreed);
            beginning.choose("digest", vec![(agreed.clone(), format!("The agreed text, {agreed}"))]);
        }
        "waive" | "clear-waiver" | "report-breach" | "cure-breach" => {
            beginning.show(&view.title, text.unwrap_or_default(), newest.map_or("", |text| &text.digest));
        }
        _ => {}
    }
}

fn screening(beginning: &mut Beginning, action: Action, text: Option<&crate::app::view::ScreeningText>) {
    let Some(text) = text.filter(|_| action.name == "sign-screening-nda") else { return };
    beginning.show(&text.title, &text.text, &text.digest);
    beginning.choose("digest", vec![(text.digest.clone(), format!("{}, {}", text.title, text.digest))]);
}

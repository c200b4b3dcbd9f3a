//! What a form begins with: what the record says already, so that nobody copies a hash by hand.

use std::collections::BTreeMap;

use crate::{
    app::view::{ConditionView, ItemView, OfferView, RecordView},
    domain::{action::Action, id::Kind},
    web::{
        extract::visitor::Fields,
        pages::{
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

/// What the form of a command on this record begins with; `text` is the newest text that hangs on it.
pub fn on(action: Action, view: &RecordView, text: Option<&str>) -> Beginning {
    let mut beginning = Beginning::default();
    match view {
        RecordView::Engagement(view) => {
            offered(&mut beginning, action, &view.offers);
            items(&mut beginning, &view.items);
        }
        RecordView::EngagementOutline(view) => offered(&mut beginning, action, &view.offers),
        RecordView::Condition(view) => condition(&mut beginning, action, view, text),
        RecordView::Nomination(view) => screening(&mut beginning, action, view.screening_nda.as_ref()),
        RecordView::Approach(view) => screening(&mut beginning, action, view.screening_nda.as_ref()),
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

fn offered(beginning: &mut Beginning, action: Action, offers: &[OfferView]) {
    if !["accept-offer", "retract-offer"].contains(&action.name) {
        return;
    }
    let option = |offer: &OfferView| {
        let terms = serde_json::to_value(&offer.terms).unwrap_or_default();
        let act = terms.get("act").and_then(serde_json::Value::as_str).map(words::label).unwrap_or_default();
        let side = offer.offered_by.map(words::side).unwrap_or_default();
        (offer.hash.clone(), format!("{act}, offered by {side} {}", offer.offered_at.local))
    };
    beginning.choose("hash", offers.iter().map(option).collect());
}

fn items(beginning: &mut Beginning, items: &[ItemView]) {
    if !items.is_empty() {
        let names = items.iter().map(|item| (item.reference.clone(), item.reference.clone()));
        beginning.keys.insert("item", names.collect());
    }
}

fn condition(beginning: &mut Beginning, action: Action, view: &ConditionView, text: Option<&str>) {
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
            let option = |offer: &crate::app::view::OfferedAgreement| {
                let side = offer.offered_by.map(words::side).unwrap_or_default();
                (offer.hash.clone(), format!("Offered by {side}, lapses {}", offer.lapses_at.local))
            };
            beginning.choose("hash", view.offers.iter().map(option).collect());
            beginning.show("The newest text", text.unwrap_or_default(), newest.map_or("", |text| &text.digest));
        }
        "sign" | "acknowledge" => {
            let agreed = view.agreed.as_ref().map(|agreed| agreed.digest.as_str().to_owned()).unwrap_or_default();
            beginning.show(&view.title, text.unwrap_or_default(), &agreed);
            beginning.choose("digest", vec![(agreed.clone(), format!("The agreed text, {agreed}"))]);
        }
        _ => {}
    }
}

fn screening(beginning: &mut Beginning, action: Action, text: Option<&crate::app::view::ScreeningText>) {
    let Some(text) = text.filter(|_| action.name == "sign-screening-nda") else { return };
    beginning.show(&text.title, &text.text, &text.digest);
    beginning.choose("digest", vec![(text.digest.clone(), format!("{}, {}", text.title, text.digest))]);
}

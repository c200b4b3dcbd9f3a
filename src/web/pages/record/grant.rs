//! The page of an access grant.

use super::{
    Body, header,
    other::{details, link},
};
use crate::{
    app::view::{GrantView, UnmetView},
    domain::refusal::Unmet,
    web::pages::{
        time::PageClock,
        ui::{Checklist, Inline, Item, Link, Section},
        why, words,
    },
};

/// What the page says.
pub fn body(view: &GrantView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Holder", Inline::person(&view.holder))
        .with("Organization", Inline::party(&view.holder_organization))
        .with("Role", Inline::text(words::role(view.role)))
        .with("Access now", Inline::yes(view.effective))
        .with("Requested by", Inline::person(&view.requested_by))
        .some("Access until", why::access(view.effective_until.as_ref(), view.ends_by, clock));
    let missing = Section::new("missing", "What stands against access").some(unmet(&view.unmet, "before access"));
    let told = [
        "requested_by",
        "holder",
        "holder_organization",
        "role",
        "effective",
        "effective_until",
        "ends_by",
        "unmet",
        "under",
    ];
    Body::new(view.holder.name.clone(), header).below(link(&view.under)).some(missing).some(details(view, clock, &told))
}

/// Missing facts as a checklist, if there are any.
pub fn unmet(unmet: &[UnmetView], purpose: &str) -> Option<Checklist> {
    let item = |one: &UnmetView| {
        let clears = words::cleared_by(one);
        let note = if clears.is_empty() { String::new() } else { format!("Who can clear it: {clears}") };
        Item { done: false, what: said(&one.unmet), note }
    };
    let items: Vec<Item> = unmet.iter().map(item).collect();
    (!items.is_empty()).then(|| Checklist { purpose: purpose.to_owned(), items })
}

/// The missing fact, which leads to the record that it names.
fn said(fact: &Unmet) -> Inline {
    let text = words::unmet(fact);
    let particulars = serde_json::to_value(fact).unwrap_or_default();
    let named = particulars.as_object().into_iter().flat_map(|named| named.values()).filter_map(|value| value.as_str());
    let to = named.map(link).find_map(|one| match one {
        Inline::Link(Link { href, .. }) => Some(href),
        _ => None,
    });
    match to {
        Some(href) => Inline::Link(Link { href, text }),
        None => Inline::text(text),
    }
}

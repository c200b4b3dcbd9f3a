//! The page of an engagement: the window, what is left before access, the people, and what was offered.

use super::{
    Body,
    grant::unmet,
    header,
    other::{code, details},
    people::people,
    release::links,
    since_signed,
};
use crate::{
    app::{
        Dossier,
        view::{ConditionView, EngagementView, GrantView, ItemView, OfferView, RecordView},
    },
    domain::id::Kind,
    web::pages::{
        particulars,
        time::{PageClock, day_text},
        ui::{Checklist, Facts, Inline, Item, Link, Part, Row, Section, Table, bar},
        why, words,
    },
};

/// Fields that have a place of their own on the page.
pub const TOLD: [&str; 17] = [
    "developer",
    "release",
    "access_mode",
    "framework",
    "liaison",
    "signatory",
    "lead",
    "window",
    "offers",
    "unmet",
    "conditions",
    "nominations",
    "grants",
    "handoffs",
    "items",
    "foia_requests",
    "marking",
];

/// What the page says.
pub fn body(view: &EngagementView, dossier: &Dossier, clock: PageClock) -> Body {
    let begun =
        |window: &&crate::app::view::WindowView| window.closed_at.is_none() && (window.open || window.used_seconds > 0);
    let open = view.window.as_ref().filter(begun);
    let header = header(view, clock)
        .some("Access window", Inline::maybe(open, |window| Inline::text(bar(window, clock).said)))
        .some("Since you last signed", since_signed::way(dossier));
    let mut body = Body::new(view.release.title.clone().unwrap_or_default(), header)
        .below(Inline::record_link(Kind::Release, &view.release))
        .some(window(view, clock))
        .some(before_access(view, dossier))
        .some(offers(view.offers.iter(), clock))
        .with(people(dossier, clock))
        .with(links("nominations", "Trusted partners", Kind::Nomination, &view.nominations))
        .some(close_out(&view.items, clock))
        .some(linked("handoffs", "Hand-offs", Kind::Handoff, &view.handoffs))
        .some(linked("foia", "FOIA requests", Kind::FoiaRequest, &view.foia_requests))
        .some(details(view, clock, &TOLD));
    body.marking = view.marking.as_ref().map(|marking| marking.banner.clone());
    body.with(copies(view, dossier.plans))
}

/// Where it stands, what it is about, and who leads it.
pub fn header(view: &EngagementView, clock: PageClock) -> Facts {
    let person = |person: &Option<crate::app::view::Person>| Inline::maybe(person.as_ref(), Inline::person);
    header::stage(view.stage, Some(&view.since), clock)
        .with("Developer", Inline::party(&view.developer))
        .with("Release", Inline::record_link(Kind::Release, &view.release))
        .with("How evaluators reach the model", Inline::text(words::label(&code(&view.access_mode))))
        .some("Framework version", Inline::text(view.framework.clone().unwrap_or_default()))
        .some("Program liaison", person(&view.liaison))
        .some("Government signatory", person(&view.signatory))
        .some("Developer’s lead", person(&view.lead))
}

/// The access window, if one was scheduled.
pub fn window(view: &EngagementView, clock: PageClock) -> Section {
    Section::new("window", "Access window").some(view.window.as_ref().map(|window| bar(window, clock)))
}

/// The conditions as a checklist, and what else is missing.
fn before_access(view: &EngagementView, dossier: &Dossier) -> Section {
    let conditions = dossier.under.iter().filter_map(|under| match &under.view {
        RecordView::Condition(condition) if condition.attached_to == view.reference => Some((under, condition)),
        _ => None,
    });
    let over = ["expired", "superseded", "discharged", "waived"];
    let items = conditions.filter(|(_, condition)| !over.contains(&condition.stage)).map(|(under, condition)| Item {
        done: condition.stage == "in_force",
        what: Inline::Link(Link {
            href: format!("/conditions/{}", under.reference),
            text: format!("{} {}", under.reference, condition.title),
        }),
        note: note(condition, dossier),
    });
    let checklist = Checklist { purpose: "before access".to_owned(), items: items.collect() };
    let section = Section::new("conditions", "Conditions");
    let section = if checklist.items.is_empty() { section } else { section.with(checklist) };
    let missing = unmet(&view.unmet, "before readiness");
    match missing {
        Some(missing) => section.with(Part::Heading("What is missing before readiness".to_owned())).with(missing),
        None => section,
    }
}

/// Where a condition stands, whose turn it is, and by when.
fn note(condition: &ConditionView, dossier: &Dossier) -> String {
    let stage = words::label(condition.stage);
    let required = if condition.required { "" } else { ", not required" };
    let of = dossier.deadlines.iter().filter(|one| one.status == "open" && one.reference == condition.reference);
    let next = of.min_by_key(|one| one.due_at.at).and_then(|one| {
        let step = words::words(one.next_step?);
        let turn = words::turn(&one.who, &one.people);
        Some(format!("; {step}, turn of: {turn}, due {}", day_text(one.shown_on)))
    });
    format!("{stage}{required}{}", next.unwrap_or_default())
}

/// Open two-key offers, each with its exact terms.
pub fn offers<'a>(offers: impl Iterator<Item = &'a OfferView>, clock: PageClock) -> Section {
    let offer = |section: Section, offer: &OfferView| {
        let side = offer.offered_by.map(words::side).unwrap_or_default();
        let mut facts = particulars::facts(&offer.terms, clock, &[]);
        let who = Facts::new()
            .with("Offered by", Inline::text(side))
            .with("Offered", clock.moment(&offer.offered_at))
            .with("Lapses", why::lapse(&offer.offered_at, &offer.lapses_at, offer.lapses_after_working_days, clock))
            .with("SHA-256 of the terms", Inline::Code(offer.hash.clone()));
        facts.rows.extend(who.rows);
        section.with(facts)
    };
    offers.fold(Section::new("offers", "Offers that wait for a second key"), offer)
}

/// The holders of these grants with where their access stands.
pub fn holders<'a>(grants: impl Iterator<Item = &'a GrantView>, clock: PageClock) -> Table {
    let rows = grants.map(|grant| {
        let until = why::access_line(grant.effective_until.as_ref(), grant.ends_by, clock);
        let missing = grant.unmet.iter().map(|one| Inline::text(words::unmet(&one.unmet)));
        Row::new(vec![
            Inline::person(&grant.holder),
            Inline::party(&grant.holder_organization),
            Inline::record(Kind::Grant, &grant.reference),
            Inline::Tag(words::label(grant.stage)),
            Inline::yes(grant.effective),
            until,
            Inline::list(missing),
        ])
    });
    let columns = ["Person", "Organization", "Access grant", "Stage", "Access now", "Until", "Missing"];
    let empty = "Nobody has asked for access yet. A liaison requests an access grant for each person.";
    Table::new("People with or without access", &columns, empty).with(rows)
}

/// What is to be returned or destroyed, and what became of it.
pub fn close_out(items: &[ItemView], clock: PageClock) -> Section {
    let section = Section::new("close-out", "Return and destruction");
    if items.is_empty() {
        return section;
    }
    let rows = items.iter().map(|item| {
        let state = serde_json::to_value(&item.state).unwrap_or_default();
        let name = state.get("state").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let certificate = particulars::facts(&item.state, clock, &["state"]);
        let told = certificate.rows.into_iter().map(|(name, value)| match value {
            Inline::Text(text) => Inline::text(format!("{name}: {text}")),
            other => other,
        });
        Row::new(vec![
            Inline::text(item.reference.clone()),
            Inline::text(words::label(&code(&item.disposition))),
            Inline::Tag(words::label(&name)),
            Inline::list(told),
        ])
    });
    let columns = ["Item", "Disposition", "State", "Certificate"];
    section.with(Table::new("Items to be returned or destroyed", &columns, "").with(rows))
}

fn linked(id: &str, heading: &str, kind: Kind, found: &[crate::app::view::RecordLink]) -> Section {
    if found.is_empty() { Section::new(id, heading) } else { links(id, heading, kind, found) }
}

/// What can be taken along.
fn copies(view: &EngagementView, plans: bool) -> Section {
    let pack = Link { href: format!("/engagements/{}/pack", view.reference), text: "Record pack for print".to_owned() };
    let what_if =
        Link { href: format!("/engagements/{}/what-if", view.reference), text: "What if a date moves?".to_owned() };
    let ways = [Some(pack), plans.then_some(what_if)].into_iter().flatten().map(Inline::Link);
    Section::new("copies", "Copies and planning").with(Inline::list(ways))
}

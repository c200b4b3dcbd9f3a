//! The record pack: what each side finds in it, that nobody stands in it as an id, and who finds none.

use crate::support::{
    desk::{Desk, Page},
    matters::{self, DANA, LARKSPUR, LENA, QUILLSTONE},
    scene::{BEA, TOBIAS},
    world::World,
};

at_both_doors! {
    each_side_prints_its_own_record_in_words
    a_pack_leads_to_its_parts_and_says_what_is_left_out
    a_competitor_and_a_partner_find_no_pack
}

/// The parts that every pack has.
pub const PARTS: [&str; 13] = [
    "summary",
    "people",
    "conditions",
    "signatures",
    "nominations",
    "grants",
    "incidents",
    "handoffs",
    "deadlines",
    "mail",
    "documents",
    "timeline",
    "ledger",
];

/// An engagement with an approved grant, a nomination and a hand-off, and its mail sent.
async fn matter(w: &World) -> String {
    let engagement = matters::opened(w, &LARKSPUR, DANA).await;
    matters::approved(w, &LARKSPUR, &engagement, LENA).await;
    matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::handoff(w, LENA, &engagement, "F-1").await;
    w.work().await;
    engagement
}

/// The pack that a person at a desk takes out.
pub async fn taken(desk: &Desk, engagement: &str) -> Page {
    let at = format!("/engagements/{engagement}/pack");
    let token = desk.get(&at).await.is(200, "the form").field("csrf");
    desk.send(&at, &[("csrf", &token), ("purpose", "own_records")]).await.is(200, "the pack")
}

async fn each_side_prints_its_own_record_in_words(w: World) {
    let engagement = matter(&w).await;
    matters::opened(&w, &QUILLSTONE, DANA).await;
    for (who, own, names, other) in
        [(DANA, true, "Dana Whitlow", "Ines Varga"), (TOBIAS, false, "Ines Varga", "Dana Whitlow")]
    {
        let pack = taken(&Desk::signed_in(&w, who).await, &engagement).await;
        let told = pack.told("main");
        assert!(pack.ids("main").is_empty(), "{who}: {:?}", pack.ids("main"));
        for part in PARTS {
            assert!(!pack.told(&format!("#{part} h2")).is_empty(), "{who}: {part}");
        }
        for raw in ["Event:", "seconds", "Conditions 1", "cleared by"] {
            assert!(!told.contains(raw), "{who}: {raw}");
        }
        for foreign in [QUILLSTONE.name, QUILLSTONE.model, QUILLSTONE.text, QUILLSTONE.people[0]] {
            assert!(!told.contains(foreign), "{who}: {foreign}");
        }
        assert_eq!(told.contains("Dana Whitlow"), own, "{who}: a person of the government");
        assert_eq!(pack.told("#timeline").contains("Drafted"), !own, "{who}: the developer’s own event");
        let mail = pack.told("#mail");
        assert!(mail.contains(names) && mail.contains("Went out") && !mail.contains(other), "{who}: {mail}");
        assert!(pack.told("#summary").contains("Open: day 1 of 30"), "{who}: {}", pack.told("#summary"));
        assert!(pack.told("#grants").contains("In order"), "{who}: {}", pack.told("#grants"));
        assert!(pack.told("#deadlines").contains("Counted in "), "{who}: {}", pack.told("#deadlines"));
        assert!(pack.told("#handoffs").contains("F-1"), "{who}");
    }
    w.stop().await;
}

async fn a_pack_leads_to_its_parts_and_says_what_is_left_out(w: World) {
    let engagement = matter(&w).await;
    let pack = taken(&Desk::signed_in(&w, DANA).await, &engagement).await;
    let ids = pack.all("main [id]", "id");
    let ways = pack.all("main a[href^='#']", "href");
    let sections = pack.all("main section.ar-section", "id");
    assert!(ways.len() > sections.len(), "agreed texts are led to as well");
    for way in ways {
        assert!(ids.iter().any(|id| way.strip_prefix('#') == Some(id.as_str())), "{way}");
    }
    assert_eq!(pack.all("main ol li a", "href").len(), sections.len() + 1, "a line for each part, and the crumb");
    let said = pack.told("main");
    for line in ["What is left out, and why", "Mail to other sides", "content of uploaded documents"] {
        assert!(said.contains(line), "{line}");
    }
    assert!(pack.all("main details", "class").is_empty(), "nothing is to be opened");
    w.stop().await;
}

async fn a_competitor_and_a_partner_find_no_pack(w: World) {
    let engagement = matter(&w).await;
    let at = format!("/engagements/{engagement}/pack");
    for who in [QUILLSTONE.liaison, QUILLSTONE.official, BEA] {
        let desk = Desk::signed_in(&w, who).await;
        let token = desk.get("/account").await.all("[name=csrf]", "value").remove(0);
        desk.get(&at).await.is(404, who);
        for path in [at.clone(), format!("{at}/package")] {
            desk.send(&path, &[("csrf", &token), ("purpose", "legal")]).await.is(404, who);
        }
    }
    w.stop().await;
}

//! What if, at a browser, and the record pack.

use crate::support::{
    desk::Desk,
    matters::{self, DANA, LARKSPUR},
    scene::{FELIX, INES, TOBIAS},
    world::World,
};

at_both_doors! {
    a_supposition_is_answered_before_and_after
    a_record_pack_is_taken_out_for_a_purpose
}

async fn a_supposition_is_answered_before_and_after(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let desk = Desk::signed_in(&w, INES).await;
    let at = format!("/engagements/{engagement}/what-if");
    let form = desk.get(&at).await.is(200, "the form");
    let token = form.field("csrf");
    let ids = form.all("[id]", "id");
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::BTreeSet<_>>().len(), "ids are unique");
    let before = w.record(INES, &format!("engagements/{engagement}/timeline")).await;

    let sent = [("csrf", token.as_str()), ("kind", "planned_release"), ("/suppose/to", "2026-11-20T09:00")];
    let answer = desk.send(&at, &sent).await.is(200, "an earlier release");
    let told = answer.told("#events");
    assert!(told.contains("Window closed") && told.contains("Dec 1, 2026") && told.contains("Nov 20, 2026"), "{told}");
    assert!(answer.told("#moved").contains("Moved"), "{}", answer.told("#moved"));
    assert!(answer.told("#commands").contains("Set planned release"), "{}", answer.told("#commands"));
    assert_eq!(answer.field("/suppose/to"), "2026-11-20T09:00", "what was typed is kept");
    let after = w.record(INES, &format!("engagements/{engagement}/timeline")).await;
    assert_eq!(before, after, "nothing was changed");

    for (what, fields, at_field) in [
        ("no date", vec![("kind", "planned_release"), ("/suppose/to", "soon")], "#f-suppose-to-error"),
        ("nothing chosen", vec![("kind", "condition_unsigned")], "#f-suppose-condition-error"),
        ("no version", vec![("kind", "framework_version")], "#f-suppose-version-error"),
        (
            "no such condition",
            vec![
                ("kind", "condition_unsigned"),
                ("/suppose/condition", "CON-2026-ZZZZZZ"),
                ("/suppose/by", "2026-11-20T09:00"),
            ],
            "#f-suppose-condition-error",
        ),
    ] {
        let page = desk.send(&at, &[&[("csrf", token.as_str())], fields.as_slice()].concat()).await.is(422, what);
        assert!(!page.told(at_field).is_empty(), "{what}: {}", page.told("main"));
    }
    desk.send(&at, &[("csrf", "AAAA"), ("kind", "planned_release")]).await.is(403, "a wrong token");
    Desk::signed_in(&w, FELIX).await.get(&at).await.is(404, "another developer");
    Desk::of(&w).get(&at).await.is(303, "nobody");
    w.stop().await;
}

async fn a_record_pack_is_taken_out_for_a_purpose(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let at = format!("/engagements/{engagement}/pack");
    let token = desk.get(&at).await.is(200, "the form").field("csrf");
    let none = desk.send(&at, &[("csrf", &token)]).await.is(422, "no purpose");
    assert!(!none.told("#f-purpose-error").is_empty());
    let pack = desk.send(&at, &[("csrf", &token), ("purpose", "audit")]).await.is(200, "the pack");
    for part in
        ["Larkspur Cognition", "Tobias Renn", "An audit", "Heron Canary", "Window opened", "Chains of the record"]
    {
        assert!(pack.told("main").contains(part), "{part}");
    }
    let sections = pack.all("main section.ar-section", "id");
    let banners = pack.all("main p.ar-banner", "class").len();
    assert_eq!(banners, sections.len() + 2, "the page and each section bear the banner");
    let ids = pack.all("[id]", "id");
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::BTreeSet<_>>().len(), "ids are unique");

    let package = format!("{at}/package");
    let zip = desk.send(&package, &[("csrf", &token), ("purpose", "own_records")]).await.is(200, "the package");
    assert_eq!(zip.header("content-type"), "application/zip");
    assert_eq!(zip.header("content-disposition"), format!("attachment; filename=\"{engagement}.zip\""));
    for path in [&at, &package] {
        desk.send(path, &[("csrf", "AAAA"), ("purpose", "audit")]).await.is(403, "a wrong token");
    }
    let stranger = Desk::signed_in(&w, FELIX).await;
    let foreign = stranger.get("/windows").await.all("[name=csrf]", "value").remove(0);
    for path in [&at, &package] {
        stranger.send(path, &[("csrf", &foreign), ("purpose", "audit")]).await.is(404, "another developer");
    }
    Desk::of(&w).get(&at).await.is(303, "nobody");
    w.stop().await;
}

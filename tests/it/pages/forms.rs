//! Forms tell what they decide, offer what can be done, and say why the rest cannot.

use anteroom::web::pages::query_encoded;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    matters::{self, ADELE, DANA, LARKSPUR},
    people::PASSWORD,
    scene::{BEA, INES, JOAN, THEO, TOBIAS},
    world::World,
};

/// Who decides on partners.
const MARCUS: &str = "marcus.bell@treasury.fado.test";

at_both_doors! {
    a_hand_off_is_recorded_without_an_embargo_and_freed_of_one
    what_cannot_be_done_says_in_which_stage_or_why
    what_every_body_would_be_refused_is_not_offered
    who_signs_types_the_own_name_and_reads_what_it_means
    a_nomination_says_of_its_keys_only_what_is_told
    an_act_that_ends_the_own_sight_is_confirmed_on_the_worklist
    an_address_that_somebody_made_up_says_nothing_of_what_was_done
    a_report_with_a_box_of_others_keeps_its_text
    a_form_that_comes_too_late_tells_what_happened_since
}

/// The texts of all that can be done on the record's page.
async fn offered(desk: &Desk, path: &str) -> Vec<String> {
    desk.get(path).await.is(200, path).all("#actions a", "href")
}

async fn a_hand_off_is_recorded_without_an_embargo_and_freed_of_one(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let desk = Desk::signed_in(&w, INES).await;
    let form = desk.get("/new/handoff").await.is(200, "the form");
    let demanded = form.all("main [required]", "name");
    assert!(demanded.contains(&"/finding".to_owned()), "{demanded:?}");
    assert!(!demanded.iter().any(|name| name.starts_with("/embargo")), "a browser would refuse to send: {demanded:?}");
    let typed = [
        ("/engagement", engagement.as_str()),
        ("/finding", "F-2026-1"),
        ("/channel", "developer_intake"),
        ("/tlp", "TLP:AMBER"),
        ("/unclassified_attestation", "true"),
    ];
    let done = desk.fill("/new/handoff", &typed).await.is(303, "without an embargo");
    let path = done.header("location").split('?').next().unwrap().to_owned();
    let embargo = async || w.record(INES, path.trim_start_matches('/')).await["embargo"].clone();
    assert_eq!(embargo().await, Value::Null);
    let change = format!("{path}/change-embargo");
    let until = [("/embargo/ends_at", "2026-11-30T17:00"), ("/embargo/zone", "America/New_York")];
    desk.fill(&change, &until).await.is(303, "an embargo");
    assert_eq!(embargo().await["zone"], "America/New_York");
    desk.fill(&change, &[]).await.is(303, "left empty, it is lifted");
    assert_eq!(embargo().await, Value::Null);
    w.stop().await;
}

async fn what_cannot_be_done_says_in_which_stage_or_why(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let page = desk.get(&format!("/engagements/{engagement}")).await.is(200, "a proposal");
    let blocked = page.told("#actions .ar-blocked");
    assert!(blocked.contains("Possible in: ready, window scheduled."), "{blocked}");
    for bare in ["Wrong stage", "No such offer", "Unmet facts"] {
        assert!(!blocked.contains(bare), "{bare}: {blocked}");
    }
    let form = desk.get(&format!("/engagements/{engagement}/schedule-window")).await.is(200, "the form");
    assert!(form.told(".usa-alert").contains("Possible in: ready"), "{}", form.told(".usa-alert"));
    desk.fill(&format!("/engagements/{engagement}/withdraw"), &[]).await.is(303, "withdrawn");
    let over = desk.get(&format!("/engagements/{engagement}")).await.is(200, "closed");
    let blocked = over.told("#actions .ar-blocked");
    assert!(!blocked.to_lowercase().contains("schedule window"), "past for good: {blocked}");
    w.stop().await;
}

async fn what_every_body_would_be_refused_is_not_offered(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let seen = w.record(TOBIAS, &format!("engagements/{engagement}")).await;
    let release = format!("/releases/{}", seen["release"]["reference"].as_str().unwrap_or_default());
    let page = format!("/engagements/{engagement}");
    let official = Desk::signed_in(&w, TOBIAS).await;
    let acts = offered(&official, &release).await;
    assert!(acts.contains(&format!("{release}/delegate")), "{acts:?}");
    assert!(!acts.contains(&format!("{release}/end-delegation")), "nothing is delegated: {acts:?}");
    let acts = offered(&official, &page).await;
    assert!(!acts.contains(&format!("{page}/withdraw-designation")), "nothing is designated: {acts:?}");

    w.act(JOAN, &format!("{}/take-records", &page[1..]), json!({})).await;
    let officer = Desk::signed_in(&w, JOAN).await;
    assert!(!offered(&officer, &page).await.contains(&format!("{page}/take-records")), "once");
    w.refused(JOAN, &format!("{}/take-records", &page[1..]), json!({}), 409, "already-under-way").await;
    w.refused(JOAN, &format!("{}/lift-hold", &release[1..]), json!({ "reference": "H-1" }), 409, "nothing-to-end")
        .await;

    let liaison = Desk::signed_in(&w, INES).await;
    let begun = offered(&liaison, &page).await;
    assert!(begun.contains(&format!("/new/handoff?under={engagement}")), "{begun:?}");
    official.fill(&format!("{page}/withdraw"), &[]).await.is(303, "withdrawn");
    let begun = offered(&liaison, &page).await;
    assert!(!begun.contains(&format!("/new/condition?under={engagement}")), "in close-out: {begun:?}");
    w.stop().await;
}

async fn who_signs_types_the_own_name_and_reads_what_it_means(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let path = format!("conditions/{condition}");
    let digest = w.record(DANA, &path).await["texts"][0]["digest"].as_str().unwrap().to_owned();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(DANA, &format!("{path}/offer-agreement"), terms).await;
    let liaison = Desk::signed_in(&w, INES).await;
    let accept = liaison.get(&format!("/{path}/accept-agreement")).await.is(200, "the form");
    assert!(accept.told("select").contains("binds from Nov 2, 2026, 9:00 a.m. EST"), "{}", accept.told("select"));
    let own = Desk::signed_in(&w, DANA).await;
    assert!(
        !offered(&own, &format!("/{path}")).await.contains(&format!("/{path}/accept-agreement")),
        "one's own offer"
    );
    let hash = w.record(INES, &path).await["offers"][0]["hash"].clone();
    w.act(INES, &format!("{path}/accept-agreement"), json!({ "hash": hash })).await;

    let desk = Desk::signed_in(&w, TOBIAS).await;
    let sign = format!("/{path}/sign");
    let form = desk.get(&sign).await.is(200, "the form");
    let meant = form.told("label[for=f-intent]");
    assert!(meant.contains("Larkspur Cognition") && meant.contains("text 1"), "{meant}");
    assert!(form.told("#signed").contains("Nobody has signed yet"), "{}", form.told("#signed"));
    assert!(form.told("#signed").contains("Nov 2, 2026, 9:00 a.m. EST"), "{}", form.told("#signed"));
    let typed = |name: &'static str| {
        [("/digest", digest.as_str()), ("/typed_name", name), ("/capacity", "authorized official"), ("/intent", "true")]
            .map(|(field, value)| (field, value.to_owned()))
    };
    let send = async |name: &'static str| {
        let typed = typed(name);
        let typed: Vec<(&str, &str)> = typed.iter().map(|(field, value)| (*field, value.as_str())).collect();
        desk.fill(&sign, &typed).await
    };
    let another = send("Ines Varga").await.is(422, "another's name");
    assert!(another.told("#f-typed-name-error").contains("account"), "{}", another.told("#f-typed-name-error"));
    send("tobias  RENN").await.is(303, "the own name, however it is written");
    let certificate = desk.get(&format!("/{path}/certificate")).await.is(200, "the certificate");
    let told = certificate.told("#signatures");
    for part in ["tobias RENN", "Tobias Renn", "Larkspur Cognition", "authorized official"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    w.stop().await;
}

async fn a_nomination_says_of_its_keys_only_what_is_told(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::disclose(&w, &LARKSPUR, BEA, &nomination).await;
    let path = format!("/nominations/{nomination}");
    let page = async |who: &str| Desk::signed_in(&w, who).await.get(&path).await.is(200, who);
    let (partner, developer, government) = (page(BEA).await, page(INES).await, page(DANA).await);
    assert_eq!(partner.told("#keys"), "", "a partner is told of neither key");
    assert!(developer.told("#keys").contains("Not shown to you"), "{}", developer.told("#keys"));
    assert!(!developer.told("#keys").contains("No reviewer"), "{}", developer.told("#keys"));
    assert!(government.told("#keys").contains("No reviewer is assigned"), "{}", government.told("#keys"));
    w.stop().await;
}

/// A nomination that this reviewer decides on, and the form by which the reviewer leaves.
async fn recusing(w: &World, reviewer: &str) -> (String, String) {
    let engagement = matters::opened(w, &LARKSPUR, DANA).await;
    let nomination = matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    let assigned = json!({ "reviewer": w.account(reviewer) });
    w.act(THEO, &format!("nominations/{nomination}/assign-reviewer"), assigned).await;
    let form = format!("/nominations/{nomination}/recuse");
    (nomination, form)
}

async fn an_act_that_ends_the_own_sight_is_confirmed_on_the_worklist(w: World) {
    let (nomination, path) = recusing(&w, MARCUS).await;
    let desk = Desk::signed_in(&w, MARCUS).await;
    let form = desk.get(&path).await.is(200, "the form");
    let fields = ["csrf", "etag", "key"].map(|name| (name, form.field(name)));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for what in ["the first time", "and again"] {
        let sent = desk.send(&path, &fields).await.is(303, what);
        assert_eq!(sent.led(), format!("/?done=recuse&record={nomination}"), "{what}");
        let done = desk.get(sent.header("location")).await.is(200, what).told(".usa-alert");
        assert!(done.contains("Done: Recuse") && done.contains(&nomination), "{what}: {done}");
    }
    w.stop().await;
}

async fn an_address_that_somebody_made_up_says_nothing_of_what_was_done(w: World) {
    let desk = Desk::signed_in(&w, INES).await;
    let sent = desk.fill("/new/release", &[("/name", "Heron-9")]).await.is(303, "a release");
    let (sealed, release) = (sent.header("location").to_owned(), sent.led().split('?').next().unwrap().to_owned());
    let said = async |desk: &Desk, path: &str| desk.get(path).await.is(200, path).text.contains("Done: ");
    assert!(said(&desk, &sealed).await, "what was done");
    let seal = sealed.split_once("&seal=").unwrap().1;
    for made_up in [
        "/?done=recuse&record=NOM-2026-K7Q4MD".to_owned(),
        format!("/?done=recuse&record=NOM-2026-K7Q4MD&seal={seal}"),
        sent.led().to_owned(),
        format!("{release}?done=withdraw&seal={seal}"),
        format!("{release}?%64one=register&seal={seal}"),
        format!("{release}?done=register&seal="),
    ] {
        assert!(!said(&desk, &made_up).await, "{made_up}");
    }
    let other = Desk::signed_in(&w, TOBIAS).await;
    assert!(!said(&other, &sealed).await, "to another person");
    // Nor does a way through the sign-in make one.
    let next = query_encoded("/?done=recuse&record=NOM-2026-K7Q4MD");
    let mut third = Desk::of(&w);
    let form = third.get(&format!("/sign-in?next={next}")).await.is(200, "the sign-in").field("next");
    let fields = [("email", INES), ("password", PASSWORD), ("code", ""), ("next", form.as_str())];
    let page = third.send("/sign-in", &fields).await.is(303, "signed in");
    third.cookie = page.header("set-cookie").split(';').next().map(str::to_owned);
    assert!(page.header("location").contains("done=recuse"), "{}", page.header("location"));
    assert!(!said(&third, page.header("location")).await, "after the sign-in");
    w.clock.advance_system(TimeDelta::minutes(4)).unwrap();
    assert!(said(&desk, &sealed).await, "some minutes on");
    w.clock.advance_system(TimeDelta::minutes(1)).unwrap();
    assert!(!said(&desk, &sealed).await, "and then no more");
    w.stop().await;
}

async fn a_report_with_a_box_of_others_keeps_its_text(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let boxes = async |who: &str| {
        let desk = Desk::signed_in(&w, who).await;
        desk.get("/new/incident").await.is(200, who).all("[name='/suspend_window']", "name").len()
    };
    assert_eq!((boxes(INES).await, boxes(ADELE).await), (1, 0), "the box is for those who may suspend");
    let desk = Desk::signed_in(&w, ADELE).await;
    let typed = [("/under", engagement.as_str()), ("/incident_type", "loss"), ("/suspend_window", "true")];
    let again = desk.fill("/new/incident", &typed).await.is(403, "a box that was not offered");
    assert_eq!(again.field("/under"), engagement, "what was typed is kept");
    assert!(again.told(".usa-alert").contains("not open to their roles"), "{}", again.told(".usa-alert"));
    w.stop().await;
}

async fn a_form_that_comes_too_late_tells_what_happened_since(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let path = format!("/releases/{release}/set-planned-release");
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let old = desk.get(&path).await.is(200, "the form");
    desk.fill(&path, &[("/to", "2027-03-01T09:00")]).await.is(303, "somebody was faster");
    let hidden = ["csrf", "etag", "key", "seen"].map(|name| (name, old.field(name)));
    let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let late = desk.send(&path, &[hidden.as_slice(), &[("/to", "2027-04-01T09:00")]].concat()).await.is(412, "late");
    assert!(late.told("#happened-since").contains("Planned release set"), "{}", late.told("#happened-since"));
    assert!(late.told("#happened-since").contains("Tobias Renn"), "{}", late.told("#happened-since"));
    w.stop().await;
}

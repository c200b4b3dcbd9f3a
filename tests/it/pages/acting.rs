//! Commands through their forms: previewed, carried out once, refused at their fields, and proven anew where they count as
//! one's own.

use chrono::TimeDelta;

use crate::support::{desk::Desk, people::PASSWORD, world::World};

at_both_doors! {
    a_record_is_begun_previewed_and_changed
    what_is_wrong_stands_at_its_field
    a_form_is_carried_out_once_and_not_on_another_version
    an_act_of_one_s_own_wants_a_fresh_proof
    a_foreign_record_looks_like_none
}

async fn registered(desk: &Desk) -> String {
    let done = desk.fill("/new/release", &[("/name", "Heron-9")]).await.is(303, "a release");
    done.header("location").split('?').next().unwrap().to_owned()
}

async fn a_record_is_begun_previewed_and_changed(world: World) {
    let desk = Desk::signed_in(&world, "tobias.renn@larkspur.test").await;
    let release = registered(&desk).await;
    let page = desk.get(&release).await.is(200, "the record");
    assert!(page.told("h1").contains("Heron-9"), "{}", page.told("h1"));
    let path = format!("{release}/set-planned-release");
    assert!(page.all(".ar-acts a", "href").contains(&path), "{:?}", page.all(".ar-acts a", "href"));

    let planned = [("/to", "2027-03-01T09:00")];
    let preview = desk.fill(&path, &[planned[0], ("preview", "true")]).await.is(200, "the preview");
    assert!(preview.told(".ar-preview").contains("What would happen"), "{}", preview.told(".ar-preview"));
    assert_eq!(preview.field("/to"), "2027-03-01T09:00", "what was typed is kept");
    let before = desk.get(&release).await.is(200, "the record");
    assert!(!before.text.contains("Mar 1, 2027"), "nothing was written");

    let done = desk.fill(&path, &planned).await.is(303, "carried out");
    let after = desk.get(done.header("location")).await.is(200, "the record");
    assert!(after.text.contains("Mar 1, 2027, 9:00 a.m. EST"), "the hour is the program's");
    assert!(after.told(".usa-alert").contains("Done"), "{}", after.told(".usa-alert"));
}

async fn what_is_wrong_stands_at_its_field(world: World) {
    let desk = Desk::signed_in(&world, "tobias.renn@larkspur.test").await;
    let empty = desk.fill("/new/release", &[("/name", " ")]).await.is(422, "no name");
    assert_eq!(empty.all("[aria-invalid=true]", "name"), ["/name"]);
    assert_eq!(empty.all(".usa-alert a", "href"), ["#f-name"], "the message leads to the field");
    let marked = desk.fill("/new/release", &[("/name", "SECRET//NOFORN")]).await.is(422, "a marking");
    assert!(marked.told("#f-name-error").contains("classification marking"), "{}", marked.told("#f-name-error"));
    assert_eq!(marked.field("/name"), "SECRET//NOFORN", "what was typed is kept");
    let gap = desk.fill("/new/release", &[("/name", "A"), ("/planned_partner_release", "2027-03-14T02:30")]).await;
    assert!(gap.is(422, "no such hour").told("#f-planned-partner-release-error").contains("no such hour"));
    let hostile = "\"><script>alert(1)</script>";
    let hostile = desk.fill("/new/release", &[("/name", hostile)]).await.is(303, "a name is a text");
    let page = desk.get(hostile.header("location")).await.is(200, "the record");
    assert!(!page.text.contains("<script>alert"), "and stays one");
}

async fn a_form_is_carried_out_once_and_not_on_another_version(world: World) {
    let desk = Desk::signed_in(&world, "tobias.renn@larkspur.test").await;
    let form = desk.get("/new/release").await.is(200, "the form");
    let fields = [("csrf", form.field("csrf")), ("key", form.field("key")), ("/name", "Once".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = desk.send("/new/release", &fields).await.is(303, "the first time");
    let second = desk.send("/new/release", &fields).await.is(303, "and again");
    assert_eq!(first.header("location"), second.header("location"), "the same record, made once");

    let path = format!("{}/set-planned-release", first.header("location").split('?').next().unwrap());
    let old = desk.get(&path).await.is(200, "the form");
    desk.fill(&path, &[("/to", "2027-03-01T09:00")]).await.is(303, "somebody was faster");
    let token = (old.field("csrf"), old.field("etag"), old.field("key"));
    let late = [("csrf", token.0.as_str()), ("etag", &token.1), ("key", &token.2), ("/to", "2027-04-01T09:00")];
    let late = desk.send(&path, &late).await.is(412, "the record is another one by now");
    assert_ne!(late.field("etag"), token.1, "the form that comes back is for the record of now");
    assert_eq!(late.field("/to"), "2027-04-01T09:00");
}

async fn an_act_of_one_s_own_wants_a_fresh_proof(world: World) {
    let ines = world.account("ines.varga@larkspur.test").to_owned();
    let desk = Desk::signed_in(&world, "tobias.renn@larkspur.test").await;
    let release = registered(&desk).await;
    let path = format!("{release}/delegate");
    let fields = [("/delegate", ines.as_str()), ("/acts", "grant.approve"), ("/until", "2027-01-04T09:00")];
    assert!(desk.get(&path).await.is(200, "fresh from the sign-in").all("[name=password]", "id").is_empty());
    world.clock.advance_system(TimeDelta::minutes(5)).unwrap();
    assert_eq!(desk.get(&path).await.is(200, "five minutes on").all("[name=password]", "id"), ["f-password"]);
    let none = desk.fill(&path, &fields).await.is(422, "no proof");
    assert!(none.told("#f-password-error").contains("do not fit"));
    let form = desk.get(&path).await.is(200, "the form");
    let stale = [("csrf", form.field("csrf")), ("etag", "\"another\"".to_owned())];
    let stale: Vec<(&str, &str)> = stale.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut desk = desk;
    let refused = desk.send(&path, &[&stale[..], &fields[..], &[("password", PASSWORD)]].concat()).await;
    let refused = refused.is(412, "a proof, and a version that is none");
    let cookie = refused.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-session=anr_ss_"),
        "the cookie changes with the proof, whatever came of the act"
    );
    desk.cookie = Some(cookie);
    world.clock.advance_system(TimeDelta::minutes(5)).unwrap();
    let proven =
        desk.fill(&path, &[&fields[..], &[("password", PASSWORD)]].concat()).await.is(303, "with the password");
    assert!(proven.header("set-cookie").starts_with("__Host-session=anr_ss_"), "the cookie changes with the proof");
    desk.get(&release).await.is(303, "and the old one is worth nothing");
}

async fn a_foreign_record_looks_like_none(world: World) {
    let release = registered(&Desk::signed_in(&world, "tobias.renn@larkspur.test").await).await;
    let other = Desk::signed_in(&world, "felix.stroud@quillstone.test").await;
    let foreign = other.get(&release).await.is(404, "another developer's");
    let none = other.get("/releases/REL-2026-ZZZZZZ").await.is(404, "nobody's");
    // The frame has a masked token and the address that was asked for.
    assert_eq!(foreign.told("main"), none.told("main"));
    assert_eq!(foreign.told("title"), none.told("title"));
    other.get(&format!("{release}/set-planned-release")).await.is(404, "its forms");
}

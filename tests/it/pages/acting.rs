//! Commands through their forms: previewed, carried out once, refused at their fields, and proven anew where they count as
//! one's own.

use anteroom::auth::totp::TotpSecret;
use chrono::TimeDelta;

use crate::{
    identity::seed,
    support::{
        desk::{Desk, Page},
        people::PASSWORD,
        world::{Sent, World},
    },
};

at_both_doors! {
    a_record_is_begun_previewed_and_changed
    what_is_wrong_stands_at_its_field
    a_form_is_carried_out_once_and_not_on_another_version
    an_act_of_one_s_own_wants_a_fresh_proof
    an_act_of_one_s_own_sent_twice_is_proven_and_carried_out_once
    two_forms_with_one_code_at_once_are_one_act_and_no_failure
    the_cookie_before_a_proof_is_worth_no_more_than_before_and_soon_nothing
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

    let form = desk.get(&path).await.is(200, "the form");
    assert!(
        form.text.contains("<noscript><p class=\"usa-hint\">Send this within 30 minutes"),
        "who has no script is told"
    );

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
    world.clock.advance_system(TimeDelta::seconds(11)).unwrap();
    desk.get(&release).await.is(303, "and the old one is worth nothing");
    world.stop().await;
}

/// Somebody at a browser six minutes after signing in, and the form by which they delegate to the account that is named
/// last: an act of one's own, which wants a proof by then.
async fn about_to_delegate(world: &World) -> (Desk, String, String, String) {
    let ines = world.account("ines.varga@larkspur.test").to_owned();
    let desk = Desk::signed_in(world, "tobias.renn@larkspur.test").await;
    let release = registered(&desk).await;
    let path = format!("{release}/delegate");
    world.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    (desk, release, path, ines)
}

/// The cookie that an answer sets.
fn given(page: &Page) -> Option<String> {
    page.header("set-cookie").split(';').next().filter(|pair| !pair.is_empty()).map(str::to_owned)
}

/// A delegation as its form sends it, with these fields of a proof.
async fn delegation(desk: &Desk, path: &str, to: &str, proof: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = desk.get(path).await.is(200, "the form");
    let hidden = ["csrf", "etag", "key"].map(|name| (name.to_owned(), form.field(name)));
    let typed = [("/delegate", to), ("/acts", "grant.approve"), ("/until", "2027-01-04T09:00")];
    let typed = typed.iter().chain(proof).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    hidden.into_iter().chain(typed).collect()
}

async fn sent(desk: &Desk, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.send(path, &fields).await
}

/// How often the release's line of time says that somebody was delegated.
async fn delegations(world: &World, release: &str) -> usize {
    let path = format!("{}/timeline", release.trim_start_matches('/'));
    let told = world.record("ines.varga@larkspur.test", &path).await;
    told.to_string().matches("\"delegated\"").count()
}

async fn an_act_of_one_s_own_sent_twice_is_proven_and_carried_out_once(world: World) {
    let (mut desk, release, path, ines) = about_to_delegate(&world).await;
    let fields = delegation(&desk, &path, &ines, &[("password", PASSWORD)]).await;
    // Both are sent with the cookie from before the proof, as by a second press on the button.
    let first = sent(&desk, &path, &fields).await.is(303, "the first time");
    let second = sent(&desk, &path, &fields).await.is(303, "and again");
    assert_eq!(first.led(), format!("{release}?done=delegate"));
    assert_eq!(second.led(), first.led(), "the same answer");
    assert!(given(&first).is_some(), "the cookie changes with the proof");
    assert_eq!(
        given(&second),
        given(&first),
        "and the second brings the same, should the browser have dropped the first"
    );
    desk.cookie = given(&second);
    world.clock.advance_system(TimeDelta::seconds(11)).unwrap();
    let page = desk.get(second.header("location")).await.is(200, "the session goes on");
    assert!(page.told(".usa-alert").contains("Done: Delegate"), "{}", page.told(".usa-alert"));
    assert_eq!(delegations(&world, &release).await, 1, "one act");
    let third = sent(&desk, &path, &fields).await.is(303, "with the new cookie");
    assert_eq!((third.led(), given(&third)), (first.led(), None), "the same answer, and nothing to prove");
    world.stop().await;
}

/// Sets a second factor up for whoever is at the browser.
async fn second_factor(world: &World, desk: &Desk) -> TotpSecret {
    let path = "/account/second-factor";
    let csrf = desk.get(path).await.is(200, "the second factor").field("csrf");
    let shown = desk.send(path, &[("csrf", &csrf), ("password", PASSWORD)]).await.is(200, "the secret");
    let first = shown.text.split("<code class=\"ar-reference\">").nth(1).and_then(|rest| rest.split("</code>").next());
    let secret = seed(&first.unwrap().replace(' ', ""));
    let code = secret.code(world.clock.system());
    let confirm = [("csrf", csrf.as_str()), ("code", &code)];
    desk.send("/account/second-factor/confirm", &confirm).await.is(303, "its first code");
    secret
}

async fn two_forms_with_one_code_at_once_are_one_act_and_no_failure(world: World) {
    let ines = world.account("ines.varga@larkspur.test").to_owned();
    let mut desk = Desk::signed_in(&world, "tobias.renn@larkspur.test").await;
    let release = registered(&desk).await;
    let secret = second_factor(&world, &desk).await;
    let path = format!("{release}/delegate");
    world.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    world.work().await;
    let mails = world.mails().await.len();
    let code = secret.code(world.clock.system());
    let fields = delegation(&desk, &path, &ines, &[("password", PASSWORD), ("code", &code)]).await;
    let (one, other) = tokio::join!(sent(&desk, &path, &fields), sent(&desk, &path, &fields));
    let (one, other) = (one.is(303, "one"), other.is(303, "the other"));
    assert_eq!(one.led(), other.led());
    assert!(given(&one).is_some(), "a proof");
    assert_eq!(given(&one), given(&other), "and the same cookie, whichever the browser keeps");
    desk.cookie = given(&one);
    desk.get(&release).await.is(200, "the session goes on");
    assert_eq!(delegations(&world, &release).await, 1, "one act");
    world.work().await;
    let told: Vec<Sent> = world.mails().await.into_iter().skip(mails).collect();
    assert!(told.iter().all(|mail| mail.to != "tobias.renn@larkspur.test"), "nobody is warned: {told:?}");
    world.stop().await;
}

async fn the_cookie_before_a_proof_is_worth_no_more_than_before_and_soon_nothing(world: World) {
    let (mut desk, _, path, ines) = about_to_delegate(&world).await;
    let fields = delegation(&desk, &path, &ines, &[("password", PASSWORD)]).await;
    let proven = sent(&desk, &path, &fields).await.is(303, "proven");
    assert_eq!(desk.get(&path).await.is(200, "with the old cookie").all("[name=password]", "id"), ["f-password"]);
    let wrong = delegation(&desk, &path, &ines, &[("password", "not the password of anybody")]).await;
    let wrong = sent(&desk, &path, &wrong).await.is(422, "another proof, which is none");
    assert_eq!(given(&wrong), None);
    world.clock.advance_system(TimeDelta::seconds(10)).unwrap();
    desk.get("/stay").await.is(204, "seconds later");
    world.clock.advance_system(TimeDelta::seconds(1)).unwrap();
    desk.get("/stay").await.is(303, "its use makes it good for no longer");
    let old = desk.cookie.clone();

    desk.cookie = given(&proven);
    assert!(desk.get(&path).await.is(200, "with the new one").all("[name=password]", "id").is_empty());
    world.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    let again = delegation(&desk, &path, &ines, &[("password", PASSWORD)]).await;
    let again = sent(&desk, &path, &again).await;
    let next = given(&again).expect("a proof");
    let csrf = desk.get("/account").await.is(200, "with the cookie before").all("[name=csrf]", "value").remove(0);
    desk.send("/sign-out", &[("csrf", &csrf)]).await.is(303, "which can sign out");
    for cookie in [desk.cookie.clone(), Some(next), old] {
        desk.cookie = cookie;
        desk.get("/stay").await.is(303, "and that ends both");
    }
    world.stop().await;
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

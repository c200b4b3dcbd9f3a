//! Coming in without a session.

use anteroom::{
    app::identity::{FirstAdministrator, NewAccount},
    config::Deployment,
    domain::{
        actor::{Role, Side},
        text::Name,
    },
};

use chrono::TimeDelta;

use super::browser::{Browser, between};
use crate::support::{
    database::TestDatabase,
    desk::{Desk, Page},
    matters::GRANT,
    people::PASSWORD,
    scene::{DANA, INES, NIA, START, TOBIAS},
    world::World,
};

at_both_doors! {
    an_invitation_is_accepted_with_a_password
    a_password_is_set_by_a_link
    links_are_asked_for_alike_by_everybody
    who_lost_a_password_is_told_whom_to_ask
}

on_both! {
    the_first_administrator_is_made_by_the_printed_link
    a_guest_joins_with_a_code_and_acts_by_links
}

const NEW: &str = "copper thistle wagon 77 moon";

/// The newest link of this path that was mailed to the address.
fn mailed(w: &World, to: &str, path: &str) -> String {
    let mails = w.smtp.received().into_iter().rev();
    let mut links = mails
        .filter(|mail| mail.recipients.iter().any(|one| one == to))
        .filter_map(|mail| mail.text.split_whitespace().find(|word| word.contains(path)).map(str::to_owned));
    links.next().unwrap_or_else(|| panic!("no {path} was mailed to {to}"))
}

async fn an_invitation_is_accepted_with_a_password(w: World) {
    let nia = Browser::signed_in(&w, NIA).await;
    let organization = w.organizations["larkspur"].clone();
    let address = "pia.lund@larkspur.test";
    let person = [("name", "Pia Lund"), ("email", address), ("organization", organization.as_str()), ("roles", "DL")];
    let made = nia.post("/administration/invitations/new", &person).await;
    assert_eq!(made.did("the invitation"), "/administration/invitations?done=made");
    w.work().await;
    let link = mailed(&w, address, "/invitation#");
    let invited = w.smtp.received().pop().expect("the invitation");
    assert!(!invited.text.contains("Record:") && !invited.html.contains("Record:"), "there is none: {}", invited.text);
    let pia = Browser::of(&w);
    let form = pia.get("/invitation").await.page("the form");
    assert!(form.contains("data-link"));
    let password = between(&form, "name=\"new_password\"", ">");
    assert!(password.contains(" required") && !form.contains("(optional)"), "{password}: everybody has one here");
    let accept = async |link: &str, email: &str, password: &str| {
        pia.send("/invitation", &[("link", link), ("email", email), ("new_password", password)]).await
    };
    accept("https://a.example/invitation#nothing", address, NEW).await.wrong_at("join-f-link", "a wrong link");
    accept(&link, INES, NEW).await.wrong_at("join-f-link", "another's address");
    let weak = accept(&link, address, "short").await.wrong_at("join-f-new-password", "a weak password");
    assert!(!weak.contains(between(&link, "#", " ")), "no secret comes back");
    assert_eq!(accept(&link, address, NEW).await.led("accepted"), "/sign-in?joined=true");
    accept(&link, address, NEW).await.wrong_at("join-f-link", "a link works once");
    let signed = pia.send("/sign-in", &[("email", address), ("password", NEW)]).await;
    assert_eq!(signed.led("signed in"), "/");
    w.stop().await;
}

async fn a_password_is_set_by_a_link(w: World) {
    let link = w.app.password_link_as_operator(INES).await.unwrap().link;
    let ines = Browser::of(&w);
    ines.get("/password").await.page("the form");
    let set =
        async |link: &str, password: &str| ines.send("/password", &[("link", link), ("new_password", password)]).await;
    set("nothing", NEW).await.wrong_at("join-f-link", "a wrong link");
    set(&link, "short").await.wrong_at("join-f-new-password", "a weak password");
    assert_eq!(set(&link, NEW).await.led("set"), "/sign-in?joined=true");
    assert!(ines.get("/sign-in?joined=true").await.page("the sign-in").contains("Your password was set"));
    assert_eq!(ines.send("/sign-in", &[("email", INES), ("password", NEW)]).await.led("the new one"), "/");
    w.stop().await;
}

async fn links_are_asked_for_alike_by_everybody(w: World) {
    let nobody = Browser::of(&w);
    let ask = async |email: &str, reference: &str| {
        nobody.send("/link/request", &[("email", email), ("reference", reference)]).await
    };
    let one = ask(DANA, "ENG-2026-K7Q4MD").await.page("somebody of here");
    let other = ask("nobody@example.com", "ENG-2026-K7Q4MD").await.page("nobody of here");
    assert_eq!(one, other, "the answer tells nobody from anybody");
    ask("not an address", "ENG-2026-K7Q4MD").await.wrong_at("request-f-email", "no address");
    ask(DANA, "not a reference").await.wrong_at("request-f-reference", "no reference");
    w.stop().await;
}

async fn who_lost_a_password_is_told_whom_to_ask(w: World) {
    let page = Browser::of(&w).get("/sign-in").await.page("the sign-in");
    let told = between(&page, "id=\"lost\">", "</p>");
    for word in ["password", "second factor", "administrator of your organization"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    w.stop().await;
}

async fn the_first_administrator_is_made_by_the_printed_link(database: TestDatabase) {
    let w = World::bare(database, START, |_| {}).await;
    let link = w.app.first_administrator_link().await.unwrap().expect("there is no administrator yet");
    let nobody = Browser::of(&w);
    nobody.get("/first-administrator").await.page("the form");
    let make = async |link: &str, name: &str, password: &str| {
        let who = [("organization", "Frontier Access Office"), ("name", name), ("email", "ada.roth@fado.test")];
        let secrets = [("link", link), ("password", password)];
        let fields: Vec<(&str, &str)> = who.into_iter().chain(secrets).collect();
        nobody.send("/first-administrator", &fields).await
    };
    make("nothing", "Ada Roth", NEW).await.wrong_at("join-f-link", "a wrong link");
    make(&link, "", NEW).await.wrong_at("join-f-name", "no name");
    make(&link, "Ada Roth", "short").await.wrong_at("join-f-password", "a weak password");
    assert_eq!(make(&link, "Ada Roth", NEW).await.led("made"), "/sign-in?joined=true");
    make(&link, "Ada Roth", NEW).await.wrong_at("join-f-link", "there is an administrator");
    w.stop().await;
}

/// A developer that hosts itself, with its liaison and its official, and the office as a guest.
async fn hosting_itself(database: TestDatabase) -> (World, String) {
    let w = World::bare(database, START, |settings| settings.program.deployment = Deployment::SingleDeveloper).await;
    let name = |text: &str| Name::parse(text).unwrap();
    let first = FirstAdministrator {
        organization: name("Larkspur Cognition"),
        email: "nia.holt@larkspur.test".to_owned(),
        name: name("Nia Holt"),
        password: PASSWORD.to_owned(),
    };
    let host = w.app.create_first_administrator(&first).await.unwrap().organization;
    for (email, who, role) in
        [(INES, "Ines Varga", Role::DeveloperLiaison), (TOBIAS, "Tobias Renn", Role::DeveloperOfficial)]
    {
        let new = NewAccount { email: email.to_owned(), name: name(who), organization: host, roles: vec![role] };
        w.app.create_account_as_operator(&new, Some(PASSWORD)).await.unwrap();
    }
    let office = anteroom::app::identity::NewOrganization::plain(name("Frontier Access Office"), Side::Government);
    let office = w.app.create_organization_as_operator(&office).await.unwrap().id.to_string();
    (w, office)
}

/// A guest whom the liaison invited through the pages, and who accepted out of the mail; answers with the personal code.
async fn invited(w: &World, ines: &Browser, office: &str, (email, name, role): (&str, &str, &str)) -> String {
    let person = [("name", name), ("email", email), ("organization", office), ("roles", role)];
    ines.post("/administration/invitations/new", &person).await.led("the invitation");
    w.work().await;
    let (guest, link) = (Browser::of(w), mailed(w, email, "/invitation#"));
    assert!(guest.get("/invitation").await.page("the form").contains("(optional)"), "a guest acts by links");
    let accepted = guest.send("/invitation", &[("link", &link), ("email", email), ("new_password", "")]).await;
    let accepted = accepted.page("the personal code, once");
    let code = between(&accepted, "<code class=\"ar-reference\">", "</code>").to_owned();
    assert!(code.len() > 8, "{code}");
    code
}

/// The second person finds who waits among the accounts, and confirms the role.
async fn confirmed(w: &World, by: &str, name: &str) {
    let second = Browser::signed_in(w, by).await;
    let accounts = second.get("/administration/accounts").await.page("the accounts");
    let before = accounts.split(&format!(">{name}<")).next().unwrap_or_default();
    let account = before.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let page = second.get(account).await.page(name);
    let confirm = format!("{account}/roles/{}/confirm", between(&page, &format!("{account}/roles/"), "/confirm\""));
    second.get(&confirm).await.page("what is confirmed");
    assert_eq!(second.post(&confirm, &[]).await.did("confirmed"), format!("{account}?done=confirmed"));
}

/// A submitted inquiry of a new release, all of it through forms; answers with its reference.
async fn inquiry(w: &World) -> String {
    let desk = Desk::signed_in(w, INES).await;
    let reference = |page: Page| {
        let to = page.header("location").split('?').next().unwrap_or_default().to_owned();
        to.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let release = reference(desk.fill("/new/release", &[("/name", "Heron-3")]).await.is(303, "a release"));
    let question = [("/release", release.as_str()), ("/question", "Is it within the designation?")];
    let inquiry = reference(desk.fill("/new/inquiry", &question).await.is(303, "an inquiry"));
    let attested = [("/unclassified_attestation", "true"), ("/no_weights_or_scores_attestation", "true")];
    desk.fill(&format!("/inquiries/{inquiry}/submit"), &attested).await.is(303, "submitted");
    w.work().await;
    inquiry
}

/// A browser that a mailed link opened, and where it was led.
async fn by_link(w: &World, email: &str, code: &str, link: &str) -> (Desk, String) {
    let mut desk = Desk::of(w);
    desk.get("/link").await.is(200, "the form");
    let opened = desk.send("/link", &[("link", link), ("email", email), ("code", code)]).await.is(303, "the link");
    let cookie = opened.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    desk.cookie = Some(cookie);
    (desk, opened.header("location").to_owned())
}

async fn a_guest_joins_with_a_code_and_acts_by_links(database: TestDatabase) {
    let (w, office) = hosting_itself(database).await;
    let ines = Browser::signed_in(&w, INES).await;
    let code = invited(&w, &ines, &office, (DANA, "Dana Whitlow", "PL")).await;
    let recorders = invited(&w, &ines, &office, (GRANT, "Grant Okafor", "DT")).await;
    let dana = Browser::of(&w);
    let asked = [("email", DANA), ("reference", "INQ-2026-ZZZZZZ")];
    dana.send("/link/request", &asked).await.page("the same answer for every record");
    let nothing = [("link", "nothing"), ("email", DANA), ("code", code.as_str())];
    dana.send("/link", &nothing).await.wrong_at("join-f-link", "a wrong link");

    // The notice that asks her carries the link; it opens the record that it is about, and no other page.
    let inquiry = inquiry(&w).await;
    let (path, link) = (format!("/inquiries/{inquiry}"), mailed(&w, DANA, "/link#"));
    let (desk, led) = by_link(&w, DANA, &code, &link).await;
    assert_eq!(led, path);
    let page = desk.get(&path).await.is(200, "the record that she was invited to");
    assert!(page.told("main").contains("Is it within the designation?"), "{}", page.told("main"));
    assert!(page.all("main a", "href").contains(&format!("{path}/acknowledge")), "what asks her is offered");
    for elsewhere in ["/inquiries", "/administration/accounts", "/new/inquiry", "/account"] {
        assert_ne!(desk.get(elsewhere).await.status, 200, "{elsewhere}");
    }
    desk.fill(&format!("{path}/acknowledge"), &[]).await.is(303, "she acts");
    assert!(desk.get(&path).await.is(200, "the record").told("main").contains("Acknowledged"));
    dana.send("/link", &[("link", link.as_str()), ("email", DANA), ("code", code.as_str())])
        .await
        .wrong_at("join-f-link", "a link works once");
    w.clock.advance_system(TimeDelta::minutes(15)).unwrap();
    assert_ne!(desk.get(&path).await.status, 200, "a quarter of an hour on");

    // A role of two people brings no link before the second one has confirmed it.
    let ask = async || {
        w.clock.advance_system(TimeDelta::minutes(10)).unwrap();
        let asked = [("email", GRANT), ("reference", inquiry.as_str())];
        Browser::of(&w).send("/link/request", &asked).await.page("asked for");
        w.work().await;
    };
    let links =
        || w.smtp.received().into_iter().filter(|mail| mail.recipients == [GRANT] && mail.text.contains("/link#"));
    ask().await;
    assert_eq!(links().count(), 0, "not confirmed");
    confirmed(&w, TOBIAS, "Grant Okafor").await;
    ask().await;
    let (desk, led) = by_link(&w, GRANT, &recorders, &mailed(&w, GRANT, "/link#")).await;
    assert_eq!(led, path);
    desk.fill(&format!("{path}/begin-assessment"), &[]).await.is(303, "the recorder acts");
    assert!(desk.get(&path).await.is(200, "the record").told("main").contains("Assessing"));
    w.stop().await;
}

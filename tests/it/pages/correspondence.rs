//! Mail, seen from the browser: what did not arrive as a task, the log of mail with its filters, and choices about mail.

use crate::{
    correspondence::bounces::{incident, report, world},
    support::{
        database::TestDatabase,
        desk::{Desk, Page},
        matters::{self, DANA, GRANT, LARKSPUR, NIA},
        scene::INES,
        world::World,
    },
};

on_both! {
    mail_that_did_not_arrive_is_a_task_with_a_way_to_it
    an_administrator_is_led_to_people_and_to_no_record
    the_log_of_mail_is_filtered_by_its_address
    mail_is_ended_by_its_own_page
}

at_both_doors! {
    what_a_person_wants_to_be_told_is_chosen_on_a_page
    who_looks_after_mail_finds_the_way_where_nothing_is_wrong
}

/// A world in which the notice of an incident came back, and the incident's reference.
async fn returned(database: TestDatabase) -> (World, String) {
    let (w, engagement) = world(database).await;
    let (incident, mail) = incident(&w, &engagement).await;
    w.app.take_report(&report(&mail.from, "failed", "5.1.1")).await.unwrap();
    (w, incident)
}

/// Where the rows of the section lead.
fn steps(page: &Page) -> Vec<String> {
    page.all("#mail-problems tbody a", "href").into_iter().filter(|to| to.starts_with("/mail-problems")).collect()
}

async fn mail_that_did_not_arrive_is_a_task_with_a_way_to_it(database: TestDatabase) {
    let (w, incident) = returned(database).await;
    let dana = Desk::signed_in(&w, DANA).await;
    let home = dana.get("/").await.is(200, "the worklist");
    assert_eq!(home.all("#mail-problems", "id").len(), 1, "the section stands there once");
    assert_eq!(home.all("#mail-problems tbody tr", "role").len(), 1, "{}", home.told("#mail-problems"));
    let steps = steps(&home);
    assert_eq!(steps.len(), 1, "{}", home.told("#mail-problems"));
    let id = steps[0].strip_prefix("/mail-problems#p-").expect("the problem itself").to_owned();

    let page = dana.get("/mail-problems").await.is(200, "the problems");
    let told = page.told(&format!("#p-{id}"));
    for word in ["Incident (N16)", "Ines Varga", incident.as_str(), "Bounced", "5.1.1"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert!(!told.contains(w.account(INES)), "people have names: {told}");
    assert_eq!(page.all("main dd a", "href"), [format!("/incidents/{incident}")], "a liaison reads the record");
    for who in [GRANT, INES] {
        Desk::signed_in(&w, who).await.get("/mail-problems").await.is(403, who);
    }

    let resolve = format!("/mail-problems/{id}/resolve");
    let token = page.field("csrf");
    let done = dana.send(&resolve, &[("csrf", &token)]).await.is(303, "looked after");
    let after = dana.get(done.header("location")).await.is(200, "the problems after it");
    assert!(after.told("main").contains("somebody looked after it"), "{}", after.told("main"));
    assert!(after.all("main form", "action").is_empty(), "nothing is left");
    dana.send(&resolve, &[("csrf", &token)]).await.is(404, "it is resolved");
    assert!(self::steps(&dana.get("/").await).is_empty());
    w.stop().await;
}

async fn an_administrator_is_led_to_people_and_to_no_record(database: TestDatabase) {
    let (w, incident) = returned(database).await;
    let nia = Desk::signed_in(&w, NIA).await;
    let account = format!("/administration/accounts/{}", w.account(INES));
    let home = nia.get("/").await.is(200, "the worklist");
    assert_eq!(steps(&home).len(), 1);
    let problems = nia.get("/mail-problems").await.is(200, "the problems");
    assert_eq!(problems.all("main dd a", "href"), std::slice::from_ref(&account));
    for page in [&home, &problems] {
        assert!(page.told("main code").contains(&incident), "the reference is told");
        assert!(!page.text.contains(&format!("href=\"/incidents/{incident}")), "and leads nowhere");
    }
    let person = nia.get(&account).await.is(200, "the person");
    assert!(person.told(".usa-alert").contains("Mail does not arrive"), "{}", person.told("main"));
    let token = problems.field("csrf");
    let id = steps(&home).remove(0).trim_start_matches("/mail-problems#p-").to_owned();
    nia.send(&format!("/mail-problems/{id}/resolve"), &[("csrf", &token)]).await.is(303, "looked after");
    assert_eq!(nia.get(&account).await.is(200, "the person").told(".usa-alert"), "");
    w.stop().await;
}

async fn the_log_of_mail_is_filtered_by_its_address(database: TestDatabase) {
    let (w, incident) = returned(database).await;
    let nia = Desk::signed_in(&w, NIA).await;
    let rows = async |query: &str| {
        let page = nia.get(&format!("/administration/mail{query}")).await.is(200, query);
        (page.all("main tbody tr", "role").len(), page)
    };
    let (all, page) = rows("").await;
    let told = page.told("main tbody");
    assert!(told.contains("Ines Varga") && told.contains("Incident (N16)"), "{told}");
    assert!(!told.contains(w.account(INES)), "people have names: {told}");
    let (by_notice, page) = rows("?notice=N16&outcome=&reference=").await;
    assert!(by_notice > 0 && by_notice < all, "{by_notice} of {all}");
    assert_eq!(page.told("main tbody td:nth-child(2)").matches("Incident (N16)").count(), by_notice);
    assert_eq!(page.all("[name=notice] option[selected]", "value"), ["N16"], "the form shows what is asked for");
    let (bounced, page) = rows("?outcome=bounced").await;
    assert_eq!(bounced, 1, "{}", page.told("main tbody"));
    let (by_reference, page) = rows(&format!("?reference={}", incident.to_lowercase())).await;
    assert_eq!(page.told("main tbody code").matches(&incident).count(), by_reference, "{}", page.told("main tbody"));
    assert!(by_reference > 0);
    let (sent, _) = rows("?outcome=sent").await;
    assert!(sent > 0 && sent < all, "{sent} of {all}");
    let (none, page) = rows("?notice=N16&outcome=expired").await;
    assert!(none == 0 && page.told("main").contains("No such mail"), "{}", page.told("main"));
    nia.get("/administration/mail?code=N16").await.is(400, "an unknown parameter");
    Desk::signed_in(&w, DANA).await.get("/administration/mail").await.is(403, "no administrator");
    w.stop().await;
}

async fn mail_is_ended_by_its_own_page(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(&w, &LARKSPUR, &release).await;
    // Two working days before the ninth, on which the acknowledgement is due.
    w.at("2026-11-05T20:00:00Z").await;
    let mails = w.smtp.received();
    let mut words = mails.iter().filter(|mail| mail.recipients == [DANA]).flat_map(|mail| mail.text.split_whitespace());
    let address = words.rfind(|word| word.contains("/unsubscribe/")).expect("a reminder can be ended").to_owned();
    let (_, token) = address.split_once("/unsubscribe/").expect("a token");
    let path = format!("/unsubscribe/{token}");
    let nobody = Desk::of(&w);
    let asked = nobody.get(&path).await.is(200, "the question");
    assert!(asked.told("main").contains("Do you want to end mail about reminders?"), "{}", asked.told("main"));
    assert!(asked.all("link[rel=stylesheet]", "href")[0].starts_with("/assets/"), "the house's own style");
    assert_eq!(asked.all("header .ar-site a", "href"), ["/"], "a way to the service");
    assert!(asked.all("header .ar-signed", "class").is_empty() && asked.all("nav", "aria-label").is_empty());
    assert!(asked.header("content-security-policy").contains("script-src 'self'"), "{:?}", asked.headers);
    assert_eq!((asked.header("cache-control"), asked.header("x-robots-tag")), ("no-store", "noindex"));
    for said in ["Dana", "dana", "Larkspur", "ENG-", token] {
        assert!(!asked.text.contains(said), "{said}: {}", asked.text);
    }
    // Whoever is signed in sees the same, and another's mail names nobody.
    let other = Desk::signed_in(&w, INES).await.get(&path).await.is(200, "the same question");
    assert_eq!(other.told("body"), asked.told("body"));
    let done = nobody.send(&path, &[("List-Unsubscribe", "One-Click")]).await.is(200, "ended");
    assert!(done.told("main").contains("you no longer get mail about reminders"), "{}", done.told("main"));
    let unknown = nobody.get("/unsubscribe/x").await.is(404, "no mail's address");
    assert_eq!(unknown.told("h1"), "Not found");
    w.stop().await;
}

async fn what_a_person_wants_to_be_told_is_chosen_on_a_page(w: World) {
    let ines = Desk::signed_in(&w, INES).await;
    let path = "/account/notifications";
    let chosen = [("mail-conditions", "digest"), ("quiet_hours", "true"), ("zone", "Europe/Berlin")];
    let done = ines.fill(path, &chosen).await.is(303, "the choices");
    let page = ines.get(done.header("location")).await.is(200, "what was chosen");
    assert!(page.told(".usa-alert").contains("Your choices hold"), "{}", page.told("main"));
    assert_eq!(page.all("[name=mail-conditions] option[selected]", "value"), ["digest"]);
    // Each notice by itself, below its group.
    let within = |group: &str| page.all(&format!("fieldset#f-{group} select"), "name");
    let engagements = ["mail-proposal", "mail-participation", "mail-ready", "mail-withdrawn", "mail-released"];
    assert_eq!(within("group-engagements"), engagements);
    assert_eq!(page.told("fieldset#f-group-engagements legend"), "Mail about engagements");
    assert_eq!(within("group-windows").len(), 4);
    ines.fill(path, &[("mail-window_opened", "off"), ("mail-conditions", "digest"), ("zone", "Europe/Berlin")])
        .await
        .is(303, "one of them");
    let page = ines.get(path).await;
    assert_eq!(page.all("[name=mail-window_opened] option[selected]", "value"), ["off"]);
    assert_eq!(page.all("[name=mail-window_closed] option[selected]", "value"), ["immediate"]);
    assert_eq!(page.field("zone"), "Europe/Berlin");
    assert!(page.told("#fixed").contains("incidents"), "what always comes is told");
    let wrong = ines.fill(path, &[("zone", "Nowhere/Town"), ("mail-conditions", "off")]).await.is(422, "no such zone");
    assert!(!wrong.told(".usa-error-message").is_empty(), "{}", wrong.told("main"));
    assert_eq!(wrong.field("zone"), "Nowhere/Town", "what was typed is kept");
    assert_eq!(ines.get(path).await.field("zone"), "Europe/Berlin", "and nothing was recorded");
    w.stop().await;
}

async fn who_looks_after_mail_finds_the_way_where_nothing_is_wrong(w: World) {
    for (who, finds) in [(NIA, true), (DANA, true), (INES, false)] {
        let home = Desk::signed_in(&w, who).await.get("/").await.is(200, who);
        assert_eq!(home.all("main a[href='/mail-problems']", "href").len(), usize::from(finds), "{who}");
    }
    w.stop().await;
}

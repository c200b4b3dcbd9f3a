//! What is shown before it is used: every mail and every text of a version with sample particulars; and the views that a
//! person keeps, beside the worklist.

use crate::support::{
    desk::Desk,
    scene::{DANA, FELIX, INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    every_mail_is_shown_with_sample_fields
    every_text_of_a_version_is_shown_with_sample_particulars
    kept_views_stand_beside_the_worklist
    a_filter_of_the_worklist_is_kept
}

async fn every_mail_is_shown_with_sample_fields(w: World) {
    let desk = Desk::signed_in(&w, NIA).await;
    let list = desk.get("/administration/mail/templates").await.is(200, "the mails");
    let links = list.all("#mails tbody th a", "href");
    for code in 1..=20 {
        let code = format!("/N{code}/");
        assert!(links.iter().any(|link| link.contains(&code)), "{code}");
    }
    for stem in ["escalation", "digest", "calendar", "view", "link", "invitation", "document", "handoff"] {
        assert!(links.iter().any(|link| link.ends_with(&format!("/{stem}"))), "{stem}");
    }
    for link in &links {
        let page = desk.get(link).await.is(200, link);
        let subject = page.told("#mail dd").to_lowercase();
        assert!(subject.contains("anteroom"), "{link}: {subject}");
        let sentence = page.told("select[name=ask] option[selected]");
        let first_words = sentence.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
        assert!(!first_words.is_empty() && page.told("#text").contains(&first_words), "{link}: {sentence}");
        assert!(page.told("#html .ar-list").contains(&first_words), "{link}: {}", page.told("#html .ar-list"));
    }
    let before = w.mails().await;
    let asked = desk.get("/administration/mail/templates/N13/condition?ask=sign").await.is(200, "another sentence");
    assert!(asked.told("#text").contains("waits for your signature"), "{}", asked.told("#text"));
    desk.get("/administration/mail/templates/N13/condition?ask=nonsense").await.is(422, "no such sentence");
    desk.get("/administration/mail/templates/N1/window").await.is(404, "no such mail");
    w.work().await;
    assert_eq!(w.mails().await, before, "looking sends nothing");
    w.stop().await;
}

async fn every_text_of_a_version_is_shown_with_sample_particulars(w: World) {
    let desk = Desk::signed_in(&w, INES).await;
    let version = desk.get("/administration/framework/v1.1").await.is(200, "the version");
    let links = version.all("#templates a", "href");
    for key in ["nda", "screening_nda", "insider_risk"] {
        assert!(links.iter().any(|link| link.ends_with(&format!("/{key}"))), "{key}: {links:?}");
    }
    for link in &links {
        let page = desk.get(link).await.is(200, link);
        assert!(page.told("#text").len() > 100, "{link}");
        assert!(page.told("#signatures").contains("Alex Sample"), "{link}: {}", page.told("#signatures"));
        assert!(page.all("main a[href*='SAMPLE']", "href").is_empty(), "no sample is a record");
    }
    w.stop().await;
}

async fn kept_views_stand_beside_the_worklist(w: World) {
    let ines = Desk::signed_in(&w, INES).await;
    let none = ines.get("/").await.is(200, "the worklist");
    assert!(none.all(".ar-others", "class").is_empty(), "nothing is kept yet");
    let fields = [("name", "Open ones"), ("query", "stage:open"), ("shared", "true")];
    let csrf = ines.get("/account").await.is(200, "a page with forms").field("csrf");
    ines.send("/views", &[&[("csrf", csrf.as_str())][..], &fields[..]].concat()).await.is(303, "it is kept");
    let page = ines.get("/").await.is(200, "the worklist");
    assert_eq!(page.all(".ar-others a", "href"), ["/", "/search?q=stage%3Aopen"]);
    assert!(page.told(".ar-others").contains("Open ones"));
    let shared = Desk::signed_in(&w, TOBIAS).await.get("/").await.is(200, "a colleague's worklist");
    assert_eq!(shared.all(".ar-others a", "href"), ["/", "/search?q=stage%3Aopen"]);
    assert!(shared.told(".ar-others").contains("Open ones, shared by Ines Varga"), "{}", shared.told(".ar-others"));
    for who in [DANA, FELIX] {
        let other = Desk::signed_in(&w, who).await.get("/").await.is(200, who);
        assert!(other.all(".ar-others", "class").is_empty() && !other.text.contains("Open ones"), "{who}");
    }
    w.stop().await;
}

async fn a_filter_of_the_worklist_is_kept(w: World) {
    let ines = Desk::signed_in(&w, INES).await;
    assert!(ines.get("/").await.is(200, "the worklist").all("#view", "action").is_empty(), "nothing to keep");
    let path = "/?view=team&kind=condition&developer=Larkspur%20Cog&next_step=sign&code=D5";
    let page = ines.get(path).await.is(200, "a filtered worklist");
    assert!(!page.text.contains("<details class=\"ar-why\" id=\"keep\" open>"), "the form is folded");
    let nameless = ines.press(&page, "view", "/views", &[("name", " ")]).await.is(422, "no name");
    assert_eq!(nameless.told("main h1"), "Worklist");
    assert_eq!(nameless.all("details#keep[open] #view", "action"), ["/views"], "it comes back open");
    assert!(!nameless.told("#view-f-name-error").is_empty(), "{}", nameless.told("main"));
    assert_eq!(nameless.all("[name=developer]", "value"), ["Larkspur Cog"], "with the same filter");
    let fields = [("name", "To be signed"), ("shared", "true")];
    let done = ines.press(&nameless, "view", "/views", &fields).await.is(303, "it is kept");
    assert!(done.header("location").starts_with(&format!("{path}&done=saved")), "{}", done.header("location"));
    assert!(ines.get(done.header("location")).await.told("[role=status]").contains("is kept"));
    let twice = ines.press(&page, "view", "/views", &fields).await.is(422, "the name is taken");
    assert!(twice.told("#view-f-name-error").contains("another of your views"), "{}", twice.told("main"));

    let tobias = Desk::signed_in(&w, TOBIAS).await;
    for (desk, name) in [(&ines, "To be signed"), (&tobias, "To be signed, shared by Ines Varga")] {
        let page = desk.get("/").await.is(200, name);
        assert_eq!(page.all(".ar-others a", "href"), ["/", path], "{name}");
        assert!(page.told(".ar-others").contains(name), "{}", page.told(".ar-others"));
        let shown = desk.get(path).await.is(200, name);
        assert_eq!(shown.all("[name=code]", "value"), ["D5"], "{name}");
        let search = desk.get("/search").await.is(200, name);
        assert!(search.all("#views a", "href").contains(&path.to_owned()), "{name}");
        assert!(search.told("#views").contains("Worklist: view:team kind:condition"), "{}", search.told("#views"));
    }
    let wrong = [("name", "Other"), ("place", "worklist"), ("query", "stage:open")];
    let csrf = page.field("csrf");
    let wrong = ines.send("/views", &[&[("csrf", csrf.as_str())][..], &wrong[..]].concat()).await.is(422, "no filter");
    assert!(wrong.told("[role=alert]").contains("no field \"stage\""), "{}", wrong.told("main"));
    w.stop().await;
}

//! What is shown before it is used: every mail and every text of a version with sample particulars; and the views that a
//! person keeps, beside the worklist.

use crate::support::{
    desk::Desk,
    scene::{INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    every_mail_is_shown_with_sample_fields
    every_text_of_a_version_is_shown_with_sample_particulars
    kept_views_stand_beside_the_worklist
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
    let tobias = Desk::signed_in(&w, TOBIAS).await;
    assert!(tobias.get("/").await.all(".ar-others", "class").is_empty(), "a colleague's stands in the lists alone");
    w.stop().await;
}

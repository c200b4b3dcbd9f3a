//! The page of one organization: its facts, its people and engagements as far as the reader may know of them, and what
//! the reader may do there.

use anteroom::domain::id::Kind;

use crate::support::{
    desk::Desk,
    scene::{self, BEA, DANA, INES, MARA, NIA, THEO},
    world::World,
};

at_both_doors! {
    an_organization_shows_what_its_reader_may_know
}

fn path(w: &World, key: &str) -> String {
    format!("/administration/organizations/{}", w.organization(key))
}

async fn an_organization_shows_what_its_reader_may_know(w: World) {
    let records = scene::set(&w).await;
    let engagement = &records[&Kind::Engagement];
    let (larkspur, fado) = (path(&w, "larkspur"), path(&w, "fado"));
    let shown = async |who: &str, path: &str| Desk::signed_in(&w, who).await.get(path).await;

    let own = shown(INES, &larkspur).await.is(200, "one's own");
    let told = own.told("main");
    for said in
        ["Larkspur Cognition", "Developer", "Ines Varga", "Tobias Renn", "Developer liaison", "open, 0 disabled"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(own.told("#engagements").contains(engagement.as_str()), "{told}");
    assert_eq!(own.all("#actions a", "href"), ["/administration/api-tokens"], "what a liaison may do there");

    // Who runs the accounts reads no case, and whoever leads a case knows no more of a developer's people for it.
    let administrator = shown(NIA, &larkspur).await.is(200, "to the administrator");
    assert!(!administrator.text.contains(engagement.as_str()), "an administrator reads no engagement");
    let acts = administrator.all("#actions a", "href");
    assert_eq!(acts, ["/administration/accounts/new", "/administration/invitations/new"]);
    let account = format!("/administration/accounts/{}", w.account(INES));
    assert!(administrator.all("#people a", "href").contains(&account));
    assert!(administrator.all("main a", "href").iter().all(|href| !href.starts_with("/engagements/")));

    // No developer learns of another (invariant 15): the page is as that of nobody.
    for (who, path) in [(MARA, &larkspur), (INES, &path(&w, "quillstone")), (BEA, &larkspur), (DANA, &larkspur)] {
        let hidden = shown(who, path).await.is(404, who);
        let nobody = "/administration/organizations/3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88";
        assert_eq!(hidden.told("main"), shown(who, nobody).await.is(404, who).told("main"), "{who} {path}");
    }
    shown(NIA, "/administration/organizations/nonsense").await.is(404, "no id");

    let office = shown(THEO, &fado).await.is(200, "the office");
    assert!(office.told("main dl").contains("Host") && office.told("#people").contains("Dana Whitlow"));
    let list = shown(NIA, "/administration/organizations").await.is(200, "the list");
    assert!(list.all("main a", "href").contains(&larkspur), "the list leads to each");
    let of_ines = shown(NIA, &account).await.is(200, "an account");
    assert!(of_ines.all("main a", "href").contains(&larkspur), "and so does the account");
    w.stop().await;
}

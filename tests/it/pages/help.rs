//! Help, and where somebody begins for whom nothing waits yet.

use crate::support::{
    desk::Desk,
    matters::{self, LARKSPUR},
    scene::{DANA, INES, NIA, TOBIAS},
    world::World,
};

at_both_doors! {
    a_first_visit_says_where_to_begin
    help_names_the_own_role_first
    there_is_no_tour_outside_the_demonstration
}

async fn a_first_visit_says_where_to_begin(w: World) {
    for (who, role, way) in [(INES, "#role-dl", "/new/inquiry"), (NIA, "#role-sa", "/administration")] {
        let desk = Desk::signed_in(&w, who).await;
        let home = desk.get("/").await.is(200, who);
        let ways = home.all(&format!("main {role} a"), "href");
        assert!(ways.contains(&way.to_owned()), "{who}: {ways:?}");
        assert_eq!(home.all("main > p a[href='/help']", "href").len(), 1, "{who}: help is one step away");
        for way in ways {
            desk.get(way.split('#').next().unwrap_or_default()).await.is(200, &way);
        }
        let narrowed = desk.get("/?next_step=sign").await.is(200, who);
        assert!(narrowed.all(role, "id").is_empty(), "{who}: nothing is empty by itself where little was asked for");
    }
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(&w, &LARKSPUR, &release).await;
    let dana = Desk::signed_in(&w, DANA).await.get("/").await.is(200, "a queue");
    assert!(dana.all("#role-pl", "id").is_empty(), "where something waits, that comes first");
    w.stop().await;
}

async fn help_names_the_own_role_first(w: World) {
    let nobody = Desk::of(&w).get("/help").await.is(200, "help is for anybody");
    assert!(nobody.all("main section", "id").iter().all(|id| !id.starts_with("role-")), "nobody has a role");
    for id in ["#course", "#roles", "#hints"] {
        assert!(!nobody.told(id).is_empty(), "{id}");
    }
    let tobias = Desk::signed_in(&w, TOBIAS).await;
    let page = tobias.get("/help").await.is(200, "the own help");
    assert_eq!(page.all("main section", "id").first().map(String::as_str), Some("role-da"));
    assert!(!page.told("#roles").contains("Developer authorized official"), "the own role is none of the others");
    for way in page.all("#role-da a", "href") {
        tobias.get(&way).await.is(200, &way);
    }
    w.stop().await;
}

async fn there_is_no_tour_outside_the_demonstration(w: World) {
    for path in ["/tour", "/demo", "/demo/mail"] {
        Desk::of(&w).get(path).await.is(404, path);
    }
    w.stop().await;
}

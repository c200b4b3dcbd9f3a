//! The ways through the house: who is shown administration, and that help leads to the rules and to whatever else a
//! person is answered.

use crate::support::{
    desk::Desk,
    scene::{BEA, DANA, INES, JOAN, NIA, THEO, TOBIAS},
    world::World,
};

at_both_doors! {
    administration_is_shown_to_whoever_has_something_to_do_there
    help_leads_to_the_rules_and_to_what_a_person_is_answered
    help_leads_a_stranger_to_the_open_rules_alone
}

const ADMINISTRATION: &str = "/administration";

/// Each of these people, and which of figures, API tokens and mail problems help leads them to.
const PEOPLE: [(&str, bool, [bool; 3]); 7] = [
    (NIA, true, [false, false, true]),
    (THEO, true, [true, false, false]),
    (INES, true, [true, true, false]),
    (TOBIAS, true, [true, true, false]),
    (DANA, true, [false, false, true]),
    (JOAN, true, [true, false, false]),
    (BEA, false, [false, false, false]),
];

const OFFERED: [&str; 3] = ["/administration/figures", "/administration/api-tokens", "/mail-problems"];

async fn administration_is_shown_to_whoever_has_something_to_do_there(world: World) {
    for (who, expected, _) in PEOPLE {
        let desk = Desk::signed_in(&world, who).await;
        let ways = desk.get("/help").await.is(200, who).all("header nav a", "href");
        assert_eq!(ways.iter().any(|way| way == ADMINISTRATION), expected, "{who}: {ways:?}");
    }
}

async fn help_leads_to_the_rules_and_to_what_a_person_is_answered(world: World) {
    for (who, _, offered) in PEOPLE {
        let desk = Desk::signed_in(&world, who).await;
        let links = desk.get("/help").await.is(200, who).all("#rules a", "href");
        for way in ["/permissions", "/workflow", "/problems", "/administration/framework"] {
            assert!(links.iter().any(|link| link == way), "{who} is led to {way}: {links:?}");
        }
        for (way, expected) in OFFERED.into_iter().zip(offered) {
            assert_eq!(links.iter().any(|link| link == way), expected, "{who} {way}");
            let answered = desk.get(way).await.status == 200;
            assert_eq!(answered, expected, "{who} {way}: what is offered is answered, and nothing else");
        }
        for link in &links {
            desk.get(link).await.is(200, &format!("{who} {link}"));
        }
    }
}

async fn help_leads_a_stranger_to_the_open_rules_alone(world: World) {
    let desk = Desk::of(&world);
    let links = desk.get("/help").await.is(200, "help").all("#rules a", "href");
    assert_eq!(links, ["/permissions", "/workflow", "/problems"]);
    for link in &links {
        desk.get(link).await.is(200, link);
    }
}

//! "Why this date": what the dates of a window, of access and of an offer come of, on pages and in the API.

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    matters::{self, DANA, LARKSPUR},
    scene::{BEA, FELIX, INES, LENA, TOBIAS},
    window::{self, Scheduled},
    world::World,
};

at_both_doors! {
    a_window_says_which_bound_ends_it
    access_says_what_ends_it
    an_offer_says_how_its_lapse_is_counted
    who_sees_an_outline_learns_no_bound
}

const SAM: &str = "sam.petrov@fado.test";

const OPENS: &str = "2026-11-23T14:00:00Z";

/// The end of the window as the record, its open deadline and the worklist tell it.
async fn ends(w: &World, engagement: &str) -> [Value; 3] {
    let view = w.record(DANA, &format!("engagements/{engagement}")).await;
    let deadlines = w.record(DANA, &format!("engagements/{engagement}/deadlines")).await;
    let mut open = deadlines.as_array().unwrap().iter();
    let deadline = open.find(|one| one["code"] == "D9" && one["status"] == "open").expect("the end");
    assert_eq!(deadline["starts_at"]["at"], OPENS, "the clock is anchored by the opening: {deadline}");
    let list = w.record(DANA, "worklist?code=D9").await;
    let sections = list.as_object().unwrap().values().filter_map(Value::as_array);
    let row = sections.flatten().find(|row| row["reference"] == engagement).expect("a row");
    assert_eq!(row["why"]["starts_at"]["at"], OPENS, "{row}");
    [view["window"]["end"].clone(), deadline["window_end"].clone(), row["why"]["window_end"].clone()]
}

async fn a_window_says_which_bound_ends_it(w: World) {
    let Scheduled { engagement, .. } = window::set(&w).await;
    let at = format!("/engagements/{engagement}");
    // Thirty days from November 23 are over at the planned release.
    let cap =
        "30 days of access from Nov 23, 2026, 9:00 a.m. EST, nothing used before; the planned release is then, too";
    let agreed = "The agreed end comes first, before 30 days of access from Nov 23, 2026, 9:00 a.m. EST are over";
    let scheduled = "Scheduled by both sides on Nov 2, 2026, 9:00 a.m. EST";
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get(&at).await.is(200, "scheduled");
    assert!(page.told("#deadlines").contains(scheduled), "{}", page.told("#deadlines"));
    assert!(page.told("#window .ar-why > summary").contains(cap), "{}", page.told("#window"));
    let queue = desk.get("/?view=team").await.is(200, "the queue").told("main");
    assert!(queue.contains(&format!("Window opens (D8): {scheduled}; framework v1.")), "{queue}");

    w.at(OPENS).await;
    for end in ends(&w, &engagement).await {
        assert_eq!((&end["decided_by"], &end["cap_days"]), (&json!("elapsed_cap"), &json!(30)), "{end}");
        assert_eq!(end["counted_from"]["at"], OPENS);
        let bounds: Vec<&Value> = end["bounds"].as_array().unwrap().iter().map(|one| &one["bound"]).collect();
        assert_eq!(bounds, ["elapsed_cap", "civil_cap", "planned_release"], "{end}");
        assert_eq!((&end["used_before_seconds"], &end["paused_seconds"]), (&json!(0), &json!(0)));
    }
    let lower = json!({ "earlier_end": "2026-12-01T09:00:00-05:00" });
    for said in [cap, agreed] {
        for who in [INES, DANA] {
            let desk = Desk::signed_in(&w, who).await;
            let page = desk.get(&at).await.is(200, who);
            for place in ["#window .ar-why > summary", "#deadlines"] {
                assert!(page.told(place).contains(said), "{who}, {place}: {}", page.told(place));
            }
            assert!(!page.told("main").contains("Given: window"), "{who}");
            let queue = desk.get("/?view=team").await.is(200, "the queue").told("main");
            assert!(queue.contains(&format!("Window closes (D9): {said}; framework v1.")), "{who}: {queue}");
        }
        if said == cap {
            w.act(DANA, &format!("engagements/{engagement}/lower-end"), lower.clone()).await;
        }
    }
    for end in ends(&w, &engagement).await {
        assert_eq!(
            (&end["decided_by"], &end["bounds"][0]["at"]["at"]),
            (&json!("agreed_end"), &json!("2026-12-01T14:00:00Z"))
        );
    }
    // What is over names its anchor, and no bound that nobody can reckon any more.
    let over = desk.get(&format!("{at}/deadlines")).await.is(200, "all deadlines").told("#over");
    for part in [scheduled, "What bounded the window then: window opened, Nov 23, 2026, 9:00 a.m. EST"] {
        assert!(over.contains(part), "{part}: {over}");
    }
    w.stop().await;
}

async fn access_says_what_ends_it(w: World) {
    let Scheduled { engagement, grant } = window::set(&w).await;
    w.at(OPENS).await;
    let path = format!("grants/{grant}");
    for (by, said) in
        [("not_recertified", "The grant is to be recertified by then"), ("window_closes", "The access window closes")]
    {
        let seen = w.record(DANA, &path).await;
        assert_eq!((&seen["ends_by"], &seen["effective"]), (&json!(by), &json!(true)), "{seen}");
        for (who, at, place) in [
            (LENA, format!("/grants/{grant}"), "main"),
            (TOBIAS, format!("/grants/{grant}"), "main"),
            (DANA, format!("/engagements/{engagement}"), "#people"),
        ] {
            let told = Desk::signed_in(&w, who).await.get(&at).await.is(200, who).told(place);
            assert!(told.contains(said), "{who}: {told}");
        }
        // Sooner than the fourteen days after which the grant is to be recertified.
        let lower = json!({ "earlier_end": "2026-11-25T09:00:00-05:00" });
        if by == "not_recertified" {
            w.act(DANA, &format!("engagements/{engagement}/lower-end"), lower).await;
        }
    }
    w.at("2026-11-25T14:00:00Z").await;
    let seen = w.record(DANA, &path).await;
    assert_eq!((seen.get("ends_by"), &seen["effective"]), (None, &json!(false)), "{seen}");
    w.stop().await;
}

async fn an_offer_says_how_its_lapse_is_counted(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let digest = w.record(DANA, &format!("conditions/{condition}")).await["texts"][0]["digest"].clone();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(DANA, &format!("conditions/{condition}/offer-agreement"), terms).await;
    let offer = w.record(INES, &format!("conditions/{condition}")).await["offers"][0].clone();
    // Ten working days after Monday the 2nd, with Veterans Day between: the 17th, to its end.
    assert_eq!(
        (&offer["lapses_at"]["at"], &offer["offered_at"]["at"]),
        (&json!("2026-11-18T05:00:00Z"), &json!("2026-11-02T14:00:00Z"))
    );
    assert_eq!(offer["lapses_after_working_days"], 10);
    let said = "10 working days after Nov 2, 2026, the day of the offer; sooner if the stage ends";
    let told = Desk::signed_in(&w, INES).await.get(&format!("/conditions/{condition}")).await.told("#agreement");
    assert!(told.contains(said), "{told}");

    let scheduled = window::set(&w).await.engagement;
    w.at(OPENS).await;
    let until = json!({ "earlier_end": "2026-12-10T09:00:00-05:00" });
    w.act(DANA, &format!("engagements/{scheduled}/extend-window"), until).await;
    // Thanksgiving lies between.
    let offer = w.record(TOBIAS, &format!("engagements/{scheduled}")).await["offers"][0].clone();
    assert_eq!(
        (&offer["lapses_at"]["at"], &offer["lapses_after_working_days"]),
        (&json!("2026-12-09T05:00:00Z"), &json!(10))
    );
    let told = Desk::signed_in(&w, TOBIAS).await.get(&format!("/engagements/{scheduled}")).await.told("#offers");
    assert!(told.contains("10 working days after Nov 23, 2026, the day of the offer"), "{told}");
    w.stop().await;
}

async fn who_sees_an_outline_learns_no_bound(w: World) {
    let Scheduled { engagement, .. } = window::set(&w).await;
    let officer = w.record(SAM, "worklist?view=team").await.to_string();
    assert!(officer.contains("\"D8\""), "the officer knows when it opens: {officer}");
    for at in ["2026-11-02T15:00:00Z", OPENS] {
        w.at(at).await;
        for who in [SAM, BEA, FELIX] {
            let list = w.record(who, "worklist?view=team").await.to_string();
            assert!(!list.contains("window_end") && !list.contains("\"D9\""), "{who}, {at}: {list}");
            let page = Desk::signed_in(&w, who).await.get(&format!("/engagements/{engagement}")).await.told("main");
            for part in ["days of access", "planned release", "comes first"] {
                assert!(!page.contains(part), "{who}, {at}: {page}");
            }
        }
    }
    w.stop().await;
}

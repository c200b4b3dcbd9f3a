//! Windows in time: as a chart and month by month.

use serde_json::json;

use crate::support::{
    desk::Desk,
    matters::{self, DANA, LARKSPUR, SAM},
    scene::{BEA, FELIX, INES, TOBIAS},
    world::World,
};

at_both_doors! {
    windows_stand_beside_each_other
    a_month_is_a_list_of_its_days
    what_is_due_on_the_last_day_is_of_the_month
    a_planned_release_that_was_moved_stays_in_the_chart
    openings_and_ends_that_were_moved_stay_in_the_chart
    engagements_without_a_window_stand_in_the_chart
}

async fn windows_stand_beside_each_other(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    for who in [INES, DANA] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get("/windows").await.is(200, who);
        let row = page.told(".ar-chart tbody tr");
        for part in [&engagement, "Larkspur Cognition", "Heron Canary", "Open: Nov 2, 2026 to Dec 1, 2026, day 1 of 30"]
        {
            assert!(row.contains(part), "{part}: {row}");
        }
        assert_eq!(page.all(".ar-chart tbody .ar-chart__span", "x").len(), 1);
        assert_eq!(page.all(".ar-chart tbody .ar-chart__now", "d").len(), 1);
        // Thirty days after the opening, 60 days and 10 hours after the beginning of a span of 121 days and an hour.
        assert_eq!(page.all(".ar-chart tbody .ar-chart__cap", "d"), ["M499 0V10"], "{who}");
    }
    let desk = Desk::signed_in(&w, DANA).await;
    let later = desk.get("/windows?from=2027-06-01&to=2027-06-30").await.is(200, "another span");
    assert!(later.told("#windows").contains("No access window"), "{}", later.told("#windows"));
    assert!(later.all(".ar-others a", "href").contains(&"/windows?from=2027-07-01&to=2027-07-30".to_owned()));
    for (query, at) in [("from=soon", "#from"), ("from=2026-12-01&to=2026-11-01", "#to"), ("to=9999999", "#to")] {
        let page = desk.get(&format!("/windows?{query}")).await.is(422, query);
        assert!(!page.told(&format!("{}-error", at.replace('#', "#f-"))).is_empty(), "{query}");
    }
    let other = Desk::signed_in(&w, FELIX).await.get("/windows").await.is(200, "another developer");
    assert!(!other.text.contains(&engagement) && !other.text.contains("Heron"));
    let partner = Desk::signed_in(&w, BEA).await.get("/windows").await.is(200, "a partner");
    assert!(!partner.text.contains(&engagement));
    Desk::of(&w).get("/windows").await.is(303, "nobody");
    w.stop().await;
}

async fn a_month_is_a_list_of_its_days(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let desk = Desk::signed_in(&w, INES).await;
    let page = desk.get("/windows/month").await.is(200, "this month");
    let told = page.told("#days");
    for part in ["November 2026", "Nov 2, 2026", "Today", &engagement, "opens at"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let ways = page.all(".ar-others a", "href");
    assert_eq!(ways, ["/windows/month?month=2026-10", "/windows/month", "/windows/month?month=2026-12", "/windows"]);
    let next = desk.get("/windows/month?month=2026-12").await.is(200, "the next month");
    assert!(next.told("#days").contains("closes at 09:00 EST"), "{}", next.told("#days"));
    assert!(!next.told("#days").contains("Today"));
    desk.get("/windows/month?month=soon").await.is(400, "no month");
    let other = Desk::signed_in(&w, FELIX).await.get("/windows/month").await.is(200, "another developer");
    assert!(!other.text.contains(&engagement));
    Desk::of(&w).get("/windows/month").await.is(303, "nobody");
    w.stop().await;
}

async fn what_is_due_on_the_last_day_is_of_the_month(w: World) {
    w.at("2026-11-20T15:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2027-01-20T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    w.act(DANA, &format!("engagements/{engagement}/claim"), json!({})).await;
    // The fifth working day after Friday, November 20, with Thanksgiving between them, is Monday, November 30.
    let desk = Desk::signed_in(&w, DANA).await;
    let november = desk.get("/windows/month?month=2026-11").await.is(200, "November").told("#days");
    let due = november.split("Nov 30, 2026").nth(1).unwrap_or_default();
    assert!(due.contains(&format!("{engagement}: D4")), "{november}");
    let december = desk.get("/windows/month?month=2026-12").await.is(200, "December").told("#days");
    assert!(!december.contains("D4"), "{december}");
    w.stop().await;
}

async fn a_planned_release_that_was_moved_stays_in_the_chart(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    let release = seen["release"]["reference"].as_str().unwrap().to_owned();
    let moved = json!({ "to": "2026-11-24T09:00:00-05:00" });
    w.act(LARKSPUR.official, &format!("releases/{release}/set-planned-release"), moved).await;
    let page = Desk::signed_in(&w, INES).await.get("/windows").await.is(200, "the chart");
    let row = page.told(".ar-chart tbody tr");
    assert!(row.contains("Planned release before: Dec 1, 2026"), "{row}");
    assert_eq!(page.all(".ar-chart tbody .ar-chart__slip", "d").len(), 1);
    let to = page.all(".ar-chart tbody td a", "href");
    assert_eq!(to, [format!("/engagements/{engagement}/what-if")]);
    w.stop().await;
}

async fn openings_and_ends_that_were_moved_stay_in_the_chart(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-09T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(matters::ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), signatory).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    for open_at in ["2026-11-10T09:00:00-05:00", "2026-11-12T09:00:00-05:00"] {
        matters::schedule(&w, &LARKSPUR, DANA, &engagement, open_at).await;
    }
    w.at("2026-11-12T15:00:00Z").await;
    let lower = json!({ "earlier_end": "2026-12-01T09:00:00-05:00" });
    w.act(DANA, &format!("engagements/{engagement}/lower-end"), lower).await;
    for who in [INES, DANA] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get("/windows").await.is(200, who);
        let row = page.told(".ar-chart tbody tr");
        for part in [
            "Opening: was Nov 10, 2026, now Nov 12, 2026 (Window scheduled, Nov 2, 2026)",
            "End: was Dec 9, 2026, now Dec 1, 2026 (End lowered, Nov 12, 2026)",
        ] {
            assert!(row.contains(part), "{who}, {part}: {row}");
        }
        assert_eq!(page.all(".ar-chart tbody .ar-chart__ghost", "d").len(), 2, "{who}");
        let file = desk.get("/windows?format=csv").await.is(200, "the same as a file");
        assert!(file.text.contains("Opening: was Nov 10, 2026"), "{}", file.text);
    }
    let calendar = w.record(INES, "calendar").await;
    let slips = &calendar["windows"][0]["slips"];
    assert_eq!(
        (&slips[0]["date"], &slips[1]["event"]),
        (&json!("opening"), &json!("engagement.end_lowered")),
        "{slips}"
    );
    for who in [FELIX, BEA] {
        let page = Desk::signed_in(&w, who).await.get("/windows").await.is(200, who);
        assert!(!page.text.contains("Opening: was") && page.all(".ar-chart__ghost", "d").is_empty(), "{who}");
    }
    w.stop().await;
}

async fn engagements_without_a_window_stand_in_the_chart(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let what_if = format!("/engagements/{engagement}/what-if");
    for who in [INES, DANA] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get("/windows").await.is(200, who);
        let row = page.told(".ar-chart tbody tr");
        for part in [engagement.as_str(), "Heron Canary", "No window yet, planned release Dec 23, 2026"] {
            assert!(row.contains(part), "{who}, {part}: {row}");
        }
        assert_eq!(page.all(".ar-chart__span, .ar-chart__rest, .ar-chart__cap", "class"), [""; 0], "{who}: no bar");
        // The planned release, 81 days and 10 hours after the beginning of a span of 121 days and an hour.
        assert_eq!(page.all(".ar-chart__slip", "d"), ["M672 0V10"], "{who}");
        assert_eq!(page.all(".ar-chart tbody td a", "href"), std::slice::from_ref(&what_if), "{who}");
        desk.get(&what_if).await.is(200, who);
        let file = desk.get("/windows?format=csv").await.is(200, "the same as a file");
        assert!(file.text.contains("No window yet"), "{}", file.text);
        let days = desk.get("/windows/month?month=2026-12").await.is(200, "the month").told("#days");
        assert!(days.contains("planned release, no window yet, at 09:00 EST"), "{days}");
        let past = desk.get("/windows?from=2026-09-01&to=2026-09-30").await.is(200, "a span that is over");
        assert!(past.told("#windows").contains("No access window"), "{}", past.told("#windows"));
        let window = w.record(who, "calendar").await["windows"][0].clone();
        let told = (&window["status"], &window["opens_at"], &window["closes_at"], &window["plans"]);
        assert_eq!(told, (&json!("not_scheduled"), &json!(null), &json!(null), &json!(true)), "{window}");
        assert_eq!(window["planned_release"]["at"], "2026-12-23T14:00:00Z", "{window}");
    }
    // Another developer, a partner, and an officer who sees the outline alone.
    for who in [FELIX, BEA, SAM] {
        let page = Desk::signed_in(&w, who).await.get("/windows").await.is(200, who);
        assert!(!page.text.contains(&engagement) && !page.text.contains("No window yet,"), "{who}");
        assert_eq!(w.record(who, "calendar").await["windows"], json!([]), "{who}");
    }
    w.act(TOBIAS, &format!("engagements/{engagement}/withdraw"), json!({})).await;
    for who in [INES, DANA] {
        let page = Desk::signed_in(&w, who).await.get("/windows").await.is(200, who);
        assert!(page.told("#windows").contains("No access window"), "{who}: it ended without a window");
    }
    w.stop().await;
}

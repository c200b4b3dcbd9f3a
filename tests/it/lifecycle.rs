//! Stories of an engagement's beginning and of what interrupts it, through HTTP on both databases: the lapse and its
//! reopening, acts by delegation, and two registered releases that are one.

use serde_json::{Value, json};

use crate::support::{
    matters::{self, ADELE, LARKSPUR},
    scene::{DANA, FELIX, INES, MARA, TOBIAS},
    world::{Sent, World},
};

at_both_doors! {
    an_idle_engagement_lapses_after_its_reminders_and_is_reopened
    a_delegated_act_is_the_liaisons_for_its_time_and_says_so
    two_registered_releases_become_one_with_two_keys
    a_release_recorded_on_a_merged_release_closes_the_window_of_the_surviving_one
}

async fn release(w: &World, who: &str, name: &str) -> String {
    w.act(who, "releases", json!({ "name": name })).await
}

async fn draft(w: &World, who: &str, release: &str) -> String {
    w.act(who, "engagements", json!({ "release": release })).await
}

fn proposal() -> Value {
    json!({ "unclassified_attestation": true, "release_declaration": "new_release" })
}

async fn proposed(w: &World, release: &str) -> String {
    let engagement = draft(w, INES, release).await;
    w.act(TOBIAS, &format!("engagements/{engagement}/propose"), proposal()).await;
    engagement
}

/// Whether the record offers the act to the person.
fn offers(record: &Value, action: &str) -> bool {
    let offered = record["allowed_actions"].as_array().expect("actions").iter();
    offered.filter(|one| one["action"] == action).any(|one| one["allowed"] == true)
}

fn is_about(mail: &Sent, code: &str, reference: &str) -> bool {
    mail.code == code && mail.reference == reference
}

/// E16, D22 and N19: reminders to liaison and official thirty, fourteen and three days before, on working mornings, then
/// the lapse; E17 and N4: a draft again. Of a draft that was never handed over the government hears nothing.
async fn an_idle_engagement_lapses_after_its_reminders_and_is_reopened(w: World) {
    let own = release(&w, TOBIAS, "Heron-3").await;
    let engagement = proposed(&w, &own).await;
    let path = format!("engagements/{engagement}");
    let foreign = release(&w, FELIX, "Osprey").await;
    let never = draft(&w, MARA, &foreign).await;
    let deadlines = w.record(INES, &format!("{path}/deadlines")).await;
    let idle = deadlines.as_array().expect("deadlines").iter().find(|one| one["kind"] == "idle_lapse").expect("D22");
    assert_eq!((&idle["due_at"]["at"], &idle["code"]), (&json!("2027-01-31T14:00:00Z"), &json!("D22")));

    w.at("2027-01-31T13:59:59Z").await;
    assert_eq!(w.record(TOBIAS, &path).await["stage"], "proposed");
    w.refused(TOBIAS, &format!("{path}/reopen"), json!({}), 409, "wrong-stage").await;
    w.at("2027-01-31T14:00:00Z").await;
    let record = w.record(TOBIAS, &path).await;
    assert_eq!((&record["stage"], &record["outcome"]), (&json!("closed"), &json!("lapsed")));
    let mails = w.mails().await;
    let told = |who: &str, reference: &str| {
        let mine = mails.iter().filter(|mail| mail.to == who && is_about(mail, "N19", reference));
        mine.map(|mail| mail.at.clone()).collect::<Vec<_>>()
    };
    // New Year is a holiday, and 17 January a Sunday before one: both go out on the working day before.
    let expected = ["2026-12-31 13:00", "2027-01-15 13:00", "2027-01-28 13:00", "2027-01-31 14:00"];
    for who in ["ines.varga", "tobias.renn"] {
        assert_eq!(told(who, &engagement), expected, "{who}");
    }
    for who in ["mara.oduya", "felix.stroud"] {
        assert_eq!(told(who, &never), expected, "{who}");
    }
    assert_eq!(told("dana.whitlow", &engagement).last().map(String::as_str), Some("2027-01-31 14:00"));
    assert!(mails.iter().all(|mail| mail.to != "dana.whitlow" || mail.reference != never));
    w.refused(DANA, &format!("engagements/{never}/claim"), json!({}), 404, "not-found").await;

    w.refused(INES, &format!("{path}/reopen"), json!({}), 403, "forbidden").await;
    w.act(TOBIAS, &format!("{path}/reopen"), json!({})).await;
    let record = w.record(TOBIAS, &path).await;
    assert_eq!((&record["stage"], &record["framework"]), (&json!("draft"), &Value::Null));
    let mails = w.mails().await;
    let reopened = mails.iter().filter(|mail| mail.to == "dana.whitlow" && is_about(mail, "N4", &engagement));
    assert_eq!(reopened.map(|mail| mail.at.as_str()).collect::<Vec<_>>(), ["2026-11-02 14:00", "2027-01-31 14:00"]);
    w.refused(INES, "engagements", json!({ "release": own }), 409, "release-busy").await;
    w.act(TOBIAS, &format!("{path}/propose"), proposal()).await;
    assert_eq!(w.record(TOBIAS, &path).await["stage"], "proposed");

    // Thirty days after the lapse the other one stays closed.
    w.at("2027-03-02T14:00:00Z").await;
    w.refused(FELIX, &format!("engagements/{never}/reopen"), json!({}), 409, "not-reopenable").await;
    let report = w.app.verify().await.expect("the store answers");
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    w.stop().await;
}

/// Domain section 3.2: the official delegates named acts, never signing; the record offers them to the liaison, says on
/// whose delegation they were done, and offers them no longer when the time is over.
async fn a_delegated_act_is_the_liaisons_for_its_time_and_says_so(w: World) {
    let own = release(&w, TOBIAS, "Heron-3").await;
    let engagement = draft(&w, INES, &own).await;
    let (path, release) = (format!("engagements/{engagement}"), format!("releases/{own}"));
    w.refused(INES, &format!("{path}/propose"), proposal(), 403, "forbidden").await;
    assert!(!offers(&w.record(INES, &path).await, "propose"));
    let body = |acts: &[&str]| json!({ "delegate": w.account(INES), "acts": acts, "until": "2026-11-09T14:00:00Z" });
    w.refused(INES, &format!("{release}/delegate"), body(&["engagement.propose"]), 403, "forbidden").await;
    w.refused(TOBIAS, &format!("{release}/delegate"), body(&["condition.sign"]), 422, "invalid-field").await;
    let acts = ["engagement.propose", "release.set-planned-release", "grant.recertify"];
    w.act(TOBIAS, &format!("{release}/delegate"), body(&acts)).await;
    assert!(offers(&w.record(INES, &path).await, "propose"));
    assert!(!offers(&w.record(INES, &path).await, "withdraw"), "not delegated");
    w.act(INES, &format!("{path}/propose"), proposal()).await;
    w.refused(INES, &format!("{path}/withdraw"), json!({}), 403, "forbidden").await;
    w.act(DANA, &format!("{path}/acknowledge"), json!({ "conflict_check": true })).await;
    for who in [TOBIAS, DANA] {
        let timeline = w.record(who, &format!("{path}/timeline")).await;
        let entries = timeline.as_array().expect("a timeline");
        let entry = entries.iter().find(|entry| entry["event"] == "engagement.proposed").expect("the proposal");
        assert_eq!(
            (&entry["by"]["name"], &entry["delegated_by"]["name"]),
            (&json!("Ines Varga"), &json!("Tobias Renn"))
        );
        let others = entries.iter().filter(|entry| entry["event"] != "engagement.proposed");
        assert!(others.into_iter().all(|entry| entry.get("delegated_by").is_none()));
    }
    // The developer's own: the government sees what was done, and neither what was delegated nor its events.
    let seen = w.record(INES, &release).await;
    assert_eq!(seen["delegations"][0]["acts"].as_array().map(Vec::len), Some(3));
    assert!(w.record(DANA, &release).await.get("delegations").is_none());
    let timeline = w.record(DANA, &format!("{release}/timeline")).await;
    assert!(timeline.as_array().expect("a timeline").iter().all(|entry| entry["event"] != "release.delegated"));

    // Recertifying is the official's, or by delegation (domain section 2).
    let request = json!({
        "under": engagement, "holder": w.account("lena.fisk@cisa.fado.test"), "need_to_know": "Evaluates.",
        "unclassified_attestation": true,
    });
    let grant = w.act(DANA, "grants", request).await;
    w.refused(INES, &format!("grants/{grant}/recertify"), json!({}), 409, "wrong-stage").await;
    w.refused(INES, &format!("grants/{grant}/approve"), json!({}), 403, "forbidden").await;

    w.act(INES, &format!("{release}/set-planned-release"), json!({ "to": "2027-01-05T14:00:00Z" })).await;
    w.at("2026-11-09T14:00:00Z").await;
    assert!(!offers(&w.record(INES, &release).await, "set-planned-release"));
    let planned = json!({ "to": null });
    w.refused(INES, &format!("{release}/set-planned-release"), planned, 403, "forbidden").await;
    w.refused(INES, &format!("grants/{grant}/recertify"), json!({}), 403, "forbidden").await;
    let end = json!({ "delegate": w.account(INES) });
    w.refused(INES, &format!("{release}/end-delegation"), end, 409, "nothing-to-end").await;
    w.stop().await;
}

/// Domain section 3.0: the liaison disputes that a release is new; the merge takes a key of each side, waits for what is
/// under way under the other release, counts its use here, and closes it to further engagements.
async fn two_registered_releases_become_one_with_two_keys(w: World) {
    let first = release(&w, TOBIAS, "Heron-3").await;
    let earlier = proposed(&w, &first).await;
    w.act(DANA, &format!("engagements/{earlier}/claim"), json!({})).await;
    w.act(TOBIAS, &format!("releases/{first}/record-assessment-use"), json!({ "seconds": 3_600 })).await;
    let unseen = release(&w, TOBIAS, "Heron-0").await;
    let foreign = release(&w, FELIX, "Osprey").await;
    let second = release(&w, TOBIAS, "Heron-3b").await;
    let engagement = proposed(&w, &second).await;
    let path = format!("engagements/{engagement}");
    w.act(DANA, &format!("{path}/claim"), json!({})).await;
    // What the liaison may not see, what another developer registered, and what does not exist look alike.
    let dispute = format!("{path}/dispute-sameness");
    let mut answers = Vec::new();
    for release in [&unseen, &foreign, &"REL-2026-ZZZZZZ".to_owned(), &second] {
        let body = json!({ "release": release });
        answers.push(w.refused(DANA, &dispute, body, 422, "invalid-field").await.body["errors"].clone());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    w.act(DANA, &dispute, json!({ "release": first })).await;
    let seen = w.record(INES, &path).await;
    assert_eq!(seen["sameness"], json!({ "release": first, "raised_by": "government" }));
    let acknowledge = format!("{path}/acknowledge");
    let held = w.refused(DANA, &acknowledge, json!({ "conflict_check": true }), 409, "unmet-facts").await;
    assert_eq!(held.body["unmet"][0]["fact"], "sameness_unsettled");

    let merge = format!("{path}/merge-releases");
    for (who, fact) in [(TOBIAS, "other_release_busy"), (DANA, "waiting_on_the_other_side")] {
        let busy = w.refused(who, &merge, json!({}), 409, "unmet-facts").await;
        assert_eq!(busy.body["unmet"][0]["fact"], fact, "{who}");
    }
    w.act(TOBIAS, &format!("engagements/{earlier}/withdraw"), json!({})).await;
    w.act(DANA, &merge, json!({})).await;
    let offer = w.record(TOBIAS, &path).await["offers"][0].clone();
    let terms = json!({ "act": "merge_releases", "release": first, "used_seconds": 3_600 });
    assert_eq!(offer["terms"], terms);
    let key = json!({ "hash": offer["hash"] });
    // More use of the other release in between is another matter than was offered.
    w.act(TOBIAS, &format!("releases/{first}/record-assessment-use"), json!({ "seconds": 60 })).await;
    w.refused(TOBIAS, &format!("{path}/accept-offer"), key, 422, "invalid-field").await;
    w.act(TOBIAS, &merge, json!({})).await;
    let offers = w.record(DANA, &path).await["offers"].clone();
    let newest = offers.as_array().and_then(|offers| offers.last()).expect("an offer");
    assert_eq!(newest["terms"]["used_seconds"], 3_660);
    w.act(DANA, &format!("{path}/accept-offer"), json!({ "hash": newest["hash"] })).await;

    let merged = w.record(TOBIAS, &format!("releases/{second}")).await;
    assert_eq!((&merged["used_seconds"], &merged["merged"][0]["release"]), (&json!(3_660), &json!(first)));
    assert_eq!(w.record(DANA, &format!("releases/{first}")).await["merged_into"], json!(second));
    w.refused(INES, "engagements", json!({ "release": first }), 409, "release-merged").await;
    let more = json!({ "seconds": 1 });
    w.refused(TOBIAS, &format!("releases/{first}/record-assessment-use"), more, 409, "release-merged").await;
    w.act(DANA, &acknowledge, json!({ "conflict_check": true })).await;
    leads_are_named_and_given_back(&w, &second, &path).await;
    let report = w.app.verify().await.expect("the store answers");
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    w.stop().await;
}

/// Domain section 3.3, "actual partner release closes the window": also where it is recorded on an engagement of a release
/// that was merged into the window's, which takes no date of its own any more.
async fn a_release_recorded_on_a_merged_release_closes_the_window_of_the_surviving_one(w: World) {
    let merged = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let earlier = proposed(&w, &merged).await;
    w.act(DANA, &format!("engagements/{earlier}/claim"), json!({})).await;
    w.act(TOBIAS, &format!("engagements/{earlier}/withdraw"), json!({})).await;
    let surviving = matters::release(&w, &LARKSPUR, "2026-12-01T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &surviving).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &surviving).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(DANA, &path("claim"), json!({})).await;
    w.act(DANA, &path("dispute-sameness"), json!({ "release": merged })).await;
    w.act(DANA, &path("merge-releases"), json!({})).await;
    let offer = w.record(TOBIAS, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    w.act(TOBIAS, &path("accept-offer"), json!({ "hash": offer })).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.act(DANA, &path("assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-03T09:00:00-05:00").await;
    w.act(TOBIAS, &path("open-window"), json!({})).await;
    assert_eq!(w.record(DANA, &format!("engagements/{engagement}")).await["stage"], "window_open");

    let date = json!({ "to": "2026-11-20T14:00:00Z" });
    w.refused(TOBIAS, &format!("releases/{merged}/set-planned-release"), date, 409, "release-merged").await;
    w.at("2026-11-05T14:00:00Z").await;
    w.act(TOBIAS, &format!("engagements/{earlier}/record-release"), json!({ "kind": "partner" })).await;
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    assert_eq!((&seen["stage"], &seen["outcome"]), (&json!("close_out"), &json!("released_early")));
    for release in [&merged, &surviving] {
        let released = w.record(DANA, &format!("releases/{release}")).await["released"].clone();
        assert_eq!(released[0]["kind"], "partner", "{release}");
        assert_eq!(released.as_array().map(Vec::len), Some(1), "{release}");
    }
    let report = w.app.verify().await.expect("the store answers");
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    w.stop().await;
}

/// Domain section 2: each side's lead is its own affair; who gives the lead back sees what the pool sees.
async fn leads_are_named_and_given_back(w: &World, release: &str, path: &str) {
    // The developer names its lead, which is its own; the liaison gives the engagement back to the pool.
    w.act(INES, &format!("{path}/name-lead"), json!({ "lead": w.account(INES) })).await;
    assert_eq!(w.record(TOBIAS, path).await["lead"]["name"], "Ines Varga");
    assert!(w.record(DANA, path).await.get("lead").is_none());
    w.refused(DANA, &format!("{path}/transfer"), json!({ "liaison": w.account(INES) }), 422, "invalid-field").await;
    w.act(DANA, &format!("{path}/release-claim"), json!({})).await;
    assert_eq!(w.record(DANA, path).await["shown"], "outline");
    let event = json!({ "kind": "export_control", "date": "2026-11-02", "reference": "BIS-2026-7" });
    w.act(INES, &format!("releases/{release}/note-external-event"), event.clone()).await;
    w.refused(DANA, &format!("releases/{release}/note-external-event"), event, 404, "not-found").await;
}

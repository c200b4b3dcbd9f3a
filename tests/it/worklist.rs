//! The queue's filters and views: one's own, what one may do on a delegation, and what one's side has to do.

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    matters::{self, ADELE, DANA, LARKSPUR, LENA, QUILLSTONE, SAM},
    scene::BEA,
    world::World,
};

at_both_doors! {
    a_queue_is_filtered_and_counted
    what_is_delegated_stands_in_a_queue_of_its_own
    a_step_of_one_person_is_the_side_s_and_bears_the_name
    what_no_deadline_brings_up_waits_for_whoever_takes_it
    a_partner_waits_for_one_after_the_other
}

/// What a row must be for a term to find it.
type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

const SECTIONS: [&str; 7] =
    ["overdue", "due_soon", "later", "waiting_on_others", "to_acknowledge", "undated", "unassigned"];

/// Every row with its section, and the counts fit.
fn rows(list: &Value) -> Vec<(String, Value)> {
    let mut rows = Vec::new();
    for section in SECTIONS {
        let items = list[section].as_array().unwrap();
        assert_eq!(list["counts"][section], items.len(), "{section}");
        rows.extend(items.iter().map(|item| (section.to_owned(), item.clone())));
    }
    rows
}

async fn a_queue_is_filtered_and_counted(w: World) {
    let mut engagements = Vec::new();
    for developer in [LARKSPUR, QUILLSTONE] {
        let release = matters::release(&w, &developer, "2027-02-10T09:00:00-05:00").await;
        engagements.push(matters::proposal(&w, &developer, &release).await);
    }
    matters::acknowledge(&w, DANA, &engagements[0]).await;
    let condition = matters::condition(&w, &LARKSPUR, &engagements[0], "confidentiality").await;
    let first = rows(&w.record(DANA, "worklist").await);
    let found = first.iter().find(|(_, row)| row["reference"] == condition).map(|(section, _)| section.as_str());
    assert_eq!(found, Some("later"), "an own step stands in the queue however far ahead: {first:?}");
    // A redline is answered within five working days: by the 9th, which is less than seven days ahead now.
    w.at_without_worker("2026-11-04T15:00:00Z");
    let all = rows(&w.record(DANA, "worklist").await);
    assert!(all.len() > 2, "{all:?}");
    for (_, row) in &all {
        let name = if row["reference"] == engagements[1] { QUILLSTONE.name } else { LARKSPUR.name };
        assert_eq!(row["developer"]["name"], name, "{row}");
        let outline = row["reference"] == engagements[1];
        assert_eq!(row.get("title").is_none(), outline, "the pool shows no title: {row}");
    }
    let cases: Vec<(&str, Wanted<'_>)> = vec![
        ("kind=condition", Box::new(|row| row["reference"] == condition)),
        ("developer=quill", Box::new(|row| row["reference"] == engagements[1])),
        ("developer=COGN", Box::new(|row| row["reference"] != engagements[1])),
        ("next_step=claim", Box::new(|row| row["next_step"] == "claim")),
        ("code=d5", Box::new(|row| row["why"]["code"] == "D5")),
        ("kind=condition&code=D4", Box::new(|_| false)),
    ];
    for (filter, wanted) in &cases {
        let found = rows(&w.record(DANA, &format!("worklist?{filter}")).await);
        let expected: Vec<_> = all.iter().filter(|(_, row)| wanted(row)).cloned().collect();
        assert_eq!(found, expected, "{filter}");
        assert!(!found.is_empty() || filter.contains('&'), "{filter} finds something");
    }
    for wrong in ["kind=car", "view=boss", "colour=red"] {
        let answer = w.get(DANA, &format!("worklist?{wrong}")).await;
        let name = wrong.split('=').next().unwrap();
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["parameter"]),
            (400, &json!(name)),
            "{}",
            answer.body
        );
    }
    w.stop().await;
}

async fn what_is_delegated_stands_in_a_queue_of_its_own(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-10T09:00:00-05:00").await;
    let (ines, official) = (LARKSPUR.liaison, LARKSPUR.official);
    let delegated = async |who: &str| rows(&w.record(who, "worklist?view=delegated").await);
    w.at_without_worker("2026-12-05T15:00:00Z");
    let own = rows(&w.record(official, "worklist").await);
    let due = own.iter().find(|(section, row)| section != "waiting_on_others" && row["reference"] == release);
    assert_eq!(delegated(ines).await, [], "nothing is delegated");
    let team = rows(&w.record(ines, "worklist?view=team").await);
    let (section, row) = due.expect("the planned date is near");
    let of_side = team.iter().find(|(_, one)| one["reference"] == row["reference"] && one["why"] == row["why"]);
    assert_eq!(of_side.map(|(section, _)| section), Some(section), "the side's own step is the side's: {team:?}");
    let body = json!({
        "delegate": w.account(ines), "acts": ["release.set-planned-release"], "until": "2027-01-31T00:00:00Z",
    });
    w.act(official, &format!("releases/{release}/delegate"), body).await;
    let found = delegated(ines).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let (section, row) = &found[0];
    assert!(["overdue", "due_soon"].contains(&section.as_str()), "{found:?}");
    assert_eq!((&row["reference"], &row["acts"]), (&json!(release), &json!(["set-planned-release"])));
    assert_eq!(delegated(official).await, [], "whose own act it is needs no delegation");
    w.stop().await;
}

async fn a_step_of_one_person_is_the_side_s_and_bears_the_name(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let assign = format!("engagements/{engagement}/assign-signatory");
    w.act(DANA, &assign, json!({ "signatory": w.account(ADELE) })).await;
    let (condition, _) = matters::agreed(&w, &LARKSPUR, DANA, &engagement, "nda").await;
    let to_sign = async |who: &str, query: &str| {
        let found = rows(&w.record(who, &format!("worklist{query}")).await);
        found.into_iter().find(|(_, row)| row["reference"] == condition && row["why"]["code"] == "D6")
    };
    let (own, row) = to_sign(ADELE, "").await.expect("her own");
    assert!(own != "waiting_on_others" && row["who"] == json!(["me"]), "{own}: {row}");
    let (others, row) = to_sign(DANA, "").await.expect("what she waits for");
    assert_eq!((others.as_str(), &row["people"][0]["name"]), ("waiting_on_others", &json!("Adele Quist")));
    let (team, _) = to_sign(DANA, "?view=team").await.expect("a step of the side");
    assert_ne!(team, "waiting_on_others");
    let (_, row) = to_sign(LARKSPUR.liaison, "").await.expect("the developer waits too");
    assert!(!row.to_string().contains("Adele"), "the government's people are not named to others: {row}");
    w.stop().await;
}

/// Where a record stands in somebody's queue, with the step, whose it is and until when.
async fn stands(w: &World, who: &str, query: &str, reference: &str, step: &str) -> Option<(String, Value, Value)> {
    let found = rows(&w.record(who, &format!("worklist{query}")).await);
    let row = found.into_iter().find(|(_, row)| row["reference"] == *reference && row["next_step"] == step)?;
    Some((row.0, row.1["who"].clone(), row.1["due_on"].clone()))
}

async fn what_no_deadline_brings_up_waits_for_whoever_takes_it(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), json!({ "signatory": w.account(ADELE) })).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    let (liaison, official) = (LARKSPUR.liaison, LARKSPUR.official);
    let at = |section: &str, who: &[&str], due: Value| Some((section.to_owned(), json!(who), due));
    let schedule = async |who: &str| stands(&w, who, "", &engagement, "schedule_window").await;
    assert_eq!(schedule(DANA).await, at("undated", &["me"], Value::Null), "either side offers");
    assert_eq!(schedule(liaison).await, at("waiting_on_others", &["DA", "PL"], Value::Null));
    let open_at = json!({ "open_at": "2027-01-15T09:00:00-05:00" });
    w.act(DANA, &format!("engagements/{engagement}/schedule-window"), open_at).await;
    // Ten working days from Monday, November 2, over Veterans Day.
    let until = json!("2026-11-17");
    let accept = async |who: &str, query: &str| stands(&w, who, query, &engagement, "accept_offer").await;
    assert_eq!(accept(official, "").await, at("later", &["me"], until.clone()));
    assert_eq!(accept(DANA, "").await, at("waiting_on_others", &["DA"], until.clone()));
    assert_eq!(accept(liaison, "?view=team").await, at("later", &["DA"], until.clone()), "a step of the side");
    assert_eq!(accept(official, "?code=3.0").await, at("later", &["me"], until.clone()), "by the rule of its date");
    assert_eq!(schedule(official).await, None, "an offer of it is open");
    assert_eq!(accept(QUILLSTONE.official, "").await, None);
    let page = Desk::signed_in(&w, official).await.get(&format!("/engagements/{engagement}")).await.is(200, "a record");
    let told = page.told("main");
    assert!(told.contains("Accept offer") && told.contains("Nov 17, 2026"), "{told}");
    let form = format!("/engagements/{engagement}/accept-offer");
    assert!(page.all(".ar-facts a", "href").contains(&form), "the next step leads to its form: {told}");
    w.at_without_worker("2026-11-12T15:00:00Z");
    assert_eq!(accept(official, "").await, at("due_soon", &["me"], until));
    w.at_without_worker("2026-11-18T15:00:00Z");
    assert_eq!(accept(official, "").await, None, "it has lapsed");
    assert_eq!(schedule(official).await, at("undated", &["me"], Value::Null));
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    assert_eq!(stands(&w, SAM, "", &grant, "clear_prerequisites").await, at("undated", &["me"], Value::Null));
    assert_eq!(
        stands(&w, official, "", &grant, "clear_prerequisites").await,
        at("waiting_on_others", &["IR"], Value::Null)
    );
    matters::clear(&w, LENA, &grant).await;
    assert_eq!(stands(&w, official, "", &grant, "approve").await, at("undated", &["me"], Value::Null));
    let body = json!({ "delegate": w.account(liaison), "acts": ["grant.approve"], "until": "2027-01-31T00:00:00Z" });
    w.act(official, &format!("releases/{release}/delegate"), body).await;
    assert_eq!(stands(&w, liaison, "?view=delegated", &grant, "approve").await, at("undated", &["me"], Value::Null));
    w.stop().await;
}

async fn a_partner_waits_for_one_after_the_other(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2027-02-10T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let body = json!({ "engagement": engagement, "partner": w.organization("cedar_hollow") });
    let nomination = w.act(LARKSPUR.liaison, "nominations", body).await;
    let who = [LARKSPUR.official, BEA, LARKSPUR.liaison, DANA];
    let turns = async |step: &str| {
        let mut found = Vec::new();
        for one in who {
            found.push(stands(&w, one, "", &nomination, step).await.map(|(section, ..)| section));
        }
        found
    };
    let (own, others) = (Some("undated".to_owned()), Some("waiting_on_others".to_owned()));
    let rest = || [others.clone(), others.clone()];
    let act =
        async |who: &str, name: &str, body: Value| w.act(who, &format!("nominations/{nomination}/{name}"), body).await;
    let [one, other] = rest();
    assert_eq!(turns("consent_approach").await, [own.clone(), None, one, other], "the partner knows of nothing yet");
    act(LARKSPUR.official, "consent-approach", json!({})).await;
    let [one, other] = rest();
    assert_eq!(turns("sign_screening_nda").await, [others.clone(), own.clone(), one, other]);
    act(BEA, "sign-screening-nda", matters::screening_signature()).await;
    assert_eq!(turns("sign_screening_nda").await, [None, None, None, None]);
    assert_eq!(turns("disclose").await, [others, None, own.clone(), own]);
    w.stop().await;
}

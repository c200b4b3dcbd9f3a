//! The queue's filters and views: one's own, what one may do on a delegation, and what one's side has to do.

use serde_json::{Value, json};

use crate::support::{
    matters::{self, ADELE, DANA, LARKSPUR, QUILLSTONE},
    world::World,
};

at_both_doors! {
    a_queue_is_filtered_and_counted
    what_is_delegated_stands_in_a_queue_of_its_own
    a_step_of_one_person_is_the_side_s_and_bears_the_name
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

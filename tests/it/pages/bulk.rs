//! One act on records that were chosen in a list or the worklist: previewed, carried out once, with a result for each.

use anteroom::domain::{actor::Role, id::OrganizationId};
use serde_json::json;

use crate::support::{
    desk::{Desk, Page},
    matters::{self, ADELE, DANA, LARKSPUR, QUILLSTONE},
    people,
    scene::{FELIX, TOBIAS},
    world::World,
};

at_both_doors! {
    chosen_engagements_are_assigned_with_a_result_each
    a_chosen_step_is_reminded_of_once_a_day
    chosen_rows_are_exported_as_they_are_shown
    what_is_offered_is_what_may_be_done
}

const RHEA: &str = "rhea.pool@fado.test";

async fn with_rhea(w: &mut World) {
    let fado = OrganizationId(w.organization("fado").parse().unwrap());
    let roles = [Role::ProgramLiaison];
    let id = people::person(&w.app, RHEA, "Rhea Pool", fado, &roles, Some(people::PASSWORD)).await;
    w.accounts.insert(RHEA.to_owned(), id);
}

/// An engagement that DANA leads.
async fn led(w: &World, developer: &matters::Developer) -> String {
    let release = matters::release(w, developer, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, developer, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    engagement
}

fn chosen<'a>(references: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    references.iter().map(|reference| ("reference", *reference)).collect()
}

/// The outcome of each row, by its record.
fn outcomes(page: &Page) -> Vec<(String, String)> {
    let records = page.all("#outcome tbody th a", "href");
    let tags = (1..=records.len()).map(|row| page.told(&format!("#outcome tbody tr:nth-child({row}) .ar-stage")));
    records.iter().map(|href| href.rsplit('/').next().unwrap().to_owned()).zip(tags).collect()
}

async fn chosen_engagements_are_assigned_with_a_result_each(mut w: World) {
    with_rhea(&mut w).await;
    let (one, other) = (led(&w, &LARKSPUR).await, led(&w, &QUILLSTONE).await);
    let rhea = w.account(RHEA).to_owned();
    let liaison = async |who: &str, engagement: &str| {
        w.record(who, &format!("engagements/{engagement}")).await["liaison"]["name"].clone()
    };
    let desk = Desk::signed_in(&w, DANA).await;
    let list = desk.get("/engagements").await.is(200, "the list");
    let mut boxes = list.all("main input[type=checkbox][form=chosen]", "value");
    boxes.sort();
    let mut expected = vec![one.clone(), other.clone()];
    expected.sort();
    assert_eq!(boxes, expected);
    assert!(list.told("label[for=choose-found-1]").starts_with("Choose ENG-"), "a box is named by its record");
    assert_eq!(list.all("input[checked]", "value"), Vec::<String>::new());
    let all = list.all("#chosen legend + p a", "href");
    let whole = desk.get(&all[0]).await.is(200, "every row chosen");
    assert_eq!(whole.all("input[form=chosen][checked]", "value").len(), 2);

    let nothing = desk.press(&list, "chosen", "/chosen/assign", &[]).await.is(422, "none chosen");
    assert!(nothing.told(".usa-alert").contains("choose at least one"), "{}", nothing.told(".usa-alert"));
    let many: Vec<String> = (0..101).map(|n| format!("ENG-2026-{n:06}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for path in ["/chosen/assign", "/chosen/remind", "/chosen/export"] {
        let much = desk.press(&list, "chosen", path, &chosen(&many)).await.is(422, "101 records");
        assert!(much.told(".usa-alert").contains("101 records are chosen, and 100 at most"), "{}", much.told("main"));
    }

    let none = "ENG-2026-ZZZZZZ";
    let picked = chosen(&[&one, none, &other, &one, "GRA-2026-ZZZZZZ"]);
    let asked = desk.press(&list, "chosen", "/chosen/assign", &picked).await.is(200, "to whom");
    let people = asked.all("#whom option", "value");
    assert!(people.contains(&rhea) && !people.contains(&w.account(ADELE).to_owned()), "program liaisons alone");
    let nobody = desk.press(&asked, "whom", "/chosen/assign", &[("to", "")]).await.is(422, "nobody");
    assert!(nobody.told("#whom-f-to-error").contains("Choose a person"), "{}", nobody.told("main"));

    let to = [("to", rhea.as_str())];
    let preview = desk.press(&asked, "whom", "/chosen/assign", &to).await.is(200, "the preview");
    let expected: Vec<(String, String)> =
        [(one.as_str(), "Would be done"), (none, "Refused"), (&other, "Would be done"), ("GRA-2026-ZZZZZZ", "Refused")]
            .map(|(reference, tag)| (reference.to_owned(), tag.to_owned()))
            .into();
    assert_eq!(outcomes(&preview), expected, "each record once");
    assert!(preview.told("#outcome").contains("Only an engagement is led"), "{}", preview.told("#outcome"));
    assert_eq!(liaison(DANA, &one).await, "Dana Whitlow", "a preview does nothing");

    let done = desk.press(&preview, "carry-out", "/chosen/assign", &[]).await.is(200, "the result");
    assert!(done.told(".usa-alert").contains("Done for 2 of 4"), "{}", done.told(".usa-alert"));
    assert_eq!((liaison(RHEA, &one).await, liaison(RHEA, &other).await), (json!("Rhea Pool"), json!("Rhea Pool")));
    let again: Vec<String> =
        done.form("again").into_iter().filter(|(name, _)| name == "reference").map(|(_, value)| value).collect();
    assert_eq!(again, [none, "GRA-2026-ZZZZZZ"], "what was refused is tried again");
    let retried = desk.press(&done, "again", "/chosen/assign", &[]).await.is(200, "once more");
    assert!(retried.told(".usa-alert").contains("It would be done for 0 of 2"), "{}", retried.told(".usa-alert"));
    let twice = desk.press(&preview, "carry-out", "/chosen/assign", &[]).await.is(200, "the same form again");
    assert_eq!(outcomes(&twice), outcomes(&done), "a form is carried out once");
    a_foreign_record_looks_like_none(&w, [&one, none]).await;
    w.stop().await;
}

async fn a_foreign_record_looks_like_none(w: &World, records: [&str; 2]) {
    let felix = Desk::signed_in(w, FELIX).await;
    let list = felix.get("/engagements").await.is(200, "the other developer's list");
    let foreign = [chosen(&records), vec![("to", w.account(QUILLSTONE.liaison))]].concat();
    let foreign = felix.press(&list, "chosen", "/chosen/assign", &foreign).await.is(200, "a foreign record");
    let row = |number: usize| foreign.told(&format!("#outcome tbody tr:nth-child({number}) td"));
    assert_eq!(row(1), row(2), "looks like none");
}

async fn a_chosen_step_is_reminded_of_once_a_day(w: World) {
    let engagement = led(&w, &LARKSPUR).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let reminders = async || w.mails().await.into_iter().filter(|mail| mail.code == "N19").count();
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let list = desk.get("/conditions").await.is(200, "the list");
    let fields = chosen(&[&condition, "CON-2026-ZZZZZZ"]);
    let preview = desk.press(&list, "chosen", "/chosen/remind", &fields).await.is(200, "the preview");
    assert!(preview.told("#outcome").contains("1 person would be reminded"), "{}", preview.told("#outcome"));
    w.work().await;
    assert_eq!(reminders().await, 0, "a preview sends nothing");
    for _ in 0..2 {
        let done = desk.press(&preview, "carry-out", "/chosen/remind", &[]).await.is(200, "the result");
        let expected = [(condition.clone(), "Done".to_owned()), ("CON-2026-ZZZZZZ".to_owned(), "Refused".to_owned())];
        assert_eq!(outcomes(&done), expected);
        w.work().await;
        assert_eq!(reminders().await, 1, "once a day");
    }
    w.at_without_worker("2026-11-13T14:00:00Z");
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let work = desk.get("/?view=team").await.is(200, "the worklist of the side");
    assert!(work.all("input[form=chosen]", "value").contains(&condition), "{}", work.told("main"));
    let all = work.all("#chosen legend + p a", "href");
    assert!(all[0].contains("view=team&all=true"), "{all:?}");
    assert!(!desk.get(&all[0]).await.is(200, "every row chosen").all("input[checked]", "value").is_empty());
    w.stop().await;
}

async fn chosen_rows_are_exported_as_they_are_shown(w: World) {
    let (one, two, foreign) = (led(&w, &LARKSPUR).await, led(&w, &LARKSPUR).await, led(&w, &QUILLSTONE).await);
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let list = desk.get("/engagements").await.is(200, "the list");
    assert_eq!(list.all("#chosen [name=format]", "value"), [""; 0], "what the file would hold is told first");
    let preview = async |references: &[&str]| {
        desk.press(&list, "chosen", "/chosen/export", &chosen(references)).await.is(200, "the preview")
    };
    let whole = preview(&[&one]).await;
    assert_eq!(outcomes(&whole), [(one.clone(), "In the file".to_owned())]);
    assert!(whole.told("#outcome").contains(LARKSPUR.model), "{}", whole.told("#outcome"));
    assert_eq!(whole.all("#download button", "value"), ["csv", "json"]);
    let none = "ENG-2026-ZZZZZZ";
    let some = preview(&[&one, &foreign, none]).await;
    let expected = [(&one[..], "In the file"), (&foreign, "Not in the file"), (none, "Not in the file")];
    assert_eq!(outcomes(&some), expected.map(|(reference, tag)| (reference.to_owned(), tag.to_owned())));
    assert!(some.told(".usa-alert").contains("would hold 1 of 3"), "{}", some.told(".usa-alert"));
    let row = |number: usize| some.told(&format!("#outcome tbody tr:nth-child({number}) td"));
    assert_eq!(row(2), row(3), "a foreign record looks like none");
    assert!(!some.text.contains(QUILLSTONE.model));

    let take =
        async |page: &Page, id: &str, fields: &[(&str, &str)]| desk.press(page, id, "/chosen/export", fields).await;
    let json = take(&some, "download", &[("format", "json")]).await.is(200, "JSON");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json.text).unwrap();
    assert_eq!(rows.iter().map(|row| row["reference"].as_str().unwrap()).collect::<Vec<_>>(), [one.as_str()]);
    assert_eq!(rows[0]["title"], LARKSPUR.model);
    assert!(json.header("content-disposition").contains("chosen.json"));
    let csv = take(&some, "download", &[("format", "csv")]).await.is(200, "CSV");
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text.contains(&one), "{}", csv.text);
    assert!(!csv.text.contains(&two) && !csv.text.contains(QUILLSTONE.model), "{}", csv.text);

    // Who asks for the file at once gets it whole or not at all.
    for other in [foreign.as_str(), none, "no reference"] {
        let fields = [chosen(&[&one, other]), vec![("format", "csv")]].concat();
        let page = take(&list, "chosen", &fields).await.is(422, "not every record");
        assert!(page.told("#outcome").contains("Not in the file"), "{}", page.told("#outcome"));
        assert!(page.told(".usa-alert").contains("Nothing was downloaded"), "{}", page.told(".usa-alert"));
    }
    let whole = [chosen(&[&one, &two]), vec![("format", "csv")]].concat();
    let csv = take(&list, "chosen", &whole).await.is(200, "every record");
    assert!(csv.text.contains(&one) && csv.text.contains(&two), "{}", csv.text);
    take(&list, "chosen", &[chosen(&[&one]), vec![("format", "pdf")]].concat()).await.is(422, "no such form");
    w.stop().await;
}

async fn what_is_offered_is_what_may_be_done(w: World) {
    led(&w, &LARKSPUR).await;
    let acts = |page: &Page| -> Vec<String> {
        page.all("#chosen button[formaction]", "formaction").iter().map(|act| act.replace("/chosen/", "")).collect()
    };
    for (who, expected) in [
        (DANA, vec!["assign", "remind"]),
        (TOBIAS, vec!["assign", "remind"]),
        (ADELE, vec!["remind"]),
        ("marcus.bell@treasury.fado.test", vec![]),
        ("carl.dietz@fado.test", vec![]),
        ("bea.tran@cedarhollow.example.com", vec![]),
    ] {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get("/engagements").await.is(200, who);
        if page.all("#chosen", "id").is_empty() {
            assert_eq!(page.all("input[type=checkbox][form]", "id"), Vec::<String>::new(), "{who}: no row, no box");
        } else {
            assert_eq!(acts(&page), expected, "{who}");
        }
        let form = desk.get("/account").await.is(200, who);
        for act in ["assign", "remind"] {
            let fields = [("csrf", form.field("csrf")), ("reference", "ENG-2026-ZZZZZZ".to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let status = if expected.contains(&act) { 200 } else { 403 };
            desk.send(&format!("/chosen/{act}"), &fields).await.is(status, &format!("{who} {act}"));
        }
    }
    w.stop().await;
}

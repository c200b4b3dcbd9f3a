//! Who is to lead the chosen engagements for the own side.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{
    Choice,
    outcome::{Act, Outcome, preview, sheet},
};
use crate::{
    app::{
        AppError,
        bulk::{BulkAssign, BulkDone, BulkRow},
        kind_of,
    },
    domain::{
        actor::{Role, Side},
        id::{AccountId, Kind},
    },
    web::{
        Web,
        extract::visitor::{MemberPosted, Visitor},
        pages::{
            sheet::Sheet,
            ui::{self, Control, FieldView, Inline},
            wrong::Wrong,
        },
    },
};

const PATH: &str = "/chosen/assign";
const TITLE: &str = "Assign to somebody";

/// Asks to whom; then tells what would happen, or that it happened.
pub async fn page(
    State(web): State<Web>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let choice = Choice::of(&fields);
    if !web.app.bulk_offers(visitor.principal()).assign {
        return Err(AppError::Forbidden);
    }
    if let Some(why) = choice.wrong() {
        return choice.refused(&web, &visitor, TITLE, why);
    }
    let people = leaders(&web, &visitor).await?;
    let Some(asked) = fields.find("to") else { return whom(&web, &visitor, &choice, &people, None).answer() };
    let Ok(to) = Uuid::parse_str(asked) else {
        let wrong = Wrong::at("to", "Choose a person.");
        return whom(&web, &visitor, &choice, &people, Some(&wrong)).answer();
    };
    let body = BulkAssign { references: choice.references.clone(), to: AccountId(to) };
    let rows = web.app.bulk_assign(visitor.principal(), &body, &choice.how(&visitor)).await?;
    let name = people.iter().find(|(id, _)| *id == asked).map_or("Somebody", |(_, name)| name);
    let outcomes: Vec<Outcome> = rows.into_iter().map(|row| outcome(row, name)).collect();
    let act = Act { title: TITLE, path: PATH, button: "Assign them", sent: &[("to", asked.to_owned())] };
    let page = sheet(&web, &visitor, &choice, &act, &outcomes);
    page.lead(format!("To {name}. Each record is taken by itself; what is refused keeps no other from being done."))
        .answer()
}

/// Those who may lead for the visitor's side: account, and name with organization.
async fn leaders(web: &Web, visitor: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    let role = match visitor.principal().actor.side {
        Side::Developer => Role::DeveloperLiaison,
        Side::Government | Side::Partner => Role::ProgramLiaison,
    };
    let people = web.app.directory(visitor.principal()).await?.into_iter();
    let fit = people.filter(|one| one.roles.contains(&role));
    Ok(fit.map(|one| (one.account.to_string(), format!("{}, {}", one.name, one.organization))).collect())
}

/// The page that asks who is to lead.
fn whom(web: &Web, visitor: &Visitor, choice: &Choice, people: &[(String, String)], wrong: Option<&Wrong>) -> Sheet {
    let option =
        |(value, label): &(String, String)| ui::Choice { value: value.clone(), label: label.clone(), chosen: false };
    let none = ui::Choice { value: String::new(), label: "Choose a person".to_owned(), chosen: true };
    let options = [none].into_iter().chain(people.iter().map(option)).collect();
    let to = FieldView::of("to", "Who is to lead them", Control::Select(options))
        .hinted("A person of your side. The next page tells what would happen to each record.");
    let references = choice.references.iter().map(String::as_str);
    let form = choice.form(("whom", PATH, "Preview"), &visitor.csrf, references).field(to);
    let records = choice.references.iter().map(|reference| crate::web::pages::record::link(reference));
    choice
        .sheet(web, visitor, TITLE)
        .lead(format!("{} chosen.", count(choice.references.len())))
        .form(form, wrong)
        .section(ui::Section::new("records", "The chosen records").with(Inline::list(records)))
}

fn count(records: usize) -> String {
    if records == 1 { "1 record is".to_owned() } else { format!("{records} records are") }
}

fn outcome(row: BulkRow, name: &str) -> Outcome {
    // What a record is stands in its reference: this tells nothing of whether there is one.
    if kind_of(&row.reference) != Some(Kind::Engagement) {
        let why = "Only an engagement is led by somebody.".to_owned();
        return Outcome { reference: row.reference, result: Err(vec![why]) };
    }
    Outcome::of(row, |done: BulkDone| match &done.preview {
        Some(told) => preview(told),
        None => Inline::text(format!("Led by {name}")),
    })
}

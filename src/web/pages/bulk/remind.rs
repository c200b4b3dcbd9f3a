//! People of the own side are reminded of what is open with the chosen records.

use axum::{extract::State, response::Response};

use super::{
    Choice,
    outcome::{Act, Outcome, sheet},
};
use crate::{
    app::{
        AppError,
        bulk::{BulkDone, BulkRemind},
    },
    web::{Web, extract::visitor::MemberPosted, pages::ui::Inline},
};

const TITLE: &str = "Remind";

/// Tells who would be reminded, or that they are.
pub async fn page(
    State(web): State<Web>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let choice = Choice::of(&fields);
    if !web.app.bulk_offers(visitor.principal()).remind {
        return Err(AppError::Forbidden);
    }
    if let Some(why) = choice.wrong() {
        return choice.refused(&web, &visitor, TITLE, why);
    }
    let body = BulkRemind { references: choice.references.clone() };
    let rows = web.app.bulk_remind(visitor.principal(), &body, &choice.how(&visitor)).await?;
    let said = |done: BulkDone| Inline::text(people(done.reminded.unwrap_or_default(), choice.carry_out));
    let outcomes: Vec<Outcome> = rows.into_iter().map(|row| Outcome::of(row, said)).collect();
    let act = Act { title: TITLE, path: "/chosen/remind", button: "Remind them", sent: &[] };
    sheet(&web, &visitor, &choice, &act, &outcomes)
        .lead("By mail, people of your side alone, of their own steps; each of each step once a day.")
        .answer()
}

fn people(reminded: usize, carried_out: bool) -> String {
    match (reminded, carried_out) {
        (0, _) => "Nobody of your side but you has a step here.".to_owned(),
        (1, true) => "1 person is reminded".to_owned(),
        (1, false) => "1 person would be reminded".to_owned(),
        (many, true) => format!("{many} people are reminded"),
        (many, false) => format!("{many} people would be reminded"),
    }
}

//! One act on many records that were chosen in a list or the worklist: what would happen to each, then that it happened or
//! what stands against it. Nothing is ever decided in bulk.

mod assign;
mod export;
mod outcome;
mod remind;

use std::collections::BTreeSet;

use axum::{http::StatusCode, response::Response, routing::post};

use super::{
    PageRoute,
    sheet::Sheet,
    ui::{Alert, Chosen, Control, FieldView, FormView, Tone},
};
use crate::{
    app::{
        AppError,
        bulk::{BulkHow, MOST},
    },
    web::{
        Web,
        extract::visitor::{Fields, Visitor},
        next::own_path,
    },
};

/// The pages of this room. Each is sent to: what was chosen stands in no address.
pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::post("/chosen/assign", post(assign::page)),
        PageRoute::post("/chosen/remind", post(remind::page)),
        PageRoute::post("/chosen/export", post(export::page)),
    ]
}

/// What this person can do with rows of this page; `other` is the page with every row chosen, or with none.
pub fn offered(web: &Web, visitor: &Visitor, all: bool, other: String) -> Chosen {
    let offers = web.app.bulk_offers(visitor.principal());
    let (csrf, back) = (visitor.csrf.clone(), visitor.here.clone());
    Chosen { csrf, back, other, all, assign: offers.assign, remind: offers.remind }
}

/// What was chosen, and where.
struct Choice {
    /// References, each once: a page may show a record in several places.
    references: Vec<String>,
    /// The page where they were chosen.
    back: String,
    /// Whether the act is to be carried out.
    carry_out: bool,
    /// The key under which that is done once.
    key: String,
}

impl Choice {
    fn of(fields: &Fields) -> Self {
        let mut seen = BTreeSet::new();
        let chosen = fields.all("reference").filter(|reference| seen.insert((*reference).to_owned()));
        Self {
            references: chosen.map(str::to_owned).collect(),
            back: own_path(fields.get("back")).to_owned(),
            carry_out: fields.get("carry-out") == "true",
            key: fields.get("key").to_owned(),
        }
    }

    /// Why nothing can be done with what was chosen: it is nothing, or too much.
    fn wrong(&self) -> Option<String> {
        match self.references.len() {
            0 => Some("No record is chosen. Go back and choose at least one.".to_owned()),
            many if many > MOST => Some(format!(
                "{many} records are chosen, and {MOST} at most can be taken at once. Go back and choose fewer."
            )),
            _ => None,
        }
    }

    fn how(&self, visitor: &Visitor) -> BulkHow {
        if !self.carry_out {
            return BulkHow::Preview;
        }
        let known = (1..=64).contains(&self.key.len());
        BulkHow::CarryOut { key: known.then(|| format!("{}:{}", visitor.browser.session, self.key)) }
    }

    /// A page of this room.
    fn sheet(&self, web: &Web, visitor: &Visitor, title: &str) -> Sheet {
        Sheet::of(web, visitor, title).below(&self.back, "Where they were chosen")
    }

    /// The page that says why nothing can be done.
    fn refused(&self, web: &Web, visitor: &Visitor, title: &str, why: String) -> Result<Response, AppError> {
        let alert = Alert::headed(Tone::Error, "Nothing was done", vec![why]);
        self.sheet(web, visitor, title).said(Some(alert)).status(StatusCode::UNPROCESSABLE_ENTITY).answer()
    }

    /// A form that goes on with these of the records.
    fn form<'r>(
        &self,
        (id, action, button): (&str, &str, &str),
        csrf: &str,
        references: impl IntoIterator<Item = &'r str>,
    ) -> FormView {
        let sent = references.into_iter().map(|reference| hidden("reference", reference));
        FormView::new(id, action, csrf, button)
            .fields(sent)
            .field(hidden("back", &self.back))
            .or_back(&self.back, "Back without doing it")
    }
}

/// What is sent as it is.
fn hidden(name: &str, value: &str) -> FieldView {
    FieldView::of(name, "", Control::Hidden { value: value.to_owned() })
}

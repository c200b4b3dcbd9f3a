//! Help: for each role what it is there for and where to begin, how the whole goes, and in the demonstration a way through
//! one engagement in eight steps.

pub mod roles;
mod rules;
mod tour;

use axum::{extract::State, http::HeaderMap, response::Response, routing::get};

use super::{
    PageRoute,
    sheet::Sheet,
    ui::{Inline, Link, Row, Section, Table},
    words,
};
use crate::{
    app::{AppError, search::parse::Field},
    domain::{actor::Role, id::Kind, workflow::stages},
    web::{Web, extract::visitor::Visitor},
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/help", get(help)), PageRoute::get("/tour", get(tour::page))]
}

/// How an engagement goes, step by step, and whose step each is.
const COURSE: [(&str, &str); 8] = [
    ("A developer asks whether a model is covered, or registers a release and proposes an engagement.", "Developer"),
    ("A program liaison takes the engagement from the pool, checks for conflicts and acknowledges it.", "Government"),
    (
        "Both sides agree on conditions, text by text, and sign them. Each text takes a key of either side.",
        "Both sides",
    ),
    ("The developer nominates trusted partners; reviewers of the agencies concur, or do not.", "Both sides"),
    ("Each person who is to have access gets a grant of their own, after attestation and training.", "Both sides"),
    (
        "The window is scheduled by two keys and opens by itself. Access lasts 30 days at most, over all windows.",
        "Time",
    ),
    ("The window closes by itself, at the latest with the planned release to trusted partners.", "Time"),
    (
        "What was handed over is returned or destroyed, certified and accepted; two keys close the engagement.",
        "Both sides",
    ),
];

async fn help(State(web): State<Web>, visitor: Option<Visitor>, headers: HeaderMap) -> Result<Response, AppError> {
    let roles: Vec<Role> =
        visitor.as_ref().map(|one| one.principal().actor.roles.iter().copied().collect()).unwrap_or_default();
    let mut sections: Vec<Section> = roles.iter().map(|role| roles::section(*role)).collect();
    sections.push(course());
    sections.push(others(&roles));
    sections.push(query());
    sections.push(rules::section(&web, visitor.as_ref()));
    sections.push(keys());
    let lead = "What each person does here, and how the whole goes. Taking part is voluntary, and nothing here is a \
                permission to release a model.";
    Sheet::maybe(&web, visitor.as_ref(), &headers, "Help").lead(lead).sections(sections).answer()
}

fn course() -> Section {
    let rows = COURSE.iter().zip(1_usize..).map(|((what, whose), step)| {
        Row::new(vec![Inline::text(step.to_string()), Inline::text(*what), Inline::text(*whose)])
    });
    let table = Table::new("How an engagement goes", &["Step", "What happens", "Whose step"], "").with(rows);
    Section::new("course", "How an engagement goes").with(table)
}

fn others(own: &[Role]) -> Section {
    let rows = Role::ALL.iter().filter(|role| !own.contains(role)).map(|role| {
        Row::new(vec![Inline::text(words::role(*role)), Inline::text(role.code()), Inline::text(roles::purpose(*role))])
    });
    let table = Table::new("The other roles", &["Role", "Code", "What it is there for"], "").with(rows);
    Section::new("roles", "The other roles").with(table)
}

/// The fields of a query, and the stages that it may name.
fn query() -> Section {
    let fields = Field::ALL.into_iter().map(|field| {
        Row::new(vec![Inline::Code(format!("{}:", field.name())), Inline::text(format!("It takes {}.", field.takes()))])
    });
    let stages = Kind::ALL.into_iter().map(|kind| {
        let names: Vec<&str> = stages(kind).to_vec();
        Row::new(vec![Inline::text(words::kind(kind)), Inline::text(names.join(", "))])
    });
    Section::new("query", "What a query can ask")
        .with(Table::new("Fields of a query", &["Field", "What it takes"], "").with(fields))
        .with(Table::new("Stages by kind", &["Kind of record", "Stages"], "").titled().with(stages))
}

fn keys() -> Section {
    let link = |href: &str, text: &str| Inline::Link(Link { href: href.to_owned(), text: text.to_owned() });
    let lines = [
        Inline::text(
            "A query takes words, references and fields: stage:open, kind:engagement, due:<2026-12-01, \
                      developer:larkspur, owner:me, is:overdue. All of them must fit.",
        ),
        Inline::text(
            "A form shows what it would bring before you send it: press Preview. What you type is kept in this \
                      tab while a session ends.",
        ),
        Inline::text(
            "Dates are days in the program’s zone; the last day counts to its end. “Why this date” names the \
                      clock behind each.",
        ),
        link("/problems", "Every refusal by name, what it means and who can clear it"),
        link("/api/docs", "The same by programs: the API"),
    ];
    Section::new("hints", "Good to know").with(Inline::List(lines.into()))
}

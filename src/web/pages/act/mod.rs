//! Commands as forms: what a command takes, what would happen, and then that it happened. One form for every command of
//! every kind, made of the command's own description; a signature shows what is signed.

mod about;
mod begin;
mod page;
mod paper;
mod preview;
mod send;
mod since;

pub use page::summary_of;
pub use preview::{Panel, panel};
pub use send::{is_form, once, told};

use axum::routing::{MethodRouter, get};

use super::PageRoute;
use crate::{
    domain::{
        action::{Action, CommandFacts, Creates},
        command::Command,
    },
    web::Web,
};

/// The pages of this room: one a command.
pub fn routes() -> Vec<PageRoute> {
    Command::catalog()
        .into_iter()
        .filter(has_form)
        .map(|facts| PageRoute::form(path(&facts), handler(&facts)))
        .collect()
}

/// A document is declared with its bytes, on a page of its own.
fn has_form(facts: &CommandFacts) -> bool {
    facts.action != Action::new(crate::domain::id::Kind::Document, "upload")
}

fn path(facts: &CommandFacts) -> String {
    let (kind, name) = (facts.action.kind, facts.action.name);
    match facts.creates {
        Creates::No => format!("/{}/{{reference}}/{name}", kind.plural()),
        Creates::Alone | Creates::Under => format!("/new/{}", kind.name().replace('_', "-")),
    }
}

fn handler(facts: &CommandFacts) -> MethodRouter<Web> {
    let action = facts.action;
    if facts.creates == Creates::No {
        get(move |web, visitor, path, query| page::on(web, visitor, path, query, action))
            .post(move |web, path, posted| send::on(web, path, posted, action))
    } else {
        get(move |web, visitor, query| page::new(web, visitor, query, action))
            .post(move |web, posted| send::new(web, posted, action))
    }
}

/// What is known of a command.
fn facts_of(action: Action) -> Option<CommandFacts> {
    Command::catalog().into_iter().find(|facts| facts.action == action)
}

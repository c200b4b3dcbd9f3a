//! Administration: people, organizations, the office's calendar and milestones, framework versions, and how the service
//! is. Each page is for whoever the use case behind it answers.

mod account;
mod account_acts;
mod accounts;
mod figures;
mod framework;
mod health;
mod invitations;
mod milestones;
mod new_account;
mod organization;
mod organizations;
mod roles;
mod sessions;
mod tokens;
mod working_days;

use axum::{extract::State, response::Response, routing::get};

use super::{
    PageRoute,
    sheet::Sheet,
    time::PageClock,
    ui::{Act, Acts, Section},
};
use crate::{
    app::AppError,
    authz::administration::AdministrativeAction as A,
    web::{
        Web,
        extract::visitor::{Member, Visitor},
    },
};

/// The index.
pub(super) const PATH: &str = "/administration";

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    let rooms = [
        vec![PageRoute::get(PATH, get(page))],
        accounts::routes(),
        account::routes(),
        account_acts::routes(),
        roles::routes(),
        sessions::routes(),
        new_account::routes(),
        organizations::routes(),
        organization::routes(),
        invitations::routes(),
        tokens::routes(),
        working_days::routes(),
        milestones::routes(),
        figures::routes(),
        health::routes(),
        framework::routes(),
    ];
    rooms.into_iter().flatten().collect()
}

/// A page of administration.
fn sheet(web: &Web, visitor: &Visitor, title: &str) -> Sheet {
    Sheet::of(web, visitor, title).below(PATH, "Administration")
}

/// The clock of the rules, by which accounts, roles and closures are told.
fn clock(web: &Web) -> PageClock {
    PageClock::at(&web.app, web.app.clock().business())
}

/// The clock of sessions and secrets.
fn system_clock(web: &Web) -> PageClock {
    PageClock::at(&web.app, web.app.clock().system())
}

/// A way to a page, with what is done there.
fn way(href: &str, label: &str, summary: &str) -> Act {
    Act { href: href.to_owned(), label: label.to_owned(), summary: summary.to_owned(), next: false }
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    let organizations = web.app.organizations(visitor.principal()).await?;
    let invites = organizations.iter().any(|one| web.app.offers_in(visitor.principal(), A::Invite, one));
    let office = |action| web.app.offers(visitor.principal(), action);
    let sections = [
        ("people", "People", people(invites, &office)),
        ("office", "The office", the_office(&office)),
        ("rules", "Rules", rules()),
        ("service", "The service", service(&office)),
    ];
    let shown = sections.into_iter().filter(|(.., acts)| !acts.open.is_empty());
    let sections = shown.map(|(id, heading, acts)| Section::new(id, heading).with(acts));
    let sheet = Sheet::of(&web, &visitor, "Administration").lead("What you may look at and change here.");
    sections.fold(sheet, Sheet::section).answer()
}

fn people(invites: bool, office: &impl Fn(A) -> bool) -> Acts {
    let mut open = vec![
        way("/administration/accounts", "Accounts", "People that you may know of, with their roles."),
        way(
            "/administration/organizations",
            "Organizations",
            "Developers, partners and agencies that you may know of.",
        ),
    ];
    if invites {
        open.push(way(
            "/administration/invitations",
            "Invitations",
            "Who was asked in by mail, and what became of it.",
        ));
    }
    if office(A::ManageApiTokens) {
        open.push(way("/administration/api-tokens", "API tokens", "What the gateways of your organization ask with."));
    }
    Acts { open, blocked: Vec::new() }
}

fn the_office(office: &impl Fn(A) -> bool) -> Acts {
    let mut open = vec![
        way("/administration/working-days", "Working days", "Holidays and closures, by which task dates are counted."),
        way("/administration/milestones", "Milestones", "What the order asks of agencies, and what is known of it."),
    ];
    if office(A::ReadFigures) {
        open.push(way("/administration/figures", "Figures", "Counts and turnaround over many records."));
    }
    Acts { open, blocked: Vec::new() }
}

fn rules() -> Acts {
    let open = vec![
        way("/administration/framework", "Framework versions", "The configurable rules, dated, with their texts."),
        way("/permissions", "Permission matrix", "Which role may do what, in which stage."),
        way("/workflow", "Workflow", "Stages, transitions, guards and actors of each kind of record."),
        way("/problems", "Refusals", "What each refusal means, and who can clear it."),
    ];
    Acts { open, blocked: Vec::new() }
}

fn service(office: &impl Fn(A) -> bool) -> Acts {
    let ways = [
        (A::ReadService, way("/administration/health", "Health", "Whether the service is ready, and what is due.")),
        (A::ReadMailLog, way("/administration/mail", "Mail log", "What became of each mail.")),
        (
            A::ReadMailLog,
            way("/administration/mail/templates", "Mail templates", "Every mail that can be sent, with sample fields."),
        ),
        (
            A::LookAfterMail,
            way("/mail-problems", "Mail problems", "Mails that did not arrive, and who looked after it."),
        ),
    ];
    let open = ways.into_iter().filter(|(act, _)| office(*act)).map(|(_, way)| way).collect();
    Acts { open, blocked: Vec::new() }
}

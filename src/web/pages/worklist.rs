//! The home page: one's own queue, and what is to be done next.

use askama::Template;
use axum::{extract::State, response::Response, routing::get};

use super::{
    PageRoute,
    frame::{Frame, html},
    time::PageClock,
    ui::{Alert, Inline, Link, Row, Section, Table},
    words,
};
use crate::{
    app::{
        AppError,
        worklist::{WorkItem, WorkReason},
    },
    domain::actor::Role,
    web::{Web, extract::visitor::Member},
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/", get(page))]
}

#[derive(Template)]
#[template(path = "pages/worklist.html")]
struct WorklistPage {
    frame: Frame,
    done: Option<Alert>,
    /// Each with how many rows it has.
    sections: Vec<(Section, usize)>,
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    let list = web.app.worklist(visitor.principal()).await?;
    let clock = PageClock { zone: web.app.settings().program.zone, now: list.as_of.at };
    let section = |id: &str, heading: &str, items: &[WorkItem], empty: &str| {
        let rows = items.iter().map(|item| row(item, clock));
        let columns = ["Record", "Next step", "Who", "Due", "Why this date"];
        (Section::new(id, heading).with(Table::new(heading, &columns, empty).with(rows)), items.len())
    };
    let mut sections = vec![
        section("overdue", "Overdue", &list.overdue, "Nothing of yours is overdue."),
        section("due-soon", "Due in 7 days", &list.due_soon, "Nothing of yours is due in the next seven days."),
        section("acknowledge", "To acknowledge", &list.to_acknowledge, "No notice waits for your acknowledgement."),
        section("waiting", "Waiting on others", &list.waiting_on_others, "Nobody else has to do anything with a date."),
    ];
    if visitor.principal().actor.has(Role::ProgramLiaison) {
        sections.push(section("unassigned", "Unassigned", &list.unassigned, "Every engagement has a liaison."));
    }
    html(&WorklistPage { frame: Frame::of(&web, &visitor, "Worklist"), done: None, sections })
}

fn row(item: &WorkItem, clock: PageClock) -> Row {
    let path = format!("/{}/{}", item.kind.plural(), item.reference);
    let step = Link { href: format!("{path}#actions"), text: words::label(&item.next_step) };
    let due = item.due_on.map(|due| Inline::from(clock.day(due)));
    Row::new(vec![
        Inline::record(item.kind, &item.reference),
        Inline::Link(step),
        Inline::text(item.who.iter().map(|who| somebody(who)).collect::<Vec<_>>().join(", ")),
        due.unwrap_or_else(|| Inline::text("No date")),
        Inline::maybe(item.why.as_ref(), |why| Inline::text(reason(why, clock))),
    ])
}

/// Whose turn it is, in words.
fn somebody(who: &str) -> String {
    match (who, Role::from_code(who)) {
        ("me", _) => "You".to_owned(),
        ("person", _) => "One person".to_owned(),
        (_, Some(role)) => words::role(role),
        (other, None) => words::label(other),
    }
}

/// Why a date is what it is, in one line.
pub(super) fn reason(why: &WorkReason, clock: PageClock) -> String {
    let since = clock.plain(why.starts_at.at).text;
    format!("{} ({}), counted from {since}, framework {}", words::label(&why.deadline), why.code, why.framework)
}

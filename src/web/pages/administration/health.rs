//! Whether the service is ready, and what it still has to do: counts and instants, nothing of any case.

use axum::{extract::State, response::Response, routing::get};

use super::sheet;
use crate::{
    app::AppError,
    web::{
        Web,
        extract::visitor::Member,
        pages::{
            PageRoute,
            time::PageClock,
            ui::{Facts, Inline, Row, Section, Table},
        },
    },
};

/// The page.
const PATH: &str = "/administration/health";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    let backlog = web.app.backlog(visitor.principal()).await?;
    let clock = PageClock { zone: web.app.settings().program.zone, now: backlog.now };
    let check = |name: &str, answer: Result<(), String>| {
        let (state, why) = match answer {
            Ok(()) => ("Works", Inline::None),
            Err(why) => ("Does not work", Inline::text(why)),
        };
        Row::new(vec![Inline::text(name), Inline::Tag(state.to_owned()), why])
    };
    let checks = [check("Database", web.app.check_database().await), check("Schema", web.app.check_migrations().await)];
    let checks = Table::new("What the service needs", &["Part", "State", "Why"], "Nothing.").with(checks);
    let behind = backlog.next_due_at.is_some_and(|due| due < backlog.now);
    let due = Facts::new()
        .with("Now", Inline::from(clock.plain(backlog.now)))
        .with("Time next brings something", Inline::maybe(backlog.next_due_at, |at| clock.instant(at).into()))
        .with("The worker", if behind { "Is behind, or is not running" } else { "Is not behind" })
        .with("Version", env!("CARGO_PKG_VERSION"));
    let mail =
        |(status, count): &(&str, u64)| Row::new(vec![Inline::code_word(status), Inline::text(count.to_string())]);
    let mails =
        Table::new("Mails by where they stand", &["State", "Mails"], "None.").with(backlog.mails.iter().map(mail));
    sheet(&web, &visitor, "Health")
        .lead("Counts and instants, and nothing of any case.")
        .section(Section::new("ready", "Ready").with(checks))
        .section(Section::new("due", "What is due").with(due))
        .section(Section::new("mail", "Mail").with(mails))
        .answer()
}

//! Mail, seen from the browser: what a person wants to be told and when, what can be sent, what went out, and
//! what came back.

mod choices;
mod log;
mod notices;
mod problems;
mod samples;

use axum::routing::{get, post};

use super::PageRoute;

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form("/account/notifications", get(choices::page).post(choices::put)),
        PageRoute::get("/administration/mail", get(log::page)),
        PageRoute::get(samples::PATH, get(samples::list)),
        PageRoute::get(format!("{}/{{code}}/{{stem}}", samples::PATH), get(samples::one)),
        PageRoute::get("/mail-problems", get(problems::page)),
        PageRoute::post("/mail-problems/{id}/resolve", post(problems::resolve)),
    ]
}

//! `anteroom worker`: background work in a process of its own.

use std::path::Path;

use serde_json::json;

use super::{args::WorkerArgs, error::CliError, output::Output, service};
use crate::{app::Absent, telemetry, worker::Worker};

pub(super) async fn run(file: Option<&Path>, asked: &WorkerArgs, output: Output) -> Result<(), CliError> {
    let logs = if asked.once { telemetry::Output::Stderr } else { telemetry::Output::Stdout };
    let app = service::opened(service::settings(file, logs)?, Absent::Refuse).await?;
    service::ready(&app).await?;
    app.lay_down_frameworks().await?;
    let worked = if asked.once { once(&app, output).await } else { service::work(&app).await };
    service::close(&app).await;
    worked
}

async fn once(app: &crate::app::App, output: Output) -> Result<(), CliError> {
    let done = Worker::new(app.clone()).once().await?;
    let shown = json!({ "timed": done.timed, "mails": done.mails, "forgotten": done.forgotten });
    output.data(&shown, |_| {
        format!("{} done that time brought, {} mails tried, {} rows forgotten", done.timed, done.mails, done.forgotten)
    });
    Ok(())
}

//! `anteroom migrate`: the database's schema.

use std::path::Path;

use serde_json::json;

use super::{
    args::MigrateCommand,
    error::CliError,
    output::{Output, confirmed, table},
    service,
};
use crate::{
    app::{Absent, Schema},
    telemetry,
};

pub(super) async fn run(file: Option<&Path>, asked: &MigrateCommand, output: Output) -> Result<(), CliError> {
    if let MigrateCommand::Down { steps, yes: false } = asked
        && !confirmed(&format!("This takes {steps} migration(s) back and loses the data that they hold."))
    {
        return Err(CliError::Usage("nothing was taken back; give --yes to go on without being asked".to_owned()));
    }
    let settings = service::settings(file, telemetry::Output::Stderr)?;
    let absent = if matches!(asked, MigrateCommand::Up) { Absent::Create } else { Absent::Refuse };
    let schema = Schema::open(&settings.database, absent).await?;
    match asked {
        MigrateCommand::Up => schema.up().await?,
        MigrateCommand::Down { steps, .. } => schema.down(*steps).await?,
        MigrateCommand::Status => {}
    }
    let status = schema.status().await?;
    schema.close().await?;
    let rows: Vec<_> = status.iter().map(|(name, applied)| json!({ "name": name, "applied": applied })).collect();
    output.data(&rows, |_| {
        let state = |applied: bool| if applied { "applied" } else { "pending" }.to_owned();
        let rows: Vec<_> = status.iter().map(|(name, applied)| [name.clone(), state(*applied)]).collect();
        table(["MIGRATION", "STATE"], &rows)
    });
    Ok(())
}

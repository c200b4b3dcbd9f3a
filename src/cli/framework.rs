//! `anteroom framework`: the versions of the rules, what they say, and what a file would say.

use std::path::Path;

use serde_json::json;

use super::{
    args::FrameworkCommand,
    error::CliError,
    output::{Output, table},
    service,
};
use crate::{
    app::{App, AppError, framework::check_file},
    domain::framework::{Difference, Framework, differences},
};

pub(super) async fn run(file: Option<&Path>, asked: &FrameworkCommand, output: Output) -> Result<(), CliError> {
    if let FrameworkCommand::Check { file } = asked {
        return check(file, output);
    }
    let app = service::open(file).await?;
    let answered = answer(&app, asked, output).await;
    service::close(&app).await;
    answered
}

async fn answer(app: &App, asked: &FrameworkCommand, output: Output) -> Result<(), CliError> {
    let (versions, now) = app.framework_versions().await?;
    let named = |id: &str| versions.iter().find(|version| version.id == id).ok_or(CliError::App(AppError::NotFound));
    match asked {
        FrameworkCommand::List => {
            let row = |version: &Framework| {
                json!({
                    "id": version.id, "effective_from": version.effective_from, "digest": version.digest,
                    "status": version.status(&versions, now), "authority": version.authority,
                })
            };
            let rows: Vec<_> = versions.iter().map(row).collect();
            output.data(&rows, |rows| {
                let cell = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
                let cells = |row| ["id", "effective_from", "status", "authority"].map(|name| cell(row, name));
                table(["VERSION", "EFFECTIVE FROM", "STATUS", "AUTHORITY"], &rows.iter().map(cells).collect::<Vec<_>>())
            });
        }
        FrameworkCommand::Show { version } => {
            output.data(named(version)?, |version| serde_json::to_string_pretty(version).unwrap_or_default());
        }
        FrameworkCommand::Diff { from, to } => {
            output.data(&differences(named(from)?, named(to)?), |found| listed(found));
        }
        FrameworkCommand::Check { .. } => {}
    }
    Ok(())
}

/// Whether a file is a version that may be laid down or drafted; needs no service.
fn check(file: &Path, output: Output) -> Result<(), CliError> {
    let version = check_file(file).map_err(|error| CliError::Found(error.to_string()))?;
    let shown = json!({ "id": version.id, "effective_from": version.effective_from, "digest": version.digest });
    output.data(&shown, |_| {
        format!(
            "{} is sound, in effect from {}\ndigest {}",
            version.id,
            version.effective_from,
            version.digest.as_str()
        )
    });
    Ok(())
}

fn listed(found: &[Difference]) -> String {
    let said = |value: &serde_json::Value| if value.is_null() { "-".to_owned() } else { value.to_string() };
    let rows: Vec<_> = found.iter().map(|one| [one.path.clone(), said(&one.before), said(&one.after)]).collect();
    table(["FIELD", "BEFORE", "AFTER"], &rows)
}

//! `anteroom verify`: whether everything stored is as the events say, or an export package as its manifest and its part
//! of the ledger say.

use std::{fs::File, io::BufReader, path::Path};

use super::{error::CliError, output::Output, service};
use crate::app::export::check;

pub(super) async fn run(file: Option<&Path>, output: Output) -> Result<(), CliError> {
    let app = service::open(file).await?;
    let report = app.verify().await;
    service::close(&app).await;
    let report = report?;
    output.data(&report, ToString::to_string);
    if report.is_clean() {
        return Ok(());
    }
    Err(CliError::Found(format!("{} difference(s)", report.differences.len())))
}

/// Checks a package, without settings, database or network.
pub(super) fn package(file: &Path, output: Output) -> Result<(), CliError> {
    let package = File::open(file).map_err(|error| CliError::io(file.display().to_string(), error))?;
    let report = check(BufReader::new(package)).map_err(|error| CliError::Found(error.to_string()))?;
    output.data(&report, ToString::to_string);
    if report.is_clean() {
        return Ok(());
    }
    Err(CliError::Found(format!("{} problem(s)", report.problems.len())))
}

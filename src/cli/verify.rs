//! `anteroom verify`: whether everything stored is as the events say.

use std::path::Path;

use super::{error::CliError, output::Output, service};

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

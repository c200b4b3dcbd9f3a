//! `anteroom claim`: the keyed hash by which a side says that it knew of something, computed on the own machine.

use std::io::IsTerminal as _;

use serde_json::json;

use super::{args::ClaimArgs, error::CliError, output::Output, password};
use crate::domain::handoff::claim;

/// The identifier is read from standard input: a flag would stand in the shell's history and in the list of processes.
pub(super) fn run(asked: &ClaimArgs, output: Output) -> Result<(), CliError> {
    if std::io::stdin().is_terminal() {
        output.note("Identifier, such as CVE-2026-12345:");
    }
    let identifier = password::from_stdin()?;
    if claim::canonical(&identifier).is_empty() {
        return Err(CliError::Usage("there is no identifier on standard input".to_owned()));
    }
    let digits = claim::claim(&asked.salt, &identifier);
    output.data(&json!({ "claim": digits }), |_| digits.as_str().to_owned());
    Ok(())
}

//! `anteroom config`: what is wrong with the configuration, and what is in force.

use std::path::Path;

use serde_json::json;

use super::{
    args::ConfigCommand,
    error::CliError,
    output::{Output, table},
};
use crate::config::{ConfigError, Settings};

pub(super) fn run(file: Option<&Path>, asked: ConfigCommand, output: Output) -> Result<(), CliError> {
    match asked {
        ConfigCommand::Check => check(file, output),
        ConfigCommand::Show => show(file, output),
    }
}

fn check(file: Option<&Path>, output: Output) -> Result<(), CliError> {
    let settings = match Settings::read(file) {
        Ok(settings) => settings,
        Err(error @ (ConfigError::Syntax { .. } | ConfigError::Value(_) | ConfigError::NotUnicode(_))) => {
            return Err(CliError::Found(error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let problems = settings.check();
    if problems.is_empty() {
        output.data(&json!({ "problems": [] }), |_| "the configuration is sound".to_owned());
        return Ok(());
    }
    let listed: Vec<_> = problems.iter().map(|one| json!({ "key": one.key, "message": one.message })).collect();
    output.data(&json!({ "problems": listed }), |_| {
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    });
    Err(CliError::Found(format!("the configuration has {} problem(s)", problems.len())))
}

fn show(file: Option<&Path>, output: Output) -> Result<(), CliError> {
    output.data(&Settings::read(file)?.show(), |values| {
        let rows: Vec<_> = values.iter().map(|one| [one.key.clone(), one.value.clone(), one.origin.clone()]).collect();
        table(["KEY", "VALUE", "ORIGIN"], &rows)
    });
    Ok(())
}

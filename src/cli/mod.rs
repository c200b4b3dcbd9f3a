//! The command line: what an operator types, and what the terminal answers. Commands read their arguments, call a use
//! case and print what came of it; data goes to standard output, messages go to standard error.

mod account;
mod args;
mod bounce;
mod claim;
mod config;
mod demo;
mod error;
mod first_administrator;
mod framework;
mod migrate;
mod output;
mod password;
mod routes;
mod seed;
mod serve;
mod service;
mod verify;
mod worker;
mod workflow;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use error::CliError;
use output::Output;

/// Runs the command that the process was started with. The exit code is 0, or one of those that `--help` lists.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::io("the runtime cannot be started", error))
        .and_then(|runtime| runtime.block_on(run(&arguments, output)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            error.exit().into()
        }
    }
}

async fn run(arguments: &Arguments, output: Output) -> Result<(), CliError> {
    let file = arguments.config.as_deref();
    match &arguments.command {
        Command::Serve(asked) => serve::run(file, asked, output).await,
        Command::Demo(asked) => Box::pin(demo::run(asked, output)).await,
        Command::Worker(asked) => Box::pin(worker::run(file, asked, output)).await,
        Command::Migrate(asked) => migrate::run(file, &asked.command, output).await,
        Command::Seed => seed::run(file, output).await,
        Command::Account(asked) => account::run(file, &asked.command, output).await,
        Command::FirstAdministrator(asked) => first_administrator::run(file, &asked.command, output).await,
        Command::Framework(asked) => framework::run(file, &asked.command, output).await,
        Command::Config(asked) => config::run(file, asked.command, output),
        Command::Routes => {
            routes::run(output);
            Ok(())
        }
        Command::Workflow(asked) => workflow::run(*asked, output),
        Command::Verify(asked) => match &asked.package {
            Some(package) => verify::package(package, output),
            None => verify::run(file, output).await,
        },
        Command::Bounce => bounce::run(file, output).await,
        Command::Claim(asked) => claim::run(asked, output),
    }
}

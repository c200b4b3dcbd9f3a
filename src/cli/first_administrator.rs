//! `anteroom first-administrator`: there is no default account. The operator prints a one-time link, or makes the account
//! at the terminal.

use std::path::Path;

use serde_json::json;

use super::{account::named_text, args::FirstAdministratorCommand, error::CliError, output::Output, password, service};
use crate::{
    app::{App, identity::FirstAdministrator},
    domain::actor::Role,
};

pub(super) async fn run(
    file: Option<&Path>,
    asked: &FirstAdministratorCommand,
    output: Output,
) -> Result<(), CliError> {
    let new = match asked {
        FirstAdministratorCommand::Link => None,
        FirstAdministratorCommand::Create { organization, name, email, password_stdin } => Some(FirstAdministrator {
            organization: named_text("organization", organization)?,
            email: email.clone(),
            name: named_text("name", name)?,
            password: if *password_stdin { password::from_stdin()? } else { password::asked()? }.to_string(),
        }),
    };
    let app = service::open(file).await?;
    let done = match &new {
        None => link(&app, output).await,
        Some(new) => create(&app, new, output).await,
    };
    service::close(&app).await;
    done
}

async fn link(app: &App, output: Output) -> Result<(), CliError> {
    let Some(link) = app.first_administrator_link().await? else {
        return Err(CliError::Conflict("there is an administrator already".to_owned()));
    };
    output.data(&json!({ "link": link }), |_| link.clone());
    Ok(())
}

async fn create(app: &App, new: &FirstAdministrator, output: Output) -> Result<(), CliError> {
    let accounts = app.accounts_as_operator().await?;
    if accounts.iter().flat_map(|account| &account.roles).any(|held| held.role == Role::SystemAdministrator) {
        return Err(CliError::Conflict("there is an administrator already".to_owned()));
    }
    let account = app.create_first_administrator(new).await?;
    output.data(&account, |account| format!("made {}, who is the first administrator", account.email));
    Ok(())
}

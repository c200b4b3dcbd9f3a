//! `anteroom account`: what the operator does about accounts. Each act is written to the access log.

use std::path::Path;

use zeroize::Zeroizing;

use super::{
    args::{AccountCommand, NewAccountArgs, PasswordArgs},
    error::CliError,
    output::{Output, table},
    password, service,
};
use crate::{
    app::{
        App, AppError,
        identity::{AccountCreated, AccountEntry, Invitation, NewAccount, NewOrganization},
    },
    domain::{id::OrganizationId, text::Name},
};

pub(super) async fn run(file: Option<&Path>, asked: &AccountCommand, output: Output) -> Result<(), CliError> {
    let password = match asked {
        AccountCommand::Create(new) => password_of(new.password)?,
        _ => None,
    };
    let app = service::open(file).await?;
    let done = carry_out(&app, asked, password.as_deref().map(String::as_str), output).await;
    service::close(&app).await;
    done
}

async fn carry_out(app: &App, asked: &AccountCommand, password: Option<&str>, output: Output) -> Result<(), CliError> {
    match asked {
        AccountCommand::Create(new) => {
            let made = create(app, new, password).await?;
            output.data(&made, created);
        }
        AccountCommand::List => output.data(&app.accounts_as_operator().await?, |accounts| listed(accounts)),
        AccountCommand::Disable { email } => {
            let account =
                app.set_account_disabled_as_operator(email, true).await.map_err(|error| named(error, email))?;
            output.data(&account, |account| format!("{} can no longer sign in; every session ended", account.email));
        }
        AccountCommand::Enable { email } => {
            let account =
                app.set_account_disabled_as_operator(email, false).await.map_err(|error| named(error, email))?;
            output.data(&account, |account| format!("{} can sign in again", account.email));
        }
        AccountCommand::PasswordLink { email } => {
            let link = app.password_link_as_operator(email).await.map_err(|error| named(error, email))?;
            output.data(&link, shown);
        }
    }
    Ok(())
}

fn password_of(asked: PasswordArgs) -> Result<Option<Zeroizing<String>>, CliError> {
    match (asked.password_stdin, asked.ask_password) {
        (true, _) => password::from_stdin().map(Some),
        (false, true) => password::asked().map(Some),
        (false, false) => Ok(None),
    }
}

async fn create(app: &App, asked: &NewAccountArgs, password: Option<&str>) -> Result<AccountCreated, CliError> {
    let name = named_text("name", &asked.name)?;
    let organization = organization(app, asked).await?;
    let new = NewAccount { email: asked.email.clone(), name, organization, roles: asked.roles.clone() };
    Ok(app.create_account_as_operator(&new, password).await?)
}

/// The organization by name or id, made if its side is given and there is none.
async fn organization(app: &App, asked: &NewAccountArgs) -> Result<OrganizationId, CliError> {
    let wanted = asked.organization.trim();
    let known = app.organizations_as_operator().await?;
    let found = known.iter().find(|one| one.name.eq_ignore_ascii_case(wanted) || one.id.to_string() == wanted);
    match (found, asked.side) {
        (Some(found), Some(side)) if found.side != side.into() => {
            Err(CliError::Conflict(format!("{} stands on the side {}", found.name, found.side.name())))
        }
        (Some(found), _) => Ok(found.id),
        (None, Some(side)) => {
            let name = named_text("organization", wanted)?;
            let new =
                NewOrganization { framework_owner: asked.framework_owner, ..NewOrganization::plain(name, side.into()) };
            Ok(app.create_organization_as_operator(&new).await?.id)
        }
        (None, None) => Err(CliError::NoOrganization(wanted.to_owned())),
    }
}

/// A name as it was typed.
pub(super) fn named_text(what: &str, typed: &str) -> Result<Name, CliError> {
    Name::parse(typed).map_err(|error| CliError::Usage(format!("{what}: {error}")))
}

fn named(error: AppError, email: &str) -> CliError {
    match error {
        AppError::NotFound => CliError::NoAccount(email.to_owned()),
        other => other.into(),
    }
}

fn created(made: &AccountCreated) -> String {
    let account = format!("made {}", made.account.email);
    match &made.invitation {
        Some(invitation) => format!("{account}\n{}", shown(invitation)),
        None => account,
    }
}

fn shown(link: &Invitation) -> String {
    format!("hand this link over; it sets the password, once, until {}:\n  {}", link.expires_at.to_rfc3339(), link.link)
}

fn listed(accounts: &[AccountEntry]) -> String {
    let roles = |account: &AccountEntry| {
        let codes = account.roles.iter().map(|role| role.role.code());
        codes.collect::<Vec<_>>().join(",")
    };
    let rows: Vec<_> = accounts
        .iter()
        .map(|account| {
            let state = if account.active { "active" } else { "disabled" };
            [
                account.email.clone(),
                account.name.clone(),
                account.side.name().to_owned(),
                roles(account),
                state.to_owned(),
            ]
        })
        .collect();
    table(["ADDRESS", "NAME", "SIDE", "ROLES", "STATE"], &rows)
}

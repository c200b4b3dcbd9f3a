//! What may be typed. Help shows examples first; nothing secret is taken as a flag, where other users of the machine
//! would see it.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::{
    actor::{Role, Side},
    id::Kind,
    text::{NotADigest, Sha256Hex},
};

const HELP: &str = "\
{about}{after-help}

{usage-heading} {usage}

{all-args}";

const EXAMPLES: &str = "Examples:
  anteroom demo                                 a seeded service on a clock of its own, to look at
  anteroom config check --config anteroom.toml  what is wrong with a configuration
  anteroom migrate up                           make or update the database's schema
  anteroom serve                                run the service
  anteroom verify --json                        compare every record with its events

  Exit codes: 0 done, 1 failure, 2 usage, 3 not found, 4 conflict, 5 not permitted, 6 a check found problems.";

/// Runs voluntary pre-release access engagements for frontier models.
#[derive(Debug, Parser)]
#[command(name = "anteroom", version, help_template = HELP, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Arguments {
    /// The configuration file; without it, the one that `ANTEROOM_CONFIG` names, if any
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print data and errors as JSON, one value a line
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the service, with the worker inside
    #[command(help_template = HELP, after_help = "Examples:
  anteroom serve
  anteroom serve --migrate --listen 127.0.0.1:8081
  anteroom serve --no-worker    where `anteroom worker` runs beside it")]
    Serve(ServeArgs),
    /// Run a seeded demonstration on a clock of its own; nothing else needs installing
    #[command(help_template = HELP, after_help = "Examples:
  anteroom demo
  anteroom demo --listen 127.0.0.1:0 --data demo-data    any free port, kept in a directory
  ANTEROOM_DEMO_PASSWORD='...' anteroom demo             everybody's password, 15 characters or more")]
    Demo(DemoArgs),
    /// Run background work only: what time brings, mail, housekeeping
    #[command(help_template = HELP, after_help = "Examples:
  anteroom worker
  anteroom worker --once --json    one round, then end")]
    Worker(WorkerArgs),
    /// Make, update or take back the database's schema
    #[command(help_template = HELP, after_help = "Examples:
  anteroom migrate status
  anteroom migrate up
  anteroom migrate down --steps 1 --yes")]
    Migrate(MigrateArgs),
    /// Tell the demonstration's story to the configured database, which must be empty
    #[command(help_template = HELP, after_help = "Examples:
  anteroom seed
  ANTEROOM_DEMO_PASSWORD='...' anteroom seed --json")]
    Seed,
    /// Make, list, disable and enable accounts
    #[command(help_template = HELP, after_help = "Examples:
  anteroom account list
  anteroom account disable lena.fisk@agency.example")]
    Account(AccountArgs),
    /// Make the first administrator, by a one-time link or here
    #[command(help_template = HELP, after_help = "Examples:
  anteroom first-administrator link
  anteroom first-administrator create --organization 'Access Office' --name 'Nia Holt' --email nia.holt@office.example")]
    FirstAdministrator(FirstAdministratorArgs),
    /// List, show and compare the framework versions, and check a file of one
    #[command(help_template = HELP, after_help = "Examples:
  anteroom framework list
  anteroom framework diff v1.0 v1.1
  anteroom framework check framework/v2.toml    6 if anything is wrong; texts are looked for in templates/ beside it")]
    Framework(FrameworkArgs),
    /// Check and show the configuration
    #[command(help_template = HELP, after_help = "Examples:
  anteroom config check --config anteroom.toml
  anteroom config show --json")]
    Config(ConfigArgs),
    /// List every route of the API
    #[command(help_template = HELP, after_help = "Examples:
  anteroom routes
  anteroom routes --json")]
    Routes,
    /// Print stages, transitions, guards and actors, from the tables that commands are decided by
    #[command(help_template = HELP, after_help = "Examples:
  anteroom workflow --kind engagement
  anteroom workflow --format mermaid --kind nomination
  anteroom workflow --format dot | dot -Tsvg > workflow.svg
  anteroom workflow --format markdown > docs/workflow.md")]
    Workflow(WorkflowArgs),
    /// Fold every record anew from its events and report what differs
    #[command(help_template = HELP, after_help = "Examples:
  anteroom verify
  anteroom verify --json || echo 'look into it'    6 if anything differs
  anteroom verify --package ENG-2026-K7Q4MD.zip    an export package, without a database")]
    Verify(VerifyArgs),
    /// Take in a report that a mail did not arrive, from standard input, as a mail system hands it over
    #[command(help_template = HELP, after_help = "Examples:
  anteroom bounce < report.eml
  in Postfix's master.cf:  bounces unix - n n - - pipe user=anteroom argv=/usr/bin/anteroom bounce")]
    Bounce,
    /// Compute a claim of prior knowledge from an identifier, which is read from standard input and goes nowhere
    #[command(help_template = HELP, after_help = "Examples:
  anteroom claim --salt 0f3a...    the salt that the hand-off's record shows; then type the identifier
  anteroom claim --salt 0f3a... --json < identifier.txt")]
    Claim(ClaimArgs),
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct WorkflowArgs {
    /// In which form
    #[arg(long, value_enum, default_value_t = WorkflowFormat::Table)]
    pub(super) format: WorkflowFormat,
    /// Of one kind of record only, such as `engagement`; of all without
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(super) kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WorkflowFormat {
    /// Aligned columns
    Table,
    /// A state diagram of Mermaid for each kind
    Mermaid,
    /// One graph for Graphviz
    Dot,
    /// The page of the documentation
    Markdown,
}

fn kind(name: &str) -> Result<Kind, String> {
    let known = || Kind::ALL.map(Kind::name).join(", ");
    Kind::from_name(name).ok_or_else(|| format!("it is none of {}", known()))
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Check this export package instead of the configured database
    #[arg(long, value_name = "FILE")]
    pub(super) package: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ClaimArgs {
    /// The engagement's public salt, 64 hexadecimal digits
    #[arg(long, value_name = "DIGITS", value_parser = digest)]
    pub(super) salt: Sha256Hex,
}

fn digest(digits: &str) -> Result<Sha256Hex, NotADigest> {
    Sha256Hex::try_from(digits.to_ascii_lowercase())
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Apply pending migrations first
    #[arg(long)]
    pub(super) migrate: bool,
    /// Leave background work to `anteroom worker`
    #[arg(long)]
    pub(super) no_worker: bool,
    /// Listen here instead of at `server.listen`
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Where to listen; port 0 for any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// Keep everything in this directory, and go on there next time; without it, a temporary one
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct WorkerArgs {
    /// One round of every job, then end
    #[arg(long)]
    pub(super) once: bool,
}

#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    #[command(subcommand)]
    pub(super) command: MigrateCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Apply what is pending; an embedded database is made if it does not exist
    Up,
    /// Take the newest migrations back, with the data that they hold
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Every migration, and whether it is applied
    Status,
}

#[derive(Debug, Args)]
pub(super) struct AccountArgs {
    #[command(subcommand)]
    pub(super) command: AccountCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Make an account; without a password, a one-time link for setting one is printed
    #[command(help_template = HELP, after_help = "Examples:
  anteroom account create --email ines@larkspur.example --name 'Ines Varga' --organization Larkspur --role DL
  anteroom account create --email t@larkspur.example --name 'Tobias Renn' --organization Larkspur --role DA \\
      --password-stdin < password.txt
  anteroom account create --email a@new.example --name 'A' --organization 'New Labs' --side developer --role DL")]
    Create(NewAccountArgs),
    /// Every account, by address
    List,
    /// Keep somebody out: ends every session at once
    Disable {
        /// The address
        email: String,
    },
    /// Let somebody in again
    Enable {
        /// The address
        email: String,
    },
    /// A one-time link for setting a new password, to be handed over by the operator
    PasswordLink {
        /// The address
        email: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct NewAccountArgs {
    /// The address, with which the person signs in
    #[arg(long)]
    pub(super) email: String,
    /// The person's name
    #[arg(long)]
    pub(super) name: String,
    /// The organization, by name or id
    #[arg(long)]
    pub(super) organization: String,
    /// Make the organization, of this side, if there is none of that name
    #[arg(long, value_enum)]
    pub(super) side: Option<SideArg>,
    /// The organization that is made is an agency that owns the framework, and its reviewers make the quorum
    #[arg(long, requires = "side")]
    pub(super) framework_owner: bool,
    /// A role by its code, such as DL; may be given several times
    #[arg(long = "role", value_name = "CODE", value_parser = role)]
    pub(super) roles: Vec<Role>,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
}

/// Where a password comes from.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct PasswordArgs {
    /// Read the password from standard input, up to the end of its first line
    #[arg(long)]
    pub(super) password_stdin: bool,
    /// Ask for the password at the terminal
    #[arg(long, conflicts_with = "password_stdin")]
    pub(super) ask_password: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SideArg {
    /// Makes models
    Developer,
    /// An agency of the host, or the host itself
    Government,
    /// A trusted partner, or an organization nominated as one
    Partner,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::Developer => Self::Developer,
            SideArg::Government => Self::Government,
            SideArg::Partner => Self::Partner,
        }
    }
}

fn role(code: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
    Role::from_code(&code.to_ascii_uppercase()).ok_or_else(|| format!("it is none of {}", known()))
}

#[derive(Debug, Args)]
pub(super) struct FirstAdministratorArgs {
    #[command(subcommand)]
    pub(super) command: FirstAdministratorCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FirstAdministratorCommand {
    /// Print a one-time link with which the first administrator makes the own account
    Link,
    /// Make the account here; the password is asked for, or read from standard input
    Create {
        /// Name of the host organization, which is made too unless there is one
        #[arg(long)]
        organization: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// The address
        #[arg(long)]
        email: String,
        /// Read the password from standard input, up to the end of its first line
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct FrameworkArgs {
    #[command(subcommand)]
    pub(super) command: FrameworkCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FrameworkCommand {
    /// Every version that counts
    List,
    /// What a version says
    Show {
        /// Its name
        version: String,
    },
    /// What one version says differently from another, field by field
    Diff {
        /// The version that is compared with
        from: String,
        /// The version
        to: String,
    },
    /// Say what is wrong with a version's file; needs no service
    Check {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say everything that is wrong; ends with 6 if anything is
    Check,
    /// Every value in force and where it comes from; secrets are not shown
    Show,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound_and_no_flag_takes_a_secret() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        let secret = |command: &clap::Command| {
            let takes = command.get_arguments().filter(|argument| argument.get_action().takes_values());
            takes.map(|argument| argument.get_id().to_string()).filter(|id| id.contains("password")).count()
        };
        let mut all = vec![command];
        while let Some(command) = all.pop() {
            assert_eq!(secret(&command), 0, "{}", command.get_name());
            all.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn roles_are_codes() {
        assert_eq!(role("dl"), Ok(Role::DeveloperLiaison));
        assert!(role("liaison").unwrap_err().contains("DL"));
    }
}

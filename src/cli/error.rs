//! What a command may fail with, and the exit code that says so to a script.

use std::process::ExitCode;

use crate::{
    app::{AppError, framework::LayDownError, seed::LoadError},
    clock::ClockError,
    config::ConfigError,
    ids::IdsError,
    telemetry::TelemetryError,
};

/// Exit codes. They are part of the interface: scripts and schedulers read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Something failed that is none of the following.
    Failure = 1,
    /// The command line, or a value given with it, cannot be used.
    Usage = 2,
    /// What was named does not exist.
    NotFound = 3,
    /// The state of things forbids it: a schema behind, a database not empty, something under way.
    Conflict = 4,
    /// It is not permitted.
    Permission = 5,
    /// A check ran and found problems.
    Problems = 6,
}

impl Exit {
    /// The name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Usage => "usage",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Permission => "permission",
            Self::Problems => "problems_found",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed. The text is one line for a person.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The settings cannot be used.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A use case answered with an error.
    #[error("{}", told(.0))]
    App(#[from] AppError),
    /// Nobody has this address.
    #[error("no account has the address {0}")]
    NoAccount(String),
    /// There is no such organization.
    #[error("there is no organization {0}; give --side to make it")]
    NoOrganization(String),
    /// The schema is behind this version.
    #[error("{0} migration(s) are pending; run `anteroom migrate up`, or serve with --migrate")]
    SchemaBehind(usize),
    /// The command line cannot be used.
    #[error("{0}")]
    Usage(String),
    /// The state of things forbids it.
    #[error("{0}")]
    Conflict(String),
    /// A check found problems; they were printed.
    #[error("{0}")]
    Found(String),
    /// The story of the demonstration cannot be told.
    #[error("{}", story(.0))]
    Story(#[from] LoadError),
    /// The framework versions of the directory cannot be used.
    #[error("{0}")]
    Framework(#[from] LayDownError),
    /// Something of the operating system failed.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// There is no randomness.
    #[error("{0}")]
    Ids(#[from] IdsError),
    /// The clock cannot be moved.
    #[error("{0}")]
    Clock(#[from] ClockError),
    /// Logging cannot be set up.
    #[error("{0}")]
    Telemetry(#[from] TelemetryError),
    /// A second signal came while requests were being finished.
    #[error("stopped before everything was finished")]
    Interrupted,
}

impl CliError {
    /// Something of the operating system failed.
    pub(super) fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::App(error) | Self::Story(LoadError::People(error) | LoadError::Time(error)) => of_app(error),
            Self::NoAccount(_) | Self::NoOrganization(_) => Exit::NotFound,
            Self::SchemaBehind(_) | Self::Conflict(_) | Self::Story(LoadError::NotEmpty) => Exit::Conflict,
            Self::Usage(_) => Exit::Usage,
            Self::Found(_) => Exit::Problems,
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => Exit::Permission,
            Self::Config(_)
            | Self::Story(_)
            | Self::Framework(_)
            | Self::Io { .. }
            | Self::Ids(_)
            | Self::Clock(_)
            | Self::Telemetry(_)
            | Self::Interrupted => Exit::Failure,
        }
    }
}

const fn of_app(error: &AppError) -> Exit {
    match error {
        AppError::NotFound => Exit::NotFound,
        AppError::Forbidden | AppError::Unauthenticated { .. } => Exit::Permission,
        AppError::Invalid(_) | AppError::BadRequest(_) => Exit::Usage,
        AppError::Refused(_) | AppError::PreconditionFailed | AppError::IdempotencyMismatch => Exit::Conflict,
        _ => Exit::Failure,
    }
}

/// The error as the operator is told of it: with its fields and its cause, which users of the service are not shown.
fn told(error: &AppError) -> String {
    match error {
        AppError::Invalid(fields) => {
            let field = |pointer: &str, detail: &str| match pointer.trim_start_matches('/') {
                "" => detail.to_owned(),
                name => format!("{name}: {detail}"),
            };
            fields.iter().map(|one| field(&one.pointer, &one.detail)).collect::<Vec<_>>().join("; ")
        }
        AppError::Internal(source) => format!("{error}: {source}"),
        AppError::Busy => {
            "the database cannot be opened or does not answer; `anteroom migrate up` makes an embedded one".to_owned()
        }
        other => other.to_string(),
    }
}

fn story(error: &LoadError) -> String {
    match error {
        LoadError::People(source) | LoadError::Time(source) => format!("{error}: {}", told(source)),
        other => other.to_string(),
    }
}

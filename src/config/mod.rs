//! What the operator decides: the compiled-in default, a file over it, the environment over both.
//!
//! One file per section, each of which knows its own values and says what is wrong with them; nothing is looked up in
//! the environment anywhere else. Unknown keys are refused, so that a misspelled one is not silently without effect.
//! Secrets are read from files that only the service may read, and never print.

mod auth;
mod database;
mod documents;
mod framework;
mod layer;
mod mail;
mod presets;
mod problem;
mod program;
mod secret;
mod server;
mod site;
mod telemetry;
mod worker;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use auth::AuthSettings;
pub use database::{DatabaseKind, DatabaseSettings};
pub use documents::{DocumentSettings, DocumentStore};
pub use framework::FrameworkSettings;
pub use mail::{MailSettings, MailTls, MailTransport};
pub use presets::{DEMO_PASSWORD_VARIABLE, demo_password};
pub use problem::{ConfigError, Problem};
pub use program::{Deployment, HostKind, ProgramSettings};
pub use secret::{REDACTED, Secret};
pub use server::ServerSettings;
pub use site::{Banner, SiteSettings};
pub use telemetry::{LogFormat, TelemetrySettings};
pub use worker::WorkerSettings;

use layer::Layer;

/// The environment variable that names the configuration file when no path is given.
pub const CONFIG_VARIABLE: &str = "ANTEROOM_CONFIG";

/// All settings in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Listeners and bounds.
    pub server: ServerSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// Keys, sessions, passwords.
    pub auth: AuthSettings,
    /// Outgoing mail.
    pub mail: MailSettings,
    /// Where documents stand, and what is taken.
    pub documents: DocumentSettings,
    /// Background work.
    pub worker: WorkerSettings,
    /// What holds for the whole program office.
    pub program: ProgramSettings,
    /// Framework versions of the office's own.
    pub framework: FrameworkSettings,
    /// What every page shows.
    pub site: SiteSettings,
    /// Logs.
    pub telemetry: TelemetrySettings,
    /// Where each key was set.
    #[serde(skip)]
    origins: BTreeMap<String, String>,
    /// What was wrong with the secret files.
    #[serde(skip)]
    unresolved: Vec<Problem>,
}

/// One value in force, fit to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The key, for example `auth.token_key`.
    pub key: String,
    /// The value; secrets are `[redacted]`, absent ones are `(unset)`.
    pub value: String,
    /// Where it was set: `default`, `file ...`, `environment ANTEROOM__...`, or `-`.
    pub origin: String,
}

impl Settings {
    /// Reads the settings and refuses them if [`Settings::check`] finds a problem. Without `path`, the file is the one
    /// that `ANTEROOM_CONFIG` names, if any.
    ///
    /// # Errors
    /// Any [`ConfigError`]; [`ConfigError::Invalid`] lists all problems at once.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        Self::read(path)?.checked()
    }

    /// Reads the settings as [`Settings::load`] does, without refusing problems, so that they can be shown.
    ///
    /// # Errors
    /// A [`ConfigError`] if they cannot be read or understood.
    pub fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let named = std::env::var_os(CONFIG_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
        Self::read_from(path.or(named.as_deref()), std::env::vars_os())
    }

    /// Everything that is wrong with the settings, in the order of the sections.
    pub fn check(&self) -> Vec<Problem> {
        let sections = [
            self.unresolved.clone(),
            self.server.problems(),
            self.database.problems(),
            self.auth.problems(),
            self.mail.problems(),
            self.documents.problems(),
            self.worker.problems(),
            self.framework.problems(),
            self.program.problems(),
            self.site.problems(),
            self.telemetry.problems(),
        ];
        sections.concat()
    }

    /// Every value in force with its origin, sorted by key, without any secret.
    pub fn show(&self) -> Vec<Effective> {
        let mut shown = Vec::new();
        let values = serde_json::to_value(self).unwrap_or_default();
        for (section, keys) in values.as_object().into_iter().flatten() {
            for (key, value) in keys.as_object().into_iter().flatten() {
                let key = format!("{section}.{key}");
                let origin = self.origins.get(&key).cloned().unwrap_or_else(|| "-".to_owned());
                shown.push(Effective { value: printed(value), origin, key });
            }
        }
        shown.sort_by(|left, right| left.key.cmp(&right.key));
        shown
    }

    fn read_from(
        path: Option<&Path>,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = vec![Layer::compiled()?];
        layers.extend(path.map(Layer::file).transpose()?);
        layers.push(Layer::environment(variables)?);
        Self::stack(layers)
    }

    fn stack(layers: Vec<Layer>) -> Result<Self, ConfigError> {
        let figment = layer::stack(layers);
        let mut settings: Self = figment.extract_lossy().map_err(|error| ConfigError::Value(error.to_string()))?;
        let keys: Vec<String> = settings.show().into_iter().map(|effective| effective.key).collect();
        let origin = |key: String| layer::origin(&figment, &key).map(|origin| (key, origin));
        settings.origins = keys.into_iter().filter_map(origin).collect();
        settings.resolve();
        Ok(settings)
    }

    /// Reads the secret files. What is wrong with them is kept for [`Settings::check`], so that the operator learns of
    /// every problem in one go.
    fn resolve(&mut self) {
        let mut problems = self.auth.resolve();
        problems.extend(self.mail.resolve());
        problems.extend(self.documents.resolve());
        let default_url = self.origins.get("database.url").is_some_and(|origin| origin == "default");
        let mut url = (!default_url).then(|| self.database.url.clone());
        let unread = secret::resolve("database.url", &mut url, self.database.url_file.as_ref());
        problems.extend(unread);
        self.database.url = url.unwrap_or_else(|| self.database.url.clone());
        self.unresolved = problems;
        for key in [
            "auth.token_key",
            "auth.previous_token_key",
            "auth.seal_key",
            "auth.previous_seal_key",
            "mail.password",
            "documents.secret_access_key",
            "database.url",
        ] {
            if self.origins.contains_key(&format!("{key}_file")) {
                self.origins.insert(key.to_owned(), format!("the file of {key}_file"));
            }
        }
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let problems = self.check();
        if problems.is_empty() { Ok(self) } else { Err(ConfigError::Invalid(problems)) }
    }
}

fn printed(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "(unset)".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(list) => list.iter().map(printed).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;

//! The settings that need no operator: those of the demo and those of the tests. Both are the default with a little over
//! it, so that what is shown and what is tested is what runs.

use std::net::SocketAddr;
use std::path::Path;

use super::layer::Layer;
use super::{ConfigError, Secret, Settings};

const DEMO: &str = r#"
[mail]
transport = "capture"
from = "Anteroom <anteroom@demo.example>"
[site]
title = "Anteroom demo"
banner = "custom"
banner_text = "Demonstration. All people, organizations and models are fictional."
[telemetry]
format = "pretty"
filter = "warn"
"#;

const TESTS: &str = r#"
[server]
listen = "127.0.0.1:0"
requests_per_minute = 100000
[database]
url = "sqlite::memory:"
[auth]
token_key = "Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L"
seal_key = "wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G"
[mail]
from = "Anteroom <anteroom@test.example>"
"#;

/// Random bytes as text; what a key file would hold.
fn key_text(bytes: &[u8; 32]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The environment variable that holds the password of everybody in the demo; drawn at random without it.
pub const DEMO_PASSWORD_VARIABLE: &str = "ANTEROOM_DEMO_PASSWORD";

/// The password that the operator chose for everybody in the demo, if any.
pub fn demo_password() -> Option<Secret> {
    std::env::var(DEMO_PASSWORD_VARIABLE).ok().filter(|password| !password.is_empty()).map(Secret::new)
}

impl Settings {
    /// The settings of the demo: embedded database in `directory`, mail captured, keys drawn anew by the caller from
    /// random bytes. The operator's file and environment do not count.
    ///
    /// # Errors
    /// A [`ConfigError`], if the keys will not do.
    pub fn for_demo(
        directory: &Path,
        listen: SocketAddr,
        token_key: [u8; 32],
        seal_key: [u8; 32],
    ) -> Result<Self, ConfigError> {
        let mut settings = Self::stack(vec![Layer::compiled()?, Layer::toml("demo", DEMO)?])?;
        settings.server.listen = listen;
        // The address that is printed, and no other name of the same machine: a browser keeps cookies by the name.
        let host = if listen.is_ipv4() && listen.ip().is_loopback() {
            listen.ip().to_string()
        } else {
            "localhost".to_owned()
        };
        settings.server.public_url = format!("http://{host}:{}", listen.port());
        settings.database.url = Secret::new(format!("sqlite://{}", directory.join("anteroom.db").display()));
        settings.auth.token_key = Some(Secret::new(key_text(&token_key)));
        settings.auth.seal_key = Some(Secret::new(key_text(&seal_key)));
        for key in ["server.listen", "server.public_url", "database.url", "auth.token_key", "auth.seal_key"] {
            settings.origins.insert(key.to_owned(), "demo".to_owned());
        }
        settings.checked()
    }

    /// The settings of tests: the defaults, with a database in memory, a free port, mail captured and fixed keys.
    ///
    /// # Errors
    /// A [`ConfigError`], if the compiled-in default is broken.
    pub fn for_tests() -> Result<Self, ConfigError> {
        Self::stack(vec![Layer::compiled()?, Layer::toml("tests", TESTS)?])?.checked()
    }
}

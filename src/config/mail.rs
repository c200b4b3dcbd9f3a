//! How mail leaves the house.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};
use super::secret::{self, Secret};
use super::server::is_loopback;

/// The section `mail`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Where mail goes.
    pub transport: MailTransport,
    /// The relay's host name, which its certificate must carry.
    pub host: String,
    /// The relay's port.
    pub port: u16,
    /// How the connection is protected. There is no falling back.
    pub tls: MailTls,
    /// The name to sign in with at the relay.
    pub username: Option<String>,
    /// The password to sign in with at the relay.
    pub password: Option<Secret>,
    /// The file with that password.
    pub password_file: Option<PathBuf>,
    /// The sender, `Name <address>` or an address.
    pub from: String,
    /// The part of every Message-ID behind the `@`; by default that of the sender.
    pub message_id_domain: Option<String>,
    /// The address that reports about mails that did not arrive go to, with room for `+token` before the `@`. Without it
    /// they go to the sender's address, and nothing reads them.
    pub bounce_address: Option<String>,
    /// The domain that mails are signed for (DKIM); the relay signs them if there is none here.
    pub dkim_domain: Option<String>,
    /// The selector under which the DNS has the public key.
    pub dkim_selector: Option<String>,
    /// The private key: RSA of 2048 bits or more, or Ed25519, as PKCS #8 in PEM.
    pub dkim_key: Option<Secret>,
    /// The file with that key.
    pub dkim_key_file: Option<PathBuf>,
    /// Connections to the relay.
    pub connections: usize,
    /// Seconds for each step of the conversation with the relay.
    pub timeout_s: u64,
}

/// Where mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// To a relay.
    Smtp,
    /// Into memory, where the demo shows it.
    Capture,
    /// Nowhere; its headers are logged.
    Log,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS, or no mail.
    Starttls,
    /// None; only to this machine.
    None,
}

impl MailSettings {
    /// The part of every Message-ID behind the `@`.
    pub fn message_id_domain(&self) -> &str {
        let of_sender = self.from.rsplit('@').next().unwrap_or_default().trim_end_matches('>');
        self.message_id_domain.as_deref().unwrap_or(of_sender)
    }

    pub(super) fn resolve(&mut self) -> Vec<Problem> {
        let password = secret::resolve("mail.password", &mut self.password, self.password_file.as_ref());
        let key = secret::resolve("mail.dkim_key", &mut self.dkim_key, self.dkim_key_file.as_ref());
        password.into_iter().chain(key).collect()
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("mail");
        let control = |text: &str| text.chars().any(char::is_control);
        problems.when(!self.from.contains('@') || control(&self.from), "from", "must be one line with an address");
        let domain = self.message_id_domain();
        let named = !domain.is_empty() && domain.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        problems.when(!named, "message_id_domain", "must be a domain name");
        let unfit = self.bounce_address.as_deref().is_some_and(|address| !takes_token(address));
        problems.when(unfit, "bounce_address", "must be an address of at most 15 characters before the @, without +");
        let signing = [self.dkim_domain.is_some(), self.dkim_selector.is_some(), self.dkim_key.is_some()];
        let halves = signing.contains(&true) && signing.contains(&false);
        problems.when(halves, "dkim_domain", "mail.dkim_selector and mail.dkim_key must be set together");
        problems.range("connections", self.connections, 1..=64);
        problems.range("timeout_s", self.timeout_s, 1..=300);
        if self.transport == MailTransport::Smtp {
            problems.when(self.host.is_empty() || control(&self.host), "host", "must name the relay");
            let plain = self.tls == MailTls::None;
            problems.when(plain && !is_loopback(&self.host), "tls", "may be none only for a relay on this machine");
            let halves = self.username.is_some() == self.password.is_some();
            problems.when(!halves, "username", "and mail.password must be set together");
        }
        problems.done()
    }
}

/// Whether a token fits behind a plus sign: 64 characters are all that stand before the `@` (RFC 5321, section 4.5.3.1).
fn takes_token(address: &str) -> bool {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    match address.split_once('@') {
        Some((left, host)) => left.len() <= 15 && plain(left) && plain(host),
        None => false,
    }
}

//! The relay: settings that cannot be unsafe by accident, and a small pool of open connections.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use zeroize::Zeroizing;

use super::session::{Failure, Session};
use super::{Accepted, SendError};
use crate::mail::dkim::{DkimError, Signer};
use crate::mail::mime::Wire;
use crate::mail::validate;

const CERTIFICATE_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// How the connection is protected. There is no "if available": a setting either holds or nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain text. Accepted for a relay on this machine only.
    None,
    /// STARTTLS (usually port 587). A relay that does not offer it gets no mail.
    StartTls,
    /// TLS from the first byte (usually port 465).
    Implicit,
}

/// Everything needed to reach a relay.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Host name or address; the certificate must be for it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// User name; with it a password is required.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Zeroizing<String>>,
    /// The name this service gives in EHLO.
    pub helo_name: String,
    /// A further root certificate in PEM form, for a relay whose authority the machine does not know.
    pub extra_root_pem: Option<Vec<u8>>,
    /// How long the relay may take over connecting and over each command.
    pub timeout: Duration,
    /// How many idle connections are kept for the next mail.
    pub max_idle: usize,
    /// With what mails are signed; with nothing where the relay does it.
    pub dkim: Option<DkimSettings>,
}

/// With what mails are signed.
#[derive(Clone)]
pub struct DkimSettings {
    /// The domain that they are signed for.
    pub domain: String,
    /// The selector under which the DNS has the public key.
    pub selector: String,
    /// The private key, PKCS #8 in PEM.
    pub key: Zeroizing<String>,
}

/// Prints everything but the password.
impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("username", &self.username)
            .field("helo_name", &self.helo_name)
            .field("timeout", &self.timeout)
            .field("max_idle", &self.max_idle)
            .finish_non_exhaustive()
    }
}

/// Settings that cannot work or would send mail unprotected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Plain text to another machine.
    #[error("without TLS the relay must be on this machine")]
    PlainNotLoopback,
    /// One of user name and password without the other.
    #[error("user name and password belong together")]
    Credentials,
    /// The EHLO name is empty or has characters that no host name has.
    #[error("the EHLO name is not a host name")]
    HeloName,
    /// A zero timeout, which would fail every mail.
    #[error("the timeout must be longer than zero")]
    Timeout,
    /// Mails cannot be signed with what is given.
    #[error("DKIM cannot be set up: {0}")]
    Dkim(DkimError),
    /// The further root certificate or the TLS set-up is unusable.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// What a session needs to connect; made and checked once.
pub(super) struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) parameters: Option<TlsParameters>,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    pub(super) timeout: Duration,
}

/// A relay over SMTP. Clones share the idle connections.
#[derive(Clone)]
pub struct SmtpTransport {
    pool: Arc<Pool>,
}

struct Pool {
    relay: Relay,
    signer: Option<Signer>,
    max_idle: usize,
    idle: Mutex<Vec<Session>>,
}

impl fmt::Debug for SmtpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Relay { host, port, tls, .. } = &self.pool.relay;
        f.debug_struct("SmtpTransport")
            .field("host", host)
            .field("port", port)
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}

impl SmtpTransport {
    /// Checks the settings. Nothing connects yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SettingsError> {
        if settings.tls == Tls::None && !validate::is_loopback(&settings.host) {
            return Err(SettingsError::PlainNotLoopback);
        }
        let name_ok = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
        if settings.helo_name.is_empty() || !settings.helo_name.bytes().all(name_ok) {
            return Err(SettingsError::HeloName);
        }
        if settings.timeout.is_zero() {
            return Err(SettingsError::Timeout);
        }
        let credentials = match (&settings.username, &settings.password) {
            (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password.to_string())),
            (None, None) => None,
            _ => return Err(SettingsError::Credentials),
        };
        let relay = Relay {
            host: settings.host.clone(),
            port: settings.port,
            tls: settings.tls,
            parameters: tls_parameters(settings)?,
            credentials,
            hello: ClientId::Domain(settings.helo_name.clone()),
            timeout: settings.timeout,
        };
        let signer =
            settings.dkim.as_ref().map(|dkim| Signer::new(&dkim.domain, &dkim.selector, &dkim.key)).transpose();
        let signer = signer.map_err(SettingsError::Dkim)?;
        let pool = Pool { relay, signer, max_idle: settings.max_idle, idle: Mutex::default() };
        Ok(Self { pool: Arc::new(pool) })
    }

    pub(super) fn signer(&self) -> Option<&Signer> {
        self.pool.signer.as_ref()
    }

    /// Sends one mail over an idle connection or a new one. An idle connection that the relay has meanwhile closed
    /// is replaced once; that is safe because the relay has not seen a byte of the mail by then.
    pub(super) async fn send(&self, wire: &Wire) -> Result<Accepted, SendError> {
        while let Some(mut session) = self.take_idle() {
            match session.deliver(&self.pool.relay, wire).await {
                Err(Failure::Stale(_)) => {}
                outcome => return self.conclude(session, outcome),
            }
        }
        let mut session = Session::connect(&self.pool.relay).await?;
        let outcome = session.deliver(&self.pool.relay, wire).await;
        self.conclude(session, outcome)
    }

    /// Says goodbye on every idle connection; for the shutdown.
    pub async fn close(&self) {
        while let Some(session) = self.take_idle() {
            session.quit(&self.pool.relay).await;
        }
    }

    /// How many connections are open and unused.
    pub fn idle_connections(&self) -> usize {
        self.idle().len()
    }

    fn conclude(&self, session: Session, outcome: Result<Accepted, Failure>) -> Result<Accepted, SendError> {
        if session.is_usable() {
            let mut idle = self.idle();
            if idle.len() < self.pool.max_idle {
                idle.push(session);
            }
        }
        outcome.map_err(|failure| match failure {
            Failure::Stale(error) | Failure::Final(error) => error,
        })
    }

    /// The connection used last: it is the least likely to be stale, and the others may time out in peace.
    fn take_idle(&self) -> Option<Session> {
        self.idle().pop()
    }

    /// A panic while the lock was held cannot leave half a connection in the list.
    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<Option<TlsParameters>, SettingsError> {
    if settings.tls == Tls::None {
        return Ok(None);
    }
    let unusable = |error: lettre::transport::smtp::Error| SettingsError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_root_pem {
        // A file without any certificate parses as an empty list, and the operator would look for the fault elsewhere.
        if !pem.windows(CERTIFICATE_MARK.len()).any(|part| part == CERTIFICATE_MARK) {
            return Err(SettingsError::Tls("the root certificate file holds no certificate".to_owned()));
        }
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
    }
    builder.build().map(Some).map_err(unusable)
}

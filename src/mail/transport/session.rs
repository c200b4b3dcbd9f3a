//! One connection to the relay: opening it safely, and one mail's walk through MAIL, RCPT, DATA and the message.
//!
//! The steps are driven one by one, because what a fault means depends on the step: before the message it is
//! harmless, after it the outcome is unknown.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;

use super::smtp::{Relay, Tls};
use super::stream::CarefulStream;
use super::{Accepted, SendError};
use crate::mail::mime::Wire;

/// An open, signed-in connection.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    /// Whether the next mail may use the connection.
    usable: bool,
    /// Whether a mail has gone over it before, so that the relay may have closed it since.
    reused: bool,
}

/// Why a delivery over one connection failed.
pub(super) enum Failure {
    /// The connection was idle and turned out to be closed; another one may do.
    Stale(SendError),
    /// The answer stands.
    Final(SendError),
}

/// A fault of one command.
enum Fault {
    /// The relay answered with a refusal.
    Refused { code: u16, text: String },
    /// No answer, or one that makes no sense here.
    Lost(String),
}

/// One command's outcome.
type Step<T> = Result<T, Fault>;

impl Session {
    /// Connects, protects the connection as configured and signs in. Whatever goes wrong here says nothing about a
    /// mail, so that every fault is transient, a wrong password included.
    pub(super) async fn connect(relay: &Relay) -> Result<Self, SendError> {
        match open(relay).await {
            Ok(connection) => Ok(Self { connection, usable: true, reused: false }),
            Err(Fault::Refused { code, text }) => Err(SendError::Transient { code: Some(code), text }),
            Err(Fault::Lost(text)) => Err(SendError::Transient { code: None, text }),
        }
    }

    /// Whether the connection may carry another mail.
    pub(super) fn is_usable(&self) -> bool {
        self.usable
    }

    /// Sends one mail.
    pub(super) async fn deliver(&mut self, relay: &Relay, wire: &Wire) -> Result<Accepted, Failure> {
        let reused = std::mem::replace(&mut self.reused, true);
        // Until the walk ends well the connection counts as lost, also when the caller gives up in the middle.
        self.usable = false;
        let limit = relay.timeout;
        if let Err(fault) = self.command(limit, Mail::new(Some(wire.sender.clone()), vec![]), &[250]).await {
            let stale = reused && matches!(fault, Fault::Lost(_) | Fault::Refused { code: 421, .. });
            let error = self.before_message(limit, fault).await;
            return Err(if stale { Failure::Stale(error) } else { Failure::Final(error) });
        }
        if let Err(fault) = self.announce(limit, wire).await {
            return Err(Failure::Final(self.before_message(limit, fault).await));
        }
        match self.command(limit, stuffed(&wire.bytes), &[250]).await {
            Ok(response) => {
                self.usable = true;
                Ok(Accepted { response: text_of(&response) })
            }
            Err(Fault::Refused { code, text }) => {
                self.usable = code != 421;
                Err(Failure::Final(verdict(code, text)))
            }
            Err(Fault::Lost(text)) => Err(Failure::Final(SendError::Unknown { text })),
        }
    }

    /// Ends the connection politely; a relay that does not answer is not waited for longer than usual.
    pub(super) async fn quit(mut self, relay: &Relay) {
        drop(self.command(relay.timeout, Quit, &[221]).await);
    }

    async fn announce(&mut self, limit: Duration, wire: &Wire) -> Step<()> {
        // 251 means that the relay will forward to another address.
        self.command(limit, Rcpt::new(wire.recipient.clone(), vec![]), &[250, 251]).await?;
        self.command(limit, Data, &[354]).await.map(drop)
    }

    /// The meaning of a fault while the relay has nothing of the message. After a refusal the connection is reset,
    /// so that the next mail starts afresh.
    async fn before_message(&mut self, limit: Duration, fault: Fault) -> SendError {
        match fault {
            Fault::Lost(text) => SendError::Transient { code: None, text },
            Fault::Refused { code, text } => {
                self.usable = code != 421 && self.command(limit, "RSET\r\n", &[250]).await.is_ok();
                verdict(code, text)
            }
        }
    }

    /// Sends one command and demands one of the reply codes. A different positive code means that replies and commands are
    /// no longer in step, so that nothing said on this connection can be believed.
    async fn command<C: Display>(&mut self, limit: Duration, command: C, expected: &[u16]) -> Step<Response> {
        let response = timed(limit, self.connection.command(command)).await?;
        let code = u16::from(response.code());
        if expected.contains(&code) {
            Ok(response)
        } else {
            Err(Fault::Lost(format!("the relay answered {code}, which makes no sense here")))
        }
    }
}

async fn open(relay: &Relay) -> Step<AsyncSmtpConnection> {
    let mut connection = match relay.tls {
        Tls::Implicit => {
            let address = (relay.host.as_str(), relay.port);
            let parameters = relay.parameters.clone();
            let connecting =
                AsyncSmtpConnection::connect_tokio1(address, Some(relay.timeout), &relay.hello, parameters, None);
            timed(relay.timeout, connecting).await?
        }
        Tls::StartTls | Tls::None => open_plain(relay).await?,
    };
    if relay.tls != Tls::None && !connection.is_encrypted() {
        return Err(Fault::Lost("the connection is not encrypted".to_owned()));
    }
    if let Some(credentials) = &relay.credentials {
        let signing_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
        let response = timed(relay.timeout, signing_in).await?;
        if !response.has_code(235) {
            return Err(Fault::Lost("the relay did not confirm the sign-in".to_owned()));
        }
    }
    Ok(connection)
}

/// Opens the TCP stream here rather than in the library, which leaves Nagle's algorithm on: it would hold back
/// every second small write for about 40 ms.
async fn open_plain(relay: &Relay) -> Step<AsyncSmtpConnection> {
    let lost = |error: std::io::Error| Fault::Lost(error.to_string());
    let connecting = TcpStream::connect((relay.host.as_str(), relay.port));
    let tcp = tokio::time::timeout(relay.timeout, connecting).await.map_err(|_| late())?.map_err(lost)?;
    tcp.set_nodelay(true).map_err(lost)?;
    if relay.tls == Tls::None && !tcp.peer_addr().map_err(lost)?.ip().is_loopback() {
        return Err(Fault::Lost("the relay is not on this machine and TLS is off".to_owned()));
    }
    let full_speed = Arc::new(AtomicBool::new(relay.tls == Tls::None));
    let stream = Box::new(CarefulStream::new(tcp, Arc::clone(&full_speed)));
    let greeting = AsyncSmtpConnection::connect_with_transport(stream, &relay.hello);
    let mut connection = timed(relay.timeout, greeting).await?;
    if let Some(parameters) = relay.parameters.clone() {
        timed(relay.timeout, connection.starttls(parameters, &relay.hello)).await?;
        full_speed.store(true, Ordering::Relaxed);
    }
    Ok(connection)
}

async fn timed<T>(limit: Duration, work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Step<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => Fault::Refused { code: code.into(), text: error.to_string() },
            None => Fault::Lost(error.to_string()),
        }),
        Err(_) => Err(late()),
    }
}

fn late() -> Fault {
    Fault::Lost("the relay did not answer in time".to_owned())
}

/// The meaning of a refusal. 530, 535 and 538 ask for a sign-in or for TLS: that is this service's configuration
/// and no verdict about the mail.
fn verdict(code: u16, text: String) -> SendError {
    if code >= 500 && !matches!(code, 530 | 535 | 538) {
        SendError::Permanent { code: Some(code), text }
    } else {
        SendError::Transient { code: Some(code), text }
    }
}

fn text_of(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" "))
}

/// The message with its closing dot as one piece, so that it leaves in one write: two writes would wait for each
/// other on connections where Nagle's algorithm is on. Lines that begin with a dot get a second one (RFC 5321,
/// section 4.5.2). Messages are ASCII by construction.
fn stuffed(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        if line.starts_with('.') {
            out.push('.');
        }
        out.push_str(line);
    }
    if !out.ends_with("\r\n") {
        out.push_str("\r\n");
    }
    out.push_str(".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::{SendError, stuffed, verdict};

    #[test]
    fn dots_are_stuffed_and_the_message_is_closed_once() {
        let table = [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("..b\r\n.c\r\n", "...b\r\n..c\r\n.\r\n"),
            ("x.\r\n", "x.\r\n.\r\n"),
        ];
        for (message, wire) in table {
            assert_eq!(stuffed(message.as_bytes()), wire, "{message:?}");
        }
    }

    #[test]
    fn refusals_about_the_connection_are_not_held_against_the_mail() {
        for (code, permanent) in [(421, false), (450, false), (530, false), (535, false), (550, true), (552, true)] {
            let is_permanent = matches!(verdict(code, String::new()), SendError::Permanent { .. });
            assert_eq!(is_permanent, permanent, "{code}");
        }
    }
}

//! The ways out of the house: a relay over SMTP, a box in memory for the demo and tests, or the log.
//!
//! A transport answers with one of four outcomes and decides nothing about them: when to try again, and when a
//! notice is missed, is the worker's affair.

pub mod capture;
pub mod log;
mod session;
pub mod smtp;
mod stream;

pub use capture::{CaptureBox, CapturedMail};
pub use smtp::{DkimSettings, SettingsError, SmtpSettings, SmtpTransport, Tls};

use super::dkim::Signer;
use super::message::{ComposeError, Message};

/// Where mail goes. Cloning is cheap; clones share connections and the capture box.
#[derive(Debug, Clone)]
pub enum Transport {
    /// To a relay.
    Smtp(SmtpTransport),
    /// Into memory, where the demo's pages and tests read it.
    Capture(CaptureBox),
    /// Into the log, as a line without address and text.
    Log,
}

/// A mail that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The relay's answer, or a fixed word for the transports without a relay.
    pub response: String,
}

/// Why a mail was not, or perhaps not, taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The relay refused this mail for good (5xx), or the mail cannot be assembled (`code` is `None`). Trying again
    /// is pointless.
    #[error("refused for good: {text}")]
    Permanent {
        /// The reply code.
        code: Option<u16>,
        /// The relay's words.
        text: String,
    },
    /// The relay asked to come back later (4xx), or it could not be reached, trusted or signed in to (`code` is
    /// `None` or the code of that step). The mail was certainly not taken over.
    #[error("not sent for now: {text}")]
    Transient {
        /// The reply code.
        code: Option<u16>,
        /// The relay's words or the fault of the connection.
        text: String,
    },
    /// The connection ended or fell silent after the message was on its way, so that the relay may or may not have
    /// it (RFC 1047). A retry must carry the same Message-ID.
    #[error("outcome unknown: {text}")]
    Unknown {
        /// The fault of the connection.
        text: String,
    },
}

impl Transport {
    /// Sends one message.
    ///
    /// # Errors
    /// See [`SendError`]; the difference between its variants is exact as to whether the relay may have the mail.
    pub async fn send(&self, message: &Message) -> Result<Accepted, SendError> {
        let wire = message.to_wire(self.signer())?;
        match self {
            Self::Smtp(transport) => transport.send(&wire).await,
            Self::Capture(captured) => Ok(captured.put(message)),
            Self::Log => Ok(log::write(message)),
        }
    }

    fn signer(&self) -> Option<&Signer> {
        match self {
            Self::Smtp(transport) => transport.signer(),
            Self::Capture(_) | Self::Log => None,
        }
    }

    /// The name the configuration gives this transport: `smtp`, `capture` or `log`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::Capture(_) => "capture",
            Self::Log => "log",
        }
    }
}

impl From<ComposeError> for SendError {
    fn from(error: ComposeError) -> Self {
        Self::Permanent { code: None, text: error.to_string() }
    }
}

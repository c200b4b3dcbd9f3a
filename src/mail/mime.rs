//! From a message to the bytes that go over the wire: headers for threads and automatic mail, text and HTML as
//! alternatives.

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};

use super::message::{ComposeError, Message};
use super::validate;

/// A mail as an SMTP client needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The envelope sender, where bounces go.
    pub sender: Address,
    /// The one envelope recipient.
    pub recipient: Address,
    /// The message in RFC 5322 form: pure ASCII, lines ended by CRLF, not dot-stuffed.
    pub bytes: Vec<u8>,
}

/// Neither quoted-printable nor base64 can produce `=_`, so that the boundary cannot occur in a part (RFC 2045,
/// section 6.7), and a fixed one makes a retried mail equal byte by byte.
const BOUNDARY: &str = "=_anteroom_alternative";

impl Message {
    /// Assembles the mail.
    ///
    /// # Errors
    /// [`ComposeError::Address`] or [`ComposeError::Assembly`] when the mail library refuses a part that passed the
    /// validation.
    pub fn to_wire(&self) -> Result<Wire, ComposeError> {
        let envelope = self.envelope();
        let from = validate::mailbox("sender", &envelope.from)?;
        let recipient = validate::address("recipient", &envelope.to)?;
        let sender = match &envelope.return_path {
            Some(path) => validate::address("return path", path)?,
            None => from.email.clone(),
        };
        let mut builder = lettre::Message::builder()
            .date(SystemTime::from(envelope.date))
            .from(from)
            .to(recipient.clone().into())
            .subject(self.rendered().subject.clone())
            .message_id(Some(envelope.message_id.clone()));
        if let Some(root) = &envelope.thread_root {
            builder = builder.in_reply_to(root.clone()).references(root.clone());
        }
        // RFC 3834 for everybody, the second header for Exchange, which does not heed the first.
        let message = builder
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".into()))
            .multipart(self.alternatives())
            .map_err(|error| ComposeError::Assembly(error.to_string()))?;
        Ok(Wire { sender, recipient, bytes: message.formatted() })
    }

    fn alternatives(&self) -> MultiPart {
        let part = |kind: ContentType, body: &str| {
            SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body.to_owned())
        };
        MultiPart::alternative()
            .boundary(BOUNDARY)
            .singlepart(part(ContentType::TEXT_PLAIN, &self.rendered().text))
            .singlepart(part(ContentType::TEXT_HTML, &self.rendered().html))
    }
}

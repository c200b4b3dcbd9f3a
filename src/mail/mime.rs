//! From a message to the bytes that go over the wire: headers for threads and automatic mail, text and HTML as
//! alternatives.

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart, SinglePart};

use super::dkim::Signer;
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

/// The boundary around the alternatives and the file of a calendar entry.
const MIXED_BOUNDARY: &str = "=_anteroom_mixed";

/// The file of a calendar entry, for programs that read nothing but files.
const ENTRY_FILE: &str = "invite.ics";

impl Message {
    /// Assembles the mail, and signs it where there is a signer.
    ///
    /// # Errors
    /// [`ComposeError::Address`] or [`ComposeError::Assembly`] when the mail library refuses a part that passed the
    /// validation.
    pub fn to_wire(&self, signer: Option<&Signer>) -> Result<Wire, ComposeError> {
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
        builder = builder.raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        builder = builder.raw_header(raw("X-Auto-Response-Suppress", "All".to_owned()));
        if let Some(address) = self.unsubscribe() {
            builder = builder.raw_header(raw("List-Unsubscribe", format!("<{address}>")));
            builder = builder.raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        let message = builder.multipart(self.body()?).map_err(|error| ComposeError::Assembly(error.to_string()))?;
        let bytes = message.formatted();
        let bytes = match signer {
            Some(signer) => signer.sign(&bytes).map_err(|error| ComposeError::Assembly(error.to_string()))?,
            None => bytes,
        };
        Ok(Wire { sender, recipient, bytes })
    }

    /// Text and HTML; with a calendar entry, that as the last alternative, where calendars look for changes, and once
    /// more as a file.
    fn body(&self) -> Result<MultiPart, ComposeError> {
        let alternatives = MultiPart::alternative()
            .boundary(BOUNDARY)
            .singlepart(part(ContentType::TEXT_PLAIN, &self.rendered().text))
            .singlepart(part(ContentType::TEXT_HTML, &self.rendered().html));
        let Some(object) = self.calendar() else { return Ok(alternatives) };
        let kind = |text: &str| ContentType::parse(text).map_err(|error| ComposeError::Assembly(error.to_string()));
        let inline = kind(&format!("text/calendar; charset=utf-8; method={}", object.method))?;
        let file = kind("application/ics")?;
        let file = Attachment::new(ENTRY_FILE.to_owned()).body(object.text.clone(), file);
        let alternatives = alternatives.singlepart(part(inline, &object.text));
        Ok(MultiPart::mixed().boundary(MIXED_BOUNDARY).multipart(alternatives).singlepart(file))
    }
}

fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body.to_owned())
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

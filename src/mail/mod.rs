//! The mail room: from allow-listed fields to a message, and from a message to a relay.
//!
//! It exists so that nothing else in the service can put text into a mail. A notice is a kind, an opaque reference,
//! an action from a fixed table, the recipient's own task date and a link (domain section 6); the wording stands in
//! `templates/mail/`, and a transport carries the finished message to a relay, into memory or into the log.

pub mod calendar;
pub mod dkim;
pub mod message;
pub mod mime;
pub mod render;
pub mod report;
pub mod transport;
pub mod validate;

pub use calendar::{CalendarPart, Method};
pub use message::{ComposeError, DigestLine, Envelope, MailFields, Message};

pub use render::Rendered;
pub use transport::{Accepted, SendError, Transport};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;

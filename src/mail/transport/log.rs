//! The transport of a developer without a relay: one log line a mail.

use super::Accepted;
use crate::mail::message::Message;

/// Logs that a mail would have gone out. The address and the text stay out of the log, which is no place for
/// personal data.
pub(super) fn write(message: &Message) -> Accepted {
    tracing::info!(
        notice.code = message.code().as_str(),
        record.reference = message.reference(),
        mail.message_id = message.envelope().message_id,
        "mail written to the log instead of a relay"
    );
    Accepted { response: "logged".to_owned() }
}

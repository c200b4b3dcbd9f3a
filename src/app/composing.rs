//! From a row of the outbox to a message: the allow-listed fields, the link, and what few mails carry besides: a link
//! that works once, an entry for a calendar, the lines of a digest, and the address that ends mail of its group.

use super::{App, AppError, outgoing::OutgoingFields, single_use::Carried, sorting::endable};
use crate::{
    auth::secret::MailToken,
    domain::{
        notice::{Ask, NoticeKind, Stem},
        time::Instant,
    },
    mail::{DigestLine, Envelope, MailFields, Message, message::ACCOUNT_REFERENCE, report},
    storage::{OutboxDraft, mail_sorting::Reception, outbox::OutboxRow},
};

/// What became of a row.
pub(super) enum Made {
    /// A message.
    Message(Box<Message>),
    /// Nothing: there is nothing to be said any more.
    Nothing,
    /// The row holds what no message can say; trying again is pointless.
    Broken(String),
}

/// What a mail says besides the fields of its row.
struct Besides {
    carried: Carried,
    digest: Vec<DigestLine>,
    may_end: bool,
}

impl App {
    /// The message of a mail that is about to be sent.
    pub(super) async fn made(
        &self,
        mail: &OutboxRow,
        reception: &Reception,
        business: Instant,
    ) -> Result<Made, AppError> {
        let carried = match fields_of(&mail.draft) {
            Ok(fields) => self.carried(&mail.draft, &fields).await?,
            Err(_) => Carried::Plain,
        };
        if matches!(carried, Carried::Withheld) {
            return Ok(Made::Nothing);
        }
        let may_end = endable(&mail.draft, reception.deadline.as_deref()).is_some();
        self.with_lines(mail, Besides { carried, digest: Vec::new(), may_end }, business).await
    }

    /// The message of a mail that was sent before, to be shown.
    pub(super) async fn made_again(&self, mail: &OutboxRow) -> Result<Made, AppError> {
        let besides = Besides { carried: Carried::Plain, digest: Vec::new(), may_end: false };
        self.with_lines(mail, besides, mail.draft.queued_at).await
    }

    async fn with_lines(&self, mail: &OutboxRow, besides: Besides, date: Instant) -> Result<Made, AppError> {
        let digest = mail.draft.template == Stem::Digest.as_str();
        let lines = if digest { self.digest_lines(mail.draft.id).await? } else { Vec::new() };
        if digest && lines.is_empty() {
            return Ok(Made::Nothing);
        }
        let composed = self.compose(&mail.draft, date, Besides { digest: lines, ..besides });
        Ok(composed.map_or_else(Made::Broken, |message| Made::Message(Box::new(message))))
    }

    fn compose(&self, draft: &OutboxDraft, date: Instant, besides: Besides) -> Result<Message, String> {
        let fields = fields_of(draft)?;
        let reference = draft.reference.clone().unwrap_or_else(|| ACCOUNT_REFERENCE.to_owned());
        let stem = Stem::parse(&draft.template).ok_or_else(|| broken("template"))?;
        let link = match &besides.carried {
            Carried::Link { purpose, .. } => format!("{}/{purpose}", self.base()),
            Carried::Plain | Carried::Withheld => self.link(stem, &reference),
        };
        let fields = MailFields {
            code: NoticeKind::parse(&draft.code).ok_or_else(|| broken("code"))?,
            stem,
            link,
            single_use: match besides.carried {
                Carried::Link { secret, .. } => Some(secret.expose().to_owned()),
                Carried::Plain | Carried::Withheld => None,
            },
            reference,
            ask: Ask::parse(&fields.ask).ok_or_else(|| broken("ask"))?,
            task_due: fields.task_due,
            task_at: fields.task_at,
            zone: self.settings().program.zone,
            changed: fields.changed,
            late: fields.late,
            calendar: fields.calendar,
            digest: besides.digest,
            unsubscribe: besides.may_end.then(|| self.unsubscribe_address(draft)),
        };
        Message::compose(&fields, self.envelope(draft, date)).map_err(|error| error.to_string())
    }

    fn envelope(&self, draft: &OutboxDraft, date: Instant) -> Envelope {
        let host = self.settings().mail.message_id_domain();
        Envelope {
            to: draft.address.clone(),
            from: self.settings().mail.from.clone(),
            return_path: self.return_path(draft),
            message_id: draft.message_id.clone(),
            thread_root: draft.aggregate.map(|aggregate| format!("{aggregate}@{host}")),
            date,
        }
    }

    /// The address that reports about this mail go to: it names the mail, so that no report has to be guessed at.
    fn return_path(&self, draft: &OutboxDraft) -> Option<String> {
        let address = self.settings().mail.bounce_address.as_deref()?;
        report::address_with(address, &MailToken::Bounce.of(self.settings().auth.seal_key(), draft.id))
    }

    fn unsubscribe_address(&self, draft: &OutboxDraft) -> String {
        let token = MailToken::Unsubscribe.of(self.settings().auth.seal_key(), draft.id);
        format!("{}/unsubscribe/{token}", self.base())
    }

    /// Where a person reads more: the record's address, without any secret; before disclosure the address of the service,
    /// because a record's says of which kind it is. Word of a kept view leads to the views.
    pub(super) fn link(&self, stem: Stem, reference: &str) -> String {
        let base = self.base();
        if stem == Stem::View {
            return format!("{base}/views");
        }
        match super::lookup::kind_of(reference) {
            Some(kind) if stem != Stem::Document => format!("{base}/{}/{reference}", kind.plural()),
            Some(_) | None => base.to_owned(),
        }
    }

    /// The service's own address.
    pub(super) fn base(&self) -> &str {
        self.settings().server.public_url.trim_end_matches('/')
    }
}

/// The fields of a row.
pub(super) fn fields_of(draft: &OutboxDraft) -> Result<OutgoingFields, String> {
    serde_json::from_value(draft.fields.clone()).map_err(|_| broken("set of fields"))
}

fn broken(what: &str) -> String {
    format!("the outbox holds an unknown {what}")
}

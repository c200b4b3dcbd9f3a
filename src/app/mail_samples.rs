//! Every mail that the service can send, with sample fields, so that whoever administers it can read the words before
//! anybody else does. Nothing is queued and nothing of any case is said.

use uuid::Uuid;

use super::{App, AppError, Principal, sorting::Sort};
use crate::{
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{
        id::Kind,
        notice::{Ask, NoticeKind, Stem},
        time::{Instant, local_date},
    },
    mail::{CalendarPart, DigestLine, Envelope, MailFields, Message, Method, message::ACCOUNT_REFERENCE},
};

/// The end of every sample's reference.
const END: &str = "2026-K7Q4MD";

/// The templates of mails that no notice names by itself: their callers do.
const BESIDES: [Stem; 4] = [Stem::Escalation, Stem::View, Stem::Digest, Stem::Calendar];

/// A mail that can be sent: its code, the templates that word it, and what it may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTemplate {
    /// The notice's code, `N1` to `N20`.
    pub code: &'static str,
    /// The name of its templates, such as `window`.
    pub stem: &'static str,
    /// What it may ask, by stable name, each with its sentence; the usual one first.
    pub asks: Vec<(&'static str, &'static str)>,
}

/// A mail with sample fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSample {
    /// The mail.
    pub template: MailTemplate,
    /// What is asked in the sample.
    pub ask: &'static str,
    /// The subject line.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
}

impl App {
    /// Every mail that can be sent.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever does not read the log of mail.
    pub async fn mail_templates(&self, principal: &Principal) -> Result<Vec<MailTemplate>, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ReadMailLog, &office).await?;
        Ok(mails().into_iter().map(|(kind, stem)| template(kind, stem)).collect())
    }

    /// One of them with sample fields, asking `ask`, or what it usually asks.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] as before, [`AppError::NotFound`] for no such mail, [`AppError`] at `/ask` for what it
    /// does not ask.
    pub async fn mail_sample(
        &self,
        principal: &Principal,
        (code, stem): (&str, &str),
        ask: Option<&str>,
    ) -> Result<MailSample, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ReadMailLog, &office).await?;
        let found = mails().into_iter().find(|(kind, own)| kind.as_str() == code && own.as_str() == stem);
        let (kind, stem) = found.ok_or(AppError::NotFound)?;
        let asks = asks(kind, stem);
        let wanted = asks.iter().find(|one| ask.is_none_or(|name| one.as_str() == name));
        let ask = *wanted.ok_or_else(|| AppError::field("/ask", "is not asked in this mail"))?;
        let now = self.clock().business();
        let message = Message::compose(&self.sample_fields(kind, stem, ask, now), self.sample_envelope(now));
        let message = message.map_err(|error| AppError::internal(error.to_string()))?;
        let rendered = message.rendered();
        Ok(MailSample {
            template: template(kind, stem),
            ask: ask.as_str(),
            subject: rendered.subject.clone(),
            text: rendered.text.clone(),
            html: rendered.html.clone(),
        })
    }

    fn sample_fields(&self, code: NoticeKind, stem: Stem, ask: Ask, now: Instant) -> MailFields {
        let reference = reference(stem);
        let day = local_date(now, self.settings().program.zone);
        let due = day.checked_add_days(chrono::Days::new(14)).unwrap_or(day);
        let entry = || CalendarPart {
            method: Method::Request,
            uid: format!("sample@{}", self.settings().mail.message_id_domain()),
            sequence: 0,
            stamp: now,
            day: due,
        };
        let ends = Sort::of(code, stem).is_some_and(Sort::is_switchable);
        MailFields {
            code,
            stem,
            link: self.link(stem, &reference),
            ask,
            task_due: stem.may_carry_task_date().then_some(due),
            task_at: None,
            zone: self.settings().program.zone,
            changed: (stem == Stem::View).then_some(3),
            late: false,
            single_use: matches!(stem, Stem::Invitation | Stem::Link).then(|| format!("anr_ot_{}", "A".repeat(43))),
            calendar: (stem == Stem::Calendar).then(entry),
            digest: if stem == Stem::Digest { vec![self.sample_line(ask)] } else { Vec::new() },
            unsubscribe: ends.then(|| format!("{}/unsubscribe/{}", self.base(), Uuid::nil())),
            reference,
        }
    }

    fn sample_line(&self, ask: Ask) -> DigestLine {
        let reference = reference(Stem::Condition);
        let link = self.link(Stem::Condition, &reference);
        DigestLine { stem: Stem::Condition, reference, notices: 2, ask, task_due: None, task_at: None, link }
    }

    fn sample_envelope(&self, date: Instant) -> Envelope {
        Envelope {
            to: "recipient@example.org".to_owned(),
            from: self.settings().mail.from.clone(),
            return_path: None,
            message_id: format!("sample@{}", self.settings().mail.message_id_domain()),
            thread_root: None,
            date,
        }
    }
}

/// Every mail: a code with the templates that word it.
fn mails() -> Vec<(NoticeKind, Stem)> {
    let mut found: Vec<(NoticeKind, Stem)> = Vec::new();
    for kind in NoticeKind::ALL {
        let besides = if kind == NoticeKind::N19 { BESIDES.as_slice() } else { &[] };
        for stem in Ask::ALL.into_iter().map(|ask| kind.stem(ask)).chain(besides.iter().copied()) {
            if !found.contains(&(kind, stem)) {
                found.push((kind, stem));
            }
        }
    }
    // In the order of the templates within a code, so that the usual one comes first.
    found.sort();
    found
}

/// What a mail may ask, the usual one first.
fn asks(kind: NoticeKind, stem: Stem) -> Vec<Ask> {
    let usual = usual(stem);
    let worded = |ask: &Ask| BESIDES.contains(&stem) || kind.stem(*ask) == stem;
    let others = Ask::ALL.into_iter().filter(|ask| *ask != usual);
    [usual].into_iter().chain(others).filter(worded).collect()
}

const fn usual(stem: Stem) -> Ask {
    match stem {
        Stem::Inquiry
        | Stem::Determination
        | Stem::Participation
        | Stem::Ready
        | Stem::Window
        | Stem::Ended
        | Stem::Nomination
        | Stem::Grant
        | Stem::Digest => Ask::Read,
        Stem::Proposal => Ask::Decide,
        Stem::Condition => Ask::Redline,
        Stem::Document => Ask::Sign,
        Stem::Incident | Stem::Submitter | Stem::Handoff => Ask::Acknowledge,
        Stem::Closeout => Ask::CertifyReturn,
        Stem::Reminder | Stem::Calendar => Ask::Complete,
        Stem::Escalation => Ask::Escalate,
        Stem::Account => Ask::CheckAccount,
        Stem::Invitation => Ask::AcceptInvitation,
        Stem::Link => Ask::FollowLink,
        Stem::View => Ask::OpenView,
    }
}

fn template(kind: NoticeKind, stem: Stem) -> MailTemplate {
    let asks = asks(kind, stem).into_iter().map(|ask| (ask.as_str(), ask.sentence())).collect();
    MailTemplate { code: kind.as_str(), stem: stem.as_str(), asks }
}

/// A reference as the mail's record would have one.
fn reference(stem: Stem) -> String {
    let kind = match stem {
        Stem::Inquiry | Stem::Determination => Kind::Inquiry,
        Stem::Condition => Kind::Condition,
        Stem::Document | Stem::Nomination => Kind::Nomination,
        Stem::Grant => Kind::Grant,
        Stem::Incident => Kind::Incident,
        Stem::Submitter => Kind::FoiaRequest,
        Stem::Handoff => Kind::Handoff,
        Stem::Account | Stem::Invitation | Stem::View | Stem::Digest => return ACCOUNT_REFERENCE.to_owned(),
        Stem::Proposal
        | Stem::Participation
        | Stem::Ready
        | Stem::Window
        | Stem::Ended
        | Stem::Closeout
        | Stem::Reminder
        | Stem::Escalation
        | Stem::Link
        | Stem::Calendar => Kind::Engagement,
    };
    format!("{}-{END}", kind.prefix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_worded_by_some_mail_and_every_mail_asks_something() {
        let mails = mails();
        for stem in Stem::ALL {
            assert!(mails.iter().any(|(_, own)| *own == stem), "{stem:?}");
        }
        for kind in NoticeKind::ALL {
            assert!(mails.iter().any(|(own, _)| *own == kind), "{kind:?}");
        }
        for (kind, stem) in mails {
            assert_eq!(asks(kind, stem).first(), Some(&usual(stem)), "{kind:?} {stem:?}");
        }
    }
}

//! Mail kept in memory: the demo shows it in the browser and tests read it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::Accepted;
use crate::domain::notice::NoticeKind;
use crate::mail::message::Message;

/// How many mails the box keeps; the oldest go first.
pub const CAPACITY: usize = 5_000;

/// One captured mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedMail {
    /// Counts up from 1 over the life of the box; pages address a mail by it.
    pub number: u64,
    /// The `Date` of the mail.
    pub at: DateTime<Utc>,
    /// The recipient's address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// The calendar entry that it brings (RFC 5545).
    pub calendar: Option<String>,
    /// The identifier in angle brackets.
    pub message_id: String,
    /// Which notice it is.
    pub code: NoticeKind,
    /// The record's opaque reference.
    pub reference: String,
}

/// A shared ring of captured mails, oldest first.
#[derive(Debug, Clone, Default)]
pub struct CaptureBox {
    ring: Arc<Mutex<Ring>>,
}

#[derive(Debug, Default)]
struct Ring {
    mails: VecDeque<CapturedMail>,
    count: u64,
}

impl CaptureBox {
    /// An empty box.
    pub fn new() -> Self {
        Self::default()
    }

    /// All mails that are still kept, oldest first.
    pub fn all(&self) -> Vec<CapturedMail> {
        self.ring().mails.iter().cloned().collect()
    }

    /// The mails to one address, oldest first. Addresses compare without regard to ASCII case.
    pub fn to(&self, address: &str) -> Vec<CapturedMail> {
        self.ring().mails.iter().filter(|mail| mail.to.eq_ignore_ascii_case(address)).cloned().collect()
    }

    /// One mail by its number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<CapturedMail> {
        self.ring().mails.iter().find(|mail| mail.number == number).cloned()
    }

    /// How many mails are kept.
    pub fn len(&self) -> usize {
        self.ring().mails.len()
    }

    /// Whether no mail is kept.
    pub fn is_empty(&self) -> bool {
        self.ring().mails.is_empty()
    }

    /// Forgets all mails. Numbers go on counting.
    pub fn clear(&self) {
        self.ring().mails.clear();
    }

    pub(super) fn put(&self, message: &Message) -> Accepted {
        let mut ring = self.ring();
        ring.count += 1;
        let mail = CapturedMail {
            number: ring.count,
            at: message.envelope().date,
            to: message.envelope().to.clone(),
            subject: message.rendered().subject.clone(),
            text: message.rendered().text.clone(),
            html: message.rendered().html.clone(),
            calendar: message.calendar().map(|entry| entry.text.clone()),
            message_id: message.envelope().message_id.clone(),
            code: message.code(),
            reference: message.reference().to_owned(),
        };
        if ring.mails.len() == CAPACITY {
            ring.mails.pop_front();
        }
        ring.mails.push_back(mail);
        Accepted { response: "captured".to_owned() }
    }

    /// A panic while the lock was held leaves a ring that is at worst one mail short, so that going on is right.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

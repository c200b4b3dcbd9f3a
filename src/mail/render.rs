//! From fields to words: one compiled template for the subject and a pair of bodies for each stem.
//!
//! There is one subject for all stems. It depends on the record alone (and calls one to be signed unseen a document), so that mail programs which thread by subject
//! keep a record's mails together, and so that no subject line can tell what happened.

use askama::Template;

use super::message::{ComposeError, MailFields};
use crate::domain::notice::Stem;

/// The finished words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line; the same for every mail about a record.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// The HTML body; it says the same and loads nothing.
    pub html: String,
}

/// What the templates may read.
struct View<'a> {
    reference: &'a str,
    record: &'static str,
    action: &'static str,
    task_due: Option<String>,
    late: bool,
    link: String,
    works_once: bool,
}

/// Renders a mail. The fields are taken to be validated.
pub(super) fn render(fields: &MailFields) -> Result<Rendered, ComposeError> {
    let view = View {
        reference: &fields.reference,
        record: record_noun(fields),
        action: fields.ask.sentence(),
        task_due: fields.task_due.map(|day| day.format("%A, %B %-d, %Y").to_string()),
        late: fields.late,
        link: match &fields.single_use {
            Some(secret) => format!("{}#{secret}", fields.link),
            None => fields.link.clone(),
        },
        works_once: fields.single_use.is_some(),
    };
    let (text, html) = bodies(fields.stem, &view).map_err(|error| ComposeError::Template(error.to_string()))?;
    let subject = Subject { view: &view }.render().map_err(|error| ComposeError::Template(error.to_string()))?;
    Ok(Rendered { subject: subject.trim().to_owned(), text, html })
}

/// What a record is called, by the prefix of its reference; a document to be signed, whatever it belongs to.
fn record_noun(fields: &MailFields) -> &'static str {
    if fields.stem == Stem::Document {
        return "document";
    }
    match fields.reference.split('-').next().unwrap_or_default() {
        "INQ" => "inquiry",
        "ENG" => "engagement",
        "NOM" => "nomination",
        "GRA" => "access grant",
        "HND" => "hand-off",
        "INC" => "incident",
        "REL" => "model release",
        "ACCOUNT" => "account",
        _ => "record",
    }
}

#[derive(Template)]
#[template(path = "mail/subject.txt")]
struct Subject<'a> {
    view: &'a View<'a>,
}

/// Declares the two body templates of each stem and the function that picks them; a stem without templates does
/// not compile.
macro_rules! bodies {
    ($($stem:ident: $text:tt, $html:tt;)+) => {
        fn bodies(stem: Stem, view: &View<'_>) -> Result<(String, String), askama::Error> {
            match stem {
                $(Stem::$stem => {
                    #[derive(Template)]
                    #[template(path = $text)]
                    struct Text<'a> {
                        view: &'a View<'a>,
                    }
                    #[derive(Template)]
                    #[template(path = $html)]
                    struct Html<'a> {
                        view: &'a View<'a>,
                    }
                    Ok((Text { view }.render()?, Html { view }.render()?))
                })+
            }
        }
    };
}

bodies! {
    Inquiry: "mail/inquiry/body.txt", "mail/inquiry/body.html";
    Determination: "mail/determination/body.txt", "mail/determination/body.html";
    Proposal: "mail/proposal/body.txt", "mail/proposal/body.html";
    Participation: "mail/participation/body.txt", "mail/participation/body.html";
    Ready: "mail/ready/body.txt", "mail/ready/body.html";
    Window: "mail/window/body.txt", "mail/window/body.html";
    Ended: "mail/ended/body.txt", "mail/ended/body.html";
    Condition: "mail/condition/body.txt", "mail/condition/body.html";
    Document: "mail/document/body.txt", "mail/document/body.html";
    Nomination: "mail/nomination/body.txt", "mail/nomination/body.html";
    Grant: "mail/grant/body.txt", "mail/grant/body.html";
    Incident: "mail/incident/body.txt", "mail/incident/body.html";
    Submitter: "mail/submitter/body.txt", "mail/submitter/body.html";
    Closeout: "mail/closeout/body.txt", "mail/closeout/body.html";
    Handoff: "mail/handoff/body.txt", "mail/handoff/body.html";
    Reminder: "mail/reminder/body.txt", "mail/reminder/body.html";
    Escalation: "mail/escalation/body.txt", "mail/escalation/body.html";
    Account: "mail/account/body.txt", "mail/account/body.html";
    Invitation: "mail/invitation/body.txt", "mail/invitation/body.html";
    Link: "mail/link/body.txt", "mail/link/body.html";
    View: "mail/view/body.txt", "mail/view/body.html";
}

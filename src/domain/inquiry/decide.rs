//! Deciding commands on an inquiry (domain section 3.1).

use chrono::NaiveDate;

use super::{
    Determination, Guard, InquiryCommand as Command, InquiryEvent as Event, InquiryStage as Stage, RecordDetermination,
    WORKFLOW,
};
use crate::domain::{
    action::Action,
    case::{Case, Event as Any, Facts},
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal},
    time::{Instant, local_date},
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`].
pub fn available(case: &Case, id: RecordId, action: Action, _: Instant) -> Result<(), Refusal> {
    let stage = case.inquiries.get(&id).map_or("none", |entry| entry.state.stage.name());
    WORKFLOW.judge(stage, action.name, |guard| match guard {
        // Judged with the body.
        Guard::ReleaseKnown | Guard::Consulted | Guard::Replaces => Ok(()),
    })
}

/// Decides a command on the inquiry `id`; for `draft`, the id that the new one shall have.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
pub fn decide(
    case: &Case,
    id: RecordId,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    if !matches!(command, Command::DraftInquiry(_)) {
        available(case, id, command.action(), now)?;
    }
    let events = match command {
        Command::DraftInquiry(c) => {
            let release = case.resolve(Kind::Release, &c.release, "/release")?;
            let owner = case.releases.get(&release).ok_or(Refusal::field("/release", FieldReason::NoSuchRecord))?;
            let question = c.question.clone();
            vec![Event::Drafted { developer: owner.state.developer, release, question }]
        }
        Command::SubmitInquiry(_) => vec![Event::Submitted],
        Command::AcknowledgeInquiry(_) => vec![Event::Acknowledged],
        Command::RequestInfo(c) => vec![Event::InfoRequested { question: c.question.clone() }],
        Command::AnswerInfo(c) => vec![Event::InfoAnswered { answer: c.answer.clone() }],
        Command::BeginAssessment(_) => vec![Event::AssessmentBegun],
        Command::TellStatus(_) => vec![Event::StatusTold],
        Command::RecordDetermination(c) => determination(c, local_date(now, facts.framework_at(now)?.zone))?,
        Command::CloseUndetermined(c) => vec![Event::ClosedUndetermined { reason: c.reason }],
        Command::WithdrawInquiry(_) => vec![Event::Withdrawn],
        Command::SupersedeInquiry(c) => {
            let by = case.resolve(Kind::Inquiry, &c.by, "/by")?;
            if !replaces(case, by, id) {
                return Err(Refusal::field("/by", FieldReason::NoSuchRecord));
            }
            vec![Event::Superseded { by, reason: c.reason }]
        }
    };
    Ok(events.into_iter().map(|event| (Subject::new(Kind::Inquiry, id), Any::Inquiry(event))).collect())
}

/// Whether the inquiry `by` was submitted no sooner than `older` and still stands.
fn replaces(case: &Case, by: RecordId, older: RecordId) -> bool {
    let submitted = |id| case.inquiries.get(&id).and_then(|entry| entry.state.submitted_at);
    let stands = case
        .inquiries
        .get(&by)
        .is_some_and(|entry| !matches!(entry.state.stage, Stage::Draft | Stage::Withdrawn | Stage::Superseded { .. }));
    by != older && stands && submitted(by) >= submitted(older)
}

/// Reference, date and releasable result; the consultations are the government's own.
fn determination(command: &RecordDetermination, today: NaiveDate) -> Result<Vec<Event>, Refusal> {
    if command.date > today {
        return Err(Refusal::field("/date", FieldReason::InFuture));
    }
    if command.consultations.is_empty() {
        return Err(Refusal::field("/consultations", FieldReason::OneNeeded));
    }
    if command.consultations.iter().any(|consultation| consultation.on > today) {
        return Err(Refusal::field("/consultations", FieldReason::InFuture));
    }
    let determination = Determination {
        reference: command.reference.clone(),
        date: command.date,
        result: command.result,
        framework_eligible: command.framework_eligible,
    };
    let consulted = Event::Consulted { consultations: command.consultations.clone() };
    Ok(vec![consulted, Event::Determined { determination }])
}

//! The condition's transitions (domain section 3.5).

use super::ConditionStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, elsewhere, guards, makes, time},
};

guards! {
    /// The engagement is past acknowledgement and before its window, or the nomination is in screening or later and its
    /// status not begun; for one that takes another's place, during access too.
    PlaceStands "place-stands" Deciding;
    /// The pinned version has the template for the side that is bound, and does not need what is made optional.
    TemplateFits "template-fits" Deciding;
    /// The condition whose place it takes hangs there, bound once, has no successor yet, and protects no more.
    PredecessorFits "predecessor-fits" Deciding;
    /// The asker's side is a party of the condition.
    Party "party" Asking;
    /// The text named is the newest one.
    NewestText "newest-text" Deciding;
    /// The end is later than the start, and ahead.
    TermsInOrder "terms-in-order" Deciding;
    /// An offer is open.
    OfferOpen "offer-open" Asking;
    /// Another person, of the other side, names the hash of an open offer.
    SecondKey "second-key" Asking;
    /// The offer is one of the own side.
    OwnOffer "own-offer" Asking;
    /// The own side has not signed.
    NotSigned "not-signed" Asking;
    /// A signatory of the government does not sign their own redline.
    NotOwnRedline "not-own-redline" Asking;
    /// The digest is that of the agreed text.
    AgreedText "agreed-text" Deciding;
    /// The person has not acknowledged the text that binds now.
    NotAcknowledged "not-acknowledged" Asking;
    /// The other side has signed.
    OtherSideSigned "other-side-signed" Outcome;
    /// The condition takes the insider-risk officer's agreement to a waiver, and has none yet.
    ClearanceNeeded "clearance-needed" Asking;
    /// The asker's side is the one that the condition protects.
    ProtectedSide "protected-side" Asking;
    /// The insider-risk officer agreed, where the subject asks for it.
    WaiverCleared "waiver-cleared" Asking;
    /// The effective date is reached.
    Effective "effective" Time;
    /// The expiry is reached.
    ExpiryReached "expiry-reached" Time;
    /// The condition that takes its place is in force, or waived.
    SuccessorStands "successor-stands" Time;
    /// The engagement is closed, or the nomination over.
    PlaceOver "place-over" Time;
    /// The months of its survival are over.
    SurvivalOver "survival-over" Time;
}

const TEXT: &[&str] = &["attached", "negotiating"];
const STANDING: &[&str] = &["attached", "negotiating", "agreed", "signed", "in_force", "breached"];
/// The stages of a condition that still can be acted on.
pub const NOT_OVER: &[&str] = &["attached", "negotiating", "agreed", "signed", "in_force", "breached", "waived"];

/// The condition's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Condition, stages: ConditionStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("attach", "attached").when(&[Guard::PlaceStands, Guard::TemplateFits, Guard::PredecessorFits]),
    command("upload-text", TEXT).to("negotiating").when(&[Guard::Party, Guard::NewestText]),
    command("offer-agreement", TEXT).when(&[Guard::Party, Guard::NewestText, Guard::TermsInOrder]),
    command("accept-agreement", TEXT).to("agreed").when(&[Guard::OfferOpen, Guard::Party, Guard::SecondKey]),
    command("retract-agreement", TEXT).when(&[Guard::OfferOpen, Guard::OwnOffer]),
    command("sign", &["agreed"]).when(&[Guard::NotSigned, Guard::NotOwnRedline, Guard::Party, Guard::AgreedText]),
    command("sign", &["agreed"]).to("signed").when(&[
        Guard::NotSigned,
        Guard::NotOwnRedline,
        Guard::Party,
        Guard::AgreedText,
        Guard::OtherSideSigned,
    ]),
    time(&["signed"]).to("in_force").when(&[Guard::Effective]),
    command("acknowledge", &["agreed", "signed", "in_force"]).when(&[Guard::NotAcknowledged, Guard::AgreedText]),
    command("clear-waiver", STANDING).when(&[Guard::ClearanceNeeded]),
    command("waive", STANDING).to("waived").when(&[Guard::ProtectedSide, Guard::WaiverCleared]),
    command("report-breach", &["in_force"]).to("breached"),
    command("cure-breach", &["breached"]).to("in_force").when(&[Guard::ProtectedSide]),
    time(&["in_force"]).to("expired").when(&[Guard::ExpiryReached]),
    time(&["in_force", "breached", "expired"]).to("superseded").when(&[Guard::SuccessorStands]),
    time(NOT_OVER).to("discharged").when(&[Guard::PlaceOver]),
    time(&["expired", "discharged"]).when(&[Guard::SurvivalOver]).number("D21"),
    elsewhere(Kind::Engagement, "confirm-disposal", &["expired", "superseded", "discharged"]),
];

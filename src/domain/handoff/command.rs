//! Commands on a hand-off, in the order of its life. No body has a field for what was found.

use chrono::NaiveDate;

use super::{Channel, Embargo, Ssvc, Tlp};
use crate::domain::{
    action::{body, commands},
    given,
    id::Kind,
    text::{Attested, ExternalReference, Sha256Hex},
};

commands! {
    /// Commands on a hand-off.
    HandoffCommand of Kind::Handoff;
    /// Records, by reference alone, that access surfaced something.
    "record" RecordHandoff Under;
    /// Records the delivery; the government's act.
    "deliver" DeliverHandoff No;
    /// States the case id that the clearinghouse gave.
    "state-case-id" StateCaseId No;
    /// Acknowledges the delivery; the developer's act.
    "acknowledge" AcknowledgeHandoff No;
    /// Records the clearinghouse's acknowledgement; the government's act.
    "record-acknowledgement" RecordAcknowledgement No;
    /// Changes the marking. Either side raises it, the side that recorded it alone lowers it.
    "change-tlp" ChangeTlp No;
    /// Changes the embargo. Either side prolongs it, the side that recorded it alone shortens or lifts it.
    "change-embargo" ChangeEmbargo No;
    /// Records the SSVC decision.
    "record-outcome" RecordOutcome No;
    /// States that one's own side knew, by a keyed hash computed elsewhere.
    "register-claim" RegisterClaim No;
    /// Compares the own side's claim with those of the other side under the same engagement.
    "deconflict" Deconflict No;
    /// Closes the record.
    "close" CloseHandoff No;
    /// Takes the record back.
    "withdraw" WithdrawHandoff No;
}

body! {
    /// Records a hand-off.
    RecordHandoff {
        /// Reference of the engagement whose access surfaced it.
        engagement: String,
        /// The own reference of the finding. A reference and nothing else: never a title or a description.
        finding: ExternalReference,
        /// How it is delivered.
        channel: Channel,
        /// The marking of what is delivered.
        tlp: Tlp,
        /// Until when the other side keeps it to itself.
        #[serde(default)]
        embargo: Option<Embargo>,
        /// Nothing entered here is classified.
        unclassified_attestation: Attested,
    }
}
body! {
    /// Records the delivery.
    DeliverHandoff {
        /// On which date, in the program zone; not in the future.
        #[serde(deserialize_with = "given::date")]
        delivered_on: NaiveDate,
        /// The clearinghouse's case id, if it is known already.
        #[serde(default)]
        case_id: Option<ExternalReference>,
    }
}
body! {
    /// States the case id.
    StateCaseId {
        /// The clearinghouse's case id.
        case_id: ExternalReference,
    }
}
body! {
    /// The developer's acknowledgement.
    AcknowledgeHandoff {
        /// On which date, in the program zone; from the delivery to today.
        #[serde(deserialize_with = "given::date")]
        acknowledged_on: NaiveDate,
        /// The developer's own reference.
        reference: ExternalReference,
    }
}
body! {
    /// The clearinghouse's acknowledgement.
    RecordAcknowledgement {
        /// On which date, in the program zone; from the delivery to today.
        #[serde(deserialize_with = "given::date")]
        acknowledged_on: NaiveDate,
        /// The clearinghouse's own reference.
        reference: ExternalReference,
    }
}
body! {
    /// Another marking.
    ChangeTlp {
        /// The new marking.
        tlp: Tlp,
    }
}
body! {
    /// Another embargo.
    ChangeEmbargo {
        /// The new embargo. Nothing (`null` in a body) lifts it.
        #[serde(deserialize_with = "given::value_or_null")]
        #[schema(required)]
        embargo: Option<Embargo>,
    }
}
body! {
    /// The SSVC decision.
    RecordOutcome {
        /// The decision.
        outcome: Ssvc,
    }
}
body! {
    /// A claim of prior knowledge.
    RegisterClaim {
        /// `HMAC-SHA-256(salt, identifier)`, as `anteroom claim` prints it. The identifier itself stays where it is.
        claim: Sha256Hex,
    }
}
body! {
    /// Compares the claim.
    Deconflict {}
}
body! {
    /// Closes the record.
    CloseHandoff {}
}
body! {
    /// Takes the record back.
    WithdrawHandoff {}
}

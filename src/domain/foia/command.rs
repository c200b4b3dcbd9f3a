//! Commands on a request under the Freedom of Information Act.

use super::{DecisionKind, FoiaOutcome, ObjectionGrounds};
use crate::domain::{
    action::{body, commands},
    given,
    id::Kind,
    text::{Attested, ExternalReference, Statement},
};

commands! {
    /// Commands on a request under the Freedom of Information Act.
    FoiaCommand of Kind::FoiaRequest;
    /// Logs a request for records of an engagement. On agency hosts alone.
    "log" LogFoiaRequest Under;
    /// Records that the search is over and whether it found records of the developer.
    "record-search" RecordSearch No;
    /// Tells the developer that its records were asked for; it may object within the period.
    "send-submitter-notice" SendSubmitterNotice No;
    /// Acknowledges the newest notice.
    "acknowledge-notice" AcknowledgeNotice No;
    /// Records that the newest notice reached the developer by other means.
    "record-delivery" RecordDelivery No;
    /// Objects to disclosure.
    "object" ObjectToDisclosure No;
    /// Says that the developer does not object.
    "no-objection" NoObjection No;
    /// Records what the agency decided elsewhere.
    "record-decision" RecordFoiaDecision No;
    /// Plans the date from which the agency means to disclose.
    "plan-disclosure" PlanDisclosure No;
    /// Tells the developer that the agency means to disclose on the planned date.
    "send-disclosure-notice" SendDisclosureNotice No;
    /// Records how the request ended.
    "record-outcome" RecordFoiaOutcome No;
}

body! {
    /// Logs a request.
    LogFoiaRequest {
        /// Reference of the engagement whose records are asked for.
        engagement: String,
        /// The request's reference in the agency's own log. Name no requester here.
        request: ExternalReference,
        /// The date on which the agency received it.
        #[serde(deserialize_with = "given::date")]
        received_on: chrono::NaiveDate,
    }
}
body! {
    /// The search is over.
    RecordSearch {
        /// Whether it found records of the developer.
        responsive: bool,
    }
}
body! {
    /// The submitter notice.
    SendSubmitterNotice {}
}
body! {
    /// Acknowledges a notice.
    AcknowledgeNotice {}
}
body! {
    /// A delivery by other means.
    RecordDelivery {
        /// The agency's own reference of the delivery.
        reference: ExternalReference,
    }
}
body! {
    /// An objection.
    ObjectToDisclosure {
        /// On which ground.
        grounds: ObjectionGrounds,
        /// In the developer's own words.
        statement: Statement,
        /// The statement contains nothing classified.
        unclassified_attestation: Attested,
    }
}
body! {
    /// No objection.
    NoObjection {}
}
body! {
    /// A decision made elsewhere.
    RecordFoiaDecision {
        /// What was decided.
        decision: DecisionKind,
        /// The date it bears.
        #[serde(deserialize_with = "given::date")]
        decided_on: chrono::NaiveDate,
        /// The agency's own reference.
        reference: ExternalReference,
    }
}
body! {
    /// The planned date of disclosure.
    PlanDisclosure {
        /// The date; far enough ahead for the notice (D19).
        #[serde(deserialize_with = "given::date")]
        on: chrono::NaiveDate,
    }
}
body! {
    /// The notice of intent.
    SendDisclosureNotice {}
}
body! {
    /// The outcome.
    RecordFoiaOutcome {
        /// How it ended; fits what was decided.
        outcome: FoiaOutcome,
    }
}

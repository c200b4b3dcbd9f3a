//! Bodies of the commands on records; the lists of commands are those of the release and of the engagement.

use chrono::{DateTime, Utc};

use super::DesignatedPart;
use crate::domain::{action::body, given, id::AccountId, text::ExternalReference};

body! {
    /// Places a legal hold on everything under the release.
    PlaceHold {
        /// The agency's own reference of the hold.
        reference: ExternalReference,
        /// Reference of the authority for it.
        authority: ExternalReference,
    }
}
body! {
    /// Lifts a legal hold.
    LiftHold {
        /// The hold's reference.
        reference: ExternalReference,
    }
}
body! {
    /// Authorizes an auditor to read the case.
    AuthorizeAuditor {
        /// The auditor's account; another person's than one's own.
        auditor: AccountId,
        /// Until when, exclusive: 30 days from now at most.
        #[serde(deserialize_with = "given::instant")]
        until: DateTime<Utc>,
        /// The agency's own reference of the audit.
        reference: ExternalReference,
    }
}
body! {
    /// Ends an auditor's authorization.
    EndAuthorization {
        /// The auditor's account.
        auditor: AccountId,
    }
}
body! {
    /// Takes charge of the records of a case.
    TakeRecords {}
}
body! {
    /// Designates a part of what the developer submitted as confidential.
    DesignateConfidential {
        /// Which part.
        part: DesignatedPart,
        /// Until when; the framework version's months from now if left out (D20).
        #[serde(default, deserialize_with = "given::instant_or_null")]
        until: Option<DateTime<Utc>>,
    }
}
body! {
    /// Withdraws a designation.
    WithdrawDesignation {
        /// Which part.
        part: DesignatedPart,
    }
}
body! {
    /// Keeps the records longer.
    ReviewRetention {
        /// Until when; not sooner than the retention that runs.
        #[serde(deserialize_with = "given::instant")]
        keep_until: DateTime<Utc>,
    }
}
body! {
    /// Asks for the disposal of an engagement's records.
    AskDisposal {}
}
body! {
    /// Authorizes the disposal that another records officer asked for.
    ConfirmDisposal {}
}

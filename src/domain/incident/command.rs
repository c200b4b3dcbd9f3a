//! Commands on an incident.

use chrono::NaiveDate;

use super::{IncidentType, Severity};
use crate::domain::{
    action::{body, commands},
    given,
    id::Kind,
    text::{Attested, ExternalReference},
};

commands! {
    /// Commands on an incident.
    IncidentCommand of Kind::Incident;
    /// Reports an incident: the grants that it implicates are suspended at once.
    "report" ReportIncident Under;
    /// Records that it spreads no further.
    "contain" ContainIncident No;
    /// Records how severe it is.
    "assess" AssessIncident No;
    /// Records that the developer was told (D16, within 24 hours of the report).
    "notify-developer" NotifyDeveloper No;
    /// Records that the developer got the detail, by reference (D16, within 72 hours of the report).
    "record-detail" RecordDetail No;
    /// Acknowledges the notice for the developer.
    "acknowledge-notice" AcknowledgeNotice No;
    /// Names further grants that are implicated: they are suspended at once.
    "implicate" ImplicateGrants No;
    /// Takes grants off the list; their suspension is lifted by acts of its own.
    "clear-grants" ClearGrants No;
    /// Records that spilled content was handed off to those who may hold it.
    "hand-off" HandOffSpillage No;
    /// Lifts the lock on the record that content was spilled into.
    "lift-lock" LiftLock No;
    /// Closes the incident.
    "close" CloseIncident No;
}

body! {
    /// Reports an incident. There is no text: what happened is told outside of the product.
    ReportIncident {
        /// Reference of what it is about: an engagement, a nomination, a grant, an inquiry or a release. What concerns one
        /// partner alone is reported under its nomination or a grant of its people, and the partner sees it then.
        under: String,
        /// What happened.
        incident_type: IncidentType,
        /// References of the grants that are implicated. If none is named, and the type touches access, every active one.
        #[serde(default)]
        grants: Vec<String>,
        /// For spillage, and then needed: the reference of the record that holds the content. It is locked.
        #[serde(default)]
        record: Option<String>,
        /// Suspend the window too, if it is open; for those who may do so by themselves.
        #[serde(default)]
        suspend_window: bool,
    }
}
body! {
    /// Records containment.
    ContainIncident {}
}
body! {
    /// Records how severe it is.
    AssessIncident {
        /// How severe.
        severity: Severity,
    }
}
body! {
    /// Records the notice to the developer.
    NotifyDeveloper {}
}
body! {
    /// Records the detail.
    RecordDetail {
        /// The reference under which the developer got it.
        reference: ExternalReference,
        /// The reference is unclassified.
        unclassified_attestation: Attested,
    }
}
body! {
    /// Acknowledges the notice.
    AcknowledgeNotice {}
}
body! {
    /// Names further grants.
    ImplicateGrants {
        /// Their references.
        grants: Vec<String>,
    }
}
body! {
    /// Takes grants off the list.
    ClearGrants {
        /// Their references.
        grants: Vec<String>,
    }
}
body! {
    /// Records a hand-off.
    HandOffSpillage {
        /// The reference of those who hold the content now.
        reference: ExternalReference,
        /// On which date, in the program zone; not in the future.
        #[serde(deserialize_with = "given::date")]
        date: NaiveDate,
        /// The reference is unclassified.
        unclassified_attestation: Attested,
    }
}
body! {
    /// Lifts the lock.
    LiftLock {}
}
body! {
    /// Closes the incident.
    CloseIncident {}
}

//! The acts by which a partner comes to be nominated, selected and ready.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{NAME, PARTNER, Who, World};
use crate::domain::{
    id::{Kind, Subject},
    refusal::Refusal,
    time::{Instant, local_date},
};

impl World {
    /// Nominates the partner, by the liaison of the developer.
    pub fn nominate(&mut self, engagement: Subject) -> Result<Subject, Refusal> {
        let body = json!({ "engagement": self.name(engagement), "partner": PARTNER });
        self.create(Who::Dl, Kind::Nomination, "propose", &body)
    }

    /// The body of the partner contact's signature on the screening text of the version.
    pub fn screening_signature(&self) -> Value {
        let digest = &self.facts.frameworks[0].screening_nda().expect("a text").text_digest;
        json!({ "digest": digest, "typed_name": NAME, "capacity": "Security officer", "intent": true })
    }

    /// Takes a nomination to `decision`, with these reviewers.
    pub fn bring_to_decision(&mut self, nomination: Subject, reviewers: &[Who]) {
        self.bring_to_vetting(nomination);
        for reviewer in reviewers {
            self.must(Who::Fo, nomination, "assign-reviewer", &json!({ "reviewer": reviewer.account() }));
        }
        self.must(Who::Pl, nomination, "open-decision", &json!({}));
    }

    /// Takes a nomination to `vetting`; no reviewer is assigned yet.
    pub fn bring_to_vetting(&mut self, nomination: Subject) {
        self.must(Who::Da, nomination, "consent-approach", &json!({}));
        let signature = self.screening_signature();
        self.must(Who::Tc, nomination, "sign-screening-nda", &signature);
        self.must(Who::Dl, nomination, "disclose", &json!({}));
        self.must(Who::Dl, nomination, "begin-screening", &json!({}));
        let criteria = &self.facts.frameworks[0].criteria;
        let criteria: BTreeMap<_, _> = criteria.iter().map(|criterion| (criterion.key.clone(), "Yes.")).collect();
        let body = json!({ "criteria": criteria, "unclassified_attestation": true });
        self.must(Who::Tc, nomination, "state-criteria", &body);
        self.must(Who::Pl, nomination, "begin-vetting", &json!({}));
    }

    /// Logs a request for an engagement's records.
    pub fn request_records(&mut self, engagement: Subject) -> Result<Subject, Refusal> {
        let today = local_date(self.now, self.facts.framework_at(self.now).expect("a framework").zone);
        let body = json!({ "engagement": self.name(engagement), "request": "F-2026-17", "received_on": today });
        self.create(Who::Rf, Kind::FoiaRequest, "log", &body)
    }

    /// Takes a request to the submitter notice.
    pub fn notify_submitter(&mut self, request: Subject) {
        self.must(Who::Rf, request, "record-search", &json!({ "responsive": true }));
        self.must(Who::Rf, request, "send-submitter-notice", &json!({}));
    }

    /// Turns both keys to yes.
    pub fn select(&mut self, nomination: Subject) {
        self.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
        self.must(Who::Da, nomination, "consent", &json!({}));
        self.must(Who::RvTreasury, nomination, "concur", &json!({}));
        self.must(Who::RvNsa, nomination, "concur", &json!({}));
        assert_eq!(self.stage(nomination), "selected");
    }

    /// Makes a selected partner's own items ready: one agreement in force, one user cleared and approved.
    pub fn partner_ready(&mut self, nomination: Subject, term_ends_at: Instant) -> Subject {
        self.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": term_ends_at }));
        self.condition(nomination, "nda", None);
        let grant = self.request(Who::Tc, nomination, Who::Tu).expect("a grant");
        self.prepare(Who::Tu);
        self.acknowledge(Who::Tu, nomination);
        self.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
        self.must(Who::Da, grant, "approve", &json!({}));
        grant
    }
}

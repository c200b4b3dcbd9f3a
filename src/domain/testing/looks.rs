//! What a story looks at.

use super::World;
use crate::domain::{
    engagement::Engagement,
    grant::{
        Grant,
        access::{Access, Asker, access},
    },
    id::Subject,
    nomination::Nomination,
};

impl World {
    /// Effective access now, asked by the product itself.
    pub fn access(&self, grant: Subject) -> Access {
        access(&self.case, grant.id, &self.facts, Asker::Standing, self.now).expect("an answer")
    }

    /// Whether access is effective now.
    pub fn allowed(&self, grant: Subject) -> bool {
        matches!(self.access(grant), Access::Allowed { .. })
    }

    /// The engagement.
    pub fn engagement(&self, subject: Subject) -> &Engagement {
        &self.case.engagements[&subject.id].state
    }

    /// The nomination.
    pub fn nomination(&self, subject: Subject) -> &Nomination {
        &self.case.nominations[&subject.id].state
    }

    /// The grant.
    pub fn grant(&self, subject: Subject) -> &Grant {
        &self.case.grants[&subject.id].state
    }

    /// The reference that people use.
    pub fn name(&self, subject: Subject) -> String {
        self.case.reference(subject).expect("a record").to_owned()
    }

    /// The name of the stage that a record is in.
    pub fn stage(&self, subject: Subject) -> &'static str {
        self.case.promoted(subject).expect("a record").stage
    }
}

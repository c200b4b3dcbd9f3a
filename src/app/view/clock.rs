//! Who may know of a deadline. Whoever may read a record whole knows its deadlines but those that are the other side's
//! own; in outline a record shows the deadlines of its steps, and no date of a window or a release.

use crate::{
    authz::Sight,
    domain::{
        actor::{Actor, Role, Side},
        deadline::DeadlineKind as K,
    },
};

/// Whether the viewer may know of a deadline of this kind on a record that the viewer sees so much of.
pub fn may_know(kind: K, viewer: &Actor, sight: Sight) -> bool {
    let shown = match sight {
        Sight::Whole => true,
        Sight::Outline => is_in_outline(kind, viewer),
        Sight::Locked => false,
    };
    shown && is_of_side(kind, viewer.side)
}

/// The planned-date check and the consent clock are the developer's alone, the concurrence clock the government's
/// (domain section 5); a partner never learns of a window's dates (domain section 2), and the clocks of an incident are the
/// developer's (D16).
fn is_of_side(kind: K, side: Side) -> bool {
    match kind {
        K::PlannedDateCheck | K::PartnerConsent => side == Side::Developer,
        K::PartnerConcurrence | K::DisclosureNotice | K::RetentionReview => side == Side::Government,
        K::WindowOpens | K::WindowCloses | K::ReturnOrDestruction | K::IncidentNotice | K::IncidentDetail => {
            side != Side::Partner
        }
        K::InquiryAcknowledged
        | K::InquiryStatusUpdate
        | K::InquiryAnswer
        | K::ProposalAcknowledged
        | K::RedlineTurn
        | K::OrganizationSignature
        | K::PersonalNda
        | K::PartnerConditions
        | K::GrantRecertification
        | K::PersonalAttestation
        | K::BreachCure
        | K::SubmitterObjection
        | K::ConfidentialityLapse
        | K::IdleLapse => true,
    }
}

/// The steps of engagements and nominations. When an engagement lapses tells when it was last acted on, and so of acts
/// that the outline hides. The insider-risk officer is reminded that a window opens (D8) and so may
/// know when.
fn is_in_outline(kind: K, viewer: &Actor) -> bool {
    match kind {
        K::ProposalAcknowledged | K::PartnerConcurrence | K::PartnerConditions => true,
        K::WindowOpens => viewer.has(Role::InsiderRiskOfficer),
        K::InquiryAcknowledged
        | K::InquiryStatusUpdate
        | K::InquiryAnswer
        | K::RedlineTurn
        | K::OrganizationSignature
        | K::PersonalNda
        | K::WindowCloses
        | K::PlannedDateCheck
        | K::PartnerConsent
        | K::GrantRecertification
        | K::PersonalAttestation
        | K::ReturnOrDestruction
        | K::IncidentNotice
        | K::IncidentDetail
        | K::BreachCure
        | K::SubmitterObjection
        | K::DisclosureNotice
        | K::ConfidentialityLapse
        | K::RetentionReview
        | K::IdleLapse => false,
    }
}

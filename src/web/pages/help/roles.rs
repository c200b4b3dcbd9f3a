//! What each role is there for, and where its holder begins.

use crate::{
    domain::actor::Role,
    web::pages::{
        ui::{Inline, Link, Section},
        words,
    },
};

/// What a role is there for, in one sentence.
pub const fn purpose(role: Role) -> &'static str {
    match role {
        Role::DeveloperLiaison => "Opens inquiries and engagements for the developer and carries them on.",
        Role::DeveloperOfficial => "Proposes, signs, gives access and withdraws for the developer.",
        Role::ProgramLiaison => "Takes engagements from the pool and carries them on for the government.",
        Role::Reviewer => "Concurs, or does not, in the choice of trusted partners, or recuses.",
        Role::DeterminationRecorder => "Records determinations that were made elsewhere.",
        Role::FrameworkOwner => "Brings framework versions into force, by two keys.",
        Role::ConsultedOfficial => "Is consulted on inquiries.",
        Role::Evaluator => "Uses access for the government, by a grant of their own.",
        Role::PartnerContact => "Speaks and signs for a trusted partner, and asks for grants for its people.",
        Role::PartnerUser => "Uses access for a trusted partner, by a grant of their own.",
        Role::InsiderRiskOfficer => "Clears people before access, and suspends where there is a risk.",
        Role::RecordsOfficer => "Answers requests under FOIA, places holds, and reviews retention.",
        Role::Auditor => "Reads what they are authorized to, and verifies the record.",
        Role::SystemAdministrator => "Runs accounts, organizations and settings, and sees no record.",
        Role::GovernmentSignatory => "Signs conditions and turns the government’s keys.",
        Role::OrganizationAdministrator => "Runs the accounts of the own organization.",
    }
}

/// Where the holder of a role begins: addresses with what they are for.
const fn first_steps(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::DeveloperLiaison => &[
            ("/", "See what waits for you, and why"),
            ("/new/inquiry", "Ask whether a model is covered"),
            ("/new/engagement", "Begin a draft engagement for one of your releases"),
        ],
        Role::DeveloperOfficial => &[
            ("/", "See which signatures and keys wait for you"),
            ("/new/release", "Register a model release"),
            ("/grants", "Look at who has access to your models"),
        ],
        Role::ProgramLiaison => &[
            ("/#unassigned", "Take an engagement that nobody has taken"),
            ("/windows", "See every window side by side"),
            ("/?view=team", "See what the whole side has to do"),
        ],
        Role::Reviewer => &[
            ("/nominations?q=stage%3Aopen", "See nominations that wait for a concurrence"),
            ("/", "See what waits for you; recuse first where you must"),
        ],
        Role::DeterminationRecorder | Role::ConsultedOfficial => {
            &[("/inquiries", "See the inquiries that you may know of")]
        }
        Role::FrameworkOwner => &[("/administration", "See framework versions and drafts")],
        Role::Evaluator | Role::PartnerUser => &[
            ("/grants", "See your own grants, and until when they give access"),
            ("/prerequisites", "Attest, and see what is missing before access"),
        ],
        Role::PartnerContact => &[
            ("/nominations", "See where your organization is approached or nominated"),
            ("/conditions", "Read, redline and sign texts"),
        ],
        Role::InsiderRiskOfficer => {
            &[("/grants?q=stage%3Aopen", "See whom to clear before access"), ("/incidents", "See incidents")]
        }
        Role::RecordsOfficer => &[
            ("/foia-requests", "See requests for records"),
            ("/engagements?q=stage%3Aclosed", "See closed engagements and their retention"),
        ],
        Role::Auditor => &[("/search", "Open a record by its reference, where you are authorized to read it")],
        Role::SystemAdministrator | Role::OrganizationAdministrator => {
            &[("/administration", "Run accounts and invitations")]
        }
        Role::GovernmentSignatory => &[("/", "See which signatures and keys wait for you")],
    }
}

/// The section of a role that the reader holds.
pub fn section(role: Role) -> Section {
    let link = |(href, text): &(&str, &str)| Inline::Link(Link { href: (*href).to_owned(), text: (*text).to_owned() });
    Section::new(&format!("role-{}", role.code().to_lowercase()), &format!("You are {}", words::with_article(role)))
        .with(Inline::text(purpose(role)))
        .with(Inline::list(first_steps(role).iter().map(link)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An auditor is shown no list of records: each opens by its reference, with an authorization for its case.
    #[test]
    fn an_auditor_is_led_to_where_references_open() {
        let ways: Vec<&str> = first_steps(Role::Auditor).iter().map(|(to, _)| *to).collect();
        assert_eq!(ways, ["/search"]);
    }

    #[test]
    fn every_role_has_somewhere_to_begin() {
        for role in Role::ALL {
            assert!(!first_steps(*role).is_empty() && purpose(*role).ends_with('.'), "{}", role.code());
        }
    }
}

//! The words of a deadline's row: cap or task, who is reminded, who vouches for the start, what its passing brings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::actor::Side;

/// Whether a deadline is a ceiling or a piece of work (domain section 5, "Two kinds").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A ceiling: ends at its instant and never rolls later.
    Cap,
    /// Work: due at the end of a working day.
    Task,
}

/// Who is reminded, seen from the deadline; the application finds the people behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// DL of the developer concerned.
    DeveloperLiaison,
    /// DA of the developer concerned.
    DeveloperOfficial,
    /// PL assigned to the case, or the pool while nobody is.
    ProgramLiaison,
    /// RV assigned to the nomination and not recused.
    Reviewer,
    /// DT.
    DeterminationRecorder,
    /// EV with a grant on the engagement.
    Evaluator,
    /// IR.
    InsiderRisk,
    /// FO.
    FrameworkOwner,
    /// RF.
    Records,
    /// The person or side whose turn it is, named by the deadline itself.
    Responsible,
    /// DL and PL of the engagement.
    BothLeads,
    /// Whoever approves or recertifies the grant.
    Approver,
    /// Whoever requested the grant.
    Requester,
    /// Whoever holds the materials to be returned or destroyed.
    Custodian,
    /// The authorized signatory named for the organization.
    Signatory,
    /// TC of the partner concerned.
    PartnerContact,
    /// The person whose paper, training or acknowledgement it is.
    Person,
}

impl Recipient {
    /// The one side that the group is of; `None` where the case decides, or where it is of both sides.
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::DeveloperLiaison | Self::DeveloperOfficial | Self::Approver => Some(Side::Developer),
            Self::PartnerContact => Some(Side::Partner),
            Self::ProgramLiaison
            | Self::Reviewer
            | Self::DeterminationRecorder
            | Self::Evaluator
            | Self::InsiderRisk
            | Self::FrameworkOwner
            | Self::Records
            | Self::Custodian => Some(Side::Government),
            Self::Responsible | Self::BothLeads | Self::Requester | Self::Signatory | Self::Person => None,
        }
    }
}

/// Who vouches for the event that starts a clock (domain section 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certifier {
    /// The developer's act starts it.
    Developer,
    /// The program's or another government act starts it.
    Government,
    /// It starts with an act of both sides.
    BothSides,
    /// The requester of the grant names it.
    Requester,
    /// The person concerned performs it.
    Person,
    /// The product records it when it happens.
    System,
}

/// What happens when a deadline passes unmet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// It stays open and is shown as late.
    StaysOpen,
    /// It stays open, and the silence says nothing.
    NotAdverse,
    /// It stays open; silence is never taken as a yes.
    NeverDeemed,
    /// The window opens, if the guard holds.
    WindowOpens,
    /// The window closes.
    WindowCloses,
    /// The nomination or engagement lapses.
    Lapses,
    /// Access is suspended.
    Suspends,
    /// The period for objecting is over.
    PeriodEnds,
}

impl Consequence {
    /// Whether the passing brings the matter about by itself, so that a reminder of it would come too late.
    pub const fn is_automatic(self) -> bool {
        match self {
            Self::WindowOpens | Self::WindowCloses | Self::Lapses | Self::Suspends | Self::PeriodEnds => true,
            Self::StaysOpen | Self::NotAdverse | Self::NeverDeemed => false,
        }
    }
}

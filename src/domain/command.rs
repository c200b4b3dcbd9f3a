//! Every command, by the kind of aggregate that it acts on.

use super::{
    action::{Action, CommandFacts, Creates},
    condition::ConditionCommand,
    document::DocumentCommand,
    engagement::EngagementCommand,
    foia::FoiaCommand,
    grant::GrantCommand,
    handoff::HandoffCommand,
    id::{AccountId, Kind},
    incident::IncidentCommand,
    inquiry::InquiryCommand,
    nomination::NominationCommand,
    prerequisites::PrerequisitesCommand,
    release::ReleaseCommand,
};

/// A command on some aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the kinds")]
pub enum Command {
    Release(ReleaseCommand),
    Inquiry(InquiryCommand),
    Engagement(EngagementCommand),
    Condition(ConditionCommand),
    Nomination(NominationCommand),
    Grant(GrantCommand),
    Prerequisites(PrerequisitesCommand),
    Incident(IncidentCommand),
    FoiaRequest(FoiaCommand),
    Document(DocumentCommand),
    Handoff(HandoffCommand),
}

/// What reading a command from JSON may answer: the error carries the path to the value.
pub type Parsed = Result<Command, serde_path_to_error::Error<serde_json::Error>>;

impl Command {
    /// Reads the command of this kind and name from JSON; `None` where no such command exists.
    pub fn parse(kind: Kind, name: &str, body: &[u8]) -> Option<Parsed> {
        Some(match kind {
            Kind::Release => ReleaseCommand::parse(name, body)?.map(Self::Release),
            Kind::Inquiry => InquiryCommand::parse(name, body)?.map(Self::Inquiry),
            Kind::Engagement => EngagementCommand::parse(name, body)?.map(Self::Engagement),
            Kind::Condition => ConditionCommand::parse(name, body)?.map(Self::Condition),
            Kind::Nomination => NominationCommand::parse(name, body)?.map(Self::Nomination),
            Kind::Grant => GrantCommand::parse(name, body)?.map(Self::Grant),
            Kind::Prerequisites => PrerequisitesCommand::parse(name, body)?.map(Self::Prerequisites),
            Kind::Incident => IncidentCommand::parse(name, body)?.map(Self::Incident),
            Kind::FoiaRequest => FoiaCommand::parse(name, body)?.map(Self::FoiaRequest),
            Kind::Document => DocumentCommand::parse(name, body)?.map(Self::Document),
            Kind::Handoff => HandoffCommand::parse(name, body)?.map(Self::Handoff),
        })
    }

    /// The action that this command is.
    pub const fn action(&self) -> Action {
        match self {
            Self::Release(command) => command.action(),
            Self::Inquiry(command) => command.action(),
            Self::Engagement(command) => command.action(),
            Self::Condition(command) => command.action(),
            Self::Nomination(command) => command.action(),
            Self::Grant(command) => command.action(),
            Self::Prerequisites(command) => command.action(),
            Self::Incident(command) => command.action(),
            Self::FoiaRequest(command) => command.action(),
            Self::Document(command) => command.action(),
            Self::Handoff(command) => command.action(),
        }
    }

    /// Whether the command makes a record, and the reference of the one that it stands under.
    pub fn creates(&self) -> (Creates, Option<&str>) {
        match self {
            Self::Release(ReleaseCommand::RegisterRelease(_)) => (Creates::Alone, None),
            Self::Inquiry(InquiryCommand::DraftInquiry(c)) => (Creates::Under, Some(&c.release)),
            Self::Engagement(EngagementCommand::DraftEngagement(c)) => (Creates::Under, Some(&c.release)),
            Self::Condition(ConditionCommand::AttachCondition(c)) => (Creates::Under, Some(&c.attach_to)),
            Self::Nomination(NominationCommand::ProposeNomination(c)) => (Creates::Under, Some(&c.engagement)),
            Self::Grant(GrantCommand::RequestGrant(c)) => (Creates::Under, Some(&c.under)),
            Self::Incident(IncidentCommand::ReportIncident(c)) => (Creates::Under, Some(&c.under)),
            Self::FoiaRequest(FoiaCommand::LogFoiaRequest(c)) => (Creates::Under, Some(&c.engagement)),
            Self::Document(DocumentCommand::UploadDocument(c)) => (Creates::Under, Some(&c.attach_to)),
            Self::Handoff(HandoffCommand::RecordHandoff(c)) => (Creates::Under, Some(&c.engagement)),
            Self::Release(_)
            | Self::Inquiry(_)
            | Self::Engagement(_)
            | Self::Condition(_)
            | Self::Nomination(_)
            | Self::Grant(_)
            | Self::Prerequisites(_)
            | Self::Incident(_)
            | Self::FoiaRequest(_)
            | Self::Document(_)
            | Self::Handoff(_) => (Creates::No, None),
        }
    }

    /// JSON pointer to the reference of the parent, for commands that make a record under another.
    pub const fn parent_pointer(&self) -> &'static str {
        match self {
            Self::Inquiry(_) | Self::Engagement(_) => "/release",
            Self::Condition(_) | Self::Document(_) => "/attach_to",
            Self::Nomination(_) | Self::FoiaRequest(_) | Self::Handoff(_) => "/engagement",
            Self::Grant(_) | Self::Incident(_) => "/under",
            Self::Release(_) | Self::Prerequisites(_) => "",
        }
    }

    /// Accounts that the body names: facts about them are loaded before the decision.
    pub fn names_account(&self) -> Option<AccountId> {
        match self {
            Self::Release(ReleaseCommand::Delegate(c)) => Some(c.delegate),
            Self::Release(ReleaseCommand::AuthorizeAuditor(c)) => Some(c.auditor),
            Self::Engagement(EngagementCommand::AssignSignatory(c)) => Some(c.signatory),
            Self::Engagement(EngagementCommand::TransferEngagement(c)) => Some(c.liaison),
            Self::Engagement(EngagementCommand::NameLead(c)) => Some(c.lead),
            Self::Nomination(NominationCommand::AssignReviewer(c)) => Some(c.reviewer),
            Self::Grant(GrantCommand::RequestGrant(c)) => Some(c.holder),
            Self::Release(_)
            | Self::Inquiry(_)
            | Self::Engagement(_)
            | Self::Condition(_)
            | Self::Nomination(_)
            | Self::Grant(_)
            | Self::Prerequisites(_)
            | Self::Incident(_)
            | Self::FoiaRequest(_)
            | Self::Document(_)
            | Self::Handoff(_) => None,
        }
    }

    /// The organization that the body names.
    pub const fn names_organization(&self) -> Option<super::id::OrganizationId> {
        match self {
            Self::Nomination(NominationCommand::ProposeNomination(c)) => Some(c.partner),
            Self::Engagement(EngagementCommand::DesignateMarking(c)) => Some(c.agency),
            Self::Release(_)
            | Self::Inquiry(_)
            | Self::Engagement(_)
            | Self::Condition(_)
            | Self::Nomination(_)
            | Self::Grant(_)
            | Self::Prerequisites(_)
            | Self::Incident(_)
            | Self::FoiaRequest(_)
            | Self::Document(_)
            | Self::Handoff(_) => None,
        }
    }

    /// The kinds of records that one of this kind may stand under.
    pub const fn parents(kind: Kind) -> &'static [Kind] {
        match kind {
            Kind::Inquiry | Kind::Engagement => &[Kind::Release],
            Kind::Condition | Kind::Grant => &[Kind::Engagement, Kind::Nomination],
            Kind::Nomination | Kind::FoiaRequest | Kind::Handoff => &[Kind::Engagement],
            Kind::Incident => &[Kind::Engagement, Kind::Nomination, Kind::Grant],
            Kind::Document => &[Kind::Engagement, Kind::Nomination, Kind::Condition],
            Kind::Release | Kind::Prerequisites => &[],
        }
    }

    /// Every command's facts, for the API's description.
    pub fn catalog() -> Vec<CommandFacts> {
        [
            ReleaseCommand::catalog(),
            InquiryCommand::catalog(),
            EngagementCommand::catalog(),
            ConditionCommand::catalog(),
            NominationCommand::catalog(),
            GrantCommand::catalog(),
            PrerequisitesCommand::catalog(),
            IncidentCommand::catalog(),
            FoiaCommand::catalog(),
            DocumentCommand::catalog(),
            HandoffCommand::catalog(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The actions of one kind, in the order of its life; without `read`.
    pub const fn actions(kind: Kind) -> &'static [Action] {
        match kind {
            Kind::Release => ReleaseCommand::ACTIONS,
            Kind::Inquiry => InquiryCommand::ACTIONS,
            Kind::Engagement => EngagementCommand::ACTIONS,
            Kind::Condition => ConditionCommand::ACTIONS,
            Kind::Nomination => NominationCommand::ACTIONS,
            Kind::Grant => GrantCommand::ACTIONS,
            Kind::Prerequisites => PrerequisitesCommand::ACTIONS,
            Kind::Incident => IncidentCommand::ACTIONS,
            Kind::FoiaRequest => FoiaCommand::ACTIONS,
            Kind::Document => DocumentCommand::ACTIONS,
            Kind::Handoff => HandoffCommand::ACTIONS,
        }
    }
}

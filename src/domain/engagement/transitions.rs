//! The engagement's transitions, E1 to E17 (domain section 3.2), and what records law does with it (section 7).

use super::Stage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, elsewhere, guards, makes, second_key, time},
};

guards! {
    /// No other engagement of the release is live, and the release is not merged into another one.
    ReleaseFree "release-free" Deciding;
    /// The declaration fits what is known of the release, and the other release that it names.
    DeclarationFits "declaration-fits" Deciding;
    /// Handing over weights takes the official's election and a stated security level.
    WeightsElected "weights-elected" Deciding;
    /// A framework version is in force.
    FrameworkInForce "framework-in-force" Deciding;
    /// The person named is active, holds the role that is needed, and is not the one there is.
    PersonFits "person-fits" Deciding;
    /// The release named is another one of the same developer, and not merged away.
    OtherRelease "other-release" Deciding;
    /// It is settled whether the release is another registered one.
    SamenessSettled "sameness-settled" Asking;
    /// A question of sameness is open.
    SamenessOpen "sameness-open" Asking;
    /// The program liaison's own dispute is open.
    DisputeOpen "dispute-open" Asking;
    /// The terms still say what the other release used, and nothing of it is under way.
    MergeFits "merge-fits" Deciding;
    /// It lapsed within the last 30 days, the model is not released, and the release has a place for it.
    Reopenable "reopenable" Asking;
    /// A partner release is planned.
    ReleasePlanned "release-planned" Asking;
    /// The opening keeps to the arithmetic of the window, and the model is not released to partners.
    OpeningFits "opening-fits" Deciding;
    /// The opening was not missed: a missed one takes both keys again.
    NotMissed "not-missed" Asking;
    /// Conditions in force, coverage complete, eligibility attested; the opening keeps to the arithmetic of the window.
    MayOpen "may-open" Asking;
    /// The asker is the insider-risk officer, whose key to resume is not needed yet.
    OfficerNotHolding "officer-not-holding" Asking;
    /// Conditions in force, coverage complete, eligibility attested; time is left.
    MayResume "may-resume" Asking;
    /// Whoever offers holds a key of the act.
    HoldsKey "holds-key" Asking;
    /// Neither end is past the planned release, the caps or the present.
    ExtensionFits "extension-fits" Deciding;
    /// The version is in force, is not the pinned one, and leaves an open window no more time.
    MigrationFits "migration-fits" Deciding;
    /// Every item is settled, and every grant of the government is over.
    AllSettled "all-settled" Asking;
    /// An offer is open.
    OfferOpen "offer-open" Asking;
    /// Another person, of the side or in the role that the terms ask for, names the hash of an open offer.
    SecondKey "second-key" Asking;
    /// What the offer needed holds still: it is judged anew.
    JudgedAnew "judged-anew" Deciding;
    /// The offer is one of the own side.
    OwnOffer "own-offer" Asking;
    /// The new end is ahead, and sooner than the one that holds.
    Sooner "sooner" Deciding;
    /// The instant is not in the future.
    NotAhead "not-ahead" Deciding;
    /// The item is listed, or not yet, and stands where the command needs it.
    ItemFits "item-fits" Deciding;
    /// The agency exists, and the marking is well formed.
    MarkingFits "marking-fits" Deciding;
    /// The officer has no charge of these records yet.
    NotInCharge "not-in-charge" Asking;
    /// A part is designated as confidential.
    Designated "designated" Asking;
    /// The part is designated, or not yet, as the command needs it; a designation lasts no longer than the version says.
    DesignationFits "designation-fits" Deciding;
    /// The records are kept longer than they would be anyway.
    KeptLonger "kept-longer" Deciding;
    /// No hold is in force, no request for the records is open, their retention is over, nothing still needs their
    /// content, and they are not disposed of yet.
    NothingHeld "nothing-held" Asking;
    /// As for asking, and disposal was asked for.
    DisposalAsked "disposal-asked" Asking;
    /// Another officer asked.
    OtherOfficer "other-officer" Asking;
    /// Required conditions in force, coverage complete, eligibility attested.
    Ready "ready" Time;
    /// A condition left force, or eligibility is no longer attested.
    NotReady "not-ready" Time;
    /// The agreed opening is reached, and the guard of an opening holds.
    OpeningReached "opening-reached" Time;
    /// The agreed opening is reached, and the guard of an opening does not hold.
    OpeningHeldBack "opening-held-back" Time;
    /// The window's end is reached.
    WindowOver "window-over" Time;
    /// Nobody acted on it for as long as the version says.
    Idle "idle" Time;
    /// The designation's end is reached.
    DesignationOver "designation-over" Time;
    /// Whoever reports may suspend, and asks for it.
    SuspensionAsked "suspension-asked" Deciding;
    /// The planned release became sooner than the window's bound.
    PlanNearer "plan-nearer" Outcome;
}

const KEY: &[Guard] = &[Guard::OfferOpen, Guard::SecondKey, Guard::JudgedAnew];
const BEFORE: &[&str] = &["draft", "proposed", "conditions", "ready", "window_scheduled"];
const OPEN: &[&str] = &["window_open", "suspended"];
const PINNED: &[&str] = &["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended"];
const LED: &[&str] = &["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out"];
const NOT_CLOSED: &[&str] =
    &["draft", "proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out"];
const HANDED_OVER: &[&str] =
    &["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out", "closed"];

/// The engagement's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Engagement, stages: Stage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("draft", "draft").when(&[Guard::ReleaseFree]).number("E1"),
    command("propose", &["draft"])
        .to("proposed")
        .when(&[Guard::DeclarationFits, Guard::WeightsElected, Guard::FrameworkInForce])
        .number("E2"),
    command("recall", &["proposed"]).to("draft").number("E3"),
    command("return", &["proposed"]).to("draft").number("E3"),
    command("claim", LED),
    command("transfer", LED).when(&[Guard::PersonFits]),
    command("release-claim", LED),
    command("name-lead", NOT_CLOSED).when(&[Guard::PersonFits]),
    command("assign-signatory", LED).when(&[Guard::PersonFits]),
    command("dispute-sameness", &["proposed"]).when(&[Guard::OtherRelease]),
    command("drop-dispute", &["proposed"]).when(&[Guard::DisputeOpen]),
    command("merge-releases", &["proposed"]).when(&[Guard::SamenessOpen, Guard::MergeFits]),
    second_key("merge-releases", &["proposed"]).when(KEY),
    command("acknowledge", &["proposed"]).to("conditions").when(&[Guard::SamenessSettled]).number("E4"),
    command("decline", &["proposed", "conditions", "ready", "window_scheduled"]).to("closed").number("E5"),
    time(&["conditions"]).to("ready").when(&[Guard::Ready]).number("E6"),
    command("schedule-window", &["ready", "window_scheduled"]).when(&[Guard::ReleasePlanned, Guard::OpeningFits]),
    second_key("schedule-window", &["ready", "window_scheduled"]).to("window_scheduled").when(KEY).number("E7"),
    time(&["window_scheduled"]).to("window_open").when(&[Guard::OpeningReached]).number("E8"),
    time(&["window_scheduled"]).when(&[Guard::OpeningHeldBack]).number("E8"),
    command("open-window", &["window_scheduled"])
        .to("window_open")
        .when(&[Guard::NotMissed, Guard::MayOpen])
        .number("E8"),
    command("suspend-window", &["window_open"]).to("suspended").number("E9"),
    command("suspend-window", &["suspended"]).when(&[Guard::OfficerNotHolding]).number("E9"),
    elsewhere(Kind::Incident, "report", &["window_open"]).to("suspended").when(&[Guard::SuspensionAsked]).number("E9"),
    elsewhere(Kind::Incident, "report", &["suspended"]).when(&[Guard::SuspensionAsked]).number("E9"),
    command("resume-window", &["suspended"]).when(&[Guard::MayResume, Guard::HoldsKey]),
    second_key("resume-window", &["suspended"]).to("window_open").when(KEY).number("E10"),
    command("lower-end", &["window_scheduled", "window_open", "suspended"]).when(&[Guard::Sooner]),
    command("extend-window", OPEN).when(&[Guard::ExtensionFits]),
    second_key("extend-window", OPEN).when(KEY),
    elsewhere(Kind::Release, "set-planned-release", OPEN).when(&[Guard::PlanNearer]),
    command("close-window", OPEN).to("close_out").number("E11"),
    time(OPEN).to("close_out").when(&[Guard::WindowOver]).number("E11"),
    command("withdraw", BEFORE).to("closed").number("E12"),
    command("withdraw", OPEN).to("close_out").number("E12"),
    command("withdraw", &["close_out"]).number("E12"),
    command("record-release", BEFORE).to("closed").when(&[Guard::NotAhead]).number("E13"),
    command("record-release", OPEN).to("close_out").when(&[Guard::NotAhead]).number("E13"),
    command("record-release", &["close_out", "closed"]).when(&[Guard::NotAhead]).number("E13"),
    command("register-item", &["window_open", "suspended", "close_out"]).when(&[Guard::ItemFits]),
    command("certify-item", &["close_out"]).when(&[Guard::ItemFits]),
    command("accept-certificate", &["close_out"]).when(&[Guard::ItemFits]),
    command("dispute-certificate", &["close_out"]).when(&[Guard::ItemFits]),
    command("except-item", &["close_out"]).when(&[Guard::ItemFits]),
    command("close", &["close_out"]).when(&[Guard::AllSettled]),
    second_key("close", &["close_out"]).to("closed").when(KEY).number("E14"),
    time(&["ready", "window_scheduled"]).to("conditions").when(&[Guard::NotReady]).number("E15"),
    time(BEFORE).to("closed").when(&[Guard::Idle]).number("E16"),
    command("reopen", &["closed"]).to("draft").when(&[Guard::Reopenable]).number("E17"),
    command("migrate-framework", PINNED).when(&[Guard::MigrationFits]),
    second_key("migrate-framework", PINNED).when(KEY),
    command("retract-offer", LED).when(&[Guard::OfferOpen, Guard::OwnOffer]),
    command("designate-marking", HANDED_OVER).when(&[Guard::MarkingFits]),
    command("take-records", HANDED_OVER).when(&[Guard::NotInCharge]),
    command("designate-confidential", Stage::NAMES).when(&[Guard::DesignationFits]),
    command("withdraw-designation", Stage::NAMES).when(&[Guard::Designated, Guard::DesignationFits]),
    time(Stage::NAMES).when(&[Guard::DesignationOver]).number("D20"),
    command("review-retention", &["closed"]).when(&[Guard::KeptLonger]),
    command("ask-disposal", &["closed"]).when(&[Guard::NothingHeld]),
    command("confirm-disposal", &["closed"]).when(&[Guard::DisposalAsked, Guard::OtherOfficer]),
];

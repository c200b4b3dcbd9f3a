//! The permission matrix: every action and stage with what each role may, printed for people. Roles are tried at their
//! best: on a record of the own organization, assigned to the asker, handed over and disclosed.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    administration::{self, AdministrativeAction, AdministrativeResource},
    decide::decide,
    engine::{EXPORT, Engine, READ_WHOLE, WHAT_IF, actions},
    resource::Resource,
};
use crate::domain::{
    action::{Action, Creates},
    actor::{Actor, Assurance, Hosting, Role, Side},
    command::Command,
    id::{AccountId, Kind, OrganizationId, RecordId},
    workflow,
};

const ASKER: AccountId = AccountId(Uuid::from_u128(1));
const SOMEBODY_ELSE: AccountId = AccountId(Uuid::from_u128(2));
const DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(3));
const HOST: OrganizationId = OrganizationId(Uuid::from_u128(4));
const PARTNER: OrganizationId = OrganizationId(Uuid::from_u128(5));
const RECORD: RecordId = RecordId(Uuid::from_u128(6));
const ELSEWHERE: OrganizationId = OrganizationId(Uuid::from_u128(7));

/// The matrix as lines of text: action, stages, audience of what the action records, and each role with `+` or `-`.
/// Stages of one answer share a line; a stage that is not named refuses the action to everyone. Acts of administration
/// follow, with whose organization they are about in place of the stage.
pub fn matrix(engine: &Engine) -> Vec<String> {
    actions().flat_map(|action| lines(engine, action)).chain(ADMINISTRATION.into_iter().flat_map(office)).collect()
}

/// Every act of administration; the role asked for is one that every side has.
const ADMINISTRATION: [AdministrativeAction; 19] = [
    AdministrativeAction::CreateOrganization,
    AdministrativeAction::ReadOrganization,
    AdministrativeAction::ReadAccount,
    AdministrativeAction::CreateAccount,
    AdministrativeAction::InviteAccount,
    AdministrativeAction::Invite,
    AdministrativeAction::DisableAccount,
    AdministrativeAction::RemoveAccount,
    AdministrativeAction::AskRole(Role::OrganizationAdministrator),
    AdministrativeAction::ConfirmRole,
    AdministrativeAction::EndRole,
    AdministrativeAction::ManageApiTokens,
    AdministrativeAction::ManageFramework,
    AdministrativeAction::ManageCalendar,
    AdministrativeAction::ReadMailLog,
    AdministrativeAction::LookAfterMail,
    AdministrativeAction::ReadService,
    AdministrativeAction::ReportMilestone,
    AdministrativeAction::ReadFigures,
];

/// Whose organization an act of administration is about.
const WHOSE: [(&str, Option<Side>); 4] = [
    ("own", None),
    ("developer", Some(Side::Developer)),
    ("agency", Some(Side::Government)),
    ("partner", Some(Side::Partner)),
];

fn office(action: AdministrativeAction) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (whose, side) in WHOSE {
        let answer = |role: &Role| {
            let allowed = administration::may(&best_actor(*role), action, &organization(*role, side)).is_ok();
            format!("{}{}", role.code(), if allowed { "+" } else { "-" })
        };
        group(&mut groups, whose, Role::ALL.iter().map(answer).collect::<Vec<_>>().join(" "));
    }
    groups.iter().map(|(answers, whose)| format!("{} | {} | - | {answers}", action.name(), whose.join(" "))).collect()
}

/// Somebody else of the role's own organization, or of another one of the side.
fn organization(role: Role, side: Option<Side>) -> AdministrativeResource {
    let own = best_actor(role);
    let (organization, side) = side.map_or((own.organization, own.side), |side| (ELSEWHERE, side));
    let (account, asked_by) = (Some(SOMEBODY_ELSE), Some(SOMEBODY_ELSE));
    AdministrativeResource {
        organization: Some(organization),
        side,
        account,
        asked_by,
        hosting: Hosting::ProgramOffice,
    }
}

/// Adds a column's name to the line of the same answers.
fn group<'a>(groups: &mut Vec<(String, Vec<&'a str>)>, name: &'a str, answers: String) {
    match groups.iter_mut().find(|(known, _)| *known == answers) {
        Some((_, among)) => among.push(name),
        None => groups.push((answers, vec![name])),
    }
}

fn lines(engine: &Engine, action: Action) -> Vec<String> {
    let stages = stages_of(action);
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for stage in stages {
        group(&mut groups, stage, answers(engine, action, stage));
    }
    let audience = audience_of(action);
    let line =
        |(answers, among): &(String, Vec<&str>)| format!("{action} | {} | {audience} | {answers}", among.join(" "));
    groups.iter().map(line).collect()
}

fn answers(engine: &Engine, action: Action, stage: &'static str) -> String {
    let allowed = actors(engine, action, stage);
    let answer = |role: &Role| format!("{}{}", role.code(), if allowed.contains(role) { "+" } else { "-" });
    Role::ALL.iter().map(answer).collect::<Vec<_>>().join(" ")
}

/// The roles that may do the action on a record in this stage (`new` for one that is made), each tried at its best.
pub fn actors(engine: &Engine, action: Action, stage: &'static str) -> Vec<Role> {
    let may = |role: &Role| decide(engine, &best_actor(*role), action, &best_record(action, stage, *role)).is_ok();
    Role::ALL.iter().copied().filter(may).collect()
}

/// Whether there is any record, in any stage, on which one of the actor's roles may do the action, each tried at its
/// best: what a page offers before it knows of which records. The act itself is judged on each record.
pub fn ever(engine: &Engine, actor: &Actor, action: Action) -> bool {
    let may = |stage: &'static str, role: &Role| {
        decide(engine, &best_actor(*role), action, &best_record(action, stage, *role)).is_ok()
    };
    stages_of(action).into_iter().any(|stage| actor.roles.iter().any(|role| may(stage, role)))
}

/// The side on which the matrix tries a role; the organization administrator's is as good as any.
fn side_of(role: Role) -> Side {
    role.side().unwrap_or(Side::Developer)
}

fn best_actor(role: Role) -> Actor {
    let side = side_of(role);
    let organization = match side {
        Side::Developer => DEVELOPER,
        Side::Government => HOST,
        Side::Partner => PARTNER,
    };
    let roles = BTreeSet::from([role]);
    Actor {
        account: ASKER,
        organization,
        side,
        roles,
        assurance: Assurance::Aal2,
        name: role.code().to_owned(),
        link: None,
    }
}

/// A record on which the role may do as much as it ever may.
fn best_record(action: Action, stage: &'static str, role: Role) -> Resource {
    let side = side_of(role);
    let is_held = matches!(role, Role::Evaluator | Role::PartnerUser)
        || action.kind == Kind::Prerequisites && matches!(action.name, "attest" | "read");
    let has_partner = side == Side::Partner || action.kind == Kind::Nomination;
    let is_grant = action.kind == Kind::Grant;
    let is_nomination = action.kind == Kind::Nomination;
    let asker = BTreeSet::from([ASKER]);
    Resource {
        id: Some(RECORD),
        developer: Some(DEVELOPER),
        partner: has_partner.then_some(PARTNER),
        stage,
        government: true,
        liaison: Some(ASKER),
        signatory: Some(ASKER),
        assigned: asker.clone(),
        reviewers: asker.clone(),
        holders: asker.clone(),
        granted: asker.clone(),
        auditors: asker,
        holder: Some(if is_held { ASKER } else { SOMEBODY_ELSE }),
        side: is_grant.then_some(if side == Side::Partner { side } else { Side::Government }),
        requested_by: is_grant.then_some(SOMEBODY_ELSE),
        proposed_by: is_nomination.then_some(SOMEBODY_ELSE),
        proposing_side: is_nomination.then_some(side),
        insider_risk: action.kind == Kind::Condition,
        ..Resource::blank(action.kind)
    }
}

/// The stages in which the domain allows the action at all; every stage for reading, and `new` for one
/// that makes the record.
pub fn stages_of(action: Action) -> Vec<&'static str> {
    if is_read(action) {
        workflow::stages(action.kind).to_vec()
    } else if makes_a_record(action) {
        vec!["new"]
    } else {
        workflow::stages_of(action)
    }
}

/// Whether the action is no command: a read, in one of its forms.
fn is_read(action: Action) -> bool {
    action == Action::read(action.kind) || matches!(action.name, READ_WHOLE | EXPORT | WHAT_IF)
}

fn makes_a_record(action: Action) -> bool {
    Command::catalog().iter().any(|facts| facts.action == action && facts.creates != Creates::No)
}

/// Who learns of what the action records (domain section 3.0, "Audience"); `-` where it records nothing but the read.
fn audience_of(action: Action) -> &'static str {
    if is_read(action) {
        return "-";
    }
    match (action.kind, action.name) {
        (Kind::Handoff, "deconflict" | "register-claim") | (Kind::Prerequisites, _) => "own side",
        (Kind::Inquiry | Kind::Engagement, "draft")
        | (Kind::Engagement, "name-lead")
        | (Kind::Release, "delegate" | "end-delegation") => "developer",
        (Kind::FoiaRequest, "record-outcome") => "shared or government",
        (Kind::Inquiry, "record-determination") | (Kind::Engagement, "acknowledge") => "shared+government",
        (Kind::Release, "place-hold" | "lift-hold" | "authorize-auditor" | "end-authorization")
        | (
            Kind::Engagement,
            "claim" | "transfer" | "release-claim" | "assign-signatory" | "take-records" | "review-retention"
            | "ask-disposal" | "confirm-disposal" | "designate-marking",
        )
        | (Kind::FoiaRequest, "log" | "record-search")
        | (Kind::Incident, "hand-off")
        | (Kind::Nomination, "assign-reviewer" | "recuse" | "concur" | "decline-concurrence" | "revoke-vote") => {
            "government"
        }
        (
            Kind::Nomination,
            "propose" | "begin-vetting" | "open-decision" | "consent" | "decline" | "revoke-consent" | "reconsider",
        )
        | (Kind::Release | Kind::Inquiry | Kind::Engagement | Kind::FoiaRequest | Kind::Handoff, _) => "shared",
        (Kind::Nomination, _) => "partner",
        (Kind::Condition | Kind::Grant | Kind::Incident | Kind::Document, _) => "shared or partner",
    }
}

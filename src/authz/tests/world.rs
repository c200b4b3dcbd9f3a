//! Random cases for the agreement test: one release with what may stand under it, and people of every side.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::{DEVELOPER, HOST, OTHER_DEVELOPER, OTHER_PARTNER, PARTNER, account, actor};
use crate::domain::{
    actor::{Actor, By, Role, Side},
    case::{Case, Entry},
    condition::{Condition, ConditionStage, ConditionSubject},
    document::{Declared, Document, DocumentKind, DocumentStage, MediaType},
    engagement::{AccessMode, Engagement, Stage},
    foia::{self, FoiaEvent, FoiaRequest},
    grant::{Grant, GrantStage, GrantSuspension},
    handoff::{Channel, Handoff, HandoffStage, Tlp},
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    incident::{Incident, IncidentStage, IncidentType, Spillage},
    inquiry::{Inquiry, InquiryStage},
    nomination::{AssignedReviewer, Nomination, NominationStage, Reconsidered, Signed},
    prerequisites::Prerequisites,
    records::{EngagementRecords, ReleaseRecords},
    release::Release,
    text::{ExternalReference, Name, Sha256Hex, Statement},
    time::Instant,
};

/// Where each person belongs: developers 1 to 3, government 4 to 8, partners 9 to 11.
const PEOPLE: [(u128, Side, OrganizationId); 11] = [
    (1, Side::Developer, DEVELOPER),
    (2, Side::Developer, DEVELOPER),
    (3, Side::Developer, OTHER_DEVELOPER),
    (4, Side::Government, HOST),
    (5, Side::Government, HOST),
    (6, Side::Government, HOST),
    (7, Side::Government, HOST),
    (8, Side::Government, HOST),
    (9, Side::Partner, PARTNER),
    (10, Side::Partner, PARTNER),
    (11, Side::Partner, OTHER_PARTNER),
];

/// Those of them who may be assigned as reviewers.
const REVIEWERS: std::ops::RangeInclusive<u128> = 6..=8;

pub(super) const ENGAGEMENT: RecordId = record(2);
const NOMINATION: RecordId = record(3);
const OTHER_NOMINATION: RecordId = record(4);

const fn record(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(0xEE00 + number))
}

/// Someone with a random set of roles, fitting the side or not. The people who are made reviewers below have that role:
/// by it the lists leave out what a recusal hides, while the policies look at the recusal itself.
pub(super) fn anyone() -> impl Strategy<Value = Actor> {
    let roles = proptest::sample::subsequence(Role::ALL.to_vec(), 1..=7);
    (proptest::sample::select(PEOPLE.to_vec()), roles).prop_map(|((number, side, organization), mut roles)| {
        if REVIEWERS.contains(&number) {
            roles.push(Role::Reviewer);
        }
        actor(number, side, organization, &roles)
    })
}

/// Random choices from which one case is built.
#[derive(Clone, Debug)]
struct Choices {
    handed_over: bool,
    inquiry_submitted: bool,
    liaison: Option<u128>,
    signatory: Option<u128>,
    /// Of each of two nominations: how far it went, and reviewers with whether they recused.
    nominations: [(u8, Vec<(u128, bool)>); 2],
    /// Grants of evaluators: holder and stage.
    evaluators: Vec<(u128, GrantStage)>,
    /// Grants of partner users: holder and whether it is over.
    users: Vec<(u128, bool)>,
    /// Whether incidents were reported, and which of the records spillage locks.
    incidents: Option<u128>,
}

/// A random case.
pub(super) fn any_case() -> impl Strategy<Value = Case> {
    let reviewers = || proptest::collection::vec((REVIEWERS, any::<bool>()), 0..3);
    let nomination = move || (0..4_u8, reviewers());
    let evaluators = proptest::collection::vec((6..=8_u128, proptest::sample::select(grant_stages())), 0..3);
    let users = proptest::collection::vec((9..=11_u128, any::<bool>()), 0..3);
    let engagement = (any::<bool>(), any::<bool>(), proptest::option::of(4..=5_u128), proptest::option::of(4..=5_u128));
    let incidents = proptest::option::of(0..=3_u128);
    (engagement, [nomination(), nomination()], evaluators, users, incidents).prop_map(
        |((handed_over, inquiry_submitted, liaison, signatory), nominations, evaluators, users, incidents)| {
            let (liaison, signatory) = if handed_over { (liaison, signatory) } else { (None, None) };
            build(&Choices {
                handed_over,
                inquiry_submitted,
                liaison,
                signatory,
                nominations,
                evaluators,
                users,
                incidents,
            })
        },
    )
}

/// How an evaluator's grant may stand.
fn grant_stages() -> Vec<GrantStage> {
    let suspended = |security| GrantStage::Suspended { by: None, security, reason: GrantSuspension::ByPerson };
    let known = [GrantStage::Requested, GrantStage::Prerequisites, GrantStage::Approved, GrantStage::Active];
    known.into_iter().chain([suspended(false), suspended(true), GrantStage::Expired, GrantStage::Revoked]).collect()
}

fn build(choices: &Choices) -> Case {
    let mut case = Case::default();
    put(&mut case.releases, record(0), release(choices));
    put(&mut case.inquiries, record(1), inquiry(choices.inquiry_submitted));
    put(&mut case.engagements, ENGAGEMENT, engagement(choices));
    for (number, _, organization) in PEOPLE {
        put(&mut case.people, record(100 + number), prerequisites(number, organization));
    }
    if let Some(locked) = choices.incidents {
        let kinds = [Kind::Release, Kind::Inquiry, Kind::Engagement, Kind::Nomination];
        let locked = usize::try_from(locked).ok().and_then(|index| kinds.get(index));
        let locked = locked.map(|kind| Subject::new(*kind, record(locked_number(*kind))));
        put(&mut case.incidents, record(60), incident(Subject::new(Kind::Inquiry, record(1)), None, locked));
    }
    if !choices.handed_over {
        return case;
    }
    if choices.incidents.is_some() {
        put(&mut case.incidents, record(61), incident(Subject::new(Kind::Engagement, ENGAGEMENT), None, None));
    }
    put(&mut case.foia_requests, record(50), foia_request(choices.inquiry_submitted));
    let attached = Subject::new(Kind::Engagement, ENGAGEMENT);
    put(&mut case.conditions, record(10), condition(attached, None));
    let subjects = BTreeSet::from([ConditionSubject::InsiderRisk]);
    put(&mut case.conditions, record(15), Condition { subjects, ..condition(attached, None) });
    put(&mut case.documents, record(30), document(attached, None));
    put(&mut case.documents, record(31), document(Subject::new(Kind::Condition, record(10)), None));
    put(&mut case.handoffs, record(50), handoff());
    let places = [(NOMINATION, PARTNER), (OTHER_NOMINATION, OTHER_PARTNER)];
    for (index, ((id, organization), (progress, reviewers))) in (0..).zip(places.into_iter().zip(&choices.nominations))
    {
        let made = nomination(organization, *progress, reviewers);
        // Conditions and grants hang on disclosed nominations alone: the domain's guards see to that.
        if made.is_disclosed() {
            let attached = Subject::new(Kind::Nomination, id);
            put(&mut case.conditions, record(11 + index), condition(attached, Some(organization)));
            put(&mut case.documents, record(32 + index), document(attached, Some(organization)));
            let below = Subject::new(Kind::Condition, record(11 + index));
            put(&mut case.documents, record(34 + index), document(below, Some(organization)));
            for (user, over) in choices.users.iter().filter(|(user, _)| belongs(*user, organization)) {
                let stage = if *over { GrantStage::Revoked } else { GrantStage::Active };
                put(&mut case.grants, record(20 + user), grant(*user, Some((id, organization)), stage));
            }
        }
        if choices.incidents.is_some() {
            let partner = made.is_disclosed().then_some(organization);
            put(&mut case.incidents, record(62 + index), incident(Subject::new(Kind::Nomination, id), partner, None));
        }
        put(&mut case.nominations, id, made);
    }
    for (evaluator, stage) in &choices.evaluators {
        put(&mut case.grants, record(20 + evaluator), grant(*evaluator, None, stage.clone()));
    }
    case
}

fn belongs(number: u128, organization: OrganizationId) -> bool {
    PEOPLE.iter().any(|(person, _, home)| *person == number && *home == organization)
}

fn put<T>(entries: &mut BTreeMap<RecordId, Entry<T>>, id: RecordId, state: T) {
    entries.insert(id, Entry { reference: format!("REF-{id}"), state, active_at: None });
}

fn by(number: u128) -> By {
    By {
        account: Some(account(number)),
        organization: Some(DEVELOPER),
        side: Some(Side::Developer),
        roles: [].into(),
        delegated_by: None,
        via: None,
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a short name")
}

fn statement() -> Statement {
    Statement::parse("For the test.").expect("a short statement")
}

fn release(choices: &Choices) -> Release {
    // The signatory's colleague has charge of the records in every second case.
    let officers = choices.inquiry_submitted.then_some(account(5)).into_iter().collect();
    Release {
        developer: DEVELOPER,
        name: name("Model"),
        registered_at: Instant::default(),
        planned: None,
        planned_history: Vec::new(),
        released: Vec::new(),
        assessment_use_seconds: 0,
        calendar: None,
        merged: Vec::new(),
        merged_into: None,
        delegations: Vec::new(),
        external_events: Vec::new(),
        records: ReleaseRecords { officers, ..ReleaseRecords::default() },
    }
}

fn inquiry(submitted: bool) -> Inquiry {
    Inquiry {
        developer: DEVELOPER,
        release: record(0),
        question: statement(),
        stage: if submitted { InquiryStage::Submitted } else { InquiryStage::Draft },
        since: Instant::default(),
        submitted_at: submitted.then(Instant::default),
        exchanges: Vec::new(),
        status_told_at: None,
    }
}

fn engagement(choices: &Choices) -> Engagement {
    Engagement {
        developer: DEVELOPER,
        release: record(0),
        access_mode: AccessMode::default(),
        stage: if choices.handed_over { Stage::Conditions } else { Stage::Draft },
        since: Instant::default(),
        framework: None,
        framework_digest: None,
        migrated: false,
        proposed_at: choices.handed_over.then(Instant::default),
        weights_target: None,
        liaison: choices.liaison.map(account),
        signatory: choices.signatory.map(account),
        window: None,
        offers: Vec::new(),
        items: BTreeMap::new(),
        drafted_by: by(1),
        lead: None,
        sameness: None,
        records: EngagementRecords::default(),
        marking: None,
    }
}

/// A request under the Freedom of Information Act, before or after the developer was told.
fn foia_request(noticed: bool) -> FoiaRequest {
    let logged = FoiaEvent::Logged {
        engagement: ENGAGEMENT,
        developer: DEVELOPER,
        request: ExternalReference::parse("F-1").expect("a reference"),
        received_on: chrono::NaiveDate::default(),
    };
    let request = foia::evolve(None, &logged, Instant::default()).expect("a request");
    FoiaRequest { noticed_at: noticed.then(Instant::default), ..request }
}

fn condition(attached_to: Subject, partner: Option<OrganizationId>) -> Condition {
    Condition {
        developer: DEVELOPER,
        attached_to,
        partner,
        template: "nda".to_owned(),
        title: name("Nondisclosure"),
        subjects: BTreeSet::new(),
        functions: BTreeSet::new(),
        protected: Side::Developer,
        bound: Side::Government,
        personal: true,
        required: true,
        supersedes: None,
        stage: ConditionStage::Attached,
        since: Instant::default(),
        versions: Vec::new(),
        offers: Vec::new(),
        agreed: None,
        signatures: Vec::new(),
        acknowledgements: BTreeMap::new(),
        survives_months: None,
        waiver_cleared: false,
        survives_from: None,
        survival_ended: None,
        erased: None,
    }
}

fn document(attached_to: Subject, partner: Option<OrganizationId>) -> Document {
    Document {
        declared: Declared {
            developer: DEVELOPER,
            attached_to,
            partner,
            name: name("Agreement"),
            document_kind: DocumentKind::Agreement,
            media_type: MediaType::Plain,
            size_bytes: 1,
            sha256: Sha256Hex::of(b"x"),
            version: 1,
            parent: None,
            executes: None,
        },
        by: by(1),
        declared_at: Instant::default(),
        stage: DocumentStage::Available,
        since: Instant::default(),
        erased: None,
    }
}

/// How far a nomination went: proposed, approached, in decision, active.
fn nomination(partner: OrganizationId, progress: u8, reviewers: &[(u128, bool)]) -> Nomination {
    let signed = |number| Signed { by: by(number), at: Instant::default() };
    let stage = match progress {
        0 | 1 => NominationStage::Proposed,
        2 => NominationStage::Decision,
        _ => NominationStage::Active,
    };
    let reviewer = |(number, recused): &(u128, bool)| {
        let assigned =
            AssignedReviewer { agency: HOST, assigned_at: Instant::default(), recused: *recused, vote: None };
        (account(*number), assigned)
    };
    Nomination {
        developer: DEVELOPER,
        engagement: ENGAGEMENT,
        partner,
        stage,
        since: Instant::default(),
        proposed_by: by(1),
        approach_consent: (progress > 0).then(|| signed(2)),
        screening_nda: None,
        disclosed_at: None,
        criteria: BTreeMap::new(),
        reviewers: reviewers.iter().map(reviewer).collect(),
        consent: None,
        reconsidered: Reconsidered::default(),
        term_ends_at: None,
        no_objection: false,
        active_at: None,
        erased: None,
    }
}

fn grant(holder: u128, under: Option<(RecordId, OrganizationId)>, stage: GrantStage) -> Grant {
    Grant {
        developer: DEVELOPER,
        engagement: ENGAGEMENT,
        nomination: under.map(|(id, _)| id),
        holder: account(holder),
        holder_organization: under.map_or(HOST, |(_, organization)| organization),
        side: under.map_or(Side::Government, |_| Side::Partner),
        need_to_know: statement(),
        stage,
        since: Instant::default(),
        requested_at: Instant::default(),
        requested_by: by(4),
        approved_by: None,
        certified_at: None,
        erased: None,
    }
}

const fn locked_number(kind: Kind) -> u128 {
    match kind {
        Kind::Release => 0,
        Kind::Inquiry => 1,
        Kind::Engagement => 2,
        _ => 3,
    }
}

fn incident(under: Subject, partner: Option<OrganizationId>, locks: Option<Subject>) -> Incident {
    Incident {
        developer: DEVELOPER,
        under,
        engagement: (under.kind != Kind::Inquiry).then_some(ENGAGEMENT),
        nomination: (under.kind == Kind::Nomination).then_some(under.id),
        partner,
        incident_type: IncidentType::Loss,
        stage: IncidentStage::Reported,
        since: Instant::default(),
        reported_at: Instant::default(),
        reported_by: by(1),
        severity: None,
        implicated: BTreeSet::new(),
        notified_at: None,
        detail: None,
        acknowledged: None,
        spillage: locks.map(|record| Spillage { record, handed_off: None, lifted_at: None }),
    }
}

fn prerequisites(number: u128, organization: OrganizationId) -> Prerequisites {
    let side = PEOPLE.iter().find(|(person, ..)| *person == number).map_or(Side::Government, |(_, side, _)| *side);
    Prerequisites {
        account: AccountId(account(number).0),
        organization,
        side,
        attested_at: None,
        trained_at: None,
        screening: None,
        export_screening: None,
        changed_at: Instant::default(),
    }
}

fn handoff() -> Handoff {
    Handoff {
        developer: DEVELOPER,
        engagement: ENGAGEMENT,
        finding: ExternalReference::parse("F-1").expect("a short reference"),
        case_id: None,
        channel: Channel::EncryptedMail,
        tlp: Tlp::Amber,
        embargo: None,
        outcome: None,
        delivered_on: None,
        clearinghouse: None,
        acknowledged: None,
        claims: BTreeMap::new(),
        recorded_by: by(6),
        recorded_at: Instant::default(),
        stage: HandoffStage::Recorded,
        since: Instant::default(),
    }
}

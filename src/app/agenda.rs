//! What comes up for a person: open deadlines of every record that the person may read, judged in their cases as time
//! left them, with whose turn each is. Worklist, calendar and feed are made from it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    App, AppError, Principal, people,
    recording::name_of,
    reminding::words,
    view::{Names, may_know},
};
use crate::{
    authz::{Resource, Scope, Sight, sight},
    domain::{
        actor::{Actor, Role, Side},
        case::{Case, Facts, settle},
        deadline::{Date, DeadlineKind, OpenDeadline, Recipient, derive},
        id::{AccountId, Kind, RecordId, Subject},
        notice::{Addressee, addressees},
        time::Instant,
    },
    storage::{
        self, DeadlineRow, ReadTx,
        agenda::{Span, open_deadlines},
        cases,
    },
};

/// Cases as time left them, with the facts that they were judged by.
pub(super) struct Cases {
    /// By release, or by a person's record.
    pub(super) cases: BTreeMap<RecordId, Case>,
    /// Facts from outside the cases.
    pub(super) facts: Facts,
}

/// The open deadlines of each case, by their keys.
pub(super) type Opened = BTreeMap<RecordId, BTreeMap<String, OpenDeadline>>;

impl Cases {
    /// What is open in each of them. One whose deadlines cannot be derived has none; the log tells.
    pub(super) fn open(&self, now: Instant) -> Opened {
        let derived = |case: &Case| {
            derive(case, &self.facts, now).unwrap_or_else(|error| {
                tracing::error!(%error, "the deadlines of a case could not be derived and are left out");
                BTreeMap::new()
            })
        };
        self.cases.iter().map(|(id, case)| (*id, derived(case))).collect()
    }
}

/// Which deadlines are looked at; all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Which {
    /// Those of records of this kind.
    pub(super) kind: Option<Kind>,
    /// Those of this code, such as `D4`, without regard to case.
    pub(super) code: Option<String>,
}

impl Which {
    /// The names by which deadlines of the code are stored.
    fn names(&self) -> Option<Vec<String>> {
        let code = self.code.as_ref()?;
        let named = DeadlineKind::all().filter(|kind| kind.to_string().eq_ignore_ascii_case(code));
        Some(named.map(name_of).collect())
    }
}

/// The releases that the records of these deadlines stand under, and the records of people, which stand under none.
pub(super) fn behind(rows: &[(DeadlineRow, Subject)]) -> (BTreeSet<RecordId>, BTreeSet<RecordId>) {
    let releases = rows.iter().filter_map(|(row, _)| row.release).collect();
    let alone = rows.iter().filter(|(row, _)| row.release.is_none()).map(|(row, _)| row.aggregate).collect();
    (releases, alone)
}

/// An open deadline that the person may know of.
pub(super) struct Upcoming {
    /// The stored row.
    pub(super) row: DeadlineRow,
    /// The deadline as it follows from the case.
    pub(super) open: OpenDeadline,
    /// Whether it is the person's own turn.
    pub(super) mine: bool,
    /// Whose turn it is, as roles.
    pub(super) who: Vec<String>,
    /// The people in particular whose turn it is.
    pub(super) people: BTreeSet<AccountId>,
    /// Whether its date says when a window opens or closes, or is a plan for a release.
    pub(super) tells_of_window: bool,
}

/// Stored deadlines with their records, due instant and id of the last one, and whether there are more.
type Stored = (Vec<(DeadlineRow, Subject)>, Option<(Instant, Uuid)>, bool);

impl Upcoming {
    /// Whether it is the turn of somebody on this side, by role or in particular.
    pub(super) fn is_of(&self, side: Side, names: &Names) -> bool {
        let by_role = self.who.iter().filter_map(|who| Role::from_code(who)).any(|role| role.side() == Some(side));
        by_role || names.of_side(&self.people, side).next().is_some()
    }
}

/// What comes up.
pub(super) struct Agenda {
    /// The next due first.
    pub(super) upcoming: Vec<Upcoming>,
    /// Due instant and id of the last one that was looked at.
    pub(super) last: Option<(Instant, Uuid)>,
    /// Whether there is more than was looked at.
    pub(super) truncated: bool,
}

impl App {
    /// Open deadlines of what the person may read.
    pub(super) async fn agenda(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        span: Span,
        now: Instant,
    ) -> Result<Agenda, AppError> {
        let (rows, last, truncated) = self.agenda_rows(tx, viewer, &Which::default(), span).await?;
        let (releases, alone) = behind(&rows);
        let cases = self.cases(tx, &releases, &alone, now).await?;
        let upcoming = self.upcoming(viewer, rows, &cases, &mut cases.open(now));
        Ok(Agenda { upcoming, last, truncated })
    }

    /// The stored deadlines of what the person may read at most, the place of the last one, and whether there are more.
    pub(super) async fn agenda_rows(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        which: &Which,
        span: Span,
    ) -> Result<Stored, AppError> {
        let kinds = Kind::ALL.into_iter().filter(|kind| which.kind.is_none_or(|wanted| wanted == *kind));
        let scopes = kinds.map(|kind| storage::Scope::of(&Scope::of(&viewer.actor, kind)));
        let scope = scopes.reduce(storage::Scope::or).unwrap_or_else(storage::Scope::none);
        let rows = open_deadlines(tx, &scope, which.names().as_deref(), span).await?;
        let last = rows.last().map(|(row, _)| (row.due_at, row.id));
        let truncated = u64::try_from(rows.len()).is_ok_and(|rows| rows >= span.limit);
        Ok((rows, last, truncated))
    }

    /// The cases of releases and the records of people, folded forward; at most four statements.
    pub(super) async fn cases(
        &self,
        tx: &ReadTx,
        releases: &BTreeSet<RecordId>,
        alone: &BTreeSet<RecordId>,
        now: Instant,
    ) -> Result<Cases, AppError> {
        let mut found = cases::of_releases(tx, releases).await?;
        found.extend(cases::of_people(tx, alone).await?);
        let holders = found.values().flat_map(|case| case.grants.values()).map(|grant| grant.state.holder);
        // A delegation is void while whoever gave it does not hold the role.
        let given = found.values().flat_map(|case| case.releases.values()).flat_map(|entry| &entry.state.delegations);
        let named: BTreeSet<AccountId> = holders.chain(given.map(|given| given.by)).collect();
        let named: Vec<AccountId> = named.into_iter().collect();
        let facts = people::facts(self, tx, &Case::default(), &named, None).await?;
        found.retain(|id, case| match settle(case, &facts, Instant::MIN_UTC, now) {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(case.id = %id, %error, "a case could not be folded forward and is left out");
                false
            }
        });
        Ok(Cases { cases: found, facts })
    }

    /// Every row that still stands and that the policies show the person.
    pub(super) fn upcoming(
        &self,
        viewer: &Principal,
        rows: Vec<(DeadlineRow, Subject)>,
        cases: &Cases,
        open: &mut Opened,
    ) -> Vec<Upcoming> {
        let mut sights: BTreeMap<Subject, Option<Sight>> = BTreeMap::new();
        let mut upcoming = Vec::new();
        for (row, subject) in rows {
            let id = row.release.unwrap_or(row.aggregate);
            let Some(case) = cases.cases.get(&id) else { continue };
            let Some(found) = open.get_mut(&id).and_then(|open| open.remove(&row.key)) else { continue };
            let sight = *sights.entry(subject).or_insert_with(|| self.sight(&viewer.actor, case, subject));
            if sight.is_some_and(|sight| may_know(found.kind, &viewer.actor, sight)) {
                let mut one = judged(row, found, case, &viewer.actor);
                // Whoever sees an outline would learn who voted from who is still waited for.
                if sight != Some(Sight::Whole) {
                    one.people.clear();
                }
                upcoming.push(one);
            }
        }
        upcoming
    }

    /// The scope found the row; the policies have the last word.
    pub(super) fn sight(&self, actor: &Actor, case: &Case, subject: Subject) -> Option<Sight> {
        sight(self.engine(), actor, &Resource::of(case, subject)?)
    }
}

/// Whose turn an open deadline is.
pub(super) struct Turn {
    /// Whether it is the person's own.
    pub(super) mine: bool,
    /// Whose it is, as roles.
    pub(super) who: Vec<String>,
    /// The people in particular whose turn it is.
    pub(super) people: BTreeSet<AccountId>,
}

/// Whose turn the deadline is.
pub(super) fn turn(open: &OpenDeadline, case: &Case, actor: &Actor) -> Turn {
    let groups = open.kind.row().reminded;
    let to: Vec<Addressee> =
        groups.iter().flat_map(|group| addressees(case, open.subject, *group, &open.responsible)).collect();
    let mine = to.iter().any(|addressee| means(*addressee, actor));
    let who: BTreeSet<String> = groups.iter().flat_map(|group| roles(*group, &open.responsible)).collect();
    let people = to.iter().filter_map(|addressee| match addressee {
        Addressee::Account(account) => Some(*account),
        Addressee::Organization(..) | Addressee::Host(_) => None,
    });
    Turn { mine, who: who.into_iter().collect(), people: people.collect() }
}

fn judged(row: DeadlineRow, open: OpenDeadline, case: &Case, actor: &Actor) -> Upcoming {
    let Turn { mine, who, people } = turn(&open, case, actor);
    let tells_of_window = !words(open.kind, false).0.may_carry_task_date() || open.date == Date::OfWindow;
    Upcoming { row, open, mine, who, people, tells_of_window }
}

/// Whether the addressee is this person.
pub(super) fn means(addressee: Addressee, actor: &Actor) -> bool {
    match addressee {
        Addressee::Account(account) => actor.account == account,
        Addressee::Organization(organization, role) => actor.organization == organization && actor.has(role),
        Addressee::Host(role) => role.side() == Some(actor.side) && actor.has(role),
    }
}

/// Whose turn it is, without a name: roles, and `person` for somebody in particular.
fn roles(group: Recipient, responsible: &[Addressee]) -> Vec<String> {
    let code = |role: Role| role.code().to_owned();
    match group {
        Recipient::Responsible | Recipient::Signatory => responsible
            .iter()
            .map(|addressee| match addressee {
                Addressee::Account(_) => "person".to_owned(),
                Addressee::Organization(_, role) | Addressee::Host(role) => code(*role),
            })
            .collect(),
        Recipient::DeveloperLiaison => vec![code(Role::DeveloperLiaison)],
        Recipient::DeveloperOfficial => vec![code(Role::DeveloperOfficial)],
        Recipient::ProgramLiaison | Recipient::Custodian => vec![code(Role::ProgramLiaison)],
        Recipient::Reviewer => vec![code(Role::Reviewer)],
        Recipient::DeterminationRecorder => vec![code(Role::DeterminationRecorder)],
        Recipient::Evaluator => vec![code(Role::Evaluator)],
        Recipient::InsiderRisk => vec![code(Role::InsiderRiskOfficer)],
        Recipient::FrameworkOwner => vec![code(Role::FrameworkOwner)],
        Recipient::Records => vec![code(Role::RecordsOfficer)],
        Recipient::BothLeads => vec![code(Role::DeveloperLiaison), code(Role::ProgramLiaison)],
        Recipient::PartnerContact => vec![code(Role::PartnerContact)],
        Recipient::Approver | Recipient::Requester | Recipient::Person => vec!["person".to_owned()],
    }
}

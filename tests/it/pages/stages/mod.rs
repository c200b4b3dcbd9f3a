//! A page offers what the API allows on every kind of record in every stage of the workflow, for every role that sees it
//! there: one world in which a record comes to each of them, and the comparison of `support/offered.rs` for everybody at
//! each.

mod matter;
mod partner;
mod records;
mod texts;

use std::{cell::RefCell, collections::BTreeSet};

use anteroom::{
    authz::actors,
    domain::{
        action::Action,
        actor::Role,
        id::{Kind, OrganizationId},
        workflow::stages,
    },
};
use serde_json::Value;

use crate::support::{
    database::TestDatabase,
    desk::Desk,
    door::Door,
    offered::{Asker, Bodies, Found},
    people::{self, PASSWORD},
    scene::{FELIX, MARA, NORA, START},
    world::World,
};

const QUILLSTONE: [&str; 2] = [MARA, FELIX];
const ADA: &str = "ada.crane@cedarhollow.example.com";
const RHEA: &str = "rhea.lindt@larkspur.test";
const PAUL: &str = "paul.reyes@fado.test";
const CORA: &str = "cora.vance@fado.test";
const WES: &str = "wes.halloran@cedarhollow.example.com";
const ZOE: &str = "zoe.amari@cedarhollow.example.com";

/// Roles that nobody has in the world of every test, and seconds to those that act in pairs: the official who did not
/// offer, and the liaison who does not lead.
const MORE: [(&str, &str, &str, Role); 6] = [
    (ADA, "Ada Crane", "cedar_hollow", Role::OrganizationAdministrator),
    (RHEA, "Rhea Lindt", "larkspur", Role::DeveloperOfficial),
    (PAUL, "Paul Reyes", "fado", Role::ProgramLiaison),
    (CORA, "Cora Vance", "fado", Role::ConsultedOfficial),
    (WES, "Wes Halloran", "cedar_hollow", Role::PartnerUser),
    (ZOE, "Zoe Amari", "cedar_hollow", Role::PartnerUser),
];

/// What a role may read by its policies, and never comes to see: whose, which, in which stages, and why.
const NEVER: [(&[Role], Kind, &[&str], &str); 7] = [
    (
        &[Role::ProgramLiaison, Role::DeterminationRecorder, Role::Auditor],
        Kind::Inquiry,
        &["draft"],
        "what was never handed over is the developer's own, and no inquiry comes back to its draft",
    ),
    (
        &[Role::DeveloperLiaison, Role::DeveloperOfficial],
        Kind::FoiaRequest,
        &["logged", "searched"],
        "the developer learns of a request by the submitter notice",
    ),
    (
        &[Role::Evaluator],
        Kind::Engagement,
        &["draft", "proposed", "close_out", "closed"],
        "access is asked for after the acknowledgement, and ends with the window",
    ),
    (&[Role::Evaluator], Kind::Condition, &["discharged"], "access ends before what it hangs on"),
    (&[Role::PartnerUser], Kind::Condition, &["discharged"], "access ends with the nomination"),
    (&[Role::Evaluator], Kind::Document, &["erased"], "access ends before the records are disposed of"),
    (
        &[Role::DeveloperLiaison, Role::DeveloperOfficial],
        Kind::Prerequisites,
        &["open"],
        "developers hold no access, so that their people have no such record",
    ),
];

/// Those who stand for somebody else's role too: they look where it matters that they are others.
const SECONDS: [&str; 6] = [RHEA, PAUL, ZOE, NORA, "omar.haddad@cisa.fado.test", "rosa.pell@fado.test"];

/// One world, everybody in it at both doors, and what they saw.
struct Life {
    w: World,
    askers: Vec<(Asker, Role)>,
    bodies: Bodies,
    /// Which role may read records of which kind in which stage, at its best.
    readers: BTreeSet<(Role, Kind, &'static str)>,
    seen: RefCell<BTreeSet<(Role, Kind, String)>>,
    wrong: RefCell<Vec<String>>,
}

impl Drop for Life {
    /// A story that stops says what was wrong until then.
    #[expect(clippy::print_stderr, reason = "it is a part of what the failed test says")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            for one in self.wrong.borrow().iter() {
                eprintln!("{one}");
            }
        }
    }
}

impl Life {
    async fn begin(database: TestDatabase, scanner: String) -> Self {
        let mut w = World::with(database, START, |settings| settings.documents.scanner = Some(scanner)).await;
        for (email, name, organization, role) in MORE {
            let organization = OrganizationId(w.organizations[organization].parse().unwrap());
            let made = people::person(&w.app, email, name, organization, &[role], Some(PASSWORD)).await;
            w.accounts.insert(email.to_owned(), made);
        }
        let mut askers = Vec::new();
        for entry in w.app.accounts_as_operator().await.unwrap() {
            let [role] = &entry.roles[..] else { panic!("{} has one role", entry.email) };
            // What another developer sees is a matter of `isolation.rs`.
            if QUILLSTONE.contains(&entry.email.as_str()) {
                continue;
            }
            let (desk, door) = (Desk::signed_in(&w, &entry.email).await, Door::of(&w));
            let token = door.token(&entry.email).await;
            let asker = Asker { who: entry.email, desk, door, token, compared: RefCell::default() };
            askers.push((asker, role.role));
        }
        let bodies = Bodies::of(&askers[0].0.door).await;
        let readers = readers(&w);
        Self { w, askers, bodies, readers, seen: RefCell::default(), wrong: RefCell::default() }
    }

    /// A command that must succeed. No worker runs: what time brings, every answer folds in.
    async fn act(&self, who: &str, path: &str, body: Value) -> String {
        let answer = self.w.post(who, path, &body).await;
        assert!(answer.status.is_success(), "{who} POST {path}: {} {}", answer.status, answer.body);
        answer.body["reference"].as_str().unwrap_or_default().to_owned()
    }

    /// Compares, for somebody of each role that may ever read such a record, what the page of the record offers with what the API allows.
    async fn look(&self, kind: Kind, reference: &str) {
        let firsts = self.askers.iter().filter(|(asker, _)| !SECONDS.contains(&asker.who.as_str()));
        for (asker, role) in
            firsts.filter(|(_, role)| self.readers.iter().any(|(may, of, _)| may == role && *of == kind))
        {
            self.looked(asker, *role, kind, reference).await;
        }
    }

    /// The same for these people alone.
    async fn look_by(&self, who: &[&str], kind: Kind, reference: &str) {
        for (asker, role) in self.askers.iter().filter(|(asker, _)| who.contains(&asker.who.as_str())) {
            self.looked(asker, *role, kind, reference).await;
        }
    }

    async fn looked(&self, asker: &Asker, role: Role, kind: Kind, reference: &str) {
        let mut wrong = Vec::new();
        let found = asker.compare(&self.bodies, (kind, reference), &mut wrong).await;
        self.wrong.borrow_mut().extend(wrong);
        let Found::Seen(stage) = found else { return };
        // Before disclosure a partner knows no more than that it is asked.
        let stage = if stage == "approached" { "proposed".to_owned() } else { stage };
        // Of a kind with one stage nothing is said.
        let stage = match stages(kind) {
            [only] => (*only).to_owned(),
            _ => stage,
        };
        assert!(stages(kind).contains(&stage.as_str()), "{} {reference} is {stage}", asker.who);
        self.seen.borrow_mut().insert((role, kind, stage));
    }

    /// Every kind and stage that a role may read at its best was compared for that role.
    fn is_complete(&self) {
        assert!(self.wrong.borrow().is_empty(), "{:#?}", self.wrong.borrow());
        let seen = self.seen.borrow();
        let mut remaining = Vec::new();
        for (role, kind, stage) in &self.readers {
            let names =
                |of: &Kind, roles: &[Role], at: &[&str]| of == kind && roles.contains(role) && at.contains(stage);
            let is_never = NEVER.iter().any(|(roles, of, at, _)| names(of, roles, at));
            let was_seen = seen.contains(&(*role, *kind, (*stage).to_owned()));
            // What never comes and came is wrong as well.
            if is_never == was_seen {
                remaining.push(format!("{} {} {stage}: seen {was_seen}", role.code(), kind.name()));
            }
        }
        assert!(remaining.is_empty(), "compared, or said never to come: {remaining:#?}");
    }
}

fn readers(w: &World) -> BTreeSet<(Role, Kind, &'static str)> {
    let all = Kind::ALL.into_iter().flat_map(|kind| stages(kind).iter().map(move |stage| (kind, *stage)));
    let may = |(kind, stage)| {
        let roles = actors(w.app.engine(), Action::read(kind), stage).into_iter();
        roles.map(move |role| (role, kind, stage))
    };
    all.flat_map(may).collect()
}

/// The scanner of the quarantine: what holds `EICAR` is infected.
fn scanner(directory: &tempfile::TempDir) -> String {
    let script = directory.path().join("scan.sh");
    std::fs::write(&script, "case \"$(cat)\" in *EICAR*) exit 1;; esac\nexit 0\n").unwrap();
    format!("/bin/sh {}", script.display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_offers_what_the_api_allows_in_every_stage() {
    let directory = tempfile::tempdir().unwrap();
    let life = Life::begin(TestDatabase::sqlite().await, scanner(&directory)).await;
    let matter = matter::begin(&life).await;
    let partner = partner::begin(&life, &matter.engagement).await;
    matter::open(&life, &matter, &partner).await;
    records::of_an_open_window(&life, &matter.engagement, &partner.nomination).await;
    partner::nominated(&life, &partner).await;
    matter::close(&life, &matter, &partner).await;
    records::dispose(&life, &matter, &partner).await;
    life.is_complete();
}

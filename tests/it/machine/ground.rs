//! What the model takes from a world once: its people, their records of prerequisites, its organizations, and the other
//! facts of a decision. Ids of tests come from a seed, so that every world of the machine has the same ones.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use anteroom::{
    authz::{self, Engine, Resource},
    domain::{
        action::Action,
        actor::{Actor, Role},
        case::{Case, Entries, Facts, OrganizationFacts, PersonFacts, ReleaseFacts},
        command::Command,
        deadline::Calendars,
        document::DocumentLimits,
        engagement::other_release,
        framework::Framework,
        id::{AccountId, Kind, OrganizationId, Subject},
        prerequisites::Prerequisites,
        time::Instant,
    },
    storage::{Target, read_case},
};
use serde_json::json;

use crate::support::{
    database::TestDatabase,
    light::{DANA, INES, Light, TOBIAS},
    world::instant,
};

/// When every life begins: a Monday, ten days before another framework version comes into effect.
pub const START: &str = "2026-09-21T13:00:00Z";

/// The developer official's office of the other developer, and people whom no other test without a web server needs.
pub const MARA: &str = "mara.oduya@quillstone.test";
pub const NORA: &str = "nora.lindqvist@firstprairie.example.com";
pub const OMAR: &str = "omar.haddad@cisa.fado.test";
pub const JOAN: &str = "joan.mbeki@fado.test";
pub const ROSA: &str = "rosa.pell@fado.test";
pub const CARL: &str = "carl.dietz@fado.test";
pub const NIA: &str = "nia.holt@fado.test";
/// Another liaison of the office, whom the machine's worlds have beside everybody else.
pub const NILS: &str = "nils.aker@fado.test";

/// The facts around every case.
pub struct Ground {
    pub engine: Engine,
    pub facts: Facts,
    pub start: Instant,
    pub actors: BTreeMap<String, Actor>,
    pub organizations: BTreeMap<String, String>,
    pub people: Entries<Prerequisites>,
    /// The case of another release of the same developer, which both sides know of and nothing is under way in.
    pub other: Case,
}

static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (world, other) = world(TestDatabase::sqlite().await).await;
        let other = world.case(Kind::Release, &other).await;
        read(&world, other).await
    })
});

/// The facts; the first to ask makes them.
pub fn ground() -> &'static Ground {
    &GROUND
}

/// A world of the machine, and the reference of the other release.
pub async fn world(database: TestDatabase) -> (Light, String) {
    let mut world = Light::new(database, START).await;
    world.join(NILS, "Nils Aker", "fado", Role::ProgramLiaison).await;
    let body = json!({ "name": "Heron-2", "planned_partner_release": null });
    let other = world.must(TOBIAS, (Kind::Release, "register"), None, body).await;
    let engagement = world.must(INES, (Kind::Engagement, "draft"), None, json!({ "release": other })).await;
    let body = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    world.must(TOBIAS, (Kind::Engagement, "propose"), Some(&engagement), body).await;
    world.must(DANA, (Kind::Engagement, "claim"), Some(&engagement), json!({})).await;
    world.must(TOBIAS, (Kind::Engagement, "withdraw"), Some(&engagement), json!({})).await;
    world.work().await;
    (world, other)
}

impl Ground {
    /// The reference of the other release.
    pub fn other(&self) -> &str {
        self.other.release().map_or("", |(_, entry)| &entry.reference)
    }

    /// The facts for a command: with those of the other release where it is about that one, and may be.
    pub fn facts_for(
        &self,
        case: &Case,
        on: Subject,
        command: &Command,
        actor: &Actor,
        now: Instant,
    ) -> Cow<'_, Facts> {
        let Some((reference, must_see)) = other_release(case, on, command) else { return Cow::Borrowed(&self.facts) };
        let (id, entry) = self.other.release().expect("the other release");
        let resource = Resource::of(&self.other, Subject::new(Kind::Release, id)).expect("a release");
        let seen = authz::decide(&self.engine, actor, Action::read(Kind::Release), &resource).is_ok();
        if reference != entry.reference || (must_see && !seen) {
            return Cow::Borrowed(&self.facts);
        }
        let own = case.release().expect("a release").1;
        let merged = own.state.merged.iter().any(|merged| merged.release == reference);
        let mut other = ReleaseFacts::of(&self.other, now).expect("a release");
        other.merged_into = merged.then(|| own.reference.clone());
        let releases = BTreeMap::from([(reference.to_owned(), other)]);
        Cow::Owned(Facts { releases, ..self.facts.clone() })
    }

    pub fn actor(&self, who: &str) -> &Actor {
        self.actors.get(who).unwrap_or_else(|| panic!("nobody has the address {who}"))
    }

    pub fn account(&self, who: &str) -> AccountId {
        self.actor(who).account
    }
}

/// Reads the facts of a world; a world of the machine that gives others is not the one that the model speaks of.
pub async fn read(world: &Light, other: Case) -> Ground {
    let entries = world.app.accounts_as_operator().await.expect("the store answers");
    let (frameworks, _) = world.app.framework_versions().await.expect("the store answers");
    assert_eq!(frameworks.len(), Framework::builtin().expect("versions").len());
    let settings = &world.app.settings().documents;
    let mut people = BTreeMap::new();
    let mut of_people = Entries::new();
    for entry in &entries {
        let person = PersonFacts {
            organization: entry.organization,
            side: entry.side,
            roles: entry.roles.iter().filter(|role| role.confirmed_at.is_some()).map(|role| role.role).collect(),
            active: entry.active,
            second_factor: entry.second_factor,
            left: BTreeMap::new(),
        };
        people.insert(entry.id, person);
        of_people.extend(prerequisites(world, entry.id).await);
    }
    let organizations = world.organizations.iter().map(|(key, id)| {
        let id = OrganizationId(id.parse().expect("an id"));
        let side = entries.iter().find(|entry| entry.organization == id).expect("somebody").side;
        let is_framework_owner = ["treasury", "nsa", "cisa"].contains(&key.as_str());
        (id, OrganizationFacts { side, is_framework_owner, party_kind: None })
    });
    let facts = Facts {
        frameworks,
        calendars: std::sync::Arc::new(Calendars::default()),
        organizations: organizations.collect(),
        people,
        releases: BTreeMap::new(),
        agency_host: true,
        documents: DocumentLimits { most_bytes: settings.max_bytes, quota_bytes: settings.quota_bytes },
    };
    Ground {
        engine: Engine::new().expect("the policies are sound"),
        facts,
        start: instant(START),
        actors: entries.iter().map(|entry| (entry.email.clone(), world.principal(&entry.email).actor)).collect(),
        organizations: world.organizations.clone(),
        people: of_people,
        other,
    }
}

/// A person's record; developers have none.
pub async fn prerequisites(world: &Light, account: AccountId) -> Entries<Prerequisites> {
    let tx = world.store().begin_read().await.expect("the store answers");
    let loaded = read_case(&tx, &Target::Person(account), &[]).await.expect("the store answers");
    tx.end().await.expect("the store answers");
    loaded.map(|loaded| loaded.case.people).unwrap_or_default()
}

//! What the model takes from a world once: its people, their records of prerequisites, its organizations, and the other
//! facts of a decision. Ids of tests come from a seed, so that every world of the machine has the same ones.

use std::{collections::BTreeMap, sync::LazyLock};

use anteroom::{
    authz::Engine,
    domain::{
        actor::Actor,
        case::{Entries, Facts, OrganizationFacts, PersonFacts},
        deadline::Calendars,
        document::DocumentLimits,
        framework::Framework,
        id::{AccountId, OrganizationId},
        prerequisites::Prerequisites,
        time::Instant,
    },
    storage::{Target, read_case},
};

use crate::support::{database::TestDatabase, light::Light, world::instant};

/// When every life begins: a Monday.
pub const START: &str = "2026-11-02T14:00:00Z";

/// The developer official's office of the other developer, and people whom no other test without a web server needs.
pub const MARA: &str = "mara.oduya@quillstone.test";
pub const NORA: &str = "nora.lindqvist@firstprairie.example.com";
pub const OMAR: &str = "omar.haddad@cisa.fado.test";
pub const JOAN: &str = "joan.mbeki@fado.test";
pub const ROSA: &str = "rosa.pell@fado.test";
pub const CARL: &str = "carl.dietz@fado.test";
pub const NIA: &str = "nia.holt@fado.test";

/// The facts around every case.
pub struct Ground {
    pub engine: Engine,
    pub facts: Facts,
    pub start: Instant,
    pub actors: BTreeMap<String, Actor>,
    pub organizations: BTreeMap<String, String>,
    pub people: Entries<Prerequisites>,
}

static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { read(&Light::new(TestDatabase::sqlite().await, START).await).await })
});

/// The facts; the first to ask makes them.
pub fn ground() -> &'static Ground {
    &GROUND
}

impl Ground {
    pub fn actor(&self, who: &str) -> &Actor {
        self.actors.get(who).unwrap_or_else(|| panic!("nobody has the address {who}"))
    }

    pub fn account(&self, who: &str) -> AccountId {
        self.actor(who).account
    }
}

/// Reads the facts of a world; a world of the machine that gives others is not the one that the model speaks of.
pub async fn read(world: &Light) -> Ground {
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
    }
}

/// A person's record; developers have none.
pub async fn prerequisites(world: &Light, account: AccountId) -> Entries<Prerequisites> {
    let tx = world.store().begin_read().await.expect("the store answers");
    let loaded = read_case(&tx, &Target::Person(account), &[]).await.expect("the store answers");
    tx.end().await.expect("the store answers");
    loaded.map(|loaded| loaded.case.people).unwrap_or_default()
}

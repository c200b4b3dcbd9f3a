//! A world without a web server: the use cases over a store, with people who act through them directly. For tests that
//! run many commands, look behind the door, or need several services on one database.

use std::{collections::BTreeMap, time::Duration};

use anteroom::{
    app::{App, AppError, Idempotency, Outcome, Parts, Principal, Request, TargetRef, identity::AccountEntry},
    clock::Clock,
    config::Settings,
    domain::{
        action::Creates,
        actor::{Actor, Assurance, Role},
        case::Case,
        command::Command,
        id::{Kind, OrganizationId},
        text::Sha256Hex,
    },
    ids::Ids,
    mail::{
        Transport,
        transport::{CaptureBox, SmtpSettings, SmtpTransport, Tls},
    },
    storage::{
        Store, StoreOptions, Target,
        outbox::{self, DeliveryRow, OutboxRow},
        read_case,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};

use super::{database::TestDatabase, passing, people, smtp::SmtpServer, world::instant};

pub const INES: &str = "ines.varga@larkspur.test";
pub const TOBIAS: &str = "tobias.renn@larkspur.test";
pub const DANA: &str = "dana.whitlow@fado.test";
pub const GRANT: &str = "grant.okafor@nsa.fado.test";
pub const ADELE: &str = "adele.quist@fado.test";
pub const SAM: &str = "sam.petrov@fado.test";
pub const THEO: &str = "theo.marsh@fado.test";
pub const LENA: &str = "lena.fisk@cisa.fado.test";
pub const MARCUS: &str = "marcus.bell@treasury.fado.test";
pub const YUKI: &str = "yuki.andrade@cisa.fado.test";
pub const BEA: &str = "bea.tran@cedarhollow.example.com";
pub const FELIX: &str = "felix.stroud@quillstone.test";

/// The templates that together cover every subject and every function.
pub const TEMPLATES: [&str; 4] = ["nda", "ip_protection", "cybersecurity", "insider_risk"];

/// The world of one test.
pub struct Light {
    pub app: App,
    pub clock: Clock,
    pub accounts: BTreeMap<String, String>,
    pub organizations: BTreeMap<String, String>,
    actors: BTreeMap<String, Actor>,
    store: Store,
    database: TestDatabase,
}

impl Light {
    /// A world whose mail is captured.
    pub async fn new(database: TestDatabase, start: &str) -> Self {
        Self::with(database, start, Transport::Capture(CaptureBox::new()), "").await
    }

    /// A world with this way out for mail, and a mark before the names of developers and partners.
    pub async fn with(database: TestDatabase, start: &str, transport: Transport, mark: &str) -> Self {
        let clock = Clock::fixed(instant(start));
        let (app, store) = service(&database, &clock, transport, 7).await;
        let (organizations, accounts) = people::create_without_passwords(&app, mark).await;
        let entries = app.accounts_as_operator().await.expect("the store answers");
        let actors = entries.iter().map(|entry| (entry.email.clone(), actor_of(entry))).collect();
        let world = Self { app, clock, accounts, organizations, actors, store, database };
        world.work().await;
        world
    }

    /// Another person, beside those whom every test's world has.
    pub async fn join(&mut self, email: &str, name: &str, organization: &str, role: Role) {
        let organization = OrganizationId(self.organizations[organization].parse().expect("an id"));
        let account = people::person(&self.app, email, name, organization, &[role], None).await;
        self.accounts.insert(email.to_owned(), account);
        let entries = self.app.accounts_as_operator().await.expect("the store answers");
        let entry = entries.iter().find(|entry| entry.email == email).expect("the account");
        self.actors.insert(email.to_owned(), actor_of(entry));
    }

    /// Another service on the same database and clock, as a second instance would be.
    pub async fn twin(&self, transport: Transport) -> App {
        service(&self.database, &self.clock, transport, 8).await.0
    }

    /// As [`Light::twin`], with ids of another seed.
    pub async fn another(&self, transport: Transport, seed: u64) -> App {
        service(&self.database, &self.clock, transport, seed).await.0
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A connection of the test's own, for what no program would do.
    pub async fn raw(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.database.url());
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options).await.expect("the database answers")
    }

    /// The first column of the first row, as a number.
    pub async fn number(&self, sql: &str) -> i64 {
        let raw = self.raw().await;
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await;
        let row = row.expect("the statement runs").expect("there is a row");
        let number = row.try_get_by_index(0).expect("a number");
        raw.close().await.expect("it closes");
        number
    }

    /// The person who asks.
    pub fn principal(&self, who: &str) -> Principal {
        let actor = self.actors.get(who).unwrap_or_else(|| panic!("nobody has the address {who}"));
        Principal { actor: actor.clone(), session: None }
    }

    /// A command as the person would send it, with an idempotency key or only as a preview.
    pub fn request(
        &self,
        who: &str,
        (kind, name): (Kind, &str),
        target: Option<&str>,
        body: &Value,
        key: Option<&str>,
    ) -> (Request, TargetRef, Command) {
        let bytes = serde_json::to_vec(body).expect("JSON");
        let command = Command::parse(kind, name, &bytes).unwrap_or_else(|| panic!("no command {name}"));
        let command = command.unwrap_or_else(|error| panic!("{name} {body}: {error}"));
        let target = match (command.creates().0, target) {
            (Creates::No, Some(reference)) => TargetRef::Record(kind, reference.to_owned()),
            (Creates::No, None) => panic!("{name} acts on a record"),
            _ => TargetRef::New(kind),
        };
        let idempotency = key.map(|key| Idempotency {
            key: key.to_owned(),
            route: format!("/{}/{name}", kind.plural()),
            target: format!("{target:?}"),
            request_hash: Sha256Hex::of(&bytes).as_str().to_owned(),
        });
        let request = Request { principal: self.principal(who), preview: false, if_match: None, idempotency };
        (request, target, command)
    }

    /// A command; answers with the record's reference.
    pub async fn act(
        &self,
        who: &str,
        command: (Kind, &str),
        target: Option<&str>,
        body: Value,
    ) -> Result<String, AppError> {
        let (request, target, command) = self.request(who, command, target, &body, None);
        match self.app.execute(&request, &target, &command).await? {
            Outcome::Done(done) => Ok(done.reference),
            other => panic!("neither preview nor repeat: {other:?}"),
        }
    }

    /// A command that must succeed. Nothing is carried on after it.
    pub async fn must(&self, who: &str, command: (Kind, &str), target: Option<&str>, body: Value) -> String {
        let answer = self.act(who, command, target, body.clone()).await;
        answer.unwrap_or_else(|error| panic!("{who} {command:?} {target:?} {body}: {error:?}"))
    }

    /// Whether the command would succeed, without carrying it out.
    pub async fn would(&self, who: &str, command: (Kind, &str), target: &str, body: Value) -> Result<(), AppError> {
        let (mut request, target, command) = self.request(who, command, Some(target), &body, None);
        request.preview = true;
        self.app.execute(&request, &target, &command).await.map(drop)
    }

    /// A record as the person sees it.
    pub async fn seen(&self, who: &str, kind: Kind, reference: &str) -> Value {
        let found = self.app.record(&self.principal(who), kind, reference).await;
        let found = found.unwrap_or_else(|error| panic!("{who} {reference}: {error:?}"));
        serde_json::to_value(found.view).expect("JSON")
    }

    /// The case as it is stored, nothing folded forward.
    pub async fn case(&self, kind: Kind, reference: &str) -> Case {
        let tx = self.store.begin_read().await.expect("the store answers");
        let target = Target::Reference { kind, reference: reference.to_owned() };
        let loaded = read_case(&tx, &target, &[]).await.expect("the store answers");
        tx.end().await.expect("the store answers");
        loaded.unwrap_or_else(|| panic!("no case {reference}")).case
    }

    /// Moves the clock, with a worker that is always there in time.
    pub async fn at(&self, target: &str) {
        passing::until(&self.app, &self.clock, instant(target)).await;
    }

    /// As [`Light::at`], relative.
    pub async fn pass(&self, time: TimeDelta) {
        passing::until(&self.app, &self.clock, self.clock.business() + time).await;
    }

    /// Moves the clock while no worker runs.
    pub fn jump(&self, target: &str) {
        self.clock.advance_to(instant(target)).expect("time runs forward");
    }

    /// Everything that a worker does now; it must come to rest.
    pub async fn work(&self) {
        passing::work(&self.app).await;
    }

    /// Every mail of the outbox, the oldest first.
    pub async fn outbox(&self) -> Vec<OutboxRow> {
        let tx = self.store.begin_read().await.expect("the store answers");
        let mut rows = outbox::newest(&tx, 100_000).await.expect("the store answers");
        tx.end().await.expect("the store answers");
        rows.reverse();
        rows
    }

    /// Every attempt to deliver a mail.
    pub async fn deliveries(&self, mail: &OutboxRow) -> Vec<DeliveryRow> {
        let tx = self.store.begin_read().await.expect("the store answers");
        let rows = outbox::deliveries(&tx, mail.draft.id).await.expect("the store answers");
        tx.end().await.expect("the store answers");
        rows
    }

    /// The account's id.
    pub fn account(&self, email: &str) -> &str {
        self.accounts.get(email).unwrap_or_else(|| panic!("nobody has the address {email}"))
    }

    /// The organization's id.
    pub fn organization(&self, key: &str) -> &str {
        self.organizations.get(key).unwrap_or_else(|| panic!("no organization {key}"))
    }

    /// A release with its planned instant.
    pub async fn release(&self, who: &str, name: &str, planned: Option<&str>) -> String {
        let body = json!({ "name": name, "planned_partner_release": planned });
        self.must(who, (Kind::Release, "register"), None, body).await
    }

    /// An inquiry with its answer: eligible.
    pub async fn eligible(&self, who: &str, release: &str) -> String {
        let question = json!({ "release": release, "question": "Is it within the designation?" });
        let inquiry = self.must(who, (Kind::Inquiry, "draft"), None, question).await;
        let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
        let steps =
            [(who, "submit", attested), (DANA, "acknowledge", json!({})), (GRANT, "begin-assessment", json!({}))];
        for (who, name, body) in steps {
            self.must(who, (Kind::Inquiry, name), Some(&inquiry), body).await;
        }
        self.must(GRANT, (Kind::Inquiry, "record-determination"), Some(&inquiry), self.determination(true)).await;
        inquiry
    }

    /// The body of a determination.
    pub fn determination(&self, eligible: bool) -> Value {
        let today = self.clock.business().with_timezone(&self.app.settings().program.zone).date_naive();
        json!({
            "reference": "D-4471", "date": today, "result": "not_stated", "framework_eligible": eligible,
            "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": today }],
        })
    }

    /// An engagement that was proposed.
    pub async fn proposed(&self, release: &str) -> String {
        let engagement = self.must(INES, (Kind::Engagement, "draft"), None, json!({ "release": release })).await;
        let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
        self.must(TOBIAS, (Kind::Engagement, "propose"), Some(&engagement), proposal).await;
        engagement
    }

    /// Acknowledged, with its signatory.
    pub async fn acknowledged(&self, engagement: &str) {
        let check = json!({ "conflict_check": true });
        self.must(DANA, (Kind::Engagement, "acknowledge"), Some(engagement), check).await;
        let signatory = json!({ "signatory": self.account(ADELE) });
        self.must(DANA, (Kind::Engagement, "assign-signatory"), Some(engagement), signatory).await;
    }

    /// The digest of a condition's newest text.
    pub async fn digest(&self, condition: &str) -> String {
        let case = self.case(Kind::Condition, condition).await;
        let entry = case.conditions.values().find(|entry| entry.reference == condition).expect("the condition");
        entry.state.versions.last().expect("a text").digest.as_str().to_owned()
    }

    /// A condition from template to the last signature.
    pub async fn agreed(
        &self,
        attach_to: &str,
        template: &str,
        effective_at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
    ) -> String {
        let body = json!({ "attach_to": attach_to, "template": template });
        let condition = self.must(DANA, (Kind::Condition, "attach"), None, body).await;
        let digest = self.digest(&condition).await;
        let terms = json!({ "digest": digest, "effective_at": effective_at, "expires_at": expires_at });
        self.must(DANA, (Kind::Condition, "offer-agreement"), Some(&condition), terms).await;
        let case = self.case(Kind::Condition, &condition).await;
        let entry = case.conditions.values().find(|entry| entry.reference == condition).expect("the condition");
        let hash = entry.state.offers.last().expect("an offer").hash.as_str().to_owned();
        self.must(INES, (Kind::Condition, "accept-agreement"), Some(&condition), json!({ "hash": hash })).await;
        for (who, name) in [(TOBIAS, "Tobias Renn"), (ADELE, "Adele Quist")] {
            let body =
                json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
            self.must(who, (Kind::Condition, "sign"), Some(&condition), body).await;
        }
        condition
    }

    /// Every condition in force at once.
    pub async fn ready(&self, engagement: &str) -> Vec<String> {
        let mut conditions = Vec::new();
        for template in TEMPLATES {
            conditions.push(self.agreed(engagement, template, self.clock.business(), None).await);
        }
        conditions
    }

    /// The hash of the engagement's newest offer.
    pub async fn offer(&self, engagement: &str) -> Option<String> {
        let case = self.case(Kind::Engagement, engagement).await;
        let entry = case.engagements.values().find(|entry| entry.reference == engagement).expect("the engagement");
        entry.state.offers.last().map(|offer| offer.hash.as_str().to_owned())
    }

    /// Both keys of an opening.
    pub async fn scheduled(&self, engagement: &str, open_at: DateTime<Utc>) {
        let terms = json!({ "open_at": open_at });
        self.must(DANA, (Kind::Engagement, "schedule-window"), Some(engagement), terms).await;
        let hash = self.offer(engagement).await.expect("an offer");
        self.must(TOBIAS, (Kind::Engagement, "accept-offer"), Some(engagement), json!({ "hash": hash })).await;
    }

    /// A grant that is approved; its holder acknowledged every personal text, and attested if told so.
    pub async fn granted(&self, engagement: &str, conditions: &[String]) -> String {
        let request = json!({
            "under": engagement, "holder": self.account(LENA), "need_to_know": "Evaluates cyber capability",
            "unclassified_attestation": true,
        });
        let grant = self.must(DANA, (Kind::Grant, "request"), None, request).await;
        let person = self.account(LENA);
        let trained = json!({ "trained_at": self.clock.business() });
        let steps = [
            (LENA, "attest", json!({ "intent": true })),
            (SAM, "record-training", trained),
            (SAM, "record-screening", json!({ "reference": "PS-118" })),
            (SAM, "record-export-screening", json!({ "reference": "EX-204" })),
        ];
        for (who, name, body) in steps {
            self.must(who, (Kind::Prerequisites, name), Some(person), body).await;
        }
        self.must(SAM, (Kind::Grant, "clear-prerequisites"), Some(&grant), json!({})).await;
        self.must(TOBIAS, (Kind::Grant, "approve"), Some(&grant), json!({})).await;
        for condition in conditions {
            let body = json!({ "digest": self.digest(condition).await, "intent": true });
            // Texts that bind organizations alone ask nobody.
            self.act(LENA, (Kind::Condition, "acknowledge"), Some(condition), body).await.ok();
        }
        grant
    }
}

fn actor_of(entry: &AccountEntry) -> Actor {
    Actor {
        account: entry.id,
        organization: entry.organization,
        side: entry.side,
        roles: entry.roles.iter().map(|role| role.role).collect(),
        assurance: Assurance::Aal2,
        name: entry.name.clone(),
        link: None,
    }
}

/// A way out for mail to this server.
pub fn smtp(server: &SmtpServer) -> Transport {
    let transport = SmtpTransport::new(&SmtpSettings {
        host: server.addr.ip().to_string(),
        port: server.addr.port(),
        tls: Tls::None,
        username: None,
        password: None,
        helo_name: "tests.example.com".to_owned(),
        extra_root_pem: None,
        timeout: Duration::from_secs(30),
        max_idle: 4,
        dkim: None,
    });
    Transport::Smtp(transport.expect("the transport is sound"))
}

async fn service(database: &TestDatabase, clock: &Clock, transport: Transport, seed: u64) -> (App, Store) {
    let options =
        StoreOptions { url: database.url().to_owned(), max_connections: 8, acquire_timeout: Duration::from_secs(20) };
    let store = Store::connect(&options).await.expect("the database answers");
    let settings = Settings::for_tests().expect("the tests' settings are sound");
    let parts = Parts { store: store.clone(), clock: clock.clone(), ids: Ids::seeded(seed), settings, transport };
    (App::new(parts).expect("the service can be put together"), store)
}

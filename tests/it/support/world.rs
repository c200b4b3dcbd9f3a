//! A world of its own for each test: a database, a clock that the test moves, a real SMTP server, the service behind a
//! real socket, and the people of two developers, the program office, its agencies and a partner.

use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex};

use anteroom::{
    app::{App, Parts},
    clock::Clock,
    config::Settings,
    ids::Ids,
    mail::{
        Transport,
        transport::{SmtpSettings, SmtpTransport, Tls},
    },
    storage::{Store, StoreOptions, outbox},
    web::{health::Readiness, routes::router, serve},
};
use chrono::{DateTime, Utc};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{database::TestDatabase, passing, people, smtp::SmtpServer};

/// The world of one test.
pub struct World {
    pub app: App,
    pub clock: Clock,
    pub smtp: SmtpServer,
    pub address: SocketAddr,
    pub accounts: BTreeMap<String, String>,
    pub organizations: BTreeMap<String, String>,
    client: Client,
    tokens: Mutex<BTreeMap<String, String>>,
    store: Store,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<std::io::Result<()>>>,
    database: TestDatabase,
}

/// An answer: its status, headers that tests look at, and its body.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub bytes: Vec<u8>,
    pub body: Value,
}

/// A mail as the story lists it: when, to whom, which notice, about which record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sent {
    pub at: String,
    pub to: String,
    pub code: String,
    pub reference: String,
}

impl World {
    /// A world whose clocks stand at `start`.
    pub async fn new(database: TestDatabase, start: &str) -> Self {
        Self::with(database, start, |_| {}).await
    }

    /// The same, with other settings.
    pub async fn with(database: TestDatabase, start: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let mut world = Self::bare(database, start, change).await;
        (world.organizations, world.accounts) = people::create(&world.app).await;
        world
    }

    /// A service with nobody in it, not even an administrator.
    #[expect(clippy::disallowed_methods, reason = "the service runs beside the test and ends with its world")]
    pub async fn bare(database: TestDatabase, start: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let smtp = SmtpServer::start().await;
        let mut settings = Settings::for_tests().expect("the tests' settings are sound");
        change(&mut settings);
        // Key derivation is slow on purpose, and a test derives twenty keys before it begins. A configuration may not say so.
        (settings.auth.password_memory_kib, settings.auth.password_passes) = (8, 1);
        let transport = SmtpTransport::new(&SmtpSettings {
            host: smtp.addr.ip().to_string(),
            port: smtp.addr.port(),
            tls: Tls::None,
            username: None,
            password: None,
            helo_name: "tests.example.com".to_owned(),
            extra_root_pem: None,
            timeout: std::time::Duration::from_secs(10),
            max_idle: 4,
            dkim: None,
        });
        let clock = Clock::fixed(instant(start));
        let store = connect(database.url()).await;
        let parts = Parts {
            store: store.clone(),
            clock: clock.clone(),
            ids: Ids::seeded(7),
            settings,
            transport: Transport::Smtp(transport.expect("the transport is sound")),
        };
        let app = App::new(parts).expect("the service can be put together");
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the listener has an address");
        let readiness = Readiness::default();
        let routes = router(app.clone(), readiness.clone()).expect("the routes can be put together");
        let shutdown = async {
            stopped.await.ok();
        };
        let served = tokio::spawn(serve::serve(listener, routes, serve::Limits::default(), readiness, shutdown));
        Self {
            app,
            clock,
            smtp,
            address,
            accounts: BTreeMap::new(),
            organizations: BTreeMap::new(),
            client: super::client().build().expect("a client"),
            tokens: Mutex::default(),
            store,
            stop: Some(stop),
            served: Some(served),
            database,
        }
    }

    /// The instant at which the next act takes place. Everything that is due until then takes place at its own instant.
    pub async fn at(&self, instant: &str) {
        passing::until(&self.app, &self.clock, self::instant(instant)).await;
    }

    /// Moves the clock without any worker running.
    pub fn at_without_worker(&self, instant: &str) {
        self.clock.advance_to(self::instant(instant)).expect("time runs forward");
    }

    /// Everything that a worker does now.
    pub async fn work(&self) {
        passing::work(&self.app).await;
    }

    /// A command that must succeed, and the mail that it brings; answers with the record's reference.
    pub async fn act(&self, who: &str, path: &str, body: Value) -> String {
        let answer = self.post(who, path, &body).await;
        assert!(answer.status.is_success(), "{who} POST {path}: {} {}", answer.status, answer.body);
        self.work().await;
        answer.body["reference"].as_str().unwrap_or_default().to_owned()
    }

    /// A command that must be refused with this problem.
    pub async fn refused(&self, who: &str, path: &str, body: Value, status: u16, problem: &str) -> Answer {
        let answer = self.post(who, path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{who} POST {path}: {}", answer.body);
        let kind = answer.body["type"].as_str().unwrap_or_default();
        assert_eq!(kind, format!("/problems/{problem}"), "{who} POST {path}: {}", answer.body);
        answer
    }

    /// A record that must be readable.
    pub async fn record(&self, who: &str, path: &str) -> Value {
        let answer = self.get(who, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{who} GET {path}: {}", answer.body);
        answer.body
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(Method::GET, who, path, None, &[]).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, who, path, Some(body.to_string().into_bytes()), &[]).await
    }

    /// Any request: path below `/api/v1/`, raw body, further headers.
    pub async fn send(
        &self,
        method: Method,
        who: &str,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let token = self.token(who).await;
        let url = format!("http://{}/api/v1/{path}", self.address);
        let mut request = self.client.request(method, url).bearer_auth(token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            if headers.iter().all(|(name, _)| *name != "content-type") {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body);
        }
        answer(request.send().await.expect("the server answers")).await
    }

    /// Signs the person in once.
    async fn token(&self, who: &str) -> String {
        let known = self.tokens.lock().expect("no test panicked here").get(who).cloned();
        if let Some(token) = known {
            return token;
        }
        let url = format!("http://{}/api/v1/auth/token", self.address);
        let body = json!({ "email": who, "password": people::PASSWORD });
        let request = self.client.post(url).json(&body).send().await.expect("the server answers");
        let answer = answer(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{who} cannot sign in: {}", answer.body);
        let token = answer.body["access_token"].as_str().expect("an access token").to_owned();
        self.tokens.lock().expect("no test panicked here").insert(who.to_owned(), token.clone());
        token
    }

    /// Every mail that the SMTP server received, in the order of its instant, with what the outbox knows of it.
    pub async fn mails(&self) -> Vec<Sent> {
        let tx = self.store.begin_read().await.expect("the store answers");
        let rows = outbox::newest(&tx, 10_000).await.expect("the store answers");
        tx.end().await.expect("the store answers");
        let by_id: BTreeMap<String, _> =
            rows.into_iter().map(|row| (row.draft.message_id.clone(), row.draft)).collect();
        let mut sent: Vec<Sent> = self
            .smtp
            .received()
            .into_iter()
            .map(|mail| {
                let header = |name: &str| {
                    let found = mail.headers.iter().find(|(header, _)| header == name);
                    found.map(|(_, value)| value.clone()).unwrap_or_default()
                };
                let id = header("message-id").trim_matches(['<', '>']).to_owned();
                let row = by_id.get(&id).unwrap_or_else(|| panic!("a mail that is not in the outbox: {id}"));
                assert_eq!(mail.recipients.len(), 1, "one recipient a mail");
                let date = DateTime::parse_from_rfc2822(&header("date")).expect("a date").to_utc();
                let local = |name: &str| name.split('@').next().unwrap_or_default().to_owned();
                Sent {
                    at: date.format("%Y-%m-%d %H:%M").to_string(),
                    to: local(&mail.recipients[0]),
                    code: row.code.clone(),
                    reference: row.reference.clone().unwrap_or_default(),
                }
            })
            .collect();
        sent.sort();
        sent
    }

    /// The account's id, for bodies.
    pub fn account(&self, email: &str) -> &str {
        self.accounts.get(email).unwrap_or_else(|| panic!("nobody has the address {email}"))
    }

    /// The organization's id, for bodies.
    pub fn organization(&self, key: &str) -> &str {
        self.organizations.get(key).unwrap_or_else(|| panic!("no organization {key}"))
    }

    /// The database's address.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// The store, for tests that look behind the door.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stops the server; the database goes with the world.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(served) = self.served.take() {
            served.await.expect("the server ends by itself").expect("the server ends well");
        }
    }
}

async fn answer(response: Response) -> Answer {
    let status = response.status();
    let etag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let bytes = response.bytes().await.expect("the body arrives").to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status, etag, bytes, body }
}

async fn connect(url: &str) -> Store {
    let options =
        StoreOptions { url: url.to_owned(), max_connections: 8, acquire_timeout: std::time::Duration::from_secs(20) };
    let store = Store::connect(&options).await.expect("the database answers");
    store.migrate().await.expect("the schema can be made");
    store
}

/// An instant in RFC 3339.
pub fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an instant").to_utc()
}

//! A developer that hosts itself (domain section 0), from nothing: it asks a government and a partner in by mail, and
//! everything that they do, they do by single-use links out of their own mails. The developer tries every way to act for
//! them, and finds none.

use std::{cell::RefCell, collections::BTreeMap};

use anteroom::{
    app::identity::{FirstAdministrator, NewAccount},
    config::Deployment,
    domain::{
        action::Creates,
        actor::Role,
        command::Command,
        id::Kind,
        text::{Name, Sha256Hex},
    },
    web::pages::table,
};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    contents,
    database::TestDatabase,
    desk::{Desk, Page},
    door::{Door, Reply, text},
    people::PASSWORD,
    world::World,
};

const NORA: &str = "nora.quill@larkspur.test";
const INES: &str = "ines.varga@larkspur.test";
const TOBIAS: &str = "tobias.renn@larkspur.test";
const RHEA: &str = "rhea.lindt@larkspur.test";
const DANA: &str = "dana.whitlow@office.example.gov";
const ADELE: &str = "adele.quist@office.example.gov";
const GRANT: &str = "grant.okafor@nsa.example.gov";
const MARCUS: &str = "marcus.bell@treasury.example.gov";
const LENA: &str = "lena.fisk@nsa.example.gov";
const BEA: &str = "bea.tran@cedarhollow.example.com";

on_both! {
    government_and_partner_act_by_links_from_inquiry_to_close
    a_link_works_once_for_its_address_and_its_record
    the_developer_finds_no_way_to_act_for_the_government
    a_guest_sends_no_form_but_those_of_the_own_record
}

/// Somebody of another side, as the invitation left them.
#[derive(Clone, Debug)]
struct Guest {
    account: String,
    code: String,
}

/// A deployment of one developer.
struct Scene {
    w: World,
    door: Door,
    organizations: BTreeMap<&'static str, String>,
    guests: BTreeMap<&'static str, Guest>,
    /// Links that were used, by what stands behind their `#`.
    used: RefCell<Vec<String>>,
}

impl Scene {
    /// The developer and its people, and the organizations that it knows.
    async fn begin(database: TestDatabase) -> Self {
        let single = |settings: &mut anteroom::config::Settings| {
            settings.program.deployment = Deployment::SingleDeveloper;
        };
        let w = World::bare(database, "2026-11-02T14:00:00Z", single).await;
        let name = |text: &str| Name::parse(text).unwrap();
        let first = FirstAdministrator {
            organization: name("Larkspur Cognition"),
            email: NORA.to_owned(),
            name: name("Nora Quill"),
            password: PASSWORD.to_owned(),
        };
        let nora = w.app.create_first_administrator(&first).await.unwrap();
        for (email, who, role) in [
            (INES, "Ines Varga", Role::DeveloperLiaison),
            (TOBIAS, "Tobias Renn", Role::DeveloperOfficial),
            (RHEA, "Rhea Lindt", Role::DeveloperOfficial),
        ] {
            let (name, organization) = (name(who), nora.organization);
            let new = NewAccount { email: email.to_owned(), name, organization, roles: vec![role] };
            w.app.create_account_as_operator(&new, Some(PASSWORD)).await.unwrap();
        }
        let door = Door::of(&w);
        let mut organizations = BTreeMap::from([("larkspur", nora.organization.to_string())]);
        let ines = door.token(INES).await;
        for (key, name, side, owner) in [
            ("office", "Frontier Access Office", "government", false),
            ("nsa", "NSA", "government", true),
            ("treasury", "Treasury", "government", true),
            ("cedar_hollow", "Cedar Hollow Rural Hospital", "partner", false),
        ] {
            let body = json!({ "name": name, "side": side, "framework_owner": owner });
            let made = door.post(&ines, "/api/v1/organizations", &body).await.succeeded(name).body;
            assert_eq!((&made["is_host"], &made["agency_of"]), (&json!(false), &Value::Null), "{made}");
            organizations.insert(key, text(&made, "id"));
        }
        Self { w, door, organizations, guests: BTreeMap::new(), used: RefCell::default() }
    }

    /// Everybody of the other sides, invited by the liaison and confirmed by the official.
    async fn with_guests(database: TestDatabase) -> Self {
        let mut scene = Self::begin(database).await;
        for (email, name, organization, role) in [
            (DANA, "Dana Whitlow", "office", "PL"),
            (ADELE, "Adele Quist", "office", "GS"),
            (GRANT, "Grant Okafor", "nsa", "DT"),
            (MARCUS, "Marcus Bell", "treasury", "RV"),
            (BEA, "Bea Tran", "cedar_hollow", "TC"),
        ] {
            let guest = scene.invite(email, name, organization, role).await;
            scene.guests.insert(email, guest);
        }
        scene
    }

    fn invitation(&self, email: &str, name: &str, organization: &str, role: &str) -> Value {
        json!({ "email": email, "name": name, "organization": self.organizations[organization], "roles": [role] })
    }

    /// Invites, accepts out of the mail, and has what takes two people confirmed.
    async fn invite(&self, email: &'static str, name: &str, organization: &str, role: &str) -> Guest {
        let ines = self.door.token(INES).await;
        let body = self.invitation(email, name, organization, role);
        let made = self.door.post(&ines, "/api/v1/invitations", &body).await.succeeded(email).body;
        assert_eq!((&made["external"], &made["state"]), (&json!(true), &json!("open")), "{made}");
        self.w.work().await;
        let link = self.mailed(email, "/invitation#").pop().expect("an invitation in the mail");
        let accept = json!({ "link": link, "email": email });
        let accepted = self.door.post_unsigned("/api/v1/auth/invitation", &accept).await.succeeded(email).body;
        assert_eq!((&accepted["external"], accepted.get("second_factor")), (&json!(true), None), "{accepted}");
        let guest = Guest { account: text(&accepted, "account"), code: text(&accepted, "code") };
        self.confirm(&guest.account, role).await;
        guest
    }

    /// The second person is the developer's official, who is another one than who asked.
    async fn confirm(&self, account: &str, role: &str) {
        let accounts = self.door.get(&self.door.token(TOBIAS).await, "/api/v1/accounts").await.succeeded("accounts");
        let accounts = accounts.body.as_array().cloned().unwrap();
        let entry = accounts.iter().find(|entry| entry["id"] == account).expect("the account");
        let held = entry["roles"].as_array().unwrap().iter().find(|held| held["role"] == role).expect("the role");
        if held["confirmed_at"].is_null() {
            let path = format!("/api/v1/accounts/{account}/roles/{}/confirm", text(held, "id"));
            let ines = self.door.token(INES).await;
            self.door.post(&ines, &path, &json!({})).await.is(403, "forbidden", "who asked does not confirm");
            let tobias = self.door.token(TOBIAS).await;
            self.door.post(&tobias, &path, &json!({})).await.succeeded("the second person");
        }
    }

    /// The links in a person's mails, oldest first.
    fn mailed(&self, who: &str, path: &str) -> Vec<String> {
        let mails = self.w.smtp.received().into_iter().filter(|mail| mail.recipients.iter().any(|to| to == who));
        let link = |mail: crate::support::smtp::Mail| {
            mail.text.split_whitespace().find(|word| word.contains(path)).map(str::to_owned)
        };
        mails.filter_map(link).collect()
    }

    /// The newest link that the person was mailed for the record, unless it was used.
    fn waiting(&self, who: &str, reference: &str) -> Option<String> {
        let mails = self.w.smtp.received().into_iter().filter(|mail| mail.recipients.iter().any(|to| to == who));
        let about = mails.filter(|mail| mail.text.contains(&format!("Record: {reference}")));
        let mut newest = about
            .filter_map(|mail| mail.text.split_whitespace().find(|word| word.contains("/link#")).map(str::to_owned));
        newest.next_back().filter(|link| !self.used.borrow().contains(link))
    }

    /// A link for the record: the one in the mail that asks, or one that the person asks for.
    async fn link(&self, who: &str, reference: &str) -> String {
        self.w.work().await;
        if let Some(link) = self.waiting(who, reference) {
            return link;
        }
        self.w.clock.advance_system(TimeDelta::minutes(10)).unwrap();
        let body = json!({ "email": who, "reference": reference });
        let answer = self.door.post_unsigned("/api/v1/auth/external-link/request", &body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        self.w.work().await;
        self.waiting(who, reference).unwrap_or_else(|| panic!("{who} was mailed no link to {reference}"))
    }

    async fn open_with(&self, link: &str, email: &str, code: &str) -> Reply {
        let body = json!({ "link": link, "email": email, "code": code });
        self.door.post_unsigned("/api/v1/auth/external-link", &body).await
    }

    /// The access token of a session on one record.
    async fn open(&self, who: &str, reference: &str) -> String {
        let link = self.link(who, reference).await;
        let opened = self.open_with(&link, who, &self.guests[who].code).await.succeeded(who).body;
        self.used.borrow_mut().push(link);
        assert_eq!((&opened["reference"], &opened["assurance"]), (&json!(reference), &json!("aal1")), "{opened}");
        text(&opened, "access_token")
    }

    /// A browser with a session on one record.
    async fn at_desk(&self, who: &str, reference: &str) -> Desk {
        let link = self.link(who, reference).await;
        let mut desk = Desk::of(&self.w);
        let fields = [("link", link.as_str()), ("email", who), ("code", self.guests[who].code.as_str())];
        let opened = desk.send("/link", &fields).await.is(303, who);
        desk.cookie = opened.header("set-cookie").split(';').next().map(str::to_owned);
        self.used.borrow_mut().push(link);
        desk
    }

    /// An act of another side, by a link of its own.
    async fn by_link(&self, who: &str, kind: &str, reference: &str, command: &str, body: Value) -> Value {
        let token = self.open(who, reference).await;
        let path = format!("/api/v1/{kind}/{reference}/{command}");
        let answer = self.door.post(&token, &path, &body).await.succeeded(&path).body;
        self.w.work().await;
        answer
    }

    /// What a person of another side reads by a link.
    async fn seen(&self, who: &str, kind: &str, reference: &str) -> Value {
        let token = self.open(who, reference).await;
        self.door.get(&token, &format!("/api/v1/{kind}/{reference}")).await.succeeded(reference).body
    }

    /// An act of the developer's own, signed in.
    async fn act(&self, who: &str, path: &str, body: Value) -> String {
        let token = self.door.token(who).await;
        let answer = self.door.post(&token, &format!("/api/v1/{path}"), &body).await.succeeded(path).body;
        self.w.work().await;
        answer["reference"].as_str().unwrap_or_default().to_owned()
    }

    async fn read(&self, who: &str, path: &str) -> Value {
        let token = self.door.token(who).await;
        self.door.get(&token, &format!("/api/v1/{path}")).await.succeeded(path).body
    }

    /// A release with a submitted inquiry.
    async fn inquiry(&self, name: &str) -> (String, String) {
        let release = json!({ "name": name, "planned_partner_release": "2026-12-23T09:00:00-05:00" });
        let release = self.act(TOBIAS, "releases", release).await;
        let question = json!({ "release": release, "question": "Is it within the designation?" });
        let inquiry = self.act(INES, "inquiries", question).await;
        let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
        self.act(INES, &format!("inquiries/{inquiry}/submit"), attested).await;
        (release, inquiry)
    }

    async fn proposal(&self, release: &str) -> String {
        let engagement = self.act(INES, "engagements", json!({ "release": release })).await;
        let proposal = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
        self.act(TOBIAS, &format!("engagements/{engagement}/propose"), proposal).await;
        engagement
    }
}

async fn government_and_partner_act_by_links_from_inquiry_to_close(database: TestDatabase) {
    let s = Scene::with_guests(database).await;
    let (release, inquiry) = s.inquiry("Heron-3").await;
    assert!(s.waiting(DANA, &inquiry).is_some(), "the notice that asks carries the link");
    s.by_link(DANA, "inquiries", &inquiry, "acknowledge", json!({})).await;
    s.by_link(GRANT, "inquiries", &inquiry, "begin-assessment", json!({})).await;
    let determination = json!({
        "reference": "D-4471", "date": "2026-11-02", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-02" }],
    });
    s.by_link(GRANT, "inquiries", &inquiry, "record-determination", determination).await;

    let engagement = s.proposal(&release).await;
    assert!(s.waiting(DANA, &engagement).is_some(), "a proposal asks the liaison");
    s.by_link(DANA, "engagements", &engagement, "acknowledge", json!({ "conflict_check": true })).await;
    let signatory = json!({ "signatory": s.guests[ADELE].account });
    s.by_link(DANA, "engagements", &engagement, "assign-signatory", signatory).await;
    let conditions = agree(&s, &engagement).await;
    assert_eq!(s.read(INES, &format!("engagements/{engagement}")).await["stage"], "ready");

    let window = json!({ "open_at": "2026-11-23T09:00:00-05:00" });
    s.by_link(DANA, "engagements", &engagement, "schedule-window", window).await;
    let hash = s.read(TOBIAS, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    s.act(TOBIAS, &format!("engagements/{engagement}/accept-offer"), json!({ "hash": hash })).await;
    let nomination = approached(&s, &engagement).await;
    s.w.at("2026-11-23T14:00:00Z").await;
    assert_eq!(s.read(INES, &format!("engagements/{engagement}")).await["stage"], "window_open");
    s.w.at("2026-12-23T14:00:00Z").await;
    assert_eq!(s.read(INES, &format!("engagements/{engagement}")).await["stage"], "close_out");
    s.act(TOBIAS, &format!("engagements/{engagement}/record-release"), json!({ "kind": "partner" })).await;
    s.by_link(DANA, "engagements", &engagement, "close", json!({})).await;
    let hash = s.read(INES, &format!("engagements/{engagement}")).await["offers"][0]["hash"].clone();
    s.act(INES, &format!("engagements/{engagement}/accept-offer"), json!({ "hash": hash })).await;
    let seen = s.read(INES, &format!("engagements/{engagement}")).await;
    assert_eq!((&seen["stage"], &seen["outcome"]), (&json!("closed"), &json!("completed")));

    actors(&s, &format!("inquiries/{inquiry}"), &[("inquiry.acknowledged", "Dana Whitlow")]).await;
    actors(&s, &format!("engagements/{engagement}"), &[("engagement.acknowledged", "Dana Whitlow")]).await;
    actors(&s, &format!("conditions/{}", conditions[0]), &[("condition.signed", "Adele Quist")]).await;
    deliberation_is_hidden(&s, &engagement, &nomination).await;
    let report = s.w.app.verify().await.unwrap();
    assert!(report.checked.events > 40 && report.differences.is_empty(), "{report:?}");
    s.w.stop().await;
}

/// Four conditions, offered and signed for the government by links, accepted and signed by the developer.
async fn agree(s: &Scene, engagement: &str) -> Vec<String> {
    let token = s.open(DANA, engagement).await;
    let mut conditions = Vec::new();
    for template in ["nda", "ip_protection", "cybersecurity", "insider_risk"] {
        let body = json!({ "attach_to": engagement, "template": template });
        let made = s.door.post(&token, "/api/v1/conditions", &body).await.succeeded(template).body;
        conditions.push(text(&made, "reference"));
    }
    s.w.work().await;
    for condition in &conditions {
        let digest = s.seen(DANA, "conditions", condition).await["texts"][0]["digest"].clone();
        let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
        s.by_link(DANA, "conditions", condition, "offer-agreement", terms).await;
        let hash = s.read(INES, &format!("conditions/{condition}")).await["offers"][0]["hash"].clone();
        s.act(INES, &format!("conditions/{condition}/accept-agreement"), json!({ "hash": hash })).await;
        let signature = |name: &str| {
            json!({
                "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true,
            })
        };
        s.act(TOBIAS, &format!("conditions/{condition}/sign"), signature("Tobias Renn")).await;
        s.by_link(ADELE, "conditions", condition, "sign", signature("Adele Quist")).await;
    }
    conditions
}

/// The partner's contact signs the generic agreement by a link, too.
async fn approached(s: &Scene, engagement: &str) -> String {
    let body = json!({ "engagement": engagement, "partner": s.organizations["cedar_hollow"] });
    let nomination = s.act(INES, "nominations", body).await;
    s.act(TOBIAS, &format!("nominations/{nomination}/consent-approach"), json!({})).await;
    let generic = s.seen(BEA, "nominations", &nomination).await;
    let signature = json!({
        "digest": generic["screening_nda"]["digest"], "typed_name": "Bea Tran", "capacity": "partner contact",
        "intent": true,
    });
    s.by_link(BEA, "nominations", &nomination, "sign-screening-nda", signature).await;
    actors(s, &format!("nominations/{nomination}"), &[("nomination.screening_nda_signed", "Bea Tran")]).await;
    s.act(INES, &format!("nominations/{nomination}/disclose"), json!({})).await;
    nomination
}

/// The developer's timeline has the people of the other sides as those who acted, and by which way.
async fn actors(s: &Scene, path: &str, expected: &[(&str, &str)]) {
    let timeline = s.read(INES, &format!("{path}/timeline")).await;
    for (event, name) in expected {
        let found = timeline.as_array().unwrap().iter().find(|entry| {
            entry["event"] == *event && entry["by"]["name"] == *name && entry["by"]["via"] == "external_link"
        });
        assert!(found.is_some(), "{event} by {name}: {timeline:#}");
    }
    let own = timeline.as_array().unwrap().iter().filter(|entry| entry["by"]["name"] == "Ines Varga");
    assert!(own.clone().all(|entry| entry["by"].get("via").is_none()), "the developer signs in");
}

/// What the government says to itself stays its own, though the developer hosts it and administers.
async fn deliberation_is_hidden(s: &Scene, engagement: &str, nomination: &str) {
    for who in [INES, TOBIAS] {
        for path in [format!("engagements/{engagement}"), format!("nominations/{nomination}")] {
            let timeline = s.read(who, &format!("{path}/timeline")).await;
            let hidden = timeline.as_array().unwrap().iter().filter(|entry| entry["audience"]["to"] == "government");
            assert_eq!(hidden.count(), 0, "{who} {path}");
        }
    }
    let own = s.seen(DANA, "engagements", engagement).await;
    assert_eq!(own["stage"], "closed");
    let token = s.open(DANA, engagement).await;
    let theirs = s.door.get(&token, &format!("/api/v1/engagements/{engagement}/timeline")).await.succeeded("hers").body;
    let said = theirs.as_array().unwrap().iter().filter(|entry| entry["audience"]["to"] == "government").count();
    assert!(said > 0, "there is something to hide: {theirs}");
    let nora = s.door.token(NORA).await;
    let path = format!("/api/v1/engagements/{engagement}");
    s.door.get(&nora, &path).await.is(404, "not-found", "an administrator reads no engagement");
}

async fn a_link_works_once_for_its_address_and_its_record(database: TestDatabase) {
    let s = Scene::with_guests(database).await;
    let (release, first) = s.inquiry("Heron-3").await;
    let (_, second) = s.inquiry("Heron-4").await;
    let engagement = s.proposal(&release).await;
    let link = s.link(DANA, &first).await;
    let secret = link.split('#').nth(1).unwrap().to_owned();
    let stored = format!("{:?}", contents::of(s.w.url()).await);
    assert!(!stored.contains(&secret), "no copy of the secret is kept");
    let stored_hash = Sha256Hex::of(secret.as_bytes());
    assert!(stored.contains(stored_hash.as_str()), "its hash is");
    let code = s.guests[DANA].code.clone();
    for (what, link, email, code) in [
        ("another address", link.as_str(), ADELE, code.as_str()),
        ("a developer's address", &link, INES, &code),
        ("another's code", &link, DANA, &s.guests[ADELE].code),
        ("no code", &link, DANA, ""),
        ("a guess", "anr_ot_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DANA, &code),
        ("the invitation's link", &s.mailed(DANA, "/invitation#")[0], DANA, &code),
    ] {
        let answer = s.open_with(link, email, code).await;
        answer.is(422, "invalid-body", what);
        assert_eq!(answer.pointers(), ["/link"], "{what}");
    }
    let typed = code.to_lowercase().replace('-', " ");
    let (one, other) = tokio::join!(s.open_with(&link, DANA, &code), s.open_with(&link, DANA, &typed));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "one link is one session: {} {}", one.body, other.body);
    s.open_with(&link, DANA, &code).await.is(422, "invalid-body", "a replay");
    let token = text(if one.status == 200 { &one.body } else { &other.body }, "access_token");
    reaches_nothing_else(&s, &token, &first, &second, &engagement).await;

    let acknowledge = format!("/api/v1/inquiries/{first}/acknowledge");
    s.door.post(&token, &acknowledge, &json!({})).await.succeeded("the record that it was sent for");
    s.w.clock.advance_system(TimeDelta::minutes(15)).unwrap();
    s.door.get(&token, &format!("/api/v1/inquiries/{first}")).await.is(
        401,
        "unauthenticated",
        "a quarter of an hour on",
    );

    let late = s.link(GRANT, &second).await;
    s.w.clock.advance_system(TimeDelta::hours(24)).unwrap();
    s.open_with(&late, GRANT, &s.guests[GRANT].code).await.is(422, "invalid-body", "a day later");
    requests_tell_nothing(&s, &second).await;
    a_locked_record_stops_no_mail(&s, &release, &first).await;
    removal_ends_links(&s, &second).await;
    s.w.stop().await;
}

/// A session on one record is good for that one and no other door.
async fn reaches_nothing_else(s: &Scene, token: &str, own: &str, other: &str, engagement: &str) {
    s.door.get(token, &format!("/api/v1/inquiries/{own}")).await.succeeded("its own record");
    for path in
        [format!("inquiries/{other}"), format!("inquiries/{other}/timeline"), format!("engagements/{engagement}")]
    {
        s.door.get(token, &format!("/api/v1/{path}")).await.is(404, "not-found", &path);
    }
    for (path, body) in [
        (format!("inquiries/{other}/acknowledge"), json!({})),
        (format!("engagements/{engagement}/acknowledge"), json!({ "conflict_check": true })),
        (format!("engagements/{engagement}/claim"), json!({})),
    ] {
        s.door.post(token, &format!("/api/v1/{path}"), &body).await.is(404, "not-found", &path);
    }
    let body = json!({ "attach_to": engagement, "template": "nda" });
    s.door.post(token, "/api/v1/conditions", &body).await.is(422, "invalid-field", "under another record");
    for path in ["inquiries", "engagements", "worklist", "me/sessions", "organizations", "invitations", "calendar"] {
        let answer = s.door.get(token, &format!("/api/v1/{path}")).await;
        assert!(answer.status == 403 || answer.status == 404, "{path}: {} {}", answer.status, answer.body);
    }
    let new = s.invitation("friend@elsewhere.example", "A Friend", "office", "PL");
    s.door.post(token, "/api/v1/invitations", &new).await.is(403, "forbidden", "invites nobody");
    let password = json!({ "old_password": "", "new_password": PASSWORD });
    s.door.post(token, "/api/v1/auth/password/change", &password).await.is(403, "forbidden", "gets no password");
}

/// Asking for a link is answered alike for everybody, and brings mail to nobody but who may read the record.
async fn requests_tell_nothing(s: &Scene, inquiry: &str) {
    const PATH: &str = "/api/v1/auth/external-link/request";
    s.w.work().await;
    let before = s.w.smtp.received().len();
    let mut answers = Vec::new();
    for (email, reference) in [
        ("nobody@elsewhere.example", inquiry),
        (INES, inquiry),
        (ADELE, inquiry),
        (BEA, inquiry),
        (DANA, "INQ-2026-ZZZZZZ"),
    ] {
        answers.push(s.door.post_unsigned(PATH, &json!({ "email": email, "reference": reference })).await);
    }
    for (email, reference, pointer) in [("no address", inquiry, "/email"), (DANA, "no; reference", "/reference")] {
        let answer = s.door.post_unsigned(PATH, &json!({ "email": email, "reference": reference })).await;
        answer.is(422, "invalid-body", "what cannot be one, whoever asks");
        assert_eq!(answer.pointers(), [pointer]);
    }
    s.w.work().await;
    assert_eq!(s.w.smtp.received().len(), before, "who may not read it gets nothing");
    for _ in 0..3 {
        answers.push(s.door.post_unsigned(PATH, &json!({ "email": GRANT, "reference": inquiry })).await);
    }
    s.w.work().await;
    assert_eq!(s.w.smtp.received().len(), before + 1, "and who may gets one in ten minutes");
    assert!(answers.iter().all(|answer| (answer.status, &answer.bytes) == (202, &answers[0].bytes)), "{answers:?}");
    let mut refused = 0;
    for _ in 0..20 {
        let answer = s.door.post_unsigned(PATH, &json!({ "email": "x@elsewhere.example", "reference": "INQ" })).await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused > 0, "an address asks so often and no more");
}

/// A link to a record that spillage locks is mailed to nobody, and the mails behind the request go out.
async fn a_locked_record_stops_no_mail(s: &Scene, release: &str, locked: &str) {
    let ines = s.door.token(INES).await;
    let report = json!({ "under": release, "incident_type": "spillage", "record": locked });
    s.door.post(&ines, "/api/v1/incidents", &report).await.succeeded("reported");
    s.w.work().await;
    let before = s.w.smtp.received().len();
    s.w.clock.advance_system(TimeDelta::minutes(10)).unwrap();
    let asked = json!({ "email": DANA, "reference": locked });
    assert_eq!(s.door.post_unsigned("/api/v1/auth/external-link/request", &asked).await.status, 202);
    let ines = s.door.token(INES).await;
    let invited = s.invitation("omar.haddad@office.example.gov", "Omar Haddad", "office", "PL");
    s.door.post(&ines, "/api/v1/invitations", &invited).await.succeeded("invited");
    s.w.work().await;
    let since: Vec<_> = s.w.smtp.received().into_iter().skip(before).collect();
    assert!(since.iter().all(|mail| !mail.text.contains("/link#")), "{since:?}");
    assert!(since.iter().any(|mail| mail.recipients == ["omar.haddad@office.example.gov"]), "{since:?}");
}

/// Whoever was removed opens nothing any more.
async fn removal_ends_links(s: &Scene, inquiry: &str) {
    let link = s.waiting(GRANT, inquiry).expect("a link that was not used");
    // The one that came with the notice has ended by time: she asks for another.
    let ended = s.waiting(DANA, inquiry);
    s.used.borrow_mut().extend(ended);
    let token = s.open(DANA, inquiry).await;
    let nora = s.door.token(NORA).await;
    for who in [GRANT, DANA] {
        let path = format!("/api/v1/accounts/{}/remove", s.guests[who].account);
        s.door.post(&nora, &path, &json!({})).await.succeeded("removed");
    }
    s.open_with(&link, GRANT, &s.guests[GRANT].code).await.is(422, "invalid-body", "of a removed person");
    let read = s.door.get(&token, &format!("/api/v1/inquiries/{inquiry}")).await;
    read.is(401, "unauthenticated", "an open session ends with the removal");
}

async fn the_developer_finds_no_way_to_act_for_the_government(database: TestDatabase) {
    let s = Scene::with_guests(database).await;
    let (release, inquiry) = s.inquiry("Heron-3").await;
    let engagement = s.proposal(&release).await;
    let (nora, ines, tobias) = (s.door.token(NORA).await, s.door.token(INES).await, s.door.token(TOBIAS).await);
    // Its own accounts take no role of the government.
    let me = s.door.get(&ines, "/api/v1/me").await.succeeded("/me").body;
    for role in ["PL", "GS", "RV", "DT", "EV", "IR", "CO", "TC", "TU"] {
        let path = format!("/api/v1/accounts/{}/roles", text(&me, "account"));
        s.door.post(&nora, &path, &json!({ "role": role })).await.is(422, "invalid-body", role);
        let new = s.invitation("new@larkspur.test", "New Person", "larkspur", role);
        s.door.post(&nora, "/api/v1/invitations", &new).await.is(422, "invalid-body", role);
        let new = json!({
            "email": "new@larkspur.test", "name": "New Person", "organization": s.organizations["larkspur"],
            "roles": [role],
        });
        s.door.post(&nora, "/api/v1/accounts", &new).await.is(422, "invalid-body", role);
    }
    no_account_of_another_side(&s, &[&nora, &ines, &tobias]).await;
    // Nor does it act, though it hosts and administers.
    let (nora, ines, tobias) = (s.door.token(NORA).await, s.door.token(INES).await, s.door.token(TOBIAS).await);
    for token in [&nora, &ines, &tobias] {
        for (path, body) in [
            (format!("inquiries/{inquiry}/acknowledge"), json!({})),
            (format!("inquiries/{inquiry}/begin-assessment"), json!({})),
            (format!("engagements/{engagement}/acknowledge"), json!({ "conflict_check": true })),
            (format!("engagements/{engagement}/claim"), json!({})),
            (format!("engagements/{engagement}/decline"), json!({})),
        ] {
            let answer = s.door.post(token, &format!("/api/v1/{path}"), &body).await;
            assert!([403, 404, 422].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        }
    }
    // A link out of another's mail, in the developer's hands, opens nothing without the personal code.
    let link = s.link(DANA, &engagement).await;
    s.open_with(&link, DANA, "0000-0000-0000-0000").await.is(422, "invalid-body", "no code");
    s.open_with(&link, INES, "0000-0000-0000-0000").await.is(422, "invalid-body", "its own address");
    // A host's role counts in administration and in no record.
    let ask = json!({ "role": "FO" });
    let path = format!("/api/v1/accounts/{}/roles", text(&me, "account"));
    s.door.post(&nora, &path, &ask).await.succeeded("the host's role for its own people");
    assert_eq!(s.read(INES, &format!("engagements/{engagement}")).await["stage"], "proposed");
    s.w.stop().await;
}

/// Accounts of other sides come by invitations to their own mailboxes alone.
async fn no_account_of_another_side(s: &Scene, tokens: &[&String]) {
    for token in tokens {
        let new = json!({
            "email": "fake@elsewhere.example", "name": "Fake", "organization": s.organizations["office"],
            "roles": ["PL"],
        });
        let answer = s.door.post(token, "/api/v1/accounts", &new).await;
        answer.is(422, "invalid-body", "an account whose link one is handed");
        let invite = format!("/api/v1/accounts/{}/invite", s.guests[DANA].account);
        s.door.post(token, &invite, &json!({})).await.is(403, "forbidden", "a link to another's account");
        for (email, what) in [
            ("ines.alias@larkspur.test", "a mailbox of its own domain"),
            (INES, "the address of its own account"),
            (DANA, "an address that has an account"),
        ] {
            let new = s.invitation(email, "Fake", "office", "PL");
            let answer = s.door.post(token, "/api/v1/invitations", &new).await;
            answer.is(422, "invalid-body", what);
            assert_eq!(answer.pointers(), ["/email"], "{what}");
        }
        for role in ["SA", "AU", "RF", "CO", "OA", "DA", "TC"] {
            let new = s.invitation("guest@elsewhere.example", "Guest", "office", role);
            s.door.post(token, "/api/v1/invitations", &new).await.is(422, "invalid-body", role);
        }
    }
    let operator = NewAccount {
        email: "fake@elsewhere.example".to_owned(),
        name: Name::parse("Fake").unwrap(),
        organization: anteroom::domain::id::OrganizationId(s.organizations["office"].parse().unwrap()),
        roles: vec![Role::ProgramLiaison],
    };
    assert!(s.w.app.create_account_as_operator(&operator, Some(PASSWORD)).await.is_err(), "nor at the machine");
    assert!(s.w.app.password_link_as_operator(DANA).await.is_err(), "nor by a password for another's account");
    let signed_in = s.door.sign_in_with(DANA, &s.guests[DANA].code, None).await;
    signed_in.is(401, "wrong-credentials", "the code is no password");
    // Whoever asked for a role of two people does not confirm it, official or not.
    let tobias = s.door.token(TOBIAS).await;
    let new = s.invitation("second.signatory@office.example.gov", "Second Signatory", "office", "GS");
    s.door.post(&tobias, "/api/v1/invitations", &new).await.succeeded("the official invites");
    s.w.work().await;
    let email = "second.signatory@office.example.gov";
    let link = s.mailed(email, "/invitation#").pop().unwrap();
    let accept = json!({ "link": link, "email": email });
    let made = s.door.post_unsigned("/api/v1/auth/invitation", &accept).await.succeeded("accepted").body;
    let accounts = s.door.get(&tobias, "/api/v1/accounts").await.succeeded("accounts").body;
    let entry = accounts.as_array().unwrap().iter().find(|entry| entry["id"] == made["account"]).unwrap();
    let path = format!("/api/v1/accounts/{}/roles/{}/confirm", text(entry, "id"), text(&entry["roles"][0], "id"));
    s.door.post(&tobias, &path, &json!({})).await.is(403, "forbidden", "the one who asked");
    s.door.post(&s.door.token(RHEA).await, &path, &json!({})).await.succeeded("another official");
    // A holder of access signs in with two factors and cannot come by links.
    let new = s.invitation(LENA, "Lena Fisk", "nsa", "EV");
    let made = s.door.post(&tobias, "/api/v1/invitations", &new).await.succeeded("an evaluator").body;
    assert_eq!(made["external"], false);
    s.w.work().await;
    let link = s.mailed(LENA, "/invitation#").pop().unwrap();
    let accept = json!({ "link": link, "email": LENA, "new_password": "wet gravel orchard 58" });
    let accepted = s.door.post_unsigned("/api/v1/auth/invitation", &accept).await.succeeded("accepted").body;
    assert!(accepted["second_factor"]["secret"].is_string() && accepted.get("code").is_none(), "{accepted}");
}

/// What anybody sends, with a session or without; and the end of the own session.
const OPEN: [&str; 8] =
    ["/first-administrator", "/invitation", "/link", "/link/request", "/password", "/sign-in", "/sign-out", "/theme"];

/// An address of the route: records by their kind, anything else by an id that nothing has.
fn address(route: &str, records: &BTreeMap<Kind, &str>) -> String {
    let kind = Kind::ALL.into_iter().find(|kind| route.starts_with(&format!("/{}/{{reference}}", kind.plural())));
    let nobody = "00000000-0000-4000-8000-000000000000".to_owned();
    let of = |kind: Kind| match records.get(&kind) {
        Some(reference) => (*reference).to_owned(),
        None if kind == Kind::Prerequisites => nobody.clone(),
        None => format!("{}-2026-ZZZZZZ", kind.prefix()),
    };
    let reference = kind.map_or_else(|| nobody.clone(), of);
    let part = |part: &str| match part {
        "{reference}" => reference.clone(),
        "{digest}" => "0".repeat(64),
        part if part.starts_with('{') => nobody.clone(),
        part => part.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Sends an empty form, with a file's encoding where that is asked for.
async fn empty(desk: &Desk, path: &str, token: &str) -> Page {
    let sent = desk.send(path, &[("csrf", token)]).await;
    if sent.status != 415 {
        return sent;
    }
    let body = format!("--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b--\r\n");
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=b")];
    desk.raw(Method::POST, path, &headers, body.into_bytes()).await
}

/// Every form of every page, sent by a guest: what is not of the own record is refused, as its page is. What makes a
/// record names the one that it stands under in the form, and an empty one makes nothing.
async fn a_guest_sends_no_form_but_those_of_the_own_record(database: TestDatabase) {
    let s = Scene::with_guests(database).await;
    let (release, inquiry) = s.inquiry("Heron-3").await;
    let engagement = s.proposal(&release).await;
    let (_, other) = s.inquiry("Heron-4").await;
    let own_acts: Vec<String> = Command::catalog()
        .into_iter()
        .filter(|facts| facts.creates == Creates::No && facts.action.kind == Kind::Engagement)
        .map(|facts| format!("/engagements/{{reference}}/{}", facts.action.name))
        .collect();
    for (own, records, acts) in [
        (("inquiries", &inquiry), [(Kind::Inquiry, other.as_str()), (Kind::Engagement, engagement.as_str())], &[][..]),
        (
            ("engagements", &engagement),
            [(Kind::Inquiry, inquiry.as_str()), (Kind::Engagement, engagement.as_str())],
            &own_acts[..],
        ),
    ] {
        // A minute's requests are counted by the system clock.
        s.w.clock.advance_system(TimeDelta::minutes(2)).unwrap();
        let (desk, records) = (s.at_desk(DANA, own.1).await, BTreeMap::from(records));
        let home = format!("/{}/{}", own.0, own.1);
        let page = desk.get(&home).await.is(200, "the own record");
        let token = page.all("[name=csrf]", "value").into_iter().next().expect("a form on the page");
        let routes = table().into_iter().filter(|route| route.posts && !OPEN.contains(&route.path.as_str()));
        let mut walked = 0;
        for route in routes.filter(|route| !acts.contains(&route.path)) {
            let path = address(&route.path, &records);
            let sent = empty(&desk, &path, &token).await.status;
            if route.path.starts_with("/new/") || route.path == "/documents/new" {
                assert!([403, 404, 422].contains(&sent), "{path}: {sent}");
            } else {
                assert!([403, 404].contains(&sent), "{path}: {sent}");
                let asked = if route.gets { desk.get(&path).await.status } else { sent };
                assert_eq!(sent, asked, "{path}: the form is refused as its page is");
            }
            walked += 1;
        }
        assert!(walked > 100, "{walked}");
        desk.get(&home).await.is(200, "the session goes on");
    }
    s.w.stop().await;
}

//! Nobody reads what is not theirs (domain invariants 12, 15 and 16). Two developers whose every text is a canary have a
//! matter each, with a nomination of the same partner; everybody reads everything that the route table has, and what
//! they found must be exactly what the roles allow.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::{
    app::identity::NewAccount,
    domain::{
        actor::Role,
        id::{Kind, OrganizationId},
        text::Name,
    },
    storage::{self, Target},
    web::{openapi::kind_of_plural, routes::table},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use crate::support::{
    database::TestDatabase,
    matters::{self, ADELE, DANA, Developer, GRANT, LARKSPUR, LENA, QUILLSTONE, SAM, THEO},
    people::PASSWORD,
    world::{Answer, World},
};

on_both! {
    everybody_finds_what_the_roles_allow_and_no_more
    what_one_may_not_know_of_looks_like_what_does_not_exist
    a_disclosure_tells_of_its_own_developer_alone
    what_is_hidden_leaves_no_trace
    outlines_say_what_they_may
    the_feed_names_nobody
    an_act_that_ends_sight_answers_with_a_receipt
    the_officer_sees_the_offer_that_waits_for_the_own_key
}

const MARCUS: &str = "marcus.bell@treasury.fado.test";
const YUKI: &str = "yuki.andrade@cisa.fado.test";
const OMAR: &str = "omar.haddad@cisa.fado.test";
const NIA: &str = "nia.holt@fado.test";
const CARL: &str = "carl.dietz@fado.test";
const JOAN: &str = "joan.mbeki@fado.test";
const ROSA: &str = "rosa.pell@fado.test";
const BEA: &str = "bea.tran@cedarhollow.example.com";
const NORA: &str = "nora.lindqvist@firstprairie.example.com";
const RHEA: &str = "rhea.pool@fado.test";
const PILAR: &str = "pilar.spare@fado.test";
const CONOR: &str = "conor.asked@fado.test";
const FAYE: &str = "faye.archive@fado.test";
const OLA: &str = "ola.admin@larkspur.test";
const TESS: &str = "tess.user@cedarhollow.example.com";

/// People of roles that the world does not have from the start.
const FURTHER: &[(&str, &str, &str, Role)] = &[
    (RHEA, "Rhea Pool", "fado", Role::ProgramLiaison),
    (PILAR, "Pilar Spare", "fado", Role::ProgramLiaison),
    (CONOR, "Conor Asked", "fado", Role::ConsultedOfficial),
    (FAYE, "Faye Archive", "fado", Role::RecordsOfficer),
    (OLA, "Ola Admin", "larkspur", Role::OrganizationAdministrator),
    (TESS, "Tess User", "cedar_hollow", Role::PartnerUser),
];

/// The partner that both developers nominated.
const PARTNER: &str = "Cedar Hollow Rural Hospital";

/// Routes that are read without a record.
const COLLECTIONS: &[&str] = &[
    "accounts",
    "organizations",
    "me",
    "me/preferences",
    "me/sessions",
    "frameworks",
    "sectors",
    "working-days",
    "milestones",
    "worklist",
    "calendar",
    "search",
    "saved-views",
];

/// Routes that are no record's, with the reason why the walk leaves them to other tests.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/calendar/{file}", "the secret address of a feed, read below"),
    ("/api/v1/frameworks/{id}", "public rules of the program"),
    ("/api/v1/frameworks/{id}/differences", "public rules of the program"),
    ("/api/v1/framework-drafts", "the framework owners' own: framework.rs"),
    ("/api/v1/framework-drafts/{digest}", "the framework owners' own: framework.rs"),
    ("/api/v1/accounts/{account}/sessions", "an organization's own: identity/others_sessions.rs"),
    ("/api/v1/invitations", "an organization's own: identity/invitations.rs"),
    ("/api/v1/mail-log", "the system administrator's own: correspondence/bounces.rs"),
    ("/api/v1/mail-problems", "those who look after mail: correspondence/bounces.rs"),
    ("/api/v1/figures", "counts without small cells: figures.rs"),
    ("/api/v1/api-tokens", "a developer's own, told apart by its organization below"),
];

/// A record with the developer that owns it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Owned {
    owner: &'static str,
    kind: Kind,
    reference: String,
    id: String,
}

struct Scene {
    w: World,
    records: Vec<Owned>,
}

impl Scene {
    /// Larkspur's matter has a scheduled window, a grant and reviewers; Quillstone's is in negotiation under another
    /// liaison, and a second one of it waits in the pool. Both approached the same partner.
    async fn new(database: TestDatabase) -> Self {
        let mut w = World::new(database, "2026-11-02T14:00:00Z").await;
        for (email, name, organization, role) in FURTHER {
            let id = person(&w, email, name, organization, *role).await;
            w.accounts.insert((*email).to_owned(), id);
        }
        let larkspur = larkspur(&w).await;
        let quillstone = quillstone(&w).await;
        let mut records = Vec::new();
        for (owner, references) in [("L", larkspur), ("Q", quillstone)] {
            for reference in references {
                records.push(owned(&w, owner, reference).await);
            }
        }
        Self { w, records }
    }

    fn of(&self, owner: &str, kind: Kind) -> &str {
        let found = self.records.iter().find(|record| record.owner == owner && record.kind == kind);
        found.map(|record| record.reference.as_str()).expect("the scene has one")
    }

    fn everybody(&self) -> impl Iterator<Item = &str> {
        self.w.accounts.keys().map(String::as_str)
    }
}

async fn person(w: &World, email: &str, name: &str, organization: &str, role: Role) -> String {
    let new = NewAccount {
        email: email.to_owned(),
        name: Name::parse(name).unwrap(),
        organization: OrganizationId(w.organization(organization).parse().unwrap()),
        roles: vec![role],
    };
    w.app.create_account_as_operator(&new, Some(PASSWORD)).await.unwrap().account.id.to_string()
}

async fn larkspur(w: &World) -> Vec<String> {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(w, &LARKSPUR, &release).await;
    matters::determine(w, &inquiry).await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), signatory).await;
    let condition = matters::condition(w, &LARKSPUR, &engagement, "confidentiality").await;
    matters::agree(w, &LARKSPUR, DANA, &engagement).await;
    matters::schedule(w, &LARKSPUR, DANA, &engagement, "2026-11-23T09:00:00-05:00").await;
    let grant = matters::approved(w, &LARKSPUR, &engagement, LENA).await;
    let nomination = matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    for reviewer in [MARCUS, YUKI] {
        let body = json!({ "reviewer": w.account(reviewer) });
        w.act(THEO, &format!("nominations/{nomination}/assign-reviewer"), body).await;
    }
    w.act(YUKI, &format!("nominations/{nomination}/recuse"), json!({})).await;
    let incident = json!({ "under": engagement, "incident_type": "loss" });
    let incident = w.act(LARKSPUR.liaison, "incidents", incident).await;
    // Both clocks of it are over, so that no time passes in anybody's worklist because of it.
    w.act(SAM, &format!("incidents/{incident}/notify-developer"), json!({})).await;
    let detail = json!({ "reference": "IR-77", "unclassified_attestation": true });
    w.act(SAM, &format!("incidents/{incident}/record-detail"), detail).await;
    vec![release, inquiry, engagement, condition, grant, nomination, incident]
}

async fn quillstone(w: &World) -> Vec<String> {
    let release = matters::release(w, &QUILLSTONE, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(w, &QUILLSTONE, &release).await;
    let engagement = matters::proposal(w, &QUILLSTONE, &release).await;
    matters::acknowledge(w, RHEA, &engagement).await;
    let condition = matters::condition(w, &QUILLSTONE, &engagement, "confidentiality").await;
    let grant = matters::grant(w, RHEA, &engagement, OMAR).await;
    let nomination = matters::approach(w, &QUILLSTONE, &engagement, "cedar_hollow").await;
    let second = matters::release(w, &QUILLSTONE, "2027-01-20T09:00:00-05:00").await;
    let pooled = matters::proposal(w, &QUILLSTONE, &second).await;
    vec![release, inquiry, engagement, condition, grant, nomination, second, pooled]
}

async fn owned(w: &World, owner: &'static str, reference: String) -> Owned {
    let kind = Kind::ALL.into_iter().find(|kind| reference.starts_with(kind.prefix())).unwrap();
    let tx = w.store().begin_read().await.unwrap();
    let target = Target::Reference { kind, reference: reference.clone() };
    let case = storage::read_case(&tx, &target, &[]).await.unwrap().unwrap().case;
    tx.end().await.unwrap();
    let id = case.find(&reference).unwrap().id.to_string();
    Owned { owner, kind, reference, id }
}

/// The paths below `/api/v1/` that read a record of the kind, with `{reference}` in them.
fn reads(kind: Kind) -> Vec<String> {
    let of_kind = |path: &String| {
        let plural = path.split('/').next().unwrap_or_default();
        path.contains("{reference}") && kind_of_plural(plural) == Some(kind)
    };
    walked().into_iter().filter(of_kind).collect()
}

/// Every path that is read with a token, below `/api/v1/`.
fn walked() -> Vec<String> {
    let paths = table()
        .into_iter()
        .filter(|route| matches!(route.doc.method, HttpMethod::Get))
        .map(|route| route.doc.path.into_owned());
    let here = paths.filter(|path| !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == path));
    here.map(|path| path.strip_prefix("/api/v1/").expect("the API is here").to_owned()).collect()
}

/// What a body can give away: a tag and the text that must not occur where the tag is not allowed.
fn canaries(records: &[Owned]) -> Vec<(String, String)> {
    let mut canaries = vec![("partner".to_owned(), PARTNER.to_owned())];
    for (owner, developer) in [("L", LARKSPUR), ("Q", QUILLSTONE)] {
        let Developer { name, people, model, question, text, .. } = developer;
        let texts =
            [("name", name), ("people", people[0]), ("people", people[1]), ("model", model), ("question", question)];
        canaries.extend(texts.map(|(tag, text)| (format!("{owner}.{tag}"), text.to_owned())));
        canaries.push((format!("{owner}.text"), text.to_owned()));
    }
    for Owned { owner, kind, reference, id } in records {
        canaries.push((format!("{owner}.{}", kind.prefix()), reference.clone()));
        canaries.push((format!("{owner}.id"), id.clone()));
    }
    canaries
}

fn found(body: &[u8], canaries: &[(String, String)]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(body);
    canaries.iter().filter(|(_, canary)| text.contains(canary)).map(|(tag, _)| tag.clone()).collect()
}

/// Everything that the person can read, apart from the directory of people and organizations.
async fn crawl(scene: &Scene, who: &str) -> BTreeSet<String> {
    let canaries = canaries(&scene.records);
    let mut seen = BTreeSet::new();
    for path in COLLECTIONS.iter().filter(|path| !matches!(**path, "accounts" | "organizations" | "me")) {
        seen.extend(found(&scene.w.get(who, path).await.bytes, &canaries));
    }
    for kind in Kind::ALL {
        for page in pages(scene, who, kind).await {
            seen.extend(found(&page.bytes, &canaries));
        }
    }
    for record in &scene.records {
        for path in reads(record.kind) {
            let answer =
                scene.w.get(who, &path.replace("{reference}", &record.reference).replace("{number}", "2")).await;
            if answer.status != 404 {
                seen.extend(found(&answer.bytes, &canaries));
            }
        }
    }
    seen
}

/// Every page of a list, one row a page. A cursor names no row but the one that the page shows.
async fn pages(scene: &Scene, who: &str, kind: Kind) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut path = format!("{}?limit=1", kind.plural());
    loop {
        let page = scene.w.get(who, &path).await;
        assert_eq!(page.status, 200, "{who} {path}: {}", page.body);
        let cursor = page.body["next_cursor"].as_str().map(str::to_owned);
        let shown = matters::references(&page.body);
        pages.push(page);
        let Some(cursor) = cursor else { return pages };
        let opened = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        let opened = String::from_utf8_lossy(&opened).into_owned();
        for record in scene.records.iter().filter(|record| opened.contains(&record.id)) {
            assert!(shown.contains(&record.reference), "{who}: a cursor names {record:?}, the page shows {shown:?}");
        }
        path = format!("{}?limit=1&cursor={cursor}", kind.plural());
    }
}

/// What each person may find, by domain section 2. `L` is Larkspur, `Q` Quillstone.
const EXPECTED: &[(&str, &str)] = &[
    // A developer's people: everything of their own, nothing of the other. Who runs accounts decides on no case.
    (LARKSPUR.liaison, "L.CON L.ENG L.GRA L.INC L.INQ L.NOM L.REL L.model L.name L.people L.question L.text partner"),
    (LARKSPUR.official, "L.CON L.ENG L.GRA L.INC L.INQ L.NOM L.REL L.model L.name L.people L.question L.text partner"),
    (QUILLSTONE.liaison, "Q.CON Q.ENG Q.GRA Q.INQ Q.NOM Q.REL Q.model Q.name Q.people Q.question Q.text partner"),
    (QUILLSTONE.official, "Q.CON Q.ENG Q.GRA Q.INQ Q.NOM Q.REL Q.model Q.name Q.people Q.question Q.text partner"),
    (OLA, ""),
    // Liaisons: their own matters whole, every inquiry, and the pool in outline; no model but that of their own matter.
    (
        DANA,
        "L.CON L.ENG L.GRA L.INC L.INQ L.NOM L.REL L.model L.name L.people L.question L.text Q.ENG Q.INQ Q.REL Q.name Q.people Q.question partner",
    ),
    (
        RHEA,
        "L.INQ L.REL L.name L.people L.question Q.CON Q.ENG Q.GRA Q.INQ Q.NOM Q.REL Q.model Q.name Q.people Q.question Q.text partner",
    ),
    (PILAR, "L.INQ L.REL L.name L.people L.question Q.ENG Q.INQ Q.REL Q.name Q.people Q.question"),
    // The signatory reads what is assigned; the recorder reads inquiries, which name their release by reference.
    (ADELE, "L.CON L.ENG L.GRA L.INC L.NOM L.REL L.model L.name L.people L.text partner"),
    (GRANT, "L.INQ L.REL L.name L.people L.question Q.INQ Q.REL Q.name Q.people Q.question"),
    // The officer reads grants, conditions about the own subjects, of which there are none here, and engagements and
    // nominations in outline: no model, no partner, no negotiated text.
    (SAM, "L.ENG L.GRA L.INC L.NOM L.name L.people Q.ENG Q.GRA Q.NOM Q.name"),
    // The owner of the framework has reviewers to assign and reads nothing else.
    (THEO, "L.NOM Q.NOM"),
    // One reviewer is assigned; the other recused.
    (MARCUS, "L.ENG L.NOM L.name L.people partner"),
    (YUKI, ""),
    // Evaluators read where access is granted, and no nomination there; where it is asked for, the terms alone.
    (LENA, "L.CON L.ENG L.GRA L.REL L.model L.name L.people L.text"),
    (OMAR, "Q.CON Q.ENG Q.GRA Q.people Q.text"),
    // Who operates, audits, is asked or keeps records reads no case by role.
    (NIA, ""),
    (CARL, ""),
    (JOAN, ""),
    (ROSA, ""),
    (CONOR, ""),
    (FAYE, ""),
    // The approached partner reads two generic requests that carry its own name; other partners and its users nothing.
    (BEA, "L.NOM Q.NOM partner"),
    (NORA, ""),
    (TESS, ""),
];

async fn everybody_finds_what_the_roles_allow_and_no_more(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let mut wrong = Vec::new();
    let expected: BTreeMap<&str, &str> = EXPECTED.iter().copied().collect();
    for who in scene.everybody() {
        let seen: Vec<String> = crawl(&scene, who).await.into_iter().collect();
        let seen = seen.join(" ");
        if expected.get(who) != Some(&seen.as_str()) {
            wrong.push(format!("{who} finds: {seen}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    directories(&scene).await;
    scene.w.stop().await;
}

/// The directory of people and organizations tells nobody of a case, and no developer of another.
async fn directories(scene: &Scene) {
    let canaries = canaries(&scene.records);
    for who in scene.everybody() {
        let mut seen = BTreeSet::new();
        for path in ["accounts", "organizations", "me", "me/sessions"] {
            seen.extend(found(&scene.w.get(who, path).await.bytes, &canaries));
        }
        for tag in &seen {
            let (owner, what) = tag.split_once('.').unwrap_or(("", tag));
            assert!(matches!(what, "name" | "people" | "partner"), "{who} finds {tag} in the directory");
            let foreign = who.ends_with("@larkspur.test") && owner == "Q"
                || who.ends_with("@quillstone.test") && owner == "L"
                || who.ends_with(".example.com") && !owner.is_empty();
            assert!(!foreign, "{who} finds {tag} in the directory");
        }
    }
}

/// A reference of the right form that nobody has.
fn random(kind: Kind) -> String {
    format!("{}-2026-ZZZZZZ", kind.prefix())
}

async fn what_one_may_not_know_of_looks_like_what_does_not_exist(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let foreign = |who: &str, record: &Owned| {
        who.ends_with("@larkspur.test") && record.owner == "Q"
            || who.ends_with("@quillstone.test") && record.owner == "L"
    };
    let mut hidden = 0;
    let mut nothing: BTreeMap<(String, String), Answer> = BTreeMap::new();
    for who in scene.everybody() {
        for record in &scene.records {
            let read = scene.w.get(who, &format!("{}/{}", record.kind.plural(), record.reference)).await;
            if read.status != 404 {
                assert!(!foreign(who, record), "{who} reads {record:?}");
                continue;
            }
            hidden += 1;
            let own = format!("{}/{}", record.kind.plural(), record.id);
            for path in reads(record.kind) {
                let key = (who.to_owned(), path.clone());
                if !nothing.contains_key(&key) {
                    let answer = scene.w.get(who, &path.replace("{reference}", &random(record.kind))).await;
                    nothing.insert(key.clone(), answer);
                }
                let answer = scene.w.get(who, &path.replace("{reference}", &record.reference)).await;
                same(&nothing[&key], &answer, who, &path);
                if path.ends_with('}') {
                    same(&nothing[&key], &scene.w.get(who, &own).await, who, &path);
                }
            }
        }
    }
    assert!(hidden > 150, "only {hidden} hidden records");
    commands(&scene).await;
    elsewhere(&scene).await;
    scene.w.stop().await;
}

fn same(one: &Answer, other: &Answer, who: &str, path: &str) {
    assert_eq!(one.status, 404, "{who} {path}");
    assert_eq!((other.status, &other.etag), (one.status, &one.etag), "{who} {path}: {}", other.body);
    assert_eq!(other.bytes, one.bytes, "{who} {path}: {} and {}", other.body, one.body);
}

/// A command on the other developer's record is answered like one on nothing, also as the parent of a new record.
async fn commands(scene: &Scene) {
    for who in [LARKSPUR.liaison, LARKSPUR.official] {
        for record in scene.records.iter().filter(|record| record.owner == "Q") {
            let nothing = random(record.kind);
            for action in anteroom::domain::command::Command::actions(record.kind) {
                let path = |name: &str| format!("{}/{name}/{}", record.kind.plural(), action.name);
                let (foreign, none) = (
                    scene.w.post(who, &path(&record.reference), &json!({})).await,
                    scene.w.post(who, &path(&nothing), &json!({})).await,
                );
                assert_eq!((foreign.status, &foreign.bytes), (none.status, &none.bytes), "{who} {}", path("*"));
                assert!(!foreign.status.is_success());
            }
        }
        let under = |reference: &str| {
            [
                ("inquiries", json!({ "release": reference, "question": "Is it?" })),
                ("engagements", json!({ "release": reference })),
                ("conditions", json!({ "attach_to": reference, "template": "nda" })),
                ("nominations", json!({ "engagement": reference, "partner": scene.w.organization("cedar_hollow") })),
            ]
        };
        for record in scene.records.iter().filter(|record| record.owner == "Q") {
            for ((path, foreign), (_, none)) in under(&record.reference).into_iter().zip(under(&random(record.kind))) {
                let (foreign, none) = (scene.w.post(who, path, &foreign).await, scene.w.post(who, path, &none).await);
                assert_eq!((foreign.status, &foreign.bytes), (none.status, &none.bytes), "{who} {path} {record:?}");
                assert!(!foreign.status.is_success());
            }
        }
    }
}

/// What the walk leaves out is named, and so is every collection; one developer's cursor is nothing to the other.
async fn elsewhere(scene: &Scene) {
    for path in walked() {
        let plural = path.split('/').next().unwrap_or_default();
        let known = COLLECTIONS.contains(&path.as_str()) || path == plural && kind_of_plural(plural).is_some();
        assert!(known || path.contains("/{reference}"), "nobody walks {path}");
    }
    let page = scene.w.get(QUILLSTONE.liaison, "engagements?limit=1").await;
    let cursor = page.body["next_cursor"].as_str().expect("two engagements");
    let refused = scene.w.get(LARKSPUR.liaison, &format!("engagements?limit=1&cursor={cursor}")).await;
    assert_eq!(refused.status, 400);
    let tokens = scene.w.get(LARKSPUR.official, "api-tokens").await;
    assert!(found(&tokens.bytes, &canaries(&scene.records)).iter().all(|tag| !tag.starts_with("Q.")));
}

async fn a_disclosure_tells_of_its_own_developer_alone(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let before = crawl(&scene, BEA).await;
    assert_eq!(before, tags("L.NOM Q.NOM partner"), "before any disclosure there are two generic requests");
    matters::disclose(&scene.w, &LARKSPUR, BEA, scene.of("L", Kind::Nomination)).await;
    let after = crawl(&scene, BEA).await;
    assert_eq!(after, tags("L.NOM L.name L.people Q.NOM partner"), "the model is named to no partner");
    assert!(crawl(&scene, NORA).await.is_empty());
    scene.w.stop().await;
}

fn tags(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Everything that the person can see of a record, its tag, its row in the list and what is to be done about it.
async fn everything(scene: &Scene, who: &str, record: (&str, Kind)) -> Vec<(String, Option<String>, String)> {
    let reference = scene.of(record.0, record.1);
    let mut seen = Vec::new();
    for path in reads(record.1) {
        let path = path.replace("{reference}", reference);
        let answer = scene.w.get(who, &path).await;
        seen.push((path, answer.etag, answer.body.to_string()));
    }
    let list = scene.w.get(who, record.1.plural()).await;
    seen.push(("list".to_owned(), None, list.body.to_string()));
    let mut worklist = scene.w.record(who, "worklist").await;
    worklist["as_of"] = Value::Null;
    let calendar = scene.w.record(who, "calendar?from=2026-11-02T00:00:00Z&to=2027-01-02T00:00:00Z").await;
    let search = scene.w.record(who, &format!("search?facets=true&limit=200&q=kind:{}", record.1.name())).await;
    let parts = [("worklist", worklist), ("calendar", calendar), ("search", search)];
    seen.extend(parts.map(|(part, body)| (part.to_owned(), None, body.to_string())));
    seen
}

/// Votes and assignments are the government's own: to the developer nothing has changed, neither in what is shown, nor
/// in a tag, a number or an instant. In outline nothing changes for an offer or a vote, nor for a partner before
/// disclosure.
async fn what_is_hidden_leaves_no_trace(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let (w, nomination) = (&scene.w, ("L", Kind::Nomination));
    let reference = scene.of("L", Kind::Nomination).to_owned();
    let path = |command: &str| format!("nominations/{reference}/{command}");
    let unseen = [LARKSPUR.liaison, LARKSPUR.official, BEA, SAM];
    let mut before = Vec::new();
    for who in unseen {
        before.push(everything(&scene, who, nomination).await);
    }
    w.at("2026-11-03T15:00:00Z").await;
    let third = person(w, "third.eye@nsa.fado.test", "Third Eye", "nsa", Role::Reviewer).await;
    w.act(THEO, &path("assign-reviewer"), json!({ "reviewer": third })).await;
    for (who, before) in unseen.iter().zip(&before) {
        assert_eq!(&everything(&scene, who, nomination).await, before, "{who} sees that a reviewer was assigned");
    }
    let tag = w.get(THEO, &format!("nominations/{reference}")).await;
    assert!(tag.body["reviewers"].as_array().is_some_and(|reviewers| reviewers.len() == 3), "{}", tag.body);

    matters::disclose(w, &LARKSPUR, BEA, &reference).await;
    w.act(DANA, &path("begin-screening"), json!({})).await;
    let framework = w.record(BEA, "frameworks/v1.1").await;
    let keys = framework["rules"]["criteria"].as_array().unwrap().iter().map(|c| c["key"].as_str().unwrap().to_owned());
    let criteria: BTreeMap<String, &str> = keys.map(|key| (key, "We do.")).collect();
    w.act(BEA, &path("state-criteria"), json!({ "criteria": criteria, "unclassified_attestation": true })).await;
    w.act(DANA, &path("begin-vetting"), json!({})).await;
    w.act(DANA, &path("open-decision"), json!({})).await;
    let unseen = [LARKSPUR.liaison, LARKSPUR.official, BEA, SAM, THEO];
    let mut before = Vec::new();
    for who in unseen {
        before.push(everything(&scene, who, nomination).await);
    }
    w.at("2026-11-03T16:00:00Z").await;
    w.act(MARCUS, &path("concur"), json!({})).await;
    for (who, before) in unseen.iter().zip(&before) {
        assert_eq!(&everything(&scene, who, nomination).await, before, "{who} sees that somebody voted");
    }
    let dana = w.record(DANA, &format!("nominations/{reference}")).await;
    assert!(dana["reviewers"].as_array().unwrap().iter().any(|reviewer| reviewer["vote"] == "yes"), "{dana}");

    let engagement = ("L", Kind::Engagement);
    let before = everything(&scene, SAM, engagement).await;
    let lowered = json!({ "open_at": "2026-11-24T09:00:00-05:00" });
    w.act(DANA, &format!("engagements/{}/schedule-window", scene.of("L", Kind::Engagement)), lowered).await;
    assert_eq!(everything(&scene, SAM, engagement).await, before, "the officer sees an offer");
    scene.w.stop().await;
}

/// The keys of a record in the answer.
fn keys(record: &Value) -> Vec<&str> {
    let keys: BTreeSet<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
    keys.into_iter().collect()
}

async fn outlines_say_what_they_may(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let w = &scene.w;
    let pooled = &scene.records.iter().rfind(|record| record.kind == Kind::Engagement).unwrap().reference;
    let engagement = ["allowed_actions", "developer", "kind", "reference", "shown", "since", "stage"];
    for (who, reference) in
        [(PILAR, pooled.as_str()), (DANA, pooled), (SAM, pooled), (SAM, scene.of("L", Kind::Engagement))]
    {
        let seen = w.record(who, &format!("engagements/{reference}")).await;
        assert_eq!(keys(&seen), engagement, "{who}");
        assert_eq!((&seen["kind"], &seen["shown"]), (&json!("engagement"), &json!("outline")));
        let part = |part: &str| format!("engagements/{reference}/{part}");
        assert_eq!(w.record(who, &part("timeline")).await, json!([]));
        assert_eq!(w.record(who, &part("documents")).await, json!([]));
        assert_eq!(w.record(who, &part("ledger")).await["streams"], json!([]));
        for deadline in w.record(who, &part("deadlines")).await.as_array().unwrap() {
            assert_eq!(deadline["reminders"], json!([]), "{who}");
            let kind = deadline["kind"].as_str().unwrap();
            assert!(kind == "proposal_acknowledged" || kind == "window_opens" && who == SAM, "{who}: {deadline}");
        }
    }
    let nomination = format!("nominations/{}", scene.of("L", Kind::Nomination));
    let theo = w.record(THEO, &nomination).await;
    assert_eq!(keys(&theo), ["allowed_actions", "kind", "reference", "reviewers", "shown", "since", "stage"]);
    assert!(theo["reviewers"].as_array().unwrap().iter().all(|reviewer| reviewer.get("vote").is_none()));
    let sam = w.record(SAM, &nomination).await;
    assert_eq!(keys(&sam), ["allowed_actions", "kind", "reference", "shown", "since", "stage"]);
    let bea = w.record(BEA, &nomination).await;
    let approach = [
        "allowed_actions",
        "approach_consented",
        "kind",
        "partner",
        "reference",
        "screening_nda",
        "screening_nda_signed",
        "shown",
        "stage",
    ];
    assert_eq!(keys(&bea), approach);
    let row = w.record(BEA, "nominations?stage=approached").await;
    assert!(row["items"].as_array().unwrap().iter().all(|row| row["stage"] == "approached"), "{row}");
    assert_eq!(matters::references(&row).len(), 2);
    assert_eq!(matters::references(&w.record(BEA, "nominations?stage=proposed").await).len(), 0);
    w.act(LARKSPUR.liaison, &format!("{nomination}/withdraw"), json!({})).await;
    assert_eq!(w.record(BEA, &nomination).await["stage"], "ended", "how it ended is not the partner's");
    let refused = w.post(BEA, &format!("{nomination}/sign-screening-nda"), &matters::screening_signature()).await;
    assert_eq!((refused.status.as_u16(), &refused.body["stage"]), (409, &json!("ended")), "{}", refused.body);
    assert!(!refused.body.to_string().contains("withdrawn") && !refused.body.to_string().contains("proposed"));
    scene.w.stop().await;
}

/// A calendar program holds nothing but the address: it learns references, tasks and days.
async fn the_feed_names_nobody(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let names: Vec<(String, String)> = canaries(&scene.records)
        .into_iter()
        .filter(|(tag, _)| {
            matches!(
                tag.split('.').next_back(),
                Some("name" | "people" | "model" | "question" | "text" | "id" | "partner")
            )
        })
        .collect();
    let mut tasks = 0;
    for who in scene.everybody() {
        let address = scene.w.post(who, "calendar/feed", &json!({})).await.body["address"].as_str().unwrap().to_owned();
        let (_, path) = address.split_once("/calendar/").unwrap();
        let feed = scene.w.get(who, &format!("../../calendar/{path}")).await;
        assert_eq!(feed.status, 200, "{who}");
        assert_eq!(found(&feed.bytes, &names), BTreeSet::new(), "{who}");
        let text = String::from_utf8(feed.bytes).unwrap();
        tasks += text.matches("BEGIN:VEVENT").count();
        for record in scene.records.iter().filter(|record| text.contains(&record.reference)) {
            let read = scene.w.get(who, &format!("{}/{}", record.kind.plural(), record.reference)).await;
            assert_eq!(read.status, 200, "{who} has a task of {record:?} and cannot read it");
        }
    }
    assert!(tasks > 3, "{tasks} tasks in all feeds");
    scene.w.stop().await;
}

/// A recusal takes the matter out of the reviewer's sight at once, its own answer included.
async fn an_act_that_ends_sight_answers_with_a_receipt(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let reference = scene.of("L", Kind::Nomination);
    let answer = scene.w.post(MARCUS, &format!("nominations/{reference}/recuse"), &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.body), (200, json!({ "kind": "receipt", "reference": reference })));
    assert_eq!(scene.w.get(MARCUS, &format!("nominations/{reference}")).await.status, 404);
    assert_eq!(crawl(&scene, MARCUS).await, BTreeSet::new());
    scene.w.stop().await;
}

/// In outline there are no offers but those that wait for the viewer's own key, and buttons tell of no others.
async fn the_officer_sees_the_offer_that_waits_for_the_own_key(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let w = &scene.w;
    let engagement = format!("engagements/{}", scene.of("L", Kind::Engagement));
    let refusal = |record: &Value, name: &str| {
        let actions = record["allowed_actions"].as_array().unwrap();
        actions.iter().find(|action| action["action"] == name).unwrap()["refusal"].clone()
    };
    let extends = json!({ "open_at": "2026-11-23T10:00:00-05:00" });
    w.act(DANA, &format!("{engagement}/schedule-window"), extends).await;
    let seen = w.record(SAM, &engagement).await;
    assert_eq!((seen.get("offers"), refusal(&seen, "accept-offer")), (None, json!("no-such-offer")), "{seen}");
    assert_eq!(refusal(&w.record(LARKSPUR.official, &engagement).await, "accept-offer"), Value::Null);
    w.at("2026-11-23T14:00:00Z").await;
    w.act(SAM, &format!("{engagement}/suspend-window"), json!({ "reason": "security" })).await;
    let before = w.get(SAM, &engagement).await;
    w.act(LARKSPUR.official, &format!("{engagement}/resume-window"), json!({})).await;
    let after = w.get(SAM, &engagement).await;
    assert_ne!(after.etag, before.etag, "what the outline shows has changed");
    let offers = after.body["offers"].as_array().unwrap();
    assert_eq!((offers.len(), &offers[0]["terms"]["needs"]), (1, &json!("IR")), "{}", after.body);
    let tag = [("if-match", before.etag.as_deref().unwrap())];
    let body = json!({ "hash": offers[0]["hash"] }).to_string().into_bytes();
    let path = format!("{engagement}/accept-offer");
    let stale = w.send(reqwest::Method::POST, SAM, &path, Some(body.clone()), &tag).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let tag = [("if-match", after.etag.as_deref().unwrap())];
    let done = w.send(reqwest::Method::POST, SAM, &path, Some(body), &tag).await;
    assert_eq!((done.status.as_u16(), &done.body["stage"]), (200, &json!("window_open")), "{}", done.body);
    assert_eq!(done.etag, w.get(SAM, &engagement).await.etag, "the tag of the answer is that of the record");
    scene.w.stop().await;
}

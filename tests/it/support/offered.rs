//! What a page offers beside what the API allows: somebody at both doors, and the comparison of the two on one record.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use anteroom::domain::{command::Command, id::Kind};
use serde_json::{Value, json};

use super::{
    bodies::{operations, valid},
    desk::{Desk, Page},
    door::{Door, Reply},
};

/// Refusals that say that this person, or this stage, is the wrong one: no act that is offered meets them, whatever its
/// body says.
const MISLEADING: [&str; 11] = [
    "forbidden",
    "not-found",
    "spillage-locked",
    "wrong-stage",
    "wrong-side",
    "own-offer",
    "own-request",
    "already-signed",
    "not-suspending-side",
    "not-protected-side",
    "nothing-to-end",
];

/// Refusals of those that are for what the body says after all: either side may raise the marking of a hand-off and prolong
/// its embargo, and the side that recorded it alone may lower and shorten them.
const BY_BODY: [(&str, &str); 2] = [("change-tlp", "wrong-side"), ("change-embargo", "wrong-side")];

/// The acts that name an offer.
const NAMING: [&str; 4] = ["accept-offer", "retract-offer", "accept-agreement", "retract-agreement"];

/// The acts that name a listed item of the close-out register.
const OF_ITEMS: [&str; 4] = ["certify-item", "accept-certificate", "dispute-certificate", "except-item"];

/// Somebody at the pages and at the API.
pub struct Asker {
    /// The address, for what a test says when it fails.
    pub who: String,
    /// The browser.
    pub desk: Desk,
    /// The API.
    pub door: Door,
    /// The access token.
    pub token: String,
    /// What was compared and sent: once for each kind, stage and answer of the API is enough.
    pub compared: RefCell<BTreeSet<String>>,
}

/// A body that fits for each command on an existing record, from the API's own description.
pub struct Bodies(BTreeMap<(Kind, &'static str), Value>);

impl Bodies {
    /// Those that the API describes at this door.
    pub async fn of(door: &Door) -> Self {
        let document = door.document().await;
        let operations = operations(&document);
        let body = |kind: Kind, name: &'static str| {
            let path = format!("/api/v1/{}/{{reference}}/{name}", kind.plural());
            let operation = operations.iter().find(|one| one.path == path && one.method == "POST");
            let schema = operation.and_then(|one| one.schema.as_ref());
            schema.map(|schema| ((kind, name), valid(&document, schema)))
        };
        let actions = Kind::ALL.into_iter().flat_map(|kind| Command::actions(kind).iter().map(move |one| (kind, one)));
        Self(actions.filter_map(|(kind, action)| body(kind, action.name)).collect())
    }

    fn naming(&self, kind: Kind, name: &str, offer: Option<&str>) -> Value {
        let found = self.0.iter().find(|((of, one), _)| *of == kind && *one == name);
        let mut body = found.map_or_else(|| json!({}), |(_, body)| body.clone());
        if let Some(offer) = offer {
            body["hash"] = json!(offer);
        }
        body
    }
}

/// What was found at one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is not there for this person: 404 at both doors.
    Hidden,
    /// It is locked from this person: 423 at both doors.
    Locked,
    /// It is seen, in this stage.
    Seen(String),
}

impl Asker {
    /// Compares the page of a record with what the API allows on it, and that with what the API does. Every difference is
    /// added to `wrong`.
    pub async fn compare(&self, bodies: &Bodies, (kind, reference): (Kind, &str), wrong: &mut Vec<String>) -> Found {
        let path = format!("/{}/{reference}", kind.plural());
        let what = format!("{} {path}", self.who);
        let record = self.door.get(&self.token, &format!("/api/v1{path}")).await;
        let (status, record) = (record.status, record.body);
        let stage = record["stage"].as_str().unwrap_or_default();
        let found = match status {
            404 => Found::Hidden,
            423 => Found::Locked,
            _ => Found::Seen(stage.to_owned()),
        };
        // Where the API answers the same in the same stage, the page was compared already.
        if !self.compared.borrow_mut().insert(format!("{kind:?} {found:?} {}", record["allowed_actions"])) {
            return found;
        }
        let page = self.desk.get(&path).await;
        if page.status != status {
            wrong.push(format!("{what}: the page answers {}, the API {status}", page.status));
        }
        if status != 200 {
            return found;
        }
        // A page leads on by the reference, by whatever name it was asked for.
        let reference = record["reference"].as_str().unwrap_or(reference);
        let actions: Vec<&Value> = record["allowed_actions"].as_array().expect("actions").iter().collect();
        let (open, shut): (Vec<&Value>, Vec<&Value>) = actions.into_iter().partition(|one| one["allowed"] == true);
        let (offers, allows) = (offered(&page, kind, reference), open.iter().map(|one| name(one)).collect());
        if offers != allows {
            wrong.push(format!("{what}: the page offers {offers:?}, the API allows {allows:?}"));
        }
        wrong.extend(self.led_astray(&page, &path).await);
        let is_new = |action: &&Value| {
            NAMING.contains(&name(action)) || self.compared.borrow_mut().insert(format!("{kind:?} {stage} {action}"))
        };
        for action in open.into_iter().filter(is_new) {
            wrong.extend(self.misled(bodies, (kind, &path), action, &record).await);
        }
        // What only its stage or its role stands against, the tables of workflow and policies say.
        let guarded = |one: &&Value| !["forbidden", "wrong-stage"].map(Some).contains(&one["refusal"].as_str());
        for action in shut.into_iter().filter(guarded).filter(is_new) {
            let asked = self.preview(bodies, (kind, &path), name(action), None).await;
            if asked.status < 400 {
                wrong.push(format!("{what}: {action} is not offered, and done"));
            }
        }
        found
    }

    async fn preview(&self, bodies: &Bodies, (kind, path): (Kind, &str), act: &str, offer: Option<&str>) -> Reply {
        let body = bodies.naming(kind, act, offer);
        self.door.post(&self.token, &format!("/api/v1{path}/{act}?preview=true"), &body).await
    }

    /// What is offered is carried out, or refused for what its body says: whatever else it meets.
    async fn misled(&self, bodies: &Bodies, (kind, path): (Kind, &str), action: &Value, record: &Value) -> Vec<String> {
        let act = name(action);
        let what = format!("{} {path}/{act}", self.who);
        if !NAMING.contains(&act) {
            let asked = self.preview(bodies, (kind, path), act, None).await;
            let of_body = BY_BODY.contains(&(act, asked.problem()));
            let misled = MISLEADING.contains(&asked.problem()) && !of_body || asked.status >= 500;
            let mut wrong: Vec<String> =
                misled.then(|| format!("{what} is offered: {}", asked.body)).into_iter().collect();
            if OF_ITEMS.contains(&act) {
                let named = texts(action["items"].as_array().into_iter().flatten());
                wrong.extend(self.chosen_otherwise(&format!("{path}/{act}"), "/reference", &named).await);
            }
            return wrong;
        }
        let mut wrong = Vec::new();
        let named = texts(action["offers"].as_array().into_iter().flatten());
        if named.is_empty() {
            wrong.push(format!("{what} is offered, and no offer to name: {}", record["offers"]));
        }
        for offer in texts(record["offers"].as_array().into_iter().flatten().map(|offer| &offer["hash"])) {
            let asked = self.preview(bodies, (kind, path), act, Some(offer)).await;
            if MISLEADING.contains(&asked.problem()) == named.contains(offer) {
                wrong.push(format!("{what} {offer}, of {named:?}: {}", asked.body));
            }
        }
        wrong.extend(self.chosen_otherwise(&format!("{path}/{act}"), "/hash", &named).await);
        wrong
    }

    /// What is wrong with the choices of a form's field: it offers what the API names for the act, and nothing else.
    async fn chosen_otherwise(&self, path: &str, field: &str, named: &BTreeSet<&str>) -> Option<String> {
        let what = format!("{} {path}", self.who);
        let form = self.desk.get(path).await.is(200, &what);
        let choices = form.all(&format!("main select[name='{field}'] option"), "value");
        let choices: BTreeSet<&str> = choices.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
        (choices != *named).then(|| format!("{what}: the form offers {choices:?}, the API takes {named:?}"))
    }

    /// Acts on other records to which the page leads, and which are not allowed there.
    async fn led_astray(&self, page: &Page, path: &str) -> Vec<String> {
        let mut found: BTreeMap<(Kind, String), BTreeSet<String>> = BTreeMap::new();
        for href in page.all("main a", "href") {
            let Some((kind, reference, act)) = act_of(&href) else { continue };
            if format!("/{}/{reference}", kind.plural()) != path {
                found.entry((kind, reference)).or_default().insert(act);
            }
        }
        let mut wrong = Vec::new();
        for ((kind, reference), acts) in found {
            let at = format!("/api/v1/{}/{reference}/actions", kind.plural());
            let actions = self.door.get(&self.token, &at).await.body;
            let allowed = actions.as_array().into_iter().flatten().filter(|one| one["allowed"] == true);
            let allowed: BTreeSet<String> = allowed.map(|one| name(one).to_owned()).collect();
            if !acts.is_subset(&allowed) {
                wrong.push(format!("{} {path} leads to {acts:?} of {reference}: {allowed:?}", self.who));
            }
        }
        wrong
    }
}

fn name(action: &Value) -> &str {
    action["action"].as_str().expect("a name")
}

fn texts<'a>(values: impl Iterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    values.filter_map(Value::as_str).collect()
}

/// The record and the command that an address is the form of.
fn act_of(href: &str) -> Option<(Kind, String, String)> {
    let path = href.split(['?', '#']).next()?;
    let mut parts = path.strip_prefix('/')?.split('/');
    let (plural, reference, act) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = Kind::ALL.into_iter().find(|kind| kind.plural() == plural)?;
    let is_command = Command::actions(kind).iter().any(|action| action.name == act);
    (is_command && parts.next().is_none()).then(|| (kind, reference.to_owned(), act.to_owned()))
}

/// The commands on the record to whose forms its page leads.
fn offered(page: &Page, kind: Kind, reference: &str) -> BTreeSet<&'static str> {
    let links = page.all("main a", "href");
    let acts = links.iter().filter_map(|href| act_of(href)).filter(|(of, one, _)| *of == kind && one == reference);
    let named = |act: &str| Command::actions(kind).iter().find(|action| action.name == act).map(|action| action.name);
    acts.filter_map(|(.., act)| named(&act)).collect()
}

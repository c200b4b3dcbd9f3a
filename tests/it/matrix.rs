//! No route and no action without a place in the permission matrix, and no way in without a token but by name.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::{
    domain::{
        action::{Action, Creates},
        command::Command,
        id::Kind,
    },
    web::{openapi::RouteDoc, routes::table},
};
use reqwest::Method;

use crate::support::{bodies::operations, database::TestDatabase, door::Door, scene::START, world::World};

/// Whoever comes may ask these; each has a secret of its own, or sets none free.
const PUBLIC: [&str; 9] = [
    "auth_token",
    "auth_refresh",
    "auth_revoke",
    "auth_set_password",
    "auth_first_administrator",
    "auth_accept_invitation",
    "auth_external_link",
    "auth_external_link_request",
    "calendar_feed",
];

/// About nobody but who is signed in. Rows of `worklist`, `calendar` and `search` are of records that one may read;
/// `access_check` is about the own grant, or the grants of the gateway's own developer.
const OWN: [&str; 19] = [
    "me",
    "me_preferences",
    "me_preferences_put",
    "me_sessions",
    "me_end_session",
    "auth_change_password",
    "auth_second_factor_begin",
    "auth_second_factor_confirm",
    "auth_second_factor_remove",
    "calendar_feed_make",
    "calendar_feed_revoke",
    "worklist",
    "calendar",
    "search",
    "saved_view_list",
    "saved_view_save",
    "saved_view_delete",
    "saved_view_alert",
    "access_check",
];

/// The same for everybody who is signed in.
const EVERYBODY: [&str; 6] =
    ["framework_list", "framework_read", "framework_differences", "sector_list", "working_days", "milestone_list"];

/// Acts of administration, and what belongs to an act of another name, by the matrix's name.
const ADMINISTRATION: [(&str, &str); 37] = [
    ("bulk_assign", "engagement.transfer"),
    ("bulk_remind", "engagement.what-if"),
    ("document_send", "document.upload"),
    ("organization_list", "organization.read"),
    ("organization_create", "organization.create"),
    ("account_list", "account.read"),
    ("account_create", "account.create"),
    ("account_invite", "account.invite"),
    ("account_disable", "account.disable"),
    ("account_enable", "account.disable"),
    ("account_remove", "account.remove"),
    ("account_sessions", "session.manage"),
    ("account_end_session", "session.manage"),
    ("account_end_sessions", "session.manage"),
    ("invitation_list", "invitation.make"),
    ("invitation_make", "invitation.make"),
    ("invitation_revoke", "invitation.make"),
    ("invitation_resend", "invitation.make"),
    ("role_ask", "role.ask"),
    ("role_confirm", "role.confirm"),
    ("role_end", "role.end"),
    ("api_token_list", "api-token.manage"),
    ("api_token_create", "api-token.manage"),
    ("api_token_revoke", "api-token.manage"),
    ("figures", "figures.read"),
    ("framework_draft_list", "framework.manage"),
    ("framework_draft_read", "framework.manage"),
    ("framework_draft", "framework.manage"),
    ("framework_offer_activation", "framework.manage"),
    ("framework_accept_activation", "framework.manage"),
    ("framework_retract_activation", "framework.manage"),
    ("working_days_close", "calendar.manage"),
    ("working_days_reopen", "calendar.manage"),
    ("milestone_report", "milestone.report"),
    ("mail_log", "mail.log"),
    ("mail_problem_list", "mail.look-after"),
    ("mail_problem_resolve", "mail.look-after"),
];

/// What pages alone ask for.
const PAGES: [&str; 1] = ["service.read"];

/// What a record's own `GET` routes show.
const READS: [&str; 11] = [
    "list",
    "read",
    "actions",
    "timeline",
    "deadlines",
    "documents",
    "ledger",
    "content",
    "difference",
    "text",
    "reminders",
];

/// The actions of the printed matrix with the roles that may do them in some column.
fn matrix() -> BTreeMap<String, BTreeSet<String>> {
    let printed = include_str!("../snapshots/permission-matrix.txt");
    let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in printed.lines() {
        let columns: Vec<&str> = line.split(" | ").collect();
        let [action, _, _, roles] = columns[..] else { panic!("four columns: {line}") };
        let may = roles.split(' ').filter_map(|role| role.strip_suffix('+')).map(str::to_owned);
        actions.entry(action.to_owned()).or_default().extend(may);
    }
    actions
}

/// The line of the matrix that governs a route; `None` for one that is listed above by name.
fn governed_by(doc: &RouteDoc) -> Option<String> {
    let id = doc.operation_id.as_ref();
    if PUBLIC.contains(&id) || OWN.contains(&id) || EVERYBODY.contains(&id) {
        return None;
    }
    if let Some((_, action)) = ADMINISTRATION.iter().find(|(route, _)| *route == id) {
        return Some((*action).to_owned());
    }
    for kind in Kind::ALL {
        let Some(what) = id.strip_prefix(kind.name()).and_then(|rest| rest.strip_prefix('_')) else { continue };
        if READS.contains(&what) {
            return Some(Action::read(kind).to_string());
        }
        return Some(format!("{}.{}", kind.name(), what.replace('_', "-")));
    }
    panic!("{id} ({}) has no place in the permission matrix: say what governs it", doc.path)
}

#[test]
fn every_route_has_a_place_in_the_permission_matrix() {
    let (matrix, mut reached) = (matrix(), BTreeSet::new());
    let mut named = BTreeSet::new();
    for route in table() {
        let id = route.doc.operation_id.to_string();
        assert!(named.insert(id.clone()), "{id} is the name of two routes");
        assert_eq!(route.doc.auth, !PUBLIC.contains(&id.as_str()), "{id}");
        let Some(action) = governed_by(&route.doc) else { continue };
        assert!(matrix.contains_key(&action), "{id} ({}) is governed by {action}, which no line has", route.doc.path);
        reached.insert(action);
    }
    for id in PUBLIC.iter().chain(&OWN).chain(&EVERYBODY).chain(ADMINISTRATION.iter().map(|(id, _)| id)) {
        assert!(named.contains(*id), "{id} is listed, but is no route");
    }
    // Reading the whole record is a column of what a read shows, not a request of its own.
    let mut all: BTreeSet<String> = matrix.into_keys().filter(|action| !action.ends_with(".read-whole")).collect();
    for action in PAGES {
        assert!(all.remove(action) && !reached.contains(action), "{action} is listed, but no page alone asks for it");
    }
    assert_eq!(all, reached, "every line of the matrix is reached by a route");
}

#[test]
fn every_action_of_the_catalog_has_a_line_and_a_role() {
    let (matrix, catalog) = (matrix(), Command::catalog());
    for facts in &catalog {
        let roles = matrix.get(&facts.action.to_string());
        let roles = roles.unwrap_or_else(|| panic!("{} has no line in the permission matrix", facts.action));
        assert!(!roles.is_empty(), "nobody may {}", facts.action);
        // What one attests for oneself is no act on a case.
        let on_a_case = facts.action.kind != Kind::Prerequisites;
        for role in ["SA", "OA", "AU", "CO"].iter().filter(|_| on_a_case) {
            assert!(!roles.contains(*role), "{role} decides on no case: {}", facts.action);
        }
    }
    for kind in Kind::ALL {
        assert!(!matrix[&Action::read(kind).to_string()].contains("SA"), "{kind:?}: administrators read no case");
    }
    assert!(catalog.iter().any(|facts| facts.creates == Creates::Alone) && catalog.len() > 60);
}

#[tokio::test]
async fn without_a_token_nothing_answers_but_what_is_public_by_name() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let (mut closed, mut public) = (0, BTreeSet::new());
    for operation in operations(&document) {
        let path = ["reference", "account", "role", "token", "session", "id", "file"]
            .iter()
            .fold(operation.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), "x"));
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let json = ("content-type", "application/json");
        let bare = door.ask(method.clone(), &path, None, &[json], Some(b"{}".to_vec())).await;
        if PUBLIC.contains(&operation.id.as_str()) {
            assert_ne!(bare.problem(), "unauthenticated", "{}", operation.id);
            assert!(
                bare.status == 422 || bare.status == 404 || bare.status == 204,
                "{}: {}",
                operation.id,
                bare.status
            );
            public.insert(operation.id);
            continue;
        }
        bare.is(401, "unauthenticated", &operation.id);
        assert_eq!(bare.header("www-authenticate"), "Bearer", "{}", operation.id);
        for credentials in ["Bearer x", "Basic bmlhOm5pYQ==", "Bearer", "", "x"] {
            let headers = [json, ("authorization", credentials)];
            let answer = door.ask(method.clone(), &path, None, &headers, Some(b"{}".to_vec())).await;
            answer.is(401, "unauthenticated", &format!("{} with {credentials:?}", operation.id));
        }
        closed += 1;
    }
    assert_eq!(public.len(), PUBLIC.len(), "{public:?}");
    assert!(closed > 100, "only {closed} routes");
    for path in ["/api/openapi.json", "/api/docs/", "/problems", "/problems/not-found", "/healthz", "/readyz"] {
        let answer = door.ask(Method::GET, path, None, &[], None).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    w.stop().await;
}

//! Invitations by mail: bound to an address, good once, ended by time and by whoever made them, and silent about
//! accounts elsewhere.

use serde_json::{Value, json};

use super::{later, told};
use crate::support::{
    contents,
    door::{Door, Reply, text},
    scene::{DANA, INES, LENA, MARA, NIA, THEO},
    window,
    world::World,
};

at_both_doors! {
    an_invitation_is_good_once_for_its_address
    an_administrator_invites_into_the_own_organization_alone
    whoever_leaves_loses_roles_sessions_and_grants
}

const NEW: &str = "pia.lund@larkspur.test";
const OLA: &str = "ola.berg@larkspur.test";
const GOOD: &str = "wet gravel orchard 58";
const PATH: &str = "/api/v1/invitations";

/// The links of invitations in a person's mails, oldest first.
async fn mailed(w: &World, who: &str) -> Vec<String> {
    w.work().await;
    let mails = w.smtp.received().into_iter().filter(|mail| mail.recipients.iter().any(|to| to == who));
    mails.filter_map(|mail| mail.text.split_whitespace().find(|word| word.contains('#')).map(str::to_owned)).collect()
}

async fn accept(door: &Door, link: &str, email: &str, password: &str) -> Reply {
    let body = json!({ "link": link, "email": email, "new_password": password });
    door.post_unsigned("/api/v1/auth/invitation", &body).await
}

fn new(w: &World, email: &str, organization: &str, roles: &[&str]) -> Value {
    json!({ "email": email, "name": "Pia Lund", "organization": w.organization(organization), "roles": roles })
}

/// Somebody who runs the organization `larkspur`.
async fn administrator(w: &World, door: &Door) -> String {
    let nia = door.token(NIA).await;
    let path = format!("/api/v1/accounts/{}/roles", w.account(INES));
    door.post(&nia, &path, &json!({ "role": "OA" })).await.succeeded("an organization's administrator");
    door.token(INES).await
}

/// And N20: what happens to an account is told to its holder.
async fn an_invitation_is_good_once_for_its_address(w: World) {
    let door = Door::of(&w);
    let ines = administrator(&w, &door).await;
    let made = door.post(&ines, PATH, &new(&w, "Pia.Lund@Larkspur.test", "larkspur", &["DL", "DA"])).await;
    let made = made.succeeded("an invitation");
    assert_eq!((&made.body["email"], &made.body["expires_at"]), (&json!(NEW), &json!("2026-11-09T14:00:00Z")));
    let link = mailed(&w, NEW).await.pop().expect("a link in the mail");
    let secret = link.split('#').nth(1).expect("a secret").to_owned();
    assert!(!String::from_utf8_lossy(&made.bytes).contains(&secret), "who invites does not get it");
    assert!(!format!("{:?}", contents::of(w.url()).await).contains(&secret), "nor does the database");
    for (what, link, email, password, pointer) in [
        ("another address", link.as_str(), OLA, GOOD, "/link"),
        ("a guess", "anr_ot_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NEW, GOOD, "/link"),
        ("no link", "", NEW, GOOD, "/link"),
        ("a weak password", &link, NEW, "pia.lund@larkspur.test", "/new_password"),
    ] {
        let answer = accept(&door, link, email, password).await;
        answer.is(422, "invalid-body", what);
        assert_eq!(answer.pointers(), [pointer], "{what}");
    }
    let set = json!({ "link": link, "new_password": GOOD });
    door.post_unsigned("/api/v1/auth/password", &set).await.is(422, "invalid-body", "it sets nobody's password");
    let resend = format!("{PATH}/{}/resend", text(&made.body, "id"));
    let early = door.post(&ines, &resend, &json!({})).await;
    early.is(429, "too-many-requests", "just mailed");
    later(&w, 600);
    let ines = door.token(INES).await;
    door.post(&ines, &resend, &json!({})).await.succeeded("another secret");
    let links = mailed(&w, NEW).await;
    assert!(links.len() == 2 && links[0] != links[1], "{links:?}");
    accept(&door, &links[0], NEW, GOOD).await.is(422, "invalid-body", "the one before ended");
    let (one, other) = tokio::join!(accept(&door, &links[1], NEW, GOOD), accept(&door, &links[1], NEW, GOOD));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", one.body, other.body);
    let token = text(&door.sign_in_with(NEW, GOOD, None).await.succeeded("in").body, "access_token");
    let me = door.get(&token, "/api/v1/me").await.succeeded("/me").body;
    assert_eq!((&me["email"], &me["roles"]), (&json!(NEW), &json!(["DL"])), "a role of two people waits");
    let listed = door.get(&ines, PATH).await.succeeded("the list").body;
    assert_eq!((&listed[0]["state"], &listed[0]["account"]), (&json!("accepted"), &me["account"]));
    let account = text(&me, "account");
    let entry = door.get(&ines, "/api/v1/accounts").await.succeeded("accounts").body;
    let entry = entry.as_array().unwrap().iter().find(|entry| entry["id"] == account.as_str()).unwrap().clone();
    let waiting = entry["roles"].as_array().unwrap().iter().find(|role| role["role"] == "DA").unwrap().clone();
    let confirm = format!("/api/v1/accounts/{account}/roles/{}/confirm", text(&waiting, "id"));
    door.post(&ines, &confirm, &json!({})).await.is(403, "forbidden", "who asked");
    let theo = door.token(THEO).await;
    door.post(&theo, &confirm, &json!({})).await.succeeded("the second person");
    assert!(told(&w, NEW).await >= 3, "the holder is told (N20)");
    ends(&w, &door).await;
    w.stop().await;
}

/// What an administrator gave away by mail ends with the own authority.
async fn demoted(w: &World, door: &Door) {
    let ines = door.token(INES).await;
    let made = door.post(&ines, PATH, &new(w, OLA, "larkspur", &["DL"])).await.succeeded("an invitation").body;
    let link = mailed(w, OLA).await.pop().expect("a link");
    let nia = door.token(NIA).await;
    let accounts = door.get(&nia, "/api/v1/accounts").await.succeeded("accounts").body;
    let account = w.account(INES);
    let entry = accounts.as_array().unwrap().iter().find(|entry| entry["id"] == account).unwrap().clone();
    let role = entry["roles"].as_array().unwrap().iter().find(|role| role["role"] == "OA").unwrap().clone();
    let end = format!("/api/v1/accounts/{account}/roles/{}/end", text(&role, "id"));
    door.post(&nia, &end, &json!({})).await.succeeded("no administrator any more");
    accept(door, &link, OLA, GOOD).await.is(422, "invalid-body", "of whoever may invite nobody now");
    let ines = administrator(w, door).await;
    let revoke = format!("{PATH}/{}/revoke", text(&made, "id"));
    door.post(&ines, &revoke, &json!({})).await.succeeded("taken back");
}

/// Taken back, or too old.
async fn ends(w: &World, door: &Door) {
    let ines = door.token(INES).await;
    let made = door.post(&ines, PATH, &new(w, OLA, "larkspur", &["DL"])).await.succeeded("an invitation").body;
    let link = mailed(w, OLA).await.pop().expect("a link");
    let revoke = format!("{PATH}/{}/revoke", text(&made, "id"));
    let (mara, dana) = (door.token(MARA).await, door.token(DANA).await);
    for other in [&mara, &dana] {
        assert!([403, 404].contains(&door.post(other, &revoke, &json!({})).await.status), "another's invitation");
        assert_eq!(door.get(other, PATH).await.status, 403, "who invites nobody");
    }
    door.post(&ines, &revoke, &json!({})).await.succeeded("taken back");
    door.post(&ines, &revoke, &json!({})).await.is(422, "invalid-body", "taken back already");
    accept(door, &link, OLA, GOOD).await.is(422, "invalid-body", "taken back");
    demoted(w, door).await;
    let ines = door.token(INES).await;
    door.post(&ines, PATH, &new(w, OLA, "larkspur", &["DL"])).await.succeeded("another");
    let link = mailed(w, OLA).await.pop().expect("a link");
    later(w, 7 * 24 * 3_600);
    accept(door, &link, OLA, GOOD).await.is(422, "invalid-body", "a week later");
    let ines = door.token(INES).await;
    let listed = door.get(&ines, PATH).await.succeeded("the list").body;
    let mut states: Vec<String> = listed.as_array().unwrap().iter().map(|one| text(one, "state")).collect();
    states.sort();
    assert_eq!(states, ["accepted", "expired", "revoked", "revoked"]);
    let mut made = 0;
    while door.post(&ines, PATH, &new(w, &format!("p{made}@larkspur.test"), "larkspur", &[])).await.status == 201 {
        made += 1;
        assert!(made <= 30, "one person invites so many in an hour");
    }
    assert_eq!(made, 30);
}

async fn an_administrator_invites_into_the_own_organization_alone(w: World) {
    let door = Door::of(&w);
    let ines = administrator(&w, &door).await;
    let (nia, mara, dana) = (door.token(NIA).await, door.token(MARA).await, door.token(DANA).await);
    for (organization, role) in [("quillstone", "DL"), ("fado", "PL"), ("cedar_hollow", "TC")] {
        let answer = door.post(&ines, PATH, &new(&w, "x@elsewhere.test", organization, &[role])).await;
        assert!([403, 422].contains(&answer.status), "{organization}: {}", answer.body);
        assert!(answer.status == 403 || answer.pointers() == ["/organization"], "{}", answer.body);
    }
    for token in [&mara, &dana] {
        let answer = door.post(token, PATH, &new(&w, NEW, "larkspur", &["DL"])).await;
        assert!([403, 422].contains(&answer.status), "{}", answer.body);
    }
    door.post(&ines, PATH, &new(&w, NEW, "larkspur", &["PL"])).await.is(422, "invalid-body", "another side's role");
    door.post(&nia, PATH, &new(&w, "tess@firstprairie.example.com", "first_prairie", &["TC"])).await.succeeded("any");
    // Whether an address has an account elsewhere is told to nobody: the answer is the same, and no mail goes out.
    let strange = door.post(&ines, PATH, &new(&w, "nobody@elsewhere.test", "larkspur", &["DL"])).await;
    let known = door.post(&ines, PATH, &new(&w, MARA, "larkspur", &["DL"])).await;
    assert_eq!((strange.status, known.status), (201, 201), "{}", known.body);
    let members = |reply: &Reply| reply.body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&strange), members(&known));
    assert_eq!(mailed(&w, MARA).await, Vec::<String>::new());
    let own = door.post(&ines, PATH, &new(&w, INES, "larkspur", &["DL"])).await;
    own.is(422, "invalid-body", "of an account that one may know of");
    assert_eq!(own.pointers(), ["/email"]);
    let listed = door.get(&ines, PATH).await.succeeded("the list").body;
    assert!(listed.as_array().unwrap().iter().all(|one| one["state"] == "open"), "{listed}");
    w.stop().await;
}

/// Domain section 3.6: leaving a role revokes within the hour, here at the worker's next round.
async fn whoever_leaves_loses_roles_sessions_and_grants(w: World) {
    let scheduled = window::set(&w).await;
    let door = Door::of(&w);
    let (nia, lena, ines) = (door.token(NIA).await, door.token(LENA).await, door.token(INES).await);
    let remove = |who: &str| format!("/api/v1/accounts/{}/remove", w.account(who));
    door.post(&ines, &remove(LENA), &json!({})).await.is(404, "not-found", "of another organization");
    door.post(&nia, &remove(NIA), &json!({})).await.is(403, "forbidden", "oneself");
    let removed = door.post(&nia, &remove(LENA), &json!({})).await.succeeded("removed").body;
    assert_eq!((&removed["active"], &removed["roles"]), (&json!(false), &json!([])));
    door.get(&lena, "/api/v1/me").await.is(401, "unauthenticated", "the session ended");
    w.work().await;
    let grant = w.record(DANA, &format!("grants/{}", scheduled.grant)).await;
    assert_eq!(grant["stage"], "revoked", "{grant}");
    let administrator = administrator(&w, &door).await;
    let tobias = format!("/api/v1/accounts/{}/remove", w.account("tobias.renn@larkspur.test"));
    door.post(&administrator, &tobias, &json!({})).await.succeeded("of the own organization");
    door.post(&administrator, &remove(MARA), &json!({})).await.is(404, "not-found", "of another developer");
    w.stop().await;
}

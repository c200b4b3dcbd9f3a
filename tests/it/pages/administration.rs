//! Administration: who sees which page, what its forms do, and the fresh proof that some of them ask for.

use chrono::TimeDelta;
use serde_json::json;

use super::browser::{Browser, between};
use crate::support::{
    door::Door,
    people::PASSWORD,
    scene::{BEA, DANA, INES, MARA, NIA, THEO},
    world::World,
};

at_both_doors! {
    pages_are_for_whom_the_use_cases_answer
    a_role_that_takes_two_is_confirmed_by_another_with_a_fresh_proof
    an_account_is_made_disabled_and_enabled
    an_organization_is_added
    invitations_are_listed_mailed_again_and_taken_back
    a_token_is_shown_once_and_revoked
    a_form_of_a_token_sent_twice_makes_one_token
    days_are_closed_and_opened_again
    a_milestone_is_reported
    a_framework_version_takes_two_owners
}

/// What each of these people is answered.
const SEEN: &[(&str, [u16; 5])] = &[
    // By NIA (SA), THEO (FO), INES (DL), DANA (PL), BEA (TC).
    ("/administration", [200, 200, 200, 200, 200]),
    ("/administration/accounts", [200, 200, 200, 200, 200]),
    ("/administration/accounts/new", [200, 403, 403, 403, 403]),
    ("/administration/organizations", [200, 200, 200, 200, 200]),
    ("/administration/organizations/new", [200, 403, 403, 403, 403]),
    ("/administration/invitations", [200, 403, 403, 403, 403]),
    ("/administration/invitations/new", [200, 403, 403, 403, 403]),
    ("/administration/api-tokens", [403, 403, 200, 403, 403]),
    ("/administration/api-tokens/new", [403, 403, 200, 403, 403]),
    ("/administration/working-days", [200, 200, 200, 200, 200]),
    ("/administration/working-days/close", [200, 403, 403, 403, 403]),
    ("/administration/milestones", [200, 200, 200, 200, 200]),
    ("/administration/figures", [403, 200, 200, 403, 403]),
    ("/administration/health", [200, 403, 403, 403, 403]),
    ("/administration/framework", [200, 200, 200, 200, 200]),
    ("/administration/framework/v1.1", [200, 200, 200, 200, 200]),
    ("/administration/framework/v1.1/differences?from=v1.0", [200, 200, 200, 200, 200]),
    ("/administration/framework/v9/differences", [404, 404, 404, 404, 404]),
    ("/administration/framework/v1.1/templates/nda", [200, 200, 200, 200, 200]),
    ("/administration/framework/v1.1/templates/none", [404, 404, 404, 404, 404]),
    ("/administration/mail/templates", [200, 403, 403, 403, 403]),
    ("/administration/mail/templates/N7/window", [200, 403, 403, 403, 403]),
    ("/administration/framework/new", [403, 200, 403, 403, 403]),
];

async fn pages_are_for_whom_the_use_cases_answer(w: World) {
    let nobody = Browser::of(&w);
    let mut people = Vec::new();
    for email in [NIA, THEO, INES, DANA, BEA] {
        people.push((email, Browser::signed_in(&w, email).await));
    }
    for (path, answers) in SEEN {
        assert!(nobody.get(path).await.led(path).starts_with("/sign-in?next="), "{path}");
        for ((email, browser), expected) in people.iter().zip(answers) {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, *expected, "{email} {path}");
            if *expected == 200 {
                answer.page(path);
            }
        }
    }
    // No developer learns of another (invariant 15), nor of its people.
    let of_mara = format!("/administration/accounts/{}", w.accounts[MARA]);
    let (_, ines) = &people[2];
    assert_eq!(ines.get(&of_mara).await.status, 404);
    assert!(!ines.get("/administration/accounts").await.page("accounts").contains("Quillstone"));
    assert!(!ines.get("/administration/organizations").await.page("organizations").contains("Quillstone"));
    w.stop().await;
}

async fn a_role_that_takes_two_is_confirmed_by_another_with_a_fresh_proof(w: World) {
    let (nia, theo) = (Browser::signed_in(&w, NIA).await, Browser::signed_in(&w, THEO).await);
    let account = format!("/administration/accounts/{}", w.accounts[DANA]);
    let roles = format!("{account}/roles");
    nia.post(&roles, &[("role", "")]).await.wrong_at("role-f-role", "no role");
    assert_eq!(nia.send(&roles, &[("role", "FO"), ("csrf", "another")]).await.status, 403, "a wrong token");
    // Six minutes later the proof is not fresh any more.
    w.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    assert!(nia.get(&roles).await.page("the form").contains("name=\"password\""), "a proof is asked for");
    nia.post(&roles, &[("role", "FO")]).await.wrong_at("role-f-password", "no proof");
    let asked = nia.post(&roles, &[("role", "FO"), ("password", PASSWORD)]).await;
    assert_eq!(asked.did("asked"), format!("{account}?done=role"));
    let page = nia.get(&account).await.page("the account");
    assert!(page.contains("Waits for a second person"), "{page}");
    assert!(!page.contains("/confirm\""), "who asked does not confirm");
    let page = theo.get(&account).await.page("the account, to another");
    let confirm = format!("{account}/roles/{}/confirm", between(&page, &format!("{account}/roles/"), "/confirm\""));
    assert_eq!(nia.get(&confirm).await.status, 403, "who asked does not confirm");
    assert_eq!(nia.post(&confirm, &[]).await.status, 403);
    theo.post(&confirm, &[("password", "wrong")]).await.wrong_at("confirm-f-password", "a wrong proof");
    let confirmed = theo.post(&confirm, &[("password", PASSWORD)]).await;
    assert_eq!(confirmed.did("confirmed"), format!("{account}?done=confirmed"));
    let page = theo.get(&account).await.page("the account");
    assert!(page.contains("Framework owner") && !page.contains("Waits for a second person"), "{page}");
    let end = format!("{account}/roles/{}/end", between(&confirm, "/roles/", "/confirm"));
    assert_eq!(theo.post(&end, &[]).await.status, 403, "the second person ends nothing");
    assert_eq!(nia.post(&end, &[]).await.did("ended"), format!("{account}?done=ended"));
    w.stop().await;
}

async fn an_account_is_made_disabled_and_enabled(w: World) {
    let nia = Browser::signed_in(&w, NIA).await;
    let new = "/administration/accounts/new";
    let organization = w.organizations["larkspur"].clone();
    let person = |email: &'static str, role: &'static str| {
        vec![("name", "Pia Lund"), ("email", email), ("organization", organization.as_str()), ("roles", role)]
    };
    nia.post(new, &person("no address", "DL")).await.wrong_at("account-f-email", "no address");
    nia.post(new, &person(INES, "DL")).await.wrong_at("account-f-email", "a taken address");
    let typed =
        nia.post(new, &person("pia@larkspur.test", "PL")).await.wrong_at("account-f-roles", "another side's role");
    assert!(typed.contains("value=\"pia@larkspur.test\""), "what was typed comes back");
    let made = nia.post(new, &person("pia@larkspur.test", "DL")).await.page("the link, once");
    assert!(made.contains("/password#"), "{made}");
    let account = format!("/administration/accounts/{}", between(&made, "href=\"/administration/accounts/", "\""));
    let link = nia.post(&format!("{account}/invite"), &[]).await.page("another link");
    assert!(link.contains("/password#"), "{link}");
    let ines = Browser::signed_in(&w, INES).await;
    let account = format!("/administration/accounts/{}", w.accounts[INES]);
    assert_eq!(ines.get(&format!("{account}/disable")).await.status, 403, "nobody disables themselves");
    assert_eq!(ines.post(&format!("{account}/disable"), &[]).await.status, 403);
    let disable = format!("{account}/disable");
    w.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    assert_eq!(nia.send(&disable, &[("password", PASSWORD)]).await.status, 403, "no token");
    nia.post(&disable, &[]).await.wrong_at("act-f-password", "no proof");
    assert!(ines.get("/account").await.status == 200, "nothing was done");
    let done = nia.post(&disable, &[("password", PASSWORD)]).await;
    assert_eq!(done.did("disabled"), format!("{account}?done=disabled"));
    assert!(ines.get("/account").await.to.starts_with("/sign-in"), "the sessions ended");
    let done = nia.post(&format!("{account}/enable"), &[]).await;
    assert_eq!(done.did("enabled"), format!("{account}?done=enabled"), "the proof is fresh now");
    w.stop().await;
}

async fn an_organization_is_added(w: World) {
    let nia = Browser::signed_in(&w, NIA).await;
    let new = "/administration/organizations/new";
    nia.post(new, &[("name", ""), ("side", "partner")]).await.wrong_at("organization-f-name", "no name");
    nia.post(new, &[("name", "Wren Models")]).await.wrong_at("organization-f-side", "no side");
    let made = nia.post(new, &[("name", "Wren Models"), ("side", "developer")]).await;
    assert_eq!(made.did("made"), "/administration/organizations?done=made");
    assert!(nia.get("/administration/organizations").await.page("the list").contains("Wren Models"));
    let theo = Browser::signed_in(&w, THEO).await;
    assert_eq!(theo.post(new, &[("name", "Wren Labs"), ("side", "developer")]).await.status, 403);
    w.stop().await;
}

async fn invitations_are_listed_mailed_again_and_taken_back(w: World) {
    let nia = Browser::signed_in(&w, NIA).await;
    let organization = w.organizations["larkspur"].clone();
    let new = "/administration/invitations/new";
    let person = |email: &'static str| {
        vec![("name", "Pia Lund"), ("email", email), ("organization", organization.as_str()), ("roles", "DL")]
    };
    nia.post(new, &person("no address")).await.wrong_at("invitation-f-email", "no address");
    nia.post(new, &person("pia@larkspur.test")).await.led("invited");
    let list = nia.get("/administration/invitations").await.page("the list");
    let id = between(&list, "action=\"/administration/invitations/", "/");
    let resend = format!("/administration/invitations/{id}/resend");
    assert_eq!(nia.post(&resend, &[]).await.status, 429, "not at once");
    w.clock.advance_system(TimeDelta::minutes(11)).unwrap();
    assert_eq!(nia.post(&resend, &[]).await.did("again"), "/administration/invitations?done=again");
    let revoke = format!("/administration/invitations/{id}/revoke");
    assert_eq!(nia.send(&revoke, &[]).await.status, 403, "no token");
    assert_eq!(nia.post(&revoke, &[]).await.did("taken back"), "/administration/invitations?done=revoked");
    assert!(nia.get("/administration/invitations").await.page("the list").contains("Taken back"));
    w.stop().await;
}

async fn a_token_is_shown_once_and_revoked(w: World) {
    let ines = Browser::signed_in(&w, INES).await;
    let new = "/administration/api-tokens/new";
    ines.post(new, &[("name", "Gateway"), ("expires_at", "no day")]).await.wrong_at("token-f-expires-at", "no day");
    ines.post(new, &[("name", "Gateway"), ("expires_at", "2020-01-01")]).await.wrong_at("token-f-expires-at", "past");
    ines.post(new, &[("name", ""), ("expires_at", "2026-12-01")]).await.wrong_at("token-f-name", "no name");
    let shown = ines.post(new, &[("name", "Gateway"), ("expires_at", "2026-12-01")]).await.page("the token");
    let secret = between(&shown, "<code class=\"ar-reference\">", "</code>");
    let list = ines.get("/administration/api-tokens").await.page("the list");
    assert!(list.contains("Gateway") && !list.contains(secret), "it is not shown again");
    let revoke =
        format!("/administration/api-tokens/{}/revoke", between(&list, "/administration/api-tokens/", "/revoke"));
    let id = revoke.split('/').rev().nth(1).unwrap().rsplit('"').next().unwrap().to_owned();
    let revoke = format!("/administration/api-tokens/{id}/revoke");
    assert_eq!(Browser::signed_in(&w, MARA).await.post(&revoke, &[]).await.status, 404, "another developer's token");
    assert_eq!(ines.post(&revoke, &[]).await.did("revoked"), "/administration/api-tokens?done=revoked");
    assert!(ines.get("/administration/api-tokens").await.page("the list").contains("Revoked"));
    w.stop().await;
}

async fn a_form_of_a_token_sent_twice_makes_one_token(w: World) {
    let ines = Browser::signed_in(&w, INES).await;
    let new = "/administration/api-tokens/new";
    let form = ines.get(new).await.page("the form");
    let key = between(&form, "name=\"key\" value=\"", "\"");
    let fields = [("key", key), ("name", "Gateway"), ("expires_at", "2026-12-01")];
    let secret = |page: &str| between(page, "<code class=\"ar-reference\">", "</code>").to_owned();
    let works = async |secret: &str| Door::of(&w).post(secret, "/api/v1/access-check", &json!({})).await.status != 401;
    let csrf = ines.token().await;
    let fields = [&fields[..], &[("csrf", csrf.as_str())]].concat();
    let (one, other) = tokio::join!(ines.send(new, &fields), ines.send(new, &fields));
    let (one, other) = (secret(&one.page("one")), secret(&other.page("the other")));
    assert_eq!(one, other, "whichever the browser shows");
    assert!(works(&one).await);
    let living = async || ines.get("/administration/api-tokens").await.page("the list").matches("/revoke\"").count();
    assert_eq!(living().await, 1, "one token");
    let another = ines.post(new, &[("key", key), ("name", "Another"), ("expires_at", "2026-12-01")]).await;
    assert_ne!(secret(&another.page("another name")), one);
    let second = Browser::signed_in(&w, INES).await;
    assert_ne!(secret(&second.post(new, &fields[..3]).await.page("another session")), one);
    assert_eq!(living().await, 3);
    w.clock.advance_system(TimeDelta::minutes(1)).unwrap();
    let late = ines.send(new, &fields).await;
    assert_eq!(late.status, 422, "{}", late.html);
    assert!(late.html.contains("not shown again") && !late.html.contains(&one), "{}", late.html);
    assert_ne!(between(&late.html, "name=\"key\" value=\"", "\""), key, "the next one is another");
    assert_eq!(living().await, 3);
    w.stop().await;
}

async fn days_are_closed_and_opened_again(w: World) {
    let nia = Browser::signed_in(&w, NIA).await;
    let close = "/administration/working-days/close";
    nia.post(close, &[("day", "2026-11-30")]).await.wrong_at("close-f-reason", "no reason");
    nia.post(close, &[("day", "never"), ("reason", "weather")]).await.wrong_at("close-f-day", "no day");
    nia.post(close, &[("day", "2026-10-01"), ("reason", "weather")]).await.wrong_at("close-f-day", "a past day");
    let closed = nia.post(close, &[("day", "2026-11-30"), ("reason", "weather")]).await;
    assert_eq!(closed.did("closed"), "/administration/working-days?year=2026&done=closed");
    let page = nia.get("/administration/working-days?year=2026&done=closed").await.page("the year");
    assert!(page.contains("Monday, Nov 30, 2026") && page.contains("Thanksgiving"), "{page}");
    let ines = Browser::signed_in(&w, INES).await;
    let reopen = "/administration/working-days/reopen";
    assert_eq!(ines.post(reopen, &[("day", "2026-11-30")]).await.status, 403);
    let opened = nia.post(reopen, &[("day", "2026-11-30")]).await;
    assert_eq!(opened.did("opened"), "/administration/working-days?year=2026&done=reopened");
    assert_eq!(nia.get("/administration/working-days?year=1900").await.status, 400);
    w.stop().await;
}

async fn a_milestone_is_reported(w: World) {
    let theo = Browser::signed_in(&w, THEO).await;
    let list = theo.get("/administration/milestones").await.page("the list");
    let path = format!("/administration/milestones/{}", between(&list, "href=\"/administration/milestones/", "\""));
    theo.get(&path).await.page("the form");
    assert_eq!(theo.get("/administration/milestones/none").await.status, 404);
    theo.post(&path, &[("source", "91 FR 1")]).await.wrong_at("report-f-status", "no status");
    theo.post(&path, &[("status", "reported")]).await.wrong_at("report-f-source", "no source");
    let reported = theo.post(&path, &[("status", "reported"), ("source", "91 FR 12345")]).await;
    assert_eq!(reported.did("reported"), "/administration/milestones?done=reported");
    assert!(theo.get("/administration/milestones").await.page("the list").contains("91 FR 12345"));
    assert_eq!(Browser::signed_in(&w, INES).await.get(&path).await.status, 403);
    w.stop().await;
}

async fn a_framework_version_takes_two_owners(w: World) {
    let theo = Browser::signed_in(&w, THEO).await;
    let new = "/administration/framework/new";
    theo.post(new, &[("text", "x = 1")]).await.wrong_at("draft-f-unclassified-attestation", "no attestation");
    let attested = ("unclassified_attestation", "true");
    theo.post(new, &[("text", "no version"), attested]).await.wrong_at("draft-f-text", "no version");
    let text = include_str!("../../../config/framework/v1.1.toml");
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap();
    let text = text.replacen(line("id ="), "id = \"v1.2\"", 1);
    let text = text.replacen(line("effective_from ="), "effective_from = \"2027-03-01\"", 1);
    let kept = theo.post(new, &[("text", &text), attested]).await.led("kept");
    let draft = kept.split('?').next().unwrap().to_owned();
    let page = theo.get(&kept).await.page("the draft");
    assert!(page.contains("The version was kept as a draft.") && page.contains("Conditions and their texts"), "{page}");
    let digest = draft.rsplit('/').next().unwrap();
    theo.get(&format!("/administration/framework/{digest}/differences")).await.page("the differences");
    w.clock.advance_system(TimeDelta::minutes(6)).unwrap();
    let offer = format!("{draft}/offer");
    theo.post(&offer, &[]).await.wrong_at("key-f-password", "no proof");
    assert_eq!(theo.post(&offer, &[("password", PASSWORD)]).await.did("offered"), format!("{draft}?done=offered"));
    let accept = format!("{draft}/accept");
    let hash = between(&theo.get(&accept).await.page("the second key"), "name=\"hash\" value=\"", "\"").to_owned();
    let own = theo.post(&accept, &[("hash", &hash)]).await;
    assert_eq!(own.status, 409, "nobody turns both keys: {}", own.html);
    let retract = format!("{draft}/retract");
    assert_eq!(theo.post(&retract, &[("hash", &hash)]).await.did("taken back"), format!("{draft}?done=retracted"));
    assert_eq!(Browser::signed_in(&w, INES).await.get(&draft).await.status, 403);
    w.stop().await;
}

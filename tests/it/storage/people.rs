//! Accounts, sessions and everything else by which somebody proves to be somebody.

use anteroom::{
    domain::{
        actor::{Assurance, Role, Side},
        id::{AccountId, OrganizationId},
    },
    storage::{
        WriteTx,
        account::{self, Account, RoleAssignment},
        api_token::{self, ApiToken},
        constraint,
        idempotency::{self, KeptAnswer, RequestKey},
        one_time_link::{self, OneTimeLink},
        people::{self, Organization},
        session::{self, RefreshToken, Session},
    },
};

use super::{World, at, on_both_databases};

on_both_databases! {
    a_session_knows_who_asks
    what_is_used_once_is_used_once
    a_link_is_used_once
    a_refresh_token_is_used_once
    an_api_token_is_revoked_by_its_organization
    an_address_and_a_role_are_given_once
    people_are_found_by_role
    answers_are_kept_for_the_same_request
}

async fn add_account(world: &World, tx: &WriteTx, organization: OrganizationId, email: &str) -> AccountId {
    let id = world.account();
    account::add(tx, &new_account(id, organization, email)).await.unwrap();
    id
}

fn new_account(id: AccountId, organization: OrganizationId, email: &str) -> Account {
    Account {
        id,
        email: email.to_owned(),
        name: "Ada".to_owned(),
        organization,
        side: Side::Government,
        external: false,
        code_hash: None,
        password_hash: None,
        totp_sealed: None,
        totp_confirmed: false,
        totp_last_step: None,
        disabled_at: None,
        created_at: at(0),
        failed_sign_ins: 0,
        locked_until: None,
    }
}

fn role(world: &World, account: AccountId, role: Role, confirmed: bool) -> RoleAssignment {
    RoleAssignment {
        id: world.ids.uuid(),
        account,
        role,
        asked_by: None,
        asked_at: at(0),
        confirmed: confirmed.then_some((None, at(0))),
        ended_at: None,
    }
}

async fn add_host(world: &World, tx: &WriteTx) {
    let host = Organization {
        id: world.host,
        name: "Program Office".to_owned(),
        side: Side::Government,
        agency_of: None,
        is_host: true,
        framework_owner: false,
        party_kind: None,
        sector: None,
    };
    account::add_organization(tx, &host, at(0)).await.unwrap();
    assert_eq!(people::host(tx).await.unwrap(), Some(host));
}

async fn a_session_knows_who_asks(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    for (code, confirmed) in [(Role::ProgramLiaison, true), (Role::Auditor, false)] {
        account::add_role(&tx, &role(&world, ada, code, confirmed)).await.unwrap();
    }
    let new = Session {
        id: world.ids.uuid(),
        account: ada,
        assurance: Assurance::Aal1,
        created_at: at(0),
        last_seen_at: at(0),
        expires_at: at(900),
        ended: None,
        user_agent_hash: None,
        record: None,
        cookie_hash: None,
        cookie_hash_before: None,
        proved_at: at(0),
    };
    session::begin(&tx, &new).await.unwrap();
    session::raise(&tx, new.id, Assurance::Aal2).await.unwrap();
    session::seen(&tx, new.id, at(5)).await.unwrap();
    let before = world.store.statements();
    let owner = session::owner(&tx, new.id).await.unwrap().unwrap();
    assert_eq!(world.store.statements() - before, 1);
    assert_eq!(owner.actor.roles, [Role::ProgramLiaison].into(), "a role that nobody confirmed does not count");
    assert_eq!((owner.actor.account, owner.actor.organization), (ada, world.host));
    assert_eq!((owner.actor.assurance, owner.session.last_seen_at), (Assurance::Aal2, at(5)));
    assert_eq!((owner.organization_name.as_str(), owner.actor.name.as_str()), ("Program Office", "Ada"));
    assert!(owner.active && !owner.second_factor);

    account::set_disabled(&tx, ada, Some(at(6))).await.unwrap();
    assert_eq!(session::of_account(&tx, ada, at(6)).await.unwrap().len(), 1);
    assert_eq!(session::end_all(&tx, ada, None, at(6), "disabled").await.unwrap(), 1);
    let owner = session::owner(&tx, new.id).await.unwrap().unwrap();
    assert_eq!((owner.active, owner.session.ended), (false, Some((at(6), "disabled".to_owned()))));
    assert!(!session::end(&tx, new.id, at(7), "again").await.unwrap());
    assert_eq!(session::owner(&tx, world.ids.uuid()).await.unwrap(), None);
}

async fn what_is_used_once_is_used_once(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    for (step, fresh) in [(10, true), (10, false), (9, false), (11, true)] {
        assert_eq!(account::use_totp_step(&tx, ada, step).await.unwrap(), fresh, "step {step}");
    }
    account::sign_in_failed(&tx, ada, None).await.unwrap();
    account::sign_in_failed(&tx, ada, Some(at(30))).await.unwrap();
    let failed = account::by_id(&tx, ada).await.unwrap().unwrap();
    assert_eq!((failed.failed_sign_ins, failed.locked_until), (2, Some(at(30))));
    account::set_password(&tx, ada, "phc").await.unwrap();
    let whole = account::by_email(&tx, "ada@example.gov").await.unwrap().unwrap();
    assert_eq!((whole.failed_sign_ins, whole.password_hash.as_deref()), (0, Some("phc")));
}

async fn a_link_is_used_once(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    let link = OneTimeLink {
        hash: "aa".to_owned(),
        purpose: "invitation".to_owned(),
        account: Some(ada),
        about: None,
        email: "ada@example.gov".to_owned(),
        created_at: at(0),
        expires_at: at(100),
        used_at: None,
    };
    one_time_link::add(&tx, &link).await.unwrap();
    for (purpose, now, taken) in [
        ("reset", at(1), false),
        ("invitation", at(100), false),
        ("invitation", at(99), true),
        ("invitation", at(99), false),
    ] {
        assert_eq!(one_time_link::take(&tx, "aa", purpose, now).await.unwrap(), taken, "{purpose} {now}");
    }
}

async fn a_refresh_token_is_used_once(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    let id = world.ids.uuid();
    let new = Session {
        id,
        account: ada,
        assurance: Assurance::Aal1,
        created_at: at(0),
        last_seen_at: at(0),
        expires_at: at(900),
        ended: None,
        user_agent_hash: None,
        record: None,
        cookie_hash: None,
        cookie_hash_before: None,
        proved_at: at(0),
    };
    session::begin(&tx, &new).await.unwrap();
    let token = RefreshToken { hash: "r1".to_owned(), session: id, issued_at: at(0), used: None };
    session::add_refresh(&tx, &token).await.unwrap();
    assert!(session::use_refresh(&tx, "r1", "r2", at(3)).await.unwrap());
    assert!(!session::use_refresh(&tx, "r1", "r3", at(4)).await.unwrap());
    let used = session::refresh(&tx, "r1").await.unwrap().unwrap().used;
    assert_eq!(used, Some((at(3), Some("r2".to_owned()))));
    assert_eq!(session::forget(&tx, at(901)).await.unwrap(), 1);
    assert_eq!(session::refresh(&tx, "r1").await.unwrap(), None, "a token goes with its session");
}

async fn an_api_token_is_revoked_by_its_organization(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    let token = ApiToken {
        id: world.ids.uuid(),
        hash: "t1".to_owned(),
        organization: world.host,
        created_by: ada,
        name: "gateway".to_owned(),
        scopes: vec!["access-check".to_owned()],
        created_at: at(0),
        expires_at: at(900),
        last_used_at: None,
        revoked_at: None,
    };
    api_token::add(&tx, &token).await.unwrap();
    assert_eq!(api_token::by_hash(&tx, "t1").await.unwrap().as_ref(), Some(&token));
    assert!(!api_token::revoke(&tx, token.id, world.developer, at(1)).await.unwrap(), "another organization's");
    assert!(api_token::revoke(&tx, token.id, world.host, at(1)).await.unwrap());
    assert_eq!(api_token::of_organization(&tx, world.host).await.unwrap()[0].revoked_at, Some(at(1)));
}

async fn an_address_and_a_role_are_given_once(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let ada = add_account(&world, &tx, world.host, "ada@example.gov").await;
    let asked = role(&world, ada, Role::GovernmentSignatory, false);
    account::add_role(&tx, &asked).await.unwrap();
    assert!(account::confirm_role(&tx, asked.id, ada, at(2)).await.unwrap());
    assert!(!account::confirm_role(&tx, asked.id, ada, at(3)).await.unwrap());
    assert_eq!(account::roles(&tx, &[ada]).await.unwrap()[0].confirmed, Some((Some(ada), at(2))));
    tx.commit().await.unwrap();

    let tx = world.write().await;
    let again = account::add_role(&tx, &role(&world, ada, Role::GovernmentSignatory, true)).await.unwrap_err();
    assert!(again.is_conflict(constraint::ROLE), "{again:?}");
    drop(tx);
    let tx = world.write().await;
    let taken = account::add(&tx, &new_account(world.account(), world.host, "ada@example.gov")).await.unwrap_err();
    assert!(taken.is_conflict(constraint::EMAIL), "{taken:?}");
    drop(tx);
    let tx = world.write().await;
    assert!(account::end_role(&tx, asked.id, at(9)).await.unwrap());
    assert!(!account::end_role(&tx, asked.id, at(9)).await.unwrap());
    account::add_role(&tx, &role(&world, ada, Role::GovernmentSignatory, true)).await.unwrap();
}

async fn people_are_found_by_role(world: World) {
    let tx = world.write().await;
    add_host(&world, &tx).await;
    let [ada, bob, eve] = [
        add_account(&world, &tx, world.host, "ada@example.gov").await,
        add_account(&world, &tx, world.host, "bob@example.gov").await,
        add_account(&world, &tx, world.host, "eve@example.gov").await,
    ];
    for (account, code, confirmed) in [
        (ada, Role::Reviewer, true),
        (ada, Role::ProgramLiaison, true),
        (bob, Role::Reviewer, false),
        (eve, Role::InsiderRiskOfficer, true),
    ] {
        account::add_role(&tx, &role(&world, account, code, confirmed)).await.unwrap();
    }
    let wanted = [(Some(world.host), Role::Reviewer), (None, Role::InsiderRiskOfficer)];
    let found = people::with_roles(&tx, &wanted).await.unwrap();
    let mut expected = vec![ada, eve];
    expected.sort_unstable();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), expected);
    assert_eq!(found[&ada].facts.roles, [Role::Reviewer, Role::ProgramLiaison].into());
    assert!(people::with_roles(&tx, &[(Some(world.developer), Role::Reviewer)]).await.unwrap().is_empty());
    assert_eq!(people::by_ids(&tx, [bob]).await.unwrap()[&bob].facts.roles, [].into());
    assert_eq!(people::of_organizations(&tx, &[world.host]).await.unwrap().len(), 3);
    assert_eq!(people::organizations(&tx, Some(&[world.host])).await.unwrap().len(), 1);
    assert_eq!(people::organizations(&tx, Some(&[world.developer])).await.unwrap().len(), 0);
}

async fn answers_are_kept_for_the_same_request(world: World) {
    let key = |account, key: &str| RequestKey {
        account,
        route: "propose".to_owned(),
        target: "ENG-2026-K7Q4MD".to_owned(),
        key: key.to_owned(),
    };
    let (ada, bob) = (world.account(), world.account());
    let kept = KeptAnswer { request_hash: "h".to_owned(), status: 200, body: "{}".to_owned() };
    let tx = world.write().await;
    idempotency::keep(&tx, &key(ada, "k"), &kept, at(0), at(0)).await.unwrap();
    assert_eq!(idempotency::find(&tx, &key(ada, "k"), at(0)).await.unwrap().as_ref(), Some(&kept));
    assert_eq!(idempotency::find(&tx, &key(ada, "other"), at(0)).await.unwrap(), None);
    assert_eq!(idempotency::find(&tx, &key(bob, "k"), at(0)).await.unwrap(), None, "a key is the account's own");
    tx.commit().await.unwrap();
    let tx = world.write().await;
    let twice = idempotency::keep(&tx, &key(ada, "k"), &kept, at(1), at(0)).await.unwrap_err();
    assert!(twice.is_conflict("idempotency_key_pkey"), "{twice:?}");
    drop(tx);
    let tx = world.write().await;
    assert_eq!(idempotency::forget(&tx, at(1)).await.unwrap(), 1);
}

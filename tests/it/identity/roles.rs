//! Roles that two people give, never to oneself, and that count from the next request on.

use serde_json::{Value, json};

use crate::support::{
    door::{Door, Reply, text},
    scene::{DANA, INES, LENA, NIA, THEO},
    world::World,
};

at_both_doors! {
    a_role_of_two_people_is_asked_by_one_and_confirmed_by_another
    agencies_of_the_host_alone_own_the_framework
}

async fn roles(door: &Door, token: &str) -> Value {
    door.get(token, "/api/v1/me").await.succeeded("/me").body["roles"].clone()
}

/// The id of the role that was asked for last.
fn asked(reply: &Reply, role: &str) -> String {
    let roles = reply.body["roles"].as_array().expect("roles");
    text(roles.iter().find(|entry| entry["role"] == role).expect("the role"), "id")
}

async fn a_role_of_two_people_is_asked_by_one_and_confirmed_by_another(w: World) {
    let door = Door::of(&w);
    let (nia, dana) = (door.token(NIA).await, door.token(DANA).await);
    let (theo, ines, lena) = (door.token(THEO).await, door.token(INES).await, door.token(LENA).await);
    let of = |who: &str, rest: &str| format!("/api/v1/accounts/{}/roles{rest}", w.account(who));
    let role = |role: &str| json!({ "role": role });
    let none = json!({});
    for (token, status) in [(&dana, 403), (&theo, 403), (&ines, 404)] {
        assert_eq!(door.post(token, &of(DANA, ""), &role("RV")).await.status, status, "who may not ask");
    }
    door.post(&nia, &of(NIA, ""), &role("EV")).await.is(403, "forbidden", "a role for oneself");
    let wrong_side = door.post(&nia, &of(DANA, ""), &role("DA")).await;
    wrong_side.is(422, "invalid-body", "a role of another side");
    assert_eq!(wrong_side.pointers(), ["/role"]);

    let waiting = door.post(&nia, &of(DANA, ""), &role("FO")).await.succeeded("asked");
    assert_eq!(roles(&door, &dana).await, json!(["PL"]), "it does not count yet");
    let id = asked(&waiting, "FO");
    let confirm = of(DANA, &format!("/{id}/confirm"));
    for (token, status, who) in [(&nia, 403, "who asked"), (&dana, 403, "the holder"), (&lena, 404, "of an agency")] {
        assert_eq!(door.post(token, &confirm, &none).await.status, status, "{who}");
    }
    let elsewhere = of(LENA, &format!("/{id}/confirm"));
    door.post(&theo, &elsewhere, &none).await.is(404, "not-found", "another account's role");
    assert_eq!(roles(&door, &dana).await, json!(["PL"]));
    door.post(&nia, &of(DANA, ""), &role("FO")).await.is(422, "invalid-body", "asked already");
    let given = door.post(&theo, &confirm, &none).await.succeeded("confirmed");
    let entry = given.body["roles"].as_array().expect("roles").iter().find(|entry| entry["role"] == "FO").cloned();
    let entry = entry.expect("the role");
    assert_eq!((&entry["asked_by"], &entry["confirmed_by"]), (&json!(w.account(NIA)), &json!(w.account(THEO))));
    assert_eq!(roles(&door, &dana).await, json!(["PL", "FO"]), "it counts at the next request");
    door.post(&theo, &confirm, &none).await.is(422, "invalid-body", "confirmed already");

    let end = of(DANA, &format!("/{id}/end"));
    door.post(&dana, &end, &none).await.is(403, "forbidden", "not one's own to end");
    door.post(&nia, &end, &none).await.succeeded("ended");
    assert_eq!(roles(&door, &dana).await, json!(["PL"]), "it stops counting at the next request");
    door.post(&nia, &end, &none).await.is(404, "not-found", "it has ended");

    door.post(&nia, &of(DANA, ""), &role("EV")).await.succeeded("a role that one person gives");
    assert_eq!(roles(&door, &dana).await, json!(["PL", "EV"]));
    made_with_roles(&w, &door, &nia).await;
    w.stop().await;
}

/// A new account waits for its second person too.
async fn made_with_roles(w: &World, door: &Door, nia: &str) {
    let new = json!({
        "email": "new@fado.test", "name": "New Person", "organization": w.organization("fado"), "roles": ["PL", "SA"],
    });
    let made = door.post(nia, "/api/v1/accounts", &new).await.succeeded("an account").body;
    let roles = made["account"]["roles"].as_array().expect("roles");
    let counts = |role: &str| {
        let entry = roles.iter().find(|entry| entry["role"] == role).expect("the role");
        !entry["confirmed_at"].is_null()
    };
    assert!(counts("PL") && !counts("SA"), "{roles:?}");
    let again = door.post(nia, "/api/v1/accounts", &new).await;
    again.is(422, "invalid-body", "the address is taken");
    assert_eq!(again.pointers(), ["/email"]);
    for broken in ["a b@fado.test", "\"a\"@fado.test", "a@b@fado.test", "a@fado.test\u{0}", "a@-fado.test", "@", ""] {
        let mut body = new.clone();
        body["email"] = json!(broken);
        let answer = door.post(nia, "/api/v1/accounts", &body).await;
        answer.is(422, "invalid-body", broken);
        assert_eq!(answer.pointers(), ["/email"], "{broken}");
    }
}

async fn agencies_of_the_host_alone_own_the_framework(w: World) {
    let door = Door::of(&w);
    let nia = door.token(NIA).await;
    let new = |side: &str, owner: bool| json!({ "name": "Bureau", "side": side, "framework_owner": owner });
    for side in ["developer", "partner"] {
        let refused = door.post(&nia, "/api/v1/organizations", &new(side, true)).await;
        refused.is(422, "invalid-body", side);
        assert_eq!(refused.pointers(), ["/framework_owner"]);
    }
    for owner in [false, true] {
        let made =
            door.post(&nia, "/api/v1/organizations", &new("government", owner)).await.succeeded("an agency").body;
        assert_eq!((&made["framework_owner"], &made["is_host"]), (&json!(owner), &json!(false)));
        assert_eq!(text(&made, "agency_of"), w.organization("fado"));
    }
}

//! One's own account.

use anteroom::auth::totp::TotpSecret;
use chrono::TimeDelta;

use super::browser::{Browser, between};
use crate::{
    identity::seed,
    support::{
        people::PASSWORD,
        scene::{INES, MARA},
        world::World,
    },
};

at_both_doors! {
    the_account_is_shown_to_its_holder_alone
    a_session_is_ended_by_its_holder
    a_password_is_changed
    a_second_factor_is_set_up_and_removed
    a_calendar_has_a_secret_address_shown_once
}

const NEW: &str = "copper thistle wagon 77 moon";

const PAGES: [&str; 4] = ["/account", "/account/password", "/account/second-factor", "/account/calendar"];

async fn the_account_is_shown_to_its_holder_alone(w: World) {
    let nobody = Browser::of(&w);
    let ines = Browser::signed_in(&w, INES).await;
    for path in PAGES {
        assert_eq!(nobody.get(path).await.led(path), format!("/sign-in?next={path}"));
        ines.get(path).await.page(path);
    }
    let page = ines.get("/account").await.page("the account");
    for said in [INES, "Ines Varga", "Larkspur Cognition", "Developer liaison", "Signed in with one factor"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for path in ["/account/password", "/account/second-factor", "/account/calendar", "/account/calendar/revoke"] {
        let answer = ines.send(path, &[("csrf", "another"), ("password", PASSWORD), ("new_password", NEW)]).await;
        assert_eq!(answer.status, 403, "{path} with a wrong token");
    }
    w.stop().await;
}

async fn a_session_is_ended_by_its_holder(w: World) {
    let (one, other) = (Browser::signed_in(&w, INES).await, Browser::signed_in(&w, INES).await);
    let page = one.get("/account").await.page("two sessions");
    let ends = |page: &str| -> Vec<String> {
        let forms = page.split("action=\"/account/sessions/").skip(1);
        forms.map(|rest| format!("/account/sessions/{}", rest.split('"').next().unwrap())).collect()
    };
    assert_eq!(ends(&page).len(), 2);
    let rows: Vec<&str> = page.split("<tr").filter(|row| row.contains("Another one")).collect();
    let foreign = format!("/account/sessions/{}", between(rows[0], "/account/sessions/", "\""));
    let mara = Browser::signed_in(&w, MARA).await;
    assert_eq!(mara.post(&foreign, &[]).await.status, 404, "nobody ends another person's session");
    assert_eq!(one.post("/account/sessions/none/end", &[]).await.status, 404);
    let ended = one.post(&foreign, &[]).await.led("the end");
    assert!(ended.starts_with("/account?done=session&seal="), "{ended}");
    assert!(one.get(&ended).await.page("what was done").contains("The session was ended."));
    assert!(other.get("/account").await.to.starts_with("/sign-in"), "the other browser is out");
    w.stop().await;
}

async fn a_password_is_changed(w: World) {
    let (one, other) = (Browser::signed_in(&w, INES).await, Browser::signed_in(&w, INES).await);
    let path = "/account/password";
    let wrong = one.post(path, &[("password", "not the password"), ("new_password", NEW)]).await;
    wrong.wrong_at("change-f-password", "a wrong password");
    let weak = one.post(path, &[("password", PASSWORD), ("new_password", "short")]).await;
    let page = weak.wrong_at("change-f-new-password", "a weak password");
    assert!(!page.contains(PASSWORD) && !page.contains("short"), "no password comes back");
    let done = one.post(path, &[("password", PASSWORD), ("new_password", NEW)]).await;
    assert_eq!(done.did("the change"), "/account?done=password");
    one.get("/account?done=password").await.page("this session goes on");
    assert!(other.get("/account").await.to.starts_with("/sign-in"), "every other session ended");
    let again = Browser::of(&w).send("/sign-in", &[("email", INES), ("password", NEW)]).await;
    assert_eq!(again.led("the new password"), "/");
    w.stop().await;
}

async fn a_second_factor_is_set_up_and_removed(w: World) {
    let ines = Browser::signed_in(&w, INES).await;
    let path = "/account/second-factor";
    let code = |secret: &TotpSecret| secret.code(w.clock.system());
    ines.post(path, &[("password", "not it")]).await.wrong_at("begin-f-password", "a wrong password");
    let shown = ines.post(path, &[("password", PASSWORD)]).await.page("the secret, once");
    assert!(shown.contains("<svg class=\"ar-qr\"") && shown.contains("otpauth://totp/"), "{shown}");
    let secret = seed(&between(&shown, "<code class=\"ar-reference\">", "</code>").replace(' ', ""));
    let confirm = "/account/second-factor/confirm";
    let wrong_code = code(&seed("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    ines.post(confirm, &[("code", wrong_code.as_str())]).await.wrong_at("confirm-f-code", "a wrong code");
    let right = code(&secret);
    let right = format!("{} {}", &right[..3], &right[3..]);
    assert_eq!(ines.post(confirm, &[("code", &right)]).await.did("its first code"), "/account?done=second-factor");
    let page = ines.get("/account").await.page("the account");
    assert!(page.contains("Signed in with two factors"), "{page}");
    w.clock.advance_system(TimeDelta::seconds(60)).unwrap();
    let remove = "/account/second-factor/remove";
    ines.post(remove, &[("password", PASSWORD), ("code", "000000")])
        .await
        .wrong_at("remove-f-password", "a wrong code");
    w.clock.advance_system(TimeDelta::seconds(60)).unwrap();
    let now = code(&secret);
    let done = ines.post(remove, &[("password", PASSWORD), ("code", now.as_str())]).await;
    assert_eq!(done.did("its removal"), "/account?done=second-factor-removed");
    assert!(ines.get("/account").await.page("the account").contains("Signed in with one factor"));
    w.stop().await;
}

async fn a_calendar_has_a_secret_address_shown_once(w: World) {
    let ines = Browser::signed_in(&w, INES).await;
    let path = "/account/calendar";
    assert!(!ines.get(path).await.page("no address yet").contains("End the address"));
    let shown = ines.post(path, &[]).await.page("the address");
    let address = between(&shown, "<code class=\"ar-reference\">", "</code>").to_owned();
    let feed = format!("/calendar/{}", address.rsplit('/').next().unwrap());
    assert_eq!(ines.get(&feed).await.status, 200, "{address}");
    let later = ines.get(path).await.page("an address that was made");
    assert!(later.contains("End the address") && !later.contains(&address), "it is not shown again");
    assert_eq!(ines.post("/account/calendar/revoke", &[]).await.did("the end"), "/account?done=calendar-revoked");
    assert_eq!(ines.get(&feed).await.status, 404, "the address is dead");
    w.stop().await;
}

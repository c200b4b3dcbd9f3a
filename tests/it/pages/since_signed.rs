//! Before somebody signs: what changed since they last did; and under an engagement, all that changed since.

use serde_json::{Value, json};

use crate::{
    framework::{activate, second_owner},
    support::{
        desk::Desk,
        matters::{self, ADELE, DANA, LARKSPUR, LENA, QUILLSTONE},
        scene::{BEA, FELIX, INES, TOBIAS, upload},
        world::World,
    },
};

at_both_doors! {
    who_never_signed_a_text_is_told_so
    who_acknowledges_again_sees_what_changed_since_their_own_yes
    a_partner_sees_what_changed_in_the_screening_text
    an_engagement_tells_what_changed_since_one_signed
}

const OMAR: &str = "omar.haddad@cisa.fado.test";

/// The agreed text of a condition, from its newest text: both sides' keys turned.
async fn agree(w: &World, condition: &str) -> Value {
    let path = |command: &str| format!("conditions/{condition}/{command}");
    let seen = w.record(DANA, &format!("conditions/{condition}")).await;
    let digest = seen["texts"].as_array().unwrap().last().unwrap()["digest"].clone();
    let terms = json!({ "digest": digest, "effective_at": "2026-11-02T09:00:00-05:00" });
    w.act(DANA, &path("offer-agreement"), terms).await;
    let hash = w.record(INES, &format!("conditions/{condition}")).await["offers"][0]["hash"].clone();
    w.act(INES, &path("accept-agreement"), json!({ "hash": hash })).await;
    digest
}

async fn sign(w: &World, condition: &str, digest: &Value) {
    for (who, name) in [(TOBIAS, "Tobias Renn"), (ADELE, "Adele Quist")] {
        let body = json!({ "digest": digest, "typed_name": name, "capacity": "authorized official", "intent": true });
        w.act(who, &format!("conditions/{condition}/sign"), body).await;
    }
}

/// A condition in the place of another, with a text of its own.
async fn successor(w: &World, engagement: &str, before: &str, text: &str) -> String {
    let template = w.record(DANA, &format!("conditions/{before}")).await["template"].clone();
    let body = json!({ "attach_to": engagement, "template": template, "supersedes": before });
    let after = w.act(DANA, "conditions", body).await;
    redline(w, &after, text).await;
    after
}

async fn redline(w: &World, condition: &str, text: &str) {
    let seen = w.record(INES, &format!("conditions/{condition}")).await;
    let parent = seen["texts"].as_array().unwrap().last().unwrap()["digest"].clone();
    let body = json!({ "text": text, "parent": parent, "unclassified_attestation": true });
    w.act(INES, &format!("conditions/{condition}/upload-text"), body).await;
}

async fn who_never_signed_a_text_is_told_so(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let desk = Desk::signed_in(&w, TOBIAS).await;
    let early = desk.get(&format!("/conditions/{condition}/sign")).await.is(200, "before anything is agreed");
    assert_eq!(early.told("#since-signed"), "", "there is no text to sign yet");
    agree(&w, &condition).await;
    let form = desk.get(&format!("/conditions/{condition}/sign")).await.is(200, "the form of the signature");
    assert!(form.told("#since-signed").contains("Your side has signed no earlier version"), "{}", form.told("main"));
    w.stop().await;
}

async fn who_acknowledges_again_sees_what_changed_since_their_own_yes(w: World) {
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    matters::approved(&w, &LARKSPUR, &engagement, OMAR).await;
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    let attest = format!("/prerequisites/{}/attest", w.account(LENA));
    let lena = Desk::signed_in(&w, LENA).await;
    let never = lena.get(&attest).await.is(200, "no attestation yet");
    assert!(never.told("#since-signed").contains("You have not attested before"), "{}", never.told("main"));
    matters::approve(&w, &LARKSPUR, LENA, &grant).await;
    let last = lena.get(&attest).await.is(200, "and one");
    assert!(last.told("#since-signed").contains("You last attested on Nov 2, 2026"), "{}", last.told("main"));
    let seen = w.record(DANA, &format!("engagements/{engagement}")).await;
    let before = seen["conditions"][0]["reference"].as_str().unwrap().to_owned();
    let form = |condition: &str| format!("/conditions/{condition}/acknowledge");
    let first = lena.get(&form(&before)).await.is(200, "the first time");
    assert!(first.told("#since-signed").contains("You have signed no earlier version"), "{}", first.told("main"));
    let digest = w.record(LENA, &format!("conditions/{before}")).await["agreed"]["digest"].clone();
    w.act(LENA, &format!("conditions/{before}/acknowledge"), json!({ "digest": digest, "intent": true })).await;
    assert_eq!(lena.get(&form(&before)).await.told("#since-signed"), "", "nothing changed since");
    let after = successor(&w, &engagement, &before, "A text that is quite another one.").await;
    let digest = agree(&w, &after).await;
    sign(&w, &after, &digest).await;
    let again = lena.get(&form(&after)).await.is(200, "the text in its place");
    let told = again.told("#since-signed");
    assert!(told.contains(&format!("You last signed text 1 of {before}")), "{told}");
    assert!(again.told("#since-signed ins").contains("quite another one"), "{told}");
    let omar = Desk::signed_in(&w, OMAR).await;
    let other = omar.get(&form(&after)).await.is(200, "somebody else's first time");
    assert!(other.told("#since-signed").contains("You have signed no earlier version"), "{}", other.told("main"));
    w.stop().await;
}

async fn a_partner_sees_what_changed_in_the_screening_text(w: World) {
    second_owner(&w).await;
    let nominated = async |developer: &matters::Developer| {
        let release = matters::release(&w, developer, "2026-12-23T09:00:00-05:00").await;
        let engagement = matters::proposal(&w, developer, &release).await;
        matters::acknowledge(&w, DANA, &engagement).await;
        matters::approach(&w, developer, &engagement, "cedar_hollow").await
    };
    let first = nominated(&LARKSPUR).await;
    let form = |nomination: &str| format!("/nominations/{nomination}/sign-screening-nda");
    let bea = Desk::signed_in(&w, BEA).await;
    let never = bea.get(&form(&first)).await.is(200, "the first text");
    assert!(never.told("#since-signed").contains("no earlier version"), "{}", never.told("main"));
    w.act(BEA, &form(&first)[1..], matters::screening_signature()).await;
    let text = ("text = \"screening_nda\"", "text_markdown = \"# Screening\\n\\nNothing leaves the room.\"");
    activate(&w, "v2", "2026-11-03", &[text]).await;
    w.at("2026-11-03T15:00:00Z").await;
    let second = nominated(&QUILLSTONE).await;
    let bea = Desk::signed_in(&w, BEA).await;
    let page = bea.get(&form(&second)).await.is(200, "the text of the newer version");
    assert!(page.told("#since-signed").contains("Your side last signed an earlier version"), "{}", page.told("main"));
    assert!(page.told("#since-signed ins").contains("Nothing leaves the room."), "{}", page.told("#since-signed"));
    for foreign in [LARKSPUR.name, QUILLSTONE.name, LARKSPUR.model, QUILLSTONE.model, first.as_str()] {
        assert!(!page.text.contains(foreign), "{foreign} is not disclosed");
    }
    w.stop().await;
}

async fn an_engagement_tells_what_changed_since_one_signed(w: World) {
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), signatory).await;
    let further = |template: &str| json!({ "attach_to": engagement, "template": template, "required": false });
    let condition = w.act(DANA, "conditions", further("use_limitation")).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    let path = format!("/engagements/{engagement}/since-signed");
    let tobias = Desk::signed_in(&w, TOBIAS).await;
    let record = async |desk: &Desk| desk.get(&format!("/engagements/{engagement}")).await.is(200, "the record");
    assert!(!record(&tobias).await.text.contains(&path), "nothing changed yet");
    w.at("2026-11-02T16:00:00Z").await;
    redline(&w, &condition, "The wading bird logs its steps.").await;
    let fresh = w.act(DANA, "conditions", further("confidentiality")).await;
    let document = w.act(INES, "documents", upload(&engagement, "Draft", "text/markdown", b"# Draft")).await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-23T09:00:00-05:00").await;

    assert!(record(&tobias).await.text.contains(&path), "the record leads to it");
    let page = tobias.get(&path).await.is(200, "what changed");
    assert!(page.told(".ar-lead").contains("You last signed CON-"), "{}", page.told(".ar-lead"));
    let links = page.all("#texts tbody td a", "href");
    let expected = [format!("/conditions/{condition}/difference?from=1&to=2"), format!("/conditions/{fresh}/texts/1")];
    assert!(expected.iter().all(|one| links.contains(one)) && links.len() == 2, "{links:?}");
    for link in &links {
        tobias.get(link).await.is(200, "what it leads to");
    }
    assert!(page.all("#documents tbody th a", "href").contains(&format!("/documents/{document}")));
    assert!(page.told("#dates").contains("Window scheduled"), "{}", page.told("#dates"));

    let ines = Desk::signed_in(&w, INES).await;
    assert!(!record(&ines).await.text.contains(&path), "who never signed has no such way");
    assert!(ines.get(&path).await.is(200, "nothing").told(".ar-lead").contains("signed and acknowledged nothing"));
    let felix = Desk::signed_in(&w, FELIX).await;
    felix.get(&path).await.is(404, "another developer");
    w.stop().await;
}

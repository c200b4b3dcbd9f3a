// One engagement in the eight steps of the page "Help", from the question whether a model is covered to its close, by
// everybody who has a part in it, each at a browser of their own.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { open } from "../lib/browser.mjs";
import { Cast } from "../lib/cast.mjs";
import { ADELE, BEA, DANA, GRANT, HELEN, INES, LENA, MARA, MARCUS, SAM, THEO, TOBIAS, YUKI, chapters } from "../lib/story.mjs";
import { moveClock, told } from "../lib/time.mjs";

const TEXTS = ["Nondisclosure agreement", "Protection of intellectual property", "Cybersecurity safeguards", "Insider-risk safeguards"];
const MODEL = "Plover-1";

/** Registers the story; `held` has the browser and a fresh demonstration once it runs. */
export function engagement(held) {
  // What comes to be on the way: references.
  const made = { conditions: {} };
  const chapter = chapters();
  let cast, clerk;
  const to = (instant) => moveClock(clerk, held.demo, instant);
  const mailed = (reference, code, whom) => told(held.demo, reference, code, whom);

  before(async () => {
    cast = new Cast(held);
    clerk = await open(await held.browser.newContext());
  });
  after(() => clerk.context().close());

  chapter("1. a developer asks whether a model is covered, and proposes an engagement", async () => {
    const tobias = await cast.person(TOBIAS);
    await tobias.goes("Help");
    await tobias.follows("Register a model release");
    made.release = await tobias.makes({ Name: MODEL, "Planned partner release": "2027-01-06T09:00" }, { preview: "Registered" });

    const ines = await cast.person(INES);
    await ines.goes("Search");
    await ines.looksUp(made.release);
    await ines.follows(made.release);
    made.inquiry = await ines.begins("Inquiry", { Question: `Is ${MODEL} within the designation?` });
    await ines.does("Submit", { "Unclassified attestation": true, "No weights or scores attestation": true }, { preview: "Submitted" });

    const dana = await cast.person(DANA);
    await dana.takesUp(made.inquiry, "Acknowledge");
    await dana.does("Acknowledge");
    const grant = await cast.person(GRANT);
    await grant.takesUp(made.inquiry, "Update");
    await grant.does("Begin assessment");
    await grant.does("Record determination", {
      Reference: "D-5120",
      Date: "2026-11-23",
      Result: "Not stated",
      "Framework eligible": true,
      "Releasability confirmed": true,
      Office: "CISA",
      On: "2026-11-23",
    });
    await ines.finds("Inquiries", made.inquiry);
    await ines.findsStage("Determined");

    await ines.follows(made.release);
    made.engagement = await ines.begins("Engagement", { "Access mode": "Developer hosted API" });
    await ines.findsStage("Draft");
    await tobias.takesUp(made.engagement, "Continue or withdraw");
    await tobias.does("Propose", { "Unclassified attestation": true, "Release declaration": "New release" }, { preview: "Who is told" });
    await tobias.findsStage("Proposed");
    await mailed(made.engagement, "N4", { reached: [DANA], spared: [MARA, BEA, LENA], never: [MODEL, "Larkspur"] });
    const mara = await cast.person(MARA);
    for (const [kind, reference] of [["releases", made.release], ["inquiries", made.inquiry], ["engagements", made.engagement]]) {
      await mara.isToldNothingOf(`/${kind}/${reference}`, MODEL, "Larkspur");
    }
  });

  chapter("2. a program liaison takes it from the pool and acknowledges it", async () => {
    const dana = await cast.person(DANA);
    await dana.goes("Worklist");
    // Who has not claimed it knows the developer, and not the model.
    await dana.within(dana.main.locator("#unassigned").getByRole("row").filter({ hasText: made.engagement }), "Engagement Larkspur Cognition");
    await dana.takesUp(made.engagement, "Claim");
    await dana.does("Claim");
    await dana.does("Acknowledge", { "Conflict check": true }, { preview: "Acknowledged" });
    await dana.does("Assign signatory", { Signatory: "Adele Quist" });
    await dana.findsStage("Conditions");
    const ines = await cast.person(INES);
    await ines.finds("Engagements", made.engagement);
    await ines.findsStage("Conditions");
    await ines.sees("What is missing before readiness");
    await ines.seesNot("Adele Quist");
    await mailed(made.engagement, "N5", { reached: [INES, TOBIAS], spared: [MARA, BEA, LENA], never: [MODEL, "Dana"] });
  });

  chapter("3. both sides agree on four texts and sign them", async () => {
    for (const title of TEXTS) {
      const dana = await cast.person(DANA);
      await dana.finds("Engagements", made.engagement);
      const condition = await dana.begins("Condition", { Template: title });
      made.conditions[title] = condition;
      await dana.does("Offer agreement", { "Effective at": "2026-11-23T09:00" });
      const ines = await cast.person(INES);
      await ines.takesUp(condition, "Redline");
      await ines.does("Accept agreement", {}, { preview: "Agreed" });
      await ines.findsStage("Agreed");
      for (const [email, name] of [[TOBIAS, "Tobias Renn"], [ADELE, "Adele Quist"]]) {
        const official = await cast.person(email);
        await official.takesUp(condition, "Sign");
        await official.does("Sign", { "Typed name": name, Capacity: "authorized official", Intent: true }, { preview: "Signed" });
      }
    }
    const adele = await cast.person(ADELE);
    await adele.findsStage("In force");
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Engagements", made.engagement);
    await tobias.findsStage("Ready");
    await tobias.sees("All 4 done");
  });

  chapter("4. two keys choose a trusted partner, after a reviewer recused", async () => {
    const ines = await cast.person(INES);
    await ines.finds("Engagements", made.engagement);
    made.nomination = await ines.begins("Nomination", { Partner: "Cedar Hollow" });
    const bea = await cast.person(BEA);
    await bea.isToldNothingOf(`/nominations/${made.nomination}`, MODEL, "Larkspur");
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Trusted partners", made.nomination);
    await tobias.does("Consent approach", {}, { preview: "Who is told" });
    await bea.finds("Trusted partners", made.nomination);
    await bea.seesNot("Larkspur", MODEL);
    await bea.does("Sign screening NDA", { "Typed name": "Bea Tran", Capacity: "partner contact", Intent: true });
    const dana = await cast.person(DANA);
    await dana.finds("Trusted partners", made.nomination);
    await dana.does("Disclose");
    await dana.does("Begin screening");
    await bea.looksAgain();
    await bea.sees("Larkspur Cognition");
    await bea.does("State criteria", { Criteria: { each: "We do." }, "Unclassified attestation": true });
    await dana.looksAgain();
    await dana.does("Begin vetting");
    const theo = await cast.person(THEO);
    await theo.goes("Trusted partners");
    await theo.follows(made.nomination);
    for (const reviewer of ["Marcus Bell", "Helen Sorrel", "Yuki Andrade"]) await theo.does("Assign reviewer", { Reviewer: reviewer });
    await dana.looksAgain();
    await dana.does("Open decision", {}, { preview: "Who is told" });
    const reached = [MARCUS, HELEN, YUKI, TOBIAS];
    await mailed(made.nomination, "N14", { reached, spared: [MARA, LENA], never: [MODEL, "Larkspur", "Cedar"] });

    // Who must not decide leaves before anybody decides, and sees nothing of it from then on.
    const helen = await cast.person(HELEN);
    await helen.takesUp(made.nomination, "Decide");
    await helen.does("Recuse", {}, { preview: "Recused" });
    assert.equal(helen.at.split("&seal=")[0], `/?done=recuse&record=${made.nomination}`);
    await helen.isToldNothingOf(`/nominations/${made.nomination}`, "Cedar Hollow", MODEL);
    await tobias.takesUp(made.nomination, "Decide");
    await tobias.does("Consent", {}, { preview: "Developer answered" });
    const marcus = await cast.person(MARCUS);
    await marcus.takesUp(made.nomination, "Decide");
    await marcus.does("Concur");
    await marcus.findsStage("Decision");
    const yuki = await cast.person(YUKI);
    await yuki.takesUp(made.nomination, "Decide");
    await yuki.does("Concur", {}, { preview: "Selected" });
    await yuki.findsStage("Selected");
    await bea.finds("Trusted partners", made.nomination);
    await bea.findsStage("Selected");
  });

  chapter("5. a person is to have access, and does what is needed for it", async () => {
    const dana = await cast.person(DANA);
    await dana.finds("Engagements", made.engagement);
    const who = { Holder: "Lena Fisk", "Need to know": "Evaluates cyber capability", "Unclassified attestation": true };
    made.grant = await dana.begins("Access grant", who, { preview: "Who is told" });
    const sam = await cast.person(SAM);
    await sam.finds("Access grants", made.grant);
    await sam.does("Clear prerequisites");
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Access grants", made.grant);
    await tobias.does("Approve", {}, { preview: "Approved" });
    const lena = await cast.person(LENA);
    for (const title of ["Nondisclosure agreement", "Insider-risk safeguards"]) {
      await lena.finds("Access grants", made.grant);
      await lena.follows(made.conditions[title]);
      await lena.does("Acknowledge", { Intent: true });
    }
    await lena.finds("Access grants", made.grant);
    await lena.findsStage("Approved");
    await lena.sees("The window is not open");
  });

  chapter("6. two keys schedule the window, and it opens by itself", async () => {
    const dana = await cast.person(DANA);
    await dana.finds("Engagements", made.engagement);
    await dana.does("Schedule window", { "Open at": "2026-12-07T09:00" }, { preview: "Who is told" });
    await dana.sees("Offers that wait for a second key");
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Engagements", made.engagement);
    await tobias.does("Accept offer", {}, { preview: "Window scheduled" });
    await tobias.findsStage("Window scheduled");

    await to("2026-12-07T13:30:00Z");
    const lena = await cast.person(LENA);
    await lena.finds("Access grants", made.grant);
    await lena.sees(/Access now\s+No/);
    await to("2026-12-07T14:00:00Z");
    await lena.looksAgain();
    await lena.sees(/Access now\s+Yes/);
    const ines = await cast.person(INES);
    await ines.finds("Engagements", made.engagement);
    await ines.findsStage("Window open");
    await ines.sees("Open: day 1 of 30", "Lena Fisk");
    await mailed(made.engagement, "N8", { reached: [INES, TOBIAS, DANA, LENA], spared: [MARA, BEA], never: [MODEL, "Larkspur"] });
    const mara = await cast.person(MARA);
    await mara.goes("Windows");
    await mara.seesNot(made.engagement, MODEL, "Larkspur");
    await mara.isToldNothingOf(`/grants/${made.grant}`, "Lena");
    await mara.isToldNothingOf(`/nominations/${made.nomination}`, "Cedar");
    const bea = await cast.person(BEA);
    await bea.goes("Worklist");
    await bea.seesNot("Lena Fisk", made.grant);
  });

  chapter("7. access is held back and given again, a certification is missed, and the window closes by itself", async () => {
    const ines = await cast.person(INES);
    await ines.takesUp(made.engagement, "Prepare");
    await ines.does("Suspend window", { Reason: "Operational" }, { preview: ["Who is told"] });
    await ines.findsStage("Suspended");
    const lena = await cast.person(LENA);
    await lena.finds("Access grants", made.grant);
    await lena.sees(/Access now\s+No/);
    await ines.does("Resume window");
    // The side that suspended says that the cause is gone, and its official that access goes on.
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Engagements", made.engagement);
    await tobias.does("Accept offer", {}, { preview: "Window resumed" });
    await tobias.findsStage("Window open");
    await lena.looksAgain();
    await lena.sees(/Access now\s+Yes/);

    await to("2026-12-18T14:00:00Z");
    await ines.looksAgain();
    await ines.sees("Open: day 12 of 30");
    await tobias.takesUp(made.grant, "Recertify");
    await tobias.does("Recertify");
    await to("2027-01-02T14:00:00Z");
    await lena.looksAgain();
    await lena.findsStage("Suspended");
    await lena.sees(/Access now\s+No/);
    await tobias.finds("Access grants", made.grant);
    await tobias.does("Recertify");
    await lena.looksAgain();
    await lena.sees(/Access now\s+Yes/);

    await to("2027-01-06T13:30:00Z");
    await lena.looksAgain();
    await lena.sees(/Access now\s+Yes/);
    await to("2027-01-06T14:00:00Z");
    await lena.looksAgain();
    await lena.sees(/Access now\s+No/);
    await ines.looksAgain();
    await ines.findsStage("Close out");
  });

  chapter("8. what was handed over is returned, certified and accepted, and two keys close", async () => {
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Engagements", made.engagement);
    await tobias.does("Record release", { Kind: "Partner" });
    const dana = await cast.person(DANA);
    await dana.takesUp(made.engagement, "Certify return");
    await dana.does("Register item", { Reference: "Evaluation notes", Disposition: "Return" });
    await dana.does("Certify item", {
      Reference: "Evaluation notes",
      Method: "Returned",
      "Done on": "2027-01-06",
      "Performed by": "Lena Fisk",
      "Validated by": "Omar Haddad",
    });
    const ines = await cast.person(INES);
    await ines.finds("Engagements", made.engagement);
    await ines.does("Accept certificate", { Reference: "Evaluation notes" });
    await dana.looksAgain();
    await dana.does("Close", {}, { preview: "Who is told" });
    await ines.looksAgain();
    await ines.does("Accept offer", {}, { preview: "Closed" });
    await ines.findsStage("Closed");
    await ines.follows(made.conditions["Nondisclosure agreement"]);
    await ines.follows(/^Certificate: who signed what/);
    await ines.sees("Tobias Renn", "Adele Quist");
    const lena = await cast.person(LENA);
    await lena.goes("Worklist");
    await lena.seesNot(made.engagement);
  });

  chapter("everybody leaves pages without a fault", () => cast.leave());
}

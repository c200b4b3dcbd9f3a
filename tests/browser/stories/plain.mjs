// The core of the story without scripts: every form and every preview is a page of its own.

import { before } from "node:test";

import { open } from "../lib/browser.mjs";
import { Cast } from "../lib/cast.mjs";
import { ADELE, FELIX, INES, MARA, TOBIAS, chapters } from "../lib/story.mjs";
import { moveClock } from "../lib/time.mjs";

/** Registers the story; `held` has the browser and a demonstration whose clock was not moved, once it runs. */
export function plain(held) {
  const chapter = chapters();
  let cast, engagement;

  before(() => {
    cast = new Cast(held, { scripts: false, look: false });
  });

  chapter("an engagement is drafted and proposed", async () => {
    const tobias = await cast.person(TOBIAS);
    await tobias.goes("Help");
    await tobias.follows("Register a model release");
    const release = await tobias.makes({ Name: "Knot-1" }, { preview: "Registered" });
    const ines = await cast.person(INES);
    await ines.goes("Search");
    await ines.looksUp(release);
    engagement = await ines.begins("Engagement", {}, { preview: "Drafted" });
    await tobias.takesUp(engagement, "Continue or withdraw");
    await tobias.does("Propose", { "Unclassified attestation": true, "Release declaration": "New release" }, { preview: "N4" });
    await tobias.findsStage("Proposed");
  });

  chapter("a text is signed", async () => {
    const adele = await cast.person(ADELE);
    await adele.takesUp("CON-2026-0803", "Sign");
    await adele.does("Sign", { "Typed name": "Adele Quist", Capacity: "signatory", Intent: true }, { preview: "Signed" });
  });

  chapter("the answer to a nomination is taken back", async () => {
    const tobias = await cast.person(TOBIAS);
    await tobias.finds("Trusted partners", "NOM-2026-0002");
    await tobias.does("Revoke consent", {}, { preview: "What changes" });
    await tobias.findsStage("Decision");
  });

  chapter("a window opens by itself, and is closed", async () => {
    const clerk = await open(await held.browser.newContext({ javaScriptEnabled: false }));
    await moveClock(clerk, held.demo, "2026-12-01T14:00:00Z");
    await clerk.context().close();
    const mara = await cast.person(MARA);
    await mara.finds("Engagements", "ENG-2026-0006");
    await mara.findsStage("Window open");
    await mara.sees("Open: day 1 of 30");
    await mara.isToldNothingOf(`/engagements/${engagement}`, "Knot-1", "Larkspur");
    const felix = await cast.person(FELIX);
    await felix.finds("Engagements", "ENG-2026-0006");
    await felix.does("Close window", {}, { preview: "Window closed" });
    await felix.findsStage("Close out");
  });

  chapter("nobody met a fault", () => cast.leave());
}

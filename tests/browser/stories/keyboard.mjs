// The core of the story by keyboard alone: from the sign-in to an engagement, a signature, a decision and the end of a
// window. At every stop the focus shows, and nothing covers it.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { open } from "../lib/browser.mjs";
import { Keys } from "../lib/keys.mjs";
import { TOBIAS, chapters } from "../lib/story.mjs";

/** Registers the story; `held` has the browser and a demonstration whose clock was not moved, once it runs. */
export function keyboard(held) {
  const chapter = chapters();
  const wrong = [];
  let page, keys;

  before(async () => {
    const context = await held.browser.newContext({ reducedMotion: "reduce", viewport: { width: 1280, height: 900 } });
    page = await open(context);
    keys = new Keys(page, wrong);
  });
  after(() => page.context().close());

  const said = (selector) => page.locator(selector).first().innerText();

  // Sends the form: what was done is said first, and has the focus.
  async function done(button, what) {
    await keys.take(button);
    const found = await keys.at();
    assert.equal(found.role, "status", `the focus is on ${found.tag} ${found.name} after ${what}`);
    assert.match(found.name, new RegExp(`Done: ${what}`));
  }

  chapter("a person signs in", async () => {
    await page.goto(`${held.demo.url}/sign-in`);
    await keys.fill("Mail address", TOBIAS);
    await keys.fill("Password", held.demo.password);
    await keys.take("Sign in");
    assert.equal(await said("h1"), "Worklist");
  });

  chapter("the first stop of a page leads past the navigation", async () => {
    await keys.reach(() => true);
    const first = await keys.at();
    assert.equal(first.name, "Skip to main content");
    await keys.press("Enter");
    assert.equal((await keys.at()).id, "main");
    const next = await keys.reach(() => true);
    assert.ok(await page.evaluate((id) => document.querySelector("main").contains(document.activeElement), next.id));
  });

  chapter("no page holds the focus", async (t) => {
    for (const path of ["/", "/engagements/ENG-2026-0004", "/conditions/CON-2026-5302/sign", "/search"]) {
      await page.goto(held.demo.url + path);
      const stops = await keys.walk();
      t.diagnostic(`${path} has ${stops} stops`);
      assert.ok(stops > 15, `${path} has ${stops} stops`);
    }
  });

  chapter("a release is registered, after a look at what would happen", async () => {
    await page.goto(held.demo.url);
    await keys.take("Help");
    await keys.take("Register a model release");
    // What is missing is said first, and leads to its field.
    await keys.take("Preview");
    const refusal = await keys.at();
    assert.equal(refusal.role, "alert");
    assert.match(refusal.name, /Name/);
    await keys.reach(({ href }) => href === "#f-name");
    await keys.press("Enter");
    assert.equal((await keys.at()).id, "f-name");
    await page.keyboard.type("Dunlin-1");
    await keys.to("Preview");
    await keys.press("Enter");
    await page.locator(".ar-preview").getByText("What would happen").waitFor();
    assert.equal((await keys.at()).name, "Preview", "the focus stays where it was");
    await page.evaluate(() => document.querySelector("#f-name").focus());
    await done("Register a model release", "Register");
  });

  chapter("an engagement is drafted under it", async () => {
    await keys.to("Begin something here: 2").catch(() => keys.reach(({ tag, name }) => tag === "summary" && name.startsWith("Begin")));
    await keys.press("Enter");
    await keys.reach(({ name }) => name.startsWith("Engagement: "));
    await keys.enter();
    await done("Draft an engagement", "Draft");
    assert.match(await said(".ar-record-header"), /Stage\s+Draft/);
  });

  chapter("a text is signed from the worklist", async () => {
    await keys.take("Worklist");
    await keys.take("CON-2026-5302");
    await keys.take("Sign");
    await keys.fill("Typed name", "Tobias Renn");
    await keys.fill("Capacity", "authorized official");
    await keys.fill("Intent");
    await done("Sign", "Sign");
  });

  chapter("a nomination is consented to", async () => {
    await keys.take("Worklist");
    await keys.take("NOM-2026-0002");
    await keys.take("Consent");
    await done("Consent", "Consent");
  });

  chapter("an open window is closed", async () => {
    await keys.take("Engagements");
    await keys.take("ENG-2026-0004");
    await keys.take("Close window");
    await done("Close window", "Close window");
    assert.match(await said(".ar-record-header"), /Stage\s+Close out/);
  });

  chapter("the focus showed at every stop, and nothing covered it", () => {
    assert.deepEqual([...new Set(wrong)].sort(), []);
    // A form that was sent too early is answered with 422, which is no fault of a page.
    assert.deepEqual(page.troubles.filter((one) => !/422/.test(one)), []);
  });
}

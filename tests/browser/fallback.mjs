// Pages of a build that could not have the design system: the same pages, with the base style sheet in its place.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { open } from "./lib/browser.mjs";
import { accessible, structure } from "./lib/checks.mjs";
import { signIn } from "./lib/person.mjs";
import { root } from "./lib/tools.mjs";

const read = (path) => readFile(new URL(path, root), "utf8");

/** What such a build puts together: the base and then our files, in the order in which the build has them. */
async function sheet() {
  const order = /const OURS: [^=]+= &\[([^\]]+)\]/.exec(await read("assets/src/style.rs"));
  assert.ok(order, "the order of our files is found");
  const ours = [...order[1].matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  assert.ok(ours.length > 5, `only ${ours}`);
  return (await Promise.all(["base", ...ours].map((name) => read(`assets/css/${name}.css`)))).join("\n");
}

/** Registers the tests; `held` has the demonstration, the browser and the sample once they run. */
export function fallback(held) {
  async function plain() {
    const context = await held.browser.newContext({ reducedMotion: "reduce" });
    const body = await sheet();
    await context.route("**/anteroom.css", (route) => route.fulfill({ contentType: "text/css; charset=utf-8", body }));
    return open(context);
  }

  // What is wrong with a page whose style is the base's.
  async function faults(page, address) {
    const answer = await page.goto(address, { waitUntil: "load" });
    assert.equal(answer.status(), 200, address);
    const font = await page.evaluate(() => getComputedStyle(document.documentElement).fontFamily);
    assert.match(font, /system-ui/, `${address} has the base style sheet`);
    const found = [...(await structure(page)), ...(await accessible(page, ["light"])), ...page.troubles.splice(0)];
    return found.map((one) => `${address}: ${one}`);
  }

  test("the sample is readable with the base style sheet alone", async () => {
    const page = await plain();
    assert.deepEqual(await faults(page, held.sample.url), []);
    await page.context().close();
  });

  test("pages are readable with the base style sheet alone", async () => {
    const page = await plain();
    const wrong = await faults(page, `${held.demo.url}/sign-in`);
    await signIn(page, held.demo, held.demo.people.find(({ role }) => role === "PL").email);
    page.troubles.length = 0;
    const record = "/engagements/ENG-2026-0004";
    const paths = ["/", "/engagements", record, `${record}/suspend-window`, "/windows", "/search?q=stage:open", "/account", "/help"];
    for (const path of paths) wrong.push(...(await faults(page, `${held.demo.url}${path}`)));
    assert.deepEqual(wrong, []);
    await page.context().close();
  });
}

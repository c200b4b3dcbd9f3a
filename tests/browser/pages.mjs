// Every page, as a visitor and as a person of each role.

import assert from "node:assert/strict";
import { test } from "node:test";

import { addresses, filled, visited } from "./lib/addresses.mjs";
import { open, weigh } from "./lib/browser.mjs";
import { MODES, accessible, structure, valid } from "./lib/checks.mjs";
import { crawl, shape } from "./lib/crawl.mjs";
import { signIn } from "./lib/person.mjs";

// Kilobytes over the wire, headers included.
const FIRST = 130_000;
const AGAIN = 30_000;

const none = (wrong, where) => assert.deepEqual(wrong, [], where);

/** Registers the tests; `held` has the demonstration, the browser and the sample once they run. */
export function pages(held) {
  // Shapes that axe has seen in every mode, and every address that was opened.
  const seen = new Set();
  const everywhere = new Set();

  async function context() {
    return held.browser.newContext({ reducedMotion: "reduce" });
  }

  // In which modes axe looks: at a shape that is new in all of them, at what a role sees of a list or a record in light.
  function modesOf(address, mine) {
    const { pathname } = new URL(address);
    if (!seen.has(shape(address))) return Object.keys(MODES);
    return mine.has(shape(address)) || pathname.split("/").length > 3 ? [] : ["light"];
  }

  // How many pages of a shape a person opens: what a role sees of a list or a record is its own, a form is everybody's.
  function most(address) {
    if (!seen.has(shape(address))) return 2;
    return new URL(address).pathname.split("/").length > 3 ? 0 : 1;
  }

  // Looks at every page that links lead to, and tells all that is wrong at once.
  async function walk(page, starts) {
    const wrong = [];
    const mine = new Set();
    let bound = FIRST;
    const visit = async (address, answer) => {
      const weight = page.weighed();
      const found = weight > bound ? [`${weight} bytes`] : [];
      bound = AGAIN;
      const modes = modesOf(address, mine);
      mine.add(shape(address));
      seen.add(shape(address));
      everywhere.add(new URL(address).pathname);
      found.push(...(await structure(page)), ...(await valid(await answer.text())), ...(await accessible(page, modes)));
      page.weighed();
      wrong.push(...[...found, ...page.troubles.splice(0)].map((one) => `${address}: ${one}`));
    };
    const broken = (address, status, from) => {
      page.troubles.length = 0;
      wrong.push(`${from}: a link leads to ${address}, which answers ${status}`);
    };
    page.weighed();
    const opened = await crawl(page, starts, visit, broken, most);
    none(wrong.sort());
    return opened;
  }

  test("a visitor finds no page with a fault", async () => {
    const visitor = await context();
    const opened = await walk(await open(visitor), [`${held.demo.url}/`, `${held.demo.url}/problems`]);
    assert.ok(opened.size >= 4, `only ${[...opened.keys()]}`);
    await visitor.close();
  });

  // Two at a time: one reads while the other is waited for.
  test("no role finds a page with a fault", { concurrency: 2 }, async (t) => {
    const look = async (email) => {
      const person = await context();
      const page = await open(person);
      await signIn(page, held.demo, email);
      await walk(page, [page.url(), `${held.demo.url}/`]);
      await person.close();
    };
    await Promise.all(held.demo.people.map(({ role, email }) => t.test(role, () => look(email))));
  });

  // Forms that no link of the demonstration leads to, since nobody can carry the act out on the records that it has.
  test("the pages that no link leads to have no fault either", async () => {
    const known = await addresses();
    assert.ok(known.length > 100, `only ${known.length} addresses`);
    const desks = [];
    for (const { email } of held.demo.people) {
      const page = await open(await context());
      await signIn(page, held.demo, email);
      desks.push(page);
    }
    const wrong = [];
    for (const address of known.filter((one) => !visited(one, everywhere))) {
      const path = filled(address, everywhere);
      wrong.push(...(await looked(desks, path)).map((one) => `${path}: ${one}`));
    }
    none(wrong);
    for (const page of desks) await page.context().close();
  });

  // It stands outside the addresses of pages: whoever got the mail opens it, signed in or not.
  test("the page that ends a mail has no fault", async () => {
    const mails = await (await fetch(`${held.demo.url}/demo/mail`)).json();
    const address = mails.map((mail) => mail.text.match(/https?:\/\/\S+\/unsubscribe\/\S+/)?.[0]).find(Boolean);
    assert.ok(address, "no mail can be ended");
    const visitor = await open(await context());
    none(await looked([visitor], new URL(address).pathname));
    await visitor.context().close();
  });

  // Looks at an address as the first who may open it; where nobody may, at the page that says so.
  async function looked(desks, path) {
    const address = `${held.demo.url}${path}`;
    let [best, sent, lowest] = [undefined, undefined, Infinity];
    for (const page of desks) {
      const answer = await page.context().request.get(address);
      if (answer.status() >= 500) return [`${answer.status()}`];
      if (answer.status() < lowest) [best, sent, lowest] = [page, answer, answer.status()];
      if (lowest < 400) break;
    }
    if (!sent.headers()["content-type"]?.startsWith("text/html")) return [];
    const answer = await best.goto(address, { waitUntil: "load" });
    // That it is refused is the page's answer, and no trouble on it.
    const troubles = best.troubles.splice(0).filter((one) => !(lowest >= 400 && one.includes(`${lowest}`)));
    const modes = lowest < 400 ? Object.keys(MODES) : seen.has(`${lowest}`) ? [] : ["light"];
    if (lowest >= 400) seen.add(`${lowest}`);
    return [...troubles, ...(await structure(best)), ...(await valid(await answer.text())), ...(await accessible(best, modes))];
  }

  test("the sample has no fault in any mode", async () => {
    const visitor = await context();
    const page = await open(visitor);
    await page.goto(held.sample.url);
    none([...(await structure(page)), ...(await valid(held.sample.html)), ...(await accessible(page)), ...page.troubles]);
    await visitor.close();
  });

  test("a theme that was chosen counts before the system's", async () => {
    const visitor = await context();
    const page = await open(visitor);
    await page.goto(held.sample.url);
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await paper();
    assert.notEqual(light, dark);
    await page.evaluate(() => (document.documentElement.dataset.theme = "light"));
    assert.equal(await paper(), light);
    await page.emulateMedia({ colorScheme: "light" });
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    assert.equal(await paper(), dark);
    none(await accessible(page, ["light"]), "dark by choice");
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    assert.equal(await paper(), light, "paper is light");
    await visitor.close();
  });

  test("visits stay within what they may transfer", async (t) => {
    const visitor = await context();
    const page = await open(visitor);
    const first = await weigh(page, held.sample.url);
    const again = await weigh(page, held.sample.url);
    t.diagnostic(`first visit ${first} bytes, next ${again} bytes`);
    assert.ok(first > 20_000 && first <= FIRST, `${first} bytes`);
    assert.ok(again <= AGAIN, `${again} bytes`);
    await visitor.close();
  });

  test("the banner is on every printed sheet", async () => {
    const visitor = await context();
    const page = await open(visitor);
    await page.goto(held.sample.url);
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => {
      const style = (selector) => getComputedStyle(document.querySelector(selector)).display;
      const whole = getComputedStyle(document.querySelector(".ar-banner")).breakInside;
      return { banner: style(".ar-banner"), whole, main: style("main"), nav: style("nav"), preview: style(".ar-preview") };
    });
    assert.deepEqual(shown, { banner: "table-header-group", whole: "avoid", main: "table", nav: "none", preview: "none" });
    await visitor.close();
  });
}

// The record pack on paper: how many sheets, what stands on each, and that nothing is cut off at either size.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open } from "./lib/browser.mjs";
import { accessible, structure, valid } from "./lib/checks.mjs";
import { fill } from "./lib/fields.mjs";
import { signIn } from "./lib/person.mjs";
import { framing, sheets } from "./lib/sheets.mjs";

// The engagement of which the demonstration tells most.
const RICHEST = "ENG-2026-0004";
const MOST = 40;

/** Registers the tests; `held` has the demonstration and the browser once they run. */
export function packs(held) {
  // The pack of the richest engagement, as the government's liaison takes it out.
  async function taken() {
    const context = await held.browser.newContext({ reducedMotion: "reduce" });
    const page = await open(context);
    const { email } = held.demo.people.find(({ role }) => role === "PL");
    await signIn(page, held.demo, email);
    await page.goto(`${held.demo.url}/engagements/${RICHEST}/pack`);
    await fill(page.locator("main form"), { "What is it for?": "An audit" });
    const button = page.locator("main form button:not([formaction])");
    const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === "POST"), button.click()]);
    await page.waitForLoadState("load");
    assert.equal(answer.status(), 200);
    return { context, page, html: await answer.text() };
  }

  test("a pack has no fault", async () => {
    const { context, page, html } = await taken();
    const wrong = [...(await structure(page)), ...(await valid(html)), ...(await accessible(page)), ...page.troubles];
    assert.deepEqual(wrong, []);
    await context.close();
  });

  test("a pack is short, and each sheet bears the banner at its head and its foot", async (t) => {
    const { context, page } = await taken();
    const banner = (await page.locator(".ar-banner").first().innerText()).trim();
    assert.ok(banner.length > 10, banner);
    for (const format of ["Letter", "A4"]) {
      const all = sheets(await page.pdf({ format, tagged: false }));
      t.diagnostic(`${format}: ${all.length} sheets`);
      assert.ok(all.length > 3 && all.length < MOST, `${format}: ${all.length} sheets`);
      assert.equal(framing(all, banner.length).length, 1, `${format}: the banner is on every sheet`);
    }
    await context.close();
  });

  test("on paper tables stay tables, their heads come again, and rows stay whole", async () => {
    const { context, page } = await taken();
    await page.emulateMedia({ media: "print" });
    // As narrow as A4 between its margins; a telephone prints no narrower.
    await page.setViewportSize({ width: 600, height: 900 });
    const shown = await page.evaluate(() => {
      const style = (selector) => getComputedStyle(document.querySelector(selector));
      return {
        table: style("#timeline table").display,
        head: style("#timeline thead").display,
        row: style("#timeline tbody tr").breakInside,
        inner: style(".ar-pack > .ar-banner").display,
        crumbs: style(".ar-crumbs").display,
        wide: document.documentElement.scrollWidth > 600,
      };
    });
    const expected = { table: "table", head: "table-header-group", row: "avoid", inner: "none", crumbs: "none", wide: false };
    assert.deepEqual(shown, expected);
    await context.close();
  });

  test("a record on paper has no navigation, and opens no reason of several lines", async () => {
    const { context, page } = await taken();
    await page.goto(`${held.demo.url}/engagements/${RICHEST}`);
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => {
      const display = (selector) => [...document.querySelectorAll(selector)].map((one) => getComputedStyle(one).display);
      const tall = [...document.querySelectorAll("#deadlines tbody tr")].map((row) => row.getBoundingClientRect().height);
      const navigation = [...display("nav"), ...display("#actions"), ...display("#copies")];
      return { navigation: [...new Set(navigation)], reasons: document.querySelectorAll("#deadlines .ar-why").length, tall: Math.max(...tall) };
    });
    assert.deepEqual(shown.navigation, ["none"]);
    assert.ok(shown.reasons > 0 && shown.tall < 150, JSON.stringify(shown));
    await context.close();
  });
}

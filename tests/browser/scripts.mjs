// Our scripts, on the sample page; and that the page does its work without them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open } from "./lib/browser.mjs";

/** Registers the tests; `held` has the browser and the sample once they run. */
export function scripts(held) {
  let context, page;

  // Runs a story in a fresh context, which must leave no trouble behind.
  function story(name, tell, options = {}) {
    test(name, async () => {
      context = await held.browser.newContext(options);
      page = await open(context);
      held.sample.asked.length = 0;
      await tell();
      assert.deepEqual(page.troubles, []);
      await context.close();
    });
  }

  const posts = (path) => held.sample.asked.filter((one) => one.method === "POST" && one.pathname === path);

  story("a preview is shown beside the form and sends nothing else", async () => {
    await page.goto(held.sample.url);
    await page.fill("#reason", "an incident");
    await page.click("button[name=preview]");
    await page.getByText("Two mails would be sent.").waitFor();
    assert.equal(new URL(page.url()).pathname, "/");
    const [{ body, headers }] = posts("/preview");
    assert.equal(new URLSearchParams(body).get("preview"), "true");
    assert.equal(headers["anteroom-fragment"], "preview");
    assert.equal(await page.getAttribute(".ar-preview", "aria-live"), "polite");
  });

  story(
    "without scripts a preview is a page",
    async () => {
      await page.goto(held.sample.url);
      await page.fill("#reason", "an incident");
      await page.click("button[name=preview]");
      await page.waitForURL("**/preview");
      assert.equal(new URLSearchParams(posts("/preview")[0].body).get("preview"), "true");
    },
    { javaScriptEnabled: false },
  );

  story("what was typed comes back in the same tab, and secrets do not", async () => {
    await page.goto(held.sample.url);
    await page.fill("#reason", "half a sentence");
    await page.fill("#code", "123456");
    await page.click("label[for=sure]");
    await page.reload();
    assert.equal(await page.inputValue("#reason"), "half a sentence");
    assert.equal(await page.inputValue("#code"), "");
    assert.ok(await page.isChecked("#sure"));
    await page.getByText("was kept in this tab").waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    assert.ok(!stored.includes("123456"), stored);
  });

  story("what was typed is gone for another person and after it was sent", async () => {
    await page.goto(held.sample.url);
    await page.fill("#reason", "half a sentence");
    await page.route("**/other", async (route) => {
      const body = held.sample.html.replace('data-session-person="p1"', 'data-session-person="p2"');
      await route.fulfill({ contentType: "text/html", body });
    });
    await page.goto(`${held.sample.url}/other`);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    await page.goto(held.sample.url);
    assert.equal(await page.inputValue("#reason"), "");
    await page.fill("#reason", "a whole sentence");
    await page.click("form#suspend button:not([name])");
    await page.waitForURL("**/preview");
    await page.goto(held.sample.url);
    assert.equal(await page.inputValue("#reason"), "");
  });

  story("the focus goes to what a form was answered with", async () => {
    await page.goto(held.sample.url);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert");
  });

  story("a session warns before it ends, can be stayed in, and says when it is over", async () => {
    await page.clock.install();
    await page.goto(held.sample.url);
    await page.clock.runFor(1_670_000);
    assert.equal(await page.locator("dialog").count(), 0);
    await page.clock.runFor(20_000);
    await page.getByRole("dialog", { name: "You will be signed out soon" }).waitFor();
    await page.getByRole("button", { name: "Stay signed in" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(held.sample.asked.filter((one) => one.pathname === "/stay").length, 1);
    await page.clock.runFor(1_690_000);
    await page.getByRole("dialog", { name: "You will be signed out soon" }).waitFor();
    await page.clock.runFor(130_000);
    await page.getByRole("dialog", { name: "You are signed out" }).waitFor();
    assert.equal(await page.getAttribute("dialog a", "href"), "/sign-in?next=/engagements/ENG-2026-0005%3Fpart%3Da", "back to the page");
  });

  story("a theme is changed at once and told to the server", async () => {
    await page.goto(held.sample.url);
    await page.getByRole("button", { name: "Dark" }).click();
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    assert.equal(await page.getAttribute("button[value=dark]", "aria-pressed"), "true");
    await page.getByRole("button", { name: "System" }).click();
    assert.equal(await page.getAttribute("html", "data-theme"), null);
    await assert.doesNotReject(page.waitForFunction(() => performance.getEntriesByType("resource").some((one) => one.name.endsWith("/theme"))));
    assert.equal(new URLSearchParams(posts("/theme")[0].body).get("theme"), "dark");
  });
}

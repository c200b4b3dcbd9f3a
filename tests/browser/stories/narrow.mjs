// The pages of the story in a window of 320 by 256 pixels, which is one of 1280 by 1024 at 400 %: nothing scrolls
// sideways, and no part that stays in place covers what has the focus.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open } from "../lib/browser.mjs";
import { Keys } from "../lib/keys.mjs";
import { signIn } from "../lib/person.mjs";
import { DANA, MARCUS, TOBIAS } from "../lib/story.mjs";

const PAGES = {
  [TOBIAS]: [
    "/",
    "/new/release",
    "/engagements/ENG-2026-0004",
    "/engagements/ENG-2026-0004/close-window",
    "/conditions/CON-2026-5302",
    "/conditions/CON-2026-5302/sign",
    "/nominations/NOM-2026-0002",
    "/grants/GRA-2026-0401",
  ],
  [DANA]: ["/", "/windows", "/engagements/ENG-2026-0006"],
  [MARCUS]: ["/nominations"],
};

// What reaches beyond the window's right edge, unless it stands in a part that scrolls by itself.
function beyond() {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const wide = (element) => element.getBoundingClientRect().right > innerWidth + 1;
  return [...document.body.querySelectorAll("*")].filter(wide).map((one) => `${one.localName}.${one.className}`).slice(0, 5);
}

/** Registers the tests; `held` has the browser and a demonstration whose clock was not moved, once they run. */
export function narrow(held) {
  for (const [email, paths] of Object.entries(PAGES)) {
    test(`the pages of ${email} fit a window of 320 by 256 pixels`, async () => {
      const context = await held.browser.newContext({ reducedMotion: "reduce", viewport: { width: 320, height: 256 } });
      const page = await open(context);
      await signIn(page, held.demo, email);
      const wrong = [];
      const keys = new Keys(page, wrong);
      for (const path of paths) {
        await page.goto(held.demo.url + path);
        wrong.push(...(await page.evaluate(beyond)).map((one) => `${path} is wider than 320 pixels: ${one}`));
        await keys.walk();
      }
      assert.deepEqual([...new Set([...wrong, ...page.troubles])].sort(), []);
      await context.close();
    });
  }
}

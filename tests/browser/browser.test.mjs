// One demonstration and one browser for all tests.

import { after, before, describe } from "node:test";

import { fallback } from "./fallback.mjs";
import { launch } from "./lib/browser.mjs";
import { start } from "./lib/demo.mjs";
import { serve } from "./lib/sample.mjs";
import { packs } from "./pack.mjs";
import { pages } from "./pages.mjs";
import { scripts } from "./scripts.mjs";

describe("in a browser", () => {
  const held = {};

  before(async () => {
    [held.demo, held.browser] = await Promise.all([start(), launch()]);
    held.sample = await serve(held.demo);
  });
  after(async () => {
    held.sample?.stop();
    await held.browser?.close();
    await held.demo?.stop();
  });

  describe("scripts", () => scripts(held));
  describe("pages", () => pages(held));
  describe("packs", () => packs(held));
  describe("without the design system", () => fallback(held));
});

// What people do, told from page to page.

import { after, before, describe } from "node:test";

import { launch } from "./lib/browser.mjs";
import { start } from "./lib/demo.mjs";
import { engagement } from "./stories/engagement.mjs";
import { keyboard } from "./stories/keyboard.mjs";
import { narrow } from "./stories/narrow.mjs";
import { plain } from "./stories/plain.mjs";

describe("stories", () => {
  // The short ones share a demonstration, and each builds upon the one before; the long one has a fresh one.
  const short = {};
  const long = {};

  before(async () => {
    [short.demo, long.demo, short.browser] = await Promise.all([start(), start(), launch()]);
    long.browser = short.browser;
  });
  after(async () => {
    await short.browser?.close();
    await Promise.all([short.demo?.stop(), long.demo?.stop()]);
  });

  describe("in a small window", () => narrow(short));
  describe("by keyboard", () => keyboard(short));
  describe("without scripts", () => plain(short));
  describe("one engagement, by everybody", () => engagement(long));
});

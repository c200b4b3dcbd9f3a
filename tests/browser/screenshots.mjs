// Pictures of the main pages for the documentation, of a fresh demonstration. Each is taken at a minute of its own on the
// demonstration's clock and with ids of its story, so that a picture changes only where its page did.

import { mkdir, writeFile } from "node:fs/promises";

import { launch, open } from "./lib/browser.mjs";
import { start } from "./lib/demo.mjs";
import { signIn } from "./lib/person.mjs";
import { small } from "./lib/picture.mjs";
import { root } from "./lib/tools.mjs";

const INES = "ines.varga@larkspur.test";
const TOBIAS = "tobias.renn@larkspur.test";
const DANA = "dana.whitlow@fado.test";
const NIA = "nia.holt@fado.test";

const WIDTH = 1200;
const HEIGHT = 800;
// The story ends on 23 November 2026, 09:00 in Washington; the first picture is of ten past, the next of a minute later.
const FIRST = Date.UTC(2026, 10, 23, 14, 10);
const MINUTE = 60_000;

/** A file, who looks, where, and how: `at` is what stands at the top, `width`, `height` and `scheme` are of the window. */
const PICTURES = [
  { file: "worklist", who: DANA, path: "/" },
  { file: "worklist-narrow", who: DANA, path: "/", width: 390, height: 844 },
  { file: "windows", who: DANA, path: "/windows", height: 1100 },
  { file: "search", who: DANA, path: "/search?q=stage%3Aopen%20kind%3Aengagement%2Cnomination", act: narrowed, height: 1000 },
  { file: "timeline", who: DANA, path: "/engagements/ENG-2026-0004/timeline" },
  { file: "partner", who: DANA, path: "/nominations/NOM-2026-0003", at: "#keys", height: 700 },
  { file: "engagement", who: INES, path: "/engagements/ENG-2026-0004", height: 1200 },
  { file: "engagement-dark", who: INES, path: "/engagements/ENG-2026-0004", scheme: "dark", height: 1200 },
  { file: "decision", who: INES, path: "/engagements/ENG-2026-0004/suspend-window", act: previewed, at: "h1", height: 1360 },
  { file: "record-pack", who: INES, path: "/engagements/ENG-2026-0004/pack", act: packed },
  { file: "signing", who: TOBIAS, path: "/conditions/CON-2026-5302/sign", at: "h1", height: 1600 },
  { file: "administration", who: NIA, path: "/permissions" },
];

/** Unfolds what a search is narrowed by. */
async function narrowed(page) {
  await page.getByText("Narrow it down").click();
}

/** Takes the record out for the own records. */
async function packed(page) {
  await page.getByText("Our own records").click();
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Show the pack" }).click()]);
}

/** Gives a reason and asks what would happen. */
async function previewed(page) {
  await page.getByText("Security", { exact: true }).click();
  await page.click("button[name=preview]");
  await page.getByRole("heading", { name: "What would happen" }).waitFor();
}

/** Moves the demonstration's clock, and lets the worker do what is due by then. */
async function move(demo, to) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${demo.url}/demo/clock`, { method: "POST", headers, body: JSON.stringify({ to: new Date(to) }) });
  if (!answer.ok) throw new Error(`the clock did not move: ${await answer.text()}`);
}

/** Where the top of the picture is, if it is not the top of the page. */
async function scroll(page, selector) {
  if (!selector) return;
  await page.evaluate((wanted) => scrollTo(0, document.querySelector(wanted).getBoundingClientRect().top + scrollY - 16), selector);
}

async function shoot(page, demo, { path, act, at, width = WIDTH, height = HEIGHT, scheme = "light" }) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.goto(`${demo.url}${path}`, { waitUntil: "networkidle" });
  await act?.(page);
  await scroll(page, at);
  await page.evaluate(() => document.fonts.ready);
  return small(await page.screenshot({ animations: "disabled", caret: "hide" }));
}

async function main() {
  const directory = new URL("docs/screenshots/", root);
  await mkdir(directory, { recursive: true });
  const wanted = process.argv.slice(2);
  const [demo, browser] = await Promise.all([start(), launch()]);
  const people = new Map();
  try {
    for (const [number, picture] of PICTURES.entries()) {
      if (wanted.length && !wanted.includes(picture.file)) continue;
      if (!people.has(picture.who)) {
        const page = await open(await browser.newContext());
        await signIn(page, demo, picture.who);
        people.set(picture.who, page);
      }
      await move(demo, FIRST + number * MINUTE);
      const page = people.get(picture.who);
      const png = await shoot(page, demo, picture);
      if (page.troubles.length) throw new Error(`${picture.path}: ${page.troubles.join("; ")}`);
      await writeFile(new URL(`${picture.file}.png`, directory), png);
      console.log(`${picture.file}.png  ${Math.ceil(png.length / 1024)} KiB  ${picture.path}`);
    }
  } finally {
    await browser.close();
    await demo.stop();
  }
}

await main();

// Chromium, and pages that remember what went wrong on them.

import { chromium } from "./tools.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Each launch has a fresh profile. */
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * A page whose `troubles` lists answers of 400 and more, messages of the console and breaches of the policy, and whose
 * `weighed()` tells the bytes that came over the wire since it was last asked, headers included.
 */
export async function open(context) {
  const page = await context.newPage();
  page.troubles = [];
  page.weighed = await scales(page);
  const note = (what) => page.troubles.push(what);
  page.on("response", (answer) => answer.status() >= 400 && note(`${answer.status()} ${answer.url()}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // What the page was still loading when another one was opened.
    if (why !== "net::ERR_ABORTED") note(`failed: ${request.url()} ${why}`);
  });
  page.on("pageerror", (error) => note(`script: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && note(`console: ${message.text()}`));
  await page.exposeFunction("noteBreach", note);
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (breach) => {
      window.noteBreach(`policy: ${breach.violatedDirective} ${breach.blockedURI}`);
    });
  });
  return page;
}

async function scales(page) {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  return () => {
    const weight = bytes;
    bytes = 0;
    return weight;
  };
}

/** Bytes that came over the wire for one load, headers included. */
export async function weigh(page, address) {
  page.weighed();
  await page.goto(address, { waitUntil: "networkidle" });
  return page.weighed();
}

// Every page that links lead to, from where a person begins.

// Addresses that are read by programs, or end the session.
const NOT_PAGES = [/^\/api\//, /^\/assets\//, /^\/sign-out/];

/** The shape of an address: what stands for one record stands for all of them. */
export function shape(address) {
  const { pathname } = new URL(address);
  const named = pathname.replace(/^\/problems\/.+/, "/problems/{}");
  return named.replace(/[A-Z]{2,5}-\d{4}-[A-Z0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b/g, "{}");
}

// What a mail leads to is for whom it was sent to.
async function links(page) {
  return page.$$eval("a[href]:not(.letter a)", (all) => all.map((link) => link.href.split("#")[0]));
}

// Goes to an address; what a link offers to keep as a file is no page.
async function go(page, address) {
  return page.goto(address, { waitUntil: "load" }).catch((error) => {
    if (error.message.includes("Download is starting")) return "a file";
    throw error;
  });
}

/**
 * Opens one page after another and calls `visit` with each; `broken` with an address that answers with an error, and the
 * page that leads to it. Lists have pages without end, so that of each shape no more than `most` tells are opened.
 */
export async function crawl(page, starts, visit, broken, most) {
  const { origin } = new URL(starts[0]);
  const waiting = [...starts];
  const found = new Map(waiting.map((address) => [address, "the beginning"]));
  const opened = new Map();
  while (waiting.length) {
    const address = waiting.shift();
    const count = opened.get(shape(address)) ?? 0;
    if (count >= most(address)) continue;
    opened.set(shape(address), count + 1);
    const answer = await go(page, address);
    if (answer === "a file") continue;
    if (!answer || answer.status() >= 400) {
      broken(address, answer?.status(), found.get(address));
      continue;
    }
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    await visit(address, answer);
    for (const link of await links(page)) {
      const { pathname } = new URL(link);
      if (found.has(link) || !link.startsWith(`${origin}/`) || NOT_PAGES.some((not) => not.test(pathname))) continue;
      found.set(link, address);
      waiting.push(link);
    }
  }
  return opened;
}

// Serves the sample page with the service's assets and the policy of its pages.

import { readFile, readdir, stat } from "node:fs/promises";
import { createServer, get } from "node:http";

import { root } from "./tools.mjs";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The addresses of the assets, from the newest table that a build wrote. */
async function addresses() {
  const builds = new URL("target/debug/build/", root);
  const names = (await readdir(builds)).filter((name) => /^anteroom-[0-9a-f]{16}$/.test(name));
  const tables = names.map((name) => new URL(`${name}/out/assets.rs`, builds));
  const dated = await Promise.all(tables.map(async (table) => [await stat(table).then((it) => it.mtimeMs, () => 0), table]));
  const newest = dated.sort(([a], [b]) => b - a)[0][1];
  const text = await readFile(newest, "utf8");
  return Object.fromEntries([...text.matchAll(/href: "(\/assets\/[0-9a-f]+\/([^"]+))"/g)].map(([, href, name]) => [name, href]));
}

/** Serves `/` (the sample), `/assets/` (from the demonstration) and the answers that our scripts ask for. */
export async function serve(demo) {
  const hrefs = await addresses();
  const source = await readFile(new URL("tests/browser/sample/index.html", root), "utf8");
  const page = source.replace(/\{\{ ([^ ]+) \}\}/g, (_, name) => hrefs[name]);
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, demo.url);
    if (pathname.startsWith("/assets/")) return pass(demo, request, response);
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, pathname, body, headers: request.headers });
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY });
    response.end(pathname === "/preview" ? "<p>Two mails would be sent.</p>" : page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, html: page, asked, stop: () => server.close() };
}

function pass(demo, request, response) {
  const headers = { "accept-encoding": request.headers["accept-encoding"] ?? "" };
  get(`${demo.url}${request.url}`, { headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }).on("error", () => response.writeHead(502).end());
}

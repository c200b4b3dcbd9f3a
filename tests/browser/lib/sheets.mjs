// Looks into a PDF as Chromium writes it: its sheets, and the runs of glyphs that each of them draws.

import { inflateSync } from "node:zlib";

/** The sheets of a PDF, each as the runs of glyphs on it: one string a run, four letters a glyph. */
export function sheets(pdf) {
  const text = pdf.toString("latin1");
  const objects = new Map([...text.matchAll(/(?:^|\n)(\d+) 0 obj\s([\s\S]*?)endobj/g)].map(([, id, body]) => [id, body]));
  const pages = [...objects.values()].filter((body) => /\/Type\s*\/Page\b/.test(body));
  return pages.map((body) => runs(content(objects.get(/\/Contents (\d+) 0 R/.exec(body)[1]))));
}

function content(object) {
  const start = object.indexOf("stream\n") + "stream\n".length;
  const bytes = Buffer.from(object.slice(start, object.lastIndexOf("\nendstream")), "latin1");
  return (object.includes("/FlateDecode") ? inflateSync(bytes) : bytes).toString("latin1");
}

function runs(drawn) {
  const glyphs = (block) => [...block.matchAll(/<([0-9A-Fa-f]+)>/g)].map(([, hex]) => hex).join("");
  return [...drawn.matchAll(/\bBT\b([\s\S]*?)\bET\b/g)].map(([, block]) => glyphs(block));
}

/** The runs of this many glyphs that every sheet draws at least twice: what stands at its head and its foot. */
export function framing(all, length) {
  const twice = (sheet, run) => sheet.filter((one) => one === run).length >= 2;
  const [first] = all;
  return [...new Set(first)].filter((run) => run.length === 4 * length && all.every((sheet) => twice(sheet, run)));
}

// The addresses of pages, as the table of routes is printed.

import { readFile } from "node:fs/promises";

import { root } from "./tools.mjs";

/** Paths that can be looked at, with `{}` for what names a record. */
export async function addresses() {
  const text = await readFile(new URL("tests/snapshots/pages.txt", root), "utf8");
  return text
    .trim()
    .split("\n")
    .filter((line) => line.includes(" GET"))
    .map((line) => line.split(" ")[0]);
}

/** Whether one of these paths is of this address. */
export function visited(address, paths) {
  const pattern = new RegExp(`^${address.replace(/\{[^}]+\}/g, "[^/]+")}$`);
  return [...paths].some((path) => pattern.test(path));
}

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

/** The address with records that were opened: of each kind the last. */
export function filled(address, paths) {
  const parts = address.split("/");
  const known = [...paths].reverse().find((path) => {
    const others = path.split("/");
    return others.length > 2 && others[1] === parts[1] && /[A-Z]{2,5}-\d{4}-|[0-9a-f]{8}-/.test(others[2]);
  });
  const named = parts.map((part, at) => (part.startsWith("{") ? (known?.split("/")[at] ?? "none") : part));
  return named.join("/");
}

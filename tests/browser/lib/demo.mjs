// The demonstration as a process: the built binary on a free port, with a directory of its own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { root } from "./tools.mjs";

const PASSWORD = "slow granite lantern 41";
const BINARY = process.env.ANTEROOM_BINARY ?? fileURLToPath(new URL("target/debug/anteroom", root));

// An environment in which nothing of this machine's settings reaches the demonstration.
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("ANTEROOM_"));
  return { ...Object.fromEntries(own), ANTEROOM_DEMO_PASSWORD: PASSWORD };
}

async function welcome(child) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("the demonstration ended before it began");
}

/** Starts a demonstration: its address, its people by role, and how to end it. */
export async function start() {
  const directory = await mkdtemp(join(tmpdir(), "anteroom-browser-"));
  const args = ["demo", "--json", "--listen", "127.0.0.1:0", "--data", "data"];
  const child = spawn(BINARY, args, { cwd: directory, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line) > 20 && said.shift());
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const { url, sign_ins: people } = await welcome(child);
  const died = (code, signal) => console.error(`the demonstration ended: ${code ?? signal}\n${said.join("\n")}`);
  child.once("exit", died);
  const stop = async () => {
    child.off("exit", died);
    child.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { url, people, password: PASSWORD, stop };
}

/** The one-time code that an account would be asked for now, if it has a second factor. */
export async function code(demo, email) {
  const codes = await (await fetch(`${demo.url}/demo/codes`)).json();
  return codes[email];
}

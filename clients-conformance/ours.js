// This project's client for JavaScript, built from ../clients/typescript where what is there is older than its sources.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = new URL("../clients/typescript/", import.meta.url);
const BUNDLE = new URL("dist/client.js", PACKAGE);

/** Why there is no client to test; false if there is one. */
export const missing = existsSync(new URL("node_modules/", PACKAGE))
  ? false
  : "the client's tools aren't there; fetch them with 'npm ci' in clients/typescript";

/** Builds the client if it has to be. */
export async function build() {
  if (existsSync(BUNDLE) && (await stat(BUNDLE)).mtimeMs > (await newestSource())) {
    return;
  }
  await promisify(execFile)(process.execPath, ["scripts/build.js"], { cwd: fileURLToPath(PACKAGE) });
}

async function newestSource() {
  const directory = new URL("src/", PACKAGE);
  const files = await readdir(directory, { recursive: true });
  const times = await Promise.all(files.map(async (file) => (await stat(new URL(file, directory))).mtimeMs));
  return Math.max(...times);
}

// Types first, then every test. With file names: only these. Further arguments go to Node.

import { spawnSync } from "node:child_process";
import { globSync } from "./files.js";

const given = process.argv.slice(2);
const files = given.filter((one) => !one.startsWith("-"));
const flags = given.filter((one) => one.startsWith("-"));

function run(...command) {
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (files.length === 0) run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
const tests = files.length > 0 ? files : globSync("test", /\.test\.tsx?$/);
run("--import", "./scripts/typescript.js", "--expose-gc", "--test", ...flags, ...tests);

// dist/, as it is published: the modules with their types, and client.js, all in one file for a page without a bundler.
// The same file is among the server's resources, which serves it: a hub is built without Node.

import { spawnSync } from "node:child_process";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { FILES, SERVED, bundle } from "./bundle.js";

await rm("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
await bundle("dist");

// Where the package is in its repository.
await mkdir(SERVED, { recursive: true });
for (const file of FILES) await copyFile(`dist/${file}`, `${SERVED}/${file}`);

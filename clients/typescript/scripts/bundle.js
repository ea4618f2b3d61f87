// The client as one file, its types as another, and the worker that has the connection of all tabs.

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

export const FILES = ["client.js", "client-worker.js", "client.d.ts"];
/** Where the server has them. */
export const SERVED = "../../server/src/main/resources/io/sluice/server/client";

// In this order: what public types are made of.
const MODULES = ["errors", "block", "transport", "types", "connect", "gzip"];

/** Makes them, from the sources and from the declarations that tsc has made of them in the same directory. */
export async function bundle(directory) {
  const whole = { bundle: true, minify: true, target: "es2022", legalComments: "none" };
  await build({
    ...whole,
    entryPoints: ["src/index.ts"],
    outfile: `${directory}/client.js`,
    format: "esm",
    banner: { js: "// sluice-client, Apache License 2.0. Types: client.d.ts" },
  });
  await build({
    ...whole,
    entryPoints: ["src/worker.ts"],
    outfile: `${directory}/client-worker.js`,
    format: "iife", // a script: modules as shared workers are younger
    banner: { js: "// The SharedWorker of sluice-client, Apache License 2.0." },
    plugins: [withoutTabs],
  });
  let types = "// Types of client.js.\n";
  for (const module of MODULES) {
    const text = await readFile(`${directory}/${module}.d.ts`, "utf8");
    types += text.replace(/^import [^;]*;\n/gm, "").replace(/^export \{\};\n/gm, "");
  }
  await writeFile(`${directory}/client.d.ts`, types);
}

// What only a tab's streams begin with isn't in the worker.
const withoutTabs = {
  name: "without tabs",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/begin\.js$/ }, () => ({ path: "begin", namespace: "none" }));
    onLoad({ filter: /./, namespace: "none" }, () => ({ contents: "export {};" }));
  },
};

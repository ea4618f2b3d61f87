// The client as one file, and its types as another.

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

export const FILES = ["client.js", "client.d.ts"];
/** Where the server has them. */
export const SERVED = "../../server/src/main/resources/io/sluice/server/client";

// In this order: what public types are made of.
const MODULES = ["errors", "block", "transport", "types", "connect", "gzip"];

/** Makes both, from the sources and from the declarations that tsc has made of them in the same directory. */
export async function bundle(directory) {
  await build({
    entryPoints: ["src/index.ts"],
    outfile: `${directory}/client.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    banner: { js: "// sluice-client, Apache License 2.0. Types: client.d.ts" },
  });
  let types = "// Types of client.js.\n";
  for (const module of MODULES) {
    const text = await readFile(`${directory}/${module}.d.ts`, "utf8");
    types += text.replace(/^import [^;]*;\n/gm, "").replace(/^export \{\};\n/gm, "");
  }
  await writeFile(`${directory}/client.d.ts`, types);
}

// dist/, as it is published: the modules with their types, and client.js, all in one file for a page without a bundler.

import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

await rm("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(1);

await mkdir("dist", { recursive: true });
await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/client.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: "// sluice-client, Apache License 2.0. Types: client.d.ts" },
});
await writeFile("dist/client.d.ts", await types(["errors", "parser", "transport", "types", "connect", "gzip"]));

// All declarations in one file. What is exported but isn't public has @internal, and tsc has left it out.
async function types(modules) {
  let all = "// Types of client.js.\n";
  for (const module of modules) {
    const text = await readFile(`dist/${module}.d.ts`, "utf8");
    all += text
      .replace(/^import [^;]*;\n/gm, "")
      .replace(/^export \{\};\n/gm, "")
      .replace(/^\/\/# sourceMappingURL.*\n?/gm, "");
  }
  return all;
}

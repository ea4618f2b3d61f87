// Makes the scripts and styles that the examples serve, from the sources here, with the licences of what is in them.
// With --check it writes nothing, and fails if what is committed is something else: a hub is built without Node.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const CLIENT = "../../clients/typescript/src";
const PAGES = "../src/main/resources/io/sluice/examples";
const ENTRIES = { notifications: "main.tsx", dashboard: "main.ts" };
const check = process.argv.includes("--check");

const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json"], { stdio: "inherit" });
if (status !== 0) process.exit(1);

let stale = 0;
for (const [application, entry] of Object.entries(ENTRIES)) {
  if (!existsSync(`${application}/${entry}`)) continue;
  const { outputFiles, metafile } = await build({
    entryPoints: { app: `${application}/${entry}` },
    outdir: "out", // written nowhere
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    tsconfigRaw: "{}", // its paths lead to types
    legalComments: "none", // the whole licences are put below
    charset: "utf8",
    alias: {
      "sluice-client": `${CLIENT}/index.ts`,
      "sluice-client/react": `${CLIENT}/react/index.ts`,
      react: fileURLToPath(new URL("node_modules/react", import.meta.url)), // one, not the client's own as well
    },
    external: ["/kit.js", "/client.js"], // served beside it
    define: { "process.env.NODE_ENV": '"production"' },
    banner: {
      js: `// Made by 'npm run build' in examples/web, from ${application}/. Licences are at the end.`,
      css: `/* Made by 'npm run build' in examples/web, from ${application}/. */`,
    },
  });
  const licences = await licencesOf(metafile);
  for (const { path, text } of outputFiles) {
    const file = `${PAGES}/${application}/page/app${path.endsWith(".css") ? ".css" : ".js"}`;
    const whole = `${text}${licences}`;
    if ((await readFile(file, "utf8").catch(() => "")) === whole) continue;
    if (check) {
      console.error(`${file} isn't what the sources give: run 'npm run build' in examples/web`);
      stale++;
    } else {
      await writeFile(file, whole);
      console.log(file, whole.length);
    }
  }
}
process.exit(stale > 0 ? 1 : 0);

/** The licences of all packages that have something in a bundle, as one comment. */
async function licencesOf({ inputs }) {
  const packages = new Set(Object.keys(inputs).map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]));
  packages.delete(undefined);
  let text = "\n/*\nsluice-client: Apache License 2.0\n";
  for (const name of [...packages].sort()) {
    const { version } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
    const licence = await readFile(`node_modules/${name}/LICENSE`, "utf8");
    text += `\n${name} ${version}:\n${licence.trim()}\n`;
  }
  return `${text}*/\n`;
}

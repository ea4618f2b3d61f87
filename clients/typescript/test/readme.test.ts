import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "node:test";

const readme = readFileSync("README.md", "utf8");

test("every snippet of the README compiles, strictly", (t) => {
  const snippets = [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)];
  assert.ok(snippets.length >= 10);
  const directory = mkdtempSync(resolve("snippets-")); // here, so that React is found as it is from anybody's sources
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  snippets.forEach(([, language, code], n) => {
    // Each is a module of its own, with top-level await.
    writeFileSync(join(directory, `snippet${n + 1}.${language}`), code!);
  });
  const entries = Object.entries(
    (JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, { types?: string }> }).exports,
  ).filter(([, { types }]) => types !== undefined);
  const config = {
    extends: resolve("tsconfig.json"),
    compilerOptions: {
      types: [],
      noUnusedLocals: false,
      paths: Object.fromEntries(
        entries.map(([entry, { types }]) => [
          entry.replace(/^\./, "sluice-client"),
          [resolve(types!.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"))],
        ]),
      ),
    },
    include: [directory],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  const checked = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", directory], { encoding: "utf8" });
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});

test("the README knows every option and every code of an error", () => {
  const options = /export interface Options[^{]*\{([\s\S]*?)\n\}/.exec(readFileSync("src/types.ts", "utf8"))![1]!;
  for (const [, name] of options.matchAll(/^ {2}(\w+)\?:/gm)) {
    assert.match(readme, new RegExp(`^\\| .*\`${name}\``, "m"), `there is no row for ${name}`);
  }
  const codes = /export type ErrorCode =([\s\S]*?);/.exec(readFileSync("src/errors.ts", "utf8"))![1]!;
  for (const [, code] of codes.matchAll(/"([\w-]+)"/g)) assert.ok(readme.includes(`\`${code}\``), `no word of ${code}`);
});

test("the README knows everything that the entries for React and for tests have", () => {
  for (const entry of ["react", "testing"]) {
    for (const [, names] of readFileSync(`src/${entry}/index.ts`, "utf8").matchAll(/^export \{(.*)\}/gm)) {
      const values = names!.split(",").map((name) => name.trim()).filter((name) => !name.startsWith("type "));
      for (const name of values) assert.ok(new RegExp(`\\b${name}\\b`).test(readme), `no word of ${name}`);
    }
  }
});

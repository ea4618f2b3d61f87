import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
// @ts-expect-error scripts have no types
import { FILES, SERVED, bundle } from "../scripts/bundle.js";
// @ts-expect-error scripts have no types
import { sizes } from "../scripts/size.js";

const KIB = 1024;
const NODE_MODULES = join(process.cwd(), "node_modules");

function run(command: string[], cwd = process.cwd()): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", cwd });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** The package as it would be published, from the sources as they are now. */
const built = (async () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-client-"));
  run(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", join(directory, "dist")]);
  await bundle(join(directory, "dist"));
  for (const file of ["package.json", "README.md"]) copyFileSync(file, join(directory, file));
  return directory;
})();

after(async () => rmSync(await built, { recursive: true }));

test("what the hub serves is what the sources give", async () => {
  for (const file of FILES as string[]) {
    const served = readFileSync(join(SERVED as string, file), "utf8");
    const made = readFileSync(join(await built, "dist", file), "utf8");
    assert.ok(served === made, `${SERVED}/${file} is old: npm run build, and commit what it makes`);
  }
});

test("the types of the one file stand by themselves", () => {
  const types = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.asynciterable", "--types", ""];
  run(["node_modules/typescript/bin/tsc", "--ignoreConfig", ...types, `${SERVED}/client.d.ts`]);
});

test("publint finds nothing to say", async () => {
  run([join(NODE_MODULES, "publint/src/cli.js"), "--strict", "--pack", "false", "."], await built);
});

test("the types are found by everyone who can import the package", async () => {
  const directory = await built;
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--ignore-scripts", "--json"], { cwd: directory, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  assert.deepEqual(files.filter(({ path }) => !/^(dist\/|README\.md$|package\.json$)/.test(path)), []);
  run([join(NODE_MODULES, "@arethetypeswrong/cli/dist/index.js"), "--profile", "esm-only", filename], directory);
});

test("the budget of bytes is kept", async (t) => {
  const budgets = { core: 6 * KIB, react: 1.5 * KIB, shared: 2 * KIB, elected: 5 * KIB };
  const all = (await sizes()) as typeof budgets;
  for (const [part, budget] of Object.entries(budgets) as [keyof typeof budgets, number][]) {
    t.diagnostic(`${part}: ${all[part]} bytes of gzip`);
    assert.ok(all[part] <= budget, `${part} has ${all[part]} bytes of gzip; its budget is ${budget}`);
  }
});

test("it needs no other package", () => {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies?: object };
  assert.equal(dependencies, undefined);
});

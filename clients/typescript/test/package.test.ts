import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
// @ts-expect-error scripts have no types
import { FILES, SERVED, bundle } from "../scripts/bundle.js";
// @ts-expect-error scripts have no types
import { sizes } from "../scripts/size.js";

const KIB = 1024;

function run(...command: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("what the hub serves is what the sources give", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-client-"));
  t.after(() => rmSync(directory, { recursive: true }));
  run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", directory);
  await bundle(directory);
  for (const file of FILES as string[]) {
    const served = readFileSync(join(SERVED as string, file), "utf8");
    assert.ok(readFileSync(join(directory, file), "utf8") === served, `${SERVED}/${file} is old: npm run build, and commit`);
  }
});

test("the types of the one file stand by themselves", () => {
  const types = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.asynciterable", "--types", ""];
  run("node_modules/typescript/bin/tsc", "--ignoreConfig", ...types, `${SERVED}/client.d.ts`);
});

test("the budget of bytes is kept", async (t) => {
  const budgets = { core: 6 * KIB, react: 1.5 * KIB, shared: 2 * KIB, elected: 5 * KIB };
  const all = (await sizes()) as typeof budgets;
  for (const [part, budget] of Object.entries(budgets) as [keyof typeof budgets, number][]) {
    t.diagnostic(`${part}: ${all[part]} bytes of gzip`);
    assert.ok(all[part] <= budget, `${part} has ${all[part]} bytes of gzip; its budget is ${budget}`);
  }
});

// The hooks of sluice-client in a browser: React with its development checks, and a hub.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { Hub } from "../hub.js";
import { launch, missing, open } from "../browser.js";

const CLIENT = fileURLToPath(new URL("../../clients/typescript/", import.meta.url));
const MODULES = `${CLIENT}node_modules`;
const SKIP = missing || (existsSync(MODULES) ? false : "React isn't there; fetch it with 'npm ci' in clients/typescript");

/** The page with its script, from the client's sources. */
async function serve(t, hub) {
  const { build } = createRequire(`${CLIENT}package.json`)("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../react/page.jsx", import.meta.url))],
    alias: { "sluice-client/react": `${CLIENT}src/react/index.ts` },
    nodePaths: [MODULES],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
  });
  const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
  const page = `<!doctype html><link rel="icon" href="data:,"><main></main><script type="module">${script}</script>`;
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(page);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/?hub=${hub.url}`;
}

const clients = async (hub) => (await (await fetch(`${hub.url}/stats`)).json()).clients;

test("10,000 events are drawn with the frames, over one connection that ends with its last user", { timeout: 120_000, skip: SKIP }, async (t) => {
  const hub = await Hub.start("--demo.enabled", "off");
  t.after(() => hub.stop());
  const { page, errors } = await open(await launch(t), await serve(t, hub));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));

  await page.evaluate(() => window.show(true));
  await page.waitForFunction(() => document.querySelector("#status")?.textContent === "open");
  assert.deepEqual(asked, [`${hub.url}/events?channel=prices`]); // StrictMode or not, and three who use it
  assert.equal(await clients(hub), 1);

  const before = await page.evaluate(() => ({ ...window.seen }));
  for (let n = 0; n < 10_000; n += 100) {
    const datas = Array.from({ length: 100 }, (_, i) => ({ n: n + i + 1 }));
    await hub.publish("prices", datas, "price");
  }
  await page.waitForFunction(() => document.querySelector("#price").textContent === "10000");
  const after = await page.evaluate(() => ({ ...window.seen }));
  const commits = after.commits - before.commits;
  const frames = after.frames - before.frames;
  t.diagnostic(`10,000 events: ${commits} renders in ${frames} frames`);
  assert.ok(commits >= 1 && commits <= frames, `${commits} renders in ${frames} frames`);
  await page.waitForFunction(() => document.querySelector(".prices li").textContent === "10000");
  assert.deepEqual(await page.$$eval(".prices li", (rows) => rows.map((row) => row.textContent)), ["10000", "9999", "9998", "9997", "9996"]);

  await page.evaluate(() => window.show(false));
  while ((await clients(hub)) > 0) await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(asked.length, 1);
  assert.deepEqual(errors, []);
});

// This project's own client, as the hub serves it, in Node and in Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { chromium } from "playwright-core";
import { launch, missing, open } from "../browser.js";
import { survivesCuts } from "../oracle.js";
import { Stage } from "../tabs.js";

const LIMIT = { timeout: 120_000 };
const IN_BROWSER = { ...LIMIT, skip: missing };
const source = new URL("../../server/src/main/resources/io/sluice/server/client/client.js", import.meta.url);
const { connect } = await import(source);

const opened = (stream) =>
  new Promise((resolve, reject) =>
    stream.onState((state) => {
      if (state.status === "open") resolve();
      if (state.status === "closed") reject(state.why);
    }),
  );

test("the client misses and repeats nothing over cuts, in Node", LIMIT, (t) =>
  survivesCuts(t, async (url, take) => {
    const stream = connect(url, { data: "text" });
    stream.on("message", take);
    await new Promise((resolve) => stream.on("connected", resolve)); // from here on it has a position
    return () => stream.close();
  }));

test("the client misses and repeats nothing over cuts, in Chromium", IN_BROWSER, async (t) => {
  const browser = await launch(t);
  await survivesCuts(t, async (url, take) => {
    const { page } = await open(browser, new URL("/", url).href);
    await page.exposeFunction("take", take);
    await page.evaluate(async (url) => {
      const { connect } = await import("/client.js");
      window.stream = connect(url, { data: "text" });
      window.stream.on("message", (data) => window.take(data));
      await new Promise((resolve) => window.stream.on("connected", resolve));
    }, url);
    return () => page.close();
  });
});

// What a page has had is in its localStorage, which outlives it.
const PAGE = `<!doctype html><script type="module">
  import { connect } from "/client.js";
  window.stream = connect("/events?channel=page/all", { persist: true });
  stream.on("message", (data) => (localStorage.had = (localStorage.had ?? "") + data + " "));
  stream.on("gap", (gap) => (localStorage.gap = JSON.stringify(gap)));
  stream.on("connected", () => (localStorage.connections = Number(localStorage.connections ?? 0) + 1));
  addEventListener("pageshow", ({ persisted }) => persisted && (localStorage.back = "yes"));
</script>`;

test("a page that comes back from the back/forward cache, and is reloaded, has had everything once", IN_BROWSER, async (t) => {
  const stage = await Stage.start(t);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  t.after(() => browser.close());
  const context = await browser.newContext();
  await context.route("**/app", (route) => route.fulfill({ contentType: "text/html", body: PAGE }));
  await context.route("**/elsewhere", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  const page = await context.newPage();
  await page.goto(`${stage.url}/app`);
  await page.waitForFunction(() => localStorage.connections === "1");
  stage.busy(["page/all"]);

  await stage.more(10);
  await page.goto(`${stage.url}/elsewhere`);
  await stage.more(10);
  await page.goBack({ waitUntil: "commit" }); // what comes from the cache is not loaded
  await page.waitForFunction(() => localStorage.connections === "2");
  await page.reload();
  await stage.more(10);
  await stage.quiet();

  const due = stage.published.map(({ data }) => data);
  await page
    .waitForFunction((count) => (localStorage.had ?? "").split(" ").length > count, due.length, { timeout: 40_000 })
    .catch(() => {}); // what is missing is shown below
  assert.deepEqual(await page.evaluate(() => localStorage.had.split(" ").filter((n) => n !== "")), due);
  assert.equal(await page.evaluate(() => localStorage.gap), undefined);
  assert.equal(await page.evaluate(() => localStorage.back), "yes", "it was in the cache");
});

test("a page that is opened twice resumes in one tab alone", IN_BROWSER, async (t) => {
  const stage = await Stage.start(t);
  const context = await (await launch(t)).newContext();
  const page = PAGE.replace("persist: true", `persist: { storage: "local" }`);
  await context.route("**/app", (route) => route.fulfill({ contentType: "text/html", body: page }));
  const first = await context.newPage();
  await first.goto(`${stage.url}/app`);
  await first.waitForFunction(() => window.stream?.connection !== undefined);
  await stage.publish("page/all");
  const position = stage.published[0].id;
  await first.waitForFunction((id) => localStorage.getItem(`sluice:${window.stream.url}`) === id, position);

  const second = await context.newPage();
  await second.goto(`${stage.url}/app`);
  await second.waitForFunction(() => window.stream?.connection !== undefined);
  assert.equal(await second.evaluate(() => window.stream.connection.resumed), undefined);

  // Whoever is alone goes on from there.
  await second.close();
  await first.reload();
  await first.waitForFunction(() => window.stream?.connection !== undefined);
  assert.equal(await first.evaluate(() => window.stream.connection.resumed), true);
});

test("an update changes what a stream has, and what it asks for when it comes back", LIMIT, async (t) => {
  const stage = await Stage.start(t);
  const stream = connect(`${stage.url}/events?channel=a`, { backoff: { min: 10 } });
  t.after(() => stream.close());
  const events = stream.stream();
  await opened(stream);

  const held = await stream.update({ add: { channels: ["b"] }, remove: { channels: ["a"] } });
  assert.deepEqual(held, { channels: ["b"], types: [] });
  const next = async () => (await events.next()).value;
  await stage.publish("a");
  await stage.publish("b");
  assert.equal((await next()).channel, "b");

  stage.cutter.cutAll();
  await stage.publish("a");
  await stage.publish("b");
  assert.deepEqual(await next().then(({ channel, text }) => [channel, text]), ["b", "4"]);
});

test("batches and compressed data are the events that were published, in order", LIMIT, async (t) => {
  const stage = await Stage.start(t);
  const stream = connect(`${stage.url}/events?channel=b&batch=50ms&encoding=gzip`);
  t.after(() => stream.close());
  const blocks = [];
  stream.inspect((step) => step.kind === "block" && blocks.push(step.block));
  const events = stream.stream();
  await new Promise((resolve) => stream.on("connected", resolve));

  const large = (n) => JSON.stringify({ n, text: "é and again ".repeat(300) });
  const due = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? large(n) : `${n}`));
  for (let n = 0; n < due.length; n += 20) await stage.hub.publish("b", due.slice(n, n + 20), "t");

  for (const text of due) {
    const { value } = await events.next();
    assert.deepEqual([value.type, value.channel, value.text, value.data], ["t", "b", text, JSON.parse(text)]);
  }
  assert.ok(blocks.some(({ type }) => type === "batch"), "there were batches");
  assert.ok(blocks.some(({ data }) => data?.includes("gzip;base64,")), "there was compressed data");
});

test("what is refused ends with the hub's reason", LIMIT, async (t) => {
  const stage = await Stage.start(t);
  await assert.rejects(opened(connect(`${stage.url}/events?channel=a//b`)), (error) => {
    assert.equal(error.code, "status");
    assert.equal(error.status, 400);
    assert.equal(error.problem.code, "invalid-channel");
    assert.match(error.message, /a\/\/b/);
    return true;
  });
});

test("what the hub serves is this client", LIMIT, async (t) => {
  const stage = await Stage.start(t);
  const served = await (await fetch(`${stage.hub.url}/client.js`)).text();
  assert.ok(served === (await readFile(source, "utf8")));
});

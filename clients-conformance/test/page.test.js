// The hub's own page, as a visitor uses it.

import assert from "node:assert/strict";
import test from "node:test";
import { Cutter, seeded } from "../cutter.js";
import { Hub } from "../hub.js";
import { launch, missing, open } from "../browser.js";

const LIMIT = { timeout: 120_000, skip: missing };

async function start(t, ...options) {
  const hub = await Hub.start(...options);
  t.after(() => hub.stop());
  return hub;
}

/** The log's rows as they stand, the oldest first. */
function rows(page, channel) {
  return page.$$eval(
    "#log li",
    (items, channel) =>
      items
        .map((item) => ({
          channel: item.querySelector(".channel").textContent,
          type: item.querySelector(".type").textContent,
          data: item.querySelector(".data").textContent,
          id: item.querySelector(".id").textContent,
        }))
        .filter((row) => row.channel === channel)
        .reverse(),
    channel,
  );
}

test("the page shows the demo's streams and the hub's figures as they come", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "on", "--demo.stocks", "200ms", "--demo.metrics", "300ms", "--demo.notifications", "300ms");
  const { page, errors } = await open(await launch(t), hub.url);

  await page.waitForSelector("#status[data-state='connected']");
  await page.waitForFunction(() => document.querySelectorAll("#stocks tr").length === 8);
  await page.waitForFunction(() => document.querySelectorAll("#notices li").length >= 2);
  await page.waitForFunction(() => document.querySelectorAll(".meter .chart polyline[points]").length === 4);
  const price = () => page.textContent("#stocks tr:first-child .price");
  const before = await price();
  await page.waitForFunction(
    (before) => document.querySelector("#stocks tr:first-child .price").textContent !== before,
    before,
  );
  await page.waitForFunction(() => document.querySelector("[data-figure='clients']").textContent === "2");
  await page.waitForFunction(() => /\d/.test(document.querySelector("[data-rate='delivered']").textContent));
  assert.deepEqual(errors, []);
});

test("a visitor publishes, and sees the event and its id", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const { page, errors } = await open(await launch(t), hub.url);
  await page.waitForSelector("#status[data-state='connected']");
  const markup = `<img src=x onerror="window.hurt = 1"><b>bold</b>`;

  await page.fill("#publish-form [name=channel]", "visitors/note");
  await page.fill("#publish-form [name=type]", "note");
  await page.fill("#publish-form [name=data]", markup);
  await page.click("#publish-form button");
  await page.waitForSelector("#publish-result[data-state='done']");

  const id = /Published as (\S+)/.exec(await page.textContent("#publish-result"))[1];
  await page.waitForFunction(() => document.querySelectorAll("#log .type").length >= 2);
  assert.deepEqual(await rows(page, "visitors/note"), [
    { channel: "visitors/note", type: "note", data: markup, id },
  ]);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.isVisible("#demo"), false);
  assert.deepEqual(errors, []);
});

test("what is refused is shown with its reason", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const { page } = await open(await launch(t), hub.url);
  await page.waitForSelector("#status[data-state='connected']");

  await page.fill("#publish-form [name=channel]", "news/*");
  await page.click("#publish-form button");
  await page.waitForSelector("#publish-result[data-state='failed']");
  assert.match(await page.textContent("#publish-result"), /news\/\*/);

  await page.fill("#log-filter [name=channels]", "a//b");
  await page.click("#log-filter button");
  await page.waitForFunction(() => document.querySelector("#log-error").textContent.includes("a//b"));
});

test("the page comes back after a cut and shows what it has missed", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const cutter = await Cutter.start(hub.url, seeded(1));
  t.after(() => cutter.stop());
  const { page, errors } = await open(await launch(t), cutter.url);
  await page.waitForSelector("#status[data-state='connected']");
  const texts = Array.from({ length: 60 }, (_, n) => `event ${n}`);

  for (let n = 0; n < texts.length; n += 10) {
    cutter.cutAll();
    await hub.publish("visitors/cut", texts.slice(n, n + 10));
    await page.waitForFunction(
      (text) => [...document.querySelectorAll("#log .data")].some((data) => data.textContent === text),
      texts[n + 9],
    );
  }
  await page.waitForSelector("#status[data-state='connected']");

  assert.deepEqual(
    (await rows(page, "visitors/cut")).map((row) => row.data),
    texts,
  );
  assert.match(await page.textContent("#log-position"), /reconnect/);
  assert.deepEqual(errors, []);
});

test("the live cards go on after a cut", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const cutter = await Cutter.start(hub.url, seeded(2));
  t.after(() => cutter.stop());
  const { page } = await open(await launch(t), cutter.url);
  await page.waitForSelector("#status[data-state='connected']");
  const notices = Array.from({ length: 20 }, (_, n) => ({ title: `notice ${n}`, text: "", level: "info" }));

  for (let n = 0; n < notices.length; n += 5) {
    await hub.publish("notifications/all", notices.slice(n, n + 5), "notification");
    await page.waitForFunction(
      (title) => document.querySelector("#notices strong")?.textContent === title,
      `notice ${n + 4}`,
    );
    cutter.cutAll();
  }

  const titles = await page.$$eval("#notices strong", (all) => all.map((one) => one.textContent).reverse());
  assert.deepEqual(titles, notices.map((notice) => notice.title));
});

test("a reader who opens an event isn't disturbed until the log is resumed", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const { page } = await open(await launch(t), hub.url);
  await page.waitForSelector("#status[data-state='connected']");
  await hub.publish("visitors/json", [{ price: 12, note: "é" }]);
  await page.waitForFunction(() => document.querySelectorAll("#log .type").length >= 2);

  await page.focus("#log li:first-child summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#log pre");
  assert.equal(await page.textContent("#log pre"), JSON.stringify({ price: 12, note: "é" }, null, 2));
  await hub.publish("visitors/json", ["one", "two", "three"]);
  await page.waitForFunction(() => document.querySelector("#log-pause").textContent === "Resume · 3 new");
  assert.equal((await rows(page, "visitors/json")).length, 1);

  await page.click("#log-pause");
  await page.waitForFunction(() => document.querySelectorAll("#log .type").length >= 5);
  assert.deepEqual(
    (await rows(page, "visitors/json")).map((row) => row.data),
    [`{"price":12,"note":"é"}`, "one", "two", "three"],
  );
});

test("a gap is a row of its own", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off");
  const { page } = await open(await launch(t), hub.url);
  await page.waitForSelector("#status[data-state='connected']");
  const cutter = await Cutter.start(hub.url, seeded(3));
  t.after(() => cutter.stop());
  await page.goto(cutter.url);
  await page.waitForSelector("#status[data-state='connected']");

  // Another hub in the place of this one: it doesn't know the ids of the first.
  const other = await start(t, "--demo.enabled", "off");
  await other.publish("visitors/new", ["from the other hub"]);
  cutter.redirect(other.url);
  cutter.cutAll();

  await page.waitForSelector("#log li.gap");
  assert.match(await page.textContent("#log li.gap .data"), /reset/);
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#log .data")].some((data) => data.textContent === "from the other hub"),
  );
});

test("the page says that the hub drains", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "off", "--drain", "20s");
  const { page } = await open(await launch(t), hub.url);
  await page.waitForSelector("#status[data-state='connected']");

  const stopped = hub.stop();
  await page.waitForFunction(() =>
    ["draining", "reconnecting"].includes(document.querySelector("#status").dataset.state),
  );
  await stopped;
});

test("the page fits a phone", LIMIT, async (t) => {
  const hub = await start(t, "--demo.enabled", "on");
  const { page } = await open(await launch(t), hub.url, {
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
  });
  await page.waitForSelector("#demo:not([hidden])");
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.equal(content, window);
});

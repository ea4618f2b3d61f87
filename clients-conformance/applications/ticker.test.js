// The example ticker, as people use it.

import assert from "node:assert/strict";
import test from "node:test";
import { launch, missing } from "../browser.js";
import { Application, fits, picture } from "./application.js";

const LIMIT = { timeout: 120_000, skip: missing };

const symbols = (page) => page.$$eval("#cards .card", (cards) => cards.map((card) => card.dataset.symbol));
const n = (page, symbol) => page.$eval(`[data-symbol='${symbol}']`, (card) => Number(card.dataset.n));

/** Waits until a symbol has had an event of at least this number. */
const reached = (page, symbol, number) =>
  page.waitForFunction(
    ([symbol, number]) => Number(document.querySelector(`[data-symbol='${symbol}']`)?.dataset.n) >= number,
    [symbol, number],
  );

const figure = (page, id) => page.$eval(`#${id}`, (dd) => dd.textContent);

test("the latest values are there at once, and the watchlist changes on the open connection", LIMIT, async (t) => {
  // In a market that stands still while this is looked at.
  const ticker = await Application.start(t, "ticker", "--interval", "60s", "--seed", "1");
  const page = await ticker.enter(await launch(t), "alice");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#cards .card")].every((card) => Number(card.dataset.n) >= 1),
  );
  assert.equal((await symbols(page)).length, 8);
  const connection = await page.getAttribute("#status", "title");
  assert.match(connection, /connection \S+/);

  await page.getByRole("button", { name: "Watch KEEL" }).press("Enter");
  await reached(page, "KEEL", 1);
  assert.match(await page.textContent("[data-symbol='KEEL'] .price"), /^\d+\.\d\d$/);
  await page.getByRole("button", { name: "Stop watching SLUC" }).press("Enter");
  assert.deepEqual(await symbols(page), ["WEIR", "TIDE", "LOCK", "MILL", "RILL", "DELT", "FJRD", "KEEL"]);
  assert.equal(await page.getAttribute("#status", "title"), connection, "it is the same connection");

  await page.reload();
  await reached(page, "KEEL", 1);
  assert.deepEqual(await symbols(page), ["WEIR", "TIDE", "LOCK", "MILL", "RILL", "DELT", "FJRD", "KEEL"]);
  for (const symbol of await symbols(page)) {
    await page.getByRole("button", { name: `Stop watching ${symbol}` }).click();
  }
  await page.getByRole("button", { name: "Watch WAVE" }).click();
  await reached(page, "WAVE", 1);
  assert.deepEqual(page.errors, []);
});

test("a thousand updates a second are drawn once a frame, over a kill and a restart, and none is missed", LIMIT, async (t) => {
  const ticker = await Application.start(t, "ticker", "--interval", "20ms", "--seed", "2");
  const browser = await launch(t);
  const page = await ticker.enter(browser, "alice", { viewport: { width: 1300, height: 1000 } });
  for (const symbol of ["PUMP", "RAIN", "ICEB", "GATE", "OARS", "KEEL", "SALT", "REEF", "BUOY", "DOCK", "POND", "WAVE"]) {
    await page.getByRole("button", { name: `Watch ${symbol}` }).click();
  }
  await page.waitForFunction(() => Number(document.querySelector("#top").dataset.came) > 3000);
  const { came, drawn } = await page.$eval("#top", ({ dataset }) => ({ ...dataset }));
  assert.ok(drawn * 4 < came, `${came} events in ${drawn} frames`);
  await reached(page, "WAVE", 20);

  const before = await n(page, "TIDE");
  await ticker.kill();
  await page.waitForSelector("#status:not([data-state='open'])");
  await ticker.restart();
  await page.waitForSelector("#status[data-state='open']");
  await reached(page, "TIDE", before + 50);
  await reached(page, "WAVE", before + 50);
  await page.waitForFunction(() => document.querySelector("#missed").textContent !== "");
  assert.equal(await figure(page, "missed"), "0");

  const known = await n(page, "TIDE");
  await page.reload();
  await reached(page, "TIDE", known + 10);
  assert.equal(await figure(page, "missed"), "0");
  assert.deepEqual(page.errors, []);
});

test("a halt is seen by everybody, and ends by itself", LIMIT, async (t) => {
  const ticker = await Application.start(t, "ticker", "--interval", "200ms", "--seed", "3");
  const browser = await launch(t);
  const admin = await ticker.enter(browser, "admin");
  const phone = await ticker.enter(browser, "alice", { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true, colorScheme: "dark" });
  await reached(phone, "LOCK", 1);
  assert.equal(await phone.getByRole("button", { name: "Halt LOCK" }).count(), 0, "alice may not");
  const refused = await phone.evaluate(
    async () => (await fetch("/api/halts", { method: "POST", body: JSON.stringify({ symbol: "LOCK" }) })).status,
  );
  assert.equal(refused, 403);

  await admin.getByRole("button", { name: "Halt LOCK" }).click();
  await phone.waitForSelector("[data-symbol='LOCK'].is-halted .halted:has-text('by admin')");
  await phone.waitForFunction(() => /LOCK halted: by admin/.test(document.querySelector("#halts").textContent));
  const halted = await n(phone, "LOCK");
  await reached(phone, "TIDE", (await n(phone, "TIDE")) + 3);
  assert.equal(await n(phone, "LOCK"), halted, "nobody trades it");
  await phone.waitForSelector("[data-symbol='LOCK']:not(.is-halted)");
  await reached(phone, "LOCK", halted + 2);
  assert.ok(await fits(phone));
  assert.ok(await fits(admin));
  assert.deepEqual([...admin.errors, ...phone.errors], []);
});

test("the pictures of the README are of what it does", { ...LIMIT, skip: missing || !process.env.PICTURES }, async (t) => {
  const ticker = await Application.start(t, "ticker", "--interval", "50ms", "--seed", "4");
  const browser = await launch(t);
  const admin = await ticker.enter(browser, "admin", { viewport: { width: 1200, height: 760 } });
  const phone = await ticker.enter(browser, "alice", { viewport: { width: 390, height: 760 }, isMobile: true, colorScheme: "dark" });
  await reached(admin, "SLUC", 200);
  await admin.getByRole("button", { name: "Halt LOCK" }).click();
  await admin.waitForSelector("[data-symbol='LOCK'].is-halted");
  await picture(admin, "example-ticker");
  await picture(phone, "example-ticker-phone");
});

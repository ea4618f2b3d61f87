// The dashboard as an admin uses it, and as somebody who may not.

import assert from "node:assert/strict";
import test from "node:test";
import { launch, missing } from "../browser.js";
import { Application, fits, picture } from "./application.js";
import { client, until } from "./client.js";

const LIMIT = { timeout: 120_000, skip: missing };

/** The times of all samples that a page has, in seconds: a row without a value is where a line ends. */
const times = (page) =>
  page.evaluate(() => {
    const [times, values] = window.samples?.columns(["memory"]) ?? [[], []];
    return times.filter((_, n) => values[n] !== null);
  });
const tile = (page, figure) => page.locator(`.tile[data-figure=${figure}]`);
const live = (page) => page.waitForSelector("#status[data-state=open]", { timeout: 60_000 });
const last = (all) => all.at(-1);

/** What the hub has of samples and all else, by somebody who may read it. */
async function history(application, page, channel) {
  const { events } = await page.evaluate(
    async (url) => (await fetch(url, { credentials: "include" })).json(),
    `${application.hub}/history/${channel}?since=earliest`,
  );
  return events.map(({ data }) => JSON.parse(data));
}

test("an admin sees figures each second, ten minutes of them after a reload and a kill, none missing and none twice", LIMIT, async (t) => {
  const application = await Application.start(t, "dashboard");
  const browser = await launch(t);
  const admin = await application.enter(browser, "admin");
  for (const figure of ["cpu", "memory", "load", "connections"]) {
    await until(async () => /^[\d.,]+%?$/.test(await tile(admin, figure).locator("dd").textContent()), true);
  }
  await until(async () => (await times(admin)).length > 3, true);
  const whole = async (page) => {
    const kept = (await history(application, page, "dashboard/samples")).map(({ at }) => at / 1000);
    await until(async () => (await times(page)).slice(0, kept.length), kept);
  };

  await t.test("a second tab has the same from its beginning, over the same connection", async () => {
    const other = await application.open(admin.context());
    await until(async () => (await times(other)).length > 3, true);
    await whole(other);
    await until(() => tile(other, "connections").locator("dd").textContent(), "1");
    await until(() => tile(other, "users").locator("dd").textContent(), "1");
    assert.deepEqual(other.errors, []);
    await other.close();
  });

  await t.test("a reload has all", async () => {
    await admin.reload();
    await live(admin);
    await until(async () => (await times(admin)).length > 5, true);
    await whole(admin);
  });

  await t.test("a kill is a hole in the samples, and none in what the page has of them", async () => {
    await application.kill();
    await admin.waitForSelector("#status[data-state=waiting]");
    const before = last(await times(admin));
    await application.restart();
    await live(admin);
    await until(async () => last(await times(admin)) > before + 2, true);
    await whole(admin);
    await admin.reload();
    await until(async () => (await times(admin)).length > 5, true);
    await whole(admin);
  });
  assert.deepEqual(admin.errors, []);
});

test("requests are counted, and rules raise and clear alerts, in all tabs", LIMIT, async (t) => {
  const application = await Application.start(t, "dashboard");
  const browser = await launch(t);
  const admin = await application.enter(browser, "admin");
  const other = await application.open(admin.context());
  await other.waitForSelector(".rules form");

  await admin.getByLabel("Errors above").fill("5");
  await admin.getByLabel("Errors: seconds").fill("1");
  await admin.getByRole("button", { name: "Set the rule of Errors" }).click();
  await until(() => other.getByLabel("Errors above").inputValue(), "5");
  await until(() => other.getByLabel("Errors: seconds").inputValue(), "1");

  await admin.getByRole("button", { name: "Make some load" }).click();
  await until(async () => Number.parseFloat(await tile(other, "requests").locator("dd").textContent()) > 3, true);
  await until(async () => /[\d.]+ ms/.test(await tile(other, "response").locator("dd").textContent()), true);
  for (const page of [admin, other]) {
    await page.locator(".alerts .raised[data-figure=errors]").waitFor();
    await page.locator(".tile.raised[data-figure=errors]").waitFor();
  }
  await admin.getByRole("button", { name: "Stop the load" }).click();
  await other.reload(); // it comes to what is kept
  for (const page of [admin, other]) {
    await page.locator(".alerts .cleared[data-figure=errors]").waitFor();
    await until(() => page.locator(".tile.raised[data-figure=errors]").count(), 0);
    assert.equal(await page.locator(".alerts .raised[data-figure=errors]").count(), 1);
  }
  await until(() => other.getByLabel("Errors: seconds").inputValue(), "1");
  await admin.getByLabel("Errors above").fill("1e12");
  await admin.getByLabel("Errors above").press("Enter");
  await admin.locator(".rules form[data-figure=errors] [role=alert]", { hasText: "above is a number from 0" }).waitFor();
  assert.deepEqual([admin, other].flatMap(({ errors }) => errors), []);
});

test("who isn't an admin is told so, by the hub and by the API", LIMIT, async (t) => {
  const application = await Application.start(t, "dashboard");
  const context = await (await launch(t)).newContext();
  const guest = await application.open(context);
  await guest.fill("#name", "guest");
  await guest.keyboard.press("Enter");
  await guest.locator(".refused .code", { hasText: "403" }).waitFor();
  assert.equal(await guest.locator(".chart").count(), 0);
  const ask = await client(application, "guest");
  for (const [method, path] of [["GET", "/api/rules"], ["GET", "/api/alerts"], ["PUT", "/api/rules"]]) {
    await assert.rejects(ask(method, path, method === "PUT" ? {} : undefined), { status: 403 }, path);
  }
  assert.deepEqual(guest.errors, []);
});

test("pictures: light, dark, and on a phone", LIMIT, async (t) => {
  const application = await Application.start(t, "dashboard");
  const browser = await launch(t);
  // Long enough to have something to look at, where a picture is taken.
  const seconds = process.env.PICTURES ? 90 : 3;
  const page = await application.enter(browser, "admin", { viewport: { width: 1440, height: 900 } });
  await page.getByRole("button", { name: "Make some load" }).click();
  await until(async () => (await times(page)).length >= seconds, true, 110_000);
  for (const [name, colorScheme, viewport] of [
    ["example-dashboard", "light", { width: 1440, height: 900 }],
    ["example-dashboard-dark", "dark", { width: 1440, height: 900 }],
    ["example-dashboard-phone", "light", { width: 390, height: 780 }],
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const { length } = await times(page);
    await until(async () => (await times(page)).length > length + 1, true);
    assert.ok(await fits(page), name);
    await picture(page, name);
  }
  assert.deepEqual(page.errors, []);
});

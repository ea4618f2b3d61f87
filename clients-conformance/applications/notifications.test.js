// The notifications as people use them: two who have their windows open, and one who is away.

import assert from "node:assert/strict";
import test from "node:test";
import { launch, missing } from "../browser.js";
import { Application, fits, picture } from "./application.js";
import { client, until } from "./client.js";

const LIMIT = { timeout: 120_000, skip: missing };

const titles = (page) => page.locator(".notice strong, .notice a").allTextContents();
const unread = async (page) => Number((await page.locator(".bell").getAttribute("aria-label")).split(" ")[0]);
const live = (page) => page.waitForSelector("#status[data-state=open]", { timeout: 60_000 });

async function send(page, { to, type = "info", title, text = "", link = "" }) {
  await page.getByLabel("To").fill(to);
  await page.locator(".kind", { hasText: type }).click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill(text);
  await page.getByLabel("Link").fill(link);
  await page.getByRole("button", { name: "Send" }).click();
  return page.locator(".send p[role]").textContent();
}

test("what is sent is seen at once, read in all tabs, and found by who was away", LIMIT, async (t) => {
  const application = await Application.start(t, "notifications");
  const browser = await launch(t);
  const ada = await application.enter(browser, "ada");
  const ben = await application.enter(browser, "ben");
  const bensOther = await application.open(ben.context());
  await live(bensOther);
  const tabs = [ben, bensOther];

  await t.test("to one user, a role and all", async () => {
    assert.equal(await send(ada, { to: "user:ben", title: "Only for ben" }), "Sent to 1 person.");
    await ben.locator(".toast", { hasText: "Only for ben" }).waitFor();
    await send(ada, { to: "role:ops", type: "warning", title: "For ops" });
    await send(ada, { to: "all", type: "success", title: "For all", text: "Everybody is told.", link: "/?from=notice" });
    for (const page of tabs) {
      await until(() => titles(page), ["For all", "For ops", "Only for ben"]);
      await until(() => unread(page), 3);
    }
    await until(() => titles(ada), ["For all", "For ops"]);
    assert.equal(await ben.title(), "(3) Notifications");
    assert.equal(await ben.locator(".notice a").getAttribute("href"), "/?from=notice");
  });

  await t.test("what people write is text, and links lead where they say", async () => {
    const evil = `<img src=x onerror="document.title='gone'">`;
    await send(ada, { to: "user:ben", type: "error", title: evil, text: `<script>document.title = "gone"</script>` });
    await until(async () => (await titles(ben))[0], evil);
    assert.equal(await ben.locator("main img, main script").count(), 0);
    assert.notEqual(await ben.title(), "gone");
    assert.match(await send(ada, { to: "user:ben", title: "Click", link: "javascript:alert(1)" }), /^Not sent: .*scheme is javascript/);
    assert.equal((await titles(ben)).length, 4);
  });

  await t.test("what is read in one tab is read in the other", async () => {
    await ben.getByRole("button", { name: "Mark “For ops” as read" }).click();
    for (const page of tabs) {
      await page.locator(".notice.read", { hasText: "For ops" }).waitFor();
      await until(() => unread(page), 3);
    }
    await bensOther.getByRole("button", { name: "Mark all read" }).click();
    for (const page of tabs) {
      await until(() => unread(page), 0);
      await until(() => page.locator(".notice:not(.read)").count(), 0);
      await until(() => page.locator(".toast").count(), 0);
    }
  });

  await t.test("two tabs have one connection", async () => {
    const { streams } = await (await fetch(`${application.url}/health`)).json();
    assert.equal(streams, 2); // ada's, and that of ben's tabs
  });

  await t.test("who was away finds everything, page by page", async () => {
    const ask = await client(application, "ada");
    for (let n = 1; n <= 45; n++) await ask("POST", "/api/notifications", { to: "user:cleo", type: "info", title: `n${n}` });
    const cleo = await application.enter(browser, "cleo");
    await until(() => unread(cleo), 45);
    for (const count of [20, 40, 45]) {
      await until(async () => (await titles(cleo)).length, count);
      if (count < 45) await cleo.getByRole("button", { name: "Show older" }).click();
    }
    assert.deepEqual(await titles(cleo), Array.from({ length: 45 }, (_, n) => `n${45 - n}`));
    assert.equal(await cleo.locator(".toast").count(), 0);
    assert.equal(await cleo.locator("form.send").count(), 0); // only senders have it
    await cleo.reload();
    await until(() => unread(cleo), 45);
    assert.deepEqual(cleo.errors, []);
  });

  await t.test("all of it by keyboard", async () => {
    await send(ada, { to: "user:ben", title: "By keyboard" });
    await until(() => unread(ben), 1);
    await ben.locator(".bell").focus();
    await ben.keyboard.press("Enter");
    await until(() => titles(ben), ["By keyboard"]);
    await ben.getByRole("button", { name: "Mark “By keyboard” as read" }).focus();
    await ben.keyboard.press("Enter");
    await until(() => unread(ben), 0);
  });
  assert.deepEqual([ada, ben, bensOther].flatMap(({ errors }) => errors), []);
});

test("nothing is lost and nothing there twice when the server is killed and comes back", LIMIT, async (t) => {
  const application = await Application.start(t, "notifications");
  const ben = await application.enter(await launch(t), "ben");
  const tabs = [ben, await application.open(ben.context())];
  for (const page of tabs) await live(page);

  // A service that sends, and sends the same again while it has no answer, as the page does.
  const ask = await client(application, "ada");
  const sent = [];
  let over = false;
  const sending = (async () => {
    for (let n = 1; !over; n++) {
      const title = `n${n}`;
      for (;;) {
        try {
          await ask("POST", "/api/notifications", { to: "all", type: "info", title }, { "Idempotency-Key": title });
          break;
        } catch (error) {
          if (error.status !== undefined) throw error;
          await new Promise((again) => setTimeout(again, 50));
        }
      }
      sent.unshift(title);
    }
  })();
  for (let kill = 0; kill < 2; kill++) {
    await until(async () => sent.length > 40 * (kill + 1) && (await titles(tabs[0])).length > 30 * (kill + 1), true);
    await application.kill();
    await tabs[0].locator("#status[data-state=waiting]").waitFor();
    await application.restart();
    for (const page of tabs) await live(page);
  }
  over = true;
  await sending;
  assert.ok(sent.length > 80);

  for (const page of tabs) {
    await until(() => titles(page), sent);
    await until(() => unread(page), sent.length);
  }
  await tabs[1].reload();
  await until(() => titles(tabs[1]), sent.slice(0, 20));
  await until(() => unread(tabs[1]), sent.length);
  assert.deepEqual(tabs.flatMap(({ errors }) => errors), []);
});

test("pictures: light, dark, and on a phone", LIMIT, async (t) => {
  const application = await Application.start(t, "notifications");
  const browser = await launch(t);
  const ask = await client(application, "ada");
  await ask("GET", "/api/notifications");
  const before = [
    ["info", "Maintenance on Sunday", "The shop is read-only from 06:00 to 06:30.", "https://status.example/42"],
    ["success", "Order 1024 was delivered", "Signed for at the door.", "/orders/1024"],
    ["warning", "The disk of db-2 is 85 % full", "At this rate it is full in three days.", null],
  ];
  for (const [type, title, text, link] of before) await ask("POST", "/api/notifications", { to: "user:ada", type, title, text, link });
  await ask("POST", "/api/read", { upTo: 2 });
  for (const [name, options, news] of [
    ["example-notifications", { colorScheme: "light" }, { type: "error", title: "Payments are failing", text: "3 of the last 20 were refused by the bank." }],
    ["example-notifications-dark", { colorScheme: "dark" }, { type: "success", title: "Payments work again" }],
    [
      "example-notifications-phone",
      { colorScheme: "light", viewport: { width: 390, height: 780 } },
      { type: "info", title: "Your report is ready", link: "/reports/7" },
    ],
  ]) {
    const page = await application.enter(browser, "ada", options);
    await until(async () => (await titles(page)).length > 2, true);
    await ask("POST", "/api/notifications", { to: "all", ...news });
    await page.locator(".toast").waitFor();
    if (!name.endsWith("phone")) await page.fill(".send [name=title]", "Payments work again");
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    assert.ok(await fits(page), name);
    await picture(page, name);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

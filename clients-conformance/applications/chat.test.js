// The example chat, as people use it.

import assert from "node:assert/strict";
import test from "node:test";
import { launch, missing } from "../browser.js";
import { Application, fits, picture } from "./application.js";

const LIMIT = { timeout: 120_000, skip: missing };

const texts = (page) =>
  page.$$eval("#log .message:not(.pending) .text", (all) => all.map((one) => one.firstChild.textContent));

async function say(page, ...lines) {
  for (const line of lines) {
    await page.fill("#text", line);
    await page.press("#text", "Enter");
  }
}

const has = (page, text) =>
  page.waitForFunction(
    (text) => [...document.querySelectorAll("#log .message:not(.pending) .text")].some((one) => one.firstChild?.textContent === text),
    text,
  );

const message = (page, text) => page.locator("#log .message", { hasText: text });

test("two people chat: typing, markup, an edit and a deletion, who is there, a reload", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const alice = await chat.enter(browser, "alice");
  const bob = await chat.enter(browser, "bob");
  await alice.waitForFunction(() => document.querySelector("#count").textContent === "2 here");
  await alice.waitForFunction(() => /bob joined · 2 here/.test(document.querySelector("#log").textContent));

  await bob.locator("#text").pressSequentially("Hi");
  await alice.waitForFunction(() => document.querySelector("#typing").textContent === "bob is typing…");
  assert.equal(await bob.textContent("#typing"), "", "nobody is told of themselves");
  await bob.press("#text", "Enter");
  await has(alice, "Hi");
  assert.equal(await alice.textContent("#typing"), "", "who has said it has stopped typing");

  const markup = `<img src=x onerror="window.hurt = 1"><b>bold</b>`;
  await say(alice, markup);
  await has(bob, markup);
  assert.equal(await bob.evaluate(() => window.hurt), undefined);
  assert.equal(await bob.locator("#log img, #log .text b").count(), 0);

  await say(alice, "teh end", "nonsense");
  await has(bob, "nonsense");
  assert.equal(await message(bob, "teh end").locator("button").count(), 0, "what others say isn't bob's to edit");
  await message(alice, "teh end").hover();
  await message(alice, "teh end").getByRole("button", { name: "Edit" }).click();
  await alice.fill("textarea.edit", "the end");
  await alice.press("textarea.edit", "Enter");
  await has(bob, "the end");
  await message(alice, "nonsense").hover();
  await message(alice, "nonsense").getByRole("button", { name: "Delete" }).click();
  await has(bob, "This message was deleted.");

  const all = ["Hi", markup, "the end", "This message was deleted."];
  assert.deepEqual(await texts(bob), all);
  await bob.reload();
  await has(bob, "This message was deleted.");
  assert.deepEqual(await texts(bob), all);

  await bob.context().close();
  await alice.waitForFunction(() => /bob left · 1 here/.test(document.querySelector("#log").textContent));
  assert.deepEqual([...alice.errors, ...bob.errors], []);
});

test("the server is killed midway: what was written meanwhile is seen to wait, and nothing is lost or there twice", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const alice = await chat.enter(browser, "alice");
  const bob = await chat.enter(browser, "bob");
  await say(alice, "one", "two");
  await say(bob, "three");
  await has(alice, "three");
  await has(bob, "two");

  await chat.kill();
  await say(alice, "four", "five");
  await say(bob, "six");
  await alice.waitForSelector(".pending.waiting:has-text('Not sent yet')");
  await alice.waitForSelector("#status:not([data-state='open'])");
  await chat.restart();

  for (const page of [alice, bob]) {
    for (const text of ["four", "five", "six"]) await has(page, text);
    await page.waitForFunction(() => document.querySelectorAll(".pending").length === 0);
    await page.waitForSelector("#status[data-state='open']");
  }
  const seen = await texts(alice);
  assert.deepEqual(await texts(bob), seen);
  assert.deepEqual([...seen].sort(), ["five", "four", "one", "six", "three", "two"]);
  assert.ok(seen.indexOf("four") < seen.indexOf("five"), "in the order in which they were written");
  assert.match(await alice.textContent("#count"), /^[12] here$/, "no ghosts");
  await alice.waitForFunction(() => document.querySelector("#count").textContent === "2 here");
  assert.deepEqual([...alice.errors, ...bob.errors], []);
});

test("a message whose answer is lost is sent again, over a reload too, and is there once", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const alice = await chat.enter(browser, "alice");
  const bob = await chat.enter(browser, "bob");
  const keys = [];
  await alice.route("**/api/messages", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length < 3) {
      await route.fetch(); // it was done
      await route.abort(); // but nobody was told
    } else {
      await route.continue();
    }
  });
  // As it is after a reload in the middle of it.
  await alice.evaluate(() => sessionStorage.setItem("chat-outbox-alice", JSON.stringify([
    { room: "lobby", text: "once", key: "k-1", since: Date.now(), state: "sending" },
  ])));
  await alice.reload();
  await has(bob, "once");
  await has(alice, "once");
  await alice.waitForFunction(() => document.querySelectorAll(".pending").length === 0);
  await say(alice, "last");
  await has(bob, "last");
  await has(alice, "last");

  assert.equal(keys[0], "k-1");
  assert.deepEqual(await texts(bob), ["once", "last"]);
  assert.deepEqual(await texts(alice), ["once", "last"]);
  await alice.reload();
  await has(alice, "last");
  assert.deepEqual(await texts(alice), ["once", "last"]);
});

test("who says too much is told to wait, and it is sent then", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const alice = await chat.enter(await launch(t), "alice");
  let refused = 0;
  await alice.route("**/api/messages", (route) =>
    refused++ === 0
      ? route.fulfill({
          status: 429,
          headers: { "Retry-After": "1", "Content-Type": "application/problem+json" },
          body: JSON.stringify({ status: 429, detail: "that was too much" }),
        })
      : route.continue(),
  );

  await say(alice, "much");
  await alice.waitForSelector(".pending.waiting:has-text('that was too much')");
  await has(alice, "much");
  assert.equal(await alice.locator(".pending").count(), 0);

  // What will never be taken isn't tried for ever, and goes when it is discarded.
  await alice.unroute("**/api/messages");
  await alice.evaluate(() => (location.hash = "#room/nowhere"));
  await alice.waitForFunction(() => document.querySelector("#title").textContent === "# nowhere");
  await say(alice, "to nobody");
  await alice.waitForSelector(".pending.refused:has-text(\"there is no room 'nowhere'\")");
  await alice.getByRole("button", { name: "Discard" }).click();
  assert.equal(await alice.locator(".pending").count(), 0);
});

test("private messages are for two, and new ones are counted until they are read", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const alice = await chat.enter(browser, "alice");
  const bob = await chat.enter(browser, "bob");
  const carol = await chat.enter(browser, "carol");

  await alice.getByRole("button", { name: "bob" }).click();
  await say(alice, "between us", "for now");
  await has(alice, "for now");
  await bob.waitForSelector("#people .badge:text('2')");
  await bob.click("#people a");
  await has(bob, "for now");
  assert.equal(await bob.locator(".badge").count(), 0);
  await say(bob, "yes");
  await has(alice, "yes");
  await bob.reload();
  await has(bob, "yes");
  assert.deepEqual(await texts(bob), ["between us", "for now", "yes"]);
  assert.equal(await bob.locator(".badge").count(), 0);

  await carol.evaluate(() => (location.hash = "#with/alice"));
  await carol.waitForFunction(() => document.querySelector("#title").textContent === "alice");
  assert.deepEqual(await texts(carol), []);
  const spying = await carol.evaluate(
    async (hub) => (await fetch(`${hub}/events?channel=users/alice/direct`, { credentials: "include" })).status,
    chat.hub,
  );
  assert.equal(spying, 403);
});

test("tabs have one connection, and are one person who isn't told that they are typing", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const one = await chat.enter(browser, "alice");
  const two = await chat.open(one.context());
  await two.waitForSelector("#status[data-state='open']");
  const bob = await chat.enter(browser, "bob");
  await bob.waitForFunction(() => document.querySelector("#count").textContent === "2 here");

  const health = await (await fetch(`${chat.url}/health`)).json();
  assert.equal(health.streams, 2, "one of alice's tabs, one of bob's");
  await one.locator("#text").pressSequentially("Hello");
  await bob.waitForFunction(() => document.querySelector("#typing").textContent === "alice is typing…");
  await one.press("#text", "Enter");
  await has(two, "Hello");
  assert.equal(await two.textContent("#typing"), "");
  await one.close();
  await say(bob, "still there?");
  await has(two, "still there?");
  assert.deepEqual(await texts(two), ["Hello", "still there?"]);
});

test("rooms are opened, announcements reach all of them, and all of it works by keyboard on a phone", LIMIT, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const phone = await chat.enter(browser, "dora", { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true });
  const admin = await chat.enter(browser, "admin", { colorScheme: "dark" });
  assert.equal(await phone.isVisible("#announce"), false);

  await admin.fill("#new-room [name=name]", "garden");
  await admin.press("#new-room [name=name]", "Enter");
  await admin.waitForFunction(() => document.querySelector("#title").textContent === "# garden");
  await phone.getByRole("link", { name: "garden" }).press("Enter");
  await phone.waitForFunction(() => document.querySelector("#title").textContent === "# garden");
  await say(admin, "roses");
  await has(phone, "roses");
  await phone.getByRole("link", { name: "lobby" }).press("Enter");
  await phone.waitForFunction(() => document.querySelector("#title").textContent === "# lobby");
  assert.deepEqual(await texts(phone), []);

  await admin.click("#announce");
  await say(admin, "The hub restarts at noon.");
  await phone.waitForSelector("#announcement:has-text('The hub restarts at noon.')");
  await phone.click("#announcement button");
  assert.equal(await phone.isVisible("#announcement"), false);
  await phone.click("#count");
  await phone.waitForSelector("#members:visible");
  assert.ok(await fits(phone));
  assert.ok(await fits(admin));
  assert.deepEqual([...phone.errors, ...admin.errors], []);
});

test("the pictures of the README are of what it does", { ...LIMIT, skip: missing || !process.env.PICTURES }, async (t) => {
  const chat = await Application.start(t, "chat");
  const browser = await launch(t);
  const alice = await chat.enter(browser, "alice");
  const bob = await chat.enter(browser, "bob", { colorScheme: "dark", viewport: { width: 390, height: 760 }, isMobile: true });
  const carol = await chat.enter(browser, "carol");
  await say(bob, "Morning! The release is out: https://sluice.example/0.1");
  await has(carol, "Morning! The release is out: ");
  await say(carol, "I pulled the plug on my router in the middle of it.", "Not a message missing.");
  await has(alice, "Not a message missing.");
  await say(alice, "And if you write while it's away?");
  await has(carol, "And if you write while it's away?");
  await say(carol, "It waits here, says so, and is sent once.\nNever twice: each has a key.");
  await carol.getByRole("button", { name: "alice" }).click();
  await say(carol, "Lunch?");
  await alice.waitForSelector(".badge");
  await bob.locator("#text").pressSequentially("Nice, I'll");
  await alice.waitForFunction(() => document.querySelector("#typing").textContent !== "");
  await picture(alice, "example-chat");
  await picture(bob, "example-chat-phone");
});

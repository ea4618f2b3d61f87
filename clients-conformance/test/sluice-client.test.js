// This project's client in Chromium, from the hub's /client.js: whatever happens to the page, the network or the hub,
// nothing is lost or repeated.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { launch, missing, open } from "../browser.js";
import { Cutter, seeded } from "../cutter.js";
import { FreezableTab } from "../freezable-tab.js";
import { Hub } from "../hub.js";
import { CHANNEL, Received, receivesAll } from "../oracle.js";

const LIMIT = { timeout: 120_000, skip: missing };
const EVENTS = 600;
const LOOK_EVERY_MS = 20;

/** A hub, a proxy in front of it, and what came of the events. */
async function start(t, ...settings) {
  const subscriber = { hub: await Hub.start(...settings), received: new Received() };
  t.after(() => subscriber.hub.stop());
  subscriber.cutter = await Cutter.start(subscriber.hub.url, seeded(1));
  t.after(() => subscriber.cutter.stop());
  subscriber.page = `${subscriber.cutter.url}/health/live`; // small, and of the hub's origin
  subscriber.take = (text) => subscriber.received.take(text);
  return subscriber;
}

/** Opens a page that subscribes whenever it is loaded. One that goes away keeps its events; others hand them over. */
async function subscribed(t, subscriber, options = {}, { goesAway = false } = {}) {
  const { page } = await open(await launch(t), subscriber.page);
  if (!goesAway) {
    await page.exposeFunction("take", subscriber.take);
  }
  await page.addInitScript(subscribe, { channel: CHANNEL, options });
  await page.reload();
  await page.waitForFunction(isOpen);
  return page;
}

// Runs in the page.
async function subscribe({ channel, options }) {
  const { connect } = await import("/client.js");
  const stream = connect(`/events/${channel}`, { backoff: { min: 100, max: 500 }, data: "text", ...options });
  const take = window.take ?? ((text) => sessionStorage.setItem(`taken:${window.taken++}`, text));
  window.taken = Object.keys(sessionStorage).filter((key) => key.startsWith("taken:")).length;
  stream.on("message", (text) => take(text));
  stream.on("gap", (gap) => take(`gap: ${gap.reason}`)); // which nothing here may make
  window.whys = [];
  stream.onState((state) => state.status === "waiting" && window.whys.push(state.why.code));
  window.stream = stream;
}

const isOpen = () => window.stream?.state.status === "open";
const attempts = (page) => page.evaluate(() => window.stream.stats.attempts);

/** Publishes, lets go wrong what is to go wrong when so many events are published, and checks what has come. */
async function missesNothing(t, subscriber, disturbances) {
  const left = new Map(Object.entries(disturbances));
  await receivesAll(t, EVENTS, subscriber.received, {
    publish: (datas) => subscriber.hub.publish(CHANNEL, datas),
    before: async (published) => {
      await left.get(`${published}`)?.(published);
      left.delete(`${published}`);
    },
  });
  assert.deepEqual([...left.keys()], [], "what was to go wrong");
}

test("a reload in the middle of the stream misses and repeats nothing, with persist", LIMIT, async (t) => {
  const subscriber = await start(t);
  const page = await subscribed(t, subscriber, { persist: true }, { goesAway: true });
  const end = collect(page, subscriber.take);
  const reload = () => page.reload({ waitUntil: "domcontentloaded" });
  await missesNothing(t, subscriber, { 100: reload, 220: reload, 240: reload, 400: reload, 560: reload });
  await end();
  assert.equal(await page.evaluate(() => window.stream.connection.resumed), true);
});

// What a page says while it goes away may get lost on the way to here. So it writes its events down, as a program would that
// wants to have them after a reload, and they are read again and again.
function collect(page, take) {
  let ended = false;
  const reading = (async () => {
    for (let n = 0; !ended; ) {
      const texts = await page.evaluate(takenFrom, n).catch(() => []); // it is just going away
      texts.forEach(take);
      n += texts.length;
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return () => {
    ended = true;
    return reading;
  };
}

// Runs in the page.
function takenFrom(n) {
  const texts = [];
  for (let text; (text = sessionStorage.getItem(`taken:${n}`)) !== null; n++) {
    texts.push(text);
  }
  return texts;
}

test("a page that was offline goes on where it was", LIMIT, async (t) => {
  const subscriber = await start(t);
  const page = await subscribed(t, subscriber);
  const offline = async () => {
    await page.context().setOffline(true);
    subscriber.cutter.cutAll(); // the browser lets what is open live on
    await page.waitForFunction(() => window.stream.state.status === "waiting");
  };
  const online = () => page.context().setOffline(false);
  await missesNothing(t, subscriber, { 100: offline, 160: online, 300: offline, 360: online });
  assert.ok((await attempts(page)) >= 3);
  assert.equal(await page.evaluate(() => window.whys[0]), "network");
});

test("a hub that is killed and started again loses and repeats nothing", LIMIT, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "sluice-"));
  t.after(() => rm(directory, { recursive: true }));
  const settings = ["--data", directory];
  const subscriber = await start(t, ...settings);
  const page = await subscribed(t, subscriber);
  await missesNothing(t, subscriber, {
    100: async () => {
      await subscriber.hub.kill();
      await page.waitForFunction(() => window.stream.state.status !== "open");
      subscriber.hub = await Hub.start(...settings);
      subscriber.cutter.redirect(subscriber.hub.url);
    },
  });
  assert.ok((await attempts(page)) >= 2);
  assert.equal(await page.evaluate(() => window.stream.connection.resumed), true);
});

test("a tab that was frozen goes on where it was", LIMIT, async (t) => {
  const subscriber = await start(t);
  const tab = await FreezableTab.open(await launch(t), subscriber.page);
  await tab.expose("take", subscriber.take);
  await tab.evaluate(`(${subscribe})(${JSON.stringify({ channel: CHANNEL })})`);
  await tab.until(`(${isOpen})()`);
  let before;
  const freeze = async (published) => {
    await subscriber.received.atLeast(published); // what is under way would come before it freezes or after
    await tab.freeze();
    before = subscriber.received.events.length;
  };
  const thaw = async () => {
    assert.equal(subscriber.received.events.length, before, "nothing came to the frozen tab");
    await tab.thaw();
  };
  await missesNothing(t, subscriber, {
    100: freeze,
    160: thaw,
    300: freeze,
    320: () => subscriber.cutter.cutAll(), // while it can't notice
    360: thaw,
  });
  assert.equal(await tab.evaluate("stream.stats.attempts"), 2);
});

test("a connection that is silently dead is found by the watchdog", LIMIT, async (t) => {
  const subscriber = await start(t, "--stream.heartbeat", "1s");
  // The browser may try a connection that it has kept open, which is as dead.
  const page = await subscribed(t, subscriber, { connectTimeout: 3000 });
  const stall = () => subscriber.cutter.stallAll();
  await missesNothing(t, subscriber, { 100: stall, 300: stall });
  assert.ok((await attempts(page)) >= 3);
  assert.deepEqual(new Set(await page.evaluate(() => window.whys)), new Set(["silent"]));
});

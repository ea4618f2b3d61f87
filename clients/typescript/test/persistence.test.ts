import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { connectOn } from "../src/connect.js";
import type { Options } from "../src/types.js";
import { FakePlatform, FakeStore, settle, until } from "./fake.js";
import { FakeLocks } from "./locks.js";
import { started } from "./started.js";

const KEY = "sluice:http://page.example/app/events?channel=news";

/** A browser: tabs with their own session, and what they have in common. */
class Browser {
  readonly local = new FakeStore();
  readonly locks: FakeLocks | undefined;
  time = new FakePlatform().time;

  constructor({ locks = true } = {}) {
    this.locks = locks ? new FakeLocks() : undefined;
  }

  tab(session = new FakeStore()): Tab {
    return new Tab(this, session);
  }
}

class Tab {
  readonly browser: Browser;
  readonly session: FakeStore;
  platform = new FakePlatform();
  #locks: ReturnType<FakeLocks["tab"]> | undefined;

  constructor(browser: Browser, session: FakeStore) {
    this.browser = browser;
    this.session = session;
  }

  /** Loads the page, or loads it again. */
  async load(options: Options = { persist: true }) {
    const { browser } = this;
    this.platform = new FakePlatform();
    this.platform.time = browser.time;
    this.#locks = browser.locks?.tab();
    this.platform.locks = this.#locks;
    Object.assign(this.platform.stores, { session: this.session, local: browser.local });
    const page = await started(options, { platform: this.platform });
    // The module is loaded, then the lock is waited for: half a second of the fake's clock at most.
    await until(() => this.platform.timers.size > 0 || this.platform.requests.length > 0);
    await settle();
    if (this.platform.requests.length === 0) await this.platform.pass(500);
    return page;
  }

  /** The page goes in good order. */
  leave(): void {
    this.platform.happens("pagehide", { persisted: false });
    this.crash();
  }

  /** It is just gone. */
  crash(): void {
    this.browser.time = this.platform.time;
    this.#locks?.gone();
  }

  /** A copy of the tab, as browsers make it. */
  duplicate(): Tab {
    const session = new FakeStore();
    for (const [key, value] of this.session.items) session.setItem(key, value);
    return this.browser.tab(session);
  }
}

const from = (tab: Tab) => tab.platform.request.headers.get("Last-Event-ID");

for (const locks of [true, false]) {
  for (const storage of ["session", "local"] as const) {
    describe(`a position kept in ${storage} storage, ${locks ? "with" : "without"} Web Locks`, () => {
      const persist = { persist: { storage } };

      test("is gone on from after a reload", async () => {
        const tab = new Browser({ locks }).tab();
        await tab.load(persist);
        assert.equal(from(tab), null);
        await tab.platform.request.openHub("k-1");
        await tab.platform.request.send("id: k-2\ndata: a\n\nid: k-3\n\n");
        tab.leave();
        await tab.load(persist);
        assert.equal(from(tab), "k-3");
      });

      test("is gone on from after a crash, from a moment ago", async () => {
        const tab = new Browser({ locks }).tab();
        await tab.load(persist);
        await tab.platform.request.openHub("k-1");
        await tab.platform.request.send("id: k-2\ndata: a\n\n");
        await tab.platform.pass(200);
        await tab.platform.request.send("id: k-3\ndata: b\n\n");
        tab.crash();
        tab.browser.time += 10_000;
        await tab.load(persist);
        assert.equal(from(tab), "k-2");
      });

      test("is one tab's alone", async () => {
        const first = new Browser({ locks }).tab();
        await first.load(persist);
        await first.platform.request.openHub("k-1");
        await first.platform.request.send("id: k-2\ndata: a\n\n");
        await first.platform.pass(200);
        first.browser.time = first.platform.time;

        const second = first.duplicate();
        await second.load(persist);
        assert.equal(from(second), null);
        await second.platform.request.openHub("k-8");
        await second.platform.request.send("id: k-9\ndata: b\n\n");
        await second.platform.pass(1000);

        first.leave();
        await first.load(persist);
        assert.notEqual(from(first), "k-9");
      });
    });
  }
}

describe("a position", () => {
  test("is kept when its events have been handed over, not before", async () => {
    let done = () => {};
    const tab = new Browser().tab();
    await tab.load({ persist: true, data: ({ text }) => (text === "slow" ? new Promise<void>((to) => (done = to)) : text) });
    await tab.platform.request.openHub("k-1");
    await tab.platform.request.send("id: k-2\ndata: slow\n\nid: k-3\ndata: b\n\n");
    await tab.platform.pass(1000);
    assert.equal(tab.session.getItem(KEY), "k-1");
    done();
    await until(() => tab.platform.timers.size > 1);
    await tab.platform.pass(200);
    assert.equal(tab.session.getItem(KEY), "k-3");
  });

  test("is written a few times a second at most", async () => {
    const tab = new Browser().tab();
    await tab.load();
    await tab.platform.request.openHub("k-1");
    let written = 0;
    const { setItem } = tab.session;
    tab.session.setItem = (key, value) => {
      written++;
      setItem(key, value);
    };
    for (let n = 2; n < 1002; n++) {
      await tab.platform.request.send(`id: k-${n}\ndata: x\n\n`);
      if (n % 100 === 0) await tab.platform.pass(100);
    }
    await tab.platform.pass(1000);
    assert.equal(tab.session.getItem(KEY), "k-1001");
    assert.ok(written <= 6, `${written} times`);
  });

  test("is that of its stream or key", async () => {
    const tab = new Browser().tab();
    await tab.load({ persist: { key: "mine" } });
    await tab.platform.request.openHub("k-1");
    await tab.platform.pass(200);
    assert.equal(tab.session.getItem("sluice:mine"), "k-1");
    tab.leave();
    await tab.load({ persist: { key: "other" } });
    assert.equal(from(tab), null);
  });

  test("that is kept goes before one that was given", async () => {
    const tab = new Browser().tab();
    await tab.load({ persist: true, lastEventId: "k-0" });
    assert.equal(from(tab), "k-0");
    await tab.platform.request.openHub("k-1");
    tab.leave();
    await tab.load({ persist: true, lastEventId: "k-0" });
    assert.equal(from(tab), "k-1");
  });

  test("is kept by the tab that waited, once the other has gone", async () => {
    const browser = new Browser();
    const first = browser.tab();
    const second = browser.tab();
    const persist = { persist: { storage: "local" as const } };
    await first.load(persist);
    await second.load(persist);
    await second.platform.request.openHub("k-8");
    await second.platform.pass(1000);
    assert.equal(browser.local.getItem(KEY), null);
    first.leave();
    await second.platform.request.send("id: k-9\n\n");
    await second.platform.pass(200);
    assert.equal(browser.local.getItem(KEY), "k-9");
  });

  test("and its lock are let go with the stream", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    const { stream } = await tab.load();
    assert.equal(browser.locks!.held.size, 1);
    stream.close();
    await settle();
    assert.equal(browser.locks!.held.size, 0);
    assert.equal(tab.platform.timers.size, 0);
  });

  test("isn't in the way of a page that comes back from the back/forward cache", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await tab.load();
    await tab.platform.request.openHub("k-1");
    await tab.platform.request.send("id: k-5\n\n");
    tab.platform.happens("pagehide", { persisted: true });
    await settle();
    assert.equal(browser.locks!.held.size, 0);
    tab.platform.happens("pageshow", { persisted: true });
    await settle();
    assert.equal(from(tab), "k-5");
    assert.equal(browser.locks!.held.size, 1);
  });

  for (const [what, store] of [
    ["is forbidden", undefined],
    [
      "is full",
      {
        getItem: () => null,
        setItem() {
          throw new DOMException("full", "QuotaExceededError");
        },
        removeItem() {},
      },
    ],
  ] as const) {
    test(`is done without where storage ${what}`, async () => {
      const platform = new FakePlatform();
      Object.defineProperty(platform, "stores", { value: { session: store, local: store } });
      const { in: state, errors } = await started({ persist: true }, { platform });
      await until(() => platform.requests.length === 1);
      await platform.request.openHub("k-1");
      await platform.pass(1000);
      state("open");
      assert.deepEqual(errors, []);
    });
  }

  test("that isn't there yet doesn't open a stream that was closed meanwhile", async () => {
    const browser = new Browser();
    const platform = new FakePlatform();
    platform.locks = browser.locks!.tab();
    connectOn(platform, "/events", { persist: true }).close();
    await until(() => browser.locks!.granted === 1);
    await platform.pass(1000);
    assert.equal(platform.requests.length, 0);
    assert.equal(browser.locks!.held.size, 0);
  });
});

// Tabs of one application that share a connection, and what each of them has to have had.

import assert from "node:assert/strict";
import { Cutter, seeded } from "./cutter.js";
import { Hub } from "./hub.js";

const PAGE = "/app";

/** A hub behind an address that stays when it is restarted, and everything that was published to it. */
export class Stage {
  hub;
  cutter;
  /** In the order of the log. */
  published = [];
  #options;
  #publishing;

  static async start(t, ...options) {
    const stage = new Stage();
    stage.#options = ["--demo.enabled", "off", ...options];
    stage.hub = await Hub.start(...stage.#options);
    stage.cutter = await Cutter.start(stage.hub.url, seeded(1));
    t.after(async () => {
      await stage.quiet();
      await stage.cutter.stop();
      await stage.hub.stop();
    });
    return stage;
  }

  get url() {
    return this.cutter.url;
  }

  async publish(channel, type) {
    const data = `${this.published.length + 1}`;
    const [id] = await this.hub.publish(channel, [data], type);
    this.published.push({ id, channel, data });
  }

  /** Waits until so many more events are published. */
  async more(count) {
    const enough = this.published.length + count;
    while (this.published.length < enough) await new Promise((done) => setTimeout(done, 5));
  }

  /** Publishes to one channel after the other, until it is told to be quiet. */
  busy(channels) {
    let on = true;
    const publishing = (async () => {
      for (let n = 0; on; n++) await this.publish(channels[n % channels.length]);
    })();
    this.#publishing = async () => {
      on = false;
      await publishing;
    };
  }

  async quiet() {
    await this.#publishing?.();
    this.#publishing = undefined;
  }

  /** Another hub on the same file, at the same address. */
  async killAndRestart() {
    await this.hub.kill();
    this.hub = await Hub.start(...this.#options);
    this.cutter.redirect(this.hub.url);
  }

  /** Streams that are open, and those closed last. */
  async connections() {
    const { connections, closed } = await (await fetch(`${this.hub.url}/connections`)).json();
    return { open: connections, closed };
  }
}

/** Opens a context in which the tabs of an application live. */
export async function application(browser, stage, { workers }) {
  const context = await browser.newContext();
  if (!workers) {
    await context.addInitScript(() => {
      delete globalThis.SharedWorker;
      // Which of the tabs is elected only the browser knows.
      const { request } = LockManager.prototype;
      LockManager.prototype.request = function (name, options, callback) {
        const held = async (lock) => {
          if (!name.endsWith(" host")) return callback(lock);
          window.leads = true;
          await callback(lock);
          window.leads = false;
        };
        return request.call(this, name, options, held);
      };
    });
  }
  await context.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  return context;
}

/** A tab with one stream. */
export class Tab {
  page;
  channels;

  static async open(context, stage, channels, options = {}) {
    const tab = new Tab();
    tab.channels = channels;
    tab.page = await context.newPage();
    await tab.page.goto(stage.url + PAGE);
    await tab.begin(options);
    return tab;
  }

  /** Begins a stream, in a page that has none. */
  begin(options) {
    const query = new URLSearchParams(this.channels.map((channel) => ["channel", channel]));
    return this.page.evaluate(
      async ([query, options]) => {
        const { connect } = await import("/client.js");
        // What was had before a reload, up to the moment at which the page goes.
        const had = (window.had = JSON.parse(sessionStorage.getItem("had") ?? "[]"));
        window.start = sessionStorage.getItem("start") ?? undefined;
        addEventListener("pagehide", () => {
          sessionStorage.setItem("had", JSON.stringify(had));
          sessionStorage.setItem("start", window.start);
        });
        const stream = (window.stream = connect(`/events?${query}`, { shared: true, ...options }));
        stream.on("gap", () => {});
        stream.onAny(({ id, type, channel, text, data }) => {
          if (type === "connected") window.start ??= id;
          had.push({ id, type, channel, text, data });
        });
        if (stream.state.status !== "open") {
          await new Promise((open) => stream.onState(({ status }) => status === "open" && open()));
        }
      },
      [query.toString(), options],
    );
  }

  /** Whether this is the one that has the connection. */
  leads() {
    return this.page.evaluate(() => window.leads === true);
  }

  /** What it has had, of what was published. */
  async had() {
    const all = await this.page.evaluate(() => window.had);
    return all.filter(({ type }) => !["connected", "subscription", "gap"].includes(type));
  }

  gaps() {
    return this.page.evaluate(() => window.had.filter(({ type }) => type === "gap"));
  }

  stats() {
    const read = ({ stats, state, connection, lastEventId }) => ({ stats, state, connection: connection?.connection, lastEventId });
    return this.page.evaluate(`(${read})(window.stream)`);
  }

  /** Waits until it has had everything that was published to its channels since it began, and no more. */
  async complete({ published }) {
    const start = await this.page.evaluate(() => window.start);
    const sequence = (id) => BigInt(id.split("-")[1]);
    const due = published.filter(
      ({ id, channel }) => this.channels.includes(channel) && sequence(id) > sequence(start),
    );
    const count = due.length;
    await this.page
      .waitForFunction((count) => window.had.filter(({ channel }) => channel !== undefined).length >= count, count, {
        polling: 20,
        timeout: 40_000,
      })
      .catch(() => {}); // what is missing is shown below
    assert.deepEqual(
      (await this.had()).map(({ id, channel, text }) => ({ id, channel, data: text })),
      due,
      `a tab with ${this.channels}`,
    );
    assert.deepEqual(await this.gaps(), []);
  }

  async crash() {
    const crashed = this.page.waitForEvent("crash");
    const session = await this.page.context().newCDPSession(this.page);
    session.send("Page.crash").catch(() => {}); // nobody is left to answer
    await crashed;
  }

  /** Nothing in the page runs any more, until it may go on: what others notice of a frozen page, or of one that hangs. */
  async halt() {
    this.debugger = await this.page.context().newCDPSession(this.page);
    const halted = new Promise((done) => this.debugger.once("Debugger.paused", done));
    await this.debugger.send("Debugger.enable");
    await this.debugger.send("Debugger.pause");
    await halted;
  }

  async goOn() {
    await this.debugger.send("Debugger.resume");
    await this.debugger.send("Debugger.disable");
  }
}

// One connection for all tabs, in Chromium: the client's `shared: true`.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { launch, missing } from "../browser.js";
import { Stage, Tab, application } from "../tabs.js";

const LIMIT = { timeout: 120_000, skip: missing };
const CHANNELS = Array.from({ length: 10 }, (_, n) => `tabs/${n}`);

async function until(what, condition) {
  for (let tries = 0; ; tries++) {
    if (await condition()) return;
    assert.ok(tries < 400, `${what} didn't happen`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The tab that has the connection; over a worker it is none, and any may go first. */
async function leaderOf(tabs, workers) {
  let leader;
  await until("a tab leads", async () => {
    const leads = await Promise.all(tabs.map((tab) => workers || tab.leads()));
    leader = tabs[leads.indexOf(true)];
    return leader !== undefined;
  });
  return leader;
}

for (const workers of [true, false]) {
  const way = workers ? "a SharedWorker" : "Web Locks";

  test(`ten tabs have one connection over ${way}`, LIMIT, async (t) => {
    const stage = await Stage.start(t);
    const context = await application(await launch(t), stage, { workers });
    const tabs = await Promise.all(CHANNELS.map((channel) => Tab.open(context, stage, [channel, "tabs/all"])));

    const { open, closed } = await stage.connections();
    assert.equal(open.length, 1);
    assert.deepEqual(open[0].channels.toSorted(), [...CHANNELS, "tabs/all"].toSorted());
    assert.deepEqual(closed, [], "the union was changed without connecting again");
    for (const channel of [...CHANNELS, "tabs/all", "tabs/none", ...CHANNELS]) await stage.publish(channel);
    for (const tab of tabs) {
      await tab.complete(stage);
      const { stats, state, connection } = await tab.stats();
      assert.equal(stats.attempts, 1);
      assert.equal(state.status, "open");
      assert.equal(connection, open[0].id);
    }

    // The others go on when one closes, and the last one takes the connection with it.
    await Promise.all(tabs.splice(1).map((tab) => tab.page.evaluate(() => window.stream.close())));
    await until("the others' channels go", async () => {
      const { open } = await stage.connections();
      return open.length === 1 && open[0].channels.length === 2;
    });
    await stage.publish("tabs/all");
    await tabs[0].complete(stage);
    await tabs[0].page.evaluate(() => window.stream.close());
    await until("the connection goes", async () => (await stage.connections()).open.length === 0);
  });

  test(`tabs that come, go, crash and hang, and a hub that is killed, lose and repeat nothing over ${way}`, LIMIT, async (t) => {
    const data = await mkdtemp(join(tmpdir(), "sluice-tabs-"));
    const stage = await Stage.start(t, "--data", data);
    t.after(() => rm(data, { recursive: true }));
    const context = await application(await launch(t, "--site-per-process", "--process-per-tab"), stage, { workers });
    const tabs = [];
    const come = async (n) => tabs.push(await Tab.open(context, stage, [`tabs/${n}`, "tabs/all"]));
    const one = () => until("one connection", async () => (await stage.connections()).open.length === 1);
    /** Each has all that was published up to now. */
    const settle = async (among = tabs) => {
      await stage.more(30);
      await stage.quiet();
      await Promise.all(among.map((tab) => tab.complete(stage)));
      busy();
      await stage.more(10);
    };
    const busy = () => stage.busy([...CHANNELS.slice(0, 5), "tabs/all", "tabs/none"]);
    busy();
    for (let n = 0; n < 5; n++) await come(n);
    const gone = (tab) => tabs.splice(tabs.indexOf(tab), 1);

    // The tab that leads is closed, or over a worker any other.
    const first = await leaderOf(tabs, workers);
    await first.page.close();
    gone(first);
    await settle();

    // The next crashes.
    const second = await leaderOf(tabs, workers);
    await second.crash();
    gone(second);
    await settle();
    await come(0);

    // The next hangs, and goes on when the others have gone on without it.
    const third = await leaderOf(tabs, workers);
    await third.halt();
    await settle(tabs.filter((tab) => tab !== third));
    await third.goOn();
    await settle();
    await one();

    // The hub is killed, and comes back with its file.
    await stage.quiet();
    await stage.killAndRestart();
    busy();
    await settle();
    await stage.quiet();
    await one();
    t.diagnostic(`${stage.published.length} events`);
  });

  test(`a tab that keeps its position goes on after a reload, alone or not, over ${way}`, LIMIT, async (t) => {
    const stage = await Stage.start(t);
    const context = await application(await launch(t), stage, { workers });
    const keeps = await Tab.open(context, stage, ["tabs/0", "tabs/all"], { persist: true });
    stage.busy(["tabs/0", "tabs/1", "tabs/all"]);
    const reload = async () => {
      await stage.more(10);
      await keeps.page.reload();
      await stage.more(10);
      await keeps.begin({ persist: true });
    };
    await reload();
    const other = await Tab.open(context, stage, ["tabs/1", "tabs/all"]);
    await reload();
    await other.page.close();
    await reload();
    await stage.quiet();
    await keeps.complete(stage);
    await until("one connection", async () => (await stage.connections()).open.length === 1);
  });
}

test("where the worker's script can't be had, the tabs elect one of them", LIMIT, async (t) => {
  const stage = await Stage.start(t);
  const context = await application(await launch(t), stage, { workers: true });
  for (const worker of ["/none.js", "http://elsewhere.example/worker.js"]) {
    const tabs = [];
    for (let n = 0; n < 2; n++) tabs.push(await Tab.open(context, stage, [`tabs/${n}`], { shared: { worker } }));
    assert.equal((await stage.connections()).open.length, 1);
    for (const tab of tabs) {
      await stage.publish(tab.channels[0]);
      await tab.complete(stage);
      const { held } = await tab.page.evaluate(() => navigator.locks.query());
      assert.equal(held.filter(({ name }) => name.endsWith(" host")).length, 1);
    }
    for (const tab of tabs) await tab.page.close();
  }
});

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

/** The one whose page has the connection. */
async function leaderOf(tabs, requests = 0) {
  let leader;
  await until("a tab leads", () => (leader = tabs.find((tab) => tab.requests > requests)) !== undefined);
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
}

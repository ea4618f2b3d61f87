import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Tab, World as Worlds } from "./shared-world.js";

type World = Worlds;

// In one file: what is loaded on demand would come from another thread of Node, at a time that no seed knows.
const file = `${tmpdir()}/sluice-shared-world-${process.pid}.mjs`;
const { outputFiles } = await build({
  entryPoints: ["test/shared-world.ts"],
  bundle: true,
  format: "esm",
  target: "es2022",
  sourcemap: "inline",
  write: false,
});
await writeFile(file, outputFiles[0]!.contents);
const { World, isAfter, matches, seeded } = (await import(pathToFileURL(file).href)) as typeof import("./shared-world.js");
await rm(file);

const HUB = "http://hub.example/events";
const WAYS = [
  ["a SharedWorker", {}],
  ["an elected tab", { worker: true }],
] as const;

/**
 * What a tab has to have had: each event of its channels after where it began, once and in order. One that is missing is
 * in a gap that it was told of, and each gap that it was told of has one. What a tab that has gone hasn't had is the end.
 */
function check(world: World, tab: Tab, name: string): void {
  const { subscriptions, events, gaps, agent, closed } = tab;
  const held = (id: string) => subscriptions.findLast(({ from }) => isAfter(id, from))?.subscription;
  const expected = world.hub.log
    .filter(({ id, channel }) => matches(held(id) ?? { channels: [], types: [] }, channel, "message"))
    .map(({ id }) => id);
  const had = events.map(({ id }) => id);
  const said = JSON.stringify({ subscriptions, gaps });
  const due = agent.dead || closed ? expected.slice(0, expected.indexOf(had.at(-1)!) + 1) : expected;
  const within = (id: string) => gaps.findIndex(({ after, to }) => isAfter(id, after) && !isAfter(id, to));
  assert.deepEqual(had, due.filter((id) => had.includes(id) || within(id) < 0), `${name}: ${said}`);
  assert.equal(new Set(had).size, had.length);
  if (!agent.dead && !closed) {
    const missing = due.filter((id) => !had.includes(id)).map(within);
    gaps.forEach((gap, n) => assert.ok(missing.includes(n), `${name} was told of a gap of others: ${JSON.stringify(gap)}`));
  }
  assert.deepEqual(tab.errors, []);
}

for (const [way, without] of WAYS) {
  test(`ten tabs with different channels have one connection, changed without connecting again, over ${way}`, async () => {
    const world = new World(1, without);
    const tabs: Tab[] = [];
    for (let n = 0; n < 10; n++) {
      tabs.push(world.tab(`${HUB}?channel=c${n}`));
      if (n % 3 === 0) await world.pass(10);
    }
    await world.pass(2000);
    assert.equal(world.hub.requests, 1);
    assert.equal(world.hub.connections.size, 1);
    for (let n = 0; n < 50; n++) world.hub.publish(`c${n % 10}`);
    await world.pass(100);
    tabs.forEach((tab, n) => {
      check(world, tab, `tab ${n}`);
      assert.equal(tab.events.length, 5);
      assert.equal(tab.stream.state.status, "open");
      assert.equal(tab.stream.stats.attempts, 1);
    });
    // Each goes for itself, and the last takes the connection with it.
    while (tabs.length > 1) {
      tabs.pop()!.close();
      await world.pass(2000);
      assert.equal(world.hub.connections.size, 1);
      const [connection] = world.hub.connections;
      const channels = tabs.map((tab) => tab.subscriptions[0]!.subscription.channels[0]);
      assert.deepEqual([...connection!.subscription.channels].sort(), channels.sort());
    }
    tabs.pop()!.close();
    await world.pass(2000);
    assert.equal(world.hub.connections.size, 0);
    // The tab that has the connection takes it along, and another opens it again.
    if (way === "a SharedWorker") assert.equal(world.hub.requests, 1);
    assert.equal(world.timers.size, 0);
  });

  test(`whatever happens in whatever order, no tab misses or repeats an event over ${way}`, async (t) => {
    const first = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
    const rounds = Number(process.env["ROUNDS"] ?? 25);
    for (let seed = first; seed < first + rounds; seed++) {
      try {
        await round(seed, without);
      } catch (error) {
        t.diagnostic(`SEED=${seed} ROUNDS=1`);
        throw error;
      }
    }
    t.diagnostic(`SEED=${first} ROUNDS=${rounds}`);
  });
}

const CHANNELS = ["a", "b", "c", "d/1", "d/2"];
const ASKED = [...CHANNELS, "d/*", "**"];

async function round(seed: number, without: { worker?: boolean }): Promise<void> {
  const world = new World(seed, without);
  const { hub } = world;
  const random = seeded(seed + 1);
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const tabs: Tab[] = [];
  const log: string[] = [];

  function act(): void {
    const alive = tabs.filter(({ agent, closed }) => !agent.dead && !closed);
    const awake = alive.filter(({ agent }) => !agent.frozen);
    const chance = random();
    const say = (what: string, tab?: Tab) => void log.push(tab ? `${what} ${tabs.indexOf(tab)}` : what);
    if (chance < 0.5) {
      hub.publish(one(CHANNELS));
    } else if (chance < 0.62) {
      if (alive.length >= 6) return;
      const channel = one(ASKED);
      const lastEventId = hub.log.length > 0 && random() < 0.3 ? one(hub.log.slice(-20)).id : undefined;
      tabs.push(world.tab(`${HUB}?channel=${channel}`, lastEventId === undefined ? {} : { lastEventId }));
      say(`open ${channel} ${lastEventId ?? ""}`, tabs.at(-1));
    } else if (chance < 0.68) {
      if (awake.length === 0) return;
      const tab = one(awake);
      say("close", tab);
      tab.close();
    } else if (chance < 0.74) {
      if (alive.length === 0) return;
      const tab = one(alive);
      say("crash", tab);
      tab.crash();
    } else if (chance < 0.82) {
      if (alive.length === 0) return;
      const tab = one(alive);
      const told = random() < 0.7;
      say(tab.agent.frozen ? "thaw" : `freeze ${told}`, tab);
      if (tab.agent.frozen) tab.thaw();
      else tab.freeze(told);
    } else if (chance < 0.86) {
      say("cut");
      hub.cut();
    } else if (chance < 0.88) {
      say("worker crashes");
      world.crashWorker();
    } else if (chance < 0.92) {
      hub.heartbeat();
    } else if (chance < 0.94) {
      say("evict");
      hub.evict(3);
    } else {
      if (awake.length === 0) return;
      const tab = one(awake);
      const channel = one(ASKED);
      say(`add ${channel}`, tab);
      tab.stream.update({ add: { channels: [channel] } }).catch((error: unknown) => tab.closed || tab.errors.push(error));
    }
  }

  try {
    for (let n = 0; n < 120; n++) {
      act();
      const steps = Math.floor(random() * 12);
      for (let step = 0; step < steps; step++) await world.step();
      if (random() < 0.1) await world.pass(Math.floor(random() * 3000));
    }
    for (const tab of tabs) if (tab.agent.frozen && !tab.agent.dead) tab.thaw();
    for (let n = 0; n < 12; n++) {
      await world.pass(8000);
      hub.heartbeat();
    }
    for (const channel of CHANNELS) hub.publish(channel);
    await world.pass(2000);
    tabs.forEach((tab, n) => check(world, tab, `tab ${n}`));
    const alive = tabs.filter(({ agent, closed }) => !agent.dead && !closed);
    assert.equal(hub.connections.size, Math.min(alive.length, 1), "connections in the end");
  } catch (error) {
    log.forEach((line) => console.log(line));
    for (const connection of hub.connections) console.log("connection", connection.id, tabs.findIndex(({ agent }) => agent === connection.agent), connection.agent.dead, connection.url, JSON.stringify(connection.subscription));
    tabs.forEach((tab, n) => !tab.closed && !tab.agent.dead && console.log("tab", n, JSON.stringify([tab.stream.state, tab.stream.connection, tab.stream.lastEventId])));
    throw error;
  }
}

import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { StreamError } from "../src/errors.js";
import type { Options } from "../src/types.js";
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
const { World, changeOf, covers, isAfter, matches, seeded, unionOf } = (await import(pathToFileURL(file).href)) as typeof import("./shared-world.js");
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

async function open(world: World, ...all: [url: string, options?: Options][]): Promise<Tab[]> {
  const tabs = all.map(([url, options]) => world.tab(url, options));
  await world.pass(2000);
  return tabs;
}

for (const [way, without] of WAYS) {
  test(`tabs of different identities, tokens or headers never share, over ${way}`, async () => {
    const world = new World(2, without);
    const token = (text: string) => () => text;
    const tabs = await open(
      world,
      [`${HUB}?channel=a`, { token: "one" }],
      [`${HUB}?channel=b`, { token: "one" }],
      [`${HUB}?channel=a`, { token: "two" }],
      [`${HUB}?channel=a`, { token: token("x"), shared: { identity: "alice" } }],
      [`${HUB}?channel=a`, { token: token("y"), shared: { identity: "bob" } }],
      [`${HUB}?channel=b`, { token: token("z"), shared: { identity: "bob" } }],
      [`${HUB}?channel=a`, { headers: { "X-Tenant": "1" } }],
      [`${HUB}?channel=b`, { headers: new Headers({ "x-tenant": "1" }) }],
      [`${HUB}?channel=a`, { credentials: "include" }],
    );
    assert.equal(world.hub.connections.size, 6);
    const sent = world.hub.asked.map(({ headers }) => headers.get("Authorization")).filter((one) => one !== null);
    assert.equal(new Set(sent).size, 4, sent.join());
    for (const tab of tabs) assert.equal(tab.stream.state.status, "open");
  });

  test(`one token and one ticket are asked for, of a tab that answers, over ${way}`, async () => {
    const world = new World(3, without);
    let asked = 0;
    const token = () => `token ${++asked}`;
    const options = { token, shared: { identity: "alice" } };
    const tabs = await open(world, [`${HUB}?channel=a`, options], [`${HUB}?channel=b`, options], [`${HUB}?channel=c`, options]);
    assert.equal(asked, 1);
    assert.equal(world.hub.connections.size, 1);

    // What is refused is asked for anew, once.
    world.hub.once = 401;
    world.hub.cut();
    await world.pass(3000);
    assert.equal(asked, 2);
    for (const tab of tabs) assert.equal(tab.stream.state.status, "open");
    const { headers } = world.hub.asked.at(-1)!;
    assert.equal(headers.get("Authorization"), "Bearer token 2");

    let tickets = 0;
    const ticket = { ticket: async () => `ticket-${++tickets}`, shared: { identity: "alice" } };
    await open(world, [`${HUB}?channel=a`, ticket], [`${HUB}?channel=a`, ticket], [`${HUB}?channel=a`, ticket]);
    assert.equal(tickets, 1);
    assert.ok(world.hub.asked.at(-1)!.url.endsWith("ticket=ticket-1"));
  });

  test(`who may give another user's token needs an identity, and what can't be sent isn't shared, over ${way}`, async () => {
    const world = new World(4, without);
    for (const [options, message] of [
      [{ token: () => "t" }, /token\(\) may give another user's.*shared\.identity/],
      [{ body: new Blob(["x"]), method: "POST" }, /only a body that is a string/],
      [{ fetch }, /a fetch or transport/],
    ] as [Options, RegExp][]) {
      const [tab] = await open(world, [`${HUB}?channel=a`, options]);
      const { state } = tab!.stream;
      assert.ok(state.status === "closed" && state.why?.code === "request", JSON.stringify(state));
      assert.match(state.why.message, message);
    }
    assert.equal(world.hub.requests, 0);
  });

  test(`the tabs of a server that is no hub share by URL, over ${way}`, async () => {
    const world = new World(5, without);
    world.hub.plain = true;
    const tabs = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=b`], [`${HUB}?channel=a`], [`${HUB}?channel=b`]);
    // It shows with the first event that is no `connected`.
    world.hub.publish("a");
    world.hub.publish("b");
    await world.pass(3000);
    const before = tabs.map(({ events }) => events.length);
    assert.ok(world.hub.connections.size <= 3, `${world.hub.connections.size} connections`);
    for (const channel of ["a", "b", "a", "b"]) world.hub.publish(channel);
    await world.pass(3000);
    tabs.forEach(({ events }, n) => {
      const own = events.slice(before[n]);
      assert.deepEqual(own.map(({ channel }) => channel), n % 2 === 0 ? ["a", "a"] : ["b", "b"]);
    });
    assert.equal(world.hub.patches, 0);
  });

  test(`a channel that is refused closes the stream that wants it, and no other, over ${way}`, async () => {
    const world = new World(6, without);
    const { hub } = world;
    hub.forbidden.add("secret");
    const [first, second, secret] = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=b`], [`${HUB}?channel=secret`]);
    await world.pass(5000);
    const { state } = secret!.stream;
    assert.ok(state.status === "closed" && state.why?.status === 403, JSON.stringify(state));
    hub.publish("a");
    hub.publish("b");
    await world.pass(2000);
    assert.deepEqual([first, second].map((tab) => tab!.events.length), [1, 1]);

    // By a change as well: what was there before stays.
    await assert.rejects(
      Promise.race([first!.stream.update({ add: { channels: ["secret"] } }), world.pass(5000).then(() => "no answer")]),
      { status: 403 },
    );
    hub.publish("a");
    await world.pass(2000);
    assert.equal(first!.events.length, 2);
    assert.equal(hub.connections.size, 1);
  });

  test(`204 and the like end the streams of all tabs, over ${way}`, async () => {
    const world = new World(7, without);
    const tabs = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=a`]);
    world.hub.status = 404;
    world.hub.cut();
    await world.pass(5000);
    for (const { stream } of tabs) assert.ok(stream.state.status === "closed" && stream.state.why?.status === 404);
    assert.equal(world.timers.size, 0);
    // Who comes then asks anew.
    world.hub.status = 200;
    const [later] = await open(world, [`${HUB}?channel=a`]);
    assert.equal(later!.stream.state.status, "open");
  });

  test(`a page in the back/forward cache has no part, and goes on where it was, over ${way}`, async () => {
    const world = new World(8, without);
    const [tab, other] = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=b`]);
    tab!.agent.window.dispatchEvent(new Event("pagehide"));
    await world.pass(3000);
    assert.deepEqual([...world.hub.connections].map(({ subscription }) => subscription.channels), [["b"]]);
    world.hub.publish("a");
    world.hub.publish("b");
    await world.pass(2000);
    tab!.agent.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await world.pass(3000);
    world.hub.publish("a");
    await world.pass(2000);
    check(world, tab!, "the page");
    check(world, other!, "the other");
    assert.equal(world.hub.connections.size, 1);
  });

  test(`states, attempts and the name of the connection are the same in all tabs, over ${way}`, async () => {
    const world = new World(9, without);
    const tabs = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=b`], [`${HUB}?channel=b`]);
    const shown = () => tabs.map(({ stream: { state, stats, connection } }) => ({ state, attempts: stats.attempts, connection: connection?.connection }));
    world.hub.status = 503;
    world.hub.cut();
    await world.pass(500);
    const [{ state }] = shown() as [ReturnType<typeof shown>[number]];
    assert.ok(state.status === "waiting" && state.why.status === 503, JSON.stringify(state));
    for (const one of shown()) assert.deepEqual(one, shown()[0]);
    world.hub.status = 200;
    await world.pass(10_000);
    assert.equal(shown()[0]!.state.status, "open");
    for (const one of shown()) assert.deepEqual(one, shown()[0]);
  });

  test(`what a tab's URL says of where to begin is for it alone, over ${way}`, async () => {
    const world = new World(10, without);
    for (let n = 0; n < 5; n++) world.hub.publish("a");
    const [first] = await open(world, [`${HUB}?channel=a`]);
    const [second] = await open(world, [`${HUB}?channel=a&last=2`]);
    world.hub.publish("a");
    await world.pass(2000);
    assert.deepEqual(first!.events.map(({ id }) => id), ["k1-6"]);
    assert.deepEqual(second!.events.map(({ id }) => id), ["k1-4", "k1-5", "k1-6"]);
    assert.equal(world.hub.connections.size, 1);
  });
}

test("a change that a shared connection can't have gives the tab its own", async () => {
  const world = new World(15);
  const [tab, other] = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=a`]);
  let held: unknown;
  void tab!.stream.update({ add: { channels: ["b"] }, since: "earliest" }).then((is) => (held = is));
  await world.pass(3000);
  assert.deepEqual(held, { channels: ["a", "b"], types: [] });
  assert.equal(world.hub.connections.size, 2);
  for (const channel of ["a", "b"]) world.hub.publish(channel);
  await world.pass(2000);
  check(world, tab!, "the tab");
  check(world, other!, "the other");
});

test("a change that waits when its tab is left alone is made there", async () => {
  const world = new World(16);
  const [first] = await open(world, [`${HUB}?channel=a`]);
  world.hub.forbidden.add("secret");
  const secret = world.tab(`${HUB}?channel=secret`);
  const refused = secret.stream.update({ add: { channels: ["b"] } }).then(() => "done", (error: StreamError) => error.code);
  await world.pass(5000);
  assert.equal(await Promise.race([refused, "nothing"]), "status");
  assert.equal(secret.stream.state.status, "closed");
  assert.equal(first!.stream.state.status, "open");
});

test("changes are made one after the other", async () => {
  const world = new World(17);
  const [tab] = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=z`]);
  const { stream } = tab!;
  const all = [
    stream.update({ add: { channels: ["b"] } }),
    stream.update({ add: { channels: ["c"] }, remove: { channels: ["a"] } }),
    stream.update({ remove: { channels: ["b"] } }),
  ];
  await assert.rejects(stream.update({ remove: { channels: ["c"] } }, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const results: unknown[] = [];
  for (const one of all) void one.then(({ channels }) => results.push(channels));
  await world.pass(5000);
  assert.deepEqual(results, [["a", "b"], ["b", "c"], ["c"]]);
  const empty = stream.update({ remove: { channels: ["c"] } }).then(() => "done", ({ code }: StreamError) => code);
  await world.pass(100);
  assert.equal(await empty, "request");
  for (const channel of ["a", "b", "c"]) world.hub.publish(channel);
  await world.pass(2000);
  check(world, tab!, "the tab");
});

test("streams on a user's own channels are shared by those with the same URL", async () => {
  const world = new World(18);
  await open(world, [`${HUB}?channel=users/@me/n`], [`${HUB}?channel=users/@me/n`], [`${HUB}?channel=users/@me/m`]);
  assert.equal(world.hub.connections.size, 2);
  assert.equal(world.hub.patches, 0);
});

test("of a batch each tab gets what is its own", async () => {
  const world = new World(19);
  const tabs = await open(world, [`${HUB}?channel=a&batch=100ms`], [`${HUB}?channel=b&batch=100ms`], [`${HUB}?channel=c&batch=100ms`]);
  const batch = ["a", "b", "a"].map((channel, n) => ({ id: `k1-${n + 1}`, channel, data: `${n}` }));
  world.hub.say(`id: k1-3\nevent: batch\ndata: ${JSON.stringify(batch)}\n\n`);
  await world.pass(2000);
  assert.deepEqual(tabs.map(({ events }) => events.map(({ id }) => id)), [["k1-1", "k1-3"], ["k1-2"], []]);
  assert.deepEqual(tabs.map(({ stream }) => stream.lastEventId), ["k1-3", "k1-3", "k1-3"]);
});

test("a new host begins where the hindmost tab is, and no other has to read up", async () => {
  // Whoever of them is elected.
  for (let seed = 0; seed < 10; seed++) {
    const world = new World(seed, { worker: true });
    const tabs = await open(world, ...["a", "b", "c", "d"].map((channel): [string] => [`${HUB}?channel=${channel}`]));
    const leader = tabs.find(({ agent }) => world.leads(agent))!;
    // Each has had its own; the leader is gone before it could say how far the stream is.
    for (const channel of ["a", "b", "c", "d"]) world.hub.publish(channel);
    await world.pass(10);
    const { requests } = world.hub;
    leader.crash();
    await world.pass(3000);
    for (const channel of ["d", "c", "b", "a"]) world.hub.publish(channel);
    await world.pass(2000);
    tabs.forEach((tab, n) => check(world, tab, `tab ${n}`));
    assert.equal(world.hub.requests, requests + 1);
  }
});

test("a tab that was further than the fork of another life of the log is told of it", async () => {
  for (let seed = 0; seed < 10; seed++) {
    const world = new World(seed, { worker: true });
    const { hub } = world;
    const tabs = await open(world, ...["a", "b", "c"].map((channel): [string] => [`${HUB}?channel=${channel}`]));
    for (const channel of ["a", "b", "c", "a", "b", "c"]) hub.publish(channel);
    await world.pass(10);
    // Where each is: 4, 5, 6. What comes after 5 is lost, and who has the connection is, too.
    hub.fork(1);
    tabs.find(({ agent }) => world.leads(agent))!.crash();
    await world.pass(5000);
    for (const channel of ["a", "b", "c"]) hub.publish(channel);
    await world.pass(2000);
    for (const { agent, events, gaps, subscriptions } of tabs) {
      if (agent.dead) continue;
      const [channel] = subscriptions[0]!.subscription.channels;
      const expected = { a: ["k1-1", "k1-4", "k1x-6"], b: ["k1-2", "k1-5", "k1x-7"], c: ["k1-3", "k1-6", "k1x-8"] }[channel!];
      assert.deepEqual(events.map(({ id }) => id), expected);
      assert.deepEqual(gaps.map(({ after }) => after), channel === "c" ? ["k1-6"] : []);
    }
  }
});

test("a host that was frozen is deposed, and can be elected again", async () => {
  const world = new World(14, { worker: true });
  const tabs = await open(world, ...["a", "b", "c"].map((channel): [string] => [`${HUB}?channel=${channel}`]));
  const leader = tabs.find(({ agent }) => world.leads(agent))!;
  const others = tabs.filter((tab) => tab !== leader);
  leader.freeze(false);
  await world.pass(60_000);
  assert.ok(others.some(({ agent }) => world.leads(agent)));
  for (const channel of ["a", "b", "c"]) world.hub.publish(channel);
  await world.pass(2000);
  for (const tab of others) check(world, tab, "another");
  leader.thaw();
  await world.pass(5000);
  for (const tab of others) tab.crash();
  world.hub.publish("a");
  await world.pass(5000);
  assert.ok(world.leads(leader.agent));
  for (const channel of ["a", "b", "c"]) world.hub.publish(channel);
  await world.pass(2000);
  check(world, leader, "the leader");
  assert.equal(world.hub.connections.size, 1);
});

test("without workers and locks each tab has its own connection", async () => {
  const world = new World(11, { worker: true, locks: true });
  const tabs = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=a`]);
  assert.equal(world.hub.connections.size, 2);
  world.hub.publish("a");
  await world.pass(100);
  for (const tab of tabs) check(world, tab, "a tab");
});

test("a worker without locks takes a tab that is silent for gone, and lets it in again", async () => {
  const world = new World(12, { locks: true });
  const [tab, other] = await open(world, [`${HUB}?channel=a`], [`${HUB}?channel=b`]);
  tab!.freeze(false);
  await world.pass(600_000);
  assert.deepEqual([...world.hub.connections].map(({ subscription }) => subscription.channels), [["b"]]);
  world.hub.publish("a");
  tab!.thaw();
  await world.pass(60_000);
  check(world, tab!, "the tab");
  assert.equal(other!.stream.state.status, "open");
  assert.equal(world.hub.connections.size, 1);
});

test("a subscription's patterns are the hub's", () => {
  const subscription = (channel: string, ...types: string[]) => ({ channels: [channel], types });
  for (const [pattern, channel, is] of [
    ["a", "a", true],
    ["a", "a/b", false],
    ["a/*", "a/b", true],
    ["a/*", "a/b/c", false],
    ["a/*", "a", false],
    ["a/**", "a/b/c", true],
    ["a/**", "a", false],
    ["**", "a/b", true],
    ["*/b", "a/b", true],
    ["a.c", "abc", false],
    ["a+b=1", "a+b=1", true],
    ["room/*/@presence", "room/1/@presence", true],
    ["room/**", "room/1/@presence", false],
    ["room/1/*", "room/1/@presence", false],
  ] as const) {
    assert.equal(matches(subscription(pattern), channel, "t"), is, `${pattern} ${channel}`);
  }
  assert.equal(matches(subscription("a", "x"), "a", "x"), true);
  assert.equal(matches(subscription("a", "x"), "a", "message"), false);
});

test("unions add and take away, and no types are all of them", () => {
  const random = seeded(1);
  const all = ["a", "b", "c", "d"];
  const some = () => all.filter(() => random() < 0.5);
  for (let n = 0; n < 500; n++) {
    const subscriptions = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({ channels: some(), types: some() }));
    const union = unionOf(subscriptions);
    for (const one of subscriptions) assert.ok(covers(union, one), JSON.stringify([union, one]));
    const from = unionOf([{ channels: some(), types: some() }]);
    const change = changeOf(from, union);
    const apply = (had: readonly string[], add: readonly string[] = [], remove: readonly string[] = []) =>
      [...new Set([...had.filter((one) => !remove.includes(one)), ...add])].sort();
    assert.deepEqual(apply(from.channels, change?.add?.channels, change?.remove?.channels), [...union.channels].sort());
    assert.deepEqual(apply(from.types, change?.add?.types, change?.remove?.types), [...union.types].sort());
  }
});

test("only positions of one life of a log are further than others", () => {
  assert.equal(isAfter("k1-10", "k1-9"), true);
  assert.equal(isAfter("k1-9", "k1-10"), false);
  assert.equal(isAfter("k1-9", "k1-9"), false);
  assert.equal(isAfter("k2-10", "k1-9"), false);
  assert.equal(isAfter("k1-9223372036854775807", "k1-9223372036854775806"), true);
  assert.equal(isAfter("10", "9"), false);
  assert.equal(isAfter("k1-1", ""), false);
});

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

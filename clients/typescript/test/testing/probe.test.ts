import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { connect } from "../../src/index.js";
import { connected, cut, end, event, fakeServer, gap, probe, ProbeError, type Answer, type Script } from "../../src/testing/index.js";

interface Events {
  price: { symbol: string; value: number; tags?: string[] };
  halt: string;
}

function started(t: TestContext, script: readonly Answer[] | Script, errors: unknown[] = []) {
  const server = fakeServer(script);
  const events = connect<Events>("http://hub.test/events", {
    fetch: server.fetch,
    backoff: { min: 0, max: 0 },
    onError: (error) => errors.push(error),
  });
  t.after(() => events.close());
  return { server, events, seen: probe(events) };
}

const price = (symbol: string, value: number, id: string) => event("price", { symbol, value }, { id });

function failure(promise: Promise<unknown>): Promise<ProbeError> {
  return promise.then(
    () => assert.fail("it was met"),
    (error: ProbeError) => error,
  );
}

test("an event is found by type, data and what the test asks of it, in order", async (t) => {
  const { seen } = started(t, [[price("A", 1, "1"), price("B", 2, "2"), price("A", 3, "3"), event("halt", "A")]]);
  assert.equal((await seen.expect("price", { data: { symbol: "B" } })).id, "2");
  assert.equal((await seen.expect("price", { where: ({ value }) => value > 1 })).data.value, 3);
  assert.equal((await seen.expect("halt")).text, "A");
});

test("members are compared as far as they are named, arrays as a whole", async (t) => {
  const tagged = event("price", { symbol: "A", value: 1, tags: ["x", "y"] });
  const { seen } = started(t, [[tagged, tagged]]);
  await seen.expect("price", { data: { tags: ["x", "y"] } });
  await failure(seen.expect("price", { data: { tags: ["x"] }, within: 1 }));
});

test("what doesn't come fails in time, and says what came instead and how the stream is", async (t) => {
  const { seen } = started(t, [[price("A", 1, "k-1")]]);
  await seen.expectState("open");
  const { message, stack } = await failure(seen.expect("price", { data: { symbol: "B" }, within: 20 }));
  assert.match(message, /^expected price with {"symbol":"B"} within 20 ms\. The stream is open; .* 1 event:\n  price .*\(k-1\)/);
  assert.match(stack!, /probe\.test\.ts/);
});

test("a stream that is closed fails at once, with its reason", async (t) => {
  const { seen } = started(t, [{ status: 403, headers: { "Content-Type": "application/problem+json" }, body: { detail: "not yours" } }]);
  const { message } = await failure(seen.expect("price", { within: 60_000 }));
  assert.match(message, /closed \(not yours\)/);
  await failure(seen.expectState("open", { within: 60_000 }));
});

test("an event that can't be read is told of", async (t) => {
  const server = fakeServer([[event("price", "{nonsense")]]);
  const events = connect("http://hub.test/events", { fetch: server.fetch, data: "json", onError: () => {} });
  t.after(() => events.close());
  const { message } = await failure(probe(events).expect("price", { within: 50 }));
  assert.match(message, /reported: .*\(price\) is left out/);
});

test("a gap isn't passed over, but expected", async (t) => {
  const script = [[connected("k-1"), gap("k-9", { missed: 8, next: "k-10" }), price("A", 1, "k-10")]];
  const { seen } = started(t, script);
  assert.match((await failure(seen.expect("price"))).message, /there is a gap/);
  assert.equal((await seen.expectGap({ reason: "evicted", missed: 8 })).data.next, "k-10");
  await seen.expect("price");
});

test("nothing is expected: what a hub says of the stream isn't anything, what comes is", async (t) => {
  const { server, seen } = started(t, [[connected("k-1")]]);
  await seen.expect("connected");
  await seen.expectNothing({ within: 20 });
  const late = failure(seen.expectNothing({ within: 60_000 }));
  await server.send(price("A", 1, "k-2"));
  assert.match((await late).message, /expected nothing.*\n  price/);
  await seen.expectNothing({ within: 1, types: ["halt"] });
  await seen.expect("price");
  await seen.expectNothing({ within: 1 });
});

test("states are found in order, though they are over", async (t) => {
  const { server, seen } = started(t, [[price("A", 1, "k-1"), end], cut, [price("A", 2, "k-2")]]);
  await server.request(3);
  assert.equal((await seen.expectState("connecting")).attempt, 0);
  await seen.expectState("open");
  assert.equal((await seen.expectState("waiting")).why.code, "ended");
  assert.equal((await seen.expectState("waiting")).why.code, "network");
  await seen.expectState("open");
});

test("one that was closed sees no more, and leaves the stream open", async (t) => {
  const { server, events, seen } = started(t, [[]]);
  await seen.expectState("open");
  seen.close();
  await server.send(price("A", 1, "k-1"));
  await probe(events).expectState("open");
  assert.deepEqual(seen.events, []);
});

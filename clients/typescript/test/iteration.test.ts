import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { settle } from "./fake.js";
import { started } from "./started.js";

describe("for await", () => {
  test("gives events from the moment it was asked for, gaps too, and not what is about the stream", async () => {
    const { platform, stream } = await started();
    const events = stream.stream();
    await platform.request.openHub("k-1");
    await platform.request.send('id: k-2\ndata: a\n\nid: k-9\nevent: gap\ndata: {"reason":"slow"}\n\n');
    const seen: unknown[] = [];
    for await (const event of events) {
      seen.push(event.type, event.data);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, ["message", "a", "gap", { reason: "slow" }]);
    assert.equal(stream.state.status, "open");
  });

  test("gives only the types that were asked for", async () => {
    const { platform, stream } = await started();
    const events = stream.stream({ types: ["b"] });
    await platform.request.open("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n");
    assert.equal((await events.next()).value.data, 2);
  });

  test("waits for what comes, for several at once, in order", async () => {
    const { platform, stream } = await started();
    const events = stream.stream();
    const three = Promise.all([events.next(), events.next(), events.next()]);
    await platform.request.open("data: 1\n\ndata: 2\n\n");
    await platform.request.send("data: 3\n\n");
    assert.deepEqual((await three).map(({ value }) => value.data), [1, 2, 3]);
  });

  test("goes on over a reconnect", async () => {
    const { platform, stream } = await started();
    const events = stream.stream();
    await platform.request.open("id: 1\ndata: 1\n\n");
    await platform.request.cut();
    await platform.pass(1000);
    await platform.request.open("id: 2\ndata: 2\n\n");
    assert.equal((await events.next()).value.data, 1);
    assert.equal((await events.next()).value.data, 2);
  });

  test("ends with the stream, after what was there", async () => {
    const { platform, stream } = await started();
    const events = stream.stream();
    await platform.request.open("data: 1\n\n");
    stream.close();
    assert.equal((await events.next()).value.data, 1);
    assert.deepEqual(await events.next(), { done: true, value: undefined });
    assert.deepEqual(await events.next(), { done: true, value: undefined });
  });

  test("throws what the stream was closed with, once", async () => {
    const { platform, stream } = await started();
    const events = stream.stream();
    const thrown = assert.rejects(events.next(), /not yours/);
    await platform.request.answer(403, { detail: "not yours" });
    await thrown;
    assert.deepEqual(await events.next(), { done: true, value: undefined });
    await assert.rejects(stream.stream().next(), /not yours/); // begun too late
  });

  test("is ended by its signal, and the stream goes on", async () => {
    const { platform, stream } = await started();
    const abort = new AbortController();
    const events = stream.stream(abort);
    const waiting = events.next();
    await platform.request.open();
    abort.abort();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.equal(stream.state.status, "open");
    assert.equal((await stream.stream({ signal: AbortSignal.abort() }).next()).done, true);
  });

  test("is ended by return(), also while it waits", async () => {
    const { platform, stream } = await started({ data: () => assert.fail("nobody wants it any more") });
    const events = stream.stream();
    const waiting = events.next();
    assert.equal((await events.return!()).done, true);
    assert.deepEqual(await waiting, { done: true, value: undefined });
    await platform.request.open();
    await settle();
  });
});

describe("a loop that is too slow", () => {
  const seven = Array.from({ length: 7 }, (_, n) => `data: ${n}\n\n`).join("");

  async function rest(events: AsyncIterable<{ data: unknown }>): Promise<unknown[]> {
    const seen = [];
    for await (const { data } of events) seen.push(data);
    return seen;
  }

  for (const [overflow, left] of [
    ["drop-oldest", [4, 5, 6]],
    ["drop-newest", [0, 1, 2]],
  ] as const) {
    test(`loses what it was told to, and says how much: ${overflow}`, async () => {
      const { platform, stream } = await started();
      const events = stream.stream({ buffer: 3, overflow });
      await platform.request.open(seven);
      stream.close();
      assert.equal(events.dropped, 4);
      assert.deepEqual(await rest(events), left);
    });
  }

  test("loses nothing silently: by default it ends with an error, after what is there", async () => {
    const { platform, stream } = await started();
    const events = stream.stream({ buffer: 3 });
    await platform.request.open(seven);
    const seen: unknown[] = [];
    await assert.rejects(
      async () => {
        for await (const { data } of events) seen.push(data);
      },
      { name: "StreamError", code: "overflow" },
    );
    assert.deepEqual(seen, [0, 1, 2]);
    assert.equal(stream.state.status, "open");
  });

  test("has to have a buffer", async () => {
    const { stream } = await started();
    assert.throws(() => stream.stream({ buffer: 0 }), /buffer is 0/);
    assert.throws(() => stream.stream({ buffer: NaN }), /buffer is NaN/);
  });
});

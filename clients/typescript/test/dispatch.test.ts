import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { gzipSync } from "node:zlib";
import type { StreamError } from "../src/errors.js";
import { gzip } from "../src/gzip.js";
import type { StandardSchema } from "../src/types.js";
import { settle, until } from "./fake.js";
import { data, started } from "./started.js";

const packed = (text: string) => `gzip;base64,${gzipSync(text).toString("base64")}`;

describe("data", () => {
  test("is parsed where it is JSON, and stays text where it isn't", async () => {
    const { platform, events } = await started();
    const texts = ['{"a":1}', " [1,2]", '"x"', "12.5", "-3", "true", "null", "hello", "{broken", "nothing", "", "1 2"];
    await platform.request.open(texts.map((text) => `data:${text}\n\n`).join(""));
    assert.deepEqual(data(events), [{ a: 1 }, [1, 2], "x", 12.5, -3, true, null, "hello", "{broken", "nothing", "", "1 2"]);
    assert.equal(events[0]!.text, '{"a":1}');
  });

  test("stays text on request", async () => {
    const { platform, events } = await started({ data: "text" });
    await platform.request.open("data: 12\n\n");
    assert.deepEqual(data(events), ["12"]);
  });

  test("that isn't JSON where it has to be is reported, and left out", async () => {
    const { platform, events, errors } = await started({ data: "json" });
    await platform.request.open("id: 7\nevent: price\ndata: oops\n\ndata: 1\n\n");
    assert.deepEqual(data(events), [1]);
    const [error] = errors as StreamError[];
    assert.equal(error!.code, "data");
    assert.match(error!.message, /event 7 \(price\).*oops/);
    assert.ok(error!.cause instanceof SyntaxError);
  });

  test("goes through a decoder", async () => {
    const { platform, events } = await started({ data: ({ type, text }) => `${type}:${text}` });
    await platform.request.open("event: t\ndata: 12\n\n");
    assert.deepEqual(data(events), ["t:12"]);
  });

  test("arrives in order, however long a decoder takes", async () => {
    const held = new Map<string, () => void>();
    const { platform, events } = await started({
      data: ({ text }) => (text.startsWith("slow") ? new Promise((done) => held.set(text, () => done(text))) : text),
    });
    await platform.request.open("data: a\n\ndata: slow 1\n\ndata: b\n\ndata: slow 2\n\n");
    await platform.request.send("data: c\n\n");
    assert.deepEqual(data(events), ["a"]);
    held.get("slow 1")!();
    await until(() => events.length === 3);
    assert.deepEqual(data(events), ["a", "slow 1", "b"]);
    held.get("slow 2")!();
    await until(() => events.length === 5);
    assert.deepEqual(data(events), ["a", "slow 1", "b", "slow 2", "c"]);
    await platform.request.send("data: d\n\n");
    assert.equal(events.length, 6); // nothing is waited for any more
  });

  test("that a decoder waits for isn't handed over after close()", async () => {
    let done = () => {};
    const { platform, stream, events } = await started({ data: () => new Promise<void>((resolve) => (done = resolve)) });
    await platform.request.open("data: a\n\n");
    stream.close();
    done();
    await settle();
    assert.deepEqual(events, []);
  });

  test("that nobody wants isn't decoded", async () => {
    let decoded = 0;
    const { platform, stream, events } = await started({ data: () => decoded++ });
    await platform.request.open();
    stream.on("wanted", () => {});
    assert.equal(events.length, 0);
    await platform.request.send("event: wanted\ndata: a\n\n");
    assert.equal(decoded, 1);
  });
});

describe("compressed data", () => {
  test("of a hub that says so is read without doing, in order", async () => {
    const { platform, events } = await started();
    await platform.request.openHub("k-1", { encoding: "gzip" });
    await platform.request.send(`id: k-2\ndata: ${packed('{"large":"é"}')}\n\nid: k-3\ndata: small\n\n`);
    await until(() => events.length === 3);
    assert.deepEqual(data(events).slice(1), [{ large: "é" }, "small"]);
    assert.equal(events[1]!.text, '{"large":"é"}');
  });

  test("of others is what it looks like", async () => {
    const { platform, events } = await started();
    await platform.request.openHub("k-1");
    await platform.request.send(`data: ${packed("x")}\n\n`);
    assert.equal(events[1]!.data, packed("x"));
  });

  test("is read by the decoder that is included", async () => {
    const { platform, events } = await started({ data: gzip() });
    await platform.request.open(`data: ${packed("[1]")}\n\ndata: [2]\n\ndata: x\n\n`);
    await until(() => events.length === 3);
    assert.deepEqual(data(events), [[1], [2], "x"]);
  });

  test("goes on to another decoder", async () => {
    const { platform, events } = await started({ data: gzip(({ text }) => text.length) });
    await platform.request.open(`data: ${packed("12345")}\n\n`);
    await until(() => events.length === 1);
    assert.deepEqual(data(events), [5]);
  });

  for (const [what, text, reason] of [
    ["no base64", "gzip;base64,%%%", /base64|invalid/i],
    ["no gzip", `gzip;base64,${btoa("no gzip at all")}`, /header|gzip/i],
    ["too much", packed("x".repeat(5000)), /more than 1000 bytes/],
  ] as const) {
    test(`that is ${what} is reported, and left out`, async () => {
      const { platform, events, errors } = await started({ maxEventSize: 1000 });
      await platform.request.openHub("k-1", { encoding: "gzip" });
      await platform.request.send(`id: k-2\ndata: ${text}\n\nid: k-3\ndata: next\n\n`);
      await until(() => events.length === 2);
      assert.deepEqual(data(events).slice(1), ["next"]);
      assert.match((errors[0] as Error).message, reason);
    });
  }
});

describe("a schema", () => {
  const price: StandardSchema<{ value: number }> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate(input) {
        const value = Number((input as { value?: unknown }).value);
        return Number.isNaN(value) ? { issues: [{ message: "not a number", path: ["value"] }] } : { value: { value } };
      },
    },
  };

  test("checks and converts the data of its type alone", async () => {
    const { platform, events, errors } = await started({ schemas: { price } });
    await platform.request.open('event: price\ndata: {"value":"12"}\n\nevent: other\ndata: {"value":"12"}\n\n');
    await until(() => events.length === 2);
    assert.deepEqual(data(events), [{ value: 12 }, { value: "12" }]);
    assert.deepEqual(errors, []);
  });

  test("reports what doesn't fit, and where, and leaves it out", async () => {
    const { platform, events, errors } = await started({ schemas: { price } });
    await platform.request.open('id: 7\nevent: price\ndata: {"value":"x"}\n\nevent: price\ndata: {"value":1}\n\n');
    await until(() => events.length === 1);
    assert.deepEqual(data(events), [{ value: 1 }]);
    assert.match((errors[0] as Error).message, /event 7 \(price\) is left out: value: not a number/);
  });

  test("isn't found on the prototype of all objects", async () => {
    const { platform, events } = await started({ schemas: { price } });
    await platform.request.open("event: constructor\ndata: 1\n\n");
    assert.deepEqual(data(events), [1]);
  });
});

describe("handlers", () => {
  test("get events of their type, until they are taken away", async () => {
    const { platform, stream } = await started();
    const seen: unknown[] = [];
    const off = stream.on("price", (value, event) => seen.push([value, event.id]));
    await platform.request.open("id: 1\nevent: price\ndata: 1\n\nevent: other\ndata: 2\n\n");
    off();
    off();
    await platform.request.send("event: price\ndata: 3\n\n");
    assert.deepEqual(seen, [[1, "1"]]);
  });

  test("that throw don't stop the others", async () => {
    const { platform, stream, events, errors } = await started();
    const seen: unknown[] = [];
    stream.on("message", () => {
      throw new Error("mine");
    });
    stream.on("message", (value) => seen.push(value));
    await platform.request.open("data: 1\n\ndata: 2\n\n");
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual(data(events), [1, 2]);
    assert.deepEqual(errors.map(String), ["Error: mine", "Error: mine"]);
  });

  test("that throw, and onError too, don't end the stream", async (t) => {
    t.mock.method(console, "error", () => {});
    const { platform, stream, events, in: state } = await started({
      onError() {
        throw new Error("worse");
      },
    });
    stream.on("message", () => {
      throw new Error("bad");
    });
    await platform.request.open("data: 1\n\ndata: 2\n\n");
    assert.deepEqual(data(events), [1, 2]);
    state("open");
  });

  test("may be the same function twice", async () => {
    const { platform, stream } = await started();
    let calls = 0;
    const handler = () => calls++;
    const off = stream.on("message", handler);
    stream.on("message", handler);
    await platform.request.open("data: 1\n\n");
    off();
    await platform.request.send("data: 2\n\n");
    assert.equal(calls, 3);
  });

  test("may come and go while they are called", async () => {
    const { platform, stream } = await started();
    const seen: string[] = [];
    let off = () => {};
    stream.on("message", (value) => {
      seen.push(`first ${value}`);
      off();
      stream.on("message", (value) => seen.push(`added ${value}`));
    });
    off = stream.on("message", () => seen.push("taken away"));
    await platform.request.open("data: 1\n\ndata: 2\n\n");
    assert.deepEqual(seen, ["first 1", "first 2", "added 2"]);
  });

  test("are taken away by their signal, and leave nothing with it", async () => {
    const { platform, stream } = await started();
    const abort = new AbortController();
    const seen: unknown[] = [];
    const handler = (value: unknown) => seen.push(value);
    stream.on("message", handler, abort);
    stream.on("message", handler, { signal: AbortSignal.abort() });
    await platform.request.open("data: 1\n\n");
    abort.abort();
    await platform.request.send("data: 2\n\n");
    assert.deepEqual(seen, [1]);
  });

  test("after close() are never called", async () => {
    const { stream } = await started();
    stream.close();
    stream.on("message", () => assert.fail());
    stream.onAny(() => assert.fail());
    stream.onState(() => assert.fail());
  });
});

describe("what the hub says", () => {
  test("is handed over as JSON, whatever is made of other data", async () => {
    const { platform, stream } = await started({ data: "text" });
    const gaps: unknown[] = [];
    stream.on("gap", (gap) => gaps.push(gap.reason, gap.missed));
    await platform.request.openHub("k-1", { resumed: false });
    await platform.request.send('id: k-9\nevent: gap\ndata: {"reason":"evicted","after":"k-1","next":"k-10","missed":8}\n\n');
    assert.deepEqual(gaps, ["evicted", 8]);
    assert.equal(stream.lastEventId, "k-9");
    assert.equal(stream.connection!.connection, "c1");
  });

  test("about a gap is never silent", async (t) => {
    const warn = t.mock.method(console, "warn", () => {});
    const gap = 'id: k-9\nevent: gap\ndata: {"reason":"evicted"}\n\n';
    const { platform, stream } = await started();
    await platform.request.openHub("k-1");
    await platform.request.send(gap);
    assert.equal(warn.mock.callCount(), 0); // there is a handler of all events
    stream.close();

    const { connectOn } = await import("../src/connect.js");
    const { FakePlatform } = await import("./fake.js");
    const other = new FakePlatform();
    connectOn(other, "/events", {});
    await settle();
    await other.request.openHub("k-1");
    await other.request.send(gap);
    assert.equal(warn.mock.callCount(), 1);
    assert.match(String(warn.mock.calls[0]!.arguments[0]), /evicted/);
  });

  test("is another server's own event if the stream isn't a hub's", async () => {
    const { platform, stream, events } = await started();
    await platform.request.open(
      'event: connected\ndata: yes\n\nevent: gap\ndata: mind it\n\nevent: batch\ndata: [1]\n\nevent: rejected\ndata: {"by":"me"}\n\n',
    );
    assert.deepEqual(data(events), ["yes", "mind it", [1], { by: "me" }]);
    assert.equal(stream.stats.events, 4);
    assert.equal(stream.connection, undefined);
  });
});

test("a batch is the events that it is made of", async () => {
  const { platform, stream, events } = await started({}, { url: "/events?batch=100ms" });
  const prices: unknown[] = [];
  stream.on("price", (price) => prices.push(price));
  await platform.request.openHub("k-1");
  const batch = [
    { id: "k-2", channel: "stocks/A", type: "price", data: '{"value":1}' },
    { id: "k-4", channel: "news", time: 1769860800000, data: "hello" },
  ];
  await platform.request.send(`id: k-4\nevent: batch\ndata: ${JSON.stringify(batch)}\n\n`);
  assert.deepEqual(prices, [{ value: 1 }]);
  assert.deepEqual(
    events.slice(1).map(({ id, type, channel, data, time }) => ({ id, type, channel, data, time })),
    [
      { id: "k-2", type: "price", channel: "stocks/A", data: { value: 1 }, time: undefined },
      { id: "k-4", type: "message", channel: "news", data: "hello", time: 1769860800000 },
    ],
  );
  assert.equal(stream.lastEventId, "k-4");
  assert.equal(stream.stats.events, 2);
});

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { connectOn } from "../src/connect.js";
import type { StreamError } from "../src/errors.js";
import { FakePlatform, settle } from "./fake.js";
import { data, started } from "./started.js";

describe("an end", () => {
  test("in good order or by a cut is followed by another connection, from the position on", async () => {
    for (const end of ["end", "cut"] as const) {
      const { platform, events, in: state } = await started();
      await platform.request.open("retry: 2000\n\nid: 1\ndata: a\n\nid: 2\nda");
      await platform.request[end]();
      assert.equal(state("waiting").why.code, end === "end" ? "ended" : "network");
      await platform.pass(1999);
      assert.equal(platform.requests.length, 1);
      await platform.pass(1);
      assert.equal(platform.requests.length, 2);
      assert.equal(platform.request.headers.get("Last-Event-ID"), "1");
      await platform.request.open("id: 2\ndata: b\n\n");
      assert.deepEqual(data(events), ["a", "b"]);
    }
  });

  test("loses what was incomplete", async () => {
    const { platform, events, stream } = await started();
    await platform.request.open("id: 1\ndata: a\n\nid: 2\ndata: b\n");
    await platform.request.end();
    assert.equal(stream.lastEventId, "1");
    assert.deepEqual(data(events), ["a"]);
  });

  test("by 204 is for good, and no error", async () => {
    const { platform, in: state } = await started();
    await platform.request.answer(204);
    assert.equal(state("closed").why, undefined);
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 1);
  });

  test("that nobody gave a reason for tells the network's", async () => {
    const { platform, in: state } = await started();
    await platform.request.cut();
    assert.match(state("waiting").why.message, /other side closed/);
  });
});

describe("the position", () => {
  test("moves with ids that have no event", async () => {
    const { platform, stream, events } = await started();
    await platform.request.openHub("k-1");
    await platform.request.send("id: k-90\n\n");
    assert.equal(stream.lastEventId, "k-90");
    await platform.request.end();
    await platform.pass(2000);
    assert.equal(platform.request.headers.get("Last-Event-ID"), "k-90");
    assert.equal(events.length, 1);
  });

  test("stays where a stream's events have no ids", async () => {
    const { platform, stream } = await started({ lastEventId: "7" });
    assert.equal(platform.request.headers.get("Last-Event-ID"), "7");
    await platform.request.open("data: a\n\n");
    assert.equal(stream.lastEventId, "7");
  });

  test("is forgotten after an empty id", async () => {
    const { platform } = await started();
    await platform.request.open("id: 1\ndata: a\n\nid\ndata: b\n\n");
    await platform.request.end();
    await platform.pass(1000);
    assert.equal(platform.request.headers.has("Last-Event-ID"), false);
  });

  test("is sent as UTF-8", async () => {
    const { platform } = await started({ lastEventId: "é" });
    assert.equal(platform.request.headers.get("Last-Event-ID"), "\u00c3\u00a9");
  });

  test("may go into the URL", async () => {
    const { platform } = await started({ lastEventId: "a b", lastEventIdIn: "query" });
    assert.equal(platform.request.headers.has("Last-Event-ID"), false);
    assert.equal(new URL(platform.request.url).searchParams.get("lastEventId"), "a b");
  });
});

describe("waiting", () => {
  test("grows with each failure, at random, from the floor to the cap", async () => {
    for (const [chance, waits] of [
      [0, [1000, 1000, 1000, 1000, 1000, 1000]],
      [0.5, [1500, 2500, 4500, 8500, 15500, 15500]],
      [0.999999, [2000, 4000, 8000, 16000, 30000, 30000]],
    ] as const) {
      const { platform, in: state } = await started();
      platform.chance = chance;
      for (const wait of waits) {
        await platform.request.cut();
        assert.equal(Math.round(state("waiting").until - platform.now()), wait, `chance ${chance}`);
        await platform.pass(state("waiting").until - platform.now());
      }
      assert.equal(platform.requests.length, waits.length + 1);
      assert.equal(state("connecting").attempt, waits.length);
    }
  });

  test("begins anew after a stream that worked", async () => {
    const { platform, in: state } = await started();
    for (let n = 0; n < 4; n++) {
      await platform.request.cut();
      await platform.pass(30_000);
    }
    await platform.request.open("data: a\n\n");
    await platform.request.end();
    assert.equal(state("waiting").attempt, 0);
    assert.equal(state("waiting").until - platform.now(), 1000);
  });

  test("goes on growing where a server opens streams and ends them without a word", async () => {
    const { platform, in: state } = await started();
    for (let n = 1; n < 4; n++) {
      await platform.request.open();
      await platform.request.end();
      assert.equal(state("waiting").attempt, n);
      await platform.pass(30_000);
    }
  });

  test("is at least what the server asked for with retry:, and a little more at random", async () => {
    const { platform, in: state } = await started();
    platform.chance = 0.5;
    await platform.request.open("retry: 8000\n\ndata: a\n\n");
    await platform.request.end();
    assert.equal(state("waiting").until - platform.now(), 10_000);
    await platform.pass(10_000);
    platform.chance = 0;
    await platform.request.cut();
    assert.equal(state("waiting").until - platform.now(), 8000);
  });

  test("doesn't spin on retry: 0, and waits a day at most", async () => {
    for (const [retry, wait] of [
      ["0", 100],
      ["99999999999999999999", 86_400_000],
    ]) {
      const { platform, in: state } = await started();
      await platform.request.open(`retry: ${retry}\n\ndata: a\n\n`);
      await platform.request.end();
      assert.equal(state("waiting").until - platform.now(), wait);
    }
  });

  test("has the bounds that were set", async () => {
    const { platform, in: state } = await started({ backoff: { min: 10, max: 40 } });
    platform.chance = 0.999999;
    for (const wait of [20, 40, 40]) {
      await platform.request.cut();
      assert.equal(Math.round(state("waiting").until - platform.now()), wait);
      await platform.pass(wait);
    }
    assert.throws(() => connectOn(platform, "/", { backoff: { min: 9, max: 3 } }), /9 to 3/);
  });

  test("ends early when the network is back or the page is shown, once", async () => {
    for (const type of ["online", "visibilitychange", "resume"]) {
      const { platform, in: state } = await started();
      platform.chance = 0.999;
      for (let n = 0; n < 5; n++) {
        await platform.request.cut();
        await platform.pass(state("waiting").until - platform.now());
      }
      await platform.request.cut();
      await platform.pass(1000);
      const before = platform.requests.length;
      platform.happens(type);
      platform.happens(type);
      assert.equal(state("connecting").attempt, 6);
      await settle();
      assert.equal(platform.requests.length, before + 1);
    }
  });

  test("isn't cut short below the floor, however often somebody looks", async () => {
    const { platform, in: state } = await started();
    platform.chance = 0.999;
    await platform.request.cut();
    for (let n = 0; n < 10; n++) {
      platform.happens("visibilitychange");
      await platform.pass(50);
    }
    assert.equal(platform.requests.length, 1);
    await platform.pass(500);
    assert.equal(platform.requests.length, 2);
    assert.equal(state("connecting").attempt, 1);
  });

  test("goes on when the page is hidden", async () => {
    const { platform, in: state } = await started();
    platform.chance = 0.999;
    await platform.request.cut();
    await platform.pass(1500);
    platform.document.visibilityState = "hidden";
    platform.happens("visibilitychange");
    state("waiting");
  });

  for (const [field, ms] of [
    ["7", 7000],
    ["Sat, 31 Jan 2026 12:00:09 GMT", 9000],
    ["Sat, 31 Jan 2026 11:00:00 GMT", 1000],
    ["soon", 1000],
    ["99999999999", 86_400_000],
  ] as const) {
    test(`is at least Retry-After: ${field}`, async () => {
      const { platform, in: state } = await started();
      await platform.request.answer(503, null, { "Retry-After": field });
      assert.equal(state("waiting").until - platform.now(), ms);
      assert.equal(state("waiting").why.status, 503);
    });
  }

  test("isn't cut short below Retry-After", async () => {
    const { platform } = await started();
    await platform.request.answer(429, null, { "Retry-After": "7" });
    await platform.pass(5000);
    platform.happens("online");
    await platform.pass(1999);
    assert.equal(platform.requests.length, 1);
    await platform.pass(1);
    assert.equal(platform.requests.length, 2);
  });

  test("is over for good after maxRetries failures in a row", async () => {
    const { platform, in: state } = await started({ maxRetries: 2 });
    await platform.request.cut();
    await platform.pass(1000);
    await platform.request.open("data: a\n\n"); // these don't count any more
    await platform.request.end();
    for (let n = 0; n < 3; n++) {
      await platform.pass(1000);
      await platform.request.answer(500);
    }
    const { why } = state("closed");
    assert.equal(why!.code, "retries");
    assert.equal((why!.cause as StreamError).status, 500);
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 5);
  });
});

describe("an answer", () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    test(`of ${status} is tried again`, async () => {
      const { platform, in: state } = await started();
      await platform.request.answer(status, "<h1>sorry</h1>", { "Content-Type": "text/html" });
      assert.equal(state("waiting").why.status, status);
      assert.match(state("waiting").why.message, new RegExp(`GET /app/events: ${status}`));
    });
  }

  for (const status of [400, 403, 404, 406, 410]) {
    test(`of ${status} ends it, with the server's reason`, async () => {
      const { platform, in: state } = await started();
      const problem = { title: "No", code: "forbidden-channel", detail: `alice may not read "news"` };
      await platform.request.answer(status, problem);
      const { why } = state("closed");
      assert.equal(why!.code, "status");
      assert.equal(why!.status, status);
      assert.equal(why!.message, `alice may not read "news"`);
      assert.equal(why!.problem!.code, "forbidden-channel");
      await platform.pass(100_000);
      assert.equal(platform.requests.length, 1);
    });
  }

  test("whose reason can't be read has its status", async () => {
    const { platform, in: state } = await started();
    await platform.request.answer(403, "{", { "Content-Type": "application/json" });
    assert.match(state("closed").why!.message, /403/);
  });

  for (const type of ["text/html; charset=utf-8", "application/json", "text/event-streams", ""]) {
    test(`of type ${type || "none"} is an error, and none of it an event`, async () => {
      const { platform, in: state, events } = await started();
      await platform.request.open("data: a\n\n", type);
      assert.equal(state("closed").why!.code, "content-type");
      assert.match(state("closed").why!.message, type === "" ? /no content type/ : new RegExp(type));
      assert.equal(platform.request.aborted, true);
      assert.deepEqual(events, []);
    });
  }

  test("may name its type in capitals, with parameters", async () => {
    const { platform, in: state } = await started();
    await platform.request.open("", "Text/Event-Stream ;charset=UTF-8");
    state("open");
  });

  test("that doesn't come is given up", async () => {
    const { platform, in: state } = await started({ connectTimeout: 5000 });
    await platform.pass(4999);
    state("connecting");
    await platform.pass(1);
    assert.equal(state("waiting").why.code, "silent");
    assert.match(state("waiting").why.message, /no answer for 5 s/);
    assert.equal(platform.request.aborted, true);
  });

  test("whose event is beyond all bounds ends it", async () => {
    const { platform, in: state } = await started({ maxEventSize: 1000 });
    await platform.request.open(`data: ${"x".repeat(2000)}`);
    assert.equal(state("closed").why!.code, "too-large");
    assert.match(state("closed").why!.message, /1000/);
    assert.equal(platform.request.aborted, true);
  });
});

describe("silence", () => {
  test("of 2.5 of the hub's heartbeats is an end", async () => {
    const { platform, in: state } = await started();
    await platform.request.openHub();
    await platform.pass(30_000);
    await platform.request.send(": still here\n");
    await platform.pass(37_499);
    state("open");
    await platform.pass(1);
    assert.equal(state("waiting").why.code, "silent");
    assert.equal(platform.request.aborted, true);
    await platform.pass(2000);
    assert.equal(platform.requests.length, 2);
  });

  test("of other servers means nothing", async () => {
    const { platform, in: state } = await started();
    await platform.request.open("data: a\n\n");
    await platform.pass(10_000_000);
    state("open");
  });

  test("is as long as it was set, and the hub's heartbeat doesn't matter", async () => {
    const { platform, in: state } = await started({ watchdog: 60_000 });
    await platform.request.openHub();
    await platform.pass(59_999);
    state("open");
    await platform.pass(1);
    state("waiting");
  });

  test("isn't minded with watchdog: false", async () => {
    const { platform, in: state } = await started({ watchdog: false });
    await platform.request.openHub();
    await platform.pass(10_000_000);
    state("open");
  });

  test("while the machine slept is found as soon as it wakes up", async () => {
    for (const type of ["visibilitychange", "resume", "online"]) {
      const { platform, in: state } = await started();
      await platform.request.openHub();
      platform.sleep(3_600_000);
      state("open");
      platform.happens(type);
      assert.equal(state("waiting").why.code, "silent");
    }
  });

  test("is found without a timer for each piece that comes", async () => {
    const { platform } = await started();
    await platform.request.openHub();
    const before = platform.timersMade;
    for (let n = 0; n < 100; n++) await platform.request.send("data: x\n\n");
    assert.equal(platform.timersMade, before);
  });
});

describe("a page", () => {
  test("that goes into the back/forward cache has no connection there, and has one again when it is back", async () => {
    const { platform, in: state } = await started();
    await platform.request.openHub("k-17");
    platform.happens("pagehide", { persisted: true });
    assert.equal(platform.request.aborted, true);
    assert.equal(platform.timers.size, 0);
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 1);
    platform.happens("pageshow", { persisted: true });
    await settle();
    assert.equal(platform.requests.length, 2);
    assert.equal(platform.request.headers.get("Last-Event-ID"), "k-17");
    await platform.request.openHub();
    state("open");
  });

  test("that is shown for the first time changes nothing", async () => {
    const { platform } = await started();
    platform.happens("pageshow", { persisted: false });
    await settle();
    assert.equal(platform.requests.length, 1);
  });

  test("that comes back after close() stays closed", async () => {
    const { platform, stream } = await started();
    stream.close();
    platform.happens("pagehide", { persisted: true });
    platform.happens("pageshow", { persisted: true });
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 1);
  });
});

describe("close()", () => {
  const moments = {
    "while it connects": async () => {},
    "while it is open": (platform: FakePlatform) => platform.request.openHub(),
    "while it waits": (platform: FakePlatform) => platform.request.cut(),
  };
  for (const [when, reach] of Object.entries(moments)) {
    test(`${when} is final and leaves nothing`, async () => {
      const { platform, stream, states, events } = await started();
      await reach(platform);
      const seen = events.length;
      stream.close();
      stream.close();
      assert.deepEqual(states.at(-1), { status: "closed", why: undefined });
      assert.equal(states.filter(({ status }) => status === "closed").length, 1);
      assert.equal(platform.timers.size, 0);
      assert.equal(platform.listeners, 0);
      platform.happens("online");
      await platform.pass(100_000);
      assert.equal(platform.requests.length, 1);
      assert.equal(events.length, seen);
    });
  }

  test("by its signal is the same", async () => {
    const abort = new AbortController();
    const { platform, in: state } = await started({ signal: abort.signal });
    await platform.request.openHub();
    abort.abort();
    assert.equal(state("closed").why, undefined);
    assert.equal(platform.request.aborted, true);
    assert.equal(platform.listeners, 0);
  });

  test("by a signal that was aborted before makes no request", async () => {
    const { platform, in: state } = await started({ signal: AbortSignal.abort() });
    state("closed");
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 0);
  });

  test("in a handler is the last that any handler sees", async () => {
    const { platform, stream, events } = await started();
    stream.on("message", () => stream.close());
    stream.on("message", () => assert.fail("called after close()"));
    await platform.request.open("data: a\n\ndata: b\n\n");
    assert.deepEqual(data(events), []);
  });
});

test("a bad URL or body is refused at once", () => {
  const platform = new FakePlatform();
  assert.throws(() => connectOn(platform, "http://[", {}), TypeError);
  assert.throws(() => connectOn(platform, "/", { body: new ReadableStream() as never }), /sent only once/);
  assert.equal(platform.requests.length, 0);
});

test("statistics and steps say what happens", async () => {
  const { platform, stream, steps } = await started();
  await platform.request.openHub("k-1");
  await platform.request.send(`id: k-2\ntime: ${platform.now() - 250}\ndata: a\n\n`);
  assert.equal(stream.stats.attempts, 1);
  assert.equal(stream.stats.events, 1);
  assert.equal(stream.stats.lag, 250);
  assert.ok(stream.stats.bytes > 100);
  await platform.request.cut();
  assert.deepEqual(
    steps.map((step) => (step.kind === "state" ? step.state.status : step.kind)),
    ["request", "response", "open", "retry", "block", "block", "waiting"],
  );
});

test("lag is by the hub's clock", async () => {
  const { platform, stream } = await started();
  await platform.request.openHub("k-1", { time: new Date(platform.now() + 60_000).toISOString() });
  await platform.request.send(`id: k-2\ntime: ${platform.now() + 59_900}\ndata: a\n\n`);
  assert.equal(stream.stats.lag, 100);
});

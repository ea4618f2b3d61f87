import assert from "node:assert/strict";
import test from "node:test";
import { FakePlatform, settle, until } from "./fake.js";
import { data, started } from "./started.js";

/** An EventSource that a test plays the server to. */
class Played extends EventTarget {
  static all: Played[] = [];
  readonly url: string;
  readonly withCredentials: boolean;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string | URL, { withCredentials = false } = {}) {
    super();
    this.url = String(url);
    this.withCredentials = withCredentials;
    Played.all.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  event(type: string, data: string, lastEventId = ""): void {
    this.dispatchEvent(new MessageEvent(type, { data, lastEventId }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }

  close(): void {
    this.readyState = 2;
  }
}

async function playing(options: Parameters<typeof started>[0] = {}, url?: string) {
  Played.all = [];
  const platform = new FakePlatform();
  platform.EventSource = Played as unknown as typeof EventSource;
  const page = await started({ transport: "eventsource", ...options }, url === undefined ? { platform } : { platform, url });
  return { ...page, source: () => Played.all.at(-1)! };
}

test("events of types that somebody asked for arrive, also of those asked for later", async () => {
  const { stream, events, in: state, source } = await playing();
  stream.on("price", () => {});
  await until(() => Played.all.length === 1);
  source().open();
  state("open");
  source().event("price", "1", "k-1");
  source().event("later", "2", "k-2");
  stream.on("later", () => {});
  stream.on("later", () => {});
  await settle();
  source().event("later", "3", "k-3");
  source().event("message", "4", "k-4");
  assert.deepEqual(data(events), [1, 3, 4]);
  assert.equal(stream.lastEventId, "k-4");
});

test("a stream that was lost is opened again by us, with its position, and the types of before", async () => {
  const { platform, stream, in: state, source } = await playing({ credentials: "include" });
  const seen: unknown[] = [];
  stream.on("price", (price) => seen.push(price));
  await until(() => Played.all.length === 1);
  assert.equal(source().withCredentials, true);
  source().open();
  source().event("connected", '{"connection":"c1","heartbeat":15,"time":"","channels":[]}', "k-1");
  for (const readyState of [0, 2]) {
    source().fail(readyState);
    assert.equal(state("waiting").why.code, "network");
    const before = Played.all.length;
    await platform.pass(state("waiting").until - platform.now());
    await until(() => Played.all.length === before + 1);
    assert.equal(new URL(source().url).searchParams.get("lastEventId"), "k-1");
    source().open();
    source().event("price", "5");
  }
  assert.deepEqual(seen, [5, 5]);
  assert.equal(stream.lastEventId, "k-1");
});

test("what EventSource can't do is refused, not left out", async () => {
  for (const [options, what] of [
    [{ headers: { "X-App": "a" } }, /the header x-app/],
    [{ token: "t" }, /the header authorization/],
    [{ method: "POST" }, /a POST/],
  ] as const) {
    const { stream, in: state } = await playing(options);
    await until(() => stream.state.status === "closed");
    assert.equal(state("closed").why!.code, "request");
    assert.match(state("closed").why!.message, what);
  }
});

test("close() closes it", async () => {
  const { stream, source } = await playing();
  await until(() => Played.all.length === 1);
  stream.close();
  assert.equal(source().readyState, 2);
});

test("where there is none, that is said", async () => {
  const { stream, in: state } = await started({ transport: "eventsource" });
  await until(() => stream.state.status === "closed");
  assert.match(state("closed").why!.message, /no EventSource/);
});

test("fetch is taken where it can stream", async () => {
  Played.all = [];
  const platform = new FakePlatform();
  platform.EventSource = Played as unknown as typeof EventSource;
  await started({}, { platform });
  assert.equal(platform.requests.length, 1);
  assert.equal(Played.all.length, 0);
});

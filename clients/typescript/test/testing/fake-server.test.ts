import assert from "node:assert/strict";
import test from "node:test";
import { connected, cut, end, event, fakeServer, gap, heartbeat, pause, retry } from "../../src/testing/index.js";

const url = "http://hub.test/events?channel=news";

async function readAll(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) text += decoder.decode(chunk as Uint8Array, { stream: true });
  return text;
}

test("requests are answered in turn, and remembered", async () => {
  const server = fakeServer([
    { status: 503, headers: { "Retry-After": "7" }, body: "later" },
    { body: { ticket: "t" } },
    [event("price", { value: 1 }, { id: "k-1", channel: "a", time: 5 }), end],
  ]);
  const first = await server.fetch(url, { headers: { "Last-Event-ID": "k-0" } });
  assert.deepEqual([first.status, first.headers.get("Retry-After"), await first.text()], [503, "7", "later"]);
  const second = await server.fetch(new URL("/tickets", url), { method: "POST", body: "{}" });
  assert.deepEqual(await second.json(), { ticket: "t" });
  const third = await server.fetch(new Request(`${url}&lastEventId=k-0`));
  assert.equal(third.headers.get("Content-Type"), "text/event-stream");
  assert.equal(await readAll(third), 'id: k-1\nevent: price\nchannel: a\ntime: 5\ndata: {"value":1}\n\n');
  assert.deepEqual(
    server.requests.map(({ method, url, lastEventId, body }) => [method, url.pathname, lastEventId, body]),
    [
      ["GET", "/events", "k-0", undefined],
      ["POST", "/tickets", "", "{}"],
      ["GET", "/events", "k-0", undefined],
    ],
  );
});

test("what isn't in the script is a 404 that says so", async () => {
  const response = await fakeServer([]).fetch(url);
  assert.equal(response.status, 404);
  assert.match(((await response.json()) as { detail: string }).detail, /request 1, GET .* isn't in the fake server's script/);
});

test("a function answers by what is asked", async () => {
  const server = fakeServer(async ({ url }, index) => ({ body: `${url.pathname} ${index}` }));
  await server.fetch(url);
  assert.equal(await (await server.fetch("http://hub.test/stats")).text(), "/stats 1");
});

test("a stream pauses, waits for the test, and is cut", async () => {
  let go!: () => void;
  const asked = new Promise<void>((resolve) => (go = resolve));
  const server = fakeServer([["data: 1\n\n", pause(1), asked, new TextEncoder().encode("data: 2\n\n"), cut, "never"]]);
  const reader = (await server.fetch(url)).body!.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  assert.equal(await read(), "data: 1\n\n");
  const second = read();
  go();
  assert.equal(await second, "data: 2\n\n");
  await assert.rejects(reader.read(), TypeError);
  assert.deepEqual([server.open, server.requests[0]!.open, server.requests[0]!.aborted], [0, false, false]);
});

test("no connection is to be had", async () => {
  const error = await fakeServer([cut]).fetch(url).catch((error: unknown) => error);
  assert.ok(error instanceof TypeError);
});

test("a stream stays open for what is sent to it, until the client goes", async () => {
  const server = fakeServer(() => []);
  const abort = new AbortController();
  const one = (await server.fetch(url, { signal: abort.signal })).body!.getReader();
  const two = (await server.fetch(url)).body!.getReader();
  await server.send(retry(10));
  assert.equal(new TextDecoder().decode((await one.read()).value), "retry: 10\n\n");
  assert.equal(server.open, 2);
  abort.abort();
  await assert.rejects(one.read(), { name: "AbortError" });
  await two.cancel();
  assert.equal(server.open, 0);
  assert.deepEqual(server.requests.map(({ aborted }) => aborted), [true, true]);
});

test("a request that is given up before its answer gets none", async () => {
  const server = fakeServer(() => ({ after: 60_000, body: "late" }));
  const abort = new AbortController();
  const response = server.fetch(url, { signal: abort.signal });
  abort.abort();
  await assert.rejects(response, { name: "AbortError" });
  assert.equal(server.requests[0]!.aborted, true);
});

test("a request that isn't made is said", async () => {
  const server = fakeServer(() => ({ body: "" }));
  const second = server.request(2, { within: 10 });
  await server.fetch(url);
  assert.equal((await server.request(1)).url.href, url);
  await assert.rejects(second, /1 requests were made within 10 ms, not 2/);
});

test("blocks are written as a hub writes them, and wrong ones aren't written", () => {
  assert.equal(event("message", "a\r\nb\n"), "data: a\ndata: b\ndata: \n\n");
  assert.equal(heartbeat("k-9"), "id: k-9\n\n");
  assert.match(connected("k-1", { resumed: true }), /^id: k-1\nevent: connected\ndata: {.*"resumed":true}\n\n$/);
  assert.equal(gap("k-9", { missed: 8 }), 'id: k-9\nevent: gap\ndata: {"reason":"evicted","missed":8}\n\n');
  assert.throws(() => event("a\nb", ""), /event is "a\\nb"; it can't have line breaks/);
  assert.throws(() => event("a", undefined), /undefined, which JSON can't say/);
  assert.throws(() => pause(-1), /-1 ms/);
});

test("where fetch can't be, a fake one can't either, and says so", (t) => {
  const { Response } = globalThis;
  t.after(() => Object.assign(globalThis, { Response }));
  delete (globalThis as { Response?: unknown }).Response;
  assert.throws(() => fakeServer([]), /no Response here/);
});

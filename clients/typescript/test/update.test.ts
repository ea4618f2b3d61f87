import assert from "node:assert/strict";
import test from "node:test";
import type { StreamError } from "../src/errors.js";
import { until } from "./fake.js";
import { started } from "./started.js";

const params = (url: string) => [...new URL(url).searchParams].map(([name, value]) => `${name}=${value}`);

test("a change is asked of the hub, with the stream's own credentials", async () => {
  const { platform, stream } = await started({ token: "t1" }, { url: "/hub/events/news" });
  await platform.request.openHub();
  const held = stream.update({ add: { channels: ["stocks/*"] }, remove: { channels: ["news"] } });
  await until(() => platform.requests.length === 2);
  const { url, init, headers } = platform.request;
  assert.equal(url, "http://page.example/hub/connections/c1");
  assert.equal(init.method, "PATCH");
  assert.equal(init.body, '{"add":{"channels":["stocks/*"]},"remove":{"channels":["news"]}}');
  assert.equal(headers.get("Authorization"), "Bearer t1");
  assert.equal(headers.get("Content-Type"), "application/json");
  await platform.request.answer(200, { channels: ["stocks/*"], types: [] });
  assert.deepEqual(await held, { channels: ["stocks/*"], types: [] });
});

test("what holds is asked for when it connects again", async () => {
  const { platform } = await started({}, { url: "/events/news?last=5&type=a" });
  await platform.request.openHub("k-1");
  await platform.request.send('id: k-2\nevent: subscription\ndata: {"channels":["news","stocks/*"],"types":["b","c"]}\n\n');
  await platform.request.cut();
  await platform.pass(2000);
  await until(() => platform.requests.length === 2);
  assert.equal(new URL(platform.request.url).pathname, "/events");
  assert.deepEqual(params(platform.request.url), ["last=5", "channel=news", "channel=stocks/*", "type=b", "type=c"]);
  assert.equal(platform.request.headers.get("Last-Event-ID"), "k-2");
});

test("a change waits for a connection", async () => {
  const { platform, stream } = await started();
  const held = stream.update({ add: { channels: ["a"] } });
  await platform.request.cut();
  await platform.pass(1000);
  assert.equal(platform.requests.length, 2);
  await platform.request.openHub();
  await until(() => platform.requests.length === 3);
  await platform.request.answer(200, { channels: ["news", "a"], types: [] });
  assert.deepEqual((await held).channels, ["news", "a"]);
});

test("a change of a connection that has gone is asked of the next", async () => {
  const { platform, stream } = await started();
  const stream1 = platform.request;
  await stream1.openHub("k-1");
  const held = stream.update({ add: { channels: ["a"] } });
  await until(() => platform.requests.length === 2);
  const patch = platform.request;
  await stream1.cut();
  await patch.answer(404, { code: "unknown-connection", detail: "no such connection" });
  await platform.pass(2000);
  await platform.request.openHub("k-1", { connection: "c2" });
  await until(() => platform.requests.length === 4);
  assert.match(platform.request.url, /connections\/c2$/);
  await platform.request.answer(200, { channels: ["news", "a"], types: [] });
  assert.deepEqual((await held).channels, ["news", "a"]);
});

test("a stream that came by a ticket goes on with the change on another connection", async () => {
  let tickets = 0;
  const { platform, stream } = await started({ ticket: () => `t${++tickets}` }, { url: "/events?channel=news&type=a,b" });
  await platform.request.openHub("k-1");
  await platform.request.send("id: k-5\n\n");
  assert.deepEqual(await stream.update({ add: { channels: ["more"], types: ["c"] }, remove: { types: ["a"] } }), {
    channels: ["news", "more"],
    types: ["b", "c"],
  });
  await until(() => platform.requests.length === 2);
  assert.equal(platform.requests[0]!.aborted, true);
  assert.deepEqual(params(platform.request.url), ["channel=news", "channel=more", "type=b", "type=c", "ticket=t2"]);
  assert.equal(platform.request.headers.get("Last-Event-ID"), "k-5");
});

test("a change that is refused has the hub's reason", async () => {
  const { platform, stream } = await started();
  await platform.request.openHub();
  const refused = assert.rejects(stream.update({ add: { channels: ["secret"] } }), (error: StreamError) => {
    assert.equal(error.message, "not for you");
    assert.equal(error.problem!.code, "forbidden-channel");
    assert.equal(error.status, 403);
    return true;
  });
  await until(() => platform.requests.length === 2);
  await platform.request.answer(403, { code: "forbidden-channel", detail: "not for you" });
  await refused;
});

test("a change ends with the stream, its signal, and where there is no hub", async () => {
  const { stream } = await started();
  const abort = new AbortController();
  const aborted = assert.rejects(stream.update({}, abort), /enough/);
  abort.abort(new Error("enough"));
  await aborted;
  const ended = assert.rejects(stream.update({}), /closed/);
  stream.close();
  await ended;
  const other = await started({}, { url: "/sse" });
  await assert.rejects(other.stream.update({}), /only a Sluice hub/);
});

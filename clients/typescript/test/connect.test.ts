import assert from "node:assert/strict";
import test from "node:test";
import { connectOn } from "../src/connect.js";
import type { Options, SluiceEvent, State } from "../src/types.js";
import { FakePlatform } from "./fake.js";

async function started(options: Options = {}, url = "events?channel=news") {
  const platform = new FakePlatform();
  const stream = connectOn(platform, url, options);
  const states: State[] = [];
  const events: SluiceEvent[] = [];
  stream.onState((state) => states.push(state));
  stream.onAny((event) => events.push(event));
  await platform.pass(0);
  return { platform, stream, states, events };
}

test("an event is handed over with its data parsed", async () => {
  const { platform, stream, events } = await started();
  assert.equal(platform.request.url, "http://page.example/app/events?channel=news");
  await platform.request.open('id: 1\nevent: price\nchannel: stocks/A\ndata: {"value":12}\n\n');
  assert.equal(stream.state.status, "open");
  assert.deepEqual(events, [
    { type: "price", data: { value: 12 }, text: '{"value":12}', id: "1", channel: "stocks/A", time: undefined },
  ]);
});

test("a stream that was cut goes on where it was, after the time that the server asked for", async () => {
  const { platform, states } = await started();
  await platform.request.openHub("k3f9-17");
  await platform.request.send("id: k3f9-18\ndata: a\n\nid: k3f9-19\nda");
  await platform.request.cut();
  assert.equal(states.at(-1)!.status, "waiting");
  await platform.pass(1999);
  assert.equal(platform.requests.length, 1);
  await platform.pass(1);
  assert.equal(platform.requests.length, 2);
  assert.equal(platform.request.headers.get("Last-Event-ID"), "k3f9-18");
});

test("close() is final and leaves nothing", async () => {
  const { platform, stream, states, events } = await started();
  await platform.request.open("data: a\n\n");
  stream.close();
  assert.deepEqual(states.at(-1), { status: "closed", why: undefined });
  assert.equal(platform.request.aborted, true);
  assert.equal(platform.timers.size, 0);
  await platform.pass(100_000);
  assert.equal(platform.requests.length, 1);
  assert.equal(events.length, 1);
});

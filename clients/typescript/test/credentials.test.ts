import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { connectOn } from "../src/connect.js";
import { FakePlatform, settle } from "./fake.js";
import { started } from "./started.js";

/** A function that gives what it is told to, and counts. */
function source(...given: (string | null | Error)[]) {
  const asked = { times: 0, next: (): Promise<string | null> => Promise.resolve(null) };
  asked.next = async () => {
    const one = given[Math.min(asked.times++, given.length - 1)]!;
    if (one instanceof Error) throw one;
    return one;
  };
  return asked;
}

const refusal = { code: "token-expired", detail: "the token has expired" };

describe("a token", () => {
  test("goes into the Authorization header", async () => {
    for (const token of ["t1", () => "t1", async () => "t1"]) {
      const { platform } = await started({ token, headers: { "X-App": "a" } });
      assert.equal(platform.request.headers.get("Authorization"), "Bearer t1");
      assert.equal(platform.request.headers.get("X-App"), "a");
      assert.equal(platform.request.headers.get("Accept"), "text/event-stream");
    }
  });

  test("is asked for once, and again after a 401, at once", async () => {
    const tokens = source("old", "new");
    const { platform, in: state } = await started({ token: tokens.next });
    await platform.request.open("data: a\n\n");
    await platform.request.end();
    await platform.pass(1000);
    assert.equal(tokens.times, 1);
    await platform.request.answer(401, refusal);
    assert.equal(platform.request.headers.get("Authorization"), "Bearer new");
    await platform.request.open();
    state("open");
  });

  test("that is refused when it is fresh ends the stream", async () => {
    const tokens = source("old", "new");
    const { platform, in: state } = await started({ token: tokens.next });
    await platform.request.answer(401, refusal);
    await platform.request.answer(401, refusal);
    assert.equal(state("closed").why!.code, "unauthorized");
    assert.equal(state("closed").why!.message, "the token has expired");
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 2);
    assert.equal(tokens.times, 2);
  });

  test("may be renewed again and again, as long as streams open in between", async () => {
    const tokens = source("a", "b", "c");
    const { platform, in: state } = await started({ token: tokens.next });
    for (let n = 0; n < 2; n++) {
      await platform.request.answer(401, refusal);
      await platform.request.open("data: a\n\n");
      await platform.request.end();
      await platform.pass(1000);
    }
    assert.equal(tokens.times, 3);
    state("connecting");
  });

  test("of the application's own making isn't replaced: 401 ends the stream", async () => {
    const { platform, in: state } = await started({ token: "fixed" });
    await platform.request.answer(401, refusal);
    assert.equal(state("closed").why!.code, "unauthorized");
    assert.equal(platform.requests.length, 1);
  });

  test("is asked for by one of many streams that wait, before and after a 401", async () => {
    const tokens = source("old", "new");
    const platform = new FakePlatform();
    for (let n = 0; n < 10; n++) connectOn(platform, `/events/${n}`, { token: tokens.next });
    await settle();
    assert.equal(platform.requests.length, 10);
    assert.equal(tokens.times, 1);
    await Promise.all(platform.requests.map((request) => request.answer(401, refusal)));
    assert.equal(platform.requests.length, 20);
    assert.equal(tokens.times, 2);
    for (const request of platform.requests.slice(10)) {
      assert.equal(request.headers.get("Authorization"), "Bearer new");
    }
  });

  test("that another stream has renewed isn't asked for again by one that comes late", async () => {
    const tokens = source("old", "new", "newer");
    const platform = new FakePlatform();
    for (let n = 0; n < 2; n++) connectOn(platform, `/events/${n}`, { token: tokens.next });
    await settle();
    const [first, second] = platform.requests;
    await first!.answer(401, refusal);
    await second!.answer(401, refusal);
    assert.equal(platform.requests.length, 4);
    assert.equal(tokens.times, 2);
  });

  test("that can't be had now is asked for again later", async () => {
    const tokens = source(new Error("login server is down"), "t1");
    const { platform, in: state } = await started({ token: tokens.next });
    assert.equal(state("waiting").why.code, "credentials");
    assert.match(state("waiting").why.message, /login server is down/);
    await platform.pass(1000);
    assert.equal(platform.request.headers.get("Authorization"), "Bearer t1");
  });

  test("that can't be had at all ends the stream", async () => {
    const { platform, in: state } = await started({ token: source(null).next });
    assert.equal(state("closed").why!.code, "unauthorized");
    assert.equal(platform.requests.length, 0);
  });

  test("that comes after close() is for nothing", async () => {
    let give = (_: string) => {};
    const { platform, stream } = await started({ token: () => new Promise((resolve) => (give = resolve)) });
    stream.close();
    give("late");
    await platform.pass(100_000);
    assert.equal(platform.requests.length, 0);
  });
});

describe("a ticket", () => {
  test("is asked for before each connection, and isn't in the stream's own URL", async () => {
    const tickets = source("one", "two");
    const { platform, stream } = await started({ ticket: tickets.next });
    assert.equal(platform.request.url, "http://page.example/app/events?channel=news&ticket=one");
    assert.equal(stream.url, "http://page.example/app/events?channel=news");
    await platform.request.open("data: a\n\n");
    await platform.request.end();
    await platform.pass(1000);
    assert.equal(new URL(platform.request.url).searchParams.get("ticket"), "two");
  });

  test("that is refused is replaced once", async () => {
    const tickets = source("one", "two", "three");
    const { platform, in: state } = await started({ ticket: tickets.next });
    await platform.request.answer(401, refusal);
    await platform.request.answer(401, refusal);
    assert.equal(state("closed").why!.code, "unauthorized");
    assert.equal(tickets.times, 2);
  });

  test("and a token are too much", () => {
    const platform = new FakePlatform();
    assert.throws(() => connectOn(platform, "/", { token: "t", ticket: () => "t" }), /not both/);
  });
});

describe("event: expired", () => {
  const expired = 'event: expired\ndata: {"reason":"token"}\n\n';

  test("asks for a fresh token before the next connection", async () => {
    const tokens = source("old", "new");
    const { platform, in: state } = await started({ token: tokens.next });
    await platform.request.openHub();
    await platform.request.send(expired);
    await platform.request.end();
    assert.equal(state("waiting").why.code, "expired");
    await platform.pass(2000);
    assert.equal(platform.request.headers.get("Authorization"), "Bearer new");
  });

  test("with nothing but a cookie is tried again, and the answer tells", async () => {
    const { platform, in: state } = await started({ credentials: "include" });
    assert.equal(platform.request.init.credentials, "include");
    await platform.request.openHub();
    await platform.request.send(expired);
    await platform.request.end();
    await platform.pass(2000);
    await platform.request.answer(401, { detail: "log in" });
    assert.equal(state("closed").why!.message, "log in");
  });
});

test("event: rejected waits as long as it says, and counts as a failure", async () => {
  const { platform, in: state } = await started();
  await platform.request.open('event: rejected\ndata: {"code":"too-many-connections","detail":"full","retryAfter":5}\n\n');
  await platform.request.end();
  const { why, until, attempt } = state("waiting");
  assert.deepEqual([why.code, why.message, why.problem!.code, attempt], ["rejected", "full", "too-many-connections", 1]);
  assert.equal(until - platform.now(), 5000);
});

test("headers from a function are asked for each time", async () => {
  let n = 0;
  const { platform } = await started({ headers: () => ({ "X-Count": `${++n}` }) });
  await platform.request.cut();
  await platform.pass(1000);
  assert.equal(platform.request.headers.get("X-Count"), "2");
});

test("a request has the method and body that were set, every time", async () => {
  const { platform } = await started({ method: "POST", body: '{"q":1}', headers: { "Content-Type": "application/json" } });
  await platform.request.cut();
  await platform.pass(1000);
  for (const { init } of platform.requests) {
    assert.equal(init.method, "POST");
    assert.equal(init.body, '{"q":1}');
  }
});

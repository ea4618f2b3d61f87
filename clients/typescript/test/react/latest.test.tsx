import assert from "node:assert/strict";
import test from "node:test";
import { Suspense, useState, type ReactNode } from "react";
import { useEvent, useEvents, type Pace } from "../../src/react/index.js";
import type { EventStream } from "../../src/index.js";
import { frame, framesAsked, held, render, act } from "./page.js";

interface Events {
  price: { value: number };
  alert: string;
}

const price = (value: number) => ({ type: "price", text: JSON.stringify({ value }) });
const alert = (text: string) => ({ type: "alert", text });

let renders = 0;
test.beforeEach(() => (renders = 0));

function Price({ events, every = "event" }: { events: EventStream<Events> | undefined; every?: Pace }) {
  const price = useEvent(events, "price", { every });
  renders++;
  return <i>{price?.value ?? "none"}</i>;
}

test("the latest is shown, and nothing renders for what says the same again", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Price events={events} />, { strict: false });
  assert.equal(page.text, "none");
  await send(price(1));
  await send(price(2));
  assert.equal(page.text, "2");
  assert.equal(renders, 3);
  await send(price(2));
  await send(alert("of another type"));
  assert.equal(renders, 3);
});

test("what comes at once renders once", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Price events={events} />, { strict: false });
  await send(price(1), price(2), price(3));
  assert.equal(page.text, "3");
  assert.equal(renders, 2);
});

test("data that is null is shown as null, and what was there initially only until something comes", async () => {
  const { events, send } = await held<{ level: number | null }>();
  const Level = () => <i>{String(useEvent(events, "level", { initial: "initial" }))}</i>;
  const page = await render(<Level />);
  assert.equal(page.text, "initial");
  await send({ type: "level", text: "null" });
  assert.equal(page.text, "null");
});

test("a stream that isn't there yet, and one that takes another's place", async () => {
  const one = await held<Events>();
  const two = await held<Events>();
  const page = await render(<Price events={undefined} />);
  assert.equal(page.text, "none");
  await page.render(<Price events={one.events} />);
  await one.send(price(1));
  assert.equal(page.text, "1");
  await page.render(<Price events={two.events} />);
  assert.equal(page.text, "none");
  await one.send(price(2));
  await two.send(price(3));
  assert.equal(page.text, "3");
});

test("components share one handler, and one that comes later shows what the others show", async () => {
  const it = await held<Events>();
  const page = await render(<Price events={it.events} />);
  await it.send(price(1));
  await page.render([<Price key="a" events={it.events} />, <Price key="b" events={it.events} />]);
  assert.equal(page.text, "11");
  assert.equal(it.handlers, 1);
});

test("what nobody shows any more is forgotten, and has no handler", async () => {
  const it = await held<Events>();
  const page = await render(<Price events={it.events} />);
  await it.send(price(1));
  await page.unmount();
  assert.equal(it.handlers, 0);
  assert.equal((await render(<Price events={it.events} />)).text, "none");
});

test("several types: each its latest, and the same object until one of them changes", async () => {
  const { events, send } = await held<Events>();
  const seen: object[] = [];
  let again!: (n: number) => void;
  function Both() {
    again = useState(0)[1];
    const latest = useEvents(events, ["price", "alert"]);
    if (seen.at(-1) !== latest) seen.push(latest);
    return <i>{JSON.stringify(latest)}</i>;
  }
  const page = await render(<Both />, { strict: false });
  await send(alert("a"));
  await send(price(1));
  await act(async () => again(1));
  await send(alert("a"));
  assert.deepEqual(seen, [{}, { alert: "a" }, { alert: "a", price: { value: 1 } }]);
  assert.equal(page.text, '{"alert":"a","price":{"value":1}}');
});

test("at frames, ten thousand events render as often as frames are drawn", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Price events={events} every="frame" />, { strict: false });
  let value = 0;
  for (let frames = 0; frames < 60; frames++) {
    for (let chunks = 0; chunks < 10; chunks++) await send(...[...Array(17)].map(() => price(++value)));
    assert.equal(framesAsked(), 1);
    await frame();
    assert.equal(page.text, String(value));
  }
  assert.ok(value > 10_000);
  assert.equal(renders, 61);
});

test("no frame is asked for when nothing comes, and one that is over changes nothing", async () => {
  const it = await held<Events>();
  const page = await render(<Price events={it.events} every="frame" />);
  assert.equal(framesAsked(), 0);
  await it.send(price(1));
  assert.equal(page.text, "none");
  await page.unmount();
  await frame();
  assert.equal(it.handlers, 0);
});

test("a component that was suspended when something came shows it when it is back", async () => {
  const { events, send } = await held<Events>();
  let go!: () => void;
  let wait: Promise<void> | undefined;
  function Waits({ children }: { children: ReactNode }) {
    if (wait !== undefined) throw wait;
    return children;
  }
  const tree = (n: number) => (
    <Suspense fallback="wait">
      <Price events={events} />
      <Waits key={n}>!</Waits>
    </Suspense>
  );
  const page = await render(tree(0));
  await send(price(1));
  assert.equal(page.text, "1!");
  wait = new Promise((done) => (go = done));
  await page.render(tree(1));
  assert.match(page.text, /wait$/);
  await send(price(2));
  await act(async () => {
    wait = undefined;
    go();
  });
  assert.equal(page.text, "2!");
});

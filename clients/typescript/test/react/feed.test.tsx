import assert from "node:assert/strict";
import test from "node:test";
import { memo } from "react";
import { renderToString } from "react-dom/server";
import { Feed, useFeed, type FeedItem, type FeedOptions } from "../../src/react/index.js";
import { withEvent } from "../../src/react/feed.js";
import type { EventStream, Gap, SluiceEvent } from "../../src/index.js";
import { frame, held, render } from "./page.js";

interface Events {
  price: { symbol: string; value: number };
  note: string;
}

const note = (text: string, id = "") => ({ type: "note", text, id });
const price = (symbol: string, value: number, id: string) => ({ type: "price", text: JSON.stringify({ symbol, value }), id });
const said = (id: string, text: string): SluiceEvent<string, "note"> => {
  return { type: "note", data: text, text, id, channel: undefined, time: undefined };
};

const Notes = ({ events, ...options }: { events: EventStream<Events> | undefined } & Omit<FeedOptions<Events>, "key">) => (
  <i>
    {useFeed(events, options)
      .map(({ text }) => text)
      .join(",")}
  </i>
);

test("the newest is first, and no more than the limit is kept", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Notes events={events} limit={3} />);
  await send(note("1"), note("2"), note("3"), note("4"));
  assert.equal(page.text, "4,3,2");
  await page.render(<Notes events={events} limit={2} />);
  await send(note("5"));
  assert.equal(page.text, "5,4");
});

test("a limit that can't be is refused", () => {
  assert.throws(() => renderToString(<Notes events={undefined} limit={0} />), /limit is 0; it has to be at least 1/);
});

test("what is sent again is in the list once; what only has the id of the one before is another", async () => {
  const { events, send } = await held<Events>();
  let items: readonly FeedItem<Events>[] = [];
  const All = () => ((items = useFeed(events)), null);
  await render(<All />);
  await send(note("a", "1"), note("b", "2"), note("c", "2"), note("a", "1"), note("c", "2"), note("d"), note("d"));
  assert.deepEqual(items.map(({ text }) => text).join(), "d,d,c,b,a");
  assert.equal(new Set(items.map(({ key }) => key)).size, 5);
  assert.equal(items.at(-1)!.key, "1");
});

test("by a key, the newer takes the older one's place at the top", async () => {
  const { events, send } = await held<Events>();
  const Prices = () => {
    const options = { types: ["price"], key: ({ data }: SluiceEvent<Events["price"], "price">) => data.symbol } as const;
    return <i>{useFeed(events, options).map(({ key, data }) => `${key}${data.value} `)}</i>;
  };
  const page = await render(<Prices />);
  await send(price("A", 1, "1"), price("B", 2, "2"), note("x", "3"), price("A", 3, "4"));
  assert.equal(page.text, "A3 B2 ");
});

test("a gap is in the list, what else a hub says of the stream isn't", async () => {
  const { events, send } = await held<Events>();
  let items: readonly FeedItem<Events>[] = [];
  const All = () => ((items = useFeed(events)), null);
  await render(<All />);
  const connected = { connection: "c", channels: [], heartbeat: 15, time: "" };
  const gap: Gap = { reason: "evicted", missed: 8 };
  await send({ type: "connected", text: JSON.stringify(connected), id: "1" });
  await send({ type: "gap", text: JSON.stringify(gap), id: "9" }, note("x", "10"));
  assert.deepEqual(items.map(({ type }) => type), ["note", "gap"]);
  assert.deepEqual(items[1]!.type === "gap" && items[1]!.data, gap);
});

test("another server's event that is called heartbeat is one like any other", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Notes events={events} />);
  await send({ type: "heartbeat", text: "beat" });
  assert.equal(page.text, "beat");
});

test("what there is to begin with isn't repeated by the stream, and a server renders it", async () => {
  const { events, send } = await held<Events>();
  const initial = [said("2", "b"), said("1", "a")];
  const node = <Notes events={events} initial={initial} />;
  assert.equal(renderToString(<Notes events={undefined} initial={initial} />), "<i>b,a</i>");
  const page = await render(node, { html: "<i>b,a</i>" });
  await send(note("b", "2"), note("c", "3"));
  assert.equal(page.text, "c,b,a");
});

test("at frames, the list is drawn once a frame", async () => {
  const { events, send } = await held<Events>();
  let renders = 0;
  const Counted = memo(() => (renders++, (<Notes events={events} every="frame" limit={2} />)));
  const page = await render(<Counted />);
  await send(note("1"));
  await send(note("2"), note("3"));
  assert.equal(page.text, "");
  await frame();
  assert.equal(page.text, "3,2");
});

test("each component has a list of its own, and leaves no handler", async () => {
  const it = await held<Events>();
  const page = await render(<Notes events={it.events} types={["note", "price"]} />);
  await it.send(note("1"));
  await page.render([<Notes key="0" events={it.events} types={["note", "price"]} />, <Notes key="b" events={it.events} />]);
  await it.send(note("2"));
  assert.equal(page.text, "22");
  await page.unmount();
  assert.equal(it.handlers, 0);
});

test("Feed renders a row for what is new, and no other", async () => {
  const { events, send } = await held<Events>();
  const rendered: string[] = [];
  const row = ({ text }: FeedItem<Events>) => (rendered.push(text), (<b>{text}</b>));
  const page = await render(
    <Feed events={events} limit={2} className="feed">
      {row}
    </Feed>,
    { strict: false },
  );
  for (const text of ["1", "2", "3"]) await send(note(text, text));
  assert.equal(page.container.innerHTML, '<ol class="feed"><li><b>3</b></li><li><b>2</b></li></ol>');
  assert.deepEqual(rendered, ["1", "2", "3"]);
});

test("Feed knows what to show by itself", async () => {
  const { events, send } = await held<Events>();
  const page = await render(<Feed events={events} by={({ type }) => type} types={["note", "price"]} />);
  await send(note("1"), price("A", 1, "k-1"), note("2"));
  assert.equal(page.container.innerHTML, '<ol><li>note: 2</li><li>price: {"symbol":"A","value":1}</li></ol>');
});

test("whatever is sent again and again, a list has each once, newest first, with keys of its own", () => {
  // Every order of three events, each up to three times.
  const all = [said("1", "a"), said("2", "b"), said("2", "c")];
  for (let way = 0; way < 3 ** 6; way++) {
    let list: ReturnType<typeof withEvent> = [];
    const seen: SluiceEvent[] = [];
    for (let rest = way, n = 0; n < 6; n++, rest = Math.floor(rest / 3)) {
      const event = all[rest % 3]!;
      if (!seen.includes(event)) seen.unshift(event);
      list = withEvent(list, event, {});
    }
    assert.deepEqual(list.map(({ text }) => text), seen.map(({ text }) => text));
    assert.equal(new Set(list.map(({ key }) => key)).size, seen.length);
  }
});

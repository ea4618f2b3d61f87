import assert from "node:assert/strict";
import test from "node:test";
import { Activity, lazy, Suspense, use, useEffect, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { EventsProvider, useConnection, useEvent, useEventStream, useFeed, type EventsProviderProps } from "../../src/react/index.js";
import type { EventStream, Options, StandardSchema } from "../../src/index.js";
import { connected, event, fakeServer, type FakeServer } from "../../src/testing/index.js";
import { act, render, settle } from "./page.js";

const URL = "http://hub.test/events?channel=prices";
function server(): FakeServer {
  return fakeServer(() => [connected("k-1"), event("price", 1, { id: "k-2" })]);
}

function Price({ url = URL, options }: { url?: string | undefined; options?: Options }) {
  const events = useEventStream<{ price: number }>(url, options);
  return <i>{`${useConnection(events).state.status} ${useEvent(events, "price") ?? ""};`}</i>;
}

const App = ({ server, children, ...props }: { server: FakeServer } & EventsProviderProps) => (
  <EventsProvider {...props} options={{ fetch: server.fetch, ...props.options }}>
    {children}
  </EventsProvider>
);

async function shown(node: ReactNode) {
  const page = await render(node);
  await settle();
  return page;
}

test("StrictMode mounts twice, and there is one request", async () => {
  const at = server();
  const page = await shown(
    <App server={at}>
      <Price />
    </App>,
  );
  assert.equal(page.text, "open 1;");
  assert.equal(at.requests.length, 1);
});

test("components with the same URL and options share a connection, until the last of them is gone", async () => {
  const at = server();
  const app = (n: number) => (
    <App server={at}>{[...Array(n).keys()].map((key) => <Price key={key} options={{ headers: { a: "b" } }} />)}</App>
  );
  const page = await shown(app(3));
  assert.equal(page.text, "open 1;open 1;open 1;");
  await page.render(app(1));
  await settle();
  assert.deepEqual([at.requests.length, at.open], [1, 1]);
  await page.render(app(0));
  await settle();
  assert.equal(at.open, 0);
  assert.equal(at.requests[0]!.aborted, true);
  await page.render(app(1));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["open 1;", 2]);
});

test("one page's components go as the next page's come, and the connection stays", async () => {
  const at = server();
  const page = await shown(<App server={at}><div><Price /></div></App>);
  await page.render(<App server={at}><p><Price /></p></App>);
  await settle();
  assert.equal(page.text, "open 1;");
  assert.equal(at.requests.length, 1);
});

test("another URL, other options or another provider is another connection", async () => {
  const at = server();
  await shown(
    <App server={at}>
      <Price />
      <Price url={`${URL}&type=price`} />
      <Price options={{ headers: { Authorization: "x" } }} />
      <Price options={{ headers: { Authorization: "y" } }} />
      <App server={at}>
        <Price />
      </App>
    </App>,
  );
  assert.equal(at.open, 5);
});

test("without a provider it is the same", async () => {
  const at = server();
  const options = { fetch: at.fetch };
  const page = await shown([<Price key="a" options={options} />, <Price key="b" options={options} />]);
  assert.equal(page.text, "open 1;open 1;");
  assert.equal(at.requests.length, 1);
  await page.unmount();
  assert.equal(at.open, 0);
});

test("a URL that changes takes the connection with it, and without one there is none", async () => {
  const at = server();
  const app = (url: string | undefined) => <App server={at}>{url ? <Price url={url} /> : <None />}</App>;
  const None = () => (useEventStream(undefined) === undefined ? "none" : "some");
  const page = await shown(app(undefined));
  assert.deepEqual([page.text, at.requests.length], ["none", 0]);
  await page.render(app(`${URL}&one`));
  await settle();
  await page.render(app(`${URL}&two`));
  await settle();
  assert.equal(page.text, "open 1;");
  assert.deepEqual(at.requests.map(({ url, open }) => [url.search.split("&")[1], open]), [["one", false], ["two", true]]);
});

test("functions that are written inline don't connect again, and the latest is called", async () => {
  let refuse!: () => void;
  const refused = new Promise<void>((done) => (refuse = done));
  const twice = fakeServer(async (_, index) => (index === 0 ? (await refused, { status: 401 }) : []));
  const Named = ({ name }: { name: string }) => (
    <App server={twice}>
      <Price options={{ token: () => name }} />
    </App>
  );
  const page = await shown(<Named name="a" />);
  await page.render(<Named name="b" />);
  refuse();
  await settle();
  assert.deepEqual(twice.requests.map(({ headers }) => headers.get("Authorization")), ["Bearer a", "Bearer b"]);
});

test("a function outside of components is shared, and so is a provider's", async () => {
  const at = server();
  let asked = 0;
  const token = () => `t${++asked}`;
  const another = () => "another";
  await shown(
    <App server={at} options={{ token: () => token() }}>
      <Price />
      <Price />
      <Price options={{ token }} />
      <Price options={{ token }} />
      <Price options={{ token: another }} />
    </App>,
  );
  const tokens = at.requests.map(({ headers }) => headers.get("Authorization"));
  assert.deepEqual(tokens.sort(), ["Bearer another", "Bearer t1", "Bearer t2"]);
});

test("a schema is told by being the same, whatever is in it", async () => {
  const at = server();
  const plain = (): StandardSchema<number> & { self?: object } => {
    const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: Number(value) + 1 }) } };
    return Object.assign(schema, { self: schema }) as never;
  };
  const price = plain();
  const page = await shown(
    <App server={at}>
      <Price options={{ schemas: { price } }} />
      <Price options={{ schemas: { price } }} />
      <Price options={{ schemas: { price: plain() } }} />
    </App>,
  );
  for (let turn = 0; turn < 100 && !page.text.includes("2"); turn++) await settle(); // what checks is loaded on demand
  assert.deepEqual([page.text, at.requests.length], ["open 2;open 2;open 2;", 2]);
});

test("a provider that renders again doesn't connect again", async () => {
  const at = server();
  const app = (more: ReactNode) => (
    <App server={at} options={{ token: () => "t", headers: { a: "b" } }}>
      <Price />
      {more}
    </App>
  );
  const page = await shown(app(null));
  await page.render(app(<Price />));
  await settle();
  assert.equal(page.text, "open 1;open 1;");
  assert.equal(at.requests.length, 1);
});

test("a stream that was refused is closed for all, until the provider is another", async () => {
  const at = fakeServer((_, index) => (index === 0 ? { status: 403 } : [event("price", 1)]));
  const app = (key: string, more: ReactNode = null) => (
    <App key={key} server={at}>
      <Price />
      {more}
    </App>
  );
  const page = await shown(app("anonymous"));
  await page.render(app("anonymous", <Price />));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["closed ;closed ;", 1]);
  await page.render(app("somebody"));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["open 1;", 2]);
});

test("a connection that lingers is there for who comes back in time", async (t) => {
  const at = server();
  const page = await shown(<App server={at} linger={60_000}><Price /></App>);
  const due = new Map<object, () => void>();
  const { setTimeout, clearTimeout } = globalThis;
  t.after(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  globalThis.setTimeout = ((run: () => void, ms: number) => {
    if (ms !== 60_000) return setTimeout(run, ms);
    const timer = {};
    due.set(timer, run);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((timer: never) => due.delete(timer) || clearTimeout(timer)) as typeof clearTimeout;
  await page.render(<App server={at} linger={60_000} />);
  assert.deepEqual([due.size, at.open], [1, 1]);
  await page.render(<App server={at} linger={60_000}><Price /></App>);
  assert.deepEqual([due.size, at.open], [0, 1]);
  await page.render(<App server={at} linger={60_000} />);
  for (const run of due.values()) run();
  assert.deepEqual([at.requests.length, at.open], [1, 0]);
});

test("what is suspended before it was ever shown connects to nothing", async () => {
  const at = server();
  let load!: (module: { default: () => ReactNode }) => void;
  const Later = lazy(() => new Promise<{ default: () => ReactNode }>((done) => (load = done)));
  const page = await shown(
    <App server={at}>
      <Suspense fallback="wait">
        <Price />
        <Later />
      </Suspense>
    </App>,
  );
  assert.deepEqual([page.text, at.requests.length], ["wait", 0]);
  await act(async () => load({ default: () => "!" }));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["open 1;!", 1]);
});

test("a component that waits for something of its own, then and again, sees its stream", async () => {
  const at = server();
  let resolve!: (name: string) => void;
  const later = () => new Promise<string>((done) => (resolve = done));
  function Waits({ name }: { name: Promise<string> }) {
    const named = use(name);
    const events = useEventStream<{ price: number }>(URL);
    return `${named} ${useConnection(events).state.status} ${useEvent(events, "price")}`;
  }
  const app = (name: Promise<string>) => (
    <App server={at}>
      <Suspense fallback="wait">
        <Waits name={name} />
      </Suspense>
    </App>
  );
  const page = await shown(app(later()));
  assert.deepEqual([page.text, at.requests.length], ["wait", 0]);
  await act(async () => resolve("a"));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["a open 1", 1]);
  await page.render(app(later()));
  await act(async () => resolve("b"));
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["b open 1", 1]);
});

test("what is hidden has no connection, and gets one when it is shown", async () => {
  const at = server();
  const app = (mode: "hidden" | "visible") => (
    <App server={at}>
      <Activity mode={mode}>
        <Price />
      </Activity>
    </App>
  );
  const page = await shown(app("visible"));
  await page.render(app("hidden"));
  await settle();
  assert.equal(at.open, 0);
  await page.render(app("visible"));
  await settle();
  assert.deepEqual([page.text, at.requests.length, at.open], ["open 1;", 2, 1]);
});

test("a server renders it without a connection, and a page takes it over", async () => {
  const at = server();
  const node = <App server={at}><Price /></App>;
  const html = renderToString(node);
  assert.equal(html, "<i>connecting ;</i>");
  await settle();
  assert.equal(at.requests.length, 0);
  const page = await render(node, { html });
  await settle();
  assert.deepEqual([page.text, at.requests.length], ["open 1;", 1]);
});

test("a URL that can't be is an error of the component", async () => {
  await assert.rejects(render(<Price url="http://" />, { strict: false }), /Invalid URL/);
});

test("a thousand times mounted and gone, it has left nothing", async () => {
  const at = server();
  const streams = new Set<WeakRef<EventStream>>();
  function All({ url }: { url: string }) {
    const events = useEventStream<{ price: number }>(url);
    useEffect(() => {
      if (events !== undefined) streams.add(new WeakRef(events as unknown as EventStream));
    }, [events]);
    useEvent(events, "price", { every: "frame" });
    useFeed(events);
    return <i>{useConnection(events).state.status}</i>;
  }
  const page = await render(<App server={at} />);
  for (let round = 0; round < 20; round++) {
    const all = [...Array(50).keys()].map((n) => <All key={n} url={`${URL}&round=${round}&n=${n}`} />);
    await page.render(<App server={at}>{all}</App>);
    await settle();
    assert.equal(at.open, 50);
    await page.render(<App server={at} />);
    await settle();
    assert.equal(at.open, 0);
  }
  assert.deepEqual([at.requests.length, streams.size >= 1000], [1000, true]);
  for (let turn = 0; turn < 5; turn++) {
    await settle();
    globalThis.gc!();
  }
  const kept = [...streams].filter((stream) => stream.deref() !== undefined).length;
  assert.ok(kept <= 50, `${kept} of 1000 streams are still there`); // what was rendered last may be
});

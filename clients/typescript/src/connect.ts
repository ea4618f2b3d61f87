// The door, and where the parts are put together. Read on in connection.ts (when to connect), parser.ts (what a stream
// says), dispatcher.ts (who is told).

import type { Beginning } from "./begin.js";
import { newConnection, type ConnectionListener } from "./connection.js";
import { newDispatcher, newHandlers } from "./dispatcher.js";
import { StreamError } from "./errors.js";
import { fetchTransport } from "./fetch-transport.js";
import { iterate } from "./iteration.js";
import { watchLifecycle } from "./lifecycle.js";
import type { Block } from "./block.js";
import type { Persistence } from "./persistence.js";
import { here, type Platform } from "./platform.js";
import { newRequests } from "./requests.js";
import type { Transport } from "./transport.js";
import type {
  Connected,
  EventMap,
  EventStream,
  Inspection,
  Options,
  Schemas,
  SluiceEvent,
  State,
  Subscription,
  Unsubscribe,
  Validated,
} from "./types.js";

/**
 * Subscribes to a stream of events. It connects at once and stays until it is closed: `close()`, its signal, a 204, or an
 * answer that trying again won't change. Handlers that are added before the caller gives way miss nothing.
 *
 * @param url where the stream is; relative to the page
 * @throws TypeError if the URL or the options can't be right
 */
export function connect<S extends Schemas>(url: string | URL, options: Options<S> & { schemas: S }): EventStream<Validated<S>>;
export function connect<M extends object = EventMap>(url: string | URL, options?: Options): EventStream<M>;
export function connect(url: string | URL, options: Options = {}): EventStream {
  return connectOn(here, url, options);
}

/** @internal for tests, which bring their own platform */
export function connectOn(platform: Platform, url: string | URL, options: Options): EventStream {
  const { backoff: { min = 1000, max = Math.max(30_000, min) } = {}, onError, signal, persist, shared } = options;
  if (!(min >= 0 && max >= min)) throw new RangeError(`backoff is ${min} to ${max} ms`);
  const { document, location } = platform.global;
  const fetcher = options.fetch ?? platform.fetch;
  const requests = newRequests(new URL(url, document?.baseURI ?? location?.href), options);
  const transport = transportOf(options, platform, fetcher);
  transport.catch(() => {}); // said when it is used
  const ends: Unsubscribe[] = [];
  let persistence: Persistence | undefined;
  /** What the hub says of the connection that is open, and how far its clock is ahead of ours. */
  let hub: Connected | undefined;
  let ahead = 0;
  let events = 0;

  function report(error: unknown): void {
    inspectors.call({ kind: "error", error });
    try {
      (onError ?? globalThis.reportError ?? console.error)(error); // Node has no reportError
    } catch (worse) {
      console.error(worse);
    }
  }
  const inspectors = newHandlers<[step: Inspection]>(report);
  const states = newHandlers<[state: State]>(report);
  const dispatcher = newDispatcher(options, report, (id) => persistence?.keep(id));

  const listener: ConnectionListener = {
    request: (lastEventId) => requests.next(lastEventId),
    expired: requests.expired,
    block: take,
    inspect: inspectors.call,
    changed(state) {
      const closed = state.status === "closed";
      if (closed) {
        dispatcher.close();
        persistence?.end();
        for (const end of ends) end();
      }
      if (state.status !== "open") hub = undefined;
      states.call(state);
      if (closed) {
        states.end();
        inspectors.end();
      }
    },
  };
  const own = (listener: ConnectionListener) =>
    newConnection(
      platform,
      transport,
      {
        backoff: { min, max },
        maxRetries: options.maxRetries ?? Infinity,
        watchdog: options.watchdog,
        connectTimeout: options.connectTimeout ?? 60_000,
      },
      listener,
    );
  let connection = own(listener);
  connection.lastEventId = options.lastEventId ?? "";

  function take(block: Block): void {
    const { id, type, data: text, time } = block;
    inspectors.call({ kind: "block", block });
    if (text !== undefined) {
      const hubs = HUB_SAYS.has(type) && hubSays(type, text);
      if (time !== undefined) connection.lag = Math.max(0, platform.now() + ahead - time);
      if (hubs && type === "batch") {
        for (const { id = "", type = "message", channel, time, data = "" } of JSON.parse(text) as Partial<Block>[]) {
          events++;
          dispatcher.take({ id, type, data, channel, time }, false);
        }
      } else {
        if (!hubs) events++;
        if (hubs && type === "gap" && !dispatcher.wanted(type)) console.warn(`${url}: unheard gap: ${text}`);
        dispatcher.take(block, hubs);
      }
    }
    dispatcher.reached(id);
  }

  /** Whether this is the hub's own event, and not another server's of this name; what it says about the stream is heeded. */
  function hubSays(type: string, text: string): boolean {
    if (!hub && type !== "connected" && type !== "rejected") return false;
    let said: Record<string, unknown>;
    try {
      said = Object(JSON.parse(text)) as Record<string, unknown>;
    } catch {
      return false;
    }
    const { connection: name, heartbeat, time, code, detail, retryAfter, reason } = said;
    if (type === "connected") {
      if (!name || typeof heartbeat !== "number") return false;
      dispatcher.packed = said.encoding === "gzip";
      hub = said as unknown as Connected;
      ahead = Date.parse(String(time)) - platform.now() || 0;
      connection.heartbeat(heartbeat);
    } else if (type === "subscription") {
      requests.subscription = said as unknown as Subscription;
    } else if (type === "expired") {
      connection.willEnd(new StreamError(type, `the ${String(reason)} is no longer good`));
    } else if (type === "rejected") {
      if (!code || typeof detail !== "string") return false;
      connection.willEnd(new StreamError(type, detail, { problem: said }), Number(retryAfter ?? 0) * 1000);
    }
    return true;
  }

  // What isn't told of types that it wasn't asked for is asked. That it couldn't be loaded, the connection says.
  const listen = (type: string) => void transport.then((to) => to.listen?.(type), () => {});

  const stream: EventStream = {
    url: requests.url.href,
    get state() {
      return connection.state;
    },
    get stats() {
      const { attempts, bytes, lag } = connection;
      return { attempts, bytes, events, lag };
    },
    get lastEventId() {
      return connection.lastEventId;
    },
    get connection() {
      return hub;
    },
    on(type, handler, options) {
      listen(type);
      return dispatcher.on(type, handler as (data: unknown, event: SluiceEvent) => void, options);
    },
    onAny: (handler, options) => dispatcher.any.add((event) => handler(event), options),
    onState: states.add,
    inspect: inspectors.add,
    stream(options = {}) {
      options.types?.forEach(listen);
      return iterate(stream, dispatcher.any, options);
    },
    async update(change, { signal } = {}) {
      const { update } = await import("./subscription.js");
      return update(stream, requests, options, fetcher, () => connection, change, signal);
    },
    close: () => connection.close(),
  };

  async function prepare(): Promise<void> {
    try {
      const it = await import("./begin.js");
      const all: Beginning = [platform, options, requests, stream, connection, listener, own, connectOn];
      persistence = await it.position(all);
      connection = await it.share(all);
    } catch (error) {
      report(error); // it couldn't be loaded; the stream is worth more than what it adds
    }
    if (connection.state.status === "closed") persistence?.end();
    else connection.connect();
  }

  if (signal?.aborted) {
    stream.close();
    return stream;
  }
  signal?.addEventListener("abort", stream.close);
  ends.push(
    () => signal?.removeEventListener("abort", stream.close),
    watchLifecycle(platform, {
      wake: () => connection.wake(),
      leave() {
        connection.suspend();
        persistence?.end();
      },
      back() {
        void persistence?.begin();
        connection.wake();
      },
    }),
  );
  if (persist || shared) void prepare();
  else connection.connect();
  return stream;
}

/** @internal what a hub says itself */
export const HUB_SAYS = new Set(["connected", "gap", "subscription", "expired", "rejected", "batch", "heartbeat"]);

async function transportOf(
  { transport = "auto", fetch }: Options,
  { now, global: { EventSource } }: Platform,
  fetcher: Platform["fetch"],
): Promise<Transport> {
  if (typeof transport !== "string") return transport;
  const streams = fetch !== undefined || !EventSource || (typeof Response === "function" && "body" in Response.prototype);
  if (transport === "fetch" || (transport === "auto" && streams)) return fetchTransport(now, fetcher);
  return new (await import("./eventsource-transport.js")).EventSourceTransport(EventSource);
}

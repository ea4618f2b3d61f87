// The door, and where the parts are put together. Read on in connection.ts (when to connect), parser.ts (what a stream
// says), dispatcher.ts (who is told).

import { Connection, type ConnectionListener } from "./connection.js";
import { Dispatcher, Handlers } from "./dispatcher.js";
import { StreamError } from "./errors.js";
import { EventSourceTransport } from "./eventsource-transport.js";
import { FetchTransport } from "./fetch-transport.js";
import { Iteration } from "./iteration.js";
import { watchLifecycle } from "./lifecycle.js";
import type { Block } from "./parser.js";
import { Persistence } from "./persistence.js";
import { here, type Platform } from "./platform.js";
import { Requests } from "./requests.js";
import { changed, hubOf, patch } from "./subscription.js";
import type { Transport } from "./transport.js";
import type {
  Change,
  Connected,
  EventMap,
  EventStream,
  Inspection,
  IterateOptions,
  Options,
  Schemas,
  SluiceEvent,
  State,
  Stats,
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
  return new Stream(url, options, here());
}

type Signalled = { signal?: AbortSignal };

/** @internal for tests, which bring their own platform */
export class Stream implements EventStream {
  #platform: Platform;
  #options: Options;
  #requests: Requests;
  #transport: Transport;
  #connection: Connection;
  #dispatcher: Dispatcher;
  #persistence: Persistence | undefined;
  #states = new Handlers<(state: State) => void>();
  #inspectors = new Handlers<(step: Inspection) => void>();
  #ends = new Set<() => void>();
  #hub: Connected | undefined;
  #events = 0;
  #lag: number | undefined;
  /** What the hub's clock is ahead of ours. */
  #ahead = 0;

  constructor(url: string | URL, options: Options, platform: Platform) {
    this.#platform = platform;
    this.#options = options;
    this.#requests = new Requests(new URL(url, platform.base), options);
    this.#transport = transportOf(options, platform);
    this.#dispatcher = new Dispatcher({
      data: options.data ?? "auto",
      schemas: options.schemas,
      report: (error) => this.#report(error),
      delivered: (id) => this.#persistence?.keep(id),
    });
    this.#connection = new Connection(platform, this.#transport, settingsOf(options), this.#listener());
    if (options.lastEventId !== undefined) this.#connection.lastEventId = options.lastEventId;

    const { signal, persist } = options;
    if (signal?.aborted) {
      this.#connection.close();
      return;
    }
    const aborted = () => this.close();
    signal?.addEventListener("abort", aborted);
    this.#ends.add(() => signal?.removeEventListener("abort", aborted));
    this.#ends.add(
      watchLifecycle(platform, {
        wake: () => this.#connection.wake(),
        leave: () => {
          this.#connection.suspend();
          this.#persistence?.end();
        },
        back: () => {
          void this.#persistence?.begin();
          this.#connection.wake();
        },
      }),
    );
    if (persist) {
      const { storage = "session", key = this.url } = persist === true ? {} : persist;
      this.#persistence = new Persistence(platform, storage, key);
      void this.#persistence.begin().then((position) => {
        if (position !== "") this.#connection.lastEventId = position;
        if (!this.#connection.closed) this.#connection.connect();
      });
    } else {
      this.#connection.connect();
    }
  }

  get url(): string {
    return this.#requests.url.href;
  }

  get state(): State {
    return this.#connection.state;
  }

  get stats(): Stats {
    const { attempts, bytes } = this.#connection;
    return { attempts, bytes, events: this.#events, lag: this.#lag };
  }

  get lastEventId(): string {
    return this.#connection.lastEventId;
  }

  get connection(): Connected | undefined {
    return this.#hub;
  }

  get ready(): Promise<void> {
    return this.#until((state) => state.status === "open");
  }

  on(type: string, handler: (data: never, event: never) => void, { signal }: Signalled = {}): Unsubscribe {
    if (this.#connection.closed) return () => {};
    this.#transport.listen?.(type);
    return this.#dispatcher.on(type, handler as (data: unknown, event: SluiceEvent) => void, signal);
  }

  onAny(handler: (event: SluiceEvent) => void, { signal }: Signalled = {}): Unsubscribe {
    if (this.#connection.closed) return () => {};
    return this.#dispatcher.any.add(handler, signal);
  }

  onState(handler: (state: State) => void, { signal }: Signalled = {}): Unsubscribe {
    return this.#states.add(handler, signal);
  }

  inspect(handler: (step: Inspection) => void, { signal }: Signalled = {}): Unsubscribe {
    return this.#inspectors.add(handler, signal);
  }

  stream(options: IterateOptions = {}): Iteration {
    options.types?.forEach((type) => this.#transport.listen?.(type));
    return new Iteration(
      {
        follow: (event, ended) => {
          const unsubscribe = this.onAny(event);
          const end = () => ended(this.state.status === "closed" ? this.state.why : undefined);
          if (this.#connection.closed) queueMicrotask(end);
          else this.#ends.add(end);
          return () => {
            unsubscribe();
            this.#ends.delete(end);
          };
        },
      },
      options,
    );
  }

  async update(change: Change, { signal }: Signalled = {}): Promise<Subscription> {
    const hub = hubOf(this.#requests.url);
    for (;;) {
      await this.#until((state) => state.status === "open" && this.#hub !== undefined, signal);
      const { connection, channels } = this.#hub!;
      if (this.#options.ticket !== undefined) {
        // A ticket opens a stream and nothing else. But a position is one of the whole log: another stream goes on from it.
        const types = this.#requests.url.searchParams.getAll("type").flatMap((list) => list.split(","));
        this.#requests.subscription = changed(this.#requests.subscription ?? { channels, types }, change);
        this.#connection.connect();
        return this.#requests.subscription;
      }
      const init: RequestInit & { headers: Headers } = { headers: await this.#requests.headers() };
      if (signal !== undefined) init.signal = signal;
      if (this.#options.credentials !== undefined) init.credentials = this.#options.credentials;
      const send = this.#options.fetch ?? this.#platform.fetch;
      try {
        return (this.#requests.subscription = await patch(send, `${hub}/connections/${connection}`, init, change));
      } catch (error) {
        // It has gone meanwhile, and another is coming.
        if ((error as StreamError).status !== 404 || this.#hub?.connection === connection) throw error;
      }
    }
  }

  close(): void {
    this.#connection.close();
  }

  #listener(): ConnectionListener {
    return {
      request: (lastEventId) => this.#requests.next(lastEventId),
      expired: () => this.#requests.expired(),
      block: (block) => this.#take(block),
      inspect: (step) => this.#inspect(step),
      state: (state) => {
        if (state.status === "closed") this.#end();
        for (const handler of this.#states.all) this.#guarded(() => handler(state));
        if (state.status === "closed") {
          this.#states.clear();
          this.#inspectors.clear();
        }
      },
    };
  }

  #end(): void {
    this.#dispatcher.close();
    this.#persistence?.end();
    for (const end of this.#ends) end();
    this.#ends.clear();
  }

  #take(block: Block): void {
    const { id, type, data: text, channel, time } = block;
    this.#inspect({ kind: "block", id, type, text, channel, time });
    if (text !== undefined) {
      const hub = this.#hubSays(block);
      if (!hub) this.#events++;
      if (time !== undefined) this.#lag = Math.max(0, this.#platform.now() + this.#ahead - time);
      if (type === "batch" && hub) this.#unpack(block);
      else this.#dispatcher.take(block, hub);
      if (type === "gap" && hub && !this.#dispatcher.wanted("gap")) {
        console.warn(`${this.url} has a gap, and nobody listens for "gap": ${text}`);
      }
    }
    this.#dispatcher.delivered(id);
  }

  /** Whether this is the hub's own event; what it says about the stream is heeded. */
  #hubSays({ type, data = "" }: Block): boolean {
    if (!HUB_SAYS.has(type)) return false;
    if (this.#hub === undefined && type !== "connected" && type !== "rejected") return false;
    let said: Record<string, unknown>;
    try {
      said = JSON.parse(data) as Record<string, unknown>;
    } catch {
      return false; // some other server's event of this name
    }
    if (type === "connected") {
      if (typeof said?.connection !== "string" || typeof said.heartbeat !== "number") return false;
      this.#hub = said as unknown as Connected;
      this.#ahead = (Date.parse(this.#hub.time) || this.#platform.now()) - this.#platform.now();
      this.#connection.heartbeat(said.heartbeat);
    } else if (type === "subscription") {
      this.#requests.subscription = said as unknown as Subscription;
    } else if (type === "expired") {
      this.#connection.willEnd(new StreamError("expired", `the hub ended the stream: ${said.reason} expired or revoked`));
    } else if (type === "rejected") {
      if (typeof said?.code !== "string" || typeof said.detail !== "string") return false;
      const after = typeof said.retryAfter === "number" ? said.retryAfter * 1000 : undefined;
      this.#connection.willEnd(new StreamError("rejected", said.detail, { problem: said }), after);
    }
    return true;
  }

  #unpack({ data = "" }: Block): void {
    for (const { id, type, channel, time, data: text } of JSON.parse(data) as Partial<Block>[]) {
      if (this.#connection.closed) return;
      this.#events++;
      const block = { id: id ?? "", type: type ?? "message", channel, time, data: text ?? "" };
      this.#dispatcher.take(block, false);
    }
  }

  /** Resolves when a state is entered that is asked for (or at once), rejects when the stream is closed. */
  #until(enough: (state: State) => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const { state } = this;
        if (signal?.aborted) reject(signal.reason);
        else if (state.status === "closed") reject(state.why ?? new StreamError("ended", `${this.url} is closed`));
        else if (enough(state)) resolve();
        else return;
        unsubscribe();
        unhear();
        signal?.removeEventListener("abort", look);
      };
      const unsubscribe = this.#states.add(look);
      // `connected` comes after `open`.
      const unhear = this.#dispatcher.on("connected", look);
      signal?.addEventListener("abort", look);
      look();
    });
  }

  #inspect(step: Inspection): void {
    for (const handler of this.#inspectors.all) this.#guarded(() => handler(step));
  }

  #guarded(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#inspect({ kind: "error", error });
    if (this.#options.onError !== undefined) this.#options.onError(error);
    else if (typeof reportError === "function") reportError(error);
    else console.error(error); // Node has no reportError
  }
}

const HUB_SAYS = new Set(["connected", "gap", "subscription", "expired", "rejected", "batch", "heartbeat"]);

function settingsOf({ backoff, maxRetries = Infinity, watchdog, connectTimeout = 60_000 }: Options) {
  const { min = 1000, max = Math.max(30_000, min) } = backoff ?? {};
  if (!(min >= 0 && max >= min)) throw new RangeError(`backoff is ${min} to ${max} ms; it has to be 0 <= min <= max`);
  return { backoff: { min, max }, maxRetries, watchdog, connectTimeout };
}

function transportOf({ transport = "auto", fetch }: Options, platform: Platform): Transport {
  if (typeof transport !== "string") return transport;
  const streams = fetch !== undefined || (typeof Response === "function" && "body" in Response.prototype);
  if (transport === "fetch" || (transport === "auto" && (streams || platform.EventSource === undefined))) {
    return new FetchTransport(platform, fetch ?? platform.fetch);
  }
  if (platform.EventSource === undefined) throw new TypeError("there is no EventSource here");
  return new EventSourceTransport(platform.EventSource);
}

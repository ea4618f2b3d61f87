// A browser with tabs, a SharedWorker, locks, channels and a hub, in which everything that takes time waits in a queue,
// and a seed says what comes next. Queues keep their own order, as ports and connections do; nothing else is ordered.

import { connectOn } from "../src/connect.js";
import type { Platform } from "../src/platform.js";
import { newHost } from "../src/shared/host.js";
import { isAfter, type Port } from "../src/shared/messages.js";
import { subscriptionOf } from "../src/shared/sharing.js";
import { changeOf, covers, matches, unionOf } from "../src/shared/union.js";
import { subscribed } from "../src/subscription.js";
import type { EventStream, Gap, Options, SluiceEvent, Subscription } from "../src/types.js";

export { changeOf, covers, isAfter, matches, subscriptionOf, unionOf };

/** Repeatable random numbers (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Task {
  readonly agent: Agent;
  readonly run: () => void;
}

/** A tab or worker: what can be frozen, and be gone from one moment to the next. */
class Agent {
  frozen = false;
  dead = false;
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible", baseURI: "http://app.example/" });
  readonly platform: Platform;

  constructor(world: World, more: object = {}) {
    this.platform = {
      now: () => world.time,
      random: world.random,
      setTimeout: (run, ms) => {
        const timer = { at: world.time + ms, agent: this, run };
        world.timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => void world.timers.delete(timer as Timer),
      fetch: (url, init) => world.hub.fetch(this, url, init),
      global: {
        addEventListener: this.window.addEventListener.bind(this.window),
        removeEventListener: this.window.removeEventListener.bind(this.window),
        document: this.document,
        navigator: world.without.locks ? {} : { locks: world.locksOf(this) },
        ...more,
      },
    };
  }
}

type Timer = { at: number; agent: Agent; run: () => void };

interface Lock {
  readonly name: string;
  readonly agent: Agent;
  release: () => void;
}

export class World {
  time = Date.parse("2026-01-31T12:00:00.000Z");
  readonly random: () => number;
  readonly timers = new Set<Timer>();
  readonly hub: FakeHub;
  readonly without: { worker?: boolean; locks?: boolean };
  #queues = new Map<object, Task[]>();
  #held = new Map<string, Lock>();
  #lockQueue: { name: string; agent: Agent; grant: () => void }[] = [];
  #channels = new Map<string, Set<FakeChannel>>();
  #worker: { agent: Agent; accept: (port: Port) => void } | undefined;

  constructor(seed: number, without: World["without"] = {}) {
    this.random = seeded(seed);
    this.without = without;
    this.hub = new FakeHub(this);
  }

  /** What happens later, after what waits in the same queue. */
  later(queue: object, agent: Agent, run: () => void): void {
    let tasks = this.#queues.get(queue);
    if (tasks === undefined) this.#queues.set(queue, (tasks = []));
    tasks.push({ agent, run });
  }

  tab(url: string, options: Options = {}): Tab {
    const world = this;
    const more: Record<string, unknown> = {
      BroadcastChannel: class extends FakeChannel {
        constructor(name: string) {
          super(world, agent, world.#channels, name);
        }
      },
    };
    const agent: Agent = new Agent(this, more);
    if (!this.without.worker) {
      more["SharedWorker"] = class {
        port: Port;
        onerror = null;
        constructor() {
          const [ours, theirs] = world.#channelOf(agent);
          this.port = ours;
          // Before what is posted: a port keeps that until somebody listens.
          world.later(ours, world.#worker!.agent, () => world.#worker!.accept(theirs));
        }
      };
      Object.assign(agent.platform.global, more);
      this.#worker ??= this.#startWorker();
    }
    Object.assign(agent.platform.global, more);
    return new Tab(agent, url, options, this);
  }

  #startWorker() {
    const agent = new Agent(this);
    const { accept } = newHost(agent.platform, connectOn, subscribed);
    return { agent, accept };
  }

  /** The worker's process is gone, and the next that asks gets another one. */
  crashWorker(): void {
    if (this.#worker === undefined) return;
    this.crash(this.#worker.agent);
    this.#worker = this.#startWorker();
  }

  #channelOf(tab: Agent): [Port, Port] {
    const end = (agent: Agent): Port & { other?: Port; agent: Agent } => {
      const port = {
        agent,
        onmessage: null as Port["onmessage"],
        close: () => void (port.onmessage = null),
        postMessage: (message: unknown) => {
          if (agent.dead) return;
          const copy = structuredClone(message);
          const { other } = port;
          world.later(port, other!.agent, () => other!.onmessage?.({ data: copy } as MessageEvent));
        },
        other: undefined as unknown as Port & { agent: Agent },
      };
      return port;
    };
    const world = this;
    const ours = end(tab);
    const theirs = end(this.#worker!.agent);
    ours.other = theirs;
    theirs.other = ours;
    return [ours, theirs];
  }

  crash(agent: Agent): void {
    agent.dead = true;
    for (const [name, lock] of this.#held) if (lock.agent === agent) this.#release(name, lock);
    this.#lockQueue = this.#lockQueue.filter((one) => one.agent !== agent);
    this.hub.lose(agent);
  }

  locksOf(agent: Agent): LockManager {
    return {
      query: async () => ({ held: [...this.#held.keys()].map((name) => ({ name })), pending: [] }) as LockManagerSnapshot,
      request: ((name: string, options: LockOptions, callback: (lock: unknown) => unknown) =>
        new Promise((resolve, reject) => {
          const { steal, signal } = options;
          const aborted = () => new DOMException("aborted", "AbortError");
          if (signal?.aborted) return reject(aborted());
          const queued = { name, agent, grant: () => {} };
          queued.grant = () => {
            let stolen = false;
            const lock: Lock = {
              name,
              agent,
              release: () => {
                stolen = true;
                reject(aborted());
              },
            };
            this.#held.set(name, lock);
            this.later(lock, agent, () => {
              Promise.resolve(callback(lock)).then(
                (value) => {
                  if (!stolen) this.#release(name, lock);
                  resolve(value as never);
                },
                (error: unknown) => {
                  if (!stolen) this.#release(name, lock);
                  reject(error);
                },
              );
            });
          };
          signal?.addEventListener("abort", () => {
            if (!this.#lockQueue.includes(queued)) return;
            this.#lockQueue.splice(this.#lockQueue.indexOf(queued), 1);
            reject(aborted());
          });
          if (steal) {
            const lock = this.#held.get(name);
            this.#held.delete(name);
            if (lock !== undefined) this.later(lock, lock.agent, lock.release);
            queued.grant();
          } else {
            this.#lockQueue.push(queued);
            this.#grant();
          }
        })) as LockManager["request"],
    };
  }

  #release(name: string, lock: Lock): void {
    if (this.#held.get(name) === lock) this.#held.delete(name);
    this.#grant();
  }

  #grant(): void {
    for (const queued of [...this.#lockQueue]) {
      if (this.#held.has(queued.name)) continue;
      this.#lockQueue.splice(this.#lockQueue.indexOf(queued), 1);
      queued.grant();
    }
  }

  /** Whether this tab was elected. */
  leads(agent: Agent): boolean {
    return [...this.#held].some(([name, lock]) => name.endsWith(" host") && lock.agent === agent);
  }

  /** One thing of those that can happen now; false if there is none. */
  async step(): Promise<boolean> {
    await this.settle();
    const ready = [...this.#queues].filter(([, tasks]) => tasks.length > 0 && !tasks[0]!.agent.frozen);
    if (ready.length === 0) return false;
    const [, tasks] = ready[Math.floor(this.random() * ready.length)]!;
    const { agent, run } = tasks.shift()!;
    if (!agent.dead) run();
    return true;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
  }

  /** Lets everything happen that can, and time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      while (await this.step());
      const due = [...this.timers].filter(({ at, agent }) => at <= end && !agent.frozen && !agent.dead).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = end;
    await this.settle();
  }
}

class FakeChannel {
  onmessage: Port["onmessage"] = null;
  closed = false;
  readonly world: World;
  readonly agent: Agent;
  readonly all: Map<string, Set<FakeChannel>>;
  readonly name: string;

  constructor(world: World, agent: Agent, all: Map<string, Set<FakeChannel>>, name: string) {
    this.world = world;
    this.agent = agent;
    this.all = all;
    this.name = name;
    if (!all.has(name)) all.set(name, new Set());
    all.get(name)!.add(this);
  }

  postMessage(message: unknown): void {
    if (this.agent.dead) return;
    if (this.closed) throw new DOMException("closed", "InvalidStateError");
    const copy = structuredClone(message);
    for (const other of this.all.get(this.name)!) {
      if (other === this) continue;
      // One queue for each that listens: in order from each that posts, and between them by chance.
      this.world.later(other, other.agent, () => other.closed || other.onmessage?.({ data: copy } as MessageEvent));
    }
  }

  close(): void {
    this.closed = true;
    this.all.get(this.name)!.delete(this);
  }
}

/** A tab with one stream, and what it was told. */
export class Tab {
  readonly stream: EventStream;
  readonly events: SluiceEvent[] = [];
  readonly gaps: { after: string; to: string }[] = [];
  readonly errors: unknown[] = [];
  readonly agent: Agent;
  /** From where on it was subscribed to what. */
  readonly subscriptions: { from: string; subscription: Subscription }[] = [];
  closed = false;
  #world: World;

  constructor(agent: Agent, url: string, options: Options, world: World) {
    this.agent = agent;
    this.#world = world;
    const { searchParams } = new URL(url, "http://app.example/");
    const first = { channels: searchParams.getAll("channel"), types: searchParams.getAll("type") };
    const { lastEventId } = options;
    if (lastEventId !== undefined) this.subscriptions.push({ from: lastEventId, subscription: first });
    this.stream = connectOn(agent.platform, url, { shared: true, onError: (error) => this.errors.push(error), ...options });
    this.stream.onAny((event) => {
      if (agent.dead) return;
      const { id, type, data } = event;
      if (type === "connected") {
        if (this.subscriptions.length === 0) this.subscriptions.push({ from: id, subscription: first });
      } else if (type === "gap") this.gaps.push({ after: (data as Gap).after!, to: id });
      else if (type === "subscription") this.subscriptions.push({ from: id, subscription: data as Subscription });
      else this.events.push(event);
    });
  }

  close(): void {
    this.closed = true;
    this.stream.close();
  }

  crash(): void {
    this.#world.crash(this.agent);
  }

  freeze(told: boolean): void {
    if (told) this.agent.document.dispatchEvent(new Event("freeze"));
    this.agent.frozen = true;
  }

  thaw(): void {
    this.agent.frozen = false;
    this.agent.document.dispatchEvent(new Event("resume"));
  }
}

interface Connection {
  readonly agent: Agent;
  readonly id: string;
  subscription: Subscription;
  body: ReadableStreamDefaultController<Uint8Array>;
  url: string;
}

export interface Logged {
  readonly id: string;
  readonly channel: string;
  readonly data: string;
}

/** A hub: a log, streams, PATCH. What it does takes no time; what it sends waits in the connection's queue. */
export class FakeHub {
  epoch = "k1";
  /** The life before, and up to where this one has its events. */
  #parent: { epoch: string; at: number } | undefined;
  readonly log: Logged[] = [];
  readonly connections = new Set<Connection>();
  /** Streams that were asked for. */
  requests = 0;
  patches = 0;
  /** As they came. */
  readonly asked: { url: string; headers: Headers }[] = [];
  /** Refuses these channels. */
  forbidden = new Set<string>();
  status = 200;
  /** The answer to the next request, in its place. */
  once: number | undefined;
  /** Whether it is a hub at all, or a server that has only one stream at each URL. */
  plain = false;
  #world: World;
  #lost = 0; // events of the log that are gone

  constructor(world: World) {
    this.#world = world;
  }

  get head(): string {
    return this.log.at(-1)?.id ?? `${this.epoch}-0`;
  }

  publish(channel: string): void {
    const event = { id: `${this.epoch}-${this.log.length + 1}`, channel, data: `${this.log.length + 1}` };
    this.log.push(event);
    for (const connection of this.connections) {
      if (matches(connection.subscription, channel, "message")) this.#send(connection, frame(event));
    }
  }

  /** Gives up all but the newest. */
  evict(keep: number): void {
    this.#lost = Math.max(this.#lost, this.log.length - keep);
  }

  /** It comes back from a power cut, without the newest events. */
  fork(lost: number): void {
    this.log.splice(-lost);
    this.#parent = { epoch: this.epoch, at: this.log.length };
    this.epoch = `${this.epoch}x`;
    this.cut();
  }

  cut(): void {
    for (const connection of [...this.connections]) {
      this.connections.delete(connection);
      this.#world.later(connection, connection.agent, () => connection.body.error(new TypeError("cut")));
    }
  }

  lose(agent: Agent): void {
    for (const connection of [...this.connections]) if (connection.agent === agent) this.connections.delete(connection);
  }

  heartbeat(): void {
    for (const connection of this.connections) this.#send(connection, `id: ${this.head}\n\n`);
  }

  /** A block for every stream, as it stands. */
  say(text: string): void {
    for (const connection of this.connections) this.#send(connection, text);
  }

  fetch(agent: Agent, url: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      const answer = (response: Response) => this.#world.later({}, agent, () => resolve(response));
      this.#world.later({}, agent, () => {
        if (init.signal?.aborted) return;
        const { pathname, searchParams } = new URL(url);
        if (init.method === "PATCH") return answer(this.#patch(pathname, String(init.body)));
        this.requests++;
        this.asked.push({ url, headers: new Headers(init.headers) });
        const status = this.once ?? this.status;
        this.once = undefined;
        if (status !== 200) return answer(refusal(status));
        const subscription = { channels: searchParams.getAll("channel"), types: searchParams.getAll("type") };
        if (subscription.channels.some((channel) => this.forbidden.has(channel))) return answer(refusal(403));
        const headers = new Headers(init.headers);
        answer(this.#open(agent, url, subscription, headers.get("Last-Event-ID") ?? "", init.signal!));
      });
    });
  }

  #patch(path: string, body: string): Response {
    this.patches++;
    const connection = [...this.connections].find(({ id }) => path.endsWith(`/${id}`));
    if (connection === undefined) return refusal(404);
    const { add, remove } = JSON.parse(body) as { add?: Subscription; remove?: Subscription };
    if (add?.channels.some((channel) => this.forbidden.has(channel))) return refusal(403);
    const had = connection.subscription;
    const channels = [...new Set([...had.channels.filter((one) => !remove?.channels.includes(one)), ...(add?.channels ?? [])])];
    const types = [...new Set([...had.types.filter((one) => !remove?.types.includes(one)), ...(add?.types ?? [])])];
    connection.subscription = { channels, types };
    const text = JSON.stringify(connection.subscription);
    this.#send(connection, `id: ${this.head}\nevent: subscription\ndata: ${text}\n\n`);
    return new Response(text, { headers: { "Content-Type": "application/json" } });
  }

  #open(agent: Agent, url: string, subscription: Subscription, after: string, signal: AbortSignal): Response {
    const id = `c${this.requests}`;
    let body!: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
    const connection: Connection = { agent, id, subscription, body, url };
    this.connections.add(connection);
    signal.addEventListener("abort", () => this.connections.delete(connection));
    const last = Number(new URL(url).searchParams.get("last") ?? 0);
    const newest = this.log.filter(({ channel }) => matches(subscription, channel, "message")).slice(-last || Infinity);
    const position = after || (newest.length > 0 ? `${this.epoch}-${Number(newest[0]!.data) - 1}` : this.head);
    if (!this.plain) {
      const connected = {
        connection: id,
        channels: subscription.channels,
        heartbeat: 15,
        time: new Date(this.#world.time).toISOString(),
      };
      this.#send(connection, `retry: 100\nid: ${position}\nevent: connected\ndata: ${JSON.stringify(connected)}\n\n`);
    }
    const mine = this.log.filter((event) => matches(subscription, event.channel, "message"));
    const [epoch, sequence] = position.split("-") as [string, string];
    const parent = this.#parent;
    const begins = epoch === this.epoch || (epoch === parent?.epoch && Number(sequence) <= parent.at) ? Number(sequence) : undefined;
    const reset = begins === undefined;
    const due = mine.filter(({ data }) => Number(data) > (begins ?? parent?.at ?? 0));
    const there = due.filter((event) => Number(event.data) > this.#lost);
    if (!this.plain && (reset || there.length < due.length)) {
      const gap = reset ? { reason: "reset" } : { reason: "evicted", missed: due.length - there.length };
      const next = there[0]?.id;
      const to = `${this.epoch}-${next === undefined ? this.log.length : Number(there[0]!.data) - 1}`;
      this.#send(connection, `id: ${to}\nevent: gap\ndata: ${JSON.stringify({ ...gap, after: position, next })}\n\n`);
    }
    for (const event of there) this.#send(connection, frame(event));
    return new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
  }

  #send(connection: Connection, text: string): void {
    this.#world.later(connection, connection.agent, () => {
      try {
        connection.body.enqueue(new TextEncoder().encode(text));
      } catch {
        // the client has closed it
      }
    });
  }
}

function frame({ id, channel, data }: Logged): string {
  return `id: ${id}\nchannel: ${channel}\ndata: ${data}\n\n`;
}

function refusal(status: number): Response {
  const problem = { status, detail: `refused with ${status}` };
  return new Response(JSON.stringify(problem), { status, headers: { "Content-Type": "application/problem+json" } });
}

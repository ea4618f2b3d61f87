// A platform whose clock only moves when a test moves it, and a server that is a list of answers.

import type { Platform, Store, Surroundings } from "../src/platform.js";

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  // Promises within fetch and streams take many turns; timers of the platform are the fake's and don't run.
  for (let turn = 0; turn < 8; turn++) await new Promise((done) => setImmediate(done));
}

/** Waits for what takes real time: a module that is loaded, a decompression. Fails after a while. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !condition(); ) {
    if (performance.now() > end) throw new Error(`it didn't come about: ${condition}`);
    await new Promise((done) => setTimeout(done, 1));
  }
}

export class FakeStore implements Store {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

type Timer = { at: number; run: () => void };

export class FakePlatform implements Platform {
  time = Date.parse("2026-01-31T12:00:00.000Z");
  /** What random() gives. */
  chance = 0;
  timers = new Set<Timer>();
  readonly requests: Exchange[] = [];
  readonly waiting: ((exchange: Exchange) => void)[] = [];
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), {
    visibilityState: "visible",
    baseURI: "http://page.example/app/",
  });
  readonly stores = { session: new FakeStore(), local: new FakeStore() };
  locks: LockManager | undefined = undefined;
  EventSource: typeof EventSource | undefined = undefined;

  now = () => this.time;
  random = () => this.chance;
  timersMade = 0;
  setTimeout = (run: () => void, ms: number) => {
    this.timersMade++;
    const timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return timer;
  };
  clearTimeout = (timer: unknown) => void this.timers.delete(timer as Timer);

  fetch = ((url: string, init: RequestInit) => {
    const exchange = new Exchange(url, init);
    this.requests.push(exchange);
    this.waiting.shift()?.(exchange);
    return exchange.response;
  }) as typeof fetch;

  /** Handlers of the page that are there. */
  listeners = 0;

  get global(): Surroundings {
    const { document, stores, locks, EventSource } = this;
    const counted = (to: EventTarget) => ({
      addEventListener: (type: string, handler: (event: Event) => void) => {
        this.listeners++;
        to.addEventListener(type, handler);
      },
      removeEventListener: (type: string, handler: (event: Event) => void) => {
        this.listeners--;
        to.removeEventListener(type, handler);
      },
    });
    return Object.assign(
      {
        ...counted(this.window),
        document: Object.create(document, {
          addEventListener: { value: counted(document).addEventListener },
          removeEventListener: { value: counted(document).removeEventListener },
        }) as FakePlatform["document"],
        navigator: locks === undefined ? {} : { locks },
        sessionStorage: stores.session,
        localStorage: stores.local,
      },
      EventSource === undefined ? {} : { EventSource },
    );
  }

  /** Something happens to the page. */
  happens(type: string, more: object = {}): void {
    const target = ["visibilitychange", "resume", "freeze"].includes(type) ? this.document : this.window;
    target.dispatchEvent(Object.assign(new Event(type), more));
  }

  /** Moves the clock, and runs what becomes due on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = end;
    await settle();
  }

  /** The machine sleeps: time goes on, and no timer runs until it wakes up. */
  sleep(ms: number): void {
    this.time += ms;
  }

  /** The newest request. */
  get request(): Exchange {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error("no request was made");
    return last;
  }

  /** Waits for a request beyond those that were made. */
  next(): Promise<Exchange> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** A request, and its answer as the test gives it. */
export class Exchange {
  readonly response: Promise<Response>;
  readonly headers: Headers;
  #answer!: (response: Response) => void;
  #fail!: (error: unknown) => void;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;

  readonly url: string;
  readonly init: RequestInit;

  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
    this.headers = new Headers(init.headers);
    this.response = new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
    });
    init.signal?.addEventListener("abort", () => {
      const error = new DOMException("aborted", "AbortError");
      this.#fail(error);
      this.#body?.error(error);
    });
  }

  get aborted(): boolean {
    return this.init.signal?.aborted ?? false;
  }

  /** An event stream. */
  async open(text = "", type = "text/event-stream"): Promise<void> {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => (this.#body = controller) });
    this.#answer(new Response(body, { headers: { "Content-Type": type } }));
    await this.send(text);
  }

  /** A hub's stream, and what it says first. */
  openHub(id = "k3f9-17", more: object = {}): Promise<void> {
    const connected = { connection: "c1", channels: ["news"], heartbeat: 15, time: "2026-01-31T12:00:00.000Z", ...more };
    return this.open(`retry: 2000\nid: ${id}\nevent: connected\ndata: ${JSON.stringify(connected)}\n\n`);
  }

  async send(text: string | Uint8Array): Promise<void> {
    if (text.length > 0) this.#body!.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text);
    await settle();
  }

  /** The orderly end. */
  async end(): Promise<void> {
    this.#body!.close();
    await settle();
  }

  /** The connection is cut. */
  async cut(): Promise<void> {
    const error = new TypeError("terminated", { cause: new Error("other side closed") });
    if (this.#body === undefined) this.#fail(error);
    else this.#body.error(error);
    await settle();
  }

  async answer(status: number, body: string | object | null = null, headers: Record<string, string> = {}): Promise<void> {
    const json = typeof body === "object" && body !== null;
    const text = json ? JSON.stringify(body) : body;
    if (json) headers = { "Content-Type": "application/problem+json", ...headers };
    this.#answer(new Response(text, { status, headers }));
    await settle();
  }
}

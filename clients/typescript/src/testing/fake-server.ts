// A server that is a script: a fetch that answers as it is told, and remembers what it was asked. In memory.

import { later, never, sleep } from "./real-time.js";
import { cut, end, type Step } from "./steps.js";

/** How a request is answered. */
export interface Reply {
  /** 200 by default. */
  status?: number;
  /** `Content-Type` is `text/event-stream` for a stream, and JSON for a body that is no text. */
  headers?: HeadersInit;
  /** A stream. When its steps are done it stays open, silent, for `send`. */
  stream?: readonly Step[];
  /** All there is, in place of a stream: text, or something that becomes JSON. */
  body?: unknown;
  /** Milliseconds until the answer begins. */
  after?: number;
}

/** A reply, the steps of a stream (status 200), or `cut`: there is no connection to be had. */
export type Answer = Reply | readonly Step[] | typeof cut;

/** Answers by what is asked; `index` counts requests from 0. Undefined: not in the script. */
export type Script = (request: FakeRequest, index: number) => Answer | undefined | Promise<Answer | undefined>;

/** What was asked, and the stream that it got. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** Of the header or of the query; empty: there was none. */
  readonly lastEventId: string;
  /** As text; undefined: none, or nothing that is text. */
  readonly body: string | undefined;
  /** Whether it has a stream that neither side has ended. */
  readonly open: boolean;
  /** Whether the client has gone: it closed, or dropped the connection. */
  readonly aborted: boolean;
  /** Goes on with its stream, after the steps it has. Resolves when all are done. */
  send(...steps: Step[]): Promise<void>;
}

export interface FakeServer {
  /** To be handed to `connect`, `EventsProvider`, or to whoever stubs the global one. */
  readonly fetch: typeof fetch;
  readonly requests: readonly FakeRequest[];
  /** How many streams are open. */
  readonly open: number;
  /** Waits for the request of this number, the first being 1. */
  request(number: number, options?: { within?: number }): Promise<FakeRequest>;
  /** Goes on with all streams that are open. Resolves when all steps are done. */
  send(...steps: Step[]): Promise<void>;
}

/**
 * A fake server. A list has an answer for each request in turn; one more is answered with 404 and an explanation, which
 * ends a stream. A function has an answer for any.
 */
export function fakeServer(script: readonly Answer[] | Script): FakeServer {
  for (const name of ["ReadableStream", "Response"]) {
    if (!(name in globalThis)) {
      throw new TypeError(`there is no ${name} here, which fetch is made of: jest's jsdom hides it, jest-fixed-jsdom doesn't`);
    }
  }
  const requests: Exchange[] = [];
  const arrivals = new Set<() => void>();
  const answerTo: Script = typeof script === "function" ? script : (_, index) => script[index];

  async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Exchange(input, init);
    const index = requests.push(request) - 1;
    for (const arrived of arrivals) arrived();
    const answer = (await answerTo(request, index)) ?? {
      status: 404,
      headers: { "Content-Type": "application/problem+json" },
      body: { status: 404, detail: `request ${index + 1}, ${request.method} ${request.url}, isn't in the fake server's script` },
    };
    return request.answer(answer);
  }

  return {
    fetch,
    requests,
    get open() {
      return requests.filter((request) => request.open).length;
    },
    request(number, { within = 1000 } = {}) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const request = requests[number - 1];
          if (request !== undefined) done(() => resolve(request));
        };
        const done = (settle: () => void) => {
          never(timer);
          arrivals.delete(look);
          settle();
        };
        const late = () => reject(new Error(`${requests.length} requests were made within ${within} ms, not ${number}`));
        const timer = later(() => done(late), within);
        arrivals.add(look);
        look();
      });
    },
    async send(...steps) {
      await Promise.all(requests.filter((request) => request.open).map((request) => request.send(...steps)));
    },
  };
}

class Exchange implements FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
  aborted = false;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** All is said, or the connection was cut: who drops it now, drops nothing. */
  readonly #over = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(input: RequestInfo | URL, init: RequestInit = {}) {
    const request = typeof input === "object" && "url" in input ? input : undefined;
    // Relative ones are a page's; elsewhere they aren't possible.
    this.url = new URL(request?.url ?? String(input), globalThis.document?.baseURI);
    this.method = init.method ?? request?.method ?? "GET";
    this.headers = new Headers(init.headers ?? request?.headers);
    const { body } = init;
    this.body = typeof body === "string" || body instanceof URLSearchParams ? String(body) : undefined;
    // Not kept, nor its reason: an error holds on to where it was made, and so would who looks at what was asked.
    const signal = init.signal ?? request?.signal;
    const drop = () => {
      this.#stream?.error(dropped());
      this.#gone();
    };
    if (signal?.aborted) drop();
    else signal?.addEventListener("abort", drop);
  }

  get lastEventId(): string {
    const header = this.headers.get("Last-Event-ID");
    // A header is bytes, and an id is text: UTF-8.
    if (header !== null) return new TextDecoder().decode(Uint8Array.from(header, (byte) => byte.charCodeAt(0)));
    return this.url.searchParams.get("lastEventId") ?? "";
  }

  get open(): boolean {
    return this.#stream !== undefined;
  }

  async answer(answer: Answer): Promise<Response> {
    if (answer === cut) {
      this.#ended();
      throw broken();
    }
    const { status = 200, headers, stream, body, after = 0 } = "length" in answer ? { stream: answer } : answer;
    if (after > 0) await sleep(after, this.#over.signal);
    if (this.aborted) throw dropped();
    const fields = new Headers(headers);
    const type = (value: string) => fields.has("Content-Type") || fields.set("Content-Type", value);
    let content: BodyInit | null = null;
    if (stream !== undefined) {
      type("text/event-stream");
      content = this.#begin();
      void this.send(...stream);
    } else {
      this.#ended();
      if (typeof body === "string") content = body;
      else if (body !== undefined) {
        type("application/json");
        content = JSON.stringify(body);
      }
    }
    const response = new Response(content, { status, headers: fields });
    Object.defineProperty(response, "url", { value: this.url.href });
    return response;
  }

  send(...steps: Step[]): Promise<void> {
    return (this.#done = this.#done.then(() => this.#run(steps)));
  }

  #begin(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
      },
      cancel: () => this.#gone(),
    });
  }

  #gone(): void {
    this.aborted ||= !this.#over.signal.aborted;
    this.#ended();
  }

  #ended(): void {
    this.#over.abort("over"); // with a reason, or there would be an error, and be kept
    this.#stream = undefined;
  }

  async #run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (this.#stream === undefined) return; // nobody reads it any more
      if (step === end) {
        this.#stream.close();
        this.#ended();
      } else if (step === cut) {
        this.#stream.error(broken());
        this.#ended();
      } else if (typeof step === "string") {
        this.#stream.enqueue(new TextEncoder().encode(step));
      } else if (step instanceof Uint8Array) {
        this.#stream.enqueue(step);
      } else if ("pause" in step) {
        await sleep(step.pause, this.#over.signal);
      } else {
        await step;
      }
    }
  }
}

function broken(): TypeError {
  return new TypeError("fetch failed", { cause: new Error("the fake server cut the connection") });
}

function dropped(): DOMException {
  return new DOMException("the client dropped the request", "AbortError");
}

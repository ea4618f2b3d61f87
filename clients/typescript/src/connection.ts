// The state machine of a stream: when to connect, what an end means, how long to wait, when silence is too long. It
// knows no HTTP (transport.ts does) and no handlers (dispatcher.ts does).
//
//   connecting ── opened ──▶ open
//       ▲  │                  │
//       │  └──── ended ───────┤ lost: waiting (until, why) ── timer, online, page shown ──▶ connecting
//       │                     │ 401: fresh credentials, once ──▶ connecting
//       └─────────────────────┘ refused, 204, close(): closed (why), for good

import { delay, notBefore, type Backoff } from "./backoff.js";
import { StreamError } from "./errors.js";
import type { Block } from "./parser.js";
import type { Platform } from "./platform.js";
import type { End, StreamRequest, Transport } from "./transport.js";
import type { Inspection, State } from "./types.js";

export interface ConnectionSettings {
  readonly backoff: Backoff;
  readonly maxRetries: number;
  /** Milliseconds; false: never; undefined: as the hub says. */
  readonly watchdog: number | false | undefined;
  readonly connectTimeout: number;
}

export interface ConnectionListener {
  /** The next request, or why there is none: a StreamError. */
  request(lastEventId: string): Promise<StreamRequest>;
  /** What the last request was sent with is no longer good. False: there is nothing fresher to be had. */
  expired(): boolean;
  block(block: Block): void;
  state(state: State): void;
  inspect(step: Inspection): void;
}

/** A heartbeat may be late by the network's whims, two are lost: silence of this many intervals is an end. */
const SILENT_HEARTBEATS = 2.5;

export class Connection {
  #platform: Platform;
  #transport: Transport;
  #settings: ConnectionSettings;
  #listener: ConnectionListener;

  state: State = { status: "connecting", attempt: 0 };
  lastEventId = "";
  attempts = 0;
  bytes = 0;

  // Of the present attempt: how it is dropped, and whether something has come of it.
  #drop: (() => void) | undefined;
  #worked = false;
  #began = 0;
  /** What the hub said on the stream before it ended it. */
  #said: { error: StreamError; retryAfter?: number | undefined } | undefined;

  #failures = 0;
  #retry: number | undefined;
  #freshTried = false;
  /** Not before this, whatever wakes us: a server asked for it. */
  #notBefore = 0;
  #timer: unknown;
  #suspended = false;

  #heard = 0;
  #silence: number | undefined;
  #watching: unknown;

  constructor(platform: Platform, transport: Transport, settings: ConnectionSettings, listener: ConnectionListener) {
    this.#platform = platform;
    this.#transport = transport;
    this.#settings = settings;
    this.#listener = listener;
    if (typeof settings.watchdog === "number") this.#silence = settings.watchdog;
  }

  get closed(): boolean {
    return this.state.status === "closed";
  }

  /** Opens a stream, now; the present one is dropped. */
  connect(): void {
    this.#stop();
    this.#suspended = false;
    this.#began = this.#platform.now();
    this.#worked = false;
    this.#said = undefined;
    this.attempts++;

    // What is said after its end, or after it was dropped, is no longer for us.
    let current = true;
    let close: (() => void) | undefined;
    this.#drop = () => {
      current = false;
      close?.();
    };
    const ended = (end: End) => {
      if (!current) return;
      this.#stop();
      this.#ended(end);
    };
    const silent = (what: string) => () =>
      ended({ kind: "lost", error: new StreamError("silent", `no ${what} for ${this.#settings.connectTimeout} ms`) });
    this.#timer = this.#platform.setTimeout(silent("answer"), this.#settings.connectTimeout);
    this.#enter({ status: "connecting", attempt: this.#failures });

    this.#listener.request(this.lastEventId).then(
      (request) => {
        if (!current) return;
        this.#listener.inspect({ kind: "request", url: request.url, lastEventId: request.lastEventId });
        close = this.#transport.open(request, {
          opened: (status, url) => {
            if (!current) return;
            this.#listener.inspect({ kind: "response", status, url });
            this.#opened();
          },
          heard: (bytes) => {
            if (!current) return;
            this.bytes += bytes;
            this.#heard = this.#platform.now();
          },
          block: (block) => {
            if (current) this.#block(block);
          },
          retry: (ms) => {
            if (!current) return;
            this.#retry = ms;
            this.#listener.inspect({ kind: "retry", ms });
          },
          ended,
        });
        if (!current) close();
      },
      (error: unknown) => {
        const why = error instanceof StreamError ? error : new StreamError("request", String(error), { cause: error });
        const again = why.code === "credentials";
        ended(again ? { kind: "lost", error: why } : { kind: "refused", error: why });
      },
    );
  }

  /** Something says that a connection may be possible now: the network is back, or somebody looks at the page. */
  wake(): void {
    if (this.#suspended) {
      this.connect();
    } else if (this.state.status === "waiting") {
      // Not sooner than the floor after the last attempt: somebody may flip through tabs.
      const at = Math.max(this.#notBefore, this.#began + this.#settings.backoff.min);
      if (at <= this.#platform.now()) this.connect();
      else if (at < this.state.until) this.#wait(at, this.state.why);
    } else if (this.state.status === "open") {
      this.#watch();
    }
  }

  /** The page goes into the back/forward cache, or away: a connection would keep it from there. */
  suspend(): void {
    if (this.closed) return;
    this.#stop();
    this.#suspended = true;
  }

  /** Ends it for good. */
  close(why?: StreamError): void {
    if (this.closed) return;
    this.#stop();
    this.#enter({ status: "closed", why });
  }

  /** What the hub says about the stream itself. */
  heartbeat(seconds: number): void {
    if (this.#settings.watchdog === undefined && seconds > 0) {
      this.#silence = seconds * SILENT_HEARTBEATS * 1000;
      this.#watch();
    }
  }

  /** The hub will end the stream, and this is why. */
  willEnd(error: StreamError, retryAfter?: number): void {
    this.#said = { error, retryAfter };
  }

  #opened(): void {
    this.#platform.clearTimeout(this.#timer);
    this.#freshTried = false;
    this.#heard = this.#platform.now();
    this.#enter({ status: "open", since: this.#heard });
    this.#watch();
  }

  #block(block: Block): void {
    this.#worked = true;
    this.lastEventId = block.id;
    this.#listener.block(block);
  }

  #ended(end: End): void {
    switch (end.kind) {
      case "done":
        return this.close();
      case "refused":
        return this.close(end.error);
      case "unauthorized":
        // Once: what was got just now and is refused as well won't get better by asking again and again.
        if (this.#freshTried || !this.#listener.expired()) return this.close(end.error);
        this.#freshTried = true;
        return this.connect();
      case "lost": {
        const { error, retryAfter } = this.#said ?? end;
        // Where there is nothing fresher to be had, a cookie may be: the next answer tells.
        if (error.code === "expired") this.#listener.expired();
        // A refusal on a stream is a refusal.
        this.#failures = this.#worked && error.code !== "rejected" ? 0 : this.#failures + 1;
        if (this.#failures > this.#settings.maxRetries) {
          const times = `${this.#failures} ${this.#failures === 1 ? "time" : "times"} in a row: ${error.message}`;
          return this.close(new StreamError("retries", times, { cause: error }));
        }
        const now = this.#platform.now();
        const { backoff } = this.#settings;
        const wait = delay(this.#failures, this.#retry, backoff, this.#platform.random());
        this.#notBefore = now + notBefore(0, retryAfter);
        this.#wait(now + notBefore(wait, retryAfter), error);
      }
    }
  }

  #wait(until: number, why: StreamError): void {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(() => this.connect(), until - this.#platform.now());
    this.#enter({ status: "waiting", until, attempt: this.#failures, why });
  }

  // One timer that looks when the silence would be too long, and goes on from what was heard meanwhile: a timer for each
  // chunk would cost more than the chunk. After a sleep it runs late, and finds the same.
  #watch(): void {
    this.#platform.clearTimeout(this.#watching);
    const silence = this.#silence;
    if (silence === undefined || this.state.status !== "open") return;
    const left = this.#heard + silence - this.#platform.now();
    if (left > 0) {
      this.#watching = this.#platform.setTimeout(() => this.#watch(), left);
    } else {
      this.#stop();
      const seconds = silence / 1000;
      this.#ended({ kind: "lost", error: new StreamError("silent", `nothing was heard for ${seconds} s`) });
    }
  }

  #stop(): void {
    this.#platform.clearTimeout(this.#timer);
    this.#platform.clearTimeout(this.#watching);
    this.#drop?.();
    this.#drop = undefined;
  }

  #enter(state: State): void {
    this.state = state;
    this.#listener.inspect({ kind: "state", state });
    this.#listener.state(state);
  }
}

// The state machine of a stream: when to connect, what an end means, how long to wait, when silence is too long. It
// knows no HTTP (transport.ts does) and no handlers (dispatcher.ts does).
//
//   connecting ── opened ──▶ open
//       ▲  │                  │
//       │  └──── ended ───────┤ lost: waiting (until, why) ── timer, online, page shown ──▶ connecting
//       │                     │ 401: fresh credentials, once ──▶ connecting
//       └─────────────────────┘ refused, 204, close(): closed (why), for good
//
// A closure, not a class, like connect.ts: what isn't a property gets a name of one letter, and these two are most of
// what a page has to load.

import { LONGEST, delay, type Backoff } from "./backoff.js";
import { StreamError } from "./errors.js";
import type { Block } from "./block.js";
import type { Platform } from "./platform.js";
import type { End, StreamRequest, Transport } from "./transport.js";
import type { Change, Inspection, State, Subscription } from "./types.js";

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
  /** It has entered another state. */
  changed(state: State): void;
  inspect(step: Inspection): void;
}

export interface Connection {
  state: State;
  /** What the next request goes on from. */
  lastEventId: string;
  attempts: number;
  bytes: number;
  /** What `stats` says; of all tabs, where they share a connection. */
  lag?: number | undefined;
  /** Where others have a part in the connection (shared/): in place of a PATCH. */
  update?(change: Change, signal?: AbortSignal): Promise<Subscription>;
  /** Opens a stream, now; the present one is dropped. */
  connect(): void;
  /** Something says that a connection may be possible now: the network is back, or somebody looks at the page. */
  wake(): void;
  /** The page goes into the back/forward cache, or away: a connection would keep it from there. */
  suspend(): void;
  /** Ends it for good. */
  close(why?: StreamError): void;
  /** The hub says how often something comes, in seconds. */
  heartbeat(seconds: number): void;
  /** The hub will end the stream, and says why, and perhaps for how many milliseconds. */
  willEnd(error: StreamError, retryAfter?: number): void;
}

/** A heartbeat may be late by the network's whims, two are lost: silence of this many intervals is an end. */
const SILENT_HEARTBEATS = 2.5;

export function newConnection(
  { now, random, setTimeout, clearTimeout }: Platform,
  transport: Promise<Transport>,
  { backoff, maxRetries, watchdog, connectTimeout }: ConnectionSettings,
  { request, expired, block, changed, inspect }: ConnectionListener,
): Connection {
  const connection: Connection = {
    state: { status: "connecting", attempt: 0 },
    lastEventId: "",
    attempts: 0,
    bytes: 0,
    connect,
    close,
    wake,
    suspend() {
      suspended = connection.state.status !== "closed";
      stop();
    },
    heartbeat(seconds) {
      if (watchdog === undefined) silence = seconds * SILENT_HEARTBEATS * 1000;
      watch();
    },
    willEnd(error, retryAfter) {
      said = { error, retryAfter };
    },
  };

  // Of the present attempt: how it is dropped, when it began, whether something came of it, and what the hub said on it
  // before it ended it.
  let drop: (() => void) | undefined;
  let began = 0;
  let worked = false;
  let said: { error: StreamError; retryAfter?: number | undefined } | undefined;

  let failures = 0;
  let retry: number | undefined;
  let freshTried = false;
  /** Not before this, whatever wakes us: a server asked for it. */
  let notBefore = 0;
  let timer: unknown;
  let suspended = false;

  let lastHeard = 0;
  let silence = watchdog;
  let watching: unknown;

  function enter(next: State): void {
    connection.state = next;
    inspect({ kind: "state", state: next });
    changed(next);
  }

  function stop(): void {
    clearTimeout(timer);
    clearTimeout(watching);
    drop?.();
    drop = undefined;
  }

  function connect(): void {
    stop();
    suspended = worked = false;
    said = undefined;
    began = now();
    connection.attempts++;

    // What is said after its end, or after it was dropped, is no longer for us.
    let current = true;
    let close: (() => void) | undefined;
    drop = () => {
      current = false;
      close?.();
    };
    const ended = (end: End) => {
      if (!current) return;
      stop();
      handle(end);
    };
    timer = setTimeout(() => ended(silent("no answer", connectTimeout)), connectTimeout);
    enter({ status: "connecting", attempt: failures });

    Promise.all([request(connection.lastEventId), transport]).then(
      ([request, transport]) => {
        if (!current) return;
        inspect({ kind: "request", url: request.url, lastEventId: request.lastEventId });
        close = transport.open(request, {
          opened(status, url) {
            if (!current) return;
            inspect({ kind: "response", status, url });
            clearTimeout(timer);
            freshTried = false;
            lastHeard = now();
            enter({ status: "open", since: lastHeard });
            watch();
          },
          heard(length) {
            if (!current) return;
            connection.bytes += length;
            lastHeard = now();
          },
          block(next) {
            if (!current) return;
            worked = true;
            connection.lastEventId = next.id;
            block(next);
          },
          retry(ms) {
            if (!current) return;
            retry = ms;
            inspect({ kind: "retry", ms });
          },
          ended,
        });
        if (!current) close(); // ended while it was opened
      },
      (cause: unknown) => {
        const error = cause instanceof StreamError ? cause : new StreamError("request", String(cause), { cause });
        ended({ kind: error.code === "credentials" ? "lost" : "refused", error });
      },
    );
  }

  function handle(end: End): void {
    if (end.kind !== "lost") {
      // Once: what was got just now and is refused as well won't get better by asking again and again.
      if (end.kind !== "unauthorized" || freshTried || !expired()) return close(end.error);
      freshTried = true;
      return connect();
    }
    const { error, retryAfter } = said ?? end;
    // Where there is nothing fresher to be had, a cookie may be: the next answer tells.
    if (error.code === "expired") expired();
    // A refusal on a stream is a refusal.
    failures = worked && error.code !== "rejected" ? 0 : failures + 1;
    if (failures > maxRetries) {
      return close(new StreamError("retries", `after ${maxRetries} retries: ${error.message}`, { cause: error }));
    }
    notBefore = now() + Math.min(LONGEST, retryAfter ?? 0);
    pause(Math.max(notBefore, now() + delay(failures, retry, backoff, random())), error);
  }

  function pause(until: number, why: StreamError): void {
    clearTimeout(timer);
    timer = setTimeout(connect, until - now());
    enter({ status: "waiting", until, attempt: failures, why });
  }

  // One timer that looks when the silence would be too long, and goes on from what was heard meanwhile: a timer for each
  // chunk would cost more than the chunk. After a sleep it runs late, and finds the same.
  function watch(): void {
    clearTimeout(watching);
    if (!silence || connection.state.status !== "open") return;
    const left = lastHeard + silence - now();
    if (left > 0) {
      watching = setTimeout(watch, left);
    } else {
      stop();
      handle(silent("nothing was heard", silence));
    }
  }

  function close(why?: StreamError): void {
    if (connection.state.status === "closed") return;
    stop();
    enter({ status: "closed", why });
  }

  function wake(): void {
    const { state } = connection;
    if (suspended) {
      connect();
    } else if (state.status === "waiting") {
      // Not sooner than the floor after the last attempt: somebody may flip through tabs.
      const at = Math.max(notBefore, began + backoff.min);
      if (at <= now()) connect();
      else if (at < state.until) pause(at, state.why);
    } else {
      watch();
    }
  }

  return connection;
}

function silent(what: string, ms: number): End {
  return { kind: "lost", error: new StreamError("silent", `${what} for ${ms / 1000} s`) };
}

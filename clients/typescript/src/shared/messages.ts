// What tabs and the host of their connection say to one another. A port carries it: a SharedWorker's, or a
// BroadcastChannel of two.

import { StreamError } from "../errors.js";
import type { Block } from "../block.js";
import type { Inspection, Options, State, Subscription } from "../types.js";

/**
 * Of these messages. It is in each of them and in the names of workers, locks and channels: pages of before and after a
 * deployment that speak differently never meet.
 */
export const VERSION = 1;

export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** An error on its way: structured clones keep only the message of one. */
export type Told = Pick<StreamError, "code" | "message" | "status" | "problem"> | undefined;

export const tell = (error: StreamError | undefined): Told =>
  error && { code: error.code, message: error.message, status: error.status, problem: error.problem };

export const told = (error: Told): StreamError | undefined =>
  error && new StreamError(error.code, error.message, { status: error.status, problem: error.problem });

/** As an error of it is told, which is no StreamError until it has arrived. */
export const tellState = (state: State) => ("why" in state ? { ...state, why: tell(state.why) } : state) as State;

/** Options that a request is made with and that can be sent. Only tabs with the same ones share. */
export type Shareable = Pick<
  Options,
  | "method"
  | "credentials"
  | "maxRetries"
  | "backoff"
  | "watchdog"
  | "connectTimeout"
  | "maxEventSize"
  | "lastEventIdIn"
  | "transport"
> & { headers?: [string, string][]; body?: string; token?: string };

export type Secret = "token" | "ticket" | "headers";

export interface Join {
  /** Tabs with the same key share a connection. */
  readonly key: string;
  /** Without `since`, `last` and `lastEventId`. */
  readonly url: string;
  readonly options: Shareable;
  /** What has to be asked for each time, and a tab answers. */
  readonly secrets: readonly Secret[];
  readonly position: string;
  /** None: all tabs with this key ask for the same, and get all of it. */
  readonly subscription: Subscription | undefined;
  /** Whether the server is known to be a hub, whose streams can be changed. */
  readonly hub: boolean;
  /** A lock that this tab holds while it lives, where there are locks. */
  readonly life: string | undefined;
}

/** The lock that a host holds while it serves the tab that holds another. */
export const servedOf = (life: string) => `${life} served`;

/** Holds a lock until then. */
export const until = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });

/** From a tab. */
export interface Request {
  readonly v: number;
  readonly join?: Join;
  readonly leave?: true;
  /** Nothing but a sign of life; answered. */
  readonly ping?: true;
  readonly wake?: true;
  /** Another subscription; answered with `changed` of the same number. */
  readonly change?: { readonly n: number; readonly subscription: Subscription };
  readonly answer?: { readonly n: number; readonly value?: unknown; readonly error?: Told };
}

/** To a tab. */
export interface Reply {
  readonly v: number;
  readonly pong?: true;
  /** The connection as it is. */
  readonly state?: State;
  readonly attempts?: number;
  readonly bytes?: number;
  readonly lag?: number | undefined;
  /** From here on the tab gets what is its: what comes after this position. */
  readonly welcome?: string;
  /** The block `connected` of the connection that is open, and when it came. */
  readonly said?: { readonly text: string; readonly at: number } | undefined;
  /** Whether all tabs are subscribed to all that the connection gives. */
  readonly whole?: boolean;
  readonly blocks?: readonly Block[];
  /** The position after them, which may be that of a block for others. */
  readonly id?: string;
  readonly step?: Inspection;
  readonly changed?: { readonly n: number; readonly error?: Told };
  readonly ask?: { readonly n: number; readonly secret: Secret };
  /** `url`: the server isn't a hub, share with those who ask for the same. `alone`: have a connection of your own. `again`: join anew. */
  readonly apart?: "url" | "alone" | "again";
}

/** Whether a position of a hub is known to come after another one. */
export function isAfter(a: string, b: string): boolean {
  const [x, y] = [a, b].map((id) => /^([a-z0-9]{1,16})-(\d+)$/.exec(id));
  if (!x || !y || x[1] !== y[1]) return false;
  // They may be beyond 2^53, and have no leading zeros.
  const [m, n] = [x[2]!, y[2]!];
  return m.length === n.length ? m > n : m.length > n.length;
}

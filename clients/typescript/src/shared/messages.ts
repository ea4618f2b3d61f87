// What tabs and the host of their connection say to one another. A port carries it: a SharedWorker's, or a
// BroadcastChannel of two.

import { StreamError } from "../errors.js";
import type { Block } from "../block.js";
import type { Inspection, Options, State, Stats, Subscription } from "../types.js";

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

/** A block for one tab alone. */
export const blockOf = (id: string, type: string, data?: unknown): Block => ({
  id,
  type,
  data: JSON.stringify(data),
  channel: undefined,
  time: undefined,
});

/** An error on its way: structured clones keep only the message of one. */
export type Told = Pick<StreamError, "code" | "message" | "status" | "problem"> | undefined;

export const tell = (error: StreamError | undefined): Told =>
  error && { code: error.code, message: error.message, status: error.status, problem: error.problem };

export const told = (error: Told): StreamError | undefined =>
  error && new StreamError(error.code, error.message, { status: error.status, problem: error.problem });

/** As an error of it is told, which is no StreamError until it has arrived. */
export const tellState = (state: State) => ("why" in state ? { ...state, why: tell(state.why) } : state) as State;

export type Secret = "token" | "ticket" | "headers";

/** What a tab wants to share, as it can be sent: sharing.ts says with whom. */
export interface Join {
  readonly url: string;
  /** Without what can't be sent: functions. */
  readonly options: Options;
  /** Those options that are functions. What secrets they give is asked for each time, and a tab answers. */
  readonly functions: readonly (Secret | "fetch")[];
  /** Only with those who ask for the same: the server is no hub. */
  readonly exact: boolean;
  readonly position: string;
  /** What holds instead of what the URL says. */
  readonly subscription: Subscription | undefined;
  /** Whether the server is known to be a hub, whose streams can be changed. */
  readonly hub: boolean;
  /** A lock that this tab holds while it lives, where there are locks. */
  readonly life: string | undefined;
  /** A lock that the host, a worker, has to hold while it serves this tab. */
  readonly served: string | undefined;
}

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
  readonly stats?: Pick<Stats, "attempts" | "bytes" | "lag">;
  /** From here on the tab gets what is its: what comes after `at`. `readUp`: it may lack something before that. */
  readonly welcome?: { readonly at: string; readonly readUp: boolean };
  /** What the hub says of the connection that is open, as a new one of the tab's own would hear it. */
  readonly connected?: Block | undefined;
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

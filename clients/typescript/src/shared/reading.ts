// Reading up: a connection of the tab's own, from its position until it meets the shared one. Where it has come further, what
// the host hands the tab is left out up to there.

import type { Beginning } from "../begin.js";
import type { Block } from "../block.js";
import type { Connection } from "../connection.js";
import type { Change, State } from "../types.js";
import { isAfter, until } from "./messages.js";

/** So long another tab's reading up is waited for: a browser has only so many connections to a server. */
const TURN_MS = 5000;
/** After so many milliseconds the hub is asked where the connection stands, then after twice as many, and so on. */
const NUDGE_MS = 50;

export const OF_CONNECTION = ["connected", "expired", "rejected"];

/** What the host has handed the tab meanwhile. */
export interface Kept {
  /** Where it begins. */
  at: string;
  /** Where it ends. */
  lastEventId: string;
  readonly blocks: Block[];
  /** Whether that host is still there, so that the two can meet. */
  open: boolean;
}

export interface Reading {
  /** Undefined once the two have met. */
  readonly connection: Connection | undefined;
  /** Something was kept: do the two meet now? */
  meet(): void;
  /** The host begins anew. */
  again(kept: Kept): void;
  end(): void;
}

/** The tab. */
export interface Reader {
  readonly member: Connection;
  readonly take: (block: Block) => void;
  readonly enter: (state: State) => void;
  readonly patch: (change: Change) => Promise<unknown>;
  readonly isHub: () => boolean;
  /** The two have met. */
  readonly met: () => void;
  /** Called once, with what is kept and wasn't read. */
  readonly done: (rest: readonly Block[]) => void;
}

export function read([platform, { ticket }, { url }, , , listener, own]: Beginning, kept: Kept, reader: Reader): Reading {
  const { member, take, enter, patch, isHub, met, done } = reader;
  const { setTimeout, clearTimeout } = platform;
  const over = new AbortController();
  const { signal } = over;
  let nudged: unknown;

  const connection = own({
    ...listener,
    changed: (state) => signal.aborted || enter(state),
    block(block) {
      if (signal.aborted) return;
      const { id, type } = block;
      // What is said to a nudge is nobody's business.
      if (type === "subscription" && isHub()) member.lastEventId = id;
      else take(block);
      if (signal.aborted) return; // by a handler
      meet();
      if (type === "connected") nudge(NUDGE_MS);
    },
  });
  connection.lastEventId = member.lastEventId;

  /** Where the two have met. */
  let upTo: string | undefined;

  function meet(): void {
    const { at, blocks, open } = kept;
    if (upTo === undefined) {
      const { lastEventId, attempts } = connection;
      if (signal.aborted || attempts === 0 || !open) return;
      // By what both have; on a hub, by what is further.
      const had = blocks.findLastIndex(({ id }) => id === lastEventId) + 1;
      if (lastEventId !== at && had === 0 && !isAfter(lastEventId, at)) return;
      blocks.splice(0, lastEventId === at ? 0 : had);
      upTo = lastEventId;
      end();
      met();
    }
    for (; blocks.length > 0; blocks.shift()) {
      const [block] = blocks as [Block];
      if (!isAfter(upTo, block.id) && !(isHub() && block.id === upTo)) return done(blocks);
      // What concerns the connection concerns all, wherever they are.
      if (OF_CONNECTION.includes(block.type)) take({ ...block, id: upTo });
    }
    if (kept.lastEventId === upTo) done(blocks);
  }

  /** The hub says where a stream stands when it is changed, also to what it was: a quiet one would say so only in a while. */
  function nudge(ms: number): void {
    clearTimeout(nudged);
    if (ticket || !isHub() || signal.aborted) return;
    nudged = setTimeout(() => {
      patch({}).catch(() => {}); // the next heartbeat says it too
      nudge(ms * 2);
    }, ms);
  }

  // One tab after the other.
  const start = () => {
    clearTimeout(late);
    if (!signal.aborted && connection.attempts === 0) connection.connect();
  };
  const { locks } = platform.global.navigator ?? {};
  const late = setTimeout(start, locks ? TURN_MS : 0);
  const held = () => {
    start();
    return until(signal);
  };
  locks?.request(`sluice ${url.host} reads up`, { signal }, held).catch(() => {});

  function end(): void {
    over.abort();
    clearTimeout(nudged);
    clearTimeout(late);
    connection.close();
  }

  return {
    get connection() {
      return upTo === undefined ? connection : undefined;
    },
    meet,
    again(next) {
      kept = next;
      meet();
    },
    end,
  };
}

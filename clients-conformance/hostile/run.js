// Plays one hostile server to one client, and watches until its verdict is clear.

import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, judge } from "./judge.js";
import { Player } from "./player.js";

const LIMIT_MS = 10_000; // clients that can't be set wait three seconds, twice in some rows
const WATCHED_MS = 300; // that nothing more comes
const LOOK_EVERY_MS = 20;

/**
 * @typedef {object} Report what a client's runner tells of it
 * @property {(event: { id?: string, type: string, data: string }) => void} event
 * @property {(said: string) => void} closed that it has ended for good
 * @property {(said: string) => void} crashed that it threw where nobody could catch it
 */

/**
 * @typedef {object} Task what a client's runner is told: where to connect, and the data's `client`
 * @property {string} url
 * @property {string} page an origin for a page that may connect there
 * @property {string[]} types of the events that are going to come
 * @property {number=} silence
 * @property {number=} maxEvent
 * @property {string[]=} tokens
 */

/**
 * @param row of the data
 * @param {(task: Task, report: Report) => Promise<() => Promise<void>>} start starts the client, and
 *     answers how it is stopped
 * @returns {Promise<{ mark: "right" | "silent" | "wrong", did: string }>}
 */
export async function play(row, start) {
  const seen = { events: [], closed: undefined, crashed: undefined };
  const player = await Player.start(row.server);
  const look = () =>
    Object.assign(seen, {
      requests: player.requests,
      tries: player.tries,
      open: player.open,
      bytes: player.bytes,
    });
  try {
    const stop = await start(
      {
        url: `${player.origin}/events`,
        page: player.pageOrigin,
        types: [...new Set(["message", ...row.verdict.events.map((event) => event.type)])],
        ...row.client,
      },
      {
        event: (event) => seen.events.push(event),
        closed: (said) => (seen.closed ??= said),
        crashed: (said) => (seen.crashed ??= said),
      },
    );
    try {
      await settled(row, look);
      const { right, silent } = judge(row, look());
      return { mark: right ? "right" : silent ? "silent" : "wrong", did: describe(row, seen) };
    } finally {
      await stop();
    }
  } finally {
    await player.stop();
  }
}

// Until the verdict has been clear for a while, or the time is over.
async function settled(row, look) {
  const { most, watch = WATCHED_MS } = row.verdict;
  const end = performance.now() + LIMIT_MS;
  let clearSince;
  while (performance.now() < end) {
    const seen = look();
    const { right, hopeless } = judge(row, seen);
    const over = seen.closed !== undefined || seen.crashed !== undefined;
    const clear = right || over || (hopeless && most === undefined);
    clearSince = clear ? (clearSince ?? performance.now()) : undefined;
    const from = most !== undefined && !over ? seen.requests[0]?.at : clearSince;
    const tried = row.verdict.end !== "trying" || over || seen.tries > 1;
    if (from !== undefined && tried && performance.now() - from >= watch) {
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

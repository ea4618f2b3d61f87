// What every client must have got in the end: every event, once, in order, byte for byte.

import assert from "node:assert/strict";
import { Cutter, seeded } from "./cutter.js";
import { Hub } from "./hub.js";

const EVENTS = 2000;
const AHEAD = 100; // events that the publisher may be ahead of the client
const BATCH = 20;
const CUT_AFTER_BYTES = 40_000;
const LEAST_CUTS = 5;

/** The nth event's data: of all lengths, with lines and with characters of several bytes. */
function data(n) {
  return `${n}\n${"é€😀".repeat(n % 30)}${"x".repeat(n % 97)}`;
}

/** Calls in events as they come, and lets the test wait for a number of them. */
export class Received {
  #events = [];
  #waiting = [];

  take(event) {
    this.#events.push(event);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      const enough = this.#events.length >= count;
      if (enough) {
        resolve();
      }
      return !enough;
    });
  }

  atLeast(count) {
    return new Promise((resolve) => {
      if (this.#events.length >= count) {
        resolve();
      } else {
        this.#waiting.push({ count, resolve });
      }
    });
  }

  get events() {
    return this.#events;
  }
}

/**
 * Publishes 2,000 events while a client subscribes through a proxy that cuts it again and again,
 * and checks that it has got them all.
 *
 * @param {import("node:test").TestContext} t
 * @param {(url: string, take: (data: string) => void) => Promise<() => void>} subscribe connects
 *     the client, waits until it is connected, and answers how to close it
 * @param {"anywhere" | "between events"=} where the proxy may cut
 */
export async function survivesCuts(t, subscribe, where) {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  const hub = await Hub.start();
  t.after(() => hub.stop());
  const cutter = await Cutter.start(hub.url, seeded(seed), where);
  t.after(() => cutter.stop());

  const received = new Received();
  const close = await subscribe(`${cutter.url}/events/${CHANNEL}`, (text) => received.take(text));
  t.after(close);
  cutter.cutAfter(CUT_AFTER_BYTES);
  await receivesAll(t, EVENTS, received, {
    publish: (datas) => hub.publish(CHANNEL, datas),
    calm: () => cutter.calm(),
  });
  assert.ok(cutter.cuts >= LEAST_CUTS, `only ${cutter.cuts} cuts`);
  t.diagnostic(`${cutter.cuts} cuts`);
}

/** Where the events are published. */
export const CHANNEL = "conformance/cut";

/**
 * Publishes events, never far ahead of what was received, and checks that all of them came once, in order, byte for byte.
 *
 * @param {import("node:test").TestContext} t
 * @param {number} count how many
 * @param {Received} received what the client was given so far
 * @param {object} how
 * @param {(datas: string[]) => Promise<unknown>} how.publish
 * @param {(published: number) => unknown=} how.before called before each twenty are published: what is to go wrong does so here
 * @param {() => unknown=} how.calm called when all have come: from here on nothing goes wrong
 */
export async function receivesAll(t, count, received, { publish, before = () => {}, calm = () => {} }) {
  let complete = false;
  t.after(() => complete || t.diagnostic(missing(received.events, count)));
  for (let n = 0; n < count; n += BATCH) {
    await received.atLeast(n - AHEAD);
    await before(n);
    await publish(Array.from({ length: BATCH }, (_, i) => data(n + i)));
  }
  await received.atLeast(count);

  // One more: had anything been repeated, it would be in front of it.
  await calm();
  await publish(["last"]);
  await received.atLeast(count + 1);
  const expected = Array.from({ length: count }, (_, n) => data(n)).concat("last");
  assert.deepEqual(numbers(received.events), numbers(expected));
  assert.deepEqual(received.events, expected);
  complete = true;
}

// A client that has lost an event waits for it until the test's time is over.
function missing(events, count) {
  const had = new Set(numbers(events));
  const lost = Array.from({ length: count }, (_, n) => `${n}`).filter((n) => !had.has(n));
  return `received ${events.length}, without ${lost.slice(0, 20).join(", ")}`;
}

// Compared first, because a difference of two thousand numbers can be read.
function numbers(events) {
  return events.map((text) => text.split("\n", 1)[0]);
}

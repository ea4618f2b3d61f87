// `for await` over a stream: a bounded buffer between the pace of the server and that of the loop.

import type { Dispatcher } from "./dispatcher.js";
import { StreamError } from "./errors.js";
import type { EventIterator, EventStream, IterateOptions, SluiceEvent } from "./types.js";

export function iterate(
  stream: EventStream,
  any: Dispatcher["any"],
  { buffer = 1000, overflow = "error", types, signal }: IterateOptions,
): EventIterator {
  if (!(buffer >= 1)) throw new RangeError(`buffer is ${buffer}; at least 1`);
  let waiting: SluiceEvent[] = [];
  let dropped = 0;
  let end: { why?: unknown } | undefined;
  let wake = () => {};
  const following = new AbortController();

  const finish = (why?: unknown) => {
    end ??= { why };
    following.abort();
    wake();
  };
  /** Nobody wants the rest. */
  const leave = () => {
    waiting = [];
    end = {};
    finish();
  };
  any.add((event, hubs) => {
    // Of what the hub says by itself, only a gap is about what was published.
    if (types ? !types.includes(event.type) : hubs && event.type !== "gap") return;
    if (waiting.length >= buffer) {
      if (overflow === "error") {
        return finish(new StreamError("overflow", `${buffer} events wait already`));
      }
      dropped++;
      if (overflow === "drop-newest") return;
      waiting.shift();
    }
    waiting.push(event);
    wake();
  }, following);
  const look = () => {
    if (stream.state.status === "closed") finish(stream.state.why);
  };
  stream.onState(look, following);
  signal?.addEventListener("abort", leave, following);
  look();
  if (signal?.aborted) leave();

  const take = async (): Promise<IteratorResult<SluiceEvent>> => {
    for (;;) {
      const value = waiting.shift();
      if (value !== undefined) return { done: false, value };
      if (end !== undefined) {
        const { why } = end;
        end = {}; // thrown once
        if (why !== undefined) throw why;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  // One after the other, also for who doesn't wait.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const taken = turn.then(take);
      turn = taken.catch(() => {});
      return taken;
    },
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    get dropped() {
      return dropped;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

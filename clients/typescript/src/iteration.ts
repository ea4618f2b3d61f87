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

  const finish = (why?: unknown) => {
    end ??= { why };
    unsubscribe();
    unwatch();
    signal?.removeEventListener("abort", leave);
    wake();
  };
  /** Nobody wants the rest. */
  const leave = () => {
    waiting = [];
    end = {};
    finish();
  };
  const unsubscribe = any.add((event, hubs) => {
    // Of what the hub says by itself, only a gap is about what was published.
    if (types ? !types.includes(event.type) : hubs && event.type !== "gap") return;
    if (waiting.length >= buffer) {
      if (overflow === "error") {
        return finish(new StreamError("overflow", `${buffer} events wait to be read, and one more came`));
      }
      dropped++;
      if (overflow === "drop-newest") return;
      waiting.shift();
    }
    waiting.push(event);
    wake();
  });
  const look = () => {
    if (stream.state.status === "closed") finish(stream.state.why);
  };
  const unwatch = stream.onState(look);
  signal?.addEventListener("abort", leave);
  look();
  if (signal?.aborted) leave();

  const events = (async function* () {
    try {
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else if (end === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else if (end.why !== undefined) throw end.why;
        else return;
      }
    } finally {
      leave();
    }
  })();
  return {
    get dropped() {
      return dropped;
    },
    next: () => events.next(),
    return: () => {
      leave(); // also for a next() that waits
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

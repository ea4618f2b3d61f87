// What components show of a stream: something that grows with each event, and is shown at once or at the next frame.

import type { EventStream, Unsubscribe } from "../types.js";
import { nameOf, useShared } from "./shared.js";

/** How often a component learns of what comes: with each event, or at most once per animation frame. */
export type Pace = "event" | "frame";

/** A stream of whatever events. */
export type AnyStream = EventStream<any>;

/**
 * @param key tells it from others of the same stream
 * @param first what there is before the first event
 * @param watch subscribes; `next` is told how each event changes what there is: another object, or the same if it doesn't
 */
export function useShown<T>(
  events: AnyStream | undefined,
  key: string,
  every: Pace,
  first: T,
  watch: (events: AnyStream, next: (change: (last: T) => T) => void) => Unsubscribe[],
): T {
  return useShared(
    events && `${nameOf(events)} ${every} ${key}`,
    (show) => {
      let last = first;
      const draw = () => show(last);
      const offs = watch(events!, (change) => {
        last = change(last);
        if (every === "frame") atFrame(draw);
        else draw();
      });
      return () => {
        waiting.delete(draw);
        for (const off of offs) off();
      };
    },
    first,
  );
}

/** Who waits for the next frame: all have the same one, so that React renders them together. */
const waiting = new Set<() => void>();

// Who isn't seen has no frames. Then what is shown stays as it was, and what will be is all that is kept.
function atFrame(draw: () => void): void {
  if (waiting.size === 0) (globalThis.requestAnimationFrame ?? setTimeout)(frame);
  waiting.add(draw);
}

function frame(): void {
  const due = [...waiting];
  waiting.clear();
  for (const draw of due) draw();
}

// The latest value of each type of event.

import type { AllEvents, EventStream } from "../types.js";
import { useShown, type Pace } from "./shown.js";

export interface EventOptions<Initial = undefined> {
  /** `event` (default): each change; `frame`: the latest at each animation frame, for what changes more often than that. */
  every?: Pace;
  /** What there is before the first event, on the server too. */
  initial?: Initial;
}

const none: Record<string, unknown> = {};

/**
 * The data of the latest event of each of these types; none before its first. Renders when one of them says something
 * new, and gives the same object until then.
 *
 * A component that comes later shows what others that ask for the same types show already. When none is left, it is
 * forgotten.
 *
 * @param events undefined: not connected yet, or on the server
 */
export function useEvents<M, const K extends keyof AllEvents<M> & string>(
  events: EventStream<M> | undefined,
  types: readonly K[],
  { every = "event" }: { every?: Pace } = {},
): { readonly [T in K]?: AllEvents<M>[T] } {
  // Types have no line breaks.
  return useShown(events, types.join("\n"), every, none, (events, next) => {
    const texts: Record<string, string> = {};
    return types.map((type) =>
      events.on(type, (data, { text }) => {
        if (texts[type] !== text) next((last) => ({ ...last, [type]: data }));
        texts[type] = text;
      }),
    );
  }) as { [T in K]?: AllEvents<M>[T] };
}

/**
 * The data of the latest event of a type; undefined (or `initial`) before the first. Renders when it says something new.
 *
 * @param events undefined: not connected yet, or on the server
 */
export function useEvent<M, K extends keyof AllEvents<M> & string, Initial = undefined>(
  events: EventStream<M> | undefined,
  type: K,
  options: EventOptions<Initial> = {},
): AllEvents<M>[K] | Initial {
  const latest = useEvents<M, K>(events, [type], options);
  return (type in latest ? latest[type] : options.initial) as AllEvents<M>[K] | Initial;
}

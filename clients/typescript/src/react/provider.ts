// Streams that components share: opened for the first that wants one, closed after the last.

import { createContext, createElement, use, useMemo, type ReactNode } from "react";
import { connect } from "../connect.js";
import type { EventMap, EventStream, Options, Schemas, Validated } from "../types.js";
import { nameOf, useLatest, useShared } from "./shared.js";

interface Provided {
  /** This very object, so that streams of different providers aren't shared. */
  readonly shared: Settled;
  readonly linger: number;
}

const none: Options = {};
const Context = createContext<Provided>({ shared: { options: none, said: "" }, linger: 0 });

export interface EventsProviderProps {
  /** For all streams below; what `useEventStream` is given itself goes before. */
  options?: Options;
  /** Milliseconds for which a stream without users stays open; 0 by default. For pages that come one after another. */
  linger?: number;
  children?: ReactNode;
}

/** Says how the components below connect, and where they share their streams. It works without one, too. */
export function EventsProvider({ options = none, linger = 0, children }: EventsProviderProps): ReactNode {
  const shared = useSettled(options);
  const provided = useMemo(() => ({ shared, linger }), [shared, linger]);
  return createElement(Context, { value: provided }, children);
}

/**
 * A stream that is shared with all components under the same `EventsProvider` (or none) that ask for the same URL with
 * the same options. Undefined on the server, in the first render before it is opened, and as long as the URL is.
 *
 * Options are the same if they say the same in the same order; functions, signals and schemas if they are identical. A
 * function that is written inline makes a stream of this component alone; it may be another with each render, and the
 * latest is called.
 */
export function useEventStream<S extends Schemas>(
  url: string | URL | undefined,
  options: Options<S> & { schemas: S },
): EventStream<Validated<S>> | undefined;
export function useEventStream<M extends object = EventMap>(
  url: string | URL | undefined,
  options?: Options,
): EventStream<M> | undefined;
export function useEventStream(url: string | URL | undefined, own: Options = none): EventStream | undefined {
  const { shared, linger } = use(Context);
  const { options, said } = useSettled(own);
  return useShared<EventStream | undefined>(
    url && `${nameOf(shared)} ${url} ${said}`,
    (show) => {
      const stream = connect(url!, { ...shared.options, ...options });
      show(stream);
      return stream.close;
    },
    undefined,
    linger,
  );
}

interface Settled {
  readonly options: Options;
  /** What tells them from others. */
  readonly said: string;
}

/** The same object as long as the options say the same. Functions in it call the latest that was given. */
function useSettled(given: Options): Settled {
  const latest = useLatest(given as Record<string, any>);
  return useMemo(() => {
    const options: Record<string, unknown> = { ...given };
    for (const [key, value] of Object.entries(given)) {
      if (typeof value === "function") options[key] = (...args: unknown[]) => latest.current[key](...args);
    }
    return { options, said: sayingOf(given, nameOf) };
  }, [sayingOf(given, () => 0)]);
}

const sayingOf = (options: Options, nameOf: (thing: object) => number) =>
  JSON.stringify(options, (_, value: unknown) => (isOpaque(value) ? nameOf(value) : value));

/** Whether it doesn't say what it is, as plain objects do: functions, signals. Schemas are plain and hold what they like. */
function isOpaque(value: unknown): value is object {
  return value instanceof Object && ("~standard" in value || ![Object, Array].includes(value.constructor as never));
}

// Waits for what a stream brings, and says what came instead.

import { HUB_SAYS } from "../connect.js";
import type { AllEvents, EventStream, Gap, SluiceEvent, State, Unsubscribe } from "../types.js";
import { later, never } from "./real-time.js";

export interface Within {
  /** Milliseconds, of real time; 1000 by default. */
  within?: number;
}

export interface Expected<T, Type extends string> extends Within {
  /** What its data has to have at least: other members are skipped, arrays have to be complete. */
  data?: Part<T>;
  /** Which of them it has to be. */
  where?: (data: T, event: SluiceEvent<T, Type>) => boolean;
}

/** As much of it as is to be compared. */
export type Part<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Part<T[K]> } : T;

export interface Probe<M> {
  /** All that came since the probe was made, the hub's own events included. */
  readonly events: readonly SluiceEvent[];
  /**
   * Waits for an event, which may have come before: the search goes on behind the one that was found last. Others are
   * passed over, but for a gap, which has to be expected.
   *
   * @throws ProbeError when it doesn't come in time, a gap comes, or the stream is closed
   */
  expect<K extends keyof AllEvents<M> & string>(
    type: K,
    expected?: Expected<AllEvents<M>[K], K>,
  ): Promise<SluiceEvent<AllEvents<M>[K], K>>;
  /** Waits for a gap: `{ reason: "evicted", missed: 3 }` says which. */
  expectGap(expected?: Partial<Gap> & Within): Promise<SluiceEvent<Gap, "gap">>;
  /**
   * Fails if there is an event that wasn't expected, or one comes within the time: of these types, or any but what a hub
   * says of the stream. What was passed over by an `expect` counts as seen.
   */
  expectNothing(options?: { within?: number; types?: readonly (keyof AllEvents<M> & string)[] }): Promise<void>;
  /** Waits for the stream to enter a state, which may have been before: behind the one that was found last. */
  expectState<S extends State["status"]>(status: S, options?: Within): Promise<Extract<State, { status: S }>>;
  /** Stops looking. The stream stays open. */
  close(): void;
}

/** An expectation that wasn't met. The message says what came instead. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
}

/** What isn't only said of the stream. */
const isNews = ({ type }: SluiceEvent) => type === "gap" || !HUB_SAYS.has(type);

/**
 * Watches a stream from here on, for a test.
 *
 * Over EventSource, which tells only of types that were asked for, say the `types` that are going to be expected.
 */
export function probe<M>(
  stream: EventStream<M>,
  { types = [] }: { types?: readonly (keyof AllEvents<M> & string)[] } = {},
): Probe<M> {
  const events: SluiceEvent[] = [];
  const states: State[] = [stream.state];
  const errors: unknown[] = [];
  const watchers = new Set<() => void>();
  // Up to here all is seen.
  let seen = 0;
  let entered = 0;

  function changed(): void {
    for (const look of watchers) look();
  }
  const offs: Unsubscribe[] = [
    stream.onAny((event) => {
      events.push(event);
      changed();
    }),
    stream.onState((state) => {
      states.push(state);
      changed();
    }),
    stream.inspect((step) => {
      if (step.kind === "error") errors.push(step.error);
    }),
    ...types.map((type) => stream.on(type, () => {})),
  ];

  /** Looks now and with each change, until `look` gives something or throws, or the time is up. */
  function wait<T>(within: number, frames: string, look: () => T | undefined, late: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = (look: () => T | undefined) => {
        try {
          const found = look();
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          if (error instanceof ProbeError) error.stack = `${error.name}: ${error.message}\n${frames}`;
          reject(error);
        }
        never(timer);
        watchers.delete(once);
      };
      const once = () => attempt(look);
      const timer = later(() => attempt(late), within);
      watchers.add(once);
      once();
    });
  }

  function fail(problem: string): never {
    const came = events.slice(seen).filter(isNews);
    const lines = came.slice(-10).map(({ id, type, text }) => `\n  ${type} ${text.slice(0, 200)}${id && ` (${id})`}`);
    const what = came.length === 0 ? "no event" : `${came.length} event${came.length === 1 ? "" : "s"}:${lines.join("")}`;
    const ills = errors.map((error) => `\n  reported: ${String(error)}`).join("");
    throw new ProbeError(`${problem}. The stream is ${stateOf(stream.state)}; since the last that was expected came ${what}${ills}`);
  }

  function expect(type: string, expected: Expected<unknown, string>, frames: string): Promise<SluiceEvent> {
    const { within = 1000, data, where } = expected;
    const wanted = `${type}${data === undefined ? "" : ` with ${JSON.stringify(data)}`}${where ? " that fits" : ""}`;
    const look = () => {
      for (let at = seen; at < events.length; at++) {
        const event = events[at]!;
        if (event.type === type && (data === undefined || has(event.data, data)) && (where?.(event.data, event) ?? true)) {
          seen = at + 1;
          return event;
        }
        if (event.type === "gap") fail(`expected ${wanted}, but there is a gap (expectGap)`);
      }
      if (stream.state.status === "closed") fail(`expected ${wanted}`);
      return undefined;
    };
    return wait(within, frames, look, () => fail(`expected ${wanted} within ${within} ms`));
  }

  const made: Probe<any> = {
    events,
    expect: (type, expected) => expect(type, (expected ?? {}) as Expected<unknown, string>, framesOf()) as Promise<any>,
    expectGap({ within = 1000, ...data } = {}) {
      return expect("gap", { within, data }, framesOf()) as Promise<any>;
    },
    async expectNothing({ within = 100, types } = {}) {
      const counts = (event: SluiceEvent) => types?.includes(event.type) ?? isNews(event);
      const look = () => (events.slice(seen).some(counts) ? fail(`expected nothing within ${within} ms`) : undefined);
      await wait<boolean>(within, framesOf(), look, () => true);
    },
    expectState(status, { within = 1000 } = {}) {
      const look = () => {
        const at = states.findIndex((state, at) => at >= entered && state.status === status);
        if (at >= 0) {
          entered = at + 1;
          return states[at];
        }
        if (stream.state.status === "closed") fail(`expected the stream to be ${status}`);
        return undefined;
      };
      return wait(within, framesOf(), look, () => fail(`expected the stream to be ${status} within ${within} ms`)) as any;
    },
    close() {
      for (const off of offs) off();
    },
  };
  return made;
}

/** Where the test stands: what is thrown later has lost it. */
function framesOf(): string {
  return (new Error().stack ?? "").split("\n").slice(3).join("\n");
}

function stateOf(state: State): string {
  const { status } = state;
  return "why" in state && state.why !== undefined ? `${status} (${state.why.message})` : status;
}

function has(actual: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return Object.is(actual, part);
  if (typeof actual !== "object" || actual === null || Array.isArray(actual) !== Array.isArray(part)) return false;
  if (Array.isArray(part) && part.length !== (actual as unknown[]).length) return false;
  return Object.entries(part).every(([key, value]) => has((actual as Record<string, unknown>)[key], value));
}

// What is around the client: clock, network, page and storage. Tests hand in their own.

/** Storage that may refuse, be full, or not be there. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Platform {
  /** Milliseconds since 1970. Goes on while a machine sleeps, unlike timers. */
  now(): number;
  /** 0 up to, not including, 1. */
  random(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly fetch: typeof fetch;
  readonly EventSource: typeof EventSource | undefined;
  /** Where `online`, `pagehide` and `pageshow` happen; undefined in Node. */
  readonly window: EventTarget | undefined;
  /** Where `visibilitychange` and `resume` happen; undefined outside of pages. */
  readonly document: (EventTarget & { readonly visibilityState: string }) | undefined;
  /** What relative URLs are relative to. */
  readonly base: string | undefined;
  readonly locks: LockManager | undefined;
  storage(kind: "session" | "local"): Store | undefined;
}

/** The platform that this runs on. */
export function here(): Platform {
  const global = globalThis as typeof globalThis & {
    EventSource?: typeof EventSource;
    document?: Document;
    location?: Location;
    navigator?: Navigator;
    addEventListener?: EventTarget["addEventListener"];
  };
  return {
    now: Date.now,
    random: Math.random,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as number),
    // Looked up when it is called: pages replace it, and it wants to be called on the global object.
    fetch: (input, init) => global.fetch(input, init),
    EventSource: global.EventSource,
    window: typeof global.addEventListener === "function" ? global : undefined,
    document: global.document,
    base: global.document?.baseURI ?? global.location?.href,
    locks: global.navigator?.locks,
    storage(kind) {
      try {
        return kind === "session" ? global.sessionStorage : global.localStorage;
      } catch {
        return undefined; // forbidden, as in a sandboxed frame
      }
    },
  };
}

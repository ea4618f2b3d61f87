// What is around the client: clock, network, and the page or worker. Tests hand in their own.

/** What there may be in a browser, a worker, Node, Deno or Bun. */
export interface Surroundings {
  addEventListener?(type: string, handler: (event: Event) => void): void;
  removeEventListener?(type: string, handler: (event: Event) => void): void;
  readonly document?: EventTarget & { readonly visibilityState: string; readonly baseURI: string };
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly locks?: LockManager };
  readonly EventSource?: typeof EventSource;
  readonly SharedWorker?: new (url: string | URL, name: string) => SharedWorker;
  readonly BroadcastChannel?: new (name: string) => BroadcastChannel;
  // Reading these may throw, as in a sandboxed frame.
  readonly sessionStorage?: Store;
  readonly localStorage?: Store;
}

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Platform {
  /** Milliseconds since 1970. Goes on while a machine sleeps, unlike timers. */
  now(): number;
  /** 0 up to, not including, 1. */
  random(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  readonly global: Surroundings;
}

/** The platform that this runs on. Timers and fetch are looked up when they are called: pages and tests replace them. */
export const here: Platform = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
  fetch: (url, init) => fetch(url, init),
  global: globalThis as Surroundings,
};

// From blocks to handlers: decoding, checking, and calling, in order, whatever one of them does.

import { StreamError } from "./errors.js";
import type { Block } from "./block.js";
import type { Decoder, Options, SluiceEvent, Unsubscribe } from "./types.js";

type Report = (error: unknown) => void;

/** Handlers that can be added and taken away while they are called. */
export interface Handlers<A extends unknown[]> {
  readonly size: number;
  add(handler: (...args: A) => void, options?: { signal?: AbortSignal }): Unsubscribe;
  /** Calls each, whatever the others do; what one throws is reported. */
  call(...args: A): void;
  /** None is called any more, and none can be added. */
  end(): void;
}

export function newHandlers<A extends unknown[]>(report: Report): Handlers<A> {
  // By an object of its own each, so that the same function may be added twice.
  const all = new Set<{ handler: (...args: A) => void }>();
  let over = false;
  return {
    get size() {
      return all.size;
    },
    add(handler, { signal } = {}) {
      if (over || signal?.aborted) return () => {};
      const own = { handler };
      const remove = () => {
        all.delete(own);
        signal?.removeEventListener("abort", remove);
      };
      all.add(own);
      signal?.addEventListener("abort", remove);
      return remove;
    },
    call(...args) {
      // A copy: who is added by a handler has its turn with the next event.
      for (const own of [...all]) {
        if (!all.has(own)) continue; // taken away by one before
        try {
          own.handler(...args);
        } catch (error) {
          report(error);
        }
      }
    },
    end() {
      all.clear();
      over = true;
    },
  };
}

const decoders: Record<"auto" | "json" | "text", Decoder> = {
  text: (event) => event.text,
  json: (event) => JSON.parse(event.text) as unknown,
  auto({ text }) {
    // Most text that isn't JSON shows by its first character; an exception costs a hundred times as much.
    if (!/^\s*[[{"\-\dtfn]/.test(text)) return text;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  },
};

export interface Dispatcher {
  /** Whether data with a marker is compressed, as the hub says. */
  packed: boolean;
  on(type: string, handler: (data: unknown, event: SluiceEvent) => void, options?: { signal?: AbortSignal }): Unsubscribe;
  /** Those who want every event; `hubs`: it is the hub's own. */
  readonly any: Handlers<[event: SluiceEvent, hubs: boolean]>;
  /** Whether somebody would see an event of this type. */
  wanted(type: string): boolean;
  /** Hands an event over. `hubs`: its data is the hub's own, for no decoder or schema of the user's. */
  take(block: Block, hubs: boolean): void;
  /** The stream stands at this position, after all that it has taken. */
  reached(id: string): void;
  close(): void;
}

/**
 * @param report told what can't be read, and what handlers throw
 * @param delivered told a position when all events up to it have been handed over
 */
export function newDispatcher(
  { data = "auto", schemas = {}, maxEventSize = 16 << 20 }: Options,
  report: Report,
  delivered: (id: string) => void,
): Dispatcher {
  const decode = typeof data === "function" ? data : decoders[data];
  const checks = new Map(Object.entries(schemas));
  const any = newHandlers<[SluiceEvent, boolean]>(report);
  const typed = new Map<string, Handlers<[data: unknown, event: SluiceEvent]>>();
  // What waits for a decoder that takes its time; undefined: nothing, and events go straight through.
  let tail: Promise<void> | undefined;
  let closed = false;

  // At once, if nothing is waiting.
  function inTurn(step: () => Promise<void> | void): void {
    const pending = tail === undefined ? step() : tail.then(step);
    if (pending === undefined) return;
    const last: Promise<void> = pending.then(() => {
      if (tail === last) tail = undefined;
    });
    tail = last;
  }

  function deliver(raw: SluiceEvent<string>, hubs: boolean): Promise<void> | void {
    const unreadable = (cause: unknown) => {
      const { id, type, text } = raw;
      const { message = cause } = Object(cause) as { message?: unknown };
      const error = `event ${id} (${type}) is left out: ${message}: ${text.slice(0, 100)}`;
      if (!closed) report(new StreamError("data", error, { cause }));
    };
    const emit = (event: SluiceEvent) => {
      typed.get(event.type)?.call(event.data, event);
      any.call(event, hubs);
    };
    try {
      if (hubs) return emit({ ...raw, data: decoders.json(raw) });
      const schema = checks.get(raw.type);
      const packed = dispatcher.packed && raw.text.startsWith("gzip;base64,");
      const event = { ...raw, data: packed || decode(raw) };
      if (!packed && schema === undefined && typeof Object(event.data).then !== "function") return emit(event);
      return import("./slow.js").then((it) => it.read(event, packed, decode, schema, maxEventSize)).then(emit, unreadable);
    } catch (error) {
      unreadable(error);
    }
  }

  const dispatcher: Dispatcher = {
    packed: false,
    any,
    on(type, handler, options) {
      let handlers = typed.get(type);
      if (handlers === undefined) typed.set(type, (handlers = newHandlers(report)));
      if (closed) handlers.end();
      return handlers.add(handler, options);
    },
    wanted: (type) => any.size + (typed.get(type)?.size ?? 0) > 0,
    take({ type, data = "", id, channel, time }, hubs) {
      if (dispatcher.wanted(type)) inTurn(() => deliver({ type, data, text: data, id, channel, time }, hubs));
    },
    reached: (id) => inTurn(() => delivered(id)),
    close() {
      closed = true;
      for (const handlers of [any, ...typed.values()]) handlers.end();
    },
  };
  return dispatcher;
}

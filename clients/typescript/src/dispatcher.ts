// From blocks to handlers: decoding, checking, and calling, in order, whatever one of them does.

import { StreamError } from "./errors.js";
import type { Block } from "./parser.js";
import type { Decoder, Schemas, SluiceEvent, StandardSchema, Unsubscribe } from "./types.js";

type Any = (event: SluiceEvent) => void;
type Typed = (data: unknown, event: SluiceEvent) => void;

/** Handlers that can be added and taken away while they are called. */
export class Handlers<H extends (...args: never[]) => void> {
  // Replaced, never changed: who is calling goes on with what was there when it began.
  #all: readonly H[] = [];

  get all(): readonly H[] {
    return this.#all;
  }

  add(handler: H, signal?: AbortSignal): Unsubscribe {
    if (signal?.aborted) return () => {};
    // The same function may be added twice, and each is taken away by itself.
    const own = ((...args) => handler(...args)) as H;
    this.#all = [...this.#all, own];
    const remove = () => {
      this.#all = this.#all.filter((one) => one !== own);
      signal?.removeEventListener("abort", remove);
    };
    signal?.addEventListener("abort", remove);
    return remove;
  }

  clear(): void {
    this.#all = [];
  }
}

/** The default way of `data: "auto"`. */
function auto({ text }: { text: string }): unknown {
  // Most text that isn't JSON shows by its first character; an exception costs a hundred times as much.
  if (!/^\s*[[{"\-\dtfn]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function json({ text }: { text: string }): unknown {
  return JSON.parse(text);
}

export interface DispatcherSettings {
  readonly data: "auto" | "json" | "text" | Decoder;
  readonly schemas: Schemas | undefined;
  readonly report: (error: unknown) => void;
  /** This block's events, and all before, have been handed over. */
  readonly delivered: (id: string) => void;
}

export class Dispatcher {
  readonly any = new Handlers<Any>();
  #typed = new Map<string, Handlers<Typed>>();
  #settings: DispatcherSettings;
  #decode: (event: SluiceEvent<string>) => unknown;
  // What waits for a decoder that takes its time; undefined: nothing, and events go straight through.
  #tail: Promise<void> | undefined;
  #closed = false;

  constructor(settings: DispatcherSettings) {
    this.#settings = settings;
    const { data } = settings;
    this.#decode =
      typeof data === "function" ? data : data === "json" ? json : data === "text" ? (event) => event.text : auto;
  }

  on(type: string, handler: Typed, signal?: AbortSignal): Unsubscribe {
    let handlers = this.#typed.get(type);
    if (handlers === undefined) this.#typed.set(type, (handlers = new Handlers<Typed>()));
    return handlers.add(handler, signal);
  }

  /** Whether somebody would see an event of this type. */
  wanted(type: string): boolean {
    return this.any.all.length > 0 || (this.#typed.get(type)?.all.length ?? 0) > 0;
  }

  /** Hands an event over; `hub`: its data is the hub's own, for no decoder or schema of the user's. */
  take(block: Block, hub: boolean): void {
    if (!this.wanted(block.type)) return;
    const event = eventOf(block);
    if (this.#tail === undefined) {
      const pending = this.#deliver(event, hub);
      if (pending !== undefined) this.#queue(() => pending);
    } else {
      this.#queue(() => this.#deliver(event, hub));
    }
  }

  /** The stream stands at this position, after all that it has taken. */
  delivered(id: string): void {
    if (this.#tail === undefined) this.#settings.delivered(id);
    else this.#queue(() => this.#settings.delivered(id));
  }

  close(): void {
    this.#closed = true;
    this.any.clear();
    this.#typed.clear();
  }

  #queue(step: () => Promise<void> | void): void {
    const tail: Promise<void> = (this.#tail ?? Promise.resolve()).then(step).finally(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
  }

  #deliver(event: SluiceEvent<string>, hub: boolean): Promise<void> | undefined {
    try {
      const data = hub ? json(event) : this.#decode(event);
      const schema = hub ? undefined : this.#schema(event.type);
      if (schema === undefined && !isPromise(data)) {
        this.#emit(event, data);
        return undefined;
      }
      return this.#later(event, data, schema).catch((error: unknown) => this.#unreadable(event, error));
    } catch (error) {
      this.#unreadable(event, error);
      return undefined;
    }
  }

  async #later(event: SluiceEvent<string>, data: unknown, schema: StandardSchema | undefined): Promise<void> {
    let value = await data;
    if (schema !== undefined) {
      const result = await schema["~standard"].validate(value);
      if (result.issues !== undefined) {
        throw new Error(
          result.issues
            .map(({ message, path }) => {
              const keys = path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
              return keys ? `${keys}: ${message}` : message;
            })
            .join("; "),
        );
      }
      value = result.value;
    }
    this.#emit(event, value);
  }

  #schema(type: string): StandardSchema | undefined {
    const { schemas } = this.#settings;
    return schemas !== undefined && Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  }

  #emit(raw: SluiceEvent<string>, data: unknown): void {
    const event: SluiceEvent = { ...raw, data };
    for (const handler of this.#typed.get(event.type)?.all ?? []) this.#call(() => handler(data, event));
    for (const handler of this.any.all) this.#call(() => handler(event));
  }

  #call(handler: () => void): void {
    if (this.#closed) return; // by the handler before
    try {
      handler();
    } catch (error) {
      this.#settings.report(error);
    }
  }

  #unreadable(event: SluiceEvent<string>, cause: unknown): void {
    if (this.#closed) return;
    const reason = (cause as Error)?.message ?? cause;
    const shown = event.text.length > 100 ? `${event.text.slice(0, 100)}…` : event.text;
    const message = `event ${event.id} of type ${event.type} is left out: ${reason}, in ${shown}`;
    this.#settings.report(new StreamError("data", message, { cause }));
  }
}

function eventOf({ type, data, id, channel, time }: Block): SluiceEvent<string> {
  const text = data ?? "";
  return { type, data: text, text, id, channel, time };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

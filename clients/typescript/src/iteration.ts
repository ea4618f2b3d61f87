// `for await` over a stream: a bounded buffer between the pace of the server and that of the loop.

import { StreamError } from "./errors.js";
import type { IterateOptions, SluiceEvent, Unsubscribe } from "./types.js";

/** The hub's own events that aren't of interest to a loop over what was published. A gap is. */
const ABOUT_THE_STREAM = new Set(["connected", "subscription", "heartbeat", "expired", "rejected"]);

export interface IterationSource {
  /** Subscribes; `ended` is called when the stream is closed, with what it was closed with. */
  follow(event: (event: SluiceEvent) => void, ended: (why: StreamError | undefined) => void): Unsubscribe;
}

export class Iteration implements AsyncIterableIterator<SluiceEvent> {
  /** Events that were left out because the loop was too slow. */
  dropped = 0;
  #waiting: SluiceEvent[] = [];
  // Read from here: shifting an array costs its length.
  #next = 0;
  #readers: { resolve(result: IteratorResult<SluiceEvent>): void; reject(error: unknown): void }[] = [];
  #end: { why: StreamError | undefined } | undefined;
  #limit: number;
  #overflow: NonNullable<IterateOptions["overflow"]>;
  #stop: Unsubscribe;

  constructor(source: IterationSource, { buffer = 1000, overflow = "error", types, signal }: IterateOptions) {
    if (!(buffer >= 1)) throw new RangeError(`buffer is ${buffer}; it has to be at least 1`);
    this.#limit = buffer;
    this.#overflow = overflow;
    const only = types && new Set(types);
    const unfollow = source.follow(
      (event) => {
        if (only ? only.has(event.type) : !ABOUT_THE_STREAM.has(event.type)) this.#take(event);
      },
      (why) => this.#finish(why),
    );
    const aborted = () => {
      this.#waiting = [];
      this.#finish(undefined);
    };
    this.#stop = () => {
      unfollow();
      signal?.removeEventListener("abort", aborted);
    };
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<SluiceEvent>> {
    if (this.#next < this.#waiting.length) {
      const value = this.#waiting[this.#next++]!;
      if (this.#next === this.#waiting.length || this.#next > 1024) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== undefined) {
      const { why } = this.#end;
      this.#end = { why: undefined }; // thrown once
      return why === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(why);
    }
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /** The loop was left. */
  return(): Promise<IteratorResult<SluiceEvent>> {
    this.#waiting = [];
    this.#next = 0;
    this.#finish(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(event: SluiceEvent): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: event });
      return;
    }
    if (this.#waiting.length - this.#next >= this.#limit) {
      if (this.#overflow === "error") {
        const message = `${this.#limit} events wait to be read, and one more came: read faster, raise buffer, or choose an overflow`;
        this.#finish(new StreamError("overflow", message));
        return;
      }
      this.dropped++;
      if (this.#overflow === "drop-newest") return;
      this.#next++;
    }
    this.#waiting.push(event);
    if (this.#next > 1024) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
  }

  #finish(why: StreamError | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { why };
    this.#stop();
    for (const { resolve, reject } of this.#readers.splice(0)) {
      if (this.#end.why === undefined) resolve({ done: true, value: undefined });
      else reject(why);
      this.#end = { why: undefined };
    }
  }
}

// A stream over the platform's EventSource, for where fetch can't stream. It sends no headers, tells no statuses, hands
// over only types that were asked for, and keeps ids without an event to itself. Each EventSource is used for one
// connection: when to connect again is for the state machine to say, which knows more reasons.

import { StreamError } from "./errors.js";
import type { StreamRequest, Transport, TransportSink } from "./transport.js";

const HUB_TYPES = ["message", "connected", "gap", "subscription", "expired", "rejected", "batch", "heartbeat"];

export class EventSourceTransport implements Transport {
  #EventSource: typeof EventSource;
  #types = new Set(HUB_TYPES);
  #listen: ((type: string) => void) | undefined;

  constructor(constructor: typeof EventSource | undefined) {
    if (constructor === undefined) throw new StreamError("request", "there is no EventSource here");
    this.#EventSource = constructor;
  }

  listen(type: string): void {
    if (!this.#types.has(type)) {
      this.#types.add(type);
      this.#listen?.(type);
    }
  }

  open(request: StreamRequest, sink: TransportSink): () => void {
    const refuse = (what: string) => {
      const error = new StreamError("request", `EventSource can't send ${what}, and fetch can't stream here`);
      queueMicrotask(() => sink.ended({ kind: "refused", error }));
      return () => {};
    };
    if (request.method !== "GET") return refuse(`a ${request.method}`);
    for (const [name] of request.headers) return refuse(`the header ${name}`);

    const url = new URL(request.url);
    // It can't set Last-Event-ID on a new EventSource; a Sluice hub takes it here.
    if (request.lastEventId !== "") url.searchParams.set("lastEventId", request.lastEventId);
    const source = new this.#EventSource(url, { withCredentials: request.credentials === "include" });
    let lastEventId = request.lastEventId;
    const close = () => {
      source.close();
      this.#listen = undefined;
    };
    const take = ({ type, data, lastEventId: id }: MessageEvent<string>) => {
      sink.heard(0);
      if (id !== "") lastEventId = id;
      sink.block({ id: lastEventId, type, data, channel: undefined, time: undefined });
    };
    this.#listen = (type) => source.addEventListener(type, take);
    this.#types.forEach(this.#listen);
    source.onopen = () => sink.opened(200, url.href);
    source.onerror = () => {
      const refused = source.readyState === 2; // CLOSED: it saw an answer, and it wasn't a stream
      close();
      const message = refused ? "the answer isn't a stream; EventSource doesn't tell why" : "the connection is lost";
      sink.ended({ kind: "lost", error: new StreamError("network", `${url.origin}${url.pathname}: ${message}`) });
    };
    return close;
  }
}

// The seam between the state machine (connection.ts), which knows when to open a stream and what its end means, and
// what carries one: fetch, EventSource, or another tab's connection.

import type { StreamError } from "./errors.js";
import type { Block } from "./block.js";

/** All that a stream is opened with. */
export interface StreamRequest {
  /** Absolute, with ticket and subscription. */
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null;
  readonly credentials: RequestCredentials;
  /** The position to go on from; empty: none. Not yet in headers or URL. */
  readonly lastEventId: string;
  /** Whether the position goes into the URL. */
  readonly inQuery: boolean;
  readonly maxEventSize: number;
}

/** How a stream came to its end. */
export type End =
  /** It broke, or was refused for now. `retryAfter`: milliseconds that the server asked for. */
  | { readonly kind: "lost"; readonly error: StreamError; readonly retryAfter?: number | undefined }
  /** 401. */
  | { readonly kind: "unauthorized"; readonly error: StreamError }
  /** Refused for good. */
  | { readonly kind: "refused"; readonly error: StreamError }
  /** The server said that there is no more (204). */
  | { readonly kind: "done"; readonly error?: undefined };

/** What a transport tells. `opened` comes first and once, `ended` last and once, unless it was closed: then nothing more. */
export interface TransportSink {
  opened(status: number, url: string): void;
  /** Something came, so the connection lives; comments too. */
  heard(bytes: number): void;
  block(block: Block): void;
  retry(ms: number): void;
  ended(end: End): void;
}

export interface Transport {
  /** Opens a stream. The function that it gives closes it, and is called in any case: nothing is told from then on. */
  open(request: StreamRequest, sink: TransportSink): () => void;
  /** Somebody wants events of this type: for those that don't tell of types that they weren't asked for. */
  listen?(type: string): void;
}

// A stream over fetch: headers, any method, statuses and explanations, and every byte counts as a sign of life.

import { StreamError, type Problem } from "./errors.js";
import { Parser } from "./parser.js";
import type { Platform } from "./platform.js";
import type { End, StreamRequest, Transport, TransportSink } from "./transport.js";

export class FetchTransport implements Transport {
  #platform: Platform;
  #fetch: typeof fetch;

  constructor(platform: Platform, fetcher: typeof fetch) {
    this.#platform = platform;
    this.#fetch = fetcher;
  }

  open(request: StreamRequest, sink: TransportSink): () => void {
    const abort = new AbortController();
    this.#run(request, sink, abort.signal).then(
      (end) => abort.signal.aborted || sink.ended(end),
      (error: unknown) => abort.signal.aborted || sink.ended(broken(request.url, error)),
    );
    return () => abort.abort();
  }

  async #run(request: StreamRequest, sink: TransportSink, signal: AbortSignal): Promise<End> {
    const { headers, lastEventId } = request;
    const url = new URL(request.url);
    if (!headers.has("Accept")) headers.set("Accept", "text/event-stream");
    if (lastEventId !== "") {
      if (request.positionInQuery) url.searchParams.set("lastEventId", lastEventId);
      // A header is bytes and an id is text: UTF-8, as EventSource sends it.
      else headers.set("Last-Event-ID", asUtf8(lastEventId));
    }
    const init: RequestInit = { method: request.method, headers, signal, cache: "no-store" };
    if (request.body !== undefined) init.body = request.body;
    if (request.credentials !== undefined) init.credentials = request.credentials;
    // Redirects are followed as fetch does: 301 and 302 turn POST into GET, Authorization stays with its origin. The next
    // time the original URL is asked again, as the standard has it.
    const response = await this.#fetch(url.href, init);
    if (signal.aborted) return { kind: "done" }; // a fetch that doesn't know signals
    if (response.status !== 200) return this.#refused(request, response);
    const type = response.headers.get("Content-Type") ?? "";
    if (!/^text\/event-stream\s*(;|$)/i.test(type) || response.body === null) {
      response.body?.cancel().catch(() => {});
      const error = new StreamError(
        "content-type",
        `${request.url} answered with ${type === "" ? "no content type" : type}, not with text/event-stream`,
        { status: 200 },
      );
      return { kind: "refused", error };
    }
    sink.opened(response.status, response.url);
    return this.#read(request, response.body, sink, signal);
  }

  async #read(
    request: StreamRequest,
    body: ReadableStream<Uint8Array>,
    sink: TransportSink,
    signal: AbortSignal,
  ): Promise<End> {
    const parser = new Parser(sink, request.lastEventId, request.maxEventSize);
    const decoder = new TextDecoder(); // takes the byte order mark away, once, and makes what isn't UTF-8 U+FFFD
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return { kind: "done" };
      if (done) return { kind: "lost", error: new StreamError("ended", `${request.url} ended the stream`) };
      sink.heard(value.byteLength);
      try {
        parser.push(decoder.decode(value, { stream: true }));
      } catch (error) {
        reader.cancel().catch(() => {});
        if (!(error instanceof RangeError)) throw error;
        const large = new StreamError("too-large", `${request.url} sent ${error.message} (maxEventSize)`);
        return { kind: "refused", error: large };
      }
    }
  }

  async #refused(request: StreamRequest, response: Response): Promise<End> {
    const { status } = response;
    if (status === 204) return { kind: "done" };
    const problem = await problemOf(response);
    const error = new StreamError(
      status === 401 ? "unauthorized" : "status",
      problem?.detail ?? `${request.method} ${request.url}: ${`${status} ${response.statusText}`.trim()}`,
      problem === undefined ? { status } : { status, problem },
    );
    if (status === 401) return { kind: "unauthorized", error };
    // Those that say "not now" (RFC 9110, 6585, 8470); everything else says "not like this".
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      return { kind: "lost", error, retryAfter: this.#retryAfter(response.headers.get("Retry-After")) };
    }
    return { kind: "refused", error };
  }

  // Seconds, or a date (RFC 9110, §10.2.3).
  #retryAfter(field: string | null): number | undefined {
    if (field === null) return undefined;
    const ms = /^\d+$/.test(field) ? Number(field) * 1000 : Date.parse(field) - this.#platform.now();
    return ms >= 0 ? ms : undefined;
  }
}

function broken(url: string, error: unknown): End {
  // Browsers say "Failed to fetch" and nothing more; Node has the reason as the cause.
  const { message, cause } = error as { message?: string; cause?: { message?: string; code?: string } };
  const reason = cause?.message || cause?.code || message || String(error);
  return { kind: "lost", error: new StreamError("network", `${url}: ${reason}`, { cause: error }) };
}

/** What the server explains a refusal with (RFC 9457), if it does. */
export async function problemOf(response: Response): Promise<Problem | undefined> {
  if (!/^application\/(problem\+)?json\b/i.test(response.headers.get("Content-Type") ?? "")) {
    response.body?.cancel().catch(() => {});
    return undefined;
  }
  try {
    const said: unknown = await response.json();
    return typeof said === "object" && said !== null ? (said as Problem) : undefined;
  } catch {
    return undefined; // the status alone has to do
  }
}

function asUtf8(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

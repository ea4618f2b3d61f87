// A stream over fetch: headers, any method, statuses and explanations, and every byte counts as a sign of life.

import { StreamError, type ErrorCode, type Problem } from "./errors.js";
import { newParser } from "./parser.js";
import type { Platform } from "./platform.js";
import type { End, StreamRequest, Transport, TransportSink } from "./transport.js";

export function fetchTransport(now: () => number, fetcher: Platform["fetch"]): Transport {
  async function run(request: StreamRequest, sink: TransportSink, signal: AbortSignal): Promise<End> {
    const { method, headers, body, credentials, lastEventId } = request;
    const url = new URL(request.url);
    if (!headers.has("Accept")) headers.set("Accept", "text/event-stream");
    if (lastEventId !== "") {
      if (request.inQuery) url.searchParams.set("lastEventId", lastEventId);
      // A header is bytes and an id is text: UTF-8, as EventSource sends it.
      else headers.set("Last-Event-ID", asUtf8(lastEventId));
    }
    const init: RequestInit = { method, headers, body, credentials, signal, cache: "no-store" };
    // Redirects are followed as fetch does: 301 and 302 turn POST into GET, Authorization stays with its origin. The next
    // time the original URL is asked again, as the standard has it.
    const response = await fetcher(url.href, init);
    if (response.status !== 200) return refused(`${method} ${url.pathname}`, response);
    const type = response.headers.get("Content-Type");
    if (!/^text\/event-stream *(;|$)/i.test(type ?? "") || response.body === null) {
      const message = `${url.pathname} answered with ${type || "no content type"}, not an event stream`;
      return { kind: "refused", error: new StreamError("content-type", message, { status: 200 }) };
    }
    sink.opened(response.status, response.url);

    const parse = newParser(sink, lastEventId, request.maxEventSize);
    const decoder = new TextDecoder(); // takes the byte order mark away, once, and makes what isn't UTF-8 U+FFFD
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      // Also where a fetch doesn't know signals.
      if (done || signal.aborted) return lost("ended", "stream ended");
      sink.heard(value.byteLength);
      try {
        parse(decoder.decode(value, { stream: true }));
      } catch (error) {
        return { kind: "refused", error: new StreamError("too-large", `${(error as Error).message} (maxEventSize)`) };
      }
    }
  }

  async function refused(asked: string, response: Response): Promise<End> {
    const { status, statusText, headers } = response;
    if (status === 204) return { kind: "done" };
    const problem = await problemOf(response);
    const message = problem?.detail ?? `${asked}: ${status} ${statusText}`;
    const error = new StreamError(status === 401 ? "unauthorized" : "status", message, { status, problem });
    if (status === 401) return { kind: "unauthorized", error };
    // Those that say "not now" (RFC 9110, 6585, 8470); everything else says "not like this".
    const later = [408, 425, 429].includes(status) || status >= 500;
    return later ? { kind: "lost", error, retryAfter: msOf(headers.get("Retry-After")) } : { kind: "refused", error };
  }

  // Seconds, or a date (RFC 9110, §10.2.3).
  function msOf(retryAfter: string | null): number | undefined {
    if (retryAfter === null) return undefined;
    return (/^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now()) || undefined;
  }

  return {
    open(request, sink) {
      const abort = new AbortController();
      run(request, sink, abort.signal)
        .catch((cause: Error & { cause?: Error & { code?: string } }) => {
          // Browsers say "Failed to fetch" and nothing more; Node has the reason as the cause.
          return lost("network", cause.cause?.message || cause.cause?.code || cause.message, cause);
        })
        .then((end) => abort.signal.aborted || sink.ended(end));
      return () => abort.abort();
    },
  };
}

function lost(code: ErrorCode, message: string, cause?: unknown): End {
  return { kind: "lost", error: new StreamError(code, message, { cause }) };
}

/** What the server explains a refusal with (RFC 9457), if it does. */
export async function problemOf(response: Response): Promise<Problem | undefined> {
  if (!/^application\/(problem\+)?json/i.test(response.headers.get("Content-Type") ?? "")) return undefined;
  try {
    return Object(await response.json()) as Problem;
  } catch {
    return undefined; // the status alone has to do
  }
}

function asUtf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

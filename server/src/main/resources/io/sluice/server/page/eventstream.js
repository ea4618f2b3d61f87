// An event stream over fetch, for the page's log of events.
//
// The live cards use the browser's own EventSource. The log can't: EventSource hands a named event
// only to listeners of that very name, so that a type nobody thought of would never be seen, and it
// keeps back what the log wants to show: the channel: line, ids without an event, and the reason
// why a subscription was refused. Resuming works the same way here as there: with Last-Event-ID.

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Parses an event stream that arrives in pieces, as the HTML standard says (section 9.2.6), and
 * keeps fields that the standard ignores, the hub's channel: among them.
 */
export class EventStreamParser {
  #rest = "";
  #first = true;
  #afterCr = false;
  #data = null;
  #fields = {};
  #id = "";
  #sink;

  /** The last id that a finished block has set: what Last-Event-ID is to say. */
  lastEventId = "";

  /** @param {{event: (block: object) => void, retry: (ms: number) => void}} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /** Takes the next piece of text; the pieces may be cut anywhere. */
  push(text) {
    const buffer = this.#rest + text;
    let start = 0;
    if (this.#first && buffer.length > 0) {
      this.#first = false;
      start = buffer.charCodeAt(0) === 0xfeff ? 1 : 0;
    }
    for (;;) {
      // The second half of CRLF, which may come with a later piece than the first.
      if (this.#afterCr && start < buffer.length) {
        this.#afterCr = false;
        start += buffer[start] === "\n" ? 1 : 0;
      }
      const end = lineEnd(buffer, start);
      if (end < 0) {
        break;
      }
      this.#line(buffer.slice(start, end));
      this.#afterCr = buffer[end] === "\r";
      start = end + 1;
    }
    this.#rest = buffer.slice(start);
  }

  #line(line) {
    if (line === "") {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) {
      return; // a comment
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) {
      value = value.slice(1);
    }
    if (name === "data") {
      this.#data = this.#data === null ? value : this.#data + "\n" + value;
    } else if (name === "id") {
      if (!value.includes("\0")) {
        this.#id = value;
      }
    } else if (name === "retry") {
      if (/^[0-9]+$/.test(value)) {
        this.#sink.retry(Number(value));
      }
    } else {
      this.#fields[name] = value;
    }
  }

  #dispatch() {
    this.lastEventId = this.#id;
    const data = this.#data;
    const fields = this.#fields;
    this.#data = null;
    this.#fields = {};
    if (data !== null) {
      this.#sink.event({
        id: this.lastEventId,
        type: fields.event || "message",
        channel: fields.channel ?? "",
        data,
      });
    }
  }
}

function lineEnd(text, from) {
  const lf = text.indexOf("\n", from);
  const cr = text.indexOf("\r", from);
  return cr < 0 ? lf : lf < 0 ? cr : Math.min(lf, cr);
}

/**
 * A subscription that stays: it reconnects by itself and goes on where it was, until it is closed
 * or refused.
 */
export class EventStream {
  #url;
  #listener;
  #abort = new AbortController();
  #retryMs = FIRST_RETRY_MS;
  #lastEventId = "";

  /**
   * @param {URL} url
   * @param {{
   *   event: (event: {id: string, type: string, channel: string, data: string}) => void,
   *   position: (id: string) => void,
   *   lost: () => void,
   *   refused: (why: string) => void,
   * }} listener
   */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
    this.#run();
  }

  /** Ends it for good; nothing is told to the listener from here on. */
  close() {
    this.#abort.abort();
  }

  async #run() {
    let failures = 0;
    while (!this.#abort.signal.aborted) {
      try {
        const response = await this.#request();
        if (response.status >= 400 && response.status < 500 && response.status !== 429) {
          this.#listener.refused(await reason(response));
          return;
        }
        if (response.ok) {
          failures = 0;
          await this.#read(response.body);
        } else {
          failures++;
        }
      } catch (error) {
        if (this.#abort.signal.aborted) {
          return;
        }
        failures++; // a stream that breaks off ends with an error: that is what resuming is for
      }
      this.#listener.lost();
      await this.#pause(failures);
    }
  }

  #request() {
    const headers = { Accept: "text/event-stream" };
    if (this.#lastEventId !== "") {
      headers["Last-Event-ID"] = this.#lastEventId;
    }
    return fetch(this.#url, { headers, cache: "no-store", signal: this.#abort.signal });
  }

  async #read(body) {
    const parser = new EventStreamParser({
      event: (event) => this.#listener.event(event),
      retry: (ms) => (this.#retryMs = ms),
    });
    // Only the parser looks for a byte order mark: it knows where the stream begins.
    const reader = body.pipeThrough(new TextDecoderStream("utf-8", { ignoreBOM: true })).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || this.#abort.signal.aborted) {
        return;
      }
      parser.push(value);
      if (parser.lastEventId !== "" && parser.lastEventId !== this.#lastEventId) {
        this.#lastEventId = parser.lastEventId;
        this.#listener.position(this.#lastEventId);
      }
    }
  }

  #pause(failures) {
    const wait = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2 ** Math.max(0, failures - 1));
    return new Promise((resolve) => {
      const { signal } = this.#abort;
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, wait);
      signal.addEventListener("abort", wake);
    });
  }
}

/** What a refused request says for people: the problem's detail (RFC 9457), else its status. */
export async function reason(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `${response.status}`;
  }
  return `The hub answered ${response.status} ${response.statusText}`.trim() + ".";
}

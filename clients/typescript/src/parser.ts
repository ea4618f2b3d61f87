// The format, and nothing of HTTP: text in, blocks out. HTML standard, §9.2.6.

/** What stands between two empty lines of a stream. */
export interface Block {
  /** The position of the stream after this block, also where the block itself has no `id:`. */
  readonly id: string;
  /** The event's type; `message` where the block names none. */
  readonly type: string;
  /** The event's data, several lines joined by LF; undefined: a block without data, which is no event. */
  readonly data: string | undefined;
  /** Sluice's `channel:` line. */
  readonly channel: string | undefined;
  /** Sluice's `time:` line: milliseconds since 1970. */
  readonly time: number | undefined;
}

export interface ParserSink {
  /** A complete block that is an event, or that has moved the position. */
  block(block: Block): void;
  /** A `retry:` line, in milliseconds. */
  retry(ms: number): void;
}

const LF = 10;
const SPACE = 32;
const COLON = 58;

/**
 * Parses a stream that arrives in pieces, cut anywhere. What reads the bytes removes the byte order mark: a
 * TextDecoder does.
 *
 * @throws RangeError from `push`, when a block grows past `limit` characters
 */
export class Parser {
  #sink: ParserSink;
  #limit: number;
  // The position that the last complete block left, and the one that the next will leave.
  #lastId: string;
  #id: string;
  #type = "";
  #data = "";
  #lines = 0;
  #channel: string | undefined = undefined;
  #time: number | undefined = undefined;
  // A line that isn't complete yet, in the pieces in which it came: joined once, when its end is there.
  #pieces: string[] = [];
  #kept = 0;
  #afterCr = false;

  constructor(sink: ParserSink, lastEventId = "", limit = Infinity) {
    this.#sink = sink;
    this.#lastId = this.#id = lastEventId;
    this.#limit = limit;
  }

  push(text: string): void {
    // The second half of a CRLF that was cut in two.
    if (this.#afterCr && text !== "") {
      this.#afterCr = false;
      if (text.charCodeAt(0) === LF) text = text.slice(1);
    }
    const cr = text.indexOf("\r");
    if (this.#kept > 0) {
      if (cr < 0 && !text.includes("\n")) {
        this.#keep(text);
        return;
      }
      this.#pieces.push(text);
      text = this.#pieces.join("");
      this.#pieces = [];
      this.#kept = 0;
    }
    const end = cr < 0 ? this.#linesOfLf(text) : this.#linesOfAny(text);
    if (end < text.length) this.#keep(end === 0 ? text : text.slice(end));
  }

  #keep(text: string): void {
    this.#kept += text.length;
    this.#check();
    if (text !== "") this.#pieces.push(text);
  }

  #check(): void {
    if (this.#kept + this.#data.length > this.#limit) {
      throw new RangeError(`an event of more than ${this.#limit} characters`);
    }
  }

  // The hot path: every server that we know ends its lines with LF. Gives where the incomplete line begins.
  #linesOfLf(text: string): number {
    let start = 0;
    let end = text.indexOf("\n");
    while (end >= 0) {
      const first = text.charCodeAt(start);
      if (first === 100 /* d */ && text.startsWith("data:", start)) {
        const value = text.slice(start + (text.charCodeAt(start + 5) === SPACE ? 6 : 5), end);
        if (this.#lines++ === 0) this.#data = value;
        else this.#more(value);
        // Most data is one line, and the block's last.
        if (text.charCodeAt(end + 1) === LF) {
          end++;
          this.#dispatch();
        }
      } else if (start === end) {
        this.#dispatch();
      } else {
        this.#line(text, start, end, first);
      }
      start = end + 1;
      end = text.indexOf("\n", start);
    }
    return start;
  }

  // LF, CR and CRLF in any mixture.
  #linesOfAny(text: string): number {
    let start = 0;
    let cr = text.indexOf("\r");
    let lf = text.indexOf("\n");
    while (cr >= 0 || lf >= 0) {
      const byCr = cr >= 0 && (lf < 0 || cr < lf);
      const end = byCr ? cr : lf;
      if (start === end) this.#dispatch();
      else this.#line(text, start, end, text.charCodeAt(start));
      start = end + 1;
      if (byCr) {
        if (start === text.length) this.#afterCr = true;
        else if (text.charCodeAt(start) === LF) start++;
      }
      if (cr >= 0 && cr < start) cr = text.indexOf("\r", start);
      if (lf >= 0 && lf < start) lf = text.indexOf("\n", start);
    }
    return start;
  }

  #line(text: string, start: number, end: number, first: number): void {
    if (first === COLON) return; // a comment
    // Looked for from the end of the shortest name, and not past the line.
    let colon = start + 1;
    while (colon < end && text.charCodeAt(colon) !== COLON) colon++;
    const value =
      colon === end ? "" : text.slice(colon + (colon + 1 < end && text.charCodeAt(colon + 1) === SPACE ? 2 : 1), end);
    switch (text.slice(start, colon)) {
      case "data":
        if (this.#lines++ === 0) this.#data = value;
        else this.#more(value);
        break;
      case "id":
        if (!value.includes("\0")) this.#id = value;
        break;
      case "event":
        this.#type = value;
        break;
      case "channel":
        this.#channel = value;
        break;
      case "time":
        if (/^\d+$/.test(value)) this.#time = Number(value);
        break;
      case "retry":
        if (/^\d+$/.test(value)) this.#sink.retry(Number(value));
        break;
    }
  }

  #more(value: string): void {
    this.#data += "\n" + value;
    this.#check();
  }

  #dispatch(): void {
    const id = this.#id;
    if (this.#lines > 0 || id !== this.#lastId) {
      this.#lastId = id;
      this.#sink.block({
        id,
        type: this.#type || "message",
        data: this.#lines > 0 ? this.#data : undefined,
        channel: this.#channel,
        time: this.#time,
      });
    }
    this.#type = this.#data = "";
    this.#lines = 0;
    this.#channel = this.#time = undefined;
  }
}

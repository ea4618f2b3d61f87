// The format, and nothing of HTTP: text in, blocks out. HTML standard, §9.2.6.

import type { Block } from "./block.js";

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
 * Gives a function that takes the next piece of a stream, cut anywhere. What reads the bytes removes the byte order mark:
 * a TextDecoder does. The function throws RangeError when a block grows past `limit` characters.
 *
 * @param lastId the position that the stream was opened with
 */
export function newParser(sink: ParserSink, lastId = "", limit = Infinity): (text: string) => void {
  // Of the block that is being read. The id stays for those after it.
  let id = lastId;
  let type = "message";
  let data = "";
  let lines = 0;
  let channel: string | undefined;
  let time: number | undefined;
  // A line that isn't complete yet, in the pieces in which it came: joined once, when its end is there.
  let pieces: string[] = [];
  let kept = 0;
  let afterCr = false;

  function push(text: string): void {
    // The second half of a CRLF that was cut in two.
    if (afterCr && text !== "") {
      afterCr = false;
      if (text.charCodeAt(0) === LF) text = text.slice(1);
    }
    if (kept > 0) {
      if (text.indexOf("\r") < 0 && text.indexOf("\n") < 0) return keep(text);
      pieces.push(text);
      text = pieces.join("");
      pieces = [];
      kept = 0;
    }
    const end = linesOf(text);
    if (end < text.length) keep(text.slice(end));
  }

  function keep(text: string): void {
    kept += text.length;
    check();
    pieces.push(text);
  }

  function check(): void {
    if (kept + data.length > limit) throw new RangeError(`an event of more than ${limit} characters`);
  }

  // Gives where the incomplete line begins. Lines end with LF, CR or CRLF, in any mixture.
  function linesOf(text: string): number {
    let start = 0;
    let cr = text.indexOf("\r");
    let lf = text.indexOf("\n");
    for (;;) {
      let end = lf;
      if (cr >= 0 && (lf < 0 || cr < lf)) end = cr;
      if (end < 0) return start;
      const first = text.charCodeAt(start);
      if (first === 100 && isData(text, start)) {
        const value = valueIn(text, start + 5, end);
        // Most data is one line, and the block's last.
        if (lines === 0 && end === lf && text.charCodeAt(end + 1) === LF) {
          end++;
          emit(value);
        } else {
          addData(value);
        }
      } else if (first === 101 && isEvent(text, start)) {
        type = valueIn(text, start + 6, end) || "message";
      } else {
        line(text, start, end);
      }
      start = end + 1;
      if (end === cr) {
        if (start === text.length) afterCr = true;
        else if (text.charCodeAt(start) === LF) start++;
        cr = text.indexOf("\r", start);
      }
      if (lf >= 0 && lf < start) lf = text.indexOf("\n", start);
    }
  }

  // Lines that aren't `data:` or `event:`.
  function line(text: string, start: number, end: number): void {
    if (start === end) return dispatch();
    const first = text.charCodeAt(start);
    if (first === COLON) return; // a comment
    if (first === 105 && text.charCodeAt(start + 1) === 100 && text.charCodeAt(start + 2) === COLON) {
      const value = valueIn(text, start + 3, end);
      if (!value.includes("\0")) id = value;
      return;
    }
    let colon = start;
    while (colon < end && text.charCodeAt(colon) !== COLON) colon++;
    const value = valueIn(text, colon + 1, end);
    switch (text.slice(start, colon)) {
      // These three are here without a colon: their value is empty.
      case "data":
        return addData("");
      case "id":
        id = "";
        return;
      case "event":
        type = "message";
        return;
      case "channel":
        channel = value;
        return;
      case "time":
        if (/^\d+$/.test(value)) time = Number(value);
        return;
      case "retry":
        if (/^\d+$/.test(value)) sink.retry(Number(value));
    }
  }

  function addData(value: string): void {
    if (lines++ === 0) {
      data = value;
    } else {
      data += "\n" + value;
      check();
    }
  }

  function dispatch(): void {
    if (lines > 0 || id !== lastId) {
      emit(lines > 0 ? data : undefined);
      data = "";
      lines = 0;
    }
    forget();
  }

  function emit(data: string | undefined): void {
    lastId = id;
    sink.block({ id, type, data, channel, time });
    forget();
  }

  function forget(): void {
    type = "message";
    channel = time = undefined;
  }

  return push;
}

// One space after the colon isn't the value's. What stands past the line's end is no space.
function valueIn(text: string, from: number, end: number): string {
  return text.slice(text.charCodeAt(from) === SPACE ? from + 1 : from, end);
}

// startsWith() is much slower: it is a call, and looks at what kinds of strings these are.
function isData(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 1) === 97 &&
    text.charCodeAt(at + 2) === 116 &&
    text.charCodeAt(at + 3) === 97 &&
    text.charCodeAt(at + 4) === COLON
  );
}

function isEvent(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 1) === 118 &&
    text.charCodeAt(at + 2) === 101 &&
    text.charCodeAt(at + 3) === 110 &&
    text.charCodeAt(at + 4) === 116 &&
    text.charCodeAt(at + 5) === COLON
  );
}

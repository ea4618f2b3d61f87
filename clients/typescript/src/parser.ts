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
  let type = "";
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
    const cr = text.indexOf("\r");
    if (kept > 0) {
      if (cr < 0 && !text.includes("\n")) return keep(text);
      pieces.push(text);
      text = pieces.join("");
      pieces = [];
      kept = 0;
    }
    const end = cr < 0 ? linesOfLf(text) : linesOfAny(text);
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

  // The hot path: every server that we know ends its lines with LF. Gives where the incomplete line begins.
  function linesOfLf(text: string): number {
    let start = 0;
    let end = text.indexOf("\n");
    while (end >= 0) {
      if (text.charCodeAt(start) === 100 && text.startsWith("data:", start)) {
        addData(text.slice(start + (text.charCodeAt(start + 5) === SPACE ? 6 : 5), end));
        // Most data is one line, and the block's last.
        if (text.charCodeAt(end + 1) === LF) {
          end++;
          dispatch();
        }
      } else {
        line(text, start, end);
      }
      start = end + 1;
      end = text.indexOf("\n", start);
    }
    return start;
  }

  // LF, CR and CRLF in any mixture.
  function linesOfAny(text: string): number {
    let start = 0;
    let cr = text.indexOf("\r");
    let lf = text.indexOf("\n");
    while (cr >= 0 || lf >= 0) {
      const byCr = cr >= 0 && (lf < 0 || cr < lf);
      const end = byCr ? cr : lf;
      line(text, start, end);
      start = end + 1;
      if (byCr) {
        if (start === text.length) afterCr = true;
        else if (text.charCodeAt(start) === LF) start++;
      }
      if (cr >= 0 && cr < start) cr = text.indexOf("\r", start);
      if (lf >= 0 && lf < start) lf = text.indexOf("\n", start);
    }
    return start;
  }

  function line(text: string, start: number, end: number): void {
    if (start === end) return dispatch();
    let colon = start;
    while (colon < end && text.charCodeAt(colon) !== COLON) colon++;
    if (colon === start) return; // a comment
    // One space after the colon isn't the value's. Past the line's end it is no space.
    const value = text.slice(colon + (text.charCodeAt(colon + 1) === SPACE ? 2 : 1), end);
    switch (text.slice(start, colon)) {
      case "data":
        return addData(value);
      case "id":
        if (!value.includes("\0")) id = value;
        return;
      case "event":
        type = value;
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
      lastId = id;
      sink.block({ id, type: type || "message", data: lines > 0 ? data : undefined, channel, time });
    }
    type = data = "";
    lines = 0;
    channel = time = undefined;
  }

  return push;
}

// How fast the parser is, beside eventsource-parser, on streams of the shapes that its own benchmark has: text, a fresh
// parser for each pass, a callback that counts. Both take turns, so that what else the machine does hits both.
//
//   npm run bench            a table
//   npm run bench -- 200     with more rounds

import { createParser } from "eventsource-parser";
import { newParser } from "../src/parser.js";

const rounds = Number(process.argv[2] ?? 60);
const ROUND_MS = 8;

/** The same numbers every time (xorshift). */
let seed = 0x2545f491;
function random(): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
}

const WORDS = "the hub keeps one ordered log in wire format and a subscriber is a cursor into it".split(" ");
const word = () => WORDS[Math.floor(random() * WORDS.length)]!;

const completion = (content: string) =>
  JSON.stringify({
    id: "completion-7f3a9c21d04b",
    object: "completion.chunk",
    created: 1769860800,
    model: "some-model",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });

const repeat = (times: number, one: (n: number) => string) => Array.from({ length: times }, (_, n) => one(n));

function cut(text: string, average: number): string[] {
  const pieces = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(random() * (average * 2 - 1));
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

const dataOnly = repeat(256, () => `data: ${completion(` ${word()}`)}\n\n`);

/** Each piece is what comes at once. */
const shapes: Record<string, string[]> = {
  "one line of JSON": dataOnly,
  "type and data": repeat(128, () => {
    const delta = JSON.stringify({ type: "block-delta", index: 0, delta: { type: "text-delta", text: word() } });
    return `event: block-delta\ndata: ${delta}\n\n`;
  }),
  "id, type and data": repeat(128, (n) => `id: ${1000 + n}\nevent: tick\ndata: {"index":${n},"text":"${word()}"}\n\n`),
  "beyond ASCII": repeat(128, () => `data: «${word()}» Grüße, привет, こんにちは, 안녕 🎉👩‍🚀🏳️‍🌈 ${word()}\n\n`),
  "comments between": Array.from({ length: 320 }, (_, n) => (n % 5 === 4 ? `data: ${word()}\n\n` : ": keep-alive\n")),
  "pieces of 8 characters": cut(dataOnly.slice(0, 128).join(""), 8),
  "CRLF": repeat(128, (n) => `id: ${n}\r\nevent: tick\r\ndata: {"index":${n}}\r\n\r\n`),
  "a Sluice hub's, 64 KiB at once": cut(
    repeat(4000, (n) => `id: k3f9-${n}\nevent: price\nchannel: stocks/AAPL\ndata: {"symbol":"AAPL","price":${n}.25}\n\n`).join(""),
    65_536,
  ),
};

let count = 0;
const ours = (pieces: string[]) => {
  const push = newParser({ block: () => count++, retry: () => {} });
  for (const piece of pieces) push(piece);
};
const theirs = (pieces: string[]) => {
  const parser = createParser({ onEvent: () => count++ });
  for (const piece of pieces) parser.feed(piece);
};

/** Events per second of processor time in one round: others on the machine slow both down, and count for neither. */
function round(parse: (pieces: string[]) => void, pieces: string[]): number {
  const from = count;
  const { user } = process.cpuUsage();
  const end = performance.now() + ROUND_MS;
  do {
    for (let n = 0; n < 4; n++) parse(pieces);
  } while (performance.now() < end);
  return ((count - from) * 1e6) / (process.cpuUsage().user - user);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

console.log(`Node ${process.versions.node}, ${rounds} rounds of ${ROUND_MS} ms each, in turns; medians`);
const figures: Record<string, object> = {};
for (const [shape, pieces] of Object.entries(shapes)) {
  for (let n = 0; n < 40; n++) {
    round(ours, pieces);
    round(theirs, pieces);
  }
  const mine: number[] = [];
  const other: number[] = [];
  const ratios: number[] = [];
  for (let n = 0; n < rounds; n++) {
    // Who begins changes, too.
    if (n % 2 === 0) mine.push(round(ours, pieces));
    other.push(round(theirs, pieces));
    if (n % 2 === 1) mine.push(round(ours, pieces));
    ratios.push(mine.at(-1)! / other.at(-1)!);
  }
  figures[shape] = {
    "ours, M events/s": +(median(mine) / 1e6).toFixed(2),
    "eventsource-parser": +(median(other) / 1e6).toFixed(2),
    ratio: +median(ratios).toFixed(2),
  };
}
console.table(figures);
